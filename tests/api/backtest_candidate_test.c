/* A candidate rule set on past documents: what differs, by how much, for whom; the same on one thread as on many; nothing written. */
#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TRADE_INS = 12, DAY_MS = 24 * 3600 * 1000 };

static struct past_world world;

static int open_world(void **state) {
    (void)state;
    past_world_open(&world, "backtest", TRADE_INS);
    return 0;
}

static int close_world(void **state) {
    (void)state;
    past_world_close(&world);
    return 0;
}

static const dealer_backtest_options plain = DEALER_BACKTEST_OPTIONS_INIT;

/* Takes over `rules`. */
static dealer_status run(json_t *rules, dealer_backtest_options options, dealer_text **out) {
    char *files = json_dumps(rules, 0);
    options.files = files;
    options.files_length = strlen(files);
    options.query_length = options.query ? strlen(options.query) : 0;
    dealer_status status = dealer_backtest(world.story.system, out, &options);
    free(files);
    json_decref(rules);
    return status;
}

static json_t *backtest(json_t *rules, dealer_backtest_options options) {
    dealer_text *text = NULL;
    story_must(run(rules, options, &text), dealer_session_error(world.story.system), "backtest");
    return past_world_json(text);
}

static json_t *starter(void) {
    return past_world_rules(&world);
}

/* 90 instead of 95 % of the value is allowed. */
static json_t *tighter(void) {
    json_t *rules = starter();
    past_world_change(rules, "policy/trade_allowance.lua", "local MOST_BP = 9500", "local MOST_BP = 9000");
    return rules;
}

static void test_backtest__of_the_rules_in_force_differs_nowhere(void **state) {
    (void)state;
    json_t *report = backtest(starter(), plain);
    assert_int_equal(past_world_integer(report, "changed"), 0);
    assert_true(past_world_integer(report, "documents") >= TRADE_INS);
    assert_string_equal(json_string_value(json_object_get(report, "hash")), json_string_value(json_object_get(report, "against")));
    assert_int_equal(json_array_size(json_object_get(report, "rows")), 0);
    json_decref(report);
}

static void test_backtest__tells_which_allowances_change_and_by_how_much(void **state) {
    (void)state;
    json_t *report = backtest(tighter(), plain), *row;
    size_t index;
    int64_t difference = 0;
    assert_int_equal(past_world_integer(report, "changed"), TRADE_INS);
    assert_int_equal(past_world_integer(report, "changes.allowance"), TRADE_INS);
    assert_int_equal(past_world_integer(report, "changes.valuation"), 0);
    assert_int_equal(past_world_integer(report, "changes.outcome"), 0);
    json_array_foreach(json_object_get(report, "rows"), index, row) {
        int64_t value = past_world_integer(row, "valuation.before_minor");
        assert_int_equal(past_world_integer(row, "valuation.difference_minor"), 0);
        assert_int_equal(past_world_integer(row, "allowance.before_minor"), value * 95 / 100);
        assert_int_equal(past_world_integer(row, "allowance.after_minor"), value * 90 / 100);
        assert_string_equal(json_string_value(json_object_get(row, "owner")), "zhang");
        assert_string_equal(json_string_value(json_object_get(row, "basis")), "logged");
        difference += past_world_integer(row, "allowance.difference_minor");
    }
    assert_int_equal(index, TRADE_INS);
    json_array_foreach(json_object_get(report, "totals"), index, row) {
        if (strcmp(json_string_value(json_object_get(row, "currency")), "CNY") != 0) continue;
        assert_int_equal(past_world_integer(row, "allowance.difference_minor"), difference);
        assert_int_equal(past_world_integer(row, "changed"), TRADE_INS);
    }
    json_decref(report);
}

