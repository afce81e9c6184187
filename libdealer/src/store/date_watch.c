/* How far the clock has looked through the dates of documents: one row for each date that message rules tell of. */
#include "store/record_store.h"
#include "store/statement.h"

static void bind_key(struct statement *statement, const struct date_watch *watch) {
    bind_text(statement, watch->type);
    bind_text(statement, watch->field);
    bind_integer(statement, watch->days);
}

dealer_status store_date_watch_get(struct env *env, struct connection *connection, struct date_watch *watch, bool *found_out) {
    struct statement select = {0};
    *found_out = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_DATE_WATCH, &select);
    if (status == DEALER_OK) {
        bind_key(&select, watch);
        status = statement_step(env, &select, found_out);
    }
    if (status == DEALER_OK && *found_out) {
        watch->since_ms = column_integer(&select, 0);
        watch->done_on = (int32_t)column_integer(&select, 1);
        watch->done_ms = column_integer(&select, 2);
        watch->day = (int32_t)column_integer(&select, 3);
        watch->started_ms = column_integer(&select, 4);
        watch->position = column_integer(&select, 5);
    }
    statement_return(&select);
    return status;
}

dealer_status store_date_watch_put(struct env *env, struct connection *connection, const struct date_watch *watch) {
    struct statement put = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_PUT_DATE_WATCH, &put);
    if (status == DEALER_OK) {
        bind_key(&put, watch);
        bind_integer(&put, watch->since_ms);
        bind_integer(&put, watch->done_on);
        bind_integer(&put, watch->done_ms);
        bind_integer(&put, watch->day);
        bind_integer(&put, watch->started_ms);
        bind_integer(&put, watch->position);
        status = statement_run(env, &put, NULL);
    }
    statement_return(&put);
    return status;
}
