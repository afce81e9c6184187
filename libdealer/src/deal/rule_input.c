/* What rules see of a document: plain values, copied; no handle, no way back into the store. */
#include "deal/decisions.h"
#include "deal/use_cases.h"
#include "base/time.h"
#include <string.h>

static json_value *place_to_json(const struct deal *deal, const struct document *document, struct json *json) {
    const struct org *org = deal->snapshot->org;
    int company = org_company_by_id(org, document_integer(document, COMMON_COMPANY));
    int department =
        document_has(document, COMMON_DEPARTMENT) ? org_department_by_id(org, document_integer(document, COMMON_DEPARTMENT)) : -1;
    json_value *place = json_new_object(json);
    json_set_text(json, place, "company", company >= 0 ? org->companies[company].code : NULL);
    json_set_text(json, place, "department", department >= 0 ? org->departments[department].code : NULL);
    return place;
}

static json_value *person_to_json(const struct deal *deal, int64_t person, struct json *json) {
    const struct org *org = deal->snapshot->org;
    int index = person ? org_employee_by_id(org, person) : -1;
    json_value *value = json_new_object(json), *posts = json_new_array(json);
    const struct org_employee *employee = index >= 0 ? &org->employees[index] : NULL;
    json_set_text(json, value, "code", employee ? employee->code : NULL);
    json_set_text(json, value, "name", employee ? employee->name : NULL);
    for (int i = 0; employee && i < employee->holding_count; i++)
        if (!org->posts[employee->holdings[i].post].temporary &&
            org_holding_in_force(org, employee, &employee->holdings[i], deal->now_ms)) {
            const char *code = org->posts[employee->holdings[i].post].code;
            json_push(json, posts, json_new_text(json, code, strlen(code)));
        }
    json_set(json, value, "posts", posts);
    return value;
}

static dealer_status add_links(struct deal *deal, const struct document *document, struct json *json, json_value *links) {
    dealer_status status = DEALER_OK;
    for (int i = COMMON_CUSTOMER; !status && i < document->type->field_count; i++) {
        const struct catalogue_field *field = &document->type->fields[i];
        struct document *linked = NULL;
        if (field->kind != FIELD_DOCUMENT || !document_has(document, i)) continue;
        status = deal_load(deal, document_integer(document, i), &linked);
        if (!status && deal->on_behalf) status = deal_conceal(deal, linked);
        if (!status) json_set(json, links, field->name, document_to_json(linked, json));
        document_free(linked);
    }
    return status;
}

dealer_status rule_input(struct deal *deal, const struct document *document, struct json *json, json_value **out) {
    char today[11];
    json_value *input = json_new_object(json), *links = json_new_object(json), *people = json_new_object(json);
    date_format(deal_today(deal), today);
    json_set(json, input, "document", document_to_json(document, json));
    json_set(json, input, "place", place_to_json(deal, document, json));
    json_set(json, people, "owner", person_to_json(deal, document_integer(document, COMMON_OWNER), json));
    json_set(json, people, "actor", person_to_json(deal, deal->person, json));
    json_set(json, input, "people", people);
    json_set_text(json, input, "today", today);
    dealer_status status = add_links(deal, document, json, links);
    json_set(json, input, "links", links);
    if (!status && json_status(json)) status = error_nomem(&deal->env->error);
    *out = input;
    return status;
}

static dealer_status ask_truth(struct deal *deal, const struct rule_call *call, bool *out) {
    struct rule_result result;
    memset(&result, 0, sizeof result);
    dealer_status status = rule_evaluate(deal->env, call, &result);
    if (!status) {
        *out = result.truth;
        rule_result_finish(&result);
    }
    return status;
}

dealer_status rule_applies(struct deal *deal, const struct rule *rule, const json_value *input, bool *out) {
    struct rule_call call = {.rule = rule, .entry = RULE_APPLIES, .input = input};
    return ask_truth(deal, &call, out);
}

dealer_status rule_condition(
    struct deal *deal, const struct rule *rule, const char *name, const struct document *document, bool *out) {
    struct json *json = NULL;
    json_value *input = NULL;
    dealer_status status = json_new(deal->env, &json);
    if (!status) status = rule_input(deal, document, json, &input);
    struct rule_question question = {.rule = rule, .entry = RULE_CONDITION, .input = input, .condition = name};
    struct rule_result result = {0};
    if (!status) status = rule_ask(deal, document, &question, &result);
    if (!status) {
        *out = result.truth;
        rule_result_finish(&result);
    }
    json_free(json);
    return status;
}
