/* What must hold in every world, tried on thousands of small random ones: check = predicate = model, and the changes that
 * may change nothing, or only take away. */
#include "support/permission_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { INSTANTS_TRIED = 2 };

static bool predicate_allows(struct worlds *worlds, const struct built *built, int person, struct function function,
    const struct document *document, int64_t now_ms) {
    struct region region;
    const struct predicate *predicate = NULL;
    struct predicate_world world = permission_world(built->permissions);
    region_init(&region, &worlds->seams);
    dealer_status status = permission_predicate(
        &worlds->env, &region, built->permissions, &(struct permission_question){person, function, now_ms}, &predicate);
    assert_int_equal(status, DEALER_OK);
    bool holds = predicate_holds(predicate, document, &world);
    region_finish(&region);
    return holds;
}

/* ---- check = predicate = model ---- */

static void compare_document(
    struct worlds *worlds, const struct model *model, const struct built *built, int employee, int i, int64_t now_ms) {
    int type = model->documents[i].type, person = world_person(built, employee);
    for (int action = 0; action < MODEL_ACTIONS; action++) {
        struct function function = world_function(worlds, type, action);
        bool expected = model_allows(model, employee, type, action, &model->documents[i], now_ms);
        bool checked = permission_allows(built->permissions, person, function, built->documents[i], now_ms);
        bool listed = predicate_allows(worlds, built, person, function, built->documents[i], now_ms);
        if (checked == expected && listed == expected) continue;
        fail_msg("e%d %s.%s document %d at %lld: model %d, check %d, predicate %d", employee, model_types[type],
            model_actions[action], i, (long long)now_ms, expected, checked, listed);
    }
}

static void compare_creation(
    struct worlds *worlds, const struct model *model, const struct built *built, int employee, int64_t now_ms) {
    int person = world_person(built, employee);
    for (int d = -1; d < model->department_count; d++) {
        for (int c = 0; c < model->company_count; c++) {
            if (d >= 0 && model->department_company[d] != c) continue;
            int company = world_company(built, c);
            int department = d >= 0 ? world_department(built, d) : -1;
            const struct catalogue_type *type = world_function(worlds, d < 0 ? 0 : d % MODEL_TYPES, 0).type;
            bool may = permission_may_create(built->permissions, person, type, company, department, now_ms);
            assert_int_equal(may, model_may_create(model, employee, d < 0 ? 0 : d % MODEL_TYPES, c, d, now_ms));
        }
    }
}

static void compare_world(struct worlds *worlds, const struct model *model, const struct built *built, uint64_t *state) {
    for (int n = 0; n < INSTANTS_TRIED; n++) {
        int64_t now_ms = model_instant(state);
        for (int e = 0; e < model->employee_count; e++) {
            for (int i = 0; i < model->document_count; i++) compare_document(worlds, model, built, e, i, now_ms);
            compare_creation(worlds, model, built, e, now_ms);
        }
    }
}

static void test_permission__check_predicate_and_model_agree(void **state) {
    struct worlds *worlds = *state;
    for (int w = 0; w < worlds->count; w++) {
        struct model model;
        struct built built = {0};
        uint64_t random = worlds->seed + (uint64_t)w;
        model_make(&model, random);
        world_build(worlds, &model, false, &built);
        compare_world(worlds, &model, &built, &random);
        world_free(&built);
    }
}

/* ---- changes ---- */

/* All answers of a world at an instant, one bit each, in the model's order of people. */
enum { ANSWERS = MODEL_EMPLOYEES * MODEL_DOCUMENTS * MODEL_ACTIONS };
static void all_answers(
    struct worlds *worlds, const struct model *model, const struct built *built, int64_t now_ms, bool answers[ANSWERS]) {
    memset(answers, 0, ANSWERS);
    for (int e = 0; e < model->employee_count; e++) {
        for (int i = 0; i < model->document_count; i++) {
            for (int a = 0; a < MODEL_ACTIONS; a++)
                answers[(e * MODEL_DOCUMENTS + i) * MODEL_ACTIONS + a] = permission_allows(built->permissions,
                    world_person(built, e), world_function(worlds, model->documents[i].type, a), built->documents[i], now_ms);
        }
    }
}

