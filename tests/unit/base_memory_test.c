/* Env, regions, maps and sorting: what they promise when there is memory, and at every point where there is none. */
#include "base/map.h"
#include "base/messages.h"
#include "base/region.h"
#include "base/sort.h"
#include "support/failing_allocator.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
};

static void begin(struct world *world, size_t fail_at) {
    failing_allocator_init(&world->allocator, &world->seams, fail_at, false);
    env_init(&world->env, &world->seams);
}

static void end(struct world *world) {
    env_finish(&world->env);
    assert_int_equal(world->allocator.outstanding, 0);
    assert_int_equal(world->allocator.live_bytes, 0);
}

static void assert_nomem(struct world *world) {
    assert_int_equal(error_status(&world->env.error), DEALER_E_NOMEM);
    error_clear(&world->env.error);
}

/* Does its work, checking it; DEALER_E_NOMEM as soon as something is refused. Leaves nothing behind. */
typedef dealer_status (*work)(struct world *world);

static void walk_every_allocation(work do_work) {
    struct world world;
    begin(&world, 0);
    assert_int_equal(do_work(&world), DEALER_OK);
    size_t calls = world.allocator.calls;
    end(&world);
    for (size_t fail_at = 1; fail_at <= calls; fail_at++) {
        begin(&world, fail_at);
        assert_int_equal(do_work(&world), DEALER_E_NOMEM);
        assert_true(world.allocator.hit);
        assert_nomem(&world);
        end(&world);
    }
}

/* ---- env ---- */

static void test_seams_defaults__work(void **state) {
    (void)state;
    struct seams seams;
    struct env env;
    seams_defaults(&seams);
    env_init(&env, &seams);
    char *memory = env_alloc(&env, 10);
    assert_int_equal(memory[9], 0);
    memory = env_resize(&env, memory, 1000);
    assert_non_null(memory);
    env_free(&env, memory);
    assert_true(env_now_ms(&env) > INT64_C(1700000000000));
    unsigned char random[32] = {0}, zero[32] = {0};
    assert_int_equal(env_random(&env, random, sizeof random), DEALER_OK);
    assert_memory_not_equal(random, zero, sizeof zero);
    env_log(&env, 1, "nobody hears %d", 1);
    env_finish(&env);
}

static void test_env_alloc__of_nothing_is_a_block(void **state) {
    (void)state;
    struct world world;
    begin(&world, 0);
    void *a = env_alloc(&world.env, 0), *b = env_resize(&world.env, NULL, 0);
    assert_non_null(a);
    assert_non_null(b);
    b = env_resize(&world.env, b, 0);
    assert_non_null(b);
    env_free(&world.env, a);
    env_free(&world.env, b);
    env_free(&world.env, NULL);
    end(&world);
}

static dealer_status work_with_env(struct world *world) {
    struct env *env = &world->env;
    dealer_status status = DEALER_E_NOMEM;
    char *block = env_alloc(env, 3), *copy = env_copy_text(env, "甲乙", 3), *larger = NULL;
    if (block == NULL || copy == NULL) goto done;
    assert_memory_equal(block, "\0\0\0", 3);
    assert_string_equal(copy, "甲");
    memcpy(block, "abc", 3);
    larger = env_resize(env, block, 100);
    if (larger == NULL) goto done;
    block = larger;
    assert_memory_equal(block, "abc", 3);
    status = DEALER_OK;
done:
    env_free(env, block);
    env_free(env, copy);
    return status;
}

static void test_env__every_refused_allocation_is_nomem(void **state) {
    (void)state;
    walk_every_allocation(work_with_env);
}

static void test_env_copy_text__of_impossible_length_is_nomem(void **state) {
    (void)state;
    struct world world;
    begin(&world, 0);
    assert_null(env_copy_text(&world.env, "", SIZE_MAX));
    assert_nomem(&world);
    end(&world);
}

static int no_random(void *user_data, void *buffer, size_t length) {
    (void)user_data;
    (void)buffer;
    (void)length;
    return -1;
}

static int64_t standing_clock(void *user_data) {
    return *(int64_t *)user_data;
}

static void keep_line(void *user_data, int32_t level, const char *line) {
    snprintf(user_data, 2000, "%d %s", (int)level, line);
}

