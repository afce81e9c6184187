/* What declarations say about each other: choices and lines taken from another field, link targets, copied fields. */
#include "catalogue/load.h"

#include "catalogue/messages.h"

#include <string.h>

static const struct catalogue_type *find_type(const struct loader *loader, const char *name) {
    int32_t index = text_map_get(&loader->type_index, name);
    return index < 0 ? NULL : &loader->types[index];
}

/* "left.right": the part before the dot as a text of its own in the scratch region; *right_out NULL without a dot. */
static dealer_status split(struct loader *loader, const char *text, const char **left_out, const char **right_out) {
    const char *dot = strchr(text, '.');
    *right_out = dot ? dot + 1 : NULL;
    *left_out = region_copy(&loader->scratch, loader->env, text, dot ? (size_t)(dot - text) : strlen(text));
    return *left_out ? DEALER_OK : DEALER_E_NOMEM;
}

static dealer_status raise_of(
    struct loader *loader, const struct pending_field *pending, const char *member, const char *list, const char *reference) {
    struct json_place place = {pending->place, member, 0};
    return error_raise(&loader->env->error, &E_CATALOGUE_OF, "path", PLACE(&place), "reference",
        FOUND_BYTES(reference, strlen(reference)), "kind", field_kind_name(pending->field->kind), "member", list, NULL);
}

/* The field that another's choices or lines are taken from: it must declare them itself, so there are no chains. */
static dealer_status find_original(
    struct loader *loader, const struct pending_field *pending, const char *reference, const struct catalogue_field **out) {
    const char *type_name, *field_name;
    dealer_status status = split(loader, reference, &type_name, &field_name);
    if (status) return status;
    const struct catalogue_type *type = find_type(loader, type_name);
    const struct catalogue_field *field = type && field_name ? catalogue_field(type, field_name) : NULL;
    *out = field && field->kind == pending->field->kind ? field : NULL;
    return DEALER_OK;
}

static bool is_pending_of(const struct loader *loader, const struct catalogue_field *field) {
    for (const struct pending_field *pending = loader->pending; pending; pending = pending->next)
        if (pending->field == field && (pending->choices_of || pending->lines_of)) return true;
    return false;
}

static dealer_status resolve_of(struct loader *loader, const struct pending_field *pending) {
    bool choices = pending->choices_of != NULL;
    const char *reference = choices ? pending->choices_of : pending->lines_of;
    if (!reference) return DEALER_OK;
    const struct catalogue_field *original;
    dealer_status status = find_original(loader, pending, reference, &original);
    if (status) return status;
    if (!original || is_pending_of(loader, original))
        return choices ? raise_of(loader, pending, "choices_of", "choices", reference)
                       : raise_of(loader, pending, "lines_of", "lines", reference);
    pending->field->choices = original->choices;
    pending->field->choice_count = original->choice_count;
    pending->field->lines = original->lines;
    pending->field->line_count = original->line_count;
    return DEALER_OK;
}

static dealer_status resolve_target(struct loader *loader, const struct pending_field *pending) {
    const char *target = pending->field->target;
    if (!target || find_type(loader, target)) return DEALER_OK;
    struct json_place place = {pending->place, "target", 0};
    struct suggestion suggestion = SUGGESTION(target);
    for (int i = 0; i < loader->type_count; i++) suggestion_offer(&suggestion, loader->types[i].name);
    return error_raise(&loader->env->error, &E_CATALOGUE_TYPE, "path", PLACE(&place), "type", FOUND_BYTES(target, strlen(target)),
        "closest", suggestion.closest, NULL);
}

static bool has_choice(const struct catalogue_field *field, const char *code) {
    for (int i = 0; i < field->choice_count; i++)
        if (strcmp(field->choices[i].code, code) == 0) return true;
    return false;
}

/* Does every value of one field without lines fit into the other? */
static bool takes_value(const struct catalogue_field *field, const struct catalogue_field *source) {
    if (field->kind != source->kind || field->min > source->min || field->max < source->max) return false;
    if (field->month && !source->month) return false;
    if (field->kind == FIELD_DOCUMENT) return strcmp(field->target, source->target) == 0;
    for (int i = 0; i < source->choice_count; i++)
        if (!has_choice(field, source->choices[i].code)) return false;
    return true;
}

static bool takes_lines(const struct catalogue_field *field, const struct catalogue_field *source) {
    for (int i = 0; i < source->line_count; i++) {
        int j = 0;
        while (j < field->line_count && strcmp(field->lines[j].name, source->lines[i].name) != 0) j++;
        if (j == field->line_count || !takes_value(&field->lines[j], &source->lines[i])) return false;
    }
    return true;
}

static dealer_status check_copy(struct loader *loader, const struct json_place *place, const struct catalogue_field *field,
    const struct catalogue_type *type, const char *name) {
    const struct catalogue_field *source = catalogue_field(type, name);
    if (!source) {
        struct suggestion suggestion = SUGGESTION(name);
        for (int i = 0; i < type->field_count; i++) suggestion_offer(&suggestion, type->fields[i].name);
        return error_raise(&loader->env->error, &E_CATALOGUE_COPY_FIELD, "path", PLACE(place), "type", type->name, "field",
            FOUND_BYTES(name, strlen(name)), "closest", suggestion.closest, NULL);
    }
    if (takes_value(field, source) && takes_lines(field, source)) return DEALER_OK;
    struct json_place up = {NULL, type->name, 0}, full = {&up, name, 0};
    return error_raise(
        &loader->env->error, &E_CATALOGUE_COPY_FIT, "path", PLACE(place), "field", field->name, "source", PLACE(&full), NULL);
}

static dealer_status resolve_copy(struct loader *loader, const struct pending_field *pending) {
    if (!pending->copy) return DEALER_OK;
    struct json_place place = {pending->place, "copy", 0};
    const char *link_name, *source_name;
    dealer_status status = split(loader, pending->copy, &link_name, &source_name);
    if (status) return status;
    const struct catalogue_field *link = catalogue_field(pending->type, link_name);
    if (!source_name || !link || link->kind != FIELD_DOCUMENT)
        return error_raise(&loader->env->error, &E_CATALOGUE_COPY_LINK, "path", PLACE(&place), "copy",
            FOUND_BYTES(pending->copy, strlen(pending->copy)), "type", pending->type->name, NULL);
    const struct catalogue_type *target = find_type(loader, link->target);
    status = check_copy(loader, &place, pending->field, target, source_name);
    if (status) return status;
    pending->field->copy_link = link->name;
    pending->field->copy_field = catalogue_field(target, source_name)->name;
    return DEALER_OK;
}

static dealer_status resolve_all(struct loader *loader, dealer_status (*resolve)(struct loader *, const struct pending_field *)) {
    dealer_status status = DEALER_OK;
    for (const struct pending_field *pending = loader->pending; pending && !status; pending = pending->next)
        status = resolve(loader, pending);
    return status;
}

/* In this order: copies compare choices and lines, and follow targets. */
dealer_status load_resolve(struct loader *loader) {
    dealer_status status = resolve_all(loader, resolve_of);
    if (!status) status = resolve_all(loader, resolve_target);
    return status ? status : resolve_all(loader, resolve_copy);
}
