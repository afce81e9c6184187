#include "catalogue/json_place.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static size_t append(char *out, size_t size, size_t used, const char *text) {
    size_t length = utf8_cut(text, strlen(text), size - 1 - used);
    memcpy(out + used, text, length);
    out[used + length] = '\0';
    return used + length;
}

static size_t append_place(char *out, size_t size, const struct json_place *place) {
    if (!place) return 0;
    size_t used = append_place(out, size, place->up);
    if (place->key) {
        used = append(out, size, used, place->up ? "." : "");
        return append(out, size, used, place->key);
    }
    used = append(out, size, used, "[");
    used = append(out, size, used, NUMBER(place->index));
    return append(out, size, used, "]");
}

const char *place_text(struct place_text *buffer, const struct json_place *place) {
    append_place(buffer->text, sizeof buffer->text, place);
    return buffer->text;
}

const struct json_place *place_keep(struct region *region, struct env *env, const struct json_place *place) {
    int depth = 0;
    for (const struct json_place *at = place; at; at = at->up) depth++;
    struct json_place *frames = REGION_ARRAY(region, env, struct json_place, depth);
    for (int i = 0; frames && i < depth; i++, place = place->up) {
        frames[i] = *place;
        frames[i].up = i + 1 < depth ? &frames[i + 1] : NULL;
    }
    return frames;
}

const char *found_bytes(struct found_text *buffer, const char *text, size_t length) {
    enum { SHOWN = 48 };
    if (!utf8_is_plain(text, length)) {
        append(buffer->text, sizeof buffer->text, 0, "\"...\"");
        return buffer->text;
    }
    size_t shown = utf8_cut(text, length, SHOWN);
    snprintf(buffer->text, sizeof buffer->text, "\"%.*s%s\"", (int)shown, text, shown < length ? "..." : "");
    return buffer->text;
}

const char *found_text(struct found_text *buffer, const json_value *value) {
    switch (json_kind(value)) {
    case JSON_TEXT: return found_bytes(buffer, json_text(value), json_text_length(value));
    case JSON_INTEGER: append(buffer->text, sizeof buffer->text, 0, NUMBER(json_integer(value, 0))); break;
    case JSON_BOOLEAN: return json_is_true(value) ? "true" : "false";
    case JSON_NULL: return "null";
    case JSON_REAL: return "a fraction";
    case JSON_ARRAY: return "array";
    case JSON_OBJECT: return "object";
    case JSON_NONE: return "nothing";
    }
    return buffer->text;
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate) {
    int distance = text_distance(suggestion->wanted, candidate);
    if (distance >= suggestion->distance) return;
    suggestion->distance = distance;
    suggestion->closest = candidate;
}

static int name_index(const char *const *names, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return i;
    return -1;
}

dealer_status json_members(struct env *env, const struct json_place *place, const struct member_names *names,
    const json_value *object, json_value **slots) {
    for (int i = 0; i < names->count; i++) slots[i] = NULL;
    const char *key;
    json_value *value;
    for (struct json_cursor cursor = json_each(object); (value = json_next(&cursor, &key));) {
        int index = name_index(names->names, names->count, key);
        if (index < 0) {
            struct suggestion suggestion = SUGGESTION(key);
            for (int i = 0; i < names->count; i++) suggestion_offer(&suggestion, names->names[i]);
            return error_raise(&env->error, names->unknown, "path", PLACE(place), "member", FOUND_BYTES(key, strlen(key)),
                "closest", suggestion.closest, NULL);
        }
        slots[index] = value;
    }
    return DEALER_OK;
}
