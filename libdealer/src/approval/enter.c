/* Entering a node: what each kind does when the flow reaches it. */
#include "approval/engine.h"

#include <string.h>

static void skip(struct engine *engine, size_t visit, const char *reason_en, const char *reason_zh) {
    route_close(engine, visit, APPROVAL_VISIT_SKIPPED);
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_NODE_SKIPPED, engine->instance.visits[visit].number, 0);
    effect->reason_en = reason_en;
    effect->reason_zh = reason_zh;
    if (engine->preview) {
        engine->route[engine->route_count - 1].skipped = true;
        engine->route[engine->route_count - 1].reason_en = reason_en;
        engine->route[engine->route_count - 1].reason_zh = reason_zh;
    }
    route_onward(engine, visit);
}

/* His earlier approval stands for this one: the task is born closed. */
static void credit(struct engine *engine, struct approval_task *task, const char *node) {
    task->state = APPROVAL_TASK_DONE;
    task->decision = APPROVAL_DECISION_CREDITED;
    task->decided_by = task->owner;
    task->digest = amend_digest(engine, engine_node(engine, task->node));
    task->closed_ms = engine->call->now_ms;
    task->closed_move = engine->instance.move;
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_APPROVER_SKIPPED, task->visit, task->number);
    effect->person = task->owner;
    engine_explain(engine, effect, &R_SAME, ARGUMENTS("node", node));
    task->reason_en = effect->reason_en;
    task->reason_zh = effect->reason_zh;
}

static void give_each(struct engine *engine, const struct approval_node *node, size_t visit, const struct approvers *found) {
    for (size_t i = 0; i < found->list.count && engine->status == DEALER_OK; i++) {
        const struct approval_candidate *candidate = &found->list.items[i];
        size_t at = engine_new_task(engine, visit);
        if (at == SIZE_MAX) return;
        struct approval_task *task = &engine->instance.tasks[at];
        task->owner = task->assignee = candidate->person;
        task->weight = candidate->weight;
        task->veto = candidate->veto;
        task->group = candidate->group;
        task->reason_en = candidate->reason_en;
        task->reason_zh = candidate->reason_zh;
        if (node->mode == APPROVAL_SEQUENTIAL) task->turn = (int32_t)i;
        if (found->credited[i] != NULL) credit(engine, task, found->credited[i]);
    }
}

/* One task for whoever of them takes it. */
static void give_to_claim(struct engine *engine, size_t visit, const struct approvers *found) {
    int64_t *people = REGION_ARRAY(engine->region, engine->env, int64_t, found->list.count);
    size_t at = people == NULL ? SIZE_MAX : engine_new_task(engine, visit);
    if (at == SIZE_MAX) {
        engine_fail(engine, DEALER_E_NOMEM);
        return;
    }
    struct approval_task *task = &engine->instance.tasks[at];
    task->candidates = people;
    task->candidate_count = found->list.count;
    task->reason_en = found->list.items[0].reason_en;
    task->reason_zh = found->list.items[0].reason_zh;
    for (size_t i = 0; i < found->list.count; i++) people[i] = found->list.items[i].person;
    for (size_t i = 0; i < found->list.count; i++) {
        if (found->credited[i] == NULL) continue;
        task->owner = task->assignee = people[i];
        credit(engine, task, found->credited[i]);
        return;
    }
}

static const char *condition_name(const struct approval_condition *condition) {
    return condition->rule != NULL ? condition->rule : condition->path;
}

/* A rule node: rejects, or passes without asking anybody. False: it refers it to people. */
static bool rule_decides(struct engine *engine, const struct approval_node *node, size_t visit) {
    const char *en = NULL, *zh = NULL;
    if (node->reject_when != NULL && approvers_condition(engine, node->reject_when)) {
        settle_reject(engine, visit, NULL);
        return true;
    }
    if (engine->status != DEALER_OK) return true;
    if (node->refer_when != NULL && approvers_condition(engine, node->refer_when)) return false;
    if (engine->status != DEALER_OK) return true;
    const struct approval_condition *asked = node->refer_when != NULL ? node->refer_when : node->reject_when;
    engine_reason(engine, &R_RULE_PASSES, ARGUMENTS("rule", condition_name(asked)), &en, &zh);
    skip(engine, visit, en, zh);
    return true;
}

