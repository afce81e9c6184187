/* Reading JSON text. yyjson checks the grammar; this file checks what it lets pass (duplicate keys, NUL in texts,
 * numbers beyond 64 bits, depth) and tells where the text is wrong. */
#include "base/json_inside.h"
#include "base/messages.h"
#include "base/sort.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NEAR_SIZE = 32, FEW_MEMBERS = 32 };

/* One reading: the caller's text, and the padded copy that yyjson reads in place. Texts of the result point into the
 * copy at the place where they stood, which tells their position in the original. */
struct reading {
    struct env *env;
    const char *text;
    size_t length;
    char *copy;
};

/* What stands at a position, fit to be shown: some characters of its line, or the number of a strange byte. */
static void near_text(const struct reading *reading, size_t position, char out[NEAR_SIZE]) {
    const char *at = reading->text + position;
    size_t rest = reading->length - position, length = 0;
    if (rest > NEAR_SIZE - 8) rest = utf8_cut(at, rest, NEAR_SIZE - 8);
    while (length < rest && at[length] != '\n' && at[length] != '\r') length++;
    while (length > 0 && !utf8_is_plain(at, length)) length--;
    if (length > 0 || rest == 0) {
        memcpy(out, at, length);
        out[length] = '\0';
    } else {
        snprintf(out, NEAR_SIZE, "0x%02X", (unsigned)(unsigned char)*at);
    }
}

static dealer_status complain(const struct reading *reading, const struct message *message, size_t position, const char *key) {
    if (position > reading->length) position = reading->length;
    size_t line = 1, column = 1, character = 0;
    yyjson_locate_pos(reading->text, reading->length, position, &line, &column, &character);
    char what[NEAR_SIZE];
    near_text(reading, position, what);
    return error_raise(&reading->env->error, message, "line", NUMBER((int64_t)line), "column", NUMBER((int64_t)column), "what",
        what, "key", key == NULL ? "" : key, NULL);
}

static dealer_status complain_of_grammar(const struct reading *reading, const yyjson_read_err *error) {
    yyjson_read_code code = error->code;
    if (code == YYJSON_READ_ERROR_MEMORY_ALLOCATION) return error_nomem(&reading->env->error);
    if (code == YYJSON_READ_ERROR_EMPTY_CONTENT) return error_raise(&reading->env->error, &E_JSON_EMPTY, NULL);
    if (code == YYJSON_READ_ERROR_UNEXPECTED_END) {
        return complain(reading, &E_JSON_UNFINISHED, reading->length, NULL);
    }
    const struct message *message = code == YYJSON_READ_ERROR_INVALID_NUMBER   ? &E_JSON_NUMBER
                                    : code == YYJSON_READ_ERROR_INVALID_STRING ? &E_JSON_TEXT
                                                                               : &E_JSON_SYNTAX;
    return complain(reading, message, error->pos, NULL);
}

static size_t position_of(const struct reading *reading, const char *in_copy) {
    return (size_t)(in_copy - reading->copy);
}

static dealer_status check_text(const struct reading *reading, yyjson_val *value) {
    const char *text = yyjson_get_str(value);
    if (memchr(text, '\0', yyjson_get_len(value)) == NULL) return DEALER_OK;
    return complain(reading, &E_JSON_TEXT, position_of(reading, text), NULL);
}

static dealer_status check_number(const struct reading *reading, yyjson_val *value) {
    if (!yyjson_is_uint(value) || yyjson_get_uint(value) <= INT64_MAX) return DEALER_OK;
    /* The value does not know where it stood, but twenty digits are easily found again. */
    char digits[24];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, yyjson_get_uint(value));
    size_t at = 0;
    while (at + length < reading->length && memcmp(reading->text + at, digits, length) != 0) at++;
    return complain(reading, &E_JSON_NUMBER, at, NULL);
}

/* Sorted, a key that stands twice stands beside itself. Of equal keys the later in the text is told. */
static dealer_status check_keys(const struct reading *reading, yyjson_val *object) {
    struct json_key few[FEW_MEMBERS], *keys = few;
    size_t count = yyjson_obj_size(object), index, limit;
    yyjson_val *key, *value;
    dealer_status status = DEALER_OK;

    if (count > FEW_MEMBERS) keys = env_alloc(reading->env, count * sizeof *keys);
    if (keys == NULL) return DEALER_E_NOMEM;
    yyjson_obj_foreach(object, index, limit, key, value) {
        keys[index] = (struct json_key){yyjson_get_str(key), yyjson_get_len(key)};
    }
    sort_items(keys, count, sizeof *keys, json_key_compare, NULL);
    for (size_t i = 1; i < count && status == DEALER_OK; i++) {
        if (json_key_compare(&keys[i - 1], &keys[i], NULL) != 0) continue;
        const char *later = keys[i].text > keys[i - 1].text ? keys[i].text : keys[i - 1].text;
        status = complain(reading, &E_JSON_DUPLICATE_KEY, position_of(reading, later), later);
    }
    if (keys != few) env_free(reading->env, keys);
    return status;
}

