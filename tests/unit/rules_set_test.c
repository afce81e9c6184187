/* Loading sets: everything checked, all or nothing; the hash; the order; cases; memory running out at every point;
 * several threads. */
#include "rules/messages.h"
#include "support/rule_trial.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
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

#define HEAD  "id = \"a\", title = { en = \"A\", zh = \"甲\" }, "
#define VALUE "value = function() end"

static const char good[] = "return { " HEAD VALUE " }";

static void assert_error(struct rule_trial *trial, const struct message *message, const char *says) {
    struct error *error = &trial->env.error;
    assert_true(error->depth > 0);
    if (strcmp(error->entries[0].message->id, message->id) != 0 || strstr(error->entries[0].en, says) == NULL) {
        fail_msg("%s: \"%s\" is not %s saying \"%s\"", error->entries[0].message->id, error->entries[0].en, message->id, says);
    }
    const char *brace = strchr(error->entries[0].zh, '{'); /* "{ en = ..." is no argument left open */
    assert_true(brace == NULL || brace[1] == ' ');
}

/* ---- Refusals ---- */

struct refusal {
    const char *source;
    const struct message *message;
    const char *says;
};

static void check_refusals(struct rule_trial *trial, const struct refusal *refusals, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *source = refusals[i].source;
        assert_int_equal(rule_trial_load_source(trial, source, strlen(source)), DEALER_E_CONFIGURATION);
        assert_error(trial, refusals[i].message, refusals[i].says);
        assert_null(trial->set);
    }
    assert_int_equal(rule_trial_load_source(trial, good, strlen(good)), DEALER_OK);
}

static void test_load__refuses_wrong_fields_and_says_why(void **state) {
    const struct refusal refusals[] = {
        {"", &E_RULE_FIELD, "return should be a table"},
        {"return 5", &E_RULE_FIELD, "but is integer"},
        {"return {\n  id = \"a\",\n  titel = {} }", &E_RULE_FIELD_UNKNOWN,
            "trial.lua:3: a rule has no field titel; did you mean title?"},
        {"return { " HEAD "wholly_other = 1, " VALUE " }", &E_RULE_FIELD_UNKNOWN, "did you mean id, title, type"},
        {"return { " HEAD VALUE ", [1] = 5 }", &E_RULE_FIELD, "should be named fields, but is a list"},
        {"return { title = { en = \"A\", zh = \"A\" }, " VALUE " }", &E_RULE_FIELD, "id should be a text, but is nothing"},
        {"return {\n id = 5 }", &E_RULE_FIELD, "trial.lua:2: id should be a text, but is integer"},
        {"return { id = \"\" }", &E_RULE_FIELD, "empty"},
        {"return { id = \"Big\" }", &E_RULE_FIELD, "small letters"},
        {"return { id = (\"a\"):rep(101) }", &E_RULE_FIELD, "too long"},
        {"return { id = \"a\", type = \"trade.in\" }", &E_RULE_FIELD, "type should be small letters"},
        {"return { id = \"a\", title = \"A\" }", &E_RULE_FIELD, "title should be { en"},
        {"return { id = \"a\", title = { en = \"A\" } }", &E_RULE_FIELD, "title.zh should be a text, but is nothing"},
        {"return { id = \"a\", title = { en = \"A\", zh = \"A\", fr = \"A\" } }", &E_RULE_FIELD_UNKNOWN, "title.fr"},
        {"return { " HEAD VALUE ", order = 1.5 }", &E_RULE_FIELD, "order should be a whole number"},
        {"return { " HEAD VALUE ", order = -1 }", &E_RULE_FIELD, "order"},
        {"return { " HEAD VALUE ", order = \"1\" }", &E_RULE_FIELD, "but is text"},
        {"return { " HEAD VALUE ", applies = true }", &E_RULE_FIELD, "applies should be a function(input, dealer), but is boolean"},
        {"return { " HEAD "value = 5 }", &E_RULE_FIELD, "value should be a function"},
        {"return { " HEAD " }", &E_RULE_KIND, "but this one has none"},
        {"return { " HEAD VALUE ", decide = type }", &E_RULE_KIND, "value decide"},
        {"return { " HEAD VALUE ", conditions = {} }", &E_RULE_KIND, "value conditions"},
        {"return { " HEAD VALUE ", flow = {} }", &E_RULE_KIND, "value flow"},
        {"return { " HEAD "flow = 5 }", &E_RULE_FIELD, "flow should be a table"},
        {"return { " HEAD "flow = { steps = {{ when = type }} } }", &E_RULE_FIELD,
            "flow.steps[1].when should be data; name functions"},
        {"return { " HEAD "flow = { x = 0/0 } }", &E_RULE_FIELD, "flow.x should be a number"},
        {"return { " HEAD "flow = {}, conditions = 5 }", &E_RULE_FIELD, "conditions should be a table"},
        {"return { " HEAD "flow = {}, conditions = { type } }", &E_RULE_FIELD, "a table of functions by name"},
        {"return { " HEAD "flow = {}, conditions = { x = 5 } }", &E_RULE_FIELD, "conditions.x should be a function"},
        {"return { " HEAD "flow = {}, conditions = { [\"x y\"] = type } }", &E_RULE_FIELD, "small letters"},
    };
    check_refusals(*state, refusals, sizeof refusals / sizeof refusals[0]);
}