static void enter_approve(struct engine *engine, const struct approval_node *node, size_t visit) {
    struct approvers found;
    struct approval_route_node *row = engine_note(engine, node);
    if (node->is_rule && rule_decides(engine, node, visit)) return;
    approvers_find(engine, node, engine->instance.visits[visit].number, &found);
    if (engine->status != DEALER_OK) return;
    if (row != NULL) {
        row->people = found.list.items;
        row->people_count = found.list.count;
        row->depends = found.depends;
    }
    if (found.skipped) {
        skip(engine, visit, found.reason_en, found.reason_zh);
        return;
    }
    if (node->claim) {
        give_to_claim(engine, visit, &found);
    } else {
        give_each(engine, node, visit, &found);
    }
    if (engine->status != DEALER_OK) return;
    if (engine->preview) {
        struct vote vote;
        vote_count(node, &engine->instance, engine->instance.visits[visit].number, &vote);
        if (vote_verdict(node, &vote) == VERDICT_PASSED) {
            row->skipped = true;
            engine_reason(engine, &R_SKIPPED_ALL, NULL, &row->reason_en, &row->reason_zh);
        }
        preview_agree(engine, visit);
    }
    settle_visit(engine, visit);
}

static void enter_cc(struct engine *engine, const struct approval_node *node, size_t visit) {
    struct approval_candidates told;
    struct approval_route_node *row = engine_note(engine, node);
    int64_t number = engine->instance.visits[visit].number;
    approvers_resolve(engine, node, &told);
    if (engine->status != DEALER_OK) return;
    if (row != NULL) {
        row->people = told.items;
        row->people_count = told.count;
    }
    for (size_t i = 0; i < told.count; i++) {
        struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_CC_SENT, number, 0);
        effect->person = told.items[i].person;
        effect->reason_en = told.items[i].reason_en;
        effect->reason_zh = told.items[i].reason_zh;
    }
    route_close(engine, visit, APPROVAL_VISIT_PASSED);
    engine_effect(engine, APPROVAL_EFFECT_NODE_PASSED, number, 0);
    route_onward(engine, visit);
}

static bool holds(struct engine *engine, const struct approval_branch *branch, uint32_t chosen) {
    const struct approval_people *people = engine->call->people;
    if (branch->otherwise) return chosen == 0;
    bool truth = false;
    dealer_status status = people->condition(people->user_data, engine->env, branch->when, engine->call->subject, &truth);
    if (status != DEALER_OK) engine_fail(engine, status);
    return truth;
}

static void explain_branch(struct engine *engine, const struct approval_node *node, int32_t index, struct approval_effect *effect) {
    const struct approval_branch *branch = &node->branches[index];
    struct number_text number;
    const char *fallback = number_text(&number, index + 1);
    const char *en = branch->title.en == NULL ? fallback : branch->title.en;
    const char *zh = branch->title.zh == NULL ? fallback : branch->title.zh;
    const char *path = branch->when == NULL ? "" : branch->when->path;
    const struct message *message = branch->otherwise ? &R_OTHERWISE : &R_CONDITION;
    const char *ignored = NULL;
    engine_reason(engine, message, ARGUMENTS("branch", en, "path", path), &effect->reason_en, &ignored);
    engine_reason(engine, message, ARGUMENTS("branch", zh, "path", path), &ignored, &effect->reason_zh);
}

/* Which branches run, each with its reason. */
static uint32_t choose(struct engine *engine, const struct approval_node *node, int64_t visit, struct approval_route_node *row) {
    struct approval_effect *effect = NULL;
    if (node->kind == APPROVAL_NODE_PARALLEL) {
        effect = engine_effect(engine, APPROVAL_EFFECT_BRANCH_CHOSEN, visit, 0);
        engine_explain(engine, effect, &R_PARALLEL, ARGUMENTS("count", NUMBER(node->branch_count)));
        if (row != NULL) {
            row->reason_en = effect->reason_en;
            row->reason_zh = effect->reason_zh;
        }
        return node->branch_count == 32 ? UINT32_MAX : (UINT32_C(1) << node->branch_count) - 1;
    }
    uint32_t chosen = 0;
    for (int32_t i = 0; i < node->branch_count && engine->status == DEALER_OK; i++) {
        if (!holds(engine, &node->branches[i], chosen)) continue;
        effect = engine_effect(engine, APPROVAL_EFFECT_BRANCH_CHOSEN, visit, 0);
        explain_branch(engine, node, i, effect);
        if (row != NULL && chosen == 0) {
            row->reason_en = effect->reason_en;
            row->reason_zh = effect->reason_zh;
        }
        chosen |= UINT32_C(1) << i;
        if (node->kind == APPROVAL_NODE_EXCLUSIVE) break;
    }
    return chosen;
}

