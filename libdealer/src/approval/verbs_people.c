/* Verbs that change who is asked: claim, transfer, delegate, add, remove; and those that only tell: comment, cc, remind. */
#include "approval/engine.h"

void verb_claim(struct engine *engine) {
    size_t at = tasks_of_actor(engine, TASK_TO_HOLD);
    if (at == SIZE_MAX) return;
    const struct approval_task *task = &engine->instance.tasks[at];
    if (task->assignee != 0) {
        engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_CLAIM, "task", NUMBER(task->number), "person",
                                engine_person(engine, task->assignee), NULL));
        return;
    }
    tasks_claim_quietly(engine, at);
}

static bool was_claimed(const struct approval_task *task) {
    for (size_t i = 0; i < task->candidate_count; i++) {
        if (task->candidates[i] == task->owner) return true;
    }
    return false;
}

static bool refuse_unclaimed(struct engine *engine, const struct approval_task *task) {
    if (task->assignee != 0) return false;
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_UNCLAIMED, "task", NUMBER(task->number), NULL));
    return true;
}

void verb_unclaim(struct engine *engine) {
    size_t at = tasks_of_actor(engine, TASK_TO_DECIDE);
    if (at == SIZE_MAX) return;
    struct approval_task *task = &engine->instance.tasks[at];
    if (refuse_unclaimed(engine, task)) return;
    if (!was_claimed(task)) {
        engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_UNCLAIM, "task", NUMBER(task->number), "person",
                                engine_person(engine, task->assignee), NULL));
        return;
    }
    task->owner = task->assignee = 0;
    engine_effect(engine, APPROVAL_EFFECT_UNCLAIMED, task->visit, task->number)->person = engine->action->actor;
}

static struct approval_effect *tell(struct engine *engine, enum approval_effect_kind kind, const struct approval_task *task) {
    struct approval_effect *effect = engine_effect(engine, kind, task->visit, task->number);
    effect->person = engine->action->person;
    effect->from_person = engine->action->actor;
    effect->comment = engine_comment(engine);
    return effect;
}

void verb_transfer(struct engine *engine) {
    size_t at = tasks_of_actor(engine, TASK_TO_DECIDE);
    if (at == SIZE_MAX || !tasks_person_fits(engine, at)) return;
    tasks_claim_quietly(engine, at);
    struct approval_task *task = &engine->instance.tasks[at];
    task->owner = task->assignee = engine->action->person;
    struct approval_effect *effect = tell(engine, APPROVAL_EFFECT_TRANSFERRED, task);
    engine_explain(engine, effect, &R_TRANSFERRED, ARGUMENTS("person", engine_person(engine, engine->action->actor)));
    task->reason_en = effect->reason_en;
    task->reason_zh = effect->reason_zh;
}

/* The owner stays: whatever chain of delegates follows, it comes back to him. */
void verb_delegate(struct engine *engine) {
    size_t at = tasks_of_actor(engine, TASK_TO_HOLD);
    if (at == SIZE_MAX || !tasks_person_fits(engine, at)) return;
    tasks_claim_quietly(engine, at);
    engine->instance.tasks[at].assignee = engine->action->person;
    tell(engine, APPROVAL_EFFECT_DELEGATED, &engine->instance.tasks[at]);
}

/* By the delegate, with his opinion; or by the owner, who calls it back. */
void verb_resolve(struct engine *engine) {
    struct approval_instance *instance = &engine->instance;
    const struct approval_action *action = engine->action;
    size_t at = SIZE_MAX;
    for (size_t i = 0; i < instance->task_count && at == SIZE_MAX; i++) {
        const struct approval_task *task = &instance->tasks[i];
        bool meant = action->task == 0 || action->task == task->number;
        bool delegated = task->state == APPROVAL_TASK_OPEN && task->assignee != task->owner;
        if (meant && delegated && (task->assignee == action->actor || task->owner == action->actor)) at = i;
    }
    if (at == SIZE_MAX) at = tasks_of_actor(engine, TASK_TO_HOLD);
    if (at == SIZE_MAX) return;
    struct approval_task *task = &instance->tasks[at];
    if (task->assignee == task->owner) {
        engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_NOT_DELEGATED, "task", NUMBER(task->number), NULL));
        return;
    }
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_RESOLVED, task->visit, task->number);
    effect->from_person = task->assignee;
    effect->person = task->owner;
    effect->comment = engine_comment(engine);
    task->assignee = task->owner;
}

/* Before: at the actor's turn, who moves behind with all that follow. After: right behind it. */
static void make_turn(struct engine *engine, int64_t visit, int32_t turn) {
    for (size_t i = 0; i < engine->instance.task_count; i++) {
        struct approval_task *task = &engine->instance.tasks[i];
        if (task->visit == visit && task_is_undecided(task) && task->turn >= turn) task->turn++;
    }
}

static void explain_added(struct engine *engine, const struct approval_task *task, struct approval_effect *effect) {
    const char *actor = engine_person(engine, engine->action->actor);
    struct vote vote;
    vote_count(engine_node(engine, task->node), &engine->instance, task->visit, &vote);
    const struct message *message = engine->action->verb == APPROVAL_VERB_ADD_BEFORE  ? &R_ADDED_BEFORE
                                    : engine->action->verb == APPROVAL_VERB_ADD_AFTER ? &R_ADDED_AFTER
                                                                                      : &R_ADDED_BESIDE;
    engine_explain(engine, effect, message, ARGUMENTS("person", actor, "needed", NUMBER(vote.needed), "total", NUMBER(vote.total)));
}

