/* Grants that do not fit the catalogue are found at their place; functions are read from text; what does not exist is
 * allowed nothing; and every point where memory may run out ends cleanly. */
#include "support/failing_allocator.h"
#include "support/org_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CONFIGURATION(grants)                                                                                         \
    "{'group':{'code':'G','name':'集团'},'companies':[{'code':'A','name':'甲','kinds':[],'currency':'CNY'},"       \
    "{'code':'B','name':'乙','kinds':[],'currency':'CNY'}],"                                                         \
    "'departments':[{'code':'A1','name':'一','company':'A'},{'code':'A2','name':'二','company':'A','parent':'A1'}," \
    "{'code':'A3','name':'三','company':'A','parent':'A1'},{'code':'A4','name':'四','company':'A','parent':'A1'},"  \
    "{'code':'B1','name':'五','company':'B'}],"                                                                      \
    "'posts':[{'code':'z','name':'末'},{'code':'p','name':'岗','grants':[" grants "]}],"                              \
    "'employees':[{'code':'e','name':'张','department':'A2','posts':[{'post':'p'}]},"                                \
    "{'code':'f','name':'李','department':'A2','posts':[{'post':'p','company':'B','to':'2026-01-01'}]},"             \
    "{'code':'g','name':'王','department':'A2','posts':[{'post':'p','from':'2027-01-01'}]}]}"

struct row {
    const char *name, *configuration, *path, *id, *nearest, *says;
};
static const struct row rows[] = {
    {"an unknown type", CONFIGURATION("{'functions':['visit.read','trade_inn.read'],'scope':'self'}"),
        "posts[1].grants[0].functions[1]", "E_PERMISSION_TYPE", "trade_in", "trade_inn"},
    {"an unknown action", CONFIGURATION("{'functions':['visit.reed'],'scope':'self'}"), "posts[1].grants[0].functions[0]",
        "E_PERMISSION_ACTION", "read", "create, read, edit"},
    {"an unknown type behind every action", CONFIGURATION("{'functions':['nothing_like_it.*'],'scope':'self'}"),
        "posts[1].grants[0].functions[0]", "E_PERMISSION_TYPE", NULL, "nothing_like_it"},
    {"an unknown action behind every type", CONFIGURATION("{'functions':['*.approve'],'scope':'self'}"),
        "posts[1].grants[0].functions[0]", "E_PERMISSION_ACTION", NULL, "approve"},
    {"a condition on a field that the type has not",
        CONFIGURATION("{'functions':['*.*'],'scope':'self'},{'functions':['visit.read'],'scope':'self',"
                      "'condition':{'field':'hours','op':'<=','value':1}}"),
        "posts[1].grants[1].condition", "E_PERMISSION_CONDITION", NULL, "type visit"},
    {"a condition with an operator that is none",
        CONFIGURATION("{'functions':['trade_in.read'],'scope':'self','condition':{'field':'hours','op':'about','value':1}}"),
        "posts[1].grants[0].condition", "E_PERMISSION_CONDITION", NULL, "about"},
};

struct loaded {
    struct json *findings;
    struct org *org;
    struct catalogue *catalogue;
    struct permissions *permissions;
};

static dealer_status load(struct env *env, const char *configuration, struct loaded *out) {
    assert_int_equal(org_world_findings(env, configuration, &out->findings, &out->org), DEALER_OK);
    assert_int_equal(catalogue_load(env, NULL, &out->catalogue), DEALER_OK);
    return permissions_compile(env, out->org, out->catalogue, json_root(out->findings), out->findings, &out->permissions);
}

static void unload(struct loaded *loaded) {
    permissions_free(loaded->permissions);
    catalogue_free(loaded->catalogue);
    org_free(loaded->org);
    json_free(loaded->findings);
}

