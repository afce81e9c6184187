/* The loaded catalogue: looking up, and telling what it holds. */
#include "catalogue/catalogue.h"

#include "base/text.h"
#include "catalogue/field_kind.h"
#include "catalogue/json_place.h"
#include "catalogue/messages.h"

#include <stdio.h>
#include <string.h>

static const char *const action_names[ACTION_COUNT] = {
    [ACTION_CREATE] = "create",
    [ACTION_READ] = "read",
    [ACTION_EDIT] = "edit",
    [ACTION_SUBMIT] = "submit",
    [ACTION_DELETE] = "delete",
    [ACTION_VOID] = "void",
    [ACTION_REVIEW] = "review",
    [ACTION_FINANCE_REVIEW] = "finance_review",
    [ACTION_LOCK] = "lock",
    [ACTION_ADMINISTER] = "administer",
    [ACTION_ENTER] = "enter",
    [ACTION_CONFIRM] = "confirm",
};

const char *action_name(enum document_action action) {
    return (unsigned)action < ACTION_COUNT ? action_names[action] : "unknown";
}

/* The first and third letters tell which one it could be; one comparison tells whether it is. A test walks all names. */
static int candidate(char first, char third) {
    enum { NAMES = 32 };
    static const signed char candidates[NAMES] = {ACTION_DELETE, ACTION_SUBMIT, ACTION_EDIT, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        ACTION_FINANCE_REVIEW, ACTION_ENTER, -1, -1, ACTION_REVIEW, -1, ACTION_ADMINISTER, -1, ACTION_CREATE, -1, -1, ACTION_VOID,
        -1, -1, -1, ACTION_READ, -1, ACTION_CONFIRM, -1, ACTION_LOCK};
    return candidates[((unsigned char)first * 5U + (unsigned char)third) % NAMES];
}

int action_of(const char *name) {
    if (!name || !name[0] || !name[1]) return -1;
    int action = candidate(name[0], name[2]);
    return action >= 0 && strcmp(action_names[action], name) == 0 ? action : -1;
}

enum { WORD = sizeof(uint64_t) };

static uint64_t differs(const char *left, const char *right, size_t at) {
    uint64_t a, b;
    memcpy(&a, left + at, WORD);
    memcpy(&b, right + at, WORD);
    return a ^ b;
}

/* Asked with every check of a permission. Three words, which may overlap, are compared whatever the length is: a loop's end and each
 * letter's answer would be guessed wrong by the processor half the time. */
int catalogue_action(const struct catalogue_type *type, const char *text) {
    size_t length = strlen(text), at = type->name_length + 1;
    if (length < WORD || length > 3 * WORD || length < at + 3) return -1;
    int action = candidate(text[at], text[at + 2]);
    if (action < 0 || type->functions[action].length != length) return -1;
    const char *known = type->functions[action].text;
    size_t last = length - WORD, middle = last < WORD ? last : WORD;
    return (differs(text, known, 0) | differs(text, known, middle) | differs(text, known, last)) == 0 ? action : -1;
}

struct catalogue *catalogue_take(struct catalogue *catalogue) {
    references_take(&catalogue->references);
    return catalogue;
}

/* The catalogue lies in its own region: move that out first. */
void catalogue_free(struct catalogue *catalogue) {
    if (!catalogue || !references_drop(&catalogue->references)) return;
    struct region region = catalogue->region;
    region_finish(&region);
}

const struct catalogue_type *catalogue_type(const struct catalogue *catalogue, const char *name) {
    int32_t index = name ? text_map_get(&catalogue->type_index, name) : -1;
    return index < 0 ? NULL : &catalogue->types[index];
}

const struct catalogue_field *catalogue_field(const struct catalogue_type *type, const char *name) {
    int32_t index = name ? text_map_get(&type->field_index, name) : -1;
    return index < 0 ? NULL : &type->fields[index];
}

dealer_status catalogue_find_type(
    struct env *env, const struct catalogue *catalogue, const char *name, const struct catalogue_type **out) {
    const struct catalogue_type *type = catalogue_type(catalogue, name);
    if (type) {
        *out = type;
        return DEALER_OK;
    }
    const char *wanted = name ? name : "";
    struct suggestion suggestion = SUGGESTION(wanted);
    for (int i = 0; i < catalogue->type_count; i++) suggestion_offer(&suggestion, catalogue->types[i].name);
    return error_raise(
        &env->error, &E_TYPE_UNKNOWN, "type", FOUND_BYTES(wanted, strlen(wanted)), "closest", suggestion.closest, NULL);
}

dealer_status catalogue_find_field(
    struct env *env, const struct catalogue_type *type, const char *name, const struct catalogue_field **out) {
    const struct catalogue_field *field = catalogue_field(type, name);
    if (field) {
        *out = field;
        return DEALER_OK;
    }
    return catalogue_raise_field(env, type, name);
}

