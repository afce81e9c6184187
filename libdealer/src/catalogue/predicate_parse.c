/* Predicates from JSON, every part checked against the fields of one type. */
#include "catalogue/predicate.h"

#include "catalogue/field_value.h"
#include "catalogue/messages.h"

#include <string.h>

enum { MAX_DEPTH = 16, MAX_SIZE = 1000 };

enum { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN, OP_PREFIX, OP_EMPTY, OP_COUNT };
static const char *const op_names[OP_COUNT] = {"=", "!=", "<", "<=", ">", ">=", "in", "starts_with", "empty"};
static const enum predicate_operator op_operators[] = {
    OPERATOR_EQ, OPERATOR_NE, OPERATOR_LT, OPERATOR_LE, OPERATOR_GT, OPERATOR_GE};

#define BIT(op) (1u << (op))
#define SAME    (BIT(OP_EQ) | BIT(OP_NE) | BIT(OP_IN) | BIT(OP_EMPTY))
#define ORDERED (SAME | BIT(OP_LT) | BIT(OP_LE) | BIT(OP_GT) | BIT(OP_GE))

struct parser {
    struct env *env;
    struct region *region;
    const struct catalogue_type *type;
    int size;
};

/* One comparison being read. */
struct comparison {
    struct parser *parser;
    const struct json_place *place;
    const struct catalogue_field *field;
    int op;
    const json_value *value;
    char currency[CURRENCY_SIZE]; /* that the amounts given have in common */
};

static dealer_status parse(
    struct parser *parser, const struct json_place *place, const json_value *json, int depth, const struct predicate **out);

/* Which questions make sense: codes and ids have no order, lines are only there or not. */
static unsigned operators_of(enum field_kind kind) {
    switch (kind) {
    case FIELD_TEXT: return ORDERED | BIT(OP_PREFIX);
    case FIELD_INTEGER:
    case FIELD_MONEY:
    case FIELD_PERCENT:
    case FIELD_DATE:
    case FIELD_INSTANT: return ORDERED;
    case FIELD_LINES: return BIT(OP_EMPTY);
    default: return SAME;
    }
}

static dealer_status count_part(struct parser *parser, const struct json_place *place, size_t parts) {
    if (parts > (size_t)(MAX_SIZE - parser->size))
        return error_raise(&parser->env->error, &E_PREDICATE_SIZE, "path", PLACE(place), "max", NUMBER(MAX_SIZE), NULL);
    parser->size += (int)parts;
    return DEALER_OK;
}

static dealer_status made(const struct predicate *predicate, const struct predicate **out) {
    if (!predicate) return DEALER_E_NOMEM;
    *out = predicate;
    return DEALER_OK;
}

static dealer_status parse_list(struct parser *parser, const struct json_place *place, const json_value *json, int depth,
    enum predicate_kind kind, const struct predicate **out) {
    if (json_kind(json) != JSON_ARRAY)
        return error_raise(&parser->env->error, &E_PREDICATE_LIST, "path", PLACE(place), "found", FOUND(json), NULL);
    dealer_status status = count_part(parser, place, json_count(json));
    if (status) return status;
    const struct predicate **children = REGION_ARRAY(parser->region, parser->env, const struct predicate *, json_count(json));
    if (!children) return DEALER_E_NOMEM;
    int count = 0;
    json_value *item;
    for (struct json_cursor cursor = json_each(json); (item = json_next(&cursor, NULL)); count++) {
        struct json_place child = {place, NULL, count};
        status = parse(parser, &child, item, depth + 1, &children[count]);
        if (status) return status;
    }
    return made(predicate_combine(parser->env, parser->region, kind, children, count), out);
}

static dealer_status parse_not(
    struct parser *parser, const struct json_place *place, const json_value *json, int depth, const struct predicate **out) {
    const struct predicate *child = NULL;
    dealer_status status = count_part(parser, place, 1);
    if (!status) status = parse(parser, place, json, depth + 1, &child);
    return status ? status : made(predicate_not(parser->env, parser->region, child), out);
}

static const char *list_operators(unsigned allowed, char *out) {
    out[0] = '\0';
    for (int op = 0; op < OP_COUNT; op++) {
        if (!(allowed & BIT(op))) continue;
        if (out[0]) memcpy(out + strlen(out), " ", 2);
        memcpy(out + strlen(out), op_names[op], strlen(op_names[op]) + 1);
    }
    return out;
}

