/* Puts a snapshot together: configuration JSON -> catalogue, organisation, permissions; rule files -> rules and flows.
 * Everything is checked before anything is kept. What the use cases own is read in snapshot_parts.c,
 * approval_parts.c and message_rules.c. */
#include "deal/snapshot.h"
#include "deal/messages.h"
#include "base/digest.h"
#include "deal/snapshot_parts.h"
#include <string.h>

static const char empty_configuration[] = "{}";

/* A dealer's own types and fields stand beside the rest of the configuration. */
static dealer_status load_catalogue(struct env *env, struct deal_snapshot *snapshot) {
    static const char *const members[] = {"types", "fields"};
    struct json *json = NULL;
    dealer_status status = json_new(env, &json);
    json_value *own = status ? NULL : json_new_object(json);
    for (size_t i = 0; own && i < sizeof members / sizeof members[0]; i++) {
        const json_value *member = json_get(json_root(snapshot->source), members[i]);
        if (member) json_set(json, own, members[i], json_copy(json, member));
    }
    if (!status) status = json_status(json) ? error_nomem(&env->error) : catalogue_load(env, own, &snapshot->catalogue);
    json_free(json);
    return status;
}

static dealer_status load_organisation(struct env *env, struct deal_snapshot *snapshot, const struct snapshot_parts *parts) {
    const char *body = parts->body ? parts->body : empty_configuration;
    size_t length = parts->body ? parts->length : sizeof empty_configuration - 1;
    dealer_status status = json_parse(env, body, length, true, &snapshot->source);
    if (!status) status = load_catalogue(env, snapshot);
    if (!status) status = org_load(env, json_root(snapshot->source), parts->findings, parts->findings_json, &snapshot->org);
    if (!status)
        status = permissions_compile(
            env, snapshot->org, snapshot->catalogue, parts->findings, parts->findings_json, &snapshot->permissions);
    if (status) return status;
    snapshot->world = permission_world(snapshot->permissions);
    status = snapshot_read_reviews(env, snapshot);
    if (!status) status = snapshot_read_rules(env, snapshot);
    if (!status) status = snapshot_read_calendars(env, snapshot);
    if (!status) status = snapshot_read_limits(env, snapshot);
    if (!status) status = snapshot_read_delivery(env, snapshot);
    return status ? status : snapshot_read_messages(env, snapshot);
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

dealer_status snapshot_build(
    struct env *env, const struct seams *seams, const struct snapshot_parts *parts, struct deal_snapshot **out) {
    struct deal_snapshot *snapshot = seams->allocate(seams->allocator_data, NULL, sizeof *snapshot);
    if (!snapshot) return error_nomem(&env->error);
    memset(snapshot, 0, sizeof *snapshot);
    references_init(&snapshot->references);
    snapshot->seams = seams;
    region_init(&snapshot->region, seams);
    snapshot->rules = parts->rules ? rule_set_take(parts->rules) : NULL;
    dealer_status status = load_organisation(env, snapshot, parts);
    if (!status) status = load_flows(env, snapshot);
    if (!status && snapshot->rules) status = snapshot_check_messages(env, snapshot);
    if (status)
        snapshot_drop(snapshot);
    else
        *out = snapshot;
    return status;
}

/* Ids that the store has, by noun and index: read in one go, since asking for ten thousand codes one by one takes longer than
 * everything else. */
struct identify_from {
    struct env *env;
    struct connection *connection;
    const struct org *org;
    struct region region;
    int64_t *ids[ORG_EMPLOYEE + 1];
    enum org_noun noun; /* being read */
};

static int index_of(const struct org *org, enum org_noun noun, const char *code) {
    switch (noun) {
    case ORG_COMPANY: return org_company_by_code(org, code);
    case ORG_DEPARTMENT: return org_department_by_code(org, code);
    case ORG_POST: return org_post_by_code(org, code);
    case ORG_EMPLOYEE: return org_employee_by_code(org, code);
    }
    return -1;
}

static const char *name_of(const struct org *org, enum org_noun noun, int index) {
    switch (noun) {
    case ORG_COMPANY: return org->companies[index].name;
    case ORG_DEPARTMENT: return org->departments[index].name;
    case ORG_POST: return org->posts[index].name;
    case ORG_EMPLOYEE: return org->employees[index].name;
    }
    return "";
}

static dealer_status note_id(void *user_data, const char *code, int64_t id) {
    struct identify_from *from = user_data;
    int index = index_of(from->org, from->noun, code);
    if (index >= 0) from->ids[from->noun][index] = id;
    return DEALER_OK;
}

static dealer_status read_ids(struct identify_from *from) {
    const struct org *org = from->org;
    const int counts[] = {org->company_count, org->department_count, org->post_count, org->employee_count};
    dealer_status status = DEALER_OK;
    for (int noun = ORG_COMPANY; !status && noun <= ORG_EMPLOYEE; noun++) {
        from->noun = (enum org_noun)noun;
        from->ids[noun] = REGION_ARRAY(&from->region, from->env, int64_t, counts[noun] + 1);
        status = from->ids[noun] ? store_codes(from->env, from->connection, from->noun, note_id, from) : DEALER_E_NOMEM;
    }
    return status;
}

static dealer_status identify(void *user_data, enum org_noun noun, const char *code, int64_t *id_out) {
    const struct identify_from *from = user_data;
    int index = index_of(from->org, noun, code);
    *id_out = from->ids[noun][index];
    if (*id_out) return DEALER_OK;
    return store_identify(from->env, from->connection, noun, code, name_of(from->org, noun, index), id_out);
}

dealer_status snapshot_identify(struct env *env, struct connection *connection, struct deal_snapshot *snapshot) {
    struct identify_from from = {.env = env, .connection = connection, .org = snapshot->org};
    region_init(&from.region, snapshot->seams);
    dealer_status status = read_ids(&from);
    if (!status) status = org_assign_ids(env, snapshot->org, identify, &from);
    region_finish(&from.region);
    return status ? status : permissions_settle(env, snapshot->permissions);
}

/* -- from the store -- */

struct file_list {
    struct env *env;
    struct region *region;
    struct rule_file *files;
    size_t count, capacity;
};

static dealer_status collect_file(void *user_data, const struct stored_file *file) {
    struct file_list *list = user_data;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 32;
        struct rule_file *files = REGION_ARRAY(list->region, list->env, struct rule_file, capacity);
        if (!files) return DEALER_E_NOMEM;
        if (list->count) memcpy(files, list->files, list->count * sizeof *files);
        list->files = files;
        list->capacity = capacity;
    }
    struct rule_file *copy = &list->files[list->count];
    copy->name = region_copy(list->region, list->env, file->name, strlen(file->name));
    copy->source = region_copy(list->region, list->env, file->source, file->length);
    copy->length = file->length;
    if (!copy->name || !copy->source) return DEALER_E_NOMEM;
    list->count++;
    return DEALER_OK;
}

