/* The questions to compiled permissions that are answered with yes, no, a predicate or a list. Nothing here decides by
 * itself who holds what: reach_next does. */
#include "permission/permission.h"

#include "permission/terms.h"

#include <stdio.h>
#include <string.h>

/* ---- one document ---- */

bool permission_took_part(const struct permissions *permissions, int employee, struct function function, int64_t now_ms) {
    return function.action == ACTION_READ && org_has_post_in_force(permissions->org, employee, now_ms);
}

/* What seats cannot say: listed departments and companies, conditions, denials, service roles. */
static bool terms_allow(const struct permissions *permissions, int employee, struct function function,
    const struct document *document, int64_t now_ms) {
    if (reach_any(permissions, employee, function, document, now_ms)) return true;
    return document->participant && permission_took_part(permissions, employee, function, now_ms) &&
           !reach_denied(permissions, employee, function, document, now_ms);
}

bool permission_allows(const struct permissions *permissions, int employee, struct function function,
    const struct document *document, int64_t now_ms) {
    bool sure = false;
    if (function.type == NULL || document->type != function.type || employee < 0 || employee >= permissions->org->employee_count)
        return false;
    struct permission_place place = {document_integer(document, COMMON_COMPANY), document_integer(document, COMMON_DEPARTMENT),
        document_integer(document, COMMON_OWNER)};
    bool allowed = permission_glance(permissions, permission_seats_of(permissions, employee), function, &place, now_ms, &sure);
    if (sure && document->participant && !allowed) return permission_took_part(permissions, employee, function, now_ms);
    if (sure) return allowed;
    return terms_allow(permissions, employee, function, document, now_ms);
}

bool permission_has_function(const struct permissions *permissions, int employee, struct function function, int64_t now_ms) {
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    bool granted = false;
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (reach.deny && reach.kind == REACH_ALL && reach.condition == NULL) return false;
        granted = granted || (!reach.deny && reach.kind != REACH_NOTHING);
    }
    return granted;
}

/* Without conditions: a denial that has one leaves the matter to the check of the finished document. */
static bool covers(
    const struct permissions *permissions, int employee, struct function function, const struct facts *facts, int64_t now_ms) {
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    bool granted = false;
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (!reach_covers(&reach, facts) || (reach.deny && reach.condition != NULL)) continue;
        if (reach.deny) return false;
        granted = true;
    }
    return granted;
}

static struct facts facts_at(const struct org *org, int company, int department, int64_t owner) {
    return (struct facts){.company = org->companies[company].id,
        .department = department >= 0 ? org->departments[department].id : 0,
        .owner = owner,
        .order = department >= 0 ? org->departments[department].order : -1,
        .company_order = org->companies[company].order};
}

bool permission_may_create(const struct permissions *permissions, int employee, const struct catalogue_type *type, int company,
    int department, int64_t now_ms) {
    const struct org *org = permissions->org;
    if (employee < 0 || employee >= org->employee_count || company < 0 || company >= org->company_count) return false;
    if (department >= org->department_count) return false;
    if (department >= 0 && org->departments[department].company != company) return false;
    struct facts facts = facts_at(org, company, department, org->employees[employee].id);
    return covers(permissions, employee, (struct function){type, ACTION_CREATE}, &facts, now_ms);
}

bool permission_over_person(
    const struct permissions *permissions, int employee, enum document_action action, int person, int64_t now_ms) {
    const struct org *org = permissions->org;
    if (person < 0 || person >= org->employee_count) return false;
    const struct org_employee *other = &org->employees[person];
    struct facts facts = facts_at(org, org->departments[other->department].company, other->department, other->id);
    return covers(permissions, employee, (struct function){&permissions->configuration, action}, &facts, now_ms);
}

bool permission_over_place(
    const struct permissions *permissions, int employee, enum document_action action, int company, int department, int64_t now_ms) {
    struct facts facts = facts_at(permissions->org, company, department, 0);
    return covers(permissions, employee, (struct function){&permissions->configuration, action}, &facts, now_ms);
}

bool permission_has_reserved(const struct permissions *permissions, int employee, enum document_action action, int64_t now_ms) {
    return permission_has_function(permissions, employee, (struct function){&permissions->configuration, action}, now_ms);
}

/* A denial that may lie in the company takes it away: over everything is over everything. */
static bool denies_in(const struct reach *reach, const struct facts *company) {
    bool by_company = reach->kind == REACH_COMPANY || reach->kind == REACH_COMPANIES;
    return reach->deny && reach->kind != REACH_NOTHING && (!by_company || reach_covers(reach, company));
}

