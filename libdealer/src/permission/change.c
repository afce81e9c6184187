/* Which functions people gain and lose between two configurations. */
#include "permission/change.h"

#include "permission/terms.h"

#include <string.h>

/* Places: the newer organisation's departments, then its companies (a document without a department), then the older one's departments
 * that are gone: their documents stay, and are still the company's. */
struct space {
    const struct org *org; /* the newer */
    size_t words;
    const int *department_of, *company_of; /* places of the older organisation's indices; company_of -1: gone */
    const int *gone_company;               /* by gone department: index of its company; -1: gone too */
    int gone_count;
};

/* One term as held by somebody. */
struct item {
    const struct permissions *side;
    const struct org_employee *holder; /* whose holding it is */
    const char *owner;                 /* code; NULL: whoever owns the document */
    int post;
    int64_t from_ms, to_ms;
    bool all;
    uint64_t *places;
    const struct json_value *condition;
    const struct term *term;
};

struct items {
    struct item *list;
    int count;
    int function; /* index on its side */
};

struct comparison {
    struct env *env;
    const struct change_question *question;
    struct region region;  /* of the whole comparison */
    struct region scratch; /* of one person */
    struct space space;
    const struct catalogue_type *type; /* of the function being compared, on the side that is covered; NULL: reserved */
    enum document_action action;
};

/* ---- places ---- */

static void add_place(const struct space *space, uint64_t *places, int place) {
    (void)space;
    if (place >= 0) places[place / 64] |= (uint64_t)1 << (place % 64);
}

static int place_of_department(const struct space *space, const struct org *org, int department) {
    return org == space->org ? department : space->department_of[department];
}

static int place_of_company(const struct space *space, const struct org *org, int company) {
    int index = org == space->org ? company : space->company_of[company];
    return index < 0 ? -1 : space->org->department_count + index;
}

static void add_departments(const struct space *space, const struct org *org, struct interval interval, uint64_t *places) {
    for (int32_t d = interval.low; d <= interval.high; d++) add_place(space, places, place_of_department(space, org, d));
}

static void add_company(const struct space *space, const struct org *org, int company, uint64_t *places) {
    add_place(space, places, place_of_company(space, org, company));
    for (int d = 0; d < org->department_count; d++) {
        if (org->departments[d].company == company) add_place(space, places, place_of_department(space, org, d));
    }
    int first_gone = org->department_count + org->company_count;
    for (int g = 0; org == space->org && g < space->gone_count; g++) {
        if (space->gone_company[g] == company) add_place(space, places, first_gone + g);
    }
}

static void add_companies(const struct space *space, const struct org *org, struct interval interval, uint64_t *places) {
    for (int32_t at = interval.low; at <= interval.high; at++) add_company(space, org, org->company_order[at], places);
}

static void add_listed(const struct space *space, const struct org *org, const struct term *term, uint64_t *places) {
    bool companies = term->scope == SCOPE_COMPANIES || term->scope == SCOPE_COMPANIES_AND_BELOW;
    for (int i = 0; i < term->interval_count; i++) {
        if (companies)
            add_companies(space, org, term->intervals[i], places);
        else
            add_departments(space, org, term->intervals[i], places);
    }
}

static void add_term(const struct space *space, const struct org *org, const struct org_holding *holding, const struct term *term,
    struct item *item) {
    const struct org_department *department = holding->department >= 0 ? &org->departments[holding->department] : NULL;
    const struct org_company *company = &org->companies[holding->company];
    switch (term->scope) {
    case SCOPE_GROUP: item->all = true; break;
    case SCOPE_SELF:
    case SCOPE_COMPANY: add_company(space, org, holding->company, item->places); break;
    case SCOPE_COMPANY_AND_BELOW: add_companies(space, org, (struct interval){company->order, company->last}, item->places); break;
    case SCOPE_DEPARTMENT:
        if (department != NULL) add_place(space, item->places, place_of_department(space, org, holding->department));
        break;
    case SCOPE_DEPARTMENT_AND_BELOW:
        if (department != NULL)
            add_departments(space, org, (struct interval){department->order, department->last}, item->places);
        else
            add_company(space, org, holding->company, item->places);
        break;
    case SCOPE_DEPARTMENTS:
    case SCOPE_DEPARTMENTS_AND_BELOW:
    case SCOPE_COMPANIES:
    case SCOPE_COMPANIES_AND_BELOW: add_listed(space, org, term, item->places); break;
    }
}

/* ---- what somebody holds of a function ---- */

