/* Memory that runs out, at every point, through the interface: a store is opened, a trade-in is submitted, approved, listed; the organisation
 * and the rules are set up. Each time one allocation is refused (once, or all from there on) the call answers DEALER_E_NOMEM or does
 * its whole work; the store, opened again with memory enough, verifies, has all or nothing of it, and no block is left over. */
#include "support/point_allocator.h"
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t start_ms = INT64_C(1772413200000);
static const char prepared[] = "memory-prepared.db", drafted[] = "memory-drafted.db", path[] = "memory.db";
static json_t *group;
static int64_t trade_in;

static int64_t clock_ms(void *user_data) {
    return *(const int64_t *)user_data;
}

static dealer_store_options options_of(struct point_allocator *allocator) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    options.allocate = point_allocate;
    options.allocate_user_data = allocator;
    options.now_utc_ms = clock_ms;
    options.now_user_data = (void *)(uintptr_t)&start_ms;
    return options;
}

/* What a walk does; answers the first status that is not OK. Everything it makes it frees. */
typedef dealer_status (*walk)(dealer_store *store);

static dealer_status run(struct point_allocator *allocator, walk work) {
    dealer_store *store = NULL;
    dealer_error *error = NULL;
    dealer_store_options options = options_of(allocator);
    dealer_status status = dealer_store_open(&store, &error, path, &options);
    if (status && error && dealer_error_status(error) != status) status = DEALER_E_INTERNAL;
    dealer_error_free(error);
    if (status) return status;
    status = work(store);
    dealer_store_close(store);
    return status;
}

static dealer_status submit(dealer_store *store) {
    dealer_session *zhang = NULL;
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    dealer_status status = dealer_session_open(store, &zhang, NULL, "zhang");
    if (!status) status = dealer_document_open(zhang, &document, trade_in);
    if (!status) status = dealer_document_set_integer(document, "hours", 8000);
    if (!status) status = dealer_document_submit(zhang, &decision, document);
    /* a rule that could not be asked for want of memory is a failure of the call, never a verdict */
    if (!status && dealer_decision_outcome(decision) != DEALER_OUTCOME_YES) {
        print_error("%s\n", dealer_decision_json(decision));
        status = DEALER_E_INTERNAL;
    }
    dealer_decision_free(decision);
    dealer_document_free(document);
    dealer_session_close(zhang);
    return status;
}

static dealer_status approve(dealer_store *store) {
    dealer_session *li = NULL;
    dealer_decision *decision = NULL;
    dealer_text *tasks = NULL;
    dealer_status status = dealer_session_open(store, &li, NULL, "li");
    if (!status) status = dealer_tasks(li, &tasks, 0, 0, 10);
    json_t *list = status ? NULL : json_loads(dealer_text_data(tasks), 0, NULL);
    int64_t task = json_integer_value(json_object_get(json_array_get(list, 0), "id"));
    if (!status) status = dealer_task_approve(li, &decision, task, "同意");
    json_decref(list);
    dealer_text_free(tasks);
    dealer_decision_free(decision);
    dealer_session_close(li);
    return status;
}

/* Questions of every kind: nothing is written. */
static dealer_status ask(dealer_store *store) {
    static const char query[] =
        "{\"type\":\"trade_in\",\"where\":{\"field\":\"hours\",\"op\":\">\",\"value\":1},\"order\":\"-year\",\"limit\":1}";
    dealer_session *zhang = NULL;
    dealer_list *list = NULL;
    dealer_decision *decision = NULL, *value = NULL;
    dealer_document *document = NULL;
    dealer_text *texts[6] = {NULL};
    int64_t count = 0;
    dealer_status status = dealer_session_open(store, &zhang, NULL, "zhang");
    if (!status) status = dealer_list_open(zhang, &list, query, sizeof query - 1);
    if (!status) status = dealer_list_count(zhang, &count, NULL, query, sizeof query - 1, 0);
    if (!status) status = dealer_list_sum(zhang, &texts[0], query, sizeof query - 1, "hours", "status");
    if (!status) status = dealer_check(zhang, &decision, "trade_in.submit", trade_in);
    if (!status) status = dealer_document_history(zhang, &texts[1], trade_in);
    if (!status) status = dealer_functions(zhang, &texts[2]);
    if (!status) status = dealer_who_can(zhang, &texts[3], "trade_in.submit", trade_in);
    if (!status) status = dealer_document_open(zhang, &document, trade_in);
    if (!status) status = dealer_document_preview(zhang, &texts[4], document);
    if (!status) status = dealer_trade_in_value(zhang, &value, document);
    if (!status) status = dealer_document_to_json(document, &texts[5]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) dealer_text_free(texts[i]);
    dealer_document_free(document);
    dealer_decision_free(decision);
    dealer_decision_free(value);
    dealer_list_free(list);
    dealer_session_close(zhang);
    return status;
}

static dealer_status set_up(dealer_store *store) {
    dealer_session *system = NULL;
    dealer_text *rules = NULL, *findings = NULL;
    json_t *configuration = json_deep_copy(json_object_get(group, "applied"));
    char *text = json_dumps(configuration, JSON_COMPACT);
    dealer_status status = dealer_session_open_system(store, &system, NULL, "set up");
    if (!status) status = dealer_configuration_apply(system, &findings, text, strlen(text), 0);
    if (!status) status = dealer_rules_starter(system, &rules);
    if (!status) status = dealer_rules_publish(system, NULL, dealer_text_data(rules), dealer_text_length(rules), 0);
    dealer_text_free(rules);
    dealer_text_free(findings);
    dealer_session_close(system);
    json_decref(configuration);
    free(text);
    return status;
}