static void enter_branch(struct engine *engine, const struct approval_node *node, size_t visit) {
    struct approval_route_node *row = engine_note(engine, node);
    int64_t number = engine->instance.visits[visit].number;
    uint32_t chosen = choose(engine, node, number, row);
    if (engine->status != DEALER_OK) return;
    engine->instance.visits[visit].chosen = chosen;
    if (chosen == 0) {
        const char *en = NULL, *zh = NULL;
        engine_reason(engine, &R_NO_BRANCH, NULL, &en, &zh);
        skip(engine, visit, en, zh);
        return;
    }
    for (int32_t i = 0; i < node->branch_count; i++) {
        bool runs = (chosen >> i & 1) != 0 && node->branches[i].first >= 0;
        if (runs) engine_queue(engine, node->branches[i].first, number, NULL);
    }
    route_join(engine, visit);
}

static void enter_sub_flow(struct engine *engine, const struct approval_node *node, size_t visit) {
    struct approval_route_node *row = engine_note(engine, node);
    if (row != NULL) {
        const char *ignored = NULL;
        engine_reason(engine, &R_SUB_FLOW, ARGUMENTS("flow", node->branches[0].title.en), &row->reason_en, &ignored);
        engine_reason(engine, &R_SUB_FLOW, ARGUMENTS("flow", node->branches[0].title.zh), &ignored, &row->reason_zh);
    }
    engine->instance.visits[visit].chosen = 1;
    engine_queue(engine, node->branches[0].first, engine->instance.visits[visit].number, NULL);
}

static void enter_end(struct engine *engine, const struct approval_node *node, size_t visit) {
    engine_note(engine, node);
    route_close(engine, visit, APPROVAL_VISIT_PASSED);
    engine_effect(engine, APPROVAL_EFFECT_NODE_PASSED, engine->instance.visits[visit].number, 0);
    if (node->ends_rejected) {
        route_end_rejected(engine, visit);
    } else {
        route_end_approved(engine, visit);
    }
}

static void enter_delay(struct engine *engine, const struct approval_node *node, size_t visit) {
    engine_note(engine, node);
    if (!engine->preview) {
        engine->instance.visits[visit].due_ms = due_from_now(engine, node->due, node->due->hours);
        engine_effect(engine, APPROVAL_EFFECT_DELAYED, engine->instance.visits[visit].number, 0);
        return;
    }
    route_close(engine, visit, APPROVAL_VISIT_PASSED);
    route_onward(engine, visit);
}

static int32_t count_routed(
    const struct approval_visit *visits, size_t count, const struct approval_instance *instance, const struct approval_node *node) {
    int32_t routed = 0;
    for (size_t i = 0; i < count; i++) {
        bool here = visits[i].round == instance->round && strcmp(visits[i].node, node->id) == 0;
        routed += here && visits[i].state == APPROVAL_VISIT_RETURNED;
    }
    return routed;
}

/* Back, as often in a round as the node says; then on. */
static void enter_route_back(struct engine *engine, const struct approval_node *node, size_t visit) {
    const struct approval_instance *instance = &engine->instance;
    int32_t before = count_routed(instance->visits, instance->visit_count, instance, node);
    for (const struct approval_past *past = instance->past; past != NULL; past = past->earlier)
        before += count_routed(past->visits, past->visit_count, instance, node);
    engine_note(engine, node);
    if (before >= node->times || !route_can_return(engine, visit, node->rejected_node)) {
        const char *en = NULL, *zh = NULL;
        engine_reason(engine, &R_ROUTED_ENOUGH, ARGUMENTS("times", NUMBER(before)), &en, &zh);
        skip(engine, visit, en, zh);
        return;
    }
    route_close(engine, visit, APPROVAL_VISIT_RETURNED);
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_ROUTED_BACK, instance->visits[visit].number, 0);
    engine_explain(engine, effect, &R_ROUTED_BACK, ARGUMENTS("node", engine->flow->nodes[node->rejected_node].id));
    route_return(engine, visit, node->rejected_node, false);
}

void enter_node(struct engine *engine, const struct engine_entry *entry) {
    const struct approval_node *node = &engine->flow->nodes[entry->node];
    size_t visit = engine_new_visit(engine, node->id, entry->parent);
    if (visit == SIZE_MAX) return;
    engine->instance.visits[visit].back_to = entry->back_to;
    switch (node->kind) {
    case APPROVAL_NODE_APPROVE: enter_approve(engine, node, visit); break;
    case APPROVAL_NODE_CC: enter_cc(engine, node, visit); break;
    case APPROVAL_NODE_END: enter_end(engine, node, visit); break;
    case APPROVAL_NODE_DELAY: enter_delay(engine, node, visit); break;
    case APPROVAL_NODE_ROUTE_BACK: enter_route_back(engine, node, visit); break;
    case APPROVAL_NODE_SUB_FLOW: enter_sub_flow(engine, node, visit); break;
    default: enter_branch(engine, node, visit); break;
    }
}
