/* Logged decisions give the same bytes again, whatever was published or imported since; who may not read a document learns nothing. */
#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of each: value, policy, and the condition of its flow, asked at submission and when the flow comes to it. */
enum { TRADE_INS = 6, DECISIONS = 4 };

static struct past_world world;

static int open_world(void **state) {
    (void)state;
    past_world_open(&world, "replay", TRADE_INS);
    return 0;
}

static int close_world(void **state) {
    (void)state;
    past_world_close(&world);
    return 0;
}

/* What rules said of a document, out of its story. */
static json_t *decisions_of(const char *document) {
    dealer_text *text = NULL;
    story_must(dealer_document_history(world.story.system, &text, story_document(&world.story, document)),
        dealer_session_error(world.story.system), "history");
    json_t *history = past_world_json(text);
    json_t *decisions = json_array(), *item;
    size_t index;
    json_array_foreach(json_object_get(history, "history"), index, item) {
        json_t *decision = json_object_get(item, "detail");
        if (strcmp(json_string_value(json_object_get(item, "of")), "rule") != 0) continue;
        json_object_set(decision, "id", json_object_get(item, "id"));
        json_object_set(decision, "outcome", json_object_get(item, "kind"));
        json_array_append(decisions, decision);
    }
    json_decref(history);
    return decisions;
}

static bool says(const json_t *decision, const char *member, const char *part) {
    char *text = json_dumps(json_object_get(decision, member), JSON_COMPACT);
    bool found = text && strstr(text, part);
    free(text);
    return found;
}

static json_t *replay_all(void) {
    dealer_text *text = NULL;
    story_must(dealer_replay_all(world.story.system, &text, NULL, NULL), dealer_session_error(world.story.system), "replay all");
    return past_world_json(text);
}

static void test_replay_all__gives_the_same_bytes(void **state) {
    (void)state;
    json_t *report = replay_all();
    assert_int_equal(past_world_integer(report, "decisions"), DECISIONS * TRADE_INS);
    assert_int_equal(past_world_integer(report, "same"), DECISIONS * TRADE_INS);
    assert_int_equal(past_world_integer(report, "different"), 0);
    assert_false(json_is_true(json_object_get(report, "cancelled")));
    json_decref(report);
}

static void test_replay__tells_what_was_said_and_the_budget_that_it_took(void **state) {
    (void)state;
    json_t *decisions = decisions_of("t0"), *row;
    size_t index;
    assert_int_equal(json_array_size(decisions), DECISIONS);
    json_array_foreach(decisions, index, row) {
        dealer_text *text = NULL;
        story_must(dealer_decision_replay(world.story.system, &text, past_world_integer(row, "id")),
            dealer_session_error(world.story.system), "replay");
        json_t *report = past_world_json(text);
        assert_true(json_is_true(json_object_get(report, "same")));
        assert_true(json_equal(json_object_get(report, "then"), json_object_get(report, "now")));
        assert_non_null(json_object_get(report, "now"));
        assert_int_equal(past_world_integer(report, "budget.now.bytes"), past_world_integer(row, "bytes"));
        assert_int_equal(past_world_integer(report, "budget.now.instructions"), past_world_integer(row, "instructions"));
        assert_int_equal(past_world_integer(report, "document"), story_document(&world.story, "t0"));
        json_decref(report);
    }
    json_decref(decisions);
}

static void test_replay__uses_the_rules_and_the_market_of_the_time(void **state) {
    (void)state;
    json_t *rules = past_world_rules(&world);
    past_world_change(rules, "policy/trade_allowance.lua", "local MOST_BP = 9500", "local MOST_BP = 9000");
    past_world_change(rules, "policy/trade_allowance.lua", "amount_minor = 47500000", "amount_minor = 45000000");
    char *text = json_dumps(rules, 0);
    story_must(
        dealer_rules_publish(world.story.system, NULL, text, strlen(text), 0), dealer_session_error(world.story.system), "publish");
    past_world_sales(&world, "PC120-8", "2026-01-01", 30);
    free(text);
    json_decref(rules);
    json_t *report = replay_all();
    assert_int_equal(past_world_integer(report, "different"), 0);
    json_decref(report);
}

