/* Finance's lock over many documents and over months, through the door. */
#include "dealer/lock.h"
#include "api/door.h"
#include <string.h>

enum { LIMIT_MAX = 1000 };

/* -- many documents -- */

static dealer_status lock_one(struct door *door, int64_t id, bool locked) {
    struct document *document = NULL;
    dealer_status status = door_document(door, id, ACTION_LOCK, 0, &document);
    if (!status) status = document_lock(&door->deal, document, locked);
    document_free(document);
    return status;
}

struct locking {
    struct door *door;
    const int64_t *documents;
    bool locked;
    struct json *json;
    json_value *rows;
};

static void tell_anew(void *user_data) {
    struct locking *this = user_data;
    this->rows = json_new_array(this->json);
}

static dealer_status lock_each(void *user_data, size_t index) {
    struct locking *this = user_data;
    json_value *item = json_new_object(this->json);
    dealer_status status = door_try(this->door);
    if (status) return status;
    status = door_tried(this->door, lock_one(this->door, this->documents[index], this->locked), true);
    json_set_integer(this->json, item, "document", this->documents[index]);
    door_say_result(this->door, this->json, item, status);
    json_push(this->json, this->rows, item);
    return status;
}

dealer_status dealer_documents_set_locked(
    dealer_session *session, dealer_text **json_out, const int64_t *documents, size_t count, int32_t locked) {
    struct door door;
    struct locking this = {.door = &door, .documents = documents, .locked = locked != 0};
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!json_out || (!documents && count))
        return door_leave(&door, misuse(door.deal.env, "dealer_documents_set_locked", json_out ? "documents" : "json_out"));
    if (count > LIMIT_MAX)
        return door_leave(
            &door, error_raise(&door.deal.env->error, &E_RANGE, "argument", "count", "least", "0", "most", "1000", NULL));
    status = json_new(door.deal.env, &this.json);
    if (!status) status = door_each(&door, &(struct door_many){count, lock_each, tell_anew, &this});
    return door_answer(&door, status, this.json, this.rows, json_out);
}

/* -- months -- */

static dealer_status find_company(struct door *door, const char *code, int *out) {
    *out = org_company_by_code(door->snapshot->org, code);
    if (*out >= 0) return DEALER_OK;
    return error_raise(&door->deal.env->error, &E_CODE_UNKNOWN, "noun", "company", "noun_zh", "公司", "code", code, NULL);
}

static dealer_status check_month(struct door *door, const char *month) {
    if (period_month_is_valid(month)) return DEALER_OK;
    return error_raise(&door->deal.env->error, &E_PERIOD_MONTH, "month", month, NULL);
}

static dealer_status read_state(struct door *door, const char *name, enum period_state *out) {
    for (int i = 0; i < 3; i++) {
        *out = (enum period_state)i;
        if (strcmp(period_state_names[i], name) == 0) return DEALER_OK;
    }
    return error_raise(&door->deal.env->error, &E_PERIOD_STATE, "state", name, NULL);
}

static dealer_status permit(struct door *door, const struct catalogue_type *type, int company) {
    struct deal *deal = &door->deal;
    struct function lock = {type, ACTION_LOCK};
    if (deal->employee < 0) return error_raise(&deal->env->error, &E_SYSTEM_MAY_NOT, NULL);
    if (permission_over_company(deal->snapshot->permissions, deal->employee, lock, company, deal->now_ms)) return DEALER_OK;
    return error_raise(&deal->env->error, &E_PERIOD_DENIED, "person", deal_person_name(deal, deal->person), "type", type->name,
        "company", deal->snapshot->org->companies[company].code, NULL);
}

static dealer_status set(struct door *door, const char *company, const char *type, const char *month, const char *state) {
    const struct catalogue_type *found = NULL;
    enum period_state wanted = PERIOD_OPEN;
    int place = -1;
    dealer_status status = find_company(door, company, &place);
    if (!status) status = catalogue_find_type(door->deal.env, door->snapshot->catalogue, type, &found);
    if (!status && found->record) status = error_raise(&door->deal.env->error, &E_PERIOD_RECORD, "type", type, NULL);
    if (!status) status = check_month(door, month);
    if (!status) status = read_state(door, state, &wanted);
    if (!status) status = permit(door, found, place);
    if (status) return status;
    struct period period = {door->snapshot->org->companies[place].id, found->name, month};
    return period_set(&door->deal, &period, wanted);
}

dealer_status dealer_period_set(
    dealer_session *session, const char *company, const char *type, const char *month, const char *state) {
    struct door door;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    const char *missing = !company ? "company" : !type ? "type" : !month ? "month" : !state ? "state" : NULL;
    status = missing ? misuse(door.deal.env, "dealer_period_set", missing) : set(&door, company, type, month, state);
    return door_leave(&door, status);
}

dealer_status dealer_periods(dealer_session *session, dealer_text **json_out, const char *of_company, const char *from_month) {
    struct door door;
    struct json *json = NULL;
    json_value *rows = NULL;
    int place = -1;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_periods", "json_out"));
    if (of_company) status = find_company(&door, of_company, &place);
    if (!status && from_month) status = check_month(&door, from_month);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        rows = json_new_array(json);
        status = periods_tell(
            &door.deal, of_company ? door.snapshot->org->companies[place].id : 0, from_month ? from_month : "", json, rows);
    }
    return door_answer(&door, status, json, rows, json_out);
}
