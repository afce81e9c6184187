/* A prepared statement on loan from its connection: bind, step, read, give back. Bindings are borrowed until it is given
 * back. Failures of binding and reading are sticky and told by the next step, so success reads straight down. */
#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include "catalogue/document.h"
#include "store/connection.h"

struct statement {
    struct connection *connection;
    sqlite3_stmt *handle; /* NULL: none on loan */
    int place;            /* enum store_statement_id, or -1: made at run time */
    uint64_t hash;        /* of the text of one made at run time */
    int bound;            /* parameters bound so far */
    int result;           /* sticky */
};

/* Zero-initialise, then lend; statement_return is fine on one that was never lent. */
dealer_status statement_lend(struct env *env, struct connection *connection, enum store_statement_id id, struct statement *out);
dealer_status statement_lend_text(
    struct env *env, struct connection *connection, const char *sql, size_t length, struct statement *out);
void statement_return(struct statement *statement);

/* Each binds the next parameter. */
void bind_integer(struct statement *statement, int64_t value);
void bind_nonzero(struct statement *statement, int64_t value); /* 0 becomes NULL */
void bind_text(struct statement *statement, const char *text); /* NULL stays NULL */
void bind_bytes_of_text(struct statement *statement, const char *text, size_t length);
void bind_blob(struct statement *statement, const void *data, size_t length);
void bind_null(struct statement *statement);
void bind_integer_at(struct statement *statement, int place, int64_t value); /* another value for one bound before */

/* *row_out false: done. */
dealer_status statement_step(struct env *env, struct statement *statement, bool *row_out);
/* Is there another row? Only asks while *status is DEALER_OK; what goes wrong is in it then, and there is no row. */
bool statement_next(struct env *env, struct statement *statement, dealer_status *status);
/* To the end, results thrown away; then it may be bound again. changed_out (may be NULL): how many rows changed. */
dealer_status statement_run(struct env *env, struct statement *statement, int64_t *changed_out);
/* Back to its start, for the next bindings. */
void statement_again(struct statement *statement);

int64_t column_integer(const struct statement *statement, int column); /* 0 for NULL */
bool column_is_null(const struct statement *statement, int column);
/* Whatever it holds; a text until the next step, NULL when there was no memory for it. */
struct value column_value(struct statement *statement, int column);
/* NULL for NULL; until the next step. length_out may be NULL. */
const char *column_text(struct statement *statement, int column, size_t *length_out);
const void *column_blob(struct statement *statement, int column, size_t *length_out);
/* A copy in a region; *out NULL for NULL. */
dealer_status column_copy(struct env *env, struct statement *statement, int column, struct region *region, const char **out);
/* Did reading columns need memory that was not there? To be asked after reading a row by pointers. */
dealer_status statement_read_status(struct env *env, const struct statement *statement);

/* A JSON member from a column: integer, text or null, as stored. */
void column_to_json(struct statement *statement, int column, struct json *json, json_value *object, const char *key);
/* A statement with one parameter whose rows are told as JSON objects, one member a column. */
struct row_shape {
    enum store_statement_id statement;
    int count;
    const char *const *names;
};
/* All its rows, appended to an array. */
dealer_status statement_rows_to_json(struct env *env, struct connection *connection, const struct row_shape *shape, int64_t key,
    json_value *rows, struct json *json);

#endif
