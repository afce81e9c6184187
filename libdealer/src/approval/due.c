/* Time: when a task or a delay comes due, and what the clock does then. The clock's decisions are nobody's approval. */
#include "approval/engine.h"

enum { HOUR_MS = 3600000 };

int64_t due_from_now(struct engine *engine, const struct approval_due *due, int64_t hours) {
    const struct approval_people *people = engine->call->people;
    int64_t now = engine->call->now_ms, at = now + hours * HOUR_MS;
    if (engine->preview || !due->business || people->business == NULL) return at;
    dealer_status status = people->business(people->user_data, engine->env, engine->call->subject, now, hours, &at);
    if (status != DEALER_OK) engine_fail(engine, status);
    return at;
}

/* Time stood still. */
void due_put_off(struct engine *engine) {
    struct approval_instance *instance = &engine->instance;
    int64_t stood = instance->suspended_ms == 0 ? 0 : engine->call->now_ms - instance->suspended_ms;
    for (size_t i = 0; i < instance->task_count; i++) {
        if (instance->tasks[i].due_ms != 0 && task_is_undecided(&instance->tasks[i])) instance->tasks[i].due_ms += stood;
    }
    for (size_t i = 0; i < instance->visit_count; i++) {
        struct approval_visit *visit = &instance->visits[i];
        if (visit->due_ms != 0 && visit->state == APPROVAL_VISIT_ACTIVE) visit->due_ms += stood;
    }
    instance->suspended_ms = 0;
}

int64_t approval_task_due(const struct approval_instance *instance, const struct approval_task *task) {
    return instance->state == APPROVAL_STATE_RUNNING && task->state == APPROVAL_TASK_OPEN ? task->due_ms : 0;
}

int64_t approval_visit_due(const struct approval_instance *instance, const struct approval_visit *visit) {
    return instance->state == APPROVAL_STATE_RUNNING && visit->state == APPROVAL_VISIT_ACTIVE ? visit->due_ms : 0;
}

static void refuse_not_due(struct engine *engine) {
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_NOT_DUE, "number", NUMBER(engine->action->task), NULL));
}

/* What the clock moved can not be taken back by anybody. */
static void move(struct engine *engine) {
    engine->instance.move++;
    engine->instance.decision_move = engine->instance.decision_task = 0;
}

static void end_delay(struct engine *engine) {
    size_t at = engine_visit_index(engine, -engine->action->task);
    const struct approval_visit *visit = at == SIZE_MAX ? NULL : &engine->instance.visits[at];
    int64_t due = visit == NULL ? 0 : approval_visit_due(&engine->instance, visit);
    if (due == 0 || due > engine->call->now_ms) {
        refuse_not_due(engine);
        return;
    }
    move(engine);
    route_close(engine, at, APPROVAL_VISIT_PASSED);
    engine_explain(engine, engine_effect(engine, APPROVAL_EFFECT_NODE_PASSED, visit->number, 0), &R_DUE_DELAY, NULL);
    route_onward(engine, at);
    route_run(engine);
}

static int64_t holder_of(const struct approval_task *task) {
    return task->assignee != 0 ? task->assignee : task->candidates[0];
}

static void tell(struct engine *engine, const struct approval_task *task, const struct message *message) {
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_TIMED_OUT, task->visit, task->number);
    effect->person = task->assignee;
    engine_explain(engine, effect, message, ARGUMENTS("person", engine_person(engine, holder_of(task))));
}

/* Reminding moves nothing, so that a decision can still be taken back. */
static void remind(struct engine *engine, size_t at, const struct approval_due *due, const struct message *message) {
    struct approval_task *task = &engine->instance.tasks[at];
    tell(engine, task, message);
    size_t voices = task->assignee != 0 ? 1 : task->candidate_count;
    for (size_t i = 0; i < voices; i++) {
        struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_REMINDED, task->visit, task->number);
        effect->person = task->assignee != 0 ? task->assignee : task->candidates[i];
    }
    task->due_ms = due->every > 0 ? due_from_now(engine, due, due->every) : 0;
}

static void decide(struct engine *engine, size_t at, bool approves) {
    struct approval_task *task = &engine->instance.tasks[at];
    tell(engine, task, approves ? &R_DUE_APPROVE : &R_DUE_REJECT);
    move(engine);
    task->state = APPROVAL_TASK_DONE;
    task->decision = approves ? APPROVAL_DECISION_AUTO_APPROVED : APPROVAL_DECISION_AUTO_REJECTED;
    task->due_ms = 0;
    task->digest = amend_digest(engine, engine_node(engine, task->node));
    task->closed_ms = engine->call->now_ms;
    task->closed_move = engine->instance.move;
    enum approval_effect_kind kind = approves ? APPROVAL_EFFECT_TASK_AUTO_APPROVED : APPROVAL_EFFECT_TASK_AUTO_REJECTED;
    engine_effect(engine, kind, task->visit, task->number)->person = task->assignee;
    settle_visit(engine, engine_visit_index(engine, task->visit));
    route_run(engine);
}

