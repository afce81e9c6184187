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

static const struct catalogue_field *limited_field(const struct linting *linting, const struct approval_node *node) {
    for (int32_t i = 0; i < node->who_count; i++)
        if (node->who[i].kind == APPROVAL_WHO_HEADS_TO_LIMIT) return catalogue_field(linting->flow->type, node->who[i].code);
    return NULL;
}

static dealer_status try_node(struct linting *linting, int32_t node, bool *found_out) {
    struct people_source source = {&linting->deal, linting->flow, linting->document, NULL, NULL};
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

/* Without a condition before it. */
static bool is_on_every_way(const struct approval_flow *flow, int32_t node) {
    for (int32_t at = flow->nodes[node].parent; at >= 0; at = flow->nodes[at].parent)
        if (flow->nodes[at].kind == APPROVAL_NODE_EXCLUSIVE || flow->nodes[at].kind == APPROVAL_NODE_INCLUSIVE) return false;
    return !flow->nodes[node].is_rule;
}

/* -- a node, for every document that its conditions tell apart -- */

/* NULL: there is none, or a rule in Lua says it. */
static const struct predicate *asked(const struct linting *linting, const struct approval_condition *when) {
    return when ? linting->flow->predicates[when->index] : NULL;
}

static bool holds(const struct linting *linting, const struct approval_condition *when) {
    const struct predicate *predicate = asked(linting, when);
    return predicate && predicate_holds(predicate, linting->document, &linting->deal.snapshot->world);
}

/* May the document go that way? A rule in Lua may say so. */
static bool may_take(const struct linting *linting, const struct approval_node *node, int32_t branch) {
    const struct approval_branch *own = &node->branches[branch];
    if (node->kind != APPROVAL_NODE_EXCLUSIVE && node->kind != APPROVAL_NODE_INCLUSIVE) return true;
    if (asked(linting, own->when) && !holds(linting, own->when)) return false;
    int32_t before = own->otherwise ? node->branch_count : node->kind == APPROVAL_NODE_EXCLUSIVE ? branch : 0;
    for (int32_t b = 0; b < before; b++)
        if (holds(linting, node->branches[b].when)) return false;
    return true;
}

static bool may_come_to(const struct linting *linting, int32_t node) {
    const struct approval_node *nodes = linting->flow->flow->nodes;
    for (; nodes[node].parent >= 0; node = nodes[node].parent)
        if (!may_take(linting, &nodes[nodes[node].parent], nodes[node].branch)) return false;
    return true;
}

static void sample(const struct linting *linting, struct samples *samples, const struct approval_condition *when) {
    const struct predicate *predicate = asked(linting, when);
    if (predicate) samples_of(samples, predicate);
}

/* What decides who decides: amounts that somebody's limit no longer covers, conditions on who is asked, those of the branches around. */
static void sample_node(const struct linting *linting, int32_t index, struct samples *samples) {
    const struct approval_node *nodes = linting->flow->flow->nodes, *node = &nodes[index];
    const struct deal_snapshot *snapshot = linting->deal.snapshot;
    const struct catalogue_field *field = limited_field(linting, node);
    for (int i = 0; field && i < snapshot->limit_count; i++)
        if (snapshot->limits[i].type == linting->flow->type) samples_around(samples, field, snapshot->limits[i].amount_minor);
    for (int32_t i = 0; i < node->who_count; i++) sample(linting, samples, node->who[i].when);
    for (int32_t at = index; nodes[at].parent >= 0; at = nodes[at].parent) {
        const struct approval_node *parent = &nodes[nodes[at].parent];
        for (int32_t b = 0; b < parent->branch_count; b++) sample(linting, samples, parent->branches[b].when);
    }
    samples_add_empty(samples);
}

/* "price 100000.01, category empty" */
static void describe(const struct linting *linting, const struct samples *samples, struct text *out) {
    for (int i = 0; i < samples->field_count; i++) {
        const struct catalogue_field *field = samples->fields[i].field;
        const struct value *value = &linting->document->values[field->index];
        char amount[32];
        money_format(document_money(linting->document, field), amount, sizeof amount);
        text_add(out, i ? ", " : "");
        text_add(out, field->name);
        text_add(out, " ");
        text_add(out, value->kind == VALUE_NONE    ? "-"
                      : value->kind == VALUE_TEXT  ? value->text
                      : field->kind == FIELD_MONEY ? amount
                                                   : NUMBER(value->integer));
    }
}

/* Of the document at hand and the error that it led to, which is cleared. */
static dealer_status say_nobody(struct linting *linting, int32_t node, const char *kind, const struct samples *samples) {
    struct error *error = &linting->deal.env->error;
    const struct catalogue_field *field = limited_field(linting, &linting->flow->flow->nodes[node]);
    if (field && document_has(linting->document, field->index)) {
        int64_t amount = document_integer(linting->document, field->index);
        json_set_integer(linting->json, lint_add_error(linting, "amount_not_covered", node), "amount_minor", amount);
        return DEALER_OK;
    }
    struct text where;
    text_init(&where, linting->deal.env);
    describe(linting, samples, &where);
    const char *arguments[] = {"where", text_string(&where), "text_en", error->depth ? error->entries[0].en : "", "text_zh",
        error->depth ? error->entries[0].zh : "", NULL};
    if (samples->field_count)
        lint_add(linting, kind, node, &R_LINT_WHERE, arguments);
    else
        lint_add_error(linting, kind, node);
    error_clear(error);
    dealer_status status = where.status;
    text_finish(&where);
    return status;
}

/* The first document that finds nobody is told. */
static dealer_status try_documents(struct linting *linting, int32_t node, const char *kind, struct samples *samples) {
    bool told = false, decided = false;
    dealer_status status = DEALER_OK;
    for (int i = 0, count = samples_count(samples); !status && i < count; i++) {
        bool found = true;
        status = samples_put(linting->deal.env, samples, i, linting->document);
        if (status || !may_come_to(linting, node)) continue;
        status = try_node(linting, node, &found);
        decided = decided || found;
        if (!status && !found && !told) status = say_nobody(linting, node, kind, samples);
        told = told || !found;
        error_clear(&linting->deal.env->error);
    }
    linting->cannot = linting->cannot || (told && !decided && is_on_every_way(linting->flow->flow, node));
    samples_clear(samples, linting->document);
    return status;
}

static dealer_status lint_nodes(struct linting *linting, const char *kind) {
    const struct approval_flow *flow = linting->flow->flow;
    dealer_status status = DEALER_OK;
    for (int32_t i = 0; !status && i < flow->node_count; i++) {
        struct samples samples = {0};
        if (flow->nodes[i].kind != APPROVAL_NODE_APPROVE || flow->nodes[i].who_count == 0 || linting->unknown[i]) continue;
        sample_node(linting, i, &samples);
        status = try_documents(linting, i, kind, &samples);
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

/* -- what is not decided before there is a document -- */

static void say_depends(
    struct linting *linting, int32_t node, const char *path, const char *noun, const char *noun_zh, const char *what) {
    const char *arguments[] = {"path", path, "noun", noun, "noun_zh", noun_zh, "what", what, NULL};
    linting->unknown[node] = true;
    lint_add(linting, "note", node, &R_LINT_DEPENDS, arguments);
}

/* A person whom a field names, or whom a rule chooses or decides about: the node is not tried. */
static void note_who(struct linting *linting, int32_t node, const struct approval_who *who) {
    if (who->kind == APPROVAL_WHO_FIELD) say_depends(linting, node, who->path, "field", "字段", who->code);
    if (who->kind == APPROVAL_WHO_RULE) say_depends(linting, node, who->path, "rule", "规则", who->code);
    if (who->when && who->when->rule) say_depends(linting, node, who->when->path, "rule", "规则", who->when->rule);
}

static void note_nodes(struct linting *linting) {
    const struct approval_flow *flow = linting->flow->flow;
    for (int32_t i = 0; i < flow->node_count; i++) {
        const struct approval_node *node = &flow->nodes[i];
        struct samples samples = {0};
        if (node->kind != APPROVAL_NODE_APPROVE) continue;
        for (int32_t w = 0; w < node->who_count; w++) note_who(linting, i, &node->who[w]);
        if (linting->unknown[i]) continue;
        sample_node(linting, i, &samples);
        if (!samples.beyond && samples_count(&samples)) continue;
        const char *arguments[] = {"path", node->path, NULL};
        linting->unknown[i] = true;
        lint_add(linting, "note", i, &R_LINT_TOO_MUCH, arguments);
    }
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
    if (!status) note_nodes(linting);
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
