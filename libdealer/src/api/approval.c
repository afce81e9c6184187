/* The verbs of an approval, through the door. Whoever is awaited may act on his task; the engine knows the rest. */
#include "api/door.h"
#include "dealer/approval.h"
#include "dealer/status.h"
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

static bool allows(struct door *door, const struct document *document, enum document_action action) {
    struct deal *deal = &door->deal;
    struct function function = {document->type, action};
    return deal->employee >= 0 && permission_allows(deal->snapshot->permissions, deal->employee, function, document, deal->now_ms);
}

/* Verbs that an administrator has besides those whose they are. */
static bool administrates(struct door *door, const struct document *document, int verb) {
    return (verb == APPROVAL_VERB_REMOVE || verb == APPROVAL_VERB_REMIND) && allows(door, document, ACTION_READ) &&
           allows(door, document, ACTION_ADMINISTER);
}

/* A task exists for whoever has it or may claim it; for what concerns another's task (a decision of one's own, what one delegated or
 * added) for whoever took part, or administrates. The engine knows who may do what. */
static dealer_status knows_task(
    struct door *door, const struct task_row *row, int verb, const struct document *document, bool *out) {
    struct deal *deal = &door->deal;
    *out = deal->person && !door_sees_nothing(door) && (row->person == deal->person || administrates(door, document, verb));
    if (*out || !deal->person || door_sees_nothing(door)) return DEALER_OK;
    dealer_status status = store_task_candidate(deal->env, deal->connection, row->id, deal->person, out);
    bool others = verb == APPROVAL_VERB_TAKE_BACK || verb == APPROVAL_VERB_RESOLVE || verb == APPROVAL_VERB_REMOVE;
    return status || *out || !others ? status : store_participant(deal->env, deal->connection, row->document, deal->person, out);
}

static dealer_status load_task(struct door *door, int64_t id, int verb, struct task_row *row, struct document **document) {
    struct deal *deal = &door->deal;
    bool known = false;
    dealer_status status = store_task_load(deal->env, deal->connection, &deal->region, id, row);
    if (!status) status = deal_load(deal, row->document, document);
    if (!status) status = knows_task(door, row, verb, *document, &known);
    if (status == DEALER_E_NOT_FOUND || (!status && !known)) {
        error_clear(&deal->env->error);
        return error_raise(&deal->env->error, &E_NO_SUCH_TASK, "id", NUMBER(id), NULL);
    }
    return status ? status : deal_check_unlocked(deal, *document);
}

/* Said before the engine is asked: whoever comes second to his own task. */
static dealer_status check_undecided(struct door *door, const struct task_row *row, int verb) {
    if (!row->closed_ms || verb == APPROVAL_VERB_TAKE_BACK) return DEALER_OK;
    return error_raise(&door->deal.env->error, &E_TASK_DECIDED, "id", NUMBER(row->id), "state", row->state, NULL);
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
    dealer_status status = load_task(door, task, verb, &row, &document);
    if (!status) status = check_undecided(door, &row, verb);
    if (!status) status = verdict_start(deal, verdict);
    if (!status) {
        struct flow_arguments given = *arguments;
        given.task = row.sequence;
        given.administrator = administrates(door, document, verb);
        status = flow_act(deal, document, (enum approval_verb)verb, &given, verdict);
    }
    if (status)
        document_free(document);
    else
        deal_keep(deal, document);
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

/* -- many at once: each is a verdict of its own, and one that fails undoes nothing of the others -- */

/* ... and of a decision where it stands now, with its last sentence. */
static void say_one(struct door *door, struct json *json, json_value *item, dealer_status status, const struct verdict *verdict) {
    const json_value *reasons = status ? NULL : json_get(verdict->root, "reasons");
    const json_value *last = reasons && json_count(reasons) ? json_at(reasons, json_count(reasons) - 1) : NULL;
    door_say_result(door, json, item, status);
    if (status) return;
    json_set_text(json, item, "en", json_get_text(last, "en"));
    json_set_text(json, item, "zh", json_get_text(last, "zh"));
    json_set_text(json, item, "state", json_get_text(verdict->root, "state"));
}

struct approving {
    struct door *door;
    const int64_t *tasks;
    struct flow_arguments arguments;
    struct json *json;
    json_value *rows;
};

static void tell_anew(void *user_data) {
    struct approving *this = user_data;
    this->rows = json_new_array(this->json);
}

static dealer_status approve_one(void *user_data, size_t index) {
    struct approving *this = user_data;
    struct door *door = this->door;
    struct verdict verdict = {0};
    json_value *item = json_new_object(this->json);
    dealer_status status = door_try(door);
    if (status) return status;
    status = act_on_task(door, this->tasks[index], APPROVAL_VERB_APPROVE, &this->arguments, &verdict);
    status = door_tried(door, status, true);
    json_set_integer(this->json, item, "task", this->tasks[index]);
    say_one(door, this->json, item, status, &verdict);
    json_push(this->json, this->rows, item);
    verdict_finish(&verdict);
    return status;
}

dealer_status dealer_tasks_approve_many(
    dealer_session *session, dealer_text **json_out, const int64_t *tasks, size_t count, const char *comment) {
    struct door door;
    struct approving this = {.door = &door, .tasks = tasks, .arguments = {.comment = comment}};
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!json_out || (!tasks && count))
        return door_leave(&door, misuse(door.deal.env, "dealer_tasks_approve_many", json_out ? "tasks" : "json_out"));
    if (count > LIMIT_MAX)
        return door_leave(
            &door, error_raise(&door.deal.env->error, &E_RANGE, "argument", "count", "least", "0", "most", "1000", NULL));
    status = check_comment(&door, comment);
    if (!status) status = json_new(door.deal.env, &this.json);
    if (!status) status = door_each(&door, &(struct door_many){count, approve_one, tell_anew, &this});
    return door_answer(&door, status, this.json, this.rows, json_out);
}

