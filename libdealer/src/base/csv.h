/* Comma-separated values (RFC 4180) as they stream in, in pieces of any size: a byte order mark, CRLF or LF, fields in quotes with doubled
 * quotes, commas and line ends inside. A record that can't be read is told as such, and the next one is read. Knows no meaning. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/text.h"

enum csv_fault {
    CSV_SOUND,
    CSV_QUOTE, /* something stands between a closing quote and the comma */
    CSV_OPEN,  /* the last quote is never closed */
    CSV_LARGE  /* more than CSV_RECORD_BYTES or CSV_FIELDS */
};
enum { CSV_RECORD_BYTES = 1 << 20, CSV_FIELDS = 4096 };

struct csv_record {
    int64_t line; /* on which it begins, from 1 */
    enum csv_fault fault;
    const char *const *fields; /* each ends with NUL; a NUL inside a field was read as U+0001, which no plain text holds */
    size_t count;
};
/* What it answers stops the reading, unless DEALER_OK. */
typedef dealer_status (*csv_function)(void *user_data, const struct csv_record *record);

struct csv {
    struct env *env;
    csv_function function;
    void *user_data;
    struct text bytes;
    size_t *starts; /* of the fields in bytes */
    const char **fields;
    size_t count, capacity;
    int64_t line, begun_at;
    size_t bom; /* bytes of it seen; 3: past it, or there is none */
    enum { CSV_AT_FIELD, CSV_IN_PLAIN, CSV_IN_QUOTES, CSV_AFTER_QUOTE, CSV_IN_FAULT } state;
    enum csv_fault fault;
    bool after_cr, any; /* any: the record has begun */
};

void csv_init(struct csv *csv, struct env *env, csv_function function, void *user_data);
/* The env of the call, for whoever is called in between. */
dealer_status csv_feed(struct csv *csv, struct env *env, const char *data, size_t length);
dealer_status csv_finish(struct csv *csv, struct env *env); /* the last record, if its line does not end */
void csv_free(struct csv *csv);

#endif
