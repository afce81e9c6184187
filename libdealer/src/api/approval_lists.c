/* What waits for a person, what he did, was told, brought: lists of approvals, through the door. */
#include "api/door.h"
#include "dealer/approval.h"
#include <string.h>

enum { LIMIT_MAX = 1000 };

/* -- what every row says of its document -- */

struct task_list {
    struct door *door;
    struct json *json;
    json_value *rows;
};

static void set_both(struct task_list *list, json_value *item, const char *key, const char *en, const char *zh) {
    json_value *both = json_new_object(list->json);
    json_set_text(list->json, both, "en", en);
    json_set_text(list->json, both, "zh", zh);
    json_set(list->json, item, key, both);
}

static dealer_status start_row(struct task_list *list, int64_t id, int64_t document_id, json_value **out) {
    struct deal *deal = &list->door->deal;
    struct document *document = NULL;
    dealer_status status = deal_load(deal, document_id, &document);
    if (status) return status;
    json_value *item = json_new_object(list->json);
    json_set_integer(list->json, item, "id", id);
    json_set_integer(list->json, item, "document", document_id);
    json_set_text(list->json, item, "type", document->type->name);
    json_set_text(list->json, item, "number", document_text(document, COMMON_NUMBER));
    json_set_text(list->json, item, "owner", deal_person_name(deal, document_integer(document, COMMON_OWNER)));
    document_free(document);
    json_push(list->json, list->rows, item);
    *out = item;
    return DEALER_OK;
}

static dealer_status add_task(void *user_data, const struct task_row *row) {
    struct task_list *list = user_data;
    json_value *item = NULL;
    dealer_status status = start_row(list, row->id, row->document, &item);
    if (status) return status;
    json_set_text(list->json, item, "node", row->node);
    set_both(list, item, "title", row->node_title_en, row->node_title_zh);
    set_both(list, item, "reason", row->reason_en, row->reason_zh);
    json_set_integer(list->json, item, "since", row->opened_ms);
    json_set_integer(list->json, item, "round", row->round);
    json_set_text(list->json, item, "state", row->state);
    json_set_text(list->json, item, "decision", row->decision);
    json_set_text(list->json, item, "comment", row->comment);
    json_set_boolean(list->json, item, "claimable", !row->person);
    return DEALER_OK;
}

/* -- copies -- */

static dealer_status add_copy(void *user_data, const struct cc_row *row) {
    struct task_list *list = user_data;
    struct deal *deal = &list->door->deal;
    json_value *item = NULL;
    dealer_status status = start_row(list, row->id, row->document, &item);
    if (status) return status;
    json_set_integer(list->json, item, "person", row->person);
    json_set_text(list->json, item, "name", deal_person_name(deal, row->person));
    json_set_text(list->json, item, "sender", row->sender ? deal_person_name(deal, row->sender) : NULL);
    json_set_text(list->json, item, "node", row->node);
    set_both(list, item, "title", row->title_en, row->title_zh);
    json_set_text(list->json, item, "comment", row->comment);
    json_set_integer(list->json, item, "since", row->sent_ms);
    json_set_boolean(list->json, item, "read", row->read_ms != 0);
    json_set_integer(list->json, item, "read_ms", row->read_ms);
    return DEALER_OK;
}

dealer_status dealer_cc_read(dealer_session *session, int64_t cc) {
    struct door door;
    struct cc_row row = {0};
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    struct deal *deal = &door.deal;
    status = store_cc_load(deal->env, deal->connection, cc, &row);
    if (!status && (row.person != deal->person || door_sees_nothing(&door)))
        status = error_raise(&deal->env->error, &E_NO_SUCH_COPY, "id", NUMBER(cc), NULL);
    struct journal_entry entry = {deal->now_ms, deal->person, row.document, "cc_read", NULL, deal->acting};
    if (!status && !row.read_ms) {
        status = store_cc_read(deal->env, deal->connection, cc, deal->now_ms);
        if (!status) status = store_journal_add(deal->env, deal->connection, &entry);
    }
    return door_leave(&door, status);
}