static void test_row(void **state) {
    const struct row *row = *state;
    struct seams seams;
    struct env env;
    struct loaded loaded = {0};
    seams_defaults(&seams);
    env_init(&env, &seams);
    assert_int_equal(load(&env, row->configuration, &loaded), DEALER_E_CONFIGURATION);
    const json_value *finding = json_at(json_root(loaded.findings), 0);
    assert_int_equal(json_count(json_root(loaded.findings)), 1);
    assert_string_equal(json_get_text(finding, "path"), row->path);
    assert_string_equal(json_get_text(finding, "id"), row->id);
    const char *nearest = json_get_text(finding, "nearest");
    assert_true(row->nearest == NULL ? nearest == NULL : nearest != NULL && strcmp(nearest, row->nearest) == 0);
    assert_non_null(strstr(json_get_text(finding, "en"), row->says));
    assert_non_null(strchr(json_get_text(finding, "zh"), row->says[0]));
    assert_null(loaded.permissions);
    unload(&loaded);
    env_finish(&env);
}

static void test_permissions_compile__a_wildcard_condition_names_each_type_it_does_not_fit(void **state) {
    (void)state;
    struct seams seams;
    struct env env;
    struct loaded loaded = {0};
    seams_defaults(&seams);
    env_init(&env, &seams);
    const char *configuration =
        CONFIGURATION("{'functions':['*.read'],'scope':'self','condition':{'field':'hours','op':'<=','value':1}}");
    assert_int_equal(load(&env, configuration, &loaded), DEALER_E_CONFIGURATION);
    size_t without = 0, said = 0;
    for (int t = 0; t < loaded.catalogue->type_count; t++) without += catalogue_field(&loaded.catalogue->types[t], "hours") == NULL;
    const json_value *finding;
    for (struct json_cursor cursor = json_each(json_root(loaded.findings)); (finding = json_next(&cursor, NULL)) != NULL;)
        said += strcmp(json_get_text(finding, "id"), "E_PERMISSION_CONDITION") == 0;
    assert_true(without > 1);
    assert_int_equal(said, without);
    unload(&loaded);
    env_finish(&env);
}

/* ---- functions ---- */

static void expect_no_function(struct org_world *world, const char *text, const char *id) {
    struct function function;
    assert_int_not_equal(function_parse(&world->env, world->catalogue, text, &function), DEALER_OK);
    assert_string_equal(world->env.error.entries[0].message->id, id);
    error_clear(&world->env.error);
}

static void test_function_parse__takes_type_and_action_and_nothing_else(void **state) {
    (void)state;
    struct org_world world;
    char lengthy[200];
    org_world_open(&world, "{}");
    struct function function = org_world_function(&world, "trade_in.submit");
    assert_string_equal(function.type->name, "trade_in");
    assert_int_equal(function.action, ACTION_SUBMIT);
    assert_int_equal(org_world_function(&world, "visit.create").action, ACTION_CREATE);
    assert_int_equal(org_world_function(&world, "visit.administer").action, ACTION_ADMINISTER);
    memset(lengthy, 'x', sizeof lengthy);
    memcpy(lengthy + 150, ".read", 6);
    expect_no_function(&world, NULL, "E_PERMISSION_FUNCTION");
    expect_no_function(&world, "trade_in", "E_PERMISSION_FUNCTION");
    expect_no_function(&world, lengthy, "E_PERMISSION_FUNCTION");
    expect_no_function(&world, "trade_in.", "E_PERMISSION_FUNCTION_ACTION");
    expect_no_function(&world, "trade_in.*", "E_PERMISSION_FUNCTION_ACTION");
    expect_no_function(&world, "trade_in.submitt", "E_PERMISSION_FUNCTION_ACTION");
    expect_no_function(&world, "trade_out.submit", "E_TYPE_UNKNOWN");
    org_world_close(&world);
}

/* ---- who and what does not exist ---- */

static void test_permission__an_empty_configuration_allows_nothing(void **state) {
    (void)state;
    struct org_world world;
    org_world_open(&world, "{}");
    struct document *document = org_world_document(&world, "trade_in", 1, NULL, NULL, NULL);
    struct function read = org_world_function(&world, "trade_in.read");
    document->participant = true;
    for (int person = -1; person < 2; person++) {
        assert_false(permission_allows(world.permissions, person, read, document, 0));
        assert_false(permission_has_function(world.permissions, person, read, 0));
        assert_false(permission_may_create(world.permissions, person, read.type, 0, -1, 0));
    }
    document_free(document);
    org_world_close(&world);
}

