/* What returns and resubmissions made void is put aside: a step costs what still counts, and nothing of the history is lost. */
#include "support/approval_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NODE(id, person) "{\"id\":\"" id "\",\"kind\":\"approve\",\"who\":{\"person\":\"" person "\"}}"
static const char FLOW[] = "{\"id\":\"f\",\"nodes\":[" NODE("n1", "A") "," NODE("n2", "B") "," NODE("n3", "C") "]}";
static const char PEOPLE[] = "{\"persons\":[\"S\",\"A\",\"B\",\"C\"]}";
enum { SUBMITTER = 1, FIRST, SECOND, THIRD };

struct fixture {
    struct approval_world world;
    struct json *flow, *people;
    struct seams seams;
    struct env env;
    int64_t bytes; /* asked of `seams` */
};

static void *count(void *user_data, void *pointer, size_t size) {
    struct fixture *fixture = user_data;
    fixture->bytes += (int64_t)size;
    return fixture->world.seams.allocate(fixture->world.seams.allocator_data, pointer, size);
}

static void act(struct fixture *fixture, enum approval_verb verb, int64_t actor, const char *target) {
    struct approval_action action = {.verb = verb, .actor = actor, .target = target};
    assert_int_equal(approval_world_act(&fixture->world, &action), DEALER_OK);
    assert_null(approval_world_fault(&fixture->world.instance));
}

/* To the third level, and back to the first. */
static void go_round(struct fixture *fixture) {
    act(fixture, APPROVAL_VERB_APPROVE, FIRST, NULL);
    act(fixture, APPROVAL_VERB_APPROVE, SECOND, NULL);
    act(fixture, APPROVAL_VERB_RETURN, THIRD, "n1");
}

static int open_world(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    seams_defaults(&fixture->seams);
    env_init(&fixture->env, &fixture->seams);
    assert_int_equal(json_parse(&fixture->env, FLOW, sizeof FLOW - 1, false, &fixture->flow), DEALER_OK);
    assert_int_equal(json_parse(&fixture->env, PEOPLE, sizeof PEOPLE - 1, false, &fixture->people), DEALER_OK);
    assert_int_equal(approval_world_open(&fixture->world, NULL, json_root(fixture->flow), json_root(fixture->people)), DEALER_OK);
    act(fixture, APPROVAL_VERB_SUBMIT, SUBMITTER, NULL);
    go_round(fixture);
    *state = fixture;
    return 0;
}

static int close_world(void **state) {
    struct fixture *fixture = *state;
    approval_world_close(&fixture->world);
    json_free(fixture->flow);
    json_free(fixture->people);
    env_finish(&fixture->env);
    free(fixture);
    return 0;
}

/* Of one step, kept nowhere. */
static int64_t bytes_of_a_step(struct fixture *fixture) {
    struct approval_action action = {.verb = APPROVAL_VERB_APPROVE, .actor = FIRST};
    struct approval_outcome outcome;
    struct seams counting = fixture->world.seams;
    struct region region;
    counting.allocate = count;
    counting.allocator_data = fixture;
    fixture->bytes = 0;
    region_init(&region, &counting);
    dealer_status status =
        approval_step(&fixture->world.env, &region, &fixture->world.call, &fixture->world.instance, &action, &outcome);
    region_finish(&region);
    assert_int_equal(status, DEALER_OK);
    return fixture->bytes;
}

static void test_step__takes_no_more_memory_however_often_it_was_returned(void **state) {
    struct fixture *fixture = *state;
    go_round(fixture);
    int64_t few = bytes_of_a_step(fixture);
    for (int i = 0; i < 200; i++) go_round(fixture);
    assert_int_equal(bytes_of_a_step(fixture), few);
    assert_int_equal(fixture->world.instance.next_task, 1 + 3 * 202 + 1);
}

/* The same steps, once from what is in memory and once from what was stored before each. */
static void test_steps__after_storing_and_without_give_the_same_instance(void **state) {
    struct fixture *fixture = *state;
    struct approval_world *world = &fixture->world;
    static const struct approval_action actions[] = {{.verb = APPROVAL_VERB_APPROVE, .actor = FIRST},
        {.verb = APPROVAL_VERB_TAKE_BACK, .actor = FIRST}, {.verb = APPROVAL_VERB_APPROVE, .actor = FIRST},
        {.verb = APPROVAL_VERB_APPROVE, .actor = SECOND}, {.verb = APPROVAL_VERB_RETURN, .actor = THIRD, .target = "n2"},
        {.verb = APPROVAL_VERB_RETURN, .actor = SECOND}, {.verb = APPROVAL_VERB_RESUBMIT, .actor = SUBMITTER},
        {.verb = APPROVAL_VERB_APPROVE, .actor = FIRST}};
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        struct json *json = NULL;
        struct approval_instance stored;
        struct approval_outcome outcome;
        char *text = approval_world_text(world, &world->instance);
        assert_int_equal(json_parse(&world->env, text, strlen(text), false, &json), DEALER_OK);
        assert_int_equal(approval_instance_from_json(&world->env, &world->region, json_root(json), &stored), DEALER_OK);
        assert_int_equal(approval_world_act(world, &actions[i]), DEALER_OK);
        assert_int_equal(approval_step(&world->env, &world->region, &world->call, &stored, &actions[i], &outcome), DEALER_OK);
        char *kept = approval_world_text(world, &world->instance), *read = approval_world_text(world, &outcome.instance);
        assert_string_equal(kept, read);
        free(text);
        free(kept);
        free(read);
        json_free(json);
    }
}

static void test_text__tells_what_is_past_in_its_place(void **state) {
    struct fixture *fixture = *state;
    go_round(fixture);
    char *text = approval_world_text(&fixture->world, &fixture->world.instance);
    const char *at = strstr(text, "\"tasks\":");
    for (int number = 1; number < fixture->world.instance.next_task; number++) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, "\"number\":%d,", number);
        at = at == NULL ? NULL : strstr(at, wanted);
        assert_non_null(at);
    }
    free(text);
}

static void test_task__that_is_past_is_found_and_its_end_is_told(void **state) {
    struct fixture *fixture = *state;
    go_round(fixture);
    struct approval_action approve = {.verb = APPROVAL_VERB_APPROVE, .actor = SECOND, .task = 2};
    assert_non_null(fixture->world.instance.past);
    assert_int_equal(approval_task_find(&fixture->world.instance, 2)->decided_by, SECOND);
    assert_int_equal(approval_visit_find(&fixture->world.instance, 2)->number, 2);
    assert_int_equal(approval_world_act(&fixture->world, &approve), DEALER_E_CONFLICT);
    assert_non_null(strstr(fixture->world.env.error.entries[0].en, "approved"));
    approve.task = 0;
    assert_int_equal(approval_world_act(&fixture->world, &approve), DEALER_E_CONFLICT);
    assert_non_null(strstr(fixture->world.env.error.entries[0].en, "5")); /* the later of his */
    approve = (struct approval_action){.verb = APPROVAL_VERB_REMOVE, .actor = SECOND, .task = 2};
    assert_int_not_equal(approval_world_act(&fixture->world, &approve), DEALER_OK);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_step__takes_no_more_memory_however_often_it_was_returned),
        ROW(test_steps__after_storing_and_without_give_the_same_instance),
        ROW(test_text__tells_what_is_past_in_its_place),
        ROW(test_task__that_is_past_is_found_and_its_end_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