struct window {
    int64_t from_ms, to_ms;
};
/* Of a substitution there may be several: each counts by itself, since the time between them is nobody's. */
struct windows {
    const struct window *list;
    int count;
};

static const struct json_value *condition_of(const struct org *org, const struct org_holding *holding, const struct term *term) {
    return term->condition != NULL ? org->posts[holding->post].grants[term->grant].condition : NULL;
}

static dealer_status collect_holding(struct comparison *comparison, const struct permissions *side,
    const struct org_employee *person, const struct org_holding *holding, struct window window, struct items *out) {
    size_t at = (size_t)holding->post * (size_t)side->function_count + (size_t)out->function;
    if (side->org->posts[holding->post].disabled) return DEALER_OK;
    if (holding->from_ms > window.from_ms) window.from_ms = holding->from_ms;
    if (holding->to_ms < window.to_ms) window.to_ms = holding->to_ms;
    if (window.from_ms >= window.to_ms) return DEALER_OK;
    for (uint32_t t = side->start[at]; t < side->start[at + 1]; t++) {
        const struct term *term = &side->terms[t];
        struct item *item = &out->list[out->count++];
        *item = (struct item){.side = side,
            .holder = person,
            .owner = term->scope == SCOPE_SELF ? person->code : NULL,
            .post = holding->post,
            .from_ms = window.from_ms,
            .to_ms = window.to_ms,
            .condition = condition_of(side->org, holding, term),
            .term = term};
        item->places = REGION_ARRAY(&comparison->scratch, comparison->env, uint64_t, comparison->space.words);
        if (item->places == NULL) return DEALER_E_NOMEM;
        add_term(&comparison->space, side->org, holding, term, item);
    }
    return DEALER_OK;
}

static size_t count_terms(const struct permissions *side, const struct org_employee *person, int function) {
    size_t count = 0;
    for (int h = 0; h < person->holding_count; h++) {
        size_t at = (size_t)person->holdings[h].post * (size_t)side->function_count + (size_t)function;
        count += side->start[at + 1] - side->start[at];
    }
    return count;
}

static dealer_status collect(struct comparison *comparison, const struct permissions *side, int employee, int function,
    struct windows windows, struct items *out) {
    *out = (struct items){NULL, 0, function};
    if (employee < 0 || function < 0 || side->org->employees[employee].disabled) return DEALER_OK;
    const struct org_employee *person = &side->org->employees[employee];
    size_t most = count_terms(side, person, function) * (size_t)windows.count;
    if (most == 0) return DEALER_OK;
    out->list = REGION_ARRAY(&comparison->scratch, comparison->env, struct item, most);
    dealer_status status = out->list != NULL ? DEALER_OK : DEALER_E_NOMEM;
    for (int h = 0; h < person->holding_count * windows.count && status == DEALER_OK; h++)
        status =
            collect_holding(comparison, side, person, &person->holdings[h / windows.count], windows.list[h % windows.count], out);
    return status;
}

/* ---- covering ---- */

static bool same_condition(struct comparison *comparison, const struct json_value *a, const struct json_value *b) {
    if (a == NULL || b == NULL) return a == b;
    char *left = json_write(comparison->env, a, true, false, NULL), *right = json_write(comparison->env, b, true, false, NULL);
    bool same = left != NULL && right != NULL && strcmp(left, right) == 0;
    env_free(comparison->env, left);
    env_free(comparison->env, right);
    return same;
}

/* Fields of the other's type by name: is everything taken here taken there too? */
static bool takes_no_more(const struct item *by, const struct item *item, const struct catalogue_type *type, bool edits) {
    const struct catalogue_type *other = catalogue_type(by->side->catalogue, type->name);
    if (other == NULL) return true;
    struct field_sets have = fields_of(by->side, by->post, other), want = fields_of(item->side, item->post, type);
    for (int i = 0; i < other->field_count; i++) {
        bool taken = field_set_has(have.hidden, i) || (edits && field_set_has(have.fixed, i));
        const struct catalogue_field *field = taken ? catalogue_field(type, other->fields[i].name) : NULL;
        if (field == NULL) continue;
        bool there = field_set_has(want.hidden, field->index) || (edits && field_set_has(want.fixed, field->index));
        if (!there) return false;
    }
    return true;
}

static bool has_sites(const struct org_service_role *role, const struct org_service_role *of) {
    for (int i = 0; i < role->site_count; i++) {
        bool found = false;
        for (int k = 0; k < of->site_count; k++) found = found || strcmp(of->sites[k], role->sites[i]) == 0;
        if (!found) return false;
    }
    return true;
}

