/* Every point at which memory may run out, in the way of one document: the step says NOMEM and has changed nothing, and
 * the same step repeated ends as if nothing had been. */
#include "support/approval_world.h"
#include "support/failing_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char FLOW[] =
    "{\"id\":\"f\",\"nobody_found\":{\"fallback\":{\"person\":\"C\"}},\"nodes\":["
    "{\"id\":\"n1\",\"kind\":\"approve\",\"who\":[{\"persons\":[\"S\",\"A\"]},{\"post\":\"p\",\"in\":{\"company\":\"X\"}}],"
    "\"mode\":\"all\",\"rejected\":\"submitter\"},"
    "{\"id\":\"tell\",\"kind\":\"cc\",\"who\":{\"heads_up_to\":2}},"
    "{\"id\":\"x\",\"kind\":\"exclusive\",\"branches\":[{\"when\":{\"predicate\":\"large\"},\"nodes\":["
    "{\"id\":\"p\",\"kind\":\"parallel\",\"branches\":[{\"title\":{\"en\":\"a\",\"zh\":\"a\"},\"nodes\":["
    "{\"id\":\"s\",\"kind\":\"sub_flow\",\"flow\":\"sub\"}]},"
    "{\"nodes\":[{\"id\":\"b\",\"kind\":\"approve\",\"who\":{\"head\":9},\"mode\":{\"count\":1}}]}]}]},"
    "{\"otherwise\":true,\"nodes\":[{\"id\":\"o\",\"kind\":\"sub_flow\",\"flow\":\"aside\"}]}]},"
    "{\"id\":\"n3\",\"kind\":\"approve\",\"who\":{\"persons\":[\"A\",\"B\"]},\"rejected\":\"node:n1\"},"
    "{\"id\":\"e\",\"kind\":\"end\"}],"
    "\"sub_flows\":{\"sub\":{\"id\":\"sub\",\"same_approver\":\"skip_anywhere\",\"nodes\":["
    "{\"id\":\"a\",\"kind\":\"approve\",\"who\":{\"post\":\"p\",\"in\":\"company\"},\"claim\":true}]},"
    "\"aside\":{\"id\":\"aside\",\"nodes\":[{\"id\":\"t\",\"kind\":\"sub_flow\",\"flow\":\"sub\",\"async\":true},"
    "{\"id\":\"e\",\"kind\":\"end\",\"outcome\":\"rejected\"}]}}}";

static const char PEOPLE[] = "{\"persons\":[\"S\",\"A\",\"B\",\"C\",\"H\"],\"heads\":{\"S\":\"H\"},"
                             "\"department_heads\":[\"H\",\"C\"],\"posts\":{\"p@company\":[\"B\",\"C\"]},\"true\":[\"large\"]}";

