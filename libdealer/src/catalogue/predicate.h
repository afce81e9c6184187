/* One predicate over the fields of one document type. Evaluated in memory here, compiled to SQL by the store: the two
 * may never disagree. Used by permission scopes, grant conditions, list filters, flow and message conditions.
 * NULL rule: a comparison with a field that has no value is false, and so is its NOT-less opposite; `is_empty` asks.
 * (NOT of such a comparison is true; the SQL form wraps each comparison so that it is never NULL.) */
#ifndef CATALOGUE_PREDICATE_H
#define CATALOGUE_PREDICATE_H

#include "catalogue/document.h"

enum predicate_kind {
    PREDICATE_TRUE,
    PREDICATE_FALSE,
    PREDICATE_ALL,
    PREDICATE_ANY,
    PREDICATE_NOT,
    PREDICATE_COMPARE,    /* field op value */
    PREDICATE_IN,         /* field in values */
    PREDICATE_EMPTY,      /* field has no value */
    PREDICATE_PREFIX,     /* text field begins with value */
    PREDICATE_UNDER,      /* department field lies in tree interval [low, high] of the organisation's order */
    PREDICATE_PARTICIPANT /* the person of `value` took part in the document's approval */
};
enum predicate_operator { OPERATOR_EQ, OPERATOR_NE, OPERATOR_LT, OPERATOR_LE, OPERATOR_GT, OPERATOR_GE };

struct predicate {
    enum predicate_kind kind;
    enum predicate_operator op;
    const struct catalogue_field *field;
    struct value value; /* COMPARE, PREFIX, PARTICIPANT */
    const struct value *values;
    int value_count; /* IN, sorted */
    const struct predicate *const *children;
    int child_count;   /* ALL (empty: true), ANY (empty: false), NOT (one) */
    int32_t low, high; /* UNDER */
};

/* What evaluation needs beyond the document: the tree order of a department, -1 when unknown. */
struct predicate_world {
    const void *user_data;
    int32_t (*department_order)(const void *user_data, int64_t department);
};

bool predicate_holds(const struct predicate *predicate, const struct document *document, const struct predicate_world *world);

/* Builders in a region (NULL: no memory, raised). ALL and ANY flatten and fold TRUE/FALSE away. */
const struct predicate *predicate_constant(bool value);
const struct predicate *predicate_compare(
    struct env *env, struct region *region, const struct catalogue_field *field, enum predicate_operator op, struct value value);
const struct predicate *predicate_in_integers(
    struct env *env, struct region *region, const struct catalogue_field *field, const int64_t *values, int count);
const struct predicate *predicate_under(
    struct env *env, struct region *region, const struct catalogue_field *field, int32_t low, int32_t high);
const struct predicate *predicate_participant(struct env *env, struct region *region, int64_t person);
const struct predicate *predicate_in(
    struct env *env, struct region *region, const struct catalogue_field *field, const struct value *values, int count);
const struct predicate *predicate_prefix(
    struct env *env, struct region *region, const struct catalogue_field *field, struct value value);
const struct predicate *predicate_empty(struct env *env, struct region *region, const struct catalogue_field *field);
const struct predicate *predicate_not(struct env *env, struct region *region, const struct predicate *child);
const struct predicate *predicate_combine(
    struct env *env, struct region *region, enum predicate_kind all_or_any, const struct predicate *const *children, int count);

/* From JSON: {"all":[...]}, {"any":[...]}, {"not":{...}}, {"field":"hours","op":"<=","value":8000} with op one of
 * = != < <= > >= in, starts_with, empty. null is TRUE. Values are checked against the field's kind; money as in documents
 * (compares minor units; the currency given must fit when the document is compared: money JSON with a currency adds a
 * comparison of the currency field). Errors name the path. */
dealer_status predicate_parse(struct env *env, struct region *region, const struct catalogue_type *type, const json_value *json,
    const struct predicate **out);
#endif
