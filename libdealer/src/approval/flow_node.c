/* One node from JSON, but for what stands inside it: who decides and how, who is told, what a rule, a delay, an end or a way back says. */
#include "approval/flow_read.h"
#include "approval/messages.h"

#include <string.h>

dealer_status flow_too_many(struct flow_reader *reader, const char *path, int64_t limit) {
    return error_raise(&reader->env->error, &E_FLOW_LIMIT, "path", path, "limit", NUMBER(limit), NULL);
}

/* {"groups": {"finance": 1, "sales": 2}} */
static dealer_status read_groups(
    struct flow_reader *reader, const json_value *groups, const char *path, struct approval_node *node) {
    const char *name = NULL;
    const json_value *count = NULL;
    if (json_kind(groups) != JSON_OBJECT || json_count(groups) == 0)
        return flow_expected(reader, path, "an object of groups, each with how many", groups);
    if (json_count(groups) > APPROVAL_GROUPS_MAX) return flow_too_many(reader, path, APPROVAL_GROUPS_MAX);
    node->mode = APPROVAL_GROUPS;
    for (struct json_cursor each = json_each(groups); (count = json_next(&each, &name)) != NULL;) {
        struct approval_group *group = &node->groups[node->group_count++];
        group->name = region_copy(reader->region, reader->env, name, strlen(name));
        if (group->name == NULL) return DEALER_E_NOMEM;
        dealer_status status =
            flow_read_integer(reader, count, flow_path_key(reader, path, group->name), APPROVAL_WHO_MAX, &group->count);
        if (status != DEALER_OK) return status;
        node->threshold += group->count;
    }
    return DEALER_OK;
}

static dealer_status read_mode_number(
    struct flow_reader *reader, const json_value *mode, const char *path, struct approval_node *node) {
    static const char *const keys[] = {"ratio_bp", "count", "threshold", "groups", NULL};
    static const enum approval_mode modes[] = {APPROVAL_RATIO, APPROVAL_COUNT, APPROVAL_WEIGHTS};
    static const int64_t highest[] = {10000, APPROVAL_WHO_MAX, APPROVAL_WEIGHT_MAX};
    dealer_status status = flow_read_keys(reader, mode, path, keys);
    if (status != DEALER_OK) return status;
    if (json_count(mode) != 1) return flow_expected(reader, path, "one of ratio_bp, count, threshold, groups", mode);
    if (json_get(mode, "groups") != NULL)
        return read_groups(reader, json_get(mode, "groups"), flow_path_key(reader, path, "groups"), node);
    int which = 0;
    while (json_get(mode, keys[which]) == NULL) which++;
    node->mode = modes[which];
    return flow_read_integer(
        reader, json_get(mode, keys[which]), flow_path_key(reader, path, keys[which]), highest[which], &node->threshold);
}

static dealer_status read_mode(struct flow_reader *reader, const json_value *mode, struct approval_node *node) {
    static const char *const names[] = {"all", "any", "sequential", NULL};
    if (mode == NULL) return DEALER_OK;
    const char *path = flow_path_key(reader, node->path, "mode");
    if (path == NULL) return DEALER_E_NOMEM;
    if (json_kind(mode) == JSON_OBJECT) return read_mode_number(reader, mode, path, node);
    int choice = 0;
    dealer_status status = flow_read_name(reader, mode, path, names, &choice);
    if (status == DEALER_OK) node->mode = (enum approval_mode)choice;
    return status;
}

static dealer_status check_mode(struct flow_reader *reader, const struct approval_node *node) {
    struct error *error = &reader->env->error;
    if (node->claim && node->mode != APPROVAL_ANY && node->mode != APPROVAL_ALL) {
        return error_raise(error, &E_FLOW_MODE_CLAIM, "path", node->path, NULL);
    }
    if (node->wait_for_everyone && node->mode == APPROVAL_ANY) {
        return error_raise(error, &E_FLOW_MODE_WAIT, "path", node->path, NULL);
    }
    for (int32_t i = 0; i < node->who_count && node->mode != APPROVAL_WEIGHTS; i++) {
        if (node->who[i].weight != 1) {
            return error_raise(error, &E_FLOW_MODE_WEIGHT, "path", node->who[i].path, NULL);
        }
    }
    for (int32_t group = 1; group <= node->group_count; group++) {
        int32_t named = 0;
        for (int32_t i = 0; i < node->who_count; i++) named += node->who[i].group == group;
        if (named == 0) return error_raise(error, &E_FLOW_MODE_GROUP, "path", node->path, NULL);
    }
    return DEALER_OK;
}

