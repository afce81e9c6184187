/* When something comes due, and what then, read from JSON. */
#include "approval/flow_read.h"
#include "approval/messages.h"

static dealer_status read_hours(struct flow_reader *reader, const json_value *json, const char *path, struct approval_due *due) {
    const json_value *hours = json_get(json, "hours"), *business = json_get(json, "business_hours");
    if ((hours == NULL) == (business == NULL)) return error_raise(&reader->env->error, &E_FLOW_HOURS, "path", path, NULL);
    due->business = business != NULL;
    return flow_read_integer(reader, hours != NULL ? hours : business,
        flow_path_key(reader, path, hours != NULL ? "hours" : "business_hours"), APPROVAL_HOURS_MAX, &due->hours);
}

static dealer_status read_turn_to(struct flow_reader *reader, const json_value *then, const char *path, struct approval_due *due) {
    static const char *const keys[] = {"escalate", "transfer", NULL};
    const json_value *escalate = json_get(then, "escalate"), *transfer = json_get(then, "transfer");
    dealer_status status = flow_read_keys(reader, then, path, keys);
    if (status != DEALER_OK) return status;
    if ((escalate == NULL) == (transfer == NULL)) return flow_expected(reader, path, "escalate or transfer", then);
    due->action = escalate != NULL ? APPROVAL_DUE_ESCALATE : APPROVAL_DUE_TRANSFER;
    const char *at = flow_path_key(reader, path, escalate != NULL ? "escalate" : "transfer");
    if (at == NULL) return DEALER_E_NOMEM;
    return flow_read_who(reader, escalate != NULL ? escalate : transfer, at, &due->who, &due->who_count);
}

static dealer_status read_then(struct flow_reader *reader, const json_value *then, const char *path, struct approval_due *due) {
    static const char *const names[] = {"remind", "approve", "reject", NULL};
    int choice = 0;
    if (then == NULL) return DEALER_OK;
    if (path == NULL) return DEALER_E_NOMEM;
    if (json_kind(then) == JSON_OBJECT) return read_turn_to(reader, then, path, due);
    dealer_status status = flow_read_name(reader, then, path, names, &choice);
    if (status == DEALER_OK) due->action = (enum approval_due_action)choice;
    return status;
}

dealer_status flow_read_due(
    struct flow_reader *reader, const json_value *json, const char *path, bool whole, const struct approval_due **out) {
    static const char *const keys[] = {"hours", "business_hours", "then", "every", NULL};
    struct approval_due *due = REGION_NEW(reader->region, reader->env, struct approval_due);
    if (due == NULL || path == NULL) return DEALER_E_NOMEM;
    dealer_status status = whole ? flow_read_keys(reader, json, path, keys) : DEALER_OK;
    if (status == DEALER_OK) status = read_hours(reader, json, path, due);
    if (status == DEALER_OK && whole) status = read_then(reader, json_get(json, "then"), flow_path_key(reader, path, "then"), due);
    const json_value *every = whole ? json_get(json, "every") : NULL;
    if (status == DEALER_OK && every != NULL) {
        status = flow_read_integer(reader, every, flow_path_key(reader, path, "every"), APPROVAL_HOURS_MAX, &due->every);
        if (status == DEALER_OK && due->action != APPROVAL_DUE_REMIND)
            status = flow_expected(reader, flow_path_key(reader, path, "every"), "nothing here, for only reminders repeat", every);
    }
    *out = due;
    return status;
}
