/* Any bytes as a rule file, and behind a zero byte as the CSV beside it: refused, or loaded, its cases run and evaluated with a fixed input under
 * small limits. Whatever it is, nothing may be written or read outside, nothing may leak, and the next rule must still be right. */
#include "rules/rules.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char good[] = "return { id = \"zz.good\", title = { en = \"good\", zh = \"好\" }, decide = function(input)"
                           " return { outcome = \"pass\", x = (\"a\"):upper() .. input.n } end }";
static const char input_text[] =
    "{\"n\":5,\"document\":{\"hours\":100,\"price\":{\"amount_minor\":1000,\"currency\":\"CNY\"},\"list\":[1,2,{\"a\":\"b\"}]}}";

static void evaluate(struct env *env, const struct rule_set *set, size_t index, const json_value *input) {
    static const enum rule_entry entries[] = {
        [RULE_VALUATION] = RULE_VALUE, [RULE_POLICY] = RULE_DECIDE, [RULE_TABLE] = RULE_OUTPUTS, [RULE_CHOOSE] = RULE_PEOPLE};
    const struct rule *rule = rule_set_at(set, index);
    if (rule->kind == RULE_FLOW || rule->kind == RULE_CONDITIONS) return;
    struct rule_call call = {.rule = rule, .entry = entries[rule->kind], .input = input};
    struct rule_result result = {0};
    dealer_status status = rule_evaluate(env, &call, &result);
    bool is_good = strcmp(rule->id, "zz.good") == 0 && strcmp(rule->file, "zz/good.lua") == 0;
    if (status != DEALER_OK && status != DEALER_E_RULE && status != DEALER_E_NOMEM) abort();
    if (is_good && (status != DEALER_OK || strcmp(json_get_text(result.value, "x"), "A5") != 0)) abort();
    if (status == DEALER_OK) rule_result_finish(&result);
    error_clear(&env->error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct seams seams;
    struct rule_limits limits;
    struct rule_set *set = NULL;
    struct json *input = NULL, *report = NULL;
    struct env *env = calloc(1, sizeof *env);
    const char *text = (const char *)data, *zero = size == 0 ? NULL : memchr(data, 0, size);
    size_t length = zero == NULL ? size : (size_t)(zero - text), failed = 0;
    if (env == NULL) return 0;
    seams_defaults(&seams);
    env_init(env, &seams);
    rule_limits_default(&limits);
    limits.instructions = 20000;
    limits.work = 300000;
    struct rule_file files[] = {{"a/rule.lua", text, length},
        {"a/rows.csv", zero == NULL ? "" : zero + 1, zero == NULL ? 0 : size - length - 1}, {"zz/good.lua", good, sizeof good - 1}};
    if (json_parse(env, input_text, sizeof input_text - 1, false, &input) != DEALER_OK) abort();
    if (rule_set_load(env, files, 3, &limits, &set) == DEALER_OK) {
        if (rule_set_run_cases(env, set, &report, &failed) == DEALER_OK) json_free(report);
        for (int round = 0; round < 2; round++) {
            for (size_t i = 0; i < rule_set_count(set); i++) evaluate(env, set, i, json_root(input));
        }
    }
    rule_set_drop(set);
    json_free(input);
    env_finish(env);
    free(env);
    return 0;
}
