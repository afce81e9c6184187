/* Reading the declaration of one field. */
#include "catalogue/load.h"

#include "catalogue/field_kind.h"
#include "catalogue/messages.h"

#include <string.h>

enum { MAX_CHOICES = 500, MAX_LINE_MEMBERS = 40, CODE_BYTES = 48, UNIT_BYTES = 40 };

enum member {
    M_NAME,
    M_EN,
    M_ZH,
    M_KIND,
    M_UNIT,
    M_MIN,
    M_MAX,
    M_REQUIRED,
    M_COMPUTED,
    M_ON_WAY,
    M_MATERIAL,
    M_FORMAT,
    M_CHOICES,
    M_CHOICES_OF,
    M_TARGET,
    M_LINES,
    M_LINES_OF,
    M_COPY,
    MEMBER_COUNT
};
static const char *const member_names[MEMBER_COUNT] = {"name", "en", "zh", "kind", "unit", "min", "max", "required", "computed",
    "on_way", "material", "format", "choices", "choices_of", "target", "lines", "lines_of", "copy"};

/* What is being read: the place, the members found there, and the field that they become. */
struct reading {
    struct loader *loader;
    const struct json_place *place;
    enum field_setting setting;
    json_value *members[MEMBER_COUNT];
    struct catalogue_field *field;
};

static bool member_fits_kind(enum member member, enum field_kind kind) {
    switch (member) {
    case M_MIN: return field_kind_traits(kind)->takes_min;
    case M_MAX: return field_kind_traits(kind)->takes_max;
    case M_UNIT: return kind == FIELD_INTEGER;
    case M_FORMAT: return kind == FIELD_TEXT;
    case M_CHOICES:
    case M_CHOICES_OF: return kind == FIELD_CHOICE;
    case M_TARGET: return kind == FIELD_DOCUMENT;
    case M_LINES:
    case M_LINES_OF: return kind == FIELD_LINES;
    default: return true;
    }
}

static bool member_fits_setting(enum member member, enum field_setting setting) {
    switch (member) {
    case M_MATERIAL:
    case M_COMPUTED: return setting != SETTING_LINE;
    case M_COPY:
    case M_ON_WAY: return setting == SETTING_TYPE;
    case M_CHOICES_OF:
    case M_LINES_OF: return setting != SETTING_COMMON;
    default: return true;
    }
}

static dealer_status check_members_fit(const struct reading *reading) {
    struct error *error = &reading->loader->env->error;
    for (enum member member = 0; member < MEMBER_COUNT; member++) {
        if (!reading->members[member]) continue;
        if (!member_fits_setting(member, reading->setting))
            return error_raise(error, &E_CATALOGUE_NOT_HERE, "path", PLACE(reading->place), "member", member_names[member], NULL);
        if (!member_fits_kind(member, reading->field->kind))
            return error_raise(error, &E_CATALOGUE_UNFIT, "path", PLACE(reading->place), "member", member_names[member], "kind",
                field_kind_name(reading->field->kind), NULL);
    }
    return DEALER_OK;
}

static dealer_status read_kind(const struct reading *reading) {
    struct json_place place = {reading->place, "kind", 0};
    const json_value *json = reading->members[M_KIND];
    dealer_status status = load_shape(reading->loader, &place, json, JSON_TEXT);
    if (status) return status;
    struct suggestion suggestion = SUGGESTION(json_text(json));
    for (enum field_kind kind = 0; kind < FIELD_KIND_COUNT; kind++) {
        if (strcmp(json_text(json), field_kind_name(kind)) == 0) {
            reading->field->kind = kind;
            if (kind != FIELD_LINES || reading->setting == SETTING_TYPE) return DEALER_OK;
            return error_raise(
                &reading->loader->env->error, &E_CATALOGUE_NOT_HERE, "path", PLACE(&place), "member", field_kind_name(kind), NULL);
        }
    }
    for (enum field_kind kind = 0; kind < FIELD_KIND_COUNT; kind++) suggestion_offer(&suggestion, field_kind_name(kind));
    return error_raise(&reading->loader->env->error, &E_CATALOGUE_KIND, "path", PLACE(&place), "kind", FOUND(json), "closest",
        suggestion.closest, NULL);
}

static dealer_status read_limit(const struct reading *reading, enum member member, int64_t low, int64_t high, int64_t *out) {
    const json_value *json = reading->members[member];
    if (!json) return DEALER_OK;
    struct json_place place = {reading->place, member_names[member], 0};
    dealer_status status = load_shape(reading->loader, &place, json, JSON_INTEGER);
    if (status) return status;
    int64_t value = json_integer(json, 0);
    if (value < low || value > high)
        return error_raise(&reading->loader->env->error, &E_CATALOGUE_RANGE, "path", PLACE(&place), "value", NUMBER(value), "min",
            NUMBER(low), "max", NUMBER(high), NULL);
    *out = value;
    return DEALER_OK;
}

