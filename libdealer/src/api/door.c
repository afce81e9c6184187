/* The door. Knows transactions, snapshots, permission and locks; nothing of what a call is for. */
#include "api/door.h"
#include "dealer/status.h"
#include <string.h>

static dealer_status take_connection(struct door *door) {
    dealer_session *session = door->session;
    struct env *env = session->env;
    if (session->connection) {
        door->nested = true;
        door->deal.connection = session->connection;
        return door->write ? store_savepoint(env, session->connection) : DEALER_OK;
    }
    dealer_status status = store_acquire(env, session->core->store, &door->deal.connection);
    if (status) return status;
    status = store_begin(env, door->deal.connection, door->write);
    if (status) {
        store_release(session->core->store, door->deal.connection);
        door->deal.connection = NULL;
    }
    return status;
}

/* A substitution ends at its instant, also in a session that is open. */
static dealer_status check_substitute(struct deal *deal) {
    const struct org *org = deal->snapshot->org;
    int acting = org_employee_by_id(org, deal->acting);
    bool may = acting >= 0 && org_has_post_in_force(org, acting, deal->now_ms) &&
               org_substitutes(org, acting, deal->employee, deal->now_ms);
    if (may) return DEALER_OK;
    return error_raise(&deal->env->error, &E_NO_SUBSTITUTE, "person", deal_person_name(deal, deal->acting), "other",
        deal_person_name(deal, deal->person), NULL);
}

static dealer_status take_snapshot(struct door *door) {
    struct deal *deal = &door->deal;
    struct store_versions versions;
    dealer_status status = store_versions(deal->env, deal->connection, &versions);
    if (!status) status = snapshot_cache_get(deal->cache, deal->env, deal->connection, &versions, &door->snapshot);
    if (status) return status;
    deal->snapshot = door->snapshot;
    if (!deal->person) return DEALER_OK;
    deal->employee = org_employee_by_id(deal->snapshot->org, deal->person);
    if (deal->employee < 0 || deal->snapshot->org->employees[deal->employee].disabled)
        return error_raise(&deal->env->error, &E_PERSON_DISABLED, "person", deal_person_name(deal, deal->person), NULL);
    return deal->acting ? check_substitute(deal) : DEALER_OK;
}

dealer_status door_enter(struct door *door, dealer_session *given, enum door_kind kind) {
    dealer_session *session = session_of(given);
    memset(door, 0, sizeof *door);
    if (!session) return DEALER_E_MISUSE;
    struct env *env = session_env(session);
    if (!core_enter(session->core)) return error_raise(&env->error, &E_STORE_CLOSED, NULL);
    door->session = session;
    door->write = kind == DOOR_WRITE;
    door->deal = (struct deal){.env = env,
        .cache = session->made_versions ? NULL : &session->core->snapshots,
        .market = session->core->market,
        .employee = -1,
        .person = session->person,
        .acting = session->acting,
        .now_ms = env_now_ms(env)};
    region_init(&door->deal.region, &session->core->seams);
    decisions_init(&door->decisions, &session->core->seams);
    if (door->write) door->deal.decisions = &door->decisions;
    dealer_status status = take_connection(door);
    if (!status) status = take_snapshot(door);
    if (door->deal.connection) store_journal_mark(door->deal.connection);
    return status ? door_leave(door, status) : DEALER_OK;
}

/* Passes the door once, and remembers what was in force. The epoch is read first: whoever changes something meanwhile moves it. */
static dealer_status look(dealer_session *session) {
    struct door door;
    uint64_t epoch = 0;
    bool holds = !session->connection && epoch_read(session->core->epoch, &epoch);
    session->seen_holds = false;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    snapshot_drop(session->seen);
    session->seen = snapshot_take(door.snapshot);
    session->seen_epoch = epoch;
    session->seen_employee = door.deal.employee;
    session->seen_seats = permission_seats_of(door.snapshot->permissions, door.deal.employee);
    session->seen_acting = session->acting ? org_employee_by_id(door.snapshot->org, session->acting) : -1;
    status = door_leave(&door, DEALER_OK);
    session->seen_holds = !status && holds;
    return status;
}

