/* Which task an action means, and whether it is the actor's; and to whom a task may be given. */
#include "approval/engine.h"

static const char *verb_of(const struct engine *engine) {
    return approval_verb_name(engine->action->verb);
}

bool tasks_is_candidate(const struct approval_task *task, int64_t person) {
    for (size_t i = 0; i < task->candidate_count; i++) {
        if (task->candidates[i] == person) return true;
    }
    return false;
}

bool approval_task_is_for(const struct approval_task *task, int64_t person) {
    if (task->state != APPROVAL_TASK_OPEN) return false;
    return task->assignee != 0 ? task->assignee == person : tasks_is_candidate(task, person);
}

const struct approval_task *approval_awaited(const struct approval_instance *instance, size_t *position) {
    while (instance->state == APPROVAL_STATE_RUNNING && *position < instance->task_count) {
        const struct approval_task *task = &instance->tasks[(*position)++];
        if (task->state == APPROVAL_TASK_OPEN) return task;
    }
    return NULL;
}

static size_t refuse_closed(struct engine *engine, const struct approval_task *task) {
    const char *decision = task->state == APPROVAL_TASK_CANCELLED ? "cancelled" : approval_decision_name(task->decision);
    int64_t person = task->decided_by != 0 ? task->decided_by : task->assignee;
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_CLOSED, "task", NUMBER(task->number), "person",
                            engine_person(engine, person), "decision", decision, NULL));
    return SIZE_MAX;
}

static size_t refuse_delegated_out(struct engine *engine, const struct approval_task *task) {
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_DELEGATED_OUT, "task", NUMBER(task->number), "person",
                            engine_person(engine, task->owner), "delegate", engine_person(engine, task->assignee), NULL));
    return SIZE_MAX;
}

static size_t refuse_waiting(struct engine *engine) {
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_NOT_YET, "person",
                            engine_person(engine, engine->action->actor), "awaited", engine_awaited(engine), NULL));
    return SIZE_MAX;
}

/* May the actor do it with this open task of his? */
static size_t check_delegation(struct engine *engine, size_t at, enum task_wanted wanted) {
    const struct approval_task *task = &engine->instance.tasks[at];
    bool delegated = task->assignee != 0 && task->assignee != task->owner;
    if (!delegated || wanted == TASK_TO_HOLD) return at;
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_DELEGATED_IN, "task", NUMBER(task->number), "person",
                            engine_person(engine, task->owner), "delegate", engine_person(engine, task->assignee), NULL));
    return SIZE_MAX;
}

/* Is it, or was it, something for the actor to do? */
static bool concerns_actor(const struct engine *engine, const struct approval_task *task) {
    int64_t actor = engine->action->actor;
    return task->owner == actor || task->assignee == actor || tasks_is_candidate(task, actor);
}

static size_t named_task(struct engine *engine, enum task_wanted wanted) {
    const struct approval_action *action = engine->action;
    struct error *error = &engine->env->error;
    const struct approval_task *task = approval_task_find(&engine->instance, action->task);
    if (task == NULL) {
        engine_fail(engine, error_raise(error, &E_APPROVAL_NO_TASK, "task", NUMBER(action->task), NULL));
        return SIZE_MAX;
    }
    bool own = concerns_actor(engine, task);
    if (own && !task_is_undecided(task)) return refuse_closed(engine, task);
    if (own && task->state == APPROVAL_TASK_WAITING) return refuse_waiting(engine);
    if (approval_task_is_for(task, action->actor)) return check_delegation(engine, engine_task_index(engine, task->number), wanted);
    if (task->owner == action->actor) return refuse_delegated_out(engine, task);
    int64_t holder = task->assignee != 0 ? task->assignee : task->candidates[0];
    engine_fail(engine, error_raise(error, &E_APPROVAL_NOT_YOUR_TASK, "person", engine_person(engine, action->actor), "verb",
                            verb_of(engine), "task", NUMBER(task->number), "awaited", engine_person(engine, holder), NULL));
    return SIZE_MAX;
}

static bool is_his(const struct engine *engine, const struct approval_task *task) {
    return task->round == engine->instance.round && concerns_actor(engine, task);
}

/* The last of his that is closed, and was not closed from the beginning; NULL: none. */
static const struct approval_task *last_closed(const struct engine *engine, const struct approval_task *tasks, size_t count) {
    for (size_t i = count; i-- > 0;) {
        bool asked = tasks[i].decision != APPROVAL_DECISION_CREDITED;
        if (is_his(engine, &tasks[i]) && asked && !task_is_undecided(&tasks[i])) return &tasks[i];
    }
    return NULL;
}

/* He has no open task: because it is not his turn, because somebody was first, or because it is not his affair. */
static size_t refuse_without_task(struct engine *engine) {
    int64_t actor = engine->action->actor;
    const struct approval_instance *instance = &engine->instance;
    for (size_t i = instance->task_count; i-- > 0;) {
        const struct approval_task *task = &instance->tasks[i];
        if (!is_his(engine, task)) continue;
        if (task->state == APPROVAL_TASK_OPEN && task->owner == actor) return refuse_delegated_out(engine, task);
        if (task->state == APPROVAL_TASK_WAITING) return refuse_waiting(engine);
    }
    const struct approval_task *closed = last_closed(engine, instance->tasks, instance->task_count);
    for (const struct approval_past *past = instance->past; past != NULL; past = past->earlier) {
        const struct approval_task *other = last_closed(engine, past->tasks, past->task_count);
        if (other != NULL && (closed == NULL || other->number > closed->number)) closed = other;
    }
    if (closed != NULL) return refuse_closed(engine, closed);
    engine_fail(engine, error_raise(&engine->env->error, &E_APPROVAL_NOT_APPROVER, "person", engine_person(engine, actor), "verb",
                            verb_of(engine), "awaited", engine_awaited(engine), NULL));
    return SIZE_MAX;
}

