/* What is wrong with a configuration is found at its place, named by an id, in two languages; one row is one fault. */
#include "support/org_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A sound configuration around one piece that a row replaces. */
#define GROUP "'group':{'code':'G','name':'集团'}"
#define COMPANIES                                                                \
    "'companies':[{'code':'A','name':'甲','kinds':['sales'],'currency':'CNY'}," \
    "{'code':'B','name':'乙','kinds':[],'currency':'CNY'}]"
#define DEPARTMENTS                                                                                                   \
    "'departments':[{'code':'A1','name':'一','company':'A'},{'code':'A2','name':'二','company':'A','parent':'A1'}," \
    "{'code':'B1','name':'三','company':'B'}]"
#define POSTS            "'posts':[{'code':'sales','name':'销售','grants':[{'functions':['visit.*'],'scope':'department'}]}]"
#define EMPLOYEES        "'employees':[{'code':'zhang','name':'张','department':'A2','posts':[{'post':'sales'}]}]"
#define COMPANY(text)    "{" GROUP ",'companies':[" text "]}"
#define DEPARTMENT(text) "{" GROUP "," COMPANIES ",'departments':[{'code':'A1','name':'一','company':'A'}," text "]}"
#define GRANT(text)      "{" GROUP "," COMPANIES "," DEPARTMENTS ",'posts':[{'code':'p','name':'岗','grants':[" text "]}]}"
#define EMPLOYEE(text)   "{" GROUP "," COMPANIES "," DEPARTMENTS "," POSTS ",'employees':[" text "]}"
#define HOLDING(text)    EMPLOYEE("{'code':'zhang','name':'张','department':'A2','posts':[" text "]}")
#define NAME_201                                                                                                \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

struct row {
    const char *name, *configuration, *path, *id;
    const char *nearest; /* NULL: none is offered */
};

