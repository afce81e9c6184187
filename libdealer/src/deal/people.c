/* Finds approvers in the organisation snapshot, each with the reason why it is he. Knows posts, heads and fields; nothing of votes. */
#include "deal/people.h"
#include "deal/chooser.h"
#include <string.h>

enum { HOLDERS_MAX = 512 };

static const struct org *org_of(const struct people_source *source) {
    return source->deal->snapshot->org;
}

/* Renders a reason into the candidates' region and adds the employee. */
static dealer_status add(struct approval_candidates *out, struct env *env, const struct org_employee *employee,
    const struct message *message, const char *const *arguments) {
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
    message_render(en, sizeof en, message->en, arguments);
    message_render(zh, sizeof zh, message->zh, arguments);
    char *reason_en = region_copy(out->region, env, en, strlen(en)), *reason_zh = region_copy(out->region, env, zh, strlen(zh));
    char *name = region_copy(out->region, env, employee->name, strlen(employee->name));
    if (!reason_en || !reason_zh || !name) return DEALER_E_NOMEM;
    return approval_candidates_add(out, env, employee->id, name, reason_en, reason_zh);
}

static dealer_status add_if_working(const struct people_source *source, struct approval_candidates *out, struct env *env,
    int employee, const struct message *message, const char *const *arguments) {
    const struct org *org = org_of(source);
    if (employee < 0 || !org_has_post_in_force(org, employee, source->deal->now_ms)) return DEALER_OK;
    return add(out, env, &org->employees[employee], message, arguments);
}

static dealer_status raise_unknown(struct env *env, const struct approval_who *who, const char *noun, const char *noun_zh) {
    return error_raise(&env->error, &E_FLOW_WHO_UNKNOWN, "path", who->path, "noun", noun, "noun_zh", noun_zh, "code",
        who->code ? who->code : "-", NULL);
}

static dealer_status resolve_person(
    const struct people_source *source, struct env *env, const struct approval_who *who, struct approval_candidates *out) {
    int employee = org_employee_by_code(org_of(source), who->code);
    if (employee < 0) return raise_unknown(env, who, "person", "人员");
    const char *arguments[] = {NULL};
    return add_if_working(source, out, env, employee, &R_WHO_PERSON, arguments);
}

static void set_nobody(
    struct approval_candidates *out, struct env *env, const struct message *message, const char *const *arguments) {
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
    message_render(en, sizeof en, message->en, arguments);
    message_render(zh, sizeof zh, message->zh, arguments);
    out->nobody_en = region_copy(out->region, env, en, strlen(en));
    out->nobody_zh = region_copy(out->region, env, zh, strlen(zh));
}

static dealer_status resolve_post(const struct people_source *source, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out) {
    const struct org *org = org_of(source);
    int found[HOLDERS_MAX], post = org_post_by_code(org, who->code), department = -1;
    int company = org_company_by_id(org, subject->company);
    if (post < 0) return raise_unknown(env, who, "post", "岗位");
    if (who->place == APPROVAL_IN_NAMED_COMPANY && (company = org_company_by_code(org, who->company)) < 0)
        return raise_unknown(env, who, "company", "公司");
    if (who->place == APPROVAL_IN_DEPARTMENT && subject->department) department = org_department_by_id(org, subject->department);
    if (company < 0) return DEALER_OK;
    int count =
        org_holders(org, &(struct org_place){post, company, department, department >= 0}, source->deal->now_ms, found, HOLDERS_MAX);
    const char *arguments[] = {"post", org->posts[post].name, "place",
        department >= 0 ? org->departments[department].name : org->companies[company].name, NULL};
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < count && i < HOLDERS_MAX; i++)
        status = add(out, env, &org->employees[found[i]], &R_WHO_POST, arguments);
    if (count == 0) set_nobody(out, env, &R_NOBODY_HOLDS_POST, arguments);
    return status;
}

static dealer_status resolve_heads(const struct people_source *source, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out) {
    const struct org *org = org_of(source);
    int department = subject->department ? org_department_by_id(org, subject->department) : -1;
    int first = who->kind == APPROVAL_WHO_HEADS ? 1 : who->level;
    dealer_status status = DEALER_OK;
    struct number_text number;
    for (int level = first; !status && department >= 0 && level <= who->level; level++) {
        const char *arguments[] = {"department", org->departments[department].name, "level", number_text(&number, level), NULL};
        status = add_if_working(source, out, env, org_head(org, department, level), &R_WHO_HEAD, arguments);
    }
    const char *place[] = {"department", department >= 0 ? org->departments[department].name : "-", NULL};
    if (!status && out->count == 0) set_nobody(out, env, &R_NOBODY_HEADS, place);
    return status;
}

