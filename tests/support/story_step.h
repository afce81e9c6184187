/* One step of a story: a person does something, and what came of it is held against what was expected. The verbs are those of
 * tests/cases/story/README.md. */
#ifndef SUPPORT_STORY_STEP_H
#define SUPPORT_STORY_STEP_H

#include "support/story_world.h"

/* What came of a step. */
struct story_result {
    dealer_status status;
    json_t *errors;   /* [{"id", "en", "zh"}], outermost first */
    json_t *answer;   /* of verbs that answer: JSON; NULL */
    json_t *decision; /* of verbs that decide: JSON with the outcome; NULL */
};

struct story_step {
    struct story_world *world;
    const json_t *spec;
    const char *person;
    dealer_session *session;
    struct story_result result;
};

/* Plays the scenes a story or scene begins with, then its steps; any difference fails the test, telling where. */
void story_play(struct story_world *world, const json_t *group, const json_t *story);

/* -- story_verbs.c -- */
/* Does what the step says; false: there is no such verb. */
bool story_do(struct story_step *step);
/* Notes a call's status, and the error's sentences when it failed. */
bool story_note(struct story_step *step, dealer_status status, const dealer_error *error);

/* -- story_expect.c -- */
/* Holds the result against "expect" and "refused"; NULL when all is as it should be, else what is wrong (the caller frees it). */
char *story_compare(struct story_step *step);

#endif
