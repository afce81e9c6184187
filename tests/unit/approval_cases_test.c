/* The cases of tests/cases/approval: given a flow and people, when these act, then this is how it stands. */
#include "support/approval_world.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER DEALER_SOURCE_DIR "/tests/cases/approval"

enum { FILES_MAX = 32, CASES_MAX = 1024, TEXT_MAX = 4096 };

struct approval_case {
    const json_value *file, *json;
    char name[200];
};

static struct json *parse_file(struct env *env, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    static char text[1 << 20];
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    struct json *json = NULL;
    if (json_parse(env, text, length, false, &json) == DEALER_OK) return json;
    fprintf(stderr, "%s: %s\n", path, env->error.entries[0].en);
    return NULL;
}

/* A text is the name of one that the file defines for several cases. */
static const json_value *defined(const struct approval_case *given, const char *key, const char *among) {
    const json_value *value = json_get(given->json, key);
    if (value == NULL) return json_get(json_get(given->file, among), "default");
    return json_kind(value) == JSON_TEXT ? json_get(json_get(given->file, among), json_text(value)) : value;
}

static void append(char *text, const char *separator, const char *more) {
    if (text[0] != '\0') strncat(text, separator, TEXT_MAX - strlen(text) - 1);
    strncat(text, more, TEXT_MAX - strlen(text) - 1);
}

static void join(const json_value *array, char *text) {
    text[0] = '\0';
    for (size_t i = 0; i < json_count(array); i++) append(text, ", ", json_text(json_at(array, i)));
}

static void awaited(const struct approval_world *world, char *text) {
    const struct approval_task *task = NULL;
    text[0] = '\0';
    for (size_t at = 0; (task = approval_awaited(&world->instance, &at)) != NULL;) {
        append(text, ", ", approval_world_code(world, task->assignee != 0 ? task->assignee : task->candidates[0]));
        for (size_t i = 1; task->assignee == 0 && i < task->candidate_count; i++) {
            append(text, "|", approval_world_code(world, task->candidates[i]));
        }
    }
}

static void standing(const struct approval_world *world, char *text) {
    text[0] = '\0';
    for (size_t i = 0; i < world->instance.visit_count; i++) {
        const struct approval_visit *visit = &world->instance.visits[i];
        if (visit->superseded_move != 0) continue;
        append(text, ", ", visit->node);
        append(text, " ", approval_visit_state_name(visit->state));
        if (visit->overridden) append(text, " ", "overridden");
    }
}

static void happened(const struct approval_world *world, char *text) {
    text[0] = '\0';
    for (size_t i = 0; i < world->last.effect_count; i++) {
        append(text, ", ", approval_effect_name(world->last.effects[i].kind));
    }
}

static void route(struct approval_world *world, char *text) {
    struct approval_route found;
    text[0] = '\0';
    assert_int_equal(approval_preview(&world->env, &world->region, &world->call, &world->instance, &found), DEALER_OK);
    for (size_t i = 0; i < found.count; i++) {
        append(text, ", ", found.nodes[i].node);
        if (found.nodes[i].skipped) append(text, " ", "skipped");
        for (size_t j = 0; j < found.nodes[i].people_count; j++) {
            append(text, " ", approval_world_code(world, found.nodes[i].people[j].person));
        }
        if (found.nodes[i].depends) append(text, " ", "(depends)");
    }
}

static void check_text(const json_value *then, const char *key, const char *actual) {
    const json_value *expected = json_get(then, key);
    char text[TEXT_MAX];
    if (expected == NULL) return;
    join(expected, text);
    if (strcmp(text, actual) != 0) fail_msg("%s: expected [%s], found [%s]", key, text, actual);
}

/* All reasons of the last action, in both languages: what a case's "reasons" must be found in. */
static void check_reasons(const struct approval_world *world, const json_value *then) {
    const json_value *expected = json_get(then, "reasons");
    char text[TEXT_MAX] = "";
    for (size_t i = 0; i < world->last.effect_count; i++) {
        const struct approval_effect *effect = &world->last.effects[i];
        if (effect->reason_en != NULL) append(text, "; ", effect->reason_en);
        if (effect->reason_zh != NULL) append(text, "; ", effect->reason_zh);
        assert_true((effect->reason_en == NULL) == (effect->reason_zh == NULL));
    }
    for (size_t i = 0; i < json_count(expected); i++) {
        const char *reason = json_text(json_at(expected, i));
        if (strstr(text, reason) == NULL) fail_msg("reasons: expected \"%s\" in [%s]", reason, text);
    }
}

static void check_then(struct approval_world *world, const json_value *then) {
    char text[TEXT_MAX];
    const char *state = json_get_text(then, "state");
    if (state != NULL) assert_string_equal(approval_state_name(world->instance.state), state);
    assert_int_equal(json_get_integer(then, "round", world->instance.round), world->instance.round);
    awaited(world, text);
    check_text(then, "awaited", text);
    standing(world, text);
    check_text(then, "nodes", text);
    happened(world, text);
    check_text(then, "history", text);
    check_reasons(world, then);
    if (json_get(then, "preview") == NULL) return;
    route(world, text);
    check_text(then, "preview", text);
}

