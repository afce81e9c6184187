/* The engine: flow + instance + action + people + time -> instance', effects, reasons. It writes nothing and keeps
 * nothing; the same inputs give the same outputs, so preview, replay and explain are the same code. */
#ifndef APPROVAL_STEP_H
#define APPROVAL_STEP_H

#include "approval/instance.h"
#include "approval/people.h"

enum approval_verb {
    APPROVAL_VERB_SUBMIT,   /* NEW -> RUNNING */
    APPROVAL_VERB_RESUBMIT, /* RETURNED, RECALLED, REJECTED -> RUNNING, next round */
    APPROVAL_VERB_RECALL,   /* the submitter, while RUNNING */
    APPROVAL_VERB_APPROVE,
    APPROVAL_VERB_REJECT,
    APPROVAL_VERB_ABSTAIN,
    APPROVAL_VERB_RETURN,    /* target: NULL or "submitter", "previous", or a node id; back: jump straight back after */
    APPROVAL_VERB_TAKE_BACK, /* one's own last decision while nothing has followed */
    APPROVAL_VERB_CLAIM,
    APPROVAL_VERB_UNCLAIM,
    APPROVAL_VERB_TRANSFER,   /* person: the new owner */
    APPROVAL_VERB_DELEGATE,   /* person: gives his opinion, then it comes back */
    APPROVAL_VERB_RESOLVE,    /* the delegate's answer (or the owner calls it back) */
    APPROVAL_VERB_ADD_BEFORE, /* person: must agree first */
    APPROVAL_VERB_ADD_AFTER,  /* person: must agree after */
    APPROVAL_VERB_ADD_BESIDE, /* person: joins the vote */
    APPROVAL_VERB_REMOVE,     /* task: one that was added and is undecided */
    APPROVAL_VERB_COMMENT,
    APPROVAL_VERB_CC,      /* person */
    APPROVAL_VERB_REMIND,  /* the submitter: everybody awaited */
    APPROVAL_VERB_SUSPEND, /* administrator, as all that follow */
    APPROVAL_VERB_RESUME,
    APPROVAL_VERB_TERMINATE,     /* with a comment */
    APPROVAL_VERB_OVERRIDE_PASS, /* target: an active approve node, or NULL for the only one; with a comment */
    APPROVAL_VERB_OVERRIDE_REJECT,
    APPROVAL_VERB_HAND_OVER, /* from_person -> person: every undecided task of his here */
    APPROVAL_VERB_AMEND,     /* the document was changed by the actor (the door has checked): voids what covered other content */
    APPROVAL_VERB_MIGRATE,   /* administrator: from now on under the flow that is given; target: its version */
    APPROVAL_VERB_TIME_OUT,  /* the clock (actor 0): task: its number, or minus the number of a delay's visit */
    APPROVAL_VERBS
};

struct approval_action {
    enum approval_verb verb;
    int64_t actor;
    bool administrator;          /* the door has checked that he may administrate this document's approval */
    int64_t task;                /* task number; 0: the actor's only open one */
    int64_t person, from_person; /* from_person: hand over */
    const char *target;
    bool back;
    const char *comment;      /* NULL or "": none */
    int64_t expected_history; /* > 0: CONFLICT when the instance has moved on; 0: not checked */
};

enum approval_effect_kind {
    APPROVAL_EFFECT_SUBMITTED,
    APPROVAL_EFFECT_RESUBMITTED,
    APPROVAL_EFFECT_NODE_ENTERED,
    APPROVAL_EFFECT_NODE_PASSED,
    APPROVAL_EFFECT_NODE_SKIPPED, /* reason */
    APPROVAL_EFFECT_NODE_REJECTED,
    APPROVAL_EFFECT_NODE_RETURNED,
    APPROVAL_EFFECT_NODE_CANCELLED,
    APPROVAL_EFFECT_BRANCH_CHOSEN,    /* reason: which, why */
    APPROVAL_EFFECT_APPROVER_SKIPPED, /* person, reason: not asked */
    APPROVAL_EFFECT_TASK_OPENED,      /* task, person (0: post task), reason: why he */
    APPROVAL_EFFECT_TASK_WAITING,     /* planned for a later turn, or put back behind an added approver */
    APPROVAL_EFFECT_TASK_REOPENED,
    APPROVAL_EFFECT_TASK_APPROVED, /* task, person, comment; these five are the closing of a task */
    APPROVAL_EFFECT_TASK_REJECTED,
    APPROVAL_EFFECT_TASK_ABSTAINED,
    APPROVAL_EFFECT_TASK_RETURNED,
    APPROVAL_EFFECT_TASK_CANCELLED,
    APPROVAL_EFFECT_CC_SENT, /* person */
    APPROVAL_EFFECT_COMMENTED,
    APPROVAL_EFFECT_REMINDED, /* task, person */
    APPROVAL_EFFECT_CLAIMED,
    APPROVAL_EFFECT_UNCLAIMED,
    APPROVAL_EFFECT_TRANSFERRED, /* from_person -> person */
    APPROVAL_EFFECT_DELEGATED,
    APPROVAL_EFFECT_RESOLVED, /* from_person (delegate) -> person (owner) */
    APPROVAL_EFFECT_APPROVER_ADDED,
    APPROVAL_EFFECT_APPROVER_REMOVED,
    APPROVAL_EFFECT_TAKEN_BACK,
    APPROVAL_EFFECT_OVERRIDDEN, /* never looks like an approval */
    APPROVAL_EFFECT_FINAL_APPROVED,
    APPROVAL_EFFECT_FINAL_REJECTED,
    APPROVAL_EFFECT_RETURNED_TO_SUBMITTER,
    APPROVAL_EFFECT_RECALLED,
    APPROVAL_EFFECT_TERMINATED,
    APPROVAL_EFFECT_SUSPENDED,
    APPROVAL_EFFECT_RESUMED,
    APPROVAL_EFFECT_HANDED_OVER, /* from_person -> person */
    APPROVAL_EFFECT_TIMED_OUT,   /* task, reason: what follows */
    APPROVAL_EFFECT_TASK_AUTO_APPROVED,
    APPROVAL_EFFECT_TASK_AUTO_REJECTED,
    APPROVAL_EFFECT_ESCALATED, /* person: asked beside; task: his */
    APPROVAL_EFFECT_DELAYED,   /* a delay node was entered: it waits */
    APPROVAL_EFFECT_ROUTED_BACK,
    APPROVAL_EFFECT_MIGRATED, /* comment; reason: from which version */
    APPROVAL_EFFECT_VOIDED,   /* task, person: his approval covered content that was amended */
    APPROVAL_EFFECT_KINDS
};