static void test_load__refuses_wrong_cases_and_says_why(void **state) {
    const struct refusal refusals[] = {
        {"return { " HEAD VALUE ", cases = 5 }", &E_RULE_FIELD, "cases should be a list"},
        {"return { " HEAD VALUE ", cases = { x = {} } }", &E_RULE_FIELD, "cases should be a list"},
        {"return { " HEAD VALUE ", cases = { 5 } }", &E_RULE_FIELD, "cases[1] should be a table"},
        {"return { " HEAD VALUE ", cases = {{ name = \"n\" }} }", &E_RULE_FIELD, "cases[1].given"},
        {"return { " HEAD VALUE ", cases = {{ name = \"n\", given = {} }} }", &E_RULE_FIELD, "with expect"},
        {"return { " HEAD VALUE ", cases = {{ name = 5, given = {}, expect = { x = 1 } }} }", &E_RULE_FIELD, "cases[1].name"},
        {"return { " HEAD VALUE ", cases = {{ name = \"n\", gievn = {} }} }", &E_RULE_FIELD_UNKNOWN, "did you mean given?"},
        {"return { " HEAD VALUE ", cases = {{ name = \"n\", given = {}, expect = true }} }", &E_RULE_FIELD, "cases[1].expect"},
        {"return { " HEAD VALUE ", cases = {{ name = \"n\", given = {}, expect = {}, lookups = 5 }} }", &E_RULE_FIELD,
            "cases[1].lookups"},
        {"return { " HEAD VALUE ", cases = {{ name = \"n\", given = {}, applies = 5 }} }", &E_RULE_FIELD, "cases[1].applies"},
        {"return { " HEAD VALUE ", cases = {{ name = \"n\", given = {}, condition = \"c\", expect = true }} }", &E_RULE_FIELD,
            "condition of this file"},
        {"return { " HEAD "flow = {}, cases = {{ name = \"n\", given = {}, expect = {} }} }", &E_RULE_FIELD,
            "a case with a condition"},
        {"return { " HEAD
         "flow = {}, conditions = { c = type }, cases = {{ name = \"n\", given = {}, condition = \"c\", expect = {} }} }",
            &E_RULE_FIELD, "cases[1].expect should be true or false"},
    };
    check_refusals(*state, refusals, sizeof refusals / sizeof refusals[0]);
}

static void test_load__refuses_what_is_no_rule_file(void **state) {
    const struct refusal refusals[] = {
        {"return {\n  id = = 5 }", &E_RULE_SYNTAX, "trial.lua:2: this is not Lua: unexpected symbol near '='"},
        {"\27Lua", &E_RULE_SOURCE, "trial.lua:1: an invisible control character"},
        {"-- \xE2\x80\xAE evil\nreturn {}", &E_RULE_SOURCE, "an invisible control character"},
        {"return {\n  id = \"\xff\" }", &E_RULE_SOURCE, "trial.lua:2: a byte that is no UTF-8"},
        {"\n\nlocal _ENV = {} return {}", &E_RULE_SOURCE, "trial.lua:3: _ENV"},
        {"error(\"no\")", &E_RULE_LOAD, "cannot be loaded"},
        {"while true do end", &E_RULE_LOAD, "cannot be loaded"},
        {"local t = {} while true do t[#t + 1] = {} end", &E_RULE_LOAD, "cannot be loaded"},
        {"x = 5 return {}", &E_RULE_LOAD, "cannot be loaded"},
    };
    check_refusals(*state, refusals, sizeof refusals / sizeof refusals[0]);
}