static void answers_of(struct worlds *worlds, const struct model *model, bool reversed, int64_t now_ms, bool answers[ANSWERS]) {
    struct built built = {0};
    world_build(worlds, model, reversed, &built);
    all_answers(worlds, model, &built, now_ms, answers);
    world_free(&built);
}

static void test_permission__order_of_entries_changes_nothing(void **state) {
    struct worlds *worlds = *state;
    for (int w = 0; w < worlds->count / 4; w++) {
        struct model model;
        bool before[ANSWERS], after[ANSWERS];
        uint64_t random = worlds->seed + 1000003 + (uint64_t)w;
        model_make(&model, random);
        int64_t now_ms = model_instant(&random);
        answers_of(worlds, &model, false, now_ms, before);
        answers_of(worlds, &model, true, now_ms, after);
        assert_memory_equal(before, after, ANSWERS);
    }
}

static void test_permission__removing_a_grant_never_allows_more(void **state) {
    struct worlds *worlds = *state;
    int lost = 0;
    for (int w = 0; w < worlds->count / 4; w++) {
        struct model model;
        bool before[ANSWERS], after[ANSWERS];
        uint64_t random = worlds->seed + 2000003 + (uint64_t)w;
        model_make(&model, random);
        struct model_post *post = &model.posts[(uint64_t)model.post_count > 1 ? model_random(&random) % 2 : 0];
        if (post->grant_count == 0) continue;
        int64_t now_ms = model_instant(&random);
        answers_of(worlds, &model, false, now_ms, before);
        struct model_grant *grant = &post->grants[model_random(&random) % (uint64_t)post->grant_count];
        grant->removed = !grant->deny;
        answers_of(worlds, &model, false, now_ms, after);
        for (int i = 0; i < ANSWERS; i++) {
            assert_false(after[i] && !before[i]);
            lost += before[i] && !after[i];
        }
    }
    assert_true(lost > 0);
}

static void test_permission__adding_a_denial_never_allows_more(void **state) {
    struct worlds *worlds = *state;
    int lost = 0;
    for (int w = 0; w < worlds->count / 4; w++) {
        struct model model;
        bool before[ANSWERS], after[ANSWERS];
        uint64_t random = worlds->seed + 5000003 + (uint64_t)w;
        model_make(&model, random);
        struct model_post *post = &model.posts[model_random(&random) % (uint64_t)model.post_count];
        if (post->grant_count == MODEL_GRANTS) continue;
        int64_t now_ms = model_instant(&random);
        answers_of(worlds, &model, false, now_ms, before);
        post->grants[post->grant_count++] =
            (struct model_grant){.type = -1, .action = -1, .scope = MODEL_GROUP, .deny = true, .condition = w % 2};
        answers_of(worlds, &model, false, now_ms, after);
        for (int i = 0; i < ANSWERS; i++) {
            assert_false(after[i] && !before[i]);
            lost += before[i] && !after[i];
        }
    }
    assert_true(lost > 0);
}

/* Ids that no array can be indexed by: the check asks the organisation's maps, and answers the same. */
static void test_permission__ids_far_apart_change_nothing(void **state) {
    struct worlds *worlds = *state;
    for (int w = 0; w < worlds->count / 8; w++) {
        struct model model;
        bool before[ANSWERS], after[ANSWERS];
        uint64_t random = worlds->seed + 6000011 + (uint64_t)w;
        model_make(&model, random);
        int64_t now_ms = model_instant(&random);
        answers_of(worlds, &model, false, now_ms, before);
        worlds->spread = INT64_C(1) << 40;
        answers_of(worlds, &model, false, now_ms, after);
        worlds->spread = 1;
        assert_memory_equal(before, after, ANSWERS);
    }
}

