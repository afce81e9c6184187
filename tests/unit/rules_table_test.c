/* Decision tables: the cases in tests/cases/tables, then what only C can see. */
#include "rules/messages.h"
#include "rules/table.h"
#include "support/case_file.h"
#include "support/failing_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SOURCE_SIZE = 32768 };

/* ---- Cases ---- */

/* JSON as a Lua constructor: the way a dealer would write it. */
static void write_lua(char *out, const json_value *value) {
    const char *key = NULL;
    json_value *item = NULL;
    size_t length = strlen(out);
    switch (json_kind(value)) {
    case JSON_TEXT: {
        out[length++] = '"';
        for (const char *at = json_text(value); *at != '\0'; at++) {
            if (*at == '"' || *at == '\\') out[length++] = '\\';
            out[length++] = *at;
        }
        memcpy(out + length, "\"", 2);
        break;
    }
    case JSON_BOOLEAN: strcat(out, json_is_true(value) ? "true" : "false"); break;
    case JSON_INTEGER: sprintf(out + length, "%lld", (long long)json_integer(value, 0)); break;
    case JSON_REAL: sprintf(out + length, "%.17g", json_real(value, 0)); break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        strcat(out, "{");
        for (struct json_cursor cursor = json_each(value); (item = json_next(&cursor, &key)) != NULL;) {
            if (key != NULL) sprintf(out + strlen(out), "[\"%s\"]=", key);
            write_lua(out, item);
            strcat(out, ",");
        }
        strcat(out, "}");
        break;
    default: strcat(out, "nil"); break;
    }
}

static dealer_status load(struct env *env, const json_value *item, struct rule_set **out) {
    static char source[SOURCE_SIZE];
    const char *csv = json_get_text(item, "csv");
    strcpy(source, "return { id = \"table.case\", title = { en = \"Case\", zh = \"用例\" }, table = ");
    write_lua(source, json_get(item, "table"));
    strcat(source, " }");
    const struct rule_file files[] = {
        {"table/case.lua", source, strlen(source)}, {"table/case.csv", csv, csv == NULL ? 0 : strlen(csv)}};
    return rule_set_load(env, files, csv == NULL ? 1 : 2, NULL, out);
}

static void ask(struct env *env, const struct rule_set *set, const json_value *input, const json_value *expected) {
    struct table_question question = {.table = rule_set_at(set, 0)->table, .input = input, .by_name = true};
    json_value *value = NULL;
    const char *fails = json_get_text(expected, "fails");
    assert_int_equal(json_new(env, &question.json), DEALER_OK);
    error_clear(&env->error);
    dealer_status status = table_ask(env, &question, &value, NULL);
    char *in = json_write(env, input, true, false, NULL);
    if (fails != NULL) {
        assert_int_equal(status, DEALER_E_RULE);
        if (strstr(env->error.entries[0].en, fails) == NULL)
            fail_msg("%s: \"%s\" does not say \"%s\"", in, env->error.entries[0].en, fails);
    } else {
        if (status != DEALER_OK) fail_msg("%s: %s", in, env->error.entries[0].en);
        char *got = value == NULL ? strdup("null") : json_write(env, value, true, false, NULL);
        char *wanted = json_write(env, expected, true, false, NULL);
        if (strcmp(got, wanted) != 0) fail_msg("%s gives %s instead of %s", in, got, wanted);
        free(got);
        free(wanted);
    }
    free(in);
    json_free(question.json);
}

static void check_warnings(const struct rule_set *set, const json_value *wanted) {
    const json_value *warnings = rule_set_warnings(set);
    if (wanted == NULL) return;
    for (size_t i = 0; i < json_count(warnings); i++) {
        const char *said = json_get_text(json_at(warnings, i), "en"), *part = json_text(json_at(wanted, i));
        if (part == NULL || strstr(said, part) == NULL)
            fail_msg("warning %zu: \"%s\" instead of \"%s\"", i + 1, said, part ? part : "none");
        assert_non_null(json_get_text(json_at(warnings, i), "zh"));
    }
    assert_int_equal(json_count(warnings), json_count(wanted));
}

