/* What must hold in every world, tried on thousands of small random ones: check = predicate = model, and the changes that
 * may change nothing, or only take away. DEALER_TEST_SEED repeats a run, DEALER_TEST_WORLDS makes it longer. */
#include "support/org_world.h"
#include "support/permission_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORLDS = 2500, INSTANTS_TRIED = 2 };

/* The catalogue does not change from world to world. */
struct shared {
    struct seams seams;
    struct env env;
    struct catalogue *catalogue;
    uint64_t seed;
    int worlds;
};

struct built {
    struct org *org;
    struct permissions *permissions;
    struct document *documents[MODEL_DOCUMENTS];
};

static void build(struct shared *shared, const struct model *model, bool reversed, struct built *out) {
    struct text text;
    struct json *json = NULL;
    int64_t next = 0;
    text_init(&text, &shared->env);
    model_write(model, reversed, &text);
    assert_int_equal(json_parse(&shared->env, text_string(&text), text.length, false, &json), DEALER_OK);
    text_finish(&text);
    dealer_status status = org_load(&shared->env, json_root(json), NULL, NULL, &out->org);
    if (status != DEALER_OK) print_error("%s\n", shared->env.error.entries[shared->env.error.depth - 1].en);
    assert_int_equal(status, DEALER_OK);
    json_free(json);
    assert_int_equal(org_assign_ids(&shared->env, out->org, org_world_identify, &next), DEALER_OK);
    status = permissions_compile(&shared->env, out->org, shared->catalogue, NULL, NULL, &out->permissions);
    if (status != DEALER_OK) print_error("%s\n", shared->env.error.entries[shared->env.error.depth - 1].en);
    assert_int_equal(status, DEALER_OK);
}

static int by_code(int (*find)(const struct org *org, const char *code), const struct org *org, char letter, int index) {
    char code[16];
    snprintf(code, sizeof code, "%c%d", letter, index);
    return find(org, code);
}

static int person_of(const struct built *built, int employee) {
    return by_code(org_employee_by_code, built->org, 'e', employee);
}

static void build_documents(struct shared *shared, const struct model *model, struct built *built) {
    const struct org *org = built->org;
    struct env *env = &shared->env;
    for (int i = 0; i < model->document_count; i++) {
        const struct model_document *from = &model->documents[i];
        const struct catalogue_type *type = catalogue_type(shared->catalogue, model_types[from->type]);
        struct document *document = NULL;
        assert_int_equal(document_new(env, type, &document), DEALER_OK);
        document_put_integer(env, document, COMMON_ID, i + 1);
        if (from->company >= 0)
            document_put_integer(
                env, document, COMMON_COMPANY, org->companies[by_code(org_company_by_code, org, 'c', from->company)].id);
        if (from->department >= 0)
            document_put_integer(
                env, document, COMMON_DEPARTMENT, org->departments[by_code(org_department_by_code, org, 'd', from->department)].id);
        if (from->owner >= 0) document_put_integer(env, document, COMMON_OWNER, org->employees[person_of(built, from->owner)].id);
        const char *status = from->approved ? STATUS_APPROVED : STATUS_DRAFT;
        document_put_text(env, document, COMMON_STATUS, status, strlen(status));
        const struct catalogue_field *hours = catalogue_field(type, "hours");
        if (hours != NULL && from->hours >= 0) document_put_integer(env, document, hours->index, from->hours);
        document->participant = from->participant;
        built->documents[i] = document;
    }
}

static void tear_down(struct built *built) {
    for (int i = 0; i < MODEL_DOCUMENTS; i++) {
        document_free(built->documents[i]);
        built->documents[i] = NULL;
    }
    permissions_free(built->permissions);
    org_free(built->org);
}

static struct function function_of(const struct shared *shared, int type, int action) {
    return (struct function){catalogue_type(shared->catalogue, model_types[type]), (enum document_action)action};
}

