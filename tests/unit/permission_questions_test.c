/* The questions that are answered with a list, a set of places or of fields: each against asking one by one. */
#include "support/permission_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A world at an instant, and a document to answer into. */
struct trial {
    struct worlds *worlds;
    struct model model;
    struct built built;
    int64_t now_ms;
    struct json *json;
    struct region region;
};

static void each_world(struct worlds *worlds, uint64_t series, int count, void (*check)(struct trial *trial)) {
    for (int w = 0; w < count; w++) {
        struct trial trial = {.worlds = worlds};
        uint64_t random = worlds->seed + series + (uint64_t)w;
        model_make(&trial.model, random);
        trial.now_ms = model_instant(&random);
        world_build(worlds, &trial.model, false, &trial.built);
        region_init(&trial.region, &worlds->seams);
        assert_int_equal(json_new(&worlds->env, &trial.json), DEALER_OK);
        check(&trial);
        json_free(trial.json);
        region_finish(&trial.region);
        world_free(&trial.built);
    }
}

/* ---- who can, functions of ---- */

static void check_who_can(struct trial *trial, struct document *document, int action) {
    const struct permissions *permissions = trial->built.permissions;
    struct permission_question question = {-1, {document->type, (enum document_action)action}, trial->now_ms};
    json_value *codes = NULL;
    size_t count = 0;
    document->participant = false; /* it is about the asker, not about everyone */
    assert_int_equal(permission_who_can(&trial->worlds->env, permissions, &question, document, trial->json, &codes), DEALER_OK);
    for (int e = 0; e < trial->model.employee_count; e++) {
        int person = world_person(&trial->built, e);
        bool can = permission_allows(permissions, person, question.function, document, trial->now_ms);
        assert_int_equal(world_has(codes, trial->built.org->employees[person].code), can);
        count += can;
    }
    assert_int_equal(json_count(codes), count);
}

static void check_functions(struct trial *trial, int person) {
    const struct permissions *permissions = trial->built.permissions;
    json_value *functions = NULL;
    assert_int_equal(
        permission_functions_of(&trial->worlds->env, permissions, person, trial->now_ms, trial->json, &functions), DEALER_OK);
    for (int i = 0; i < trial->model.document_count; i++) {
        const struct document *document = trial->built.documents[i];
        for (int a = 0; a < MODEL_ACTIONS; a++) {
            struct function function = {document->type, (enum document_action)a};
            char text[64];
            snprintf(text, sizeof text, "%s.%s", function.type->name, model_actions[a]);
            bool has = permission_has_function(permissions, person, function, trial->now_ms);
            assert_int_equal(world_has(functions, text), has);
            bool reads_as_participant = document->participant && a == ACTION_READ;
            assert_true(has || reads_as_participant || !permission_allows(permissions, person, function, document, trial->now_ms));
        }
    }
}

static void check_lists(struct trial *trial) {
    for (int e = 0; e < trial->model.employee_count; e++) check_functions(trial, world_person(&trial->built, e));
    for (int i = 0; i < trial->model.document_count; i++) check_who_can(trial, trial->built.documents[i], i % MODEL_ACTIONS);
}

static void test_who_can_and_functions_of__are_what_asking_everybody_says(void **state) {
    struct worlds *worlds = *state;
    each_world(worlds, 4000037, worlds->count / 4, check_lists);
}

/* ---- places ---- */

/* May he, with a document there that is his own or nobody's? */
static bool may_at(struct trial *trial, const struct permission_question *question, int company, int department, bool own) {
    const struct org *org = trial->built.org;
    struct env *env = &trial->worlds->env;
    struct document *document = NULL;
    assert_int_equal(document_new(env, question->function.type, &document), DEALER_OK);
    document_put_integer(env, document, COMMON_COMPANY, org->companies[company].id);
    if (department >= 0) document_put_integer(env, document, COMMON_DEPARTMENT, org->departments[department].id);
    if (own) document_put_integer(env, document, COMMON_OWNER, org->employees[question->employee].id);
    bool may = permission_allows(trial->built.permissions, question->employee, question->function, document, question->now_ms);
    document_free(document);
    return may;
}

/* Exact when nothing is conditional or denied; else the places hold at least what is allowed. */
static void check_place(bool told, bool may, bool conditional) {
    if (told != may && (!conditional || may)) fail_msg("told %d, may %d, conditional %d", told, may, conditional);
}

