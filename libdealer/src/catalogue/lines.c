#include "catalogue/lines.h"

#include "catalogue/messages.h"

#include <string.h>

struct reading {
    struct env *env;
    const struct catalogue_field *field;
    struct json *json; /* the normalised array */
    char *currency;
};

static const struct catalogue_field *find_member(const struct catalogue_field *field, const char *name) {
    for (int i = 0; i < field->line_count; i++)
        if (strcmp(field->lines[i].name, name) == 0) return &field->lines[i];
    return NULL;
}

static dealer_status refuse_member(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, const char *name) {
    struct suggestion suggestion = SUGGESTION(name);
    for (int i = 0; i < field->line_count; i++) suggestion_offer(&suggestion, field->lines[i].name);
    return error_raise(&env->error, &E_FIELD_MEMBER, "path", PLACE(place), "member", FOUND_BYTES(name, strlen(name)), "closest",
        suggestion.closest, NULL);
}

static bool is_blank(const json_value *json) {
    return json_kind(json) == JSON_NULL || (json_kind(json) == JSON_TEXT && json_text_length(json) == 0);
}

static dealer_status read_member(
    const struct reading *reading, const struct json_place *line, const char *key, const json_value *json, json_value *object) {
    const struct catalogue_field *member = find_member(reading->field, key);
    if (!member) return refuse_member(reading->env, line, reading->field, key);
    if (is_blank(json)) return DEALER_OK;
    struct json_place place = {line, member->name, 0};
    struct value value;
    dealer_status status = field_value_read(reading->env, &place, member, json, reading->currency, &value);
    if (!status && member->kind == FIELD_MONEY && !reading->currency[0])
        status = error_raise(&reading->env->error, &E_FIELD_CURRENCY_NEEDED, "field", PLACE(&place), NULL);
    if (!status) status = field_value_check_range(reading->env, &place, member, &value);
    if (!status) json_set(reading->json, object, member->name, field_value_write(reading->json, member, &value, reading->currency));
    return status;
}

static dealer_status read_line(
    const struct reading *reading, const struct json_place *place, const json_value *json, json_value *array) {
    if (json_kind(json) != JSON_OBJECT) return field_value_refuse(reading->env, place, reading->field, FOUND(json));
    json_value *object = json_new_object(reading->json);
    const char *key;
    json_value *item;
    for (struct json_cursor cursor = json_each(json); (item = json_next(&cursor, &key));) {
        dealer_status status = read_member(reading, place, key, item, object);
        if (status) return status;
    }
    json_push(reading->json, array, object);
    return DEALER_OK;
}

static dealer_status read_all(
    const struct reading *reading, const struct json_place *place, const json_value *json, json_value *array) {
    int index = 0;
    json_value *item;
    for (struct json_cursor cursor = json_each(json); (item = json_next(&cursor, NULL)); index++) {
        struct json_place line = {place, NULL, index};
        dealer_status status = read_line(reading, &line, item, array);
        if (status) return status;
    }
    return json_status(reading->json);
}

dealer_status lines_read(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    const json_value *json, char currency[CURRENCY_SIZE], struct line_text *out) {
    if (json_kind(json) != JSON_ARRAY) return field_value_refuse(env, place, field, FOUND(json));
    int64_t count = (int64_t)json_count(json);
    if (count > field->max)
        return error_raise(
            &env->error, &E_FIELD_LINE_COUNT, "field", PLACE(place), "count", NUMBER(count), "max", NUMBER(field->max), NULL);
    struct reading reading = {env, field, NULL, currency};
    struct line_text text = {0};
    dealer_status status = json_new(env, &reading.json);
    if (status) return status;
    json_value *array = json_new_array(reading.json);
    status = read_all(&reading, place, json, array);
    if (!status && count > 0) {
        text.data = json_write(env, array, true, false, &text.length);
        status = text.data ? DEALER_OK : DEALER_E_NOMEM;
    }
    json_free(reading.json);
    if (!status) *out = text;
    return status;
}

dealer_status lines_each_missing(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    const struct value *value, void (*missing)(void *user_data, const struct json_place *place), void *user_data) {
    struct json *json;
    dealer_status status = json_parse(env, value->text, value->length, false, &json);
    if (status) return status;
    int index = 0;
    json_value *item;
    for (struct json_cursor cursor = json_each(json_root(json)); (item = json_next(&cursor, NULL)); index++) {
        struct json_place line = {place, NULL, index};
        for (int i = 0; i < field->line_count; i++) {
            struct json_place member = {&line, field->lines[i].name, 0};
            if (field->lines[i].required && !json_get(item, field->lines[i].name)) missing(user_data, &member);
        }
    }
    json_free(json);
    return DEALER_OK;
}
