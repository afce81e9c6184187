/* The questions of permission through the interface, over the documents of a played deal: each answer for many against asking
 * one by one, for every person of the group; who may be asked about; and what a change of configuration would do. */
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ACTIONS = 12, DOCUMENTS_MAX = 40 };
static const int64_t start_ms = INT64_C(1772413200000);
static const char prepared[] = "permission-prepared.db", path[] = "permission.db";
static const char *const actions[ACTIONS] = {
    "create", "read", "edit", "submit", "delete", "void", "review", "finance_review", "lock", "administer", "enter", "confirm"};
static json_t *group, *organisation;
static struct story_world world;
static int64_t ids[DOCUMENTS_MAX];
static char types[DOCUMENTS_MAX][64];
static size_t count;

static json_t *parsed(dealer_text *text) {
    json_t *json = json_loads(dealer_text_data(text), JSON_DECODE_ANY, NULL);
    dealer_text_free(text);
    return json;
}

static void note_documents(void) {
    const char *name;
    json_t *id;
    json_object_foreach(world.documents, name, id) {
        dealer_document *document = NULL;
        assert_true(count < DOCUMENTS_MAX);
        ids[count] = json_integer_value(id);
        story_must(dealer_document_open(world.system, &document, ids[count]), dealer_session_error(world.system), name);
        snprintf(types[count++], sizeof types[0], "%s", dealer_document_type(document));
        dealer_document_free(document);
    }
}

static int set_up(void **state) {
    json_t *scenes =
        json_pack("{s:[s,s,s,s]}", "with", "sales_submitted", "demo_loan_submitted", "dispatch_submitted", "hz_pre_order");
    assert_null(*state);
    group = story_read("story/group.json");
    story_prepare(prepared, group, start_ms);
    story_world_open(&world, prepared, path, group, start_ms);
    story_play(&world, group, scenes);
    json_decref(scenes);
    dealer_text *text = NULL;
    story_must(dealer_organisation(world.system, &text), dealer_session_error(world.system), "organisation");
    organisation = parsed(text);
    note_documents();
    return 0;
}

static int tear_down(void **state) {
    assert_null(*state);
    story_world_close(&world);
    remove_store(prepared);
    json_decref(organisation);
    json_decref(group);
    return 0;
}

/* Everybody who can open a session. */
static void each_person(void (*ask)(dealer_session *session, const char *code)) {
    json_t *person;
    size_t index;
    json_array_foreach(json_object_get(world.configuration, "employees"), index, person) {
        dealer_status status;
        dealer_error *error = NULL;
        const char *code = json_string_value(json_object_get(person, "code"));
        dealer_session *session = story_session(&world, code, &status, &error);
        dealer_error_free(error);
        if (session) ask(session, code);
    }
}

/* -1: he may not read it. */
static int allows(dealer_session *session, const char *function, int64_t id) {
    dealer_document *document = NULL;
    int32_t allowed = 0;
    if (dealer_document_open(session, &document, id)) return -1;
    dealer_status status = dealer_allows(session, &allowed, function, document);
    dealer_document_free(document);
    story_must(status, dealer_session_error(session), function);
    return allowed;
}

/* -- many at once -- */

static void ask_many(dealer_session *session, const char *code) {
    for (size_t i = 0; i < count; i++) {
        for (int a = 0; a < ACTIONS; a++) {
            char function[100];
            dealer_text *text = NULL;
            snprintf(function, sizeof function, "%s.%s", types[i], actions[a]);
            story_must(dealer_check_many(session, &text, function, ids, count), dealer_session_error(session), function);
            json_t *answers = parsed(text);
            assert_int_equal(json_array_size(answers), count);
            for (size_t k = i; k < count; k += 7) { /* some of them, all in the end */
                json_t *answer = json_array_get(answers, k);
                int wanted = strcmp(types[k], types[i]) == 0 ? allows(session, function, ids[k]) : -2;
                if (wanted == -2 && !json_is_null(answer)) wanted = 0; /* another type's function: no */
                bool right = wanted == -2 || (wanted < 0 ? json_is_null(answer) : json_is_true(answer) == (wanted == 1));
                if (!right) fail_msg("%s, %s of %lld", code, function, (long long)ids[k]);
            }
            json_decref(answers);
        }
    }
}