static void test_load__names_the_cause_when_a_file_raises(void **state) {
    struct rule_trial *trial = *state;
    static const char source[] = "local a\nreturn a.b";
    assert_int_equal(rule_trial_load_source(trial, source, strlen(source)), DEALER_E_CONFIGURATION);
    assert_int_equal(trial->env.error.depth, 2);
    assert_non_null(strstr(trial->env.error.entries[1].en, "trial.lua:2: attempt to index a nil value (local 'a')"));
}

static void test_load__takes_words_that_only_look_like_env(void **state) {
    static const char source[] = "local MY_ENV, _ENVY = 1, 2 return { " HEAD VALUE " }";
    assert_int_equal(rule_trial_load_source(*state, source, strlen(source)), DEALER_OK);
}

static dealer_status load_named(struct rule_trial *trial, const char *const *names, const char *const *sources, size_t count) {
    struct rule_file files[8];
    for (size_t i = 0; i < count; i++) {
        files[i] = (struct rule_file){names[i], sources[i], sources[i] == NULL ? 0 : strlen(sources[i])};
    }
    rule_set_drop(trial->set);
    trial->set = NULL;
    error_clear(&trial->env.error);
    return rule_set_load(&trial->env, files, count, &trial->limits, &trial->set);
}

static void test_load__checks_names_sizes_and_doubles(void **state) {
    struct rule_trial *trial = *state;
    static const char *const bad_names[] = {"", "a", ".lua", "a.luac", "a\nb.lua", "\xff.lua", NULL};
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(load_named(trial, &bad_names[i], (const char *const[]){good}, 1), DEALER_E_CONFIGURATION);
        assert_error(trial, &E_RULE_FILE_NAME, "no name for a rule file");
    }
    assert_int_equal(
        load_named(trial, (const char *const[]){"a.lua", "a.lua"}, (const char *const[]){good, good}, 2), DEALER_E_CONFIGURATION);
    assert_error(trial, &E_RULE_TWICE, "file \"a.lua\" stands twice");
    assert_int_equal(
        load_named(trial, (const char *const[]){"b.lua", "a.lua"}, (const char *const[]){good, good}, 2), DEALER_E_CONFIGURATION);
    assert_error(trial, &E_RULE_TWICE, "id \"a\" stands twice");
    assert_int_equal(load_named(trial, (const char *const[]){"b.lua"}, (const char *const[]){NULL}, 1), DEALER_E_CONFIGURATION);
    assert_error(trial, &E_RULE_SOURCE, "an empty file");
    trial->limits.source_bytes = sizeof good - 2;
    assert_int_equal(load_named(trial, (const char *const[]){"b.lua"}, (const char *const[]){good}, 1), DEALER_E_CONFIGURATION);
    assert_error(trial, &E_RULE_TOO_LARGE, "at most");
}

/* ---- Good sets ---- */

static const char *const names[] = {"v2.lua", "v1.lua", "p.lua", "f.lua", "c.lua"};
static const char *const sources[] = {
    "return { id = \"v.two\", title = { en = \"2\", zh = \"二\" }, type = \"trade_in\", order = 20, " VALUE " }",
    "return { id = \"v.one\", title = { en = \"1\", zh = \"一\" }, order = 20, " VALUE ", applies = function() return true end }",
    "return { id = \"p\", title = { en = \"P\", zh = \"策\" }, decide = function() return { outcome = \"pass\" } end }",
    "return { id = \"f\", title = { en = \"F\", zh = \"流\" }, flow = { steps = {{ id = \"s\", need = money.new(1, \"CNY\") }} },"
    " conditions = { b = function() return true end, a = function() return false end } }",
    "return { id = \"c\", title = { en = \"C\", zh = \"条\" }, conditions = { x = function() return true end } }",
};