static void test_backtest__tells_what_would_be_refused_with_the_reasons(void **state) {
    (void)state;
    json_t *rules = starter();
    past_world_change(rules, "policy/trade_allowance.lua", "    look_closer(document, valuation, reasons)\n",
        "    look_closer(document, valuation, reasons)\n    if document.year < 2016 then\n      reason(reasons, \"too_old\", \"too old\", "
        "\"太旧\")\n      return { outcome = \"refuse\", reasons = reasons }\n    end\n");
    json_t *report = backtest(rules, plain), *row;
    size_t index;
    assert_int_equal(past_world_integer(report, "changes.outcome"), TRADE_INS / 8 * 2 + 2);
    json_array_foreach(json_object_get(report, "rows"), index, row) {
        json_t *outcome = json_object_get(row, "outcome");
        assert_string_equal(json_string_value(json_object_get(outcome, "before")), "pass");
        assert_string_equal(json_string_value(json_object_get(outcome, "after")), "refuse");
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(json_object_get(row, "reasons"), 0), "id")), "too_old");
    }
    json_decref(report);
}

/* What was refused is of the past, too: a candidate may let it pass. */
static void test_backtest__tells_what_was_refused_and_would_pass(void **state) {
    (void)state;
    past_world_play(&world,
        "[{\"as\":\"liu\",\"do\":\"derive\",\"type\":\"trade_in\",\"from\":\"pre_order\",\"document\":\"q\",\"fields\":{"
        "\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"PC120-8\",\"serial_number\":\"M-3\",\"year\":2018,\"hours\":5000,"
        "\"offered_on\":\"2026-03-08\"}},{\"as\":\"liu\",\"do\":\"enter\",\"document\":\"q\",\"fields\":{\"agreed_value\":"
        "{\"yuan\":99999999}},\"expect\":{\"outcome\":\"no\",\"status\":\"draft\"}}]");
    json_t *rules = starter();
    past_world_change(rules, "policy/trade_allowance.lua", "local DIRECT_BP = 10000", "local DIRECT_BP = 1000000000");
    json_t *report = backtest(rules, plain);
    json_t *row = json_array_get(json_object_get(report, "rows"), 0), *outcome = json_object_get(row, "outcome");
    assert_int_equal(past_world_integer(report, "changed"), 1);
    assert_int_equal(past_world_integer(row, "document"), story_document(&world.story, "q"));
    assert_string_equal(json_string_value(json_object_get(outcome, "before")), "refuse");
    assert_string_equal(json_string_value(json_object_get(outcome, "after")), "pass");
    json_decref(report);
}

static void test_backtest__counts_a_rule_that_fails_and_never_takes_it_for_an_answer(void **state) {
    (void)state;
    json_t *rules = starter();
    past_world_change(rules, "policy/trade_allowance.lua", "local document, valuation, reasons = input.document",
        "if input.document.year == 2015 then error(\"no\") end local document, valuation, reasons = input.document");
    json_t *report = backtest(rules, plain);
    assert_int_equal(past_world_integer(report, "changes.failed"), 2);
    json_t *row = json_array_get(json_object_get(report, "rows"), 0);
    assert_string_equal(json_string_value(json_object_get(json_object_get(row, "outcome"), "after")), "failed");
    json_decref(report);
}

static void test_backtest__filters_and_groups(void **state) {
    (void)state;
    dealer_backtest_options options = plain;
    options.query = "{\"type\":\"trade_in\",\"where\":{\"field\":\"model\",\"op\":\"=\",\"value\":\"PC200-8\"}}";
    options.group = "year";
    json_t *report = backtest(tighter(), options);
    assert_int_equal(past_world_integer(report, "documents"), TRADE_INS / 3);
    assert_true(json_array_size(json_object_get(report, "totals")) > 1);
    json_decref(report);
    options.group = "owner";
    report = backtest(tighter(), options);
    json_t *total = json_array_get(json_object_get(report, "totals"), 0);
    assert_string_equal(json_string_value(json_object_get(total, "group")), "zhang");
    json_decref(report);
}

