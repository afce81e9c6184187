/* Memory that runs out at every point of papers that move machines and of questions about them: a clean error, nothing half done. */
#include "support/past_world.h"
#include "support/point_allocator.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[128], copy[140];
static int64_t machine, paper;

typedef dealer_status (*call_function)(dealer_session *session);

/* One call of a person on a fresh copy under an allocator that refuses at its n-th request. True: it was refused. */
static bool try_at(size_t n, bool from_then_on, const char *person, call_function call) {
    struct point_allocator allocator = {.from_then_on = from_then_on};
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    dealer_text *findings = NULL;
    options.allocate = point_allocate;
    options.allocate_user_data = &allocator;
    story_copy_file(path, copy);
    assert_int_equal(dealer_store_open(&store, NULL, copy, &options), DEALER_OK);
    assert_int_equal(dealer_session_open(store, &session, NULL, person), DEALER_OK);
    allocator.calls = 0;
    allocator.fail_at = n;
    dealer_status status = call(session);
    bool hit = allocator.refused > 0;
    if (!hit) assert_int_equal(status, DEALER_OK);
    if (status) assert_int_equal(status, DEALER_E_NOMEM);
    allocator.fail_at = 0;
    dealer_session_close(session);
    assert_int_equal(dealer_session_open_system(store, &session, NULL, "memory"), DEALER_OK);
    assert_int_equal(dealer_store_verify(session, &findings), DEALER_OK);
    assert_string_equal(dealer_text_data(findings), "[]");
    dealer_text_free(findings);
    dealer_session_close(session);
    dealer_store_close(store);
    assert_int_equal(allocator.outstanding, 0);
    story_remove_file(copy);
    return hit;
}

/* Ever larger steps, so that the walk ends in time. */
static void walk(const char *person, call_function call) {
    size_t points = 0;
    for (size_t n = 1, step = 1; try_at(n, points % 2 == 0, person, call); n += step, points++)
        if (points >= 60 && points % 20 == 0) step *= 2;
    print_message("%zu points\n", points);
    assert_true(points > 20);
}

static void prepare_with(const char *scene, const char *document, const char *steps) {
    struct past_world world;
    past_world_open(&world, "machine-memory", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", scene, "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    past_world_play(&world, steps);
    machine = story_document(&world.story, "machine");
    paper = story_document(&world.story, document);
    snprintf(path, sizeof path, "machine-memory-%ld.db.left", (long)getpid());
    snprintf(copy, sizeof copy, "%s.copy", path);
    past_world_leave(&world, path);
}

static void prepare(const char *scene, const char *document) {
    prepare_with(scene, document, "[]");
}

static dealer_status drop(dealer_status status, dealer_text *text) {
    dealer_text_free(text);
    return status;
}

static dealer_status ask_life(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_machine_life(session, &text, machine);
    return drop(status, text);
}

static dealer_status ask_age(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_stock_age(session, &text, "2026-03-05");
    return drop(status, text);
}

static dealer_status ask_overdue(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_claims_overdue(session, &text, "2026-09-01");
    return drop(status, text);
}

static dealer_status ask_reports(dealer_session *session) {
    static const char *const asked[][2] = {{"trade_ins", "{\"by\":[\"person\"]}"}, {"stock", "{\"by\":[\"warehouse\"]}"},
        {"waiting", "{\"by\":[\"department\"],\"from\":\"2026-01\",\"to\":\"2026-12\"}"},
        {"forecast", "{\"where\":{\"field\":\"quantity\",\"op\":\">\",\"value\":0}}"}};
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < sizeof asked / sizeof asked[0]; i++) {
        dealer_text *text = NULL;
        status = dealer_report(session, &text, asked[i][0], asked[i][1], strlen(asked[i][1]));
        drop(status, text);
    }
    return status;
}

static dealer_status submit_paper(dealer_session *session) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    dealer_status status = dealer_document_open(session, &document, paper);
    if (!status) status = dealer_document_submit(session, &decision, document);
    dealer_decision_free(decision);
    dealer_document_free(document);
    return status;
}

static void test_memory__refused_to_a_stock_out(void **state) {
    (void)state;
    prepare("stock_out_draft", "stock_out");
    walk("zhou", submit_paper);
    walk("zhou", ask_age);
    story_remove_file(path);
}

static void test_memory__refused_to_a_plan_and_to_questions(void **state) {
    (void)state;
    prepare("plan_draft", "plan");
    walk("chen", submit_paper);
    walk("wang", ask_life);
    story_remove_file(path);
    prepare("plan", "plan");
    walk("chen", ask_overdue);
    story_remove_file(path);
}

static void test_memory__refused_to_reports_with_hidden_fields(void **state) {
    (void)state;
    prepare_with("dispatch_submitted", "dispatch",
        "[{\"do\":\"configure\",\"change\":{\"posts\":[{\"code\":\"sales_manager\",\"fields\":[{\"type\":\"contract\",\"hidden\":[\"price\"]},"
        "{\"type\":\"pre_order\",\"hidden\":[\"budget\"]},{\"type\":\"machine\",\"hidden\":[\"cost\",\"warehouse\"]}]}]}}]");
    walk("wang", ask_reports);
    story_remove_file(path);
}

static void test_memory__refused_to_a_rental(void **state) {
    (void)state;
    prepare("rental_draft", "rental");
    walk("luo", submit_paper);
    story_remove_file(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__refused_to_a_stock_out),
        cmocka_unit_test(test_memory__refused_to_a_plan_and_to_questions),
        cmocka_unit_test(test_memory__refused_to_reports_with_hidden_fields),
        cmocka_unit_test(test_memory__refused_to_a_rental),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
