/* Memory that runs out at every point of a replay, a backtest and an import: a clean error, nothing lost, the store whole. */
#include "support/past_world.h"
#include "support/point_allocator.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct past_world world;
static char path[128];
static char *files;
static int64_t decision;

static int setup(void **state) {
    (void)state;
    dealer_text *text = NULL;
    past_world_open(&world, "memory", 2);
    json_t *rules = past_world_rules(&world);
    past_world_change(rules, "policy/trade_allowance.lua", "local MOST_BP = 9500", "local MOST_BP = 9000");
    past_world_change(rules, "flow/trade_in.lua", "who = { head = 1 }", "who = { person = \"wang\" }");
    files = json_dumps(rules, 0);
    json_decref(rules);
    story_must(dealer_document_history(world.story.system, &text, story_document(&world.story, "t0")),
        dealer_session_error(world.story.system), "history");
    json_t *history = past_world_json(text);
    json_t *item;
    size_t index;
    json_array_foreach(json_object_get(history, "history"), index, item) {
        bool rule = strcmp(json_string_value(json_object_get(item, "of")), "rule") == 0;
        if (rule && !decision) decision = past_world_integer(item, "id");
    }
    json_decref(history);
    past_world_sales(&world, "PC120-8", "2026-01-01", 30);
    snprintf(path, sizeof path, "trial-memory-%ld.db", (long)getpid());
    remove_store(path);
    past_world_leave(&world, path);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    free(files);
    remove_store(path);
    return 0;
}

typedef dealer_status (*call_function)(dealer_session *session);

/* One call under an allocator that refuses at its n-th request, counted from the call's beginning. True: it was refused. */
static bool try_at(size_t n, bool from_then_on, const char *where, call_function call) {
    struct point_allocator allocator = {.from_then_on = from_then_on};
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    options.allocate = point_allocate;
    options.allocate_user_data = &allocator;
    assert_int_equal(dealer_store_open(&store, NULL, where, &options), DEALER_OK);
    assert_int_equal(dealer_session_open_system(store, &session, NULL, "memory"), DEALER_OK);
    allocator.calls = 0;
    allocator.fail_at = n;
    dealer_status status = call(session);
    bool hit = allocator.refused > 0;
    if (!hit) assert_int_equal(status, DEALER_OK);
    if (status) {
        assert_int_equal(status, DEALER_E_NOMEM);
        assert_int_equal(dealer_error_status(dealer_session_error(session)), DEALER_E_NOMEM);
    }
    allocator.fail_at = 0;
    dealer_session_close(session);
    dealer_store_close(store);
    assert_int_equal(allocator.outstanding, 0);
    return hit;
}

/* Every point up to `close`, then in ever larger steps, so that the walk ends in time. */
static size_t walk(const char *where, call_function call) {
    size_t points = 0;
    for (size_t n = 1, step = 1; try_at(n, points % 2 == 0, where, call); n += step, points++)
        if (points >= 400 && points % 50 == 0) step *= 2;
    return points;
}

static dealer_status replay(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_decision_replay(session, &text, decision);
    assert_int_equal(text != NULL, status == DEALER_OK);
    if (!status) assert_non_null(strstr(dealer_text_data(text), "\"same\":true"));
    dealer_text_free(text);
    return status;
}

static dealer_status try_candidate(dealer_session *session, int32_t format) {
    dealer_backtest_options options = DEALER_BACKTEST_OPTIONS_INIT;
    dealer_text *text = NULL;
    options.files = files;
    options.files_length = strlen(files);
    options.threads = 1; /* the allocator is for one thread */
    options.format = format;
    dealer_status status = dealer_backtest(session, &text, &options);
    assert_int_equal(text != NULL, status == DEALER_OK);
    dealer_text_free(text);
    return status;
}

static dealer_status backtest(dealer_session *session) {
    return try_candidate(session, DEALER_BACKTEST_JSON);
}

static dealer_status backtest_csv(dealer_session *session) {
    return try_candidate(session, DEALER_BACKTEST_CSV);
}

static dealer_status import(dealer_session *session) {
    static const char mapping[] =
        "{\"source\":{\"value\":\"a\"},\"key\":\"id\",\"date\":\"day\",\"price\":{\"column\":\"price\",\"currency\":\"CNY\"},"
        "\"category\":\"group\",\"model\":\"model\",\"options\":\"rest\"}";
    static const char rows[] =
        "id,day,price,group,model,cab\n1,2020-01-01,5,excavator,P,x\n2,never,5,excavator,P,y\n3,2020-01-02,6,excavator,P,\n";
    dealer_market_import *import = NULL;
    dealer_text *text = NULL;
    dealer_status status = dealer_market_import_open(session, &import, mapping, sizeof mapping - 1);
    if (!status) status = dealer_market_import_feed(session, import, rows, sizeof rows - 1);
    if (!status) status = dealer_market_import_finish(session, &text, import);
    if (!status) assert_non_null(strstr(dealer_text_data(text), "\"added\":2"));
    dealer_market_import_free(import);
    dealer_text_free(text);
    return status;
}

static dealer_status statistics(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_market_statistics(session, &text, "{\"currency\":\"CNY\"}", 18);
    dealer_text_free(text);
    return status;
}

static dealer_status outcomes(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_trade_in_outcomes(session, &text);
    dealer_text_free(text);
    return status;
}

static void test_replay__without_memory_says_so_at_every_point(void **state) {
    (void)state;
    assert_true(walk(path, replay) > 50);
}

static void test_backtest__without_memory_says_so_at_every_point(void **state) {
    (void)state;
    assert_true(walk(path, backtest) > 200);
    assert_true(walk(path, backtest_csv) > 200);
}

static void test_import__without_memory_says_so_at_every_point(void **state) {
    (void)state;
    assert_true(walk(":memory:", import) > 50);
}

static void test_market_questions__without_memory_say_so_at_every_point(void **state) {
    (void)state;
    assert_true(walk(path, statistics) > 10);
    assert_true(walk(path, outcomes) > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replay__without_memory_says_so_at_every_point),
        cmocka_unit_test(test_backtest__without_memory_says_so_at_every_point),
        cmocka_unit_test(test_import__without_memory_says_so_at_every_point),
        cmocka_unit_test(test_market_questions__without_memory_say_so_at_every_point),
    };
    return cmocka_run_group_tests_name("trial memory", tests, setup, teardown);
}
