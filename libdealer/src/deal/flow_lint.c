/* The flows of a rule set over the real organisation, before it takes effect: for every department in which somebody may make documents of
 * the type, does each node find who decides, also for the department's own head, and up to which amount? Findings are warnings: a post may
 * be vacant for a day. */
#include "base/text.h"
#include "deal/flow_lint.h"
#include "org/findings.h"
#include <string.h>

static json_value *new_finding(struct linting *linting, const char *kind, int32_t node) {
    struct json *json = linting->json;
    const struct org *org = linting->deal.snapshot->org;
    json_value *item = json_new_object(json);
    json_set_text(json, item, "kind", kind);
    json_set_text(json, item, "flow", linting->flow->rule->id);
    if (node >= 0) json_set_text(json, item, "node", linting->flow->flow->nodes[node].id);
    if (linting->department >= 0) json_set_text(json, item, "department", org->departments[linting->department].code);
    if (linting->submitter >= 0) json_set_text(json, item, "submitter", org->employees[linting->submitter].code);
    json_push(json, linting->findings, item);
    return item;
}

json_value *lint_add(
    struct linting *linting, const char *kind, int32_t node, const struct message *message, const char *const *arguments) {
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
    json_value *item = new_finding(linting, kind, node);
    message_render(en, sizeof en, message->en, arguments);
    message_render(zh, sizeof zh, message->zh, arguments);
    json_set_text(linting->json, item, "en", en);
    json_set_text(linting->json, item, "zh", zh);
    return item;
}

json_value *lint_add_error(struct linting *linting, const char *kind, int32_t node) {
    struct error *error = &linting->deal.env->error;
    json_value *item = new_finding(linting, kind, node);
    json_set_text(linting->json, item, "en", error->depth ? error->entries[0].en : "");
    json_set_text(linting->json, item, "zh", error->depth ? error->entries[0].zh : "");
    error_clear(error);
    return item;
}

/* Whoever a field names, or a rule chooses, is known only with a document, and so is whether a condition holds. */
static bool depends_on_document(const struct approval_node *node) {
    for (int32_t i = 0; i < node->who_count; i++)
        if (node->who[i].kind == APPROVAL_WHO_FIELD || node->who[i].kind == APPROVAL_WHO_RULE || node->who[i].when) return true;
    return false;
}

static const struct catalogue_field *limited_field(const struct linting *linting, const struct approval_node *node) {
    for (int32_t i = 0; i < node->who_count; i++)
        if (node->who[i].kind == APPROVAL_WHO_HEADS_TO_LIMIT) return catalogue_field(linting->flow->type, node->who[i].code);
    return NULL;
}

static dealer_status try_node(struct linting *linting, int32_t node, bool *found_out) {
    struct people_source source = {&linting->deal, linting->flow, linting->document, NULL};
    struct approval_people people = people_of(&source);
    int64_t submitter = linting->deal.snapshot->org->employees[linting->submitter].id;
    struct approval_subject subject = subject_of(linting->document, submitter);
    struct approval_call call = {linting->flow->flow, &people, &subject, linting->deal.now_ms};
    struct approval_instance fresh;
    people.exclude = NULL; /* duties along a chain are about documents that are there */
    approval_instance_init(&fresh, 0, submitter, linting->flow->flow->id, "");
    bool self = false;
    dealer_status status = approval_lint_node(linting->deal.env, &linting->deal.region, &call, &fresh, node, &self);
    *found_out = status == DEALER_OK;
    if (!status && self && !linting->self[node]) {
        const char *arguments[] = {"person", linting->deal.snapshot->org->employees[linting->submitter].name, NULL};
        linting->self[node] = true;
        lint_add(linting, "self_approval", node, &R_LINT_SELF, arguments);
    }
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
    if (!status && !found)
        json_set_integer(linting->json, lint_add_error(linting, "amount_not_covered", node), "amount_minor", least);
    document_clear(linting->document, field->index);
    return status;
}

/* Without a condition before it. */
static bool is_on_every_way(const struct approval_flow *flow, int32_t node) {
    for (int32_t at = flow->nodes[node].parent; at >= 0; at = flow->nodes[at].parent)
        if (flow->nodes[at].kind == APPROVAL_NODE_EXCLUSIVE || flow->nodes[at].kind == APPROVAL_NODE_INCLUSIVE) return false;
    return !flow->nodes[node].is_rule;
}

