#include "support/memory_walk.h"

#include "support/point_allocator.h"
#include "support/story_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A refusal leaves the store sound, and gives everything back. */
static void check_left(dealer_store *store, struct point_allocator *allocator) {
    dealer_session *session = NULL;
    dealer_text *findings = NULL;
    allocator->fail_at = 0;
    assert_int_equal(dealer_session_open_system(store, &session, NULL, "memory"), DEALER_OK);
    assert_int_equal(dealer_store_verify(session, &findings), DEALER_OK);
    assert_string_equal(dealer_text_data(findings), "[]");
    dealer_text_free(findings);
    dealer_session_close(session);
    dealer_store_close(store);
    assert_int_equal(allocator->outstanding, 0);
}

/* One call under an allocator that refuses at its n-th request. True: it was refused. */
static bool try_at(const char *path, size_t n, bool from_then_on, const char *person, memory_walk_call call) {
    struct point_allocator allocator = {.from_then_on = from_then_on};
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    char copy[256];
    snprintf(copy, sizeof copy, "%s.copy", path);
    options.allocate = point_allocate;
    options.allocate_user_data = &allocator;
    story_copy_file(path, copy);
    assert_int_equal(dealer_store_open(&store, NULL, copy, &options), DEALER_OK);
    assert_int_equal(strcmp(person, "system") == 0 ? dealer_session_open_system(store, &session, NULL, "memory")
                                                   : dealer_session_open(store, &session, NULL, person),
        DEALER_OK);
    allocator.calls = 0;
    allocator.fail_at = n;
    dealer_status status = call(session);
    bool hit = allocator.refused > 0;
    if (!hit) assert_int_equal(status, DEALER_OK);
    if (status) assert_int_equal(status, DEALER_E_NOMEM);
    allocator.fail_at = 0;
    dealer_session_close(session);
    check_left(store, &allocator);
    remove_store(copy);
    return hit;
}

/* Ever larger steps, so that the walk ends in time. */
void memory_walk(const char *path, const char *person, memory_walk_call call) {
    size_t points = 0;
    for (size_t n = 1, step = 1; try_at(path, n, points % 2 == 0, person, call); n += step, points++)
        if (points >= 60 && points % 20 == 0) step *= 2;
    print_message("%zu points\n", points);
    assert_true(points > 20);
}