/* Is the other narrowed to sites wherever this one is, and to no more of them? */
static bool narrows_no_more(const struct item *by, const struct item *item) {
    for (int r = 0; r < by->holder->service_role_count; r++) {
        const struct org_service_role *role = &by->holder->service_roles[r], *other = NULL;
        int company = org_company_by_code(item->side->org, by->side->org->companies[role->company].code);
        for (int k = 0; company >= 0 && k < item->holder->service_role_count; k++)
            if (item->holder->service_roles[k].company == company) other = &item->holder->service_roles[k];
        if (company >= 0 && (other == NULL || !has_sites(other, role))) return false;
    }
    return true;
}

static bool may_cover(struct comparison *comparison, const struct item *by, const struct item *item) {
    const struct catalogue_type *type = comparison->type;
    enum document_action action = comparison->action;
    if (by->term->deny) return false;
    if (by->owner != NULL && (item->owner == NULL || strcmp(by->owner, item->owner) != 0)) return false;
    if (by->from_ms > item->from_ms || by->to_ms < item->to_ms) return false;
    if (by->condition != NULL && !same_condition(comparison, by->condition, item->condition)) return false;
    if (type == NULL) return true;
    if (strcmp(type->name, "service_order") == 0 && !narrows_no_more(by, item)) return false;
    bool edits = action == ACTION_EDIT || action == ACTION_CREATE;
    return (action != ACTION_READ && !edits) || takes_no_more(by, item, type, edits);
}

static bool holds_places(const struct item *wider, const struct item *one, size_t words) {
    if (wider->all || one->all) return wider->all;
    for (size_t w = 0; w < words; w++) {
        if ((one->places[w] & ~wider->places[w]) != 0) return false;
    }
    return true;
}

static bool same_owner(const struct item *a, const struct item *b) {
    return a->owner == NULL || b->owner == NULL ? a->owner == b->owner : strcmp(a->owner, b->owner) == 0;
}

/* Does the other side deny at least the same? */
static bool denied_alike(struct comparison *comparison, const struct items *own, const struct item *denial) {
    for (int i = 0; i < own->count; i++) {
        const struct item *one = &own->list[i];
        if (!one->term->deny || (one->condition != NULL && !same_condition(comparison, one->condition, denial->condition)))
            continue;
        if (one->owner != NULL && !same_owner(one, denial)) continue;
        if (one->from_ms > denial->from_ms || one->to_ms < denial->to_ms) continue;
        if (holds_places(one, denial, comparison->space.words)) return true;
    }
    return false;
}

/* Takes out of `rest` what the items cover. Where they are denied, of whatever condition, they cover nothing, unless the other
 * side is denied the same. */
static void cover(struct comparison *comparison, const struct items *own, const struct items *by, const struct item *item,
    uint64_t *rest, bool *all) {
    size_t words = comparison->space.words;
    for (int i = 0; i < by->count; i++) {
        const struct item *one = &by->list[i];
        bool denied = false, everywhere = false;
        if (!may_cover(comparison, one, item)) continue;
        uint64_t *kept = REGION_ARRAY(&comparison->scratch, comparison->env, uint64_t, words);
        if (kept == NULL) return; /* raised; what is not covered is refused */
        for (int d = 0; d < by->count; d++) {
            const struct item *denial = &by->list[d];
            if (!denial->term->deny || denied_alike(comparison, own, denial)) continue;
            denied = true;
            everywhere = everywhere || denial->all;
            for (size_t w = 0; w < words; w++) kept[w] |= denial->places[w];
        }
        for (size_t w = 0; w < words && !everywhere; w++) rest[w] &= ~((one->all ? UINT64_MAX : one->places[w]) & ~kept[w]);
        if (one->all && !denied) *all = false;
    }
}

/* Where the item is denied on its own side, always and without a condition, there is nothing to cover. */
static void take_denied(const struct items *own, const struct item *item, size_t words, uint64_t *rest, bool *all) {
    for (int d = 0; d < own->count; d++) {
        const struct item *one = &own->list[d];
        if (!one->term->deny || one->condition != NULL || one->owner != NULL) continue;
        if (one->from_ms > item->from_ms || one->to_ms < item->to_ms) continue;
        if (one->all) *all = false;
        for (size_t w = 0; w < words; w++) rest[w] &= one->all ? 0 : ~one->places[w];
    }
}