static dealer_status lint_nodes(struct linting *linting, const char *kind) {
    const struct approval_flow *flow = linting->flow->flow;
    dealer_status status = DEALER_OK;
    for (int32_t i = 0; !status && i < flow->node_count; i++) {
        bool found = true;
        const struct approval_node *node = &flow->nodes[i];
        if (node->kind != APPROVAL_NODE_APPROVE || node->who_count == 0 || depends_on_document(node) || linting->unknown[i])
            continue;
        const struct catalogue_field *field = limited_field(linting, node);
        if (field && field->kind == FIELD_MONEY) {
            status = try_amounts(linting, i, field);
            continue;
        }
        status = try_node(linting, i, &found);
        if (status || found) continue;
        linting->cannot = linting->cannot || is_on_every_way(flow, i);
        lint_add_error(linting, kind, i);
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

static dealer_status lint_department(struct linting *linting, int department, struct text *cannot) {
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
    linting->cannot = false;
    if (!status && maker >= 0) status = lint_nodes(linting, "nobody_decides");
    if (linting->cannot) {
        text_add(cannot, cannot->length ? ", " : "");
        text_add(cannot, org->departments[department].code);
    }
    linting->submitter = head;
    if (!status && head_makes) status = lint_nodes(linting, "nobody_decides_for_head");
    document_free(linting->document);
    linting->document = NULL;
    return status;
}

/* -- whom the organisation does not have -- */

static const char *place_code(const struct approval_who *who, bool *is_company) {
    *is_company = who->kind == APPROVAL_WHO_POST && who->place == APPROVAL_IN_NAMED_COMPANY;
    return *is_company ? who->company : NULL;
}

static void offer(struct nearest *nearest, const struct org *org, enum org_noun noun) {
    int counts[] = {[ORG_COMPANY] = org->company_count, [ORG_POST] = org->post_count, [ORG_EMPLOYEE] = org->employee_count};
    for (int i = 0; i < counts[noun]; i++)
        nearest_offer(nearest, noun == ORG_COMPANY ? org->companies[i].code
                               : noun == ORG_POST  ? org->posts[i].code
                                                   : org->employees[i].code);
}

static dealer_status say_unknown(
    struct linting *linting, int32_t node, const struct approval_who *who, enum org_noun noun, const char *code) {
    static const char *const names[] = {[ORG_COMPANY] = "company", [ORG_POST] = "post", [ORG_EMPLOYEE] = "person"};
    static const char *const names_zh[] = {[ORG_COMPANY] = "公司", [ORG_POST] = "岗位", [ORG_EMPLOYEE] = "人员"};
    struct nearest nearest;
    nearest_init(&nearest, code);
    offer(&nearest, linting->deal.snapshot->org, noun);
    const char *arguments[] = {"path", who->path, "noun", names[noun], "noun_zh", names_zh[noun], "code", code, "near",
        nearest.best ? nearest.best : "", NULL};
    linting->unknown[node] = true;
    lint_add(linting, "unknown", node, nearest.best ? &R_LINT_NEAR : &R_LINT_UNKNOWN, arguments);
    return DEALER_OK;
}

/* May come with the next configuration, so it is a warning: until then the node finds nobody. */
static dealer_status lint_who(void *user_data, int32_t node, const struct approval_who *who) {
    struct linting *linting = user_data;
    const struct org *org = linting->deal.snapshot->org;
    bool named = false;
    const char *company = place_code(who, &named);
    if (who->kind == APPROVAL_WHO_PERSON && org_employee_by_code(org, who->code) < 0)
        return say_unknown(linting, node, who, ORG_EMPLOYEE, who->code);
    if (who->kind == APPROVAL_WHO_POST && org_post_by_code(org, who->code) < 0)
        return say_unknown(linting, node, who, ORG_POST, who->code);
    if (named && org_company_by_code(org, company) < 0) return say_unknown(linting, node, who, ORG_COMPANY, company);
    return DEALER_OK;
}

/* -- a whole flow -- */

static dealer_status lint_flow(struct linting *linting) {
    struct deal *deal = &linting->deal;
    size_t count = (size_t)linting->flow->flow->node_count;
    struct region marks;
    struct text cannot;
    region_init(&marks, deal->snapshot->seams);
    text_init(&cannot, deal->env);
    linting->department = linting->submitter = -1;
    linting->unknown = REGION_ARRAY(&marks, deal->env, bool, count);
    linting->self = REGION_ARRAY(&marks, deal->env, bool, count);
    dealer_status status = linting->unknown && linting->self ? DEALER_OK : DEALER_E_NOMEM;
    if (!status) status = flow_each_who(linting->flow->flow, lint_who, linting);
    if (!status) status = lint_bands(linting);
    for (int d = 0; !status && d < deal->snapshot->org->department_count; d++) {
        status = lint_department(linting, d, &cannot);
        region_finish(&deal->region);
    }
    if (!status) status = cannot.status;
    if (!status && cannot.length) {
        const char *arguments[] = {"departments", text_string(&cannot), NULL};
        linting->department = linting->submitter = -1;
        lint_add(linting, "cannot_submit", -1, &R_LINT_CANNOT, arguments);
    }
    text_finish(&cannot);
    region_finish(&marks);
    return status;
}

dealer_status flow_lint(struct deal *deal, const struct deal_snapshot *snapshot, struct json *json, json_value *findings) {
    struct linting linting = {.deal = *deal, .json = json, .findings = findings};
    dealer_status status = DEALER_OK;
    linting.deal.snapshot = snapshot;
    linting.deal.taken = NULL;
    linting.deal.decisions = NULL; /* nothing is decided */
    region_init(&linting.deal.region, snapshot->seams);
    for (int i = 0; !status && i < snapshot->flow_count; i++) {
        linting.flow = &snapshot->flows[i];
        if (!linting.flow->flow->sub_only) status = lint_flow(&linting); /* the others are looked at where they stand */
    }
    region_finish(&linting.deal.region);
    return status;
}
