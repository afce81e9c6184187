/* Two configurations compared: what somebody can do afterwards and could not before is told, and what the one who grants it
 * could not do himself is told as beyond him; in random worlds against asking about every place, and row by row where a
 * comparison is easily got wrong. */
#include "permission/change.h"
#include "support/permission_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TOLD_MAX = 4000 };

struct told {
    struct change changes[TOLD_MAX];
    int count;
};

static dealer_status note(void *user_data, const struct change *change) {
    struct told *told = user_data;
    assert_true(told->count < TOLD_MAX);
    for (int i = 0; i < told->count; i++) { /* each is told once */
        const struct change *other = &told->changes[i];
        assert_false(other->kind == change->kind && strcmp(other->person, change->person) == 0 &&
                     strcmp(other->principal, change->principal) == 0 && strcmp(other->type, change->type) == 0 &&
                     strcmp(other->action, change->action) == 0);
    }
    told->changes[told->count++] = *change;
    return DEALER_OK;
}

static bool has(const struct told *told, enum change_kind kind, const char *person, const char *type, const char *action) {
    for (int i = 0; i < told->count; i++) {
        const struct change *change = &told->changes[i];
        if (change->kind == kind && strcmp(change->person, person) == 0 && strcmp(change->type, type) == 0 &&
            strcmp(change->action, action) == 0)
            return true;
    }
    return false;
}

static struct told *compare(
    struct env *env, const struct permissions *before, const struct permissions *after, int actor, int64_t now_ms) {
    struct told *told = calloc(1, sizeof *told);
    assert_non_null(told);
    struct change_question question = {before, after, actor, now_ms, note, told};
    assert_int_equal(permission_changes(env, &question), DEALER_OK);
    return told;
}

/* ---- random worlds ---- */

struct pair {
    struct worlds *worlds;
    struct model model;
    struct built before, after;
    int actor;
    int64_t now_ms;
    bool exact; /* no period, condition, denial or hidden field that a comparison may be cautious about */
    struct document *document;
};

static void make_exact(struct model *model) {
    for (int p = 0; p < model->post_count; p++) {
        model->posts[p].hides = false;
        for (int g = 0; g < model->posts[p].grant_count; g++) {
            model->posts[p].grants[g].condition = 0;
            model->posts[p].grants[g].deny = false;
        }
    }
    for (int e = 0; e < model->employee_count; e++) {
        for (int h = 0; h < model->employees[e].holding_count; h++) {
            model->employees[e].holdings[h].from_ms = INT64_MIN;
            model->employees[e].holdings[h].to_ms = INT64_MAX;
        }
    }
}

/* Something that an administrator does. */
static void change(struct model *model, uint64_t *state) {
    struct model_post *post = &model->posts[model_random(state) % (uint64_t)model->post_count];
    struct model_employee *person = &model->employees[model_random(state) % (uint64_t)model->employee_count];
    switch (model_random(state) % 6) {
    case 0: post->disabled = !post->disabled; break;
    case 1: person->disabled = !person->disabled; break;
    case 2: person->holding_count -= person->holding_count > 0; break;
    case 3: post->hides = !post->hides; break;
    default:
        if (post->grant_count == 0) break;
        struct model_grant *grant = &post->grants[model_random(state) % (uint64_t)post->grant_count];
        if (grant->scope == MODEL_DEPARTMENT) break; /* a post held in a company must stay without this scope */
        grant->scope = grant->scope == MODEL_GROUP ? MODEL_SELF : MODEL_GROUP;
        grant->type = -1;
        if (grant->condition == 2) grant->condition = 1; /* not every type has hours */
        break;
    }
}

struct facts_at {
    int company, department, owner;
};

static const struct document *place(struct pair *pair, struct facts_at at) {
    const struct org *org = pair->after.org;
    struct env *env = &pair->worlds->env;
    document_put_integer(env, pair->document, COMMON_COMPANY, at.company >= 0 ? org->companies[at.company].id : 0);
    document_put_integer(env, pair->document, COMMON_DEPARTMENT, at.department >= 0 ? org->departments[at.department].id : 0);
    document_put_integer(env, pair->document, COMMON_OWNER, at.owner >= 0 ? org->employees[at.owner].id : 0);
    return pair->document;
}

