/* FIELD_LINES: a JSON array of objects, each member checked by its own kind, kept as canonical text. */
#ifndef CATALOGUE_LINES_H
#define CATALOGUE_LINES_H

#include "catalogue/field_value.h"

/* Canonical text of the array, allocated with env (env_free); NULL when the array is empty. */
struct line_text {
    char *data;
    size_t length;
};
dealer_status lines_read(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    const json_value *json, char currency[CURRENCY_SIZE], struct line_text *out);

/* Calls back each required member that a line lacks. The text is one that lines_read made. */
dealer_status lines_each_missing(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    const struct value *value, void (*missing)(void *user_data, const struct json_place *place), void *user_data);

#endif
