/* What is opened as a store, what is not, and what each refusal says and leaves alone. */
#include "store_statements.h"
#include "support/store_world.h"
#include "support/vfs_fault.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/connection.h"

static struct store_world world;
static char copy[112];

static int setup(void **state) {
    (void)state;
    store_world_open(&world, false);
    store_world_begin(&world);
    for (int i = 0; i < 200; i++) store_world_insert(&world, "trade_in", "SH", "li");
    store_world_commit(&world);
    store_world_reopen(&world); /* closing brought all of it into the one file */
    snprintf(copy, sizeof copy, "%s.copy", world.path);
    file_copy(world.path, copy);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    store_world_close(&world);
    return 0;
}

static dealer_status open_with(const struct store_options *options) {
    struct store *store = NULL;
    dealer_status status = store_open(&world.env, &world.seams, options, &store);
    if (status == DEALER_OK) store_close(store);
    return status;
}

/* Opens the copy, which is to be refused, and must be byte for byte the same afterwards. */
static void assert_refused(struct store_options options, dealer_status expected, const char *id) {
    size_t size_before = 0, size_after = 0;
    char *before = file_read(copy, &size_before);
    store_world_refused(&world, open_with(&options), expected, id);
    char *after = file_read(copy, &size_after);
    assert_int_equal(size_before, size_after);
    assert_memory_equal(before, after, size_before);
    free(before);
    free(after);
}

static void test_open__of_nothing_without_creating_is_not_found(void **state) {
    (void)state;
    struct store_options options = store_world_options(copy);
    options.create = false;
    unlink(copy);
    store_world_refused(&world, open_with(&options), DEALER_E_NOT_FOUND, "E_STORE_NOT_FOUND");
    assert_int_equal(access(copy, F_OK), -1);
    options.read_only = true;
    store_world_refused(&world, open_with(&options), DEALER_E_NOT_FOUND, "E_STORE_NOT_FOUND");
}

static void test_open__without_a_path_is_refused(void **state) {
    (void)state;
    struct store_options options = store_world_options("");
    store_world_refused(&world, open_with(&options), DEALER_E_INVALID, "E_STORE_PATH");
    options.path = NULL;
    store_world_refused(&world, open_with(&options), DEALER_E_INVALID, "E_STORE_PATH");
}

static void test_open__in_a_folder_that_does_not_exist_or_of_a_folder_cannot_be_done(void **state) {
    (void)state;
    struct store_options options = store_world_options("/no/such/folder/store");
    store_world_refused(&world, open_with(&options), DEALER_E_IO, "E_STORE_CANNOT_OPEN");
    options.path = world.folder;
    store_world_refused(&world, open_with(&options), DEALER_E_IO, "E_STORE_CANNOT_OPEN");
}

static void test_open__through_an_unknown_vfs_names_it(void **state) {
    (void)state;
    struct store_options options = store_world_options(copy);
    options.vfs = "nowhere";
    dealer_status status = open_with(&options);
    assert_non_null(strstr(world.env.error.entries[0].en, "nowhere"));
    store_world_refused(&world, status, DEALER_E_INVALID, "E_STORE_VFS_UNKNOWN");
}

static void test_open__of_any_other_file_is_no_store(void **state) {
    (void)state;
    file_write(copy,
        "Dear customer, this is a letter and not a data base. It is long enough to have a header, though. "
        "Dear customer, this is a letter and not a data base.",
        149);
    assert_refused(store_world_options(copy), DEALER_E_NOT_A_STORE, "E_STORE_NOT_A_DATABASE");
}

static void test_open__of_an_empty_file_creates_only_when_wished(void **state) {
    (void)state;
    file_write(copy, "", 0);
    struct store_options options = store_world_options(copy);
    options.create = false;
    assert_refused(options, DEALER_E_NOT_A_STORE, "E_STORE_NOT_A_STORE");
    options.create = true;
    store_world_succeed(&world, open_with(&options));
}

static void test_open__of_somebody_elses_database_leaves_it_alone(void **state) {
    (void)state;
    unlink(copy);
    assert_true(sqlite_run_on(copy, "CREATE TABLE song (title); INSERT INTO song VALUES ('茉莉花')"));
    assert_refused(store_world_options(copy), DEALER_E_NOT_A_STORE, "E_STORE_NOT_A_STORE");
    assert_true(sqlite_run_on(copy, "PRAGMA application_id = 7"));
    assert_refused(store_world_options(copy), DEALER_E_NOT_A_STORE, "E_STORE_NOT_A_STORE");
}

static void test_open__of_a_newer_store_is_refused(void **state) {
    (void)state;
    assert_true(sqlite_run_on(copy, "PRAGMA journal_mode = DELETE; PRAGMA user_version = 999"));
    assert_refused(store_world_options(copy), DEALER_E_NEWER, "E_STORE_NEWER");
}

