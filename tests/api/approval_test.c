/* What people do with approvals at the door: claiming, copies, lists, many at once, handing over, averages. */
#include "support/approval_door.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ONE_OF_POST "{id='one', who={post='one',['in']='company'}, mode='any', claim=true}"
#define ALL_OF_POST "{id='one', who={post='one',['in']='company'}}"
#define TWO         "{id='two', who={post='two',['in']='company'}}"

static size_t rows_of(struct approval_door *door, const char *person, int32_t kind) {
    json_t *rows = approval_door_list(door, person, kind);
    size_t count = json_array_size(rows);
    json_decref(rows);
    return count;
}

static void assert_kinds(struct approval_door *door, int64_t document, const char *wanted) {
    char *history = approval_door_history(door, document);
    if (!strstr(history, wanted)) fail_msg("expected [%s] in [%s]", wanted, history);
    free(history);
}

static json_t *parsed(dealer_text *text) {
    json_t *value = json_loads(dealer_text_data(text), 0, NULL);
    assert_non_null(value);
    dealer_text_free(text);
    return value;
}

static void test_claim__every_candidate_sees_it_and_one_takes_it(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", ONE_OF_POST "," TWO, "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    json_t *tasks = approval_door_list(&door, "a2", DEALER_TASKS_OPEN);
    assert_int_equal(json_array_size(tasks), 1);
    assert_true(json_is_true(json_object_get(json_array_get(tasks, 0), "claimable")));
    json_decref(tasks);
    assert_int_equal(rows_of(&door, "a1", DEALER_TASKS_OPEN), 1);
    assert_int_equal(rows_of(&door, "b", DEALER_TASKS_OPEN), 0);
    assert_int_equal(approval_door_act(&door, "a2", id, "claim", NULL), DEALER_OK);
    assert_int_equal(rows_of(&door, "a1", DEALER_TASKS_OPEN), 0);
    assert_int_equal(rows_of(&door, "a2", DEALER_TASKS_OPEN), 1);
    assert_int_equal(approval_door_act(&door, "a2", id, "unclaim", NULL), DEALER_OK);
    assert_int_equal(rows_of(&door, "a1", DEALER_TASKS_OPEN), 1);
    approval_door_approve(&door, "a3", id); /* acting on it claims it */
    assert_int_equal(rows_of(&door, "a1", DEALER_TASKS_OPEN), 0);
    assert_int_equal(rows_of(&door, "a3", DEALER_TASKS_DONE), 1);
    approval_door_approve(&door, "b", id);
    assert_string_equal(approval_door_status(&door, id), "approved");
    assert_kinds(&door, id, "claimed unclaimed claimed task_approved");
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_claim__a_stranger_does_not_hear_of_it(void **state) {
    struct approval_door door;
    dealer_decision *decision = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", ONE_OF_POST, "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100), task = approval_door_task(&door, "a1", id);
    dealer_session *stranger = approval_door_session(&door, "z"), *reader = approval_door_session(&door, "y");
    assert_int_equal(dealer_task_act(stranger, &decision, task, "claim", NULL), DEALER_E_NOT_FOUND);
    assert_int_equal(dealer_task_approve(reader, &decision, task, NULL), DEALER_E_NOT_FOUND);
    approval_door_close(&door);
}

static void test_delegated__comes_back_and_the_owner_may_call_it_back(void **state) {
    struct approval_door door;
    dealer_decision *decision = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", TWO, "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100), task = approval_door_task(&door, "b", id);
    dealer_session *owner = approval_door_session(&door, "b");
    assert_int_equal(approval_door_act(&door, "b", id, "delegate", "{\"person\":\"z\"}"), DEALER_OK);
    assert_int_equal(rows_of(&door, "z", DEALER_TASKS_OPEN), 1);
    assert_int_equal(dealer_task_act(owner, &decision, task, "resolve", NULL), DEALER_OK);
    dealer_decision_free(decision);
    assert_int_equal(rows_of(&door, "z", DEALER_TASKS_OPEN), 0);
    approval_door_approve(&door, "b", id);
    approval_door_close(&door);
}