/* An id as it is known in the whole flow; NULL: out of memory. */
const char *flow_full_id(struct flow_reader *reader, const char *id) {
    return reader->text->prefix[0] == '\0' ? id : region_format(reader->region, reader->env, "%s%s", reader->text->prefix, id);
}

/* The named node may come later in the text than what is read so far: it is looked up when all are there. */
static dealer_status read_target(struct flow_reader *reader, const struct approval_node *node, const char *id) {
    const char **target = &reader->targets[node - reader->flow->nodes];
    *target = flow_full_id(reader, id);
    return *target == NULL ? DEALER_E_NOMEM : DEALER_OK;
}

dealer_status flow_read_rejected(struct flow_reader *reader, const json_value *value, struct approval_node *node) {
    static const char *const names[] = {"end", "submitter", "previous", "node:<id>", NULL};
    if (value == NULL) return DEALER_OK;
    const char *text = json_text(value);
    if (text != NULL && strncmp(text, "node:", 5) == 0) {
        node->rejected = APPROVAL_REJECTED_NODE;
        return read_target(reader, node, text + 5);
    }
    int choice = 0;
    dealer_status status = flow_read_name(reader, value, flow_path_key(reader, node->path, "rejected"), names, &choice);
    if (status == DEALER_OK) node->rejected = (enum approval_rejected)choice;
    return status;
}

static dealer_status read_covers(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    const json_value *list = json_get(json, "covers"), *item = NULL;
    if (list == NULL) return DEALER_OK;
    const char *path = flow_path_key(reader, node->path, "covers");
    if (path == NULL) return DEALER_E_NOMEM;
    if (json_kind(list) != JSON_ARRAY) return flow_expected(reader, path, "an array of names of fields", list);
    const char **names = REGION_ARRAY(reader->region, reader->env, const char *, json_count(list) + 1);
    if (names == NULL) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(list); (item = json_next(&each, NULL)) != NULL;) {
        if (json_text(item) == NULL) return flow_expected(reader, path, "an array of names of fields", item);
        names[node->cover_count] = region_copy(reader->region, reader->env, json_text(item), json_text_length(item));
        if (names[node->cover_count++] == NULL) return DEALER_E_NOMEM;
    }
    node->covers = names;
    return DEALER_OK;
}

/* What a rule node asks before people. */
static dealer_status read_rule(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    const json_value *reject = json_get(json, "reject"), *refer = json_get(json, "refer");
    dealer_status status = DEALER_OK;
    if ((reject == NULL && refer == NULL) || (refer == NULL) != (json_get(json, "who") == NULL))
        return error_raise(&reader->env->error, &E_FLOW_RULE_NODE, "path", node->path, NULL);
    if (reject != NULL)
        status = flow_read_condition(reader, reject, flow_path_key(reader, node->path, "reject"), &node->reject_when);
    if (status == DEALER_OK && refer != NULL)
        status = flow_read_condition(reader, refer, flow_path_key(reader, node->path, "refer"), &node->refer_when);
    return status;
}

dealer_status flow_read_delay(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    static const char *const keys[] = {"id", "kind", "title", "hours", "business_hours", NULL};
    dealer_status status = flow_read_keys(reader, json, node->path, keys);
    return status == DEALER_OK ? flow_read_due(reader, json, node->path, false, &node->due) : status;
}

dealer_status flow_read_route_back(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    static const char *const keys[] = {"id", "kind", "title", "to", "times", NULL};
    const char *target = NULL;
    int64_t times = 1;
    dealer_status status = flow_read_keys(reader, json, node->path, keys);
    if (status == DEALER_OK) status = flow_read_text(reader, json, node->path, "to", &target);
    if (status == DEALER_OK) status = read_target(reader, node, target);
    if (status == DEALER_OK && json_get(json, "times") != NULL)
        status = flow_read_integer(
            reader, json_get(json, "times"), flow_path_key(reader, node->path, "times"), APPROVAL_TIMES_MAX, &times);
    node->times = (int32_t)times;
    return status;
}

