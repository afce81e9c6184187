/* The cases that rule files carry: each is evaluated like any other call, and what it expects must be part of what
 * came out. Knows nothing of Lua. */
#include "rules/coverage.h"

#include "base/region.h"
#include "rules/messages.h"
#include "rules/values.h"

#include <stdio.h>
#include <string.h>

struct run {
    struct env *env;
    const struct rule *rule;
    const json_value *item; /* the case */
    struct rule_lookup *lookups;
    size_t lookup_count;
    struct coverage coverage;
    bool passed;
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE]; /* why not */
};

/* ---- Comparing ---- */

struct difference {
    char path[VALUES_PATH_SIZE];
    const json_value *expected, *found;
};

static bool is_empty(const json_value *value) {
    return (json_kind(value) == JSON_ARRAY || json_kind(value) == JSON_OBJECT) && json_count(value) == 0;
}

static bool scalars_equal(const json_value *expected, const json_value *found) {
    enum json_kind kind = json_kind(expected), other = json_kind(found);
    if ((kind == JSON_INTEGER || kind == JSON_REAL) && (other == JSON_INTEGER || other == JSON_REAL)) {
        bool exact = kind == JSON_INTEGER && other == JSON_INTEGER;
        return exact ? json_integer(expected, 0) == json_integer(found, 0)
                     : !(json_real(expected, 0) < json_real(found, 0)) && !(json_real(expected, 0) > json_real(found, 0));
    }
    if (kind != other) return false;
    if (kind == JSON_BOOLEAN) return json_is_true(expected) == json_is_true(found);
    if (kind != JSON_TEXT) return true;
    return json_text_length(expected) == json_text_length(found) &&
           memcmp(json_text(expected), json_text(found), json_text_length(found)) == 0;
}

static bool is_part(const json_value *expected, const json_value *found, struct difference *difference);

static bool member_is_part(const json_value *expected, const json_value *found, struct difference *difference) {
    size_t length = strlen(difference->path);
    const char *key = NULL;
    json_value *item = NULL;
    int64_t index = 0;
    for (struct json_cursor cursor = json_each(expected); (item = json_next(&cursor, &key)) != NULL; index++) {
        bool list = json_kind(expected) == JSON_ARRAY;
        if (list)
            values_path_index(difference->path, index + 1);
        else
            values_path_name(difference->path, key);
        if (!is_part(item, list ? json_at(found, (size_t)index) : json_get(found, key), difference)) return false;
        difference->path[length] = '\0';
    }
    return true;
}

/* Tables may have more than is expected, lists not. */
static bool is_part(const json_value *expected, const json_value *found, struct difference *difference) {
    enum json_kind kind = json_kind(expected);
    bool container = kind == JSON_ARRAY || kind == JSON_OBJECT;
    bool fits = is_empty(expected) ? is_empty(found)
                : !container       ? scalars_equal(expected, found)
                                   : kind == json_kind(found) && (kind == JSON_OBJECT || json_count(expected) == json_count(found));
    if (fits && container) return member_is_part(expected, found, difference);
    if (!fits) {
        difference->expected = expected;
        difference->found = found;
    }
    return fits;
}

/* ---- One case ---- */

static void fail(struct run *run, const struct message *message, const char *const *arguments) {
    run->passed = false;
    message_render(run->en, sizeof run->en, message->en, arguments);
    message_render(run->zh, sizeof run->zh, message->zh, arguments);
}

static dealer_status fail_different(struct run *run, const struct difference *difference) {
    char *expected = json_write(run->env, difference->expected, true, false, NULL);
    char *found = difference->found == NULL ? env_copy_text(run->env, "nothing", 7)
                                            : json_write(run->env, difference->found, true, false, NULL);
    dealer_status status = expected == NULL || found == NULL ? error_nomem(&run->env->error) : DEALER_OK;
    if (status == DEALER_OK) {
        fail(run, &E_RULE_CASE_DIFFERENT,
            (const char *const[]){"field", difference->path, "expected", expected, "found", found, NULL});
    }
    env_free(run->env, expected);
    env_free(run->env, found);
    return status;
}

/* A rule that fails is what some cases expect: any failure, or one that says a given text. */
static dealer_status judge_failure(struct run *run, dealer_status status) {
    if (status != DEALER_E_RULE) return status;
    const json_value *fails = json_get(run->item, "fails");
    const char *said = run->env->error.entries[0].en;
    bool expected = json_is_true(fails) || (json_text(fails) != NULL && strstr(said, json_text(fails)) != NULL);
    if (!expected) {
        run->passed = false;
        snprintf(run->en, sizeof run->en, "%s", said);
        snprintf(run->zh, sizeof run->zh, "%s", run->env->error.entries[0].zh);
    }
    error_clear(&run->env->error);
    return DEALER_OK;
}

static dealer_status evaluate(struct run *run, enum rule_entry entry, const char *condition, struct rule_result *out) {
    struct rule_call call = {.rule = run->rule,
        .entry = entry,
        .condition = condition,
        .input = json_get(run->item, "given"),
        .lookups = run->lookups,
        .lookup_count = run->lookup_count,
        .coverage = &run->coverage};
    return rule_evaluate(run->env, &call, out);
}

/* `applies` is asked first. *goes_on_out: there is more to ask. */
static dealer_status ask_applies(struct run *run, bool *goes_on_out) {
    const json_value *wanted = json_get(run->item, "applies");
    bool expected = wanted == NULL || json_is_true(wanted);
    struct rule_result result = {0};
    dealer_status status = evaluate(run, RULE_APPLIES, NULL, &result);
    *goes_on_out = false;
    if (status != DEALER_OK) return judge_failure(run, status);
    if (result.truth != expected) {
        fail(run, expected ? &E_RULE_CASE_NOT_APPLIED : &E_RULE_CASE_APPLIED, NULL);
    } else {
        *goes_on_out = expected;
    }
    rule_result_finish(&result);
    return DEALER_OK;
}

