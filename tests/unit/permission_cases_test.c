/* The cases of tests/cases/permission, the same that run in the other languages: given a configuration and documents,
 * when somebody asks, then this is the answer. One case is one test. */
#include "support/org_world.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_CASES = 200, MOST_DOCUMENTS = 16 };

struct test_case {
    struct json *json;               /* of its file */
    const json_value *value, *world; /* what it leaves out is taken from the file's "given" */
};

static struct env env;
static struct seams seams;
static struct json *files[32];
static int file_count;

static const json_value *given(const struct test_case *test, const char *member) {
    const json_value *own = json_get(test->value, member);
    return own != NULL ? own : json_get(test->world, member);
}

static struct document *make_document(struct org_world *world, const json_value *value) {
    struct document *document = org_world_document(world, json_get_text(value, "type"), json_get_integer(value, "id", 0),
        json_get_text(value, "company"), json_get_text(value, "department"), json_get_text(value, "owner"));
    const char *number = json_get_text(value, "number"), *status = json_get_text(value, "status");
    if (number != NULL) document_put_text(&world->env, document, COMMON_NUMBER, number, strlen(number));
    if (status == NULL) status = STATUS_DRAFT;
    document_put_text(&world->env, document, COMMON_STATUS, status, strlen(status));
    document_put_text(&world->env, document, COMMON_CURRENCY, "CNY", 3);
    const json_value *fields = json_get(value, "fields");
    if (fields != NULL) assert_int_equal(document_merge_json(&world->env, document, fields), DEALER_OK);
    return document;
}

static const json_value *document_value(const json_value *documents, const char *number) {
    const json_value *value;
    for (struct json_cursor cursor = json_each(documents); (value = json_next(&cursor, NULL)) != NULL;) {
        if (strcmp(json_get_text(value, "number"), number) == 0) return value;
    }
    fail_msg("no document %s", number);
    return NULL;
}

static bool took_part(const json_value *document, const char *person) {
    const json_value *value;
    for (struct json_cursor cursor = json_each(json_get(document, "participants")); (value = json_next(&cursor, NULL)) != NULL;) {
        if (strcmp(json_text(value), person) == 0) return true;
    }
    return false;
}

/* Check, predicate and explanation must all say what is expected, and the first reason be of the kind expected. */
static void ask(struct org_world *world, const json_value *question, const json_value *documents, const json_value *expected) {
    const char *person_code = json_get_text(question, "person");
    const json_value *value = document_value(documents, json_get_text(question, "document"));
    struct document *document = make_document(world, value);
    struct function function = org_world_function(world, json_get_text(question, "function"));
    int person = org_employee_by_code(world->org, person_code);
    int64_t at = org_world_at(json_get_text(question, "at"));
    document->participant = took_part(value, person_code);
    bool allowed = json_is_true(json_get(expected, "allowed"));

    struct region region;
    const struct predicate *predicate = NULL;
    struct json *json = NULL;
    json_value *why = NULL;
    struct predicate_world in = permission_world(world->permissions);
    region_init(&region, &world->seams);
    assert_int_equal(permission_predicate(
                         &world->env, &region, world->permissions, &(struct permission_question){person, function, at}, &predicate),
        DEALER_OK);
    assert_int_equal(json_new(&world->env, &json), DEALER_OK);
    dealer_status status = permission_explain(
        &world->env, world->permissions, &(struct permission_question){person, function, at}, document, json, &why);
    assert_int_equal(status, DEALER_OK);
    const json_value *first = json_at(json_get(why, "reasons"), 0);
    if (permission_allows(world->permissions, person, function, document, at) != allowed)
        fail_msg("expected %d: %s", allowed, json_get_text(why, "en"));
    assert_int_equal(predicate_holds(predicate, document, &in), allowed);
    assert_int_equal(json_is_true(json_get(why, "allowed")), allowed);
    static const char *const members[] = {"kind", "post", "scope", "in", "needs"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const char *wanted = json_get_text(expected, members[i]);
        if (wanted != NULL) assert_string_equal(json_get_text(first, members[i]), wanted);
    }
    if (json_get_text(expected, "en") != NULL) assert_string_equal(json_get_text(why, "en"), json_get_text(expected, "en"));
    if (json_get_text(expected, "zh") != NULL) assert_string_equal(json_get_text(why, "zh"), json_get_text(expected, "zh"));
    json_free(json);
    region_finish(&region);
    document_free(document);
}

static void test_case(void **state) {
    const struct test_case *test = *state;
    struct org_world world;
    char *text = json_write(&env, given(test, "configuration"), false, false, NULL);
    assert_non_null(text);
    org_world_open(&world, text);
    env_free(&env, text);
    const json_value *when = json_get(test->value, "when"), *then = json_get(test->value, "then");
    assert_true(json_count(when) > 0);
    assert_int_equal(json_count(when), json_count(then));
    for (size_t i = 0; i < json_count(when); i++) ask(&world, json_at(when, i), given(test, "documents"), json_at(then, i));
    org_world_close(&world);
}

static char *read_file(const char *path, size_t *length_out) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    *length_out = text != NULL ? fread(text, 1, (size_t)size, file) : 0;
    fclose(file);
    return text;
}

/* A file is {"given": {...}, "cases": [...]}. */
static int add_file(const char *path, struct test_case *cases, struct CMUnitTest *tests, int count) {
    size_t length = 0;
    char *text = read_file(path, &length);
    struct json *json = NULL;
    if (text == NULL || json_parse(&env, text, length, false, &json) != DEALER_OK) {
        print_error("%s: %s\n", path, env.error.entries[0].en);
        exit(1);
    }
    free(text);
    files[file_count++] = json;
    const json_value *value;
    for (struct json_cursor cursor = json_each(json_get(json_root(json), "cases"));
         (value = json_next(&cursor, NULL)) != NULL && count < MOST_CASES; count++) {
        cases[count] = (struct test_case){json, value, json_get(json_root(json), "given")};
        tests[count] = (struct CMUnitTest){json_get_text(value, "name"), test_case, NULL, NULL, &cases[count]};
    }
    return count;
}

int main(void) {
    static struct test_case cases[MOST_CASES];
    static struct CMUnitTest tests[MOST_CASES];
    const char *folder = DEALER_SOURCE_DIR "/tests/cases/permission";
    int count = 0;
    seams_defaults(&seams);
    env_init(&env, &seams);
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char path[1024];
        if (strstr(entry->d_name, ".json") == NULL) continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        count = add_file(path, cases, tests, count);
    }
    if (directory != NULL) closedir(directory);
    if (count == 0) {
        print_error("no cases in %s\n", folder);
        return 1;
    }
    int failed = _cmocka_run_group_tests("permission cases", tests, (size_t)count, NULL, NULL);
    while (file_count > 0) json_free(files[--file_count]);
    env_finish(&env);
    return failed;
}
