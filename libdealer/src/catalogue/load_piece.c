/* The small checked pieces of a declaration: names, texts, labels, flags, counts. */
#include "catalogue/load.h"

#include "base/text.h"
#include "catalogue/messages.h"

#include <string.h>

static const char *kind_word(enum json_kind kind) {
    switch (kind) {
    case JSON_TEXT: return "string";
    case JSON_ARRAY: return "array";
    case JSON_OBJECT: return "object";
    case JSON_BOOLEAN: return "boolean";
    default: return "integer";
    }
}

dealer_status load_missing(struct loader *loader, const struct json_place *place, const char *member) {
    return error_raise(&loader->env->error, &E_CATALOGUE_MISSING, "path", PLACE(place), "member", member, NULL);
}

dealer_status load_shape(struct loader *loader, const struct json_place *place, const json_value *json, enum json_kind kind) {
    if (json_kind(json) == kind) return DEALER_OK;
    if (!json) return load_missing(loader, place->up, place->key);
    return error_raise(
        &loader->env->error, &E_CATALOGUE_SHAPE, "path", PLACE(place), "expected", kind_word(kind), "found", FOUND(json), NULL);
}

dealer_status load_count(
    struct loader *loader, const struct json_place *place, const json_value *array, int64_t low, int64_t high) {
    int64_t count = (int64_t)json_count(array);
    if (count >= low && count <= high) return DEALER_OK;
    return error_raise(&loader->env->error, &E_CATALOGUE_COUNT, "path", PLACE(place), "count", NUMBER(count), "min", NUMBER(low),
        "max", NUMBER(high), NULL);
}

static bool name_is_valid(const char *name, size_t length) {
    enum { LONGEST = 48 };
    if (length < 1 || length > LONGEST || name[0] < 'a' || name[0] > 'z') return false;
    for (size_t i = 0; i < length; i++)
        if (!(name[i] >= 'a' && name[i] <= 'z') && !(name[i] >= '0' && name[i] <= '9') && name[i] != '_') return false;
    return true;
}

/* "type" stands beside the fields in a document's JSON. */
static bool name_is_reserved(const char *name) {
    return strcmp(name, "type") == 0;
}

dealer_status load_name(struct loader *loader, const struct json_place *up, const json_value *json, const char **out) {
    struct json_place place = {up, "name", 0};
    dealer_status status = load_shape(loader, &place, json, JSON_TEXT);
    if (status) return status;
    const char *name = json_text(json);
    if (!name_is_valid(name, json_text_length(json)))
        return error_raise(&loader->env->error, &E_CATALOGUE_NAME, "path", PLACE(&place), "name", FOUND(json), NULL);
    if (name_is_reserved(name))
        return error_raise(&loader->env->error, &E_CATALOGUE_RESERVED, "path", PLACE(&place), "name", FOUND(json), NULL);
    *out = region_copy(loader->region, loader->env, name, json_text_length(json));
    return *out ? DEALER_OK : DEALER_E_NOMEM;
}

dealer_status load_text(struct loader *loader, const struct json_place *up, const char *member, const json_value *json,
    size_t limit, const char **out) {
    struct json_place place = {up, member, 0};
    dealer_status status = load_shape(loader, &place, json, JSON_TEXT);
    if (status) return status;
    size_t length = json_text_length(json);
    if (length < 1 || length > limit || !utf8_is_plain(json_text(json), length))
        return error_raise(&loader->env->error, &E_CATALOGUE_TEXT, "path", PLACE(&place), "max", NUMBER((int64_t)limit), NULL);
    *out = region_copy(loader->region, loader->env, json_text(json), length);
    return *out ? DEALER_OK : DEALER_E_NOMEM;
}

dealer_status load_label(
    struct loader *loader, const struct json_place *up, const json_value *en, const json_value *zh, struct label *out) {
    enum { LONGEST = 200 };
    dealer_status status = load_text(loader, up, "en", en, LONGEST, &out->en);
    return status ? status : load_text(loader, up, "zh", zh, LONGEST, &out->zh);
}

dealer_status load_flag(struct loader *loader, const struct json_place *up, const char *member, const json_value *json, bool *out) {
    struct json_place place = {up, member, 0};
    dealer_status status = json ? load_shape(loader, &place, json, JSON_BOOLEAN) : DEALER_OK;
    if (!status) *out = json_is_true(json);
    return status;
}
