/* Processes that edit one document, while another locks it and another holds its month: as long as either has it, it does not change. */
#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { EDITORS = 2, ROUNDS = 40, LOOKS = 5, NOT_OPENED = 100, UNEXPECTED, CHANGED_WHILE_LOCKED };

static char path[128];
static int64_t document;

struct process {
    dealer_store *store;
    dealer_session *session;
};

static bool enter(struct process *process, const char *person) {
    return dealer_store_open(&process->store, NULL, path, NULL) == DEALER_OK &&
           dealer_session_open(process->store, &process->session, NULL, person) == DEALER_OK;
}

static int leave(struct process *process, int result) {
    dealer_session_close(process->session);
    dealer_store_close(process->store);
    return result;
}

static bool may_happen(dealer_status status) {
    return status == DEALER_OK || status == DEALER_E_LOCKED || status == DEALER_E_CONFLICT || status == DEALER_E_BUSY;
}

static int64_t version(struct process *process) {
    dealer_document *handle = NULL;
    if (dealer_document_open(process->session, &handle, document)) return -1;
    int64_t found = dealer_document_version(handle);
    dealer_document_free(handle);
    return found;
}

static void pause_us(long microseconds) {
    nanosleep(&(struct timespec){0, microseconds * 1000}, NULL);
}

/* It has the lock now: nobody moves the version. */
static bool stands_still(struct process *process) {
    int64_t before = version(process);
    for (int i = 0; i < LOOKS; i++) {
        pause_us(500);
        if (version(process) != before) return false;
    }
    return before > 0;
}

/* Answers how often it was let through. */
static int edit(int which) {
    struct process process = {0};
    int saved = 0;
    if (!enter(&process, "zhang")) return NOT_OPENED;
    for (int round = 0; round < ROUNDS; round++) {
        dealer_document *handle = NULL;
        if (dealer_document_open(process.session, &handle, document)) return leave(&process, UNEXPECTED);
        if (dealer_document_set_integer(handle, "term_months", 12 + (round + which) % 40)) return leave(&process, UNEXPECTED);
        dealer_status status = dealer_document_save(process.session, handle);
        saved += status == DEALER_OK;
        dealer_document_free(handle);
        if (!may_happen(status)) return leave(&process, UNEXPECTED);
    }
    return leave(&process, saved);
}

static bool set_locked(struct process *process, int32_t locked, bool *done) {
    dealer_document *handle = NULL;
    if (dealer_document_open(process->session, &handle, document)) return false;
    dealer_status status = dealer_document_set_locked(process->session, handle, locked);
    dealer_document_free(handle);
    *done = status == DEALER_OK;
    return may_happen(status);
}

/* Tries until it has had the lock so often: how long others keep it away is up to the machine. */
static int lock_it(int which) {
    struct process process = {0};
    int held = 0;
    if (!enter(&process, "feng")) return NOT_OPENED + which;
    while (held < ROUNDS) {
        bool done = false;
        if (!set_locked(&process, 1, &done)) return leave(&process, UNEXPECTED);
        if (!done) continue;
        held++;
        if (!stands_still(&process)) return leave(&process, CHANGED_WHILE_LOCKED);
        for (done = false; !done;)
            if (!set_locked(&process, 0, &done)) return leave(&process, UNEXPECTED);
    }
    return leave(&process, held);
}

static int hold_its_month(int which) {
    struct process process = {0};
    if (!enter(&process, "feng")) return NOT_OPENED + which;
    for (int round = 0; round < ROUNDS; round++) {
        if (dealer_period_set(process.session, "HT-SH", "sales", "2026-03", "held")) return leave(&process, UNEXPECTED);
        if (!stands_still(&process)) return leave(&process, CHANGED_WHILE_LOCKED);
        if (dealer_period_set(process.session, "HT-SH", "sales", "2026-03", "open")) return leave(&process, UNEXPECTED);
        pause_us(2000);
    }
    return leave(&process, ROUNDS);
}

static pid_t start(int (*work)(int which), int which) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(work(which));
    return child;
}

static int result_of(pid_t child) {
    int result = 0;
    waitpid(child, &result, 0);
    assert_true(WIFEXITED(result));
    assert_true(WEXITSTATUS(result) < NOT_OPENED);
    return WEXITSTATUS(result);
}

static void check_sound(void) {
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_text *findings = NULL;
    int64_t entries = 0, bad = 0;
    assert_int_equal(dealer_store_open(&store, NULL, path, NULL), DEALER_OK);
    assert_int_equal(dealer_session_open_system(store, &system, NULL, "race"), DEALER_OK);
    assert_int_equal(dealer_store_verify(system, &findings), DEALER_OK);
    assert_string_equal(dealer_text_data(findings), "[]");
    assert_int_equal(dealer_journal_verify(system, &entries, &bad), DEALER_OK);
    assert_int_equal(bad, 0);
    dealer_text_free(findings);
    dealer_session_close(system);
    dealer_store_close(store);
}

static void test_editing__by_processes_stands_still_while_another_has_the_lock(void **state) {
    struct past_world world;
    pid_t editors[EDITORS];
    int saved = 0;
    (void)state;
    past_world_open(&world, "lock-race", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", "sales_draft", "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    document = story_document(&world.story, "sales");
    snprintf(path, sizeof path, "lock-race-%ld.db.left", (long)getpid());
    past_world_leave(&world, path);
    pid_t locker = start(lock_it, 0), holder = start(hold_its_month, 0);
    for (int i = 0; i < EDITORS; i++) editors[i] = start(edit, i);
    for (int i = 0; i < EDITORS; i++) saved += result_of(editors[i]);
    int locked = result_of(locker), held = result_of(holder);
    print_message("%d saved, %d locked, %d held\n", saved, locked, held);
    assert_int_equal(held, ROUNDS);
    assert_int_equal(locked, ROUNDS);
    check_sound();
    remove_store(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_editing__by_processes_stands_still_while_another_has_the_lock)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
