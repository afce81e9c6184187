/* Building and evaluating predicates. A predicate is never changed once built; evaluation allocates nothing. */
#include "catalogue/predicate.h"

#include "base/sort.h"

#include <string.h>

static int compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length) {
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

/* The order of SQLite: integers by size, texts by bytes. Both values are of the field's kind. */
static int compare_values(const struct value *a, const struct value *b) {
    if (a->kind == VALUE_TEXT && b->kind == VALUE_TEXT) return compare_bytes(a->text, a->length, b->text, b->length);
    return (a->integer > b->integer) - (a->integer < b->integer);
}

static bool order_satisfies(int order, enum predicate_operator op) {
    switch (op) {
    case OPERATOR_EQ: return order == 0;
    case OPERATOR_NE: return order != 0;
    case OPERATOR_LT: return order < 0;
    case OPERATOR_LE: return order <= 0;
    case OPERATOR_GT: return order > 0;
    case OPERATOR_GE: return order >= 0;
    }
    return false;
}

static bool is_listed(const struct predicate *predicate, const struct value *value) {
    int low = 0, high = predicate->value_count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = compare_values(&predicate->values[middle], value);
        if (order == 0) return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool begins_with(const struct value *value, const struct value *prefix) {
    return value->length >= prefix->length && memcmp(value->text, prefix->text, prefix->length) == 0;
}

static bool lies_under(const struct predicate *predicate, const struct value *value, const struct predicate_world *world) {
    int32_t order = world ? world->department_order(world->user_data, value->integer) : -1;
    return order >= 0 && order >= predicate->low && order <= predicate->high;
}

/* What asks one field; a field without a value answers nothing but `empty`. */
static bool field_holds(const struct predicate *predicate, const struct document *document, const struct predicate_world *world) {
    const struct value *value = &document->values[predicate->field->index];
    if (predicate->kind == PREDICATE_EMPTY || value->kind == VALUE_NONE)
        return predicate->kind == PREDICATE_EMPTY && value->kind == VALUE_NONE;
    switch (predicate->kind) {
    case PREDICATE_COMPARE: return order_satisfies(compare_values(value, &predicate->value), predicate->op);
    case PREDICATE_IN: return is_listed(predicate, value);
    case PREDICATE_PREFIX: return begins_with(value, &predicate->value);
    default: return lies_under(predicate, value, world);
    }
}

bool predicate_holds(const struct predicate *predicate, const struct document *document, const struct predicate_world *world) {
    switch (predicate->kind) {
    case PREDICATE_TRUE: return true;
    case PREDICATE_FALSE: return false;
    case PREDICATE_NOT: return !predicate_holds(predicate->children[0], document, world);
    case PREDICATE_PARTICIPANT: return document->participant;
    case PREDICATE_ALL:
    case PREDICATE_ANY: {
        bool decided = predicate->kind == PREDICATE_ANY; /* one child that answers this decides */
        for (int i = 0; i < predicate->child_count; i++)
            if (predicate_holds(predicate->children[i], document, world) == decided) return decided;
        return !decided;
    }
    default: return field_holds(predicate, document, world);
    }
}

static const struct predicate always = {.kind = PREDICATE_TRUE};
static const struct predicate never = {.kind = PREDICATE_FALSE};

const struct predicate *predicate_constant(bool value) {
    return value ? &always : &never;
}

static const struct predicate *keep(struct env *env, struct region *region, const struct predicate *made) {
    struct predicate *kept = REGION_NEW(region, env, struct predicate);
    if (kept) *kept = *made;
    return kept;
}

/* A text value moves into the predicate's region. */
static bool keep_value(struct env *env, struct region *region, struct value *value) {
    if (value->kind == VALUE_TEXT) value->text = region_copy(region, env, value->text, value->length);
    return value->kind != VALUE_TEXT || value->text;
}

const struct predicate *predicate_compare(
    struct env *env, struct region *region, const struct catalogue_field *field, enum predicate_operator op, struct value value) {
    struct predicate made = {.kind = PREDICATE_COMPARE, .op = op, .field = field, .value = value};
    return keep_value(env, region, &made.value) ? keep(env, region, &made) : NULL;
}

const struct predicate *predicate_prefix(
    struct env *env, struct region *region, const struct catalogue_field *field, struct value value) {
    struct predicate made = {.kind = PREDICATE_PREFIX, .field = field, .value = value};
    return keep_value(env, region, &made.value) ? keep(env, region, &made) : NULL;
}

const struct predicate *predicate_empty(struct env *env, struct region *region, const struct catalogue_field *field) {
    return keep(env, region, &(struct predicate){.kind = PREDICATE_EMPTY, .field = field});
}

static int compare_listed(const void *left, const void *right, void *user_data) {
    (void)user_data;
    return compare_values(left, right);
}

const struct predicate *predicate_in(
    struct env *env, struct region *region, const struct catalogue_field *field, const struct value *values, int count) {
    if (count == 0) return &never;
    struct value *listed = REGION_ARRAY(region, env, struct value, count);
    if (!listed) return NULL;
    for (int i = 0; i < count; i++) {
        listed[i] = values[i];
        if (!keep_value(env, region, &listed[i])) return NULL;
    }
    sort_items(listed, (size_t)count, sizeof *listed, compare_listed, NULL);
    int kept = 1;
    for (int i = 1; i < count; i++)
        if (compare_values(&listed[i], &listed[kept - 1]) != 0) listed[kept++] = listed[i];
    return keep(env, region, &(struct predicate){.kind = PREDICATE_IN, .field = field, .values = listed, .value_count = kept});
}

const struct predicate *predicate_in_integers(
    struct env *env, struct region *region, const struct catalogue_field *field, const int64_t *values, int count) {
    struct value *listed = count > 0 ? env_alloc(env, sizeof *listed * (size_t)count) : NULL;
    if (count > 0 && !listed) return NULL;
    for (int i = 0; i < count; i++) listed[i] = value_of_integer(values[i]);
    const struct predicate *made = predicate_in(env, region, field, listed, count);
    env_free(env, listed);
    return made;
}

const struct predicate *predicate_under(
    struct env *env, struct region *region, const struct catalogue_field *field, int32_t low, int32_t high) {
    return keep(env, region, &(struct predicate){.kind = PREDICATE_UNDER, .field = field, .low = low, .high = high});
}

const struct predicate *predicate_participant(struct env *env, struct region *region, int64_t person) {
    struct predicate made = {.kind = PREDICATE_PARTICIPANT, .value = value_of_integer(person)};
    return keep(env, region, &made);
}

const struct predicate *predicate_not(struct env *env, struct region *region, const struct predicate *child) {
    if (child->kind == PREDICATE_TRUE || child->kind == PREDICATE_FALSE) return predicate_constant(child->kind == PREDICATE_FALSE);
    if (child->kind == PREDICATE_NOT) return child->children[0];
    const struct predicate **children = REGION_ARRAY(region, env, const struct predicate *, 1);
    if (!children) return NULL;
    children[0] = child;
    return keep(env, region, &(struct predicate){.kind = PREDICATE_NOT, .children = children, .child_count = 1});
}

/* Room that the children need once those of the same kind are taken apart; -1 when one of them decides alone. */
static int count_flat(enum predicate_kind kind, const struct predicate *const *children, int count) {
    enum predicate_kind decides = kind == PREDICATE_ALL ? PREDICATE_FALSE : PREDICATE_TRUE;
    int flat = 0;
    for (int i = 0; i < count; i++) {
        if (children[i]->kind == decides) return -1;
        flat += children[i]->kind == kind ? children[i]->child_count : 1;
    }
    return flat;
}

const struct predicate *predicate_combine(
    struct env *env, struct region *region, enum predicate_kind all_or_any, const struct predicate *const *children, int count) {
    enum predicate_kind neutral = all_or_any == PREDICATE_ALL ? PREDICATE_TRUE : PREDICATE_FALSE;
    int capacity = count_flat(all_or_any, children, count), kept = 0;
    if (capacity <= 0) return predicate_constant((capacity == 0) == (all_or_any == PREDICATE_ALL));
    const struct predicate **flat = REGION_ARRAY(region, env, const struct predicate *, capacity);
    if (!flat) return NULL;
    for (int i = 0; i < count; i++) {
        if (children[i]->kind == all_or_any)
            for (int j = 0; j < children[i]->child_count; j++) flat[kept++] = children[i]->children[j];
        else if (children[i]->kind != neutral)
            flat[kept++] = children[i];
    }
    if (kept == 0) return predicate_constant(all_or_any == PREDICATE_ALL);
    if (kept == 1) return flat[0];
    return keep(env, region, &(struct predicate){.kind = all_or_any, .children = flat, .child_count = kept});
}
