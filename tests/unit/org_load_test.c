/* A sound configuration becomes a snapshot that answers questions, and comes back as the same configuration. */
#include "base/text.h"
#include "org/org.h"
#include "support/org_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Written out of order on purpose. */
static const char *const group =
    "{'group':{'code':'HT','name':'恒泰集团'},"
    "'companies':[{'code':'HT-SH','name':'恒泰上海','kinds':['sales'],'currency':'CNY'},"
    "             {'code':'HT-DB','name':'恒泰担保','kinds':['guarantee','service'],'currency':'CNY'}],"
    "'departments':[{'code':'SH-2-1','name':'一组','company':'HT-SH','parent':'SH-2','head':'wang'},"
    "               {'code':'SH','name':'总部','company':'HT-SH','head':'zhang','deputies':['li','wang']},"
    "               {'code':'SH-2','name':'二部','company':'HT-SH','parent':'SH'},"
    "               {'code':'SH-1','name':'一部','company':'HT-SH','parent':'SH','head':'gone'},"
    "               {'code':'DB','name':'担保部','company':'HT-DB','parent':null}],"
    "'posts':[{'code':'sales','name':'销售员','grants':[{'functions':['trade_in.read','visit.*'],'scope':'self'}]},"
    "         {'code':'boss','name':'经理','grants':[{'functions':['*.read'],'scope':'department_and_below'},"
    "            {'functions':['trade_in.review'],'scope':'departments','departments':['SH-2','DB'],"
    "             'condition':{'field':'hours','op':'<=','value':8000}}]},"
    "         {'code':'old','name':'旧岗','disabled':true}],"
    "'employees':[{'code':'zhang','name':'张伟','department':'SH','posts':[{'post':'boss'}]},"
    "             {'code':'li','name':'李娜','department':'SH-2-1','posts':["
    "                {'post':'sales','from':'2026-01-01','to':'2026-07-01T08:00:00Z'},{'post':'boss','company':'HT-DB'},"
    "                {'post':'old'}]},"
    "             {'code':'wang','name':'王芳','department':'SH-2','posts':[{'post':'sales','department':'SH-1'}]},"
    "             {'code':'gone','name':'离职','department':'SH-1','disabled':true,'posts':[{'post':'sales'}]}],"
    "'reviews':[{'any':1}],'messages':[],'types':[],'fields':{}}";

static int setup(void **state) {
    struct org_world *world = malloc(sizeof *world);
    org_world_open(world, group);
    *state = world;
    return 0;
}

static int teardown(void **state) {
    org_world_close(*state);
    free(*state);
    return 0;
}

static char *written(struct env *env, const struct org *org) {
    struct json *json = NULL;
    assert_int_equal(json_new(env, &json), DEALER_OK);
    char *text = json_write(env, org_to_json(org, json), true, false, NULL);
    assert_non_null(text);
    json_free(json);
    return text;
}

static void test_org_load__brings_departments_into_tree_order(void **state) {
    const struct org *org = ((struct org_world *)*state)->org;
    static const char *const codes[] = {"DB", "SH", "SH-1", "SH-2", "SH-2-1"};
    static const int lasts[] = {0, 4, 2, 4, 4}, parents[] = {-1, -1, 1, 1, 3};
    assert_int_equal(org->department_count, 5);
    for (int i = 0; i < 5; i++) {
        assert_string_equal(org->departments[i].code, codes[i]);
        assert_int_equal(org->departments[i].order, i);
        assert_int_equal(org->departments[i].last, lasts[i]);
        assert_int_equal(org->departments[i].parent, parents[i]);
    }
}

static void test_org_load__knows_kinds_names_and_deputies(void **state) {
    const struct org *org = ((struct org_world *)*state)->org;
    assert_string_equal(org->group_name, "恒泰集团");
    assert_int_equal(org->companies[org_company_by_code(org, "HT-DB")].kinds, COMPANY_SERVICE | COMPANY_GUARANTEE);
    assert_string_equal(org->companies[org_company_by_code(org, "HT-SH")].currency, "CNY");
    const struct org_department *top = &org->departments[org_department_by_code(org, "SH")];
    assert_int_equal(top->deputy_count, 2);
    assert_string_equal(org->employees[top->deputies[0]].code, "li");
    assert_string_equal(org->employees[top->deputies[1]].code, "wang");
    assert_true(org->posts[org_post_by_code(org, "old")].disabled);
}

