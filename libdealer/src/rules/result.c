#include "rules/result.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct check {
    struct json *json;
    struct values_fault *fault;
    const char **suggestion;
};

static bool refuse(struct check *check, const char *path, const char *expected, const char *found) {
    snprintf(check->fault->path, sizeof check->fault->path, "%s", path);
    check->fault->expected = expected;
    check->fault->found = found;
    return false;
}

static bool refuse_member(struct check *check, const char *path, const char *name, const char *expected, const char *found) {
    char whole[VALUES_PATH_SIZE];
    snprintf(whole, sizeof whole, "%s", path);
    values_path_name(whole, name);
    return refuse(check, whole, expected, found);
}

static bool is_listed(const char *name, const char *const *known) {
    for (; *known != NULL; known++) {
        if (strcmp(name, *known) == 0) return true;
    }
    return false;
}

static const char *nearest(const char *name, const char *const *known) {
    const char *best = known[0];
    for (const char *const *candidate = known; *candidate != NULL; candidate++) {
        if (text_distance(name, *candidate) < text_distance(name, best)) best = *candidate;
    }
    return best;
}

/* Money is an object as well, but not one that anybody asks for here. */
static bool is_table(const json_value *value) {
    struct money money;
    return json_kind(value) == JSON_OBJECT && !values_is_money(value, &money);
}

static bool only_known(struct check *check, const json_value *object, const char *path, const char *const *known) {
    const char *key = NULL;
    for (struct json_cursor cursor = json_each(object); json_next(&cursor, &key) != NULL;) {
        if (is_listed(key, known)) continue;
        *check->suggestion = nearest(key, known);
        return refuse_member(check, path, key, *check->suggestion, key);
    }
    return true;
}

/* A table that nothing was put into comes as an empty list: both are right where it is asked for. */
static bool list_of(struct check *check, json_value *object, const char *name, json_value **out) {
    json_value *list = json_get(object, name);
    if (list == NULL) {
        list = json_new_array(check->json);
        json_set(check->json, object, name, list);
    }
    *out = list;
    if (list == NULL || json_kind(list) == JSON_ARRAY) return true;
    return refuse_member(check, "result", name, "a list", values_json_kind(list));
}

static bool has_text(struct check *check, const json_value *object, const char *path, const char *name) {
    const json_value *value = json_get(object, name);
    if (json_kind(value) != JSON_TEXT) return refuse_member(check, path, name, "a text", values_json_kind(value));
    return json_text_length(value) > 0 || refuse_member(check, path, name, "a text", "empty");
}

static bool has_texts(struct check *check, const json_value *object, const char *path, const char *first) {
    return has_text(check, object, path, first) && has_text(check, object, path, "en") && has_text(check, object, path, "zh");
}

/* ---- value ---- */

static bool amount_of(
    struct check *check, const json_value *object, const char *name, bool required, struct money *out, bool *there_out) {
    const json_value *value = json_get(object, name);
    *there_out = values_is_money(value, out);
    if (*there_out && out->minor < 0) return refuse_member(check, "result", name, "money that is not negative", "negative");
    if (*there_out || (value == NULL && !required)) return true;
    return refuse_member(check, "result", name, "money", values_json_kind(value));
}

static bool amounts_fit(struct check *check, const json_value *value) {
    static const char *const names[] = {"valuation", "low", "high", "allowance"};
    struct money amounts[4];
    bool there[4];
    for (int i = 0; i < 4; i++) {
        if (!amount_of(check, value, names[i], i == 0, &amounts[i], &there[i])) return false;
        if (there[i] && strcmp(amounts[i].currency, amounts[0].currency) != 0) {
            return refuse_member(check, "result", names[i], "money in the currency of the valuation", "another currency");
        }
    }
    if (there[1] && amounts[1].minor > amounts[0].minor) {
        return refuse_member(check, "result", "low", "at most the valuation", "more");
    }
    if (there[2] && amounts[2].minor < amounts[0].minor) {
        return refuse_member(check, "result", "high", "at least the valuation", "less");
    }
    return true;
}

static bool adjustment_fits(struct check *check, const json_value *item, const char *path, const char *currency) {
    static const char *const known[] = {"name", "en", "zh", "amount", "percent_bp", NULL};
    struct money amount;
    if (!is_table(item)) return refuse(check, path, "a table with name, en, zh, amount", values_json_kind(item));
    if (!only_known(check, item, path, known) || !has_texts(check, item, path, "name")) return false;
    const json_value *money = json_get(item, "amount"), *percent = json_get(item, "percent_bp");
    if ((money == NULL) == (percent == NULL)) {
        return refuse_member(check, path, "amount", "either amount or percent_bp", money == NULL ? "neither" : "both");
    }
    if (percent != NULL) {
        return json_kind(percent) == JSON_INTEGER ||
               refuse_member(check, path, "percent_bp", "a whole number of basis points", values_json_kind(percent));
    }
    if (!values_is_money(money, &amount)) return refuse_member(check, path, "amount", "money", values_json_kind(money));
    return strcmp(amount.currency, currency) == 0 ||
           refuse_member(check, path, "amount", "money in the currency of the valuation", "another currency");
}