static void test_check_many__says_what_asking_one_by_one_says(void **state) {
    assert_null(*state);
    each_person(ask_many);
}

/* -- who can -- */

struct expected {
    json_t *people;
    const char *function;
    int64_t id;
};
static struct expected wanted;

static void expect_in_list(dealer_session *session, const char *code) {
    bool found = false;
    json_t *item;
    size_t index;
    json_array_foreach(wanted.people, index, item) found = found || strcmp(json_string_value(item), code) == 0;
    if (found != (allows(session, wanted.function, wanted.id) == 1))
        fail_msg("%s, %s of %lld", code, wanted.function, (long long)wanted.id);
}

static void test_who_can__names_everybody_who_may_and_nobody_else(void **state) {
    assert_null(*state);
    for (size_t i = 0; i < count; i++) {
        for (int a = 2; a < ACTIONS; a++) { /* reading is also taking part, which is not listed */
            char function[100];
            dealer_text *text = NULL;
            snprintf(function, sizeof function, "%s.%s", types[i], actions[a]);
            story_must(dealer_who_can(world.system, &text, function, ids[i]), dealer_session_error(world.system), function);
            wanted = (struct expected){parsed(text), function, ids[i]};
            each_person(expect_in_list);
            json_decref(wanted.people);
        }
    }
}

/* -- where, and which functions -- */

static bool holds(const json_t *array, const char *text) {
    const json_t *item;
    size_t index;
    json_array_foreach(array, index, item) if (strcmp(json_string_value(item), text) == 0) return true;
    return false;
}

/* The code behind an id that a document holds; NULL: it has none. */
static const char *code_of(const char *list, int64_t id, const char *field) {
    dealer_document *document = NULL;
    int64_t place = 0;
    json_t *item;
    size_t index;
    story_must(dealer_document_open(world.system, &document, id), dealer_session_error(world.system), "open");
    if (dealer_document_integer(document, &place, field)) place = 0;
    dealer_document_free(document);
    json_array_foreach(json_object_get(organisation, list), index, item) {
        if (json_integer_value(json_object_get(item, "id")) == place) return json_string_value(json_object_get(item, "code"));
    }
    return NULL;
}

/* Nothing is allowed that the places and functions do not hold. */
static void ask_places(dealer_session *session, const char *code) {
    dealer_text *text = NULL, *for_other = NULL;
    story_must(dealer_functions(session, &text), dealer_session_error(session), "functions");
    story_must(dealer_functions_of(world.system, &for_other, code), dealer_session_error(world.system), "functions of");
    json_t *functions = parsed(text), *others = parsed(for_other);
    assert_true(json_equal(functions, others));
    for (size_t i = 0; i < count; i++) {
        char function[100];
        snprintf(function, sizeof function, "%s.edit", types[i]);
        story_must(dealer_visible_departments(session, &text, function), dealer_session_error(session), function);
        json_t *places = parsed(text);
        if (allows(session, function, ids[i]) == 1) {
            const char *company = code_of("companies", ids[i], "company"),
                       *department = code_of("departments", ids[i], "department");
            bool there = (department && holds(json_object_get(places, "departments"), department)) ||
                         holds(json_object_get(places, "companies"), company) || holds(json_object_get(places, "own"), company);
            if (!there || !holds(functions, function)) fail_msg("%s, %s of %lld", code, function, (long long)ids[i]);
        }
        json_decref(places);
    }
    json_decref(functions);
    json_decref(others);
}

static void test_places_and_functions__hold_all_that_is_allowed(void **state) {
    assert_null(*state);
    each_person(ask_places);
}

/* -- about somebody else -- */

static void ask_about_others(dealer_session *session, const char *code) {
    dealer_decision *decision = NULL;
    dealer_text *text = NULL;
    dealer_status status = dealer_functions_of(session, &text, "zhang");
    if (strcmp(code, "zhang") == 0) {
        story_must(status, dealer_session_error(session), "functions of himself");
        dealer_text_free(text);
        return;
    }
    assert_int_equal(status, DEALER_E_DENIED);
    assert_int_equal(dealer_functions_of(session, &text, "nobody"), DEALER_E_DENIED); /* no oracle of who there is */
    assert_int_equal(dealer_check_for(session, &decision, "zhang", "pre_order.read", ids[0]), DEALER_E_DENIED);
    assert_null(text);
    assert_null(decision);
}

