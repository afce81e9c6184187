/* Lua's patterns with every step counted: the same language, but no pattern can run longer than the budget. */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include "rules/sandbox.h"

enum { PATTERN_CAPTURES = 32 };

struct pattern_capture {
    const char *start;
    ptrdiff_t length; /* or CAPTURE_OPEN, CAPTURE_PLACE */
};

struct pattern {
    lua_State *lua;
    struct sandbox *sandbox;
    const char *subject, *subject_end;
    const char *end; /* of the pattern */
    int depth;
    int captures;
    struct pattern_capture capture[PATTERN_CAPTURES];
};

void pattern_init(struct pattern *pattern, lua_State *lua, const char *subject, size_t length, const char *end);
/* The end of a match of `item` (the pattern without its anchor) that begins at `at`, or NULL. */
const char *pattern_match(struct pattern *pattern, const char *at, const char *item);
/* Pushes capture number `index`, or the whole match when there is none. */
void pattern_push_capture(const struct pattern *pattern, int index, const char *start, const char *end);
int pattern_push_captures(const struct pattern *pattern, const char *start, const char *end);
bool pattern_is_plain(const char *text, size_t length); /* no character has a special meaning */
/* Where `word` first occurs, or NULL. */
const char *pattern_find_plain(struct sandbox *sandbox, const char *text, size_t length, const char *word, size_t word_length);

#endif
