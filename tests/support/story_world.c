/* The world of a story. */
#include "support/story_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

json_t *story_read(const char *path) {
    char full[512];
    json_error_t error;
    snprintf(full, sizeof full, "%s/tests/cases/%s", DEALER_SOURCE_DIR, path);
    json_t *root = json_load_file(full, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (root) return root;
    fprintf(stderr, "%s:%d: %s\n", full, error.line, error.text);
    exit(1);
}

void story_must(dealer_status status, const dealer_error *error, const char *what) {
    if (status == DEALER_OK) return;
    print_error("%s: %s\n", what, dealer_status_name(status));
    for (int32_t level = 0; level < dealer_error_depth(error); level++)
        print_error("    %s: %s\n", dealer_error_id(error, level), dealer_error_message(error, level, DEALER_LANGUAGE_EN));
    fail();
}

void story_copy_file(const char *from, const char *to) {
    char buffer[65536];
    size_t length;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    while ((length = fread(buffer, 1, sizeof buffer, in)) > 0) assert_int_equal(fwrite(buffer, 1, length, out), length);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

static int64_t clock_ms(void *user_data) {
    return *(const int64_t *)user_data;
}

static dealer_store *open_store(const char *path, int64_t *now_ms) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_store *store = NULL;
    dealer_error *error = NULL;
    options.now_utc_ms = clock_ms;
    options.now_user_data = now_ms;
    story_must(dealer_store_open(&store, &error, path, &options), error, path);
    return store;
}

json_t *story_configuration(dealer_session *system, const json_t *group) {
    dealer_text *starter = NULL;
    story_must(dealer_configuration_starter(system, &starter), dealer_session_error(system), "starter configuration");
    json_t *configuration = json_loads(dealer_text_data(starter), 0, NULL);
    assert_non_null(configuration);
    json_object_set_new(configuration, "companies", json_array());
    story_change(configuration, json_object_get(group, "configuration"));
    dealer_text_free(starter);
    return configuration;
}

static void apply(dealer_session *system, const json_t *configuration) {
    char *text = json_dumps(configuration, JSON_COMPACT);
    dealer_text *findings = NULL;
    dealer_status status = dealer_configuration_apply(system, &findings, text, strlen(text), 0);
    if (status) print_error("%s\n", dealer_text_data(findings));
    story_must(status, dealer_session_error(system), "configuration");
    dealer_text_free(findings);
    free(text);
}

void story_prepare(const char *path, const json_t *group, int64_t start_ms) {
    dealer_store *store;
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    dealer_text *rules = NULL;
    remove_store(path);
    store = open_store(path, &start_ms);
    story_must(dealer_session_open_system(store, &system, &error, "story"), error, "system session");
    json_t *configuration = story_configuration(system, group);
    apply(system, configuration);
    story_must(dealer_rules_starter(system, &rules), dealer_session_error(system), "starter rules");
    story_must(dealer_rules_publish(system, NULL, dealer_text_data(rules), dealer_text_length(rules), 0),
        dealer_session_error(system), "rules");
    dealer_text_free(rules);
    json_decref(configuration);
    dealer_session_close(system);
    dealer_store_close(store);
}

void story_world_open(struct story_world *world, const char *prepared, const char *path, const json_t *group, int64_t start_ms) {
    dealer_error *error = NULL;
    memset(world, 0, sizeof *world);
    snprintf(world->path, sizeof world->path, "%s", path);
    world->now_ms = start_ms;
    remove_store(path);
    story_copy_file(prepared, path);
    world->store = open_store(path, &world->now_ms);
    story_must(dealer_session_open_system(world->store, &world->system, &error, "story"), error, "system session");
    world->configuration = story_configuration(world->system, group);
    world->documents = json_object();
    world->scenes_played = json_object();
    world->last_tasks = json_object();
    world->leases = json_object();
}

void story_world_close(struct story_world *world) {
    for (int i = 0; i < world->held_count; i++) dealer_document_free(world->held[i].handle);
    for (int i = 0; i < world->people_count; i++) dealer_session_close(world->people[i].session);
    dealer_session_close(world->system);
    dealer_store_close(world->store);
    json_decref(world->documents);
    json_decref(world->configuration);
    json_decref(world->scenes_played);
    json_decref(world->last_tasks);
    json_decref(world->leases);
    remove_store(world->path);
}

struct story_person *story_person(struct story_world *world, const char *code) {
    for (int i = 0; i < world->people_count; i++)
        if (strcmp(world->people[i].code, code) == 0) return &world->people[i];
    return NULL;
}

/* "wu for zhang": as his substitute. */
static dealer_status open_session(struct story_world *world, const char *person, dealer_session **out, dealer_error **error) {
    char substitute[64];
    const char *principal = strstr(person, " for ");
    if (!principal) return dealer_session_open(world->store, out, error, person);
    snprintf(substitute, sizeof substitute, "%.*s", (int)(principal - person), person);
    return dealer_session_open_as_substitute(world->store, out, error, substitute, principal + 5);
}

dealer_session *story_session(struct story_world *world, const char *person, dealer_status *status, dealer_error **error) {
    *status = DEALER_OK;
    if (strcmp(person, "system") == 0) return world->system;
    struct story_person *known = story_person(world, person);
    if (known) return known->session;
    assert_true(world->people_count < STORY_PEOPLE_MAX);
    known = &world->people[world->people_count];
    memset(known, 0, sizeof *known);
    snprintf(known->code, sizeof known->code, "%s", person);
    *status = open_session(world, person, &known->session, error);
    if (*status) return NULL;
    world->people_count++;
    return known->session;
}

json_t *story_employees(const struct story_world *world) {
    dealer_text *text = NULL;
    story_must(dealer_organisation(world->system, &text), dealer_session_error(world->system), "organisation");
    json_t *organisation = json_loads(dealer_text_data(text), 0, NULL), *employees = json_object_get(organisation, "employees");
    json_incref(employees);
    json_decref(organisation);
    dealer_text_free(text);
    return employees;
}

int64_t story_employee(const struct story_world *world, const char *code) {
    json_t *employees = story_employees(world), *person;
    size_t index;
    int64_t id = 0;
    json_array_foreach(employees, index, person) {
        if (strcmp(json_string_value(json_object_get(person, "code")), code) == 0)
            id = json_integer_value(json_object_get(person, "id"));
    }
    json_decref(employees);
    return id;
}

int64_t story_document(const struct story_world *world, const char *name) {
    json_t *id = json_object_get(world->documents, name);
    if (!id) fail_msg("the story has no document \"%s\" yet", name);
    return json_integer_value(id);
}

/* Of a call that was refused, what rules said is logged, and nothing else. */
static bool is_kept(const json_t *item) {
    const json_t *kept = json_object_get(json_object_get(item, "detail"), "kept");
    return !kept || json_integer_value(kept);
}

static json_t *kept_history(const char *text) {
    json_t *history = json_loads(text, 0, NULL), *kept = json_array(), *item;
    size_t index;
    json_array_foreach(json_object_get(history, "history"), index, item) if (is_kept(item)) json_array_append(kept, item);
    json_object_set_new(history, "history", kept);
    return history;
}

static json_t *dump_document(struct story_world *world, int64_t id) {
    dealer_document *document = NULL;
    dealer_text *text = NULL, *history = NULL;
    dealer_status status = dealer_document_open(world->system, &document, id);
    if (status) return json_string(dealer_status_name(status));
    story_must(dealer_document_to_json(document, &text), dealer_document_error(document), "to_json");
    story_must(dealer_document_history(world->system, &history, id), dealer_session_error(world->system), "history");
    json_t *json = json_pack(
        "{s:o,s:o}", "fields", json_loads(dealer_text_data(text), 0, NULL), "history", kept_history(dealer_text_data(history)));
    dealer_text_free(history);
    dealer_text_free(text);
    dealer_document_free(document);
    return json;
}

json_t *story_dump(struct story_world *world) {
    json_t *documents = json_object(), *id;
    const char *name;
    int64_t entries = 0, bad = 0;
    dealer_text *outbox = NULL;
    json_object_foreach(world->documents, name, id)
        json_object_set_new(documents, name, dump_document(world, json_integer_value(id)));
    story_must(dealer_journal_verify(world->system, &entries, &bad), dealer_session_error(world->system), "journal");
    story_must(dealer_outbox(world->system, &outbox, 0, 1000), dealer_session_error(world->system), "outbox");
    json_t *dump = json_pack("{s:o,s:I,s:I,s:o}", "documents", documents, "journal", (json_int_t)entries, "bad", (json_int_t)bad,
        "outbox", json_loads(dealer_text_data(outbox), 0, NULL));
    dealer_text_free(outbox);
    return dump;
}
