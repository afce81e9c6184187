/* From node to node: onwards, out of branches, back, and to the end. A sequence holds one active visit at a time; a
 * branch node's visit stays active while its branches run, and passes when each chosen one has passed its last node. */
#include "approval/engine.h"

#include <string.h>

bool flow_holds(const struct approval_flow *flow, int32_t outer, int32_t node) {
    while (node >= 0 && node != outer) node = flow->nodes[node].parent;
    return node == outer;
}

void route_run(struct engine *engine) {
    while (engine->queue_first < engine->queue_count && engine->status == DEALER_OK) {
        struct engine_entry entry = engine->queue[engine->queue_first++];
        size_t parent = entry.parent == 0 ? SIZE_MAX : engine_visit_index(engine, entry.parent);
        /* A branch beside may have left the branch node behind meanwhile. */
        if (parent != SIZE_MAX && engine->instance.visits[parent].state != APPROVAL_VISIT_ACTIVE) continue;
        enter_node(engine, &entry);
    }
}

/* From the start, where nothing decided before counts; or straight to the one who returned it so, where all but his
 * own node stands. */
void route_start(struct engine *engine) {
    struct approval_instance *instance = &engine->instance;
    int32_t node = instance->resume_at == NULL ? -1 : engine_node_index(engine, instance->resume_at), outer = node;
    instance->resume_at = NULL;
    instance->state = APPROVAL_STATE_RUNNING;
    bool voids = node >= 0 && amend_has_void(engine);
    if (node < 0) amend_forget(engine, -1);
    if (voids) { /* amended meanwhile: what stands is found out on the way */
        for (size_t i = 0; i < instance->visit_count; i++) instance->visits[i].amended |= instance->visits[i].superseded_move == 0;
        node = -1;
    }
    for (size_t i = 0; i < instance->visit_count; i++) {
        struct approval_visit *visit = &instance->visits[i];
        bool again = node < 0 || flow_holds(engine->flow, engine_node_index(engine, visit->node), node);
        if (again && visit->superseded_move == 0) visit->superseded_move = instance->move;
    }
    if (node < 0) {
        engine_queue(engine, engine->flow->first, 0, NULL);
        return;
    }
    while (engine->flow->nodes[outer].parent >= 0) outer = engine->flow->nodes[outer].parent;
    route_enter_inside(engine, outer, node, 0, NULL);
}

void route_close(struct engine *engine, size_t visit, enum approval_visit_state state) {
    struct approval_visit *there = &engine->instance.visits[visit];
    there->state = state;
    there->closed_ms = engine->call->now_ms;
    there->closed_move = engine->instance.move;
}

static void cancel_visit(struct engine *engine, size_t visit) {
    settle_cancel_tasks(engine, visit, true, NULL);
    route_close(engine, visit, APPROVAL_VISIT_CANCELLED);
    engine_effect(engine, APPROVAL_EFFECT_NODE_CANCELLED, engine->instance.visits[visit].number, 0);
}

/* Whatever is active at or inside that node of a sequence; -1: everything. */
void route_cancel_inside(struct engine *engine, int32_t outer) {
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        const struct approval_visit *visit = &engine->instance.visits[i];
        if (visit->state != APPROVAL_VISIT_ACTIVE) continue;
        if (outer < 0 || flow_holds(engine->flow, outer, engine_node_index(engine, visit->node))) {
            cancel_visit(engine, i);
        }
    }
}

void route_cancel_all(struct engine *engine) {
    route_cancel_inside(engine, -1);
}

/* The end of the way, or of this round: nothing queued is entered any more. */
void route_finish(struct engine *engine, enum approval_state state, enum approval_effect_kind kind) {
    route_cancel_all(engine);
    engine->instance.state = state;
    engine->instance.decision_move = engine->instance.decision_task = 0;
    engine->queue_first = engine->queue_count;
    engine_effect(engine, kind, 0, 0);
}

/* The sub-flow around a visit; SIZE_MAX: none. */
static size_t sub_flow_around(const struct engine *engine, size_t visit) {
    const struct approval_instance *instance = &engine->instance;
    for (int64_t up = instance->visits[visit].parent; up != 0;) {
        size_t at = engine_visit_index(engine, up);
        if (engine_node(engine, instance->visits[at].node)->kind == APPROVAL_NODE_SUB_FLOW) return at;
        up = instance->visits[at].parent;
    }
    return SIZE_MAX;
}