/* What one place says about one person and function. */
struct found {
    bool gains, loses, beyond;
};

static void look(struct pair *pair, const struct document *document, int person, int action, struct found *out) {
    struct function function = {document->type, (enum document_action)action};
    static const int64_t hour_ms = 3600000;
    bool actor = pair->actor >= 0 && permission_allows(pair->before.permissions, pair->actor, function, document, pair->now_ms);
    for (int64_t at = pair->now_ms; at <= pair->now_ms + 2 * hour_ms; at += hour_ms) {
        bool was = permission_allows(pair->before.permissions, person, function, document, at);
        bool is = permission_allows(pair->after.permissions, person, function, document, at);
        out->gains = out->gains || (is && !was);
        out->loses = out->loses || (was && !is);
        out->beyond = out->beyond || (is && !was && !actor);
    }
}

static void look_everywhere(struct pair *pair, int person, int action, uint64_t *state, struct found *out) {
    const struct org *org = pair->after.org;
    const struct catalogue_field *hours = catalogue_field(pair->document->type, "hours");
    for (int owner = -1; owner < org->employee_count; owner++) {
        for (int at = -1 - org->company_count; at < org->department_count; at++) { /* the first is in no company at all */
            int department = at >= 0 ? at : -1, company = at >= 0 ? org->departments[at].company : -1 - at;
            if (company == org->company_count) company = -1;
            const struct document *document = place(pair, (struct facts_at){company, department, owner});
            document_put_integer(&pair->worlds->env, pair->document, hours->index, 7999 + (int64_t)(model_random(state) % 3));
            const char *status = model_random(state) % 2 == 0 ? STATUS_APPROVED : STATUS_DRAFT;
            document_put_text(&pair->worlds->env, pair->document, COMMON_STATUS, status, strlen(status));
            look(pair, document, person, action, out);
        }
    }
}

static void expect_kind(
    const struct pair *pair, const struct told *told, enum change_kind kind, const char *person, int action, bool found) {
    bool said = has(told, kind, person, "trade_in", model_actions[action]);
    if (said != found && (found || pair->exact))
        fail_msg("%s, %s, kind %d: told %d, found %d", person, model_actions[action], (int)kind, said, found);
}

static void check_pair(struct pair *pair, uint64_t *state) {
    struct told *told = compare(&pair->worlds->env, pair->before.permissions, pair->after.permissions, pair->actor, pair->now_ms);
    for (int person = 0; person < pair->after.org->employee_count; person++) {
        const char *code = pair->after.org->employees[person].code;
        for (int action = 0; action < 3; action++) {
            struct found found = {false, false, false};
            look_everywhere(pair, person, action, state, &found);
            expect_kind(pair, told, CHANGE_GAIN, code, action, found.gains);
            expect_kind(pair, told, CHANGE_LOSS, code, action, found.loses);
            if (pair->actor >= 0) expect_kind(pair, told, CHANGE_BEYOND, code, action, found.beyond);
        }
    }
    free(told);
}

static void test_changes__are_what_asking_about_every_place_says(void **state) {
    struct worlds *worlds = *state;
    for (int w = 0; w < worlds->count / 4; w++) {
        struct pair pair = {.worlds = worlds, .exact = w % 2 == 0};
        uint64_t random = worlds->seed + 9000011 + (uint64_t)w;
        model_make(&pair.model, random);
        if (pair.exact) make_exact(&pair.model);
        pair.now_ms = model_instant(&random);
        pair.actor = (int)(model_random(&random) % (uint64_t)pair.model.employee_count) - w % 3 / 2;
        world_build(worlds, &pair.model, false, &pair.before);
        for (int n = 0; n < 1 + w % 3; n++) change(&pair.model, &random);
        if (pair.exact) make_exact(&pair.model);
        world_build(worlds, &pair.model, false, &pair.after);
        assert_int_equal(document_new(&worlds->env, world_function(worlds, 1, 0).type, &pair.document), DEALER_OK);
        check_pair(&pair, &random);
        document_free(pair.document);
        world_free(&pair.before);
        world_free(&pair.after);
    }
}

/* ---- rows ---- */