static void check_places_of(struct trial *trial, const struct permission_question *question) {
    const struct org *org = trial->built.org;
    json_value *places = NULL;
    assert_int_equal(permission_places(&trial->worlds->env, trial->built.permissions, question, trial->json, &places), DEALER_OK);
    bool conditional = json_is_true(json_get(places, "conditional"));
    for (int c = 0; c < org->company_count; c++) {
        bool whole = world_has(json_get(places, "companies"), org->companies[c].code);
        bool own = world_has(json_get(places, "own"), org->companies[c].code);
        check_place(whole, may_at(trial, question, c, -1, false), conditional);
        check_place(whole || own, may_at(trial, question, c, -1, true), conditional);
        assert_false(whole && own);
        if (json_is_true(json_get(places, "all"))) assert_true(whole);
    }
    for (int d = 0; d < org->department_count; d++)
        check_place(world_has(json_get(places, "departments"), org->departments[d].code),
            may_at(trial, question, org->departments[d].company, d, false), conditional);
}

static void check_places(struct trial *trial) {
    for (int e = 0; e < trial->model.employee_count; e++) {
        for (int a = 0; a < 3; a++) {
            struct permission_question question = {
                world_person(&trial->built, e), world_function(trial->worlds, (e + a) % MODEL_TYPES, a), trial->now_ms};
            check_places_of(trial, &question);
        }
    }
}

static void test_places__are_what_asking_about_every_place_says(void **state) {
    struct worlds *worlds = *state;
    each_world(worlds, 7000003, worlds->count / 4, check_places);
}

/* ---- fields ---- */

/* Over all documents of a world: hidden as the model says, and found by a query on the field only where it is visible. */
static void check_fields(struct trial *trial) {
    const struct permissions *permissions = trial->built.permissions;
    struct predicate_world world = permission_world(permissions);
    for (int e = 0; e < trial->model.employee_count; e++) {
        int person = world_person(&trial->built, e);
        for (int i = 0; i < trial->model.document_count; i++) {
            const struct document *document = trial->built.documents[i];
            struct permission_question question = {person, {document->type, ACTION_READ}, trial->now_ms};
            const struct catalogue_field *hours = catalogue_field(document->type, "hours");
            struct permission_fields fields;
            const struct predicate *visible = NULL;
            if (hours == NULL || !permission_allows(permissions, person, question.function, document, trial->now_ms)) continue;
            struct env *env = &trial->worlds->env;
            assert_int_equal(permission_fields(env, &trial->region, permissions, &question, document, &fields), DEALER_OK);
            assert_int_equal(permission_field_predicate(env, &trial->region, permissions, &question, hours, &visible), DEALER_OK);
            bool hidden = permission_limits_fields(permissions, document->type) &&
                          model_hides(&trial->model, e, &trial->model.documents[i], trial->now_ms);
            if (field_set_has(fields.hidden, hours->index) != hidden) fail_msg("e%d, document %d: model %d", e, i, hidden);
            assert_true(!hidden || field_set_has(fields.fixed, hours->index));
            assert_int_equal(predicate_holds(visible, document, &world), !hidden);
        }
    }
}

static void test_fields__are_hidden_as_the_model_says_and_lists_find_them_only_where_visible(void **state) {
    struct worlds *worlds = *state;
    each_world(worlds, 8000009, worlds->count / 2, check_fields);
}

static const char field_posts[] =
    "{'group':{'code':'G','name':'集团'},'companies':[{'code':'A','name':'甲','kinds':[],'currency':'CNY'}],"
    "'departments':[{'code':'A1','name':'一','company':'A'}],"
    "'posts':[{'code':'all','name':'全','grants':[{'functions':['trade_in.*'],'scope':'company'}]},"
    "{'code':'some','name':'部分','grants':[{'functions':['trade_in.*'],'scope':'company'}],"
    "'fields':[{'type':'trade_in','hidden':['hours'],'fixed':['year']},{'type':'trade_in','fixed':['model']}]},"
    "{'code':'look','name':'看','grants':[{'functions':['trade_in.read'],'scope':'company'}],"
    "'fields':[{'type':'trade_in','fixed':['year']}]}],"
    "'employees':[{'code':'both','name':'张','department':'A1','posts':[{'post':'some'},{'post':'all'}]},"
    "{'code':'some','name':'李','department':'A1','posts':[{'post':'some'}]},"
    "{'code':'mixed','name':'王','department':'A1','posts':[{'post':'some'},{'post':'look'}]},"
    "{'code':'looks','name':'刘','department':'A1','posts':[{'post':'look'}]},"
    "{'code':'none','name':'赵','department':'A1','posts':[]},"
    "{'code':'lent','name':'孙','department':'A1','posts':[],'grants':[{'functions':['trade_in.read'],'scope':'company',"
    "'from':'2026-01-01','to':'2027-01-01'}]}]}";

