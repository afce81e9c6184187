/* The questions to compiled permissions that are answered with yes, no, a predicate or a list. Nothing here decides by
 * itself who holds what: reach_next does. */
#include "permission/permission.h"

#include "permission/terms.h"

#include <stdio.h>
#include <string.h>

/* ---- one document ---- */

bool permission_allows(const struct permissions *permissions, int employee, struct function function,
    const struct document *document, int64_t now_ms) {
    if (function.type == NULL || document->type != function.type) return false;
    if (reach_any(permissions, employee, function, document, now_ms)) return true;
    return function.action == ACTION_READ && document->participant && org_has_post_in_force(permissions->org, employee, now_ms);
}

bool permission_has_function(const struct permissions *permissions, int employee, struct function function, int64_t now_ms) {
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (reach.kind != REACH_NOTHING) return true;
    }
    return false;
}

bool permission_may_create(const struct permissions *permissions, int employee, const struct catalogue_type *type, int company,
    int department, int64_t now_ms) {
    const struct org *org = permissions->org;
    if (employee < 0 || employee >= org->employee_count || company < 0 || company >= org->company_count) return false;
    if (department >= org->department_count) return false;
    if (department >= 0 && org->departments[department].company != company) return false;
    struct facts facts = {.company = org->companies[company].id,
        .department = department >= 0 ? org->departments[department].id : 0,
        .owner = org->employees[employee].id,
        .order = department >= 0 ? org->departments[department].order : -1};
    struct function function = {type, ACTION_CREATE};
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (reach_covers(&reach, &facts)) return true;
    }
    return false;
}

/* ---- any document: the predicate ---- */

static int32_t department_order(const void *user_data, int64_t department) {
    return org_department_by_id(user_data, department);
}

struct predicate_world permission_world(const struct permissions *permissions) {
    return (struct predicate_world){permissions->org, department_order};
}

static int count_reaches(const struct permissions *permissions, int employee, struct function function, int64_t now_ms) {
    int count = 0;
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach);) count++;
    return count;
}

dealer_status permission_predicate(struct env *env, struct region *region, const struct permissions *permissions,
    const struct permission_question *question, const struct predicate **out) {
    int employee = question->employee;
    struct function function = question->function;
    int64_t now_ms = question->now_ms;
    int count = 0, most = count_reaches(permissions, employee, function, now_ms) + 1;
    const struct predicate **children = REGION_ARRAY(region, env, const struct predicate *, most);
    if (children == NULL) return DEALER_E_NOMEM;
    struct reach_cursor cursor = reach_each(permissions, employee, function, now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach);) {
        children[count] = reach_predicate(env, region, function.type, &reach);
        if (children[count++] == NULL) return DEALER_E_NOMEM;
    }
    if (function.type != NULL && function.action == ACTION_READ && org_has_post_in_force(permissions->org, employee, now_ms)) {
        children[count] = predicate_participant(env, region, permissions->org->employees[employee].id);
        if (children[count++] == NULL) return DEALER_E_NOMEM;
    }
    const struct predicate *any = predicate_combine(env, region, PREDICATE_ANY, children, count);
    if (any == NULL) return DEALER_E_NOMEM;
    *out = any;
    return DEALER_OK;
}

/* ---- lists ---- */

dealer_status permission_functions_of(
    struct env *env, const struct permissions *permissions, int employee, int64_t now_ms, struct json *json, json_value **out) {
    (void)env;
    json_value *array = json_new_array(json);
    const struct catalogue *catalogue = permissions->catalogue;
    for (int type = 0; type < catalogue->type_count; type++) {
        for (int action = 0; action < ACTION_COUNT; action++) {
            struct function function = {&catalogue->types[type], (enum document_action)action};
            if (!permission_has_function(permissions, employee, function, now_ms)) continue;
            char text[128];
            int length = snprintf(text, sizeof text, "%s.%s", function.type->name, action_name(function.action));
            json_push(json, array, json_new_text(json, text, (size_t)length));
        }
    }
    if (json_status(json) != DEALER_OK) return json_status(json);
    *out = array;
    return DEALER_OK;
}

dealer_status permission_who_can(struct env *env, const struct permissions *permissions, const struct permission_question *question,
    const struct document *document, struct json *json, json_value **out) {
    (void)env;
    struct function function = question->function;
    json_value *array = json_new_array(json);
    const struct org *org = permissions->org;
    bool fits = function.type != NULL && document->type == function.type;
    for (int e = 0; fits && e < org->employee_count; e++) {
        if (!reach_any(permissions, e, function, document, question->now_ms)) continue;
        json_push(json, array, json_new_text(json, org->employees[e].code, strlen(org->employees[e].code)));
    }
    if (json_status(json) != DEALER_OK) return json_status(json);
    *out = array;
    return DEALER_OK;
}
