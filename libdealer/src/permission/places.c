/* Where a person may do something: his reaches, told as places. */
#include "permission/terms.h"

#include <string.h>

struct places {
    const struct permissions *permissions;
    bool *departments, *companies, *own; /* by index, tree order for departments */
    bool all, conditional;
};

static void add_intervals(struct places *places, const struct reach *reach) {
    const struct interval *intervals = reach->intervals != NULL ? reach->intervals : &reach->below;
    const struct org *org = places->permissions->org;
    for (int i = 0; i < reach->interval_count; i++) {
        for (int32_t at = intervals[i].low; at <= intervals[i].high; at++) {
            if (reach->kind == REACH_COMPANIES)
                places->companies[org->company_order[at]] = true;
            else
                places->departments[at] = true;
        }
    }
}

static void add(struct places *places, const struct reach *reach) {
    const struct org *org = places->permissions->org;
    int company = org_company_by_id(org, reach->company), department = org_department_by_id(org, reach->department);
    places->conditional = places->conditional || reach->condition != NULL || reach->narrowings != NULL || reach->deny;
    if (reach->deny) return;
    switch (reach->kind) {
    case REACH_NOTHING: break;
    case REACH_ALL: places->all = true; break;
    case REACH_OWN: places->own[company] = true; break;
    case REACH_COMPANY: places->companies[company] = true; break;
    case REACH_DEPARTMENT: places->departments[department] = true; break;
    case REACH_INTERVALS:
    case REACH_COMPANIES: add_intervals(places, reach); break;
    }
}

static void push_code(struct json *json, json_value *array, const char *code) {
    json_push(json, array, json_new_text(json, code, strlen(code)));
}

static json_value *tell(const struct places *places, struct json *json) {
    const struct org *org = places->permissions->org;
    json_value *root = json_new_object(json), *own = json_new_array(json), *companies = json_new_array(json);
    json_value *departments = json_new_array(json);
    for (int c = 0; c < org->company_count; c++) {
        if (places->all || places->companies[c]) push_code(json, companies, org->companies[c].code);
        if (!places->all && !places->companies[c] && places->own[c]) push_code(json, own, org->companies[c].code);
    }
    for (int d = 0; d < org->department_count; d++) {
        bool whole = places->all || places->companies[org->departments[d].company];
        if (whole || places->departments[d]) push_code(json, departments, org->departments[d].code);
    }
    json_set_boolean(json, root, "all", places->all);
    json_set(json, root, "own", own);
    json_set(json, root, "companies", companies);
    json_set(json, root, "departments", departments);
    json_set_boolean(json, root, "conditional", places->conditional);
    return root;
}

dealer_status permission_places(struct env *env, const struct permissions *permissions, const struct permission_question *question,
    struct json *json, json_value **out) {
    const struct org *org = permissions->org;
    size_t departments = (size_t)org->department_count, companies = (size_t)org->company_count;
    bool *flags = env_alloc(env, departments + 2 * companies + 1);
    if (flags == NULL) return DEALER_E_NOMEM;
    struct places places = {permissions, flags, flags + departments, flags + departments + companies, false, false};
    struct reach_cursor cursor = reach_each(permissions, question->employee, question->function, question->now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach);) add(&places, &reach);
    *out = tell(&places, json);
    env_free(env, flags);
    return json_status(json);
}
