/* A snapshot back to configuration JSON, the inverse of loading. */
#include "base/time.h"
#include "org/org.h"

enum { MS_PER_DAY = 86400000 };

static void set_codes(struct json *json, json_value *object, const char *code, const char *name) {
    json_set_text(json, object, "code", code);
    json_set_text(json, object, "name", name);
}

static json_value *text_value(struct json *json, const char *text) {
    size_t length = 0;
    while (text[length] != '\0') length++;
    return json_new_text(json, text, length);
}

static json_value *write_companies(const struct org *org, struct json *json) {
    static const char *const kinds[] = {"sales", "service", "guarantee"};
    json_value *array = json_new_array(json);
    for (int i = 0; i < org->company_count; i++) {
        const struct org_company *company = &org->companies[i];
        json_value *object = json_new_object(json), *set = json_new_array(json);
        set_codes(json, object, company->code, company->name);
        for (int k = 0; k < 3; k++) {
            if ((company->kinds & 1U << k) != 0) json_push(json, set, text_value(json, kinds[k]));
        }
        json_set(json, object, "kinds", set);
        json_set_text(json, object, "currency", company->currency);
        if (company->parent >= 0) json_set_text(json, object, "parent", org->companies[company->parent].code);
        json_push(json, array, object);
    }
    return array;
}

static json_value *write_departments(const struct org *org, struct json *json) {
    json_value *array = json_new_array(json);
    for (int i = 0; i < org->department_count; i++) {
        const struct org_department *department = &org->departments[i];
        json_value *object = json_new_object(json);
        set_codes(json, object, department->code, department->name);
        json_set_text(json, object, "company", org->companies[department->company].code);
        if (department->parent >= 0) json_set_text(json, object, "parent", org->departments[department->parent].code);
        if (department->head >= 0) json_set_text(json, object, "head", org->employees[department->head].code);
        if (department->deputy_count > 0) {
            json_value *deputies = json_new_array(json);
            for (int d = 0; d < department->deputy_count; d++)
                json_push(json, deputies, text_value(json, org->employees[department->deputies[d]].code));
            json_set(json, object, "deputies", deputies);
        }
        json_push(json, array, object);
    }
    return array;
}

static json_value *write_grant(const struct org *org, const struct org_grant *grant, struct json *json) {
    json_value *object = json_new_object(json), *functions = json_new_array(json);
    for (int f = 0; f < grant->function_count; f++) json_push(json, functions, text_value(json, grant->functions[f]));
    json_set(json, object, "functions", functions);
    json_set_text(json, object, "scope", scope_name(grant->scope));
    if (grant->department_count > 0) {
        json_value *departments = json_new_array(json);
        for (int d = 0; d < grant->department_count; d++)
            json_push(json, departments, text_value(json, org->departments[grant->departments[d]].code));
        json_set(json, object, "departments", departments);
    }
    if (grant->company_count > 0) {
        json_value *companies = json_new_array(json);
        for (int c = 0; c < grant->company_count; c++)
            json_push(json, companies, text_value(json, org->companies[grant->companies[c]].code));
        json_set(json, object, "companies", companies);
    }
    if (grant->deny) json_set_boolean(json, object, "deny", true);
    if (grant->condition != NULL) json_set(json, object, "condition", json_copy(json, grant->condition));
    return object;
}

static void set_texts(struct json *json, json_value *object, const char *member, const char *const *texts, int count) {
    json_value *array = json_new_array(json);
    for (int i = 0; i < count; i++) json_push(json, array, text_value(json, texts[i]));
    if (count > 0) json_set(json, object, member, array);
}

static json_value *write_field_rules(const struct org_post *post, struct json *json) {
    json_value *array = json_new_array(json);
    for (int i = 0; i < post->field_rule_count; i++) {
        const struct org_field_rule *rule = &post->fields[i];
        json_value *object = json_new_object(json);
        json_set_text(json, object, "type", rule->type);
        set_texts(json, object, "hidden", rule->hidden, rule->hidden_count);
        set_texts(json, object, "fixed", rule->fixed, rule->fixed_count);
        json_push(json, array, object);
    }
    return array;
}

static json_value *write_posts(const struct org *org, struct json *json) {
    json_value *array = json_new_array(json);
    for (int i = 0; i < org->post_count; i++) {
        const struct org_post *post = &org->posts[i];
        json_value *object = json_new_object(json), *grants = json_new_array(json);
        set_codes(json, object, post->code, post->name);
        if (post->disabled) json_set_boolean(json, object, "disabled", true);
        for (int g = 0; g < post->grant_count; g++) json_push(json, grants, write_grant(org, &post->grants[g], json));
        json_set(json, object, "grants", grants);
        if (post->field_rule_count > 0) json_set(json, object, "fields", write_field_rules(post, json));
        json_push(json, array, object);
    }
    return array;
}

/* Midnight is written as a date, as people write it. */
static void set_instant(struct json *json, json_value *object, const char *member, int64_t utc_ms) {
    char text[25];
    if (utc_ms % MS_PER_DAY == 0)
        date_format((int32_t)(utc_ms / MS_PER_DAY), text);
    else
        instant_format(utc_ms, text);
    json_set_text(json, object, member, text);
}

