/* What an employee has beyond posts: temporary grants, service roles, substitutes. Must not know what a function allows. */
#include "base/money.h"
#include "org/loading.h"
#include "org/messages.h"
#include "org/reading.h"

#include <string.h>

static const char *const periods[] = {"month", "quarter", "year", NULL};

const char *quota_period_name(enum quota_period period) {
    return periods[period];
}

/* ---- temporary grants ---- */

/* Held as a post of its own is, so that nobody who goes through holdings has to know. */
static dealer_status read_temporary(
    struct loader *loader, const json_value *json, const struct place *place, int index, struct org_employee *employee) {
    struct org *org = loader->org;
    struct org_post *post = &org->posts[org->post_total];
    struct org_holding *holding = (struct org_holding *)&employee->holdings[employee->holding_count];
    struct org_grant *grant = REGION_NEW(&org->region, loader->env, struct org_grant);
    struct place in = {place, "in", 0};
    static const char *const members[] = {"company", "department", NULL};
    if (grant == NULL) return DEALER_E_NOMEM;
    if (json_kind(json) == JSON_OBJECT && json_kind(json_get(json, "to")) <= JSON_NULL)
        findings_add(loader->findings, place, &E_ORG_MEMBER_MISSING, "member", "to", NULL);
    if (org_read_grant(loader, json, place, true, grant) != DEALER_OK) return DEALER_E_NOMEM;
    *post = (struct org_post){
        .code = "", .name = "temporary grant", .temporary = true, .grants = grant, .grant_count = 1, .grant = index};
    post->source = employee->source;
    *holding = (struct org_holding){.post = org->post_total++, .company = -1, .department = -1};
    const json_value *where = json_get(json, "in");
    if (json_kind(where) > JSON_NULL) org_read_object(loader->findings, where, &in, members);
    org_read_holding_place(loader, json_kind(where) == JSON_OBJECT ? where : NULL, &in, employee, holding);
    if (json_kind(json) == JSON_OBJECT) org_read_period(loader, json, place, &holding->from_ms, &holding->to_ms);
    org_check_scopes(loader, place, employee, holding);
    employee->holding_count++;
    return DEALER_OK;
}

static dealer_status read_temporaries(
    struct loader *loader, const json_value *json, const struct place *place, struct org_employee *employee) {
    const json_value *array = org_read_array(loader->findings, json, place, "grants", false), *element;
    struct place list = {place, "grants", 0};
    int index = 0;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL; index++) {
        struct place here = {&list, NULL, index};
        if (read_temporary(loader, element, &here, index, employee) != DEALER_OK) return DEALER_E_NOMEM;
    }
    return DEALER_OK;
}

/* ---- service roles ---- */

static void read_quota(struct loader *loader, const json_value *json, const struct place *place, struct org_service_role *role) {
    static const char *const members[] = {"amount_minor", "currency", "period", NULL};
    const json_value *quota = json_get(json, "quota");
    struct place here = {place, "quota", 0}, amount = {&here, "amount_minor", 0}, period = {&here, "period", 0};
    struct place currency_place = {&here, "currency", 0};
    if (json_kind(quota) <= JSON_NULL) return;
    if (!org_read_object(loader->findings, quota, &here, members)) return;
    role->has_quota = true;
    role->quota_minor = json_get_integer(quota, "amount_minor", -1);
    if (role->quota_minor < 0) findings_add(loader->findings, &amount, &E_ORG_QUOTA, NULL);
    const char *text = org_read_text(loader->findings, quota, &here, "period", true);
    int found = text != NULL ? org_read_choice(loader->findings, text, &period, periods) : 0;
    role->period = found < 0 ? QUOTA_MONTH : (enum quota_period)found;
    const char *currency = org_read_text(loader->findings, quota, &here, "currency", true);
    const char *right = role->company >= 0 ? loader->org->companies[role->company].currency : NULL;
    if (currency != NULL && right != NULL && strcmp(currency, right) != 0)
        findings_add(loader->findings, &currency_place, &E_ORG_QUOTA_CURRENCY, "value", currency, "company",
            loader->org->companies[role->company].code, "currency", right, NULL);
}

