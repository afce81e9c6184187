/* Evaluations: what comes in, what may come out, what failing looks like, and that nothing is carried over. */
#include "rules/messages.h"
#include "support/rule_trial.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state) {
    static struct rule_trial trial;
    rule_trial_begin(&trial);
    *state = &trial;
    return 0;
}

static int end(void **state) {
    return rule_trial_end(*state) ? 0 : -1;
}

static void load(struct rule_trial *trial, const char *body) {
    if (rule_trial_load(trial, body) != DEALER_OK) fail_msg("%s", trial->env.error.entries[0].en);
}

static void assert_answer(struct rule_trial *trial, const char *input, const char *expected) {
    const char *answer = rule_trial_ask(trial, input);
    if (answer == NULL) fail_msg("%s", trial->env.error.entries[0].en);
    assert_string_equal(answer, expected);
}

/* The error's sentences are complete and name what they should. */
static void assert_error(struct rule_trial *trial, const struct message *message, const char *says) {
    struct error *error = &trial->env.error;
    assert_true(error->depth > 0);
    assert_string_equal(error->entries[0].message->id, message->id);
    if (strstr(error->entries[0].en, says) == NULL) fail_msg("\"%s\" does not say \"%s\"", error->entries[0].en, says);
    for (int i = 0; i < error->depth; i++) {
        assert_null(strchr(error->entries[i].en, '{'));
        assert_null(strchr(error->entries[i].zh, '{'));
    }
}

static void assert_refused(struct rule_trial *trial, const char *body, const struct message *message, const char *says) {
    load(trial, body);
    assert_null(rule_trial_ask(trial, "{}"));
    assert_error(trial, message, says);
}

/* ---- value ---- */

#define VALUATION "valuation = money.new(\"100\", \"CNY\")"

static void test_value__gives_money_range_adjustments_and_evidence(void **state) {
    load(*state, "value = function(input)"
                 "  local price = input.price"
                 "  return { valuation = price:percent_bp(9000), low = price:percent_bp(8000), high = price,"
                 "    allowance = price:percent_bp(8500),"
                 "    adjustments = {{ name = \"age\", en = \"Age\", zh = \"机龄\", percent_bp = -1000 },"
                 "                   { name = \"fee\", en = \"Fee\", zh = \"费用\", amount = -money.new(5, \"CNY\") }},"
                 "    evidence = { n = 3, models = { \"a\", \"b\" } } }"
                 " end");
    assert_answer(*state, "{\"price\":{\"amount_minor\":10001,\"currency\":\"CNY\"}}",
        "{\"adjustments\":[{\"en\":\"Age\",\"name\":\"age\",\"percent_bp\":-1000,\"zh\":\"机龄\"},"
        "{\"amount\":{\"amount_minor\":-500,\"currency\":\"CNY\"},\"en\":\"Fee\",\"name\":\"fee\",\"zh\":\"费用\"}],"
        "\"allowance\":{\"amount_minor\":8501,\"currency\":\"CNY\"},\"evidence\":{\"models\":[\"a\",\"b\"],\"n\":3},"
        "\"high\":{\"amount_minor\":10001,\"currency\":\"CNY\"},\"low\":{\"amount_minor\":8001,\"currency\":\"CNY\"},"
        "\"valuation\":{\"amount_minor\":9001,\"currency\":\"CNY\"}}");
}

static void test_value__adds_an_empty_list_of_adjustments(void **state) {
    load(*state, "value = function() return { " VALUATION " } end");
    assert_answer(*state, "{}", "{\"adjustments\":[],\"valuation\":{\"amount_minor\":10000,\"currency\":\"CNY\"}}");
}

struct refusal {
    const char *body, *says;
};

