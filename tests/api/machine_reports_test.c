/* The life of a machine, the age of stock, what is overdue, which policies end: played as stories, then asked for by day and by person. */
#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct past_world world;

static int setup(void **state) {
    (void)state;
    past_world_open(&world, "machine-reports", 0);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    past_world_close(&world);
    return 0;
}

static void play_scene(const char *scene) {
    json_t *begin = json_pack("{s:[s],s:[]}", "with", scene, "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
}

static dealer_session *as(const char *person) {
    dealer_status status;
    dealer_error *error = NULL;
    dealer_session *session = story_session(&world.story, person, &status, &error);
    story_must(status, error, person);
    return session;
}

static void assert_json(json_t *json, const char *path, const char *expected) {
    json_t *at = json;
    char name[64];
    for (const char *rest = path; *rest;) {
        size_t length = strcspn(rest, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, rest);
        at = json_is_array(at) ? json_array_get(at, (size_t)(name[0] - '0')) : json_object_get(at, name);
        rest += length + (rest[length] == '.');
    }
    char *found = at ? json_dumps(at, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    if (!found || strcmp(found, expected) != 0) fail_msg("%s is %s, expected %s", path, found ? found : "absent", expected);
    free(found);
}

static void assert_count(json_t *json, const char *rows, size_t count) {
    assert_int_equal(json_array_size(json_object_get(json, rows)), count);
}

/* -- life -- */

static json_t *life_of(const char *person, const char *machine) {
    dealer_text *text = NULL;
    story_must(
        dealer_machine_life(as(person), &text, story_document(&world.story, machine)), dealer_session_error(as(person)), "life");
    return past_world_json(text);
}

static void test_life__names_every_movement_and_its_document(void **state) {
    (void)state;
    play_scene("repurchase");
    past_world_play(&world,
        "[{\"as\":\"zhou\",\"do\":\"derive\",\"type\":\"stock_in\",\"from\":\"repurchase\",\"document\":\"s\",\"fields\":{\"source\":"
        "\"repossession\",\"warehouse\":\"W\",\"received_on\":\"2026-08-20\",\"cost\":{\"yuan\":500000}},\"then\":\"submit\"}]");
    json_t *life = life_of("system", "machine");
    assert_count(life, "movements", 3);
    assert_json(life, "machine.position", "\"in_stock\"");
    assert_json(life, "movements.0.kind", "\"purchase\"");
    assert_json(life, "movements.0.type", "\"stock_in\"");
    assert_json(life, "movements.0.cost", "96000000");
    assert_json(life, "movements.1.kind", "\"delivery\"");
    assert_json(life, "movements.1.position", "\"delivered\"");
    assert_json(life, "movements.1.day", "\"2026-03-12\"");
    assert_json(life, "movements.1.number", "\"SO-HT-SH-2026-000001\"");
    assert_json(life, "movements.2.kind", "\"repossession\"");
    assert_json(life, "movements.2.warehouse", "\"W\"");
    assert_json(life, "movements.2.cost", "50000000");
    json_decref(life);
}

static void test_life__keeps_quiet_about_papers_that_one_may_not_read(void **state) {
    (void)state;
    play_scene("stock_out");
    json_t *life = life_of("zhang", "machine"); /* a salesperson reads machines, but no stock papers */
    assert_count(life, "movements", 2);
    assert_json(life, "movements.1.kind", "\"delivery\"");
    assert_json(life, "movements.1.document", "null");
    assert_null(json_object_get(json_array_get(json_object_get(life, "movements"), 1), "number"));
    json_decref(life);
}

static void test_life__of_what_one_may_not_read_or_is_no_machine(void **state) {
    (void)state;
    dealer_text *text = NULL;
    play_scene("machine");
    int64_t machine = story_document(&world.story, "machine"), other = story_document(&world.story, "stock_in");
    assert_int_equal(dealer_machine_life(as("yan"), &text, machine), DEALER_E_NOT_FOUND);
    assert_int_equal(dealer_machine_life(world.story.system, &text, other), DEALER_E_INVALID);
    assert_int_equal(dealer_machine_life(world.story.system, &text, 4711), DEALER_E_NOT_FOUND);
    assert_null(text);
}

/* -- age -- */

static json_t *age_on(const char *person, const char *day) {
    dealer_text *text = NULL;
    story_must(dealer_stock_age(as(person), &text, day), dealer_session_error(as(person)), "age");
    return past_world_json(text);
}

static void test_age__is_that_of_any_day(void **state) {
    (void)state;
    play_scene("machine");
    past_world_play(&world,
        "[{\"as\":\"zhou\",\"do\":\"new\",\"type\":\"stock_out\",\"document\":\"t\",\"fields\":{\"reason\":\"transfer\",\"machine\":\"@machine\","
        "\"to_warehouse\":\"W2\",\"issued_on\":\"2026-05-01\"},\"then\":\"submit\"},"
        "{\"as\":\"zhou\",\"do\":\"derive\",\"type\":\"stock_in\",\"from\":\"t\",\"document\":\"s\",\"fields\":{\"source\":\"transfer\","
        "\"received_on\":\"2026-05-03\"},\"then\":\"submit\"}]");
    json_t *before = age_on("system", "2026-03-01"), *first = age_on("system", "2026-04-30"), *away = age_on("zhou", "2026-05-02"),
           *later = age_on("zhou", "2026-06-01"), *stranger = age_on("yan", "2026-06-01"), *today = age_on("zhou", NULL);
    assert_count(before, "rows", 0);
    assert_json(first, "rows.0.days", "59");
    assert_json(first, "rows.0.warehouse", "\"上海一号库\"");
    assert_count(away, "rows", 0);
    assert_json(later, "rows.0.since", "\"2026-03-02\""); /* a transfer does not make it younger */
    assert_json(later, "rows.0.days", "91");
    assert_json(later, "rows.0.bucket", "\"91-180\"");
    assert_json(later, "rows.0.warehouse", "\"W2\"");
    assert_json(later, "rows.0.cost", "96000000");
    assert_json(later, "buckets.0.count", "1");
    assert_json(later, "buckets.0.cost", "96000000");
    assert_count(stranger, "rows", 0);
    assert_json(today, "as_of", "\"2026-03-02\"");
    json_t *all[] = {before, first, away, later, stranger, today};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) json_decref(all[i]);
}

/* -- overdue -- */

static json_t *overdue_on(const char *person, const char *day) {
    dealer_text *text = NULL;
    story_must(dealer_claims_overdue(as(person), &text, day), dealer_session_error(as(person)), "overdue");
    return past_world_json(text);
}

static void test_overdue__by_day_and_tier(void **state) {
    (void)state;
    play_scene("plan"); /* 784,000 at 4.8 % over 36 months: 23,426.85 a month from 2026-04-30 */
    json_t *on_the_day = overdue_on("chen", "2026-04-30"), *next = overdue_on("chen", "2026-05-01"),
           *second = overdue_on("chen", "2026-06-29"), *stranger = overdue_on("zhang", "2026-06-29");
    assert_count(on_the_day, "rows", 0);
    assert_json(next, "rows.0.days", "1");
    assert_json(next, "rows.0.tier", "\"1-30\"");
    assert_json(next, "rows.0.overdue", "2342685");
    assert_json(second, "rows.0.days", "60");
    assert_json(second, "rows.0.tier", "\"31-60\"");
    assert_json(second, "rows.0.instalments", "2");
    assert_json(second, "rows.0.overdue", "4685370");
    assert_json(second, "rows.0.principal", "78400000");
    assert_json(second, "tiers.0.overdue", "4685370");
    assert_count(stranger, "rows", 0);
    json_t *all[] = {on_the_day, next, second, stranger};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) json_decref(all[i]);
}

