/* Reading a flow: see flow_read.h. */
#include "approval/flow_read.h"
#include "approval/messages.h"
#include "base/text.h"

#include <string.h>

const char *flow_path_key(struct flow_reader *reader, const char *path, const char *key) {
    return path[0] == '\0' ? key : region_format(reader->region, reader->env, "%s.%s", path, key);
}

const char *flow_path_at(struct flow_reader *reader, const char *path, size_t index) {
    return region_format(reader->region, reader->env, "%s[%zu]", path, index);
}

/* The flow itself has the empty path; errors call it "flow". */
static const char *shown(const char *path) {
    return path[0] == '\0' ? "flow" : path;
}

static const char *found_text(const json_value *value) {
    switch (json_kind(value)) {
    case JSON_NONE: return "nothing";
    case JSON_NULL: return "null";
    case JSON_BOOLEAN: return json_is_true(value) ? "true" : "false";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a real number";
    case JSON_TEXT: return json_text(value);
    case JSON_ARRAY: return "an array";
    case JSON_OBJECT: return "an object";
    }
    return "nothing";
}

dealer_status flow_expected(struct flow_reader *reader, const char *path, const char *expected, const json_value *found) {
    if (path == NULL) return DEALER_E_NOMEM;
    struct number_text number;
    const char *text = json_kind(found) == JSON_INTEGER ? number_text(&number, json_integer(found, 0)) : found_text(found);
    return error_raise(&reader->env->error, &E_FLOW_EXPECTED, "path", shown(path), "expected", expected, "found", text, NULL);
}

/* "did you mean": the nearest name, when it is near. */
static const char *nearest(const char *text, const char *const *names) {
    const char *best = NULL;
    int best_distance = 4;
    for (; *names != NULL; names++) {
        int distance = text_distance(text, *names);
        if (distance < best_distance && distance < (int)strlen(*names)) {
            best = *names;
            best_distance = distance;
        }
    }
    return best;
}

static dealer_status unknown(struct flow_reader *reader, const char *path, const char *found, const char *const *names) {
    char known[200] = "";
    size_t length = 0;
    for (size_t i = 0; names[i] != NULL; i++) {
        size_t size = strlen(names[i]);
        if (length + size + 3 > sizeof known) break;
        if (i > 0) {
            memcpy(known + length, ", ", 2);
            length += 2;
        }
        memcpy(known + length, names[i], size + 1);
        length += size;
    }
    const char *near = nearest(found, names);
    if (near == NULL) {
        return error_raise(&reader->env->error, &E_FLOW_UNKNOWN, "path", shown(path), "found", found, "known", known, NULL);
    }
    return error_raise(&reader->env->error, &E_FLOW_NEAR, "path", shown(path), "found", found, "near", near, "known", known, NULL);
}

dealer_status flow_read_keys(struct flow_reader *reader, const json_value *object, const char *path, const char *const *names) {
    if (path == NULL) return DEALER_E_NOMEM;
    if (json_kind(object) != JSON_OBJECT) return flow_expected(reader, path, "an object", object);
    const char *key = NULL;
    for (struct json_cursor cursor = json_each(object); json_next(&cursor, &key) != NULL;) {
        const char *const *name = names;
        while (*name != NULL && strcmp(*name, key) != 0) name++;
        if (*name == NULL) return unknown(reader, path, key, names);
    }
    return DEALER_OK;
}

dealer_status flow_read_name(
    struct flow_reader *reader, const json_value *value, const char *path, const char *const *names, int *out) {
    if (path == NULL) return DEALER_E_NOMEM;
    const char *text = json_text(value);
    if (text == NULL) return flow_expected(reader, path, "a text", value);
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], text) != 0) continue;
        *out = i;
        return DEALER_OK;
    }
    return unknown(reader, path, text, names);
}

dealer_status flow_read_text(
    struct flow_reader *reader, const json_value *object, const char *path, const char *key, const char **out) {
    const json_value *value = json_get(object, key);
    if (value == NULL) {
        return error_raise(&reader->env->error, &E_FLOW_MISSING, "path", shown(path), "key", key, "expected", "a text", NULL);
    }
    if (json_text(value) == NULL || json_text_length(value) == 0) {
        return flow_expected(reader, flow_path_key(reader, path, key), "a text that is not empty", value);
    }
    *out = region_copy(reader->region, reader->env, json_text(value), json_text_length(value));
    return *out == NULL ? DEALER_E_NOMEM : DEALER_OK;
}

dealer_status flow_read_id(struct flow_reader *reader, const json_value *object, const char *path, const char **out) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    dealer_status status = flow_read_text(reader, object, path, "id", out);
    if (status != DEALER_OK) return status;
    bool reserved = strcmp(*out, "submitter") == 0 || strcmp(*out, "previous") == 0;
    if (!reserved && strlen(*out) <= 64 && (*out)[strspn(*out, allowed)] == '\0') return DEALER_OK;
    return error_raise(&reader->env->error, &E_FLOW_ID, "path", shown(path), "found", *out, NULL);
}

dealer_status flow_read_title(struct flow_reader *reader, const json_value *object, const char *path, struct approval_title *out) {
    static const char *const names[] = {"en", "zh", NULL};
    const json_value *title = json_get(object, "title");
    if (title == NULL) {
        return error_raise(&reader->env->error, &E_FLOW_MISSING, "path", shown(path), "key", "title", "expected",
            "{\"en\": text, \"zh\": text}", NULL);
    }
    const char *at = flow_path_key(reader, path, "title");
    dealer_status status = flow_read_keys(reader, title, at, names);
    if (status == DEALER_OK) status = flow_read_text(reader, title, at, "en", &out->en);
    if (status == DEALER_OK) status = flow_read_text(reader, title, at, "zh", &out->zh);
    return status;
}

dealer_status flow_read_truth(struct flow_reader *reader, const json_value *object, const char *path, const char *key, bool *out) {
    const json_value *value = json_get(object, key);
    if (value == NULL) return DEALER_OK;
    if (json_kind(value) != JSON_BOOLEAN) return flow_expected(reader, flow_path_key(reader, path, key), "true or false", value);
    *out = json_is_true(value);
    return DEALER_OK;
}

dealer_status flow_read_integer(
    struct flow_reader *reader, const json_value *value, const char *path, int64_t highest, int64_t *out) {
    int64_t number = json_integer(value, 0);
    if (path == NULL) return DEALER_E_NOMEM;
    if (json_kind(value) == JSON_INTEGER && number >= 1 && number <= highest) {
        *out = number;
        return DEALER_OK;
    }
    char expected[64];
    message_render(
        expected, sizeof expected, "an integer from 1 to {highest}", (const char *const[]){"highest", NUMBER(highest), NULL});
    return flow_expected(reader, path, expected, value);
}
