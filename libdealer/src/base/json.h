/* JSON behind a dozen functions, so that the library in use (yyjson, with our allocator) shows nowhere else.
 * A document owns all its values; values are borrowed. Numbers are 64-bit integers or doubles. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/env.h"

/* A document being read or built; freed as a whole. The env it was made with hears of failed building, so it must
 * outlive the building; reading and freeing need only the seams. Looking up a key is linear in the object's size. */
struct json;
typedef struct json_value json_value;

enum json_kind { JSON_NONE, JSON_NULL, JSON_BOOLEAN, JSON_INTEGER, JSON_REAL, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

/* Strict RFC 8259 with // and block comments allowed when `comments`; duplicate keys, invalid UTF-8, NUL in text and
 * depth over 64 and numbers that do not fit (whole ones in 64 bits, others in a finite double) are refused with an
 * E_JSON_ message that names line and column. Outputs are untouched on failure. */
dealer_status json_parse(struct env *env, const char *text, size_t length, bool comments, struct json **out);
/* Of text that the library itself wrote: its grammar is checked, and nothing beyond (keys that stand twice, kinds of characters). */
dealer_status json_parse_own(struct env *env, const char *text, size_t length, struct json **out);
dealer_status json_new(struct env *env, struct json **out); /* empty, to build in */
void json_free(struct json *json);
json_value *json_root(struct json *json);
void json_set_root(struct json *json, json_value *root);

enum json_kind json_kind(const json_value *value); /* JSON_NONE for NULL */
bool json_is_true(const json_value *value);
int64_t json_integer(const json_value *value, int64_t otherwise);
double json_real(const json_value *value, double otherwise); /* integers too */
const char *json_text(const json_value *value);              /* NULL when no text */
size_t json_text_length(const json_value *value);
size_t json_count(const json_value *value);                 /* members or elements */
json_value *json_at(const json_value *array, size_t index); /* O(index): use iteration in loops */
json_value *json_get(const json_value *object, const char *key);
const char *json_get_text(const json_value *object, const char *key); /* NULL when absent or no text */
int64_t json_get_integer(const json_value *object, const char *key, int64_t otherwise);

bool json_equal(const json_value *a, const json_value *b); /* members in any order; false for NULL */

struct json_cursor {
    const json_value *container;
    const void *position;
    size_t index;
    size_t key_length; /* of the key that json_next gave last */
};
/* for (struct json_cursor c = json_each(v); (item = json_next(&c, &key));) - key is NULL (or NULL-able) for arrays. */
struct json_cursor json_each(const json_value *container);
json_value *json_next(struct json_cursor *cursor, const char **key_out);

/* Builders copy texts; NULL when out of memory or the text (or key) is no UTF-8 or the real not finite (already
 * raised), and adding NULL is refused quietly, so a chain of builders is checked once at its end with json_status.
 * A value stands in one place: to put it into a second container, json_copy it. */
json_value *json_new_object(struct json *json);
json_value *json_new_array(struct json *json);
json_value *json_new_text(struct json *json, const char *text, size_t length); /* NULL text: null */
json_value *json_new_integer(struct json *json, int64_t number);
json_value *json_new_real(struct json *json, double number);
json_value *json_new_boolean(struct json *json, bool value);
json_value *json_new_null(struct json *json);
json_value *json_copy(struct json *json, const json_value *value);                        /* deep, into this document */
json_value *json_new_parsed(struct json *json, const char *text, size_t length);          /* as json_parse, into this document */
void json_set(struct json *json, json_value *object, const char *key, json_value *value); /* replaces */
void json_remove(json_value *object, const char *key);
void json_push(struct json *json, json_value *array, json_value *value);
void json_set_text(struct json *json, json_value *object, const char *key, const char *text); /* NULL text: null */
void json_set_integer(struct json *json, json_value *object, const char *key, int64_t number);
void json_set_boolean(struct json *json, json_value *object, const char *key, bool value);
dealer_status json_status(const struct json *json); /* DEALER_OK, NOMEM or INVALID, sticky */

/* Text of a value, allocated with env (env_free). Canonical: keys sorted by bytes, no blanks, integers as they are,
 * reals shortest round-trip: equal values give equal bytes. NULL when out of memory or nested over 64 deep (raised). */
char *json_write(struct env *env, const json_value *value, bool canonical, bool pretty, size_t *out_length);
#endif