static const struct row rows[] = {
    {"the whole is no object", "[]", "", "E_ORG_KIND", NULL},
    {"an unknown member", "{'emploees':[]}", "emploees", "E_ORG_MEMBER_UNKNOWN", "employees"},
    {"no group", "{" COMPANIES "}", "group", "E_ORG_MEMBER_MISSING", NULL},
    {"the group is a text", "{'group':'G'," COMPANIES "}", "group", "E_ORG_KIND", NULL},
    {"the group has no code", "{'group':{'name':'g'}}", "group.code", "E_ORG_MEMBER_MISSING", NULL},
    {"the group has another member", "{'group':{'code':'g','name':'g','x':1}}", "group.x", "E_ORG_MEMBER_UNKNOWN", NULL},
    {"companies is an object", "{'companies':{}}", "companies", "E_ORG_KIND", NULL},
    {"a company is a number", COMPANY("1"), "companies[0]", "E_ORG_KIND", NULL},
    {"a company is null", COMPANY("null"), "companies[0]", "E_ORG_KIND", NULL},
    {"a company without kinds", COMPANY("{'code':'A','name':'a','currency':'CNY'}"), "companies[0].kinds", "E_ORG_MEMBER_MISSING",
        NULL},
    {"an unknown kind", COMPANY("{'code':'A','name':'a','kinds':['sale'],'currency':'CNY'}"), "companies[0].kinds[0]",
        "E_ORG_CHOICE", "sales"},
    {"a kind that is no text", COMPANY("{'code':'A','name':'a','kinds':[1],'currency':'CNY'}"), "companies[0].kinds[0]",
        "E_ORG_KIND", NULL},
    {"a kind twice", COMPANY("{'code':'A','name':'a','kinds':['sales','sales'],'currency':'CNY'}"), "companies[0].kinds[1]",
        "E_ORG_LISTED_TWICE", NULL},
    {"a currency in small letters", COMPANY("{'code':'A','name':'a','kinds':[],'currency':'cny'}"), "companies[0].currency",
        "E_ORG_CURRENCY", NULL},
    {"no currency", COMPANY("{'code':'A','name':'a','kinds':[]}"), "companies[0].currency", "E_ORG_MEMBER_MISSING", NULL},
    {"an empty code", DEPARTMENT("{'code':'','name':'x','company':'A'}"), "departments[1].code", "E_ORG_CODE_INVALID", NULL},
    {"a code with a blank", DEPARTMENT("{'code':'A 2','name':'x','company':'A'}"), "departments[1].code", "E_ORG_CODE_INVALID",
        NULL},
    {"a code with an ideographic blank", DEPARTMENT("{'code':'甲\u3000乙','name':'x','company':'A'}"), "departments[1].code",
        "E_ORG_CODE_INVALID", NULL},
    {"a code with a zero-width blank", DEPARTMENT("{'code':'A\u200b2','name':'x','company':'A'}"), "departments[1].code",
        "E_ORG_CODE_INVALID", NULL},
    {"a code of 65 bytes",
        DEPARTMENT("{'code':'12345678901234567890123456789012345678901234567890123456789012345','name':'x','company':'A'}"),
        "departments[1].code", "E_ORG_CODE_INVALID", NULL},
    {"a code that is a number", DEPARTMENT("{'code':2,'name':'x','company':'A'}"), "departments[1].code", "E_ORG_KIND", NULL},
    {"a code twice", DEPARTMENT("{'code':'A1','name':'x','company':'A'}"), "departments[1].code", "E_ORG_CODE_DUPLICATE", NULL},
    {"codes that differ by case", DEPARTMENT("{'code':'a1','name':'x','company':'A'}"), "departments[1].code",
        "E_ORG_CODE_CONFUSABLE", NULL},
    {"codes that differ by width", DEPARTMENT("{'code':'Ａ１','name':'x','company':'A'}"), "departments[1].code",
        "E_ORG_CODE_CONFUSABLE", NULL},
    {"no name", DEPARTMENT("{'code':'A2','company':'A'}"), "departments[1].name", "E_ORG_MEMBER_MISSING", NULL},
    {"a name of blanks", DEPARTMENT("{'code':'A2','name':' \u3000','company':'A'}"), "departments[1].name", "E_ORG_NAME_INVALID",
        NULL},
    {"a name too long", DEPARTMENT("{'code':'A2','name':'" NAME_201 "','company':'A'}"), "departments[1].name",
        "E_ORG_NAME_INVALID", NULL},
    {"a name that turns its direction", DEPARTMENT("{'code':'A2','name':'a\u202eb','company':'A'}"), "departments[1].name",
        "E_ORG_NAME_INVALID", NULL},
    {"a department of no company", DEPARTMENT("{'code':'A2','name':'x'}"), "departments[1].company", "E_ORG_MEMBER_MISSING", NULL},
    {"a company that is not there", DEPARTMENT("{'code':'A2','name':'x','company':'C'}"), "departments[1].company",
        "E_ORG_COMPANY_UNKNOWN", "A"},
    {"a parent that is not there", DEPARTMENT("{'code':'A2','name':'x','company':'A','parent':'A9'}"), "departments[1].parent",
        "E_ORG_DEPARTMENT_UNKNOWN", "A1"},
    {"a parent far from any code", DEPARTMENT("{'code':'A2','name':'x','company':'A','parent':'nowhere at all'}"),
        "departments[1].parent", "E_ORG_DEPARTMENT_UNKNOWN", NULL},
    {"a parent of another company", DEPARTMENT("{'code':'B1','name':'x','company':'B','parent':'A1'}"), "departments[1].parent",
        "E_ORG_PARENT_COMPANY", NULL},
    {"its own parent", DEPARTMENT("{'code':'A2','name':'x','company':'A','parent':'A2'}"), "departments[1].parent", "E_ORG_LOOP",
        NULL},
    {"a loop of two",
        DEPARTMENT("{'code':'A2','name':'x','company':'A','parent':'A3'},{'code':'A3','name':'x','company':'A','parent':'A2'},"
                   "{'code':'A4','name':'x','company':'A','parent':'A2'}"),
        "departments[1].parent", "E_ORG_LOOP", NULL},
    {"a loop of four",
        DEPARTMENT("{'code':'L1','name':'x','company':'A','parent':'L2'},{'code':'L2','name':'x','company':'A','parent':'L3'},"
                   "{'code':'L3','name':'x','company':'A','parent':'L4'},{'code':'L4','name':'x','company':'A','parent':'L1'}"),
        "departments[1].parent", "E_ORG_LOOP", NULL},
    {"a head from nowhere", DEPARTMENT("{'code':'A2','name':'x','company':'A','head':'zhang'}"), "departments[1].head",
        "E_ORG_EMPLOYEE_UNKNOWN", NULL},
    {"a deputy from nowhere", DEPARTMENT("{'code':'A2','name':'x','company':'A','deputies':['zhang']}"),
        "departments[1].deputies[0]", "E_ORG_EMPLOYEE_UNKNOWN", NULL},
    {"deputies is a text", DEPARTMENT("{'code':'A2','name':'x','company':'A','deputies':'zhang'}"), "departments[1].deputies",
        "E_ORG_KIND", NULL},
    {"disabled is a number", "{'posts':[{'code':'p','name':'p','disabled':1}]}", "posts[0].disabled", "E_ORG_KIND", NULL},
    {"grants is an object", "{'posts':[{'code':'p','name':'p','grants':{}}]}", "posts[0].grants", "E_ORG_KIND", NULL},
    {"a grant is a text", GRANT("'trade_in.read'"), "posts[0].grants[0]", "E_ORG_KIND", NULL},
    {"a grant without functions", GRANT("{'scope':'self'}"), "posts[0].grants[0].functions", "E_ORG_MEMBER_MISSING", NULL},
    {"a grant of no functions", GRANT("{'functions':[],'scope':'self'}"), "posts[0].grants[0].functions", "E_ORG_LIST_EMPTY", NULL},
    {"a function without a type", GRANT("{'functions':['read'],'scope':'self'}"), "posts[0].grants[0].functions[0]",
        "E_ORG_FUNCTION_SYNTAX", NULL},
    {"a function with half an asterisk", GRANT("{'functions':['trade*.read'],'scope':'self'}"), "posts[0].grants[0].functions[0]",
        "E_ORG_FUNCTION_SYNTAX", NULL},
    {"a function without an action", GRANT("{'functions':['trade_in.'],'scope':'self'}"), "posts[0].grants[0].functions[0]",
        "E_ORG_FUNCTION_SYNTAX", NULL},
    {"a function twice", GRANT("{'functions':['a.b','a.b'],'scope':'self'}"), "posts[0].grants[0].functions[1]",
        "E_ORG_LISTED_TWICE", NULL},
    {"a function that is true", GRANT("{'functions':[true],'scope':'self'}"), "posts[0].grants[0].functions[0]", "E_ORG_KIND",
        NULL},
    {"no scope", GRANT("{'functions':['a.b']}"), "posts[0].grants[0].scope", "E_ORG_MEMBER_MISSING", NULL},
    {"an unknown scope", GRANT("{'functions':['a.b'],'scope':'compani'}"), "posts[0].grants[0].scope", "E_ORG_CHOICE", "company"},
    {"listed companies without a list", GRANT("{'functions':['a.b'],'scope':'companies'}"), "posts[0].grants[0].companies",
        "E_ORG_SCOPE_LIST_MISSING", NULL},
    {"departments for listed companies", GRANT("{'functions':['a.b'],'scope':'companies','companies':['A'],'departments':['A1']}"),
        "posts[0].grants[0].departments", "E_ORG_SCOPE_LIST_UNWANTED", NULL},
    {"listed departments without a list", GRANT("{'functions':['a.b'],'scope':'departments'}"), "posts[0].grants[0].departments",
        "E_ORG_SCOPE_LIST_MISSING", NULL},
    {"a list where none belongs", GRANT("{'functions':['a.b'],'scope':'self','departments':['A1']}"),
        "posts[0].grants[0].departments", "E_ORG_SCOPE_LIST_UNWANTED", NULL},
    {"an empty list of departments", GRANT("{'functions':['a.b'],'scope':'departments_and_below','departments':[]}"),
        "posts[0].grants[0].departments", "E_ORG_LIST_EMPTY", NULL},
    {"a listed department that is not there", GRANT("{'functions':['a.b'],'scope':'departments','departments':['A1','A3']}"),
        "posts[0].grants[0].departments[1]", "E_ORG_DEPARTMENT_UNKNOWN", "A1"},
    {"a listed department twice", GRANT("{'functions':['a.b'],'scope':'departments','departments':['A1','A1']}"),
        "posts[0].grants[0].departments[1]", "E_ORG_LISTED_TWICE", NULL},
    {"a condition that is a text", GRANT("{'functions':['a.b'],'scope':'self','condition':'x'}"), "posts[0].grants[0].condition",
        "E_ORG_KIND", NULL},
    {"an unknown member of a grant", GRANT("{'functions':['a.b'],'scope':'self','conditions':{}}"), "posts[0].grants[0].conditions",
        "E_ORG_MEMBER_UNKNOWN", "condition"},
    {"an employee without a department", EMPLOYEE("{'code':'z','name':'z'}"), "employees[0].department", "E_ORG_MEMBER_MISSING",
        NULL},
    {"an employee of a department that is not there", EMPLOYEE("{'code':'z','name':'z','department':'A3'}"),
        "employees[0].department", "E_ORG_DEPARTMENT_UNKNOWN", "A1"},
    {"a post that is a text", HOLDING("'sales'"), "employees[0].posts[0]", "E_ORG_KIND", NULL},
    {"a post left out", HOLDING("{}"), "employees[0].posts[0].post", "E_ORG_MEMBER_MISSING", NULL},
    {"a post that is not there", HOLDING("{'post':'sale'}"), "employees[0].posts[0].post", "E_ORG_POST_UNKNOWN", "sales"},
    {"a post in a company that is not there", HOLDING("{'post':'sales','company':'D'}"), "employees[0].posts[0].company",
        "E_ORG_COMPANY_UNKNOWN", "A"},
    {"a post in two places", HOLDING("{'post':'sales','company':'A','department':'A1'}"), "employees[0].posts[0]",
        "E_ORG_HOLDING_PLACE", NULL},
    {"a date that does not exist", HOLDING("{'post':'sales','from':'2026-02-30'}"), "employees[0].posts[0].from", "E_ORG_INSTANT",
        NULL},
    {"a date in words", HOLDING("{'post':'sales','to':'tomorrow'}"), "employees[0].posts[0].to", "E_ORG_INSTANT", NULL},
    {"a date as a number", HOLDING("{'post':'sales','to':20260101}"), "employees[0].posts[0].to", "E_ORG_KIND", NULL},
    {"an end at the beginning", HOLDING("{'post':'sales','from':'2026-01-01','to':'2026-01-01T00:00:00Z'}"),
        "employees[0].posts[0]", "E_ORG_PERIOD", NULL},
    {"a department scope held in a company", HOLDING("{'post':'sales','company':'B'}"), "employees[0].posts[0]",
        "E_ORG_SCOPE_NEEDS_DEPARTMENT", NULL},
    {"an unknown member of a holding", HOLDING("{'post':'sales','form':'2026-01-01'}"), "employees[0].posts[0].form",
        "E_ORG_MEMBER_UNKNOWN", "from"},
};

