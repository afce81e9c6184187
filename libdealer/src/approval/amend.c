/* Bound to content: a decision carries the digest of what it covered. When the document is amended, exactly the approvals whose content
 * changed are void, and their nodes open again; the way is walked again from the first of them, and whoever approved what is as it was is
 * not asked again. */
#include "approval/engine.h"

#include <string.h>

const char *amend_digest(struct engine *engine, const struct approval_node *node) {
    const struct approval_people *people = engine->call->people;
    const char *digest = NULL;
    if (people->digest == NULL || engine->status != DEALER_OK) return NULL;
    dealer_status status = people->digest(people->user_data, engine->env, node, engine->region, &digest);
    if (status != DEALER_OK) engine_fail(engine, status);
    return digest;
}

static bool approves(const struct approval_task *task) {
    return task->decision == APPROVAL_DECISION_APPROVED || task->decision == APPROVAL_DECISION_CREDITED;
}

const struct approval_task *amend_standing(struct engine *engine, const struct approval_node *node, int64_t person) {
    const struct approval_instance *instance = &engine->instance;
    const struct approval_people *people = engine->call->people;
    const char *digest = NULL;
    for (size_t i = instance->task_count; i-- > 0 && people->digest != NULL;) {
        const struct approval_task *task = &instance->tasks[i];
        if (task->digest == NULL || !approves(task) || task->decided_by != person || strcmp(task->node, node->id) != 0) continue;
        const struct approval_visit *visit = approval_visit_find(instance, task->visit);
        if (visit->superseded_move == 0 || !visit->amended) continue;
        if (digest == NULL) engine_fail(engine, people->digest(people->user_data, engine->env, node, engine->region, &digest));
        if (engine->status != DEALER_OK || digest == NULL) return NULL;
        if (strcmp(task->digest, digest) == 0) return task;
    }
    return NULL;
}

void amend_forget(struct engine *engine, int32_t target) {
    for (size_t i = 0; i < engine->instance.visit_count; i++) {
        struct approval_visit *visit = &engine->instance.visits[i];
        if (!visit->amended) continue;
        int32_t node = engine_node_index(engine, visit->node);
        if (target < 0 || node == target || flow_is_before(engine->flow, target, node)) visit->amended = false;
    }
}

/* An approval that counts, of content that is not there any more. */
static bool is_void(struct engine *engine, const struct approval_task *task) {
    const struct approval_visit *visit = approval_visit_find(&engine->instance, task->visit);
    bool counts = approves(task) || task->decision == APPROVAL_DECISION_AUTO_APPROVED;
    bool stands = visit->superseded_move == 0 && (visit->state == APPROVAL_VISIT_ACTIVE || visit->state == APPROVAL_VISIT_PASSED ||
                                                     visit->state == APPROVAL_VISIT_SKIPPED);
    if (!counts || !stands || task->digest == NULL) return false;
    const char *now = amend_digest(engine, engine_node(engine, task->node));
    return now != NULL && strcmp(now, task->digest) != 0;
}

bool amend_has_void(struct engine *engine) {
    for (size_t i = 0; i < engine->instance.task_count; i++) {
        if (is_void(engine, &engine->instance.tasks[i])) return true;
    }
    return false;
}

/* Does that member of a sequence hold, or is it, a node with a void approval? */
static bool holds_void(struct engine *engine, int32_t member, const bool *voids) {
    for (int32_t i = 0; i < engine->flow->node_count; i++) {
        if (voids[i] && flow_holds(engine->flow, member, i)) return true;
    }
    return false;
}

static size_t standing_visit(const struct engine *engine, int32_t member, int64_t parent) {
    const struct approval_instance *instance = &engine->instance;
    for (size_t i = instance->visit_count; i-- > 0;) {
        const struct approval_visit *visit = &instance->visits[i];
        bool here = visit->parent == parent && engine_node_index(engine, visit->node) == member;
        if (here && visit->superseded_move == 0) return i;
    }
    return SIZE_MAX;
}

/* From that member of a sequence on nothing counts any more, and it is entered again. */
static void enter_again(struct engine *engine, int32_t member, int64_t parent) {
    for (int32_t at = member; at >= 0; at = engine->flow->nodes[at].next) {
        route_cancel_inside(engine, at);
        for (size_t i = 0; i < engine->instance.visit_count; i++) {
            struct approval_visit *visit = &engine->instance.visits[i];
            if (visit->superseded_move != 0 || !flow_holds(engine->flow, at, engine_node_index(engine, visit->node))) continue;
            visit->superseded_move = engine->instance.move;
            visit->amended = true;
        }
    }
    engine_queue(engine, member, parent, NULL);
}

/* The first member with something void is entered again; inside a branch node that is under way only the branch concerned. */
static void reopen(struct engine *engine, int32_t first, int64_t parent, const bool *voids) {
    int32_t member = first;
    while (member >= 0 && !holds_void(engine, member, voids)) member = engine->flow->nodes[member].next;
    if (member < 0) return;
    const struct approval_node *node = &engine->flow->nodes[member];
    size_t at = standing_visit(engine, member, parent);
    if (node->branch_count == 0 || at == SIZE_MAX || engine->instance.visits[at].state != APPROVAL_VISIT_ACTIVE) {
        enter_again(engine, member, parent);
        return;
    }
    for (int32_t i = 0; i < node->branch_count; i++) {
        bool chosen = (engine->instance.visits[at].chosen >> i & 1) != 0;
        if (chosen) reopen(engine, node->branches[i].first, engine->instance.visits[at].number, voids);
    }
}

void amend_void(struct engine *engine) {
    bool *voids = REGION_ARRAY(engine->region, engine->env, bool, engine->flow->node_count);
    if (voids == NULL) {
        engine_fail(engine, DEALER_E_NOMEM);
        return;
    }
    for (size_t i = 0; i < engine->instance.task_count; i++) {
        const struct approval_task *task = &engine->instance.tasks[i];
        if (!is_void(engine, task)) continue;
        voids[engine_node_index(engine, task->node)] = true;
        struct approval_effect *effect = engine_effect(engine, APPROVAL_EFFECT_VOIDED, task->visit, task->number);
        effect->person = task->decided_by;
        engine_explain(engine, effect, &R_VOIDED, NULL);
    }
    reopen(engine, engine->flow->first, 0, voids);
    route_run(engine);
}

void verb_amend(struct engine *engine) {
    if (!amend_has_void(engine) || engine->status != DEALER_OK) return;
    engine->instance.move++;
    engine->instance.decision_move = engine->instance.decision_task = 0;
    amend_void(engine);
}