static void test_open__of_an_older_store_for_reading_says_that_it_must_be_upgraded(void **state) {
    (void)state;
    assert_true(sqlite_run_on(copy, "PRAGMA journal_mode = DELETE; PRAGMA user_version = 0"));
    struct store_options options = store_world_options(copy);
    options.read_only = true;
    assert_refused(options, DEALER_E_READ_ONLY, "E_STORE_OLDER");
}

static void test_open__with_a_migration_that_fails_leaves_the_schema_before(void **state) {
    (void)state;
    assert_true(sqlite_run_on(copy, "PRAGMA journal_mode = DELETE; PRAGMA user_version = 0"));
    dealer_status status = open_with(&(struct store_options){.path = copy, .busy_timeout_ms = 100});
    assert_int_equal(status, DEALER_E_INTERNAL);
    assert_string_equal(world.env.error.entries[0].message->id, "E_STORE_MIGRATION");
    error_clear(&world.env.error);
    char restore[80];
    snprintf(restore, sizeof restore, "PRAGMA journal_mode = DELETE; PRAGMA user_version = %d",
        store_migrations[store_migrations_count - 1].number);
    assert_true(sqlite_run_on(copy, restore));
    store_world_succeed(&world, open_with(&(struct store_options){.path = copy, .busy_timeout_ms = 100}));
}

static void test_open__of_a_store_of_the_first_schema_upgrades_it(void **state) {
    (void)state;
    assert_true(sqlite_run_on(
        copy, "PRAGMA journal_mode = DELETE; DROP TABLE backtest; DROP INDEX market_sale_by_serial; PRAGMA user_version = 1"));
    assert_refused((struct store_options){.path = copy, .read_only = true}, DEALER_E_READ_ONLY, "E_STORE_OLDER");
    store_world_succeed(&world, open_with(&(struct store_options){.path = copy, .busy_timeout_ms = 100}));
    assert_true(sqlite_run_on(copy, "INSERT INTO backtest (hash, by, documents, at_ms) VALUES (printf('%064d', 0), 0, 0, 0)"));
}

static void test_open__with_a_damaged_header_is_refused(void **state) {
    (void)state;
    size_t size = 0;
    char *data = file_read(copy, &size);
    static const struct {
        int offset, value;
        const char *id;
    } damages[] = {{3, 'x', "E_STORE_NOT_A_DATABASE"}, {16, 7, "E_STORE_NOT_A_DATABASE"}, {68, 1, "E_STORE_NOT_A_STORE"}};
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        char was = data[damages[i].offset];
        data[damages[i].offset] = (char)damages[i].value;
        file_write(copy, data, size);
        assert_refused(store_world_options(copy), DEALER_E_NOT_A_STORE, damages[i].id);
        data[damages[i].offset] = was;
    }
    free(data);
}

static dealer_status work_on(struct store *store, size_t *findings_out) {
    struct connection *connection = NULL;
    struct document *document = NULL;
    struct json *findings = NULL;
    dealer_status status = store_acquire(&world.env, store, &connection);
    for (int64_t id = 1; status == DEALER_OK && id <= 200; id++) {
        status = store_document_load(&world.env, connection, world.catalogue, id, 0, &document);
        if (status == DEALER_OK) document_free(document);
    }
    error_clear(&world.env.error);
    store_world_succeed(&world, json_new(&world.env, &findings));
    json_value *list = json_new_array(findings);
    if (connection != NULL) store_world_succeed(&world, store_verify(&world.env, connection, list, findings));
    *findings_out = json_count(list);
    json_free(findings);
    store_release(store, connection);
    return status;
}

static void test_damaged_pages__give_a_typed_error_or_a_finding_and_never_a_crash(void **state) {
    (void)state;
    enum { PAGE = 4096 };
    size_t size = 0, refused = 0, found = 0;
    char *data = file_read(copy, &size);
    struct store_options options = store_world_options(copy);
    assert_true(size > 20 * PAGE);
    for (size_t page = 1; page < size / PAGE; page++) {
        char *place = data + page * PAGE, kept[64];
        memcpy(kept, place, sizeof kept);
        memset(place, 0xC3, sizeof kept);
        file_write(copy, data, size);
        memcpy(place, kept, sizeof kept);
        struct store *store = NULL;
        size_t findings = 0;
        dealer_status status = store_open(&world.env, &world.seams, &options, &store);
        if (status == DEALER_OK) {
            status = work_on(store, &findings);
            store_close(store);
        }
        error_clear(&world.env.error);
        assert_true(status == DEALER_OK || status == DEALER_E_CORRUPT || status == DEALER_E_NOT_FOUND);
        if (status == DEALER_E_CORRUPT) refused++;
        if (findings > 0) found++;
        assert_true(findings > 0 || store == NULL); /* integrity_check sees every damaged page */
    }
    assert_true(refused > 0 && found > 0);
    free(data);
}

