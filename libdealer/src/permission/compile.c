/* Grants as written, resolved against the catalogue and laid out as runs of terms. Must not know any person. */
#include "permission/compiling.h"
#include "permission/messages.h"

#include "base/sort.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- functions ---- */

void compile_report_type(struct compiler *compiler, const struct place *place, const char *name) {
    struct nearest nearest;
    nearest_init(&nearest, name);
    const struct catalogue *catalogue = compiler->permissions->catalogue;
    for (int i = 0; i < catalogue->type_count; i++) nearest_offer(&nearest, catalogue->types[i].name);
    findings_add_unknown(&compiler->findings, place, &E_PERMISSION_TYPE, name, nearest.best, "");
}

/* All actions with commas, and the nearest one to a name. */
static const char *list_actions(const char *name, char *allowed, size_t size) {
    struct nearest nearest;
    size_t used = 0;
    nearest_init(&nearest, name);
    for (int action = 0; action < ACTION_COUNT; action++) {
        const char *known = action_name((enum document_action)action);
        nearest_offer(&nearest, known);
        int length = snprintf(allowed + used, size - used, "%s%s", action == 0 ? "" : ", ", known);
        used += (size_t)length < size - used ? (size_t)length : size - used - 1;
    }
    return nearest.best;
}

static void report_action(struct findings *findings, const struct place *place, const char *name) {
    char allowed[160];
    const char *nearest = list_actions(name, allowed, sizeof allowed);
    findings_add_unknown(findings, place, &E_PERMISSION_ACTION, name, nearest, allowed);
}

/* "configuration" is no document type: it has two functions only, and no asterisk among types means it. */
int reserved_action(const char *name) {
    if (strcmp(name, "read") == 0) return ACTION_READ;
    return strcmp(name, "apply") == 0 ? ACTION_EDIT : -1;
}

static void resolve_reserved(struct compiler *compiler, struct draft *draft, const struct place *place, const char *action_text) {
    uint16_t *set = &draft->actions[compiler->permissions->configuration.index];
    int action = reserved_action(action_text);
    if (strcmp(action_text, "*") == 0)
        *set = 1U << ACTION_READ | 1U << ACTION_EDIT;
    else if (action >= 0)
        *set = (uint16_t)(*set | 1U << action);
    else
        findings_add_unknown(&compiler->findings, place, &E_PERMISSION_ACTION, action_text, NULL, "read, apply");
}

/* "trade_in.submit" after "trade_in.read". */
static bool resolve_as_before(const struct catalogue_type *type, struct draft *draft, const char *text) {
    int action = type != NULL ? catalogue_action(type, text) : -1;
    if (action >= 0) draft->actions[type->index] = (uint16_t)(draft->actions[type->index] | 1U << action);
    return action >= 0;
}

static void resolve_function(struct compiler *compiler, struct draft *draft, const struct place *place, const char *text) {
    const struct catalogue *catalogue = compiler->permissions->catalogue;
    const char *action_text = strchr(text, '.') + 1; /* loading has seen to the form */
    char type_name[128];
    snprintf(type_name, sizeof type_name, "%.*s", (int)(action_text - text) - 1, text);
    if (strcmp(type_name, compiler->permissions->configuration.name) == 0) {
        resolve_reserved(compiler, draft, place, action_text);
        return;
    }
    bool every_type = strcmp(type_name, "*") == 0, every_action = strcmp(action_text, "*") == 0;
    const struct catalogue_type *type = every_type ? NULL : catalogue_type(catalogue, type_name);
    int action = every_action ? 0 : action_of(action_text);
    if (!every_type && type == NULL) compile_report_type(compiler, place, type_name);
    if (action < 0) report_action(&compiler->findings, place, action_text);
    if ((!every_type && type == NULL) || action < 0) return;
    compiler->last_type = type;
    unsigned set = every_action ? (1U << ACTION_COUNT) - 1 : 1U << action;
    int first = type != NULL ? type->index : 0, last = type != NULL ? type->index : catalogue->type_count - 1;
    for (int t = first; t <= last; t++) draft->actions[t] = (uint16_t)(draft->actions[t] | set);
}

/* ---- conditions ---- */

/* The predicate's own error becomes the reason inside a finding: both of its languages are kept. */
static void report_condition(struct compiler *compiler, const struct place *place, const struct catalogue_type *type) {
    const struct error_entry *entry = &compiler->env->error.entries[0];
    const char *en[] = {"type", type->name, "reason", entry->en, NULL};
    const char *zh[] = {"type", type->name, "reason", entry->zh, NULL};
    findings_add_rendered(&compiler->findings, place, &E_PERMISSION_CONDITION, en, zh);
    error_clear(&compiler->env->error);
}

