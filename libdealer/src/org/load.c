/* From configuration JSON to a snapshot: the order in which the nouns are read, and what is kept of the rest. */
#include "org/loading.h"
#include "org/messages.h"
#include "org/reading.h"

#include "base/money.h"

#include <string.h>

/* Members that other floors read; they are kept so that the configuration can be written back whole. */
static const char *const passed[] = {
    "types", "fields", "reviews", "messages", "separation", "rules", "calendars", "limits", "delivery", NULL};

static dealer_status load_group(struct loader *loader) {
    static const char *const members[] = {"code", "name", NULL};
    struct org *org = loader->org;
    struct place here = {NULL, "group", 0};
    const json_value *group = json_get(loader->configuration, "group");
    const char *code = NULL, *name = NULL;
    if (json_kind(group) <= JSON_NULL) { /* an empty configuration is one: it allows nothing */
        if (json_count(json_get(loader->configuration, "companies")) > 0)
            findings_add(loader->findings, &here, &E_ORG_MEMBER_MISSING, "member", "group", NULL);
    } else if (org_read_object(loader->findings, group, &here, members)) {
        code = org_read_code(loader->findings, group, &here);
        name = org_read_name(loader->findings, group, &here);
    }
    org->group_code = region_copy(&org->region, loader->env, code, code != NULL ? strlen(code) : 0);
    org->group_name = region_copy(&org->region, loader->env, name, name != NULL ? strlen(name) : 0);
    return org->group_code != NULL && org->group_name != NULL ? DEALER_OK : DEALER_E_NOMEM;
}

static unsigned read_kinds(struct loader *loader, const json_value *json, const struct place *place) {
    static const char *const kinds[] = {"sales", "service", "guarantee", NULL};
    const json_value *array = org_read_array(loader->findings, json, place, "kinds", true);
    struct place list = {place, "kinds", 0};
    unsigned set = 0;
    int source = 0;
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL; source++) {
        struct place here = {&list, NULL, source};
        const char *text = org_read_element(loader->findings, element, &here);
        int kind = text != NULL ? org_read_choice(loader->findings, text, &here, kinds) : -1;
        if (kind < 0) continue;
        if ((set & 1U << kind) != 0) findings_add(loader->findings, &here, &E_ORG_LISTED_TWICE, "value", text, NULL);
        set |= 1U << kind;
    }
    return set;
}

static const char *read_currency(struct loader *loader, const json_value *json, const struct place *place) {
    const char *text = org_read_text(loader->findings, json, place, "currency", true);
    struct place here = {place, "currency", 0};
    if (text != NULL && money_exponent(text) < 0) findings_add(loader->findings, &here, &E_ORG_CURRENCY, "value", text, NULL);
    return region_copy(&loader->org->region, loader->env, text, text != NULL ? strlen(text) : 0);
}

/* Walking upwards, as many steps as there are companies: whoever is met again lies above himself. The parent is then
 * taken away, so that what follows ends. */
static void check_company_loops(struct loader *loader) {
    struct org *org = loader->org;
    for (int i = 0; i < org->company_count; i++) {
        int at = org->companies[i].parent;
        for (int steps = 0; at >= 0 && at != i && steps < org->company_count; steps++) at = org->companies[at].parent;
        if (at != i) continue;
        struct place element = {&loader->companies.place, NULL, loader->companies.entries[i].source},
                     here = {&element, "parent", 0};
        findings_add(loader->findings, &here, &E_ORG_COMPANY_LOOP, "code", org->companies[i].code, NULL);
        org->companies[i].parent = -1;
    }
}

/* Top companies in code order, each followed by those below it. Groups have few companies: walking them for each is fine. */
static void place_company(struct org *org, int company, int32_t *placed) {
    int at = company;
    org->companies[at].order = *placed;
    org->company_order[(*placed)++] = at;
    for (int next = 0; at >= 0;) { /* the next child of `at` from index `next` on, else up again */
        while (next < org->company_count && org->companies[next].parent != at) next++;
        if (next < org->company_count) {
            at = next;
            next = 0;
            org->companies[at].order = *placed;
            org->company_order[(*placed)++] = at;
            continue;
        }
        org->companies[at].last = *placed - 1;
        next = at + 1;
        at = at == company ? -1 : org->companies[at].parent;
    }
}