static void test_open__of_a_locked_store_waits_and_then_says_busy(void **state) {
    (void)state;
    void *lock = sqlite_lock(world.path);
    struct store *store = NULL;
    struct connection *connection = NULL;
    struct store_options options = store_world_options(world.path);
    options.busy_timeout_ms = 30;
    store_world_succeed(&world, store_open(&world.env, &world.seams, &options, &store)); /* readers are not kept out */
    store_world_succeed(&world, store_acquire(&world.env, store, &connection));
    dealer_status status = store_begin(&world.env, connection, true);
    assert_non_null(strstr(world.env.error.entries[0].en, "30 ms"));
    store_world_refused(&world, status, DEALER_E_BUSY, "E_STORE_BUSY");
    store_world_succeed(&world, store_begin(&world.env, connection, false));
    struct store_versions versions;
    store_world_succeed(&world, store_versions(&world.env, connection, &versions));
    store_world_succeed(&world, store_commit(&world.env, connection));
    sqlite_unlock(lock);
    store_world_succeed(&world, store_begin(&world.env, connection, true));
    store_rollback(connection);
    store_release(store, connection);
    store_close(store);
}

static void test_open__of_a_new_store_somebody_has_locked_says_busy(void **state) {
    (void)state;
    unlink(copy);
    void *lock = sqlite_lock(copy);
    struct store_options options = store_world_options(copy);
    options.busy_timeout_ms = 20;
    store_world_refused(&world, open_with(&options), DEALER_E_BUSY, "E_STORE_BUSY");
    sqlite_unlock(lock);
    store_world_succeed(&world, open_with(&options));
}

static void test_read_only_store__reads_and_refuses_to_write(void **state) {
    (void)state;
    struct store *store = NULL;
    struct connection *connection = NULL;
    struct store_options options = store_world_options(world.path);
    options.read_only = true;
    store_world_succeed(&world, store_open(&world.env, &world.seams, &options, &store));
    store_world_succeed(&world, store_acquire(&world.env, store, &connection));
    struct document *document = NULL;
    store_world_succeed(&world, store_document_load(&world.env, connection, world.catalogue, 1, 0, &document));
    document_free(document);
    store_world_refused(&world, store_begin(&world.env, connection, true), DEALER_E_READ_ONLY, "E_STORE_READ_ONLY");
    store_release(store, connection);
    store_close(store);
}

static void test_file_without_write_permission__is_refused_for_writing(void **state) {
    (void)state;
    bool root = geteuid() == 0; /* whom permissions do not stop */
    chmod(world.folder, 0755);
    chmod(copy, 0444);
    if (root) assert_int_equal(seteuid(65534), 0);
    store_world_refused(
        &world, open_with(&(struct store_options){.path = copy, .busy_timeout_ms = 10}), DEALER_E_READ_ONLY, "E_STORE_READ_ONLY");
    char missing[128];
    chmod(world.folder, 0555);
    snprintf(missing, sizeof missing, "%s/another", world.folder);
    store_world_refused(
        &world, open_with(&(struct store_options){.path = missing, .create = true}), DEALER_E_IO, "E_STORE_CANNOT_OPEN");
    if (root) assert_int_equal(seteuid(0), 0);
    chmod(world.folder, 0755);
}

static void test_information__says_what_the_store_stands_on(void **state) {
    (void)state;
    struct json *json = NULL;
    store_world_succeed(&world, json_new(&world.env, &json));
    json_value *information = store_information(world.store, json);
    bool affected = json_is_true(json_get(information, "wal_reset_bug"));
    assert_string_equal(json_get_text(information, "journal_mode"), affected ? "delete" : "wal");
    assert_string_equal(json_get_text(information, "synchronous"), affected ? "extra" : "full");
    assert_true(json_get_integer(information, "schema", 0) >= 1);
    assert_non_null(json_get_text(information, "sqlite"));
    assert_int_equal(
        json_is_true(json_get(information, "allocator_reaches_sqlite")), json_is_true(json_get(information, "sqlite_bundled")));
    json_free(json);
}

