/* Employees and the posts they hold, and who holds each post. Must not know what a post allows beyond the one check
 * that a department scope has a department to mean. */
#include "base/time.h"
#include "org/loading.h"
#include "org/messages.h"
#include "org/reading.h"

void org_read_holding_place(struct loader *loader, const json_value *json, const struct place *place,
    const struct org_employee *employee, struct org_holding *holding) {
    const struct org *org = loader->org;
    bool in_company = json_kind(json_get(json, "company")) > JSON_NULL;
    bool in_department = json_kind(json_get(json, "department")) > JSON_NULL;
    holding->at_home = !in_company && !in_department;
    holding->company = roster_member(loader, &loader->companies, json, place, "company", false);
    holding->department = roster_member(loader, &loader->departments, json, place, "department", false);
    if (in_company && in_department) findings_add(loader->findings, place, &E_ORG_HOLDING_PLACE, NULL);
    if (holding->at_home) holding->department = employee->department;
    if (holding->department >= 0) holding->company = org->departments[holding->department].company;
}

void org_read_period(struct loader *loader, const json_value *json, const struct place *place, int64_t *from_ms, int64_t *to_ms) {
    const char *from = org_read_text(loader->findings, json, place, "from", false);
    const char *to = org_read_text(loader->findings, json, place, "to", false);
    struct place from_place = {place, "from", 0}, to_place = {place, "to", 0};
    *from_ms = INT64_MIN;
    *to_ms = INT64_MAX;
    bool sound = from == NULL || org_read_instant(loader->findings, from, &from_place, from_ms);
    sound = (to == NULL || org_read_instant(loader->findings, to, &to_place, to_ms)) && sound;
    if (sound && *from_ms >= *to_ms) findings_add(loader->findings, place, &E_ORG_PERIOD, "from", from, "to", to, NULL);
}

/* Only for what is held in a company as a whole: "my department" would then silently be nothing. */
void org_check_scopes(
    struct loader *loader, const struct place *place, const struct org_employee *employee, const struct org_holding *holding) {
    const struct org *org = loader->org;
    if (holding->post < 0 || holding->company < 0 || holding->department >= 0) return;
    const struct org_post *post = &org->posts[holding->post];
    for (int i = 0; i < post->grant_count; i++) {
        if (post->grants[i].scope != SCOPE_DEPARTMENT) continue;
        findings_add(loader->findings, place, &E_ORG_SCOPE_NEEDS_DEPARTMENT, "post", post->code, "employee", employee->code,
            "company", org->companies[holding->company].code, NULL);
        return;
    }
}

static void read_holding(struct loader *loader, const json_value *json, const struct place *place,
    const struct org_employee *employee, struct org_holding *holding) {
    static const char *const members[] = {"post", "company", "department", "from", "to", NULL};
    *holding = (struct org_holding){.post = -1, .company = -1, .department = -1};
    if (!org_read_object(loader->findings, json, place, members)) return;
    holding->post = roster_member(loader, &loader->posts, json, place, "post", true);
    org_read_holding_place(loader, json, place, employee, holding);
    org_read_period(loader, json, place, &holding->from_ms, &holding->to_ms);
    org_check_scopes(loader, place, employee, holding);
}

static dealer_status read_holdings(
    struct loader *loader, const json_value *json, const struct place *place, struct org_employee *employee) {
    const json_value *array = org_read_array(loader->findings, json, place, "posts", false);
    struct place list = {place, "posts", 0};
    size_t most = json_count(array) + json_count(json_get(json, "grants")) + 1; /* temporary grants come behind */
    struct org_holding *holdings = REGION_ARRAY(&loader->org->region, loader->env, struct org_holding, most);
    if (holdings == NULL) return DEALER_E_NOMEM;
    employee->holdings = holdings;
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL;) {
        struct place here = {&list, NULL, employee->holding_count};
        read_holding(loader, element, &here, employee, &holdings[employee->holding_count++]);
    }
    return DEALER_OK;
}

/* A person with the same post in two places is one holder. */
static bool is_first(const struct org_employee *employee, int holding) {
    int post = employee->holdings[holding].post;
    for (int i = 0; i < holding; i++) {
        if (employee->holdings[i].post == post) return false;
    }
    return post >= 0;
}

static bool is_post(const struct org *org, int employee, int holding) {
    const struct org_employee *person = &org->employees[employee];
    return is_first(person, holding) && person->holdings[holding].post < org->post_count;
}

/* Counting, then placing: holder_start[p] ends as the start of p because placing runs from the last employee back. */
dealer_status org_list_holders(struct env *env, struct region *region, struct org *org) {
    int total = 0;
    int *start = REGION_ARRAY(region, env, int, org->post_count + 1);
    if (start == NULL) return DEALER_E_NOMEM;
    for (int e = 0; e < org->employee_count; e++) {
        for (int h = 0; h < org->employees[e].holding_count; h++) {
            if (is_post(org, e, h)) start[org->employees[e].holdings[h].post]++;
        }
    }
    for (int p = 0; p < org->post_count; p++) start[p] = total += start[p];
    start[org->post_count] = total;
    org->holder_start = start;
    org->holders = REGION_ARRAY(region, env, int, total + 1);
    if (org->holders == NULL) return DEALER_E_NOMEM;
    for (int e = org->employee_count - 1; e >= 0; e--) {
        for (int h = 0; h < org->employees[e].holding_count; h++) {
            if (is_post(org, e, h)) org->holders[--start[org->employees[e].holdings[h].post]] = e;
        }
    }
    return DEALER_OK;
}

dealer_status org_load_employees(struct loader *loader) {
    static const char *const members[] = {
        "code", "name", "department", "disabled", "posts", "grants", "substitutes", "service_roles", NULL};
    struct org *org = loader->org;
    struct roster *roster = &loader->employees;
    if (roster_read(loader, "employees", &E_ORG_EMPLOYEE_UNKNOWN, roster) != DEALER_OK) return DEALER_E_NOMEM;
    org->employee_count = roster->count;
    org->employees = REGION_ARRAY(&org->region, loader->env, struct org_employee, roster->count + 1);
    if (org->employees == NULL) return DEALER_E_NOMEM;
    for (int i = 0; i < roster->count; i++) {
        const struct roster_entry *entry = &roster->entries[i];
        struct org_employee *employee = &org->employees[i];
        struct place here = {&roster->place, NULL, entry->source};
        *employee = (struct org_employee){.code = entry->code, .name = entry->name, .department = -1, .source = entry->source};
        if (!org_read_object(loader->findings, entry->json, &here, members)) continue;
        employee->department = roster_member(loader, &loader->departments, entry->json, &here, "department", true);
        employee->disabled = org_read_boolean(loader->findings, entry->json, &here, "disabled");
        if (read_holdings(loader, entry->json, &here, employee) != DEALER_OK) return DEALER_E_NOMEM;
        if (org_read_personal(loader, entry->json, &here, i) != DEALER_OK) return DEALER_E_NOMEM;
    }
    return org_list_holders(loader->env, &org->region, org);
}
