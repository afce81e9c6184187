/* Reading declarations: shared by the three files of the loader. Knows the JSON of types and fields and how their
 * names refer to each other; nothing of documents. While loading, fields and types are still writable; afterwards nobody
 * writes them again. */
#ifndef CATALOGUE_LOAD_H
#define CATALOGUE_LOAD_H

#include "catalogue/catalogue.h"
#include "catalogue/json_place.h"

/* Where a field is declared decides what it may say. */
enum field_setting { SETTING_COMMON, SETTING_TYPE, SETTING_LINE };

/* A field whose declaration names other fields or types, looked up once all are known. */
struct pending_field {
    struct pending_field *next;
    struct catalogue_field *field;
    const struct catalogue_type *type; /* NULL: a common field */
    const struct json_place *place;
    const char *choices_of, *lines_of, *copy; /* borrowed from the JSON; NULL */
};

struct loader {
    struct env *env;
    struct region *region; /* the catalogue's */
    struct region scratch; /* gone after loading */
    struct catalogue_field *common;
    struct catalogue_type *types;
    int type_count;
    struct text_map type_index;
    const json_value *own_fields; /* {type: [...]} or NULL */
    struct pending_field *pending;
    const struct catalogue_type *type; /* the one being read; NULL: none */
    bool own;                          /* what is being read is the dealer's */
};

/* The built-in declarations as text, then the dealer's own: what catalogue_load does with the embedded text. */
dealer_status catalogue_load_text(
    struct env *env, const char *built_in, size_t length, const json_value *own, struct catalogue **out);

dealer_status load_field(struct loader *loader, const struct json_place *place, const json_value *json, enum field_setting setting,
    struct catalogue_field *field);
/* Choices and lines taken from other fields, link targets, copies: every reference must hold. */
dealer_status load_resolve(struct loader *loader);

/* Checked pieces of a declaration. */
dealer_status load_shape(struct loader *loader, const struct json_place *place, const json_value *json, enum json_kind kind);
dealer_status load_name(struct loader *loader, const struct json_place *up, const json_value *json, const char **out);
dealer_status load_text(
    struct loader *loader, const struct json_place *up, const char *member, const json_value *json, size_t limit, const char **out);
dealer_status load_label(
    struct loader *loader, const struct json_place *up, const json_value *en, const json_value *zh, struct label *out);
dealer_status load_flag(
    struct loader *loader, const struct json_place *up, const char *member, const json_value *json, bool *out); /* absent: false */
dealer_status load_count(struct loader *loader, const struct json_place *place, const json_value *array, int64_t low, int64_t high);
dealer_status load_missing(struct loader *loader, const struct json_place *place, const char *member);

#endif