static void test_set__tells_what_its_files_say(void **state) {
    struct rule_trial *trial = *state;
    assert_int_equal(load_named(trial, names, sources, 5), DEALER_OK);
    const struct rule_set *set = trial->set;
    assert_int_equal(rule_set_count(set), 5);
    static const char *const order[] = {"v.one", "v.two", "p", "f", "c"};
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(rule_set_at(set, i)->id, order[i]);
        assert_int_equal(rule_set_at(set, i)->index, i);
        assert_ptr_equal(rule_set_find(set, order[i]), rule_set_at(set, i));
    }
    assert_null(rule_set_at(set, 5));
    assert_null(rule_set_find(set, "x"));
    assert_null(rule_set_find(set, NULL));
    const struct rule *two = rule_set_find(set, "v.two"), *flow = rule_set_find(set, "f");
    assert_string_equal(two->type, "trade_in");
    assert_string_equal(two->title_zh, "二");
    assert_string_equal(two->file, "v2.lua");
    assert_int_equal(two->order, 20);
    assert_false(two->has_applies);
    assert_true(rule_set_find(set, "v.one")->has_applies);
    assert_null(rule_set_find(set, "v.one")->type);
    assert_int_equal(rule_set_find(set, "p")->order, 100);
    assert_int_equal(flow->kind, RULE_FLOW);
    assert_string_equal(rule_kind_name(flow->kind), "flow");
    assert_string_equal(rule_kind_name(RULE_KIND_COUNT), "unknown");
    assert_int_equal(flow->condition_count, 2);
    assert_string_equal(flow->conditions[0], "a");
    assert_true(rule_has_condition(flow, "b"));
    assert_false(rule_has_condition(flow, "c"));
    char *json = json_write(&trial->env, flow->flow, true, false, NULL);
    assert_string_equal(json, "{\"steps\":[{\"id\":\"s\",\"need\":{\"amount_minor\":100,\"currency\":\"CNY\"}}]}");
    env_free(&trial->env, json);
    assert_int_equal(rule_set_find(set, "c")->kind, RULE_CONDITIONS);
    assert_int_equal(rule_set_file_count(set), 5);
    assert_string_equal(rule_set_file(set, 0)->name, "c.lua");
    assert_string_equal(rule_set_file(set, 0)->source, sources[4]);
    assert_null(rule_set_file(set, 5));
    assert_int_equal(rule_set_limits(set)->depth, 8);
}

static void test_set__hash_is_of_names_and_sources_in_any_order(void **state) {
    struct rule_trial *trial = *state;
    char first[65];
    assert_int_equal(load_named(trial, names, sources, 2), DEALER_OK);
    memcpy(first, rule_set_hash(trial->set), sizeof first);
    assert_int_equal(strlen(first), 64);
    assert_int_equal(
        load_named(trial, (const char *const[]){names[1], names[0]}, (const char *const[]){sources[1], sources[0]}, 2), DEALER_OK);
    assert_string_equal(rule_set_hash(trial->set), first);
    assert_int_equal(load_named(trial, (const char *const[]){"v3.lua", names[1]}, sources, 2), DEALER_OK);
    assert_string_not_equal(rule_set_hash(trial->set), first);
    assert_int_equal(load_named(trial, (const char *const[]){"e.lua"},
                         (const char *const[]){"return { id = \"e\", title = { en = \"e\", zh = \"e\" }, decide = type }"}, 1),
        DEALER_OK);
    /* sha256 of "5:e.lua,66:return { id = ... },", reckoned elsewhere */
    assert_string_equal(rule_set_hash(trial->set), "021fc9b6307195a7d6c45b6998662a9f7e03c05c41c5f7852362d19032ecb9fe");
}

static void test_set__of_nothing_is_a_set(void **state) {
    struct rule_trial *trial = *state;
    struct json *report = NULL;
    size_t failed = 9;
    assert_int_equal(rule_set_load(&trial->env, NULL, 0, NULL, &trial->set), DEALER_OK);
    assert_int_equal(rule_set_count(trial->set), 0);
    assert_null(rule_set_find(trial->set, "a"));
    assert_int_equal(rule_set_run_cases(&trial->env, trial->set, &report, &failed), DEALER_OK);
    assert_int_equal(failed, 0);
    json_free(report);
}

static void test_set__lives_while_somebody_holds_it(void **state) {
    struct rule_trial *trial = *state;
    assert_int_equal(load_named(trial, names, sources, 5), DEALER_OK);
    struct rule_set *second = rule_set_take(trial->set);
    rule_set_drop(trial->set);
    trial->set = second;
    assert_string_equal(rule_set_at(second, 2)->id, "p");
    assert_string_equal(rule_trial_ask_entry(trial, RULE_APPLIES, NULL, "{}"), "true");
    rule_set_drop(NULL);
}

