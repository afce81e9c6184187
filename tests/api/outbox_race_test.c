/* Several processes lease, deliver, fail and die at once: each message is delivered, and no two hold one at the same time. */
#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PROCESSES = 4, MESSAGES = 80, AT_ONCE = 7, IDS_BEFORE = 100, DIED = 77 };

static struct past_world world;
static char path[128];

/* Ids go to a pipe: a whole record at a time, so that those of several processes do not mix. */
static int deliver(int out, bool dies) {
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    int fetched = 0;
    if (dealer_store_open(&store, NULL, path, NULL) || dealer_session_open_system(store, &system, NULL, "deliverer")) return 100;
    for (int empty = 0; empty < 3;) {
        dealer_text *text = NULL;
        dealer_status status = dealer_outbox_lease(system, &text, 3600000, AT_ONCE);
        if (status == DEALER_E_BUSY) continue;
        if (status) return 101;
        json_t *rows = json_loads(dealer_text_data(text), 0, NULL), *row;
        size_t index;
        dealer_text_free(text);
        empty += json_array_size(rows) == 0;
        json_array_foreach(rows, index, row) {
            int64_t id = json_integer_value(json_object_get(row, "message"));
            if (write(out, &id, sizeof id) != sizeof id) return 102;
            if (dies && ++fetched == AT_ONCE + 2) _exit(DIED);
            do status = dealer_message_delivered(system, id, json_string_value(json_object_get(row, "lease")));
            while (status == DEALER_E_BUSY);
            if (status) return 103;
        }
        json_decref(rows);
    }
    dealer_session_close(system);
    dealer_store_close(store);
    return 0;
}

static void prepare(void) {
    past_world_open(&world, "outbox-race", 0);
    past_world_play(&world,
        "[{\"do\":\"acknowledge\"},{\"do\":\"configure\",\"change\":{\"messages\":[{\"event\":\"created\",\"type\":\"customer\","
        "\"to\":[{\"party\":\"p\"}],\"text\":{\"en\":\"{name}\",\"zh\":\"{name}\"}}]}}]");
    for (int i = 0; i < MESSAGES; i++)
        past_world_play(
            &world, "[{\"as\":\"zhang\",\"do\":\"new\",\"type\":\"customer\",\"document\":\"c\",\"fields\":{\"name\":\"N\"}}]");
    snprintf(path, sizeof path, "outbox-race-%ld.db.left", (long)getpid());
    past_world_leave(&world, path);
}

static void assert_sound(void) {
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_text *text = NULL;
    assert_int_equal(dealer_store_open(&store, NULL, path, NULL), DEALER_OK);
    assert_int_equal(dealer_session_open_system(store, &system, NULL, "race"), DEALER_OK);
    assert_int_equal(dealer_store_verify(system, &text), DEALER_OK);
    assert_string_equal(dealer_text_data(text), "[]");
    dealer_text_free(text);
    assert_int_equal(dealer_outbox(system, &text, 0, 1000), DEALER_OK);
    assert_string_equal(dealer_text_data(text), "[]"); /* what the dead one held is leased still */
    dealer_text_free(text);
    dealer_session_close(system);
    dealer_store_close(store);
}

static void test_leasing__by_many_processes_brings_each_message_to_one(void **state) {
    pid_t children[PROCESSES];
    int ends[2], died = 0, fetched = 0;
    bool seen[MESSAGES + IDS_BEFORE] = {false};
    int64_t id;
    (void)state;
    prepare();
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) _exit(deliver(ends[1], i == 0));
    }
    close(ends[1]);
    for (; read(ends[0], &id, sizeof id) == sizeof id; fetched++) {
        assert_true(id > 0 && id < MESSAGES + IDS_BEFORE && !seen[id]);
        seen[id] = true;
    }
    close(ends[0]);
    for (int i = 0; i < PROCESSES; i++) {
        int result = 0;
        waitpid(children[i], &result, 0);
        assert_true(WIFEXITED(result) && (WEXITSTATUS(result) == 0 || WEXITSTATUS(result) == DIED));
        died += WEXITSTATUS(result) == DIED;
    }
    assert_true(died <= 1 && fetched <= MESSAGES && fetched >= MESSAGES - AT_ONCE * died);
    assert_sound();
    remove_store(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_leasing__by_many_processes_brings_each_message_to_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
