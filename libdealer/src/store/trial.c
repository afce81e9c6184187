#include "store/trial_store.h"

#include "store/statement.h"

/* -- decisions -- */

static dealer_status read_decision(struct env *env, struct statement *select, struct stored_decision *out) {
    *out = (struct stored_decision){
        .id = column_integer(select, 0),
        .document = column_integer(select, 1),
        .at_ms = column_integer(select, 2),
        .rule_set = column_integer(select, 3),
        .rule = column_text(select, 4, NULL),
        .entry = column_text(select, 5, NULL),
        .outcome = column_text(select, 6, NULL),
        .instructions = column_integer(select, 7),
        .bytes = column_integer(select, 8),
    };
    out->input = column_text(select, 9, &out->input_length);
    out->result = column_text(select, 10, &out->result_length);
    return statement_read_status(env, select);
}

static dealer_status each_decision(struct env *env, struct statement *select, decision_function row, void *user_data) {
    dealer_status status = DEALER_OK;
    while (statement_next(env, select, &status)) {
        struct stored_decision decision;
        status = read_decision(env, select, &decision);
        if (status == DEALER_OK) status = row(user_data, &decision);
    }
    return status;
}

static dealer_status decisions_by(struct env *env, struct connection *connection, enum store_statement_id which, int64_t key,
    decision_function row, void *user_data) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, which, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, key);
        status = each_decision(env, &select, row, user_data);
    }
    statement_return(&select);
    return status;
}

dealer_status store_decision_read(
    struct env *env, struct connection *connection, int64_t id, decision_function row, void *user_data) {
    return decisions_by(env, connection, STATEMENT_SELECT_DECISION, id, row, user_data);
}

dealer_status store_decisions_latest(
    struct env *env, struct connection *connection, int64_t document, decision_function row, void *user_data) {
    return decisions_by(env, connection, STATEMENT_SELECT_DECISIONS_LATEST, document, row, user_data);
}

dealer_status store_decisions_after(
    struct env *env, struct connection *connection, const int64_t after_and_limit[2], decision_function row, void *user_data) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_DECISIONS_AFTER, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, after_and_limit[0]);
        bind_integer(&select, after_and_limit[1]);
        status = each_decision(env, &select, row, user_data);
    }
    statement_return(&select);
    return status;
}

static dealer_status ask_integer(struct env *env, struct statement *select, int64_t *out) {
    bool there = false;
    dealer_status status = statement_step(env, select, &there);
    if (status == DEALER_OK) *out = column_integer(select, 0);
    return status;
}

dealer_status store_decision_count(struct env *env, struct connection *connection, int64_t *out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_DECISION_LAST, &select);
    if (status == DEALER_OK) status = ask_integer(env, &select, out);
    statement_return(&select);
    return status;
}

/* -- backtests -- */

dealer_status store_backtest_add(
    struct env *env, struct connection *connection, const char *hash, const int64_t by_documents_at[3]) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_BACKTEST, &insert);
    if (status == DEALER_OK) {
        bind_text(&insert, hash);
        for (int i = 0; i < 3; i++) bind_integer(&insert, by_documents_at[i]);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

dealer_status store_backtest_known(struct env *env, struct connection *connection, const char *hash, bool *out) {
    struct statement select = {0};
    int64_t count = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_BACKTEST, &select);
    if (status == DEALER_OK) {
        bind_text(&select, hash);
        status = ask_integer(env, &select, &count);
    }
    if (status == DEALER_OK) *out = count > 0;
    statement_return(&select);
    return status;
}

/* -- market -- */

dealer_status store_market_prices(struct env *env, struct connection *connection, const struct market_scope *scope,
    dealer_status (*row)(void *user_data, const struct market_price *price), void *user_data) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_MARKET_PRICES, &select);
    if (status == DEALER_OK) {
        bind_text(&select, scope->currency);
        bind_integer(&select, scope->from_days);
        bind_integer(&select, scope->to_days);
        bind_text(&select, scope->category);
        bind_text(&select, scope->model);
    }
    while (statement_next(env, &select, &status)) {
        status = row(
            user_data, &(struct market_price){column_integer(&select, 0), column_integer(&select, 1), column_integer(&select, 2)});
    }
    statement_return(&select);
    return status;
}

dealer_status store_market_resale(struct env *env, struct connection *connection, const struct market_scope *scope,
    const char *serial, struct market_resale *out, bool *found_out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_MARKET_RESALE, &select);
    if (status == DEALER_OK) {
        bind_text(&select, serial);
        bind_text(&select, scope->currency);
        bind_integer(&select, scope->from_days);
        status = statement_step(env, &select, found_out);
    }
    if (status == DEALER_OK && *found_out) *out = (struct market_resale){column_integer(&select, 0), column_integer(&select, 1)};
    statement_return(&select);
    return status;
}
