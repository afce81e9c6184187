/* dealer_session: who acts, and the host's own transactions. */
#include "api/door.h"
#include <string.h>

static dealer_status identify(struct door *door, const char *person) {
    struct deal *deal = &door->deal;
    const struct org *org = deal->snapshot->org;
    int employee = org_employee_by_code(org, person);
    if (employee < 0) return error_raise(&deal->env->error, &E_PERSON_UNKNOWN, "code", person, NULL);
    if (org->employees[employee].disabled)
        return error_raise(&deal->env->error, &E_PERSON_DISABLED, "person", org->employees[employee].name, NULL);
    door->session->person = org->employees[employee].id;
    return DEALER_OK;
}

static dealer_status trace(struct door *door, const char *reason) {
    struct deal *deal = &door->deal;
    struct json *json = NULL;
    dealer_status status = json_new(deal->env, &json);
    if (status) return status;
    json_value *root = json_new_object(json);
    json_set_text(json, root, "reason", reason);
    char *detail = json_status(json) ? NULL : json_write(deal->env, root, true, false, NULL);
    status = detail ? deal_journal(deal, NULL, "system_session", detail) : error_nomem(&deal->env->error);
    env_free(deal->env, detail);
    json_free(json);
    return status;
}

/* Both are known by code; whether the one acts for the other now is the door's question, at this and every later call. */
static dealer_status identify_substitute(struct door *door, const char *person, const char *principal) {
    const struct org *org = door->deal.snapshot->org;
    dealer_status status = identify(door, person);
    int acting = org_employee_by_code(org, person);
    if (!status) status = identify(door, principal);
    int other = org_employee_by_code(org, principal);
    if (status) return status;
    if (!org_has_post_in_force(org, acting, door->deal.now_ms) || !org_substitutes(org, acting, other, door->deal.now_ms))
        return error_raise(&door->deal.env->error, &E_NO_SUBSTITUTE, "person", org->employees[acting].name, "other",
            org->employees[other].name, NULL);
    door->session->acting = org->employees[acting].id;
    return DEALER_OK;
}

static dealer_status begin(struct door *door, const char *text, const char *principal, bool system) {
    size_t length = strlen(text);
    if (length < 1 || length > 200 || !utf8_is_plain(text, length))
        return error_raise(&door->session->env->error, &E_TEXT_LENGTH, "argument", system ? "reason" : "person", "least", "1",
            "most", "200", NULL);
    if (system) return door->session->core->read_only ? DEALER_OK : trace(door, text);
    return principal ? identify_substitute(door, text, principal) : identify(door, text);
}

/* The text is a person's code (principal: of the one for whom he acts, or NULL), or the system's reason. */
static dealer_status open_session(
    dealer_store *store, dealer_session **out, dealer_error **error_out, const char *text, const char *principal, bool system) {
    struct env env;
    struct door door;
    if (!store || store->mark != MARK_STORE) return misuse_without_handle(error_out, "dealer_session_open", "store");
    if (!out || !text)
        return misuse_without_handle(error_out, "dealer_session_open", out ? (system ? "reason" : "person") : "session_out");
    env_init(&env, &store->core->seams);
    dealer_session *session = env_alloc(&env, sizeof *session);
    if (session) session->env = env_alloc(&env, sizeof *session->env);
    if (!session || !session->env) {
        env_free(&env, session);
        return DEALER_E_NOMEM;
    }
    session->mark = MARK_SESSION;
    session->core = core_take(store->core);
    env_init(session->env, &store->core->seams);
    dealer_status status = door_enter(&door, session, system && !session->core->read_only ? DOOR_WRITE : DOOR_READ);
    if (!status) status = door_leave(&door, begin(&door, text, principal, system));
    if (status) {
        if (error_out) *error_out = error_copy(&store->core->seams, &session->env->error);
        dealer_session_close(session);
    } else {
        *out = session;
    }
    return status;
}

dealer_status dealer_session_open(dealer_store *store, dealer_session **session_out, dealer_error **error_out, const char *person) {
    return open_session(store, session_out, error_out, person, NULL, false);
}

dealer_status dealer_session_open_as_substitute(
    dealer_store *store, dealer_session **session_out, dealer_error **error_out, const char *person, const char *for_person) {
    return for_person ? open_session(store, session_out, error_out, person, for_person, false)
                      : misuse_without_handle(error_out, "dealer_session_open_as_substitute", "for_person");
}

dealer_status dealer_session_open_system(
    dealer_store *store, dealer_session **session_out, dealer_error **error_out, const char *reason) {
    return open_session(store, session_out, error_out, reason, NULL, true);
}

/* Gives the connection of the host's transaction back. */
static void end_transaction(dealer_session *session) {
    store_release(session->core->store, session->connection);
    session->connection = NULL;
    session->made_versions = false;
    core_leave(session->core);
}

void dealer_session_close(dealer_session *given) {
    dealer_session *session = session_of(given);
    if (!session) return;
    struct core *core = session->core;
    if (session->connection) {
        store_rollback(session->connection);
        end_transaction(session);
    }
    session->mark = MARK_FREED;
    snapshot_drop(session->seen);
    env_finish(session->env);
    core->seams.allocate(core->seams.allocator_data, session->env, 0);
    core->seams.allocate(core->seams.allocator_data, session, 0);
    core_drop(core);
}

const dealer_error *dealer_session_error(const dealer_session *session) {
    return session && session->mark == MARK_SESSION ? (const dealer_error *)&session->env->error : NULL;
}

int64_t dealer_session_person(const dealer_session *session) {
    return session && session->mark == MARK_SESSION ? session->person : 0;
}

int64_t dealer_session_acting(const dealer_session *session) {
    return session && session->mark == MARK_SESSION ? session->acting : 0;
}

dealer_status dealer_session_begin(dealer_session *given) {
    dealer_session *session = session_of(given);
    if (!session) return DEALER_E_MISUSE;
    struct env *env = session_env(session);
    if (session->connection) return error_raise(&env->error, &E_TRANSACTION_OPEN, NULL);
    if (!core_enter(session->core)) return error_raise(&env->error, &E_STORE_CLOSED, NULL);
    dealer_status status = store_acquire(env, session->core->store, &session->connection);
    if (status) {
        session->connection = NULL;
        core_leave(session->core);
        return status;
    }
    status = store_begin(env, session->connection, true);
    if (status) end_transaction(session);
    session->seen_holds = false;
    return status;
}

static dealer_status end_of(dealer_session *given, bool commit) {
    dealer_session *session = session_of(given);
    if (!session) return DEALER_E_MISUSE;
    struct env *env = session_env(session);
    if (!session->connection) return error_raise(&env->error, &E_TRANSACTION_NONE, NULL);
    dealer_status status = DEALER_OK;
    if (commit)
        status = store_commit(env, session->connection);
    else
        store_rollback(session->connection);
    end_transaction(session);
    return status;
}

dealer_status dealer_session_commit(dealer_session *session) {
    return end_of(session, true);
}

dealer_status dealer_session_rollback(dealer_session *session) {
    return end_of(session, false);
}