static dealer_status compile_conditions(struct compiler *compiler, struct draft *draft, const struct place *place) {
    const struct catalogue *catalogue = compiler->permissions->catalogue;
    struct place here = {place, "condition", 0};
    if (draft->grant->condition == NULL) return DEALER_OK;
    if (draft->actions[compiler->permissions->configuration.index] != 0)
        findings_add(&compiler->findings, &here, &E_PERMISSION_CONDITION_RESERVED, NULL);
    draft->conditions = REGION_ARRAY(&compiler->scratch, compiler->env, const struct predicate *, catalogue->type_count + 1);
    if (draft->conditions == NULL) return DEALER_E_NOMEM;
    for (int t = 0; t < catalogue->type_count; t++) {
        if (draft->actions[t] == 0) continue;
        dealer_status status = predicate_parse(
            compiler->env, &compiler->permissions->region, &catalogue->types[t], draft->grant->condition, &draft->conditions[t]);
        if (status == DEALER_E_NOMEM) return status;
        if (status != DEALER_OK) report_condition(compiler, &here, &catalogue->types[t]);
    }
    return DEALER_OK;
}

/* ---- listed departments ---- */

static int by_low(const void *left, const void *right, void *user_data) {
    (void)user_data;
    const struct interval *a = left, *b = right;
    if (a->low != b->low) return a->low < b->low ? -1 : 1;
    return (a->high > b->high) - (a->high < b->high);
}

/* Neighbours and overlaps become one, so that a search and a SQL filter have the fewest. */
static int merge_intervals(struct interval *intervals, int count) {
    sort_items(intervals, (size_t)count, sizeof *intervals, by_low, NULL);
    int last = 0;
    for (int i = 1; i < count; i++) {
        if (intervals[i].low > intervals[last].high + 1)
            intervals[++last] = intervals[i];
        else if (intervals[i].high > intervals[last].high)
            intervals[last].high = intervals[i].high;
    }
    return last + 1;
}

static struct interval interval_of(const struct org *org, const struct org_grant *grant, int index) {
    if (grant->department_count > 0) {
        const struct org_department *department = &org->departments[grant->departments[index]];
        bool below = grant->scope == SCOPE_DEPARTMENTS_AND_BELOW;
        return (struct interval){department->order, below ? department->last : department->order};
    }
    const struct org_company *company = &org->companies[grant->companies[index]];
    return (struct interval){company->order, grant->scope == SCOPE_COMPANIES_AND_BELOW ? company->last : company->order};
}

static dealer_status compile_intervals(struct compiler *compiler, struct draft *draft) {
    const struct org_grant *grant = draft->grant;
    int count = grant->department_count + grant->company_count;
    if (count == 0) return DEALER_OK;
    struct interval *intervals = REGION_ARRAY(&compiler->permissions->region, compiler->env, struct interval, count);
    if (intervals == NULL) return DEALER_E_NOMEM;
    for (int i = 0; i < count; i++) intervals[i] = interval_of(compiler->permissions->org, grant, i);
    draft->intervals = intervals;
    draft->interval_count = merge_intervals(intervals, count);
    return DEALER_OK;
}

/* ---- drafts, then terms ---- */

const struct place *grant_place(const struct org_post *post, int index, struct grant_place *out) {
    out->nouns = (struct place){NULL, post->temporary ? "employees" : "posts", 0};
    out->noun = (struct place){&out->nouns, NULL, post->source};
    out->list = (struct place){&out->noun, "grants", 0};
    out->here = (struct place){&out->list, NULL, post->temporary ? post->grant : index};
    return &out->here;
}

static dealer_status compile_grant(struct compiler *compiler, struct draft *draft) {
    struct grant_place buffer;
    const struct place *here = grant_place(draft->post, draft->index, &buffer);
    struct place functions = {here, "functions", 0};
    draft->actions = REGION_ARRAY(&compiler->scratch, compiler->env, uint16_t, compiler->permissions->catalogue->type_count + 1);
    if (draft->actions == NULL) return DEALER_E_NOMEM;
    for (int f = 0; f < draft->grant->function_count; f++) {
        struct place element = {&functions, NULL, f};
        const char *text = draft->grant->functions[f];
        if (!resolve_as_before(compiler->last_type, draft, text)) resolve_function(compiler, draft, &element, text);
    }
    dealer_status status = compile_conditions(compiler, draft, here);
    return status == DEALER_OK ? compile_intervals(compiler, draft) : status;
}