static dealer_status read_role(
    struct loader *loader, const json_value *json, const struct place *place, struct org_service_role *role) {
    static const char *const members[] = {"company", "sites", "quota", "warehouse", NULL};
    struct place company = {place, "company", 0}, sites = {place, "sites", 0};
    role->company = -1;
    if (!org_read_object(loader->findings, json, place, members)) return DEALER_OK;
    role->company = roster_member(loader, &loader->companies, json, place, "company", true);
    if (role->company >= 0 && (loader->org->companies[role->company].kinds & COMPANY_SERVICE) == 0)
        findings_add(
            loader->findings, &company, &E_ORG_SERVICE_COMPANY, "company", loader->org->companies[role->company].code, NULL);
    dealer_status status = org_read_texts(loader, json, place, "sites", &role->sites, &role->site_count);
    if (status == DEALER_OK && role->site_count == 0) findings_add(loader->findings, &sites, &E_ORG_LIST_EMPTY, NULL);
    read_quota(loader, json, place, role);
    const char *warehouse = org_read_text(loader->findings, json, place, "warehouse", false);
    if (warehouse == NULL || status != DEALER_OK) return status;
    role->warehouse = region_copy(&loader->org->region, loader->env, warehouse, strlen(warehouse));
    return role->warehouse != NULL ? DEALER_OK : DEALER_E_NOMEM;
}

static dealer_status read_roles(
    struct loader *loader, const json_value *json, const struct place *place, struct org_employee *employee) {
    const json_value *array = org_read_array(loader->findings, json, place, "service_roles", false), *element;
    struct place list = {place, "service_roles", 0};
    struct org_service_role *roles =
        REGION_ARRAY(&loader->org->region, loader->env, struct org_service_role, json_count(array) + 1);
    if (roles == NULL) return DEALER_E_NOMEM;
    employee->service_roles = roles;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL;) {
        int index = employee->service_role_count++;
        struct place here = {&list, NULL, index}, company = {&here, "company", 0};
        if (read_role(loader, element, &here, &roles[index]) != DEALER_OK) return DEALER_E_NOMEM;
        for (int i = 0; i < index; i++)
            if (roles[i].company == roles[index].company && roles[i].company >= 0)
                findings_add(
                    loader->findings, &company, &E_ORG_LISTED_TWICE, "value", loader->org->companies[roles[i].company].code, NULL);
    }
    return DEALER_OK;
}

dealer_status org_read_personal(struct loader *loader, const json_value *json, const struct place *place, int employee) {
    struct org_employee *person = &loader->org->employees[employee];
    dealer_status status = read_temporaries(loader, json, place, person);
    return status == DEALER_OK ? read_roles(loader, json, place, person) : status;
}

/* ---- substitutes ---- */

static void read_substitute(
    struct loader *loader, const json_value *json, const struct place *place, int employee, struct org_substitute *substitute) {
    static const char *const members[] = {"person", "from", "to", NULL};
    *substitute = (struct org_substitute){.person = -1};
    if (!org_read_object(loader->findings, json, place, members)) return;
    substitute->person = roster_member(loader, &loader->employees, json, place, "person", true);
    org_read_period(loader, json, place, &substitute->from_ms, &substitute->to_ms);
    for (int i = 1; i < 3; i++) /* both dates: a substitution without end is forgotten */
        if (json_kind(json_get(json, members[i])) <= JSON_NULL)
            findings_add(loader->findings, place, &E_ORG_MEMBER_MISSING, "member", members[i], NULL);
    struct place here = {place, "person", 0};
    if (substitute->person == employee)
        findings_add(loader->findings, &here, &E_ORG_SUBSTITUTE_SELF, "person", loader->org->employees[employee].code, NULL);
}

dealer_status org_load_substitutes(struct loader *loader) {
    const struct roster *roster = &loader->employees;
    for (int e = 0; e < roster->count; e++) {
        struct org_employee *employee = &loader->org->employees[e];
        const json_value *json = roster->entries[e].json, *element;
        struct place place = {&roster->place, NULL, roster->entries[e].source}, list = {&place, "substitutes", 0};
        if (json_kind(json) != JSON_OBJECT) continue;
        const json_value *array = org_read_array(loader->findings, json, &place, "substitutes", false);
        if (json_count(array) == 0) continue;
        struct org_substitute *substitutes =
            REGION_ARRAY(&loader->org->region, loader->env, struct org_substitute, json_count(array));
        if (substitutes == NULL) return DEALER_E_NOMEM;
        employee->substitutes = substitutes;
        for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL;) {
            struct place here = {&list, NULL, employee->substitute_count};
            read_substitute(loader, element, &here, e, &substitutes[employee->substitute_count++]);
        }
    }
    return DEALER_OK;
}
