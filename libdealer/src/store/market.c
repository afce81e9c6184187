/* Used machines sold elsewhere. */
#include "store/record_store.h"
#include "store/statement.h"

dealer_status store_market_add(struct env *env, struct connection *connection, const struct market_sale *sale, bool *added_out) {
    struct statement insert = {0};
    int64_t changed = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_MARKET_SALE, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, sale->date_days);
        bind_integer(&insert, sale->price_minor);
        bind_text(&insert, sale->currency);
        bind_text(&insert, sale->category);
        bind_text(&insert, sale->size_class);
        bind_text(&insert, sale->model);
        bind_text(&insert, sale->base_model);
        bind_text(&insert, sale->series);
        bind_text(&insert, sale->serial);
        bind_text(&insert, sale->region);
        bind_nonzero(&insert, sale->year);
        bind_nonzero(&insert, sale->hours);
        bind_text(&insert, sale->attributes_json);
        bind_text(&insert, sale->source);
        bind_text(&insert, sale->source_key);
        status = statement_run(env, &insert, &changed);
    }
    if (status == DEALER_OK && added_out != NULL) *added_out = changed == 1;
    statement_return(&insert);
    return status;
}

static dealer_status read_sale(struct env *env, struct statement *select, struct market_sale *out) {
    *out = (struct market_sale){
        .date_days = column_integer(select, 0),
        .price_minor = column_integer(select, 1),
        .currency = column_text(select, 2, NULL),
        .category = column_text(select, 3, NULL),
        .size_class = column_text(select, 4, NULL),
        .model = column_text(select, 5, NULL),
        .base_model = column_text(select, 6, NULL),
        .series = column_text(select, 7, NULL),
        .serial = column_text(select, 8, NULL),
        .region = column_text(select, 9, NULL),
        .year = column_integer(select, 10),
        .hours = column_integer(select, 11),
        .attributes_json = column_text(select, 12, NULL),
        .source = column_text(select, 13, NULL),
        .source_key = column_text(select, 14, NULL),
    };
    return statement_read_status(env, select);
}

dealer_status store_market_each(struct env *env, struct connection *connection, const char *currency, int64_t before_days,
    dealer_status (*row)(void *user_data, const struct market_sale *sale), void *user_data) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_MARKET_SALES, &select);
    if (status == DEALER_OK) {
        bind_text(&select, currency);
        bind_integer(&select, before_days);
    }
    while (statement_next(env, &select, &status)) {
        struct market_sale sale;
        status = read_sale(env, &select, &sale);
        if (status == DEALER_OK) status = row(user_data, &sale);
    }
    statement_return(&select);
    return status;
}

dealer_status store_market_version(struct env *env, struct connection *connection, int64_t *count_out, int64_t *last_id_out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_MARKET_LAST, &select);
    if (status == DEALER_OK) status = statement_step(env, &select, &row);
    if (status == DEALER_OK) *count_out = *last_id_out = column_integer(&select, 0);
    statement_return(&select);
    return status;
}
