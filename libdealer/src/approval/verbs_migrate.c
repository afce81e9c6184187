/* Going on under another version of the flow, on purpose. That its nodes are there, and stand where they stood, is checked as of every
 * instance; here, that each is still of the kind that its visits are of. People who are asked stay asked. */
#include "approval/engine.h"

#include <string.h>

static bool has_tasks(const struct approval_instance *instance, int64_t visit) {
    for (size_t i = 0; i < instance->task_count; i++) {
        if (instance->tasks[i].visit == visit) return true;
    }
    return false;
}

/* The branches that run must be there. */
static bool has_branches(const struct approval_node *node, uint32_t chosen) {
    return node->branch_count > 0 && (node->branch_count == APPROVAL_BRANCHES_MAX || chosen >> node->branch_count == 0);
}

static bool fits(const struct engine *engine, const struct approval_visit *visit) {
    const struct approval_node *node = engine_node(engine, visit->node);
    if (visit->superseded_move != 0) return true;
    if (visit->chosen != 0) return has_branches(node, visit->chosen);
    if (visit->due_ms != 0) return node->kind == APPROVAL_NODE_DELAY;
    if (has_tasks(&engine->instance, visit->number)) return node->kind == APPROVAL_NODE_APPROVE && node->who_count > 0;
    return visit->state != APPROVAL_VISIT_ACTIVE || node->kind == APPROVAL_NODE_APPROVE;
}

void verb_migrate(struct engine *engine) {
    struct approval_instance *instance = &engine->instance;
    for (size_t i = 0; i < instance->visit_count; i++) {
        if (fits(engine, &instance->visits[i])) continue;
        engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_MIGRATE, "node", instance->visits[i].node, NULL));
        return;
    }
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_MIGRATED, 0, 0);
    effect->person = engine->action->actor;
    effect->comment = engine_comment(engine);
    const char *from = instance->flow_version == NULL ? "-" : instance->flow_version;
    const char *to = engine->action->target == NULL ? "-" : engine->action->target;
    engine_explain(engine, effect, &R_MIGRATED, ARGUMENTS("from", from, "to", to));
    instance->decision_move = instance->decision_task = 0;
    instance->flow_version = region_copy(engine->region, engine->env, to, strlen(to));
    if (instance->flow_version == NULL) engine_fail(engine, DEALER_E_NOMEM);
    /* Where the newly last node of a branch, or of all, has been passed already, nothing would go on by itself. */
    for (size_t i = 0; i < instance->visit_count && engine->status == DEALER_OK; i++) {
        const struct approval_visit *visit = &instance->visits[i];
        const struct approval_node *node = engine_node(engine, visit->node);
        if (visit->state == APPROVAL_VISIT_ACTIVE && node->kind == APPROVAL_NODE_APPROVE) settle_visit(engine, i);
    }
    route_run(engine);
}
