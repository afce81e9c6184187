/* Writing JSON text. The canonical form is a copy with sorted keys, written plainly: what is hashed and compared. */
#include "base/json_inside.h"
#include "base/messages.h"
#include "base/sort.h"

enum { FEW_MEMBERS = 32 };

struct sorting {
    struct env *env;
    yyjson_mut_doc *document; /* of the copy; its texts stay in the original */
};

static bool is_too_deep(yyjson_mut_val *value, int depth) {
    size_t index, limit;
    yyjson_mut_val *key, *member;
    if (!yyjson_mut_is_ctn(value)) return false;
    if (depth > JSON_DEPTH_LIMIT) return true;
    yyjson_mut_arr_foreach(value, index, limit, member) {
        if (is_too_deep(member, depth + 1)) return true;
    }
    yyjson_mut_obj_foreach(value, index, limit, key, member) {
        if (is_too_deep(member, depth + 1)) return true;
    }
    return false;
}

static yyjson_mut_val *sorted_copy(const struct sorting *sorting, yyjson_mut_val *value);

static yyjson_mut_val *sorted_array(const struct sorting *sorting, yyjson_mut_val *array) {
    yyjson_mut_val *copy = yyjson_mut_arr(sorting->document), *element;
    size_t index, limit;
    yyjson_mut_arr_foreach(array, index, limit, element) {
        if (!yyjson_mut_arr_append(copy, sorted_copy(sorting, element))) return NULL;
    }
    return copy;
}

struct member {
    struct json_key key; /* first, so that members compare as their keys */
    yyjson_mut_val *value;
};

static yyjson_mut_val *sorted_object(const struct sorting *sorting, yyjson_mut_val *object) {
    struct member few[FEW_MEMBERS], *members = few;
    size_t count = yyjson_mut_obj_size(object), index, limit;
    yyjson_mut_val *key, *value, *copy = yyjson_mut_obj(sorting->document);

    if (count > FEW_MEMBERS) members = env_alloc(sorting->env, count * sizeof *members);
    if (members == NULL) return NULL;
    yyjson_mut_obj_foreach(object, index, limit, key, value) {
        members[index] = (struct member){{yyjson_mut_get_str(key), yyjson_mut_get_len(key)}, value};
    }
    sort_items(members, count, sizeof *members, json_key_compare, NULL);
    for (size_t i = 0; i < count && copy != NULL; i++) {
        key = yyjson_mut_strn(sorting->document, members[i].key.text, members[i].key.length);
        if (!yyjson_mut_obj_add(copy, key, sorted_copy(sorting, members[i].value))) copy = NULL;
    }
    if (members != few) env_free(sorting->env, members);
    return copy;
}

/* NULL when out of memory. A scalar is copied as it is, its text borrowed. */
static yyjson_mut_val *sorted_copy(const struct sorting *sorting, yyjson_mut_val *value) {
    if (yyjson_mut_is_arr(value)) return sorted_array(sorting, value);
    if (yyjson_mut_is_obj(value)) return sorted_object(sorting, value);
    if (yyjson_mut_is_str(value)) {
        return yyjson_mut_strn(sorting->document, yyjson_mut_get_str(value), yyjson_mut_get_len(value));
    }
    return yyjson_mut_val_mut_copy(sorting->document, value);
}

char *json_write(struct env *env, const json_value *value, bool canonical, bool pretty, size_t *out_length) {
    yyjson_mut_val *root = (yyjson_mut_val *)(uintptr_t)value;
    yyjson_alc allocator = json_allocator(&env->seams);
    struct sorting sorting = {env, NULL};
    yyjson_write_flag flags = pretty ? YYJSON_WRITE_PRETTY_TWO_SPACES : YYJSON_WRITE_NOFLAG;
    char *text = NULL;

    if (root == NULL) {
        error_raise(&env->error, &E_MISUSE_NULL, "call", "json_write", "argument", "value", NULL);
        return NULL;
    }
    if (is_too_deep(root, 1)) {
        error_raise(&env->error, &E_JSON_TOO_DEEP, "limit", NUMBER(JSON_DEPTH_LIMIT), NULL);
        return NULL;
    }
    if (canonical) {
        sorting.document = yyjson_mut_doc_new(&allocator);
        root = sorting.document == NULL ? NULL : sorted_copy(&sorting, root);
    }
    /* Builders let in nothing that cannot be written, so whatever fails from here on is memory. */
    if (root != NULL) text = yyjson_mut_val_write_opts(root, flags, &allocator, out_length, NULL);
    if (text == NULL) error_nomem(&env->error);
    yyjson_mut_doc_free(sorting.document);
    return text;
}