dealer_status catalogue_raise_field(struct env *env, const struct catalogue_type *type, const char *name) {
    const char *wanted = name ? name : "";
    struct suggestion suggestion = SUGGESTION(wanted);
    for (int i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].name, wanted) != 0) suggestion_offer(&suggestion, type->fields[i].name);
    return error_raise(&env->error, &E_FIELD_UNKNOWN, "type", type->name, "field", FOUND_BYTES(wanted, strlen(wanted)), "closest",
        suggestion.closest, NULL);
}

static void write_label(struct json *json, json_value *object, const struct label *label) {
    json_set_text(json, object, "en", label->en);
    json_set_text(json, object, "zh", label->zh);
}

static void write_flag(struct json *json, json_value *object, const char *name, bool flag) {
    if (flag) json_set_boolean(json, object, name, true);
}

static void write_optional(struct json *json, json_value *object, const char *name, const char *text) {
    if (text) json_set_text(json, object, name, text);
}

static json_value *write_choices(struct json *json, const struct catalogue_field *field) {
    json_value *choices = json_new_array(json);
    for (int i = 0; i < field->choice_count; i++) {
        json_value *choice = json_new_object(json);
        json_set_text(json, choice, "code", field->choices[i].code);
        write_label(json, choice, &field->choices[i].label);
        json_push(json, choices, choice);
    }
    return choices;
}

static void write_copy(struct json *json, json_value *object, const struct catalogue_field *field) {
    if (!field->copy_link) return;
    char copy[2 * PLACE_TEXT_SIZE];
    snprintf(copy, sizeof copy, "%s.%s", field->copy_link, field->copy_field);
    json_set_text(json, object, "copy", copy);
}

static json_value *write_fields(struct json *json, const struct catalogue_field *fields, int count);

static json_value *write_field(struct json *json, const struct catalogue_field *field) {
    json_value *object = json_new_object(json);
    json_set_text(json, object, "name", field->name);
    write_label(json, object, &field->label);
    json_set_text(json, object, "kind", field_kind_name(field->kind));
    if (field_kind_traits(field->kind)->takes_min) json_set_integer(json, object, "min", field->min);
    if (field_kind_traits(field->kind)->takes_max) json_set_integer(json, object, "max", field->max);
    write_optional(json, object, "unit", field->unit);
    write_optional(json, object, "target", field->target);
    write_optional(json, object, "format", field->month ? "month" : NULL);
    write_flag(json, object, "required", field->required);
    write_flag(json, object, "computed", field->computed);
    write_flag(json, object, "on_way", field->on_way);
    write_flag(json, object, "material", field->material);
    write_flag(json, object, "own", field->own);
    write_copy(json, object, field);
    if (field->kind == FIELD_CHOICE) json_set(json, object, "choices", write_choices(json, field));
    if (field->kind == FIELD_LINES) json_set(json, object, "lines", write_fields(json, field->lines, field->line_count));
    return object;
}

static json_value *write_fields(struct json *json, const struct catalogue_field *fields, int count) {
    json_value *array = json_new_array(json);
    for (int i = 0; i < count; i++) json_push(json, array, write_field(json, &fields[i]));
    return array;
}

static json_value *write_type(struct json *json, const struct catalogue_type *type) {
    json_value *object = json_new_object(json);
    json_set_text(json, object, "name", type->name);
    write_label(json, object, &type->label);
    json_set_text(json, object, "prefix", type->prefix);
    write_flag(json, object, "record", type->record);
    write_flag(json, object, "no_approval", type->no_approval);
    write_flag(json, object, "own", type->own);
    if (type->dated_by >= 0) json_set_text(json, object, "dated_by", type->fields[type->dated_by].name);
    json_set(json, object, "fields", write_fields(json, type->fields + COMMON_COUNT, type->field_count - COMMON_COUNT));
    return object;
}

json_value *catalogue_to_json(const struct catalogue *catalogue, struct json *json) {
    json_value *object = json_new_object(json), *types = json_new_array(json), *actions = json_new_array(json);
    for (int i = 0; i < ACTION_COUNT; i++) json_push(json, actions, json_new_text(json, action_names[i], strlen(action_names[i])));
    for (int i = 0; i < catalogue->type_count; i++) json_push(json, types, write_type(json, &catalogue->types[i]));
    json_set(json, object, "actions", actions);
    if (catalogue->type_count > 0) json_set(json, object, "common", write_fields(json, catalogue->types[0].fields, COMMON_COUNT));
    json_set(json, object, "types", types);
    return json_status(json) ? NULL : object;
}
