/* Growing text; and, by base/utf8.h, what may stand in it. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/env.h"
#include "base/utf8.h"

/* Failure is sticky: after a refused allocation every append is a no-op and text_status says NOMEM. */
struct text {
    struct env *env;
    char *data; /* always NUL-terminated once anything was appended; NULL before */
    size_t length, capacity;
    dealer_status status;
};

void text_init(struct text *text, struct env *env);
void text_finish(struct text *text);
void text_append(struct text *text, const char *data, size_t length);
void text_add(struct text *text, const char *string);
void text_addf(struct text *text, const char *format, ...);
void text_add_integer(struct text *text, int64_t number);
/* The text as a JSON string, in its quotes: valid UTF-8 gives what json_write gives. */
void text_add_json(struct text *text, const char *data, size_t length);
/* The key of the next member of an object that is being written, with the comma before it where it is not the first. */
void text_add_key(struct text *text, const char *key);
const char *text_string(const struct text *text); /* "" when empty */

#endif