static void test_backtest__is_the_same_on_one_thread_and_on_many(void **state) {
    (void)state;
    dealer_backtest_options options = plain;
    json_t *reports[2];
    for (int i = 0; i < 2; i++) {
        options.threads = i ? 8 : 1;
        reports[i] = backtest(tighter(), options);
        assert_int_equal(past_world_integer(reports[i], "threads"), options.threads);
        json_object_del(reports[i], "threads");
    }
    assert_true(json_equal(reports[0], reports[1]));
    json_decref(reports[0]);
    json_decref(reports[1]);
}

static void test_backtest__writes_nothing(void **state) {
    (void)state;
    json_t *before = story_dump(&world.story);
    json_decref(backtest(tighter(), plain));
    json_t *after = story_dump(&world.story);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
}

static void test_backtest__as_csv_has_a_line_for_each_changed_document(void **state) {
    (void)state;
    dealer_backtest_options options = plain;
    dealer_text *text = NULL;
    int lines = 0;
    options.format = DEALER_BACKTEST_CSV;
    story_must(run(tighter(), options, &text), dealer_session_error(world.story.system), "backtest");
    for (const char *at = dealer_text_data(text); (at = strstr(at, "\r\n")) != NULL; at += 2) lines++;
    assert_int_equal(lines, TRADE_INS + 1);
    assert_memory_equal(dealer_text_data(text), "document,number,type,company", 28);
    assert_non_null(strstr(dealer_text_data(text), ",trade_in,HT-SH,"));
    dealer_text_free(text);
}

static void test_backtest__leaves_rows_out_beyond_the_number_asked_for(void **state) {
    (void)state;
    dealer_backtest_options options = plain;
    options.rows = 3;
    json_t *report = backtest(tighter(), options);
    assert_int_equal(json_array_size(json_object_get(report, "rows")), 3);
    assert_int_equal(past_world_integer(report, "rows_left_out"), TRADE_INS - 3);
    json_decref(report);
}

static void test_backtest__compares_routes_when_a_flow_changes(void **state) {
    (void)state;
    json_t *rules = starter();
    past_world_change(rules, "flow/trade_in.lua", "who = { head = 1 }", "who = { person = \"wang\" }");
    json_t *report = backtest(rules, plain);
    assert_true(json_is_true(json_object_get(report, "routes_compared")));
    assert_true(past_world_integer(report, "changes.route") >= TRADE_INS);
    json_t *row = json_array_get(json_object_get(report, "rows"), 0);
    json_t *people = json_object_get(json_array_get(json_object_get(json_object_get(row, "route"), "after"), 0), "people");
    assert_string_equal(json_string_value(json_object_get(json_array_get(people, 0), "name")), "王强");
    json_decref(report);
}

static int32_t stop_after_first(void *user_data, int64_t done, int64_t total) {
    assert_true(done <= total);
    return ++*(int *)user_data >= 1;
}

static void test_backtest__stops_when_told_so(void **state) {
    (void)state;
    dealer_backtest_options options = plain;
    int calls = 0;
    options.progress = stop_after_first;
    options.progress_user_data = &calls;
    json_t *report = backtest(tighter(), options);
    assert_true(json_is_true(json_object_get(report, "cancelled")));
    assert_int_equal(past_world_integer(report, "documents"), 0);
    json_decref(report);
}

static void assert_refused(json_t *rules, dealer_backtest_options options, dealer_status wanted, const char *id) {
    dealer_text *text = NULL;
    assert_int_equal(run(rules, options, &text), wanted);
    assert_null(text);
    assert_string_equal(dealer_error_id(dealer_session_error(world.story.system), 0), id);
}

