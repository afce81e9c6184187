/* A change of configuration as a whole: what differs, whether the person may make it, what it does to people. Writes nothing. */
#include "deal/use_cases.h"
#include "permission/change.h"
#include <stdio.h>
#include <string.h>

/* -- what differs -- */

enum { PATH_SIZE = 400, CHANGES_MAX = 1000 };

struct diff {
    struct deal *deal;
    struct json *json;
    json_value *changes;
    dealer_status status;
};

static void note(struct diff *diff, const char *path, const json_value *before, const json_value *after) {
    if (json_count(diff->changes) >= CHANGES_MAX) return;
    json_value *change = json_new_object(diff->json);
    json_set_text(diff->json, change, "path", path);
    json_set(diff->json, change, "before", before ? json_copy(diff->json, before) : json_new_null(diff->json));
    json_set(diff->json, change, "after", after ? json_copy(diff->json, after) : json_new_null(diff->json));
    json_push(diff->json, diff->changes, change);
}

static bool has_codes(const json_value *array) {
    const json_value *item;
    for (struct json_cursor each = json_each(array); (item = json_next(&each, NULL));)
        if (!json_get_text(item, "code")) return false;
    return json_kind(array) == JSON_ARRAY;
}

/* Codes of an array to positions, so that long lists are paired in one pass. */
static dealer_status index_codes(struct diff *diff, const json_value *array, struct text_map *map, const json_value ***items_out) {
    struct deal *deal = diff->deal;
    const json_value *item;
    int32_t index = 0;
    const json_value **items = REGION_ARRAY(&deal->region, deal->env, const json_value *, json_count(array) + 1);
    if (!items || text_map_init(map, &deal->region, deal->env, json_count(array))) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(array); (item = json_next(&each, NULL)); index++) {
        items[index] = item;
        text_map_put(map, json_get_text(item, "code"), index);
    }
    *items_out = items;
    return DEALER_OK;
}

static void compare(struct diff *diff, const char *path, const json_value *before, const json_value *after, int depth);

static void compare_lists(struct diff *diff, const char *path, const json_value *before, const json_value *after, int depth) {
    char below[PATH_SIZE];
    struct text_map were, are;
    const json_value **old = NULL, **new = NULL, *item;
    diff->status = index_codes(diff, before, &were, &old);
    if (!diff->status) diff->status = index_codes(diff, after, &are, &new);
    for (struct json_cursor each = json_each(before); !diff->status && (item = json_next(&each, NULL));) {
        int32_t other = text_map_get(&are, json_get_text(item, "code"));
        snprintf(below, sizeof below, "%s[%s]", path, json_get_text(item, "code"));
        compare(diff, below, item, other >= 0 ? new[other] : NULL, depth);
    }
    for (struct json_cursor each = json_each(after); !diff->status && (item = json_next(&each, NULL));) {
        snprintf(below, sizeof below, "%s[%s]", path, json_get_text(item, "code"));
        if (text_map_get(&were, json_get_text(item, "code")) < 0) note(diff, below, NULL, item);
    }
}

static void compare_objects(struct diff *diff, const char *path, const json_value *before, const json_value *after, int depth) {
    char below[PATH_SIZE];
    const char *key;
    const json_value *item;
    for (struct json_cursor each = json_each(before); !diff->status && (item = json_next(&each, &key));) {
        snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", key);
        compare(diff, below, item, json_get(after, key), depth);
    }
    for (struct json_cursor each = json_each(after); !diff->status && (item = json_next(&each, &key));) {
        snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", key);
        if (!json_get(before, key)) compare(diff, below, NULL, item, depth);
    }
}

static void compare(struct diff *diff, const char *path, const json_value *before, const json_value *after, int depth) {
    enum { DEEPEST = 4 };
    if (diff->status || json_equal(before, after)) return;
    bool lists = (!before || has_codes(before)) && (!after || has_codes(after));
    if (depth < DEEPEST && before && after && json_kind(before) == JSON_OBJECT && json_kind(after) == JSON_OBJECT)
        compare_objects(diff, path, before, after, depth + 1);
    else if (depth < DEEPEST && lists && json_kind(before ? before : after) == JSON_ARRAY)
        compare_lists(diff, path, before, after, depth + 1);
    else
        note(diff, path, before, after);
}

