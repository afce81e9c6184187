/* Puts a snapshot together: configuration JSON -> catalogue, organisation, permissions; rule files -> rules and flows.
 * Everything is checked before anything is kept. What the use cases own is read in snapshot_parts.c,
 * approval_parts.c and message_rules.c; what comes from the store is in snapshot_store.c. */
#include "deal/snapshot.h"
#include "deal/messages.h"
#include "deal/snapshot_parts.h"
#include <string.h>

static const char empty_configuration[] = "{}";

/* A dealer's own types and fields stand beside the rest of the configuration. They make the catalogue, so that the same ones make the same. */
dealer_status snapshot_catalogue(
    struct env *env, struct deal_snapshot *snapshot, const json_value *configuration, const struct deal_snapshot *like) {
    static const char *const members[] = {"types", "fields"};
    struct json *json = NULL;
    dealer_status status = json_new(env, &json);
    json_value *own = status ? NULL : json_new_object(json);
    for (size_t i = 0; own && i < sizeof members / sizeof members[0]; i++) {
        const json_value *member = json_get(configuration, members[i]);
        if (member) json_set(json, own, members[i], json_copy(json, member));
    }
    size_t length = 0;
    char *text = !status && !json_status(json) ? json_write(env, own, true, false, &length) : NULL;
    if (!status) status = text ? DEALER_OK : error_nomem(&env->error);
    if (!status && !(snapshot->own_types = region_copy(&snapshot->region, env, text, length))) status = DEALER_E_NOMEM;
    if (!status && like && strcmp(like->own_types, text) == 0)
        snapshot->catalogue = catalogue_take(like->catalogue);
    else if (!status)
        status = catalogue_load(env, own, &snapshot->catalogue);
    env_free(env, text);
    json_free(json);
    return status;
}

static dealer_status read_members(struct env *env, struct deal_snapshot *snapshot) {
    static dealer_status (*const readers[])(struct env * env, struct deal_snapshot * snapshot) = {snapshot_read_reviews,
        snapshot_read_rules, snapshot_read_calendars, snapshot_read_limits, snapshot_read_delivery, snapshot_read_messages};
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < sizeof readers / sizeof readers[0]; i++) status = readers[i](env, snapshot);
    return status;
}

static dealer_status compile_conditions(struct env *env, struct deal_snapshot *snapshot, struct deal_flow *flow) {
    flow->predicates = REGION_ARRAY(&snapshot->region, env, const struct predicate *, flow->flow->condition_count + 1);
    if (!flow->predicates) return DEALER_E_NOMEM;
    for (int32_t i = 0; i < flow->flow->condition_count; i++) {
        const struct approval_condition *condition = flow->flow->conditions[i];
        dealer_status status = DEALER_OK;
        if (condition->predicate)
            status = predicate_parse(env, &snapshot->region, flow->type, condition->predicate, &flow->predicates[i]);
        else if (!rule_has_condition(deal_flow_rule(flow, condition), condition->rule))
            status = error_raise(&env->error, &E_FLOW_CONDITION_UNKNOWN, "file", deal_flow_rule(flow, condition)->file, "path",
                condition->path, "condition", condition->rule, NULL);
        if (status)
            return status == DEALER_E_NOMEM
                       ? status
                       : error_raise(&env->error, &E_FLOW_WRONG, "file", flow->rule->file, "path", condition->path, NULL);
    }
    return DEALER_OK;
}

/* All flows of the type: what may be a sub-flow. */
static dealer_status offer_flows(struct env *env, struct deal_snapshot *snapshot, const char *type, struct flow_offer *out) {
    size_t count = rule_set_count(snapshot->rules), at = 0;
    const char **names = REGION_ARRAY(&snapshot->region, env, const char *, count + 1);
    const json_value **flows = REGION_ARRAY(&snapshot->region, env, const json_value *, count + 1);
    if (!names || !flows) return DEALER_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rule_set_at(snapshot->rules, i);
        if (rule->kind != RULE_FLOW || !rule->type || strcmp(rule->type, type) != 0) continue;
        names[at] = rule->id;
        flows[at++] = rule->flow;
    }
    *out = (struct flow_offer){names, flows};
    return DEALER_OK;
}

static dealer_status load_flow(struct env *env, struct deal_snapshot *snapshot, const struct rule *rule) {
    struct deal_flow *flow = &snapshot->flows[snapshot->flow_count];
    flow->rule = rule;
    if (!rule->type) return error_raise(&env->error, &E_FLOW_WITHOUT_TYPE, "file", rule->file, NULL);
    dealer_status status = catalogue_find_type(env, snapshot->catalogue, rule->type, &flow->type);
    struct flow_offer offer;
    if (!status) status = offer_flows(env, snapshot, rule->type, &offer);
    if (!status) status = flow_load(env, &snapshot->region, rule->flow, &offer, &flow->flow);
    if (status)
        return status == DEALER_E_NOMEM ? status
                                        : error_raise(&env->error, &E_FLOW_WRONG, "file", rule->file, "path", "flow", NULL);
    const char *path = NULL;
    status = material_check(env, flow->type, flow->flow, &path);
    if (status) return error_raise(&env->error, &E_FLOW_WRONG, "file", rule->file, "path", path, NULL);
    status = flow_check_choosers(env, flow);
    if (status) return error_raise(&env->error, &E_FLOW_WRONG, "file", rule->file, "path", "flow", NULL);
    status = compile_conditions(env, snapshot, flow);
    if (!status) snapshot->flow_count++;
    return status;
}