static void test_backtest__refuses_what_it_cannot_try(void **state) {
    (void)state;
    dealer_backtest_options options = plain;
    assert_refused(json_pack("{s:{s:s}}", "files", "a.lua", "return {"), options, DEALER_E_CONFIGURATION, "E_RULE_SYNTAX");
    options.query = "{\"type\":\"nothing\"}";
    assert_refused(starter(), options, DEALER_E_INVALID, "E_TYPE_UNKNOWN");
    options.query = "{\"type\":\"trade_in\",\"limit\":5}";
    assert_refused(starter(), options, DEALER_E_INVALID, "E_QUERY");
    options = plain;
    options.group = "colour";
    assert_refused(starter(), options, DEALER_E_INVALID, "E_BACKTEST_GROUP");
    options = plain;
    options.format = 7;
    assert_refused(starter(), options, DEALER_E_INVALID, "E_OPTION");
    options = plain;
    options.threads = -1;
    assert_refused(starter(), options, DEALER_E_INVALID, "E_OPTION");
    options = plain;
    options.size = 3;
    assert_refused(starter(), options, DEALER_E_MISUSE, "E_OPTIONS_SIZE_OF");
    assert_int_equal(dealer_backtest(world.story.system, NULL, &plain), DEALER_E_MISUSE);
    dealer_text *text = NULL;
    assert_int_equal(dealer_backtest(world.story.system, &text, NULL), DEALER_E_MISUSE);
    assert_int_equal(dealer_backtest(world.story.system, &text, &plain), DEALER_E_MISUSE);
    assert_int_equal(dealer_backtest(NULL, &text, &plain), DEALER_E_MISUSE);
}

static dealer_status publish(json_t *rules) {
    char *files = json_dumps(rules, 0);
    dealer_status status = dealer_rules_publish(world.story.system, NULL, files, strlen(files), 0);
    free(files);
    json_decref(rules);
    return status;
}

static json_t *tighter_with_cases(void) {
    json_t *rules = tighter();
    past_world_change(rules, "policy/trade_allowance.lua", "amount_minor = 47500000", "amount_minor = 45000000");
    return rules;
}

static void require_backtest(bool required) {
    json_t *configuration = json_deep_copy(world.story.configuration);
    json_object_set_new(configuration, "rules", json_pack("{s:b}", "require_backtest", required));
    char *text = json_dumps(configuration, 0);
    story_must(dealer_configuration_apply(world.story.system, NULL, text, strlen(text), 0),
        dealer_session_error(world.story.system), "configuration");
    free(text);
    json_decref(configuration);
}

static void test_publish__where_a_backtest_is_demanded_needs_one_of_that_very_set(void **state) {
    (void)state;
    dealer_backtest_options options = plain;
    int calls = 0;
    require_backtest(true);
    assert_int_equal(publish(tighter_with_cases()), DEALER_E_STATE);
    assert_string_equal(dealer_error_id(dealer_session_error(world.story.system), 0), "E_BACKTEST_NEEDED");
    json_decref(backtest(tighter_with_cases(), options)); /* not remembered */
    assert_int_equal(publish(tighter_with_cases()), DEALER_E_STATE);
    options.record = 1;
    options.query = "{\"type\":\"trade_in\"}"; /* not all of them */
    json_decref(backtest(tighter_with_cases(), options));
    assert_int_equal(publish(tighter_with_cases()), DEALER_E_STATE);
    options.query = NULL;
    options.progress = stop_after_first; /* cancelled */
    options.progress_user_data = &calls;
    json_decref(backtest(tighter_with_cases(), options));
    assert_int_equal(publish(tighter_with_cases()), DEALER_E_STATE);
    options.progress = NULL;
    json_decref(backtest(tighter_with_cases(), options));
    story_must(publish(tighter_with_cases()), dealer_session_error(world.story.system), "publish");
    require_backtest(false);
}

