/* An approval instance: one document on its way through one flow. A plain value: the engine reads one and gives back
 * another. Knows nothing about how it is stored; a store keeps one row for it, one a visit, one a task. */
#ifndef APPROVAL_INSTANCE_H
#define APPROVAL_INSTANCE_H

#include "approval/flow.h"
#include "base/text.h"

enum approval_state {
    APPROVAL_STATE_NEW, /* not submitted yet */
    APPROVAL_STATE_RUNNING,
    APPROVAL_STATE_APPROVED,   /* final */
    APPROVAL_STATE_REJECTED,   /* final unless resubmitted */
    APPROVAL_STATE_RETURNED,   /* with the submitter, who may resubmit */
    APPROVAL_STATE_RECALLED,   /* likewise, by himself */
    APPROVAL_STATE_TERMINATED, /* final */
    APPROVAL_STATE_SUSPENDED   /* nothing moves until resumed */
};

enum approval_visit_state {
    APPROVAL_VISIT_ACTIVE,
    APPROVAL_VISIT_PASSED,
    APPROVAL_VISIT_SKIPPED, /* passed without anybody deciding */
    APPROVAL_VISIT_REJECTED,
    APPROVAL_VISIT_RETURNED, /* an approver sent it back from here */
    APPROVAL_VISIT_CANCELLED
};

enum approval_task_state { APPROVAL_TASK_OPEN, APPROVAL_TASK_WAITING, APPROVAL_TASK_DONE, APPROVAL_TASK_CANCELLED };

enum approval_decision {
    APPROVAL_DECISION_NONE,
    APPROVAL_DECISION_APPROVED,
    APPROVAL_DECISION_REJECTED,
    APPROVAL_DECISION_ABSTAINED,
    APPROVAL_DECISION_RETURNED,
    APPROVAL_DECISION_CREDITED,      /* not asked again: his earlier approval counts (policy same_approver) */
    APPROVAL_DECISION_AUTO_APPROVED, /* by the clock: nobody's approval */
    APPROVAL_DECISION_AUTO_REJECTED
};

/* A node entered once. Entering again (return, resubmit) is a new visit. */
struct approval_visit {
    int64_t number; /* 1.. within the instance */
    int64_t parent; /* visit of the branch around it; 0: top */
    const char *node;
    enum approval_visit_state state;
    int32_t round;
    uint32_t chosen;     /* branch nodes: bit i = branch i runs */
    bool amended;        /* made void by an amendment: what is unchanged may count again when the node is entered again */
    bool overridden;     /* an administrator decided in the approvers' place */
    const char *back_to; /* when it passes, straight to that node (return with `back`); NULL: onwards */
    int64_t entered_ms, closed_ms;
    int64_t due_ms; /* delay nodes: when they pass */
    /* Which move did it: what take back undoes. superseded_move > 0: a return or resubmission made it void; it stays as
     * history, and counts for nothing. */
    int64_t entered_move, closed_move, superseded_move;
};

struct approval_task {
    int64_t id;     /* the store's; 0 until stored; the engine carries it along */
    int64_t number; /* 1.. within the instance */
    int64_t visit;
    const char *node;
    int64_t owner;             /* who decides; 0: a post task that nobody has claimed */
    int64_t assignee;          /* whose turn it is: the owner, or his delegate; 0 likewise */
    const int64_t *candidates; /* post tasks: who may claim it */
    size_t candidate_count;
    enum approval_task_state state;
    enum approval_decision decision;
    int64_t decided_by;
    const char *comment;          /* NULL: none */
    int64_t opened_ms, closed_ms; /* 0: not yet */
    int32_t round;
    int32_t turn; /* the tasks of the lowest unfinished turn of a visit are open, the others wait */
    int64_t weight;
    bool veto;
    bool required;      /* added before or after: must agree besides the vote; weight 0 */
    int64_t added_by;   /* 0: found by the flow */
    int64_t due_ms;     /* 0: never */
    int64_t stands_for; /* escalated: beside that task, with it one voice; 0: itself */
    int32_t group;      /* mode groups: 1 ..; 0: none */
    int64_t opened_move, closed_move;
    const char *digest;                /* of the content that the decision covered; NULL: none */
    const char *reason_en, *reason_zh; /* why this person */
};

/* Visits that a return, a resubmission or an amendment made void for good, with their tasks: they count for nothing, but a node that routes
 * back counts them within a round, and whoever acts on such a task is told what became of it. Never changed, so that one step after the
 * other shares them and costs what still counts, however long the history. */
struct approval_past {
    const struct approval_past *earlier; /* NULL: none */
    const struct approval_visit *visits;
    size_t visit_count;
    const struct approval_task *tasks;
    size_t task_count;
};

struct approval_instance {
    int64_t id, document_id, submitter;
    const char *flow_id, *flow_version; /* version: content hash of the rule set, pinned */
    enum approval_state state;
    int32_t round;                        /* 1 with the first submission, +1 with each resubmission */
    int64_t history;                      /* effects so far: the number of the next journal entry */
    int64_t move;                         /* actions so far that moved something (comment, cc, remind do not) */
    int64_t decision_move, decision_task; /* the last decision, while it can be taken back; 0: none */
    int64_t suspended_ms;                 /* since when nothing comes due; 0: it runs */
    const char *resume_at;                /* returned with `back`: where resubmission goes on; NULL: from the start */
    int64_t next_visit, next_task;        /* numbers to be given next */
    struct approval_visit *visits;
    size_t visit_count, visit_capacity;
    struct approval_task *tasks;
    size_t task_count, task_capacity;
    const struct approval_past *past; /* newest first; what was just read from JSON has none: a step puts it there */
};

/* A fresh one, state NEW. Texts are borrowed. */
void approval_instance_init(
    struct approval_instance *instance, int64_t document_id, int64_t submitter, const char *flow_id, const char *flow_version);

/* Among all, the past too; NULL: there is none. */
const struct approval_task *approval_task_find(const struct approval_instance *instance, int64_t number);
const struct approval_visit *approval_visit_find(const struct approval_instance *instance, int64_t number);

/* Stable names ("running", "open", "approved"), as stored and as in JSON; NULL when out of range, -1 when unknown. */
const char *approval_state_name(enum approval_state state);
const char *approval_visit_state_name(enum approval_visit_state state);
const char *approval_task_state_name(enum approval_task_state state);
const char *approval_decision_name(enum approval_decision decision);
int approval_state_of(const char *name);
int approval_visit_state_of(const char *name);
int approval_task_state_of(const char *name);
int approval_decision_of(const char *name);

/* The whole instance as canonical JSON text, appended to `out`, whose status tells of memory. */
void approval_instance_write(const struct approval_instance *instance, struct text *out);
/* The whole instance as JSON, and back: equal instances give equal canonical texts. Texts are copied to the region.
 * DEALER_E_INVALID names the path. */
dealer_status approval_instance_to_json(
    struct env *env, struct json *json, const struct approval_instance *instance, json_value **out);
dealer_status approval_instance_from_json(
    struct env *env, struct region *region, const json_value *value, struct approval_instance *out);

#endif
