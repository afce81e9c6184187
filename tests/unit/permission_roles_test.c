/* What stands beside plain grants: service roles and their sites, the reserved functions over people and places, the rules
 * that keep duties apart, fields that a post may not see; and what is said of them when they do not fit. */
#include "permission/separation.h"
#include "support/org_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GROUP(posts, more_of_x, rest)                                                                                    \
    "{'group':{'code':'G','name':'集团'},'companies':[{'code':'A','name':'甲','kinds':['service'],'currency':'CNY'}," \
    "{'code':'B','name':'乙','kinds':['service'],'currency':'CNY','parent':'A'},"                                       \
    "{'code':'C','name':'丙','kinds':['service'],'currency':'CNY'}],'departments':["                                    \
    "{'code':'A1','name':'一','company':'A'},{'code':'A2','name':'二','company':'A','parent':'A1'},"                   \
    "{'code':'B1','name':'三','company':'B'}],'posts':[" posts "],'employees':["                                         \
    "{'code':'x','name':'某','department':'A2'" more_of_x "},{'code':'y','name':'他','department':'B1','posts':[]}]" rest "}"
#define POST(grants)     "{'code':'p','name':'岗','grants':[" grants "]}"
#define HOLDS            ",'posts':[{'post':'p'}]"
#define ROLE_IN(company) HOLDS ",'service_roles':[{'company':'" company "','sites':['north','south']}]"
#define SERVE(scope)     POST("{'functions':['service_order.*'],'scope':" scope "}")

/* ---- findings ---- */

struct finding_row {
    const char *name, *configuration;
    const char *path, *id, *says; /* path NULL: there is none */
};
static const struct finding_row finding_rows[] = {
    {"a field that the type has not", GROUP("{'code':'p','name':'岗','fields':[{'type':'trade_in','hidden':['hour']}]}", "", ""),
        "posts[0].fields[0].hidden[0]", "E_PERMISSION_FIELD", "hours"},
    {"a field without which nothing can be decided",
        GROUP("{'code':'p','name':'岗','fields':[{'type':'trade_in','fixed':['hours','owner']}]}", "", ""),
        "posts[0].fields[0].fixed[1]", "E_PERMISSION_FIELD_NEEDED", "owner"},
    {"fields of a type that is none", GROUP("{'code':'p','name':'岗','fields':[{'type':'trade_inn','hidden':['hours']}]}", "", ""),
        "posts[0].fields[0].type", "E_PERMISSION_TYPE", "trade_in"},
    {"fields of every kind",
        GROUP("{'code':'p','name':'岗','fields':[{'type':'trade_in','hidden':['hours','number'],'fixed':['year']}]}", "", ""), NULL,
        NULL, NULL},
    {"a reserved action that is none", GROUP(POST("{'functions':['configuration.edit'],'scope':'group'}"), "", ""),
        "posts[0].grants[0].functions[0]", "E_PERMISSION_ACTION", "apply"},
    {"a reserved function under a condition",
        GROUP(POST("{'functions':['configuration.*'],'scope':'group','condition':{'field':'hours','op':'<','value':1}}"), "", ""),
        "posts[0].grants[0].condition", "E_PERMISSION_CONDITION_RESERVED", "configuration.read"},
    {"a temporary grant of a type that is none",
        GROUP("",
            ",'posts':[],'grants':[{'functions':['visit.read'],'scope':'self','from':'2026-01-01','to':'2027-01-01'},"
            "{'functions':['visitt.read'],'scope':'self','from':'2026-01-01','to':'2027-01-01'}]",
            ""),
        "employees[0].grants[1].functions[0]", "E_PERMISSION_TYPE", "visit"},

    {"a service role without a post that serves", GROUP(POST("{'functions':['trade_in.*'],'scope':'group'}"), ROLE_IN("A"), ""),
        "employees[0].service_roles[0]", "E_PERMISSION_SERVICE_ROLE", "某|x"},
    {"... with a denial alone", GROUP(POST("{'functions':['service_order.*'],'scope':'group','deny':true}"), ROLE_IN("A"), ""),
        "employees[0].service_roles[0]", "E_PERMISSION_SERVICE_ROLE", "A"},
    {"... by a temporary grant alone",
        GROUP("",
            ",'posts':[],'service_roles':[{'company':'A','sites':['north']}],'grants':[{'functions':['service_order.read'],"
            "'scope':'company','from':'2026-01-01','to':'2027-01-01'}]",
            ""),
        "employees[0].service_roles[0]", "E_PERMISSION_SERVICE_ROLE", "A"},
    {"... in another company than the post's", GROUP(SERVE("'company'"), ROLE_IN("B"), ""), "employees[0].service_roles[0]",
        "E_PERMISSION_SERVICE_ROLE", "B"},
    {"... beside what lies below", GROUP(SERVE("'company_and_below'"), ROLE_IN("C"), ""), "employees[0].service_roles[0]",
        "E_PERMISSION_SERVICE_ROLE", "C"},
    {"... beside the listed companies", GROUP(SERVE("'companies','companies':['A']"), ROLE_IN("B"), ""),
        "employees[0].service_roles[0]", "E_PERMISSION_SERVICE_ROLE", "B"},
    {"... beside the listed departments", GROUP(SERVE("'departments','departments':['B1']"), ROLE_IN("A"), ""),
        "employees[0].service_roles[0]", "E_PERMISSION_SERVICE_ROLE", "A"},
    {"a service role on a post of his company", GROUP(SERVE("'self'"), ROLE_IN("A"), ""), NULL, NULL, NULL},
    {"... of the group", GROUP(SERVE("'group'"), ROLE_IN("C"), ""), NULL, NULL, NULL},
    {"... of the companies below", GROUP(SERVE("'company_and_below'"), ROLE_IN("B"), ""), NULL, NULL, NULL},
    {"... of listed companies", GROUP(SERVE("'companies','companies':['B']"), ROLE_IN("B"), ""), NULL, NULL, NULL},
    {"... of listed companies and those below", GROUP(SERVE("'companies_and_below','companies':['A']"), ROLE_IN("B"), ""), NULL,
        NULL, NULL},
    {"... of listed departments", GROUP(SERVE("'departments_and_below','departments':['A1']"), ROLE_IN("A"), ""), NULL, NULL, NULL},

    {"a duty of a type that is none", GROUP("", "", ",'separation':[{'did':'trade_inn.value','may_not':'sales.approve'}]"),
        "separation[0].did", "E_PERMISSION_TYPE", "trade_in"},
    {"a part that is none", GROUP("", "", ",'separation':[{'did':'trade_in.value','may_not':'sales.agree'}]"),
        "separation[0].may_not", "E_PERMISSION_PART", "approve"},
    {"a part without a type",
        GROUP("", "",
            ",'separation':[{'did':'trade_in.value','may_not':'sales.confirm'},{'did':'x.value',"
            "'may_not':'sales.approve'}]"),
        "separation[1].did", "E_PERMISSION_TYPE", "x"},
};

