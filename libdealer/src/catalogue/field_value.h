/* One value of one field: from JSON or text with every check, and back to JSON. Knows kinds and ranges; nothing of
 * whole documents. Errors name the place of the value. */
#ifndef CATALOGUE_FIELD_VALUE_H
#define CATALOGUE_FIELD_VALUE_H

#include "catalogue/document.h"
#include "catalogue/json_place.h"

enum { CURRENCY_SIZE = 4 };

/* The kind alone: a value of the kind that exists (date, choice, UTF-8), of any size. Text is borrowed from the input.
 * `currency` holds the currency so far ("" when none): money in another is refused, the first one sets it.
 * FIELD_LINES is not for these, see lines.h. */
dealer_status field_value_read(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    const json_value *json, char currency[CURRENCY_SIZE], struct value *out);
/* The same of a text, which comes in as a VALUE_TEXT and is replaced by what it means. */
dealer_status field_value_read_text(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    char currency[CURRENCY_SIZE], struct value *value);
dealer_status field_value_read_integer(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, int64_t number, struct value *out);
/* The declared limits. */
dealer_status field_value_check_range(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, const struct value *value);
/* Currency of one amount against the currency so far. */
dealer_status field_value_settle_currency(
    struct env *env, const struct json_place *place, const char *given, char currency[CURRENCY_SIZE]);
/* NULL when out of memory, or without a value. Not FIELD_LINES. */
json_value *field_value_write(
    struct json *json, const struct catalogue_field *field, const struct value *value, const char *currency);
/* E_FIELD_KIND: `found` is what was given. */
dealer_status field_value_refuse(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, const char *found);

#endif
