/* Memory that runs out at every point of a confirmation, of taking it back and of questions about accounts: a clean error, nothing half
 * done. */
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
static int64_t paper, customer;
static int32_t confirms;

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

static dealer_status confirm(dealer_session *session) {
    dealer_document *document = NULL;
    dealer_status status = dealer_document_open(session, &document, paper);
    if (!status) status = dealer_document_confirm(session, document, confirms);
    dealer_document_free(document);
    return status;
}

static dealer_status ask_statement(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_account_statement(session, &text, customer, NULL, NULL);
    dealer_text_free(text);
    return status;
}

static dealer_status ask_ageing(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_account_ageing(session, &text, "2026-12-31");
    dealer_text_free(text);
    return status;
}

static void prepare(const char *scene) {
    struct past_world world;
    past_world_open(&world, "account-memory", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", scene, "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    paper = story_document(&world.story, "receipt");
    customer = story_document(&world.story, "customer");
    snprintf(path, sizeof path, "account-memory-%ld.db.left", (long)getpid());
    snprintf(copy, sizeof copy, "%s.copy", path);
    past_world_leave(&world, path);
}

static void test_memory__refused_to_a_confirmation(void **state) {
    (void)state;
    prepare("receipt");
    confirms = 1;
    walk("wu", confirm);
    story_remove_file(path);
}

static void test_memory__refused_to_taking_it_back_and_to_questions(void **state) {
    (void)state;
    prepare("receipt_confirmed");
    confirms = 0;
    walk("wu", confirm);
    walk("wu", ask_statement);
    walk("zhang", ask_ageing);
    story_remove_file(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__refused_to_a_confirmation),
        cmocka_unit_test(test_memory__refused_to_taking_it_back_and_to_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
