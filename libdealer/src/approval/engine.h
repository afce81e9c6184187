/* Inside the engine: one step under way. The working copy of the instance, what has happened so far, and the nodes still
 * to be entered. A failure is kept in `status` and makes everything after it do nothing, so that the course of a step
 * reads straight down; the copy is thrown away then. Shown to the files of this floor only. */
#ifndef APPROVAL_ENGINE_H
#define APPROVAL_ENGINE_H

#include "approval/messages.h"
#include "approval/step.h"

/* A node waiting to be entered. */
struct engine_entry {
    int32_t node;
    int64_t parent; /* visit */
    const char *back_to;
};

struct engine {
    struct env *env;
    struct region *region;
    const struct approval_call *call;
    const struct approval_flow *flow;
    const struct approval_action *action; /* preview: none */
    dealer_status status;
    struct approval_instance instance;
    struct approval_effect *effects;
    size_t effect_count, effect_capacity;
    struct approval_effect spare; /* written to when there is no memory for more */
    struct engine_entry *queue;
    size_t queue_first, queue_count, queue_capacity;
    bool preview; /* everybody agrees at once, and the route is noted */
    struct approval_route_node *route;
    size_t route_count, route_capacity;
};

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* engine.c: the copy, its growth, and texts. */
void engine_start(struct engine *engine, struct env *env, struct region *region, const struct approval_call *call,
    const struct approval_instance *in);
void *engine_grow(struct engine *engine, void *items, size_t count, size_t *capacity, size_t item_size);
/* An effect is always given, when memory fails one that nobody reads; of the other two the index, or SIZE_MAX. */
struct approval_effect *engine_effect(struct engine *engine, enum approval_effect_kind kind, int64_t visit, int64_t task);
size_t engine_new_visit(struct engine *engine, const char *node, int64_t parent);                 /* index */
size_t engine_new_task(struct engine *engine, size_t visit);                                      /* index, WAITING */
struct approval_route_node *engine_note(struct engine *engine, const struct approval_node *node); /* NULL: no preview */
void engine_queue(struct engine *engine, int32_t node, int64_t parent, const char *back_to);
void engine_reason(
    struct engine *engine, const struct message *message, const char *const *arguments, const char **en_out, const char **zh_out);
void engine_explain(
    struct engine *engine, struct approval_effect *effect, const struct message *message, const char *const *arguments);
const char *engine_person(struct engine *engine, int64_t person); /* name for a text */
const char *engine_awaited(struct engine *engine);                /* names, at most three */
const char *engine_comment(struct engine *engine);                /* the action's, copied; NULL: none */
void engine_fail(struct engine *engine, dealer_status status);
void engine_leave_behind(struct engine *engine); /* at the end of a step: what has come to count for nothing becomes the past */
size_t engine_visit_index(const struct engine *engine, int64_t number);
size_t engine_task_index(const struct engine *engine, int64_t number); /* SIZE_MAX: none, or past */
const struct approval_node *engine_node(const struct engine *engine, const char *id);
int32_t engine_node_index(const struct engine *engine, const char *id);
bool task_is_undecided(const struct approval_task *task);

/* check.c: does the instance fit the flow it is given with? Everything else may then trust its numbers and ids. */
dealer_status engine_check(const struct engine *engine);

/* approvers.c: who is asked at a node, after all policies. */
struct approvers {
    struct approval_candidates list;
    const char **credited; /* for each: the node at which he approved before; NULL: to be asked */
    bool depends;
    bool skipped; /* the node is not decided by anybody; the reason below */
    const char *reason_en, *reason_zh;
};
void approvers_find(struct engine *engine, const struct approval_node *node, int64_t visit, struct approvers *out);
void approvers_resolve(struct engine *engine, const struct approval_node *node, struct approval_candidates *out);
bool approvers_condition(struct engine *engine, const struct approval_condition *condition); /* NULL: true */

/* votes.c: one formula for all modes. */
enum verdict { VERDICT_OPEN, VERDICT_AGREED, VERDICT_PASSED, VERDICT_FAILED }; /* agreed: but for those required */
struct vote {
    int64_t total, approved, rejected, abstained, undecided; /* weights */
    int64_t required_undecided;                              /* persons */
    int64_t veto_undecided;                                  /* persons whose rejection could still decide */
    bool vetoed;
    bool asked; /* somebody decided */
    int64_t needed;
    int64_t group_approved[APPROVAL_GROUPS_MAX], group_undecided[APPROVAL_GROUPS_MAX];
};
int64_t vote_needed(enum approval_mode mode, int64_t threshold, int64_t total, int64_t abstained);
void vote_count(const struct approval_node *node, const struct approval_instance *instance, int64_t visit, struct vote *out);
enum verdict vote_verdict(const struct approval_node *node, const struct vote *vote);

