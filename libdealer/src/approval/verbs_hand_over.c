/* Handing over what a leaver has not decided: his tasks, what was delegated to him, what he might claim. */
#include "approval/engine.h"

static bool is_his(const struct approval_task *task, int64_t person) {
    return task_is_undecided(task) && (task->owner == person || task->assignee == person || tasks_is_candidate(task, person));
}

/* Somebody who works here, does not decide about his own document, and has no voice at that node. */
static dealer_status check_successor(struct engine *engine, const struct approval_task *task) {
    const struct approval_action *action = engine->action;
    struct error *error = &engine->env->error;
    const char *verb = approval_verb_name(action->verb), *person = engine_person(engine, action->person);
    if (action->person == engine->instance.submitter && engine_node(engine, task->node)->policies.self != APPROVAL_SELF_ALLOW)
        return error_raise(error, &E_APPROVAL_PERSON_SUBMITTER, "verb", verb, "person", person, "node", task->node, NULL);
    /* One of several who may claim: the leaver falls away, and nobody gets a second voice. */
    bool only_candidate = task->owner == 0 && task->assignee == 0;
    if (!only_candidate && tasks_has_voice(engine, task, action->person))
        return error_raise(error, &E_APPROVAL_PERSON_THERE, "verb", verb, "person", person, "node", task->node, NULL);
    return DEALER_OK;
}

static dealer_status check_people(struct engine *engine) {
    const struct approval_action *action = engine->action;
    const struct approval_people *people = engine->call->people;
    struct error *error = &engine->env->error;
    struct approval_candidates found = {.region = engine->region};
    const char *verb = approval_verb_name(action->verb);
    if (action->person == 0 || action->from_person == 0) return error_raise(error, &E_APPROVAL_PERSON_MISSING, "verb", verb, NULL);
    if (action->person == action->from_person)
        return error_raise(error, &E_APPROVAL_PERSON_SELF, "verb", verb, "person", engine_person(engine, action->person), NULL);
    dealer_status status = people->look_up(people->user_data, engine->env, action->person, &found);
    if (status == DEALER_OK && found.count == 0)
        status = error_raise(error, &E_APPROVAL_PERSON_UNKNOWN, "verb", verb, "person", NUMBER(action->person), NULL);
    return status;
}

/* The successor in the leaver's place among those who may claim. */
static void replace_candidate(struct engine *engine, struct approval_task *task) {
    const struct approval_action *action = engine->action;
    int64_t *people = REGION_ARRAY(engine->region, engine->env, int64_t, task->candidate_count);
    size_t count = 0;
    bool there = tasks_is_candidate(task, action->person);
    if (people == NULL) {
        engine_fail(engine, DEALER_E_NOMEM);
        return;
    }
    for (size_t i = 0; i < task->candidate_count; i++) {
        bool leaves = task->candidates[i] == action->from_person;
        if (!leaves) people[count++] = task->candidates[i];
        if (leaves && !there) people[count++] = action->person;
    }
    task->candidates = people;
    task->candidate_count = count;
}

static void hand_over(struct engine *engine, size_t at) {
    const struct approval_action *action = engine->action;
    struct approval_task *task = &engine->instance.tasks[at];
    if (tasks_is_candidate(task, action->from_person)) replace_candidate(engine, task);
    if (task->owner == action->from_person) task->owner = action->person;
    if (task->assignee == action->from_person) task->assignee = action->person;
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_HANDED_OVER, task->visit, task->number);
    effect->person = action->person;
    effect->from_person = action->from_person;
    effect->comment = engine_comment(engine);
    engine_explain(engine, effect, &R_HANDED_OVER, ARGUMENTS("person", engine_person(engine, action->from_person)));
    task->reason_en = effect->reason_en;
    task->reason_zh = effect->reason_zh;
}

void verb_hand_over(struct engine *engine) {
    size_t count = 0;
    engine_fail(engine, check_people(engine));
    for (size_t i = 0; i < engine->instance.task_count && engine->status == DEALER_OK; i++) {
        if (!is_his(&engine->instance.tasks[i], engine->action->from_person)) continue;
        engine_fail(engine, check_successor(engine, &engine->instance.tasks[i]));
        if (engine->status == DEALER_OK) hand_over(engine, i);
        count++;
    }
    if (engine->status == DEALER_OK && count == 0)
        engine_fail(
            engine, error_raise(&engine->env->error, &E_APPROVAL_NOTHING_OF_HIS, "verb", approval_verb_name(engine->action->verb),
                        "person", engine_person(engine, engine->action->from_person), NULL));
}