static void test_finding_row(void **state) {
    const struct finding_row *row = *state;
    struct seams seams;
    struct env env;
    struct json *findings = NULL;
    struct org *org = NULL;
    struct catalogue *catalogue = NULL;
    struct permissions *permissions = NULL;
    seams_defaults(&seams);
    env_init(&env, &seams);
    assert_int_equal(org_world_findings(&env, row->configuration, &findings, &org), DEALER_OK);
    assert_int_equal(catalogue_load(&env, NULL, &catalogue), DEALER_OK);
    dealer_status status = permissions_compile(&env, org, catalogue, json_root(findings), findings, &permissions);
    const json_value *finding = json_at(json_root(findings), 0);
    assert_int_equal(status, row->path != NULL ? DEALER_E_CONFIGURATION : DEALER_OK);
    assert_int_equal(json_count(json_root(findings)), row->path != NULL);
    if (row->path != NULL) {
        assert_string_equal(json_get_text(finding, "path"), row->path);
        assert_string_equal(json_get_text(finding, "id"), row->id);
        const char *either = strchr(row->says, '|'); /* in either language */
        bool said = strstr(json_get_text(finding, "en"), either != NULL ? either + 1 : row->says) != NULL;
        if (!said) fail_msg("%s", json_get_text(finding, "en"));
        assert_true(json_get_text(finding, "zh") != NULL);
    }
    permissions_free(permissions);
    catalogue_free(catalogue);
    org_free(org);
    json_free(findings);
    env_finish(&env);
}

/* ---- sites ---- */

