/* Posts that nobody may hold together, not by himself and not as somebody's substitute. Rules along a chain of documents
 * stand in the same list and are permission's. */
#include "org/loading.h"
#include "org/messages.h"
#include "org/reading.h"

static dealer_status read_rule(
    struct loader *loader, const json_value *json, const struct place *place, struct org_separation *out) {
    static const char *const members[] = {"posts", "did", "may_not", NULL};
    struct place list = {place, "posts", 0};
    if (!org_read_object(loader->findings, json, place, members)) return DEALER_OK;
    bool fixed = json_kind(json_get(json, "posts")) > JSON_NULL, chain = json_kind(json_get(json, "did")) > JSON_NULL;
    if (fixed == chain) findings_add(loader->findings, place, &E_ORG_SEPARATION, NULL);
    if (chain) {
        org_read_text(loader->findings, json, place, "did", true);
        org_read_text(loader->findings, json, place, "may_not", true);
        return DEALER_OK;
    }
    const json_value *array = org_read_array(loader->findings, json, place, "posts", false);
    if (array != NULL && json_count(array) < 2) findings_add(loader->findings, &list, &E_ORG_SEPARATION, NULL);
    return roster_list(loader, &loader->posts, array, &list, &out->posts, &out->post_count);
}

static bool is_listed(const struct org_separation *separation, int post) {
    for (int i = 0; i < separation->post_count; i++) {
        if (separation->posts[i] == post) return true;
    }
    return false;
}

/* Held at one time, whoever holds them. */
static bool collide(const struct org_separation *separation, const struct org_holding *a, const struct org_holding *b,
    int64_t from_ms, int64_t to_ms) {
    if (a->post == b->post || !is_listed(separation, a->post) || !is_listed(separation, b->post)) return false;
    if (a->from_ms > from_ms) from_ms = a->from_ms;
    if (b->from_ms > from_ms) from_ms = b->from_ms;
    if (a->to_ms < to_ms) to_ms = a->to_ms;
    if (b->to_ms < to_ms) to_ms = b->to_ms;
    return from_ms < to_ms;
}

static void report(struct loader *loader, const struct place *place, const struct org_employee *employee,
    const struct org_holding *a, const struct org_holding *b) {
    const struct org *org = loader->org;
    findings_add(loader->findings, place, &E_ORG_SEPARATED, "employee", employee->code, "post", org->posts[a->post].code, "other",
        org->posts[b->post].code, NULL);
}

static void check_own(struct loader *loader, const struct org_separation *separation, const struct org_employee *employee) {
    struct place list = {NULL, "employees", 0}, person = {&list, NULL, employee->source}, posts = {&person, "posts", 0};
    for (int b = 1; b < employee->holding_count; b++) {
        for (int a = 0; a < b; a++) {
            const struct org_holding *one = &employee->holdings[a], *other = &employee->holdings[b];
            struct place here = {&posts, NULL, b};
            if (collide(separation, one, other, INT64_MIN, INT64_MAX)) report(loader, &here, employee, other, one);
        }
    }
}

/* What the substitute holds himself, with what he may do for the employee. */
static void check_substitute(
    struct loader *loader, const struct org_separation *separation, const struct org_employee *employee, int index) {
    const struct org_substitute *substitute = &employee->substitutes[index];
    if (substitute->person < 0) return;
    const struct org_employee *person = &loader->org->employees[substitute->person];
    struct place list = {NULL, "employees", 0}, place = {&list, NULL, employee->source}, all = {&place, "substitutes", 0};
    struct place here = {&all, NULL, index};
    for (int a = 0; a < person->holding_count; a++) {
        for (int b = 0; b < employee->holding_count; b++) {
            if (collide(separation, &person->holdings[a], &employee->holdings[b], substitute->from_ms, substitute->to_ms))
                report(loader, &here, person, &person->holdings[a], &employee->holdings[b]);
        }
    }
}

static void check(struct loader *loader, const struct org_separation *separation) {
    const struct org *org = loader->org;
    for (int e = 0; e < org->employee_count; e++) {
        check_own(loader, separation, &org->employees[e]);
        for (int s = 0; s < org->employees[e].substitute_count; s++) check_substitute(loader, separation, &org->employees[e], s);
    }
}

dealer_status org_load_separation(struct loader *loader) {
    struct org *org = loader->org;
    const json_value *array = org_read_array(loader->findings, loader->configuration, NULL, "separation", false), *element;
    struct place list = {NULL, "separation", 0};
    org->separations = REGION_ARRAY(&org->region, loader->env, struct org_separation, json_count(array) + 1);
    if (org->separations == NULL) return DEALER_E_NOMEM;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL;) {
        struct place here = {&list, NULL, org->separation_count};
        struct org_separation *separation = &org->separations[org->separation_count++];
        if (read_rule(loader, element, &here, separation) != DEALER_OK) return DEALER_E_NOMEM;
        if (separation->post_count > 1) check(loader, separation);
    }
    return DEALER_OK;
}
