/* The policies of a flow or of one node, read from JSON. */
#include "approval/flow_read.h"

static dealer_status read_nobody(
    struct flow_reader *reader, const json_value *value, const char *path, struct approval_policies *policies) {
    static const char *const names[] = {"refuse", "skip", "administrators", NULL};
    static const char *const keys[] = {"fallback", NULL};
    static const enum approval_nobody nobodies[] = {APPROVAL_NOBODY_REFUSE, APPROVAL_NOBODY_SKIP, APPROVAL_NOBODY_FALLBACK};
    static const struct approval_who administrators = {.kind = APPROVAL_WHO_ADMINISTRATORS, .weight = 1, .path = "nobody_found"};
    int choice = 0;
    if (json_kind(value) != JSON_OBJECT) {
        dealer_status status = flow_read_name(reader, value, path, names, &choice);
        if (status == DEALER_OK) policies->nobody = nobodies[choice];
        if (status == DEALER_OK && choice == 2) policies->fallback = &administrators;
        return status;
    }
    dealer_status status = flow_read_keys(reader, value, path, keys);
    if (status != DEALER_OK) return status;
    const char *at = flow_path_key(reader, path, "fallback");
    if (at == NULL) return DEALER_E_NOMEM;
    int32_t count = 0;
    status = flow_read_who(reader, json_get(value, "fallback"), at, &policies->fallback, &count);
    if (status == DEALER_OK && count != 1) status = flow_expected(reader, at, "one who", json_get(value, "fallback"));
    if (status == DEALER_OK) policies->nobody = APPROVAL_NOBODY_FALLBACK;
    return status;
}

dealer_status flow_read_policies(
    struct flow_reader *reader, const json_value *object, const char *path, struct approval_policies *policies) {
    static const char *const self_names[] = {"head", "skip", "allow", "refuse", NULL};
    static const char *const same_names[] = {"repeat", "skip_consecutive", "skip_anywhere", NULL};
    const json_value *nobody = json_get(object, "nobody_found");
    const json_value *self = json_get(object, "approver_is_submitter");
    const json_value *same = json_get(object, "same_approver");
    const json_value *unread = json_get(object, "approver_cannot_read");
    static const char *const unread_names[] = {"allow", "refuse", NULL};
    dealer_status status = DEALER_OK;
    int choice = 0;
    if (nobody != NULL) {
        const char *at = flow_path_key(reader, path, "nobody_found");
        status = at == NULL ? DEALER_E_NOMEM : read_nobody(reader, nobody, at, policies);
    }
    if (status == DEALER_OK && self != NULL) {
        status = flow_read_name(reader, self, flow_path_key(reader, path, "approver_is_submitter"), self_names, &choice);
        if (status == DEALER_OK) policies->self = (enum approval_self)choice;
    }
    if (status == DEALER_OK && same != NULL) {
        status = flow_read_name(reader, same, flow_path_key(reader, path, "same_approver"), same_names, &choice);
        if (status == DEALER_OK) policies->same = (enum approval_same)choice;
    }
    if (status == DEALER_OK && unread != NULL) {
        status = flow_read_name(reader, unread, flow_path_key(reader, path, "approver_cannot_read"), unread_names, &choice);
        if (status == DEALER_OK) policies->unread = (enum approval_unread)choice;
    }
    return status;
}
