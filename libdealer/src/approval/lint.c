/* Would a node find its people? Asked for a submitter and a place before anything is under way. */
#include "approval/engine.h"

static bool names_submitter(const struct approval_node *node) {
    for (int32_t i = 0; i < node->who_count; i++) {
        if (node->who[i].kind == APPROVAL_WHO_SUBMITTER) return true;
    }
    return false;
}

dealer_status approval_lint_node(struct env *env, struct region *region, const struct approval_call *call,
    const struct approval_instance *fresh, int32_t index, bool *self_out) {
    struct engine engine;
    struct approvers found = {.skipped = true};
    const struct approval_node *node = &call->flow->nodes[index];
    engine_start(&engine, env, region, call, fresh);
    engine.preview = true;
    if (engine.status == DEALER_OK) approvers_find(&engine, node, 0, &found);
    *self_out = false;
    if (engine.status != DEALER_OK || found.skipped || names_submitter(node)) return engine.status;
    for (size_t i = 0; i < found.list.count; i++) *self_out |= found.list.items[i].person == fresh->submitter;
    return engine.status;
}