void route_leave_sub_flow(struct engine *engine, size_t visit) {
    int32_t outer = engine_node_index(engine, engine->instance.visits[visit].node);
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        const struct approval_visit *inner = &engine->instance.visits[i];
        if (i == visit || inner->state != APPROVAL_VISIT_ACTIVE) continue;
        if (flow_holds(engine->flow, outer, engine_node_index(engine, inner->node))) cancel_visit(engine, i);
    }
}

void route_end_approved(struct engine *engine, size_t visit) {
    size_t around = sub_flow_around(engine, visit);
    if (around == SIZE_MAX) {
        route_finish(engine, APPROVAL_STATE_APPROVED, APPROVAL_EFFECT_FINAL_APPROVED);
        return;
    }
    route_leave_sub_flow(engine, around);
    route_close(engine, around, APPROVAL_VISIT_PASSED);
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_NODE_PASSED, engine->instance.visits[around].number, 0);
    engine_explain(engine, effect, &R_SUB_FLOW_ENDED, NULL);
    route_onward(engine, around);
}

void route_end_rejected(struct engine *engine, size_t visit) {
    size_t around = sub_flow_around(engine, visit);
    if (around == SIZE_MAX) {
        route_finish(engine, APPROVAL_STATE_REJECTED, APPROVAL_EFFECT_FINAL_REJECTED);
    } else {
        settle_reject(engine, around, NULL);
    }
}

/* Enter a node through the branch nodes between it and `outer`, in each of which only the way to it is taken. */
void route_enter_inside(struct engine *engine, int32_t outer, int32_t node, int64_t parent, const char *back_to) {
    while (outer != node && engine->status == DEALER_OK) {
        int32_t child = node;
        while (engine->flow->nodes[child].parent != outer) child = engine->flow->nodes[child].parent;
        engine_note(engine, &engine->flow->nodes[outer]);
        size_t visit = engine_new_visit(engine, engine->flow->nodes[outer].id, parent);
        if (visit == SIZE_MAX) return;
        engine->instance.visits[visit].chosen = UINT32_C(1) << engine->flow->nodes[child].branch;
        parent = engine->instance.visits[visit].number;
        outer = child;
    }
    engine_queue(engine, node, parent, back_to);
}

/* The visit of the branch in whose sequence a member stands, seen from a visit at or inside that sequence; 0: top. */
static int64_t parent_at(const struct engine *engine, size_t visit, int32_t member) {
    int32_t around = engine->flow->nodes[member].parent;
    if (around < 0) return 0;
    size_t at = visit;
    while (engine_node_index(engine, engine->instance.visits[at].node) != around) {
        at = engine_visit_index(engine, engine->instance.visits[at].parent);
    }
    return engine->instance.visits[at].number;
}

/* Straight back to the one who returned it. */
static void jump(struct engine *engine, size_t visit, const char *back_to) {
    int32_t target = engine_node_index(engine, back_to), here = -1, there = -1;
    flow_meet(engine->flow, engine_node_index(engine, engine->instance.visits[visit].node), target, &here, &there);
    int64_t parent = parent_at(engine, visit, here);
    for (int64_t up = engine->instance.visits[visit].parent; up != parent;) {
        size_t at = engine_visit_index(engine, up);
        up = engine->instance.visits[at].parent;
        route_close(engine, at, APPROVAL_VISIT_PASSED);
        engine_effect(engine, APPROVAL_EFFECT_NODE_PASSED, engine->instance.visits[at].number, 0);
    }
    route_enter_inside(engine, there, target, parent, NULL);
}

void route_onward(struct engine *engine, size_t visit) {
    const struct approval_visit *here = &engine->instance.visits[visit];
    const struct approval_node *node = engine_node(engine, here->node);
    if (here->back_to != NULL) {
        jump(engine, visit, here->back_to);
    } else if (node->next >= 0) {
        engine_queue(engine, node->next, here->parent, NULL);
    } else if (here->parent == 0) {
        route_finish(engine, APPROVAL_STATE_APPROVED, APPROVAL_EFFECT_FINAL_APPROVED);
    } else {
        route_join(engine, engine_visit_index(engine, here->parent));
    }
}

static bool has_passed(const struct approval_visit *visit) {
    return visit->superseded_move == 0 && (visit->state == APPROVAL_VISIT_PASSED || visit->state == APPROVAL_VISIT_SKIPPED);
}

