/* A flow from JSON: its nodes in one array, each knowing its place, those of sub-flows among them; and what must hold between them. */
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
static dealer_status read_sub_flow(struct flow_reader *reader, const json_value *json, int32_t index, int depth);

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
    if (json_count(branches) > APPROVAL_BRANCHES_MAX) return flow_too_many(reader, path, APPROVAL_BRANCHES_MAX);
    if (depth == APPROVAL_DEPTH_MAX) return flow_too_many(reader, path, APPROVAL_DEPTH_MAX);
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

/* Of a node that may be anything yet. */
static bool is_async(const json_value *json) {
    const char *kind = json_kind(json) == JSON_OBJECT ? json_get_text(json, "kind") : NULL;
    return kind != NULL && strcmp(kind, "sub_flow") == 0 && json_is_true(json_get(json, "async"));
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

/* What a node of its kind says besides. */
static dealer_status read_kind(struct flow_reader *reader, const json_value *json, int32_t index, int depth) {
    struct approval_node *node = &reader->flow->nodes[index];
    switch (node->kind) {
    case APPROVAL_NODE_APPROVE: return flow_read_approve(reader, json, node);
    case APPROVAL_NODE_CC: return flow_read_cc(reader, json, node);
    case APPROVAL_NODE_END: return flow_read_end(reader, json, node);
    case APPROVAL_NODE_DELAY: return flow_read_delay(reader, json, node);
    case APPROVAL_NODE_ROUTE_BACK: return flow_read_route_back(reader, json, node);
    case APPROVAL_NODE_SUB_FLOW: return read_sub_flow(reader, json, index, depth);
    default: return read_branches(reader, json, index, depth);
    }
}

static dealer_status read_node(struct flow_reader *reader, const json_value *json, int32_t index, int depth) {
    static const char *const kinds[] = {
        "approve", "cc", "exclusive", "inclusive", "parallel", "end", "delay", "route_back", "sub_flow", "rule", NULL};
    struct approval_node *node = &reader->flow->nodes[index];
    if (json_kind(json) != JSON_OBJECT) return flow_expected(reader, node->path, "an object", json);
    if (json_get(json, "kind") == NULL) {
        return error_raise(&reader->env->error, &E_FLOW_MISSING, "path", node->path, "key", "kind", "expected",
            "approve, cc, exclusive, inclusive, parallel, end, delay, route_back, sub_flow or rule", NULL);
    }
    int kind = 0;
    dealer_status status = flow_read_name(reader, json_get(json, "kind"), flow_path_key(reader, node->path, "kind"), kinds, &kind);
    if (status == DEALER_OK) status = flow_read_id(reader, json, node->path, &node->id);
    if (status == DEALER_OK && (node->id = flow_full_id(reader, node->id)) == NULL) return DEALER_E_NOMEM;
    if (status == DEALER_OK) status = check_unique(reader, index);
    if (status == DEALER_OK) status = flow_read_title(reader, json, node->path, &node->title);
    if (status != DEALER_OK) return status;
    node->is_rule = kind > APPROVAL_NODE_SUB_FLOW;
    node->kind = node->is_rule ? APPROVAL_NODE_APPROVE : (enum approval_node_kind)kind;
    return read_kind(reader, json, index, depth);
}

/* A place in the array, behind `*before` in its sequence. ends: where first and last of the sequence are noted; NULL at the top. */
static dealer_status new_node(struct flow_reader *reader, const char *path, struct sequence place, struct approval_branch *ends,
    int32_t *before, int32_t *index_out) {
    struct approval_flow *flow = reader->flow;
    if (flow->node_count == APPROVAL_NODES_MAX) return flow_too_many(reader, path, APPROVAL_NODES_MAX);
    int32_t index = *index_out = flow->node_count++;
    flow->nodes[index] = (struct approval_node){.path = path,
        .parent = place.parent,
        .branch = place.branch,
        .next = -1,
        .rejected_node = -1,
        .policies = reader->text->policies};
    if (*before >= 0) flow->nodes[*before].next = index;
    if (ends != NULL && *before < 0) ends->first = index;
    if (ends != NULL) ends->last = index;
    *before = index;
    return DEALER_OK;
}

/* The parallel node in which an async sub-flow stands beside the rest of its sequence. */
static dealer_status read_async(struct flow_reader *reader, const json_value *json, int32_t index, int depth) {
    struct approval_node *split = &reader->flow->nodes[index];
    split->kind = APPROVAL_NODE_PARALLEL;
    split->is_async = true;
    split->branch_count = 2;
    split->branches = REGION_ARRAY(reader->region, reader->env, struct approval_branch, 2);
    if (split->branches == NULL) return DEALER_E_NOMEM;
    split->branches[1] = (struct approval_branch){.title = {R_GOES_ON.en, R_GOES_ON.zh}, .first = -1, .last = -1};
    int32_t before = -1, inner = -1;
    struct sequence place = {.parent = index, .branch = 0, .depth = depth + 1};
    dealer_status status = flow_read_id(reader, json, split->path, &split->id);
    if (status == DEALER_OK) status = flow_read_title(reader, json, split->path, &split->title);
    if (status == DEALER_OK) split->id = region_format(reader->region, reader->env, "%s%s+", reader->text->prefix, split->id);
    if (split->id == NULL) return DEALER_E_NOMEM;
    if (status == DEALER_OK) status = new_node(reader, split->path, place, &split->branches[0], &before, &inner);
    if (status == DEALER_OK) status = read_node(reader, json, inner, depth + 1);
    if (status != DEALER_OK) return status;
    split->branches[0].title = split->title;
    reader->flow->nodes[inner].rejected = APPROVAL_REJECTED_GOES_ON;
    return DEALER_OK;
}

static dealer_status read_sequence(
    struct flow_reader *reader, const json_value *nodes, const char *path, struct sequence place, struct approval_branch *ends) {
    struct approval_flow *flow = reader->flow;
    /* An empty Lua table arrives as an empty object. */
    bool empty = json_kind(nodes) == JSON_OBJECT && json_count(nodes) == 0;
    if (json_kind(nodes) != JSON_ARRAY && !empty) return flow_expected(reader, path, "an array of nodes", nodes);
    int32_t before = -1, index = -1;
    if (ends != NULL) ends->first = ends->last = -1;
    const json_value *json = NULL;
    for (struct json_cursor cursor = json_each(nodes); (json = json_next(&cursor, NULL)) != NULL;) {
        const char *at = flow_path_at(reader, path, cursor.index - 1);
        if (at == NULL) return DEALER_E_NOMEM;
        if (before >= 0 && flow->nodes[before].kind == APPROVAL_NODE_END) {
            return error_raise(&reader->env->error, &E_FLOW_UNREACHABLE, "path", at, NULL);
        }
        bool async = is_async(json);
        dealer_status status = new_node(reader, at, place, ends, &before, &index);
        if (status == DEALER_OK)
            status = async ? read_async(reader, json, index, place.depth) : read_node(reader, json, index, place.depth);
        if (status != DEALER_OK) return status;
        if (async) { /* what follows stands beside it */
            place = (struct sequence){.parent = index, .branch = 1, .depth = place.depth + 1};
            ends = &flow->nodes[index].branches[1];
            before = -1;
        }
    }
    return DEALER_OK;
}

/* Of an approve node, or a sub_flow node, that is rejected; and of a route_back. */
static dealer_status link_targets(struct flow_reader *reader) {
    struct approval_flow *flow = reader->flow;
    for (int32_t at = 0; at < flow->node_count; at++) {
        const char *id = reader->targets[at];
        if (id == NULL) continue;
        int32_t target = flow_find(flow, id), own = -1, met = -1;
        if (target >= 0) flow_meet(flow, target, at, &met, &own);
        if (target < 0 || met != target || target >= own || flow->nodes[target].kind != APPROVAL_NODE_APPROVE) {
            return error_raise(&reader->env->error, &E_FLOW_REJECTED_NODE, "path", flow->nodes[at].path, "found", id, NULL);
        }
        flow->nodes[at].rejected_node = target;
    }
    return DEALER_OK;
}

static bool has_approver(const struct approval_flow *flow) {
    for (int32_t i = 0; i < flow->node_count; i++) {
        if (flow->nodes[i].kind == APPROVAL_NODE_APPROVE && flow->nodes[i].who_count > 0) return true;
    }
    return false;
}

/* What a flow says before its nodes. */
static dealer_status read_head(struct flow_reader *reader, const json_value *json, const char *path, struct approval_flow *head) {
    static const char *const keys[] = {
        "id", "title", "nobody_found", "approver_is_submitter", "same_approver", "approver_cannot_read", "sub_only", "nodes", NULL};
    dealer_status status = flow_read_keys(reader, json, path, keys);
    if (status == DEALER_OK) status = flow_read_id(reader, json, path, &head->id);
    if (status == DEALER_OK) status = flow_read_title(reader, json, path, &head->title);
    if (status == DEALER_OK) status = flow_read_truth(reader, json, path, "sub_only", &head->sub_only);
    return status == DEALER_OK ? flow_read_policies(reader, json, path, &head->policies) : status;
}

/* The nodes of another flow, in place of the node that names it. */
static dealer_status read_inside(
    struct flow_reader *reader, struct flow_text *text, int32_t index, int depth, struct approval_branch *branch) {
    const char *path = flow_path_key(reader, reader->flow->nodes[index].path, "flow");
    struct approval_flow head = {0};
    if (path == NULL) return DEALER_E_NOMEM;
    for (const struct flow_text *outer = reader->text; outer != NULL; outer = outer->outer) {
        if (outer->json != text->json) continue;
        return error_raise(&reader->env->error, &E_FLOW_RECURSION, "path", path, "flow", text->name, NULL);
    }
    if (depth == APPROVAL_DEPTH_MAX) return flow_too_many(reader, path, APPROVAL_DEPTH_MAX);
    dealer_status status = read_head(reader, text->json, path, &head);
    const char *nodes_path = flow_path_key(reader, path, "nodes");
    if (nodes_path == NULL) return DEALER_E_NOMEM;
    if (status != DEALER_OK) return status;
    branch->title = head.title;
    text->policies = head.policies;
    text->outer = reader->text;
    reader->text = text;
    struct sequence place = {.parent = index, .branch = 0, .depth = depth + 1};
    status = read_sequence(reader, json_get(text->json, "nodes"), nodes_path, place, branch);
    reader->text = text->outer;
    if (status == DEALER_OK && branch->first < 0) {
        status = error_raise(&reader->env->error, &E_FLOW_NO_APPROVER, "path", nodes_path, NULL);
    }
    return status;
}

static dealer_status read_sub_flow(struct flow_reader *reader, const json_value *json, int32_t index, int depth) {
    static const char *const keys[] = {"id", "kind", "title", "flow", "async", "rejected", NULL};
    static const char *const async_keys[] = {"id", "kind", "title", "flow", "async", NULL};
    static const char *const no_names[] = {NULL};
    struct approval_node *node = &reader->flow->nodes[index];
    int choice = 0;
    bool async = false;
    dealer_status status = flow_read_keys(reader, json, node->path, is_async(json) ? async_keys : keys);
    if (status == DEALER_OK) status = flow_read_truth(reader, json, node->path, "async", &async);
    if (status == DEALER_OK) status = flow_read_rejected(reader, json_get(json, "rejected"), node);
    const char *const *names = reader->offer == NULL ? no_names : reader->offer->names;
    if (status == DEALER_OK)
        status = flow_read_name(reader, json_get(json, "flow"), flow_path_key(reader, node->path, "flow"), names, &choice);
    if (status != DEALER_OK) return status;
    node->branch_count = 1;
    node->branches = REGION_ARRAY(reader->region, reader->env, struct approval_branch, 1);
    const char *prefix = region_format(reader->region, reader->env, "%s/", node->id);
    if (node->branches == NULL || prefix == NULL) return DEALER_E_NOMEM;
    struct flow_text text = {.json = reader->offer->flows[choice], .name = names[choice], .prefix = prefix};
    return read_inside(reader, &text, index, depth, node->branches);
}

/* No more room is kept than is needed. */
static dealer_status settle_nodes(struct flow_reader *reader) {
    struct approval_flow *flow = reader->flow;
    size_t count = (size_t)flow->node_count;
    struct approval_node *nodes = REGION_ARRAY(reader->region, reader->env, struct approval_node, count);
    if (nodes == NULL) return DEALER_E_NOMEM;
    memcpy(nodes, flow->nodes, count * sizeof *nodes);
    flow->nodes = nodes;
    return DEALER_OK;
}

static dealer_status read_flow(struct flow_reader *reader, struct flow_text *text) {
    struct approval_flow *flow = reader->flow;
    struct sequence top = {.parent = -1, .branch = -1};
    dealer_status status = read_head(reader, text->json, "", flow);
    text->policies = flow->policies;
    if (status == DEALER_OK) status = read_sequence(reader, json_get(text->json, "nodes"), "nodes", top, NULL);
    if (status != DEALER_OK) return status;
    if (!has_approver(flow)) return error_raise(&reader->env->error, &E_FLOW_NO_APPROVER, "path", "nodes", NULL);
    status = link_targets(reader);
    return status == DEALER_OK ? settle_nodes(reader) : status;
}

dealer_status flow_load(struct env *env, struct region *region, const json_value *json, const struct flow_offer *offer,
    const struct approval_flow **out) {
    struct region scratch;
    struct flow_text text = {.json = json, .prefix = ""};
    struct flow_reader reader = {
        .env = env, .region = region, .offer = offer, .text = &text, .flow = REGION_NEW(region, env, struct approval_flow)};
    if (reader.flow == NULL) return DEALER_E_NOMEM;
    region_init(&scratch, env->seams);
    reader.flow->nodes = REGION_ARRAY(&scratch, env, struct approval_node, APPROVAL_NODES_MAX);
    reader.targets = REGION_ARRAY(&scratch, env, const char *, APPROVAL_NODES_MAX);
    dealer_status status = reader.flow->nodes == NULL || reader.targets == NULL ? DEALER_E_NOMEM : read_flow(&reader, &text);
    region_finish(&scratch);
    if (status == DEALER_OK) *out = reader.flow;
    return status;
}