/* For what is found wrong about it later; an organisation that is read from its bytes has nothing wrong with it. */
static void test_org_load__knows_where_a_post_stands_in_the_configuration(void **state) {
    struct org_world *world = *state;
    struct org *org = NULL;
    assert_int_equal(org_load(&world->env, json_root(world->configuration), NULL, NULL, &org), DEALER_OK);
    assert_int_equal(org->posts[org_post_by_code(org, "boss")].source, 1);
    org_free(org);
}

static void test_org_load__a_post_without_a_place_is_held_at_home(void **state) {
    const struct org *org = ((struct org_world *)*state)->org;
    const struct org_employee *li = &org->employees[org_employee_by_code(org, "li")];
    assert_int_equal(li->holding_count, 3);
    assert_true(li->holdings[0].at_home);
    assert_int_equal(li->holdings[0].department, li->department);
    assert_int_equal(li->holdings[0].company, org_company_by_code(org, "HT-SH"));
    assert_int_equal(li->holdings[1].department, -1);
    assert_int_equal(li->holdings[1].company, org_company_by_code(org, "HT-DB"));
}

static void test_org_load__an_empty_configuration_is_an_empty_organisation(void **state) {
    struct org_world world;
    org_world_open(&world, "{}");
    assert_int_equal(world.org->employee_count, 0);
    assert_int_equal(org_company_by_code(world.org, "HT"), -1);
    assert_int_equal(org_company_by_code(world.org, NULL), -1);
    char *text = written(&world.env, world.org);
    assert_string_equal(text, "{\"companies\":[],\"departments\":[],\"employees\":[],\"posts\":[]}");
    env_free(&world.env, text);
    org_world_close(&world);
    (void)state;
}

static void test_org_to_json__is_a_fixed_point_and_keeps_what_other_floors_read(void **state) {
    struct org_world *world = *state, again;
    char *first = written(&world->env, world->org);
    org_world_open(&again, first);
    char *second = written(&world->env, again.org);
    assert_string_equal(first, second);
    assert_non_null(strstr(first, "\"reviews\":[{\"any\":1}]"));
    assert_non_null(strstr(first, "\"condition\":{\"field\":\"hours\",\"op\":\"<=\",\"value\":8000}"));
    assert_non_null(strstr(first, "{\"from\":\"2026-01-01\",\"post\":\"sales\",\"to\":\"2026-07-01T08:00:00.000Z\"}"));
    assert_non_null(strstr(first, "{\"department\":\"SH-1\",\"post\":\"sales\"}"));
    assert_non_null(strstr(first, "{\"company\":\"HT-DB\",\"post\":\"boss\"}"));
    env_free(&world->env, first);
    env_free(&world->env, second);
    org_world_close(&again);
}

/* Every list the other way round. */
static json_value *reversed(struct json *json, const json_value *array) {
    json_value *out = json_new_array(json);
    for (size_t i = json_count(array); i > 0; i--) json_push(json, out, json_copy(json, json_at(array, i - 1)));
    return out;
}

static void test_org_load__order_of_entries_changes_nothing(void **state) {
    struct org_world *world = *state;
    static const char *const lists[] = {"companies", "departments", "posts", "employees"};
    struct json *parsed = org_world_parse(&world->env, group);
    for (int i = 0; i < 4; i++)
        json_set(parsed, json_root(parsed), lists[i], reversed(parsed, json_get(json_root(parsed), lists[i])));
    struct org *org = NULL;
    assert_int_equal(org_load(&world->env, json_root(parsed), NULL, NULL, &org), DEALER_OK);
    char *first = written(&world->env, world->org), *second = written(&world->env, org);
    assert_string_equal(first, second);
    env_free(&world->env, first);
    env_free(&world->env, second);
    org_free(org);
    json_free(parsed);
}

static void test_org_ids__are_found_again_and_are_none_before(void **state) {
    struct org_world *world = *state;
    const struct org *org = world->org;
    for (int i = 0; i < org->department_count; i++) assert_int_equal(org_department_by_id(org, org->departments[i].id), i);
    for (int i = 0; i < org->employee_count; i++) assert_int_equal(org_employee_by_id(org, org->employees[i].id), i);
    for (int i = 0; i < org->company_count; i++) assert_int_equal(org_company_by_id(org, org->companies[i].id), i);
    for (int i = 0; i < org->post_count; i++) assert_int_equal(org_post_by_id(org, org->posts[i].id), i);
    assert_int_equal(org_employee_by_id(org, 99999), -1);
    struct org *fresh = NULL;
    assert_int_equal(org_load(&world->env, json_root(world->configuration), NULL, NULL, &fresh), DEALER_OK);
    assert_int_equal(org_employee_by_id(fresh, 1), -1);
    org_free(fresh);
}

