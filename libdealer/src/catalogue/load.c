/* Loading a catalogue: the common fields, the built-in types, the dealer's own types, the dealer's own fields. */
#include "catalogue/load.h"

#include "catalogue/messages.h"
#include "embedded.h"

#include <stdio.h>
#include <string.h>

enum { MAX_TYPES = 256, MAX_FIELDS = 256 };

static const char *const common_names[COMMON_COUNT] = {
    [COMMON_ID] = "id",
    [COMMON_NUMBER] = "number",
    [COMMON_COMPANY] = "company",
    [COMMON_DEPARTMENT] = "department",
    [COMMON_OWNER] = "owner",
    [COMMON_CUSTOMER] = "customer",
    [COMMON_STATUS] = "status",
    [COMMON_VERSION] = "version",
    [COMMON_CURRENCY] = "currency",
    [COMMON_CREATED] = "created",
    [COMMON_UPDATED] = "updated",
    [COMMON_LOCKED] = "locked",
    [COMMON_REVIEW] = "review",
    [COMMON_VOID_REVIEW] = "void_review",
    [COMMON_PERIOD] = "period",
    [COMMON_VOID_REASON] = "void_reason",
};

/* The library itself reads these fields by index: their order is part of the code. */
static dealer_status load_common(struct loader *loader, const struct json_place *root, const json_value *json) {
    struct json_place list = {root, "common", 0};
    dealer_status status = load_shape(loader, &list, json, JSON_ARRAY);
    if (!status) status = load_count(loader, &list, json, COMMON_COUNT, COMMON_COUNT);
    if (status) return status;
    loader->common = REGION_ARRAY(&loader->scratch, loader->env, struct catalogue_field, COMMON_COUNT);
    if (!loader->common) return DEALER_E_NOMEM;
    struct json_cursor cursor = json_each(json);
    for (int i = 0; i < COMMON_COUNT; i++) {
        struct json_place place = {&list, NULL, i};
        status = load_field(loader, &place, json_next(&cursor, NULL), SETTING_COMMON, &loader->common[i]);
        if (status) return status;
        loader->common[i].index = i;
        if (strcmp(loader->common[i].name, common_names[i]) != 0)
            return error_raise(&loader->env->error, &E_CATALOGUE_COMMON, "path", PLACE(&place), "name", common_names[i], NULL);
    }
    return DEALER_OK;
}

static dealer_status duplicate(struct loader *loader, const struct json_place *place, const char *name) {
    return error_raise(&loader->env->error, &E_CATALOGUE_DUPLICATE, "path", PLACE(place), "name", name, NULL);
}

/* Appends the fields of one list to the type, whose array has room for them. */
static dealer_status append_fields(struct loader *loader, const struct json_place *list, const json_value *json,
    struct catalogue_type *type, struct catalogue_field *fields) {
    struct json_cursor cursor = json_each(json);
    int index = 0;
    for (const json_value *item; (item = json_next(&cursor, NULL)); index++) {
        struct json_place place = {list, NULL, index};
        struct catalogue_field *field = &fields[type->field_count];
        dealer_status status = load_field(loader, &place, item, SETTING_TYPE, field);
        if (status) return status;
        field->index = type->field_count;
        if (text_map_put(&type->field_index, field->name, field->index) >= 0) return duplicate(loader, &place, field->name);
        type->field_count++;
    }
    return DEALER_OK;
}

static dealer_status append_own_fields(struct loader *loader, const struct json_place *list, const json_value *json,
    struct catalogue_type *type, struct catalogue_field *fields) {
    bool was_own = loader->own;
    loader->own = true;
    dealer_status status = append_fields(loader, list, json, type, fields);
    loader->own = was_own;
    return status;
}

static dealer_status load_fields(
    struct loader *loader, const struct json_place *place, const json_value *json, struct catalogue_type *type) {
    static const struct json_place root = {NULL, "$", 0};
    struct json_place list = {place, "fields", 0};
    struct json_place own_fields = {&root, "fields", 0}, own_list = {&own_fields, type->name, 0};
    const json_value *own = loader->own_fields ? json_get(loader->own_fields, type->name) : NULL;
    dealer_status status = json ? load_shape(loader, &list, json, JSON_ARRAY) : DEALER_OK;
    if (!status && own) status = load_shape(loader, &own_list, own, JSON_ARRAY);
    if (!status) status = load_count(loader, &list, json, 0, MAX_FIELDS);
    if (!status && own) status = load_count(loader, &own_list, own, 0, MAX_FIELDS);
    if (status) return status;
    size_t capacity = COMMON_COUNT + json_count(json) + json_count(own);
    struct catalogue_field *fields = REGION_ARRAY(loader->region, loader->env, struct catalogue_field, capacity);
    if (!fields) return DEALER_E_NOMEM;
    status = text_map_init(&type->field_index, loader->region, loader->env, capacity);
    if (status) return status;
    memcpy(fields, loader->common, sizeof *fields * COMMON_COUNT);
    for (int i = 0; i < COMMON_COUNT; i++) text_map_put(&type->field_index, fields[i].name, i);
    type->fields = fields;
    type->field_count = COMMON_COUNT;
    status = append_fields(loader, &list, json, type, fields);
    return status ? status : append_own_fields(loader, &own_list, own, type, fields);
}