static void test_take_back__opens_the_row_again(void **state) {
    struct approval_door door;
    dealer_decision *decision = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", ALL_OF_POST "," TWO, "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100), task = approval_door_task(&door, "a1", id);
    approval_door_approve(&door, "a1", id);
    dealer_session *one = approval_door_session(&door, "a1");
    assert_int_equal(dealer_task_act(one, &decision, task, "take_back", NULL), DEALER_OK);
    dealer_decision_free(decision);
    assert_int_equal(rows_of(&door, "a1", DEALER_TASKS_OPEN), 1);
    assert_int_equal(rows_of(&door, "a1", DEALER_TASKS_DONE), 0);
    approval_door_approve(&door, "a2", id);
    approval_door_approve(&door, "a3", id);
    approval_door_approve(&door, "a1", id);
    assert_int_equal(rows_of(&door, "b", DEALER_TASKS_OPEN), 1);
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_credited__tasks_are_born_decided(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", TWO ",{id='again', who={persons={'b','c'}}, same_approver='skip_anywhere'}", "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    approval_door_approve(&door, "b", id);
    assert_int_equal(rows_of(&door, "b", DEALER_TASKS_OPEN), 0);
    approval_door_approve(&door, "c", id);
    assert_string_equal(approval_door_status(&door, id), "approved");
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_cc__is_listed_and_read_once(void **state) {
    struct approval_door door;
    dealer_text *text = NULL;
    dealer_document *document = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", "{id='tell', kind='cc', who={person='z'}}," TWO, "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    assert_int_equal(approval_door_act(&door, "b", id, "cc", "{\"person\":\"c\",\"comment\":\"看一下\"}"), DEALER_OK);
    dealer_session *told = approval_door_session(&door, "z");
    json_t *rows = approval_door_list(&door, "z", DEALER_TASKS_CC), *row = json_array_get(rows, 0);
    int64_t copy = json_integer_value(json_object_get(row, "id"));
    assert_int_equal(json_array_size(rows), 1);
    assert_false(json_is_true(json_object_get(row, "read")));
    assert_string_equal(json_string_value(json_object_get(row, "node")), "tell");
    json_decref(rows);
    assert_int_equal(dealer_document_open(told, &document, id), DEALER_OK); /* told: may read it */
    door.now_ms += 1000;
    assert_int_equal(dealer_cc_read(told, copy), DEALER_OK);
    int64_t first = door.now_ms;
    door.now_ms += 1000;
    assert_int_equal(dealer_cc_read(told, copy), DEALER_OK);
    assert_int_equal(dealer_cc_read(approval_door_session(&door, "a1"), copy), DEALER_E_NOT_FOUND);
    assert_int_equal(dealer_cc_read(told, copy + 100), DEALER_E_NOT_FOUND);
    approval_door_must(dealer_document_cc(told, &text, document), dealer_session_error(told), "cc");
    rows = parsed(text);
    assert_int_equal(json_array_size(rows), 2);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(rows, 0), "read_ms")), first);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 1), "comment")), "看一下");
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 1), "sender")), "b");
    json_decref(rows);
    assert_kinds(&door, id, "cc_read");
    dealer_document_free(document);
    approval_door_close(&door);
}

static void test_submitted__says_who_is_awaited(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", TWO, "", NULL);
    int64_t first = approval_door_submit(&door, "m", 100);
    approval_door_submit(&door, "m", 200);
    approval_door_approve(&door, "b", first);
    json_t *rows = approval_door_list(&door, "m", DEALER_TASKS_SUBMITTED);
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "state")), "approved");
    assert_int_equal(json_array_size(json_object_get(json_array_get(rows, 0), "awaited")), 0);
    const json_t *awaited = json_array_get(json_object_get(json_array_get(rows, 1), "awaited"), 0);
    assert_string_equal(json_string_value(json_object_get(awaited, "name")), "b");
    json_decref(rows);
    assert_int_equal(rows_of(&door, "n", DEALER_TASKS_SUBMITTED), 0);
    approval_door_close(&door);
}

/* Whoever acted may read it through his task alone: that must not show in what others are told. */
static void test_messages__name_the_document_whoever_acted(void **state) {
    struct approval_door door;
    dealer_text *text = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", ONE_OF_POST "," TWO, "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    dealer_session *first = approval_door_session(&door, "a1"), *second = approval_door_session(&door, "b");
    dealer_decision *decision = NULL;
    approval_door_must(
        dealer_task_approve(first, &decision, approval_door_task(&door, "a1", id), NULL), dealer_session_error(first), "a1");
    dealer_decision_free(decision);
    approval_door_must(dealer_inbox(second, &text, 0, 0, 10), dealer_session_error(second), "inbox");
    assert_non_null(strstr(dealer_text_data(text), "RQ-C-"));
    assert_null(strstr(dealer_text_data(text), "***"));
    dealer_text_free(text);
    approval_door_close(&door);
}