static void test_env__uses_the_seams_it_is_given(void **state) {
    (void)state;
    struct world world;
    begin(&world, 0);
    int64_t now = 42;
    char line[2000], byte, long_text[1500], expected_tail[] = "甲";
    world.seams.random = no_random;
    world.seams.now_utc_ms = standing_clock;
    world.seams.clock_data = &now;
    world.seams.log = keep_line;
    world.seams.log_data = line;

    assert_int_equal(env_now_ms(&world.env), 42);
    assert_int_equal(env_random(&world.env, &byte, 1), DEALER_E_IO);
    assert_ptr_equal(world.env.error.entries[0].message, &E_RANDOM);
    env_log(&world.env, 3, "%s %d", "hello", 7);
    assert_string_equal(line, "3 hello 7");

    for (size_t i = 0; i < 1500; i++) long_text[i] = "甲"[i % 3];
    long_text[1497] = '\0';
    env_log(&world.env, 3, "%s", long_text);
    assert_int_equal(strlen(line), 2 + 1023); /* 341 whole characters */
    assert_string_equal(line + strlen(line) - 3, expected_tail);
    env_log(&world.env, 3, "x%s", long_text);
    assert_int_equal(strlen(line), 2 + 1 + 1020); /* the torn one is gone */
    end(&world);
}

/* ---- region ---- */

static dealer_status work_with_region(struct world *world) {
    struct region region;
    dealer_status status = DEALER_E_NOMEM;
    region_init(&region, &world->seams);
    unsigned char *large = region_alloc(&region, &world->env, 5000);
    if (large == NULL) goto done;
    for (size_t size = 0; size < 600; size += 7) {
        unsigned char *memory = region_alloc(&region, &world->env, size);
        if (memory == NULL) goto done;
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(memory[i], 0);
        memset(memory, 0xFF, size);
    }
    for (size_t i = 0; i < 5000; i++) assert_int_equal(large[i], 0);
    if (region_alloc(&region, &world->env, 200000) == NULL) goto done;
    for (int i = 0; i < 2000; i++) {
        int64_t *number = REGION_NEW(&region, &world->env, int64_t);
        if (number == NULL) goto done;
        assert_int_equal(*number, 0);
        *number = -1;
    }
    char *copy = region_copy(&region, &world->env, "甲乙", 3), *empty = region_copy(&region, &world->env, NULL, 0);
    char *formatted = region_format(&region, &world->env, "%s-%04d", "HT", 7);
    char *nothing = region_format(&region, &world->env, "%s", "");
    if (copy == NULL || empty == NULL || formatted == NULL || nothing == NULL) goto done;
    assert_string_equal(copy, "甲");
    assert_string_equal(empty, "");
    assert_string_equal(formatted, "HT-0007");
    assert_string_equal(nothing, "");
    status = DEALER_OK;
done:
    region_finish(&region);
    region_finish(&region);
    return status;
}

static void test_region__every_refused_allocation_is_nomem_and_all_is_freed(void **state) {
    (void)state;
    walk_every_allocation(work_with_region);
}

static void test_region__refuses_sizes_that_cannot_be(void **state) {
    (void)state;
    struct world world;
    struct region region;
    begin(&world, 0);
    region_init(&region, &world.seams);
    assert_null(region_alloc(&region, &world.env, SIZE_MAX));
    assert_nomem(&world);
    assert_null(region_copy(&region, &world.env, "", SIZE_MAX));
    assert_nomem(&world);
    assert_null(REGION_ARRAY(&region, &world.env, int64_t, SIZE_MAX / 8 + 2));
    assert_nomem(&world);
    assert_non_null(REGION_ARRAY(&region, &world.env, int64_t, 0));
    region_finish(&region);
    end(&world);
}

static void test_region__zeroed_can_be_finished(void **state) {
    (void)state;
    struct region region = {0};
    region_finish(&region);
}

/* ---- map ---- */

enum { KEYS = 1000 };

static dealer_status work_with_text_map(struct world *world) {
    struct region region;
    struct text_map map = {0};
    dealer_status status;
    region_init(&region, &world->seams);
    status = text_map_init(&map, &region, &world->env, KEYS);
    if (status != DEALER_OK) goto done;
    assert_int_equal(text_map_get(&map, "key"), -1);
    assert_int_equal(text_map_get(&map, NULL), -1);
    for (int32_t i = 0; i < KEYS; i++) {
        char *key = region_format(&region, &world->env, "key-%d", (int)i);
        if (key == NULL) {
            status = DEALER_E_NOMEM;
            goto done;
        }
        assert_int_equal(text_map_put(&map, key, i), -1);
        assert_int_equal(text_map_put(&map, key, i + 1), i); /* the first stays */
    }
    assert_int_equal(map.count, KEYS);
    for (int32_t i = 0; i < 2 * KEYS; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%d", (int)i);
        assert_int_equal(text_map_get(&map, key), i < KEYS ? i : -1);
    }
done:
    region_finish(&region);
    return status;
}