/* The refusal of an action, or of the flow itself. */
static void check_refused(const struct approval_world *world, dealer_status status, const json_value *refused) {
    static const struct {
        dealer_status status;
        const char *name;
    } names[] = {{DEALER_OK, "OK"}, {DEALER_E_DENIED, "DENIED"}, {DEALER_E_STATE, "STATE"}, {DEALER_E_CONFLICT, "CONFLICT"},
        {DEALER_E_INVALID, "INVALID"}, {DEALER_E_NOT_FOUND, "NOT_FOUND"}, {DEALER_E_RULE, "RULE"},
        {DEALER_E_CONFIGURATION, "CONFIGURATION"}};
    const struct error *error = &world->env.error;
    const char *found = "?";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].status == status) found = names[i].name;
    }
    const char *text = error->depth > 0 ? error->entries[0].en : "";
    if (refused == NULL && status != DEALER_OK) fail_msg("refused: %s %s", found, text);
    if (refused == NULL) return;
    const char *expected = json_get_text(refused, "status");
    if (strcmp(expected, found) != 0) fail_msg("expected %s, found %s %s", expected, found, text);
    const char *id = json_get_text(refused, "id"), *says = json_get_text(refused, "says");
    if (id != NULL && strcmp(error->entries[0].message->id, id) != 0) {
        fail_msg("expected %s, found %s: %s", id, error->entries[0].message->id, text);
    }
    if (says != NULL && strstr(text, says) == NULL) fail_msg("expected \"%s\" in \"%s\"", says, text);
    bool of_step = strncmp(error->entries[0].message->id, "E_APPROVAL", 10) == 0;
    if (of_step && (strchr(text, '{') != NULL || strchr(error->entries[0].zh, '{') != NULL)) fail_msg("not filled in: %s", text);
}

static void check_always(struct approval_world *world, const struct approval_instance *before, const char *text_before) {
    char *text = approval_world_text(world, before);
    assert_non_null(text);
    assert_string_equal(text, text_before); /* what went in is untouched */
    free(text);
    const char *fault = approval_world_fault(&world->instance);
    if (fault != NULL) fail_msg("never: %s", fault);
}

static void run_actions(struct approval_world *world, const json_value *when) {
    for (size_t i = 0; i < json_count(when); i++) {
        const json_value *action = json_at(when, i);
        struct approval_instance before = world->instance;
        char *text = approval_world_text(world, &before);
        assert_non_null(text);
        if (json_get(action, "now") != NULL) {
            /* The organisation changes under way. */
            world->people_json = json_get(action, "now");
        } else {
            dealer_status status = approval_world_step(world, action);
            check_refused(world, status, json_get(action, "refused"));
            check_always(world, &before, text);
            if (json_get(action, "then") != NULL) check_then(world, json_get(action, "then"));
        }
        free(text);
    }
}

static void run_case(void **state) {
    const struct approval_case *given = *state;
    struct approval_world world;
    assert_non_null(json_get(given->json, "because"));
    dealer_status status = approval_world_open(&world, NULL, defined(given, "flow", "flows"), defined(given, "people", "people"));
    const json_value *refused = json_get(json_get(given->json, "then"), "refused");
    check_refused(&world, status, refused);
    if (status == DEALER_OK) {
        run_actions(&world, json_get(given->json, "when"));
        check_then(&world, json_get(given->json, "then"));
    }
    approval_world_close(&world);
}

static int collect(struct env *env, struct json **files, struct approval_case *cases, int *file_count) {
    struct dirent **entries = NULL;
    int entry_count = scandir(FOLDER, &entries, NULL, alphasort), count = 0;
    for (int i = 0; i < entry_count; i++) {
        const char *name = entries[i]->d_name;
        size_t length = strlen(name);
        if (length > 5 && strcmp(name + length - 5, ".json") == 0 && *file_count < FILES_MAX) {
            struct json *json = parse_file(env, name);
            if (json == NULL) exit(1);
            files[(*file_count)++] = json;
            const json_value *list = json_get(json_root(json), "cases");
            for (size_t at = 0; at < json_count(list) && count < CASES_MAX; at++) {
                struct approval_case *next = &cases[count++];
                next->file = json_root(json);
                next->json = json_at(list, at);
                snprintf(next->name, sizeof next->name, "%.*s: %s", (int)(length - 5), name, json_get_text(next->json, "name"));
            }
        }
        free(entries[i]);
    }
    free(entries);
    return count;
}

int main(void) {
    static struct approval_case cases[CASES_MAX];
    static struct CMUnitTest tests[CASES_MAX];
    struct json *files[FILES_MAX];
    struct seams seams;
    struct env env;
    int file_count = 0;
    seams_defaults(&seams);
    env_init(&env, &seams);
    int count = collect(&env, files, cases, &file_count);
    for (int i = 0; i < count; i++) {
        tests[i] = (struct CMUnitTest){.name = cases[i].name, .test_func = run_case, .initial_state = &cases[i]};
    }
    int failed = count == 0 ? 1 : _cmocka_run_group_tests("approval_cases", tests, (size_t)count, NULL, NULL);
    for (int i = 0; i < file_count; i++) json_free(files[i]);
    env_finish(&env);
    return failed;
}