static dealer_status compile_grants(struct compiler *compiler) {
    const struct org *org = compiler->permissions->org;
    int count = 0;
    for (int p = 0; p < org->post_total; p++) count += org->posts[p].grant_count;
    compiler->drafts = REGION_ARRAY(&compiler->scratch, compiler->env, struct draft, count + 1);
    if (compiler->drafts == NULL) return DEALER_E_NOMEM;
    for (int p = 0; p < org->post_total; p++) {
        for (int g = 0; g < org->posts[p].grant_count; g++) {
            struct draft *draft = &compiler->drafts[compiler->draft_count++];
            *draft = (struct draft){.post = &org->posts[p], .grant = &org->posts[p].grants[g], .index = g};
            dealer_status status = compile_grant(compiler, draft);
            if (status != DEALER_OK) return status;
        }
    }
    return DEALER_OK;
}

/* Calls for every function that a draft grants, with the place of its run. */
static void each_function(const struct compiler *compiler, const struct draft *draft,
    void (*visit)(const struct compiler *compiler, const struct draft *draft, int type, uint32_t *start)) {
    const struct permissions *permissions = compiler->permissions;
    size_t base = (size_t)(draft->post - permissions->org->posts) * (size_t)permissions->function_count;
    for (int type = 0; type <= permissions->catalogue->type_count; type++) {
        unsigned actions = draft->actions[type]; /* mostly none: of most types a grant says nothing */
        for (int action = 0; actions != 0; action++, actions >>= 1) {
            size_t at = base + (size_t)(type * ACTION_COUNT + action);
            if ((actions & 1U) != 0) visit(compiler, draft, type, &compiler->start[at]);
        }
    }
}

static void count_term(const struct compiler *compiler, const struct draft *draft, int type, uint32_t *start) {
    (void)compiler, (void)draft, (void)type;
    ++*start;
}

static void place_term(const struct compiler *compiler, const struct draft *draft, int type, uint32_t *start) {
    const struct predicate *condition = draft->conditions != NULL ? draft->conditions[type] : NULL;
    if (condition != NULL && condition->kind == PREDICATE_TRUE) condition = NULL;
    compiler->terms[--*start] = (struct term){.scope = draft->grant->scope,
        .deny = draft->grant->deny,
        .grant = draft->index,
        .intervals = draft->intervals,
        .interval_count = draft->interval_count,
        .condition = condition};
}

static uint8_t plain_of(const struct term *term) {
    if (term->deny || term->condition != NULL) return NOT_PLAIN;
    switch (term->scope) {
    case SCOPE_SELF: return PLAIN_SELF;
    case SCOPE_DEPARTMENT: return PLAIN_DEPARTMENT;
    case SCOPE_DEPARTMENT_AND_BELOW: return PLAIN_BELOW;
    case SCOPE_COMPANY: return PLAIN_COMPANY;
    case SCOPE_COMPANY_AND_BELOW: return PLAIN_COMPANY_BELOW;
    case SCOPE_GROUP: return PLAIN_GROUP;
    default: return NOT_PLAIN;
    }
}

static dealer_status lay_out_plain(struct compiler *compiler, size_t runs) {
    struct permissions *permissions = compiler->permissions;
    uint8_t *plain = REGION_ARRAY(&permissions->region, compiler->env, uint8_t, runs + 1);
    if (plain == NULL) return DEALER_E_NOMEM;
    size_t functions = (size_t)permissions->function_count, rows = (size_t)permissions->row_count;
    for (size_t row = 0; row < rows; row++) {
        const uint32_t *start = &permissions->start[row * functions];
        if (permissions->org->posts[row].disabled || start[0] == start[functions]) continue;
        for (size_t function = 0; function < functions; function++) {
            uint8_t bits = 0;
            for (uint32_t t = start[function]; t < start[function + 1]; t++)
                bits = (uint8_t)(bits | plain_of(&permissions->terms[t]));
            plain[function * rows + row] = bits;
        }
    }
    permissions->plain = plain;
    return DEALER_OK;
}

/* Runs are counted, their ends summed up, and the terms placed from the last grant back, so that each run ends up in
 * the order of the grants and each start at its start. */