/* ---- Cases ---- */

static const char with_cases[] =
    "return { " HEAD "type = \"trade_in\","
    " applies = function(input) return input.kind == \"crane\" end,"
    " value = function(input, dealer)"
    "   local base = dealer.lookup(\"base\", { kind = input.kind })"
    "   return { valuation = base.price:percent_bp(10000 - 100 * input.age), evidence = { n = 3, list = {}, models = { \"a\", \"b\" } } } end,"
    " cases = {"
    "  { name = \"one year\", given = { kind = \"crane\", age = 1 }, lookups = { base = { price = money.new(100, \"CNY\") } },"
    "    expect = { valuation = money.new(99, \"CNY\"), evidence = { n = 3.0, list = {} }, adjustments = {} } },"
    "  { name = \"wrong amount\", given = { kind = \"crane\", age = 1 }, lookups = { base = { price = money.new(100, \"CNY\") } },"
    "    expect = { valuation = money.new(98, \"CNY\") } },"
    "  { name = \"no such field\", given = { kind = \"crane\", age = 1 }, lookups = { base = { price = money.new(100, \"CNY\") } },"
    "    expect = { evidence = { m = 1 } } },"
    "  { name = \"part of a list\", given = { kind = \"crane\", age = 1 }, lookups = { base = { price = money.new(100, \"CNY\") } },"
    "    expect = { evidence = { models = { \"a\", \"c\" } } } },"
    "  { name = \"shorter list\", given = { kind = \"crane\", age = 1 }, lookups = { base = { price = money.new(100, \"CNY\") } },"
    "    expect = { evidence = { models = { \"a\" } } } },"
    "  { name = \"other kinds\", given = { kind = \"truck\" }, applies = false },"
    "  { name = \"should not apply\", given = { kind = \"crane\" }, applies = false },"
    "  { name = \"should apply\", given = { kind = \"truck\" }, expect = { valuation = money.new(1, \"CNY\") } },"
    "  { name = \"no look-up\", given = { kind = \"crane\", age = 1 }, fails = \"no look-up 'base'\" },"
    "  { name = \"another failure\", given = { kind = \"crane\", age = 1 }, fails = \"something else\" },"
    "  { name = \"any failure\", given = { kind = \"crane\" }, lookups = { base = {} }, fails = true },"
    "  { name = \"does not fail\", given = { kind = \"crane\", age = 0 }, lookups = { base = { price = money.new(1, \"CNY\") } },"
    "    fails = true },"
    "  { name = \"fails unasked\", given = { kind = \"crane\" }, lookups = {}, expect = {} },"
    " } }";

static const char with_condition_cases[] =
    "return { id = \"c\", title = { en = \"C\", zh = \"丙\" }, flow = {}, conditions = { big = function(input) return input.n > 5 end },"
    " cases = { { name = \"big\", given = { n = 6 }, condition = \"big\", expect = true },"
    "  { name = \"small\", given = { n = 5 }, condition = \"big\", expect = true },"
    "  { name = \"flow applies\", given = {}, applies = true } } }";

static void test_cases__are_run_and_told_one_by_one(void **state) {
    struct rule_trial *trial = *state;
    struct json *report = NULL;
    size_t failed = 0, index = 0;
    static const char *const expected[] = {
        "",
        "result.valuation.amount_minor should be 9800, but is 9900",
        "result.evidence.m should be 1, but is nothing",
        "result.evidence.models[2] should be \"c\", but is \"b\"",
        "result.evidence.models should be [\"a\"], but is [\"a\",\"b\"]",
        "",
        "the case expects that it does not",
        "the case expects that it does",
        "",
        "there is no look-up 'base' here",
        "",
        "the case expects that it fails",
        "there is no look-up 'base' here",
        "",
        "result should be true, but is false",
        "",
    };
    assert_int_equal(
        load_named(trial, (const char *const[]){"a.lua", "c.lua"}, (const char *const[]){with_cases, with_condition_cases}, 2),
        DEALER_OK);
    assert_int_equal(rule_set_run_cases(&trial->env, trial->set, &report, &failed), DEALER_OK);
    assert_int_equal(trial->env.error.depth, 0);
    const json_value *root = json_root(report);
    assert_int_equal(json_get_integer(root, "rules", 0), 2);
    assert_int_equal(json_get_integer(root, "cases", 0), 16);
    assert_int_equal(json_get_integer(root, "failed", 0), 10);
    assert_int_equal(failed, 10);
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(json_get(root, "results")); (item = json_next(&cursor, NULL)) != NULL; index++) {
        const char *en = json_get_text(item, "en");
        bool passed = json_is_true(json_get(item, "passed"));
        if (passed != (expected[index][0] == '\0')) fail_msg("%s: %s", json_get_text(item, "case"), passed ? "passed" : en);
        if (expected[index][0] == '\0')
            assert_null(en);
        else if (strstr(en, expected[index]) == NULL)
            fail_msg("%s: %s", json_get_text(item, "case"), en);
    }
    json_free(report);
}