static dealer_status order_companies(struct loader *loader) {
    struct org *org = loader->org;
    int32_t placed = 0;
    org->company_order = REGION_ARRAY(&org->region, loader->env, int, org->company_count + 1);
    if (org->company_order == NULL) return DEALER_E_NOMEM;
    for (int i = 0; i < org->company_count; i++) {
        if (org->companies[i].parent < 0) place_company(org, i, &placed);
    }
    return DEALER_OK;
}

dealer_status org_load_companies(struct loader *loader) {
    static const char *const members[] = {"code", "name", "kinds", "currency", "parent", NULL};
    struct org *org = loader->org;
    struct roster *roster = &loader->companies;
    if (roster_read(loader, "companies", &E_ORG_COMPANY_UNKNOWN, roster) != DEALER_OK) return DEALER_E_NOMEM;
    org->company_count = roster->count;
    org->companies = REGION_ARRAY(&org->region, loader->env, struct org_company, roster->count + 1);
    if (org->companies == NULL) return DEALER_E_NOMEM;
    for (int i = 0; i < roster->count; i++) {
        const struct roster_entry *entry = &roster->entries[i];
        struct org_company *company = &org->companies[i];
        struct place here = {&roster->place, NULL, entry->source};
        *company = (struct org_company){.code = entry->code, .name = entry->name, .currency = "", .parent = -1};
        if (!org_read_object(loader->findings, entry->json, &here, members)) continue;
        company->kinds = read_kinds(loader, entry->json, &here);
        company->currency = read_currency(loader, entry->json, &here);
        if (company->currency == NULL) return DEALER_E_NOMEM;
        company->parent = roster_member(loader, roster, entry->json, &here, "parent", false);
    }
    check_company_loops(loader);
    return order_companies(loader);
}

static dealer_status begin_source(struct loader *loader) {
    dealer_status status = json_new(loader->env, &loader->org->source);
    if (status != DEALER_OK) return status;
    struct json *source = loader->org->source;
    json_value *root = json_new_object(source);
    loader->conditions = json_new_array(source);
    json_set(source, root, "conditions", loader->conditions);
    for (int i = 0; passed[i] != NULL; i++) {
        const json_value *member = json_get(loader->configuration, passed[i]);
        if (member != NULL) json_set(source, root, passed[i], json_copy(source, member));
    }
    json_set_root(source, root);
    return json_status(source);
}

static dealer_status load_all(struct loader *loader) {
    static const char *const members[] = {"group", "companies", "departments", "posts", "employees", "types", "fields", "reviews",
        "messages", "separation", "rules", "calendars", "limits", "delivery", NULL};
    static dealer_status (*const steps[])(struct loader *) = {begin_source, load_group, org_load_companies, org_load_departments,
        org_load_posts, org_load_employees, org_load_substitutes, org_load_separation, org_load_heads};
    if (!org_read_object(loader->findings, loader->configuration, NULL, members)) return DEALER_OK;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        dealer_status status = steps[i](loader);
        if (status != DEALER_OK) return status;
    }
    return json_status(loader->org->source);
}

struct org *org_new(struct env *env) {
    struct region region;
    region_init(&region, env->seams);
    struct org *org = REGION_NEW(&region, env, struct org);
    if (org != NULL) org->region = region; /* the snapshot lies in its own region */
    return org;
}

dealer_status org_load(
    struct env *env, const json_value *configuration, json_value *findings, struct json *findings_json, struct org **out) {
    struct findings found;
    struct loader loader = {.env = env, .findings = &found, .configuration = configuration};
    findings_init(&found, env, findings, findings_json);
    region_init(&loader.scratch, env->seams);
    loader.org = org_new(env);
    dealer_status status = loader.org != NULL ? load_all(&loader) : DEALER_E_NOMEM;
    if (status == DEALER_OK) status = findings_result(&found);
    region_finish(&loader.scratch);
    if (status != DEALER_OK) {
        org_free(loader.org);
        return status;
    }
    *out = loader.org;
    return DEALER_OK;
}

void org_free(struct org *org) {
    if (org == NULL) return;
    json_free(org->source);
    org_drop_people(org->people);
    struct region region = org->region;
    region_finish(&region);
}