static void test_permission__a_document_of_another_type_or_no_type_is_refused(void **state) {
    (void)state;
    struct org_world world;
    org_world_open(&world, CONFIGURATION("{'functions':['*.*'],'scope':'group'}"));
    struct document *document = org_world_document(&world, "visit", 1, "A", "A2", "e");
    struct function read = org_world_function(&world, "trade_in.read"), none = {NULL, ACTION_READ};
    struct function beyond = {read.type, ACTION_COUNT};
    int person = org_employee_by_code(world.org, "e");
    struct json *json = NULL;
    json_value *value = NULL;
    assert_int_equal(json_new(&world.env, &json), DEALER_OK);
    assert_false(permission_allows(world.permissions, person, read, document, 0));
    assert_false(permission_allows(world.permissions, person, none, document, 0));
    assert_false(permission_has_function(world.permissions, person, beyond, 0));
    assert_true(permission_has_function(world.permissions, person, read, 0));
    assert_int_equal(
        permission_who_can(&world.env, world.permissions, &(struct permission_question){-1, read, 0}, document, json, &value),
        DEALER_OK);
    assert_int_equal(json_count(value), 0);
    assert_int_equal(
        permission_explain(&world.env, world.permissions, &(struct permission_question){person, read, 0}, document, json, &value),
        DEALER_E_INVALID);
    assert_string_equal(world.env.error.entries[0].message->id, "E_PERMISSION_QUESTION");
    error_clear(&world.env.error);
    json_free(json);
    document_free(document);
    org_world_close(&world);
}

static void test_permission__before_the_store_gave_ids_only_the_group_scope_reaches(void **state) {
    (void)state;
    struct org_world world;
    org_world_open(&world, "{}");
    struct loaded loaded = {0};
    assert_int_equal(load(&world.env,
                         CONFIGURATION("{'functions':['visit.*'],'scope':'self'},{'functions':['visit.*'],'scope':'company'},"
                                       "{'functions':['visit.*'],'scope':'department_and_below'}"),
                         &loaded),
        DEALER_OK);
    struct document *document = NULL;
    struct function read = {catalogue_type(loaded.catalogue, "visit"), ACTION_READ};
    assert_int_equal(document_new(&world.env, read.type, &document), DEALER_OK);
    for (int person = 0; person < loaded.org->employee_count; person++)
        assert_false(permission_allows(loaded.permissions, person, read, document, 0));
    document_free(document);
    unload(&loaded);
    org_world_close(&world);
}

static void test_permission_may_create__needs_a_department_of_that_company(void **state) {
    (void)state;
    struct org_world world;
    org_world_open(&world, CONFIGURATION("{'functions':['visit.create'],'scope':'group'}"));
    const struct catalogue_type *visit = catalogue_type(world.catalogue, "visit");
    int person = org_employee_by_code(world.org, "e"), a = org_company_by_code(world.org, "A"),
        b1 = org_department_by_code(world.org, "B1"), a1 = org_department_by_code(world.org, "A1");
    assert_true(permission_may_create(world.permissions, person, visit, a, a1, 0));
    assert_true(permission_may_create(world.permissions, person, visit, a, -1, 0));
    assert_false(permission_may_create(world.permissions, person, visit, a, b1, 0));
    assert_false(permission_may_create(world.permissions, person, visit, -1, a1, 0));
    assert_false(permission_may_create(world.permissions, person, visit, 9, -1, 0));
    assert_false(permission_may_create(world.permissions, person, visit, a, 99, 0));
    assert_false(permission_may_create(world.permissions, person, NULL, a, a1, 0));
    int b = org_company_by_code(world.org, "B");
    assert_false(permission_may_create(world.permissions, person, visit, b, a1, 0)); /* the first department of all */
    assert_false(permission_may_create(world.permissions, person, visit, world.org->company_count, -1, 0));
    assert_false(permission_may_create(world.permissions, person, visit, a, world.org->department_count, 0));
    assert_false(permission_may_create(world.permissions, -1, visit, a, a1, 0));
    assert_false(permission_may_create(world.permissions, world.org->employee_count, visit, a, a1, 0));
    org_world_close(&world);
}

/* ---- explanations beyond the cases ---- */

struct answer {
    const char *kind, *needs, *en;
};

