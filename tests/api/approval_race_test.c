/* Several processes on one approval: eight approve the same task, a thousand times; some are killed in the middle. */
#include "support/approval_door.h"
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PROCESSES = 8, RACES = 1000, KILLS = 60, KILL_DOCUMENTS = 400 };

struct shared {
    int64_t tasks[RACES];
    atomic_int arrived[PROCESSES];
    int statuses[RACES][PROCESSES];
    atomic_int acknowledged;
};

static struct shared *share(void) {
    static const char name[] = "approval-shared.bin";
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, sizeof(struct shared)), 0);
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    remove(name);
    assert_ptr_not_equal(shared, MAP_FAILED);
    return shared;
}

/* All begin each race together: nobody is a race ahead. */
static void meet(struct shared *shared, int which, int race) {
    atomic_store(&shared->arrived[which], race + 1);
    for (int i = 0; i < PROCESSES; i++)
        while (atomic_load(&shared->arrived[i]) < race + 1) sched_yield();
}

static void run_races(struct approval_door *door, struct shared *shared, int which) {
    approval_door_reopen(door);
    dealer_session *two = approval_door_session(door, "b");
    for (int race = 0; race < RACES; race++) {
        dealer_decision *decision = NULL;
        meet(shared, which, race);
        shared->statuses[race][which] = (int)dealer_task_approve(two, &decision, shared->tasks[race], NULL);
        dealer_decision_free(decision);
    }
    dealer_session_close(two);
    dealer_session_close(door->system);
    dealer_store_close(door->store);
}

static void leave(struct approval_door *door) {
    for (int i = 0; i < DOOR_PEOPLE_MAX; i++) dealer_session_close(door->sessions[i]);
    dealer_session_close(door->system);
    dealer_store_close(door->store);
}

/* In one transaction: what is raced for is made cheaply. */
static void prepare(struct approval_door *door, struct shared *shared) {
    dealer_session *maker = approval_door_session(door, "m");
    approval_door_must(dealer_session_begin(maker), dealer_session_error(maker), "begin");
    for (int i = 0; i < RACES; i++) approval_door_submit(door, "m", 100 + i);
    approval_door_must(dealer_session_commit(maker), dealer_session_error(maker), "commit");
    json_t *tasks = approval_door_list(door, "b", DEALER_TASKS_OPEN);
    assert_int_equal(json_array_size(tasks), RACES);
    for (size_t i = 0; i < RACES; i++) shared->tasks[i] = json_integer_value(json_object_get(json_array_get(tasks, i), "id"));
    json_decref(tasks);
}

static void test_eight_processes_approve_one_task(void **state) {
    struct approval_door door;
    struct shared *shared = share();
    pid_t children[PROCESSES];
    (void)state;
    approval_door_open(&door, "approval-race.db", "{id='two', who={post='two',['in']='company'}}", "", NULL);
    prepare(&door, shared);
    leave(&door);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            run_races(&door, shared, i);
            _exit(0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int result = 1;
        waitpid(children[i], &result, 0);
        assert_int_equal(result, 0);
    }
    for (int race = 0; race < RACES; race++) {
        int won = 0;
        for (int i = 0; i < PROCESSES; i++) {
            won += shared->statuses[race][i] == DEALER_OK;
            if (shared->statuses[race][i] != DEALER_OK) assert_int_equal(shared->statuses[race][i], DEALER_E_CONFLICT);
        }
        assert_int_equal(won, 1);
    }
    approval_door_reopen(&door);
    approval_door_verify(&door);
    approval_door_close(&door);
    munmap(shared, sizeof *shared);
}

/* Submits and approves until it is killed. Counts what was acknowledged. */
static void work_until_killed(struct approval_door *door, struct shared *shared) {
    approval_door_reopen(door);
    for (int i = 0; i < KILL_DOCUMENTS; i++) {
        int64_t id = approval_door_submit(door, "m", 100);
        approval_door_approve(door, "b", id);
        atomic_fetch_add(&shared->acknowledged, 1);
    }
}

/* For each task a message, for each decision its entry: what a crash must not tear apart. */
static void check_whole(struct approval_door *door) {
    dealer_text *text = NULL;
    approval_door_must(dealer_outbox(door->system, &text, 0, 1000), dealer_session_error(door->system), "outbox");
    json_t *messages = json_loads(dealer_text_data(text), 0, NULL), *message, *waits = json_object();
    size_t index;
    json_array_foreach(messages, index, message) {
        char key[32];
        if (strcmp(json_string_value(json_object_get(message, "event")), "waits") != 0) continue;
        snprintf(key, sizeof key, "%lld", (long long)json_integer_value(json_object_get(message, "document")));
        assert_null(json_object_get(waits, key));
        json_object_set_new(waits, key, json_true());
    }
    dealer_text_free(text);
    json_t *brought = approval_door_list(door, "m", DEALER_TASKS_SUBMITTED), *row;
    size_t expected = json_array_size(brought) < 1000 ? json_array_size(brought) : 1000;
    json_array_foreach(brought, index, row) {
        int64_t id = json_integer_value(json_object_get(row, "document"));
        const char *standing = json_string_value(json_object_get(row, "state"));
        bool decided = strcmp(standing, "approved") == 0;
        if (index % 37) continue;
        char *history = approval_door_history(door, id);
        assert_int_equal(strstr(history, "task_approved") != NULL, decided);
        assert_int_equal(strstr(history, "final_approved") != NULL, decided);
        assert_string_equal(approval_door_status(door, id), decided ? "approved" : "in_approval");
        free(history);
    }
    assert_int_equal(json_object_size(waits), expected);
    json_decref(brought);
    json_decref(messages);
    json_decref(waits);
}

static void test_killed_anywhere_leaves_no_half_approval(void **state) {
    struct approval_door door;
    struct shared *shared = share();
    (void)state;
    approval_door_open(&door, "approval-kill.db", "{id='two', who={post='two',['in']='company'}}", "", NULL);
    leave(&door);
    for (int kill_at = 0; kill_at < KILLS; kill_at++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            work_until_killed(&door, shared);
            _exit(0);
        }
        struct timespec pause = {0, (5 + kill_at * 7 % 60) * 1000000L};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    approval_door_reopen(&door);
    approval_door_verify(&door);
    json_t *done = approval_door_list(&door, "b", DEALER_TASKS_DONE);
    size_t decided = json_array_size(done);
    if (decided < 1000) assert_true(decided >= (size_t)atomic_load(&shared->acknowledged));
    print_message("acknowledged %d, stored %zu\n", atomic_load(&shared->acknowledged), decided);
    json_decref(done);
    check_whole(&door);
    approval_door_close(&door);
    munmap(shared, sizeof *shared);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_eight_processes_approve_one_task),
        cmocka_unit_test(test_killed_anywhere_leaves_no_half_approval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