static dealer_status load_flows(struct env *env, struct deal_snapshot *snapshot) {
    size_t count = snapshot->rules ? rule_set_count(snapshot->rules) : 0;
    snapshot->flows = REGION_ARRAY(&snapshot->region, env, struct deal_flow, count + 1);
    if (!snapshot->flows) return DEALER_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rule_set_at(snapshot->rules, i);
        dealer_status status = rule->kind == RULE_FLOW ? load_flow(env, snapshot, rule) : DEALER_OK;
        if (!status && rule->type && !catalogue_type(snapshot->catalogue, rule->type))
            status = error_raise(&env->error, &E_RULE_TYPE_UNKNOWN, "file", rule->file, "type", rule->type, NULL);
        if (status) return status;
    }
    return DEALER_OK;
}

struct deal_snapshot *snapshot_new(struct env *env, const struct seams *seams, const struct rule_set *rules) {
    struct deal_snapshot *snapshot = seams->allocate(seams->allocator_data, NULL, sizeof *snapshot);
    if (!snapshot) {
        error_nomem(&env->error);
        return NULL;
    }
    memset(snapshot, 0, sizeof *snapshot);
    references_init(&snapshot->references);
    snapshot->seams = seams;
    region_init(&snapshot->region, seams);
    snapshot->rules = rules ? rule_set_take(rules) : NULL;
    return snapshot;
}

dealer_status snapshot_complete(struct env *env, struct deal_snapshot *snapshot, const struct snapshot_parts *parts) {
    dealer_status status =
        permissions_compile(env, snapshot->org, snapshot->catalogue, parts->findings, parts->findings_json, &snapshot->permissions);
    if (status) return status;
    snapshot->world = permission_world(snapshot->permissions);
    status = read_members(env, snapshot);
    if (!status) status = load_flows(env, snapshot);
    if (!status && snapshot->rules) status = snapshot_check_messages(env, snapshot);
    return status;
}

dealer_status snapshot_build(
    struct env *env, const struct seams *seams, const struct snapshot_parts *parts, struct deal_snapshot **out) {
    struct deal_snapshot *snapshot = snapshot_new(env, seams, parts->rules);
    if (!snapshot) return DEALER_E_NOMEM;
    const char *body = parts->body ? parts->body : empty_configuration;
    size_t length = parts->body ? parts->length : sizeof empty_configuration - 1;
    dealer_status status = json_parse(env, body, length, true, &snapshot->source);
    const json_value *root = status ? NULL : json_root(snapshot->source);
    if (!status) status = snapshot_catalogue(env, snapshot, root, NULL);
    if (!status) status = org_load(env, root, parts->findings, parts->findings_json, &snapshot->org);
    if (!status) status = snapshot_complete(env, snapshot, parts);
    if (status)
        snapshot_drop(snapshot);
    else
        *out = snapshot;
    return status;
}

struct deal_snapshot *snapshot_take(struct deal_snapshot *snapshot) {
    references_take(&snapshot->references);
    return snapshot;
}

void snapshot_drop(struct deal_snapshot *snapshot) {
    if (!snapshot || !references_drop(&snapshot->references)) return;
    permissions_free(snapshot->permissions);
    org_free(snapshot->org);
    catalogue_free(snapshot->catalogue);
    rule_set_drop(snapshot->rules);
    json_free(snapshot->source);
    region_finish(&snapshot->region);
    snapshot->seams->allocate(snapshot->seams->allocator_data, snapshot, 0);
}

const char *const review_way_names[4] = {"approval", "finance", "function", "none"};

static enum review_way usual_review(const struct catalogue_type *type, enum review_event event) {
    return event == REVIEW_OF_VOIDING || type->no_approval || type->record ? REVIEW_NONE : REVIEW_APPROVAL;
}

enum review_way snapshot_review(const struct deal_snapshot *snapshot, const struct document *document, enum review_event event) {
    int company = org_company_by_id(snapshot->org, document_integer(document, COMMON_COMPANY));
    enum review_way way = usual_review(document->type, event);
    bool exact = false;
    for (int i = 0; i < snapshot->review_count; i++) {
        const struct deal_review *review = &snapshot->reviews[i];
        if (review->event != event || review->type != document->type || (review->company != company && review->company >= 0))
            continue;
        if (review->company >= 0 || !exact) way = review->way;
        exact = exact || review->company >= 0;
    }
    return way;
}

const struct rule *deal_flow_rule(const struct deal_flow *flow, const struct approval_condition *condition) {
    return condition->flow ? rule_set_find(flow->rule->set, condition->flow) : flow->rule;
}

const struct deal_flow *snapshot_flow(const struct deal_snapshot *snapshot, const char *id) {
    for (int i = 0; i < snapshot->flow_count; i++)
        if (strcmp(snapshot->flows[i].rule->id, id) == 0) return &snapshot->flows[i];
    return NULL;
}