static bool predicate_allows(struct shared *shared, const struct built *built, int person, struct function function,
    const struct document *document, int64_t now_ms) {
    struct region region;
    const struct predicate *predicate = NULL;
    struct predicate_world world = permission_world(built->permissions);
    region_init(&region, &shared->seams);
    dealer_status status = permission_predicate(
        &shared->env, &region, built->permissions, &(struct permission_question){person, function, now_ms}, &predicate);
    assert_int_equal(status, DEALER_OK);
    bool holds = predicate_holds(predicate, document, &world);
    region_finish(&region);
    return holds;
}

/* ---- check = predicate = model ---- */

static void compare_document(
    struct shared *shared, const struct model *model, const struct built *built, int employee, int i, int64_t now_ms) {
    int type = model->documents[i].type, person = person_of(built, employee);
    for (int action = 0; action < MODEL_ACTIONS; action++) {
        struct function function = function_of(shared, type, action);
        bool expected = model_allows(model, employee, type, action, &model->documents[i], now_ms);
        bool checked = permission_allows(built->permissions, person, function, built->documents[i], now_ms);
        bool listed = predicate_allows(shared, built, person, function, built->documents[i], now_ms);
        if (checked == expected && listed == expected) continue;
        fail_msg("e%d %s.%s document %d at %lld: model %d, check %d, predicate %d", employee, model_types[type],
            model_actions[action], i, (long long)now_ms, expected, checked, listed);
    }
}

static void compare_creation(
    struct shared *shared, const struct model *model, const struct built *built, int employee, int64_t now_ms) {
    int person = person_of(built, employee);
    for (int d = -1; d < model->department_count; d++) {
        for (int c = 0; c < model->company_count; c++) {
            if (d >= 0 && model->department_company[d] != c) continue;
            int company = by_code(org_company_by_code, built->org, 'c', c);
            int department = d >= 0 ? by_code(org_department_by_code, built->org, 'd', d) : -1;
            const struct catalogue_type *type = function_of(shared, d < 0 ? 0 : d % MODEL_TYPES, 0).type;
            bool may = permission_may_create(built->permissions, person, type, company, department, now_ms);
            assert_int_equal(may, model_may_create(model, employee, d < 0 ? 0 : d % MODEL_TYPES, c, d, now_ms));
        }
    }
}

static void compare_world(struct shared *shared, const struct model *model, const struct built *built, uint64_t *state) {
    for (int n = 0; n < INSTANTS_TRIED; n++) {
        int64_t now_ms = model_instant(state);
        for (int e = 0; e < model->employee_count; e++) {
            for (int i = 0; i < model->document_count; i++) compare_document(shared, model, built, e, i, now_ms);
            compare_creation(shared, model, built, e, now_ms);
        }
    }
}

static void test_permission__check_predicate_and_model_agree(void **state) {
    struct shared *shared = *state;
    for (int w = 0; w < shared->worlds; w++) {
        struct model model;
        struct built built = {0};
        uint64_t random = shared->seed + (uint64_t)w;
        model_make(&model, random);
        build(shared, &model, false, &built);
        build_documents(shared, &model, &built);
        compare_world(shared, &model, &built, &random);
        tear_down(&built);
    }
}

/* ---- changes ---- */

/* All answers of a world at an instant, one bit each, in the model's order of people. */
enum { ANSWERS = MODEL_EMPLOYEES * MODEL_DOCUMENTS * MODEL_ACTIONS };
static void all_answers(
    struct shared *shared, const struct model *model, const struct built *built, int64_t now_ms, bool answers[ANSWERS]) {
    memset(answers, 0, ANSWERS);
    for (int e = 0; e < model->employee_count; e++) {
        for (int i = 0; i < model->document_count; i++) {
            for (int a = 0; a < MODEL_ACTIONS; a++)
                answers[(e * MODEL_DOCUMENTS + i) * MODEL_ACTIONS + a] = permission_allows(built->permissions, person_of(built, e),
                    function_of(shared, model->documents[i].type, a), built->documents[i], now_ms);
        }
    }
}

