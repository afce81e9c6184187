/* Where in a JSON value we are, so that an error can name it; what was found there; what was probably meant.
 * Knows JSON and messages only, no types and no fields. */
#ifndef CATALOGUE_JSON_PLACE_H
#define CATALOGUE_JSON_PLACE_H

#include "base/json.h"
#include "base/region.h"

/* A chain of frames on the stack of the reader, innermost first: nothing is formatted until an error needs it. */
struct json_place {
    const struct json_place *up;
    const char *key; /* NULL: element `index` */
    int index;
};

enum { PLACE_TEXT_SIZE = 200, FOUND_TEXT_SIZE = 72 };
struct place_text {
    char text[PLACE_TEXT_SIZE];
};
struct found_text {
    char text[FOUND_TEXT_SIZE];
};

/* "$.types[2].fields[0].name"; cut at its end when it is too long. */
const char *place_text(struct place_text *buffer, const struct json_place *place);
/* The value as an error shows it: short texts in quotes, integers, else the JSON type. */
const char *found_text(struct found_text *buffer, const json_value *value);
const char *found_bytes(struct found_text *buffer, const char *text, size_t length);
/* A copy that outlives the reader's stack; NULL: no memory. Keys are borrowed. */
const struct json_place *place_keep(struct region *region, struct env *env, const struct json_place *place);
#define PLACE(place)              place_text(&(struct place_text){{0}}, (place))
#define FOUND(value)              found_text(&(struct found_text){{0}}, (value))
#define FOUND_BYTES(text, length) found_bytes(&(struct found_text){{0}}, (text), (length))

/* The candidate closest to what was written. */
struct suggestion {
    const char *wanted, *closest;
    int distance;
};
#define SUGGESTION(wanted) ((struct suggestion){(wanted), "", 65})
void suggestion_offer(struct suggestion *suggestion, const char *candidate);

/* The members that an object may have; one outside them raises `unknown`, a message with the arguments path, member,
 * closest. */
struct member_names {
    const struct message *unknown;
    int count;
    const char *const *names;
};
/* Sorts the members of an object into slots by name (absent: NULL). */
dealer_status json_members(struct env *env, const struct json_place *place, const struct member_names *names,
    const json_value *object, json_value **slots);

#endif
