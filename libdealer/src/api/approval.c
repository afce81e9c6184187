/* Tasks and the verbs of an approval, through the door. Whoever is awaited may act on his task; the engine knows the rest. */
#include "api/door.h"
#include "dealer/approval.h"
#include <string.h>

enum { COMMENT_MAX = 2000, LIMIT_MAX = 1000 };

/* -- arguments -- */

struct arguments {
    struct json *json;
    struct flow_arguments flow;
};

static dealer_status find_person(struct door *door, const char *code, int64_t *out) {
    const struct org *org = door->snapshot->org;
    int employee = code ? org_employee_by_code(org, code) : -1;
    if (code && employee < 0) return error_raise(&door->deal.env->error, &E_PERSON_UNKNOWN, "code", code, NULL);
    *out = employee >= 0 ? org->employees[employee].id : 0;
    return DEALER_OK;
}

static dealer_status check_comment(struct door *door, const char *comment) {
    size_t length = comment ? strlen(comment) : 0;
    if (length <= COMMENT_MAX && (!length || utf8_is_plain(comment, length))) return DEALER_OK;
    return error_raise(
        &door->deal.env->error, &E_TEXT_LENGTH, "argument", "comment", "least", "0", "most", NUMBER(COMMENT_MAX), NULL);
}

static dealer_status raise_arguments(struct door *door) {
    return error_raise(
        &door->deal.env->error, &E_ARGUMENTS, "what", "arguments", "expected", "comment, to, person, jump_back", NULL);
}

static dealer_status read_argument(struct door *door, const char *key, const json_value *value, struct flow_arguments *out) {
    if (strcmp(key, "comment") == 0 && json_text(value))
        out->comment = json_text(value);
    else if (strcmp(key, "to") == 0 && json_text(value))
        out->target = json_text(value);
    else if (strcmp(key, "person") == 0 && json_text(value))
        return find_person(door, json_text(value), &out->person);
    else if (strcmp(key, "jump_back") == 0 && json_kind(value) == JSON_BOOLEAN)
        out->back = json_is_true(value);
    else
        return raise_arguments(door);
    return DEALER_OK;
}

static dealer_status read_arguments(struct door *door, const char *text, struct arguments *out) {
    struct env *env = door->deal.env;
    memset(out, 0, sizeof *out);
    if (!text) return DEALER_OK;
    dealer_status status = json_parse(env, text, strlen(text), false, &out->json);
    const json_value *root = status ? NULL : json_root(out->json), *item;
    const char *key;
    if (!status && json_kind(root) != JSON_OBJECT) status = raise_arguments(door);
    for (struct json_cursor each = json_each(root); !status && (item = json_next(&each, &key));)
        status = read_argument(door, key, item, &out->flow);
    return status ? status : check_comment(door, out->flow.comment);
}

/* -- tasks -- */

static dealer_status load_task(struct door *door, int64_t id, struct task_row *row, struct document **document) {
    struct deal *deal = &door->deal;
    dealer_status status = store_task_load(deal->env, deal->connection, &deal->region, id, row);
    if (status == DEALER_E_NOT_FOUND || (!status && (row->person != deal->person || !deal->person || door_sees_nothing(door)))) {
        error_clear(&deal->env->error);
        return error_raise(&deal->env->error, &E_NO_SUCH_TASK, "id", NUMBER(id), NULL);
    }
    if (!status && row->closed_ms)
        status = error_raise(&deal->env->error, &E_TASK_DECIDED, "id", NUMBER(id), "state", row->state, NULL);
    if (!status) status = deal_load(deal, row->document, document);
    return status ? status : deal_check_unlocked(deal, *document);
}

static bool is_task_verb(int verb) {
    return verb >= APPROVAL_VERB_APPROVE && verb <= APPROVAL_VERB_CC;
}

static dealer_status act_on_task(
    struct door *door, int64_t task, int verb, const struct flow_arguments *arguments, struct verdict *verdict) {
    struct deal *deal = &door->deal;
    struct document *document = NULL;
    struct task_row row;
    bool explains = verb == APPROVAL_VERB_REJECT || verb == APPROVAL_VERB_RETURN;
    if (explains && (!arguments->comment || !*arguments->comment)) return error_raise(&deal->env->error, &E_COMMENT_NEEDED, NULL);
    dealer_status status = load_task(door, task, &row, &document);
    if (!status) status = verdict_start(deal, verdict);
    if (!status) status = flow_act_on_task(deal, document, row.sequence, (enum approval_verb)verb, arguments, verdict);
    document_free(document);
    return status;
}