static void test_overdue__after_payments(void **state) {
    (void)state;
    play_scene("plan");
    past_world_play(&world,
        "[{\"as\":\"chen\",\"do\":\"derive\",\"type\":\"repayment\",\"from\":\"plan\",\"document\":\"r\",\"fields\":{\"paid_on\":\"2026-05-10\","
        "\"amount\":{\"fen\":2342684}},\"then\":\"submit\"},"
        "{\"as\":\"chen\",\"do\":\"derive\",\"type\":\"advance\",\"from\":\"plan\",\"document\":\"a\",\"fields\":{\"advanced_on\":\"2026-06-02\","
        "\"amount\":{\"fen\":2342686}},\"then\":\"submit\"}]");
    json_t *before = overdue_on("chen", "2026-05-09"), *after = overdue_on("chen", "2026-05-11"),
           *advanced = overdue_on("chen", "2026-06-02");
    assert_json(before, "rows.0.overdue", "2342685");
    assert_json(after, "rows.0.overdue", "1"); /* a cent is overdue still, since the first day */
    assert_json(after, "rows.0.since", "\"2026-04-30\"");
    assert_json(advanced, "rows.0.overdue", "2342686"); /* advances leave the customer overdue */
    assert_json(advanced, "rows.0.advanced", "2342686");
    assert_json(advanced, "rows.0.owed_back", "2342686");
    assert_json(advanced, "rows.0.principal", "74333714"); /* less two months' principal, 2,029,085 and 2,037,201 */
    json_t *all[] = {before, after, advanced};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) json_decref(all[i]);
}

