/* Service roles against the posts that they stand on, and their sites as predicates. */
#include "permission/compiling.h"
#include "permission/messages.h"

#include <string.h>

static const char service_order[] = "service_order", site_field[] = "site";

static bool below(const struct org *org, int company, int above, bool and_below) {
    int32_t order = org->companies[company].order;
    return order >= org->companies[above].order && order <= (and_below ? org->companies[above].last : org->companies[above].order);
}

/* Could a grant of this scope, held there, mean documents of the company? */
static bool may_mean(const struct org *org, const struct org_grant *grant, const struct org_holding *holding, int company) {
    bool found = false;
    switch (grant->scope) {
    case SCOPE_GROUP: return true;
    case SCOPE_COMPANY_AND_BELOW: return below(org, company, holding->company, true);
    case SCOPE_DEPARTMENTS:
    case SCOPE_DEPARTMENTS_AND_BELOW:
        for (int i = 0; i < grant->department_count; i++)
            found = found || org->departments[grant->departments[i]].company == company;
        return found;
    case SCOPE_COMPANIES:
    case SCOPE_COMPANIES_AND_BELOW:
        for (int i = 0; i < grant->company_count; i++)
            found = found || below(org, company, grant->companies[i], grant->scope == SCOPE_COMPANIES_AND_BELOW);
        return found;
    default: return holding->company == company;
    }
}

static bool grants_service(const struct compiler *compiler, const struct org_holding *holding, int company, int type) {
    const struct org *org = compiler->permissions->org;
    const struct org_post *post = &org->posts[holding->post];
    for (int d = 0; d < compiler->draft_count; d++) {
        const struct draft *draft = &compiler->drafts[d];
        if (draft->post == post && !draft->grant->deny && draft->actions[type] != 0 &&
            may_mean(org, draft->grant, holding, company))
            return true;
    }
    return false;
}

static void check_role(struct compiler *compiler, const struct org_employee *employee, int role, int type) {
    const struct org *org = compiler->permissions->org;
    struct place list = {NULL, "employees", 0}, person = {&list, NULL, employee->source};
    struct place roles = {&person, "service_roles", 0}, here = {&roles, NULL, role};
    int company = employee->service_roles[role].company;
    for (int h = 0; h < employee->holding_count; h++) {
        const struct org_holding *holding = &employee->holdings[h];
        if (!org->posts[holding->post].temporary && grants_service(compiler, holding, company, type)) return;
    }
    findings_add(&compiler->findings, &here, &E_PERMISSION_SERVICE_ROLE, "employee", employee->code, "company",
        org->companies[company].code, NULL);
}

/* No site yet, or one of them. */
static const struct predicate *sites_of(
    struct compiler *compiler, const struct catalogue_field *field, const struct org_service_role *role) {
    struct region *region = &compiler->permissions->region;
    struct value *values = REGION_ARRAY(region, compiler->env, struct value, role->site_count + 1);
    if (values == NULL) return NULL;
    for (int i = 0; i < role->site_count; i++) values[i] = value_of_text(role->sites[i], strlen(role->sites[i]));
    const struct predicate *children[] = {
        predicate_empty(compiler->env, region, field), predicate_in(compiler->env, region, field, values, role->site_count)};
    if (children[0] == NULL || children[1] == NULL) return NULL;
    return predicate_combine(compiler->env, region, PREDICATE_ANY, children, 2);
}

static dealer_status compile_person(
    struct compiler *compiler, const struct org_employee *employee, const struct catalogue_type *type, struct narrowings *out) {
    struct narrowing *items =
        REGION_ARRAY(&compiler->permissions->region, compiler->env, struct narrowing, employee->service_role_count);
    if (items == NULL) return DEALER_E_NOMEM;
    for (int r = 0; r < employee->service_role_count; r++) {
        const struct org_service_role *role = &employee->service_roles[r];
        check_role(compiler, employee, r, type->index);
        items[r].company = role->company;
        items[r].sites = sites_of(compiler, catalogue_field(type, site_field), role);
        if (items[r].sites == NULL) return DEALER_E_NOMEM;
    }
    *out = (struct narrowings){items, employee->service_role_count};
    return DEALER_OK;
}

dealer_status compile_service(struct compiler *compiler) {
    struct permissions *permissions = compiler->permissions;
    const struct org *org = permissions->org;
    const struct catalogue_type *type = catalogue_type(permissions->catalogue, service_order);
    int roles = 0;
    for (int e = 0; e < org->employee_count; e++) roles += org->employees[e].service_role_count;
    if (type == NULL || roles == 0) return DEALER_OK;
    struct narrowings *all = REGION_ARRAY(&permissions->region, compiler->env, struct narrowings, org->employee_count);
    if (all == NULL) return DEALER_E_NOMEM;
    for (int e = 0; e < org->employee_count; e++) {
        if (org->employees[e].service_role_count == 0) continue;
        dealer_status status = compile_person(compiler, &org->employees[e], type, &all[e]);
        if (status != DEALER_OK) return status;
    }
    permissions->narrowings = all;
    permissions->service_type = type->index;
    return DEALER_OK;
}
