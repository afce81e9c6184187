/* An approver's own decisions: approve, reject, abstain, return, and taking one of them back. */
#include "approval/engine.h"

#include <string.h>

static struct approval_task *close_own(
    struct engine *engine, size_t at, enum approval_decision decision, enum approval_effect_kind kind) {
    tasks_claim_quietly(engine, at);
    struct approval_task *task = &engine->instance.tasks[at];
    task->state = APPROVAL_TASK_DONE;
    task->decision = decision;
    task->decided_by = engine->action->actor;
    task->comment = engine_comment(engine);
    task->closed_ms = engine->call->now_ms;
    task->closed_move = engine->instance.move;
    struct approval_effect *effect = engine_effect(engine, kind, task->visit, task->number);
    effect->person = engine->action->actor;
    effect->comment = task->comment;
    task->digest = amend_digest(engine, engine_node(engine, task->node));
    tasks_cancel_same_voice(engine, at);
    return &engine->instance.tasks[at];
}

static void decide(struct engine *engine, enum approval_decision decision, enum approval_effect_kind kind) {
    size_t at = tasks_of_actor(engine, TASK_TO_DECIDE);
    if (at == SIZE_MAX) return;
    struct approval_task *task = &engine->instance.tasks[at];
    if (decision == APPROVAL_DECISION_ABSTAINED && task->required) {
        engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_ABSTAIN, "node", task->node, "person",
                                engine_person(engine, engine->action->actor), NULL));
        return;
    }
    task = close_own(engine, at, decision, kind);
    engine->instance.decision_move = engine->instance.move;
    engine->instance.decision_task = task->number;
    settle_visit(engine, engine_visit_index(engine, task->visit));
    route_run(engine);
}

void verb_approve(struct engine *engine) {
    decide(engine, APPROVAL_DECISION_APPROVED, APPROVAL_EFFECT_TASK_APPROVED);
}

void verb_reject(struct engine *engine) {
    decide(engine, APPROVAL_DECISION_REJECTED, APPROVAL_EFFECT_TASK_REJECTED);
}

void verb_abstain(struct engine *engine) {
    decide(engine, APPROVAL_DECISION_ABSTAINED, APPROVAL_EFFECT_TASK_ABSTAINED);
}

/* Where to: the index of a node, -1 for the submitter; false: refused. */
static bool find_target(struct engine *engine, size_t visit, int32_t *out) {
    const char *target = engine->action->target;
    struct error *error = &engine->env->error;
    *out = -1;
    if (target == NULL || strcmp(target, "submitter") == 0) return true;
    if (strcmp(target, "previous") == 0) {
        *out = route_previous(engine, visit);
        return true;
    }
    *out = engine_node_index(engine, target);
    if (*out < 0) {
        engine_fail(
            engine, error_raise(error, &E_APPROVAL_NODE_UNKNOWN, "node", target, "expected", "submitter, previous, node id", NULL));
        return false;
    }
    if (route_can_return(engine, visit, *out)) return true;
    engine_fail(engine, error_raise(error, &E_APPROVAL_TARGET, "node", target, "from", engine->instance.visits[visit].node, NULL));
    return false;
}

/* Jumping back later must not leave out what runs beside it now. */
static bool may_jump_back(struct engine *engine, size_t visit, int32_t target) {
    int32_t here = engine_node_index(engine, engine->instance.visits[visit].node), member = -1, there = -1;
    if (target >= 0) flow_meet(engine->flow, here, target, &member, &there);
    int32_t left_out = route_left_out(engine, visit, member);
    if (left_out < 0) return true;
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_BACK, "node", engine->instance.visits[visit].node, "branch",
                            engine->flow->nodes[left_out].id, NULL));
    return false;
}

void verb_return(struct engine *engine) {
    size_t at = tasks_of_actor(engine, TASK_TO_DECIDE);
    if (at == SIZE_MAX) return;
    size_t visit = engine_visit_index(engine, engine->instance.tasks[at].visit);
    int32_t target = -1;
    bool back = engine->action->back;
    if (!find_target(engine, visit, &target)) return;
    if (back && !may_jump_back(engine, visit, target)) return;
    close_own(engine, at, APPROVAL_DECISION_RETURNED, APPROVAL_EFFECT_TASK_RETURNED);
    settle_cancel_tasks(engine, visit, true, &R_DECIDED);
    route_close(engine, visit, APPROVAL_VISIT_RETURNED);
    engine_effect(engine, APPROVAL_EFFECT_NODE_RETURNED, engine->instance.visits[visit].number, 0);
    if (target < 0) {
        route_return_to_submitter(engine, visit, back);
    } else {
        route_return(engine, visit, target, back);
        route_run(engine);
    }
}

/* What a move did to the visits: those it entered go, those it closed or made void come back. */
static void undo_visits(struct engine *engine, int64_t move) {
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        struct approval_visit *visit = &engine->instance.visits[i];
        if (visit->superseded_move == move) visit->superseded_move = 0;
        if (visit->entered_move == move) {
            if (visit->state == APPROVAL_VISIT_ACTIVE) {
                engine_effect(engine, APPROVAL_EFFECT_NODE_CANCELLED, visit->number, 0);
            }
            settle_cancel_tasks(engine, i, true, NULL);
            route_close(engine, i, APPROVAL_VISIT_CANCELLED);
            visit->superseded_move = engine->instance.move;
        } else if (visit->closed_move == move) {
            visit->state = APPROVAL_VISIT_ACTIVE;
            visit->closed_ms = visit->closed_move = 0;
        }
    }
}

/* Its tasks wait again; which of them are open follows from their turns. */
static void undo_tasks(struct engine *engine, int64_t move) {
    for (size_t i = 0; i < engine->instance.task_count; i++) {
        struct approval_task *task = &engine->instance.tasks[i];
        const struct approval_visit *visit = approval_visit_find(&engine->instance, task->visit);
        if (task->closed_move != move || visit->entered_move == move) continue;
        task->state = APPROVAL_TASK_WAITING;
        task->decision = APPROVAL_DECISION_NONE;
        task->decided_by = 0;
        task->comment = NULL;
        task->closed_ms = task->closed_move = 0;
    }
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        const struct approval_visit *visit = &engine->instance.visits[i];
        bool asks = engine_node(engine, visit->node)->kind == APPROVAL_NODE_APPROVE;
        if (asks && visit->state == APPROVAL_VISIT_ACTIVE) settle_open_turn(engine, i);
    }
}

void verb_take_back(struct engine *engine) {
    struct approval_instance *instance = &engine->instance;
    const struct approval_task *task = approval_task_find(instance, instance->decision_task);
    /* The move of this action is counted already. */
    bool last = instance->decision_move != 0 && instance->decision_move == instance->move - 1;
    if (!last || task == NULL || task->decided_by != engine->action->actor) {
        engine_fail(engine,
            error_raise(&engine->env->error, &E_APPROVAL_TAKE_BACK, "person", engine_person(engine, engine->action->actor), NULL));
        return;
    }
    int64_t move = instance->decision_move;
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_TAKEN_BACK, task->visit, task->number);
    effect->person = engine->action->actor;
    effect->comment = engine_comment(engine);
    instance->decision_move = instance->decision_task = 0;
    undo_visits(engine, move);
    undo_tasks(engine, move);
}