/* Every verb at least once. */
static const struct approval_action story[] = {
    {.verb = APPROVAL_VERB_SUBMIT, .actor = 1},
    {.verb = APPROVAL_VERB_COMMENT, .actor = 3, .comment = "hm"},
    {.verb = APPROVAL_VERB_CC, .actor = 2, .person = 3},
    {.verb = APPROVAL_VERB_REMIND, .actor = 1},
    {.verb = APPROVAL_VERB_TRANSFER, .actor = 5, .person = 3, .comment = "yours"},
    {.verb = APPROVAL_VERB_DELEGATE, .actor = 2, .person = 4},
    {.verb = APPROVAL_VERB_RESOLVE, .actor = 4, .comment = "fine"},
    {.verb = APPROVAL_VERB_ADD_BESIDE, .actor = 2, .person = 4},
    {.verb = APPROVAL_VERB_REMOVE, .actor = 2, .task = 3},
    {.verb = APPROVAL_VERB_APPROVE, .actor = 2, .comment = "good"},
    {.verb = APPROVAL_VERB_TAKE_BACK, .actor = 2},
    {.verb = APPROVAL_VERB_RETURN, .actor = 2, .comment = "price"},
    {.verb = APPROVAL_VERB_RESUBMIT, .actor = 1},
    {.verb = APPROVAL_VERB_RECALL, .actor = 1},
    {.verb = APPROVAL_VERB_RESUBMIT, .actor = 1},
    {.verb = APPROVAL_VERB_APPROVE, .actor = 2},
    {.verb = APPROVAL_VERB_SUSPEND, .actor = 1, .administrator = true},
    {.verb = APPROVAL_VERB_RESUME, .actor = 1, .administrator = true},
    {.verb = APPROVAL_VERB_APPROVE, .actor = 5},
    {.verb = APPROVAL_VERB_CLAIM, .actor = 3},
    {.verb = APPROVAL_VERB_UNCLAIM, .actor = 3},
    {.verb = APPROVAL_VERB_APPROVE, .actor = 3},
    {.verb = APPROVAL_VERB_OVERRIDE_PASS, .actor = 1, .administrator = true, .target = "b", .comment = "ill"},
    {.verb = APPROVAL_VERB_RETURN, .actor = 2, .target = "s/a", .back = true},
    {.verb = APPROVAL_VERB_APPROVE, .actor = 4},
    {.verb = APPROVAL_VERB_REJECT, .actor = 2},
    {.verb = APPROVAL_VERB_TERMINATE, .actor = 1, .administrator = true, .comment = "gone"},
};
enum { STEPS = sizeof story / sizeof *story };

struct telling {
    struct failing_allocator allocator;
    struct seams seams;
    struct env plain; /* for the JSON around it, with an allocator that does not fail */
    struct seams plain_seams;
    struct json *flow, *people;
};

static void telling_open(struct telling *telling) {
    seams_defaults(&telling->plain_seams);
    env_init(&telling->plain, &telling->plain_seams);
    assert_int_equal(json_parse(&telling->plain, FLOW, sizeof FLOW - 1, false, &telling->flow), DEALER_OK);
    assert_int_equal(json_parse(&telling->plain, PEOPLE, sizeof PEOPLE - 1, false, &telling->people), DEALER_OK);
}

static void telling_close(struct telling *telling) {
    json_free(telling->flow);
    json_free(telling->people);
    env_finish(&telling->plain);
}

static void preview(struct approval_world *world, dealer_status *status) {
    struct approval_route route;
    error_clear(&world->env.error);
    *status = approval_preview(&world->env, &world->region, &world->call, &world->instance, &route);
    if (*status == DEALER_E_STATE) *status = DEALER_OK; /* over: nothing to preview */
}

/* One step and a preview after it, each repeated when memory was refused. */
static dealer_status play_step(struct approval_world *world, const struct approval_action *action, bool repeat) {
    dealer_status status = approval_world_act(world, action);
    if (status == DEALER_E_NOMEM && repeat) {
        world->call.now_ms -= 1000;
        status = approval_world_act(world, action);
    }
    if (status == DEALER_OK) preview(world, &status);
    if (status == DEALER_E_NOMEM && repeat) preview(world, &status);
    return status;
}

static dealer_status play_open(struct telling *telling, struct approval_world *world, bool repeat) {
    const json_value *flow = json_root(telling->flow), *people = json_root(telling->people);
    dealer_status status = approval_world_open(world, &telling->seams, flow, people);
    if (status != DEALER_E_NOMEM || !repeat) return status;
    approval_world_close(world);
    assert_int_equal(telling->allocator.outstanding, 0);
    return approval_world_open(world, &telling->seams, flow, people);
}