/* Check, predicate and explanation of x over an order. */
static void ask_site(struct org_world *world, const char *company, const char *site, const char *wanted) {
    struct region region;
    struct json *json = NULL;
    json_value *why = NULL;
    const struct predicate *predicate = NULL;
    struct predicate_world in = permission_world(world->permissions);
    struct document *order = org_world_document(world, "service_order", 1, company, company[0] == 'A' ? "A2" : "B1", "y");
    const struct catalogue_field *field = catalogue_field(order->type, "site");
    if (site != NULL) document_put_text(&world->env, order, field->index, site, strlen(site));
    struct permission_question question = {org_employee_by_code(world->org, "x"), {order->type, ACTION_EDIT}, 0};
    region_init(&region, &world->seams);
    assert_int_equal(json_new(&world->env, &json), DEALER_OK);
    assert_int_equal(permission_predicate(&world->env, &region, world->permissions, &question, &predicate), DEALER_OK);
    assert_int_equal(permission_explain(&world->env, world->permissions, &question, order, json, &why), DEALER_OK);
    const json_value *first = json_at(json_get(why, "reasons"), 0);
    bool allowed = strcmp(wanted, "yes") == 0;
    assert_int_equal(permission_allows(world->permissions, question.employee, question.function, order, 0), allowed);
    assert_int_equal(predicate_holds(predicate, order, &in), allowed);
    assert_int_equal(json_is_true(json_get(why, "allowed")), allowed);
    if (!allowed) assert_string_equal(json_get_text(first, "needs"), wanted);
    json_free(json);
    region_finish(&region);
    document_free(order);
}

static void test_service_role__narrows_to_its_sites_in_its_company_and_nowhere_else(void **state) {
    struct org_world world;
    assert_null(*state);
    org_world_open(&world, GROUP(SERVE("'company_and_below'"), ROLE_IN("A"), ""));
    ask_site(&world, "A", "north", "yes");
    ask_site(&world, "A", NULL, "yes"); /* none yet */
    ask_site(&world, "A", "east", "site");
    ask_site(&world, "B", "east", "yes"); /* no role there */
    ask_site(&world, "B", NULL, "yes");
    org_world_close(&world);
    org_world_open(&world, GROUP(SERVE("'company'"), ROLE_IN("A"), ""));
    ask_site(&world, "A", "south", "yes");
    ask_site(&world, "B", "south", "company_and_below"); /* a role widens nothing */
    org_world_close(&world);
}

static void test_places__of_a_service_role_are_conditional(void **state) {
    struct org_world world;
    struct json *json = NULL;
    json_value *places = NULL;
    assert_null(*state);
    org_world_open(&world, GROUP(SERVE("'company_and_below'"), ROLE_IN("A"), ""));
    struct permission_question question = {
        org_employee_by_code(world.org, "x"), org_world_function(&world, "service_order.read"), 0};
    assert_int_equal(json_new(&world.env, &json), DEALER_OK);
    assert_int_equal(permission_places(&world.env, world.permissions, &question, json, &places), DEALER_OK);
    assert_true(json_is_true(json_get(places, "conditional")));
    assert_int_equal(json_count(json_get(places, "companies")), 2);
    json_free(json);
    org_world_close(&world);
}

/* ---- over people and places ---- */

struct over_row {
    const char *name, *grants;
    bool own_person, other_person, own_place, own_company, other_place, group, any;
};
static const struct over_row over_rows[] = {
    {"nothing granted", "{'functions':['*.*'],'scope':'group'}", false, false, false, false, false, false, false},
    {"his department", "{'functions':['configuration.apply'],'scope':'department'}", true, false, true, false, false, false, true},
    {"his company", "{'functions':['configuration.*'],'scope':'company'}", true, false, true, true, false, false, true},
    {"himself", "{'functions':['configuration.apply'],'scope':'self'}", true, false, false, false, false, false, true},
    {"the companies below too", "{'functions':['configuration.apply'],'scope':'company_and_below'}", true, true, true, true, true,
        false, true},
    {"the group", "{'functions':['configuration.apply'],'scope':'group'}", true, true, true, true, true, true, true},
    {"the group but for a company",
        "{'functions':['configuration.apply'],'scope':'group'},{'functions':['configuration.apply'],'scope':'companies',"
        "'companies':['B'],'deny':true}",
        true, false, true, true, false, false, true},
    {"denied altogether",
        "{'functions':['configuration.apply'],'scope':'group'},{'functions':['configuration.*'],'scope':'group','deny':true}",
        false, false, false, false, false, false, false},
    {"reading is not applying", "{'functions':['configuration.read'],'scope':'group'}", false, false, false, false, false, false,
        false},
};

