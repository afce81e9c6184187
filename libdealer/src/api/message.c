/* The outbox for the host and the inbox of a person, through the door. */
#include "api/message_rows.h"
#include "base/text.h"
#include "dealer/message.h"
#include <string.h>

/* "12,15,15,7" of a digest: what comes twice in a row is one. */
static json_value *documents_to_json(struct json *json, const char *list) {
    json_value *array = json_new_array(json);
    int64_t last = 0;
    for (const char *at = list; *at; at += *at == ',') {
        size_t length = strcspn(at, ",");
        int64_t id = 0;
        if (parse_integer(at, length, &id) && id != last) json_push(json, array, json_new_integer(json, id));
        last = id;
        at += length;
    }
    return array;
}

static void add_recipient(const struct deal *deal, const struct message_row *row, struct json *json, json_value *item) {
    int index = row->person ? org_employee_by_id(deal->snapshot->org, row->person) : -1;
    json_set_integer(json, item, "person", row->person);
    if (index >= 0) json_set_text(json, item, "code", deal->snapshot->org->employees[index].code);
    if (row->person) json_set_text(json, item, "name", deal_person_name(deal, row->person));
    if (row->party) json_set_text(json, item, "party", row->party);
}

json_value *message_to_json(const struct deal *deal, const struct message_row *row, struct json *json) {
    json_value *item = json_new_object(json), *text = json_new_object(json);
    json_set_integer(json, item, "id", row->id);
    json_set_text(json, item, "uid", row->uid);
    json_set_text(json, item, "event", row->event);
    if (row->type) json_set_text(json, item, "type", row->type);
    json_set_integer(json, item, "document", row->document);
    if (row->documents) json_set(json, item, "documents", documents_to_json(json, row->documents));
    add_recipient(deal, row, json, item);
    json_set_text(json, text, "en", row->text_en);
    json_set_text(json, text, "zh", row->text_zh);
    json_set(json, item, "text", text);
    json_set_integer(json, item, "at", row->at_ms);
    return item;
}

static dealer_status add(void *user_data, const struct message_row *row) {
    struct message_rows *rows = user_data;
    json_value *item = message_to_json(&rows->door->deal, row, rows->json);
    json_set_boolean(rows->json, item, "read", row->read_ms != 0);
    if (!rows->door->deal.person) json_set_integer(rows->json, item, "attempts", row->attempts);
    if (!rows->door->deal.person && row->failure) json_set_text(rows->json, item, "failure", row->failure);
    json_push(rows->json, rows->list, item);
    return DEALER_OK;
}

dealer_status messages_answer(struct door *door, enum message_filter filter, int64_t after, int32_t limit, dealer_text **out) {
    struct message_rows rows = {door, NULL, NULL};
    struct deal *deal = &door->deal;
    if (!out) return door_leave(door, misuse(deal->env, "dealer_messages", "json_out"));
    if (limit < 1 || limit > MESSAGES_LIMIT)
        return door_leave(door, error_raise(&deal->env->error, &E_RANGE, "argument", "limit", "least", "1", "most", "1000", NULL));
    dealer_status status = json_new(deal->env, &rows.json);
    if (!status) {
        rows.list = json_new_array(rows.json);
        struct message_query query = {filter, filter == MESSAGES_UNDELIVERED ? deal->now_ms : deal->person, after, limit};
        if (!door_sees_nothing(door)) status = store_messages(deal->env, deal->connection, &query, add, &rows);
    }
    return door_answer(door, status, rows.json, rows.list, out);
}

dealer_status dealer_outbox(dealer_session *session, dealer_text **json_out, int64_t after, int32_t limit) {
    struct door door;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    return status ? status : messages_answer(&door, MESSAGES_UNDELIVERED, after, limit, json_out);
}

dealer_status dealer_inbox(dealer_session *session, dealer_text **json_out, int32_t unread_only, int64_t after, int32_t limit) {
    struct door door;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (!status && !door.deal.person) return door_leave(&door, error_raise(&door.deal.env->error, &E_SYSTEM_MAY_NOT, NULL));
    return status ? status : messages_answer(&door, unread_only ? MESSAGES_INBOX_UNREAD : MESSAGES_INBOX, after, limit, json_out);
}

dealer_status dealer_message_acknowledge(dealer_session *session, int64_t message) {
    struct door door;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    status = store_message_acknowledge(door.deal.env, door.deal.connection, message, door.deal.now_ms);
    return door_leave(&door, status);
}

dealer_status dealer_message_set_read(dealer_session *session, int64_t message, int32_t read) {
    struct door door;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!door.deal.person) return door_leave(&door, error_raise(&door.deal.env->error, &E_SYSTEM_MAY_NOT, NULL));
    status = store_message_read(door.deal.env, door.deal.connection, message, door.deal.person, read != 0, door.deal.now_ms);
    return door_leave(&door, status);
}
