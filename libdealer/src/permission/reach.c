/* From holdings and terms to reaches, and a reach in its two forms: over a document's facts and as a predicate. The two
 * forms stand beside each other here; a test over random worlds holds them together. */
#include "permission/terms.h"

/* ---- going through ---- */

struct reach_cursor reach_each(
    const struct permissions *permissions, int employee, struct function function, int64_t now_ms, bool lapsed) {
    struct reach_cursor cursor = {.permissions = permissions, .now_ms = now_ms, .lapsed = lapsed};
    bool known = employee >= 0 && employee < permissions->org->employee_count && function.type != NULL &&
                 function.type->index <= permissions->catalogue->type_count && (unsigned)function.action < ACTION_COUNT;
    if (!known) return cursor;
    cursor.person = &permissions->org->employees[employee];
    cursor.function = function.type->index * ACTION_COUNT + (int)function.action;
    return cursor;
}

/* Steps to the next holding that counts and has terms for the function. */
static bool next_holding(struct reach_cursor *cursor) {
    const struct permissions *permissions = cursor->permissions;
    if (cursor->person == NULL) return false;
    while (cursor->next_holding < cursor->person->holding_count) {
        const struct org_holding *holding = &cursor->person->holdings[cursor->next_holding++];
        size_t at = (size_t)holding->post * (size_t)permissions->function_count + (size_t)cursor->function;
        cursor->term = permissions->terms + permissions->start[at];
        cursor->end = permissions->terms + permissions->start[at + 1];
        if (cursor->term == cursor->end) continue;
        cursor->in_force = org_holding_in_force(permissions->org, cursor->person, holding, cursor->now_ms);
        if (!cursor->in_force && !cursor->lapsed) continue;
        cursor->holding = holding;
        return true;
    }
    return false;
}

/* The company where a post is held, once the store has given it an id. */
static void reach_company(struct reach *reach) {
    if (reach->company > 0) reach->kind = REACH_COMPANY;
}

/* "My department" of somebody who holds the post in a company as a whole is nothing (loading refuses it); below a company
 * as a whole is the company. */
static void reach_department(struct reach *reach, const struct org_department *department, bool and_below) {
    if (department == NULL && and_below) {
        reach_company(reach);
    } else if (department != NULL && and_below) {
        reach->kind = REACH_INTERVALS;
        reach->below = (struct interval){department->order, department->last};
        reach->interval_count = 1;
    } else if (department != NULL && department->id > 0) {
        reach->kind = REACH_DEPARTMENT;
        reach->department = department->id;
    }
}

static void reach_listed(struct reach *reach, const struct term *term, enum reach_kind kind) {
    reach->kind = kind;
    reach->intervals = term->intervals;
    reach->interval_count = term->interval_count;
}

static void reach_companies(struct reach *reach, const struct org_company *company) {
    if (reach->company <= 0) return;
    reach->kind = REACH_COMPANIES;
    reach->below = (struct interval){company->order, company->last};
    reach->interval_count = 1;
}

static const struct narrowings *narrowings_of(const struct reach_cursor *cursor) {
    const struct permissions *permissions = cursor->permissions;
    if (permissions->narrowings == NULL || cursor->function / ACTION_COUNT != permissions->service_type) return NULL;
    const struct narrowings *found = &permissions->narrowings[cursor->person - permissions->org->employees];
    return found->count > 0 ? found : NULL;
}

static struct reach reach_of(const struct reach_cursor *cursor, const struct term *term) {
    const struct org *org = cursor->permissions->org;
    const struct org_holding *holding = cursor->holding;
    const struct org_department *department = holding->department >= 0 ? &org->departments[holding->department] : NULL;
    struct reach reach = {.kind = REACH_NOTHING,
        .deny = term->deny,
        .company = org->companies[holding->company].id,
        .owner = cursor->person->id,
        .condition = term->condition,
        .narrowings = term->deny ? NULL : narrowings_of(cursor)};
    switch (term->scope) {
    case SCOPE_SELF:
        if (reach.owner > 0 && reach.company > 0) reach.kind = REACH_OWN;
        break;
    case SCOPE_DEPARTMENT:
    case SCOPE_DEPARTMENT_AND_BELOW: reach_department(&reach, department, term->scope == SCOPE_DEPARTMENT_AND_BELOW); break;
    case SCOPE_COMPANY: reach_company(&reach); break;
    case SCOPE_COMPANY_AND_BELOW: reach_companies(&reach, &org->companies[holding->company]); break;
    case SCOPE_GROUP: reach.kind = REACH_ALL; break;
    case SCOPE_DEPARTMENTS:
    case SCOPE_DEPARTMENTS_AND_BELOW: reach_listed(&reach, term, REACH_INTERVALS); break;
    case SCOPE_COMPANIES:
    case SCOPE_COMPANIES_AND_BELOW: reach_listed(&reach, term, REACH_COMPANIES); break;
    }
    return reach;
}