/* A given minimum above the usual maximum needs a maximum of its own, and the other way round. */
static dealer_status read_limits(const struct reading *reading) {
    struct catalogue_field *field = reading->field;
    const struct field_kind_traits *traits = field_kind_traits(field->kind);
    field->min = traits->min;
    field->max = traits->max;
    dealer_status status = read_limit(reading, M_MIN, traits->low, traits->high, &field->min);
    if (status) return status;
    int64_t low = traits->low > field->min ? traits->low : field->min;
    status = read_limit(reading, M_MAX, low, traits->high, &field->max);
    if (!status && field->min > field->max) return load_missing(reading->loader, reading->place, "max");
    return status;
}

static dealer_status read_choice(
    struct loader *loader, const struct json_place *place, const json_value *json, struct choice *choice) {
    static const char *const names[] = {"code", "en", "zh"};
    json_value *members[3];
    dealer_status status = load_shape(loader, place, json, JSON_OBJECT);
    if (!status) status = json_members(loader->env, place, &(struct member_names){&E_CATALOGUE_MEMBER, 3, names}, json, members);
    if (!status) status = load_text(loader, place, "code", members[0], CODE_BYTES, &choice->code);
    return status ? status : load_label(loader, place, members[1], members[2], &choice->label);
}

static dealer_status duplicate(struct loader *loader, const struct json_place *place, const char *name) {
    return error_raise(&loader->env->error, &E_CATALOGUE_DUPLICATE, "path", PLACE(place), "name", name, NULL);
}

static dealer_status read_choices(const struct reading *reading) {
    struct loader *loader = reading->loader;
    struct json_place list = {reading->place, "choices", 0};
    const json_value *json = reading->members[M_CHOICES];
    dealer_status status = load_shape(loader, &list, json, JSON_ARRAY);
    if (!status) status = load_count(loader, &list, json, 1, MAX_CHOICES);
    if (status) return status;
    struct choice *choices = REGION_ARRAY(loader->region, loader->env, struct choice, json_count(json));
    if (!choices) return DEALER_E_NOMEM;
    struct json_cursor cursor = json_each(json);
    int count = 0;
    for (const json_value *item; (item = json_next(&cursor, NULL)); count++) {
        struct json_place place = {&list, NULL, count};
        status = read_choice(loader, &place, item, &choices[count]);
        if (status) return status;
        for (int i = 0; i < count; i++)
            if (strcmp(choices[i].code, choices[count].code) == 0) return duplicate(loader, &place, choices[count].code);
    }
    reading->field->choices = choices;
    reading->field->choice_count = count;
    return DEALER_OK;
}

static dealer_status read_lines(const struct reading *reading) {
    struct loader *loader = reading->loader;
    struct json_place list = {reading->place, "lines", 0};
    const json_value *json = reading->members[M_LINES];
    dealer_status status = load_shape(loader, &list, json, JSON_ARRAY);
    if (!status) status = load_count(loader, &list, json, 1, MAX_LINE_MEMBERS);
    if (status) return status;
    struct catalogue_field *lines = REGION_ARRAY(loader->region, loader->env, struct catalogue_field, json_count(json));
    if (!lines) return DEALER_E_NOMEM;
    struct json_cursor cursor = json_each(json);
    int count = 0;
    for (const json_value *item; (item = json_next(&cursor, NULL)); count++) {
        struct json_place place = {&list, NULL, count};
        status = load_field(loader, &place, item, SETTING_LINE, &lines[count]);
        if (status) return status;
        lines[count].index = count;
        for (int i = 0; i < count; i++)
            if (strcmp(lines[i].name, lines[count].name) == 0) return duplicate(loader, &place, lines[count].name);
    }
    reading->field->lines = lines;
    reading->field->line_count = count;
    return DEALER_OK;
}

static dealer_status read_reference(const struct reading *reading, enum member member, const char **out) {
    struct json_place place = {reading->place, member_names[member], 0};
    const json_value *json = reading->members[member];
    *out = json_text(json);
    return json ? load_shape(reading->loader, &place, json, JSON_TEXT) : DEALER_OK;
}

