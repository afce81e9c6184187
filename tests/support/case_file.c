#include "support/case_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static char *read_whole(const char *path, size_t *length_out) {
    FILE *stream = fopen(path, "rb");
    if (!stream) return NULL;
    char *text = NULL;
    if (fseek(stream, 0, SEEK_END) == 0) {
        long size = ftell(stream);
        rewind(stream);
        text = size < 0 ? NULL : malloc((size_t)size + 1);
        *length_out = text ? fread(text, 1, (size_t)size, stream) : 0;
    }
    fclose(stream);
    return text;
}

void case_file_open(struct case_file *file, const char *path) {
    char full[1024];
    size_t length = 0;
    snprintf(full, sizeof full, "%s/tests/cases/%s", DEALER_SOURCE_DIR, path);
    seams_defaults(&file->seams);
    env_init(&file->env, &file->seams);
    char *text = read_whole(full, &length);
    if (!text || json_parse(&file->env, text, length, true, &file->json)) {
        fprintf(stderr, "%s: %s\n", full, text ? file->env.error.entries[0].en : "cannot be read");
        exit(EXIT_FAILURE);
    }
    free(text);
    file->root = json_root(file->json);
}

void case_file_close(struct case_file *file) {
    json_free(file->json);
    env_finish(&file->env);
}

int case_file_run(struct case_file *file, void (*test)(void **state)) {
    const json_value *cases = json_get(file->root, "cases");
    size_t count = json_count(cases), index = 0;
    struct CMUnitTest *tests = calloc(count, sizeof *tests);
    struct case_state *states = calloc(count, sizeof *states);
    if (!tests || !states) exit(EXIT_FAILURE);
    struct json_cursor cursor = json_each(cases);
    for (const json_value *item; (item = json_next(&cursor, NULL)); index++) {
        states[index] = (struct case_state){file, item};
        tests[index] = (struct CMUnitTest){json_get_text(item, "name"), test, NULL, NULL, &states[index]};
    }
    int failed = _cmocka_run_group_tests("cases", tests, count, NULL, NULL);
    free(tests);
    free(states);
    return failed;
}