/* Upwards until a head whose limit covers the amount; without one nobody may decide so much. */
static dealer_status resolve_to_limit(const struct people_source *source, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out) {
    const struct org *org = org_of(source);
    const struct catalogue_field *field = catalogue_field(source->document->type, who->code);
    int department = subject->department ? org_department_by_id(org, subject->department) : -1;
    if (!field || field->kind != FIELD_MONEY) return raise_unknown(env, who, "money field", "金额字段");
    const char *arguments[] = {"field", who->code, "department", department >= 0 ? org->departments[department].name : "-", NULL};
    size_t before = out->count;
    bool covered = false;
    dealer_status status = DEALER_OK;
    for (int at = department; !status && !covered && at >= 0; at = org->departments[at].parent) {
        int head = org_head(org, at, 1);
        if (head < 0 || !org_has_post_in_force(org, head, source->deal->now_ms)) continue;
        status = limit_covers(source, field, head, at, &covered);
        if (!status) status = add(out, env, &org->employees[head], covered ? &R_WHO_COVERS : &R_WHO_BELOW_LIMIT, arguments);
    }
    if (status || covered) return status;
    out->count = before;
    set_nobody(out, env, &R_NOBODY_COVERS, arguments);
    return DEALER_OK;
}

static dealer_status resolve_administrators(const struct people_source *source, struct env *env, struct approval_candidates *out) {
    const struct org *org = org_of(source);
    struct function administer = {source->document->type, ACTION_ADMINISTER};
    const char *arguments[] = {NULL};
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < org->employee_count; i++)
        if (permission_allows(source->deal->snapshot->permissions, i, administer, source->document, source->deal->now_ms))
            status = add_if_working(source, out, env, i, &R_WHO_ADMINISTERS, arguments);
    if (!status && out->count == 0) set_nobody(out, env, &R_NOBODY_ADMINISTERS, arguments);
    return status;
}

static dealer_status resolve_id(const struct people_source *source, struct env *env, int64_t person, const struct message *message,
    const char *field, struct approval_candidates *out) {
    const char *arguments[] = {"field", field, NULL};
    return add_if_working(source, out, env, person ? org_employee_by_id(org_of(source), person) : -1, message, arguments);
}

static dealer_status resolve(void *user_data, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out) {
    struct people_source *source = user_data;
    switch (who->kind) {
    case APPROVAL_WHO_PERSON: return resolve_person(source, env, who, out);
    case APPROVAL_WHO_POST: return resolve_post(source, env, who, subject, out);
    case APPROVAL_WHO_HEAD:
    case APPROVAL_WHO_HEADS: return resolve_heads(source, env, who, subject, out);
    case APPROVAL_WHO_SUBMITTER: return resolve_id(source, env, subject->submitter, &R_WHO_SUBMITTER, "-", out);
    case APPROVAL_WHO_HEADS_TO_LIMIT: return resolve_to_limit(source, env, who, subject, out);
    case APPROVAL_WHO_ADMINISTRATORS: return resolve_administrators(source, env, out);
    case APPROVAL_WHO_RULE: return chooser_resolve(source, env, who, subject, out);
    case APPROVAL_WHO_FIELD: {
        const struct catalogue_field *field = catalogue_field(source->document->type, who->code);
        if (!field || field->kind != FIELD_EMPLOYEE) return raise_unknown(env, who, "employee field", "人员字段");
        return resolve_id(source, env, document_integer(source->document, field->index), &R_WHO_FIELD, who->code, out);
    }
    }
    return DEALER_OK;
}

static dealer_status head_of(
    void *user_data, struct env *env, int64_t person, const struct approval_subject *subject, struct approval_candidates *out) {
    const struct people_source *source = user_data;
    const struct org *org = org_of(source);
    int department = subject->department ? org_department_by_id(org, subject->department) : -1;
    int head = department >= 0 ? org_nearest_head(org, department, org_employee_by_id(org, person)) : -1;
    const char *arguments[] = {"person", deal_person_name(source->deal, person), NULL};
    return add_if_working(source, out, env, head, &R_WHO_HEAD_OF, arguments);
}