static bool is_equal(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Exactly one finding, as the row says, and the error above it. */
static void check_row(const struct row *row) {
    struct seams seams;
    struct env env;
    struct json *findings = NULL;
    struct org *org = NULL;
    seams_defaults(&seams);
    env_init(&env, &seams);
    dealer_status status = org_world_findings(&env, row->configuration, &findings, &org);
    const json_value *list = json_root(findings), *first = json_at(list, 0);
    bool as_told = status == DEALER_E_CONFIGURATION && json_count(list) == 1 && is_equal(json_get_text(first, "path"), row->path) &&
                   is_equal(json_get_text(first, "id"), row->id) && is_equal(json_get_text(first, "nearest"), row->nearest);
    if (!as_told) {
        char *text = json_write(&env, list, true, true, NULL);
        fail_msg("%s: expected %s at %s, found %s", row->name, row->id, row->path, text);
    }
    assert_null(org);
    assert_true(json_get_text(first, "en")[0] != '\0' && json_get_text(first, "zh")[0] != '\0');
    assert_null(strchr(json_get_text(first, "en"), '{')); /* every argument was filled in */
    assert_null(strchr(json_get_text(first, "zh"), '{'));
    assert_int_equal(env.error.depth, 2);
    assert_string_equal(env.error.entries[0].message->id, "E_ORG_FINDINGS");
    assert_string_equal(env.error.entries[1].message->id, row->id);
    json_free(findings);
    env_finish(&env);
}

static void test_row(void **state) {
    check_row(*state);
}

static void test_org_load__reports_every_finding_and_counts_them(void **state) {
    (void)state;
    struct seams seams;
    struct env env;
    struct json *findings = NULL;
    struct org *org = NULL;
    seams_defaults(&seams);
    env_init(&env, &seams);
    dealer_status status = org_world_findings(&env,
        "{" GROUP "," COMPANIES ",'departments':[{'code':'A1','name':'','company':'X'},{'code':'A1','name':'x','company':'A'}],"
        "'posts':[{'code':'p'}],'employees':[{'code':'z','name':'z','department':'A1','posts':[{'post':'q'}]}]}",
        &findings, &org);
    assert_int_equal(status, DEALER_E_CONFIGURATION);
    assert_int_equal(json_count(json_root(findings)), 5);
    assert_non_null(strstr(env.error.entries[0].en, "has 5 findings; the first is at departments[0].name"));
    json_free(findings);
    env_finish(&env);
}

static void test_org_load__names_the_loop_it_found(void **state) {
    (void)state;
    struct seams seams;
    struct env env;
    struct json *findings = NULL;
    struct org *org = NULL;
    seams_defaults(&seams);
    env_init(&env, &seams);
    org_world_findings(&env,
        DEPARTMENT("{'code':'L1','name':'x','company':'A','parent':'L2'},{'code':'L2','name':'x','company':'A','parent':'L3'},"
                   "{'code':'L3','name':'x','company':'A','parent':'L1'}"),
        &findings, &org);
    assert_string_equal(json_get_text(json_at(json_root(findings), 0), "en"),
        "department L1 lies above itself: L1 > L2 > ... > L1; a tree has no loops");
    json_free(findings);
    env_finish(&env);
}

/* More entries than a list may have are refused before anything is built from them. */
static void test_org_load__a_list_has_a_limit(void **state) {
    (void)state;
    enum { ENTRIES = 1000001 };
    char *text = malloc(2 * ENTRIES + 64), *end = text + sprintf(text, "{'posts':[");
    for (int i = 0; i < ENTRIES; i++) {
        *end++ = '0';
        *end++ = i == ENTRIES - 1 ? ']' : ',';
    }
    strcpy(end, "}");
    check_row(&(struct row){"too many", text, "posts", "E_ORG_TOO_MANY", NULL});
    free(text);
}

int main(void) {
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct CMUnitTest tests[ROWS + 3] = {
        cmocka_unit_test(test_org_load__reports_every_finding_and_counts_them),
        cmocka_unit_test(test_org_load__names_the_loop_it_found),
        cmocka_unit_test(test_org_load__a_list_has_a_limit),
    };
    for (size_t i = 0; i < ROWS; i++)
        tests[i + 3] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
