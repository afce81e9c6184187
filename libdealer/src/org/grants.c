/* Grants as written: functions, scope with its list, condition. Must not know which functions exist: permission compiles
 * them. */
#include "org/loading.h"
#include "org/messages.h"
#include "org/reading.h"

#include <string.h>

static const char *const scopes[] = {"self", "department", "department_and_below", "company", "company_and_below", "group",
    "departments", "departments_and_below", "companies", "companies_and_below", NULL};

const char *scope_name(enum scope_kind scope) {
    return scopes[scope];
}

/* Letters, digits and underscores, or a lone asterisk, up to `end`. */
static bool is_part(const char *text, const char *end) {
    size_t length = (size_t)(end - text);
    if (length == 1 && *text == '*') return true;
    return length > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") >= length;
}

static bool is_function(const char *text) {
    const char *point = strchr(text, '.');
    return point != NULL && is_part(text, point) && is_part(point + 1, text + strlen(text));
}

static bool is_among(const char *const *texts, int count, const char *text) {
    for (int i = 0; i < count; i++) {
        if (strcmp(texts[i], text) == 0) return true;
    }
    return false;
}

/* One element; NULL when it is wrong (reported). */
static const char *read_function(
    struct loader *loader, const json_value *element, const struct place *place, const char *const *known, int count) {
    const char *text = org_read_element(loader->findings, element, place);
    if (text == NULL) return NULL;
    const struct message *message = NULL;
    if (!is_function(text))
        message = &E_ORG_FUNCTION_SYNTAX;
    else if (is_among(known, count, text))
        message = &E_ORG_LISTED_TWICE;
    if (message == NULL) return text;
    findings_add(loader->findings, place, message, "value", text, NULL);
    return NULL;
}

static dealer_status read_functions(
    struct loader *loader, const json_value *json, const struct place *place, struct org_grant *grant) {
    const json_value *array = org_read_array(loader->findings, json, place, "functions", true);
    struct place list = {place, "functions", 0};
    struct region *region = &loader->org->region;
    const char **functions = REGION_ARRAY(region, loader->env, const char *, json_count(array) + 1);
    if (functions == NULL) return DEALER_E_NOMEM;
    if (array != NULL && json_count(array) == 0) findings_add(loader->findings, &list, &E_ORG_LIST_EMPTY, NULL);
    int source = 0;
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL; source++) {
        struct place here = {&list, NULL, source};
        const char *text = read_function(loader, element, &here, functions, grant->function_count);
        if (text == NULL) continue;
        text = region_copy(region, loader->env, text, strlen(text));
        if (text == NULL) return DEALER_E_NOMEM;
        functions[grant->function_count++] = text;
    }
    grant->functions = functions;
    return DEALER_OK;
}

/* The list that a scope needs, and no other one. */
static void check_list(
    struct loader *loader, const json_value *json, const struct place *place, const char *scope, const char *member, bool wanted) {
    struct place list = {place, member, 0};
    const json_value *array = json_get(json, member);
    bool given = json_kind(array) > JSON_NULL;
    if (wanted && !given) findings_add(loader->findings, &list, &E_ORG_SCOPE_LIST_MISSING, "scope", scope, "list", member, NULL);
    if (!wanted && given) findings_add(loader->findings, &list, &E_ORG_SCOPE_LIST_UNWANTED, "scope", scope, "list", member, NULL);
    if (wanted && json_kind(array) == JSON_ARRAY && json_count(array) == 0)
        findings_add(loader->findings, &list, &E_ORG_LIST_EMPTY, NULL);
}

static dealer_status read_scope(struct loader *loader, const json_value *json, const struct place *place, struct org_grant *grant) {
    struct place here = {place, "scope", 0}, departments = {place, "departments", 0}, companies = {place, "companies", 0};
    const char *text = org_read_text(loader->findings, json, place, "scope", true);
    int scope = text != NULL ? org_read_choice(loader->findings, text, &here, scopes) : -1;
    bool by_department = scope == SCOPE_DEPARTMENTS || scope == SCOPE_DEPARTMENTS_AND_BELOW;
    bool by_company = scope == SCOPE_COMPANIES || scope == SCOPE_COMPANIES_AND_BELOW;
    if (scope < 0) return DEALER_OK;
    grant->scope = (enum scope_kind)scope;
    check_list(loader, json, place, text, "departments", by_department);
    check_list(loader, json, place, text, "companies", by_company);
    if (by_department)
        return roster_list(loader, &loader->departments, org_read_array(loader->findings, json, place, "departments", false),
            &departments, &grant->departments, &grant->department_count);
    if (by_company)
        return roster_list(loader, &loader->companies, org_read_array(loader->findings, json, place, "companies", false),
            &companies, &grant->companies, &grant->company_count);
    return DEALER_OK;
}

/* The condition is kept as a copy, so that the snapshot outlives the configuration it was read from. */
static void read_condition(struct loader *loader, const json_value *json, const struct place *place, struct org_grant *grant) {
    const json_value *condition = json_get(json, "condition");
    struct place here = {place, "condition", 0};
    if (json_kind(condition) <= JSON_NULL) return;
    if (json_kind(condition) != JSON_OBJECT) {
        org_report_kind(loader->findings, &here, JSON_OBJECT, condition);
        return;
    }
    json_value *copy = json_copy(loader->org->source, condition);
    json_push(loader->org->source, loader->conditions, copy);
    grant->condition = copy;
}

dealer_status org_read_grant(
    struct loader *loader, const json_value *json, const struct place *place, bool temporary, struct org_grant *grant) {
    static const char *const members[] = {"functions", "scope", "departments", "companies", "condition", "deny", NULL};
    static const char *const with_holding[] = {
        "functions", "scope", "departments", "companies", "condition", "deny", "in", "from", "to", NULL};
    if (!org_read_object(loader->findings, json, place, temporary ? with_holding : members)) return DEALER_OK;
    if (read_functions(loader, json, place, grant) != DEALER_OK) return DEALER_E_NOMEM;
    read_condition(loader, json, place, grant);
    grant->deny = org_read_boolean(loader->findings, json, place, "deny");
    return read_scope(loader, json, place, grant);
}