/* Is there anything of `own` that neither `first` nor `second` covers? */
static dealer_status exceeds(
    struct comparison *comparison, const struct items *own, const struct items *first, const struct items *second, bool *out) {
    size_t words = comparison->space.words;
    uint64_t *rest = REGION_ARRAY(&comparison->scratch, comparison->env, uint64_t, words);
    if (rest == NULL) return DEALER_E_NOMEM;
    *out = false;
    for (int i = 0; i < own->count && !*out; i++) {
        const struct item *item = &own->list[i];
        bool all = item->all;
        if (item->term->deny) continue;
        for (size_t w = 0; w < words; w++) rest[w] = item->all ? UINT64_MAX : item->places[w];
        take_denied(own, item, words, rest, &all);
        cover(comparison, own, first, item, rest, &all);
        if (second != NULL) cover(comparison, own, second, item, rest, &all);
        for (size_t w = 0; w < words && !item->all; w++) *out = *out || rest[w] != 0;
        *out = *out || all;
    }
    return DEALER_OK;
}

/* ---- one person, as himself or for somebody ---- */

struct identity {
    int before, after;      /* the one whose posts count; -1: not there */
    struct windows was, is; /* when */
    const char *person, *principal;
};

static int function_index(const struct permissions *side, const char *type, int action) {
    if (strcmp(type, side->configuration.name) == 0) return side->configuration.index * ACTION_COUNT + action;
    const struct catalogue_type *found = catalogue_type(side->catalogue, type);
    return found != NULL ? found->index * ACTION_COUNT + action : -1;
}

static const char *action_text(const char *type, int action) {
    bool reserved = strcmp(type, "configuration") == 0 && action == ACTION_EDIT;
    return reserved ? "apply" : action_name((enum document_action)action);
}

static dealer_status compare_function(
    struct comparison *comparison, const struct identity *identity, const char *type, int action) {
    const struct change_question *question = comparison->question;
    const struct permissions *before = question->before, *after = question->after;
    int function = function_index(after, type, action), earlier = function_index(before, type, action);
    struct items was, is, actor = {NULL, 0, 0};
    bool gains = false, loses = false, beyond = false;
    const struct catalogue_type *found = catalogue_type(after->catalogue, type);
    comparison->type = found;
    comparison->action = (enum document_action)action;
    dealer_status status = collect(comparison, before, identity->before, earlier, identity->was, &was);
    if (status == DEALER_OK) status = collect(comparison, after, identity->after, function, identity->is, &is);
    if (status != DEALER_OK || (was.count == 0 && is.count == 0)) return status;
    status = exceeds(comparison, &is, &was, NULL, &gains);
    comparison->type = catalogue_type(before->catalogue, type);
    if (status == DEALER_OK) status = exceeds(comparison, &was, &is, NULL, &loses);
    comparison->type = found;
    if (status == DEALER_OK && gains && question->actor >= 0) {
        /* what the actor holds now, as if for ever: he grants it now */
        struct window now = {question->now_ms, question->now_ms + 1};
        status = collect(comparison, before, question->actor, earlier, (struct windows){&now, 1}, &actor);
        for (int i = 0; i < actor.count; i++) {
            actor.list[i].from_ms = INT64_MIN;
            actor.list[i].to_ms = INT64_MAX;
        }
        if (status == DEALER_OK) status = exceeds(comparison, &is, &was, &actor, &beyond);
    }
    const bool kinds[] = {gains, loses, beyond};
    for (int k = 0; k < 3 && status == DEALER_OK; k++) {
        struct change change = {(enum change_kind)k, identity->person, identity->principal, type, action_text(type, action)};
        if (kinds[k]) status = question->tell(question->user_data, &change);
    }
    return status;
}

static dealer_status compare_identity(struct comparison *comparison, const struct identity *identity) {
    const struct catalogue *after = comparison->question->after->catalogue, *before = comparison->question->before->catalogue;
    dealer_status status = DEALER_OK;
    region_init(&comparison->scratch, comparison->env->seams);
    for (int t = 0; t <= after->type_count && status == DEALER_OK; t++) {
        const char *type = t < after->type_count ? after->types[t].name : "configuration";
        for (int action = 0; action < ACTION_COUNT && status == DEALER_OK; action++)
            status = compare_function(comparison, identity, type, action);
    }
    for (int t = 0; t < before->type_count && status == DEALER_OK; t++) {
        if (catalogue_type(after, before->types[t].name) != NULL) continue;
        for (int action = 0; action < ACTION_COUNT && status == DEALER_OK; action++)
            status = compare_function(comparison, identity, before->types[t].name, action);
    }
    region_finish(&comparison->scratch);
    return status;
}

static const struct window ever = {INT64_MIN, INT64_MAX};
static const struct windows always = {&ever, 1}, never = {NULL, 0};