static dealer_status read_operator(struct comparison *comparison, const json_value *json) {
    struct error *error = &comparison->parser->env->error;
    struct json_place place = {comparison->place, "op", 0};
    const char *name = json_text(json) ? json_text(json) : "";
    struct suggestion suggestion = SUGGESTION(name);
    for (int op = 0; op < OP_COUNT; op++) {
        unsigned allowed = operators_of(comparison->field->kind);
        char operators[64];
        suggestion_offer(&suggestion, op_names[op]);
        if (strcmp(op_names[op], name) != 0) continue;
        comparison->op = op;
        if (allowed & BIT(op)) return DEALER_OK;
        return error_raise(error, &E_PREDICATE_UNFIT, "path", PLACE(&place), "op", FOUND(json), "field", comparison->field->name,
            "kind", field_kind_name(comparison->field->kind), "operators", list_operators(allowed, operators), NULL);
    }
    return error_raise(error, &E_PREDICATE_OPERATOR, "path", PLACE(&place), "op", FOUND(json), "closest", suggestion.closest, NULL);
}

static bool is_blank(const json_value *json) {
    return json_kind(json) == JSON_NONE || json_kind(json) == JSON_NULL ||
           (json_kind(json) == JSON_TEXT && json_text_length(json) == 0);
}

/* Why the value does not fit is the cause below; where it stands is told on top. */
static dealer_status read_value(
    struct comparison *comparison, const struct json_place *place, const json_value *json, struct value *out) {
    struct parser *parser = comparison->parser;
    const struct catalogue_field *field = comparison->field;
    if (is_blank(json))
        return error_raise(&parser->env->error, &E_PREDICATE_NO_VALUE, "path", PLACE(place), "op", op_names[comparison->op],
            "field", field->name, NULL);
    struct json_place type = {NULL, parser->type->name, 0}, name = {&type, field->name, 0};
    dealer_status status = field_value_read(parser->env, &name, field, json, comparison->currency, out);
    if (!status || status == DEALER_E_NOMEM) return status;
    return error_raise(&parser->env->error, &E_PREDICATE_VALUE, "path", PLACE(place), "field", field->name, NULL);
}

static dealer_status read_listed(struct comparison *comparison, const struct json_place *place, const struct predicate **out) {
    struct parser *parser = comparison->parser;
    const json_value *json = comparison->value;
    if (json_kind(json) != JSON_ARRAY)
        return error_raise(&parser->env->error, &E_PREDICATE_LIST, "path", PLACE(place), "found", FOUND(json), NULL);
    dealer_status status = count_part(parser, place, json_count(json));
    if (status) return status;
    struct value *values = REGION_ARRAY(parser->region, parser->env, struct value, json_count(json));
    if (!values) return DEALER_E_NOMEM;
    int count = 0;
    json_value *item;
    for (struct json_cursor cursor = json_each(json); (item = json_next(&cursor, NULL)); count++) {
        struct json_place element = {place, NULL, count};
        status = read_value(comparison, &element, item, &values[count]);
        if (status) return status;
    }
    return made(predicate_in(parser->env, parser->region, comparison->field, values, count), out);
}

static dealer_status read_single(struct comparison *comparison, const struct json_place *place, const struct predicate **out) {
    struct parser *parser = comparison->parser;
    struct value value = {0};
    dealer_status status = read_value(comparison, place, comparison->value, &value);
    if (status) return status;
    if (comparison->op == OP_PREFIX) return made(predicate_prefix(parser->env, parser->region, comparison->field, value), out);
    return made(predicate_compare(parser->env, parser->region, comparison->field, op_operators[comparison->op], value), out);
}

static dealer_status read_empty(const struct comparison *comparison, const struct predicate **out) {
    struct parser *parser = comparison->parser;
    if (comparison->value)
        return error_raise(&parser->env->error, &E_PREDICATE_EMPTY_VALUE, "path", PLACE(comparison->place), NULL);
    return made(predicate_empty(parser->env, parser->region, comparison->field), out);
}

