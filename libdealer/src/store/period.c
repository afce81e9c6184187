/* Periods that finance has locked: one row a company, type and month. The statements that write documents look them up. */
#include "store/document_store.h"
#include "store/messages.h"
#include "store/statement.h"

static void bind_period(struct statement *statement, const struct period *period) {
    bind_integer(statement, period->company);
    bind_text(statement, period->type);
    bind_text(statement, period->month);
}

static enum period_state state_of(const char *name) {
    return *name == 'h' ? PERIOD_HELD : PERIOD_CLOSED;
}

/* The state, and, of one that is not open, the company's code in the region (NULL: not wanted). */
static dealer_status read_state(struct env *env, struct connection *connection, const struct period *period, struct region *region,
    enum period_state *out, const char **company_out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_PERIOD_LOCK, &select);
    *out = PERIOD_OPEN;
    if (status == DEALER_OK) {
        bind_period(&select, period);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && row) {
        const char *state = column_text(&select, 0, NULL);
        status = statement_read_status(env, &select);
        if (status == DEALER_OK) *out = state_of(state);
        if (status == DEALER_OK && region != NULL) status = column_copy(env, &select, 1, region, company_out);
    }
    statement_return(&select);
    return status;
}

dealer_status store_period_state(
    struct env *env, struct connection *connection, const struct period *period, enum period_state *out) {
    return read_state(env, connection, period, NULL, out, NULL);
}

static dealer_status raise(struct env *env, const struct period *period, const char *company, enum period_state state) {
    const struct message *message = state == PERIOD_CLOSED ? &E_PERIOD_CLOSED : &E_PERIOD_HELD;
    return error_raise(
        &env->error, message, "period", period->month, "type", period->type, "company", company == NULL ? "?" : company, NULL);
}

static dealer_status month_of_stored(
    struct env *env, struct connection *connection, const struct document *document, struct region *region, const char **out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_DOCUMENT_PERIOD, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, document_id(document));
        status = statement_step(env, &select, &row);
    }
    *out = NULL;
    if (status == DEALER_OK && row) status = column_copy(env, &select, 0, region, out);
    statement_return(&select);
    return status;
}

/* The stored month is asked first: a document that lies in a locked one could not even be moved out of it. */
dealer_status store_period_refuse(struct env *env, struct connection *connection, const struct document *document) {
    struct region region;
    const char *company = NULL, *stored = NULL;
    enum period_state state = PERIOD_OPEN;
    struct period period = {document_integer(document, COMMON_COMPANY), document->type->name, NULL};
    region_init(&region, env->seams);
    dealer_status status = month_of_stored(env, connection, document, &region, &stored);
    period.month = stored;
    if (status == DEALER_OK && stored != NULL) status = read_state(env, connection, &period, &region, &state, &company);
    if (status == DEALER_OK && state == PERIOD_OPEN) {
        period.month = document_text(document, COMMON_PERIOD);
        status = read_state(env, connection, &period, &region, &state, &company);
    }
    if (status == DEALER_OK) status = raise(env, &period, company, state);
    region_finish(&region);
    return status;
}

dealer_status store_period_put(struct env *env, struct connection *connection, const struct period *period, enum period_state state,
    int64_t person, int64_t now_ms) {
    bool opens = state == PERIOD_OPEN;
    struct statement put = {0};
    dealer_status status = statement_lend(env, connection, opens ? STATEMENT_DELETE_PERIOD_LOCK : STATEMENT_PUT_PERIOD_LOCK, &put);
    if (status == DEALER_OK) {
        bind_period(&put, period);
        if (!opens) {
            bind_text(&put, period_state_names[state]);
            bind_integer(&put, person);
            bind_integer(&put, now_ms);
        }
        status = statement_run(env, &put, NULL);
    }
    statement_return(&put);
    return status;
}

dealer_status store_periods(
    struct env *env, struct connection *connection, int64_t company, const char *from, json_value *rows, struct json *json) {
    static const char *const names[] = {"company", "type", "period", "state", "person", "at_ms"};
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_PERIOD_LOCKS, &select);
    if (status == DEALER_OK) {
        bind_nonzero(&select, company);
        bind_text(&select, from);
    }
    while (statement_next(env, &select, &status)) {
        json_value *object = json_new_object(json);
        for (int i = 0; i < (int)(sizeof names / sizeof names[0]); i++) column_to_json(&select, i, json, object, names[i]);
        json_push(json, rows, object);
        status = statement_read_status(env, &select);
    }
    statement_return(&select);
    return status == DEALER_OK ? json_status(json) : status;
}