/* -- after each point -- */

/* The status that the trade-in has, with memory enough; the store verifies. */
static void look(char *status_out, size_t size) {
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_document *document = NULL;
    dealer_text *findings = NULL;
    dealer_error *error = NULL;
    int64_t count, bad = -1;
    story_must(dealer_store_open(&store, &error, path, NULL), error, "reopening");
    story_must(dealer_session_open_system(store, &system, &error, "look"), error, "system");
    story_must(dealer_store_verify(system, &findings), dealer_session_error(system), "verify");
    assert_string_equal(dealer_text_data(findings), "[]");
    story_must(dealer_journal_verify(system, &count, &bad), dealer_session_error(system), "journal");
    assert_int_equal(bad, 0);
    *status_out = '\0';
    if (dealer_document_open(system, &document, trade_in) == DEALER_OK)
        snprintf(status_out, size, "%s", dealer_document_status(document));
    dealer_document_free(document);
    dealer_text_free(findings);
    dealer_session_close(system);
    dealer_store_close(store);
}

struct course {
    const char *name, *from; /* from NULL: no file yet */
    walk work;
    const char *before, *after; /* status of the trade-in; NULL: not looked at */
    size_t stride;              /* 1: every point */
};

static void start(const struct course *course) {
    remove_store(path);
    if (course->from) story_copy_file(course->from, path);
}

static void check_point(const struct course *course, const struct point_allocator *allocator, dealer_status status) {
    char found[32];
    if (status != DEALER_OK && status != DEALER_E_NOMEM)
        fail_msg("%s, point %zu%s: %s", course->name, allocator->fail_at, allocator->from_then_on ? " and on" : "",
            dealer_status_name((int32_t)status));
    if (allocator->outstanding)
        fail_msg("%s, point %zu%s: %zu blocks left over", course->name, allocator->fail_at,
            allocator->from_then_on ? " and on" : "", allocator->outstanding);
    if (!course->before) return;
    look(found, sizeof found);
    const char *wanted = status ? course->before : course->after;
    if (strcmp(found, wanted) != 0)
        fail_msg("%s, point %zu%s: %s, but the trade-in is %s", course->name, allocator->fail_at,
            allocator->from_then_on ? " and on" : "", dealer_status_name((int32_t)status), found);
}

static void walk_course(const struct course *course) {
    struct point_allocator whole = {0};
    size_t walked = 0, survived = 0;
    start(course);
    assert_int_equal(run(&whole, course->work), DEALER_OK);
    assert_int_equal(whole.outstanding, 0);
    for (size_t point = 1; point <= whole.calls; point += course->stride)
        for (int on = 0; on < (point % (4 * course->stride) == 1 ? 2 : 1); on++) {
            struct point_allocator allocator = {.fail_at = point, .from_then_on = on};
            start(course);
            dealer_status status = run(&allocator, course->work);
            check_point(course, &allocator, status);
            survived += status == DEALER_OK;
            walked++;
        }
    print_message("%s: %zu allocations, %zu points walked (stride %zu), %zu of them did their work all the same\n", course->name,
        whole.calls, walked, course->stride, survived);
}

static void test_open_and_submit_a_trade_in(void **state) {
    assert_null(*state);
    walk_course(&(struct course){"open and submit a trade-in", drafted, submit, "draft", "in_approval", 1});
}

static void test_open_and_approve_a_trade_in(void **state) {
    struct point_allocator plain = {0};
    assert_null(*state);
    remove_store(path);
    story_copy_file(drafted, path);
    assert_int_equal(run(&plain, submit), DEALER_OK);
    story_copy_file(path, "memory-submitted.db");
    walk_course(&(struct course){"open and approve it", "memory-submitted.db", approve, "in_approval", "approved", 7});
    remove_store("memory-submitted.db");
}

static void test_questions(void **state) {
    assert_null(*state);
    walk_course(&(struct course){"ask every question", drafted, ask, "draft", "draft", 7});
}

static void test_create_configure_and_publish(void **state) {
    assert_null(*state);
    walk_course(&(struct course){"create, configure and publish", NULL, set_up, NULL, NULL, 97});
}

/* A store with a draft of a trade-in, closed, so that its file can be copied. */
static void prepare(void) {
    struct story_world world;
    json_t *story = json_pack("{s:[s]}", "with", "trade_in_draft");
    story_prepare(prepared, group, start_ms);
    story_world_open(&world, prepared, path, group, start_ms);
    story_play(&world, group, story);
    trade_in = story_document(&world, "trade_in");
    json_object_set(group, "applied", world.configuration);
    for (int i = 0; i < world.people_count; i++) dealer_session_close(world.people[i].session);
    dealer_session_close(world.system);
    dealer_store_close(world.store);
    story_copy_file(path, drafted);
    world.people_count = 0;
    world.system = NULL;
    world.store = NULL;
    story_world_close(&world);
    json_decref(story);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_and_submit_a_trade_in),
        cmocka_unit_test(test_open_and_approve_a_trade_in),
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_create_configure_and_publish),
    };
    group = story_read("story/group.json");
    prepare();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_store(prepared);
    remove_store(drafted);
    remove_store(path);
    json_decref(group);
    return failed;
}
