/* Values in stories: what "$row", "@document" and {"yuan": n} stand for, how two values are compared, and how a configuration is
 * changed by code. Knows jansson and nothing of the library. */
#ifndef SUPPORT_STORY_VALUE_H
#define SUPPORT_STORY_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A copy in which every text "$key" is the row's member, everywhere. */
json_t *story_fill(const json_t *value, const json_t *row);
/* A copy in which "@name" is the id of that document, and {"yuan": n} and {"fen": n} are money. */
json_t *story_resolve(const json_t *value, const json_t *documents);
/* Does `found` have everything that `wanted` asks for? Objects may have more members, arrays may not; null wants none. */
bool story_matches(const json_t *found, const json_t *wanted);
/* Applies changes: objects by member; arrays whose elements have a "code" (else a "name") by that, an element with "remove": true goes;
 * "messages" and "reviews" grow; all else is replaced, null removes. */
void story_change(json_t *target, const json_t *change);
/* "YYYY-MM-DD" as UTC milliseconds of its midnight. */
int64_t story_midnight_ms(const char *date);

#endif