static dealer_status lay_out(struct compiler *compiler) {
    struct permissions *permissions = compiler->permissions;
    size_t runs = (size_t)permissions->row_count * (size_t)permissions->function_count;
    uint32_t total = 0;
    compiler->start = REGION_ARRAY(&permissions->region, compiler->env, uint32_t, runs + 1);
    if (compiler->start == NULL) return DEALER_E_NOMEM;
    for (int d = 0; d < compiler->draft_count; d++) each_function(compiler, &compiler->drafts[d], count_term);
    for (size_t i = 0; i < runs; i++) compiler->start[i] = total += compiler->start[i];
    compiler->start[runs] = total;
    compiler->terms = REGION_ARRAY(&permissions->region, compiler->env, struct term, total + 1);
    if (compiler->terms == NULL) return DEALER_E_NOMEM;
    for (int d = compiler->draft_count - 1; d >= 0; d--) each_function(compiler, &compiler->drafts[d], place_term);
    permissions->start = compiler->start;
    permissions->terms = compiler->terms;
    return lay_out_plain(compiler, runs);
}

static struct permissions *permissions_new(struct env *env, const struct org *org, const struct catalogue *catalogue) {
    struct region region;
    region_init(&region, env->seams);
    struct permissions *permissions = REGION_NEW(&region, env, struct permissions);
    if (permissions == NULL) return NULL;
    *permissions = (struct permissions){.region = region,
        .org = org,
        .catalogue = catalogue,
        .configuration = {.name = "configuration", .label = {"configuration", "配置"}, .index = catalogue->type_count},
        .function_count = (catalogue->type_count + 1) * ACTION_COUNT,
        .row_count = org->post_total,
        .service_type = -1};
    return permissions;
}

dealer_status permissions_compile(struct env *env, const struct org *org, const struct catalogue *catalogue, json_value *findings,
    struct json *findings_json, struct permissions **out) {
    struct compiler compiler = {.env = env, .permissions = permissions_new(env, org, catalogue)};
    if (compiler.permissions == NULL) return DEALER_E_NOMEM;
    findings_init(&compiler.findings, env, findings, findings_json);
    region_init(&compiler.scratch, env->seams);
    dealer_status status = compile_grants(&compiler);
    if (status == DEALER_OK) status = compile_fields(&compiler);
    if (status == DEALER_OK) status = compile_service(&compiler);
    if (status == DEALER_OK) status = compile_chain(&compiler);
    if (status == DEALER_OK) status = findings_result(&compiler.findings);
    if (status == DEALER_OK) status = lay_out(&compiler);
    if (status == DEALER_OK && org->people == NULL && org->employee_ids.count > 0)
        status = permissions_settle(env, compiler.permissions, NULL);
    region_finish(&compiler.scratch);
    if (status == DEALER_OK)
        *out = compiler.permissions;
    else
        permissions_free(compiler.permissions);
    return status;
}

void permissions_free(struct permissions *permissions) {
    if (permissions == NULL) return;
    seats_drop(permissions->table);
    struct region region = permissions->region; /* they lie in their own region */
    region_finish(&region);
}

dealer_status permissions_settle(struct env *env, struct permissions *permissions, const struct permissions *like) {
    dealer_status status = DEALER_OK;
    bool same = like != NULL && like->table != NULL && like->org->people != NULL && like->org->people == permissions->org->people;
    if (permissions->table != NULL) return DEALER_OK;
    if (same) references_take(&like->table->references);
    if (same)
        permissions->table = like->table;
    else
        status = seats_build(env, permissions->org, &permissions->table);
    if (status != DEALER_OK) return status;
    permissions->seats = permissions->table->seats;
    permissions->seat_start = permissions->table->start;
    permissions->departments = permissions->table->departments;
    permissions->companies = permissions->table->companies;
    return DEALER_OK;
}

/* ---- one function by name ---- */

static dealer_status raise_action(struct env *env, const char *text, const char *action) {
    char allowed[160];
    const char *nearest = list_actions(action, allowed, sizeof allowed);
    return error_raise(&env->error, &E_PERMISSION_FUNCTION_ACTION, "function", text, "action", action, "nearest",
        nearest != NULL ? nearest : "read", "allowed", allowed, NULL);
}

dealer_status function_parse(struct env *env, const struct catalogue *catalogue, const char *text, struct function *out) {
    char name[128];
    const char *point = text != NULL ? strchr(text, '.') : NULL;
    const struct catalogue_type *type = NULL;
    if (point == NULL || point - text >= (ptrdiff_t)sizeof name)
        return error_raise(&env->error, &E_PERMISSION_FUNCTION, "function", text != NULL ? text : "", NULL);
    snprintf(name, sizeof name, "%.*s", (int)(point - text), text);
    dealer_status status = catalogue_find_type(env, catalogue, name, &type);
    if (status != DEALER_OK) return status;
    int action = action_of(point + 1);
    if (action < 0) return raise_action(env, text, point + 1);
    *out = (struct function){type, (enum document_action)action};
    return DEALER_OK;
}
