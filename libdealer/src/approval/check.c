/* What comes in is checked before anything trusts it: a flow of another version, or a damaged row, must not lead astray. */
#include "approval/engine.h"

#include <string.h>

static dealer_status broken(const struct engine *engine, const char *place, int64_t number) {
    return error_raise(&engine->env->error, &E_APPROVAL_BROKEN, "document", NUMBER(engine->instance.document_id), "place", place,
        "number", NUMBER(number), NULL);
}

static dealer_status check_node(const struct engine *engine, const char *node) {
    if (node == NULL || flow_find(engine->flow, node) >= 0) return DEALER_OK;
    const char *version = engine->instance.flow_version;
    return error_raise(&engine->env->error, &E_APPROVAL_FLOW_NODE, "node", node, "flow", engine->flow->id, "version",
        version == NULL ? "" : version, NULL);
}

/* An active visit, or one that take back may make active, stands in the visit of the branch around its node. */
static bool is_placed(const struct engine *engine, const struct approval_visit *visit) {
    const struct approval_instance *instance = &engine->instance;
    bool active = visit->state == APPROVAL_VISIT_ACTIVE;
    if (!active && (instance->decision_move == 0 || visit->closed_move != instance->decision_move)) return true;
    int32_t around = engine_node(engine, visit->node)->parent;
    if (around < 0 || visit->parent == 0) return around < 0 && visit->parent == 0;
    const struct approval_visit *parent = approval_visit_find(instance, visit->parent);
    return parent != NULL && parent->number < visit->number && flow_find(engine->flow, parent->node) == around;
}

static dealer_status check_visits(const struct engine *engine) {
    const struct approval_instance *instance = &engine->instance;
    for (size_t i = 0; i < instance->visit_count; i++) {
        const struct approval_visit *visit = &instance->visits[i];
        if (visit->node == NULL || visit->number >= instance->next_visit) return broken(engine, "visit", visit->number);
        dealer_status status = check_node(engine, visit->node);
        if (status == DEALER_OK) status = check_node(engine, visit->back_to);
        if (status == DEALER_OK && !is_placed(engine, visit)) status = broken(engine, "visit", visit->number);
        if (status != DEALER_OK) return status;
    }
    return DEALER_OK;
}

static dealer_status check_tasks(const struct engine *engine) {
    const struct approval_instance *instance = &engine->instance;
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_task *task = &instance->tasks[i];
        const struct approval_visit *visit = approval_visit_find(instance, task->visit);
        bool held = task->assignee != 0 || task->candidate_count > 0;
        if (visit == NULL || !held || task->number >= instance->next_task) return broken(engine, "task", task->number);
        if (task->node == NULL || flow_find(engine->flow, task->node) != flow_find(engine->flow, visit->node)) {
            return broken(engine, "task", task->number);
        }
    }
    return DEALER_OK;
}

dealer_status engine_check(const struct engine *engine) {
    const struct approval_instance *instance = &engine->instance;
    if (instance->flow_id == NULL || strcmp(instance->flow_id, engine->flow->id) != 0) {
        return error_raise(&engine->env->error, &E_APPROVAL_FLOW, "expected", instance->flow_id == NULL ? "" : instance->flow_id,
            "found", engine->flow->id, NULL);
    }
    if (approval_state_name(instance->state) == NULL) return broken(engine, "state", (int64_t)instance->state);
    dealer_status status = check_node(engine, instance->resume_at);
    if (status == DEALER_OK) status = check_visits(engine);
    return status == DEALER_OK ? check_tasks(engine) : status;
}