bool permission_over_company(
    const struct permissions *permissions, int employee, struct function function, int company, int64_t now_ms) {
    struct facts facts =
        facts_at(permissions->org, company, -1, 0); /* of no department, of nobody: only whole companies cover it */
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    bool granted = false;
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (denies_in(&reach, &facts)) return false;
        bool whole = !reach.deny && reach.condition == NULL && reach.narrowings == NULL;
        granted = granted || (whole && reach_covers(&reach, &facts));
    }
    return granted;
}

bool permission_over_group(const struct permissions *permissions, int employee, enum document_action action, int64_t now_ms) {
    struct function function = {&permissions->configuration, action};
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    bool granted = false;
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (reach.deny) return false;
        granted = granted || reach.kind == REACH_ALL;
    }
    return granted;
}

/* ---- any document: the predicate ---- */

static int32_t department_order(const void *user_data, int64_t department) {
    return org_department_by_id(user_data, department);
}

struct predicate_world permission_world(const struct permissions *permissions) {
    return (struct predicate_world){permissions->org, department_order};
}

static int count_reaches(const struct permissions *permissions, int employee, struct function function, int64_t now_ms) {
    int count = 0;
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach);) count++;
    return count;
}

/* The reaches that grant, or those that deny, as one predicate. */
static dealer_status any_of(struct env *env, struct region *region, const struct permissions *permissions,
    const struct permission_question *question, bool deny, const struct predicate **out) {
    struct function function = question->function;
    int count = 0, most = count_reaches(permissions, question->employee, function, question->now_ms) + 1;
    const struct predicate **children = REGION_ARRAY(region, env, const struct predicate *, most);
    if (children == NULL) return DEALER_E_NOMEM;
    struct reach_cursor cursor = reach_each(permissions, question->employee, function, question->now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (reach.deny != deny) continue;
        children[count] = reach_predicate(env, region, permissions, function.type, &reach);
        if (children[count++] == NULL) return DEALER_E_NOMEM;
    }
    bool reads = function.type != NULL && function.action == ACTION_READ;
    if (!deny && reads && org_has_post_in_force(permissions->org, question->employee, question->now_ms)) {
        children[count] = predicate_participant(env, region, permissions->org->employees[question->employee].id);
        if (children[count++] == NULL) return DEALER_E_NOMEM;
    }
    *out = predicate_combine(env, region, PREDICATE_ANY, children, count);
    return *out != NULL ? DEALER_OK : DEALER_E_NOMEM;
}

dealer_status permission_predicate(struct env *env, struct region *region, const struct permissions *permissions,
    const struct permission_question *question, const struct predicate **out) {
    const struct predicate *children[2] = {NULL, NULL}, *denied = NULL;
    dealer_status status = any_of(env, region, permissions, question, false, &children[0]);
    if (status == DEALER_OK) status = any_of(env, region, permissions, question, true, &denied);
    if (status != DEALER_OK) return status;
    if (denied->kind != PREDICATE_FALSE) {
        children[1] = predicate_not(env, region, denied);
        children[0] = children[1] != NULL ? predicate_combine(env, region, PREDICATE_ALL, children, 2) : NULL;
    }
    if (children[0] == NULL) return DEALER_E_NOMEM;
    *out = children[0];
    return DEALER_OK;
}

/* ---- lists ---- */

dealer_status permission_functions_of(
    struct env *env, const struct permissions *permissions, int employee, int64_t now_ms, struct json *json, json_value **out) {
    (void)env;
    json_value *array = json_new_array(json);
    const struct catalogue *catalogue = permissions->catalogue;
    for (int type = 0; type <= catalogue->type_count; type++) {
        bool reserved = type == catalogue->type_count;
        for (int action = 0; action < ACTION_COUNT; action++) {
            struct function function = {
                reserved ? &permissions->configuration : &catalogue->types[type], (enum document_action)action};
            if (!permission_has_function(permissions, employee, function, now_ms)) continue;
            char text[128];
            const char *name = reserved && action == ACTION_EDIT ? "apply" : action_name(function.action);
            int length = snprintf(text, sizeof text, "%s.%s", function.type->name, name);
            json_push(json, array, json_new_text(json, text, (size_t)length));
        }
    }
    if (json_status(json) != DEALER_OK) return json_status(json);
    *out = array;
    return DEALER_OK;
}

dealer_status permission_who_can(struct env *env, const struct permissions *permissions, const struct permission_question *question,
    const struct document *document, struct json *json, json_value **out) {
    (void)env;
    struct function function = question->function;
    json_value *array = json_new_array(json);
    const struct org *org = permissions->org;
    bool fits = function.type != NULL && document->type == function.type;
    for (int e = 0; fits && e < org->employee_count; e++) {
        if (!reach_any(permissions, e, function, document, question->now_ms)) continue;
        json_push(json, array, json_new_text(json, org->employees[e].code, strlen(org->employees[e].code)));
    }
    if (json_status(json) != DEALER_OK) return json_status(json);
    *out = array;
    return DEALER_OK;
}