static const char half_covered[] = "local function helper(n)\n"
                                   "  if n > 10 and n < 20 then\n"
                                   "    return 'between'\n"
                                   "  end\n"
                                   "  return 'outside'\n"
                                   "end\n"
                                   "return { id = 'a', title = { en = 'a', zh = 'a' },\n"
                                   "  decide = function(input)\n"
                                   "    local unused = function()\n"
                                   "      return 1\n"
                                   "    end\n"
                                   "    return { outcome = 'pass', where = helper(input.n) }\n"
                                   "  end,\n"
                                   "  cases = { { name = 'low', given = { n = 5 }, expect = { where = 'outside' } }%s } }\n";

static const char *coverage_of(struct rule_trial *trial, const char *more) {
    static char text[512];
    char source[2048];
    struct json *report = NULL;
    size_t failed = 0;
    snprintf(source, sizeof source, half_covered, more);
    assert_int_equal(load_named(trial, (const char *const[]){"a.lua"}, (const char *const[]){source}, 1), DEALER_OK);
    assert_int_equal(rule_set_run_cases(&trial->env, trial->set, &report, &failed), DEALER_OK);
    assert_int_equal(failed, 0);
    char *written = json_write(&trial->env, json_get(json_root(report), "coverage"), true, false, NULL);
    snprintf(text, sizeof text, "%s", written);
    env_free(&trial->env, written);
    json_free(report);
    return text;
}

static void test_cases__tell_which_lines_and_ways_they_never_went(void **state) {
    if (!rule_engine_bundled()) skip();
    assert_string_equal(coverage_of(*state, ""),
        "[{\"branches\":4,\"covered\":4,\"file\":\"a.lua\",\"lines\":6,\"rule\":\"a\",\"taken\":1,\"uncovered\":[3,10]}]");
    assert_string_equal(coverage_of(*state, ", { name = 'high', given = { n = 30 }, expect = { where = 'outside' } }"),
        "[{\"branches\":4,\"covered\":4,\"file\":\"a.lua\",\"lines\":6,\"rule\":\"a\",\"taken\":3,\"uncovered\":[3,10]}]");
    assert_string_equal(coverage_of(*state, ", { name = 'high', given = { n = 30 }, expect = { where = 'outside' } },"
                                            " { name = 'in', given = { n = 15 }, expect = { where = 'between' } }"),
        "[{\"branches\":4,\"covered\":5,\"file\":\"a.lua\",\"lines\":6,\"rule\":\"a\",\"taken\":4,\"uncovered\":[10]}]");
}

/* ---- Memory ---- */

/* Load and run the cases, some with look-ups; whatever fails must fail as out of memory and leave nothing behind. */
static dealer_status walk_once(struct rule_trial *trial) {
    struct json *report = NULL;
    size_t failed = 0;
    dealer_status status =
        load_named(trial, (const char *const[]){"a.lua", "c.lua"}, (const char *const[]){with_cases, with_condition_cases}, 2);
    if (status == DEALER_OK) {
        status = rule_set_run_cases(&trial->env, trial->set, &report, &failed);
        if (status == DEALER_OK) assert_int_equal(failed, 10);
    }
    json_free(report);
    return status;
}

static void walk_every_point(struct rule_trial *trial, bool from_then_on) {
    size_t points = 0;
    for (size_t fail_at = 1;; fail_at++) {
        rule_trial_begin(trial);
        failing_allocator_init(&trial->allocator, &trial->seams, fail_at, from_then_on);
        dealer_status status = walk_once(trial);
        bool hit = trial->allocator.hit;
        assert_true(rule_trial_end(trial));
        if (!hit) {
            assert_int_equal(status, DEALER_OK);
            break;
        }
        assert_true(status == DEALER_E_NOMEM || status == DEALER_OK);
        if (status == DEALER_E_NOMEM) points++;
    }
    print_message("%zu points where memory ran out\n", points);
    assert_true(points > 50);
}