bool reach_next(struct reach_cursor *cursor, struct reach *out) {
    if (cursor->term == cursor->end && !next_holding(cursor)) return false;
    *out = reach_of(cursor, cursor->term++);
    return true;
}

const struct term *reach_term(const struct reach_cursor *cursor) {
    return cursor->term - 1;
}

/* ---- over facts ---- */

struct facts facts_of(const struct permissions *permissions, const struct document *document) {
    struct facts facts = {.company = document_integer(document, COMMON_COMPANY),
        .department = document_integer(document, COMMON_DEPARTMENT),
        .owner = document_integer(document, COMMON_OWNER)};
    int company = org_company_by_id(permissions->org, facts.company);
    facts.order = org_department_by_id(permissions->org, facts.department);
    facts.company_order = company >= 0 ? permissions->org->companies[company].order : -1;
    return facts;
}

static const struct interval *intervals_of(const struct reach *reach) {
    return reach->intervals != NULL ? reach->intervals : &reach->below;
}

static bool lies_in(const struct interval *intervals, int count, int32_t order) {
    int low = 0, high = count; /* the first interval that ends at or after order */
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (intervals[middle].high < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && intervals[low].low <= order;
}

bool reach_covers(const struct reach *reach, const struct facts *facts) {
    switch (reach->kind) {
    case REACH_NOTHING: break;
    case REACH_ALL: return true;
    case REACH_OWN: return facts->owner == reach->owner && facts->company == reach->company;
    case REACH_COMPANY: return facts->company == reach->company;
    case REACH_DEPARTMENT: return facts->department == reach->department;
    case REACH_INTERVALS: return facts->order >= 0 && lies_in(intervals_of(reach), reach->interval_count, facts->order);
    case REACH_COMPANIES:
        return facts->company_order >= 0 && lies_in(intervals_of(reach), reach->interval_count, facts->company_order);
    }
    return false;
}

bool reach_on_site(
    const struct permissions *permissions, const struct reach *reach, const struct facts *facts, const struct document *document) {
    struct predicate_world world = permission_world(permissions);
    for (int i = 0; reach->narrowings != NULL && i < reach->narrowings->count; i++) {
        const struct narrowing *narrowing = &reach->narrowings->items[i];
        if (permissions->org->companies[narrowing->company].id != facts->company) continue;
        if (!predicate_holds(narrowing->sites, document, &world)) return false;
    }
    return true;
}

bool reach_holds(
    const struct permissions *permissions, const struct reach *reach, const struct facts *facts, const struct document *document) {
    if (!reach_covers(reach, facts)) return false;
    struct predicate_world world = permission_world(permissions);
    if (reach->condition != NULL && !predicate_holds(reach->condition, document, &world)) return false;
    return reach->narrowings == NULL || reach_on_site(permissions, reach, facts, document);
}

bool reach_any(const struct permissions *permissions, int employee, struct function function, const struct document *document,
    int64_t now_ms) {
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    struct reach reach;
    if (!reach_next(&cursor, &reach)) return false; /* most questions end here, before the document is looked at */
    struct facts facts = facts_of(permissions, document);
    bool granted = false;
    do {
        if (granted && !reach.deny) continue;
        if (!reach_holds(permissions, &reach, &facts, document)) continue;
        if (reach.deny) return false;
        granted = true;
    } while (reach_next(&cursor, &reach));
    return granted;
}

bool reach_denied(const struct permissions *permissions, int employee, struct function function, const struct document *document,
    int64_t now_ms) {
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    struct facts facts = facts_of(permissions, document);
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (reach.deny && reach_holds(permissions, &reach, &facts, document)) return true;
    }
    return false;
}