/* The switches of a vote, which must fit its mode. */
static dealer_status read_switches(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    dealer_status status = flow_read_truth(reader, json, node->path, "veto", &node->veto);
    if (status == DEALER_OK) status = flow_read_truth(reader, json, node->path, "claim", &node->claim);
    if (status == DEALER_OK) {
        status = flow_read_truth(reader, json, node->path, "wait_for_everyone", &node->wait_for_everyone);
    }
    return status == DEALER_OK ? check_mode(reader, node) : status;
}

/* Who is asked, how they decide, and until when. */
static dealer_status read_vote(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    const char *at = flow_path_key(reader, node->path, "who");
    if (at == NULL) return DEALER_E_NOMEM;
    dealer_status status = read_mode(reader, json_get(json, "mode"), node);
    reader->groups_of = node;
    if (status == DEALER_OK) status = flow_read_who(reader, json_get(json, "who"), at, &node->who, &node->who_count);
    reader->groups_of = NULL;
    if (status == DEALER_OK && json_get(json, "due") != NULL)
        status = flow_read_due(reader, json_get(json, "due"), flow_path_key(reader, node->path, "due"), true, &node->due);
    return status == DEALER_OK ? read_switches(reader, json, node) : status;
}

dealer_status flow_read_approve(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    static const char *const keys[] = {"id", "kind", "title", "who", "mode", "veto", "claim", "wait_for_everyone", "rejected",
        "nobody_found", "approver_is_submitter", "same_approver", "approver_cannot_read", "due", "covers", NULL};
    static const char *const rule_keys[] = {"id", "kind", "title", "who", "mode", "veto", "claim", "wait_for_everyone", "rejected",
        "nobody_found", "approver_is_submitter", "same_approver", "approver_cannot_read", "due", "covers", "reject", "refer", NULL};
    dealer_status status = flow_read_keys(reader, json, node->path, node->is_rule ? rule_keys : keys);
    if (status == DEALER_OK && node->is_rule) status = read_rule(reader, json, node);
    if (status == DEALER_OK) status = read_covers(reader, json, node);
    bool asks = !node->is_rule || json_get(json, "who") != NULL; /* a rule that refers to nobody has no vote */
    if (status == DEALER_OK && asks) status = read_vote(reader, json, node);
    if (status != DEALER_OK) return status;
    status = flow_read_rejected(reader, json_get(json, "rejected"), node);
    return status == DEALER_OK ? flow_read_policies(reader, json, node->path, &node->policies) : status;
}

dealer_status flow_read_cc(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    static const char *const keys[] = {"id", "kind", "title", "who", NULL};
    dealer_status status = flow_read_keys(reader, json, node->path, keys);
    if (status != DEALER_OK) return status;
    const char *at = flow_path_key(reader, node->path, "who");
    return at == NULL ? DEALER_E_NOMEM : flow_read_who(reader, json_get(json, "who"), at, &node->who, &node->who_count);
}

/* The kind of the nearest branch around it, in its own flow, in which others may be undecided; NULL: none. */
static const char *joined_branch(const struct approval_flow *flow, const struct approval_node *node) {
    for (int32_t at = node->parent; at >= 0 && flow->nodes[at].kind != APPROVAL_NODE_SUB_FLOW; at = flow->nodes[at].parent) {
        if (flow->nodes[at].is_async) return "async sub_flow";
        if (flow->nodes[at].kind == APPROVAL_NODE_PARALLEL) return "parallel";
        if (flow->nodes[at].kind == APPROVAL_NODE_INCLUSIVE) return "inclusive";
    }
    return NULL;
}

dealer_status flow_read_end(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    static const char *const keys[] = {"id", "kind", "title", "outcome", NULL};
    static const char *const outcomes[] = {"approved", "rejected", NULL};
    dealer_status status = flow_read_keys(reader, json, node->path, keys);
    if (status != DEALER_OK) return status;
    int outcome = 0;
    if (json_get(json, "outcome") != NULL) {
        status =
            flow_read_name(reader, json_get(json, "outcome"), flow_path_key(reader, node->path, "outcome"), outcomes, &outcome);
    }
    if (status != DEALER_OK) return status;
    node->ends_rejected = outcome == 1;
    const char *around = joined_branch(reader->flow, node);
    if (around == NULL || node->ends_rejected) return DEALER_OK;
    return error_raise(&reader->env->error, &E_FLOW_END_PLACE, "path", node->path, "kind", around, NULL);
}