static dealer_status look_up(void *user_data, struct env *env, int64_t person, struct approval_candidates *out) {
    return resolve_id(user_data, env, person, &R_WHO_PERSON, "-", out);
}

/* What one rule said of a condition, asked once in a step: the preview in it, and the step itself, see the same. */
struct held {
    const struct approval_condition *condition;
    bool holds;
    struct held *next;
};

static dealer_status ask_rule(
    struct people_source *source, const struct approval_condition *condition, int64_t submitter, bool *out) {
    struct deal *deal = source->deal;
    struct held *held = REGION_NEW(&deal->region, deal->env, struct held);
    int64_t actor = deal->person;
    if (!held) return DEALER_E_NOMEM;
    deal->person = submitter; /* as in a preview: whoever's decision leads here */
    dealer_status status = rule_condition(deal, deal_flow_rule(source->flow, condition), condition->rule, source->document, out);
    deal->person = actor;
    if (status) return status;
    *held = (struct held){condition, *out, source->held};
    source->held = held;
    return DEALER_OK;
}

static dealer_status condition(void *user_data, struct env *env, const struct approval_condition *condition,
    const struct approval_subject *subject, bool *out) {
    struct people_source *source = user_data;
    (void)env;
    for (const struct held *known = source->held; known; known = known->next) {
        if (known->condition != condition) continue;
        *out = known->holds;
        return DEALER_OK;
    }
    if (condition->rule) return ask_rule(source, condition, subject->submitter, out);
    *out = predicate_holds(source->flow->predicates[condition->index], source->document, &source->deal->snapshot->world);
    return DEALER_OK;
}

/* Under the rules in force now, not those that the approval is pinned to: duties are kept apart from the moment they are. */
static dealer_status exclude(
    void *user_data, struct env *env, int64_t person, struct region *region, struct approval_title *reason_out) {
    const struct people_source *source = user_data;
    const struct chain_rule *rule = NULL;
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
    dealer_status status = separation_find(source->deal, source->document, PART_APPROVE, person, &rule);
    if (status || !rule) return status;
    const char *arguments[] = {"did_type", rule->did_type->name, "did", chain_part_name(rule->did), NULL};
    message_render(en, sizeof en, R_SEPARATED.en, arguments);
    message_render(zh, sizeof zh, R_SEPARATED.zh, arguments);
    reason_out->zh = region_copy(region, env, zh, strlen(zh));
    reason_out->en = region_copy(region, env, en, strlen(en));
    return reason_out->en && reason_out->zh ? DEALER_OK : DEALER_E_NOMEM;
}

static dealer_status business(
    void *user_data, struct env *env, const struct approval_subject *subject, int64_t from_ms, int64_t hours, int64_t *out_ms) {
    const struct people_source *source = user_data;
    (void)env;
    *out_ms = business_hours_after(source->deal->snapshot, org_company_by_id(org_of(source), subject->company), from_ms, hours);
    return DEALER_OK;
}

/* By his own posts: what he took part in, and the document's being with him, do not count. */
static dealer_status may_read(void *user_data, struct env *env, int64_t person, const struct approval_subject *subject, bool *out) {
    const struct people_source *source = user_data;
    struct document *copy = NULL;
    int employee = org_employee_by_id(org_of(source), person);
    (void)subject;
    dealer_status status = document_copy(env, source->document, &copy);
    if (status) return status;
    copy->participant = false;
    *out = employee >= 0 && permission_allows(source->deal->snapshot->permissions, employee,
                                (struct function){source->document->type, ACTION_READ}, copy, source->deal->now_ms);
    document_free(copy);
    return DEALER_OK;
}

static dealer_status digest(
    void *user_data, struct env *env, const struct approval_node *node, struct region *region, const char **out) {
    const struct people_source *source = user_data;
    return material_digest(env, source->document, node, region, out);
}

struct approval_people people_of(struct people_source *source) {
    return (struct approval_people){.user_data = source,
        .resolve = resolve,
        .head_of = head_of,
        .look_up = look_up,
        .condition = condition,
        .exclude = exclude,
        .business = business,
        .digest = digest,
        .may_read = may_read};
}

struct approval_subject subject_of(const struct document *document, int64_t submitter) {
    return (struct approval_subject){.document_id = document_id(document),
        .submitter = submitter,
        .company = document_integer(document, COMMON_COMPANY),
        .department = document_integer(document, COMMON_DEPARTMENT),
        .document = document};
}
