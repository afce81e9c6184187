/* Memory that runs out and disks that fail, at every point of opening, writing and reading a store: either all of it worked,
 * or a clean error, and the store is whole afterwards. The walk goes until no call fails any more. */
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

static struct store_world world; /* a sound store on disk with one document; its copy is what suffers */
static char copy[112];
static int64_t kept; /* the document that was there before */

static int setup(void **state) {
    (void)state;
    store_world_open(&world, false);
    store_world_begin(&world);
    kept = store_world_insert(&world, "trade_in", "SH", "li");
    store_world_commit(&world);
    store_release(world.store, world.connection);
    store_close(world.store); /* all of it is in the one file now */
    snprintf(copy, sizeof copy, "%s.copy", world.path);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    struct store_options options = store_world_options(world.path);
    store_world_succeed(&world, store_open(&world.env, &world.seams, &options, &world.store));
    store_world_succeed(&world, store_acquire(&world.env, world.store, &world.connection));
    store_world_close(&world);
    return 0;
}

/* One document with an own field, in its own transaction, with journal and message. */
static dealer_status write_one(struct env *env, struct connection *connection) {
    struct document *document = NULL;
    dealer_status status = document_new(env, store_world_type(&world, "trade_in"), &document);
    if (status != DEALER_OK) return status;
    status = document_put_integer(env, document, COMMON_COMPANY, store_world_company(&world, "HT-SH"));
    if (status == DEALER_OK) status = document_put_text(env, document, COMMON_STATUS, "draft", 5);
    if (status == DEALER_OK) {
        status = document_put_integer(env, document, store_world_field(&world, "trade_in", "warranty_months")->index, 6);
    }
    if (status == DEALER_OK) status = store_begin(env, connection, true);
    if (status == DEALER_OK) status = store_document_insert(env, connection, document, world.now_ms);
    if (status == DEALER_OK) {
        struct journal_entry entry = {.at_ms = 1, .document = document_id(document), .kind = "created", .detail_json = "{}"};
        status = store_journal_add(env, connection, &entry);
    }
    if (status == DEALER_OK) {
        struct message_row message = {
            .event = "created", .person = store_world_employee(&world, "li"), .text_en = "new", .text_zh = "新"};
        status = store_message_add(env, connection, &message);
    }
    if (status == DEALER_OK) status = store_commit(env, connection);
    store_rollback(connection);
    document_free(document);
    return status;
}

static dealer_status count_trade_ins(struct env *env, struct connection *connection, int *seen) {
    struct region region;
    region_init(&region, env->seams);
    struct document_query query = {.type = store_world_type(&world, "trade_in"), .visible = predicate_constant(true), .limit = 10};
    struct document_cursor *cursor = NULL;
    dealer_status status = store_document_query(env, connection, &query, &cursor);
    *seen = 0;
    while (status == DEALER_OK) {
        struct document *document = NULL;
        status = store_document_next(env, cursor, &document);
        if (document == NULL) break;
        document_free(document);
        ++*seen;
    }
    store_document_cursor_free(cursor);
    region_finish(&region);
    return status;
}

struct scenario {
    const char *vfs;
    bool opened;  /* out: it came as far as writing */
    bool written; /* out: the commit was acknowledged */
    int seen;     /* out: documents found after it, -1: not asked */
};

static dealer_status play(struct env *env, const struct seams *seams, struct scenario *scenario) {
    struct store *store = NULL;
    struct connection *connection = NULL;
    struct store_options options = store_world_options(copy);
    options.vfs = scenario->vfs;
    options.busy_timeout_ms = 0;
    scenario->seen = -1;
    dealer_status status = store_open(env, seams, &options, &store);
    if (status != DEALER_OK) return status;
    scenario->opened = true;
    status = store_acquire(env, store, &connection);
    if (status == DEALER_OK) status = write_one(env, connection);
    scenario->written = status == DEALER_OK;
    if (status == DEALER_OK) status = count_trade_ins(env, connection, &scenario->seen);
    store_release(store, connection);
    store_close(store);
    return status;
}

/* With nothing failing any more: sound, the old document there, the new one if it was acknowledged, and none when it can't be. */
static void assert_whole(bool created_here, bool written, bool unknown) {
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
    failing_allocator_init(&allocator, &seams, 0, false);
    env_init(&env, &seams);
    struct store *store = NULL;
    struct connection *connection = NULL;
    struct store_options options = store_world_options(copy);
    assert_int_equal(store_open(&env, &seams, &options, &store), DEALER_OK);
    assert_int_equal(store_acquire(&env, store, &connection), DEALER_OK);
    struct json *findings = NULL;
    assert_int_equal(json_new(&env, &findings), DEALER_OK);
    json_set_root(findings, json_new_array(findings));
    assert_int_equal(store_verify(&env, connection, json_root(findings), findings), DEALER_OK);
    if (json_count(json_root(findings)) > 0) print_error("%s\n", json_text(json_at(json_root(findings), 0)));
    assert_int_equal(json_count(json_root(findings)), 0);
    json_free(findings);
    struct journal_proof proof = {0};
    assert_int_equal(store_journal_verify(&env, connection, NULL, &proof), DEALER_OK);
    assert_int_equal(proof.bad, 0);
    int seen = 0;
    assert_int_equal(count_trade_ins(&env, connection, &seen), DEALER_OK);
    int before = created_here ? 0 : 1;
    if (written) assert_int_equal(seen, before + 1);
    if (!written && !unknown) assert_int_equal(seen, before);
    assert_int_equal(proof.entries, seen - before); /* document and journal come together or not at all */
    store_release(store, connection);
    store_close(store);
    env_finish(&env);
    assert_int_equal(allocator.outstanding, 0);
}

