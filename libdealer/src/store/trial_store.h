/* What replay, backtest and market statistics ask of the store. Texts of a row are borrowed for the callback's time. */
#ifndef STORE_TRIAL_STORE_H
#define STORE_TRIAL_STORE_H

#include "store/store.h"

struct stored_decision {
    int64_t id, document /* 0: none */, at_ms, rule_set;
    const char *rule, *entry, *outcome;
    int64_t instructions, bytes;
    const char *input, *result; /* canonical JSON */
    size_t input_length, result_length;
};
typedef dealer_status (*decision_function)(void *user_data, const struct stored_decision *row);

/* The callback is not called when there is none. */
dealer_status store_decision_read(
    struct env *env, struct connection *connection, int64_t id, decision_function row, void *user_data);
/* At most `limit` with ids above `after`, oldest first. */
dealer_status store_decisions_after(
    struct env *env, struct connection *connection, const int64_t after_and_limit[2], decision_function row, void *user_data);
/* Those of the document's last submission, in the order they were asked. */
dealer_status store_decisions_latest(
    struct env *env, struct connection *connection, int64_t document, decision_function row, void *user_data);
dealer_status store_decision_count(struct env *env, struct connection *connection, int64_t *out);

dealer_status store_backtest_add(
    struct env *env, struct connection *connection, const char *hash, const int64_t by_documents_at[3]);
dealer_status store_backtest_known(struct env *env, struct connection *connection, const char *hash, bool *out);

/* Prices in a currency, of days from <= day < to; category and model NULL: any. */
struct market_scope {
    const char *currency, *category, *model;
    int64_t from_days, to_days;
};
struct market_price {
    int64_t price_minor, year, hours /* 0: unknown */;
};
dealer_status store_market_prices(struct env *env, struct connection *connection, const struct market_scope *scope,
    dealer_status (*row)(void *user_data, const struct market_price *price), void *user_data);
/* The first sale of a machine on or after a day; *found_out says whether there is one. */
struct market_resale {
    int64_t price_minor, date_days;
};
dealer_status store_market_resale(struct env *env, struct connection *connection, const struct market_scope *scope,
    const char *serial, struct market_resale *out, bool *found_out);

#endif
