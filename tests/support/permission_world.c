#include "support/permission_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORLDS = 2500 };

static uint64_t number_of(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 0) : otherwise;
}

int worlds_open(void **state) {
    struct worlds *worlds = calloc(1, sizeof *worlds);
    if (worlds == NULL) return -1;
    seams_defaults(&worlds->seams);
    env_init(&worlds->env, &worlds->seams);
    uint64_t drawn = 0;
    env_random(&worlds->env, &drawn, sizeof drawn);
    worlds->spread = 1;
    worlds->seed = number_of("DEALER_TEST_SEED", drawn);
    worlds->count = (int)number_of("DEALER_TEST_WORLDS", WORLDS);
    print_message("DEALER_TEST_SEED=%llu, %d worlds\n", (unsigned long long)worlds->seed, worlds->count);
    *state = worlds;
    return catalogue_load(&worlds->env, NULL, &worlds->catalogue) == DEALER_OK ? 0 : -1;
}

int worlds_close(void **state) {
    struct worlds *worlds = *state;
    catalogue_free(worlds->catalogue);
    env_finish(&worlds->env);
    free(worlds);
    return 0;
}

static void must(struct worlds *worlds, dealer_status status) {
    if (status != DEALER_OK) print_error("%s\n", worlds->env.error.entries[worlds->env.error.depth - 1].en);
    assert_int_equal(status, DEALER_OK);
}

static int by_code(int (*find)(const struct org *org, const char *code), const struct org *org, char letter, int index) {
    char code[16];
    snprintf(code, sizeof code, "%c%d", letter, index);
    return find(org, code);
}

int world_person(const struct built *built, int employee) {
    return by_code(org_employee_by_code, built->org, 'e', employee);
}

int world_department(const struct built *built, int department) {
    return by_code(org_department_by_code, built->org, 'd', department);
}

int world_company(const struct built *built, int company) {
    return by_code(org_company_by_code, built->org, 'c', company);
}

/* An id that is the same in every world: by the kind of noun and the number in the code. */
static dealer_status identify(void *user_data, enum org_noun noun, const char *code, int64_t *id_out) {
    const struct worlds *worlds = user_data;
    *id_out = worlds->spread * (100 * ((int64_t)noun + 1) + atoi(code + 1));
    return DEALER_OK;
}

static struct document *build_document(struct worlds *worlds, const struct built *built, const struct model_document *from) {
    const struct org *org = built->org;
    struct env *env = &worlds->env;
    const struct catalogue_type *type = catalogue_type(worlds->catalogue, model_types[from->type]);
    struct document *document = NULL;
    assert_int_equal(document_new(env, type, &document), DEALER_OK);
    if (from->company >= 0)
        document_put_integer(env, document, COMMON_COMPANY, org->companies[world_company(built, from->company)].id);
    if (from->department >= 0)
        document_put_integer(env, document, COMMON_DEPARTMENT, org->departments[world_department(built, from->department)].id);
    if (from->owner >= 0) document_put_integer(env, document, COMMON_OWNER, org->employees[world_person(built, from->owner)].id);
    const char *status = from->approved ? STATUS_APPROVED : STATUS_DRAFT;
    document_put_text(env, document, COMMON_STATUS, status, strlen(status));
    const struct catalogue_field *hours = catalogue_field(type, "hours");
    if (hours != NULL && from->hours >= 0) document_put_integer(env, document, hours->index, from->hours);
    document->participant = from->participant;
    return document;
}

void world_build(struct worlds *worlds, const struct model *model, bool reversed, struct built *out) {
    struct text text;
    struct json *json = NULL;
    text_init(&text, &worlds->env);
    model_write(model, reversed, &text);
    must(worlds, json_parse(&worlds->env, text_string(&text), text.length, false, &json));
    text_finish(&text);
    must(worlds, org_load(&worlds->env, json_root(json), NULL, NULL, &out->org));
    json_free(json);
    must(worlds, org_assign_ids(&worlds->env, out->org, identify, worlds));
    must(worlds, permissions_compile(&worlds->env, out->org, worlds->catalogue, NULL, NULL, &out->permissions));
    for (int i = 0; i < model->document_count; i++) {
        out->documents[i] = build_document(worlds, out, &model->documents[i]);
        document_put_integer(&worlds->env, out->documents[i], COMMON_ID, i + 1);
    }
}

void world_free(struct built *built) {
    for (int i = 0; i < MODEL_DOCUMENTS; i++) {
        document_free(built->documents[i]);
        built->documents[i] = NULL;
    }
    permissions_free(built->permissions);
    org_free(built->org);
}

struct function world_function(const struct worlds *worlds, int type, int action) {
    return (struct function){catalogue_type(worlds->catalogue, model_types[type]), (enum document_action)action};
}

bool world_has(const json_value *array, const char *text) {
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL;) {
        if (strcmp(json_text(element), text) == 0) return true;
    }
    return false;
}