static dealer_status always_seven(void *user_data, enum org_noun noun, const char *code, int64_t *id_out) {
    (void)user_data, (void)noun, (void)code;
    *id_out = 7;
    return DEALER_OK;
}

static void test_org_ids__the_same_id_twice_is_an_internal_error(void **state) {
    struct org_world *world = *state;
    struct org *fresh = NULL;
    assert_int_equal(org_load(&world->env, json_root(world->configuration), NULL, NULL, &fresh), DEALER_OK);
    assert_int_equal(org_assign_ids(&world->env, fresh, always_seven, NULL), DEALER_E_INTERNAL);
    assert_string_equal(world->env.error.entries[0].message->id, "E_ORG_ID");
    error_clear(&world->env.error);
    org_free(fresh);
}

static void test_org_holding__is_in_force_from_its_first_to_before_its_last_instant(void **state) {
    const struct org *org = ((struct org_world *)*state)->org;
    const struct org_employee *li = &org->employees[org_employee_by_code(org, "li")];
    const struct org_holding *holding = &li->holdings[0];
    int64_t from = org_world_at("2026-01-01"), to = org_world_at("2026-07-01T08:00:00Z");
    assert_false(org_holding_in_force(org, li, holding, from - 1));
    assert_true(org_holding_in_force(org, li, holding, from));
    assert_true(org_holding_in_force(org, li, holding, to - 1));
    assert_false(org_holding_in_force(org, li, holding, to));
    assert_false(org_holding_in_force(org, li, &li->holdings[2], from)); /* the post is disabled */
    assert_true(org_has_post_in_force(org, org_employee_by_code(org, "li"), to));
    assert_false(org_has_post_in_force(org, org_employee_by_code(org, "gone"), from));
    assert_false(org_has_post_in_force(org, -1, from));
    assert_false(org_has_post_in_force(org, org->employee_count, from));
}

struct where {
    const char *company, *department;
    bool or_above;
};

static void expect_holders(const struct org *org, const char *post, struct where where, const char *at, const char *expected) {
    int found[8];
    char codes[128] = "";
    int count = org_holders(org,
        &(struct org_place){org_post_by_code(org, post), where.company != NULL ? org_company_by_code(org, where.company) : -1,
            where.department != NULL ? org_department_by_code(org, where.department) : -1, where.or_above},
        org_world_at(at), found, 8);
    for (int i = 0; i < count; i++) {
        strcat(codes, org->employees[found[i]].code);
        strcat(codes, " ");
    }
    assert_string_equal(codes, expected);
}

static void test_org_holders__by_company_department_and_above(void **state) {
    const struct org *org = ((struct org_world *)*state)->org;
    expect_holders(org, "sales", (struct where){"HT-SH", NULL, false}, "2026-03-01", "li wang ");
    expect_holders(org, "sales", (struct where){"HT-SH", NULL, false}, "2026-08-01", "wang ");
    expect_holders(org, "sales", (struct where){NULL, NULL, false}, "2026-03-01", "li wang ");
    expect_holders(org, "sales", (struct where){"HT-DB", NULL, false}, "2026-03-01", "");
    expect_holders(org, "sales", (struct where){NULL, "SH-2-1", false}, "2026-03-01", "li ");
    expect_holders(org, "boss", (struct where){NULL, "SH-2-1", false}, "2026-03-01", "");
    expect_holders(org, "boss", (struct where){NULL, "SH-2-1", true}, "2026-03-01", "zhang ");
    expect_holders(org, "boss", (struct where){NULL, "DB", false}, "2026-03-01", "");
    expect_holders(org, "boss", (struct where){NULL, "DB", true}, "2026-03-01", "li ");
    expect_holders(org, "old", (struct where){"HT-SH", NULL, false}, "2026-03-01", "");
    expect_holders(org, "nothing", (struct where){"HT-SH", NULL, false}, "2026-03-01", "");
}

