/* The self-test of permission, in a library into which one defect was planted (tests/planted/CMakeLists.txt): it must find a difference
 * between check and list, name it, and find none where nothing was planted. Run with "sound" or "planted". */
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t start_ms = INT64_C(1772413200000);
static bool planted;

/* A group with every kind of reach: listed departments, a tree, a denial, a condition, a participant, a post that has ended. */
static const char change[] =
    "{\"posts\":[{\"code\":\"listed\",\"name\":\"L\",\"grants\":[{\"functions\":[\"*.read\"],\"scope\":\"departments_and_below\","
    "\"departments\":[\"sales\",\"claims\"]}]},{\"code\":\"blocked\",\"name\":\"B\",\"grants\":[{\"functions\":[\"*.read\"],"
    "\"scope\":\"group\"},{\"functions\":[\"sales.*\"],\"scope\":\"group\",\"deny\":true}]}],"
    "\"employees\":[{\"code\":\"xu\",\"posts\":[{\"post\":\"listed\"}]},{\"code\":\"qin\",\"posts\":[{\"post\":\"blocked\"}]}]}";

static void configure(struct story_world *world) {
    dealer_text *findings = NULL;
    json_t *changes = json_loads(change, 0, NULL);
    story_change(world->configuration, changes);
    char *text = json_dumps(world->configuration, 0);
    story_must(
        dealer_configuration_apply(world->system, &findings, text, strlen(text), 0), dealer_session_error(world->system), "apply");
    dealer_text_free(findings);
    free(text);
    json_decref(changes);
}

static void test_selftest__finds_what_was_planted_and_nothing_else(void **state) {
    struct story_world world;
    char prepared[100], path[100];
    dealer_text *text = NULL;
    assert_null(*state);
    snprintf(prepared, sizeof prepared, "planted-prepared-%ld.db", (long)getpid());
    snprintf(path, sizeof path, "planted-%ld.db", (long)getpid());
    json_t *group = story_read("story/group.json"), *scenes = json_pack("{s:[s,s]}", "with", "sales_submitted", "hz_pre_order");
    story_prepare(prepared, group, start_ms);
    story_world_open(&world, prepared, path, group, start_ms);
    story_play(&world, group, scenes);
    configure(&world);
    story_must(dealer_permission_selftest(world.system, &text, 0), dealer_session_error(world.system), "selftest");
    json_t *report = json_loads(dealer_text_data(text), 0, NULL), *first = json_object_get(report, "first");
    print_message("%s\n", dealer_text_data(text));
    assert_int_equal(json_integer_value(json_object_get(report, "differences")) > 0, planted);
    assert_int_equal(json_is_object(first), planted);
    if (planted) assert_true(json_is_true(json_object_get(first, "check")) != json_is_true(json_object_get(first, "list")));
    dealer_text_free(text);
    json_decref(report);
    json_decref(scenes);
    json_decref(group);
    story_world_close(&world);
    remove_store(prepared);
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_selftest__finds_what_was_planted_and_nothing_else)};
    planted = count > 1 && strcmp(arguments[1], "planted") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