dealer_status door_look(dealer_session *given, struct glance *out) {
    dealer_session *session = session_of(given);
    if (!session) return DEALER_E_MISUSE;
    session_env(session);
    dealer_status status = glance_holds(session) ? DEALER_OK : look(session);
    if (status) return status;
    *out = glance_of(session);
    if (session->seen_acting < 0) return DEALER_OK;
    const struct org *org = session->seen->org;
    int64_t now_ms = glance_now(out);
    if (org_has_post_in_force(org, session->seen_acting, now_ms) &&
        org_substitutes(org, session->seen_acting, session->seen_employee, now_ms))
        return DEALER_OK;
    return look(session); /* which says why not */
}

dealer_status door_enter_system(struct door *door, dealer_session *session, enum door_kind kind) {
    dealer_status status = door_enter(door, session, kind);
    if (!status && door->deal.person) status = door_leave(door, error_raise(&door->deal.env->error, &E_SYSTEM_ONLY, NULL));
    return status;
}

/* What rules said in a call that was refused is kept; when the store or memory failed, nobody knows what was decided. */
static bool is_refusal(const struct door *door, dealer_status status) {
    return door->decisions.first && (!status || (status >= DEALER_E_INVALID && status <= DEALER_E_RULE));
}

static dealer_status end_nested(struct door *door, dealer_status status) {
    struct deal *deal = &door->deal;
    dealer_status logged = DEALER_OK;
    bool keep = !status && !door->discard;
    if (!door->write) return status;
    if (keep) status = decisions_write(deal->env, deal->connection, &door->decisions, true);
    if (keep && !status) return store_savepoint_release(deal->env, deal->connection);
    store_savepoint_rollback(deal->connection);
    if (!keep && is_refusal(door, status)) logged = decisions_write(deal->env, deal->connection, &door->decisions, false);
    return status ? status : logged;
}

/* In a transaction of its own, after all else was given up. */
static dealer_status log_refusal(struct door *door) {
    struct deal *deal = &door->deal;
    dealer_status status = store_begin(deal->env, deal->connection, true);
    if (status) return status;
    status = decisions_write(deal->env, deal->connection, &door->decisions, false);
    if (!status) status = store_commit(deal->env, deal->connection);
    if (status) store_rollback(deal->connection);
    return status;
}

static dealer_status end_own(struct door *door, dealer_status status) {
    struct deal *deal = &door->deal;
    bool keep = !status && !door->discard;
    if (keep) status = decisions_write(deal->env, deal->connection, &door->decisions, true);
    if (keep && !status) {
        status = store_commit(deal->env, deal->connection);
    } else {
        store_rollback(deal->connection);
        dealer_status logged = !keep && is_refusal(door, status) ? log_refusal(door) : DEALER_OK;
        if (!status) status = logged;
    }
    store_release(door->session->core->store, deal->connection);
    return status;
}

dealer_status door_leave(struct door *door, dealer_status status) {
    if (!status && door->write && !door->discard) status = messages_tell(&door->deal);
    if (door->deal.connection) status = door->nested ? end_nested(door, status) : end_own(door, status);
    snapshot_drop(door->snapshot);
    deal_let_go(&door->deal);
    region_finish(&door->deal.region);
    decisions_finish(&door->decisions);
    core_leave(door->session->core);
    return status;
}

/* -- one of many -- */

dealer_status door_try(struct door *door) {
    door->decisions.tried = door->decisions.last;
    door->written = store_written(door->deal.connection);
    return door->light ? DEALER_OK : store_savepoint(door->deal.env, door->deal.connection);
}

dealer_status door_tried(struct door *door, dealer_status status, bool keep) {
    struct connection *connection = door->deal.connection;
    if (!status && keep) return door->light ? DEALER_OK : store_savepoint_release(door->deal.env, connection);
    if (door->light)
        door->again = door->written != store_written(connection);
    else
        store_savepoint_rollback(connection);
    decisions_refuse(&door->decisions);
    return status;
}

