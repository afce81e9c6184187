/* Plays a story: scenes, then steps. Every step that was refused, or that a rule refused, must have left the store as it was. */
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool nothing_done(const struct story_step *step) {
    const char *outcome = json_string_value(json_object_get(step->result.decision, "outcome"));
    return step->result.status || (outcome && (strcmp(outcome, "no") == 0 || strcmp(outcome, "failed") == 0));
}

static bool anyone_in_transaction(const struct story_world *world) {
    for (int i = 0; i < world->people_count; i++)
        if (world->people[i].in_transaction) return true;
    return false;
}

static void fail_at(const struct story_step *step, const char *where, size_t index, const char *why) {
    char *text = json_dumps(step->spec, JSON_COMPACT);
    fprintf(stderr, "%s, step %zu: %s\n    %s\n", where, index + 1, text, why);
    free(text);
    fail();
}

static void act(struct story_step *step, const char *where, size_t index) {
    dealer_error *error = NULL;
    dealer_status status;
    step->session = story_session(step->world, step->person, &status, &error);
    if (!step->session) {
        story_note(step, status, error);
        dealer_error_free(error);
    } else if (!story_do(step)) {
        fail_at(step, where, index, "there is no such verb");
    }
}

static void check_unchanged(struct story_step *step, json_t *before, const char *where, size_t index) {
    json_t *after = story_dump(step->world);
    if (!json_equal(before, after)) {
        char *left = json_dumps(before, JSON_COMPACT), *right = json_dumps(after, JSON_COMPACT);
        fprintf(stderr, "before: %s\nafter:  %s\n", left, right);
        free(left);
        free(right);
        fail_at(step, where, index, "was refused, and changed something all the same");
    }
    json_decref(after);
}

static void play_step(struct story_world *world, const json_t *spec, const char *where, size_t index) {
    const char *person = json_string_value(json_object_get(spec, "as"));
    struct story_step step = {world, spec, person ? person : "system", NULL, {DEALER_OK, NULL, NULL, NULL}};
    bool watched = (json_object_get(spec, "refused") || json_object_get(json_object_get(spec, "expect"), "outcome")) &&
                   !anyone_in_transaction(world);
    json_t *before = watched ? story_dump(world) : NULL;
    act(&step, where, index);
    char *wrong = story_compare(&step);
    if (wrong) fail_at(&step, where, index, wrong);
    if (watched && nothing_done(&step)) check_unchanged(&step, before, where, index);
    free(wrong);
    json_decref(before);
    json_decref(step.result.errors);
    json_decref(step.result.answer);
    json_decref(step.result.decision);
}

static void play_scene(struct story_world *world, const json_t *group, const char *name) {
    const json_t *scene = json_object_get(json_object_get(group, "scenes"), name);
    if (json_object_get(world->scenes_played, name)) return;
    if (!scene) fail_msg("there is no scene \"%s\"", name);
    json_object_set_new(world->scenes_played, name, json_true());
    story_play(world, group, scene);
}

void story_play(struct story_world *world, const json_t *group, const json_t *story) {
    const char *name = json_string_value(json_object_get(story, "name"));
    json_t *item;
    size_t index;
    json_array_foreach(json_object_get(story, "with"), index, item) play_scene(world, group, json_string_value(item));
    json_array_foreach(json_object_get(story, "steps"), index, item) play_step(world, item, name ? name : "a scene", index);
}
