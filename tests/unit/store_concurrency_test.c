/* Several at once: threads and processes that write one store lose nothing, and of two who decide, one wins. */
#include "support/store_world.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { WRITERS = 4, EACH = 60 };

static struct store_world world;
static struct seams plain; /* the counting allocator is for one thread */
static struct store *store;
static struct store *inherited; /* what a child has of its parent: nothing to use, but not lost either */
static int64_t task_document;

static void open_shared(const char *path) {
    struct env env;
    struct store_options options = store_world_options(path);
    options.busy_timeout_ms = 20000;
    seams_defaults(&plain);
    env_init(&env, &plain);
    dealer_status status = store_open(&env, &plain, &options, &store);
    if (status != DEALER_OK) print_error("%s\n", env.error.entries[0].en);
    assert_int_equal(status, DEALER_OK);
}

static int setup(void **state) {
    (void)state;
    store_world_open(&world, false);
    store_world_begin(&world);
    task_document = store_world_insert(&world, "trade_in", "SH", "li");
    store_world_commit(&world);
    open_shared(world.path);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    store_close(store);
    store_world_close(&world);
    return 0;
}

/* One transaction: a number is drawn, a document takes it, the journal says so. */
static dealer_status write_numbered(struct env *env, struct connection *connection) {
    struct document *document = NULL;
    int64_t company = store_world_company(&world, "HT-SH"), number = 0;
    char text[32];
    dealer_status status = document_new(env, store_world_type(&world, "trade_in"), &document);
    if (status != DEALER_OK) return status;
    document_put_integer(env, document, COMMON_COMPANY, company);
    document_put_text(env, document, COMMON_STATUS, "draft", 5);
    status = store_begin(env, connection, true);
    if (status == DEALER_OK) status = store_number_next(env, connection, company, "trade_in", 2026, &number);
    snprintf(text, sizeof text, "TI-%d", (int)number);
    if (status == DEALER_OK) status = document_put_text(env, document, COMMON_NUMBER, text, strlen(text));
    if (status == DEALER_OK) status = store_document_insert(env, connection, document, 1);
    if (status == DEALER_OK) {
        struct journal_entry entry = {.at_ms = 1, .document = document_id(document), .kind = "numbered"};
        status = store_journal_add(env, connection, &entry);
    }
    if (status == DEALER_OK) status = store_commit(env, connection);
    store_rollback(connection);
    document_free(document);
    return status;
}

static void *write_many(void *unused) {
    (void)unused;
    struct env env;
    intptr_t written = 0;
    env_init(&env, &plain);
    for (int i = 0; i < EACH; i++) {
        struct connection *connection = NULL;
        dealer_status status = store_acquire(&env, store, &connection);
        if (status == DEALER_OK) status = write_numbered(&env, connection);
        if (status == DEALER_OK) written++;
        if (status != DEALER_OK) print_error("%s\n", env.error.entries[0].en);
        error_clear(&env.error);
        store_release(store, connection);
    }
    env_finish(&env);
    return (void *)written;
}

static void assert_all_written(void) {
    char *count = store_world_ask(&world,
        "SELECT count(*) || ' ' || (SELECT last FROM number_sequence) || ' ' || (SELECT count(*) FROM journal) FROM "
        "document WHERE number IS NOT NULL");
    char expected[64];
    snprintf(expected, sizeof expected, "%d %d %d", WRITERS * EACH, WRITERS * EACH, WRITERS * EACH);
    assert_string_equal(count, expected);
    free(count);
}

static void test_threads_that_write__lose_nothing_and_number_without_gaps(void **state) {
    (void)state;
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++) assert_int_equal(pthread_create(&threads[i], NULL, write_many, NULL), 0);
    for (int i = 0; i < WRITERS; i++) {
        void *written = NULL;
        pthread_join(threads[i], &written);
        assert_int_equal((intptr_t)written, EACH);
    }
    assert_all_written();
}

/* A child opens the store for itself (handles do not cross a fork), works, closes it and is gone. */
static void live_as_child(const char *path, bool writes) {
    inherited = store;
    open_shared(path);
    bool done = !writes || (intptr_t)write_many(NULL) == EACH;
    store_close(store);
    _exit(done ? 0 : 1);
}