/* Remembers what can be looked up only when every type is known. */
static dealer_status defer(const struct reading *reading) {
    struct loader *loader = reading->loader;
    json_value *const *members = reading->members;
    if (!members[M_CHOICES_OF] && !members[M_LINES_OF] && !members[M_COPY] && !members[M_TARGET]) return DEALER_OK;
    struct pending_field *pending = REGION_NEW(&loader->scratch, loader->env, struct pending_field);
    if (!pending) return DEALER_E_NOMEM;
    dealer_status status = read_reference(reading, M_CHOICES_OF, &pending->choices_of);
    if (!status) status = read_reference(reading, M_LINES_OF, &pending->lines_of);
    if (!status) status = read_reference(reading, M_COPY, &pending->copy);
    if (status) return status;
    pending->field = reading->field;
    pending->type = loader->type;
    pending->place = place_keep(&loader->scratch, loader->env, reading->place);
    pending->next = loader->pending;
    loader->pending = pending;
    return pending->place ? DEALER_OK : DEALER_E_NOMEM;
}

static dealer_status read_format(const struct reading *reading) {
    const json_value *json = reading->members[M_FORMAT];
    if (!json) return DEALER_OK;
    struct json_place place = {reading->place, "format", 0};
    dealer_status status = load_shape(reading->loader, &place, json, JSON_TEXT);
    if (status) return status;
    if (strcmp(json_text(json), "month") != 0)
        return error_raise(&reading->loader->env->error, &E_CATALOGUE_FORMAT, "path", PLACE(&place), "format", FOUND(json), NULL);
    reading->field->month = true;
    return DEALER_OK;
}

/* What only one kind has: exactly one of a list of its own and a reference to another's. */
static dealer_status read_kind_members(const struct reading *reading) {
    struct loader *loader = reading->loader;
    json_value *const *members = reading->members;
    switch (reading->field->kind) {
    case FIELD_TEXT: return read_format(reading);
    case FIELD_INTEGER:
        return members[M_UNIT] ? load_text(loader, reading->place, "unit", members[M_UNIT], UNIT_BYTES, &reading->field->unit)
                               : DEALER_OK;
    case FIELD_DOCUMENT: return load_text(loader, reading->place, "target", members[M_TARGET], CODE_BYTES, &reading->field->target);
    case FIELD_CHOICE: return members[M_CHOICES_OF] && !members[M_CHOICES] ? DEALER_OK : read_choices(reading);
    case FIELD_LINES: return members[M_LINES_OF] && !members[M_LINES] ? DEALER_OK : read_lines(reading);
    default: return DEALER_OK;
    }
}

/* Choices or lines declared here and taken from elsewhere at once. */
static dealer_status check_not_both(const struct reading *reading) {
    for (enum member member = M_CHOICES; member <= M_LINES; member++)
        if ((member == M_CHOICES || member == M_LINES) && reading->members[member] && reading->members[member + 1])
            return error_raise(&reading->loader->env->error, &E_CATALOGUE_NOT_HERE, "path", PLACE(reading->place), "member",
                member_names[member + 1], NULL);
    return DEALER_OK;
}

static dealer_status read_flags(const struct reading *reading) {
    struct catalogue_field *field = reading->field;
    struct {
        enum member member;
        bool *flag;
    } flags[] = {
        {M_REQUIRED, &field->required}, {M_COMPUTED, &field->computed}, {M_ON_WAY, &field->on_way}, {M_MATERIAL, &field->material}};
    /* What money, choices and links say is what an approval covers, unless the declaration says otherwise. */
    field->material = field->kind == FIELD_MONEY || field->kind == FIELD_CHOICE || field->kind == FIELD_DOCUMENT;
    for (int i = 0; i < 4; i++) {
        enum member member = flags[i].member;
        dealer_status status =
            load_flag(reading->loader, reading->place, member_names[member], reading->members[member], flags[i].flag);
        if (status) return status;
    }
    return DEALER_OK;
}

dealer_status load_field(struct loader *loader, const struct json_place *place, const json_value *json, enum field_setting setting,
    struct catalogue_field *field) {
    struct reading reading = {.loader = loader, .place = place, .setting = setting, .field = field};
    field->own = loader->own;
    dealer_status status = load_shape(loader, place, json, JSON_OBJECT);
    if (!status)
        status = json_members(
            loader->env, place, &(struct member_names){&E_CATALOGUE_MEMBER, MEMBER_COUNT, member_names}, json, reading.members);
    if (!status) status = load_name(loader, place, reading.members[M_NAME], &field->name);
    if (!status) status = load_label(loader, place, reading.members[M_EN], reading.members[M_ZH], &field->label);
    if (!status) status = read_kind(&reading);
    if (!status) status = check_members_fit(&reading);
    if (!status) status = check_not_both(&reading);
    if (!status) status = read_flags(&reading);
    if (!status) status = read_limits(&reading);
    if (!status) status = read_kind_members(&reading);
    if (field->computed) field->material = false; /* the library's own doing */
    return status ? status : defer(&reading);
}