static dealer_status run_many(struct door *door, const struct door_many *many) {
    dealer_status status = DEALER_OK;
    many->anew(many->user_data);
    for (size_t i = 0; !status && !door->again && i < many->count; i++) {
        status = many->one(many->user_data, i);
        if (!door_is_about_one(status)) return status;
        error_clear(&door->deal.env->error);
        status = DEALER_OK;
    }
    return status;
}

dealer_status door_each(struct door *door, const struct door_many *many) {
    struct deal *deal = &door->deal;
    struct decision_note **before = door->decisions.last;
    dealer_status status = store_savepoint(deal->env, deal->connection);
    if (status) return status;
    door->light = true;
    status = run_many(door, many);
    door->light = false;
    if (status || !door->again) return status ? status : store_savepoint_release(deal->env, deal->connection);
    store_savepoint_rollback(deal->connection);
    decisions_forget(&door->decisions, before);
    deal_let_go(deal);
    deal->taken = NULL;
    door->again = false;
    return run_many(door, many);
}

bool door_is_about_one(dealer_status status) {
    return status != DEALER_E_NOMEM && status != DEALER_E_IO && status != DEALER_E_FULL && status != DEALER_E_BUSY &&
           status != DEALER_E_CORRUPT && status != DEALER_E_INTERNAL;
}

/* -- documents -- */

/* The part in a chain of documents that an action is. */
static enum chain_part part_of(enum document_action action) {
    switch (action) {
    case ACTION_CREATE: return PART_CREATE;
    case ACTION_EDIT: return PART_EDIT;
    case ACTION_SUBMIT:
    case ACTION_ENTER: return PART_SUBMIT;
    case ACTION_REVIEW:
    case ACTION_FINANCE_REVIEW: return PART_REVIEW;
    case ACTION_LOCK: return PART_LOCK;
    case ACTION_VOID: return PART_VOID;
    case ACTION_CONFIRM: return PART_CONFIRM;
    default: return PART_COUNT;
    }
}

dealer_status door_fields(
    struct door *door, const struct document *document, enum document_action action, struct permission_fields *out) {
    struct deal *deal = &door->deal;
    *out = (struct permission_fields){NULL, NULL};
    if (deal->employee < 0) return DEALER_OK;
    return permission_fields(deal->env, &deal->region, deal->snapshot->permissions,
        &(struct permission_question){deal->employee, {document->type, action}, deal->now_ms}, document, out);
}

dealer_status door_hide(struct door *door, struct document *document) {
    struct permission_fields fields;
    if (door->deal.employee < 0 || !permission_limits_fields(door->deal.snapshot->permissions, document->type)) return DEALER_OK;
    dealer_status status = door_fields(door, document, document_id(document) ? ACTION_EDIT : ACTION_CREATE, &fields);
    return status ? status : document_hide(door->deal.env, document, fields.hidden);
}

dealer_status door_screen(struct door *door, const struct document *document, dealer_status status) {
    struct error *error = &door->deal.env->error;
    bool tells = status == DEALER_E_INVALID || status == DEALER_E_GATE || status == DEALER_E_RULE;
    if (!tells || !document || !document->hidden) return status;
    error_clear(error);
    return error_raise(error, status == DEALER_E_INVALID ? &E_HIDDEN_INVALID : &E_HIDDEN_GATE, "document",
        deal_title(&door->deal, document), NULL);
}

