/* Delivery by several consumers: a lease keeps what one has fetched from the others until it ends; what failed waits; what failed too
 * often is given up. Knows marks on rows; how long what waits is said by the use case. */
#include "store/message_row.h"
#include "store/messages.h"
#include "store/uuid.h"

static dealer_status bury(struct env *env, struct connection *connection, const struct message_lease *lease) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_BURY_MESSAGES, &update);
    if (status == DEALER_OK) {
        bind_integer(&update, lease->now_ms);
        bind_integer(&update, lease->attempts_most);
        status = statement_run(env, &update, NULL);
    }
    statement_return(&update);
    return status;
}

static dealer_status take(struct env *env, struct connection *connection, const struct message_lease *lease) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_LEASE_MESSAGES, &update);
    if (status == DEALER_OK) {
        bind_text(&update, lease->id);
        bind_integer(&update, lease->until_ms);
        bind_integer(&update, lease->now_ms);
        bind_integer(&update, lease->limit);
        status = statement_run(env, &update, NULL);
    }
    statement_return(&update);
    return status;
}

dealer_status store_messages_lease(
    struct env *env, struct connection *connection, struct message_lease *lease, message_visitor row, void *user_data) {
    struct statement select = {0};
    dealer_status status = uuid_make(env, lease->now_ms, lease->id);
    if (status == DEALER_OK) status = bury(env, connection, lease);
    if (status == DEALER_OK) status = take(env, connection, lease);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_SELECT_MESSAGES_LEASED, &select);
    if (status == DEALER_OK) {
        bind_text(&select, lease->id);
        status = message_rows(env, &select, row, user_data);
    }
    statement_return(&select);
    return status;
}

dealer_status store_message_attempts(struct env *env, struct connection *connection, int64_t id, int64_t *out) {
    struct statement select = {0};
    bool there = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_MESSAGE_ATTEMPTS, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, id);
        status = statement_step(env, &select, &there);
    }
    if (status == DEALER_OK && there) *out = column_integer(&select, 0);
    statement_return(&select);
    if (status == DEALER_OK && !there) status = error_raise(&env->error, &E_MESSAGE_NOT_FOUND, "id", NUMBER(id), NULL);
    return status;
}

/* Runs to the end; that no row changed means that the lease does not hold it. */
static dealer_status run_on_leased(
    struct env *env, struct connection *connection, struct statement *update, int64_t id, const char *lease) {
    int64_t changed = 0, attempts;
    dealer_status status = statement_run(env, update, &changed);
    if (status != DEALER_OK || changed == 1) return status;
    status = store_message_attempts(env, connection, id, &attempts);
    return status != DEALER_OK
               ? status
               : error_raise(&env->error, &E_MESSAGE_LEASE_LOST, "id", NUMBER(id), "lease", lease == NULL ? "-" : lease, NULL);
}

dealer_status store_message_settle(struct env *env, struct connection *connection, int64_t id, const char *lease, int64_t now_ms) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SETTLE_MESSAGE, &update);
    if (status == DEALER_OK) {
        bind_integer(&update, now_ms);
        bind_integer(&update, id);
        bind_text(&update, lease);
        status = run_on_leased(env, connection, &update, id, lease);
    }
    statement_return(&update);
    return status;
}

dealer_status store_message_fail(struct env *env, struct connection *connection, const struct message_failure *failure) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_FAIL_MESSAGE, &update);
    if (status == DEALER_OK) {
        bind_integer(&update, failure->id);
        bind_text(&update, failure->lease);
        bind_text(&update, failure->reason);
        bind_integer(&update, failure->available_ms);
        bind_nonzero(&update, failure->dead_ms);
        status = run_on_leased(env, connection, &update, failure->id, failure->lease);
    }
    statement_return(&update);
    return status;
}

dealer_status store_message_revive(struct env *env, struct connection *connection, int64_t id, int64_t now_ms) {
    struct statement update = {0};
    int64_t changed = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_REVIVE_MESSAGE, &update);
    if (status == DEALER_OK) {
        bind_integer(&update, now_ms);
        bind_integer(&update, id);
        status = statement_run(env, &update, &changed);
    }
    statement_return(&update);
    if (status == DEALER_OK && changed != 1) status = error_raise(&env->error, &E_MESSAGE_NOT_DEAD, "id", NUMBER(id), NULL);
    return status;
}