static void fresh_copy(void) {
    remove_store(copy);
    file_copy(world.path, copy);
}

static size_t walk_memory(bool from_then_on) {
    size_t points = 0;
    fresh_copy();
    for (size_t n = 1;; n++) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        struct scenario scenario = {0};
        failing_allocator_init(&allocator, &seams, n, from_then_on);
        env_init(&env, &seams);
        dealer_status status = play(&env, &seams, &scenario);
        if (status != DEALER_OK && status != DEALER_E_NOMEM) {
            print_error("point %zu: status %d, %s\n", n, (int)status, env.error.depth > 0 ? env.error.entries[0].en : "?");
        }
        assert_true(status == DEALER_OK || status == DEALER_E_NOMEM);
        if (status == DEALER_OK) assert_int_equal(scenario.seen, 2);
        env_finish(&env);
        if (allocator.outstanding != 0) print_error("point %zu leaves %zu blocks\n", n, allocator.outstanding);
        assert_int_equal(allocator.outstanding, 0);
        /* Opening a store of today's schema writes nothing: there, looking now and then is enough. */
        if (scenario.opened || n % 32 == 0) {
            assert_whole(false, scenario.written, false);
            fresh_copy();
        }
        if (!allocator.hit) {
            assert_int_equal(status, DEALER_OK);
            return points;
        }
        points++;
    }
}

static void test_memory_that_runs_out_once__gives_a_clean_answer_at_every_point(void **state) {
    (void)state;
    printf("memory, once: %zu points\n", walk_memory(false));
}

static void test_memory_that_runs_out_for_good__gives_a_clean_answer_at_every_point(void **state) {
    (void)state;
    printf("memory, from then on: %zu points\n", walk_memory(true));
}

/* A store that was just made has no companies yet: it refuses the document for that. */
static bool is_expected(dealer_status status, bool create) {
    return status == DEALER_E_IO || status == DEALER_E_FULL || status == (create ? DEALER_E_INVALID : DEALER_OK);
}

static size_t walk_disk(enum vfs_fault_kind kind, bool from_then_on, bool create) {
    size_t points = 0;
    for (size_t n = 1;; n++) {
        struct seams seams;
        struct failing_allocator allocator;
        struct env env;
        struct scenario scenario = {.vfs = VFS_FAULT_NAME};
        remove_store(copy);
        if (!create) file_copy(world.path, copy);
        failing_allocator_init(&allocator, &seams, 0, false);
        env_init(&env, &seams);
        vfs_fault_set(kind, n, from_then_on);
        dealer_status status = play(&env, &seams, &scenario);
        bool hit = vfs_fault_hit();
        vfs_fault_set(kind, 0, false);
        if (!is_expected(status, create)) {
            print_error("point %zu: status %d, %s\n", n, (int)status, env.error.depth > 0 ? env.error.entries[0].en : "?");
            fail();
        }
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
        assert_whole(create, scenario.written, true);
        if (!hit) return points;
        points++;
    }
}

static void test_disk_that_fails_once__leaves_the_store_whole(void **state) {
    (void)state;
    printf("disk, once: %zu points\n", walk_disk(VFS_FAULT_IO, false, false));
}

static void test_disk_that_fails_for_good__leaves_the_store_whole(void **state) {
    (void)state;
    printf("disk, from then on: %zu points\n", walk_disk(VFS_FAULT_IO, true, false));
}

static void test_full_disk__leaves_the_store_whole(void **state) {
    (void)state;
    size_t points = walk_disk(VFS_FAULT_FULL, true, false) + walk_disk(VFS_FAULT_FULL, false, false);
    printf("full disk: %zu points\n", points + walk_disk(VFS_FAULT_SHORT_WRITE, true, false));
}

static void test_disk_that_fails_while_the_store_is_made__leaves_nothing_half_made(void **state) {
    (void)state;
    size_t points = walk_disk(VFS_FAULT_IO, false, true) + walk_disk(VFS_FAULT_FULL, true, true);
    printf("disk, new store: %zu points\n", points);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_memory_that_runs_out_once__gives_a_clean_answer_at_every_point),
        ROW(test_memory_that_runs_out_for_good__gives_a_clean_answer_at_every_point),
        ROW(test_disk_that_fails_once__leaves_the_store_whole),
        ROW(test_disk_that_fails_for_good__leaves_the_store_whole),
        ROW(test_full_disk__leaves_the_store_whole),
        ROW(test_disk_that_fails_while_the_store_is_made__leaves_nothing_half_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