static void set_place(const struct org *org, const struct org_holding *holding, struct json *json, json_value *object) {
    if (!holding->at_home && holding->department >= 0)
        json_set_text(json, object, "department", org->departments[holding->department].code);
    if (!holding->at_home && holding->department < 0) json_set_text(json, object, "company", org->companies[holding->company].code);
}

static void set_period(struct json *json, json_value *object, int64_t from_ms, int64_t to_ms) {
    if (from_ms != INT64_MIN) set_instant(json, object, "from", from_ms);
    if (to_ms != INT64_MAX) set_instant(json, object, "to", to_ms);
}

static json_value *write_holding(const struct org *org, const struct org_holding *holding, struct json *json) {
    json_value *object = json_new_object(json);
    json_set_text(json, object, "post", org->posts[holding->post].code);
    set_place(org, holding, json, object);
    set_period(json, object, holding->from_ms, holding->to_ms);
    return object;
}

static json_value *write_temporary(const struct org *org, const struct org_holding *holding, struct json *json) {
    json_value *object = write_grant(org, &org->posts[holding->post].grants[0], json);
    if (!holding->at_home) {
        json_value *place = json_new_object(json);
        set_place(org, holding, json, place);
        json_set(json, object, "in", place);
    }
    set_period(json, object, holding->from_ms, holding->to_ms);
    return object;
}

static json_value *write_substitutes(const struct org *org, const struct org_employee *employee, struct json *json) {
    json_value *array = json_new_array(json);
    for (int i = 0; i < employee->substitute_count; i++) {
        const struct org_substitute *substitute = &employee->substitutes[i];
        json_value *object = json_new_object(json);
        json_set_text(json, object, "person", org->employees[substitute->person].code);
        set_period(json, object, substitute->from_ms, substitute->to_ms);
        json_push(json, array, object);
    }
    return array;
}

static json_value *write_service_roles(const struct org *org, const struct org_employee *employee, struct json *json) {
    json_value *array = json_new_array(json);
    for (int i = 0; i < employee->service_role_count; i++) {
        const struct org_service_role *role = &employee->service_roles[i];
        json_value *object = json_new_object(json), *quota = json_new_object(json);
        json_set_text(json, object, "company", org->companies[role->company].code);
        set_texts(json, object, "sites", role->sites, role->site_count);
        if (role->warehouse != NULL) json_set_text(json, object, "warehouse", role->warehouse);
        json_set_integer(json, quota, "amount_minor", role->quota_minor);
        json_set_text(json, quota, "currency", org->companies[role->company].currency);
        json_set_text(json, quota, "period", quota_period_name(role->period));
        if (role->has_quota) json_set(json, object, "quota", quota);
        json_push(json, array, object);
    }
    return array;
}

static void write_personal(const struct org *org, const struct org_employee *employee, struct json *json, json_value *object) {
    json_value *posts = json_new_array(json), *grants = json_new_array(json);
    for (int h = 0; h < employee->holding_count; h++) {
        const struct org_holding *holding = &employee->holdings[h];
        if (org->posts[holding->post].temporary)
            json_push(json, grants, write_temporary(org, holding, json));
        else
            json_push(json, posts, write_holding(org, holding, json));
    }
    json_set(json, object, "posts", posts);
    if (json_count(grants) > 0) json_set(json, object, "grants", grants);
    if (employee->substitute_count > 0) json_set(json, object, "substitutes", write_substitutes(org, employee, json));
    if (employee->service_role_count > 0) json_set(json, object, "service_roles", write_service_roles(org, employee, json));
}

static json_value *write_employees(const struct org *org, struct json *json) {
    json_value *array = json_new_array(json);
    for (int i = 0; i < org->employee_count; i++) {
        const struct org_employee *employee = &org->employees[i];
        json_value *object = json_new_object(json);
        set_codes(json, object, employee->code, employee->name);
        json_set_text(json, object, "department", org->departments[employee->department].code);
        if (employee->disabled) json_set_boolean(json, object, "disabled", true);
        write_personal(org, employee, json, object);
        json_push(json, array, object);
    }
    return array;
}

json_value *org_to_json(const struct org *org, struct json *json) {
    static const char *const passed[] = {
        "reviews", "messages", "types", "fields", "separation", "rules", "calendars", "limits", "delivery"};
    json_value *root = json_new_object(json);
    if (org->group_code[0] != '\0') {
        json_value *group = json_new_object(json);
        set_codes(json, group, org->group_code, org->group_name);
        json_set(json, root, "group", group);
    }
    json_set(json, root, "companies", write_companies(org, json));
    json_set(json, root, "departments", write_departments(org, json));
    json_set(json, root, "posts", write_posts(org, json));
    json_set(json, root, "employees", write_employees(org, json));
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) {
        const json_value *member = json_get(json_root(org->source), passed[i]);
        if (member != NULL) json_set(json, root, passed[i], json_copy(json, member));
    }
    return root;
}