static bool prefix_is_valid(const char *prefix) {
    enum { LONGEST = 8 };
    size_t length = strlen(prefix);
    for (size_t i = 0; i < length; i++)
        if (!(prefix[i] >= 'A' && prefix[i] <= 'Z') && !(prefix[i] >= '0' && prefix[i] <= '9')) return false;
    return length >= 1 && length <= LONGEST;
}

/* Numbers of documents begin with the prefix, so that two types must not share one. */
static dealer_status load_prefix(
    struct loader *loader, const struct json_place *up, const json_value *json, struct catalogue_type *type) {
    struct json_place place = {up, "prefix", 0};
    dealer_status status = load_text(loader, up, "prefix", json, 200, &type->prefix);
    if (status) return status;
    if (!prefix_is_valid(type->prefix))
        return error_raise(&loader->env->error, &E_CATALOGUE_PREFIX, "path", PLACE(&place), "prefix", FOUND(json), NULL);
    for (int i = 0; i < type->index; i++)
        if (strcmp(loader->types[i].prefix, type->prefix) == 0) return duplicate(loader, &place, type->prefix);
    return DEALER_OK;
}

/* The field whose date says which month a document belongs to. */
static dealer_status load_dated_by(
    struct loader *loader, const struct json_place *up, const json_value *json, struct catalogue_type *type) {
    struct json_place place = {up, "dated_by", 0};
    type->dated_by = -1;
    if (!json) return DEALER_OK;
    const char *name = json_text(json);
    const struct catalogue_field *field = name ? catalogue_field(type, name) : NULL;
    if (!field || field->kind != FIELD_DATE)
        return error_raise(
            &loader->env->error, &E_CATALOGUE_DATED_BY, "path", PLACE(&place), "type", type->name, "field", FOUND(json), NULL);
    type->dated_by = field->index;
    return DEALER_OK;
}

static dealer_status name_functions(struct loader *loader, struct catalogue_type *type) {
    struct function_text *functions = REGION_ARRAY(loader->region, loader->env, struct function_text, ACTION_COUNT);
    if (!functions) return DEALER_E_NOMEM;
    for (int action = 0; action < ACTION_COUNT; action++) {
        struct function_text *function = &functions[action];
        int length =
            snprintf(function->text, sizeof function->text, "%s.%s", type->name, action_name((enum document_action)action));
        function->length = (size_t)length < sizeof function->text ? (uint8_t)length : 0;
    }
    type->name_length = strlen(type->name);
    type->functions = functions;
    return DEALER_OK;
}

enum { T_NAME, T_EN, T_ZH, T_PREFIX, T_RECORD, T_NO_APPROVAL, T_DATED_BY, T_FIELDS, T_COUNT };

static dealer_status load_type(
    struct loader *loader, const struct json_place *place, const json_value *json, struct catalogue_type *type) {
    static const char *const names[T_COUNT] = {"name", "en", "zh", "prefix", "record", "no_approval", "dated_by", "fields"};
    json_value *members[T_COUNT];
    type->own = loader->own;
    dealer_status status = load_shape(loader, place, json, JSON_OBJECT);
    if (!status)
        status = json_members(loader->env, place, &(struct member_names){&E_CATALOGUE_MEMBER, T_COUNT, names}, json, members);
    if (!status) status = load_name(loader, place, members[T_NAME], &type->name);
    if (!status) status = name_functions(loader, type);
    if (!status && text_map_put(&loader->type_index, type->name, type->index) >= 0) status = duplicate(loader, place, type->name);
    if (!status) status = load_label(loader, place, members[T_EN], members[T_ZH], &type->label);
    if (!status) status = load_prefix(loader, place, members[T_PREFIX], type);
    if (!status) status = load_flag(loader, place, "record", members[T_RECORD], &type->record);
    if (!status) status = load_flag(loader, place, "no_approval", members[T_NO_APPROVAL], &type->no_approval);
    if (!status) status = load_fields(loader, place, members[T_FIELDS], type);
    return status ? status : load_dated_by(loader, place, members[T_DATED_BY], type);
}

static dealer_status load_types(struct loader *loader, const struct json_place *list, const json_value *json) {
    struct json_cursor cursor = json_each(json);
    int index = 0;
    dealer_status status = DEALER_OK;
    for (const json_value *item; !status && (item = json_next(&cursor, NULL)); index++) {
        struct json_place place = {list, NULL, index};
        struct catalogue_type *type = &loader->types[loader->type_count];
        type->index = loader->type_count++;
        loader->type = type;
        status = load_type(loader, &place, item, type);
    }
    loader->type = NULL;
    return status;
}

