/* Case files under tests/cases, as JSON values, each case run as a named test. Knows cmocka and base/json.h. */
#ifndef SUPPORT_CASE_FILE_H
#define SUPPORT_CASE_FILE_H

#include "base/json.h"

struct case_file {
    struct seams seams;
    struct env env;
    struct json *json;
    json_value *root;
};

/* path is below tests/cases; stops the program with a message when it cannot be read. */
void case_file_open(struct case_file *file, const char *path);
void case_file_close(struct case_file *file);
/* One test for each element of "cases", named by its "name"; the test's initial state is a struct case_state.
 * Returns how many failed. */
struct case_state {
    struct case_file *file;
    const json_value *item;
};
int case_file_run(struct case_file *file, void (*test)(void **state));

#endif
