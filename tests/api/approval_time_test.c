/* Time at the door: what is due fires once, whatever the number of processes; calendars; limits. */
#include "support/approval_door.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { HOUR_MS = 3600000, PROCESSES = 4, DUE = 40 };

static int64_t tick(struct approval_door *door, int32_t limit) {
    dealer_text *text = NULL;
    approval_door_must(dealer_tick(door->system, &text, limit), dealer_session_error(door->system), "tick");
    json_t *answer = json_loads(dealer_text_data(text), 0, NULL);
    int64_t fired = json_integer_value(json_object_get(answer, "fired"));
    dealer_text_free(text);
    json_decref(answer);
    return fired;
}

static int count_kind(struct approval_door *door, int64_t document, const char *kind) {
    json_t *rows = approval_door_journal(door, document), *row;
    size_t index;
    int count = 0;
    json_array_foreach(rows, index, row) count += strcmp(json_string_value(json_object_get(row, "kind")), kind) == 0;
    json_decref(rows);
    return count;
}

#define LATE(then) "{id='two', who={post='two',['in']='company'}, due={hours=24" then "}}"

static void test_tick__reminds_once_and_again(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", LATE(",every=12"), "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    assert_int_equal(tick(&door, 100), 0);
    door.now_ms += 24 * HOUR_MS;
    assert_int_equal(tick(&door, 100), 1);
    assert_int_equal(tick(&door, 100), 0);
    door.now_ms += 12 * HOUR_MS;
    assert_int_equal(tick(&door, 100), 1);
    assert_int_equal(count_kind(&door, id, "reminded"), 2);
    approval_door_approve(&door, "b", id);
    door.now_ms += 100 * HOUR_MS;
    assert_int_equal(tick(&door, 100), 0);
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_tick__approves_and_the_document_follows(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", LATE(",['then']='approve'"), "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    door.now_ms += 24 * HOUR_MS;
    assert_int_equal(tick(&door, 100), 1);
    assert_string_equal(approval_door_status(&door, id), "approved");
    assert_int_equal(count_kind(&door, id, "task_auto_approved"), 1);
    assert_int_equal(count_kind(&door, id, "task_approved"), 0);
    json_t *done = approval_door_list(&door, "b", DEALER_TASKS_DONE);
    assert_string_equal(json_string_value(json_object_get(json_array_get(done, 0), "decision")), "auto_approved");
    json_decref(done);
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_tick__escalates_transfers_and_ends_delays(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:",
        LATE(",['then']={escalate={head=1}}") ",{id='wait', kind='delay', hours=5},"
                                              "{id='three', who={post='three',['in']='company'}, due={hours=1,"
                                              "['then']={transfer={person='z'}}}}",
        "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    door.now_ms += 24 * HOUR_MS;
    assert_int_equal(tick(&door, 100), 1);
    approval_door_approve(&door, "h", id);
    assert_int_equal(approval_door_task(&door, "b", id), 0);
    assert_int_equal(tick(&door, 100), 0);
    door.now_ms += 5 * HOUR_MS;
    assert_int_equal(tick(&door, 100), 1);
    assert_true(approval_door_task(&door, "c", id) != 0);
    door.now_ms += HOUR_MS;
    assert_int_equal(tick(&door, 100), 1);
    assert_int_equal(approval_door_task(&door, "c", id), 0);
    approval_door_approve(&door, "z", id);
    assert_string_equal(approval_door_status(&door, id), "approved");
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_tick__takes_so_many_and_says_that_there_is_more(void **state) {
    struct approval_door door;
    dealer_text *text = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", LATE(""), "", NULL);
    for (int i = 0; i < 5; i++) approval_door_submit(&door, "m", 100);
    door.now_ms += 30 * HOUR_MS;
    approval_door_must(dealer_tick(door.system, &text, 3), dealer_session_error(door.system), "tick");
    json_t *answer = json_loads(dealer_text_data(text), 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(answer, "fired")), 3);
    assert_true(json_is_true(json_object_get(answer, "more")));
    json_decref(answer);
    dealer_text_free(text);
    assert_int_equal(tick(&door, 1000), 2);
    dealer_session *maker = approval_door_session(&door, "m");
    assert_int_equal(dealer_tick(maker, &text, 3), DEALER_E_DENIED);
    assert_int_equal(dealer_tick(door.system, &text, 0), DEALER_E_INVALID);
    assert_int_equal(dealer_tick(door.system, &text, 1001), DEALER_E_INVALID);
    approval_door_close(&door);
}

/* Behind the node nobody is found any more: refused, noted, and tried again an hour later; the others fire. */
static void test_tick__what_fails_stands_in_nobodys_way(void **state) {
    struct approval_door door;
    dealer_text *text = NULL;
    dealer_document *document = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", LATE(",['then']='approve'") ",{id='n', who={person='z', when={rule='open'}}}",
        "conditions = { open = function(input) return input.document.remark == nil end },", NULL);
    int64_t bad = approval_door_submit(&door, "m", 100), good = approval_door_submit(&door, "m", 100);
    dealer_session *two = approval_door_session(&door, "b");
    approval_door_must(dealer_document_open(two, &document, bad), dealer_session_error(two), "open");
    approval_door_must(dealer_document_set_text(document, "remark", "x", 1), dealer_document_error(document), "remark");
    approval_door_must(dealer_document_save(two, document), dealer_session_error(two), "save");
    dealer_document_free(document);
    door.now_ms += 24 * HOUR_MS;
    approval_door_must(dealer_tick(door.system, &text, 100), dealer_session_error(door.system), "tick");
    json_t *answer = json_loads(dealer_text_data(text), 0, NULL), *failed = json_object_get(answer, "failed");
    assert_int_equal(json_integer_value(json_object_get(answer, "fired")), 1);
    assert_int_equal(json_array_size(failed), 1);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(failed, 0), "document")), bad);
    assert_string_equal(json_string_value(json_object_get(json_array_get(failed, 0), "status")), "DEALER_E_STATE");
    dealer_text_free(text);
    json_decref(answer);
    assert_int_equal(count_kind(&door, good, "task_auto_approved"), 1);
    assert_int_equal(count_kind(&door, bad, "task_auto_approved"), 0);
    assert_int_equal(count_kind(&door, bad, "time_out_failed"), 1);
    assert_int_equal(tick(&door, 100), 0);
    assert_int_equal(count_kind(&door, bad, "time_out_failed"), 1);
    door.now_ms += HOUR_MS;
    assert_int_equal(tick(&door, 100), 0);
    assert_int_equal(count_kind(&door, bad, "time_out_failed"), 2);
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_tick__suspended_does_not_come_due(void **state) {
    struct approval_door door;
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", LATE(""), "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    dealer_session *chief = approval_door_session(&door, "x");
    approval_door_must(dealer_document_open(chief, &document, id), dealer_session_error(chief), "open");
    approval_door_must(dealer_document_act(chief, &decision, document, "suspend", NULL), dealer_session_error(chief), "suspend");
    dealer_decision_free(decision);
    door.now_ms += 48 * HOUR_MS;
    assert_int_equal(tick(&door, 100), 0);
    approval_door_verify(&door);
    approval_door_must(dealer_document_act(chief, &decision, document, "resume", NULL), dealer_session_error(chief), "resume");
    dealer_decision_free(decision);
    assert_int_equal(tick(&door, 100), 0);
    door.now_ms += 24 * HOUR_MS;
    assert_int_equal(tick(&door, 100), 1);
    dealer_document_free(document);
    approval_door_close(&door);
}

