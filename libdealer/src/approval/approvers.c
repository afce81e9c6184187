/* Who is asked at a node: those the flow names, then the policies one after the other, each leaving its reason. */
#include "approval/engine.h"

#include <string.h>

dealer_status approval_candidates_add(struct approval_candidates *candidates, struct env *env, int64_t person, const char *name,
    const char *reason_en, const char *reason_zh) {
    if (candidates->count == candidates->capacity) {
        size_t capacity = candidates->capacity == 0 ? 4 : candidates->capacity * 2;
        struct approval_candidate *items = REGION_ARRAY(candidates->region, env, struct approval_candidate, capacity);
        if (items == NULL) return DEALER_E_NOMEM;
        if (candidates->count > 0) memcpy(items, candidates->items, candidates->count * sizeof *items);
        candidates->items = items;
        candidates->capacity = capacity;
    }
    candidates->items[candidates->count++] =
        (struct approval_candidate){.person = person, .name = name, .reason_en = reason_en, .reason_zh = reason_zh, .weight = 1};
    return DEALER_OK;
}

static size_t place_of(const struct approval_candidates *list, int64_t person) {
    size_t at = 0;
    while (at < list->count && list->items[at].person != person) at++;
    return at;
}

static void drop(struct approval_candidates *list, size_t at) {
    list->count--;
    memmove(&list->items[at], &list->items[at + 1], (list->count - at) * sizeof *list->items);
}

/* The submitter as who names him, or under "allow", is asked; otherwise the policy says what happens to him. */
static void apply_self(
    struct engine *engine, const struct approval_node *node, int64_t visit, struct approval_candidates *list, size_t at) {
    const struct approval_people *people = engine->call->people;
    int64_t submitter = engine->instance.submitter;
    if (node->policies.self == APPROVAL_SELF_REFUSE) {
        engine_fail(engine,
            error_raise(&engine->env->error, &E_APPROVAL_SELF, "node", node->id, "person", engine_person(engine, submitter), NULL));
        return;
    }
    struct approval_candidates heads = {.region = engine->region};
    if (node->policies.self == APPROVAL_SELF_HEAD) {
        dealer_status status = people->head_of(people->user_data, engine->env, submitter, engine->call->subject, &heads);
        if (status != DEALER_OK) engine_fail(engine, status);
    } else {
        struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_APPROVER_SKIPPED, visit, 0);
        effect->person = submitter;
        engine_explain(engine, effect, &R_SELF_SKIP, NULL);
    }
    bool replaced = heads.count > 0 && heads.items[0].person != submitter;
    if (!replaced || place_of(list, heads.items[0].person) < list->count) {
        if (node->policies.self == APPROVAL_SELF_HEAD && !replaced) {
            list->nobody_en = heads.nobody_en;
            list->nobody_zh = heads.nobody_zh;
        }
        drop(list, at);
        return;
    }
    struct approval_candidate *candidate = &list->items[at];
    candidate->person = heads.items[0].person;
    candidate->name = heads.items[0].name;
    engine_reason(
        engine, &R_SELF_HEAD, ARGUMENTS("person", engine_person(engine, submitter)), &candidate->reason_en, &candidate->reason_zh);
}

/* Whoever may not decide is left out, and the history says why. */
static bool apply_exclusion(
    struct engine *engine, const struct approval_node *node, int64_t visit, struct approval_candidates *list, size_t at) {
    const struct approval_people *people = engine->call->people;
    struct approval_title reason = {NULL, NULL};
    int64_t person = list->items[at].person;
    if (people->exclude == NULL || node->kind != APPROVAL_NODE_APPROVE) return false;
    dealer_status status = people->exclude(people->user_data, engine->env, person, engine->region, &reason);
    if (status != DEALER_OK) engine_fail(engine, status);
    if (reason.en == NULL) return false;
    struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_APPROVER_SKIPPED, visit, 0);
    effect->person = person;
    effect->reason_en = list->nobody_en = reason.en;
    effect->reason_zh = list->nobody_zh = reason.zh;
    drop(list, at);
    return true;
}