/* ---- as a predicate ---- */

static const struct predicate *equals(
    struct env *env, struct region *region, const struct catalogue_type *type, int field, int64_t id) {
    struct value value = value_of_integer(id);
    return predicate_compare(env, region, &type->fields[field], OPERATOR_EQ, value);
}

static const struct predicate *both(
    struct env *env, struct region *region, const struct predicate *left, const struct predicate *right) {
    const struct predicate *children[] = {left, right};
    if (left == NULL || right == NULL) return NULL;
    return predicate_combine(env, region, PREDICATE_ALL, children, 2);
}

static const struct predicate *in_intervals(
    struct env *env, struct region *region, const struct catalogue_type *type, const struct reach *reach) {
    const struct interval *intervals = intervals_of(reach);
    const struct predicate **children = REGION_ARRAY(region, env, const struct predicate *, reach->interval_count + 1);
    if (children == NULL) return NULL;
    for (int i = 0; i < reach->interval_count; i++) {
        children[i] = predicate_under(env, region, &type->fields[COMMON_DEPARTMENT], intervals[i].low, intervals[i].high);
        if (children[i] == NULL) return NULL;
    }
    return predicate_combine(env, region, PREDICATE_ANY, children, reach->interval_count);
}

static const struct predicate *in_companies(
    struct env *env, struct region *region, const struct org *org, const struct catalogue_type *type, const struct reach *reach) {
    const struct interval *intervals = intervals_of(reach);
    int64_t *ids = REGION_ARRAY(region, env, int64_t, org->company_count + 1);
    int count = 0;
    if (ids == NULL) return NULL;
    for (int i = 0; i < reach->interval_count; i++) {
        for (int32_t at = intervals[i].low; at <= intervals[i].high; at++) ids[count++] = org->companies[org->company_order[at]].id;
    }
    if (count == 1) return equals(env, region, type, COMMON_COMPANY, ids[0]);
    return predicate_in_integers(env, region, &type->fields[COMMON_COMPANY], ids, count);
}

static const struct predicate *cover_predicate(struct env *env, struct region *region, const struct permissions *permissions,
    const struct catalogue_type *type, const struct reach *reach) {
    switch (reach->kind) {
    case REACH_NOTHING: break;
    case REACH_ALL: return predicate_constant(true);
    case REACH_OWN:
        return both(env, region, equals(env, region, type, COMMON_OWNER, reach->owner),
            equals(env, region, type, COMMON_COMPANY, reach->company));
    case REACH_COMPANY: return equals(env, region, type, COMMON_COMPANY, reach->company);
    case REACH_DEPARTMENT: return equals(env, region, type, COMMON_DEPARTMENT, reach->department);
    case REACH_INTERVALS: return in_intervals(env, region, type, reach);
    case REACH_COMPANIES: return in_companies(env, region, permissions->org, type, reach);
    }
    return predicate_constant(false);
}

/* In another company, or on one of the sites. */
static const struct predicate *site_predicate(struct env *env, struct region *region, const struct org *org,
    const struct catalogue_type *type, const struct narrowing *narrowing) {
    const struct predicate *here = equals(env, region, type, COMMON_COMPANY, org->companies[narrowing->company].id);
    const struct predicate *children[] = {here != NULL ? predicate_not(env, region, here) : NULL, narrowing->sites};
    return children[0] == NULL ? NULL : predicate_combine(env, region, PREDICATE_ANY, children, 2);
}

const struct predicate *reach_predicate(struct env *env, struct region *region, const struct permissions *permissions,
    const struct catalogue_type *type, const struct reach *reach) {
    const struct predicate *whole = cover_predicate(env, region, permissions, type, reach);
    if (reach->condition != NULL) whole = both(env, region, whole, reach->condition);
    for (int i = 0; reach->narrowings != NULL && i < reach->narrowings->count; i++)
        whole = both(env, region, whole, site_predicate(env, region, permissions->org, type, &reach->narrowings->items[i]));
    return whole;
}