static void test_approve_many__tells_each(void **state) {
    struct approval_door door;
    dealer_text *text = NULL;
    int64_t tasks[4];
    (void)state;
    approval_door_open(&door, ":memory:", TWO, "", NULL);
    for (int i = 0; i < 3; i++) {
        int64_t id = approval_door_submit(&door, "m", 100);
        tasks[i] = approval_door_task(&door, "b", id);
        if (i == 1) approval_door_approve(&door, "b", id);
    }
    tasks[3] = 4711;
    dealer_session *two = approval_door_session(&door, "b");
    approval_door_must(dealer_tasks_approve_many(two, &text, tasks, 4, "好"), dealer_session_error(two), "many");
    json_t *rows = parsed(text);
    static const char *const wanted[] = {"DEALER_OK", "DEALER_E_CONFLICT", "DEALER_OK", "DEALER_E_NOT_FOUND"};
    assert_int_equal(json_array_size(rows), 4);
    for (size_t i = 0; i < 4; i++) {
        const json_t *row = json_array_get(rows, i);
        assert_string_equal(json_string_value(json_object_get(row, "status")), wanted[i]);
        assert_true(*json_string_value(json_object_get(row, "zh")));
    }
    json_decref(rows);
    assert_int_equal(rows_of(&door, "b", DEALER_TASKS_OPEN), 0);
    assert_int_equal(rows_of(&door, "b", DEALER_TASKS_DONE), 3);
    int64_t *many = calloc(1001, sizeof *many);
    assert_int_equal(dealer_tasks_approve_many(two, &text, many, 1001, NULL), DEALER_E_INVALID);
    free(many);
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_hand_over__takes_all_of_a_leaver(void **state) {
    struct approval_door door;
    dealer_text *text = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", TWO "," ONE_OF_POST, "", NULL);
    int64_t first = approval_door_submit(&door, "m", 100), second = approval_door_submit(&door, "n", 100);
    approval_door_approve(&door, "b", second);
    dealer_session *chief = approval_door_session(&door, "x");
    approval_door_must(dealer_tasks_hand_over(chief, &text, "b", "c", "离职"), dealer_session_error(chief), "hand over");
    json_t *rows = parsed(text);
    assert_int_equal(json_array_size(rows), 1);
    assert_true(json_is_true(json_object_get(json_array_get(rows, 0), "ok")));
    json_decref(rows);
    assert_int_equal(rows_of(&door, "b", DEALER_TASKS_OPEN), 0);
    approval_door_approve(&door, "c", first);
    approval_door_must(dealer_tasks_hand_over(chief, &text, "a1", "z", NULL), dealer_session_error(chief), "hand over");
    rows = parsed(text);
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
    assert_int_equal(rows_of(&door, "a1", DEALER_TASKS_OPEN), 0);
    assert_int_equal(rows_of(&door, "z", DEALER_TASKS_OPEN), 2);
    assert_kinds(&door, first, "handed_over");
    approval_door_must(
        dealer_tasks_hand_over(approval_door_session(&door, "y"), &text, "a2", "z", NULL), NULL, "nothing of his to administrate");
    rows = parsed(text);
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
    assert_int_equal(dealer_tasks_hand_over(chief, &text, "a2", "nobody", NULL), DEALER_E_NOT_FOUND);
    assert_int_equal(dealer_tasks_hand_over(door.system, &text, "a2", "z", NULL), DEALER_E_DENIED);
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_statistics__by_node_and_person_over_what_one_may_read(void **state) {
    struct approval_door door;
    dealer_text *text = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", TWO, "", NULL);
    int64_t first = approval_door_submit(&door, "m", 100), second = approval_door_submit(&door, "m", 100);
    door.now_ms += 60000;
    approval_door_approve(&door, "b", first);
    door.now_ms += 120000;
    approval_door_approve(&door, "b", second);
    approval_door_submit(&door, "m", 100);
    door.now_ms += 7000;
    dealer_session *reader = approval_door_session(&door, "y");
    static const char query[] = "{\"type\":\"request\"}";
    approval_door_must(dealer_approval_statistics(reader, &text, query, strlen(query)), dealer_session_error(reader), "statistics");
    json_t *rows = parsed(text);
    const json_t *row = json_array_get(rows, 0);
    assert_int_equal(json_array_size(rows), 1);
    assert_int_equal(json_integer_value(json_object_get(row, "done")), 2);
    assert_int_equal(json_integer_value(json_object_get(row, "average_ms")), 120000);
    assert_int_equal(json_integer_value(json_object_get(row, "longest_ms")), 180000);
    assert_int_equal(json_integer_value(json_object_get(row, "waiting")), 1);
    assert_int_equal(json_integer_value(json_object_get(row, "waiting_average_ms")), 7000);
    json_decref(rows);
    dealer_session *stranger = approval_door_session(&door, "z");
    approval_door_must(dealer_approval_statistics(stranger, &text, NULL, 0), dealer_session_error(stranger), "statistics");
    rows = parsed(text);
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
    assert_int_equal(dealer_approval_statistics(reader, &text, "[]", 2), DEALER_E_INVALID);
    assert_int_equal(dealer_approval_statistics(reader, &text, "{\"what\":1}", 10), DEALER_E_INVALID);
    approval_door_close(&door);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claim__every_candidate_sees_it_and_one_takes_it),
        cmocka_unit_test(test_claim__a_stranger_does_not_hear_of_it),
        cmocka_unit_test(test_delegated__comes_back_and_the_owner_may_call_it_back),
        cmocka_unit_test(test_take_back__opens_the_row_again),
        cmocka_unit_test(test_credited__tasks_are_born_decided),
        cmocka_unit_test(test_cc__is_listed_and_read_once),
        cmocka_unit_test(test_submitted__says_who_is_awaited),
        cmocka_unit_test(test_messages__name_the_document_whoever_acted),
        cmocka_unit_test(test_approve_many__tells_each),
        cmocka_unit_test(test_hand_over__takes_all_of_a_leaver),
        cmocka_unit_test(test_statistics__by_node_and_person_over_what_one_may_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