size_t tasks_of_actor(struct engine *engine, enum task_wanted wanted) {
    if (engine->action->task != 0) return named_task(engine, wanted);
    const struct approval_instance *instance = &engine->instance;
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < instance->task_count; i++) {
        if (!approval_task_is_for(&instance->tasks[i], engine->action->actor)) continue;
        if (found != SIZE_MAX) {
            engine_fail(engine,
                error_raise(&engine->env->error, &E_APPROVAL_WHICH_TASK, "person", engine_person(engine, engine->action->actor),
                    "first", instance->tasks[found].node, "second", instance->tasks[i].node, NULL));
            return SIZE_MAX;
        }
        found = i;
    }
    return found == SIZE_MAX ? refuse_without_task(engine) : check_delegation(engine, found, wanted);
}

void tasks_claim_quietly(struct engine *engine, size_t at) {
    struct approval_task *task = &engine->instance.tasks[at];
    if (task->assignee != 0) return;
    task->owner = task->assignee = engine->action->actor;
    engine_effect(engine, APPROVAL_EFFECT_CLAIMED, task->visit, task->number)->person = engine->action->actor;
}

/* A second voice at the same node: one of a task that counts, or may yet. Whoever may claim the task that is handed on
 * gets no second one by it; but he would by one added beside it. */
bool tasks_has_voice(const struct engine *engine, const struct approval_task *given, int64_t person) {
    enum approval_verb verb = engine->action->verb;
    bool handed_on = verb == APPROVAL_VERB_TRANSFER || verb == APPROVAL_VERB_DELEGATE || verb == APPROVAL_VERB_HAND_OVER;
    for (size_t i = 0; i < engine->instance.task_count; i++) {
        const struct approval_task *task = &engine->instance.tasks[i];
        if (task->visit != given->visit || task->state == APPROVAL_TASK_CANCELLED) continue;
        if (task->owner == person || task->assignee == person || task->decided_by == person) return true;
        if (tasks_is_candidate(task, person) && !(handed_on && task == given)) return true;
    }
    return false;
}

bool tasks_person_fits(struct engine *engine, size_t at) {
    const struct approval_task *task = &engine->instance.tasks[at];
    struct error *error = &engine->env->error;
    int64_t person = engine->action->person;
    const char *verb = verb_of(engine);
    struct approval_candidates found = {.region = engine->region};
    const struct approval_people *people = engine->call->people;
    dealer_status status = DEALER_OK;
    if (person == 0) {
        status = error_raise(error, &E_APPROVAL_PERSON_MISSING, "verb", verb, NULL);
    } else {
        status = people->look_up(people->user_data, engine->env, person, &found);
    }
    if (status == DEALER_OK && found.count == 0) {
        status = error_raise(error, &E_APPROVAL_PERSON_UNKNOWN, "verb", verb, "person", NUMBER(person), NULL);
    } else if (status == DEALER_OK && person == engine->action->actor) {
        status = error_raise(error, &E_APPROVAL_PERSON_SELF, "verb", verb, "person", engine_person(engine, person), NULL);
    } else if (status == DEALER_OK && person == engine->instance.submitter &&
               engine_node(engine, task->node)->policies.self != APPROVAL_SELF_ALLOW) {
        status = error_raise(
            error, &E_APPROVAL_PERSON_SUBMITTER, "verb", verb, "person", engine_person(engine, person), "node", task->node, NULL);
    } else if (status == DEALER_OK && tasks_has_voice(engine, task, person)) {
        status = error_raise(
            error, &E_APPROVAL_PERSON_THERE, "verb", verb, "person", engine_person(engine, person), "node", task->node, NULL);
    }
    if (status != DEALER_OK) engine_fail(engine, status);
    return status == DEALER_OK;
}

/* Of an escalated task and those beside it the first answer is the voice's; the others vanish. */
void tasks_cancel_same_voice(struct engine *engine, size_t at) {
    struct approval_instance *instance = &engine->instance;
    const struct approval_task *decided = &instance->tasks[at];
    int64_t voice = decided->stands_for != 0 ? decided->stands_for : decided->number;
    for (size_t i = 0; i < instance->task_count; i++) {
        struct approval_task *task = &instance->tasks[i];
        bool same = i != at && (task->number == voice || task->stands_for == voice);
        if (!same || !task_is_undecided(task)) continue;
        task->state = APPROVAL_TASK_CANCELLED;
        task->closed_ms = engine->call->now_ms;
        task->closed_move = instance->move;
        struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_TASK_CANCELLED, task->visit, task->number);
        effect->person = task->assignee;
        engine_explain(engine, effect, &R_DECIDED, NULL);
    }
}