static dealer_status ask(struct run *run, enum rule_entry entry, const char *condition) {
    const json_value *expected = json_get(run->item, "expect");
    struct rule_result result = {0};
    if (expected == NULL && json_get(run->item, "fails") == NULL) return DEALER_OK;
    dealer_status status = evaluate(run, entry, condition, &result);
    if (status != DEALER_OK) return judge_failure(run, status);
    struct difference difference = {.path = "result"};
    if (json_get(run->item, "fails") != NULL)
        fail(run, &E_RULE_CASE_DID_NOT_FAIL, NULL);
    else if (!is_part(expected, result.value, &difference))
        status = fail_different(run, &difference);
    rule_result_finish(&result);
    return status;
}

static dealer_status run_case(struct run *run) {
    const char *condition = json_get_text(run->item, "condition");
    bool goes_on = true;
    run->passed = true;
    if (condition != NULL) return ask(run, RULE_CONDITION, condition);
    dealer_status status = ask_applies(run, &goes_on);
    if (status != DEALER_OK || !goes_on || !run->passed) return status;
    if (run->rule->kind == RULE_VALUATION) return ask(run, RULE_VALUE, NULL);
    if (run->rule->kind == RULE_POLICY) return ask(run, RULE_DECIDE, NULL);
    if (run->rule->kind == RULE_TABLE) return ask(run, RULE_OUTPUTS, NULL);
    if (run->rule->kind == RULE_CHOOSE) return ask(run, RULE_PEOPLE, NULL);
    return DEALER_OK;
}

/* ---- Look-ups: the same answer whatever the arguments ---- */

static dealer_status answer(void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out) {
    (void)env;
    (void)arguments;
    *out = json_copy(answers, user_data);
    return json_status(answers);
}

static dealer_status take_lookups(struct run *run, struct region *region) {
    const json_value *given = json_get(run->item, "lookups");
    run->lookups = REGION_ARRAY(region, run->env, struct rule_lookup, json_count(given) + 1);
    if (run->lookups == NULL) return DEALER_E_NOMEM;
    const char *name = NULL;
    json_value *item = NULL;
    run->lookup_count = 0;
    for (struct json_cursor cursor = json_each(given); (item = json_next(&cursor, &name)) != NULL;) {
        if (name == NULL) break; /* an empty table */
        run->lookups[run->lookup_count++] = (struct rule_lookup){.name = name, .function = answer, .user_data = item};
    }
    return DEALER_OK;
}

/* ---- All of them ---- */

static void report_case(struct json *report, json_value *results, const struct run *run) {
    json_value *entry = json_new_object(report);
    json_set_text(report, entry, "rule", run->rule->id);
    json_set_text(report, entry, "file", run->rule->file);
    json_set_text(report, entry, "case", json_get_text(run->item, "name"));
    json_set_boolean(report, entry, "passed", run->passed);
    if (!run->passed) {
        json_set_text(report, entry, "en", run->en);
        json_set_text(report, entry, "zh", run->zh);
    }
    json_push(report, results, entry);
}

static void report_coverage(struct json *report, json_value *all, const struct run *run) {
    if (run->coverage.count == 0) return; /* a table, or a Lua that can't be asked */
    json_value *entry = coverage_report(report, &run->coverage);
    json_set_text(report, entry, "rule", run->rule->id);
    json_set_text(report, entry, "file", run->rule->file);
    json_push(report, all, entry);
}

static dealer_status run_rule(struct run *run, struct json *report, json_value *results, size_t *failed) {
    struct region region;
    dealer_status status = DEALER_OK;
    region_init(&region, run->env->seams);
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(run->rule->cases); (item = json_next(&cursor, NULL)) != NULL;) {
        run->item = item;
        status = take_lookups(run, &region);
        if (status == DEALER_OK) status = run_case(run);
        if (status != DEALER_OK) break;
        if (!run->passed) (*failed)++;
        report_case(report, results, run);
    }
    region_finish(&region);
    return status;
}

dealer_status rule_set_run_cases(struct env *env, const struct rule_set *set, struct json **out, size_t *failed_out) {
    struct json *report = NULL;
    size_t failed = 0;
    dealer_status status = json_new(env, &report);
    if (status != DEALER_OK) return status;
    json_value *root = json_new_object(report), *results = json_new_array(report), *coverage = json_new_array(report);
    for (size_t i = 0; status == DEALER_OK && i < rule_set_count(set); i++) {
        struct run run = {.env = env, .rule = rule_set_at(set, i)};
        status = coverage_open(env, (struct rule_set *)(uintptr_t)set, set->file_of[i], &run.coverage);
        if (status == DEALER_OK) status = run_rule(&run, report, results, &failed);
        if (status == DEALER_OK) report_coverage(report, coverage, &run);
        coverage_finish(&run.coverage);
    }
    json_set_integer(report, root, "rules", (int64_t)rule_set_count(set));
    json_set_integer(report, root, "cases", (int64_t)json_count(results));
    json_set_integer(report, root, "failed", (int64_t)failed);
    json_set(report, root, "results", results);
    json_set(report, root, "coverage", coverage);
    json_set(report, root, "warnings", json_copy(report, rule_set_warnings(set)));
    json_set_root(report, root);
    if (status == DEALER_OK) status = json_status(report);
    if (status != DEALER_OK) {
        json_free(report);
        return status;
    }
    *out = report;
    *failed_out = failed;
    return DEALER_OK;
}