/* Own fields are read with their type; what is left over names a type that does not exist. */
static dealer_status check_own_field_types(struct loader *loader, const struct json_place *root) {
    struct json_place place = {root, "fields", 0};
    struct json_cursor cursor = json_each(loader->own_fields);
    for (const char *key; loader->own_fields && json_next(&cursor, &key);) {
        if (text_map_get(&loader->type_index, key) >= 0) continue;
        struct suggestion suggestion = SUGGESTION(key);
        for (int i = 0; i < loader->type_count; i++) suggestion_offer(&suggestion, loader->types[i].name);
        return error_raise(&loader->env->error, &E_CATALOGUE_TYPE, "path", PLACE(&place), "type", FOUND_BYTES(key, strlen(key)),
            "closest", suggestion.closest, NULL);
    }
    return DEALER_OK;
}

struct sources {
    const json_value *common, *types, *own_types;
};

/* Of what the dealer gives, the types and the fields; both may be absent. */
static dealer_status open_own(
    struct loader *loader, const struct json_place *root, const json_value *own, struct sources *sources) {
    static const char *const names[] = {"types", "fields"};
    json_value *members[2];
    if (!own) return DEALER_OK;
    dealer_status status = load_shape(loader, root, own, JSON_OBJECT);
    if (!status) status = json_members(loader->env, root, &(struct member_names){&E_CATALOGUE_MEMBER, 2, names}, own, members);
    struct json_place types = {root, "types", 0}, fields = {root, "fields", 0};
    if (!status && members[0]) status = load_shape(loader, &types, members[0], JSON_ARRAY);
    if (!status && members[0]) status = load_count(loader, &types, members[0], 0, MAX_TYPES);
    if (!status && members[1]) status = load_shape(loader, &fields, members[1], JSON_OBJECT);
    if (status) return status;
    sources->own_types = members[0];
    loader->own_fields = members[1];
    return DEALER_OK;
}

static dealer_status open_built_in(
    struct loader *loader, const struct json_place *root, const json_value *built_in, struct sources *sources) {
    static const char *const names[] = {"common", "types"};
    json_value *members[2];
    dealer_status status = load_shape(loader, root, built_in, JSON_OBJECT);
    if (!status) status = json_members(loader->env, root, &(struct member_names){&E_CATALOGUE_MEMBER, 2, names}, built_in, members);
    struct json_place types = {root, "types", 0};
    if (!status) status = load_shape(loader, &types, members[1], JSON_ARRAY);
    if (status) return status;
    sources->common = members[0];
    sources->types = members[1];
    return DEALER_OK;
}

static dealer_status load_sources(struct loader *loader, const struct json_place *root, const struct sources *sources) {
    size_t capacity = json_count(sources->types) + json_count(sources->own_types);
    struct json_place types = {root, "types", 0};
    dealer_status status = load_common(loader, root, sources->common);
    if (!status) status = text_map_init(&loader->type_index, loader->region, loader->env, capacity);
    if (status) return status;
    loader->types = REGION_ARRAY(loader->region, loader->env, struct catalogue_type, capacity);
    if (!loader->types) return DEALER_E_NOMEM;
    status = load_types(loader, &types, sources->types);
    loader->own = true;
    if (!status) status = load_types(loader, &types, sources->own_types);
    if (!status) status = check_own_field_types(loader, root);
    return status ? status : load_resolve(loader);
}

static dealer_status load_all(struct loader *loader, const json_value *built_in, const json_value *own) {
    struct json_place root = {NULL, "$", 0};
    struct sources sources = {0};
    dealer_status status = open_built_in(loader, &root, built_in, &sources);
    if (!status) status = open_own(loader, &root, own, &sources);
    return status ? status : load_sources(loader, &root, &sources);
}

dealer_status catalogue_load_text(
    struct env *env, const char *built_in, size_t length, const json_value *own, struct catalogue **out) {
    struct region region;
    struct json *json = NULL;
    struct loader loader = {.env = env, .region = &region};
    region_init(&region, env->seams);
    region_init(&loader.scratch, env->seams);
    struct catalogue *catalogue = REGION_NEW(&region, env, struct catalogue);
    dealer_status status = catalogue ? json_parse(env, built_in, length, true, &json) : DEALER_E_NOMEM;
    if (!status) status = load_all(&loader, json_root(json), own);
    json_free(json);
    region_finish(&loader.scratch);
    if (status) {
        region_finish(&region);
        return status;
    }
    references_init(&catalogue->references);
    catalogue->types = loader.types;
    catalogue->type_count = loader.type_count;
    catalogue->type_index = loader.type_index;
    catalogue->region = region;
    *out = catalogue;
    return DEALER_OK;
}

dealer_status catalogue_load(struct env *env, const json_value *own, struct catalogue **out) {
    return catalogue_load_text(env, dealer_embedded_catalogue_json, dealer_embedded_catalogue_json_size, own, out);
}