bool approvers_condition(struct engine *engine, const struct approval_condition *condition) {
    const struct approval_people *people = engine->call->people;
    bool truth = false;
    if (condition == NULL) return true;
    dealer_status status = people->condition(people->user_data, engine->env, condition, engine->call->subject, &truth);
    if (status != DEALER_OK) engine_fail(engine, status);
    return truth && status == DEALER_OK;
}

/* Policy approver_cannot_read: nobody is asked about what he may not read otherwise. */
static void check_may_read(struct engine *engine, const struct approval_node *node, int64_t person) {
    const struct approval_people *people = engine->call->people;
    bool may = true;
    if (node->policies.unread == APPROVAL_UNREAD_ALLOW || node->kind != APPROVAL_NODE_APPROVE || people->may_read == NULL) return;
    dealer_status status = people->may_read(people->user_data, engine->env, person, engine->call->subject, &may);
    if (status == DEALER_OK && !may)
        status =
            error_raise(&engine->env->error, &E_APPROVAL_UNREAD, "node", node->id, "person", engine_person(engine, person), NULL);
    if (status != DEALER_OK) engine_fail(engine, status);
}

/* The submitter's choice counts only when it is one of those that he may choose from. */
static void keep_among(struct engine *engine, const struct approval_who *who, size_t before, struct approval_candidates *list) {
    const struct approval_people *people = engine->call->people;
    struct approval_candidates allowed = {.region = engine->region};
    for (int32_t i = 0; i < who->among_count && engine->status == DEALER_OK; i++) {
        if (!approvers_condition(engine, who->among[i].when)) continue;
        dealer_status status = people->resolve(people->user_data, engine->env, &who->among[i], engine->call->subject, &allowed);
        if (status != DEALER_OK) engine_fail(engine, status);
    }
    for (size_t i = before; i < list->count;) {
        if (place_of(&allowed, list->items[i].person) < allowed.count) {
            i++;
            continue;
        }
        drop(list, i);
        engine_reason(engine, &R_NOT_AMONG, ARGUMENTS("field", who->code), &list->nobody_en, &list->nobody_zh);
    }
}

/* The submitter, where a policy says what happens to him. */
static bool is_turned(
    const struct engine *engine, const struct approval_node *node, const struct approval_who *who, int64_t person) {
    return person == engine->instance.submitter && who->kind != APPROVAL_WHO_SUBMITTER && node->kind == APPROVAL_NODE_APPROVE &&
           node->policies.self != APPROVAL_SELF_ALLOW;
}

/* Append what one who means, without asking anybody twice. */
static void add_who(struct engine *engine, const struct approval_node *node, int64_t visit, const struct approval_who *who,
    struct approval_candidates *list) {
    const struct approval_people *people = engine->call->people;
    size_t before = list->count;
    if (!approvers_condition(engine, who->when)) return;
    dealer_status status = people->resolve(people->user_data, engine->env, who, engine->call->subject, list);
    if (status != DEALER_OK) engine_fail(engine, status);
    if (who->among != NULL) keep_among(engine, who, before, list);
    for (size_t i = before; i < list->count && engine->status == DEALER_OK;) {
        list->items[i].weight = who->weight;
        list->items[i].veto = who->veto;
        list->items[i].group = who->group;
        if (place_of(list, list->items[i].person) < i) {
            drop(list, i);
            continue;
        }
        if (apply_exclusion(engine, node, visit, list, i)) continue;
        size_t count = list->count;
        if (is_turned(engine, node, who, list->items[i].person)) {
            apply_self(engine, node, visit, list, i);
            if (list->count < count || apply_exclusion(engine, node, visit, list, i)) continue;
        }
        check_may_read(engine, node, list->items[i].person);
        i++;
    }
}

void approvers_resolve(struct engine *engine, const struct approval_node *node, struct approval_candidates *out) {
    *out = (struct approval_candidates){.region = engine->region};
    for (int32_t i = 0; i < node->who_count && engine->status == DEALER_OK; i++) {
        add_who(engine, node, 0, &node->who[i], out);
    }
}

