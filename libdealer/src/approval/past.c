/* What has come to count for nothing is put aside once, and shared from then on: the working copy of a step holds only the rest. */
#include "approval/engine.h"

/* Nothing brings it back: neither take back, which undoes the last decision, nor an amendment, by which an approval may count again. */
static bool is_past(const struct approval_instance *instance, const struct approval_visit *visit) {
    int64_t move = visit->superseded_move;
    bool gone = move != 0 && move < instance->move && move != instance->decision_move;
    return gone && !visit->amended && visit->state != APPROVAL_VISIT_ACTIVE;
}

/* The visit of a task among those that count; searched from the place of the task before, for both are in the order of their numbers. */
static bool is_past_task(const struct approval_instance *instance, const struct approval_task *task, size_t *near) {
    size_t at = *near;
    while (at > 0 && instance->visits[at].number > task->visit) at--;
    while (at + 1 < instance->visit_count && instance->visits[at].number < task->visit) at++;
    *near = at;
    return instance->visits[at].number == task->visit && is_past(instance, &instance->visits[at]) && !task_is_undecided(task);
}

static void move_tasks(struct approval_instance *instance, struct approval_task *to) {
    size_t kept = 0, near = 0, gone = 0;
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_task task = instance->tasks[i];
        if (is_past_task(instance, &task, &near)) {
            to[gone++] = task;
        } else {
            instance->tasks[kept++] = task;
        }
    }
    instance->task_count = kept;
}

static void move_visits(struct approval_instance *instance, struct approval_visit *to) {
    size_t kept = 0, gone = 0;
    for (size_t i = 0; i < instance->visit_count; i++) {
        const struct approval_visit visit = instance->visits[i];
        if (is_past(instance, &visit)) {
            to[gone++] = visit;
        } else {
            instance->visits[kept++] = visit;
        }
    }
    instance->visit_count = kept;
}

void engine_leave_behind(struct engine *engine) {
    struct approval_instance *instance = &engine->instance;
    size_t visits = 0, tasks = 0, near = 0;
    for (size_t i = 0; i < instance->visit_count; i++) visits += is_past(instance, &instance->visits[i]);
    if (visits == 0) return;
    for (size_t i = 0; i < instance->task_count; i++) tasks += is_past_task(instance, &instance->tasks[i], &near);
    struct approval_past *past = REGION_NEW(engine->region, engine->env, struct approval_past);
    struct approval_visit *past_visits = REGION_ARRAY(engine->region, engine->env, struct approval_visit, visits);
    struct approval_task *past_tasks = REGION_ARRAY(engine->region, engine->env, struct approval_task, tasks);
    if (past == NULL || past_visits == NULL || past_tasks == NULL) {
        engine_fail(engine, DEALER_E_NOMEM);
        return;
    }
    *past = (struct approval_past){instance->past, past_visits, visits, past_tasks, tasks};
    move_tasks(instance, past_tasks);
    move_visits(instance, past_visits);
    instance->past = past;
}