static dealer_status work_with_id_map(struct world *world) {
    struct region region;
    struct id_map map = {0};
    region_init(&region, &world->seams);
    dealer_status status = id_map_init(&map, &region, &world->env, KEYS);
    if (status != DEALER_OK) goto done;
    for (int32_t i = 0; i < KEYS; i++) {
        int64_t id = i == 0 ? INT64_MIN : (int64_t)i * INT64_C(1000000007) - 5;
        assert_int_equal(id_map_get(&map, id), -1);
        assert_int_equal(id_map_put(&map, id, i), -1);
        assert_int_equal(id_map_put(&map, id, 0), i);
        assert_int_equal(id_map_get(&map, id), i);
    }
    assert_int_equal(id_map_get(&map, 0), -1);
done:
    region_finish(&region);
    return status;
}

static void test_text_map__finds_what_was_put_and_fails_cleanly(void **state) {
    (void)state;
    walk_every_allocation(work_with_text_map);
}

static void test_id_map__finds_what_was_put_and_fails_cleanly(void **state) {
    (void)state;
    walk_every_allocation(work_with_id_map);
}

static void test_maps__never_fill_up_and_refuse_what_is_too_many(void **state) {
    (void)state;
    struct world world;
    struct region region;
    struct text_map texts = {0};
    struct id_map ids = {0};
    static const char *const keys[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    begin(&world, 0);
    region_init(&region, &world.seams);

    assert_int_equal(text_map_get(&texts, "a"), -1); /* zeroed: empty */
    assert_int_equal(id_map_get(&ids, 1), -1);
    assert_int_equal(text_map_put(&texts, "a", 1), -1);
    assert_int_equal(id_map_put(&ids, 1, 1), -1);

    assert_int_equal(text_map_init(&texts, &region, &world.env, 0), DEALER_OK);
    assert_int_equal(id_map_init(&ids, &region, &world.env, 0), DEALER_OK);
    for (int32_t i = 0; i < 10; i++) {
        text_map_put(&texts, keys[i], i);
        id_map_put(&ids, i, i);
    }
    assert_int_equal(texts.count, 7);
    assert_int_equal(ids.count, 7);
    assert_int_equal(text_map_get(&texts, "g"), 6);
    assert_int_equal(text_map_get(&texts, "h"), -1);
    assert_int_equal(id_map_get(&ids, 6), 6);
    assert_int_equal(id_map_get(&ids, 7), -1);

    assert_int_equal(text_map_init(&texts, &region, &world.env, SIZE_MAX), DEALER_E_NOMEM);
    assert_nomem(&world);
    assert_int_equal(id_map_init(&ids, &region, &world.env, SIZE_MAX), DEALER_E_NOMEM);
    assert_nomem(&world);
    region_finish(&region);
    end(&world);
}

/* ---- sort ---- */

static int compare_numbers(const void *left, const void *right, void *user_data) {
    const int *a = left, *b = right;
    return *(int *)user_data * ((*a > *b) - (*a < *b));
}

static void test_sort_items__orders_any_number_of_items(void **state) {
    (void)state;
    unsigned seed = 20260131;
    for (size_t count = 0; count < 200; count++) {
        int numbers[200], direction = count % 2 == 0 ? 1 : -1;
        int64_t sum_before = 0, sum_after = 0;
        for (size_t i = 0; i < count; i++) {
            seed = seed * 1103515245u + 12345u;
            numbers[i] = (int)(seed >> 16) % 100;
            sum_before += numbers[i] * numbers[i];
        }
        sort_items(numbers, count, sizeof numbers[0], compare_numbers, &direction);
        for (size_t i = 0; i < count; i++) sum_after += numbers[i] * numbers[i];
        for (size_t i = 1; i < count; i++) assert_true(direction * numbers[i - 1] <= direction * numbers[i]);
        assert_int_equal(sum_before, sum_after);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seams_defaults__work),
        cmocka_unit_test(test_env_alloc__of_nothing_is_a_block),
        cmocka_unit_test(test_env__every_refused_allocation_is_nomem),
        cmocka_unit_test(test_env_copy_text__of_impossible_length_is_nomem),
        cmocka_unit_test(test_env__uses_the_seams_it_is_given),
        cmocka_unit_test(test_region__every_refused_allocation_is_nomem_and_all_is_freed),
        cmocka_unit_test(test_region__refuses_sizes_that_cannot_be),
        cmocka_unit_test(test_region__zeroed_can_be_finished),
        cmocka_unit_test(test_text_map__finds_what_was_put_and_fails_cleanly),
        cmocka_unit_test(test_id_map__finds_what_was_put_and_fails_cleanly),
        cmocka_unit_test(test_maps__never_fill_up_and_refuse_what_is_too_many),
        cmocka_unit_test(test_sort_items__orders_any_number_of_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