/* amend.c: what an approval covered. */
const char *amend_digest(struct engine *engine, const struct approval_node *node); /* NULL: nothing is covered */
/* His approval here before an amendment, when what it covered is as it was; NULL: none. */
const struct approval_task *amend_standing(struct engine *engine, const struct approval_node *node, int64_t person);
bool amend_has_void(struct engine *engine);               /* does an approval that counts cover other content than there is now? */
void amend_void(struct engine *engine);                   /* reopen what is void */
void amend_forget(struct engine *engine, int32_t target); /* returned: from there on everybody is asked; -1: everywhere */

/* due.c: when something comes due. */
int64_t due_from_now(struct engine *engine, const struct approval_due *due, int64_t hours);
void due_put_off(struct engine *engine); /* after a suspension */

/* settle.c: what the votes of a visit mean. */
void settle_visit(struct engine *engine, size_t visit);
void settle_open_turn(struct engine *engine, size_t visit);
void settle_reject(struct engine *engine, size_t visit, const struct vote *vote); /* what a rejected node does; vote NULL: none */
void settle_cancel_tasks(struct engine *engine, size_t visit, bool required_too, const struct message *reason);

/* preview.c */
void preview_agree(struct engine *engine, size_t visit);

/* enter.c */
void enter_node(struct engine *engine, const struct engine_entry *entry);

/* route.c: from node to node. */
void route_run(struct engine *engine); /* enter what is queued, until somebody is awaited or it is over */
void route_start(struct engine *engine);
void route_close(struct engine *engine, size_t visit, enum approval_visit_state state);
void route_onward(struct engine *engine, size_t visit); /* from a visit that is closed */
void route_join(struct engine *engine, size_t branch_visit);
void route_cancel_all(struct engine *engine);
void route_cancel_inside(struct engine *engine, int32_t outer); /* whatever is active at or inside that node; -1: everything */
void route_finish(struct engine *engine, enum approval_state state, enum approval_effect_kind kind);
/* The flow that this visit's node is from has ended: so has its sub-flow, or all. */
void route_end_approved(struct engine *engine, size_t visit);
void route_end_rejected(struct engine *engine, size_t visit);
void route_leave_sub_flow(struct engine *engine, size_t visit); /* what is under way inside is cancelled */
void route_enter_inside(struct engine *engine, int32_t outer, int32_t node, int64_t parent, const char *back_to);
/* Back to a node; `visit` is closed already. The target must be before it (route_can_return). */
void route_return(struct engine *engine, size_t visit, int32_t target, bool back);
void route_return_to_submitter(struct engine *engine, size_t visit, bool back);
bool route_can_return(const struct engine *engine, size_t visit, int32_t target);
int32_t route_previous(const struct engine *engine, size_t visit);                /* -1: none */
int32_t route_left_out(const struct engine *engine, size_t visit, int32_t outer); /* parallel node that forbids `back`; -1 */
bool flow_holds(const struct approval_flow *flow, int32_t outer, int32_t node);

/* verbs_*.c: one function a verb; the state of the instance is checked already. */
void verb_submit(struct engine *engine);
void verb_resubmit(struct engine *engine);
void verb_recall(struct engine *engine);
void verb_approve(struct engine *engine);
void verb_reject(struct engine *engine);
void verb_abstain(struct engine *engine);
void verb_return(struct engine *engine);
void verb_take_back(struct engine *engine);
void verb_claim(struct engine *engine);
void verb_unclaim(struct engine *engine);
void verb_transfer(struct engine *engine);
void verb_delegate(struct engine *engine);
void verb_resolve(struct engine *engine);
void verb_add(struct engine *engine);
void verb_remove(struct engine *engine);
void verb_comment(struct engine *engine);
void verb_cc(struct engine *engine);
void verb_remind(struct engine *engine);
void verb_suspend(struct engine *engine);
void verb_resume(struct engine *engine);
void verb_terminate(struct engine *engine);
void verb_override(struct engine *engine);
void verb_hand_over(struct engine *engine);
void verb_migrate(struct engine *engine);
void verb_amend(struct engine *engine);
void verb_time_out(struct engine *engine);

/* tasks.c: finding the task an action means, and checking whom it may be given to. */
enum task_wanted { TASK_TO_DECIDE, TASK_TO_HOLD };                     /* hold: a delegate may do it too */
size_t tasks_of_actor(struct engine *engine, enum task_wanted wanted); /* SIZE_MAX: refused */
bool tasks_person_fits(struct engine *engine, size_t task);            /* action->person; false: refused */
bool tasks_is_candidate(const struct approval_task *task, int64_t person);
bool tasks_has_voice(const struct engine *engine, const struct approval_task *given, int64_t person); /* at the node of a task */
void tasks_cancel_same_voice(struct engine *engine, size_t task); /* what stands for it, or for which it stands */
void tasks_claim_quietly(struct engine *engine, size_t task);     /* acting on a post task takes it */

#endif