static void expect_last(
    struct org_world *world, const char *person, struct document *document, const char *at, struct answer expected) {
    struct json *json = NULL;
    json_value *why = NULL;
    assert_int_equal(json_new(&world->env, &json), DEALER_OK);
    dealer_status status = permission_explain(&world->env, world->permissions,
        &(struct permission_question){
            org_employee_by_code(world->org, person), (struct function){document->type, ACTION_READ}, org_world_at(at)},
        document, json, &why);
    assert_int_equal(status, DEALER_OK);
    const json_value *reasons = json_get(why, "reasons"), *last = json_at(reasons, json_count(reasons) - 1);
    assert_string_equal(json_get_text(last, "kind"), expected.kind);
    if (expected.needs != NULL) assert_string_equal(json_get_text(last, "needs"), expected.needs);
    assert_string_equal(json_get_text(last, "en"), expected.en);
    json_free(json);
}

static void test_permission_explain__tells_of_posts_that_ended_or_have_not_begun(void **state) {
    (void)state;
    struct org_world world;
    org_world_open(&world, CONFIGURATION("{'functions':['visit.read'],'scope':'group'}"));
    struct document *document = org_world_document(&world, "visit", 7, "A", "A2", NULL);
    expect_last(&world, "f", document, "2026-01-01",
        (struct answer){"near_miss", "in_force", "岗 would allow it, but was held only until 2026-01-01T00:00:00.000Z"});
    expect_last(&world, "g", document, "2026-01-01",
        (struct answer){"near_miss", "in_force", "岗 would allow it, but is held only from 2027-01-01T00:00:00.000Z"});
    expect_last(&world, "e", document, "2026-01-01",
        (struct answer){"grant", NULL, "岗 grants visit.read for documents of the whole group"});
    document_free(document);
    org_world_close(&world);
}

static void test_permission_explain__names_listed_departments_and_owners_that_left(void **state) {
    (void)state;
    struct org_world world;
    org_world_open(&world, CONFIGURATION("{'functions':['visit.read'],'scope':'departments','departments':['A1','A2','A3','A4']}"));
    struct document *document = org_world_document(&world, "visit", 7, "B", "B1", NULL);
    expect_last(&world, "e", document, "2026-01-01",
        (struct answer){"near_miss", "group",
            "岗 grants visit.read for documents of exactly these departments: 一, 二, 三 (+1) only; this one is in 五 of 乙 "
            "(needed: scope group, or a post there)"});
    document_free(document);
    org_world_close(&world);
    org_world_open(&world, CONFIGURATION("{'functions':['visit.read'],'scope':'self'}"));
    document = org_world_document(&world, "visit", 7, "A", "A1", NULL);
    expect_last(&world, "e", document, "2026-01-01",
        (struct answer){"near_miss", "company",
            "岗 grants visit.read for the holder's own documents in 甲 only; this one belongs to nobody in this organisation "
            "(needed: scope company)"});
    document_free(document);
    org_world_close(&world);
}

static void expect_headline(struct org_world *world, struct document *document, const char *en, const char *zh) {
    struct json *json = NULL;
    json_value *why = NULL;
    assert_int_equal(json_new(&world->env, &json), DEALER_OK);
    dealer_status status = permission_explain(&world->env, world->permissions,
        &(struct permission_question){org_employee_by_code(world->org, "e"), (struct function){document->type, ACTION_READ}, 0},
        document, json, &why);
    assert_int_equal(status, DEALER_OK);
    assert_memory_equal(json_get_text(why, "en"), en, strlen(en));
    assert_memory_equal(json_get_text(why, "zh"), zh, strlen(zh));
    json_free(json);
}

static void test_permission_explain__names_a_document_without_a_number(void **state) {
    (void)state;
    struct org_world world;
    org_world_open(&world, CONFIGURATION("{'functions':['visit.read'],'scope':'group'}"));
    struct document *saved = org_world_document(&world, "visit", 7, "A", "A2", NULL);
    struct document *fresh = org_world_document(&world, "visit", 0, "A", "A2", NULL);
    expect_headline(&world, saved, "张 may read visit no. 7: ", "张可以查看拜访（编号 7）：");
    expect_headline(&world, fresh, "张 may read this visit: ", "张可以查看这张拜访：");
    document_free(saved);
    document_free(fresh);
    org_world_close(&world);
}