static void test_memory__may_run_out_anywhere_once(void **state) {
    walk_every_point(*state, false);
}

static void test_memory__may_run_out_for_ever(void **state) {
    walk_every_point(*state, true);
}

/* A rule that needs more than one block: the allocator refuses in the middle of an evaluation. */
static void test_memory__may_run_out_inside_a_rule(void **state) {
    struct rule_trial *trial = *state;
    trial->limits.image_bytes = 64 * 1024;
    assert_int_equal(rule_trial_load(trial, "decide = function(input) local t = {} for i = 1, 20000 do t = { t, i } end"
                                            " return { outcome = \"pass\", n = t[2] } end"),
        DEALER_OK);
    size_t failures = 0;
    for (size_t extra = 1; extra < 40; extra++) {
        trial->allocator.fail_at = trial->allocator.calls + extra;
        trial->allocator.hit = false;
        const char *answer = rule_trial_ask(trial, "{}");
        if (!trial->allocator.hit) break;
        if (answer == NULL) {
            assert_int_equal(error_status(&trial->env.error), DEALER_E_NOMEM);
            failures++;
        }
    }
    trial->allocator.fail_at = 0;
    assert_true(failures >= 3);
    assert_string_equal(rule_trial_ask(trial, "{}"), "{\"n\":20000,\"outcome\":\"pass\",\"reasons\":[]}");
}

/* ---- Threads ---- */

struct worker {
    const struct rule_set *set;
    struct seams seams;
    size_t wrong;
};

static void *work(void *data) {
    struct worker *worker = data;
    struct env env;
    env_init(&env, &worker->seams);
    for (int i = 0; i < 500; i++) {
        char text[32];
        struct json *input = NULL;
        struct rule_result result = {0};
        int length = snprintf(text, sizeof text, "{\"n\":%d}", i);
        worker->wrong += json_parse(&env, text, (size_t)length, false, &input) != DEALER_OK;
        struct rule_call call = {.rule = rule_set_at(worker->set, 0), .entry = RULE_DECIDE, .input = json_root(input)};
        dealer_status status = rule_evaluate(&env, &call, &result);
        worker->wrong += status != DEALER_OK || json_get_integer(result.value, "twice", 0) != 2 * i;
        rule_result_finish(&result);
        json_free(input);
    }
    env_finish(&env);
    return NULL;
}

static void test_set__is_shared_by_threads(void **state) {
    (void)state;
    static const char source[] = "local calls = 0 return { " HEAD "decide = function(input) calls = calls + 1 assert(calls == 1)"
                                 " return { outcome = \"pass\", twice = 2 * input.n } end }";
    enum { THREADS = 4 };
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    struct seams seams;
    struct env env;
    struct rule_set *set = NULL;
    seams_defaults(&seams);
    env_init(&env, &seams);
    struct rule_file file = {"a.lua", source, sizeof source - 1};
    assert_int_equal(rule_set_load(&env, &file, 1, NULL, &set), DEALER_OK);
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.set = set, .seams = seams};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].wrong, 0);
    }
    rule_set_drop(set);
    env_finish(&env);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_load__refuses_wrong_fields_and_says_why),
        TEST(test_load__refuses_wrong_cases_and_says_why),
        TEST(test_load__refuses_what_is_no_rule_file),
        TEST(test_load__names_the_cause_when_a_file_raises),
        TEST(test_load__takes_words_that_only_look_like_env),
        TEST(test_load__checks_names_sizes_and_doubles),
        TEST(test_set__tells_what_its_files_say),
        TEST(test_set__hash_is_of_names_and_sources_in_any_order),
        TEST(test_set__of_nothing_is_a_set),
        TEST(test_set__lives_while_somebody_holds_it),
        TEST(test_cases__are_run_and_told_one_by_one),
        TEST(test_cases__tell_which_lines_and_ways_they_never_went),
        TEST(test_memory__may_run_out_anywhere_once),
        TEST(test_memory__may_run_out_for_ever),
        TEST(test_memory__may_run_out_inside_a_rule),
        TEST(test_set__is_shared_by_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