static void test_over_row(void **state) {
    const struct over_row *row = *state;
    struct org_world world;
    char text[2000], posts[800];
    snprintf(posts, sizeof posts, "{'code':'p','name':'岗','grants':[%s]}", row->grants);
    static const char form[] = GROUP("@", HOLDS, "");
    const char *at = strchr(form, '@');
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - form), form, posts, at + 1);
    org_world_open(&world, text);
    const struct permissions *permissions = world.permissions;
    int x = org_employee_by_code(world.org, "x"), y = org_employee_by_code(world.org, "y");
    int a = org_company_by_code(world.org, "A"), b = org_company_by_code(world.org, "B");
    int a2 = org_department_by_code(world.org, "A2"), b1 = org_department_by_code(world.org, "B1");
    assert_int_equal(permission_over_person(permissions, x, ACTION_EDIT, x, 0), row->own_person);
    assert_int_equal(permission_over_person(permissions, x, ACTION_EDIT, y, 0), row->other_person);
    assert_int_equal(permission_over_place(permissions, x, ACTION_EDIT, a, a2, 0), row->own_place);
    assert_int_equal(permission_over_place(permissions, x, ACTION_EDIT, a, -1, 0), row->own_company);
    assert_int_equal(permission_over_place(permissions, x, ACTION_EDIT, b, b1, 0), row->other_place);
    assert_int_equal(permission_over_group(permissions, x, ACTION_EDIT, 0), row->group);
    assert_int_equal(permission_has_reserved(permissions, x, ACTION_EDIT, 0), row->any);
    assert_false(permission_over_person(permissions, y, ACTION_EDIT, x, 0)); /* he holds nothing */
    assert_false(permission_over_person(permissions, x, ACTION_EDIT, -1, 0));
    assert_false(permission_over_person(permissions, x, ACTION_EDIT, 99, 0));
    org_world_close(&world);
}

static void test_functions_of__tells_the_reserved_ones_by_their_names(void **state) {
    struct org_world world;
    struct json *json = NULL;
    json_value *functions = NULL;
    assert_null(*state);
    org_world_open(&world, GROUP(POST("{'functions':['configuration.*'],'scope':'company'}"), HOLDS, ""));
    assert_int_equal(json_new(&world.env, &json), DEALER_OK);
    int x = org_employee_by_code(world.org, "x");
    assert_int_equal(permission_functions_of(&world.env, world.permissions, x, 0, json, &functions), DEALER_OK);
    assert_int_equal(json_count(functions), 2);
    assert_string_equal(json_text(json_at(functions, 0)), "configuration.read");
    assert_string_equal(json_text(json_at(functions, 1)), "configuration.apply");
    json_free(json);
    org_world_close(&world);
}

/* ---- duties kept apart ---- */

static void test_chain_rules__are_read_in_their_order_beside_those_of_posts(void **state) {
    struct org_world world;
    int count = 0;
    assert_null(*state);
    org_world_open(&world, GROUP("{'code':'p','name':'岗'},{'code':'q','name':'位'}", "",
                               ",'separation':[{'did':'trade_in.value','may_not':'sales.approve'},{'posts':['p','q']},"
                               "{'did':'sales.create','may_not':'contract.confirm'}]"));
    const struct chain_rule *rules = permission_chain_rules(world.permissions, &count);
    assert_int_equal(count, 2);
    assert_string_equal(rules[0].did_type->name, "trade_in");
    assert_string_equal(chain_part_name(rules[0].did), "value");
    assert_string_equal(chain_part_name(rules[0].may_not), "approve");
    assert_string_equal(rules[1].may_not_type->name, "contract");
    assert_int_equal(rules[1].did, PART_CREATE);
    org_world_close(&world);
}

int main(void) {
    enum { FINDINGS = sizeof finding_rows / sizeof finding_rows[0], OVERS = sizeof over_rows / sizeof over_rows[0], ALONE = 4 };
    static struct CMUnitTest tests[ALONE + FINDINGS + OVERS] = {
        cmocka_unit_test(test_service_role__narrows_to_its_sites_in_its_company_and_nowhere_else),
        cmocka_unit_test(test_places__of_a_service_role_are_conditional),
        cmocka_unit_test(test_functions_of__tells_the_reserved_ones_by_their_names),
        cmocka_unit_test(test_chain_rules__are_read_in_their_order_beside_those_of_posts),
    };
    struct CMUnitTest *next = tests + ALONE;
    for (size_t i = 0; i < FINDINGS; i++)
        *next++ = (struct CMUnitTest){finding_rows[i].name, test_finding_row, NULL, NULL, (void *)(uintptr_t)&finding_rows[i]};
    for (size_t i = 0; i < OVERS; i++)
        *next++ = (struct CMUnitTest){over_rows[i].name, test_over_row, NULL, NULL, (void *)(uintptr_t)&over_rows[i]};
    return _cmocka_run_group_tests("roles", tests, sizeof tests / sizeof tests[0], NULL, NULL);
}
