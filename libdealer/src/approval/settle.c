/* What the answers at a node mean: who is asked next, and whether it has passed or failed. */
#include "approval/engine.h"

static void close_task(struct engine *engine, struct approval_task *task) {
    task->state = APPROVAL_TASK_CANCELLED;
    task->closed_ms = engine->call->now_ms;
    task->closed_move = engine->instance.move;
}

/* A task that was never opened goes without a word: nobody has seen it. */
void settle_cancel_tasks(struct engine *engine, size_t visit, bool required_too, const struct message *reason) {
    struct approval_instance *instance = &engine->instance;
    for (size_t i = 0; i < instance->task_count; i++) {
        struct approval_task *task = &instance->tasks[i];
        if (task->visit != instance->visits[visit].number || !task_is_undecided(task)) continue;
        if (task->required && !required_too) continue;
        close_task(engine, task);
        if (task->opened_move == 0) continue;
        struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_TASK_CANCELLED, task->visit, task->number);
        effect->person = task->assignee;
        if (reason != NULL) engine_explain(engine, effect, reason, NULL);
    }
}

static void open_task(struct engine *engine, struct approval_task *task) {
    bool again = task->opened_move != 0;
    task->state = APPROVAL_TASK_OPEN;
    const struct approval_node *node = engine_node(engine, task->node);
    task->closed_ms = task->closed_move = 0;
    task->due_ms = node->due != NULL && task->stands_for == 0 ? due_from_now(engine, node->due, node->due->hours) : 0;
    if (!again) {
        task->opened_ms = engine->call->now_ms;
        task->opened_move = engine->instance.move;
    }
    struct approval_effect *effect =
        engine_effect(engine, again ? APPROVAL_EFFECT_TASK_REOPENED : APPROVAL_EFFECT_TASK_OPENED, task->visit, task->number);
    effect->person = task->assignee;
    effect->reason_en = task->reason_en;
    effect->reason_zh = task->reason_zh;
}

void settle_open_turn(struct engine *engine, size_t visit) {
    struct approval_instance *instance = &engine->instance;
    int64_t number = instance->visits[visit].number;
    int32_t turn = INT32_MAX;
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_task *task = &instance->tasks[i];
        if (task->visit == number && task_is_undecided(task) && task->turn < turn) turn = task->turn;
    }
    for (size_t i = 0; i < instance->task_count; i++) {
        struct approval_task *task = &instance->tasks[i];
        if (task->visit != number) continue;
        if (task->state == APPROVAL_TASK_WAITING && task->turn == turn) {
            open_task(engine, task);
        } else if (task->state == APPROVAL_TASK_OPEN && task->turn > turn) {
            task->state = APPROVAL_TASK_WAITING;
            engine_effect(engine, APPROVAL_EFFECT_TASK_WAITING, number, task->number)->person = task->assignee;
        }
    }
}

static void explain_vote(struct engine *engine, const struct vote *vote, struct approval_effect *effect) {
    if (vote == NULL) {
        const struct approval_visit *visit = approval_visit_find(&engine->instance, effect->visit);
        bool sub_flow = engine_node(engine, visit->node)->kind == APPROVAL_NODE_SUB_FLOW;
        const struct message *why = visit->overridden ? &R_OVERRIDDEN : sub_flow ? &R_SUB_FLOW_REJECTED : &R_RULE_REJECTS;
        engine_explain(engine, effect, why, NULL);
    } else if (vote->vetoed && effect->kind == APPROVAL_EFFECT_NODE_REJECTED) {
        engine_explain(engine, effect, &R_VETO, NULL);
    } else {
        engine_explain(engine, effect, &R_VOTE,
            ARGUMENTS("approved", NUMBER(vote->approved), "needed", NUMBER(vote->needed), "rejected", NUMBER(vote->rejected),
                "abstained", NUMBER(vote->abstained)));
    }
}

void settle_reject(struct engine *engine, size_t visit, const struct vote *vote) {
    const struct approval_node *node = engine_node(engine, engine->instance.visits[visit].node);
    int64_t number = engine->instance.visits[visit].number;
    settle_cancel_tasks(engine, visit, true, &R_DECIDED);
    if (node->kind == APPROVAL_NODE_SUB_FLOW) route_leave_sub_flow(engine, visit);
    route_close(engine, visit, APPROVAL_VISIT_REJECTED);
    explain_vote(engine, vote, engine_effect(engine, APPROVAL_EFFECT_NODE_REJECTED, number, 0));
    int32_t target = node->rejected == APPROVAL_REJECTED_NODE ? node->rejected_node : -1;
    if (node->rejected == APPROVAL_REJECTED_PREVIOUS) target = route_previous(engine, visit);
    if (node->rejected == APPROVAL_REJECTED_END) {
        route_end_rejected(engine, visit);
    } else if (node->rejected == APPROVAL_REJECTED_GOES_ON) {
        route_onward(engine, visit);
    } else if (target >= 0) {
        route_return(engine, visit, target, false);
    } else {
        route_return_to_submitter(engine, visit, false);
    }
}

static void pass(struct engine *engine, size_t visit, const struct vote *vote) {
    int64_t number = engine->instance.visits[visit].number;
    settle_cancel_tasks(engine, visit, true, &R_DECIDED);
    route_close(engine, visit, vote->asked ? APPROVAL_VISIT_PASSED : APPROVAL_VISIT_SKIPPED);
    struct approval_effect *effect =
        engine_effect(engine, vote->asked ? APPROVAL_EFFECT_NODE_PASSED : APPROVAL_EFFECT_NODE_SKIPPED, number, 0);
    if (vote->asked) {
        explain_vote(engine, vote, effect);
    } else {
        engine_explain(engine, effect, &R_SKIPPED_ALL, NULL);
    }
    route_onward(engine, visit);
}

void settle_visit(struct engine *engine, size_t visit) {
    const struct approval_node *node = engine_node(engine, engine->instance.visits[visit].node);
    struct vote vote;
    vote_count(node, &engine->instance, engine->instance.visits[visit].number, &vote);
    switch (vote_verdict(node, &vote)) {
    case VERDICT_FAILED: settle_reject(engine, visit, &vote); break;
    case VERDICT_PASSED: pass(engine, visit, &vote); break;
    case VERDICT_AGREED:
        settle_cancel_tasks(engine, visit, false, &R_DECIDED);
        settle_open_turn(engine, visit);
        break;
    case VERDICT_OPEN: settle_open_turn(engine, visit); break;
    }
}
