/* The door of the engine: which verb is possible when and for whom, then the verb, then the outcome. */
#include "approval/engine.h"

#include <string.h>

#define IN(state) (1u << (APPROVAL_STATE_##state))
#define ANYTIME   (IN(RUNNING) | IN(APPROVED) | IN(REJECTED) | IN(RETURNED) | IN(RECALLED) | IN(TERMINATED) | IN(SUSPENDED))

enum who_may { ANYBODY, THE_SUBMITTER, SUBMITTER_OR_ADMINISTRATOR, THE_ADMINISTRATOR, THE_CLOCK };

struct verb_rule {
    const char *name;
    void (*act)(struct engine *engine);
    unsigned states;
    const char *expected; /* the states, for the refusal */
    enum who_may who;
    bool needs_comment;
    bool moves; /* a later take back must not pass over it */
};

static const struct verb_rule rules[APPROVAL_VERBS] = {
    [APPROVAL_VERB_SUBMIT] = {"submit", verb_submit, IN(NEW), "new", THE_SUBMITTER, false, true},
    [APPROVAL_VERB_RESUBMIT] = {"resubmit", verb_resubmit, IN(RETURNED) | IN(RECALLED) | IN(REJECTED),
        "returned, recalled, rejected", THE_SUBMITTER, false, true},
    [APPROVAL_VERB_RECALL] = {"recall", verb_recall, IN(RUNNING), "running", THE_SUBMITTER, false, true},
    [APPROVAL_VERB_APPROVE] = {"approve", verb_approve, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_REJECT] = {"reject", verb_reject, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_ABSTAIN] = {"abstain", verb_abstain, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_RETURN] = {"return", verb_return, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_TAKE_BACK] = {"take_back", verb_take_back, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_CLAIM] = {"claim", verb_claim, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_UNCLAIM] = {"unclaim", verb_unclaim, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_TRANSFER] = {"transfer", verb_transfer, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_DELEGATE] = {"delegate", verb_delegate, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_RESOLVE] = {"resolve", verb_resolve, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_ADD_BEFORE] = {"add_before", verb_add, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_ADD_AFTER] = {"add_after", verb_add, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_ADD_BESIDE] = {"add_beside", verb_add, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_REMOVE] = {"remove", verb_remove, IN(RUNNING), "running", ANYBODY, false, true},
    [APPROVAL_VERB_COMMENT] = {"comment", verb_comment, ANYTIME, "submitted", ANYBODY, true, false},
    [APPROVAL_VERB_CC] = {"cc", verb_cc, ANYTIME, "submitted", ANYBODY, false, false},
    [APPROVAL_VERB_REMIND] = {"remind", verb_remind, IN(RUNNING), "running", SUBMITTER_OR_ADMINISTRATOR, false, false},
    [APPROVAL_VERB_SUSPEND] = {"suspend", verb_suspend, IN(RUNNING), "running", THE_ADMINISTRATOR, false, true},
    [APPROVAL_VERB_RESUME] = {"resume", verb_resume, IN(SUSPENDED), "suspended", THE_ADMINISTRATOR, false, true},
    [APPROVAL_VERB_TERMINATE] = {"terminate", verb_terminate,
        IN(RUNNING) | IN(SUSPENDED) | IN(RETURNED) | IN(RECALLED) | IN(REJECTED),
        "running, suspended, returned, recalled, rejected", THE_ADMINISTRATOR, true, true},
    [APPROVAL_VERB_OVERRIDE_PASS] = {"override_pass", verb_override, IN(RUNNING), "running", THE_ADMINISTRATOR, true, true},
    [APPROVAL_VERB_OVERRIDE_REJECT] = {"override_reject", verb_override, IN(RUNNING), "running", THE_ADMINISTRATOR, true, true},
    [APPROVAL_VERB_HAND_OVER] = {"hand_over", verb_hand_over, IN(RUNNING) | IN(SUSPENDED), "running, suspended", THE_ADMINISTRATOR,
        false, true},
    [APPROVAL_VERB_AMEND] = {"amend", verb_amend, IN(RUNNING) | IN(SUSPENDED), "running, suspended", THE_ADMINISTRATOR, false,
        false},
    [APPROVAL_VERB_MIGRATE] = {"migrate", verb_migrate, IN(RUNNING) | IN(SUSPENDED), "running, suspended", THE_ADMINISTRATOR, false,
        true},
    [APPROVAL_VERB_TIME_OUT] = {"time_out", verb_time_out, IN(RUNNING), "running", THE_CLOCK, false, false},
};

const char *approval_verb_name(enum approval_verb verb) {
    return (unsigned)verb < APPROVAL_VERBS ? rules[verb].name : NULL;
}