dealer_status dealer_task_act(
    dealer_session *session, dealer_decision **decision_out, int64_t task, const char *verb, const char *arguments) {
    struct door door;
    struct arguments given = {0};
    struct verdict verdict = {0};
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!decision_out || !verb) return door_leave(&door, misuse(door.deal.env, "dealer_task_act", verb ? "decision_out" : "verb"));
    int found = approval_verb_of(verb);
    if (!is_task_verb(found)) status = error_raise(&door.deal.env->error, &E_VERB_UNKNOWN, "verb", verb, NULL);
    if (!status) status = read_arguments(&door, arguments, &given);
    if (!status) status = act_on_task(&door, task, found, &given.flow, &verdict);
    json_free(given.json);
    return door_conclude(&door, status, &verdict, decision_out);
}

static dealer_status decide(
    dealer_session *session, dealer_decision **out, int64_t task, enum approval_verb verb, const char *comment) {
    struct door door;
    struct verdict verdict = {0};
    struct flow_arguments arguments = {.comment = comment};
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!out) return door_leave(&door, misuse(door.deal.env, "dealer_task", "decision_out"));
    status = check_comment(&door, comment);
    if (!status) status = act_on_task(&door, task, verb, &arguments, &verdict);
    return door_conclude(&door, status, &verdict, out);
}

dealer_status dealer_task_approve(dealer_session *session, dealer_decision **decision_out, int64_t task, const char *comment) {
    return decide(session, decision_out, task, APPROVAL_VERB_APPROVE, comment);
}

dealer_status dealer_task_reject(dealer_session *session, dealer_decision **decision_out, int64_t task, const char *comment) {
    return decide(session, decision_out, task, APPROVAL_VERB_REJECT, comment);
}

/* -- the whole document -- */

/* Verbs of the submitter, and those of whoever may administrate the approval. */
static bool is_administrators(int verb) {
    return verb == APPROVAL_VERB_SUSPEND || verb == APPROVAL_VERB_RESUME || verb == APPROVAL_VERB_TERMINATE ||
           verb == APPROVAL_VERB_OVERRIDE_PASS || verb == APPROVAL_VERB_OVERRIDE_REJECT;
}

static bool is_document_verb(int verb) {
    return is_administrators(verb) || verb == APPROVAL_VERB_RECALL || verb == APPROVAL_VERB_REMIND || verb == APPROVAL_VERB_COMMENT;
}

static dealer_status act_on_document(struct door *door, dealer_document *handle, int verb, const struct flow_arguments *arguments,
    struct verdict *verdict, struct document **document) {
    enum document_action action = is_administrators(verb) ? ACTION_ADMINISTER : ACTION_READ;
    if (!handle || handle->mark != MARK_DOCUMENT || handle->core != door->session->core)
        return misuse(door->deal.env, "dealer_document_act", "document");
    dealer_status status =
        door_change(door, document_id(handle->document), action, document_integer(handle->document, COMMON_VERSION), document);
    if (!status && !door->deal.person) status = error_raise(&door->deal.env->error, &E_SYSTEM_MAY_NOT, NULL);
    if (!status) status = verdict_start(&door->deal, verdict);
    if (!status && verb == APPROVAL_VERB_RECALL) return document_recall(&door->deal, *document, arguments->comment, verdict);
    return status ? status
                  : flow_act_on_document(
                        &door->deal, *document, (enum approval_verb)verb, arguments, is_administrators(verb), verdict);
}

static dealer_status on_document(dealer_session *session, dealer_decision **out, dealer_document *handle, const char *verb,
    const char *arguments, const char *comment) {
    struct door door;
    struct arguments given = {0};
    struct verdict verdict = {0};
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!out || !verb) return door_leave(&door, misuse(door.deal.env, "dealer_document_act", verb ? "decision_out" : "verb"));
    int found = approval_verb_of(verb);
    if (!is_document_verb(found)) status = error_raise(&door.deal.env->error, &E_VERB_UNKNOWN, "verb", verb, NULL);
    if (!status) status = read_arguments(&door, arguments, &given);
    if (!status && comment) {
        given.flow.comment = comment;
        status = check_comment(&door, comment);
    }
    if (!status) status = act_on_document(&door, handle, found, &given.flow, &verdict, &document);
    json_free(given.json);
    struct deal_snapshot *snapshot = snapshot_take(door.snapshot);
    status = door_conclude(&door, status, &verdict, out);
    if (!status && document) {
        document_free(handle->document);
        snapshot_drop(handle->snapshot);
        handle->document = document;
        handle->snapshot = snapshot;
        handle->changed = false;
    } else {
        document_free(document);
        snapshot_drop(snapshot);
    }
    return status;
}