/* -- a leaver's tasks -- */

static dealer_status hand_over_one(
    struct door *door, int64_t id, const int64_t people[2], const char *comment, struct json *json, json_value *rows) {
    struct deal *deal = &door->deal;
    struct document *document = NULL;
    struct verdict none = {0};
    dealer_status status = door_change(door, id, ACTION_ADMINISTER, 0, &document);
    if (status == DEALER_E_NOT_FOUND || status == DEALER_E_DENIED) { /* somebody else's to administrate */
        error_clear(&deal->env->error);
        return DEALER_OK;
    }
    if (!status) status = door_try(door);
    if (!status) status = door_tried(door, flow_hand_over(deal, document, people[0], people[1], comment), true);
    if (status != DEALER_E_NOT_FOUND) { /* no task of his here: nothing to tell */
        json_value *item = json_new_object(json);
        json_set_integer(json, item, "document", id);
        if (document) json_set_text(json, item, "number", document_text(document, COMMON_NUMBER));
        say_one(door, json, item, status, &none);
        json_push(json, rows, item);
    }
    document_free(document);
    if (!door_is_about_one(status)) return status;
    error_clear(&deal->env->error);
    return DEALER_OK;
}

static dealer_status check_handing_over(
    struct door *door, const char *from, const char *to, const char *comment, int64_t people_out[2]) {
    if (!door->deal.person) return error_raise(&door->deal.env->error, &E_SYSTEM_MAY_NOT, NULL);
    dealer_status status = find_person(door, from, &people_out[0]);
    if (!status) status = find_person(door, to, &people_out[1]);
    return status ? status : check_comment(door, comment);
}

dealer_status dealer_tasks_hand_over(
    dealer_session *session, dealer_text **json_out, const char *from, const char *to, const char *comment) {
    struct door door;
    struct json *json = NULL;
    int64_t people[2] = {0, 0};
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!json_out || !from || !to)
        return door_leave(&door, misuse(door.deal.env, "dealer_tasks_hand_over", !json_out ? "json_out" : from ? "to" : "from"));
    struct id_list documents = {&door.deal.region, NULL, 0, 0};
    status = check_handing_over(&door, from, to, comment, people);
    if (!status) status = store_documents_with_part(door.deal.env, door.deal.connection, people[0], &documents);
    if (!status) status = json_new(door.deal.env, &json);
    json_value *rows = status ? NULL : json_new_array(json);
    for (size_t i = 0; !status && i < documents.count; i++)
        status = hand_over_one(&door, documents.ids[i], people, comment, json, rows);
    return door_answer(&door, status, json, rows, json_out);
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
    if (status) return status;
    struct flow_arguments given = *arguments;
    given.administrator = is_administrators(verb) || administrates(door, *document, verb);
    return flow_act(&door->deal, *document, (enum approval_verb)verb, &given, verdict);
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