static void test_overdue__of_what_was_repurchased_is_none(void **state) {
    (void)state;
    play_scene("repurchase");
    json_t *overdue = overdue_on("system", "2026-09-01");
    assert_count(overdue, "rows", 0);
    json_decref(overdue);
}

/* -- policies -- */

static json_t *due_between(const char *person, const char *from, const char *to) {
    dealer_text *text = NULL;
    story_must(dealer_insurance_due(as(person), &text, from, to), dealer_session_error(as(person)), "due");
    return past_world_json(text);
}

static void test_policies__that_end_and_are_not_renewed(void **state) {
    (void)state;
    play_scene("policy");
    json_t *due = due_between("liu", "2027-03-01", "2027-03-09"), *early = due_between("liu", "2027-02-01", "2027-03-08"),
           *late = due_between("liu", "2027-03-10", "2027-12-31"), *stranger = due_between("zhou", "2027-03-01", "2027-03-31");
    assert_json(due, "rows.0.policy_number", "\"PICC-2026-001\"");
    assert_json(due, "rows.0.days", "8");
    assert_count(early, "rows", 0);
    assert_count(late, "rows", 0);
    assert_count(stranger, "rows", 0);
    past_world_play(&world,
        "[{\"as\":\"liu\",\"do\":\"derive\",\"type\":\"insurance\",\"from\":\"policy\",\"document\":\"p2\",\"fields\":{\"machine\":\"@machine\","
        "\"insurer\":\"P\",\"policy_number\":\"2\",\"cover\":\"machine\",\"starts_on\":\"2027-03-10\",\"ends_on\":\"2028-03-09\",\"premium\":"
        "{\"yuan\":1}},\"then\":\"submit\"}]");
    json_t *renewed = due_between("liu", "2027-03-01", "2027-03-31");
    assert_count(renewed, "rows", 0);
    json_t *all[] = {due, early, late, stranger, renewed};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) json_decref(all[i]);
}

static void test_days__that_do_not_exist_are_refused(void **state) {
    (void)state;
    dealer_text *text = NULL;
    assert_int_equal(dealer_stock_age(world.story.system, &text, "2026-02-30"), DEALER_E_INVALID);
    assert_int_equal(dealer_claims_overdue(world.story.system, &text, "today"), DEALER_E_INVALID);
    assert_int_equal(dealer_insurance_due(world.story.system, &text, "2026-01-01", "x"), DEALER_E_INVALID);
    assert_null(text);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_life__names_every_movement_and_its_document),
        ROW(test_life__keeps_quiet_about_papers_that_one_may_not_read),
        ROW(test_life__of_what_one_may_not_read_or_is_no_machine),
        ROW(test_age__is_that_of_any_day),
        ROW(test_overdue__by_day_and_tier),
        ROW(test_overdue__after_payments),
        ROW(test_overdue__of_what_was_repurchased_is_none),
        ROW(test_policies__that_end_and_are_not_renewed),
        ROW(test_days__that_do_not_exist_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