/* Those to turn to who have no voice at the node, and do not decide about their own document. */
static void find_others(struct engine *engine, size_t at, const struct approval_due *due, struct approval_candidates *out) {
    const struct approval_people *people = engine->call->people;
    const struct approval_task *task = &engine->instance.tasks[at];
    struct approval_candidates found = {.region = engine->region};
    bool self = engine_node(engine, task->node)->policies.self == APPROVAL_SELF_ALLOW;
    for (int32_t i = 0; i < due->who_count && engine->status == DEALER_OK; i++) {
        if (!approvers_condition(engine, due->who[i].when)) continue;
        engine_fail(engine, people->resolve(people->user_data, engine->env, &due->who[i], engine->call->subject, &found));
    }
    for (size_t i = 0; i < found.count && engine->status == DEALER_OK; i++) {
        const struct approval_candidate *one = &found.items[i];
        bool twice = false;
        for (size_t j = 0; j < out->count; j++) twice = twice || out->items[j].person == one->person;
        if (twice || tasks_has_voice(engine, task, one->person) || (one->person == engine->instance.submitter && !self)) continue;
        engine_fail(engine, approval_candidates_add(out, engine->env, one->person, one->name, one->reason_en, one->reason_zh));
    }
}

/* Another task beside, with the one that is late one voice: whoever answers first. */
static void escalate(struct engine *engine, size_t at, const struct approval_candidates *others) {
    tell(engine, &engine->instance.tasks[at], &R_DUE_ESCALATE);
    size_t visit = engine_visit_index(engine, engine->instance.tasks[at].visit);
    move(engine);
    engine->instance.tasks[at].due_ms = 0;
    for (size_t i = 0; i < others->count; i++) {
        size_t added = engine_new_task(engine, visit);
        if (added == SIZE_MAX) return;
        const struct approval_task *late = &engine->instance.tasks[at];
        struct approval_task *task = &engine->instance.tasks[added];
        task->owner = task->assignee = others->items[i].person;
        task->stands_for = late->number;
        task->weight = late->weight;
        task->veto = late->veto;
        task->required = late->required;
        task->turn = late->turn;
        task->group = late->group;
        struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_ESCALATED, task->visit, task->number);
        effect->person = task->owner;
        effect->from_person = late->assignee;
        engine_explain(engine, effect, &R_DUE_ESCALATE, ARGUMENTS("person", engine_person(engine, holder_of(late))));
        task->reason_en = effect->reason_en;
        task->reason_zh = effect->reason_zh;
    }
    settle_open_turn(engine, visit);
}

static void transfer(struct engine *engine, size_t at, const struct approval_candidates *others) {
    struct approval_task *task = &engine->instance.tasks[at];
    tell(engine, task, &R_DUE_TRANSFER);
    move(engine);
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_TRANSFERRED, task->visit, task->number);
    effect->from_person = task->assignee;
    effect->person = others->items[0].person;
    engine_explain(engine, effect, &R_DUE_TRANSFER, ARGUMENTS("person", engine_person(engine, holder_of(task))));
    task->owner = task->assignee = others->items[0].person;
    task->due_ms = 0;
    task->reason_en = effect->reason_en;
    task->reason_zh = effect->reason_zh;
}

static void turn_to_others(struct engine *engine, size_t at, const struct approval_due *due) {
    struct approval_candidates others = {.region = engine->region};
    find_others(engine, at, due, &others);
    if (engine->status != DEALER_OK) return;
    if (others.count == 0) {
        remind(engine, at, due, &R_DUE_NOBODY);
    } else if (due->action == APPROVAL_DUE_ESCALATE) {
        escalate(engine, at, &others);
    } else {
        transfer(engine, at, &others);
    }
}

void verb_time_out(struct engine *engine) {
    size_t at = engine_task_index(engine, engine->action->task);
    if (engine->action->task < 0) {
        end_delay(engine);
        return;
    }
    const struct approval_task *task = at == SIZE_MAX ? NULL : &engine->instance.tasks[at];
    int64_t due_ms = task == NULL ? 0 : approval_task_due(&engine->instance, task);
    const struct approval_due *due = task == NULL ? NULL : engine_node(engine, task->node)->due;
    if (due_ms == 0 || due_ms > engine->call->now_ms || due == NULL) {
        refuse_not_due(engine);
        return;
    }
    switch (due->action) {
    case APPROVAL_DUE_REMIND: remind(engine, at, due, &R_DUE_REMIND); break;
    case APPROVAL_DUE_APPROVE: decide(engine, at, true); break;
    case APPROVAL_DUE_REJECT: decide(engine, at, false); break;
    case APPROVAL_DUE_ESCALATE:
    case APPROVAL_DUE_TRANSFER: turn_to_others(engine, at, due); break;
    }
}
