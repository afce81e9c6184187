/* The arithmetic of a node's decision. Knows tasks and modes, and nothing of what follows.
 *
 * Everybody asked has a weight (1, but for mode weights). With A agreed, R rejected, B abstained, U undecided, T all:
 *   needed  groups: each of its own, counted alone;  all, sequential T - B;  any 1;  ratio ceil((T - B) * share);  count, weights as given;  at least 1
 *   passed  A >= needed, and nobody with a veto is undecided
 *   failed  A + U < needed, or a rejection in all, sequential, any, or one with a veto
 * Abstaining never helps: when all abstain nobody has agreed, and the node fails. Both ends are told as soon as they are
 * certain, since no later answer can turn them. Those added before or after must agree besides. */
#include "approval/engine.h"

int64_t vote_needed(enum approval_mode mode, int64_t threshold, int64_t total, int64_t abstained) {
    int64_t needed = threshold;
    if (mode == APPROVAL_ALL || mode == APPROVAL_SEQUENTIAL) needed = total - abstained;
    if (mode == APPROVAL_ANY) needed = 1;
    if (mode == APPROVAL_RATIO) needed = ((total - abstained) * threshold + 9999) / 10000;
    return needed < 1 ? 1 : needed;
}

static void count_undecided(const struct approval_node *node, const struct approval_task *task, struct vote *vote) {
    vote->undecided += task->weight;
    if (task->required) vote->required_undecided++;
    if (task->veto || node->veto) vote->veto_undecided++;
}

static void count_task(const struct approval_node *node, const struct approval_task *task, struct vote *vote) {
    if (task->stands_for != 0 && task->decision == APPROVAL_DECISION_NONE) return; /* one voice with the one it stands for */
    vote->total += task->weight;
    switch (task->decision) {
    case APPROVAL_DECISION_APPROVED:
    case APPROVAL_DECISION_AUTO_APPROVED:
        vote->asked = true;
        vote->approved += task->weight;
        break;
    case APPROVAL_DECISION_CREDITED: vote->approved += task->weight; break;
    case APPROVAL_DECISION_REJECTED:
    case APPROVAL_DECISION_AUTO_REJECTED:
        vote->asked = true;
        vote->rejected += task->weight;
        if (task->veto || task->required || node->veto) vote->vetoed = true;
        break;
    case APPROVAL_DECISION_ABSTAINED:
        vote->asked = true;
        vote->abstained += task->weight;
        break;
    case APPROVAL_DECISION_NONE:
    case APPROVAL_DECISION_RETURNED: count_undecided(node, task, vote); break;
    }
}

/* Mode groups: the same count in each of them. */
static void count_groups(const struct approval_task *task, struct vote *vote) {
    bool undecided = task->decision == APPROVAL_DECISION_NONE || task->decision == APPROVAL_DECISION_RETURNED;
    bool yes = task->decision == APPROVAL_DECISION_APPROVED || task->decision == APPROVAL_DECISION_AUTO_APPROVED ||
               task->decision == APPROVAL_DECISION_CREDITED;
    if (task->group < 1 || (undecided && task->stands_for != 0)) return;
    if (yes) vote->group_approved[task->group - 1] += task->weight;
    if (undecided) vote->group_undecided[task->group - 1] += task->weight;
}

void vote_count(const struct approval_node *node, const struct approval_instance *instance, int64_t visit, struct vote *out) {
    *out = (struct vote){0};
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_task *task = &instance->tasks[i];
        if (task->visit != visit || task->state == APPROVAL_TASK_CANCELLED) continue;
        count_task(node, task, out);
        if (node->mode == APPROVAL_GROUPS) count_groups(task, out);
    }
    out->needed = vote_needed(node->mode, node->threshold, out->total, out->abstained);
}

/* Open while each group can still get what it needs. */
static enum verdict groups_verdict(const struct approval_node *node, const struct vote *vote) {
    bool reached = true;
    for (int32_t i = 0; i < node->group_count; i++) {
        if (vote->group_approved[i] + vote->group_undecided[i] < node->groups[i].count) return VERDICT_FAILED;
        reached = reached && vote->group_approved[i] >= node->groups[i].count;
    }
    return reached ? VERDICT_PASSED : VERDICT_OPEN;
}

enum verdict vote_verdict(const struct approval_node *node, const struct vote *vote) {
    bool one_decides = node->mode == APPROVAL_ALL || node->mode == APPROVAL_SEQUENTIAL || node->mode == APPROVAL_ANY;
    if (node->wait_for_everyone && vote->undecided + vote->required_undecided > 0) return VERDICT_OPEN;
    if (vote->vetoed || (one_decides && vote->rejected > 0)) return VERDICT_FAILED;
    enum verdict verdict = vote->approved + vote->undecided < vote->needed ? VERDICT_FAILED
                           : vote->approved < vote->needed                 ? VERDICT_OPEN
                                                                           : VERDICT_PASSED;
    if (node->mode == APPROVAL_GROUPS) verdict = groups_verdict(node, vote);
    if (verdict == VERDICT_FAILED) return VERDICT_FAILED;
    if (verdict == VERDICT_OPEN || vote->veto_undecided > 0) return VERDICT_OPEN;
    return vote->required_undecided > 0 ? VERDICT_AGREED : VERDICT_PASSED;
}
