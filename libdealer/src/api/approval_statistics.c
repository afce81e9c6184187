/* How long decisions take, through the door: only over documents that the asker may read. */
#include "api/door.h"
#include "dealer/approval.h"
#include <string.h>

struct statistics {
    struct door *door;
    struct json *json;
    json_value *rows;
    const struct catalogue_type *type; /* of the query; NULL: all; then the one being asked about */
    int64_t from_ms, to_ms;
};

static dealer_status raise_query(struct door *door, const char *member, const char *expected) {
    return error_raise(&door->deal.env->error, &E_QUERY, "member", member, "expected", expected, NULL);
}

static dealer_status read_member(struct statistics *this, const char *key, const json_value *value) {
    struct door *door = this->door;
    if (strcmp(key, "type") == 0 && json_text(value))
        return catalogue_find_type(door->deal.env, door->snapshot->catalogue, json_text(value), &this->type);
    bool from = strcmp(key, "from_ms") == 0, to = strcmp(key, "to_ms") == 0;
    if (!from && !to) return raise_query(door, key, "type, from_ms, to_ms");
    if (json_kind(value) != JSON_INTEGER) return raise_query(door, key, "an instant in milliseconds");
    *(from ? &this->from_ms : &this->to_ms) = json_integer(value, 0);
    return DEALER_OK;
}

static dealer_status read_query(struct statistics *this, const char *query, size_t length) {
    struct json *json = NULL;
    const json_value *value;
    const char *key;
    if (!query) return DEALER_OK;
    dealer_status status = json_parse(this->door->deal.env, query, length, false, &json);
    if (!status && json_kind(json_root(json)) != JSON_OBJECT) status = raise_query(this->door, "", "an object");
    for (struct json_cursor each = json_each(json_root(json)); !status && (value = json_next(&each, &key));)
        status = read_member(this, key, value);
    json_free(json);
    return status;
}

static dealer_status add(void *user_data, const struct waiting_row *row) {
    struct statistics *this = user_data;
    struct json *json = this->json;
    json_value *item = json_new_object(json), *title = json_new_object(json);
    json_set_text(json, item, "type", this->type->name);
    json_set_text(json, item, "flow", row->flow);
    json_set_text(json, item, "node", row->node);
    json_set_text(json, title, "en", row->title_en);
    json_set_text(json, title, "zh", row->title_zh);
    json_set(json, item, "title", title);
    json_set_integer(json, item, "person", row->person);
    json_set_text(json, item, "name", row->person ? deal_person_name(&this->door->deal, row->person) : NULL);
    json_set_integer(json, item, "done", row->done);
    json_set_integer(json, item, "average_ms", row->done ? row->done_ms / row->done : 0);
    json_set_integer(json, item, "longest_ms", row->longest_ms);
    json_set_integer(json, item, "waiting", row->waiting);
    json_set_integer(json, item, "waiting_average_ms", row->waiting ? row->waiting_ms / row->waiting : 0);
    json_push(json, this->rows, item);
    return DEALER_OK;
}

static dealer_status ask(struct statistics *this) {
    struct deal *deal = &this->door->deal;
    struct waiting_query query = {this->type, NULL, this->from_ms, this->to_ms, deal->now_ms};
    dealer_status status = deal_visible(deal, this->type, &query.visible);
    return status ? status : store_waiting(deal->env, deal->connection, &query, add, this);
}

static dealer_status ask_all(struct statistics *this) {
    const struct catalogue *catalogue = this->door->snapshot->catalogue;
    dealer_status status = DEALER_OK;
    if (this->type) return ask(this);
    for (int i = 0; !status && i < catalogue->type_count; i++) {
        this->type = &catalogue->types[i];
        if (!this->type->no_approval) status = ask(this);
    }
    return status;
}

dealer_status dealer_approval_statistics(dealer_session *session, dealer_text **json_out, const char *query, size_t length) {
    struct door door;
    struct statistics this = {.door = &door, .from_ms = INT64_MIN, .to_ms = INT64_MAX};
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_approval_statistics", "json_out"));
    status = read_query(&this, query, length);
    if (!status) status = json_new(door.deal.env, &this.json);
    if (!status) {
        this.rows = json_new_array(this.json);
        if (!door_sees_nothing(&door)) status = ask_all(&this);
    }
    return door_answer(&door, status, this.json, this.rows, json_out);
}
