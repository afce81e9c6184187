/* Preview: the step's own code with everybody agreeing at once, noting the route instead of asking. */
#include "approval/engine.h"

/* Those asked at a node that is already under way, with their reasons. */
static struct approval_candidate *asked(struct engine *engine, int64_t visit, size_t *count_out) {
    struct approval_candidates list = {.region = engine->region};
    dealer_status status = DEALER_OK;
    for (size_t i = 0; i < engine->instance.task_count && status == DEALER_OK; i++) {
        const struct approval_task *task = &engine->instance.tasks[i];
        if (task->visit != visit || !task_is_undecided(task)) continue;
        size_t voices = task->assignee != 0 ? 1 : task->candidate_count;
        for (size_t j = 0; j < voices && status == DEALER_OK; j++) {
            int64_t person = task->assignee != 0 ? task->assignee : task->candidates[j];
            status = approval_candidates_add(
                &list, engine->env, person, engine_person(engine, person), task->reason_en, task->reason_zh);
        }
    }
    if (status != DEALER_OK) engine_fail(engine, status);
    *count_out = list.count;
    return list.items;
}

/* Whoever is asked agrees; of several who may claim nobody can say which. */
void preview_agree(struct engine *engine, size_t visit) {
    struct approval_instance *instance = &engine->instance;
    for (size_t i = 0; i < instance->task_count; i++) {
        struct approval_task *task = &instance->tasks[i];
        if (task->visit != instance->visits[visit].number || !task_is_undecided(task)) continue;
        task->state = APPROVAL_TASK_DONE;
        task->decision = APPROVAL_DECISION_APPROVED;
        task->decided_by = task->owner == 0 && task->candidate_count == 1 ? task->candidates[0] : task->owner;
    }
}

static void agree(struct engine *engine, size_t visit) {
    struct approval_instance *instance = &engine->instance;
    const struct approval_node *node = engine_node(engine, instance->visits[visit].node);
    int64_t number = instance->visits[visit].number;
    struct approval_route_node *row = engine_note(engine, node);
    if (row == NULL) return;
    row->people = asked(engine, number, &row->people_count);
    preview_agree(engine, visit);
    if (engine->status == DEALER_OK) settle_visit(engine, visit);
}

static void wait_out(struct engine *engine, size_t visit) {
    engine_note(engine, engine_node(engine, engine->instance.visits[visit].node));
    route_close(engine, visit, APPROVAL_VISIT_PASSED);
    route_onward(engine, visit);
}

static void preview_running(struct engine *engine) {
    size_t count = engine->instance.visit_count;
    for (size_t i = 0; i < count && engine->status == DEALER_OK; i++) {
        const struct approval_visit *visit = &engine->instance.visits[i];
        enum approval_node_kind kind = engine_node(engine, visit->node)->kind;
        if (visit->state != APPROVAL_VISIT_ACTIVE) continue;
        if (kind == APPROVAL_NODE_APPROVE) agree(engine, i);
        if (kind == APPROVAL_NODE_DELAY) wait_out(engine, i);
    }
}

dealer_status approval_preview(struct env *env, struct region *region, const struct approval_call *call,
    const struct approval_instance *in, struct approval_route *out) {
    struct engine engine;
    engine_start(&engine, env, region, call, in);
    engine.preview = true;
    if (engine.status == DEALER_OK) engine_fail(&engine, engine_check(&engine));
    if (engine.status != DEALER_OK) return engine.status;
    switch (in->state) {
    case APPROVAL_STATE_RUNNING: preview_running(&engine); break;
    case APPROVAL_STATE_NEW:
    case APPROVAL_STATE_RETURNED:
    case APPROVAL_STATE_RECALLED:
    case APPROVAL_STATE_REJECTED: route_start(&engine); break;
    default:
        return error_raise(&env->error, &E_APPROVAL_STATE, "verb", "preview", "state", approval_state_name(in->state), "expected",
            "new, running, returned, recalled, rejected", NULL);
    }
    route_run(&engine);
    if (engine.status == DEALER_OK) *out = (struct approval_route){.nodes = engine.route, .count = engine.route_count};
    return engine.status;
}