static void test_value__of_a_wrong_shape_is_no_value(void **state) {
    static const struct refusal refusals[] = {
        {"return nil", "result should be a table with valuation, but is nothing"},
        {"return 5", "but is integer"},
        {"return \"100\"", "but is text"},
        {"return true", "but is boolean"},
        {"return {}", "but is list"},
        {"return money.new(5, \"CNY\")", "result should be a table with valuation, but is money"},
        {"return { low = money.new(5, \"CNY\") }", "result.valuation should be money, but is nothing"},
        {"return { valuation = 100 }", "result.valuation should be money, but is integer"},
        {"return { valuation = \"100\" }", "result.valuation should be money, but is text"},
        {"return { valuation = -money.new(1, \"CNY\") }", "result.valuation should be money that is not negative"},
        {"return { " VALUATION ", low = money.new(101, \"CNY\") }", "result.low should be at most the valuation"},
        {"return { " VALUATION ", high = money.new(99, \"CNY\") }", "result.high should be at least the valuation"},
        {"return { " VALUATION ", high = money.new(999, \"EUR\") }", "in the currency of the valuation"},
        {"return { " VALUATION ", allowance = 5 }", "result.allowance should be money, but is integer"},
        {"return { " VALUATION ", evidence = function() end }", "result.evidence should be data, but is function"},
        {"return { " VALUATION ", evidence = 0/0 }", "result.evidence should be a number, but is not a number (NaN)"},
        {"return { " VALUATION ", evidence = { deep = { 1/0 } } }", "result.evidence.deep[1] should be a finite number"},
        {"return { " VALUATION ", evidence = -math.huge }", "but is infinite"},
        {"return { " VALUATION ", evidence = { 1, 2, x = 3 } }", "a table with other keys"},
        {"return { " VALUATION ", evidence = { [1] = 1, [3] = 3 } }", "result.evidence"},
        {"return { " VALUATION ", evidence = { [true] = 1 } }", "result.evidence"},
        {"return { " VALUATION ", evidence = \"\\xff\" }", "text that is no UTF-8"},
        {"return { " VALUATION ", evidence = { [\"\\xff\"] = 1 } }", "a key that is no UTF-8"},
        {"return { " VALUATION ", adjustments = 5 }", "result.adjustments should be a list"},
        {"return { " VALUATION ", adjustments = { 5 } }", "result.adjustments[1] should be a table"},
        {"return { " VALUATION ", adjustments = {{ name = \"a\", en = \"A\" }} }", "result.adjustments[1].zh should be a text"},
        {"return { " VALUATION ", adjustments = {{ name = \"\", en = \"A\", zh = \"A\" }} }", "result.adjustments[1].name"},
        {"return { " VALUATION ", adjustments = {{ name = \"a\", en = \"A\", zh = \"A\" }} }", "either amount or percent_bp"},
        {"return { " VALUATION ", adjustments = {{ name = \"a\", en = \"A\", zh = \"A\", percent_bp = 1.5 }} }",
            "a whole number of basis points"},
        {"return { " VALUATION ", adjustments = {{ name = \"a\", en = \"A\", zh = \"A\", amount = 5 }} }",
            "result.adjustments[1].amount should be money"},
        {"return { " VALUATION ", adjustments = {{ name = \"a\", en = \"A\", zh = \"A\", amount = money.zero(\"EUR\") }} }",
            "in the currency of the valuation"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        char body[512];
        snprintf(body, sizeof body, "value = function(input, dealer) %s end", refusals[i].body);
        assert_refused(*state, body, &E_RULE_RESULT, refusals[i].says);
        assert_int_equal(error_status(&((struct rule_trial *)*state)->env.error), DEALER_E_RULE);
    }
}

static void test_value__with_a_misspelt_field_says_what_was_meant(void **state) {
    assert_refused(*state, "value = function() return { valuatoin = money.zero(\"CNY\") } end", &E_RULE_RESULT_UNKNOWN,
        "did you mean valuation?");
    assert_refused(*state,
        "value = function() return { " VALUATION
        ", adjustments = {{ name = \"a\", en = \"A\", zh = \"A\", ammount = money.zero(\"CNY\") }} } end",
        &E_RULE_RESULT_UNKNOWN, "did you mean amount?");
}

/* ---- decide ---- */

static void test_decide__gives_outcome_reasons_and_named_outputs(void **state) {
    load(*state, "decide = function(input) return { outcome = \"refer\", allowance = input.asking - money.new(\"0.01\", \"CNY\"),"
                 " reasons = {{ id = \"old\", en = \"Too old\", zh = \"太旧\", age = input.age }} } end");
    assert_answer(*state, "{\"asking\":{\"amount_minor\":500,\"currency\":\"CNY\"},\"age\":12}",
        "{\"allowance\":{\"amount_minor\":499,\"currency\":\"CNY\"},\"outcome\":\"refer\","
        "\"reasons\":[{\"age\":12,\"en\":\"Too old\",\"id\":\"old\",\"zh\":\"太旧\"}]}");
}

static void test_decide__of_a_wrong_shape_is_no_decision(void **state) {
    static const struct refusal refusals[] = {
        {"return nil", "result should be a table with outcome"},
        {"return \"pass\"", "but is text"},
        {"return true", "but is boolean"},
        {"return {}", "but is list"},
        {"return { reasons = {} }", "result.outcome should be"},
        {"return { outcome = true }", "but is boolean"},
        {"return { outcome = \"PASS\" }", "but is PASS"},
        {"return { outcome = \"approve\" }", "\"pass\", \"refuse\" or \"refer\", but is approve"},
        {"return { outcome = \"refuse\" }", "at least one reason"},
        {"return { outcome = \"refer\", reasons = {} }", "at least one reason"},
        {"return { outcome = \"pass\", reasons = \"none\" }", "result.reasons should be a list"},
        {"return { outcome = \"refuse\", reasons = { \"too old\" } }", "result.reasons[1] should be a table"},
        {"return { outcome = \"refuse\", reasons = {{ id = \"a\", en = \"A\" }} }", "result.reasons[1].zh"},
        {"return { outcome = \"pass\", f = print }", "there is no 'print' here"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        char body[512];
        bool last = i + 1 == sizeof refusals / sizeof refusals[0];
        snprintf(body, sizeof body, "decide = function(input, dealer) %s end", refusals[i].body);
        assert_refused(*state, body, last ? &E_RULE_FAILED : &E_RULE_RESULT, refusals[i].says);
    }
}

/* ---- conditions and applies ---- */

static void test_condition__is_true_or_false_and_nothing_else(void **state) {
    struct rule_trial *trial = *state;
    load(trial, "flow = { steps = {} }, conditions = {"
                " big = function(input) return input.n > 10 end, text = function() return \"false\" end,"
                " zero = function() return 0 end, cash = function() return money.zero(\"CNY\") end, none = function() end }");
    assert_string_equal(rule_trial_ask_entry(trial, RULE_CONDITION, "big", "{\"n\":11}"), "true");
    assert_string_equal(rule_trial_ask_entry(trial, RULE_CONDITION, "big", "{\"n\":10}"), "false");
    static const char *const bad[] = {"text", "zero", "none", "cash"};
    for (size_t i = 0; i < 4; i++) {
        assert_null(rule_trial_ask_entry(trial, RULE_CONDITION, bad[i], "{}"));
        assert_error(trial, &E_RULE_RESULT, "true or false");
    }
    assert_null(rule_trial_ask_entry(trial, RULE_CONDITION, "bigger", "{}"));
    assert_error(trial, &E_RULE_ENTRY, "bigger");
    assert_null(rule_trial_ask_entry(trial, RULE_CONDITION, NULL, "{}"));
    assert_null(rule_trial_ask_entry(trial, RULE_VALUE, NULL, "{}"));
    assert_error(trial, &E_RULE_ENTRY, "is a flow rule and has no value");
}

static void test_applies__is_true_without_a_function(void **state) {
    struct rule_trial *trial = *state;
    load(trial, "value = function() end");
    assert_string_equal(rule_trial_ask_entry(trial, RULE_APPLIES, NULL, "{}"), "true");
    load(trial, "value = function() end, applies = function(input) return input.kind == \"crane\" end");
    assert_string_equal(rule_trial_ask_entry(trial, RULE_APPLIES, NULL, "{\"kind\":\"crane\"}"), "true");
    assert_string_equal(rule_trial_ask_entry(trial, RULE_APPLIES, NULL, "{}"), "false");
    load(trial, "value = function() end, applies = function(input) return input.kind end");
    assert_null(rule_trial_ask_entry(trial, RULE_APPLIES, NULL, "{\"kind\":\"crane\"}"));
    assert_error(trial, &E_RULE_RESULT, "true or false, but is text");
}

static void test_evaluate__wants_an_object_as_input(void **state) {
    struct rule_trial *trial = *state;
    load(trial, "decide = function() return { outcome = \"pass\" } end");
    static const char *const bad[] = {"[]", "5", "null", "\"x\""};
    for (size_t i = 0; i < 4; i++) {
        assert_null(rule_trial_ask(trial, bad[i]));
        assert_error(trial, &E_RULE_INPUT, "JSON object");
    }
}

/* ---- input ---- */

static void test_input__arrives_typed(void **state) {
    load(*state, "decide = function(input) return { outcome = \"pass\", back = input, types = {"
                 " n = type(input.n), r = math.type(input.r), i = math.type(input.i), m = type(input.m), a = #input.a,"
                 " missing = type(input.nowhere), t = type(input.t), odd = type(input.odd) } } end");
    assert_answer(*state,
        "{\"n\":null,\"r\":1.5,\"i\":9223372036854775807,\"m\":{\"amount_minor\":1,\"currency\":\"JPY\"},"
        "\"a\":[1,\"二\",{\"b\":true}],\"t\":\"\\n\",\"odd\":{\"amount_minor\":1,\"currency\":\"yen\"}}",
        "{\"back\":{\"a\":[1,\"二\",{\"b\":true}],\"i\":9223372036854775807,\"m\":{\"amount_minor\":1,\"currency\":"
        "\"JPY\"},\"odd\":{\"amount_minor\":1,\"currency\":\"yen\"},\"r\":1.5,\"t\":\"\\n\"},\"outcome\":\"pass\","
        "\"reasons\":[],\"types\":{\"a\":3,\"i\":\"integer\",\"m\":\"money\",\"missing\":\"nil\",\"n\":\"nil\","
        "\"odd\":\"table\",\"r\":\"float\",\"t\":\"string\"}}");
}

/* ---- failing ---- */

static void test_failing_rule__names_file_line_and_what(void **state) {
    struct rule_trial *trial = *state;
    assert_refused(trial, "\ndecide = function(input)\n return input.a.b end", &E_RULE_FAILED,
        "rule trial failed at trial.lua:3: attempt to index a nil value (field 'a')");
    assert_refused(
        trial, "decide = function(input)\n error(\"hours are unknown\") end", &E_RULE_FAILED, "trial.lua:2: hours are unknown");
    assert_refused(trial, "decide = function(input) error({}) end", &E_RULE_FAILED, "error needs a text");
    assert_refused(trial, "decide = function(input)\n\n assert(input.x, \"no x\") end", &E_RULE_FAILED, "trial.lua:3: no x");
    assert_refused(trial, "decide = function(input) assert(nil) end", &E_RULE_FAILED, "assertion failed");
    assert_refused(trial, "decide = function(input) return money.new(1, \"CNY\") + money.new(1, \"EUR\") end", &E_RULE_FAILED,
        "other's currency");
    assert_int_equal(trial->env.error.depth, 2); /* base's own sentence is the cause */
}

static void test_failing_rule__says_which_global_was_meant(void **state) {
    assert_refused(*state, "decide = function() return mony.zero(\"CNY\") end", &E_RULE_FAILED, "did you mean 'money'?");
    assert_refused(*state, "decide = function() total = 5 end", &E_RULE_FAILED, "write local total");
    assert_refused(*state, "decide = function() return frobnicate end", &E_RULE_FAILED, "there is no 'frobnicate' here");
    assert_refused(*state, "decide = function() return dealer.lookup end", &E_RULE_FAILED, "there is no 'dealer' here");
}

/* ---- isolation and determinism ---- */

static void test_evaluation__leaves_nothing_behind(void **state) {
    load(*state, "decide = (function() local calls, seen = 0, {} return function(input)"
                 " calls = calls + 1; seen[#seen + 1] = input; string.rep = nil; string.upper = string.lower;"
                 " money.zero = nil; table.extra = 1; input.n = 99"
                 " return { outcome = \"pass\", calls = calls, seen = #seen, upper = (\"a\"):upper() } end end)()");
    for (int i = 0; i < 5; i++) {
        assert_answer(*state, "{\"n\":1}", "{\"calls\":1,\"outcome\":\"pass\",\"reasons\":[],\"seen\":1,\"upper\":\"a\"}");
    }
    load(*state, "decide = function() return { outcome = \"pass\", a = (\"a\"):upper(), rep = string.rep ~= nil } end");
    assert_answer(*state, "{}", "{\"a\":\"A\",\"outcome\":\"pass\",\"reasons\":[],\"rep\":true}");
}

/* What few rules do is put back as well: writing into tables of the rule and of the library, in every way there is, growing them,
 * asking for the length of one with holes, and making many texts. */
static void test_evaluation__puts_back_whatever_was_written_to(void **state) {
    static const char *const writes[] = {"list[2] = \"x\"", "list[#list + 1] = \"x\"", "named.a = 5", "named.b = 5",
        "named.inside.deep = nil", "table.insert(list, 1, \"x\")", "table.remove(list)",
        "table.sort(list, function(a, b) return a > b end)", "table.move(list, 1, 3, 2)", "for i = 1, 100 do list[i] = i end",
        "for i = 1, 100 do named[\"k\" .. i] = i end", "string.upper = string.lower", "money.new = nil", "count = count + 1",
        "named = {}", "for i = 1, 400 do local t = \"text\" .. i end", "holes[4] = nil; holes[2] = nil; local n = #holes",
        "dealer.lookup = 5"};
    struct rule_trial *trial = *state;
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        char source[2048];
        int length = snprintf(source, sizeof source,
            "local list, count, holes = { \"c\", \"a\", \"b\" }, 0, { 1, 2, 3, 4 }\n"
            "local named = { a = 1, inside = { deep = 1 } }\n"
            "return { id = \"r\", title = { en = \"r\", zh = \"r\" }, decide = function(input, dealer)\n"
            "  local seen = table.concat(list, \",\") .. count .. #holes .. tostring(named.a) .. tostring(named.b) ..\n"
            "    tostring(named.inside.deep) .. (\"a\"):upper() .. money.new(1, \"CNY\"):text() .. type(dealer.lookup)\n"
            "  %s\n  return { outcome = \"pass\", seen = seen } end }\n",
            writes[i]);
        assert_int_equal(rule_trial_load_source(trial, source, (size_t)length), DEALER_OK);
        for (int round = 0; round < 3; round++) {
            assert_answer(trial, "{}", "{\"outcome\":\"pass\",\"reasons\":[],\"seen\":\"c,a,b041nil1A1.00function\"}");
        }
    }
}

static void test_evaluation__gives_the_same_bytes_and_uses_the_same_budget(void **state) {
    static const char body[] =
        "decide = function(input) local t, out = {}, {} for i = 1, 300 do t[\"k\" .. (i * 7919 % 1000)] = i end"
        " for k, v in pairs(t) do out[#out + 1] = k .. \"=\" .. v end table.sort(out)"
        " for k in pairs(t) do t[k] = nil; t[k .. \"x\"] = 1 if #out > 500 then break end out[#out + 1] = k end"
        " return { outcome = \"pass\", x = table.concat(out, \",\"):gsub(\"%d+\", function(d) return tonumber(d) + 1 end) } end";
    struct rule_trial *trial = *state;
    load(trial, body);
    const char *first = rule_trial_ask(trial, "{}");
    assert_non_null(first);
    char *kept = env_copy_text(&trial->env, first, strlen(first));
    struct rule_used used = trial->used;
    assert_true(used.instructions > 0 && used.bytes > 0 && used.work > 0);
    for (int i = 0; i < 3; i++) {
        if (i == 1) load(trial, body); /* also in a state made anew */
        assert_answer(trial, "{}", kept);
        if (i >= 1 && !rule_engine_bundled()) continue; /* a system's Lua hashes with another seed in each state */
        assert_int_equal(trial->used.instructions, used.instructions);
        assert_int_equal(trial->used.bytes, used.bytes);
        assert_int_equal(trial->used.work, used.work);
    }
    env_free(&trial->env, kept);
}

/* ---- limits ---- */

static void assert_limit(struct rule_trial *trial, const char *body, const struct message *limit) {
    load(trial, body);
    assert_null(rule_trial_ask(trial, "{}"));
    assert_error(trial, &E_RULE_LIMIT, "rule trial was stopped at trial.lua:");
    assert_int_equal(trial->env.error.depth, 2);
    assert_string_equal(trial->env.error.entries[1].message->id, limit->id);
}

static void test_limits__each_stops_a_rule_and_says_so(void **state) {
    struct rule_trial *trial = *state;
    assert_limit(trial, "decide = function() while true do end end", &E_RULE_LIMIT_INSTRUCTIONS);
    assert_int_equal(trial->used.instructions, trial->limits.instructions + 100);
    assert_limit(trial, "decide = function() local t = {} for i = 1, 1e9 do t = { t } end end", &E_RULE_LIMIT_BYTES);
    assert_limit(trial, "decide = function() local t = {} for i = 1, 1e9 do t[i] = i end end", &E_RULE_LIMIT_BLOCK);
    assert_limit(trial, "decide = function() local s = \"x\" for i = 1, 99 do s = s .. s end end", &E_RULE_LIMIT_TEXT);
    assert_limit(trial, "decide = function() return (\"x\"):rep(1e9) end", &E_RULE_LIMIT_TEXT);
    assert_limit(
        trial, "decide = function() local s = (\"a\"):rep(30000) return s:find((\"a*\"):rep(20) .. \"b\") end", &E_RULE_LIMIT_WORK);
    assert_limit(trial, "decide = function() local t = {} t.t = t return { outcome = \"pass\", t = t } end", &E_RULE_LIMIT_RESULT);
    assert_limit(trial,
        "decide = function() local s, t = (\"x\"):rep(60000), {} for i = 1, 50 do t[i] = s end"
        " return { outcome = \"pass\", t = t } end",
        &E_RULE_LIMIT_RESULT);
    assert_limit(trial, "decide = function() local function f() return 1 + f() end return f() end", &E_RULE_LIMIT_BLOCK);
}

static void test_limits__are_the_callers_to_set(void **state) {
    struct rule_trial *trial = *state;
    trial->limits.instructions = 1000;
    trial->limits.depth = 2;
    load(trial, "decide = function(input) for i = 1, input.n do end return { outcome = \"pass\", t = input.t } end");
    assert_non_null(rule_trial_ask(trial, "{\"n\":100}"));
    assert_null(rule_trial_ask(trial, "{\"n\":2000}"));
    assert_error(trial, &E_RULE_LIMIT, "trial.lua:1");
    assert_non_null(rule_trial_ask(trial, "{\"n\":1,\"t\":{\"a\":1}}"));
    assert_null(rule_trial_ask(trial, "{\"n\":1,\"t\":{\"a\":{\"b\":1}}}"));
    assert_error(trial, &E_RULE_LIMIT, "limit");
}

/* ---- look-ups ---- */

static dealer_status comparables(
    void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out) {
    (void)env;
    int *calls = user_data;
    (*calls)++;
    const char *model = json_get_text(arguments, "model");
    if (model == NULL) return DEALER_OK; /* nothing found */
    *out = json_new_object(answers);
    json_set_text(answers, *out, "model", model);
    json_set_integer(answers, *out, "count", *calls);
    json_value *price = json_new_object(answers);
    json_set_integer(answers, price, "amount_minor", 5000);
    json_set_text(answers, price, "currency", "CNY");
    json_set(answers, *out, "median", price);
    return DEALER_OK;
}

static dealer_status broken(void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out) {
    (void)user_data, (void)arguments, (void)answers, (void)out;
    return error_raise(&env->error, &E_RULE_CASE_APPLIED, NULL); /* any error of a floor below or above */
}

static void test_lookup__gives_what_the_host_knows_and_is_recorded(void **state) {
    struct rule_trial *trial = *state;
    int calls = 0;
    const struct rule_lookup lookups[] = {{"comparables", comparables, &calls}, {"broken", broken, NULL}};
    trial->lookups = lookups;
    trial->lookup_count = 2;
    load(trial, "value = function(input, dealer) local a = dealer.lookup(\"comparables\", { model = input.model })"
                " local b = dealer.lookup(\"comparables\")"
                " assert(b == nil) assert(dealer.has_lookup(\"comparables\")) assert(not dealer.has_lookup(\"x\"))"
                " return { valuation = a.median, evidence = { n = a.count } } end");
    struct json *json = NULL;
    struct rule_result result = {0};
    assert_int_equal(json_parse(&trial->env, "{\"model\":\"PC200\"}", 17, false, &json), DEALER_OK);
    struct rule_call call = {
        .rule = rule_set_at(trial->set, 0), .entry = RULE_VALUE, .input = json_root(json), .lookups = lookups, .lookup_count = 2};
    assert_int_equal(rule_evaluate(&trial->env, &call, &result), DEALER_OK);
    char *recorded = json_write(&trial->env, result.lookups, true, false, NULL);
    assert_string_equal(recorded, "[{\"answer\":{\"count\":1,\"median\":{\"amount_minor\":5000,\"currency\":\"CNY\"},\"model\":"
                                  "\"PC200\"},\"arguments\":{\"model\":\"PC200\"},\"name\":\"comparables\"},"
                                  "{\"answer\":null,\"arguments\":{},\"name\":\"comparables\"}]");
    env_free(&trial->env, recorded);
    rule_result_finish(&result);
    json_free(json);
    assert_int_equal(calls, 2);
}

static void test_lookup__that_fails_fails_the_rule_with_its_cause(void **state) {
    struct rule_trial *trial = *state;
    const struct rule_lookup lookups[] = {{"broken", broken, NULL}};
    trial->lookups = lookups;
    trial->lookup_count = 1;
    assert_refused(trial, "value = function(input, dealer) return dealer.lookup(\"broken\") end", &E_RULE_FAILED,
        "the look-up 'broken' failed");
    assert_int_equal(trial->env.error.depth, 3);
    assert_string_equal(trial->env.error.entries[2].message->id, "E_RULE_CASE_APPLIED");
    assert_refused(trial, "value = function(input, dealer) return dealer.lookup(\"brocken\") end", &E_RULE_FAILED,
        "there is no look-up 'brocken' here; there are: broken");
    assert_refused(trial, "value = function(input, dealer) return dealer.lookup(\"broken\", { f = type }) end", &E_RULE_FAILED,
        "arguments.f should be data, but is function");
    assert_refused(trial, "value = function(input, dealer) return dealer.lookup(5) end", &E_RULE_FAILED, "string expected");
    trial->lookup_count = 0;
    assert_refused(trial, "value = function(input, dealer) return dealer.lookup(\"x\") end", &E_RULE_FAILED, "and no other");
}

static void test_lookup__can_not_be_called_for_ever(void **state) {
    struct rule_trial *trial = *state;
    int calls = 0;
    const struct rule_lookup lookups[] = {{"comparables", comparables, &calls}};
    trial->lookups = lookups;
    trial->lookup_count = 1;
    assert_limit(trial, "value = function(input, dealer) while true do dealer.lookup(\"comparables\") end end", &E_RULE_LIMIT_WORK);
    assert_true(calls <= 1000);
}

/* ---- the host's locale ---- */

/* A locale with a decimal comma, made for the test; false where the tool for that is missing. */
static bool enter_comma_locale(char folder[64]) {
    static const char *const empty[] = {"CTYPE", "COLLATE", "TIME", "MONETARY", "MESSAGES"};
    char path[96], command[320];
    snprintf(folder, 64, "/tmp/dealer-locale-XXXXXX");
    if (mkdtemp(folder) == NULL) return false;
    snprintf(path, sizeof path, "%s/source", folder);
    FILE *file = fopen(path, "w");
    if (file == NULL) return false;
    fputs("LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\ngrouping 3;3\nEND LC_NUMERIC\n", file);
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
        fprintf(file, "LC_%s\ncopy \"POSIX\"\nEND LC_%s\n", empty[i], empty[i]);
    fclose(file);
    snprintf(command, sizeof command, "localedef -c -i %s -f UTF-8 %s/comma.UTF-8 >/dev/null 2>&1", path, folder);
    int unused = system(command);
    (void)unused;
    setenv("LOCPATH", folder, 1);
    return setlocale(LC_ALL, "comma.UTF-8") != NULL;
}

static void leave_comma_locale(const char *folder) {
    char command[128];
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -rf %s", folder);
    int unused = system(command);
    (void)unused;
}

static void test_numbers__are_read_and_written_with_a_point_wherever_the_host_lives(void **state) {
    char folder[64], number[16];
    if (!enter_comma_locale(folder)) skip();
    snprintf(number, sizeof number, "%.1f", 1.5);
    load(*state, "decide = function(input) return { outcome = \"pass\", x = 2.5 .. \" \" .. tostring(1.5) .. \" \" .."
                 " string.format(\"%.2f\", 1.25) .. \" \" .. tonumber(\"3.5\") * 2 .. \" \" .. tostring(tonumber(\"3,5\")) .."
                 " \" \" .. input.ratio + tonumber(\"0.25\") } end");
    const char *answer = rule_trial_ask(*state, "{\"ratio\":0.5}");
    leave_comma_locale(folder);
    if (answer == NULL) fail_msg("%s", ((struct rule_trial *)*state)->env.error.entries[0].en);
    assert_string_equal(number, "1,5"); /* the locale does what it should */
    assert_string_equal(answer, "{\"outcome\":\"pass\",\"reasons\":[],\"x\":\"2.5 1.5 1.25 7.0 nil 0.75\"}");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_value__gives_money_range_adjustments_and_evidence),
        TEST(test_value__adds_an_empty_list_of_adjustments),
        TEST(test_value__of_a_wrong_shape_is_no_value),
        TEST(test_value__with_a_misspelt_field_says_what_was_meant),
        TEST(test_decide__gives_outcome_reasons_and_named_outputs),
        TEST(test_decide__of_a_wrong_shape_is_no_decision),
        TEST(test_condition__is_true_or_false_and_nothing_else),
        TEST(test_applies__is_true_without_a_function),
        TEST(test_evaluate__wants_an_object_as_input),
        TEST(test_input__arrives_typed),
        TEST(test_failing_rule__names_file_line_and_what),
        TEST(test_failing_rule__says_which_global_was_meant),
        TEST(test_evaluation__leaves_nothing_behind),
        TEST(test_evaluation__puts_back_whatever_was_written_to),
        TEST(test_evaluation__gives_the_same_bytes_and_uses_the_same_budget),
        TEST(test_limits__each_stops_a_rule_and_says_so),
        TEST(test_limits__are_the_callers_to_set),
        TEST(test_lookup__gives_what_the_host_knows_and_is_recorded),
        TEST(test_lookup__that_fails_fails_the_rule_with_its_cause),
        TEST(test_lookup__can_not_be_called_for_ever),
        TEST(test_numbers__are_read_and_written_with_a_point_wherever_the_host_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