/* What happened, in order: one journal entry each. 0 and NULL where there is nothing to say. */
struct approval_effect {
    enum approval_effect_kind kind;
    const char *node;
    int64_t visit, task;
    int64_t actor; /* whose action it is, or follows from */
    int64_t person, from_person;
    const char *comment;
    const char *reason_en, *reason_zh;
};

struct approval_outcome {
    struct approval_instance instance;
    struct approval_effect *effects;
    size_t effect_count;
};

/* What one step is made within. */
struct approval_call {
    const struct approval_flow *flow;
    const struct approval_people *people;
    const struct approval_subject *subject;
    int64_t now_ms;
};

/* The result lives in the region; node ids are borrowed from the flow, other texts from `in` and the people.
 * Refused, with *out untouched and the error saying who and what:
 *   DEALER_E_DENIED    not his to do          DEALER_E_STATE    not now (or nobody is found to decide)
 *   DEALER_E_CONFLICT  somebody was first     DEALER_E_INVALID  the action itself is wrong
 *   DEALER_E_NOT_FOUND no such person or task DEALER_E_CORRUPT  the instance does not hold together
 *   DEALER_E_NOMEM, and whatever the people's functions return. */
dealer_status approval_step(struct env *env, struct region *region, const struct approval_call *call,
    const struct approval_instance *in, const struct approval_action *action, struct approval_outcome *out);

/* The route from where the instance stands (NEW: from the start), if everybody agrees: the same code as the step, so
 * equal to what then happens while flow, people and document stay as they are. */
struct approval_route_node {
    const char *node;
    enum approval_node_kind kind;
    struct approval_title title;
    bool skipped;
    const struct approval_candidate *people; /* approvers (or those told) in order, with reasons */
    size_t people_count;
    const char *reason_en, *reason_zh; /* why skipped, which branch and why; NULL: nothing to say */
    bool depends;                      /* somebody here is left out because of what others do before: it may turn out otherwise */
};

struct approval_route {
    const struct approval_route_node *nodes;
    size_t count;
};

dealer_status approval_preview(struct env *env, struct region *region, const struct approval_call *call,
    const struct approval_instance *in, struct approval_route *out);

/* Would that approve node find its people for a fresh instance? DEALER_OK, also when it would be skipped; DEALER_E_STATE with why not, and
 * whatever the people's functions return. *self_out: the submitter would be one of them, though nobody named him. */
dealer_status approval_lint_node(struct env *env, struct region *region, const struct approval_call *call,
    const struct approval_instance *fresh, int32_t node, bool *self_out);

/* The next awaited task at or after *position (start with 0), or NULL: who (assignee, or candidates) and since when
 * (opened_ms). Nobody is awaited unless the instance is RUNNING. */
const struct approval_task *approval_awaited(const struct approval_instance *instance, size_t *position);
/* When this comes due: a task's or a delay's instant while it can fire; 0: it can not. */
int64_t approval_task_due(const struct approval_instance *instance, const struct approval_task *task);
int64_t approval_visit_due(const struct approval_instance *instance, const struct approval_visit *visit);
bool approval_task_is_for(const struct approval_task *task, int64_t person); /* open, and his to act on */

const char *approval_verb_name(enum approval_verb verb);          /* "add_before" */
int approval_verb_of(const char *name);                           /* -1: none */
const char *approval_effect_name(enum approval_effect_kind kind); /* "task_opened" */

#endif