dealer_status configuration_diff(
    struct deal *deal, const json_value *before, const json_value *after, struct json *json, json_value *changes) {
    struct diff diff = {deal, json, changes, DEALER_OK};
    compare(&diff, "", before, after, 0);
    return diff.status ? error_nomem(&deal->env->error) : json_status(json);
}

/* -- whether he may -- */

struct authority {
    struct deal *deal;
    const struct deal_snapshot *after;
};

static dealer_status raise_outside(struct deal *deal, const char *what) {
    return error_raise(
        &deal->env->error, &E_CONFIGURATION_OUTSIDE, "person", deal_person_name(deal, deal->person), "what", what, NULL);
}

/* Where the person stands now, and where he will stand. */
static bool may_change_person(const struct authority *authority, const char *code) {
    struct deal *deal = authority->deal;
    const struct permissions *permissions = deal->snapshot->permissions;
    const struct org *before = deal->snapshot->org, *after = authority->after->org;
    int old = org_employee_by_code(before, code), new = org_employee_by_code(after, code);
    bool may = old < 0 || permission_over_person(permissions, deal->employee, ACTION_EDIT, old, deal->now_ms);
    if (!may || new < 0) return may;
    const char *department = after->departments[after->employees[new].department].code;
    int there = org_department_by_code(before, department);
    if (there < 0) return permission_over_group(permissions, deal->employee, ACTION_EDIT, deal->now_ms);
    return permission_over_place(permissions, deal->employee, ACTION_EDIT, before->departments[there].company, there, deal->now_ms);
}

static dealer_status check_change(void *user_data, const struct change *change) {
    const struct authority *authority = user_data;
    struct deal *deal = authority->deal;
    if (change->kind == CHANGE_BEYOND)
        return error_raise(&deal->env->error, &E_CONFIGURATION_BEYOND, "person", deal_person_name(deal, deal->person), "other",
            change->person, "type", change->type, "action", change->action, NULL);
    return may_change_person(authority, change->person) ? DEALER_OK : raise_outside(deal, change->person);
}

/* "employees[zhang].posts" -> "zhang"; NULL when the path is of something else. */
static const char *person_of(struct deal *deal, const char *path) {
    static const char employees[] = "employees[";
    const char *end = strncmp(path, employees, sizeof employees - 1) == 0 ? strchr(path, ']') : NULL;
    const char *start = path + sizeof employees - 1;
    return end ? region_copy(&deal->region, deal->env, start, (size_t)(end - start)) : NULL;
}

dealer_status configuration_authorise(
    struct deal *deal, const struct deal_snapshot *after, struct json *json, const json_value *changes) {
    struct authority authority = {deal, after};
    const struct permissions *permissions = deal->snapshot->permissions;
    bool group = permission_over_group(permissions, deal->employee, ACTION_EDIT, deal->now_ms);
    dealer_status status = DEALER_OK;
    const json_value *item;
    (void)json;
    if (json_count(changes) >= CHANGES_MAX && !group) return raise_outside(deal, "...");
    for (struct json_cursor each = json_each(changes); !status && !group && (item = json_next(&each, NULL));) {
        const char *path = json_get_text(item, "path"), *person = path ? person_of(deal, path) : NULL;
        bool posts = path && strncmp(path, "posts", 5) == 0; /* judged by the people who hold them */
        if (!posts && (!person || !may_change_person(&authority, person))) status = raise_outside(deal, path ? path : "?");
    }
    struct change_question question = {permissions, after->permissions, deal->employee, deal->now_ms, check_change, &authority};
    return status ? status : permission_changes(deal->env, &question);
}

/* -- what it does to people -- */

