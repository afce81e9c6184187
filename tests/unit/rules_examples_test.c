/* The worked rules that docs/rules.md explains are real: they load as one set without a warning and pass their cases. */
#include "rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"choice/second_approver.lua", "conditions/notices.lua", "policy/age_and_hours.lua",
    "policy/complete_trade_in.lua", "policy/credit_limit.lua", "policy/delivery_date.lua", "policy/fleet_discount.lua",
    "table/reconditioning.lua", "table/warranty.csv", "table/warranty.lua", "valuation/by_hours.lua", "valuation/with_costs.lua"};
enum { COUNT = sizeof names / sizeof names[0], SIZE = 32768 };

static char *read_file(const char *name, size_t *length_out) {
    char path[1024], *text = malloc(SIZE);
    snprintf(path, sizeof path, "%s/examples/rules/%s", DEALER_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(text);
    if (file == NULL) fail_msg("%s cannot be read", path);
    *length_out = fread(text, 1, SIZE, file);
    fclose(file);
    return text;
}

static void test_examples__load_without_warnings_and_pass_their_cases(void **state) {
    (void)state;
    struct rule_file files[COUNT];
    struct seams seams;
    struct env env;
    struct rule_set *set = NULL;
    struct json *report = NULL;
    size_t failed = 0;
    seams_defaults(&seams);
    env_init(&env, &seams);
    for (size_t i = 0; i < COUNT; i++) {
        files[i].name = names[i];
        files[i].source = read_file(names[i], &files[i].length);
    }
    if (rule_set_load(&env, files, COUNT, NULL, &set) != DEALER_OK) fail_msg("%s", env.error.entries[0].en);
    assert_int_equal(rule_set_count(set), COUNT - 1);
    assert_int_equal(json_count(rule_set_warnings(set)), 0);
    assert_int_equal(rule_set_run_cases(&env, set, &report, &failed), DEALER_OK);
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(json_get(json_root(report), "results"));
         (item = json_next(&cursor, NULL)) != NULL;) {
        if (json_is_true(json_get(item, "passed"))) continue;
        print_error("%s: %s: %s\n", json_get_text(item, "file"), json_get_text(item, "case"), json_get_text(item, "en"));
    }
    assert_int_equal(failed, 0);
    for (size_t i = 0; i < rule_set_count(set); i++) {
        if (json_count(rule_set_at(set, i)->cases) < 2) fail_msg("%s has too few cases", rule_set_at(set, i)->file);
    }
    json_free(report);
    rule_set_drop(set);
    env_finish(&env);
    for (size_t i = 0; i < COUNT; i++) free((void *)(uintptr_t)files[i].source);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples__load_without_warnings_and_pass_their_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
