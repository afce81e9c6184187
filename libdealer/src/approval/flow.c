/* Where nodes of a flow stand to each other. */
#include "approval/flow.h"

#include <string.h>

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
