/* Many things in one call, each kept or given up by itself, though they go without a savepoint each. */
#include "api/door.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { THINGS = 5, NOWHERE = -1 };

struct trial {
    dealer_store *store;
    dealer_session *system;
    struct door door;
    int fails, fails_early; /* which of them, after having written, or before; NOWHERE */
    dealer_status with;     /* what it fails with */
    int begun, done;        /* times that all began, and things told since */
};

static int setup(void **state) {
    struct trial *trial = calloc(1, sizeof *trial);
    dealer_error *error = NULL;
    assert_non_null(trial);
    assert_int_equal(dealer_store_open(&trial->store, &error, ":memory:", NULL), DEALER_OK);
    assert_int_equal(dealer_session_open_system(trial->store, &trial->system, &error, "test"), DEALER_OK);
    trial->fails = trial->fails_early = NOWHERE;
    trial->with = DEALER_E_CONFLICT;
    assert_int_equal(door_enter(&trial->door, trial->system, DOOR_WRITE), DEALER_OK);
    *state = trial;
    return 0;
}

static int teardown(void **state) {
    struct trial *trial = *state;
    dealer_session_close(trial->system);
    dealer_store_close(trial->store);
    free(trial);
    return 0;
}

static void begin_anew(void *user_data) {
    struct trial *trial = user_data;
    trial->begun++;
    trial->done = 0;
}

static dealer_status do_one(void *user_data, size_t index) {
    struct trial *trial = user_data;
    struct deal *deal = &trial->door.deal;
    static const char *const kinds[THINGS] = {"zero", "one", "two", "three", "four"};
    struct journal_entry entry = {.at_ms = 1, .document = 7, .kind = kinds[index]};
    dealer_status status = door_try(&trial->door);
    if (status) return status;
    if ((int)index == trial->fails_early) return door_tried(&trial->door, trial->with, true);
    status = store_journal_add(deal->env, deal->connection, &entry);
    if ((int)index == trial->fails) status = trial->with;
    trial->done += status == DEALER_OK;
    return door_tried(&trial->door, status, true);
}

static dealer_status do_all(struct trial *trial) {
    return door_each(&trial->door, &(struct door_many){THINGS, do_one, begin_anew, trial});
}

static dealer_status note_kind(void *user_data, const struct journal_entry *entry) {
    strcat(user_data, entry->kind);
    return DEALER_OK;
}

/* What the call has journaled, as it tells it and as it is stored. */
static void assert_kept(struct trial *trial, const char *expected) {
    char kinds[64] = "";
    int64_t count = 0, bad = 0;
    struct deal *deal = &trial->door.deal;
    assert_int_equal(store_journal_since_mark(deal->env, deal->connection, note_kind, kinds), DEALER_OK);
    assert_string_equal(kinds, expected);
    store_journal_mark(deal->connection);
    assert_int_equal(door_leave(&trial->door, DEALER_OK), DEALER_OK);
    assert_int_equal(dealer_journal_verify(trial->system, &count, &bad), DEALER_OK);
    assert_int_equal(bad, 0);
}

static void test_many__that_all_succeed_are_done_once(void **state) {
    struct trial *trial = *state;
    assert_int_equal(do_all(trial), DEALER_OK);
    assert_int_equal(trial->begun, 1);
    assert_int_equal(trial->done, THINGS);
    assert_kept(trial, "zeroonetwothreefour");
}

static void test_many__of_which_one_is_refused_before_it_writes_are_done_once(void **state) {
    struct trial *trial = *state;
    trial->fails_early = 2;
    assert_int_equal(do_all(trial), DEALER_OK);
    assert_int_equal(trial->begun, 1);
    assert_int_equal(trial->done, THINGS - 1);
    assert_kept(trial, "zeroonethreefour");
}

static void test_many__of_which_one_fails_after_it_wrote_keep_the_others(void **state) {
    struct trial *trial = *state;
    trial->fails = 3;
    trial->fails_early = 1;
    assert_int_equal(do_all(trial), DEALER_OK);
    assert_int_equal(trial->begun, 2);
    assert_int_equal(trial->done, THINGS - 2);
    assert_kept(trial, "zerotwofour");
}

static void test_many__end_with_the_first_failure_that_is_not_about_one(void **state) {
    struct trial *trial = *state;
    trial->fails = 1;
    trial->with = DEALER_E_FULL;
    assert_int_equal(do_all(trial), DEALER_E_FULL);
    assert_int_equal(trial->begun, 1);
    assert_int_equal(door_leave(&trial->door, DEALER_E_FULL), DEALER_E_FULL);
}

static void test_many__may_be_none(void **state) {
    struct trial *trial = *state;
    assert_int_equal(door_each(&trial->door, &(struct door_many){0, do_one, begin_anew, trial}), DEALER_OK);
    assert_int_equal(trial->begun, 1);
    assert_kept(trial, "");
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_many__that_all_succeed_are_done_once),
        ROW(test_many__of_which_one_is_refused_before_it_writes_are_done_once),
        ROW(test_many__of_which_one_fails_after_it_wrote_keep_the_others),
        ROW(test_many__end_with_the_first_failure_that_is_not_about_one),
        ROW(test_many__may_be_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