static void test_processes_that_write__lose_nothing_and_number_without_gaps(void **state) {
    (void)state;
    pid_t children[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        if (children[i] == 0) live_as_child(world.path, true);
    }
    for (int i = 0; i < WRITERS; i++) {
        int result = -1;
        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_int_equal(result, 0);
    }
    assert_all_written();
}

static void test_processes_that_create_one_store_at_once__all_get_it(void **state) {
    (void)state;
    char path[112];
    pid_t children[WRITERS];
    snprintf(path, sizeof path, "%s.copy", world.path);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < WRITERS; i++) {
            children[i] = fork();
            if (children[i] == 0) live_as_child(path, false);
        }
        for (int i = 0; i < WRITERS; i++) {
            int result = -1;
            assert_int_equal(waitpid(children[i], &result, 0), children[i]);
            assert_int_equal(result, 0);
        }
        assert_int_equal(unlink(path), 0);
    }
}

static void *update_once(void *unused) {
    (void)unused;
    struct env env;
    struct connection *connection = NULL;
    struct document *document = NULL;
    env_init(&env, &plain);
    intptr_t won = 0;
    dealer_status status = store_acquire(&env, store, &connection);
    if (status == DEALER_OK) status = store_document_load(&env, connection, world.catalogue, task_document, 0, &document);
    if (status == DEALER_OK) document_put_integer(&env, document, COMMON_VERSION, 1); /* what all of them read */
    if (status == DEALER_OK) status = store_begin(&env, connection, true);
    if (status == DEALER_OK) status = store_document_update(&env, connection, document, 9);
    if (status == DEALER_OK) status = store_commit(&env, connection);
    won = status == DEALER_OK ? 1 : status == DEALER_E_CONFLICT ? 0 : 100;
    if (won == 100) print_error("%s\n", env.error.entries[0].en);
    document_free(document);
    store_release(store, connection);
    env_finish(&env);
    return (void *)won;
}

static void test_threads_that_change_one_document__have_one_winner(void **state) {
    (void)state;
    pthread_t threads[8];
    intptr_t winners = 0;
    for (int i = 0; i < 8; i++) assert_int_equal(pthread_create(&threads[i], NULL, update_once, NULL), 0);
    for (int i = 0; i < 8; i++) {
        void *won = NULL;
        pthread_join(threads[i], &won);
        winners += (intptr_t)won;
    }
    assert_int_equal(winners, 1);
}

static void test_reader__keeps_its_snapshot_while_others_write(void **state) {
    (void)state;
    struct store_versions before, during, after;
    int64_t version = 0;
    struct connection *reader = NULL;
    struct env env;
    env_init(&env, &plain);
    assert_int_equal(store_acquire(&env, store, &reader), DEALER_OK);
    assert_int_equal(store_begin(&env, reader, false), DEALER_OK);
    assert_int_equal(store_versions(&env, reader, &before), DEALER_OK);
    struct json *json = NULL;
    store_world_succeed(&world, json_new(&world.env, &json));
    bool wal = strcmp(json_get_text(store_information(store, json), "journal_mode"), "wal") == 0;
    json_free(json);
    if (!wal) store_commit(&env, reader); /* with a rollback journal a writer waits for readers */
    store_world_begin(&world);
    store_world_succeed(
        &world, store_configuration_save(&world.env, world.connection, "{}", 2, (struct store_stamp){0, 1}, &version));
    store_world_commit(&world);
    if (wal) {
        assert_int_equal(store_versions(&env, reader, &during), DEALER_OK);
        assert_int_equal(during.configuration, before.configuration);
        assert_int_equal(store_commit(&env, reader), DEALER_OK);
    }
    assert_int_equal(store_versions(&env, reader, &after), DEALER_OK);
    assert_int_equal(after.configuration, before.configuration + 1);
    store_release(store, reader);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_threads_that_write__lose_nothing_and_number_without_gaps),
        ROW(test_processes_that_write__lose_nothing_and_number_without_gaps),
        ROW(test_processes_that_create_one_store_at_once__all_get_it),
        ROW(test_threads_that_change_one_document__have_one_winner),
        ROW(test_reader__keeps_its_snapshot_while_others_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