static void answers_of(struct shared *shared, const struct model *model, bool reversed, int64_t now_ms, bool answers[ANSWERS]) {
    struct built built = {0};
    build(shared, model, reversed, &built);
    build_documents(shared, model, &built);
    all_answers(shared, model, &built, now_ms, answers);
    tear_down(&built);
}

static void test_permission__order_of_entries_changes_nothing(void **state) {
    struct shared *shared = *state;
    for (int w = 0; w < shared->worlds / 4; w++) {
        struct model model;
        bool before[ANSWERS], after[ANSWERS];
        uint64_t random = shared->seed + 1000003 + (uint64_t)w;
        model_make(&model, random);
        int64_t now_ms = model_instant(&random);
        answers_of(shared, &model, false, now_ms, before);
        answers_of(shared, &model, true, now_ms, after);
        assert_memory_equal(before, after, ANSWERS);
    }
}

static void test_permission__removing_a_grant_never_allows_more(void **state) {
    struct shared *shared = *state;
    int lost = 0;
    for (int w = 0; w < shared->worlds / 4; w++) {
        struct model model;
        bool before[ANSWERS], after[ANSWERS];
        uint64_t random = shared->seed + 2000003 + (uint64_t)w;
        model_make(&model, random);
        struct model_post *post = &model.posts[(uint64_t)model.post_count > 1 ? model_random(&random) % 2 : 0];
        if (post->grant_count == 0) continue;
        int64_t now_ms = model_instant(&random);
        answers_of(shared, &model, false, now_ms, before);
        post->grants[model_random(&random) % (uint64_t)post->grant_count].removed = true;
        answers_of(shared, &model, false, now_ms, after);
        for (int i = 0; i < ANSWERS; i++) {
            assert_false(after[i] && !before[i]);
            lost += before[i] && !after[i];
        }
    }
    assert_true(lost > 0);
}

/* ---- explanations ---- */

/* One question: who, to which document, what, when; by their places in the model. */
struct question {
    int employee, document, action;
    int64_t now_ms;
};

static json_value *explained(struct shared *shared, const struct built *built, const struct question *question, struct json *json) {
    json_value *out = NULL;
    const struct document *document = built->documents[question->document];
    struct function function = {document->type, (enum document_action)question->action};
    dealer_status status = permission_explain(&shared->env, built->permissions,
        &(struct permission_question){person_of(built, question->employee), function, question->now_ms}, document, json, &out);
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
    struct shared *shared, struct model model, const struct built *built, const struct question *question) {
    struct json *json = NULL;
    const struct document *document = built->documents[question->document];
    struct function function = {document->type, (enum document_action)question->action};
    assert_int_equal(json_new(&shared->env, &json), DEALER_OK);
    const json_value *explanation = explained(shared, built, question, json);
    bool allowed =
        permission_allows(built->permissions, person_of(built, question->employee), function, document, question->now_ms);
    assert_int_equal(json_is_true(json_get(explanation, "allowed")), allowed);
    assert_true(json_count(json_get(explanation, "reasons")) > 0);
    assert_null(strchr(json_get_text(explanation, "en"), '{'));
    assert_null(strchr(json_get_text(explanation, "zh"), '{'));
    if (allowed) {
        bool only_grants = remove_determining(&model, explanation);
        bool after[ANSWERS];
        answers_of(shared, &model, false, question->now_ms, after);
        int at = (question->employee * MODEL_DOCUMENTS + question->document) * MODEL_ACTIONS + question->action;
        assert_int_equal(after[at], !only_grants);
    }
    json_free(json);
    return allowed;
}

