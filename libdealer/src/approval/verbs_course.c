/* Verbs on the whole course: the submitter's (submit, recall, resubmit) and the administrator's. */
#include "approval/engine.h"

static struct approval_effect *tell(struct engine *engine, enum approval_effect_kind kind, int64_t visit) {
    struct approval_effect *effect = engine_effect(engine, kind, visit, 0);
    effect->person = engine->action->actor;
    effect->comment = engine_comment(engine);
    return effect;
}

/* The whole route must find its people before anything begins. */
static void check_route(struct engine *engine) {
    struct region region;
    struct approval_route route;
    region_init(&region, engine->env->seams);
    dealer_status status = approval_preview(engine->env, &region, engine->call, &engine->instance, &route);
    region_finish(&region);
    if (status != DEALER_OK) engine_fail(engine, status);
}

void verb_submit(struct engine *engine) {
    check_route(engine);
    engine->instance.round = 1;
    tell(engine, APPROVAL_EFFECT_SUBMITTED, 0);
    route_start(engine);
    route_run(engine);
}

void verb_resubmit(struct engine *engine) {
    check_route(engine);
    engine->instance.round++;
    tell(engine, APPROVAL_EFFECT_RESUBMITTED, 0);
    route_start(engine);
    route_run(engine);
}

void verb_recall(struct engine *engine) {
    route_cancel_all(engine);
    engine->instance.state = APPROVAL_STATE_RECALLED;
    engine->instance.decision_move = engine->instance.decision_task = 0;
    tell(engine, APPROVAL_EFFECT_RECALLED, 0);
}

void verb_suspend(struct engine *engine) {
    engine->instance.state = APPROVAL_STATE_SUSPENDED;
    engine->instance.suspended_ms = engine->call->now_ms;
    tell(engine, APPROVAL_EFFECT_SUSPENDED, 0);
}

void verb_resume(struct engine *engine) {
    engine->instance.state = APPROVAL_STATE_RUNNING;
    due_put_off(engine);
    tell(engine, APPROVAL_EFFECT_RESUMED, 0);
}

void verb_terminate(struct engine *engine) {
    route_cancel_all(engine);
    engine->instance.state = APPROVAL_STATE_TERMINATED;
    engine->instance.decision_move = engine->instance.decision_task = 0;
    engine->instance.resume_at = NULL;
    tell(engine, APPROVAL_EFFECT_TERMINATED, 0);
}

/* A delay and, when it is named, a whole sub-flow can be decided in the same way as a node where people are asked. */
static bool can_be_overridden(const struct approval_node *node, bool is_named) {
    return node->kind == APPROVAL_NODE_APPROVE || node->kind == APPROVAL_NODE_DELAY ||
           (is_named && node->kind == APPROVAL_NODE_SUB_FLOW);
}

/* The active node that is meant; SIZE_MAX: refused. */
static size_t overridden_visit(struct engine *engine) {
    const struct approval_action *action = engine->action;
    size_t found = SIZE_MAX;
    int matches = 0;
    int32_t target = action->target == NULL ? -1 : engine_node_index(engine, action->target);
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        const struct approval_visit *visit = &engine->instance.visits[i];
        int32_t node = engine_node_index(engine, visit->node);
        bool fits = can_be_overridden(&engine->flow->nodes[node], action->target != NULL);
        if (visit->state != APPROVAL_VISIT_ACTIVE || !fits) continue;
        if (action->target != NULL && node != target) continue;
        found = i;
        matches++;
    }
    if (matches == 1) return found;
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_TARGET_NOT_ACTIVE, "node",
                            action->target == NULL ? "" : action->target, "verb", approval_verb_name(action->verb), NULL));
    return SIZE_MAX;
}

void verb_override(struct engine *engine) {
    size_t visit = overridden_visit(engine);
    if (visit == SIZE_MAX) return;
    struct approval_instance *instance = &engine->instance;
    int64_t number = instance->visits[visit].number;
    instance->visits[visit].overridden = true;
    tell(engine, APPROVAL_EFFECT_OVERRIDDEN, number);
    if (engine->action->verb == APPROVAL_VERB_OVERRIDE_REJECT) {
        settle_reject(engine, visit, NULL);
    } else {
        settle_cancel_tasks(engine, visit, true, &R_OVERRIDDEN);
        if (engine_node(engine, instance->visits[visit].node)->kind == APPROVAL_NODE_SUB_FLOW) route_leave_sub_flow(engine, visit);
        route_close(engine, visit, APPROVAL_VISIT_PASSED);
        struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_NODE_PASSED, number, 0);
        engine_explain(engine, effect, &R_OVERRIDDEN, NULL);
        route_onward(engine, visit);
    }
    route_run(engine);
}