/* Play it; when one call fails for want of memory repeat it once. The final text, or NULL: it failed from then on. */
static char *play(struct telling *telling, size_t fail_at, bool from_then_on, size_t *outstanding_out, bool *hit_out) {
    struct approval_world world;
    char *text = NULL;
    failing_allocator_init(&telling->allocator, &telling->seams, fail_at, from_then_on);
    dealer_status status = play_open(telling, &world, !from_then_on);
    for (size_t i = 0; i < STEPS && status == DEALER_OK; i++) status = play_step(&world, &story[i], !from_then_on);
    if (status != DEALER_OK && status != DEALER_E_NOMEM) fail_msg("%zu: %s", fail_at, world.env.error.entries[0].en);
    if (status == DEALER_OK) text = approval_world_text(&world, &world.instance);
    if (status == DEALER_OK && text == NULL && !from_then_on) text = approval_world_text(&world, &world.instance);
    approval_world_close(&world);
    *outstanding_out = telling->allocator.outstanding;
    *hit_out = telling->allocator.hit;
    return text;
}

static void walk(bool from_then_on) {
    struct telling telling;
    size_t outstanding = 1;
    bool hit = true;
    telling_open(&telling);
    char *expected = play(&telling, 0, false, &outstanding, &hit);
    assert_non_null(expected);
    assert_int_equal(outstanding, 0);
    assert_false(hit);
    size_t point = 0;
    while (hit || point == 0) {
        char *text = play(&telling, ++point, from_then_on, &outstanding, &hit);
        assert_int_equal(outstanding, 0);
        if (!from_then_on || !hit) assert_non_null(text);
        if (text != NULL) assert_string_equal(text, expected);
        free(text);
    }
    free(expected);
    print_message("%zu points\n", point);
    assert_true(point > 100);
    telling_close(&telling);
}

static void test_memory__refused_once_and_repeated_ends_the_same(void **state) {
    (void)state;
    walk(false);
}

static void test_memory__refused_for_good_ends_clean(void **state) {
    (void)state;
    walk(true);
}

/* Regions allocate in blocks, so that few allocations inside a step reach the allocator. Beginning with a region that is
 * filled up to a different place each time, the block runs out at every one of them. */
enum { PADDING_STEP = 16, PADDING_END = 1024 };

typedef dealer_status (*probe)(struct approval_world *world, struct region *region, const struct approval_action *action);

static dealer_status probe_step(struct approval_world *world, struct region *region, const struct approval_action *action) {
    struct approval_outcome outcome = {.effect_count = 12345};
    dealer_status status = approval_step(&world->env, region, &world->call, &world->instance, action, &outcome);
    if (status != DEALER_OK) assert_int_equal(outcome.effect_count, 12345);
    return status;
}

static dealer_status probe_preview(struct approval_world *world, struct region *region, const struct approval_action *action) {
    struct approval_route route = {.count = 12345};
    (void)action;
    dealer_status status = approval_preview(&world->env, region, &world->call, &world->instance, &route);
    if (status != DEALER_OK) assert_int_equal(route.count, 12345);
    return status == DEALER_E_STATE ? DEALER_OK : status;
}

static dealer_status probe_flow(struct approval_world *world, struct region *region, const struct approval_action *action) {
    const struct approval_flow *flow = NULL;
    (void)action;
    dealer_status status = flow_load(&world->env, region, world->flow_given, &world->offer, &flow);
    assert_true((status == DEALER_OK) == (flow != NULL));
    return status;
}

static dealer_status probe_json(struct approval_world *world, struct region *region, const struct approval_action *action) {
    struct json *json = NULL;
    json_value *value = NULL;
    struct approval_instance read = {.round = 12345};
    (void)action;
    dealer_status status = json_new(&world->env, &json);
    if (status == DEALER_OK) status = approval_instance_to_json(&world->env, json, &world->instance, &value);
    if (status == DEALER_OK) status = approval_instance_from_json(&world->env, region, value, &read);
    if (status != DEALER_OK) assert_int_equal(read.round, 12345);
    json_free(json);
    return status;
}