struct effect {
    struct change change;
    int before, after; /* of the principal, on each side */
    int64_t documents;
    struct effect *next;
};

struct effects {
    struct deal *deal;
    const struct deal_snapshot *after;
    struct effect *first, **last;
};

static dealer_status note_effect(void *user_data, const struct change *change) {
    struct effects *effects = user_data;
    struct effect *effect = REGION_NEW(&effects->deal->region, effects->deal->env, struct effect);
    if (!effect) return DEALER_E_NOMEM;
    effect->change = *change;
    effect->before = org_employee_by_code(effects->deal->snapshot->org, change->principal);
    effect->after = org_employee_by_code(effects->after->org, change->principal);
    *effects->last = effect;
    effects->last = &effect->next;
    return DEALER_OK;
}

static void weigh(struct effects *effects, struct effect *effect, const struct document *was, const struct document *is) {
    struct deal *deal = effects->deal;
    struct function old = {was->type, (enum document_action)action_of(effect->change.action)}, new = old;
    new.type = is->type;
    bool before = effect->before >= 0 && permission_allows(deal->snapshot->permissions, effect->before, old, was, deal->now_ms);
    bool after = effect->after >= 0 && permission_allows(effects->after->permissions, effect->after, new, is, deal->now_ms);
    bool gain = effect->change.kind == CHANGE_GAIN;
    effect->documents += before != after && after == gain;
}

static dealer_status weigh_type(struct effects *effects, const struct catalogue_type *type, int64_t sample) {
    struct deal *deal = effects->deal;
    const struct catalogue_type *new = catalogue_type(effects->after->catalogue, type->name);
    struct document_query query = {.type = type, .visible = predicate_constant(true), .descending = true, .limit = sample};
    struct document_cursor *cursor = NULL;
    struct document *was = NULL, *is = NULL;
    if (!new) return DEALER_OK;
    dealer_status status = store_document_query(deal->env, deal->connection, &query, &cursor);
    while (!status && !(status = store_document_next(deal->env, cursor, &was)) && was) {
        status = deal_retype(deal->env, was, new, &is);
        for (struct effect *effect = effects->first; !status && effect; effect = effect->next)
            if (strcmp(effect->change.type, type->name) == 0) weigh(effects, effect, was, is);
        if (!status) document_free(is);
        document_free(was);
    }
    store_document_cursor_free(cursor);
    return status;
}

static void push_effect(struct json *json, json_value *people, const struct effect *effect) {
    json_value *item = json_new_object(json);
    char function[160];
    snprintf(function, sizeof function, "%s.%s", effect->change.type, effect->change.action);
    json_set_text(json, item, "person", effect->change.person);
    if (strcmp(effect->change.person, effect->change.principal) != 0) json_set_text(json, item, "for", effect->change.principal);
    json_set_text(json, item, "function", function);
    json_set_text(json, item, "change", effect->change.kind == CHANGE_GAIN ? "gains" : "loses");
    json_set_integer(json, item, "documents", effect->documents);
    json_push(json, people, item);
}

dealer_status configuration_effects(
    struct deal *deal, const struct deal_snapshot *after, int64_t sample, struct json *json, json_value *people) {
    struct effects effects = {deal, after, NULL, NULL};
    effects.last = &effects.first;
    const struct catalogue *catalogue = deal->snapshot->catalogue;
    struct change_question question = {deal->snapshot->permissions, after->permissions, -1, deal->now_ms, note_effect, &effects};
    dealer_status status = permission_changes(deal->env, &question);
    for (int t = 0; !status && t < catalogue->type_count; t++) {
        bool asked = false;
        for (const struct effect *effect = effects.first; effect; effect = effect->next)
            asked = asked || strcmp(effect->change.type, catalogue->types[t].name) == 0;
        if (asked) status = weigh_type(&effects, &catalogue->types[t], sample);
    }
    for (const struct effect *effect = effects.first; !status && effect; effect = effect->next) push_effect(json, people, effect);
    return status ? status : json_status(json);
}