static void test_org_holders__counts_beyond_the_capacity(void **state) {
    const struct org *org = ((struct org_world *)*state)->org;
    int found[1] = {-1};
    int64_t at = org_world_at("2026-03-01");
    assert_int_equal(org_holders(org, &(struct org_place){org_post_by_code(org, "sales"), -1, -1, false}, at, found, 1), 2);
    assert_string_equal(org->employees[found[0]].code, "li");
}

static void test_org_head__level_by_level_and_nearest(void **state) {
    const struct org *org = ((struct org_world *)*state)->org;
    int team = org_department_by_code(org, "SH-2-1"), first = org_department_by_code(org, "SH-1");
    int wang = org_employee_by_code(org, "wang"), zhang = org_employee_by_code(org, "zhang");
    assert_int_equal(org_head(org, team, 1), wang);
    assert_int_equal(org_head(org, team, 2), -1); /* the second department has none */
    assert_int_equal(org_head(org, team, 3), zhang);
    assert_int_equal(org_head(org, team, 4), -1);
    assert_int_equal(org_head(org, team, 0), -1);
    assert_int_equal(org_head(org, first, 1), -1); /* disabled */
    assert_int_equal(org_nearest_head(org, team, -1), wang);
    assert_int_equal(org_nearest_head(org, team, wang), zhang);
    assert_int_equal(org_nearest_head(org, first, -1), zhang);
    assert_int_equal(org_nearest_head(org, first, zhang), -1);
}

/* What docs/configuration.md shows is a configuration. */
static void test_org_load__takes_the_example_of_the_documentation(void **state) {
    (void)state;
    char text[16384];
    FILE *file = fopen(DEALER_SOURCE_DIR "/docs/configuration.md", "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    char *example = strstr(text, "```json\n"), *end = example != NULL ? strstr(example + 8, "```") : NULL;
    assert_non_null(end);
    *end = '\0';
    struct org_world world;
    org_world_open(&world, example + 8);
    assert_int_equal(world.org->employees[org_employee_by_code(world.org, "li")].holding_count, 2);
    org_world_close(&world);
}

/* 30,000 departments, each below the one before, written from the deepest up. */
static void test_org_load__a_tree_may_be_very_deep(void **state) {
    enum { DEPTH = 30000 };
    struct org_world *world = *state;
    struct text text;
    text_init(&text, &world->env);
    text_add(&text, "{'group':{'code':'G','name':'G'},'companies':[{'code':'C','name':'C','kinds':[],'currency':'CNY'}],"
                    "'departments':[");
    for (int i = DEPTH - 1; i > 0; i--) text_addf(&text, "{'code':'d%d','name':'n','company':'C','parent':'d%d'},", i, i - 1);
    text_add(&text, "{'code':'d0','name':'n','company':'C'}]}");
    struct org_world deep;
    org_world_open(&deep, text_string(&text));
    text_finish(&text);
    const struct org *org = deep.org;
    assert_int_equal(org->departments[0].last, DEPTH - 1);
    assert_string_equal(org->departments[DEPTH - 1].code, "d29999");
    assert_int_equal(org_head(org, DEPTH - 1, DEPTH), -1);
    assert_int_equal(org_nearest_head(org, DEPTH - 1, -1), -1);
    org_world_close(&deep);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_org_load__brings_departments_into_tree_order),
        cmocka_unit_test(test_org_load__knows_kinds_names_and_deputies),
        cmocka_unit_test(test_org_load__knows_where_a_post_stands_in_the_configuration),
        cmocka_unit_test(test_org_load__a_post_without_a_place_is_held_at_home),
        cmocka_unit_test(test_org_load__an_empty_configuration_is_an_empty_organisation),
        cmocka_unit_test(test_org_to_json__is_a_fixed_point_and_keeps_what_other_floors_read),
        cmocka_unit_test(test_org_load__order_of_entries_changes_nothing),
        cmocka_unit_test(test_org_ids__are_found_again_and_are_none_before),
        cmocka_unit_test(test_org_ids__the_same_id_twice_is_an_internal_error),
        cmocka_unit_test(test_org_holding__is_in_force_from_its_first_to_before_its_last_instant),
        cmocka_unit_test(test_org_holders__by_company_department_and_above),
        cmocka_unit_test(test_org_holders__counts_beyond_the_capacity),
        cmocka_unit_test(test_org_head__level_by_level_and_nearest),
        cmocka_unit_test(test_org_load__takes_the_example_of_the_documentation),
        cmocka_unit_test(test_org_load__a_tree_may_be_very_deep),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