static void test_wal_reset_bug__is_known_by_version(void **state) {
    (void)state;
    static const struct {
        int version;
        bool affected;
    } rows[] = {{3006023, false}, {3007000, true}, {3040001, true}, {3044005, true}, {3044006, false}, {3044010, false},
        {3045000, true}, {3046001, true}, {3050006, true}, {3050007, false}, {3051000, true}, {3051002, true}, {3051003, false},
        {3054001, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(sqlite_has_wal_reset_bug(rows[i].version), rows[i].affected);
    }
}

static void test_memory_store__has_one_connection_and_says_so_when_it_is_in_use(void **state) {
    (void)state;
    struct store *store = NULL;
    struct connection *first = NULL, *second = NULL;
    struct store_options options = store_world_options(":memory:");
    options.busy_timeout_ms = 5;
    store_world_succeed(&world, store_open(&world.env, &world.seams, &options, &store));
    store_world_succeed(&world, store_acquire(&world.env, store, &first));
    store_world_refused(&world, store_acquire(&world.env, store, &second), DEALER_E_BUSY, "E_STORE_IN_USE");
    store_release(store, first);
    store_world_succeed(&world, store_acquire(&world.env, store, &second));
    assert_ptr_equal(first, second);
    store_release(store, second);
    store_close(store);
}

static void test_connection_given_back_with_a_transaction__is_rolled_back(void **state) {
    (void)state;
    store_world_begin(&world);
    store_world_insert(&world, "trial", "SH", "li");
    store_release(world.store, world.connection);
    store_world_succeed(&world, store_acquire(&world.env, world.store, &world.connection));
    char *count = store_world_ask(&world, "SELECT count(*) FROM document");
    assert_string_equal(count, "200");
    free(count);
}

static void test_many_connections__are_lent_and_the_pool_keeps_a_few(void **state) {
    (void)state;
    enum { MANY = 12 };
    struct connection *connections[MANY];
    for (int i = 0; i < MANY; i++) store_world_succeed(&world, store_acquire(&world.env, world.store, &connections[i]));
    for (int i = 0; i < MANY; i++) store_release(world.store, connections[i]);
}

static void test_store__is_the_same_after_closing_and_opening(void **state) {
    (void)state;
    struct document *before = store_world_load(&world, 7);
    store_world_reopen(&world);
    struct document *after = store_world_load(&world, 7);
    store_world_assert_equal(&world, before, after);
    document_free(before);
    document_free(after);
}

/* SQLite keeps one record of an open file for the whole process; it goes back to whoever made it when the last store closes. */
static void test_two_stores_on_one_file__give_back_all_memory_in_either_closing_order(void **state) {
    (void)state;
    for (int first = 0; first < 2; first++) {
        struct failing_allocator allocators[2];
        struct seams seams[2];
        struct store *stores[2];
        struct store_options options = store_world_options(copy);
        for (int i = 0; i < 2; i++) {
            struct env env;
            struct connection *connection = NULL;
            struct document *document = NULL;
            failing_allocator_init(&allocators[i], &seams[i], 0, false);
            env_init(&env, &seams[i]);
            assert_int_equal(store_open(&env, &seams[i], &options, &stores[i]), DEALER_OK);
            assert_int_equal(store_acquire(&env, stores[i], &connection), DEALER_OK);
            assert_int_equal(store_document_load(&env, connection, world.catalogue, 1, 0, &document), DEALER_OK);
            document_free(document);
            store_release(stores[i], connection);
            env_finish(&env);
        }
        store_close(stores[first]);
        store_close(stores[1 - first]);
        assert_int_equal(allocators[0].outstanding, 0);
        assert_int_equal(allocators[1].outstanding, 0);
    }
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_open__of_nothing_without_creating_is_not_found),
        ROW(test_open__without_a_path_is_refused),
        ROW(test_open__in_a_folder_that_does_not_exist_or_of_a_folder_cannot_be_done),
        ROW(test_open__through_an_unknown_vfs_names_it),
        ROW(test_open__of_any_other_file_is_no_store),
        ROW(test_open__of_an_empty_file_creates_only_when_wished),
        ROW(test_open__of_somebody_elses_database_leaves_it_alone),
        ROW(test_open__of_a_newer_store_is_refused),
        ROW(test_open__of_an_older_store_for_reading_says_that_it_must_be_upgraded),
        ROW(test_open__with_a_migration_that_fails_leaves_the_schema_before),
        ROW(test_open__of_a_store_of_the_first_schema_upgrades_it),
        ROW(test_open__with_a_damaged_header_is_refused),
        ROW(test_damaged_pages__give_a_typed_error_or_a_finding_and_never_a_crash),
        ROW(test_open__of_a_locked_store_waits_and_then_says_busy),
        ROW(test_open__of_a_new_store_somebody_has_locked_says_busy),
        ROW(test_read_only_store__reads_and_refuses_to_write),
        ROW(test_file_without_write_permission__is_refused_for_writing),
        ROW(test_information__says_what_the_store_stands_on),
        cmocka_unit_test(test_wal_reset_bug__is_known_by_version),
        ROW(test_memory_store__has_one_connection_and_says_so_when_it_is_in_use),
        ROW(test_connection_given_back_with_a_transaction__is_rolled_back),
        ROW(test_many_connections__are_lent_and_the_pool_keeps_a_few),
        ROW(test_store__is_the_same_after_closing_and_opening),
        ROW(test_two_stores_on_one_file__give_back_all_memory_in_either_closing_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
