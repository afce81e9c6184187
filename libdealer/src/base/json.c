/* JSON documents: reading values and building them, as a thin skin over yyjson's mutable values. */
#include "base/json_inside.h"
#include "base/messages.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

static void *json_malloc(void *context, size_t size) {
    const struct seams *seams = *(const struct seams **)context;
    return seams->allocate(seams->allocator_data, NULL, size);
}

static void *json_realloc(void *context, void *pointer, size_t old_size, size_t size) {
    (void)old_size;
    const struct seams *seams = *(const struct seams **)context;
    return seams->allocate(seams->allocator_data, pointer, size);
}

static void json_release(void *context, void *pointer) {
    const struct seams *seams = *(const struct seams **)context;
    if (pointer != NULL) seams->allocate(seams->allocator_data, pointer, 0);
}

yyjson_alc json_allocator(const struct seams **seams) {
    return (yyjson_alc){json_malloc, json_realloc, json_release, (void *)seams};
}

int json_key_compare(const void *left, const void *right, void *unused) {
    (void)unused;
    const struct json_key *a = left, *b = right;
    int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Values are yyjson's, under another name; it takes them without const though it only reads. */
static yyjson_mut_val *inner(const json_value *value) {
    return (yyjson_mut_val *)(uintptr_t)value;
}

static json_value *outer(yyjson_mut_val *value) {
    return (json_value *)value;
}

dealer_status json_new(struct env *env, struct json **out) {
    struct json *json = env_alloc(env, sizeof *json);
    if (json == NULL) return DEALER_E_NOMEM;
    json->seams = env->seams;
    json->env = env;
    yyjson_alc allocator = json_allocator(&json->seams);
    json->document = yyjson_mut_doc_new(&allocator);
    if (json->document == NULL) {
        json_free(json);
        return error_nomem(&env->error);
    }
    *out = json;
    return DEALER_OK;
}

void json_free(struct json *json) {
    if (json == NULL) return;
    yyjson_mut_doc_free(json->document);
    json->seams->allocate(json->seams->allocator_data, json, 0);
}

json_value *json_root(struct json *json) {
    return outer(yyjson_mut_doc_get_root(json->document));
}

void json_set_root(struct json *json, json_value *root) {
    if (root != NULL) yyjson_mut_doc_set_root(json->document, inner(root));
}

dealer_status json_status(const struct json *json) {
    return json->status;
}

/* ---- reading ---- */

enum json_kind json_kind(const json_value *value) {
    switch (yyjson_mut_get_type(inner(value))) {
    case YYJSON_TYPE_NULL: return JSON_NULL;
    case YYJSON_TYPE_BOOL: return JSON_BOOLEAN;
    case YYJSON_TYPE_NUM: return yyjson_mut_is_int(inner(value)) ? JSON_INTEGER : JSON_REAL;
    case YYJSON_TYPE_STR: return JSON_TEXT;
    case YYJSON_TYPE_ARR: return JSON_ARRAY;
    case YYJSON_TYPE_OBJ: return JSON_OBJECT;
    default: return JSON_NONE;
    }
}

bool json_is_true(const json_value *value) {
    return yyjson_mut_is_true(inner(value));
}

int64_t json_integer(const json_value *value, int64_t otherwise) {
    return yyjson_mut_is_int(inner(value)) ? yyjson_mut_get_sint(inner(value)) : otherwise;
}

double json_real(const json_value *value, double otherwise) {
    return yyjson_mut_is_num(inner(value)) ? yyjson_mut_get_num(inner(value)) : otherwise;
}

const char *json_text(const json_value *value) {
    return yyjson_mut_get_str(inner(value));
}

size_t json_text_length(const json_value *value) {
    return yyjson_mut_is_str(inner(value)) ? yyjson_mut_get_len(inner(value)) : 0;
}

size_t json_count(const json_value *value) {
    return yyjson_mut_is_ctn(inner(value)) ? yyjson_mut_get_len(inner(value)) : 0;
}

json_value *json_at(const json_value *array, size_t index) {
    return outer(yyjson_mut_arr_get(inner(array), index));
}

json_value *json_get(const json_value *object, const char *key) {
    return outer(yyjson_mut_obj_get(inner(object), key));
}

const char *json_get_text(const json_value *object, const char *key) {
    return json_text(json_get(object, key));
}

int64_t json_get_integer(const json_value *object, const char *key, int64_t otherwise) {
    return json_integer(json_get(object, key), otherwise);
}

bool json_equal(const json_value *a, const json_value *b) {
    return yyjson_mut_equals(inner(a), inner(b));
}

struct json_cursor json_each(const json_value *container) {
    return (struct json_cursor){.container = container};
}

static json_value *next_member(struct json_cursor *cursor, const char **key_out) {
    yyjson_mut_obj_iter members = yyjson_mut_obj_iter_with(inner(cursor->container));
    if (cursor->index > 0) {
        members.idx = cursor->index;
        members.cur = inner(cursor->position);
    }
    yyjson_mut_val *key = yyjson_mut_obj_iter_next(&members);
    if (key == NULL) return NULL;
    cursor->position = key;
    cursor->index++;
    if (key_out != NULL) *key_out = yyjson_mut_get_str(key);
    cursor->key_length = yyjson_mut_get_len(key);
    return outer(yyjson_mut_obj_iter_get_val(key));
}

static json_value *next_element(struct json_cursor *cursor) {
    yyjson_mut_arr_iter elements = yyjson_mut_arr_iter_with(inner(cursor->container));
    if (cursor->index > 0) {
        elements.idx = cursor->index;
        elements.cur = inner(cursor->position);
    }
    yyjson_mut_val *element = yyjson_mut_arr_iter_next(&elements);
    if (element == NULL) return NULL;
    cursor->position = element;
    cursor->index++;
    return outer(element);
}

json_value *json_next(struct json_cursor *cursor, const char **key_out) {
    if (key_out != NULL) *key_out = NULL;
    if (yyjson_mut_is_obj(inner(cursor->container))) return next_member(cursor, key_out);
    return next_element(cursor);
}

/* ---- building ---- */

/* Every value that was just made passes here: what could not be made is remembered once for the whole document. */
static json_value *made(struct json *json, yyjson_mut_val *value) {
    if (value == NULL) json->status = error_nomem(&json->env->error);
    return outer(value);
}

static bool is_acceptable(struct json *json, const char *text, size_t length, const char *field) {
    if (json->status != DEALER_OK) return false;
    if (utf8_is_valid(text, length)) return true;
    json->status = error_raise(&json->env->error, &E_TEXT_INVALID_UTF8, "field", field, NULL);
    return false;
}

json_value *json_new_object(struct json *json) {
    return made(json, yyjson_mut_obj(json->document));
}

json_value *json_new_array(struct json *json) {
    return made(json, yyjson_mut_arr(json->document));
}

json_value *json_new_text(struct json *json, const char *text, size_t length) {
    if (text == NULL) return json_new_null(json);
    if (!is_acceptable(json, text, length, "JSON text")) return NULL;
    return made(json, yyjson_mut_strncpy(json->document, text, length));
}

json_value *json_new_integer(struct json *json, int64_t number) {
    /* yyjson keeps sign and magnitude apart: one form for each number, so that equal values are equal. */
    if (number >= 0) return made(json, yyjson_mut_uint(json->document, (uint64_t)number));
    return made(json, yyjson_mut_sint(json->document, number));
}

json_value *json_new_real(struct json *json, double number) {
    if (json->status != DEALER_OK) return NULL;
    if (!isfinite(number)) {
        json->status = error_raise(&json->env->error, &E_JSON_NOT_FINITE, NULL);
        return NULL;
    }
    return made(json, yyjson_mut_real(json->document, number));
}

json_value *json_new_boolean(struct json *json, bool value) {
    return made(json, yyjson_mut_bool(json->document, value));
}

json_value *json_new_null(struct json *json) {
    return made(json, yyjson_mut_null(json->document));
}

json_value *json_copy(struct json *json, const json_value *value) {
    if (value == NULL) return NULL;
    return made(json, yyjson_mut_val_mut_copy(json->document, inner(value)));
}

void json_set(struct json *json, json_value *object, const char *key, json_value *value) {
    if (value == NULL || key == NULL || !yyjson_mut_is_obj(inner(object))) return;
    if (!is_acceptable(json, key, strlen(key), "JSON key")) return;
    yyjson_mut_val *name = inner(made(json, yyjson_mut_strcpy(json->document, key)));
    if (name != NULL) yyjson_mut_obj_put(inner(object), name, inner(value));
}

void json_remove(json_value *object, const char *key) {
    yyjson_mut_obj_remove_key(inner(object), key);
}

void json_push(struct json *json, json_value *array, json_value *value) {
    (void)json; /* links the value in, allocating nothing; named for the symmetry of the builders */
    yyjson_mut_arr_append(inner(array), inner(value));
}

void json_set_text(struct json *json, json_value *object, const char *key, const char *text) {
    json_set(json, object, key, json_new_text(json, text, text == NULL ? 0 : strlen(text)));
}

void json_set_integer(struct json *json, json_value *object, const char *key, int64_t number) {
    json_set(json, object, key, json_new_integer(json, number));
}

void json_set_boolean(struct json *json, json_value *object, const char *key, bool value) {
    json_set(json, object, key, json_new_boolean(json, value));
}