static void test_replay__with_market_evidence_answers_look_ups_from_the_log(void **state) {
    (void)state;
    past_world_play(&world,
        "[{\"as\":\"zhang\",\"do\":\"derive\",\"type\":\"trade_in\",\"from\":\"pre_order\",\"document\":\"m\",\"fields\":{"
        "\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"PC120-8\",\"serial_number\":\"M-1\",\"year\":2018,\"hours\":5000,"
        "\"offered_on\":\"2026-03-08\"}},{\"as\":\"zhang\",\"do\":\"submit\",\"document\":\"m\"}]");
    json_t *decisions = decisions_of("m");
    const json_t *valued = json_array_get(decisions, 0);
    assert_true(says(valued, "input", "\"name\":\"market\""));
    assert_true(says(valued, "input", "\"offered\":[\"market\",\"market_statistics\"]"));
    json_decref(decisions);
    past_world_sales(&world, "PC120-8", "2025-06-01", 40);
    json_t *report = replay_all();
    assert_int_equal(past_world_integer(report, "different"), 0);
    json_decref(report);
}

static void test_replay__of_a_policy_that_looks_up_answers_from_the_log_too(void **state) {
    (void)state;
    json_t *rules = past_world_rules(&world);
    past_world_change(rules, "policy/trade_allowance.lua", "  decide = function(input, dealer)\n",
        "  decide = function(input, dealer)\n    local s = dealer.has_lookup(\"market_statistics\") and dealer.lookup(\"market_statistics\", { currency = "
        "\"CNY\" })\n    if s then dealer.near_miss(\"count\", s.count .. \" sales\", s.count .. \" 条\") end\n");
    char *text = json_dumps(rules, 0);
    story_must(
        dealer_rules_publish(world.story.system, NULL, text, strlen(text), 0), dealer_session_error(world.story.system), "publish");
    free(text);
    json_decref(rules);
    past_world_play(&world,
        "[{\"as\":\"zhang\",\"do\":\"derive\",\"type\":\"trade_in\",\"from\":\"pre_order\",\"document\":\"p\",\"fields\":{"
        "\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"PC120-8\",\"serial_number\":\"M-2\",\"year\":2018,\"hours\":5000,"
        "\"offered_on\":\"2026-03-08\"}},{\"as\":\"zhang\",\"do\":\"submit\",\"document\":\"p\"}]");
    json_t *decisions = decisions_of("p");
    assert_true(says(json_array_get(decisions, 1), "result", " sales")); /* near misses are kept */
    json_decref(decisions);
    past_world_sales(&world, "PC120-8", "2024-06-01", 10);
    json_t *report = replay_all();
    assert_int_equal(past_world_integer(report, "different"), 0);
    json_decref(report);
}

struct calls {
    int count;
    int64_t done, total;
};

static int32_t stop_at_once(void *user_data, int64_t done, int64_t total) {
    *(struct calls *)user_data = (struct calls){((struct calls *)user_data)->count + 1, done, total};
    return 1;
}

static void test_replay_all__stops_when_told_so(void **state) {
    (void)state;
    struct calls calls = {0};
    dealer_text *text = NULL;
    story_must(
        dealer_replay_all(world.story.system, &text, stop_at_once, &calls), dealer_session_error(world.story.system), "replay all");
    json_t *report = past_world_json(text);
    assert_int_equal(calls.count, 1);
    assert_int_equal(calls.total, DECISIONS * TRADE_INS + 6);
    assert_true(json_is_true(json_object_get(report, "cancelled")));
    assert_int_equal(past_world_integer(report, "decisions"), 0);
    json_decref(report);
}

static json_t *decision_at(const json_t *decisions, size_t index, const char *outcome) {
    json_t *decision = json_array_get(decisions, index);
    assert_string_equal(json_string_value(json_object_get(decision, "outcome")), outcome);
    assert_int_equal(past_world_integer(decision, "kept"), 0);
    return decision;
}