/* An async sub-flow is done with either outcome. */
static bool branch_is_done(const struct engine *engine, int64_t parent, const struct approval_branch *branch) {
    if (branch->first < 0) return true;
    const struct approval_node *last = &engine->flow->nodes[branch->last];
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        const struct approval_visit *visit = &engine->instance.visits[i];
        bool rejected = visit->state == APPROVAL_VISIT_REJECTED && visit->superseded_move == 0;
        bool done = has_passed(visit) || (rejected && last->rejected == APPROVAL_REJECTED_GOES_ON);
        if (visit->parent == parent && done && strcmp(visit->node, last->id) == 0) return true;
    }
    return false;
}

void route_join(struct engine *engine, size_t branch_visit) {
    const struct approval_visit *visit = &engine->instance.visits[branch_visit];
    const struct approval_node *node = engine_node(engine, visit->node);
    for (int32_t i = 0; i < node->branch_count; i++) {
        bool chosen = (visit->chosen >> i & 1) != 0;
        if (chosen && !branch_is_done(engine, visit->number, &node->branches[i])) return;
    }
    route_close(engine, branch_visit, APPROVAL_VISIT_PASSED);
    engine_effect(engine, APPROVAL_EFFECT_NODE_PASSED, visit->number, 0);
    route_onward(engine, branch_visit);
}

bool route_can_return(const struct engine *engine, size_t visit, int32_t target) {
    int32_t here = engine_node_index(engine, engine->instance.visits[visit].node);
    if (engine->flow->nodes[target].kind != APPROVAL_NODE_APPROVE || !flow_is_before(engine->flow, target, here)) return false;
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        const struct approval_visit *earlier = &engine->instance.visits[i];
        if (has_passed(earlier) && strcmp(earlier->node, engine->flow->nodes[target].id) == 0) return true;
    }
    return false;
}

int32_t route_previous(const struct engine *engine, size_t visit) {
    const struct approval_instance *instance = &engine->instance;
    for (size_t i = instance->visit_count; i-- > 0;) {
        int32_t target = engine_node_index(engine, instance->visits[i].node);
        if (instance->visits[i].state == APPROVAL_VISIT_PASSED && route_can_return(engine, visit, target) &&
            instance->visits[i].superseded_move == 0) {
            return target;
        }
    }
    return -1;
}

int32_t route_left_out(const struct engine *engine, size_t visit, int32_t outer) {
    const struct approval_visit *at = &engine->instance.visits[visit];
    for (; at->parent != 0;) {
        at = approval_visit_find(&engine->instance, at->parent);
        int32_t node = engine_node_index(engine, at->node);
        if (outer >= 0 && !flow_holds(engine->flow, outer, node)) break;
        if ((at->chosen & (at->chosen - 1)) != 0) return node;
    }
    return -1;
}

/* What was decided from the target on is void: it will be decided again. With `back`, the nodes between stand. */
static void supersede(struct engine *engine, int32_t target, int32_t from, bool back) {
    const struct approval_flow *flow = engine->flow;
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        struct approval_visit *visit = &engine->instance.visits[i];
        if (visit->superseded_move != 0 || visit->state == APPROVAL_VISIT_ACTIVE) continue;
        int32_t node = engine_node_index(engine, visit->node);
        bool again = node == target || (back ? flow_holds(flow, node, from) : flow_is_before(flow, target, node));
        if (again) visit->superseded_move = engine->instance.move;
    }
}

void route_return(struct engine *engine, size_t visit, int32_t target, bool back) {
    int32_t from = engine_node_index(engine, engine->instance.visits[visit].node), there = -1, here = -1;
    flow_meet(engine->flow, target, from, &there, &here);
    int64_t parent = parent_at(engine, visit, here);
    route_cancel_inside(engine, here);
    amend_forget(engine, target);
    supersede(engine, target, from, back);
    for (int32_t outer = engine->flow->nodes[target].parent; outer >= 0 && outer != engine->flow->nodes[there].parent;
         outer = engine->flow->nodes[outer].parent) {
        for (size_t i = 0; i < engine->instance.visit_count; i++) {
            struct approval_visit *around = &engine->instance.visits[i];
            if (around->superseded_move == 0 && engine_node_index(engine, around->node) == outer) {
                around->superseded_move = engine->instance.move;
            }
        }
    }
    route_enter_inside(engine, there, target, parent, back ? engine->flow->nodes[from].id : NULL);
}

void route_return_to_submitter(struct engine *engine, size_t visit, bool back) {
    const char *from = engine->instance.visits[visit].node;
    route_finish(engine, APPROVAL_STATE_RETURNED, APPROVAL_EFFECT_RETURNED_TO_SUBMITTER);
    engine->instance.resume_at = back ? from : NULL;
}