#define GROUP(departments, posts, employees)                                                                             \
    "{'group':{'code':'G','name':'集团'},'companies':[{'code':'A','name':'甲','kinds':['service'],'currency':'CNY'}," \
    "{'code':'B','name':'乙','kinds':['service'],'currency':'CNY','parent':'A'}],'departments':["                       \
    "{'code':'A1','name':'一','company':'A'},{'code':'A2','name':'二','company':'A','parent':'A1'},"                   \
    "{'code':'B1','name':'三','company':'B'}" departments "],'posts':[" posts "],'employees':["                          \
    "{'code':'chief','name':'主任','department':'A1','posts':[{'post':'chief'}]},{'code':'seller','name':'员工',"    \
    "'department':'A2','posts':[]}" employees "]}"
#define PEOPLE(posts, employees) GROUP("", posts, employees)
#define GOING                    ",{'code':'A3','name':'四','company':'A','parent':'A1'}"
#define AT(department)           ",{'code':'x','name':'某','department':'" department "','posts':[{'post':'p'}]}"
#define READ_COMPANY             "{'functions':['trade_in.read'],'scope':'company'}"
#define CHIEF                                                                                                \
    "{'code':'chief','name':'主任','grants':[{'functions':['trade_in.*'],'scope':'department_and_below'}," \
    "{'functions':['configuration.*'],'scope':'company'}]}"
#define POST(grant)  CHIEF ",{'code':'p','name':'岗','grants':[" grant "]}"
#define HOLDS(place) ",{'code':'x','name':'某','department':'A2','posts':[{'post':'p'" place "}]}"
#define ACTS(dates)                                                                                       \
    ",{'code':'x','name':'某','department':'A2','posts':[]},{'code':'y','name':'他','department':'A2'," \
    "'posts':[{'post':'p'}],'substitutes':[" dates "]}"
#define READ_BELOW "{'functions':['trade_in.read'],'scope':'department_and_below'}"
#define ROLE(sites) \
    ",{'code':'x','name':'某','department':'A2','posts':[{'post':'p'}],'service_roles':[{'company':'A','sites':[" sites "]}]}"

