/* Several processes confirm one receipt at once: one does, the others hear that it is done, and the money is there once. */
#include "support/past_world.h"
#include <inttypes.h>
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
static int64_t receipts[ROUNDS], customer;

static int confirm(void) {
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    int won = 0;
    if (dealer_store_open(&store, NULL, path, NULL) || dealer_session_open(store, &session, NULL, "wu")) return 100;
    for (int round = 0; round < ROUNDS; round++) {
        dealer_document *document = NULL;
        if (dealer_document_open(session, &document, receipts[round])) return 101;
        dealer_status status = dealer_document_confirm(session, document, 1);
        if (status && status != DEALER_E_STATE && status != DEALER_E_CONFLICT) return 102;
        won += !status;
        dealer_document_free(document);
    }
    dealer_session_close(session);
    dealer_store_close(store);
    return won;
}

static void prepare(void) {
    past_world_open(&world, "account-race", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", "contract", "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    customer = story_document(&world.story, "customer");
    for (int round = 0; round < ROUNDS; round++) {
        char steps[400], name[16];
        snprintf(name, sizeof name, "r%d", round);
        snprintf(steps, sizeof steps,
            "[{\"as\":\"wu\",\"do\":\"new\",\"type\":\"receipt\",\"document\":\"%s\",\"fields\":{\"customer\":\"@customer\",\"received_on\":"
            "\"2026-03-06\",\"amount\":{\"yuan\":1000}},\"then\":\"submit\"}]",
            name);
        past_world_play(&world, steps);
        receipts[round] = story_document(&world.story, name);
    }
    snprintf(path, sizeof path, "account-race-%ld.db.left", (long)getpid());
    past_world_leave(&world, path);
}

static void assert_received_once(void) {
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_text *findings = NULL, *text = NULL;
    assert_int_equal(dealer_store_open(&store, NULL, path, NULL), DEALER_OK);
    assert_int_equal(dealer_session_open_system(store, &system, NULL, "race"), DEALER_OK);
    assert_int_equal(dealer_store_verify(system, &findings), DEALER_OK);
    assert_string_equal(dealer_text_data(findings), "[]");
    assert_int_equal(dealer_account_statement(system, &text, customer, NULL, NULL), DEALER_OK);
    json_t *account = past_world_json(text), *balance = json_array_get(json_object_get(account, "balances"), 0);
    assert_int_equal(json_integer_value(json_object_get(balance, "receivable")), 112000000 - ROUNDS * 100000);
    assert_int_equal(json_integer_value(json_object_get(balance, "payable")), 0);
    json_decref(account);
    dealer_text_free(findings);
    dealer_session_close(system);
    dealer_store_close(store);
}

static void test_confirming__by_many_processes_counts_once(void **state) {
    pid_t children[PROCESSES];
    int won = 0;
    (void)state;
    prepare();
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) _exit(confirm());
    }
    for (int i = 0; i < PROCESSES; i++) {
        int result = 0;
        waitpid(children[i], &result, 0);
        assert_true(WIFEXITED(result) && WEXITSTATUS(result) <= ROUNDS);
        won += WEXITSTATUS(result);
    }
    assert_int_equal(won, ROUNDS);
    assert_received_once();
    remove_store(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_confirming__by_many_processes_counts_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
