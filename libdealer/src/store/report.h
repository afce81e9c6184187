/* Questions over many documents: rows from sql/reports.sql, only of what the asker may see, grouped and summed. */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "catalogue/predicate.h"
#include "store/store.h"

enum report_fold { FOLD_SUM, FOLD_MOST, FOLD_COUNT /* of rows that have the value */ };
struct report_sum {
    const char *name;
    enum report_fold fold;
    const char *column;
    bool money;
};
enum { REPORT_KEYS_MOST = 20, REPORT_SUMS_MOST = 8, REPORT_OTHERS_MOST = 3 };

/* What can be asked of one report. `count` is always summed. */
struct report_shape {
    const char *name;
    struct label title;
    const char *type;                       /* what it is about; NULL: documents of every type */
    const char *others[REPORT_OTHERS_MOST]; /* types that it also reads */
    const char *keys[REPORT_KEYS_MOST];     /* what it can be grouped by */
    const char *usual[3];                   /* what it is grouped by if nothing is said */
    struct report_sum sums[REPORT_SUMS_MOST];
    struct {
        const char *key, *by;
    } order;     /* a key that its own text would put into the wrong order */
    bool money;  /* among its sums: always by currency too */
    bool months; /* its day is a month */
    bool as_of;  /* it tells of a day */
};
extern const struct report_shape report_shapes[]; /* after the last: no name */

/* What the asker may see of one type. */
struct report_scope {
    const struct catalogue_type *type;
    const struct predicate *visible;
    const struct predicate *const *seen; /* of each field; NULL: all of them everywhere */
};
struct report_query {
    const struct report_shape *shape;
    const struct report_scope *types; /* the documents it is about */
    int type_count;
    const struct report_scope *others;
    int other_count;
    const struct predicate *filter; /* of the first type; NULL: all */
    const char *keys[REPORT_KEYS_MOST + 1];
    int key_count;
    const char *from, *to; /* the first and the last day or month; NULL: open */
    const char *as_of;
    int64_t now_ms;
};
/* Pushes {key: value ..., "count", sums ...} to rows, in the order of the keys; to hidden the names of fields that are asked about and not
 * seen everywhere. */
dealer_status store_report(struct env *env, struct connection *connection, const struct report_query *query, json_value *rows,
    json_value *hidden, struct json *json);

#endif
