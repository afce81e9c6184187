/* Values of stories. */
#include "support/story_value.h"
#include <stdio.h>
#include <string.h>

static json_t *copy_members(const json_t *value, json_t *(*copy)(const json_t *, const json_t *), const json_t *context) {
    json_t *result = json_is_object(value) ? json_object() : json_array(), *item;
    const char *key;
    size_t index;
    if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key, item) json_object_set_new(result, key, copy(item, context));
    } else {
        json_array_foreach((json_t *)value, index, item) json_array_append_new(result, copy(item, context));
    }
    return result;
}

json_t *story_fill(const json_t *value, const json_t *row) {
    const char *text = json_string_value(value);
    json_t *found = text && *text == '$' ? json_object_get(row, text + 1) : NULL;
    if (found) return json_deep_copy(found);
    if (json_is_object(value) || json_is_array(value)) return copy_members(value, story_fill, row);
    return json_deep_copy(value);
}

static json_t *money(json_int_t minor) {
    return json_pack("{s:I,s:s}", "amount_minor", minor, "currency", "CNY");
}

json_t *story_resolve(const json_t *value, const json_t *documents) {
    const char *text = json_string_value(value);
    json_t *found = text && *text == '@' ? json_object_get(documents, text + 1) : NULL;
    if (found) return json_deep_copy(found);
    if (json_object_size(value) == 1) {
        const json_t *yuan = json_object_get(value, "yuan"), *fen = json_object_get(value, "fen");
        if (yuan) return money(json_integer_value(yuan) * 100);
        if (fen) return money(json_integer_value(fen));
    }
    if (json_is_object(value) || json_is_array(value)) return copy_members(value, story_resolve, documents);
    return json_deep_copy(value);
}

static bool object_matches(const json_t *found, const json_t *wanted) {
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)wanted, key, item) if (!story_matches(json_object_get(found, key), item)) return false;
    return true;
}

static bool array_matches(const json_t *found, const json_t *wanted) {
    if (!json_is_array(found) || json_array_size(found) != json_array_size(wanted)) return false;
    for (size_t i = 0; i < json_array_size(wanted); i++)
        if (!story_matches(json_array_get(found, i), json_array_get(wanted, i))) return false;
    return true;
}

bool story_matches(const json_t *found, const json_t *wanted) {
    if (json_is_null(wanted)) return !found || json_is_null(found);
    if (json_is_object(wanted)) return json_is_object(found) && object_matches(found, wanted);
    if (json_is_array(wanted)) return array_matches(found, wanted);
    return found && json_equal(found, wanted);
}

static const char *key_of(const json_t *element) {
    const char *code = json_string_value(json_object_get(element, "code"));
    return code ? code : json_string_value(json_object_get(element, "name"));
}

static void change_element(json_t *list, json_t *element) {
    const char *key = key_of(element), *other;
    for (size_t i = 0; key && i < json_array_size(list); i++) {
        other = key_of(json_array_get(list, i));
        if (!other || strcmp(key, other) != 0) continue;
        if (json_is_true(json_object_get(element, "remove")))
            json_array_remove(list, i);
        else
            story_change(json_array_get(list, i), element);
        return;
    }
    json_array_append_new(list, json_deep_copy(element));
}

static bool grows(const char *key) {
    return strcmp(key, "messages") == 0 || strcmp(key, "reviews") == 0;
}

void story_change(json_t *target, const json_t *change) {
    const char *key;
    json_t *item, *element;
    size_t index;
    json_object_foreach((json_t *)change, key, item) {
        json_t *there = json_object_get(target, key);
        bool lists = json_is_array(item) && json_is_array(there);
        if (lists && (grows(key) || key_of(json_array_get(item, 0)))) {
            json_array_foreach(item, index, element) change_element(there, element);
        } else if (json_is_object(item) && json_is_object(there)) {
            story_change(there, item);
        } else if (json_is_null(item)) {
            json_object_del(target, key);
        } else {
            json_object_set_new(target, key, json_deep_copy(item));
        }
    }
}

int64_t story_midnight_ms(const char *date) {
    int year = 1970, month = 1, day = 1;
    if (!date || sscanf(date, "%d-%d-%d", &year, &month, &day) != 3) return 0;
    year -= month <= 2;
    int64_t era = year / 400, of_era = year % 400, of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return (era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468) * 86400000;
}
