/* Several processes reserve one machine, each for a contract of its own: one gets it, the others hear that it is promised. Several issue one
 * machine under one dispatch: it leaves once. */
#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PROCESSES = 6, ROUNDS = 8 };

static struct past_world world;
static char path[128];
static int64_t papers[ROUNDS][PROCESSES]; /* drafts that only one of a round may put in force */

static int64_t named(const char *format, int a, int b) {
    char name[32];
    snprintf(name, sizeof name, format, a, b);
    return story_document(&world.story, name);
}

static void add_machine(int round) {
    char steps[1024];
    snprintf(steps, sizeof steps,
        "[{\"as\":\"zhou\",\"do\":\"new\",\"type\":\"stock_in\",\"document\":\"s%d\",\"fields\":{\"source\":\"purchase\",\"category\":\"dozer\","
        "\"brand\":\"B\",\"model\":\"M\",\"serial_number\":\"S%d\",\"warehouse\":\"W\",\"received_on\":\"2026-03-02\"},\"then\":\"submit\"},"
        "{\"as\":\"zhou\",\"do\":\"follow\",\"document\":\"s%d\",\"field\":\"machine\",\"name\":\"m%d\"}]",
        round, round, round, round);
    past_world_play(&world, steps);
}

static void add_contract(int round, int which, const char *then) {
    char steps[1024];
    snprintf(steps, sizeof steps,
        "[{\"as\":\"liu\",\"do\":\"derive\",\"type\":\"contract\",\"from\":\"pre_order\",\"document\":\"c%d-%d\",\"fields\":{\"signed_on\":"
        "\"2026-03-05\",\"price\":{\"yuan\":10},\"down_payment\":{\"yuan\":0},\"amount_financed\":{\"yuan\":10}}%s}]",
        round, which, then);
    past_world_play(&world, steps);
}

/* A draft that reserves the machine for each of many contracts. */
static void add_reservations(int round) {
    char steps[512];
    for (int i = 0; i < PROCESSES; i++) {
        add_contract(round, i, "");
        snprintf(steps, sizeof steps,
            "[{\"as\":\"liu\",\"do\":\"derive\",\"type\":\"reservation\",\"from\":\"c%d-%d\",\"document\":\"r%d-%d\",\"fields\":{\"machine\":"
            "\"@m%d\"}}]",
            round, i, round, i, round);
        past_world_play(&world, steps);
        papers[round][i] = named("r%d-%d", round, i);
    }
}

/* One dispatch of the machine, and many drafts that issue it under that. */
static void add_issues(int round) {
    char steps[512];
    past_world_play(&world,
        "[{\"as\":\"zhang\",\"do\":\"new\",\"type\":\"pre_order\",\"document\":\"pre_order\",\"fields\":{\"customer\":\"@customer\",\"category\":"
        "\"dozer\",\"brand\":\"B\",\"model\":\"M\",\"quantity\":1,\"budget\":{\"yuan\":10}},\"then\":\"submit\"}]");
    add_contract(round, 0, ",\"then\":\"submit\"");
    snprintf(steps, sizeof steps,
        "[{\"as\":\"liu\",\"do\":\"derive\",\"type\":\"dispatch\",\"from\":\"c%d-0\",\"document\":\"d%d\",\"fields\":{\"machine\":\"@m%d\","
        "\"deliver_on\":\"2026-03-06\"},\"then\":\"submit\"}]",
        round, round, round);
    past_world_play(&world, steps);
    for (int i = 0; i < PROCESSES; i++) {
        snprintf(steps, sizeof steps,
            "[{\"as\":\"zhou\",\"do\":\"derive\",\"type\":\"stock_out\",\"from\":\"d%d\",\"document\":\"o%d-%d\",\"fields\":{\"reason\":"
            "\"delivery\",\"issued_on\":\"2026-03-06\"}}]",
            round, round, i);
        past_world_play(&world, steps);
        papers[round][i] = named("o%d-%d", round, i);
    }
}

/* Each of the rounds; how many it won. */
static int submit(int which, const char *person) {
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    int won = 0;
    if (dealer_store_open(&store, NULL, path, NULL) || dealer_session_open(store, &session, NULL, person)) return 100;
    for (int round = 0; round < ROUNDS; round++) {
        dealer_document *document = NULL;
        dealer_decision *decision = NULL;
        if (dealer_document_open(session, &document, papers[round][which])) return 101;
        dealer_status status = dealer_document_submit(session, &decision, document);
        if (status && status != DEALER_E_GATE && status != DEALER_E_STATE) return 102;
        won += !status;
        dealer_decision_free(decision);
        dealer_document_free(document);
    }
    dealer_session_close(session);
    dealer_store_close(store);
    return won;
}

static void assert_won_once(dealer_session *system) {
    for (int round = 0; round < ROUNDS; round++) {
        int approved = 0;
        for (int i = 0; i < PROCESSES; i++) {
            dealer_document *document = NULL;
            dealer_text *text = NULL;
            assert_int_equal(dealer_document_open(system, &document, papers[round][i]), DEALER_OK);
            assert_int_equal(dealer_document_to_json(document, &text), DEALER_OK);
            json_t *json = past_world_json(text);
            approved += strcmp(json_string_value(json_object_get(json, "status")), "approved") == 0;
            json_decref(json);
            dealer_document_free(document);
        }
        assert_int_equal(approved, 1);
    }
}

static void race(const char *name, void (*add)(int round), const char *person) {
    pid_t children[PROCESSES];
    int won = 0;
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_text *findings = NULL;
    past_world_open(&world, name, 0);
    past_world_play(&world, "[{\"do\":\"configure\",\"change\":{\"reviews\":[{\"type\":\"contract\",\"way\":\"none\"},"
                            "{\"type\":\"dispatch\",\"way\":\"none\"}]}}]");
    for (int round = 0; round < ROUNDS; round++) {
        add_machine(round);
        add(round);
    }
    snprintf(path, sizeof path, "%s-%ld.db.left", name, (long)getpid());
    past_world_leave(&world, path);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) _exit(submit(i, person));
    }
    for (int i = 0; i < PROCESSES; i++) {
        int result = 0;
        waitpid(children[i], &result, 0);
        assert_true(WIFEXITED(result) && WEXITSTATUS(result) <= ROUNDS);
        won += WEXITSTATUS(result);
    }
    assert_int_equal(won, ROUNDS);
    assert_int_equal(dealer_store_open(&store, NULL, path, NULL), DEALER_OK);
    assert_int_equal(dealer_session_open_system(store, &system, NULL, "race"), DEALER_OK);
    assert_won_once(system);
    assert_int_equal(dealer_store_verify(system, &findings), DEALER_OK);
    assert_string_equal(dealer_text_data(findings), "[]");
    dealer_text_free(findings);
    dealer_session_close(system);
    dealer_store_close(store);
    remove_store(path);
}

static void test_reserving__by_many_processes_promises_a_machine_once(void **state) {
    (void)state;
    race("machine-race", add_reservations, "liu");
}

static void test_issuing__by_many_processes_lets_a_machine_leave_once(void **state) {
    (void)state;
    race("dispatch-race", add_issues, "zhou");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reserving__by_many_processes_promises_a_machine_once),
        cmocka_unit_test(test_issuing__by_many_processes_lets_a_machine_leave_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
