/* Backups: of one moment though others write, stopped, refused, and on disks and with memory that fail: the copy is whole, or there is
 * none. */
#include "store/backup.h"
#include "support/store_files.h"
#include "support/store_world.h"
#include "support/vfs_fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { DOCUMENTS = 1500 };

static struct store_world world;
static char copy[112];

static int setup_in(bool in_memory) {
    store_world_open(&world, in_memory);
    store_world_begin(&world);
    for (int i = 0; i < DOCUMENTS; i++) store_world_insert(&world, "trade_in", "SH", "li");
    store_world_commit(&world);
    snprintf(copy, sizeof copy, "%s.copy", world.path);
    return 0;
}

static int setup(void **state) {
    (void)state;
    return setup_in(false);
}

static int setup_memory(void **state) {
    (void)state;
    int result = setup_in(true);
    snprintf(copy, sizeof copy, "/tmp/store_backup_test.%ld", (long)getpid());
    return result;
}

static int teardown(void **state) {
    (void)state;
    remove_store(copy);
    store_world_close(&world);
    return 0;
}

static bool copy_exists(void) {
    static const char *const endings[] = {"", "-wal", "-journal"};
    char path[128];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(path, sizeof path, "%s%s", copy, endings[i]);
        if (access(path, F_OK) == 0) return true;
    }
    return false;
}

/* Within a reading transaction of its own, as the door makes one. */
static dealer_status back_up(struct env *env, struct connection *connection, struct store_backup *order) {
    order->path = order->path != NULL ? order->path : copy;
    dealer_status status = store_begin(env, connection, false);
    if (status == DEALER_OK) status = store_backup(env, connection, order);
    store_rollback(connection);
    return status;
}

/* The copy opens, is sound, and has so many trade-ins. */
static void assert_copy(int64_t documents) {
    struct store_world other = world;
    struct store_options options = store_world_options(copy);
    options.create = false;
    struct journal_proof proof = {0};
    store_world_succeed(&world, store_open(&world.env, &world.seams, &options, &other.store));
    store_world_succeed(&world, store_acquire(&world.env, other.store, &other.connection));
    assert_int_equal(store_world_findings(&other), 0);
    store_world_succeed(&world, store_journal_verify(&world.env, other.connection, NULL, &proof));
    assert_int_equal(proof.bad, 0);
    struct region region;
    region_init(&region, &world.seams);
    struct document_query query = {
        .type = store_world_type(&world, "trade_in"), .visible = predicate_constant(true), .limit = 5000};
    struct document_cursor *cursor = NULL;
    store_world_succeed(&world, store_document_query(&world.env, other.connection, &query, &cursor));
    for (struct document *document = NULL;; documents--) {
        store_world_succeed(&world, store_document_next(&world.env, cursor, &document));
        if (document == NULL) break;
        document_free(document);
        document = NULL;
    }
    assert_int_equal(documents, 0);
    store_document_cursor_free(cursor);
    region_finish(&region);
    store_release(other.store, other.connection);
    store_close(other.store);
}

/* -- the right way -- */

struct watching {
    int64_t calls, last, stop_at;
    bool writes;
};

static int32_t watch(void *user_data, int64_t done, int64_t total) {
    struct watching *watching = user_data;
    assert_true(done > watching->last && done <= total);
    watching->last = done;
    if (watching->calls++ == 0 && watching->writes) { /* another writes in the meantime */
        struct store_world other = world;
        store_world_succeed(&world, store_acquire(&world.env, world.store, &other.connection));
        store_world_begin(&other);
        store_world_insert(&other, "trade_in", "SH", "li");
        store_world_commit(&other);
        store_release(world.store, other.connection);
    }
    return watching->calls == watching->stop_at;
}

/* Without a write-ahead log readers keep writers out. */
static bool may_write_meanwhile(void) {
    struct json *json = NULL;
    store_world_succeed(&world, json_new(&world.env, &json));
    bool wal = strcmp(json_get_text(store_information(world.store, json), "journal_mode"), "wal") == 0;
    json_free(json);
    return wal;
}

static void test_backup__is_of_one_moment_though_another_writes(void **state) {
    (void)state;
    struct watching watching = {.writes = may_write_meanwhile()};
    struct store_backup order = {.progress = watch, .user_data = &watching};
    store_world_succeed(&world, back_up(&world.env, world.connection, &order));
    assert_true(watching.calls > 1);
    assert_int_equal(watching.last, order.pages);
    assert_false(order.cancelled);
    assert_copy(DOCUMENTS);
}

static void test_backup__of_a_store_in_memory_is_a_file(void **state) {
    (void)state;
    struct store_backup order = {0};
    store_world_succeed(&world, back_up(&world.env, world.connection, &order));
    assert_true(order.pages > 0 && order.page_size >= 512);
    assert_copy(DOCUMENTS);
}

/* -- the wrong ways -- */

static void test_backup__that_is_stopped_leaves_no_copy(void **state) {
    (void)state;
    struct watching watching = {.stop_at = 1};
    struct store_backup order = {.progress = watch, .user_data = &watching};
    store_world_succeed(&world, back_up(&world.env, world.connection, &order));
    assert_true(order.cancelled);
    assert_false(copy_exists());
}