void verb_add(struct engine *engine) {
    size_t own = tasks_of_actor(engine, TASK_TO_DECIDE);
    if (own == SIZE_MAX || !tasks_person_fits(engine, own)) return;
    tasks_claim_quietly(engine, own);
    size_t visit = engine_visit_index(engine, engine->instance.tasks[own].visit);
    int32_t turn = engine->instance.tasks[own].turn;
    bool beside = engine->action->verb == APPROVAL_VERB_ADD_BESIDE;
    if (engine->action->verb == APPROVAL_VERB_ADD_AFTER) turn++;
    if (!beside) make_turn(engine, engine->instance.visits[visit].number, turn);
    size_t at = engine_new_task(engine, visit);
    if (at == SIZE_MAX) return;
    struct approval_task *task = &engine->instance.tasks[at];
    task->owner = task->assignee = engine->action->person;
    task->added_by = engine->action->actor;
    task->turn = turn;
    task->required = !beside;
    task->weight = beside ? 1 : 0;
    task->group = beside ? engine->instance.tasks[own].group : 0;
    struct approval_effect *effect = tell(engine, APPROVAL_EFFECT_APPROVER_ADDED, task);
    explain_added(engine, task, effect);
    task->reason_en = effect->reason_en;
    task->reason_zh = effect->reason_zh;
    settle_visit(engine, visit);
}

static bool may_remove(const struct engine *engine, const struct approval_task *task) {
    if (task->added_by == 0 || !task_is_undecided(task)) return false;
    return task->added_by == engine->action->actor || engine->action->administrator;
}

void verb_remove(struct engine *engine) {
    const struct approval_action *action = engine->action;
    struct error *error = &engine->env->error;
    const struct approval_task *meant = approval_task_find(&engine->instance, action->task);
    if (meant == NULL) {
        engine_fail(engine, error_raise(error, &E_APPROVAL_NO_TASK, "task", NUMBER(action->task), NULL));
        return;
    }
    if (!may_remove(engine, meant)) {
        engine_fail(engine, error_raise(error, &E_APPROVAL_REMOVE, "person", engine_person(engine, action->actor), "task",
                                NUMBER(action->task), NULL));
        return;
    }
    size_t at = engine_task_index(engine, action->task); /* undecided, so it counts */
    struct approval_task *task = &engine->instance.tasks[at];
    task->state = APPROVAL_TASK_CANCELLED;
    task->closed_ms = engine->call->now_ms;
    task->closed_move = engine->instance.move;
    tasks_cancel_same_voice(engine, at);
    task = &engine->instance.tasks[at];
    const struct approval_node *node = engine_node(engine, task->node);
    struct vote vote;
    vote_count(node, &engine->instance, task->visit, &vote);
    if (vote_verdict(node, &vote) == VERDICT_FAILED) {
        engine_fail(engine, error_raise(error, &E_APPROVAL_REMOVE_VOTE, "task", NUMBER(action->task), "node", node->id, "needed",
                                NUMBER(vote.needed), "total", NUMBER(vote.total - vote.abstained), NULL));
        return;
    }
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_APPROVER_REMOVED, task->visit, task->number);
    effect->person = task->assignee;
    effect->comment = engine_comment(engine);
    engine_explain(engine, effect, &R_REMOVED, ARGUMENTS("needed", NUMBER(vote.needed), "total", NUMBER(vote.total)));
    settle_visit(engine, engine_visit_index(engine, task->visit));
    route_run(engine);
}

void verb_comment(struct engine *engine) {
    engine_effect(engine, APPROVAL_EFFECT_COMMENTED, 0, 0)->comment = engine_comment(engine);
}

void verb_cc(struct engine *engine) {
    struct approval_candidates found = {.region = engine->region};
    const struct approval_people *people = engine->call->people;
    const char *verb = approval_verb_name(engine->action->verb);
    int64_t person = engine->action->person;
    dealer_status status = DEALER_OK;
    if (person == 0) {
        status = error_raise(&engine->env->error, &E_APPROVAL_PERSON_MISSING, "verb", verb, NULL);
    } else {
        status = people->look_up(people->user_data, engine->env, person, &found);
    }
    if (status == DEALER_OK && found.count == 0) {
        status = error_raise(&engine->env->error, &E_APPROVAL_PERSON_UNKNOWN, "verb", verb, "person", NUMBER(person), NULL);
    }
    if (status != DEALER_OK) {
        engine_fail(engine, status);
        return;
    }
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_CC_SENT, 0, 0);
    effect->person = person;
    effect->from_person = engine->action->actor;
    effect->comment = engine_comment(engine);
}

static void remind(struct engine *engine, const struct approval_task *task, int64_t person) {
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_REMINDED, task->visit, task->number);
    effect->person = person;
    effect->from_person = engine->action->actor;
    effect->comment = engine_comment(engine);
}

/* A running instance awaits somebody, or an instant. */
void verb_remind(struct engine *engine) {
    const struct approval_task *task = NULL;
    size_t none = 0;
    if (approval_awaited(&engine->instance, &none) == NULL)
        engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_NOBODY_AWAITED, NULL));
    for (size_t at = 0; (task = approval_awaited(&engine->instance, &at)) != NULL;) {
        if (task->assignee != 0) remind(engine, task, task->assignee);
        for (size_t i = 0; task->assignee == 0 && i < task->candidate_count; i++) {
            remind(engine, task, task->candidates[i]);
        }
    }
}