/* Nothing of these submissions is kept but what the rules saw and said. */
static void test_replay__of_what_was_refused_or_failed_gives_the_same_bytes(void **state) {
    (void)state;
    past_world_play(&world,
        "[{\"as\":\"liu\",\"do\":\"derive\",\"type\":\"trade_in\",\"from\":\"pre_order\",\"document\":\"q\",\"fields\":{"
        "\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"PC120-8\",\"serial_number\":\"M-3\",\"year\":2018,\"hours\":5000,"
        "\"offered_on\":\"2026-03-08\"}},{\"as\":\"liu\",\"do\":\"enter\",\"document\":\"q\",\"fields\":{\"agreed_value\":"
        "{\"yuan\":99999999}},\"expect\":{\"outcome\":\"no\",\"status\":\"draft\"}},"
        "{\"as\":\"liu\",\"do\":\"derive\",\"type\":\"trade_in\",\"from\":\"pre_order\",\"document\":\"new\",\"then\":\"enter\",\"fields\":{"
        "\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"PC120-8\",\"serial_number\":\"M-4\",\"year\":2018,\"hours\":5000,"
        "\"offered_on\":\"2026-03-08\",\"agreed_value\":{\"yuan\":99999999}},\"expect\":{\"outcome\":\"no\"}}]");
    past_world_play(&world,
        "[{\"as\":\"system\",\"do\":\"publish\",\"files\":{\"policy/trade_allowance.lua\":\"return { id = 'policy.trade_allowance', title = { en "
        "= 'b', zh = 'b' }, type = 'trade_in', decide = function(input, dealer) dealer.lookup('market_statistics', { currency = 'CNY' }) "
        "error('broken') end }\"}},{\"as\":\"liu\",\"do\":\"enter\",\"document\":\"q\",\"expect\":{\"outcome\":\"failed\"}}]");
    json_t *decisions = decisions_of("q");
    assert_int_equal(json_array_size(decisions), 4);
    decision_at(decisions, 0, "value");
    decision_at(decisions, 1, "refuse");
    json_t *failed = decision_at(decisions, 3, "failed");
    assert_true(says(failed, "input", "\"lookups\":[{\"answer\":{"));
    assert_true(says(failed, "result", "broken"));
    assert_int_equal(past_world_integer(failed, "call"), past_world_integer(json_array_get(decisions, 2), "id"));
    json_decref(decisions);
    past_world_sales(&world, "PC120-8", "2024-07-01", 10);
    json_t *report = replay_all();
    assert_int_equal(
        past_world_integer(report, "decisions"), DECISIONS * TRADE_INS + 6 + 6); /* two of the one that was never stored */
    assert_int_equal(past_world_integer(report, "different"), 0);
    json_decref(report);
}

static json_t *entry_of(const json_t *decisions, const char *entry) {
    size_t index;
    json_t *row;
    json_array_foreach(decisions, index, row) if (strcmp(json_string_value(json_object_get(row, "entry")), entry) == 0) return row;
    fail_msg("there is no %s", entry);
    return NULL;
}

static json_t *replayed(const json_t *row) {
    dealer_text *text = NULL;
    story_must(dealer_decision_replay(world.story.system, &text, past_world_integer(row, "id")),
        dealer_session_error(world.story.system), "replay");
    json_t *report = past_world_json(text);
    assert_true(json_is_true(json_object_get(report, "same")));
    return report;
}

/* What a flow asked a rule is a decision, too: which branch, who is asked. */
static void test_replay__of_a_condition_gives_the_same_bytes(void **state) {
    (void)state;
    json_t *decisions = decisions_of("t0"), *condition = entry_of(decisions, "condition:large");
    assert_string_equal(json_string_value(json_object_get(condition, "rule")), "flow.trade_in");
    assert_string_equal(json_string_value(json_object_get(condition, "outcome")), "no");
    assert_true(json_is_false(json_object_get(condition, "result")));
    assert_true(says(condition, "input", "\"allowance\""));
    json_t *rules = past_world_rules(&world);
    past_world_change(rules, "flow/trade_in.lua", "300000.00", "1.00"); /* all are large from now on */
    past_world_change(rules, "flow/trade_in.lua", "29999999", "99");
    past_world_change(
        rules, "flow/trade_in.lua", "local allowance", "if input.document.hours == 6543 then error('broken') end local allowance");
    char *text = json_dumps(rules, 0);
    story_must(
        dealer_rules_publish(world.story.system, NULL, text, strlen(text), 0), dealer_session_error(world.story.system), "publish");
    free(text);
    json_decref(rules);
    json_decref(replayed(condition));
    json_decref(decisions);
    past_world_play(&world,
        "[{\"as\":\"zhang\",\"do\":\"derive\",\"type\":\"trade_in\",\"from\":\"pre_order\",\"document\":\"c\",\"fields\":{"
        "\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"PC120-8\",\"serial_number\":\"M-6\",\"year\":2018,\"hours\":6543,"
        "\"offered_on\":\"2026-03-08\"}},{\"as\":\"zhang\",\"do\":\"submit\",\"document\":\"c\",\"refused\":{\"status\":\"DEALER_E_RULE\"}},"
        "{\"as\":\"zhang\",\"do\":\"submit\",\"document\":\"c\",\"fields\":{\"hours\":6544}}]");
    decisions = decisions_of("c");
    json_t *failed = entry_of(decisions, "condition:large");
    assert_string_equal(json_string_value(json_object_get(failed, "outcome")), "failed");
    json_decref(replayed(failed));
    json_t *large = json_array_get(decisions, json_array_size(decisions) - 1);
    assert_string_equal(json_string_value(json_object_get(large, "outcome")), "yes");
    json_decref(replayed(large));
    json_decref(decisions);
}

