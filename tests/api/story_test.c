/* The stories of tests/cases/story, each a named test on a store of its own; run with words to play only stories whose names have them. */
#include "support/story_step.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { STORIES_MAX = 2000 };

static struct {
    json_t *group;
    char prepared[256], path[256];
    int64_t start_ms;
    struct CMUnitTest tests[STORIES_MAX];
    size_t count;
    const char *words;
} all;

static void test_story(void **state) {
    struct story_world world;
    story_world_open(&world, all.prepared, all.path, all.group, all.start_ms);
    story_play(&world, all.group, *state);
    dealer_text *findings = NULL;
    story_must(dealer_store_verify(world.system, &findings), dealer_session_error(world.system), "verify");
    assert_string_equal(dealer_text_data(findings), "[]");
    dealer_text_free(findings);
    story_world_close(&world);
}

static void add(json_t *story) {
    const char *name = json_string_value(json_object_get(story, "name"));
    if (!name || (all.words && !strstr(name, all.words))) return;
    if (all.count == STORIES_MAX) exit(1);
    all.tests[all.count++] = (struct CMUnitTest){name, test_story, NULL, NULL, json_incref(story)};
}

/* One test a row, "story: row". */
static void add_rows(json_t *story) {
    json_t *row;
    size_t index;
    json_array_foreach(json_object_get(story, "rows"), index, row) {
        json_t *filled = story_fill(story, row);
        json_object_set_new(filled, "name",
            json_sprintf(
                "%s: %s", json_string_value(json_object_get(story, "name")), json_string_value(json_object_get(row, "name"))));
        add(filled);
        json_decref(filled);
    }
}

static void add_file(const char *name) {
    char path[300];
    json_t *story;
    size_t index;
    snprintf(path, sizeof path, "story/%s", name);
    json_t *root = story_read(path);
    json_array_foreach(json_object_get(root, "stories"), index, story) {
        if (json_object_get(story, "rows"))
            add_rows(story);
        else
            add(story);
    }
    json_decref(root);
}

static int is_story_file(const struct dirent *entry) {
    const char *end = strrchr(entry->d_name, '.');
    return end && strcmp(end, ".json") == 0 && strcmp(entry->d_name, "group.json") != 0;
}

int main(int count, char **arguments) {
    char folder[512];
    struct dirent **names;
    all.words = count > 1 ? arguments[1] : NULL;
    all.group = story_read("story/group.json");
    all.start_ms = story_midnight_ms(json_string_value(json_object_get(all.group, "start"))) + STORY_START_DAY_HOUR_MS;
    snprintf(all.prepared, sizeof all.prepared, "story-prepared-%ld.db", (long)getpid());
    snprintf(all.path, sizeof all.path, "story-%ld.db", (long)getpid());
    snprintf(folder, sizeof folder, "%s/tests/cases/story", DEALER_SOURCE_DIR);
    int files = scandir(folder, &names, is_story_file, alphasort);
    for (int i = 0; i < files; i++) {
        add_file(names[i]->d_name);
        free(names[i]);
    }
    if (files >= 0) free(names);
    story_prepare(all.prepared, all.group, all.start_ms);
    int failed = _cmocka_run_group_tests("stories", all.tests, all.count, NULL, NULL);
    remove_store(all.prepared);
    remove_store(all.path);
    for (size_t i = 0; i < all.count; i++) json_decref(all.tests[i].initial_state);
    json_decref(all.group);
    return failed;
}