static void test_backtest__sees_new_look_ups_as_of_the_day_of_the_document(void **state) {
    (void)state;
    /* Sales on and after the day of the last trade-in: none may see them, though they are in the store now. */
    json_t *rules = starter();
    past_world_change(rules, "valuation/used_machine.lua", "value = function(input, dealer)\n",
        "value = function(input, dealer)\n    local s = dealer.lookup(\"market_statistics\", { currency = \"CNY\", to = \"2099-01-01\" })\n"
        "    if s then error(\"saw the future\") end\n");
    past_world_sales(&world, "PC120-8", "2026-03-13", 3);
    world.story.now_ms += (int64_t)30 * DAY_MS;
    json_t *report = backtest(rules, plain);
    assert_int_equal(past_world_integer(report, "changes.failed"), 0);
    json_decref(report);
    rules = starter();
    past_world_change(rules, "valuation/used_machine.lua", "value = function(input, dealer)\n",
        "value = function(input, dealer)\n    local s = dealer.lookup(\"market_statistics\", { currency = \"CNY\", to = \"2099-01-01\" })\n"
        "    if s then error(\"saw the past\") end\n");
    past_world_sales(&world, "PC120-8", "2026-03-05", 1);
    report = backtest(rules, plain);
    int64_t failed = past_world_integer(report, "changes.failed");
    assert_true(failed > 0 && failed < TRADE_INS);
    json_decref(report);
}

/* A rule that chooses approvers routes otherwise, though no flow changed. The last test: it publishes. */
static json_t *chosen(const char *code) {
    char choice[400];
    json_t *rules = starter();
    past_world_change(rules, "flow/trade_in.lua", "who = { head = 1 }", "who = { rule = \"choice.trade_in\" }");
    snprintf(choice, sizeof choice,
        "return { id = 'choice.trade_in', title = { en = 'c', zh = 'c' }, type = 'trade_in', choose = function() "
        "return { people = { { employee = '%s', en = 'c', zh = 'c' } } } end }",
        code);
    json_object_set_new(json_object_get(rules, "files"), "choice/trade_in.lua", json_string(choice));
    return rules;
}

static void test_backtest__compares_routes_when_a_choice_of_approvers_changes(void **state) {
    (void)state;
    json_t *rules = chosen("li");
    char *text = json_dumps(rules, 0);
    story_must(
        dealer_rules_publish(world.story.system, NULL, text, strlen(text), 0), dealer_session_error(world.story.system), "publish");
    free(text);
    json_decref(rules);
    json_t *report = backtest(chosen("sun"), plain);
    assert_true(json_is_true(json_object_get(report, "routes_compared")));
    assert_true(past_world_integer(report, "changes.route") >= TRADE_INS);
    json_decref(report);
    report = backtest(chosen("li"), plain);
    assert_int_equal(past_world_integer(report, "changes.route"), 0);
    json_decref(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backtest__of_the_rules_in_force_differs_nowhere),
        cmocka_unit_test(test_backtest__tells_which_allowances_change_and_by_how_much),
        cmocka_unit_test(test_backtest__tells_what_would_be_refused_with_the_reasons),
        cmocka_unit_test(test_backtest__counts_a_rule_that_fails_and_never_takes_it_for_an_answer),
        cmocka_unit_test(test_backtest__filters_and_groups),
        cmocka_unit_test(test_backtest__is_the_same_on_one_thread_and_on_many),
        cmocka_unit_test(test_backtest__writes_nothing),
        cmocka_unit_test(test_backtest__as_csv_has_a_line_for_each_changed_document),
        cmocka_unit_test(test_backtest__leaves_rows_out_beyond_the_number_asked_for),
        cmocka_unit_test(test_backtest__compares_routes_when_a_flow_changes),
        cmocka_unit_test(test_backtest__stops_when_told_so),
        cmocka_unit_test(test_backtest__refuses_what_it_cannot_try),
        cmocka_unit_test(test_publish__where_a_backtest_is_demanded_needs_one_of_that_very_set),
        cmocka_unit_test(test_backtest__sees_new_look_ups_as_of_the_day_of_the_document),
        cmocka_unit_test(test_backtest__tells_what_was_refused_and_would_pass),
        cmocka_unit_test(test_backtest__compares_routes_when_a_choice_of_approvers_changes),
    };
    return cmocka_run_group_tests_name("backtest", tests, open_world, close_world);
}