/* Every point of one call: it says NOMEM, or the failure came too late to matter. */
static int probe_points(struct telling *telling, struct approval_world *world, probe call, const struct approval_action *action) {
    int refused = 0;
    for (size_t padding = 0; padding < PADDING_END; padding += PADDING_STEP) {
        bool hit = true;
        for (size_t point = 1; hit; point++) {
            struct region region;
            size_t outstanding = telling->allocator.outstanding;
            telling->allocator.fail_at = 0;
            region_init(&region, &telling->seams);
            if (padding > 0) assert_non_null(region_alloc(&region, &world->env, padding));
            error_clear(&world->env.error);
            telling->allocator.calls = 0;
            telling->allocator.hit = false;
            telling->allocator.fail_at = point;
            dealer_status status = call(world, &region, action);
            hit = telling->allocator.hit;
            if (hit) assert_int_equal(status, DEALER_E_NOMEM);
            if (hit) assert_true(world->env.error.depth > 0);
            if (!hit) assert_int_equal(status, DEALER_OK);
            refused += hit;
            telling->allocator.fail_at = 0;
            region_finish(&region);
            assert_int_equal(telling->allocator.outstanding, outstanding);
        }
    }
    return refused;
}

static void test_memory__every_point_inside_every_step(void **state) {
    (void)state;
    struct telling telling;
    struct approval_world world;
    int refused = 0;
    telling_open(&telling);
    failing_allocator_init(&telling.allocator, &telling.seams, 0, false);
    assert_int_equal(approval_world_open(&world, &telling.seams, json_root(telling.flow), json_root(telling.people)), DEALER_OK);
    refused += probe_points(&telling, &world, probe_flow, NULL);
    for (size_t i = 0; i < STEPS; i++) {
        refused += probe_points(&telling, &world, probe_preview, NULL);
        refused += probe_points(&telling, &world, probe_step, &story[i]);
        refused += probe_points(&telling, &world, probe_json, NULL);
        assert_int_equal(approval_world_act(&world, &story[i]), DEALER_OK);
    }
    print_message("%d refusals\n", refused);
    approval_world_close(&world);
    assert_int_equal(telling.allocator.outstanding, 0);
    telling_close(&telling);
}

/* A refusal that has no memory for its words is NOMEM, and nothing worse. */
static void test_memory__every_point_inside_a_refusal(void **state) {
    (void)state;
    static const struct approval_action refused[] = {
        {.verb = APPROVAL_VERB_APPROVE, .actor = 3},
        {.verb = APPROVAL_VERB_RECALL, .actor = 9},
        {.verb = APPROVAL_VERB_TRANSFER, .actor = 2, .person = 1},
        {.verb = APPROVAL_VERB_APPROVE, .actor = 9, .task = 1},
    };
    struct telling telling;
    struct approval_world world;
    telling_open(&telling);
    failing_allocator_init(&telling.allocator, &telling.seams, 0, false);
    assert_int_equal(approval_world_open(&world, &telling.seams, json_root(telling.flow), json_root(telling.people)), DEALER_OK);
    assert_int_equal(approval_world_act(&world, &story[0]), DEALER_OK);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        for (size_t padding = 0; padding < PADDING_END; padding += PADDING_STEP) {
            struct region region;
            struct approval_outcome outcome;
            telling.allocator.fail_at = 0;
            region_init(&region, &telling.seams);
            if (padding > 0) assert_non_null(region_alloc(&region, &world.env, padding));
            telling.allocator.calls = 0;
            telling.allocator.hit = false;
            telling.allocator.fail_at = padding == 0 ? 2 : 1;
            error_clear(&world.env.error);
            dealer_status status = approval_step(&world.env, &region, &world.call, &world.instance, &refused[i], &outcome);
            assert_true(status == DEALER_E_DENIED || (status == DEALER_E_NOMEM && telling.allocator.hit));
            telling.allocator.fail_at = 0;
            region_finish(&region);
        }
    }
    approval_world_close(&world);
    assert_int_equal(telling.allocator.outstanding, 0);
    telling_close(&telling);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__refused_once_and_repeated_ends_the_same),
        cmocka_unit_test(test_memory__refused_for_good_ends_clean),
        cmocka_unit_test(test_memory__every_point_inside_every_step),
        cmocka_unit_test(test_memory__every_point_inside_a_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
