/* A crew does every item once, whoever is free, with an env for each; its caller may do something else meanwhile. */
#include "base/crew.h"
#include "support/failing_allocator.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS = 5000 };

struct work {
    atomic_int done[ITEMS];
    atomic_int wrong;
};

static void do_item(void *user_data, size_t item, struct env *env) {
    struct work *work = user_data;
    if (env->error.depth) atomic_fetch_add(&work->wrong, 1);
    error_nomem(&env->error); /* an env is nobody else's while an item lasts */
    if (env->error.depth != 1) atomic_fetch_add(&work->wrong, 1);
    error_clear(&env->error);
    atomic_fetch_add(&work->done[item], 1);
}

static void run_batches(int size) {
    static struct work work;
    struct seams seams;
    struct env env;
    struct crew *crew = NULL;
    seams_defaults(&seams);
    env_init(&env, &seams);
    assert_int_equal(crew_new(&env, size, &crew), DEALER_OK);
    assert_true(crew_size(crew) >= 1);
    if (size) assert_true(crew_size(crew) <= size);
    for (int batch = 0; batch < 20; batch++) {
        size_t count = batch % 4 == 3 ? 0 : ITEMS;
        memset(&work, 0, sizeof work);
        crew_begin(crew, do_item, &work, count);
        crew_wait(crew);
        assert_int_equal(atomic_load(&work.wrong), 0);
        for (size_t i = 0; i < ITEMS; i++) assert_int_equal(atomic_load(&work.done[i]), i < count ? 1 : 0);
    }
    crew_free(crew, &env);
}

static void test_crew__of_one_does_all_while_its_caller_waits(void **state) {
    (void)state;
    run_batches(1);
}

static void test_crew__of_many_does_every_item_once(void **state) {
    (void)state;
    run_batches(8);
    run_batches(0);
    run_batches(CREW_MOST + 10);
}

static void test_crew__that_was_given_nothing_can_be_freed(void **state) {
    (void)state;
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
    struct crew *crew = NULL;
    failing_allocator_init(&allocator, &seams, 1, false);
    env_init(&env, &seams);
    assert_int_equal(crew_new(&env, 4, &crew), DEALER_E_NOMEM);
    assert_null(crew);
    crew_free(NULL, &env);
    assert_int_equal(crew_new(&env, 4, &crew), DEALER_OK);
    crew_free(crew, &env);
    assert_int_equal(allocator.outstanding, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crew__of_one_does_all_while_its_caller_waits),
        cmocka_unit_test(test_crew__of_many_does_every_item_once),
        cmocka_unit_test(test_crew__that_was_given_nothing_can_be_freed),
    };
    return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