dealer_status dealer_document_act(
    dealer_session *session, dealer_decision **decision_out, dealer_document *document, const char *verb, const char *arguments) {
    return on_document(session, decision_out, document, verb, arguments, NULL);
}

dealer_status dealer_document_recall(
    dealer_session *session, dealer_decision **decision_out, dealer_document *document, const char *comment) {
    return on_document(session, decision_out, document, "recall", NULL, comment);
}

/* -- questions -- */

dealer_status dealer_document_preview(dealer_session *session, dealer_text **json_out, dealer_document *handle) {
    struct door door;
    struct json *json = NULL;
    json_value *route = NULL;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out || !handle || handle->mark != MARK_DOCUMENT)
        return door_leave(&door, misuse(door.deal.env, "dealer_document_preview", json_out ? "document" : "json_out"));
    if (handle->core != session->core) return door_leave(&door, error_raise(&door.deal.env->error, &E_FOREIGN_HANDLE, NULL));
    status = door_document(&door, document_id(handle->document), ACTION_READ, 0, &document);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) status = flow_preview(&door.deal, document, json, &route);
    document_free(document);
    return door_answer(&door, status, json, route, json_out);
}

struct task_list {
    struct door *door;
    struct json *json;
    json_value *rows;
};

static dealer_status add_task(void *user_data, const struct task_row *row) {
    struct task_list *list = user_data;
    struct deal *deal = &list->door->deal;
    struct document *document = NULL;
    dealer_status status = deal_load(deal, row->document, &document);
    if (status) return status;
    json_value *item = json_new_object(list->json), *title = json_new_object(list->json), *reason = json_new_object(list->json);
    json_set_integer(list->json, item, "id", row->id);
    json_set_integer(list->json, item, "document", row->document);
    json_set_text(list->json, item, "type", document->type->name);
    json_set_text(list->json, item, "number", document_text(document, COMMON_NUMBER));
    json_set_text(list->json, item, "owner", deal_person_name(deal, document_integer(document, COMMON_OWNER)));
    json_set_text(list->json, item, "node", row->node);
    json_set_text(list->json, title, "en", row->node_title_en);
    json_set_text(list->json, title, "zh", row->node_title_zh);
    json_set(list->json, item, "title", title);
    json_set_text(list->json, reason, "en", row->reason_en);
    json_set_text(list->json, reason, "zh", row->reason_zh);
    json_set(list->json, item, "reason", reason);
    json_set_integer(list->json, item, "since", row->opened_ms);
    json_set_integer(list->json, item, "round", row->round);
    json_set_text(list->json, item, "state", row->state);
    json_set_text(list->json, item, "decision", row->decision);
    json_set_text(list->json, item, "comment", row->comment);
    json_push(list->json, list->rows, item);
    document_free(document);
    return DEALER_OK;
}

dealer_status dealer_tasks(dealer_session *session, dealer_text **json_out, int32_t done, int64_t after, int32_t limit) {
    struct door door;
    struct task_list list = {&door, NULL, NULL};
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_tasks", "json_out"));
    if (limit < 1 || limit > LIMIT_MAX)
        return door_leave(
            &door, error_raise(&door.deal.env->error, &E_RANGE, "argument", "limit", "least", "1", "most", "1000", NULL));
    status = json_new(door.deal.env, &list.json);
    if (!status) {
        struct task_query query = {done ? TASKS_DONE_OF_PERSON : TASKS_OPEN_OF_PERSON, door.deal.person, after, limit};
        list.rows = json_new_array(list.json);
        if (!door_sees_nothing(&door)) status = store_tasks(door.deal.env, door.deal.connection, &query, add_task, &list);
    }
    return door_answer(&door, status, list.json, list.rows, json_out);
}
