/* What is wrong with a configuration, collected as a whole: each finding has the path of its place, a stable id and one
 * sentence in en and zh. Knows JSON places and messages; nothing of what is checked. */
#ifndef ORG_FINDINGS_H
#define ORG_FINDINGS_H

#include "base/json.h"

/* A place in the configuration, as a chain on the stack: written out only when there is something to report. */
struct place {
    const struct place *above; /* NULL: the outermost member */
    const char *member;        /* NULL: the element `index` of the array above */
    int index;
};

enum { PLACE_SIZE = 256 };
void place_write(const struct place *place, char out[PLACE_SIZE]); /* "departments[17].parent" */

struct findings {
    struct env *env;
    json_value *list; /* NULL: only counted */
    struct json *json;
    int count;
    struct error_entry first; /* becomes the cause of the error that findings_result raises */
    char first_path[PLACE_SIZE];
};

void findings_init(struct findings *findings, struct env *env, json_value *list, struct json *json);
/* Arguments as in error_raise: name, value pairs ended by NULL. */
void findings_add(struct findings *findings, const struct place *place, const struct message *message, ...);
/* With arguments whose values differ by language. */
void findings_add_rendered(struct findings *findings, const struct place *place, const struct message *message,
    const char *const *arguments_en, const char *const *arguments_zh);
/* `value` is none of the known ones: {value} and {code}, {hint} and {allowed} are filled in; nearest may be NULL. */
void findings_add_unknown(struct findings *findings, const struct place *place, const struct message *message, const char *value,
    const char *nearest, const char *allowed);
/* OK without findings; NOMEM when they could not all be kept; else E_ORG_FINDINGS over the first of them. */
dealer_status findings_result(struct findings *findings);

/* The candidate nearest to a text when it is near enough to be meant; NULL otherwise. Fed one by one. */
struct nearest {
    const char *text, *best;
    int distance;
};
void nearest_init(struct nearest *nearest, const char *text);
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