/* ---- explanations ---- */

/* One question: who, to which document, what, when; by their places in the model. */
struct question {
    int employee, document, action;
    int64_t now_ms;
};

static json_value *explained(struct worlds *worlds, const struct built *built, const struct question *question, struct json *json) {
    json_value *out = NULL;
    const struct document *document = built->documents[question->document];
    struct function function = {document->type, (enum document_action)question->action};
    dealer_status status = permission_explain(&worlds->env, built->permissions,
        &(struct permission_question){world_person(built, question->employee), function, question->now_ms}, document, json, &out);
    assert_int_equal(status, DEALER_OK);
    return out;
}

/* Marks the grants that an explanation names; false when a participant's reading stands behind the yes as well. */
static bool remove_determining(struct model *model, const json_value *explanation) {
    bool only_grants = true;
    const json_value *reason;
    for (struct json_cursor cursor = json_each(json_get(explanation, "reasons")); (reason = json_next(&cursor, NULL)) != NULL;) {
        if (strcmp(json_get_text(reason, "kind"), "participant") == 0) only_grants = false;
        if (strcmp(json_get_text(reason, "kind"), "grant") != 0) continue;
        int post = atoi(json_get_text(reason, "post") + 1);
        model->posts[post].grants[json_get_integer(reason, "grant", -1)].removed = true;
    }
    return only_grants;
}

/* Whether taking away what an explanation names was tried. */
static bool check_explanation(
    struct worlds *worlds, struct model model, const struct built *built, const struct question *question) {
    struct json *json = NULL;
    const struct document *document = built->documents[question->document];
    struct function function = {document->type, (enum document_action)question->action};
    assert_int_equal(json_new(&worlds->env, &json), DEALER_OK);
    const json_value *explanation = explained(worlds, built, question, json);
    bool allowed =
        permission_allows(built->permissions, world_person(built, question->employee), function, document, question->now_ms);
    assert_int_equal(json_is_true(json_get(explanation, "allowed")), allowed);
    assert_true(json_count(json_get(explanation, "reasons")) > 0);
    assert_null(strchr(json_get_text(explanation, "en"), '{'));
    assert_null(strchr(json_get_text(explanation, "zh"), '{'));
    if (allowed) {
        bool only_grants = remove_determining(&model, explanation);
        bool after[ANSWERS];
        answers_of(worlds, &model, false, question->now_ms, after);
        int at = (question->employee * MODEL_DOCUMENTS + question->document) * MODEL_ACTIONS + question->action;
        assert_int_equal(after[at], !only_grants);
    }
    json_free(json);
    return allowed;
}

static void test_permission_explain__agrees_and_names_the_grants_that_determine(void **state) {
    struct worlds *worlds = *state;
    int turned = 0;
    for (int w = 0; w < worlds->count / 2; w++) {
        struct model model;
        struct built built = {0};
        uint64_t random = worlds->seed + 3000017 + (uint64_t)w;
        model_make(&model, random);
        world_build(worlds, &model, false, &built);
        int64_t now_ms = model_instant(&random);
        for (int n = 0; n < 8; n++) {
            struct question question = {.employee = (int)(model_random(&random) % (uint64_t)model.employee_count),
                .document = (int)(model_random(&random) % MODEL_DOCUMENTS),
                .action = (int)(model_random(&random) % 3),
                .now_ms = now_ms};
            turned += check_explanation(worlds, model, &built, &question);
        }
        world_free(&built);
    }
    assert_true(turned > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permission__check_predicate_and_model_agree),
        cmocka_unit_test(test_permission__order_of_entries_changes_nothing),
        cmocka_unit_test(test_permission__removing_a_grant_never_allows_more),
        cmocka_unit_test(test_permission__adding_a_denial_never_allows_more),
        cmocka_unit_test(test_permission__ids_far_apart_change_nothing),
        cmocka_unit_test(test_permission_explain__agrees_and_names_the_grants_that_determine),
    };
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