struct change_row {
    const char *name, *before, *after;
    const char *person, *function; /* what it is about */
    const char *kinds;             /* "gain loss beyond", those that are told of it */
};
static const struct change_row change_rows[] = {
    {"nothing changed: nothing is told", PEOPLE(POST(READ_BELOW), HOLDS("")), PEOPLE(POST(READ_BELOW), HOLDS("")), "x",
        "trade_in.read", ""},
    {"a post within his own", PEOPLE(POST(READ_BELOW), ""), PEOPLE(POST(READ_BELOW), HOLDS("")), "x", "trade_in.read", "gain"},
    {"a post taken away", PEOPLE(POST(READ_BELOW), HOLDS("")), PEOPLE(POST(READ_BELOW), ""), "x", "trade_in.read", "loss"},
    {"the same post somewhere else", PEOPLE(POST(READ_BELOW), HOLDS("")), PEOPLE(POST(READ_BELOW), HOLDS(",'department':'B1'")),
        "x", "trade_in.read", "gain loss beyond"},
    {"a whole company, when he holds its departments only", PEOPLE(POST("{'functions':['trade_in.read'],'scope':'company'}"), ""),
        PEOPLE(POST("{'functions':['trade_in.read'],'scope':'company'}"), HOLDS("")), "x", "trade_in.read", "gain beyond"},
    {"the company and those below", PEOPLE(POST(READ_BELOW), HOLDS("")),
        PEOPLE(POST("{'functions':['trade_in.read'],'scope':'company_and_below'}"), HOLDS("")), "x", "trade_in.read",
        "gain beyond"},
    {"listed departments within his own", PEOPLE(POST(READ_BELOW), ""),
        PEOPLE(POST("{'functions':['trade_in.read'],'scope':'departments','departments':['A2']}"), HOLDS("")), "x", "trade_in.read",
        "gain"},
    {"listed companies beyond", PEOPLE(POST(READ_BELOW), ""),
        PEOPLE(POST("{'functions':['trade_in.read'],'scope':'companies_and_below','companies':['A']}"), HOLDS("")), "x",
        "trade_in.read", "gain beyond"},
    {"everything, when he holds a part", PEOPLE(POST("{'functions':['trade_in.read'],'scope':'group'}"), ""),
        PEOPLE(POST("{'functions':['trade_in.read'],'scope':'group'}"), HOLDS("")), "x", "trade_in.read", "gain beyond"},
    {"a function that he has not", PEOPLE(POST("{'functions':['visit.read'],'scope':'self'}"), ""),
        PEOPLE(POST("{'functions':['visit.read'],'scope':'self'}"), HOLDS("")), "x", "visit.read", "gain beyond"},
    {"the right to change the configuration, as he has it",
        PEOPLE(POST("{'functions':['configuration.apply'],'scope':'company'}"), ""),
        PEOPLE(POST("{'functions':['configuration.apply'],'scope':'company'}"), HOLDS("")), "x", "configuration.apply", "gain"},
    {"a condition more takes away", PEOPLE(POST(READ_BELOW), HOLDS("")),
        PEOPLE(POST("{'functions':['trade_in.read'],'scope':'department_and_below','condition':"
                    "{'field':'hours','op':'<','value':8}}"),
            HOLDS("")),
        "x", "trade_in.read", "loss"},
    {"a condition less gives",
        PEOPLE(POST("{'functions':['trade_in.read'],'scope':'department_and_below','condition':"
                    "{'field':'hours','op':'<','value':8}}"),
            HOLDS("")),
        PEOPLE(POST(READ_BELOW), HOLDS("")), "x", "trade_in.read", "gain"},
    {"a denial more takes away", PEOPLE(POST(READ_BELOW), HOLDS("")),
        PEOPLE(POST(READ_BELOW ",{'functions':['trade_in.read'],'scope':'group','deny':true,'condition':"
                               "{'field':'hours','op':'<','value':8}}"),
            HOLDS("")),
        "x", "trade_in.read", "loss"},
    {"a denial less gives",
        PEOPLE(
            POST(READ_BELOW ",{'functions':['trade_in.read'],'scope':'departments','departments':['A2'],'deny':true}"), HOLDS("")),
        PEOPLE(POST(READ_BELOW), HOLDS("")), "x", "trade_in.read", "gain"},
    {"the same denial on both sides",
        PEOPLE(POST(READ_BELOW ",{'functions':['trade_in.read'],'scope':'self','deny':true}"), HOLDS("")),
        PEOPLE(POST(READ_BELOW ",{'functions':['trade_in.read'],'scope':'self','deny':true}"), HOLDS("")), "x", "trade_in.read",
        ""},
    {"a denial for less long gives",
        PEOPLE(POST(READ_BELOW), ",{'code':'x','name':'某','department':'A2','posts':[{'post':'p'}],'grants':[{'functions':"
                                 "['trade_in.read'],'scope':'group','deny':true,'from':'2026-01-01','to':'2027-01-01'}]}"),
        PEOPLE(POST(READ_BELOW), ",{'code':'x','name':'某','department':'A2','posts':[{'post':'p'}],'grants':[{'functions':"
                                 "['trade_in.read'],'scope':'group','deny':true,'from':'2026-01-01','to':'2026-06-01'}]}"),
        "x", "trade_in.read", "gain"},
    {"longer than before", PEOPLE(POST(READ_BELOW), HOLDS(",'to':'2026-06-01'")), PEOPLE(POST(READ_BELOW), HOLDS("")), "x",
        "trade_in.read", "gain"},
    {"for less long", PEOPLE(POST(READ_BELOW), HOLDS("")), PEOPLE(POST(READ_BELOW), HOLDS(",'to':'2026-06-01'")), "x",
        "trade_in.read", "loss"},
    {"a hidden field becomes visible",
        PEOPLE(CHIEF ",{'code':'p','name':'岗','grants':[" READ_BELOW "],'fields':[{'type':'trade_in','hidden':['hours']}]}",
            HOLDS("")),
        PEOPLE(POST(READ_BELOW), HOLDS("")), "x", "trade_in.read", "gain"},
    {"a field becomes hidden", PEOPLE(POST(READ_BELOW), HOLDS("")),
        PEOPLE(CHIEF ",{'code':'p','name':'岗','grants':[" READ_BELOW "],'fields':[{'type':'trade_in','hidden':['hours']}]}",
            HOLDS("")),
        "x", "trade_in.read", "loss"},
    {"a fixed field is no matter of reading",
        PEOPLE(CHIEF ",{'code':'p','name':'岗','grants':[" READ_BELOW "],'fields':[{'type':'trade_in','fixed':['hours']}]}",
            HOLDS("")),
        PEOPLE(POST(READ_BELOW), HOLDS("")), "x", "trade_in.read", ""},
    {"a fixed field is one of editing",
        PEOPLE(CHIEF ",{'code':'p','name':'岗','grants':[{'functions':['trade_in.edit'],'scope':'department'}],"
                     "'fields':[{'type':'trade_in','fixed':['hours']}]}",
            HOLDS("")),
        PEOPLE(POST("{'functions':['trade_in.edit'],'scope':'department'}"), HOLDS("")), "x", "trade_in.edit", "gain"},
    {"one site more", PEOPLE(POST("{'functions':['service_order.read'],'scope':'department'}"), ROLE("'n'")),
        PEOPLE(POST("{'functions':['service_order.read'],'scope':'department'}"), ROLE("'n','s'")), "x", "service_order.read",
        "gain beyond"},
    {"one site less", PEOPLE(POST("{'functions':['service_order.read'],'scope':'department'}"), ROLE("'n','s'")),
        PEOPLE(POST("{'functions':['service_order.read'],'scope':'department'}"), ROLE("'s'")), "x", "service_order.read", "loss"},
    {"a service role taken away widens", PEOPLE(POST("{'functions':['service_order.read'],'scope':'department'}"), ROLE("'n'")),
        PEOPLE(POST("{'functions':['service_order.read'],'scope':'department'}"), HOLDS("")), "x", "service_order.read",
        "gain beyond"},
    {"a substitute gains what the other may", PEOPLE(POST(READ_BELOW), ACTS("")),
        PEOPLE(POST(READ_BELOW), ACTS("{'person':'x','from':'2026-03-01','to':'2026-03-05'}")), "x", "trade_in.read", "gain"},
    {"a substitute no more", PEOPLE(POST(READ_BELOW), ACTS("{'person':'x','from':'2026-03-01','to':'2026-03-05'}")),
        PEOPLE(POST(READ_BELOW), ACTS("")), "x", "trade_in.read", "loss"},
    {"a substitute of several periods, as before",
        PEOPLE(POST(READ_BELOW),
            ACTS("{'person':'x','from':'2026-03-01','to':'2026-03-05'},{'person':'x','from':'2026-05-01','to':'2026-05-05'}")),
        PEOPLE(POST(READ_BELOW),
            ACTS("{'person':'x','from':'2026-05-01','to':'2026-05-05'},{'person':'x','from':'2026-03-01','to':'2026-03-05'}")),
        "x", "trade_in.read", ""},
    {"a substitute also between two periods",
        PEOPLE(POST(READ_BELOW),
            ACTS("{'person':'x','from':'2026-03-01','to':'2026-03-05'},{'person':'x','from':'2026-05-01','to':'2026-05-05'}")),
        PEOPLE(POST(READ_BELOW), ACTS("{'person':'x','from':'2026-03-01','to':'2026-05-05'}")), "x", "trade_in.read", "gain"},
    {"a substitute between two periods no more",
        PEOPLE(POST(READ_BELOW), ACTS("{'person':'x','from':'2026-03-01','to':'2026-05-05'}")),
        PEOPLE(POST(READ_BELOW),
            ACTS("{'person':'x','from':'2026-03-01','to':'2026-03-05'},{'person':'x','from':'2026-05-01','to':'2026-05-05'}")),
        "x", "trade_in.read", "loss"},
    {"of something that the one who grants has not", PEOPLE(POST("{'functions':['visit.read'],'scope':'self'}"), ACTS("")),
        PEOPLE(POST("{'functions':['visit.read'],'scope':'self'}"), ACTS("{'person':'x','from':'2026-03-01','to':'2026-03-05'}")),
        "x", "visit.read", "gain beyond"},
    {"a department that goes takes its documents away", GROUP(GOING, POST(READ_BELOW), AT("A3")),
        GROUP("", POST(READ_BELOW), AT("A2")), "x", "trade_in.read", "gain loss"},
    {"a department that goes is still the company's", GROUP(GOING, POST(READ_COMPANY), AT("A3")),
        GROUP("", POST(READ_COMPANY), AT("A2")), "x", "trade_in.read", ""},
    {"whoever had the department that goes has no less of the company", GROUP(GOING, POST(READ_BELOW), AT("A3")),
        GROUP("", POST(READ_COMPANY), AT("A2")), "x", "trade_in.read", "gain beyond"},
    {"a disabled post counts for nothing", PEOPLE(POST(READ_BELOW), HOLDS("")),
        PEOPLE(CHIEF ",{'code':'p','name':'岗','disabled':true,'grants':[" READ_BELOW "]}", HOLDS("")), "x", "trade_in.read",
        "loss"},
};

