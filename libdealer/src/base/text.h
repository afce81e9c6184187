/* Growing text, UTF-8 checks, and comparison that no locale touches. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/env.h"

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

/* Valid UTF-8 without NUL, surrogates, over-long forms; `length` bytes. */
bool utf8_is_valid(const char *data, size_t length);
/* Also no control characters except \t \n \r, and no bidirectional controls (Trojan Source). */
bool utf8_is_plain(const char *data, size_t length);
size_t utf8_count(const char *data, size_t length); /* code points of valid UTF-8 */
/* The largest length <= limit that ends at a character boundary. */
size_t utf8_cut(const char *data, size_t length, size_t limit);

bool text_equal(const char *a, const char *b); /* NULL equals NULL only */
/* Edit distance, for "did you mean"; texts over 64 bytes give 64. */
int text_distance(const char *a, const char *b);
bool parse_integer(const char *text, size_t length, int64_t *out); /* whole text, no blanks, no overflow */
#endif