static int64_t total_weight(const struct approval_node *node, const struct approval_candidates *list) {
    int64_t total = 0;
    for (size_t i = 0; i < list->count; i++) total += list->items[i].weight;
    return node->claim && total > 1 ? 1 : total;
}

static bool is_enough(const struct approval_node *node, const struct approval_candidates *list) {
    int64_t total = total_weight(node, list);
    for (int32_t group = 0; group < node->group_count; group++) {
        int64_t there = 0;
        for (size_t i = 0; i < list->count; i++) there += list->items[i].group == group + 1;
        if (there < node->groups[group].count) return false;
    }
    return total > 0 && total >= vote_needed(node->mode, node->threshold, total, 0);
}

static void add_fallback(
    struct engine *engine, const struct approval_node *node, int64_t visit, const char *const *why, struct approvers *out) {
    struct approval_candidates *list = &out->list;
    size_t before = list->count;
    add_who(engine, node, visit, node->policies.fallback, list);
    for (size_t i = before; i < list->count; i++) {
        engine_reason(
            engine, before == 0 ? &R_FALLBACK : &R_FALLBACK_FEW, why, &list->items[i].reason_en, &list->items[i].reason_zh);
    }
}

static void refuse_too_few(
    struct engine *engine, const struct approval_node *node, const struct approvers *found, const char *const *why) {
    struct error *error = &engine->env->error;
    int64_t total = total_weight(node, &found->list);
    if (total == 0) {
        engine_fail(
            engine, error_raise(error, &E_APPROVAL_NOBODY, "node", node->id, "reason_en", why[1], "reason_zh", why[3], NULL));
        return;
    }
    int64_t needed = vote_needed(node->mode, node->threshold, total, 0);
    engine_fail(
        engine, error_raise(error, &E_APPROVAL_TOO_FEW, "node", node->id, "needed", NUMBER(needed), "total", NUMBER(total), NULL));
}

/* Nobody, or fewer than the mode needs. */
static void apply_nobody(
    struct engine *engine, const struct approval_node *node, int64_t visit, bool all_skipped, struct approvers *out) {
    struct approval_candidates *list = &out->list;
    bool failed = list->failed; /* a rule that fails approves nothing, and skips nothing either */
    const char *const *why = ARGUMENTS("why_en", list->nobody_en == NULL ? R_NOBODY.en : list->nobody_en, "why_zh",
        list->nobody_zh == NULL ? R_NOBODY.zh : list->nobody_zh);
    if (list->count == 0 && all_skipped && !failed) {
        out->skipped = true;
        engine_reason(engine, &R_SKIPPED_ALL, NULL, &out->reason_en, &out->reason_zh);
        return;
    }
    if (node->policies.nobody == APPROVAL_NOBODY_SKIP && !failed) {
        out->skipped = true;
        engine_reason(engine, list->count == 0 ? &R_SKIPPED_NOBODY : &R_SKIPPED_FEW, why, &out->reason_en, &out->reason_zh);
        return;
    }
    if (failed) list->count = 0;
    list->failed = false;
    if (node->policies.nobody == APPROVAL_NOBODY_FALLBACK) add_fallback(engine, node, visit, why, out);
    if (engine->status == DEALER_OK && (list->failed || !is_enough(node, list))) refuse_too_few(engine, node, out, why);
}

/* A passed visit whose approvals still count. */
static bool stands(const struct approval_visit *visit) {
    return visit->superseded_move == 0 && (visit->state == APPROVAL_VISIT_PASSED || visit->state == APPROVAL_VISIT_SKIPPED);
}

static bool has_candidate(const struct approval_task *task, int64_t person) {
    for (size_t i = 0; i < task->candidate_count; i++) {
        if (task->candidates[i] == person) return true;
    }
    return false;
}