/* Amounts of another currency are not comparable: such a document never fits. */
static dealer_status add_currency(
    const struct comparison *comparison, const struct predicate *amount, const struct predicate **out) {
    struct parser *parser = comparison->parser;
    struct value currency = value_of_text(comparison->currency, strlen(comparison->currency));
    const struct predicate *both[2] = {NULL, amount};
    both[0] = predicate_compare(parser->env, parser->region, &parser->type->fields[COMMON_CURRENCY], OPERATOR_EQ, currency);
    if (!both[0]) return DEALER_E_NOMEM;
    return made(predicate_combine(parser->env, parser->region, PREDICATE_ALL, both, 2), out);
}

static dealer_status find_field(
    const struct parser *parser, const struct json_place *up, const json_value *json, const struct catalogue_field **out) {
    struct json_place place = {up, "field", 0};
    const char *name = json_text(json) ? json_text(json) : "";
    *out = catalogue_field(parser->type, name);
    if (*out) return DEALER_OK;
    struct suggestion suggestion = SUGGESTION(name);
    for (int i = 0; i < parser->type->field_count; i++) suggestion_offer(&suggestion, parser->type->fields[i].name);
    return error_raise(&parser->env->error, &E_PREDICATE_FIELD, "path", PLACE(&place), "type", parser->type->name, "field",
        FOUND(json), "closest", suggestion.closest, NULL);
}

enum { P_ALL, P_ANY, P_NOT, P_FIELD, P_OP, P_VALUE, P_COUNT };

static dealer_status parse_comparison(
    struct parser *parser, const struct json_place *place, json_value *const *members, const struct predicate **out) {
    struct comparison comparison = {.parser = parser, .place = place, .value = members[P_VALUE]};
    struct json_place value = {place, "value", 0};
    const struct predicate *result = NULL;
    dealer_status status = find_field(parser, place, members[P_FIELD], &comparison.field);
    if (!status) status = read_operator(&comparison, members[P_OP]);
    if (status) return status;
    if (comparison.op == OP_EMPTY)
        status = read_empty(&comparison, &result);
    else if (comparison.op == OP_IN)
        status = read_listed(&comparison, &value, &result);
    else
        status = read_single(&comparison, &value, &result);
    if (!status && comparison.currency[0]) return add_currency(&comparison, result, out);
    if (!status) *out = result;
    return status;
}

static dealer_status parse_members(
    struct parser *parser, const struct json_place *place, json_value *const *members, int depth, const struct predicate **out) {
    struct json_place all = {place, "all", 0}, any = {place, "any", 0}, negated = {place, "not", 0};
    if (members[P_ALL]) return parse_list(parser, &all, members[P_ALL], depth, PREDICATE_ALL, out);
    if (members[P_ANY]) return parse_list(parser, &any, members[P_ANY], depth, PREDICATE_ANY, out);
    if (members[P_NOT]) return parse_not(parser, &negated, members[P_NOT], depth, out);
    return parse_comparison(parser, place, members, out);
}

/* A connective stands alone; a comparison has a field. */
static bool shape_is_right(const json_value *json, json_value *const *members) {
    if (members[P_ALL] || members[P_ANY] || members[P_NOT]) return json_count(json) == 1;
    return members[P_FIELD] && members[P_OP];
}

static dealer_status parse(
    struct parser *parser, const struct json_place *place, const json_value *json, int depth, const struct predicate **out) {
    static const char *const names[P_COUNT] = {"all", "any", "not", "field", "op", "value"};
    json_value *members[P_COUNT] = {0};
    struct error *error = &parser->env->error;
    if (json_kind(json) == JSON_NULL || json_kind(json) == JSON_NONE) return made(predicate_constant(true), out);
    if (depth > MAX_DEPTH) return error_raise(error, &E_PREDICATE_DEPTH, "path", PLACE(place), "max", NUMBER(MAX_DEPTH), NULL);
    dealer_status status = DEALER_OK;
    if (json_kind(json) == JSON_OBJECT)
        status = json_members(parser->env, place, &(struct member_names){&E_PREDICATE_MEMBER, P_COUNT, names}, json, members);
    if (status) return status;
    if (json_kind(json) != JSON_OBJECT || !shape_is_right(json, members))
        return error_raise(error, &E_PREDICATE_SHAPE, "path", PLACE(place), "found", FOUND(json), NULL);
    return parse_members(parser, place, members, depth, out);
}

dealer_status predicate_parse(struct env *env, struct region *region, const struct catalogue_type *type, const json_value *json,
    const struct predicate **out) {
    struct parser parser = {env, region, type, 1};
    struct json_place root = {NULL, "$", 0};
    return parse(&parser, &root, json, 1, out);
}
