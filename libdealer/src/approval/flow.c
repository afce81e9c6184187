/* Where nodes of a flow stand to each other. */
#include "approval/flow.h"

#include <string.h>

static dealer_status each_of(
    const struct approval_who *who, int32_t count, int32_t node, flow_who_function function, void *user_data) {
    dealer_status status = DEALER_OK;
    for (int32_t i = 0; i < count && status == DEALER_OK; i++) {
        status = function(user_data, node, &who[i]);
        if (status == DEALER_OK) status = each_of(who[i].among, who[i].among_count, node, function, user_data);
    }
    return status;
}

dealer_status flow_each_who(const struct approval_flow *flow, flow_who_function function, void *user_data) {
    dealer_status status = DEALER_OK;
    for (int32_t i = 0; i < flow->node_count && status == DEALER_OK; i++) {
        const struct approval_node *node = &flow->nodes[i];
        bool asks = node->kind == APPROVAL_NODE_APPROVE && node->policies.nobody == APPROVAL_NOBODY_FALLBACK;
        status = each_of(node->who, node->who_count, i, function, user_data);
        if (status == DEALER_OK && asks) status = each_of(node->policies.fallback, 1, i, function, user_data);
        if (status == DEALER_OK && node->due != NULL)
            status = each_of(node->due->who, node->due->who_count, i, function, user_data);
    }
    return status;
}

int32_t flow_find(const struct approval_flow *flow, const char *node_id) {
    for (int32_t i = 0; i < flow->node_count; i++) {
        if (strcmp(flow->nodes[i].id, node_id) == 0) return i;
    }
    return -1;
}

static int depth_of(const struct approval_flow *flow, int32_t node) {
    int depth = 0;
    for (; flow->nodes[node].parent >= 0; node = flow->nodes[node].parent) depth++;
    return depth;
}

void flow_meet(const struct approval_flow *flow, int32_t a, int32_t b, int32_t *a_out, int32_t *b_out) {
    const struct approval_node *nodes = flow->nodes;
    int depth_a = depth_of(flow, a), depth_b = depth_of(flow, b);
    for (; depth_a > depth_b; depth_a--) a = nodes[a].parent;
    for (; depth_b > depth_a; depth_b--) b = nodes[b].parent;
    while (nodes[a].parent != nodes[b].parent || nodes[a].branch != nodes[b].branch) {
        a = nodes[a].parent;
        b = nodes[b].parent;
    }
    *a_out = a;
    *b_out = b;
}

bool flow_is_before(const struct approval_flow *flow, int32_t a, int32_t b) {
    int32_t at_a = -1, at_b = -1;
    flow_meet(flow, a, b, &at_a, &at_b);
    return at_a < at_b;
}