/* ---- memory ---- */

static dealer_status ask_all(struct env *env, const struct permissions *permissions, const struct document *document) {
    struct json *json = NULL;
    struct region region;
    const struct predicate *predicate = NULL;
    json_value *value = NULL;
    struct function read = {document->type, ACTION_READ};
    region_init(&region, env->seams);
    dealer_status status = json_new(env, &json);
    if (status == DEALER_OK)
        status = permission_explain(env, permissions, &(struct permission_question){0, read, 0}, document, json, &value);
    if (status == DEALER_OK)
        status =
            permission_explain(env, permissions, &(struct permission_question){1, read, INT64_MAX - 1}, document, json, &value);
    if (status == DEALER_OK) status = permission_functions_of(env, permissions, 0, 0, json, &value);
    if (status == DEALER_OK)
        status = permission_who_can(env, permissions, &(struct permission_question){-1, read, 0}, document, json, &value);
    if (status == DEALER_OK)
        status = permission_predicate(env, &region, permissions, &(struct permission_question){0, read, 0}, &predicate);
    region_finish(&region);
    json_free(json);
    return status;
}

static dealer_status work(struct env *env, struct org_world *world, const struct document *document) {
    struct org *org = NULL;
    struct permissions *permissions = NULL;
    int64_t next = 0;
    dealer_status status = org_load(env, json_root(world->configuration), NULL, NULL, &org);
    if (status == DEALER_OK) status = org_assign_ids(env, org, org_world_identify, &next);
    if (status == DEALER_OK) status = permissions_compile(env, org, world->catalogue, NULL, NULL, &permissions);
    if (status == DEALER_OK) status = ask_all(env, permissions, document);
    permissions_free(permissions);
    org_free(org);
    return status;
}

static void test_permission_memory__every_refusal_ends_cleanly(void **state) {
    (void)state;
    struct org_world world;
    org_world_open(&world,
        CONFIGURATION("{'functions':['*.read','trade_in.*'],'scope':'department_and_below'},{'functions':['trade_in.read'],"
                      "'scope':'departments','departments':['A4','A2'],'condition':{'all':[{'field':'hours','op':'<=','value':9},"
                      "{'field':'brand','op':'in','value':['a','b']}]}},{'functions':['trade_in.read'],'scope':'self'}"));
    struct document *document = org_world_document(&world, "trade_in", 7, "A", "A2", "e");
    size_t point = 0;
    for (bool hit = true; hit;) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        failing_allocator_init(&allocator, &seams, ++point, false);
        env_init(&env, &seams);
        dealer_status status = work(&env, &world, document);
        hit = allocator.hit;
        assert_int_equal(status, hit ? DEALER_E_NOMEM : DEALER_OK);
        assert_int_equal(error_status(&env.error), status);
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
    }
    assert_true(point > 10);
    document_free(document);
    org_world_close(&world);
}

int main(void) {
    enum { ROWS = sizeof rows / sizeof rows[0], OTHERS = 10 };
    struct CMUnitTest tests[ROWS + OTHERS] = {
        cmocka_unit_test(test_permissions_compile__a_wildcard_condition_names_each_type_it_does_not_fit),
        cmocka_unit_test(test_function_parse__takes_type_and_action_and_nothing_else),
        cmocka_unit_test(test_permission__an_empty_configuration_allows_nothing),
        cmocka_unit_test(test_permission__a_document_of_another_type_or_no_type_is_refused),
        cmocka_unit_test(test_permission__before_the_store_gave_ids_only_the_group_scope_reaches),
        cmocka_unit_test(test_permission_may_create__needs_a_department_of_that_company),
        cmocka_unit_test(test_permission_explain__tells_of_posts_that_ended_or_have_not_begun),
        cmocka_unit_test(test_permission_explain__names_listed_departments_and_owners_that_left),
        cmocka_unit_test(test_permission_explain__names_a_document_without_a_number),
        cmocka_unit_test(test_permission_memory__every_refusal_ends_cleanly),
    };
    for (size_t i = 0; i < ROWS; i++)
        tests[i + OTHERS] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