/* Who was chosen to approve is a decision like any other. */
static void test_replay__of_who_was_chosen_gives_the_same_bytes(void **state) {
    (void)state;
    json_t *rules = past_world_rules(&world);
    past_world_change(rules, "flow/trade_in.lua", "who = { head = 1 }", "who = { rule = \"choice.trade_in\" }");
    json_object_set_new(json_object_get(rules, "files"), "choice/trade_in.lua",
        json_string(
            "return { id = 'choice.trade_in', title = { en = 'c', zh = 'c' }, type = 'trade_in', choose = function(input, dealer) "
            "local found = dealer.lookup('market_statistics', { currency = 'CNY' }) "
            "return { people = { { employee = 'sun', en = found.count .. ' sales', zh = 'c' } } } end }"));
    char *text = json_dumps(rules, 0);
    story_must(
        dealer_rules_publish(world.story.system, NULL, text, strlen(text), 0), dealer_session_error(world.story.system), "publish");
    free(text);
    json_decref(rules);
    past_world_play(&world,
        "[{\"as\":\"zhang\",\"do\":\"derive\",\"type\":\"trade_in\",\"from\":\"pre_order\",\"document\":\"r\",\"fields\":{"
        "\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"PC120-8\",\"serial_number\":\"M-5\",\"year\":2018,\"hours\":5000,"
        "\"offered_on\":\"2026-03-08\"}},{\"as\":\"zhang\",\"do\":\"submit\",\"document\":\"r\",\"expect\":{\"awaited\":[\"sun\"]}}]");
    json_t *decisions = decisions_of("r"), *chosen = entry_of(decisions, "choose");
    assert_true(says(chosen, "result", " sales"));
    json_decref(decisions);
    past_world_sales(&world, "PC120-8", "2024-08-01", 10);
    json_t *report = replay_all();
    assert_int_equal(past_world_integer(report, "different"), 0);
    json_decref(report);
}

static void assert_not_found(dealer_session *session, int64_t id) {
    dealer_text *text = NULL;
    assert_int_equal(dealer_decision_replay(session, &text, id), DEALER_E_NOT_FOUND);
    assert_null(text);
    assert_string_equal(dealer_error_id(dealer_session_error(session), 0), "E_NO_SUCH_DECISION");
}

static void test_replay__of_a_decision_that_is_not_there_or_not_to_be_read_looks_the_same(void **state) {
    (void)state;
    dealer_status status;
    dealer_error *error = NULL;
    json_t *decisions = decisions_of("t0");
    int64_t id = past_world_integer(json_array_get(decisions, 0), "id");
    json_decref(decisions);
    assert_not_found(world.story.system, 999999);
    dealer_session *stranger = story_session(&world.story, "guo", &status, &error); /* his post is over */
    assert_non_null(stranger);
    assert_not_found(stranger, id);
    dealer_session *owner = story_session(&world.story, "zhang", &status, &error);
    dealer_text *text = NULL;
    story_must(dealer_decision_replay(owner, &text, id), dealer_session_error(owner), "replay");
    dealer_text_free(text);
    assert_int_equal(dealer_replay_all(owner, &text, NULL, NULL), DEALER_E_DENIED);
}

static void test_replay__refuses_misuse(void **state) {
    (void)state;
    dealer_text *text = NULL;
    assert_int_equal(dealer_decision_replay(NULL, &text, 1), DEALER_E_MISUSE);
    assert_int_equal(dealer_decision_replay(world.story.system, NULL, 1), DEALER_E_MISUSE);
    assert_int_equal(dealer_replay_all(world.story.system, NULL, NULL, NULL), DEALER_E_MISUSE);
    assert_int_equal(dealer_replay_all(NULL, &text, NULL, NULL), DEALER_E_MISUSE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replay_all__gives_the_same_bytes),
        cmocka_unit_test(test_replay__tells_what_was_said_and_the_budget_that_it_took),
        cmocka_unit_test(test_replay__uses_the_rules_and_the_market_of_the_time),
        cmocka_unit_test(test_replay__with_market_evidence_answers_look_ups_from_the_log),
        cmocka_unit_test(test_replay__of_a_policy_that_looks_up_answers_from_the_log_too),
        cmocka_unit_test(test_replay_all__stops_when_told_so),
        cmocka_unit_test(test_replay__of_what_was_refused_or_failed_gives_the_same_bytes),
        cmocka_unit_test(test_replay__of_a_condition_gives_the_same_bytes),
        cmocka_unit_test(test_replay__of_who_was_chosen_gives_the_same_bytes),
        cmocka_unit_test(test_replay__of_a_decision_that_is_not_there_or_not_to_be_read_looks_the_same),
        cmocka_unit_test(test_replay__refuses_misuse),
    };
    return cmocka_run_group_tests_name("replay", tests, open_world, close_world);
}