static void test_questions_about_others__need_configuration_read_over_them(void **state) {
    assert_null(*state);
    each_person(ask_about_others);
}

static void check_for_everybody(dealer_session *session, const char *code) {
    for (size_t i = 0; i < count; i++) {
        dealer_decision *decision = NULL;
        char function[100];
        snprintf(function, sizeof function, "%s.read", types[i]);
        story_must(dealer_check_for(world.system, &decision, code, function, ids[i]), dealer_session_error(world.system), function);
        bool yes = dealer_decision_outcome(decision) == DEALER_OUTCOME_YES;
        if (yes != (allows(session, function, ids[i]) == 1)) fail_msg("%s, %s of %lld", code, function, (long long)ids[i]);
        dealer_decision_free(decision);
    }
}

static void test_check_for__says_what_the_person_himself_is_told(void **state) {
    assert_null(*state);
    each_person(check_for_everybody);
}

static void test_selftest__compares_everybody_with_everything(void **state) {
    dealer_text *text = NULL;
    assert_null(*state);
    story_must(dealer_permission_selftest(world.system, &text, 0), dealer_session_error(world.system), "selftest");
    json_t *report = parsed(text);
    assert_int_equal(json_integer_value(json_object_get(report, "differences")), 0);
    assert_true(json_is_null(json_object_get(report, "first")));
    assert_int_equal(
        json_integer_value(json_object_get(report, "people")), json_array_size(json_object_get(world.configuration, "employees")));
    json_int_t checks =
        json_integer_value(json_object_get(report, "documents")) * ACTIONS * json_integer_value(json_object_get(report, "people"));
    assert_int_equal(json_integer_value(json_object_get(report, "checks")), checks);
    json_decref(report);
}

/* -- what a change would do -- */

/* "person gains function: documents" of every effect, told once each. */
static json_t *preview(const json_t *change) {
    dealer_text *text = NULL;
    json_t *configuration = json_deep_copy(world.configuration);
    story_change(configuration, change);
    char *body = json_dumps(configuration, 0);
    story_must(
        dealer_configuration_preview(world.system, &text, body, strlen(body), 0), dealer_session_error(world.system), "preview");
    free(body);
    json_decref(configuration);
    return parsed(text);
}

static void test_preview__tells_who_gains_and_loses_what_over_how_many_and_changes_nothing(void **state) {
    json_t *before = story_dump(&world);
    assert_null(*state);
    json_t *change = json_pack("{s:[{s:s,s:[{s:s,s:s}]},{s:s,s:[]}]}", "employees", "code", "xu", "posts", "post", "sales_manager",
        "company", "HT-SH", "code", "qian", "posts");
    json_t *told = preview(change), *effect;
    size_t index;
    bool gains = false, loses = false;
    json_array_foreach(json_object_get(told, "people"), index, effect) {
        const char *person = json_string_value(json_object_get(effect, "person"));
        const char *kind = json_string_value(json_object_get(effect, "change"));
        const char *function = json_string_value(json_object_get(effect, "function"));
        json_int_t documents = json_integer_value(json_object_get(effect, "documents"));
        bool known = (strcmp(person, "xu") == 0 && strcmp(kind, "gains") == 0) ||
                     (strcmp(person, "qian") == 0 && strcmp(kind, "loses") == 0);
        if (!known) fail_msg("%s %s %s", person, kind, function);
        if (strcmp(function, "pre_order.read") != 0) continue;
        gains = gains || strcmp(kind, "gains") == 0;
        loses = loses || strcmp(kind, "loses") == 0;
        assert_int_equal(documents, 1); /* each company has one */
    }
    assert_true(gains && loses);
    json_t *after = story_dump(&world);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    json_decref(change);
    json_decref(told);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_many__says_what_asking_one_by_one_says),
        cmocka_unit_test(test_who_can__names_everybody_who_may_and_nobody_else),
        cmocka_unit_test(test_places_and_functions__hold_all_that_is_allowed),
        cmocka_unit_test(test_questions_about_others__need_configuration_read_over_them),
        cmocka_unit_test(test_check_for__says_what_the_person_himself_is_told),
        cmocka_unit_test(test_selftest__compares_everybody_with_everything),
        cmocka_unit_test(test_preview__tells_who_gains_and_loses_what_over_how_many_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