int approval_verb_of(const char *name) {
    for (int i = 0; i < APPROVAL_VERBS && name != NULL; i++) {
        if (strcmp(rules[i].name, name) == 0) return i;
    }
    return -1;
}

const char *approval_effect_name(enum approval_effect_kind kind) {
    static const char *const names[APPROVAL_EFFECT_KINDS] = {"submitted", "resubmitted", "node_entered", "node_passed",
        "node_skipped", "node_rejected", "node_returned", "node_cancelled", "branch_chosen", "approver_skipped", "task_opened",
        "task_waiting", "task_reopened", "task_approved", "task_rejected", "task_abstained", "task_returned", "task_cancelled",
        "cc_sent", "commented", "reminded", "claimed", "unclaimed", "transferred", "delegated", "resolved", "approver_added",
        "approver_removed", "taken_back", "overridden", "final_approved", "final_rejected", "returned_to_submitter", "recalled",
        "terminated", "suspended", "resumed", "handed_over", "timed_out", "task_auto_approved", "task_auto_rejected", "escalated",
        "delayed", "routed_back", "migrated", "voided"};
    return (unsigned)kind < APPROVAL_EFFECT_KINDS ? names[kind] : NULL;
}

static dealer_status check_who(struct engine *engine, const struct verb_rule *rule) {
    const struct approval_action *action = engine->action;
    struct error *error = &engine->env->error;
    bool submitter = action->actor == engine->instance.submitter;
    bool allowed = rule->who == ANYBODY || (rule->who == THE_SUBMITTER && submitter) ||
                   (rule->who == THE_ADMINISTRATOR && action->administrator) || (rule->who == THE_CLOCK && action->actor == 0) ||
                   (rule->who == SUBMITTER_OR_ADMINISTRATOR && (submitter || action->administrator));
    if (allowed) return DEALER_OK;
    const char *person = engine_person(engine, action->actor);
    if (rule->who == THE_ADMINISTRATOR || rule->who == THE_CLOCK) {
        return error_raise(error, &E_APPROVAL_NOT_ADMINISTRATOR, "person", person, "verb", rule->name, NULL);
    }
    return error_raise(error, &E_APPROVAL_NOT_SUBMITTER, "person", person, "verb", rule->name, "submitter",
        engine_person(engine, engine->instance.submitter), NULL);
}

static dealer_status check_action(struct engine *engine, const struct verb_rule *rule) {
    const struct approval_action *action = engine->action;
    const struct approval_instance *in = &engine->instance;
    struct error *error = &engine->env->error;
    dealer_status status = engine_check(engine);
    if (status != DEALER_OK) return status;
    if (action->expected_history > 0 && action->expected_history != in->history) {
        return error_raise(
            error, &E_APPROVAL_MOVED, "found", NUMBER(in->history), "expected", NUMBER(action->expected_history), NULL);
    }
    if ((rule->states >> in->state & 1u) == 0) {
        return error_raise(error, &E_APPROVAL_STATE, "verb", rule->name, "state", approval_state_name(in->state), "expected",
            rule->expected, NULL);
    }
    status = check_who(engine, rule);
    if (status != DEALER_OK) return status;
    if (rule->needs_comment && (action->comment == NULL || action->comment[0] == '\0')) {
        return error_raise(error, &E_APPROVAL_COMMENT_MISSING, "verb", rule->name, NULL);
    }
    return DEALER_OK;
}

dealer_status approval_step(struct env *env, struct region *region, const struct approval_call *call,
    const struct approval_instance *in, const struct approval_action *action, struct approval_outcome *out) {
    if ((unsigned)action->verb >= APPROVAL_VERBS) {
        return error_raise(
            &env->error, &E_APPROVAL_VERB, "verb", NUMBER((int64_t)action->verb), "last", NUMBER(APPROVAL_VERBS - 1), NULL);
    }
    const struct verb_rule *rule = &rules[action->verb];
    struct engine engine;
    engine_start(&engine, env, region, call, in);
    engine.action = action;
    if (engine.status == DEALER_OK) engine_fail(&engine, check_action(&engine, rule));
    if (engine.status != DEALER_OK) return engine.status;
    if (rule->moves) engine.instance.move++;
    rule->act(&engine);
    if (engine.status != DEALER_OK) return engine.status;
    engine.instance.history += (int64_t)engine.effect_count;
    engine_leave_behind(&engine);
    if (engine.status != DEALER_OK) return engine.status;
    *out = (struct approval_outcome){.instance = engine.instance, .effects = engine.effects, .effect_count = engine.effect_count};
    return DEALER_OK;
}