/* "hours year model": - as it is, F fixed, H hidden (and so fixed). */
struct field_row {
    const char *name, *person, *wanted;
    bool participant;
};
static const struct field_row field_rows[] = {
    {"one post that leaves a field free is enough", "both", "---", false},
    {"hidden is fixed too, and rules of one type add up", "some", "HFF", false},
    {"what one post hides another shows, but editing goes by the post that edits", "mixed", "FFF", false},
    {"who may not edit at all is told by what he reads", "looks", "-F-", false},
    {"who holds nothing is let in nowhere: it is not for the fields to say", "none", "---", false},
    {"a temporary grant hides nothing", "lent", "---", false},
    {"who took part reads by every post", "mixed", "FFF", true},
    {"taking part alone, without a post, hides nothing either", "none", "---", true},
};

static void test_field_row(void **state) {
    const struct field_row *row = *state;
    static const char *const names[] = {"hours", "year", "model"};
    struct org_world world;
    struct region region;
    struct permission_fields fields;
    org_world_open(&world, field_posts);
    region_init(&region, &world.seams);
    struct document *document = org_world_document(&world, "trade_in", 1, "A", "A1", NULL);
    document->participant = row->participant;
    struct permission_question question = {
        org_employee_by_code(world.org, row->person), org_world_function(&world, "trade_in.edit"), org_world_at("2026-03-01")};
    assert_int_equal(permission_fields(&world.env, &region, world.permissions, &question, document, &fields), DEALER_OK);
    for (int i = 0; i < 3; i++) {
        int field = catalogue_field(document->type, names[i])->index;
        char found = field_set_has(fields.hidden, field) ? 'H' : field_set_has(fields.fixed, field) ? 'F' : '-';
        if (found != row->wanted[i]) fail_msg("%s is %c", names[i], found);
        assert_true(found != 'H' || field_set_has(fields.fixed, field));
    }
    document_free(document);
    region_finish(&region);
    org_world_close(&world);
}

static void test_fields__nobody_and_types_without_rules_have_none(void **state) {
    struct org_world world;
    struct region region;
    struct permission_fields fields;
    const struct predicate *visible = NULL;
    assert_non_null(*state);
    org_world_open(&world, field_posts);
    region_init(&region, &world.seams);
    struct document *visit = org_world_document(&world, "visit", 1, "A", "A1", NULL);
    struct document *trade_in = org_world_document(&world, "trade_in", 2, "A", "A1", NULL);
    struct permission_question question = {0, org_world_function(&world, "visit.read"), 0};
    assert_int_equal(permission_fields(&world.env, &region, world.permissions, &question, visit, &fields), DEALER_OK);
    assert_true(fields.hidden == NULL && fields.fixed == NULL);
    assert_int_equal(permission_field_predicate(
                         &world.env, &region, world.permissions, &question, catalogue_field(visit->type, "note"), &visible),
        DEALER_OK);
    assert_int_equal(visible->kind, PREDICATE_TRUE);
    question = (struct permission_question){-1, org_world_function(&world, "trade_in.read"), 0};
    assert_int_equal(permission_fields(&world.env, &region, world.permissions, &question, trade_in, &fields), DEALER_OK);
    assert_true(fields.hidden == NULL && fields.fixed == NULL);
    assert_true(permission_limits_any(world.permissions));
    assert_true(permission_limits_fields(world.permissions, trade_in->type));
    assert_false(permission_limits_fields(world.permissions, visit->type));
    document_free(visit);
    document_free(trade_in);
    region_finish(&region);
    org_world_close(&world);
    org_world_open(&world, "{}");
    assert_false(permission_limits_any(world.permissions));
    org_world_close(&world);
}

int main(void) {
    enum { ROWS = sizeof field_rows / sizeof field_rows[0] };
    static struct CMUnitTest rows[ROWS];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_can_and_functions_of__are_what_asking_everybody_says),
        cmocka_unit_test(test_places__are_what_asking_about_every_place_says),
        cmocka_unit_test(test_fields__are_hidden_as_the_model_says_and_lists_find_them_only_where_visible),
        cmocka_unit_test(test_fields__nobody_and_types_without_rules_have_none),
    };
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = (struct CMUnitTest){field_rows[i].name, test_field_row, NULL, NULL, (void *)(uintptr_t)&field_rows[i]};
    int failed = cmocka_run_group_tests(tests, worlds_open, worlds_close);
    return _cmocka_run_group_tests("fields", rows, ROWS, NULL, NULL) + failed;
}
