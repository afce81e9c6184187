/* The ledger of quotas: entries are only ever added, inside the write transaction of their cause, so that two orders at once
 * cannot both see the same rest. */
#include "store/record_store.h"
#include "store/statement.h"

dealer_status store_quota_add(struct env *env, struct connection *connection, const struct quota_entry *entry) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_QUOTA_ENTRY, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, entry->person);
        bind_integer(&insert, entry->company);
        bind_text(&insert, entry->period);
        bind_integer(&insert, entry->document);
        bind_integer(&insert, entry->amount);
        bind_integer(&insert, entry->at_ms);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

dealer_status store_quota_used(
    struct env *env, struct connection *connection, int64_t person, int64_t company, const char *period, int64_t *out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_QUOTA_USED, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, person);
        bind_integer(&select, company);
        bind_text(&select, period);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK) *out = row ? column_integer(&select, 0) : 0;
    statement_return(&select);
    return status;
}

dealer_status store_quota_of(struct env *env, struct connection *connection, struct region *region, int64_t document,
    struct quota_entry *out, bool *found_out) {
    struct statement select = {0};
    bool row = false;
    *found_out = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_QUOTA_OF_DOCUMENT, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, document);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && row) {
        size_t length = 0;
        const char *period = column_text(&select, 2, &length);
        *out = (struct quota_entry){.person = column_integer(&select, 0),
            .company = column_integer(&select, 1),
            .period = region_copy(region, env, period, length),
            .document = document,
            .amount = column_integer(&select, 3)};
        *found_out = true;
        if (out->period == NULL) status = DEALER_E_NOMEM;
    }
    statement_return(&select);
    return status;
}