static dealer_status check_value(const struct reading *reading, yyjson_val *value, int depth);

static dealer_status check_container(const struct reading *reading, yyjson_val *container, int depth) {
    if (depth > JSON_DEPTH_LIMIT) {
        return error_raise(&reading->env->error, &E_JSON_TOO_DEEP, "limit", NUMBER(JSON_DEPTH_LIMIT), NULL);
    }
    size_t index, limit;
    yyjson_val *key, *value;
    dealer_status status = DEALER_OK;
    if (yyjson_is_arr(container)) {
        yyjson_arr_foreach(container, index, limit, value) {
            if ((status = check_value(reading, value, depth + 1)) != DEALER_OK) return status;
        }
        return DEALER_OK;
    }
    yyjson_obj_foreach(container, index, limit, key, value) {
        if ((status = check_text(reading, key)) != DEALER_OK) return status;
        if ((status = check_value(reading, value, depth + 1)) != DEALER_OK) return status;
    }
    return check_keys(reading, container);
}

static dealer_status check_value(const struct reading *reading, yyjson_val *value, int depth) {
    switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_STR: return check_text(reading, value);
    case YYJSON_TYPE_NUM: return check_number(reading, value);
    case YYJSON_TYPE_RAW: return complain(reading, &E_JSON_NUMBER, position_of(reading, yyjson_get_raw(value)), NULL);
    case YYJSON_TYPE_ARR:
    case YYJSON_TYPE_OBJ: return check_container(reading, value, depth);
    default: return DEALER_OK;
    }
}

/* Replaces the document's empty inside by a copy of what was read. */
static dealer_status adopt(struct json *json, yyjson_doc *source) {
    yyjson_mut_val *root = yyjson_val_mut_copy(json->document, yyjson_doc_get_root(source));
    if (root == NULL) return error_nomem(&json->env->error);
    yyjson_mut_doc_set_root(json->document, root);
    return DEALER_OK;
}

struct manner {
    bool comments, own;
};

static dealer_status parse(struct env *env, const char *text, size_t length, struct manner manner, struct json **out) {
    if (text == NULL || length == 0) return error_raise(&env->error, &E_JSON_EMPTY, NULL);
    struct reading reading = {env, text, length, NULL};
    yyjson_read_flag flags = YYJSON_READ_INSITU | YYJSON_READ_BIGNUM_AS_RAW;
    if (manner.comments) flags |= YYJSON_READ_ALLOW_COMMENTS;
    yyjson_alc allocator = json_allocator(&env->seams);
    yyjson_read_err error = {0};
    yyjson_doc *source = NULL;
    struct json *json = NULL;
    dealer_status status = DEALER_E_NOMEM;

    if (length > SIZE_MAX / 32) {
        error_nomem(&env->error);
        goto done;
    }
    reading.copy = env_alloc(env, length + YYJSON_PADDING_SIZE);
    if (reading.copy == NULL) goto done;
    memcpy(reading.copy, text, length);
    source = yyjson_read_opts(reading.copy, length, flags, &allocator, &error);
    if (source == NULL) {
        status = complain_of_grammar(&reading, &error);
        goto done;
    }
    status = manner.own ? DEALER_OK : check_value(&reading, yyjson_doc_get_root(source), 1);
    if (status != DEALER_OK) goto done;
    status = json_new(env, &json);
    if (status != DEALER_OK) goto done;
    status = adopt(json, source);
    if (status == DEALER_OK) {
        *out = json;
        json = NULL;
    }
done:
    json_free(json);
    yyjson_doc_free(source);
    env_free(env, reading.copy);
    return status;
}

dealer_status json_parse(struct env *env, const char *text, size_t length, bool comments, struct json **out) {
    return parse(env, text, length, (struct manner){.comments = comments}, out);
}

dealer_status json_parse_own(struct env *env, const char *text, size_t length, struct json **out) {
    return parse(env, text, length, (struct manner){.own = true}, out);
}

json_value *json_new_parsed(struct json *json, const char *text, size_t length) {
    if (json->status != DEALER_OK) return NULL;
    struct json *parsed = NULL;
    json->status = json_parse(json->env, text, length, false, &parsed);
    if (json->status != DEALER_OK) return NULL;
    json_value *value = json_copy(json, json_root(parsed));
    json_free(parsed);
    return value;
}