dealer_status snapshot_rules(struct env *env, struct connection *connection, const struct seams *seams, int64_t version,
    struct rule_set **out, int64_t *version_out) {
    struct region region;
    region_init(&region, seams);
    struct file_list list = {env, &region, NULL, 0, 0};
    struct rule_set_head head = {0};
    dealer_status status = store_rule_set_load(env, connection, version, collect_file, &list, &head);
    *version_out = head.version;
    if (status == DEALER_E_NOT_FOUND && version == 0) {
        error_clear(&env->error);
        status = DEALER_OK;
    } else if (!status) {
        status = rule_set_load(env, list.files, list.count, NULL, out);
    }
    region_finish(&region);
    return status;
}

static dealer_status load_configuration(
    struct env *env, struct connection *connection, int64_t version, char **body, size_t *length, int64_t *version_out) {
    dealer_status status = store_configuration_load(env, connection, version, body, length, version_out);
    if (status == DEALER_E_NOT_FOUND && version == 0) {
        error_clear(&env->error);
        *version_out = 0;
        status = DEALER_OK;
    }
    return status;
}

dealer_status snapshot_load(struct env *env, const struct seams *seams, struct connection *connection, int64_t configuration,
    int64_t rule_set, struct deal_snapshot **out) {
    struct snapshot_parts parts = {0};
    struct rule_set *rules = NULL;
    struct deal_snapshot *snapshot = NULL;
    int64_t rules_version = 0;
    char *body = NULL;
    dealer_status status = load_configuration(env, connection, configuration, &body, &parts.length, &configuration);
    if (!status) status = snapshot_rules(env, connection, seams, rule_set, &rules, &rules_version);
    if (status) goto done;
    parts.body = body;
    parts.rules = rules;
    status = snapshot_build(env, seams, &parts, &snapshot);
    if (!status) status = snapshot_identify(env, connection, snapshot);
    if (status) goto done;
    snapshot->configuration = configuration;
    snapshot->rule_set_version = rules_version;
    *out = snapshot_take(snapshot);
done:
    snapshot_drop(snapshot);
    rule_set_drop(rules);
    env_free(env, body);
    /* it was checked before it was stored */
    return status == DEALER_E_INVALID ? error_raise(&env->error, &E_STORED_CONFIGURATION, NULL) : status;
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