dealer_status door_permit(struct door *door, const struct document *document, enum document_action action) {
    struct deal *deal = &door->deal;
    struct function function = {document->type, action};
    struct json *json = NULL;
    json_value *why = NULL;
    if (deal->employee < 0) return action == ACTION_READ ? DEALER_OK : error_raise(&deal->env->error, &E_SYSTEM_MAY_NOT, NULL);
    if (permission_allows(deal->snapshot->permissions, deal->employee, function, document, deal->now_ms))
        return part_of(action) < PART_COUNT ? separation_check(deal, document, part_of(action)) : DEALER_OK;
    dealer_status status = json_new(deal->env, &json);
    if (!status)
        status = permission_explain(deal->env, deal->snapshot->permissions,
            &(struct permission_question){deal->employee, function, deal->now_ms}, document, json, &why);
    if (!status)
        status = error_raise(
            &deal->env->error, &E_DENIED, "reason_en", json_get_text(why, "en"), "reason_zh", json_get_text(why, "zh"), NULL);
    json_free(json);
    return status;
}

static dealer_status raise_not_found(struct deal *deal, int64_t id) {
    error_clear(&deal->env->error);
    return error_raise(&deal->env->error, &E_NO_SUCH_DOCUMENT, "id", NUMBER(id), NULL);
}

static dealer_status check_version(struct deal *deal, const struct document *document, int64_t version) {
    int64_t stored = document_integer(document, COMMON_VERSION);
    if (version <= 0 || stored == version) return DEALER_OK;
    return error_raise(&deal->env->error, &E_DOCUMENT_STALE, "document", deal_title(deal, document), "stored", NUMBER(stored),
        "version", NUMBER(version), NULL);
}

dealer_status door_document(struct door *door, int64_t id, enum document_action action, int64_t version, struct document **out) {
    struct deal *deal = &door->deal;
    struct document *document = NULL;
    dealer_status status = deal_load(deal, id, &document);
    if (status == DEALER_E_NOT_FOUND) return raise_not_found(deal, id);
    if (status) return status;
    status = door_hide(door, document); /* first, for explanations too keep to it */
    if (!status) status = door_permit(door, document, ACTION_READ);
    if (status == DEALER_E_DENIED)
        status = raise_not_found(deal, id);
    else if (!status && action != ACTION_READ)
        status = door_permit(door, document, action);
    if (!status) status = check_version(deal, document, version);
    if (status)
        document_free(document);
    else
        *out = document;
    return status;
}

dealer_status door_change(struct door *door, int64_t id, enum document_action action, int64_t version, struct document **out) {
    struct document *document = NULL;
    dealer_status status = door_document(door, id, action, version, &document);
    if (!status) status = deal_check_unlocked(&door->deal, document);
    if (status)
        document_free(document);
    else
        *out = document;
    return status;
}

void door_say_result(struct door *door, struct json *json, json_value *item, dealer_status status) {
    const struct error *error = &door->deal.env->error;
    bool tells = status && error->depth;
    json_set_boolean(json, item, "ok", status == DEALER_OK);
    json_set_text(json, item, "status", dealer_status_name(status));
    json_set_text(json, item, "en", tells ? error->entries[0].en : NULL);
    json_set_text(json, item, "zh", tells ? error->entries[0].zh : NULL);
}

bool door_sees_nothing(const struct door *door) {
    const struct deal *deal = &door->deal;
    return deal->employee >= 0 && !org_has_post_in_force(deal->snapshot->org, deal->employee, deal->now_ms);
}

/* -- answers -- */

dealer_status door_answer(struct door *door, dealer_status status, struct json *json, const json_value *value, dealer_text **out) {
    dealer_text *text = NULL;
    if (!status)
        status = json && json_status(json) ? error_nomem(&door->deal.env->error)
                                           : text_of_json(door->deal.env, door->session->core, value, &text);
    json_free(json);
    status = door_leave(door, status);
    if (status)
        dealer_text_free(text);
    else
        *out = text;
    return status;
}

dealer_status door_conclude(struct door *door, dealer_status status, struct verdict *verdict, dealer_decision **out) {
    dealer_decision *decision = NULL;
    if (!status) status = decision_wrap(door->deal.env, door->session->core, verdict, &decision);
    verdict_finish(verdict);
    status = door_leave(door, status);
    if (status)
        dealer_decision_free(decision);
    else
        *out = decision;
    return status;
}
