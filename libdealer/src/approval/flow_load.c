/* A flow from JSON: its nodes in one array, each knowing its place; and what must hold between them. */
#include "approval/flow_read.h"
#include "approval/messages.h"

#include <string.h>

/* Where a sequence of nodes stands. */
struct sequence {
    int32_t parent, branch;
    int depth;
};

static dealer_status read_sequence(
    struct flow_reader *reader, const json_value *nodes, const char *path, struct sequence place, struct approval_branch *ends);

static dealer_status too_many(struct flow_reader *reader, const char *path, int64_t limit) {
    return error_raise(&reader->env->error, &E_FLOW_LIMIT, "path", path, "limit", NUMBER(limit), NULL);
}

/* {"groups": {"finance": 1, "sales": 2}} */
static dealer_status read_groups(
    struct flow_reader *reader, const json_value *groups, const char *path, struct approval_node *node) {
    const char *name = NULL;
    const json_value *count = NULL;
    if (json_kind(groups) != JSON_OBJECT || json_count(groups) == 0)
        return flow_expected(reader, path, "an object of groups, each with how many", groups);
    if (json_count(groups) > APPROVAL_GROUPS_MAX) return too_many(reader, path, APPROVAL_GROUPS_MAX);
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

/* The named node may come later in the text than what is read so far: it is looked up when all are there. */
static dealer_status read_rejected(struct flow_reader *reader, const json_value *value, struct approval_node *node) {
    static const char *const names[] = {"end", "submitter", "previous", "node:<id>", NULL};
    if (value == NULL) return DEALER_OK;
    const char *text = json_text(value);
    if (text != NULL && strncmp(text, "node:", 5) == 0) {
        node->rejected = APPROVAL_REJECTED_NODE;
        return DEALER_OK;
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

static dealer_status read_delay(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    static const char *const keys[] = {"id", "kind", "title", "hours", "business_hours", NULL};
    dealer_status status = flow_read_keys(reader, json, node->path, keys);
    return status == DEALER_OK ? flow_read_due(reader, json, node->path, false, &node->due) : status;
}

/* Where to is looked up when all nodes are there. */
static dealer_status read_route_back(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    static const char *const keys[] = {"id", "kind", "title", "to", "times", NULL};
    const char *target = NULL;
    int64_t times = 1;
    dealer_status status = flow_read_keys(reader, json, node->path, keys);
    if (status == DEALER_OK) status = flow_read_text(reader, json, node->path, "to", &target);
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

static dealer_status read_approve(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
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
    status = read_rejected(reader, json_get(json, "rejected"), node);
    return status == DEALER_OK ? flow_read_policies(reader, json, node->path, &node->policies) : status;
}

static dealer_status read_cc(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
    static const char *const keys[] = {"id", "kind", "title", "who", NULL};
    dealer_status status = flow_read_keys(reader, json, node->path, keys);
    if (status != DEALER_OK) return status;
    const char *at = flow_path_key(reader, node->path, "who");
    return at == NULL ? DEALER_E_NOMEM : flow_read_who(reader, json_get(json, "who"), at, &node->who, &node->who_count);
}

/* The kind of the nearest branch around it in which others may be undecided; NULL: none. */
static const char *joined_branch(const struct approval_flow *flow, const struct approval_node *node) {
    for (int32_t at = node->parent; at >= 0; at = flow->nodes[at].parent) {
        if (flow->nodes[at].kind == APPROVAL_NODE_PARALLEL) return "parallel";
        if (flow->nodes[at].kind == APPROVAL_NODE_INCLUSIVE) return "inclusive";
    }
    return NULL;
}

static dealer_status read_end(struct flow_reader *reader, const json_value *json, struct approval_node *node) {
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

dealer_status flow_read_condition(
    struct flow_reader *reader, const json_value *json, const char *path, const struct approval_condition **out) {
    static const char *const keys[] = {"predicate", "rule", NULL};
    dealer_status status = flow_read_keys(reader, json, path, keys);
    if (status != DEALER_OK) return status;
    if (json_count(json) != 1) return error_raise(&reader->env->error, &E_FLOW_WHEN_ONE, "path", path, NULL);
    struct approval_condition *condition = REGION_NEW(reader->region, reader->env, struct approval_condition);
    if (condition == NULL) return DEALER_E_NOMEM;
    condition->path = path;
    condition->predicate = json_get(json, "predicate");
    condition->index = reader->flow->condition_count;
    if (condition->predicate == NULL) status = flow_read_text(reader, json, path, "rule", &condition->rule);
    if (status != DEALER_OK) return status;
    reader->flow->conditions[reader->flow->condition_count++] = condition;
    *out = condition;
    return DEALER_OK;
}

/* The condition, or "otherwise", of one branch; a parallel branch has neither. */
static dealer_status read_branch_head(struct flow_reader *reader, const json_value *json, const char *path,
    const struct approval_node *node, struct approval_branch *branch) {
    static const char *const keys[] = {"title", "when", "otherwise", "nodes", NULL};
    static const char *const parallel_keys[] = {"title", "nodes", NULL};
    bool parallel = node->kind == APPROVAL_NODE_PARALLEL;
    dealer_status status = flow_read_keys(reader, json, path, parallel ? parallel_keys : keys);
    if (status != DEALER_OK) return status;
    if (json_get(json, "title") != NULL) status = flow_read_title(reader, json, path, &branch->title);
    if (status == DEALER_OK && !parallel) status = flow_read_truth(reader, json, path, "otherwise", &branch->otherwise);
    if (status != DEALER_OK || parallel) return status;
    const json_value *when = json_get(json, "when");
    bool last = branch == &node->branches[node->branch_count - 1];
    if (branch->otherwise && (when != NULL || !last)) {
        return error_raise(&reader->env->error, &E_FLOW_OTHERWISE_PLACE, "path", path, NULL);
    }
    if (branch->otherwise) return DEALER_OK;
    if (last && node->kind == APPROVAL_NODE_EXCLUSIVE) {
        return error_raise(&reader->env->error, &E_FLOW_OTHERWISE, "path", node->path, NULL);
    }
    const char *at = flow_path_key(reader, path, "when");
    if (at == NULL) return DEALER_E_NOMEM;
    return flow_read_condition(reader, when, at, &branch->when);
}

static dealer_status read_branches(struct flow_reader *reader, const json_value *json, int32_t index, int depth) {
    static const char *const keys[] = {"id", "kind", "title", "branches", NULL};
    struct approval_node *node = &reader->flow->nodes[index];
    dealer_status status = flow_read_keys(reader, json, node->path, keys);
    if (status != DEALER_OK) return status;
    const json_value *branches = json_get(json, "branches");
    const char *path = flow_path_key(reader, node->path, "branches");
    if (path == NULL) return DEALER_E_NOMEM;
    if (json_kind(branches) != JSON_ARRAY || json_count(branches) == 0) {
        return flow_expected(reader, path, "an array of branches, each with nodes", branches);
    }
    if (json_count(branches) > APPROVAL_BRANCHES_MAX) return too_many(reader, path, APPROVAL_BRANCHES_MAX);
    if (depth == APPROVAL_DEPTH_MAX) return too_many(reader, path, APPROVAL_DEPTH_MAX);
    node->branch_count = (int32_t)json_count(branches);
    node->branches = REGION_ARRAY(reader->region, reader->env, struct approval_branch, node->branch_count);
    if (node->branches == NULL) return DEALER_E_NOMEM;
    const json_value *branch = NULL;
    for (struct json_cursor cursor = json_each(branches); (branch = json_next(&cursor, NULL)) != NULL;) {
        int32_t at = (int32_t)cursor.index - 1;
        const char *branch_path = flow_path_at(reader, path, (size_t)at);
        if (branch_path == NULL) return DEALER_E_NOMEM;
        status = read_branch_head(reader, branch, branch_path, node, &node->branches[at]);
        if (status != DEALER_OK) return status;
        struct sequence place = {.parent = index, .branch = at, .depth = depth + 1};
        const char *nodes_path = flow_path_key(reader, branch_path, "nodes");
        if (nodes_path == NULL) return DEALER_E_NOMEM;
        status = read_sequence(reader, json_get(branch, "nodes"), nodes_path, place, &node->branches[at]);
        if (status != DEALER_OK) return status;
    }
    return DEALER_OK;
}

static dealer_status check_unique(struct flow_reader *reader, int32_t index) {
    const struct approval_node *nodes = reader->flow->nodes;
    for (int32_t i = 0; i < index; i++) {
        if (strcmp(nodes[i].id, nodes[index].id) == 0) {
            return error_raise(&reader->env->error, &E_FLOW_DUPLICATE_ID, "path", nodes[index].path, "found", nodes[i].id, "other",
                nodes[i].path, NULL);
        }
    }
    return DEALER_OK;
}

static dealer_status read_node(struct flow_reader *reader, const json_value *json, int32_t index, int depth) {
    static const char *const kinds[] = {
        "approve", "cc", "exclusive", "inclusive", "parallel", "end", "delay", "route_back", "rule", NULL};
    struct approval_node *node = &reader->flow->nodes[index];
    if (json_kind(json) != JSON_OBJECT) return flow_expected(reader, node->path, "an object", json);
    if (json_get(json, "kind") == NULL) {
        return error_raise(&reader->env->error, &E_FLOW_MISSING, "path", node->path, "key", "kind", "expected",
            "approve, cc, exclusive, inclusive, parallel, end, delay, route_back or rule", NULL);
    }
    int kind = 0;
    dealer_status status = flow_read_name(reader, json_get(json, "kind"), flow_path_key(reader, node->path, "kind"), kinds, &kind);
    if (status == DEALER_OK) status = flow_read_id(reader, json, node->path, &node->id);
    if (status == DEALER_OK) status = check_unique(reader, index);
    if (status == DEALER_OK) status = flow_read_title(reader, json, node->path, &node->title);
    if (status != DEALER_OK) return status;
    node->is_rule = kind > APPROVAL_NODE_ROUTE_BACK;
    node->kind = node->is_rule ? APPROVAL_NODE_APPROVE : (enum approval_node_kind)kind;
    switch (node->kind) {
    case APPROVAL_NODE_APPROVE: return read_approve(reader, json, node);
    case APPROVAL_NODE_CC: return read_cc(reader, json, node);
    case APPROVAL_NODE_END: return read_end(reader, json, node);
    case APPROVAL_NODE_DELAY: return read_delay(reader, json, node);
    case APPROVAL_NODE_ROUTE_BACK: return read_route_back(reader, json, node);
    default: return read_branches(reader, json, index, depth);
    }
}

/* ends: where first and last of the sequence are noted; NULL at the top. */
static dealer_status read_sequence(
    struct flow_reader *reader, const json_value *nodes, const char *path, struct sequence place, struct approval_branch *ends) {
    struct approval_flow *flow = reader->flow;
    /* An empty Lua table arrives as an empty object. */
    bool empty = json_kind(nodes) == JSON_OBJECT && json_count(nodes) == 0;
    if (json_kind(nodes) != JSON_ARRAY && !empty) return flow_expected(reader, path, "an array of nodes", nodes);
    int32_t before = -1;
    if (ends != NULL) ends->first = ends->last = -1;
    const json_value *json = NULL;
    for (struct json_cursor cursor = json_each(nodes); (json = json_next(&cursor, NULL)) != NULL;) {
        const char *at = flow_path_at(reader, path, cursor.index - 1);
        if (at == NULL) return DEALER_E_NOMEM;
        if (before >= 0 && flow->nodes[before].kind == APPROVAL_NODE_END) {
            return error_raise(&reader->env->error, &E_FLOW_UNREACHABLE, "path", at, NULL);
        }
        int32_t index = flow->node_count++;
        flow->nodes[index] = (struct approval_node){.path = at,
            .parent = place.parent,
            .branch = place.branch,
            .next = -1,
            .rejected_node = -1,
            .policies = flow->policies};
        if (before >= 0) flow->nodes[before].next = index;
        if (ends != NULL && before < 0) ends->first = index;
        if (ends != NULL) ends->last = index;
        before = index;
        dealer_status status = read_node(reader, json, index, place.depth);
        if (status != DEALER_OK) return status;
    }
    return DEALER_OK;
}

/* JSON of a node by its index: the same walk as reading, for what needs all nodes first. */
static dealer_status link_rejected(struct flow_reader *reader, const json_value *nodes, int32_t *index) {
    struct approval_flow *flow = reader->flow;
    const json_value *json = NULL;
    for (struct json_cursor cursor = json_each(nodes); (json = json_next(&cursor, NULL)) != NULL;) {
        int32_t at = (*index)++;
        struct approval_node *node = &flow->nodes[at];
        bool rejected = node->kind == APPROVAL_NODE_APPROVE && node->rejected == APPROVAL_REJECTED_NODE;
        if (rejected || node->kind == APPROVAL_NODE_ROUTE_BACK) {
            const char *id = rejected ? json_get_text(json, "rejected") + strlen("node:") : json_get_text(json, "to");
            int32_t target = flow_find(flow, id), own = -1, met = -1;
            if (target >= 0) flow_meet(flow, target, at, &met, &own);
            if (target < 0 || met != target || target >= own || flow->nodes[target].kind != APPROVAL_NODE_APPROVE) {
                return error_raise(&reader->env->error, &E_FLOW_REJECTED_NODE, "path", node->path, "found", id, NULL);
            }
            node->rejected_node = target;
        }
        const json_value *branches = json_get(json, "branches"), *branch = NULL;
        for (struct json_cursor each = json_each(branches); (branch = json_next(&each, NULL)) != NULL;) {
            dealer_status status = link_rejected(reader, json_get(branch, "nodes"), index);
            if (status != DEALER_OK) return status;
        }
    }
    return DEALER_OK;
}

static bool has_approver(const struct approval_flow *flow) {
    for (int32_t i = 0; i < flow->node_count; i++) {
        if (flow->nodes[i].kind == APPROVAL_NODE_APPROVE && flow->nodes[i].who_count > 0) return true;
    }
    return false;
}

static dealer_status read_flow(struct flow_reader *reader, const json_value *json) {
    static const char *const keys[] = {
        "id", "title", "nobody_found", "approver_is_submitter", "same_approver", "approver_cannot_read", "nodes", NULL};
    struct approval_flow *flow = reader->flow;
    dealer_status status = flow_read_keys(reader, json, "", keys);
    if (status == DEALER_OK) status = flow_read_id(reader, json, "", &flow->id);
    if (status == DEALER_OK) status = flow_read_title(reader, json, "", &flow->title);
    if (status == DEALER_OK) status = flow_read_policies(reader, json, "", &flow->policies);
    struct sequence top = {.parent = -1, .branch = -1};
    if (status == DEALER_OK) status = read_sequence(reader, json_get(json, "nodes"), "nodes", top, NULL);
    if (status != DEALER_OK) return status;
    if (!has_approver(flow)) return error_raise(&reader->env->error, &E_FLOW_NO_APPROVER, "path", "nodes", NULL);
    int32_t index = 0;
    return link_rejected(reader, json_get(json, "nodes"), &index);
}

/* Conditions in what a node holds besides branches: at most one in each object of it. */
static size_t count_objects(const json_value *value) {
    size_t count = json_kind(value) == JSON_OBJECT;
    const json_value *item = NULL;
    if (json_kind(value) != JSON_OBJECT && json_kind(value) != JSON_ARRAY) return 0;
    for (struct json_cursor each = json_each(value); (item = json_next(&each, NULL)) != NULL;) count += count_objects(item);
    return count;
}

/* How much room reading will need. */
static void count_nodes(const json_value *nodes, size_t *nodes_out, size_t *conditions_out) {
    const json_value *node = NULL, *branch = NULL;
    for (struct json_cursor cursor = json_each(nodes); (node = json_next(&cursor, NULL)) != NULL;) {
        (*nodes_out)++;
        *conditions_out += json_get(node, "branches") == NULL ? count_objects(node) : 0;
        const json_value *branches = json_get(node, "branches");
        for (struct json_cursor each = json_each(branches); (branch = json_next(&each, NULL)) != NULL;) {
            (*conditions_out)++;
            count_nodes(json_get(branch, "nodes"), nodes_out, conditions_out);
        }
    }
}

dealer_status flow_load(struct env *env, struct region *region, const json_value *json, const struct approval_flow **out) {
    struct flow_reader reader = {.env = env, .region = region, .flow = REGION_NEW(region, env, struct approval_flow)};
    if (reader.flow == NULL) return DEALER_E_NOMEM;
    size_t nodes = 0, conditions = 0;
    count_nodes(json_get(json, "nodes"), &nodes, &conditions);
    if (nodes > APPROVAL_NODES_MAX) return too_many(&reader, "nodes", APPROVAL_NODES_MAX);
    reader.flow->nodes = REGION_ARRAY(region, env, struct approval_node, nodes);
    reader.flow->conditions = REGION_ARRAY(region, env, const struct approval_condition *, conditions);
    if (reader.flow->nodes == NULL || reader.flow->conditions == NULL) return DEALER_E_NOMEM;
    dealer_status status = read_flow(&reader, json);
    if (status == DEALER_OK) *out = reader.flow;
    return status;
}