/* Did that person approve there? Where several are asked and not all of them decide, a preview can only guess which. */
static bool agreed(const struct approval_instance *instance, const struct approval_visit *visit, const struct approval_node *node,
    int64_t person, bool *depends_out) {
    bool found = false, asked = false;
    size_t voices = 0;
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_task *task = &instance->tasks[i];
        if (task->visit != visit->number) continue;
        bool yes = task->decision == APPROVAL_DECISION_APPROVED || task->decision == APPROVAL_DECISION_CREDITED;
        bool candidate = has_candidate(task, person);
        voices += task->candidate_count > 1 ? task->candidate_count : 1;
        asked = asked || task->owner == person || candidate;
        found = found || (yes && task->decided_by == person);
    }
    bool all_decide = !node->claim && (node->mode == APPROVAL_ALL || node->mode == APPROVAL_SEQUENTIAL);
    if (asked && voices > 1 && !all_decide) *depends_out = true;
    return found;
}

/* A node where somebody decided, or whose approvers were known to agree, on the way to that node. Only those on the way
 * count: what a branch beside has decided by now is a matter of chance. */
static bool leads_to(struct engine *engine, const struct approval_visit *visit, int32_t node) {
    int32_t there = engine_node_index(engine, visit->node);
    bool asked = visit->state == APPROVAL_VISIT_PASSED;
    for (size_t i = 0; i < engine->instance.task_count && !asked; i++) {
        asked = engine->instance.tasks[i].visit == visit->number;
    }
    return asked && stands(visit) && engine->flow->nodes[there].kind == APPROVAL_NODE_APPROVE &&
           flow_is_before(engine->flow, there, node);
}

/* No other lies between them. After a join there is one in each branch. */
static bool leads_straight_to(struct engine *engine, const struct approval_visit *visit, int32_t node) {
    int32_t there = engine_node_index(engine, visit->node);
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        const struct approval_visit *between = &engine->instance.visits[i];
        if (!leads_to(engine, between, node)) continue;
        if (flow_is_before(engine->flow, there, engine_node_index(engine, between->node))) return false;
    }
    return true;
}

/* The node at which that person approved before, as far as the policy looks back; NULL: nowhere. */
static const char *approved_before(struct engine *engine, const struct approval_node *node, int64_t person, bool *depends_out) {
    const struct approval_instance *instance = &engine->instance;
    int32_t here = engine_node_index(engine, node->id);
    for (size_t i = instance->visit_count; i-- > 0;) {
        const struct approval_visit *visit = &instance->visits[i];
        if (!leads_to(engine, visit, here)) continue;
        if (node->policies.same == APPROVAL_SAME_SKIP_CONSECUTIVE && !leads_straight_to(engine, visit, here)) continue;
        const struct approval_node *there = engine_node(engine, visit->node);
        if (agreed(instance, visit, there, person, depends_out)) return visit->node;
    }
    return NULL;
}

static void apply_same(struct engine *engine, const struct approval_node *node, struct approvers *out) {
    out->credited = REGION_ARRAY(engine->region, engine->env, const char *, out->list.count);
    if (out->credited == NULL) {
        engine_fail(engine, DEALER_E_NOMEM);
        return;
    }
    for (size_t i = 0; i < out->list.count; i++) {
        if (amend_standing(engine, node, out->list.items[i].person) != NULL) {
            out->credited[i] = node->id;
        } else if (node->policies.same != APPROVAL_SAME_REPEAT) {
            out->credited[i] = approved_before(engine, node, out->list.items[i].person, &out->depends);
        }
    }
}

void approvers_find(struct engine *engine, const struct approval_node *node, int64_t visit, struct approvers *out) {
    *out = (struct approvers){.list = {.region = engine->region}};
    size_t skipped_before = engine->effect_count;
    for (int32_t i = 0; i < node->who_count && engine->status == DEALER_OK; i++) {
        add_who(engine, node, visit, &node->who[i], &out->list);
    }
    bool someone_skipped = engine->effect_count > skipped_before;
    if (engine->status == DEALER_OK && (out->list.failed || !is_enough(node, &out->list))) {
        apply_nobody(engine, node, visit, someone_skipped, out);
    }
    if (engine->status == DEALER_OK && !out->skipped) apply_same(engine, node, out);
}
