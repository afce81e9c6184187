/* The flows of a rule set over the real organisation, before it takes effect: for every department in which somebody may make documents of
 * the type, does each node find who decides, also for the department's own head, and up to which amount? Findings are warnings: a post may
 * be vacant for a day. */
#include "deal/people.h"
#include <string.h>

struct linting {
    struct deal deal; /* under the snapshot that is looked at */
    struct json *json;
    json_value *findings;
    const struct deal_flow *flow;
    struct document *document; /* an empty one of the type, in the department */
    int department, submitter; /* indices */
};

static dealer_status add(struct linting *linting, const char *kind, int32_t node, int64_t amount) {
    struct json *json = linting->json;
    const struct error *error = &linting->deal.env->error;
    const struct org *org = linting->deal.snapshot->org;
    json_value *item = json_new_object(json);
    json_set_text(json, item, "kind", kind);
    json_set_text(json, item, "flow", linting->flow->rule->id);
    json_set_text(json, item, "node", linting->flow->flow->nodes[node].id);
    json_set_text(json, item, "department", org->departments[linting->department].code);
    json_set_text(json, item, "submitter", org->employees[linting->submitter].code);
    if (amount) json_set_integer(json, item, "amount_minor", amount);
    json_set_text(json, item, "en", error->depth ? error->entries[0].en : "");
    json_set_text(json, item, "zh", error->depth ? error->entries[0].zh : "");
    json_push(json, linting->findings, item);
    error_clear(&linting->deal.env->error);
    return DEALER_OK;
}

/* Whoever a field names is known only with a document, and so is whether a condition holds. */
static bool depends_on_document(const struct approval_node *node) {
    for (int32_t i = 0; i < node->who_count; i++)
        if (node->who[i].kind == APPROVAL_WHO_FIELD || node->who[i].when) return true;
    return false;
}

static const struct catalogue_field *limited_field(const struct linting *linting, const struct approval_node *node) {
    for (int32_t i = 0; i < node->who_count; i++)
        if (node->who[i].kind == APPROVAL_WHO_HEADS_TO_LIMIT) return catalogue_field(linting->flow->type, node->who[i].code);
    return NULL;
}

static dealer_status try_node(struct linting *linting, int32_t node, bool *found_out) {
    struct people_source source = {&linting->deal, linting->flow, linting->document};
    struct approval_people people = people_of(&source);
    int64_t submitter = linting->deal.snapshot->org->employees[linting->submitter].id;
    struct approval_subject subject = subject_of(linting->document, submitter);
    struct approval_call call = {linting->flow->flow, &people, &subject, linting->deal.now_ms};
    struct approval_instance fresh;
    people.exclude = NULL; /* duties along a chain are about documents that are there */
    approval_instance_init(&fresh, 0, submitter, linting->flow->flow->id, "");
    dealer_status status = approval_lint_node(linting->deal.env, &linting->deal.region, &call, &fresh, node);
    *found_out = status == DEALER_OK;
    /* A code that the organisation does not have is a warning as well: it may come with the next configuration. */
    return status == DEALER_E_STATE || status == DEALER_E_CONFIGURATION ? DEALER_OK : status;
}

/* From the smallest amount that nobody's limit covers. */
static dealer_status try_amounts(struct linting *linting, int32_t node, const struct catalogue_field *field) {
    const struct deal_snapshot *snapshot = linting->deal.snapshot;
    int64_t least = INT64_MAX;
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < snapshot->limit_count; i++) {
        bool found = true;
        int64_t beyond = snapshot->limits[i].amount_minor + 1;
        if (snapshot->limits[i].type != linting->flow->type || beyond >= least) continue;
        status = document_put_integer(linting->deal.env, linting->document, field->index, beyond);
        if (!status) status = try_node(linting, node, &found);
        if (!status && !found) least = beyond;
        error_clear(&linting->deal.env->error);
    }
    if (status || least == INT64_MAX) return status;
    bool found = true;
    status = document_put_integer(linting->deal.env, linting->document, field->index, least);
    if (!status) status = try_node(linting, node, &found);
    if (!status && !found) status = add(linting, "amount_not_covered", node, least);
    document_clear(linting->document, field->index);
    return status;
}

static dealer_status lint_nodes(struct linting *linting, const char *kind) {
    const struct approval_flow *flow = linting->flow->flow;
    dealer_status status = DEALER_OK;
    for (int32_t i = 0; !status && i < flow->node_count; i++) {
        bool found = true;
        const struct approval_node *node = &flow->nodes[i];
        if (node->kind != APPROVAL_NODE_APPROVE || node->who_count == 0 || depends_on_document(node)) continue;
        const struct catalogue_field *field = limited_field(linting, node);
        if (field && field->kind == FIELD_MONEY) {
            status = try_amounts(linting, i, field);
            continue;
        }
        status = try_node(linting, i, &found);
        if (!status && !found) status = add(linting, kind, i, 0);
    }
    return status;
}

/* Somebody of the department who may make such documents; -1: nobody may. not: another than he. */
static int maker_in(const struct linting *linting, int department, int not ) {
    const struct deal_snapshot *snapshot = linting->deal.snapshot;
    const struct org *org = snapshot->org;
    for (int i = 0; i < org->employee_count; i++)
        if (i != not &&org->employees[i].department == department &&
            permission_may_create(snapshot->permissions, i, linting->flow->type, org->departments[department].company, department,
                linting->deal.now_ms))
            return i;
    return -1;
}

static dealer_status lint_department(struct linting *linting, int department) {
    const struct org *org = linting->deal.snapshot->org;
    int head = org_head(org, department, 1), maker = maker_in(linting, department, head);
    struct env *env = linting->deal.env;
    bool head_makes = head >= 0 && permission_may_create(linting->deal.snapshot->permissions, head, linting->flow->type,
                                       org->departments[department].company, department, linting->deal.now_ms);
    if (maker < 0 && !head_makes) return DEALER_OK;
    dealer_status status = document_new(env, linting->flow->type, &linting->document);
    if (!status)
        status =
            document_put_integer(env, linting->document, COMMON_COMPANY, org->companies[org->departments[department].company].id);
    if (!status) status = document_put_integer(env, linting->document, COMMON_DEPARTMENT, org->departments[department].id);
    const char *currency = org->companies[org->departments[department].company].currency;
    if (!status && currency) status = document_put_text(env, linting->document, COMMON_CURRENCY, currency, strlen(currency));
    linting->department = department;
    linting->submitter = maker;
    if (!status && maker >= 0) status = lint_nodes(linting, "nobody_decides");
    linting->submitter = head;
    if (!status && head_makes) status = lint_nodes(linting, "nobody_decides_for_head");
    document_free(linting->document);
    linting->document = NULL;
    return status;
}

dealer_status flow_lint(struct deal *deal, const struct deal_snapshot *snapshot, struct json *json, json_value *findings) {
    struct linting linting = {.deal = *deal, .json = json, .findings = findings};
    dealer_status status = DEALER_OK;
    linting.deal.snapshot = snapshot;
    linting.deal.taken = NULL;
    region_init(&linting.deal.region, snapshot->seams);
    for (int i = 0; !status && i < snapshot->flow_count; i++) {
        linting.flow = &snapshot->flows[i];
        if (linting.flow->flow->sub_only) continue; /* looked at where it stands */
        for (int d = 0; !status && d < snapshot->org->department_count; d++) {
            status = lint_department(&linting, d);
            region_finish(&linting.deal.region);
        }
    }
    region_finish(&linting.deal.region);
    return status;
}