static void test_case(void **state) {
    const struct case_state *given = *state;
    struct env *env = &given->file->env;
    struct rule_set *set = NULL;
    const char *refused = json_get_text(given->item, "refused");
    error_clear(&env->error);
    dealer_status status = load(env, given->item, &set);
    if (refused != NULL) {
        assert_int_equal(status, DEALER_E_CONFIGURATION);
        if (strstr(env->error.entries[0].en, refused) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", env->error.entries[0].en, refused);
        assert_null(strchr(env->error.entries[0].zh, '{'));
        return;
    }
    if (status != DEALER_OK) fail_msg("%s", env->error.entries[0].en);
    json_value *pair = NULL;
    for (struct json_cursor cursor = json_each(json_get(given->item, "ask")); (pair = json_next(&cursor, NULL)) != NULL;) {
        ask(env, set, json_at(pair, 0), json_at(pair, 1));
    }
    check_warnings(set, json_get(given->item, "warnings"));
    rule_set_drop(set);
}

/* ---- As rules, and from rules ---- */

static const char policy[] =
    "return { id = \"policy.age\", title = { en = \"age\", zh = \"机龄\" }, type = \"trade_in\", table = { hit = \"first\","
    " inputs = { { name = \"age\", kind = \"number\" }, { name = \"asking\", field = \"document.asking_price\", kind = \"money\", currency = \"CNY\" } },"
    " outputs = { { name = \"outcome\", kind = \"text\" }, { name = \"reason_id\", kind = \"text\" }, { name = \"reason_en\", kind = \"text\" },"
    "  { name = \"reason_zh\", kind = \"text\" }, { name = \"allowance\", kind = \"money\", currency = \"CNY\" } },"
    " rows = { { \">15\", \"-\", \"refer\", \"old\", \"too old\", \"过旧\" }, { \"-\", \">1000\", \"refuse\" }, { \"-\", \"-\", \"pass\", \"-\", \"-\", \"-\", 500 } } },"
    " cases = { { name = \"old\", given = { document = { age = 16 } }, expect = { outcome = \"refer\", reasons = { { id = \"old\" } } } } } }";

static const char valuation[] =
    "return { id = \"valuation.flat\", title = { en = \"flat\", zh = \"统一\" }, table = { hit = \"unique\","
    " inputs = { { name = \"n\", kind = \"number\" } }, outputs = { { name = \"valuation\", kind = \"money\", currency = \"CNY\" } },"
    " rows = { { \"<5\", 100 }, { \"[5..9]\", 200 } } } }";

static const char asking[] =
    "return { id = \"policy.asks\", title = { en = \"asks\", zh = \"查询\" }, decide = function(input, dealer)"
    " local row = dealer.table(input.id or \"table.size\", input.of)"
    " if row and row.size ~= \"large\" then dealer.near_miss(\"size\", \"not large: \" .. input.of.n .. \", needs 10\", \"不够大\") end"
    " return { outcome = \"pass\", row = row or \"none\" } end }";

static const char sizes[] =
    "return { id = \"table.size\", title = { en = \"size\", zh = \"规格\" }, table = { inputs = { { name = \"n\", kind = \"number\" } },"
    " outputs = { { name = \"size\", kind = \"text\" } }, rows = { { \"<5\", \"small\" }, { \"[5..10)\", \"middle\" }, { \">=10\", \"large\" } } },"
    " cases = { { name = \"small\", given = { n = 1 }, expect = { size = \"small\" } }, { name = \"none\", given = {}, expect = {} },"
    "  { name = \"wrong kind\", given = { n = \"1\" }, fails = \"gave no answer\" }, { name = \"wrong\", given = { n = 1 }, expect = { size = \"large\" } } } }";

struct world {
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
    struct rule_set *set;
};

static const struct rule_file files[] = {{"policy/age.lua", policy, sizeof policy - 1},
    {"policy/asks.lua", asking, sizeof asking - 1}, {"table/size.lua", sizes, sizeof sizes - 1},
    {"valuation/flat.lua", valuation, sizeof valuation - 1}};

static int begin(void **state) {
    static struct world world;
    failing_allocator_init(&world.allocator, &world.seams, 0, false);
    env_init(&world.env, &world.seams);
    if (rule_set_load(&world.env, files, 4, NULL, &world.set) != DEALER_OK) fail_msg("%s", world.env.error.entries[0].en);
    *state = &world;
    return 0;
}

static int end(void **state) {
    struct world *world = *state;
    rule_set_drop(world->set);
    return world->allocator.outstanding == 0 ? 0 : -1;
}

/* The answer as text in a buffer of the test, or the error's words. */
static const char *answer(struct world *world, const char *id, enum rule_entry entry, const char *input) {
    static char text[2048];
    struct json *json = NULL;
    struct rule_result result = {0};
    struct rule_call call = {.rule = rule_set_find(world->set, id), .entry = entry};
    error_clear(&world->env.error);
    assert_int_equal(json_parse(&world->env, input, strlen(input), false, &json), DEALER_OK);
    call.input = json_root(json);
    dealer_status status = rule_evaluate(&world->env, &call, &result);
    if (status == DEALER_OK) {
        char *written = json_write(&world->env, result.value, true, false, NULL);
        snprintf(text, sizeof text, "%s", written);
        env_free(&world->env, written);
        rule_result_finish(&result);
    } else {
        text[0] = '\0';
        for (int i = 0; i < world->env.error.depth; i++) {
            strcat(strcat(text, i > 0 ? "; " : ""), world->env.error.entries[i].en);
        }
    }
    json_free(json);
    return text;
}

static void test_table__with_an_outcome_is_a_policy(void **state) {
    assert_int_equal(rule_set_find(((struct world *)*state)->set, "policy.age")->kind, RULE_POLICY);
    assert_string_equal(answer(*state, "policy.age", RULE_DECIDE, "{\"document\":{\"age\":16}}"),
        "{\"outcome\":\"refer\",\"reasons\":[{\"en\":\"too old\",\"id\":\"old\",\"zh\":\"过旧\"}],\"row\":1}");
    assert_string_equal(answer(*state, "policy.age", RULE_DECIDE,
                            "{\"document\":{\"age\":3,\"asking_price\":{\"amount_minor\":100001,\"currency\":\"CNY\"}}}"),
        "{\"outcome\":\"refuse\",\"reasons\":[{\"en\":\"row 2 of \\\"age\\\"\",\"id\":\"policy.age\",\"zh\":\"“机龄”第 2 行\"}],\"row\":2}");
    assert_string_equal(answer(*state, "policy.age", RULE_DECIDE, "{\"document\":{\"age\":3}}"),
        "{\"allowance\":{\"amount_minor\":50000,\"currency\":\"CNY\"},\"outcome\":\"pass\",\"reasons\":[],\"row\":3}");
}

static void test_table__with_a_valuation_is_a_valuation(void **state) {
    assert_string_equal(answer(*state, "valuation.flat", RULE_VALUE, "{\"document\":{\"n\":9}}"),
        "{\"adjustments\":[],\"evidence\":{\"row\":2,\"table\":\"valuation.flat\"},\"valuation\":{\"amount_minor\":20000,\"currency\":\"CNY\"}}");
}

static void test_table__that_decides_or_values_fails_where_no_row_fits(void **state) {
    assert_non_null(
        strstr(answer(*state, "valuation.flat", RULE_VALUE, "{\"document\":{\"n\":10}}"), "no row of table valuation.flat"));
    assert_non_null(strstr(answer(*state, "valuation.flat", RULE_VALUE, "{\"document\":{}}"), "no row of table valuation.flat"));
    assert_non_null(strstr(answer(*state, "valuation.flat", RULE_VALUE, "{\"document\":{\"n\":\"9\"}}"),
        "gave no answer; input n of table valuation.flat should be a number, but is text"));
}

static void test_rule__asks_tables_of_its_set_and_tells_what_it_just_missed(void **state) {
    assert_string_equal(answer(*state, "policy.asks", RULE_DECIDE, "{\"of\":{\"n\":4}}"),
        "{\"near_misses\":[{\"en\":\"not large: 4, needs 10\",\"id\":\"size\",\"zh\":\"不够大\"}],\"outcome\":\"pass\",\"reasons\":[],"
        "\"row\":{\"size\":\"small\"}}");
    assert_string_equal(answer(*state, "policy.asks", RULE_DECIDE, "{\"of\":{\"n\":10}}"),
        "{\"outcome\":\"pass\",\"reasons\":[],\"row\":{\"size\":\"large\"}}");
    assert_string_equal(answer(*state, "policy.asks", RULE_DECIDE, "{}"), "{\"outcome\":\"pass\",\"reasons\":[],\"row\":\"none\"}");
    assert_non_null(strstr(answer(*state, "policy.asks", RULE_DECIDE, "{\"id\":\"table.sise\"}"), "did you mean 'table.size'"));
    assert_non_null(strstr(answer(*state, "policy.asks", RULE_DECIDE, "{\"id\":\"nothing\"}"), "there is no table 'nothing'"));
    assert_non_null(
        strstr(answer(*state, "policy.asks", RULE_DECIDE, "{\"of\":{\"m\":4}}"), "table 'table.size' has no input 'm'"));
    assert_non_null(
        strstr(answer(*state, "policy.asks", RULE_DECIDE, "{\"of\":{\"n\":true}}"), "should be a number, but is boolean"));
}

static void test_cases__of_tables_are_run(void **state) {
    struct world *world = *state;
    struct json *report = NULL;
    size_t failed = 0;
    assert_int_equal(rule_set_run_cases(&world->env, world->set, &report, &failed), DEALER_OK);
    assert_int_equal(json_get_integer(json_root(report), "cases", 0), 5);
    assert_int_equal(failed, 1);
    const json_value *last = json_at(json_get(json_root(report), "results"), 4);
    assert_string_equal(json_get_text(last, "en"), "result.size should be \"large\", but is \"small\"");
    assert_non_null(json_get(json_root(report), "warnings"));
    json_free(report);
}

static void test_table__survives_every_refused_allocation(void **state) {
    struct world *world = *state;
    int points = 0;
    for (;; points++) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        struct rule_set *set = NULL;
        failing_allocator_init(&allocator, &seams, (size_t)points + 1, false);
        env_init(&env, &seams);
        dealer_status status = rule_set_load(&env, files, 4, NULL, &set);
        rule_set_drop(set);
        assert_int_equal(allocator.outstanding, 0);
        if (status == DEALER_OK) break;
        assert_int_equal(status, DEALER_E_NOMEM);
    }
    print_message("%d points where memory ran out\n", points);
    assert_true(points > 20);
    assert_non_null(world->set);
}

int main(void) {
    static const char *const paths[] = {"tables/cells.json", "tables/hits.json", "tables/checks.json", "tables/csv.json"};
    int failed = 0;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct case_file file;
        case_file_open(&file, paths[i]);
        failed += case_file_run(&file, test_case);
        case_file_close(&file);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_table__with_an_outcome_is_a_policy, begin, end),
        cmocka_unit_test_setup_teardown(test_table__with_a_valuation_is_a_valuation, begin, end),
        cmocka_unit_test_setup_teardown(test_table__that_decides_or_values_fails_where_no_row_fits, begin, end),
        cmocka_unit_test_setup_teardown(test_rule__asks_tables_of_its_set_and_tells_what_it_just_missed, begin, end),
        cmocka_unit_test_setup_teardown(test_cases__of_tables_are_run, begin, end),
        cmocka_unit_test_setup_teardown(test_table__survives_every_refused_allocation, begin, end),
    };
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