dealer_status dealer_document_cc(dealer_session *session, dealer_text **json_out, dealer_document *handle) {
    struct door door;
    struct task_list list = {&door, NULL, NULL};
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out || !handle || handle->mark != MARK_DOCUMENT)
        return door_leave(&door, misuse(door.deal.env, "dealer_document_cc", json_out ? "document" : "json_out"));
    if (handle->core != session->core) return door_leave(&door, error_raise(&door.deal.env->error, &E_FOREIGN_HANDLE, NULL));
    status = door_document(&door, document_id(handle->document), ACTION_READ, 0, &document);
    if (!status) status = json_new(door.deal.env, &list.json);
    if (!status) {
        struct cc_query query = {true, document_id(document), 0, INT64_MAX};
        list.rows = json_new_array(list.json);
        status = store_ccs(door.deal.env, door.deal.connection, &query, add_copy, &list);
    }
    document_free(document);
    return door_answer(&door, status, list.json, list.rows, json_out);
}

/* -- what he brought -- */

struct awaited_list {
    struct task_list *list;
    json_value *rows;
};

static dealer_status add_awaited(void *user_data, const struct task_row *row) {
    struct awaited_list *awaited = user_data;
    struct json *json = awaited->list->json;
    json_value *item = json_new_object(json);
    json_set_text(json, item, "node", row->node);
    set_both(awaited->list, item, "title", row->node_title_en, row->node_title_zh);
    dealer_status status = flow_say_awaited(&awaited->list->door->deal, json, item, row);
    json_set_integer(json, item, "since", row->opened_ms);
    json_push(json, awaited->rows, item);
    return status;
}

static dealer_status add_submitted(void *user_data, const struct approval_row *row) {
    struct task_list *list = user_data;
    struct deal *deal = &list->door->deal;
    struct awaited_list awaited = {list, json_new_array(list->json)};
    struct task_query query = {TASKS_OPEN_OF_DOCUMENT, row->document, 0, INT64_MAX};
    json_value *item = NULL;
    dealer_status status = start_row(list, row->id, row->document, &item);
    if (status) return status;
    json_set_text(list->json, item, "flow", row->flow);
    json_set_text(list->json, item, "state", row->state);
    json_set_integer(list->json, item, "round", row->round);
    json_set_integer(list->json, item, "since", row->started_ms);
    json_set_integer(list->json, item, "ended", row->ended_ms);
    if (!row->ended_ms) status = store_tasks(deal->env, deal->connection, &query, add_awaited, &awaited);
    json_set(list->json, item, "awaited", awaited.rows);
    return status;
}

/* -- the four lists -- */

static dealer_status list_rows(struct task_list *list, int32_t kind, int64_t after, int32_t limit) {
    struct deal *deal = &list->door->deal;
    struct task_query query = {kind == DEALER_TASKS_DONE ? TASKS_DONE_OF_PERSON : TASKS_OPEN_OF_PERSON, deal->person, after, limit};
    struct cc_query copies = {false, deal->person, after, limit};
    if (door_sees_nothing(list->door)) return DEALER_OK;
    if (kind == DEALER_TASKS_CC) return store_ccs(deal->env, deal->connection, &copies, add_copy, list);
    if (kind == DEALER_TASKS_SUBMITTED) return store_submitted(deal->env, deal->connection, &query, add_submitted, list);
    return store_tasks(deal->env, deal->connection, &query, add_task, list);
}

static dealer_status check_range(struct door *door, const char *argument, int32_t value, int32_t least, int32_t most) {
    if (value >= least && value <= most) return DEALER_OK;
    return error_raise(&door->deal.env->error, &E_RANGE, "argument", argument, "least", NUMBER(least), "most", NUMBER(most), NULL);
}

dealer_status dealer_tasks(dealer_session *session, dealer_text **json_out, int32_t kind, int64_t after, int32_t limit) {
    struct door door;
    struct task_list list = {&door, NULL, NULL};
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_tasks", "json_out"));
    status = check_range(&door, "kind", kind, DEALER_TASKS_OPEN, DEALER_TASKS_SUBMITTED);
    if (!status) status = check_range(&door, "limit", limit, 1, LIMIT_MAX);
    if (!status) status = json_new(door.deal.env, &list.json);
    if (!status) {
        list.rows = json_new_array(list.json);
        status = list_rows(&list, kind, after, limit);
    }
    return door_answer(&door, status, list.json, list.rows, json_out);
}