static void test_change_row(void **state) {
    const struct change_row *row = *state;
    struct org_world before, after;
    char function[64];
    snprintf(function, sizeof function, "%s", row->function);
    char *action = strchr(function, '.');
    *action++ = '\0';
    org_world_open(&before, row->before);
    org_world_open(&after, row->after);
    struct told *told = compare(
        &after.env, before.permissions, after.permissions, org_employee_by_code(before.org, "chief"), org_world_at("2026-02-01"));
    static const char *const words[] = {"gain", "loss", "beyond"};
    for (int kind = 0; kind < 3; kind++) {
        bool wanted = strstr(row->kinds, words[kind]) != NULL;
        if (has(told, (enum change_kind)kind, row->person, function, action) != wanted)
            fail_msg("%s is %s", words[kind], wanted ? "missing" : "told");
    }
    free(told);
    org_world_close(&before);
    org_world_close(&after);
}

/* A document type that is there on one side only: who held its functions gains or loses them. */
static void test_changes__of_a_type_that_comes_or_goes(void **state) {
    static const char with[] = PEOPLE(POST("{'functions':['trade_in.read','note.read'],'scope':'group'}"), HOLDS(""));
    static const char without[] = PEOPLE(POST("{'functions':['trade_in.read'],'scope':'group'}"), HOLDS(""));
    struct org_world here, there;
    struct catalogue *catalogue = NULL;
    struct permissions *permissions = NULL;
    assert_null(*state);
    org_world_open(&there, without);
    struct org *org = NULL;
    struct json *findings = NULL;
    org_world_open(&here, without);
    struct json *types = org_world_parse(&here.env,
        "{'types':[{'name':'note','en':'note','zh':'记录','prefix':'NT','no_approval':true,'fields':[{'name':'crew','en':'crew','zh':"
        "'人数','kind':'integer'}]}]}");
    assert_int_equal(catalogue_load(&here.env, json_root(types), &catalogue), DEALER_OK);
    assert_int_equal(org_world_findings(&here.env, with, &findings, &org), DEALER_OK);
    assert_int_equal(permissions_compile(&here.env, org, catalogue, NULL, NULL, &permissions), DEALER_OK);
    struct told *told = compare(&here.env, there.permissions, permissions, -1, 0);
    assert_true(has(told, CHANGE_GAIN, "x", "note", "read"));
    free(told);
    told = compare(&here.env, permissions, there.permissions, -1, 0);
    assert_true(has(told, CHANGE_LOSS, "x", "note", "read"));
    free(told);
    permissions_free(permissions);
    org_free(org);
    json_free(findings);
    catalogue_free(catalogue);
    json_free(types);
    org_world_close(&here);
    org_world_close(&there);
}

int main(void) {
    enum { ROWS = sizeof change_rows / sizeof change_rows[0] };
    static struct CMUnitTest rows[ROWS + 1];
    const struct CMUnitTest worlds[] = {cmocka_unit_test(test_changes__are_what_asking_about_every_place_says)};
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = (struct CMUnitTest){change_rows[i].name, test_change_row, NULL, NULL, (void *)(uintptr_t)&change_rows[i]};
    rows[ROWS] = (struct CMUnitTest)cmocka_unit_test(test_changes__of_a_type_that_comes_or_goes);
    int failed = cmocka_run_group_tests(worlds, worlds_open, worlds_close);
    return _cmocka_run_group_tests("changes", rows, ROWS + 1, NULL, NULL) + failed;
}
