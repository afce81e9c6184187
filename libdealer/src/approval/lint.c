/* Would a node find its people? Asked for a submitter and a place before anything is under way. */
#include "approval/engine.h"

dealer_status approval_lint_node(
    struct env *env, struct region *region, const struct approval_call *call, const struct approval_instance *fresh, int32_t node) {
    struct engine engine;
    struct approvers found;
    engine_start(&engine, env, region, call, fresh);
    engine.preview = true;
    if (engine.status == DEALER_OK) approvers_find(&engine, &engine.flow->nodes[node], 0, &found);
    return engine.status;
}