/* When `person` acts for `principal` on a side. */
static dealer_status windows_of(
    struct comparison *comparison, const struct org *org, int principal, const char *person, struct windows *out) {
    *out = never;
    if (principal < 0) return DEALER_OK;
    const struct org_employee *employee = &org->employees[principal];
    struct window *list = REGION_ARRAY(&comparison->region, comparison->env, struct window, employee->substitute_count + 1);
    if (list == NULL) return DEALER_E_NOMEM;
    out->list = list;
    for (int s = 0; s < employee->substitute_count; s++) {
        const struct org_substitute *one = &employee->substitutes[s];
        if (strcmp(org->employees[one->person].code, person) == 0) list[out->count++] = (struct window){one->from_ms, one->to_ms};
    }
    return DEALER_OK;
}

static dealer_status compare_substitute(struct comparison *comparison, const char *principal, const char *person, bool older) {
    const struct org *before = comparison->question->before->org, *after = comparison->question->after->org;
    struct identity identity = {.before = org_employee_by_code(before, principal),
        .after = org_employee_by_code(after, principal),
        .person = person,
        .principal = principal};
    dealer_status status = windows_of(comparison, before, identity.before, person, &identity.was);
    if (status == DEALER_OK) status = windows_of(comparison, after, identity.after, person, &identity.is);
    if (status != DEALER_OK || (older && identity.is.count > 0)) return status;
    return compare_identity(comparison, &identity);
}

static bool is_named_before(const struct org_employee *employee, int substitute) {
    for (int s = 0; s < substitute; s++) {
        if (employee->substitutes[s].person == employee->substitutes[substitute].person) return true;
    }
    return false;
}

/* Each pair once: those of the older side that the newer has too are left out. */
static dealer_status compare_substitutes(struct comparison *comparison, const struct org *side, int principal, bool older) {
    const struct org_employee *employee = &side->employees[principal];
    dealer_status status = DEALER_OK;
    for (int s = 0; s < employee->substitute_count && status == DEALER_OK; s++) {
        if (is_named_before(employee, s)) continue;
        status = compare_substitute(comparison, employee->code, side->employees[employee->substitutes[s].person].code, older);
    }
    return status;
}

static dealer_status compare_all(struct comparison *comparison) {
    const struct org *before = comparison->question->before->org, *after = comparison->question->after->org;
    dealer_status status = DEALER_OK;
    for (int e = 0; e < after->employee_count && status == DEALER_OK; e++) {
        const char *code = after->employees[e].code;
        struct identity identity = {org_employee_by_code(before, code), e, always, always, code, code};
        status = compare_identity(comparison, &identity);
        if (status == DEALER_OK) status = compare_substitutes(comparison, after, e, false);
    }
    for (int e = 0; e < before->employee_count && status == DEALER_OK; e++) {
        const char *code = before->employees[e].code;
        struct identity identity = {e, -1, always, never, code, code};
        if (org_employee_by_code(after, code) < 0) status = compare_identity(comparison, &identity);
        if (status == DEALER_OK) status = compare_substitutes(comparison, before, e, true);
    }
    return status;
}

static dealer_status make_space(struct comparison *comparison, const struct org *before, const struct org *after) {
    struct region *region = &comparison->region;
    int *departments = REGION_ARRAY(region, comparison->env, int, before->department_count + 1);
    int *companies = REGION_ARRAY(region, comparison->env, int, before->company_count + 1);
    int *gone_company = REGION_ARRAY(region, comparison->env, int, before->department_count + 1);
    int places = after->department_count + after->company_count, gone = 0;
    if (departments == NULL || companies == NULL || gone_company == NULL) return DEALER_E_NOMEM;
    for (int c = 0; c < before->company_count; c++) companies[c] = org_company_by_code(after, before->companies[c].code);
    for (int d = 0; d < before->department_count; d++) {
        departments[d] = org_department_by_code(after, before->departments[d].code);
        if (departments[d] >= 0) continue;
        departments[d] = places + gone;
        gone_company[gone++] = companies[before->departments[d].company];
    }
    comparison->space = (struct space){after, (size_t)(places + gone + 64) / 64, departments, companies, gone_company, gone};
    return DEALER_OK;
}

dealer_status permission_changes(struct env *env, const struct change_question *question) {
    struct comparison comparison = {.env = env, .question = question};
    const struct org *before = question->before->org, *after = question->after->org;
    region_init(&comparison.region, env->seams);
    dealer_status status = make_space(&comparison, before, after);
    if (status == DEALER_OK) status = compare_all(&comparison);
    region_finish(&comparison.region);
    return status;
}
