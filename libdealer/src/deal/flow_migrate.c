/* Migration of what is under way to the rules and the organisation in force, on purpose: the engine says whether it can go on there. */
#include "deal/review_flow.h"
#include <string.h>

/* The same approval, under the caller's snapshot. */
static dealer_status case_here(struct deal *deal, const struct document *document, struct flow_case *old, struct flow_case *this) {
    memset(this, 0, sizeof *this);
    this->deal = *deal;
    this->deal.taken = NULL;
    region_init(&this->deal.region, deal->snapshot->seams);
    this->pinned = snapshot_take((struct deal_snapshot *)deal->snapshot);
    this->row = old->row;
    this->row.rule_set = deal->snapshot->rule_set_version;
    this->row.configuration = deal->snapshot->configuration;
    this->instance = old->instance;
    this->flow = snapshot_flow(deal->snapshot, old->row.flow);
    dealer_status status = this->flow ? document_copy(deal->env, document, &this->document)
                                      : error_raise(&deal->env->error, &E_FLOW_GONE, "flow", old->row.flow, NULL);
    if (status) flow_case_close(this);
    return status;
}

static bool was_visited(const struct approval_instance *instance, const char *node) {
    for (size_t i = 0; i < instance->visit_count; i++)
        if (instance->visits[i].superseded_move == 0 && strcmp(instance->visits[i].node, node) == 0) return true;
    return false;
}

/* A node that it came by after another one stands before it now: it would be come to a second time, or never. */
static const char *moved(const struct flow_case *old, const struct flow_case *this) {
    const struct approval_flow *before = old->flow->flow, *after = this->flow->flow;
    const struct approval_instance *instance = &this->instance;
    for (size_t i = 0; i < instance->visit_count; i++) {
        const char *first = instance->visits[i].node;
        for (size_t j = 0; j < instance->visit_count; j++) {
            const char *second = instance->visits[j].node;
            if (instance->visits[i].superseded_move || instance->visits[j].superseded_move) continue;
            if (!flow_is_before(before, flow_find(before, first), flow_find(before, second))) continue;
            int32_t at_first = flow_find(after, first), at_second = flow_find(after, second);
            if (at_first >= 0 && at_second >= 0 && !flow_is_before(after, at_first, at_second)) return second;
        }
    }
    return NULL;
}

/* Nodes that ask somebody, lie before where it stands, and are not on its way any more. */
static void say_not_asked(const struct flow_case *this, struct json *json, json_value *item) {
    const struct approval_flow *flow = this->flow->flow;
    json_value *names = json_new_array(json);
    for (int32_t i = 0; i < flow->node_count; i++) {
        bool passed_by = false;
        if (flow->nodes[i].kind != APPROVAL_NODE_APPROVE || was_visited(&this->instance, flow->nodes[i].id)) continue;
        for (size_t j = 0; j < this->instance.visit_count; j++) {
            const struct approval_visit *visit = &this->instance.visits[j];
            bool here = visit->state == APPROVAL_VISIT_ACTIVE && flow_find(flow, visit->node) >= 0;
            passed_by = passed_by || (here && flow_is_before(flow, i, flow_find(flow, visit->node)));
        }
        if (passed_by) json_push(json, names, json_new_text(json, flow->nodes[i].id, strlen(flow->nodes[i].id)));
    }
    json_set(json, item, "not_asked", names);
}

dealer_status flow_migrate(struct deal *deal, struct document *document, const char *comment, struct json *json, json_value *item) {
    struct flow_case old, this;
    struct verdict verdict = {0};
    struct approval_action action = {
        .verb = APPROVAL_VERB_MIGRATE, .actor = deal->person, .administrator = true, .comment = comment};
    dealer_status status = flow_case_open(deal, document, &old);
    if (status) return status;
    json_set_integer(json, item, "rule_set", old.row.rule_set);
    json_set_integer(json, item, "configuration", old.row.configuration);
    status = case_here(deal, document, &old, &this);
    if (!status) {
        action.target = rule_set_hash(deal->snapshot->rules);
        say_not_asked(&this, json, item);
        const char *elsewhere = moved(&old, &this);
        status = elsewhere ? error_raise(&deal->env->error, &E_FLOW_MOVED, "node", elsewhere, NULL) : verdict_start(deal, &verdict);
        if (!status) status = flow_step(deal, &this, &action, document, &verdict);
        flow_case_close(&this);
    }
    flow_case_close(&old);
    verdict_finish(&verdict);
    return status;
}