static void test_permission_explain__agrees_and_names_the_grants_that_determine(void **state) {
    struct shared *shared = *state;
    int turned = 0;
    for (int w = 0; w < shared->worlds / 2; w++) {
        struct model model;
        struct built built = {0};
        uint64_t random = shared->seed + 3000017 + (uint64_t)w;
        model_make(&model, random);
        build(shared, &model, false, &built);
        build_documents(shared, &model, &built);
        int64_t now_ms = model_instant(&random);
        for (int n = 0; n < 8; n++) {
            struct question question = {.employee = (int)(model_random(&random) % (uint64_t)model.employee_count),
                .document = (int)(model_random(&random) % MODEL_DOCUMENTS),
                .action = (int)(model_random(&random) % 3),
                .now_ms = now_ms};
            turned += check_explanation(shared, model, &built, &question);
        }
        tear_down(&built);
    }
    assert_true(turned > 100);
}

/* ---- lists ---- */

static bool contains(const json_value *array, const char *text) {
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL;) {
        if (strcmp(json_text(element), text) == 0) return true;
    }
    return false;
}

static void check_lists(struct shared *shared, const struct model *model, const struct built *built, int64_t now_ms) {
    struct json *json = NULL;
    json_value *codes = NULL, *functions = NULL;
    struct document *document = built->documents[0];
    struct function read = {document->type, ACTION_READ};
    document->participant = false; /* it is about the asker, not about everyone */
    assert_int_equal(json_new(&shared->env, &json), DEALER_OK);
    assert_int_equal(permission_who_can(
                         &shared->env, built->permissions, &(struct permission_question){-1, read, now_ms}, document, json, &codes),
        DEALER_OK);
    for (int e = 0; e < model->employee_count; e++) {
        int person = person_of(built, e);
        bool can = permission_allows(built->permissions, person, read, document, now_ms);
        assert_int_equal(contains(codes, built->org->employees[person].code), can);
        assert_int_equal(permission_functions_of(&shared->env, built->permissions, person, now_ms, json, &functions), DEALER_OK);
        for (int a = 0; a < MODEL_ACTIONS; a++) {
            struct function function = {document->type, (enum document_action)a};
            char text[64];
            snprintf(text, sizeof text, "%s.%s", function.type->name, model_actions[a]);
            bool has = permission_has_function(built->permissions, person, function, now_ms);
            assert_int_equal(contains(functions, text), has);
            assert_true(has || !permission_allows(built->permissions, person, function, document, now_ms));
        }
    }
    json_free(json);
}

static void test_permission_lists__agree_with_the_check(void **state) {
    struct shared *shared = *state;
    for (int w = 0; w < shared->worlds / 4; w++) {
        struct model model;
        struct built built = {0};
        uint64_t random = shared->seed + 4000037 + (uint64_t)w;
        model_make(&model, random);
        build(shared, &model, false, &built);
        build_documents(shared, &model, &built);
        check_lists(shared, &model, &built, model_instant(&random));
        tear_down(&built);
    }
}

/* ---- */

static uint64_t number_of(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 0) : otherwise;
}

static int setup(void **state) {
    struct shared *shared = calloc(1, sizeof *shared);
    if (shared == NULL) return -1;
    seams_defaults(&shared->seams);
    env_init(&shared->env, &shared->seams);
    uint64_t drawn = 0;
    env_random(&shared->env, &drawn, sizeof drawn);
    shared->seed = number_of("DEALER_TEST_SEED", drawn);
    shared->worlds = (int)number_of("DEALER_TEST_WORLDS", WORLDS);
    print_message("DEALER_TEST_SEED=%llu, %d worlds\n", (unsigned long long)shared->seed, shared->worlds);
    *state = shared;
    return catalogue_load(&shared->env, NULL, &shared->catalogue) == DEALER_OK ? 0 : -1;
}

static int teardown(void **state) {
    struct shared *shared = *state;
    catalogue_free(shared->catalogue);
    env_finish(&shared->env);
    free(shared);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permission__check_predicate_and_model_agree),
        cmocka_unit_test(test_permission__order_of_entries_changes_nothing),
        cmocka_unit_test(test_permission__removing_a_grant_never_allows_more),
        cmocka_unit_test(test_permission_explain__agrees_and_names_the_grants_that_determine),
        cmocka_unit_test(test_permission_lists__agree_with_the_check),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
