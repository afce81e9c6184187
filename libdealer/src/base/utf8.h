/* UTF-8 checks, and comparison that no locale touches. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