bool result_check_value(struct json *json, json_value *value, struct values_fault *fault_out, const char **suggestion_out) {
    static const char *const known[] = {"valuation", "low", "high", "allowance", "adjustments", "evidence", NULL};
    struct check check = {.json = json, .fault = fault_out, .suggestion = suggestion_out};
    *suggestion_out = NULL;
    if (!is_table(value)) return refuse(&check, "result", "a table with valuation", values_json_kind(value));
    json_value *adjustments = NULL, *item = NULL;
    if (!only_known(&check, value, "result", known) || !amounts_fit(&check, value)) return false;
    if (!list_of(&check, value, "adjustments", &adjustments)) return false;
    const char *currency = json_get_text(json_get(value, "valuation"), "currency");
    int64_t index = 0;
    for (struct json_cursor cursor = json_each(adjustments); (item = json_next(&cursor, NULL)) != NULL;) {
        char path[VALUES_PATH_SIZE] = "result.adjustments";
        values_path_index(path, ++index);
        if (!adjustment_fits(&check, item, path, currency)) return false;
    }
    return true;
}

/* ---- decide ---- */

bool result_check_decision(struct json *json, json_value *value, struct values_fault *fault_out, const char **suggestion_out) {
    static const char *const outcomes[] = {"pass", "refuse", "refer", NULL};
    struct check check = {.json = json, .fault = fault_out, .suggestion = suggestion_out};
    *suggestion_out = NULL;
    if (!is_table(value)) return refuse(&check, "result", "a table with outcome", values_json_kind(value));
    const json_value *outcome = json_get(value, "outcome");
    const char *word = json_text(outcome);
    if (word == NULL || !is_listed(word, outcomes)) {
        return refuse(
            &check, "result.outcome", "\"pass\", \"refuse\" or \"refer\"", word != NULL ? word : values_json_kind(outcome));
    }
    json_value *reasons = NULL, *item = NULL;
    if (!list_of(&check, value, "reasons", &reasons)) return false;
    if (strcmp(word, "pass") != 0 && json_count(reasons) == 0) {
        return refuse(&check, "result.reasons", "at least one reason, unless the outcome is pass", "empty");
    }
    int64_t index = 0;
    for (struct json_cursor cursor = json_each(reasons); (item = json_next(&cursor, NULL)) != NULL;) {
        char path[VALUES_PATH_SIZE] = "result.reasons";
        values_path_index(path, ++index);
        if (!is_table(item)) return refuse(&check, path, "a table with id, en, zh", values_json_kind(item));
        if (!has_texts(&check, item, path, "id")) return false;
    }
    return true;
}

/* ---- choose ---- */

static bool person_fits(struct check *check, const json_value *people, const json_value *item, const char *path) {
    static const char *const known[] = {"employee", "en", "zh", NULL};
    if (!is_table(item)) return refuse(check, path, "a table with employee, en, zh", values_json_kind(item));
    if (!only_known(check, item, path, known) || !has_texts(check, item, path, "employee")) return false;
    json_value *other = NULL;
    for (struct json_cursor cursor = json_each(people); (other = json_next(&cursor, NULL)) != item;) {
        if (strcmp(json_get_text(other, "employee"), json_get_text(item, "employee")) == 0) {
            return refuse_member(check, path, "employee", "each person once", "named twice");
        }
    }
    return true;
}

/* Nobody is no choice: an approval without approvers must not come about. */
bool result_check_people(struct json *json, json_value *value, struct values_fault *fault_out, const char **suggestion_out) {
    static const char *const known[] = {"people", NULL};
    struct check check = {.json = json, .fault = fault_out, .suggestion = suggestion_out};
    *suggestion_out = NULL;
    if (!is_table(value)) return refuse(&check, "result", "a table with people", values_json_kind(value));
    if (!only_known(&check, value, "result", known)) return false;
    const json_value *people = json_get(value, "people");
    json_value *item = NULL;
    int64_t index = 0;
    if (json_kind(people) != JSON_ARRAY || json_count(people) == 0) {
        return refuse(&check, "result.people", "a list of at least one person",
            json_kind(people) == JSON_ARRAY ? "empty" : values_json_kind(people));
    }
    for (struct json_cursor cursor = json_each(people); (item = json_next(&cursor, NULL)) != NULL;) {
        char path[VALUES_PATH_SIZE] = "result.people";
        values_path_index(path, ++index);
        if (!person_fits(&check, people, item, path)) return false;
    }
    return true;
}
