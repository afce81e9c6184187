/* Whose turn it is to write: first come, first served, across threads and processes, and nobody who dies holds up the others. */
#include "store/turn.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 120000, OTHERS = 4 }; /* longer than the test may take: whoever comes does so because it is his turn */

static struct seams seams;
static struct env env;
static struct epoch *epoch;
static struct turn own;
static char folder[64], path[80];
static int told[2]; /* others write one byte when it is their turn */

static int setup(void **state) {
    (void)state;
    seams_defaults(&seams);
    env_init(&env, &seams);
    strcpy(folder, "/tmp/dealer-turn-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store.db", folder);
    assert_int_equal(epoch_open(&env, &seams, path, false, &epoch), DEALER_OK);
    turn_init(&own);
    return pipe(told);
}

static int teardown(void **state) {
    (void)state;
    char file[100];
    turn_finish(&own);
    epoch_drop(epoch);
    env_finish(&env);
    close(told[0]);
    close(told[1]);
    snprintf(file, sizeof file, "%s-epoch", path);
    unlink(file);
    return rmdir(folder);
}

static void rest(void) {
    nanosleep(&(struct timespec){0, 200000}, NULL);
}

static uint64_t drawn(void) {
    return atomic_load(epoch_tickets(epoch));
}

static void come(struct turn *turn, char name) {
    turn_take(turn, epoch, PATIENCE_MS);
    if (write(told[1], &name, 1) != 1) abort();
}

static char next_told(void) {
    char name = '?';
    assert_int_equal(read(told[0], &name, 1), 1);
    return name;
}

/* A process that draws the next number; back when it has. With `stay` it never gives its turn back. */
static pid_t send_child(char name, bool stay) {
    uint64_t before = drawn();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct turn turn;
        turn_init(&turn);
        come(&turn, name);
        while (stay) pause();
        turn_end(&turn);
        _exit(0);
    }
    while (drawn() == before) rest();
    return child;
}

static void assert_went(pid_t child) {
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
}

static void kill_child(pid_t child) {
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_turn__of_processes_comes_in_the_order_of_asking(void **state) {
    (void)state;
    pid_t children[OTHERS];
    turn_take(&own, epoch, PATIENCE_MS);
    for (int i = 0; i < OTHERS; i++) children[i] = send_child((char)('a' + i), false);
    turn_end(&own);
    for (int i = 0; i < OTHERS; i++) assert_int_equal(next_told(), 'a' + i);
    for (int i = 0; i < OTHERS; i++) assert_went(children[i]);
}

static void *come_in_thread(void *name) {
    struct turn turn;
    turn_init(&turn);
    come(&turn, *(char *)name);
    turn_end(&turn);
    turn_finish(&turn);
    return NULL;
}

static void test_turn__of_threads_comes_in_the_order_of_asking(void **state) {
    (void)state;
    pthread_t threads[OTHERS];
    char names[OTHERS];
    turn_take(&own, epoch, PATIENCE_MS);
    for (int i = 0; i < OTHERS; i++) {
        uint64_t before = drawn();
        names[i] = (char)('a' + i);
        assert_int_equal(pthread_create(&threads[i], NULL, come_in_thread, &names[i]), 0);
        while (drawn() == before) rest();
    }
    turn_end(&own);
    for (int i = 0; i < OTHERS; i++) assert_int_equal(next_told(), 'a' + i);
    for (int i = 0; i < OTHERS; i++) pthread_join(threads[i], NULL);
}

static void test_turn__of_a_writer_who_is_killed_goes_to_the_next(void **state) {
    (void)state;
    pid_t writer = send_child('w', true);
    assert_int_equal(next_told(), 'w');
    pid_t next = send_child('n', false);
    kill_child(writer);
    assert_int_equal(next_told(), 'n');
    assert_went(next);
    come(&own, 'o');
    assert_int_equal(next_told(), 'o');
}

static void test_turn__of_whoever_waits_behind_one_who_is_killed_still_comes(void **state) {
    (void)state;
    turn_take(&own, epoch, PATIENCE_MS);
    pid_t waiting = send_child('w', false), behind = send_child('b', false);
    kill_child(waiting);
    turn_end(&own);
    assert_int_equal(next_told(), 'b');
    assert_went(behind);
}

static void test_turn__is_not_waited_for_longer_than_allowed(void **state) {
    (void)state;
    pid_t writer = send_child('w', true);
    assert_int_equal(next_told(), 'w');
    turn_take(&own, epoch, 10);
    assert_true(own.waited_ms >= 10);
    kill_child(writer);
}

static void test_turn__comes_whatever_number_stands_in_the_file(void **state) {
    (void)state;
    static const uint64_t strange[] = {UINT64_MAX, UINT64_MAX - 1, UINT64_C(1) << 40, (UINT64_C(1) << 40) - 1, INT64_MAX};
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        atomic_store(epoch_tickets(epoch), strange[i]);
        for (int again = 0; again < 3; again++) {
            come(&own, 'o');
            assert_int_equal(next_told(), 'o');
            assert_true(own.taken);
            turn_end(&own);
        }
    }
}

static void test_turn__is_everybodys_when_the_file_is_gone(void **state) {
    (void)state;
    char file[100];
    snprintf(file, sizeof file, "%s-epoch", path);
    assert_int_equal(unlink(file), 0);
    come(&own, 'o');
    assert_int_equal(next_told(), 'o');
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_turn__of_processes_comes_in_the_order_of_asking),
        ROW(test_turn__of_threads_comes_in_the_order_of_asking),
        ROW(test_turn__of_a_writer_who_is_killed_goes_to_the_next),
        ROW(test_turn__of_whoever_waits_behind_one_who_is_killed_still_comes),
        ROW(test_turn__is_not_waited_for_longer_than_allowed),
        ROW(test_turn__comes_whatever_number_stands_in_the_file),
        ROW(test_turn__is_everybodys_when_the_file_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
