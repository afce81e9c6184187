/* Instances as values: names, look-ups, JSON that is refused; and steps whose very question is wrong. */
#include "approval/picture.h"
#include "support/approval_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char FLOW[] = "{\"id\":\"f\",\"nodes\":[{\"id\":\"n\",\"kind\":\"approve\",\"who\":{\"persons\":[\"A\",\"B\"]},"
                           "\"mode\":\"any\",\"claim\":true}]}";
static const char PEOPLE[] = "{\"persons\":[\"S\",\"A\",\"B\"]}";

struct fixture {
    struct approval_world world;
    struct json *flow, *people;
    struct seams seams;
    struct env env;
};

static int open_world(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    seams_defaults(&fixture->seams);
    env_init(&fixture->env, &fixture->seams);
    assert_int_equal(json_parse(&fixture->env, FLOW, sizeof FLOW - 1, false, &fixture->flow), DEALER_OK);
    assert_int_equal(json_parse(&fixture->env, PEOPLE, sizeof PEOPLE - 1, false, &fixture->people), DEALER_OK);
    assert_int_equal(approval_world_open(&fixture->world, NULL, json_root(fixture->flow), json_root(fixture->people)), DEALER_OK);
    struct approval_action submit = {.verb = APPROVAL_VERB_SUBMIT, .actor = 1};
    assert_int_equal(approval_world_act(&fixture->world, &submit), DEALER_OK);
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

static void assert_refused(struct fixture *fixture, dealer_status status, dealer_status expected, const char *says) {
    assert_int_equal(status, expected);
    const char *text = fixture->world.env.error.entries[0].en;
    if (strstr(text, says) == NULL) fail_msg("expected \"%s\" in \"%s\"", says, text);
}

static void test_names__go_both_ways(void **state) {
    (void)state;
    for (int i = 0; i <= APPROVAL_STATE_SUSPENDED; i++) {
        assert_int_equal(approval_state_of(approval_state_name((enum approval_state)i)), i);
    }
    for (int i = 0; i <= APPROVAL_VISIT_CANCELLED; i++) {
        assert_int_equal(approval_visit_state_of(approval_visit_state_name((enum approval_visit_state)i)), i);
    }
    for (int i = 0; i <= APPROVAL_TASK_CANCELLED; i++) {
        assert_int_equal(approval_task_state_of(approval_task_state_name((enum approval_task_state)i)), i);
    }
    for (int i = 0; i <= APPROVAL_DECISION_CREDITED; i++) {
        assert_int_equal(approval_decision_of(approval_decision_name((enum approval_decision)i)), i);
    }
    for (int i = 0; i < APPROVAL_VERBS; i++) {
        assert_int_equal(approval_verb_of(approval_verb_name((enum approval_verb)i)), i);
    }
    for (int i = 0; i < APPROVAL_EFFECT_KINDS; i++) {
        const char *name = approval_effect_name((enum approval_effect_kind)i);
        assert_non_null(name);
        for (int j = 0; j < i; j++) assert_string_not_equal(name, approval_effect_name((enum approval_effect_kind)j));
    }
}

static void test_names__of_nothing(void **state) {
    (void)state;
    assert_null(approval_state_name((enum approval_state)99));
    assert_null(approval_visit_state_name((enum approval_visit_state)99));
    assert_null(approval_task_state_name((enum approval_task_state)99));
    assert_null(approval_decision_name((enum approval_decision)99));
    assert_null(approval_verb_name(APPROVAL_VERBS));
    assert_null(approval_effect_name(APPROVAL_EFFECT_KINDS));
    assert_int_equal(approval_state_of("nothing"), -1);
    assert_int_equal(approval_state_of(NULL), -1);
    assert_int_equal(approval_verb_of("nothing"), -1);
    assert_int_equal(approval_verb_of(NULL), -1);
}

static void test_look_up__by_number(void **state) {
    struct fixture *fixture = *state;
    const struct approval_instance *instance = &fixture->world.instance;
    assert_ptr_equal(approval_task_find(instance, 1), &instance->tasks[0]);
    assert_null(approval_task_find(instance, 2));
    assert_ptr_equal(approval_visit_find(instance, 1), &instance->visits[0]);
    assert_null(approval_visit_find(instance, 2));
}

static void test_awaited__tells_whom_and_since_when(void **state) {
    struct fixture *fixture = *state;
    size_t at = 0;
    const struct approval_task *task = approval_awaited(&fixture->world.instance, &at);
    assert_non_null(task);
    assert_int_equal(task->opened_ms, 2000);
    assert_int_equal(task->candidate_count, 2);
    assert_true(approval_task_is_for(task, 2));
    assert_true(approval_task_is_for(task, 3));
    assert_false(approval_task_is_for(task, 1));
    assert_null(approval_awaited(&fixture->world.instance, &at));
}

static void test_step__of_no_verb(void **state) {
    struct fixture *fixture = *state;
    struct approval_action action = {.verb = APPROVAL_VERBS, .actor = 1};
    assert_refused(fixture, approval_world_act(&fixture->world, &action), DEALER_E_INVALID, "0 to 28");
}

static void test_step__under_another_flow(void **state) {
    struct fixture *fixture = *state;
    struct approval_action action = {.verb = APPROVAL_VERB_APPROVE, .actor = 2};
    fixture->world.instance.flow_id = "other";
    assert_refused(fixture, approval_world_act(&fixture->world, &action), DEALER_E_STATE, "runs under flow other, not f");
}

/* Each damages one thing in a sound instance. */
static void test_step__of_a_damaged_instance(void **state) {
    struct fixture *fixture = *state;
    struct approval_world *world = &fixture->world;
    struct approval_action action = {.verb = APPROVAL_VERB_APPROVE, .actor = 2};
    const struct approval_instance sound = world->instance;
    const struct approval_visit visit = sound.visits[0];
    const struct approval_task task = sound.tasks[0];
    for (int damage = 0; damage < 12; damage++) {
        dealer_status expected = DEALER_E_CORRUPT;
        const char *says = damage < 6 ? "damaged at visit" : "damaged at task";
        world->instance = sound;
        world->instance.visits[0] = visit;
        world->instance.tasks[0] = task;
        switch (damage) {
        case 0: world->instance.visits[0].node = NULL; break;
        case 1: world->instance.visits[0].number = 99; break;
        case 2: world->instance.visits[0].parent = 7; break;
        case 3: world->instance.next_visit = 1; break;
        case 4: world->instance.visits[0].parent = 1; break;
        case 5:
            world->instance.visits[0].node = "zz";
            expected = DEALER_E_STATE;
            says = "stands at node zz, which flow f as given does not have";
            break;
        case 6: world->instance.tasks[0].visit = 9; break;
        case 7: world->instance.tasks[0].candidate_count = 0; break;
        case 8: world->instance.tasks[0].node = "other"; break;
        case 9: world->instance.next_task = 1; break;
        case 10:
            world->instance.state = (enum approval_state)77;
            says = "damaged at state 77";
            break;
        default:
            world->instance.resume_at = "gone";
            expected = DEALER_E_STATE;
            says = "node gone";
            break;
        }
        assert_refused(fixture, approval_world_act(world, &action), expected, says);
        struct approval_route route;
        assert_int_equal(approval_preview(&world->env, &world->region, &world->call, &world->instance, &route), expected);
    }
    world->instance = sound;
    world->instance.visits[0] = visit;
    world->instance.tasks[0] = task;
    assert_int_equal(approval_world_act(world, &action), DEALER_OK);
}

static void test_preview__of_what_is_over(void **state) {
    struct fixture *fixture = *state;
    struct approval_world *world = &fixture->world;
    struct approval_action action = {.verb = APPROVAL_VERB_APPROVE, .actor = 2};
    struct approval_route route;
    assert_int_equal(approval_world_act(world, &action), DEALER_OK);
    assert_refused(fixture, approval_preview(&world->env, &world->region, &world->call, &world->instance, &route), DEALER_E_STATE,
        "preview is not possible: the approval is approved");
}

static void test_comment__is_copied(void **state) {
    struct fixture *fixture = *state;
    char comment[] = "fine";
    struct approval_action action = {.verb = APPROVAL_VERB_APPROVE, .actor = 2, .comment = comment};
    assert_int_equal(approval_world_act(&fixture->world, &action), DEALER_OK);
    comment[0] = 'm';
    assert_string_equal(fixture->world.instance.tasks[0].comment, "fine");
}

static void test_names_of_persons__are_told_by_number_when_unknown(void **state) {
    struct fixture *fixture = *state;
    struct approval_action action = {.verb = APPROVAL_VERB_APPROVE, .actor = 77};
    assert_refused(fixture, approval_world_act(&fixture->world, &action), DEALER_E_DENIED, "#77 may not approve: awaited are A");
}

static dealer_status broken_look_up(void *user_data, struct env *env, int64_t person, struct approval_candidates *out) {
    static const struct message broken = {"E_BROKEN", DEALER_E_IO, "the store is broken", "存储损坏"};
    (void)user_data;
    (void)person;
    (void)out;
    return error_raise(&env->error, &broken, NULL);
}

static void test_people__whose_look_up_fails_refuse_the_step(void **state) {
    struct fixture *fixture = *state;
    struct approval_action transfer = {.verb = APPROVAL_VERB_TRANSFER, .actor = 2, .person = 1};
    struct approval_action cc = {.verb = APPROVAL_VERB_CC, .actor = 2, .person = 1};
    fixture->world.people.look_up = broken_look_up;
    assert_refused(fixture, approval_world_act(&fixture->world, &transfer), DEALER_E_IO, "the store is broken");
    assert_refused(fixture, approval_world_act(&fixture->world, &cc), DEALER_E_IO, "the store is broken");
}

static dealer_status broken_resolve(void *user_data, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out) {
    (void)who;
    (void)subject;
    return broken_look_up(user_data, env, 0, out);
}

static dealer_status broken_head_of(
    void *user_data, struct env *env, int64_t person, const struct approval_subject *subject, struct approval_candidates *out) {
    (void)subject;
    return broken_look_up(user_data, env, person, out);
}

static void test_people__whose_resolving_fails_refuse_the_step(void **state) {
    struct fixture *fixture = *state;
    struct approval_action recall = {.verb = APPROVAL_VERB_RECALL, .actor = 1};
    struct approval_action resubmit = {.verb = APPROVAL_VERB_RESUBMIT, .actor = 1};
    assert_int_equal(approval_world_act(&fixture->world, &recall), DEALER_OK);
    fixture->world.people.resolve = broken_resolve;
    assert_refused(fixture, approval_world_act(&fixture->world, &resubmit), DEALER_E_IO, "the store is broken");
    assert_int_equal(fixture->world.instance.state, APPROVAL_STATE_RECALLED);
}

static void test_people__whose_heads_fail_refuse_the_step(void **state) {
    struct fixture *fixture = *state;
    struct approval_action recall = {.verb = APPROVAL_VERB_RECALL, .actor = 1};
    struct approval_action resubmit = {.verb = APPROVAL_VERB_RESUBMIT, .actor = 2};
    assert_int_equal(approval_world_act(&fixture->world, &recall), DEALER_OK);
    fixture->world.instance.submitter = 2; /* A is asked at n, and would be his own approver */
    fixture->world.people.head_of = broken_head_of;
    assert_refused(fixture, approval_world_act(&fixture->world, &resubmit), DEALER_E_IO, "the store is broken");
}

static dealer_status read_text(struct fixture *fixture, const char *text) {
    struct json *json = NULL;
    struct approval_instance out;
    error_clear(&fixture->world.env.error);
    assert_int_equal(json_parse(&fixture->env, text, strlen(text), false, &json), DEALER_OK);
    dealer_status status = approval_instance_from_json(&fixture->world.env, &fixture->world.region, json_root(json), &out);
    json_free(json);
    return status;
}

static void test_json__that_is_no_instance_is_refused(void **state) {
    static const struct {
        const char *json, *says;
    } rows[] = {
        {"[]", "instance is not what is expected (object)"},
        {"{}", "flow_id is not what is expected (present)"},
        {"{\"flow_id\":7}", "flow_id is not what is expected (text)"},
        {"{\"flow_id\":\"f\",\"id\":\"x\"}", "id is not what is expected (integer)"},
        {"{\"flow_id\":\"f\"}", "state is not what is expected (present)"},
        {"{\"flow_id\":\"f\",\"state\":\"dancing\"}", "state is not what is expected (name)"},
        {"{\"flow_id\":\"f\",\"state\":\"new\",\"round\":4294967296}", "round is not what is expected (32 bits)"},
        {"{\"flow_id\":\"f\",\"state\":\"new\"}", "visits is not what is expected (array)"},
        {"{\"flow_id\":\"f\",\"state\":\"new\",\"visits\":[]}", "tasks is not what is expected (array)"},
        {"{\"flow_id\":\"f\",\"state\":\"new\",\"visits\":[3],\"tasks\":[]}", "element is not what is expected (object)"},
        {"{\"flow_id\":\"f\",\"state\":\"new\",\"visits\":[{\"number\":1,\"node\":\"n\",\"state\":\"active\",\"chosen\":-1}],"
         "\"tasks\":[]}",
            "chosen is not what is expected (32 bits)"},
        {"{\"flow_id\":\"f\",\"state\":\"new\",\"visits\":[],\"tasks\":[{\"number\":1}]}",
            "decision is not what is expected (present)"},
        {"{\"flow_id\":\"f\",\"state\":\"new\",\"visits\":[],\"tasks\":[{\"number\":1,\"node\":\"n\",\"state\":\"open\","
         "\"decision\":\"none\",\"candidates\":7}]}",
            "candidates is not what is expected"},
        {"{\"flow_id\":\"f\",\"state\":\"new\",\"visits\":[],\"tasks\":[{\"number\":1,\"node\":\"n\",\"state\":\"open\","
         "\"decision\":\"none\",\"candidates\":[\"A\"]}]}",
            "candidates is not what is expected"},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_refused(fixture, read_text(fixture, rows[i].json), DEALER_E_INVALID, rows[i].says);
    }
}

static void test_json__of_a_fresh_instance(void **state) {
    struct fixture *fixture = *state;
    struct approval_instance fresh;
    approval_instance_init(&fresh, 7, 1, "f", "v");
    char *text = approval_world_text(&fixture->world, &fresh);
    assert_string_equal(text, "{\"document_id\":7,\"flow_id\":\"f\",\"flow_version\":\"v\",\"next_task\":1,\"next_visit\":1,"
                              "\"state\":\"new\",\"submitter\":1,\"tasks\":[],\"visits\":[]}");
    free(text);
}

/* -- pictures -- */

static const char *name_of(void *user_data, int64_t person) {
    return approval_world_code(user_data, person);
}

static void assert_drawn(struct approval_world *world, enum picture_format format, const char *const *expected) {
    struct picture picture = {world->flow, &world->instance, false, name_of, world};
    struct text out;
    text_init(&out, &world->env);
    picture_draw(&picture, format, &out);
    assert_int_equal(out.status, DEALER_OK);
    for (; *expected != NULL; expected++)
        if (strstr(text_string(&out), *expected) == NULL) fail_msg("expected \"%s\" in %s", *expected, text_string(&out));
    text_finish(&out);
}

static void test_picture__frames_what_a_sub_flow_holds(void **state) {
    static const char flow[] =
        "{\"id\":\"f\",\"nodes\":[{\"id\":\"s\",\"kind\":\"sub_flow\",\"flow\":\"sub\"},{\"id\":\"n\",\"kind\":\"approve\",\"who\":{\"person\":\"A\"}}],"
        "\"sub_flows\":{\"sub\":{\"id\":\"inner\",\"nodes\":[{\"id\":\"x\",\"kind\":\"approve\",\"who\":{\"person\":\"B\"}},"
        "{\"id\":\"e\",\"kind\":\"end\"}]}}}";
    static const char *const mermaid[] = {"s0 --> n0", "subgraph f0[\"inner\"]", "n0[[\"s\"]]:::waiting",
        "n1[\"x<br/>B …\"]:::waiting", "n2 --> j0", "  end\n  j0 --> n3", NULL};
    static const char *const dot[] = {"subgraph cluster_0 {\n  label=\"inner\";", "shape=component", "n2 -> j0", NULL};
    static const char *const svg[] = {"class=\"frame\"", ">inner</text>", ">B …</text>", NULL};
    struct json *json = NULL, *people = NULL;
    struct approval_world world;
    struct seams seams;
    struct env env;
    struct approval_action submit = {.verb = APPROVAL_VERB_SUBMIT, .actor = 1};
    (void)state;
    seams_defaults(&seams);
    env_init(&env, &seams);
    assert_int_equal(json_parse(&env, flow, sizeof flow - 1, false, &json), DEALER_OK);
    assert_int_equal(json_parse(&env, PEOPLE, sizeof PEOPLE - 1, false, &people), DEALER_OK);
    assert_int_equal(approval_world_open(&world, NULL, json_root(json), json_root(people)), DEALER_OK);
    assert_int_equal(approval_world_act(&world, &submit), DEALER_OK);
    assert_drawn(&world, PICTURE_MERMAID, mermaid);
    assert_drawn(&world, PICTURE_DOT, dot);
    assert_drawn(&world, PICTURE_SVG, svg);
    approval_world_close(&world);
    json_free(json);
    json_free(people);
    env_finish(&env);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names__go_both_ways),
        cmocka_unit_test(test_names__of_nothing),
        ROW(test_look_up__by_number),
        ROW(test_awaited__tells_whom_and_since_when),
        ROW(test_step__of_no_verb),
        ROW(test_step__under_another_flow),
        ROW(test_step__of_a_damaged_instance),
        ROW(test_preview__of_what_is_over),
        ROW(test_comment__is_copied),
        ROW(test_names_of_persons__are_told_by_number_when_unknown),
        ROW(test_people__whose_look_up_fails_refuse_the_step),
        ROW(test_people__whose_resolving_fails_refuse_the_step),
        ROW(test_people__whose_heads_fail_refuse_the_step),
        ROW(test_json__that_is_no_instance_is_refused),
        ROW(test_json__of_a_fresh_instance),
        cmocka_unit_test(test_picture__frames_what_a_sub_flow_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