static void test_backup__never_writes_over_a_file(void **state) {
    (void)state;
    struct store_backup order = {0};
    FILE *file = fopen(copy, "wb");
    fputs("mine", file);
    fclose(file);
    store_world_refused(&world, back_up(&world.env, world.connection, &order), DEALER_E_CONFLICT, "E_BACKUP_EXISTS");
    char text[8] = "";
    file = fopen(copy, "rb");
    assert_int_equal(fread(text, 1, sizeof text - 1, file), 4);
    fclose(file);
    assert_string_equal(text, "mine");
    order.path = world.path; /* least of all over the store itself */
    store_world_refused(&world, back_up(&world.env, world.connection, &order), DEALER_E_CONFLICT, "E_BACKUP_EXISTS");
}

static void test_backup__needs_a_path_that_can_be_written(void **state) {
    (void)state;
    static char long_path[8000];
    memset(long_path, 'x', sizeof long_path - 1);
    const char *const paths[] = {"", ":memory:", long_path};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct store_backup order = {.path = paths[i]};
        store_world_refused(&world, back_up(&world.env, world.connection, &order), DEALER_E_INVALID, "E_BACKUP_PATH");
    }
    struct store_backup order = {.path = "/no/such/folder/copy.db"};
    store_world_refused(&world, back_up(&world.env, world.connection, &order), DEALER_E_IO, "E_STORE_CANNOT_OPEN");
}

static void test_backup__is_refused_while_its_own_transaction_writes(void **state) {
    (void)state;
    struct store_backup order = {.path = copy};
    store_world_begin(&world);
    store_world_refused(&world, store_backup(&world.env, world.connection, &order), DEALER_E_STATE, "E_BACKUP_TRANSACTION");
    store_rollback(world.connection);
    assert_false(copy_exists());
}

/* -- disks and memory that fail -- */

static size_t walk_disk(enum vfs_fault_kind kind, bool from_then_on) {
    struct store_options options = store_world_options(world.path);
    struct store *store = NULL;
    struct connection *connection = NULL;
    options.vfs = VFS_FAULT_NAME;
    vfs_fault_set(kind, 0, false);
    store_world_succeed(&world, store_open(&world.env, &world.seams, &options, &store));
    store_world_succeed(&world, store_acquire(&world.env, store, &connection));
    size_t points = 0;
    for (bool hit = true; hit; points += hit) {
        struct store_backup order = {0};
        remove_store(copy);
        vfs_fault_set(kind, points + 1, from_then_on);
        dealer_status status = back_up(&world.env, connection, &order);
        hit = vfs_fault_hit();
        vfs_fault_set(kind, 0, false);
        if (status != DEALER_OK && kind == VFS_FAULT_IO)
            assert_true(status == DEALER_E_IO);
        else if (status != DEALER_OK)
            assert_true(status == DEALER_E_FULL && !copy_exists());
        if (status == DEALER_OK && points % 8 == 0) assert_copy(DOCUMENTS);
        error_clear(&world.env.error);
    }
    store_release(store, connection);
    store_close(store);
    assert_copy(DOCUMENTS);
    return points;
}

static void test_full_disk__leaves_no_copy(void **state) {
    (void)state;
    size_t points = walk_disk(VFS_FAULT_FULL, true) + walk_disk(VFS_FAULT_SHORT_WRITE, true);
    printf("full disk: %zu points\n", points);
    assert_true(points > 10);
}

static void test_failing_disk__is_told(void **state) {
    (void)state;
    size_t points = walk_disk(VFS_FAULT_IO, true) + walk_disk(VFS_FAULT_IO, false);
    printf("disk: %zu points\n", points);
    assert_true(points > 10);
}

static void test_memory_that_runs_out__leaves_no_copy(void **state) {
    (void)state;
    size_t points = 0;
    store_release(world.store, world.connection); /* SQLite's record of a file is shared by who has it open */
    store_close(world.store);
    for (bool hit = true; hit; points += hit) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        struct store *store = NULL;
        struct connection *connection = NULL;
        struct store_backup order = {0};
        struct store_options options = store_world_options(world.path);
        remove_store(copy);
        failing_allocator_init(&allocator, &seams, points + 1, false);
        env_init(&env, &seams);
        dealer_status status = store_open(&env, &seams, &options, &store);
        if (status == DEALER_OK) status = store_acquire(&env, store, &connection);
        if (status == DEALER_OK) status = back_up(&env, connection, &order);
        assert_true(status == DEALER_OK || status == DEALER_E_NOMEM);
        assert_int_equal(copy_exists(), status == DEALER_OK);
        hit = allocator.hit;
        if (store != NULL) {
            store_release(store, connection);
            store_close(store);
        }
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
    }
    printf("memory: %zu points\n", points);
    struct store_options options = store_world_options(world.path);
    store_world_succeed(&world, store_open(&world.env, &world.seams, &options, &world.store));
    store_world_succeed(&world, store_acquire(&world.env, world.store, &world.connection));
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_backup__is_of_one_moment_though_another_writes),
        cmocka_unit_test_setup_teardown(test_backup__of_a_store_in_memory_is_a_file, setup_memory, teardown),
        ROW(test_backup__that_is_stopped_leaves_no_copy),
        ROW(test_backup__never_writes_over_a_file),
        ROW(test_backup__needs_a_path_that_can_be_written),
        ROW(test_backup__is_refused_while_its_own_transaction_writes),
        ROW(test_full_disk__leaves_no_copy),
        ROW(test_failing_disk__is_told),
        ROW(test_memory_that_runs_out__leaves_no_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
