/* Numbers without gaps, and where copied fields came from. */
#include "store/document_store.h"
#include "store/statement.h"

dealer_status store_number_next(
    struct env *env, struct connection *connection, int64_t company, const char *type, int year, int64_t *out) {
    struct statement next = {0};
    bool row = false;
    int64_t number = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_NEXT_NUMBER, &next);
    if (status == DEALER_OK) {
        bind_integer(&next, company);
        bind_text(&next, type);
        bind_integer(&next, year);
        status = statement_step(env, &next, &row);
    }
    if (status == DEALER_OK && row) {
        number = column_integer(&next, 0);
        status = statement_step(env, &next, &row); /* to its end: only then is it done */
    }
    if (status == DEALER_OK) *out = number;
    statement_return(&next);
    return status;
}

dealer_status store_field_source_put(
    struct env *env, struct connection *connection, int64_t document, const struct field_source *source) {
    struct statement put = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_PUT_FIELD_SOURCE, &put);
    if (status == DEALER_OK) {
        bind_integer(&put, document);
        bind_text(&put, source->field);
        bind_integer(&put, source->document);
        bind_text(&put, source->source_field);
        bind_integer(&put, source->version);
        status = statement_run(env, &put, NULL);
    }
    statement_return(&put);
    return status;
}

dealer_status store_field_sources(
    struct env *env, struct connection *connection, int64_t document, json_value *rows, struct json *json) {
    static const char *const names[] = {"field", "document", "source_field", "version"};
    static const struct row_shape shape = {STATEMENT_SELECT_FIELD_SOURCES, sizeof names / sizeof names[0], names};
    return statement_rows_to_json(env, connection, &shape, document, rows, json);
}
