#include "support/org_world.h"

#include "base/time.h"
#include "org/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void succeed(struct env *env, dealer_status status) {
    if (status != DEALER_OK) print_error("%s\n", env->error.depth > 0 ? env->error.entries[env->error.depth - 1].en : "?");
    assert_int_equal(status, DEALER_OK);
}

struct json *org_world_parse(struct env *env, const char *text) {
    struct json *json = NULL;
    size_t length = strlen(text);
    char *copy = malloc(length + 1);
    assert_non_null(copy);
    for (size_t i = 0; i <= length; i++) copy[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    dealer_status status = json_parse(env, copy, length, true, &json);
    free(copy);
    succeed(env, status);
    return json;
}

dealer_status org_world_findings(struct env *env, const char *configuration, struct json **findings, struct org **out) {
    struct json *parsed = org_world_parse(env, configuration);
    succeed(env, json_new(env, findings));
    json_set_root(*findings, json_new_array(*findings));
    dealer_status status = org_load(env, json_root(parsed), json_root(*findings), *findings, out);
    json_free(parsed);
    return status;
}

dealer_status org_world_identify(void *user_data, enum org_noun noun, const char *code, int64_t *id_out) {
    (void)noun, (void)code;
    int64_t *next = user_data;
    *id_out = ++*next;
    return DEALER_OK;
}

/* The catalogue's own parts of the configuration. */
static dealer_status load_catalogue(struct org_world *world) {
    struct json *own = NULL;
    const json_value *configuration = json_root(world->configuration);
    succeed(&world->env, json_new(&world->env, &own));
    json_value *root = json_new_object(own);
    static const char *const members[] = {"types", "fields"};
    for (int i = 0; i < 2; i++) {
        const json_value *member = json_get(configuration, members[i]);
        if (member != NULL) json_set(own, root, members[i], json_copy(own, member));
    }
    dealer_status status = catalogue_load(&world->env, root, &world->catalogue);
    json_free(own);
    return status;
}

struct org *org_world_repack(struct env *env, const struct org *org) {
    struct text people, posts;
    struct org *again = NULL;
    text_init(&people, env);
    text_init(&posts, env);
    succeed(env, org_pack(env, org, &people, &posts));
    struct org_bytes people_bytes = {(const uint8_t *)people.data, people.length};
    struct org_bytes posts_bytes = {(const uint8_t *)posts.data, posts.length};
    succeed(env, org_unpack(env, &people_bytes, NULL, &posts_bytes, &again));
    text_finish(&people);
    text_finish(&posts);
    return again;
}

void org_world_open(struct org_world *world, const char *configuration) {
    memset(world, 0, sizeof *world);
    seams_defaults(&world->seams);
    env_init(&world->env, &world->seams);
    struct env *env = &world->env;
    world->configuration = org_world_parse(env, configuration);
    succeed(env, load_catalogue(world));
    succeed(env, org_load(env, json_root(world->configuration), NULL, NULL, &world->org));
    succeed(env, org_assign_ids(env, world->org, org_world_identify, &world->next_id));
    struct org *checked = world->org;
    world->org = org_world_repack(env, checked);
    org_free(checked);
    succeed(env, permissions_compile(env, world->org, world->catalogue, NULL, NULL, &world->permissions));
    succeed(env, permissions_settle(env, world->permissions, NULL));
}

void org_world_close(struct org_world *world) {
    permissions_free(world->permissions);
    org_free(world->org);
    catalogue_free(world->catalogue);
    json_free(world->configuration);
    env_finish(&world->env);
}

static void put(struct org_world *world, struct document *document, int field, int64_t id) {
    succeed(&world->env, document_put_integer(&world->env, document, field, id));
}

struct document *org_world_document(
    struct org_world *world, const char *type, int64_t id, const char *company, const char *department, const char *owner) {
    const struct org *org = world->org;
    struct document *document = NULL;
    const struct catalogue_type *found = catalogue_type(world->catalogue, type);
    assert_non_null(found);
    succeed(&world->env, document_new(&world->env, found, &document));
    put(world, document, COMMON_ID, id);
    if (company != NULL) put(world, document, COMMON_COMPANY, org->companies[org_company_by_code(org, company)].id);
    if (department != NULL) put(world, document, COMMON_DEPARTMENT, org->departments[org_department_by_code(org, department)].id);
    if (owner != NULL) put(world, document, COMMON_OWNER, org->employees[org_employee_by_code(org, owner)].id);
    return document;
}

struct function org_world_function(struct org_world *world, const char *text) {
    struct function function = {NULL, ACTION_READ};
    succeed(&world->env, function_parse(&world->env, world->catalogue, text, &function));
    return function;
}

int64_t org_world_at(const char *text) {
    int32_t days;
    int64_t ms = 0;
    if (date_parse(text, strlen(text), &days)) return (int64_t)days * 86400000;
    assert_true(instant_parse(text, strlen(text), &ms));
    return ms;
}
