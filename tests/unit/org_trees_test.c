/* Real organisation trees, where they are at hand: DEALER_TEST_DATA names the folder, else it is looked for beside the
 * sources. Their names repeat, their depth varies; every subtree must be its interval. Skipped without them. */
#include "base/text.h"
#include "support/org_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct tree {
    const char *file;
    int departments; /* rows that are none, such as posts, left out */
};
static const struct tree trees[] = {
    {"lecheng_group.csv", 219},
    {"carmaker_rd_departments.csv", 203},
    {"bank_branches.csv", 109},
    {"china_divisions_3level.csv", 3352},
    {"china_divisions_4level_streets.csv", 44704},
};

static FILE *open_tree(const char *file) {
    const char *folder = getenv("DEALER_TEST_DATA");
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : DEALER_SOURCE_DIR "/../shared/data/org", file);
    return fopen(path, "r");
}

/* The next field of a line without quoted commas; moves the line on. */
static char *field(char **line) {
    char *start = *line, *end = start + strcspn(start, ",\r\n");
    *line = *end == ',' ? end + 1 : end;
    *end = '\0';
    return start;
}

static int write_departments(FILE *file, struct text *text) {
    char line[1024];
    int count = 0;
    assert_non_null(fgets(line, sizeof line, file)); /* the heading */
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest = line;
        const char *id = field(&rest), *parent = field(&rest), *level = field(&rest), *name = field(&rest), *kind = field(&rest);
        (void)level;
        if (strcmp(kind, "post") == 0) continue;
        text_addf(text, "%s{\"code\":\"%s\",\"name\":\"%s\",\"company\":\"C\"", count++ > 0 ? "," : "", id, name);
        if (parent[0] != '\0') text_addf(text, ",\"parent\":\"%s\"", parent);
        text_add(text, "}");
    }
    return count;
}

static bool is_at_or_below(const struct org *org, int department, int top) {
    while (department >= 0 && department != top) department = org->departments[department].parent;
    return department >= 0;
}

/* Every department lies in the interval of each of its ancestors, and the intervals hold no others: their sizes add up
 * to the depths. */
static void check_intervals(const struct org *org) {
    int64_t sizes = 0, depths = 0;
    for (int d = 0; d < org->department_count; d++) {
        const struct org_department *department = &org->departments[d];
        assert_int_equal(department->order, d);
        assert_true(department->last >= d);
        sizes += department->last - d + 1;
        for (int above = d; above >= 0; above = org->departments[above].parent) {
            depths++;
            assert_true(org->departments[above].order <= d && d <= org->departments[above].last);
        }
    }
    assert_int_equal(sizes, depths);
    int middle = org->department_count / 2;
    assert_true(is_at_or_below(org, org->departments[middle].last, middle));
}

static void test_tree(void **state) {
    const struct tree *tree = *state;
    FILE *file = open_tree(tree->file);
    if (file == NULL) skip();
    struct seams seams;
    struct env env;
    struct text text;
    seams_defaults(&seams);
    env_init(&env, &seams);
    text_init(&text, &env);
    text_add(&text, "{\"group\":{\"code\":\"G\",\"name\":\"G\"},\"companies\":[{\"code\":\"C\",\"name\":\"C\",\"kinds\":[],"
                    "\"currency\":\"CNY\"}],\"departments\":[");
    int count = write_departments(file, &text);
    fclose(file);
    text_add(&text, "]}");
    assert_int_equal(count, tree->departments);
    struct org_world world;
    org_world_open(&world, text_string(&text));
    text_finish(&text);
    env_finish(&env);
    assert_int_equal(world.org->department_count, count);
    check_intervals(world.org);
    org_world_close(&world);
}

int main(void) {
    enum { TREES = sizeof trees / sizeof trees[0] };
    struct CMUnitTest tests[TREES];
    for (size_t i = 0; i < TREES; i++)
        tests[i] = (struct CMUnitTest){trees[i].file, test_tree, NULL, NULL, (void *)(uintptr_t)&trees[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