static void test_tick__by_many_processes_fires_each_once(void **state) {
    struct approval_door door;
    int64_t ids[DUE];
    pid_t children[PROCESSES];
    (void)state;
    approval_door_open(&door, "approval-tick.db", LATE(""), "", NULL);
    for (int i = 0; i < DUE; i++) ids[i] = approval_door_submit(&door, "m", 100);
    for (int i = 0; i < DOOR_PEOPLE_MAX; i++) dealer_session_close(door.sessions[i]);
    dealer_session_close(door.system);
    dealer_store_close(door.store);
    door.now_ms += 24 * HOUR_MS;
    for (int p = 0; p < PROCESSES; p++) {
        children[p] = fork();
        if (children[p] == 0) {
            approval_door_reopen(&door);
            for (int i = 0; i < DUE; i++) tick(&door, 3);
            dealer_session_close(door.system);
            dealer_store_close(door.store);
            _exit(0);
        }
    }
    for (int p = 0; p < PROCESSES; p++) {
        int result = 1;
        waitpid(children[p], &result, 0);
        assert_int_equal(result, 0);
    }
    approval_door_reopen(&door);
    for (int i = 0; i < DUE; i++) assert_int_equal(count_kind(&door, ids[i], "timed_out"), 1);
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void enter_dated(struct approval_door *door, const char *day) {
    dealer_session *session = approval_door_session(door, "m");
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    char fields[64];
    snprintf(fields, sizeof fields, "{\"day\":\"%s\"}", day);
    approval_door_must(dealer_document_new(session, &document, "paper"), dealer_session_error(session), "new");
    approval_door_must(dealer_document_merge(document, fields, strlen(fields)), dealer_document_error(document), "day");
    approval_door_must(dealer_document_submit(session, &decision, document), dealer_session_error(session), "submit");
    dealer_decision_free(decision);
    dealer_document_free(document);
}

static size_t count_outbox(struct approval_door *door) {
    dealer_text *text = NULL;
    approval_door_must(dealer_outbox(door->system, &text, 0, 1000), dealer_session_error(door->system), "outbox");
    json_t *rows = json_loads(dealer_text_data(text), 0, NULL);
    size_t count = json_array_size(rows);
    json_decref(rows);
    dealer_text_free(text);
    return count;
}

/* Half of them are due on one day, half on the next; each process ticks through both. */
static void test_tick__by_many_processes_tells_each_date_once(void **state) {
    static const char dated[] =
        "{\"types\":[{\"name\":\"request\",\"prefix\":\"RQ\",\"en\":\"request\",\"zh\":\"申请\",\"fields\":[]},"
        "{\"name\":\"paper\",\"prefix\":\"PP\",\"en\":\"paper\",\"zh\":\"单\",\"no_approval\":true,\"fields\":["
        "{\"name\":\"day\",\"en\":\"day\",\"zh\":\"日\",\"kind\":\"date\"}]}],"
        "\"posts\":[{\"code\":\"maker\",\"name\":\"制单\",\"grants\":[{\"functions\":[\"paper.*\"],\"scope\":\"self\"}]}],"
        "\"departments\":[{\"code\":\"d\",\"name\":\"部\",\"company\":\"C\"}],"
        "\"employees\":[{\"code\":\"m\",\"name\":\"m\",\"department\":\"d\",\"posts\":[{\"post\":\"maker\"}]}],"
        "\"messages\":[{\"event\":\"due\",\"type\":\"paper\",\"on\":{\"field\":\"day\",\"before\":2},\"to\":[{\"part\":\"owner\"}],"
        "\"text\":{\"en\":\"{due}\",\"zh\":\"{due}\"}}]}";
    struct approval_door door;
    pid_t children[PROCESSES];
    (void)state;
    approval_door_open(&door, "approval-dates.db", "{id='one', who={person='m'}}", "", dated);
    for (int i = 0; i < DUE; i++) enter_dated(&door, i % 2 ? "2026-03-06" : "2026-03-07");
    tick(&door, 1000);
    assert_int_equal(count_outbox(&door), 0);
    for (int i = 0; i < DOOR_PEOPLE_MAX; i++) dealer_session_close(door.sessions[i]);
    dealer_session_close(door.system);
    dealer_store_close(door.store);
    for (int p = 0; p < PROCESSES; p++) {
        children[p] = fork();
        if (children[p] == 0) {
            approval_door_reopen(&door);
            for (int day = 0; day < 4; day++) {
                door.now_ms += 24 * HOUR_MS;
                for (int i = 0; i < DUE; i++) tick(&door, 3);
            }
            dealer_session_close(door.system);
            dealer_store_close(door.store);
            _exit(0);
        }
    }
    for (int p = 0; p < PROCESSES; p++) {
        int result = 1;
        waitpid(children[p], &result, 0);
        assert_int_equal(result, 0);
    }
    door.now_ms += (int64_t)4 * 24 * HOUR_MS;
    approval_door_reopen(&door);
    assert_int_equal(count_outbox(&door), DUE);
    approval_door_verify(&door);
    approval_door_close(&door);
}

/* Monday 09:00 at the start. Ten hours at work end on Tuesday at 10:00; with Tuesday a holiday, on Wednesday. */
static void test_business_hours__by_the_calendar(void **state) {
    static const struct {
        const char *calendars;
        int hours, not_yet, due;
    } rows[] = {
        {"{}", 8, 7, 8},
        {"{}", 10, 24, 25}, /* 08:30 to 17:30: eight and a half on Monday, then one and a half from 08:30 */
        {"{\"calendars\":[{\"holidays\":[\"2026-03-03\"]}]}", 10, 48, 49},
        {"{\"calendars\":[{\"company\":\"C\",\"hours\":[\"09:00\",\"12:00\"]},{\"holidays\":[\"2026-03-03\"]}]}", 4, 24, 25},
        {"{\"calendars\":[{\"hours\":[\"09:00\",\"17:00\"]}]}", 41, 168, 169}, /* five days, the weekend between */
        {"{\"calendars\":[{\"hours\":[\"09:00\",\"17:00\"],\"workdays\":[\"2026-03-07\"]}]}", 41, 120, 121},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct approval_door door;
        char nodes[160];
        snprintf(nodes, sizeof nodes, "{id='two', who={post='two',['in']='company'}, due={business_hours=%d}}", rows[i].hours);
        approval_door_open(&door, ":memory:", nodes, "", rows[i].calendars);
        int64_t start = door.now_ms;
        approval_door_submit(&door, "m", 100);
        door.now_ms = start + rows[i].not_yet * (int64_t)HOUR_MS - 1;
        if (tick(&door, 10) != 0) fail_msg("row %zu fired too early", i);
        door.now_ms = start + rows[i].due * (int64_t)HOUR_MS;
        if (tick(&door, 10) != 1) fail_msg("row %zu did not fire", i);
        approval_door_close(&door);
    }
}

static void test_limits__heads_upwards_until_it_is_covered(void **state) {
    static const char limits[] =
        "{\"limits\":["
        "{\"type\":\"request\",\"department\":\"d\",\"amount\":{\"amount_minor\":10000,\"currency\":\"CNY\"},"
        "\"accumulated\":{\"amount_minor\":15000,\"currency\":\"CNY\"},\"days\":30},"
        "{\"type\":\"request\",\"department\":\"TOP\",\"amount\":{\"amount_minor\":100000,\"currency\":\"CNY\"}}]}";
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", "{id='heads', mode='sequential', who={heads_to_limit='amount'}}", "", limits);
    int64_t small = approval_door_submit(&door, "m", 10000);
    approval_door_approve(&door, "h", small);
    assert_string_equal(approval_door_status(&door, small), "approved");
    int64_t large = approval_door_submit(&door, "m", 10001);
    approval_door_approve(&door, "h", large);
    assert_string_equal(approval_door_status(&door, large), "in_approval");
    approval_door_approve(&door, "g", large);
    assert_string_equal(approval_door_status(&door, large), "approved");
    int64_t over = approval_door_submit(&door, "m", 100); /* 20,101 in 30 days: more than 15,000 */
    approval_door_approve(&door, "h", over);
    assert_string_equal(approval_door_status(&door, over), "in_approval");
    assert_int_equal(approval_door_try(&door, "m", 100001), 0); /* nobody's */
    door.now_ms += INT64_C(31) * 24 * HOUR_MS;
    int64_t later = approval_door_submit(&door, "m", 100);
    approval_door_approve(&door, "h", later);
    assert_string_equal(approval_door_status(&door, later), "approved");
    approval_door_close(&door);
}

static void test_who__administrators_readers_and_choices(void **state) {
    struct approval_door door;
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    (void)state;
    approval_door_open(&door, ":memory:", "{id='a', who={person='z', when={rule='never'}}, nobody_found='administrators'}",
        "conditions = { never = function(input) return false end },", NULL);
    int64_t id = approval_door_submit(&door, "m", 1);
    approval_door_approve(&door, "x", id);
    assert_string_equal(approval_door_status(&door, id), "approved");
    approval_door_publish(&door, "{id='a', who={person='z'}, approver_cannot_read='refuse'}", "");
    assert_int_equal(approval_door_try(&door, "m", 1), 0);
    approval_door_publish(&door, "{id='a', who={person='y'}, approver_cannot_read='refuse'}", "");
    assert_true(approval_door_try(&door, "m", 1) != 0);
    approval_door_publish(&door, "{id='a', who={field='reviewer', among={post='one', ['in']='company'}}}", "");
    dealer_session *maker = approval_door_session(&door, "m");
    static const char *const choices[] = {"a2", "b"};
    for (int i = 0; i < 2; i++) {
        approval_door_must(dealer_document_new(maker, &document, "request"), dealer_session_error(maker), "new");
        int64_t chosen = dealer_session_person(approval_door_session(&door, choices[i]));
        approval_door_must(dealer_document_set_integer(document, "reviewer", chosen), dealer_document_error(document), "reviewer");
        assert_int_equal(dealer_document_submit(maker, &decision, document), i == 0 ? DEALER_OK : DEALER_E_STATE);
        if (i == 0) dealer_decision_free(decision);
        dealer_document_free(document);
    }
    approval_door_close(&door);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tick__reminds_once_and_again),
        cmocka_unit_test(test_tick__approves_and_the_document_follows),
        cmocka_unit_test(test_tick__escalates_transfers_and_ends_delays),
        cmocka_unit_test(test_tick__takes_so_many_and_says_that_there_is_more),
        cmocka_unit_test(test_tick__what_fails_stands_in_nobodys_way),
        cmocka_unit_test(test_tick__suspended_does_not_come_due),
        cmocka_unit_test(test_tick__by_many_processes_fires_each_once),
        cmocka_unit_test(test_tick__by_many_processes_tells_each_date_once),
        cmocka_unit_test(test_business_hours__by_the_calendar),
        cmocka_unit_test(test_limits__heads_upwards_until_it_is_covered),
        cmocka_unit_test(test_who__administrators_readers_and_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
