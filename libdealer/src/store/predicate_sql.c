/* The second evaluator of predicates: as a WHERE that says the same as predicate_holds. Never NULL, so that NOT means not:
 * each comparison asks first whether there is a value. */
#include "store/query_text.h"

enum { LIST_AS_PARAMETERS = 200 };

static const char *const operators[] = {
    [OPERATOR_EQ] = " = ",
    [OPERATOR_NE] = " <> ",
    [OPERATOR_LT] = " < ",
    [OPERATOR_LE] = " <= ",
    [OPERATOR_GT] = " > ",
    [OPERATOR_GE] = " >= ",
};

static void add_present(struct query_text *query, const struct catalogue_field *field) {
    query_text_add(query, "(");
    query_text_field(query, field);
    query_text_add(query, " IS NOT NULL AND ");
}

static void add_compare(struct query_text *query, const struct predicate *predicate) {
    if (predicate->value.kind == VALUE_NONE) {
        query_text_add(query, "0");
        return;
    }
    add_present(query, predicate->field);
    query_text_field(query, predicate->field);
    query_text_add(query, operators[predicate->op]);
    query_text_value(query, predicate->value);
    query_text_add(query, ")");
}

/* A long list travels as one JSON parameter: SQLite has a limit on parameters, and each length would be a statement. */
static void add_json_list(struct query_text *query, const struct predicate *predicate) {
    struct json *json = NULL;
    char *text = NULL;
    size_t length = 0;
    query->status = json_new(query->env, &json);
    if (query->status != DEALER_OK) return;
    json_value *array = json_new_array(json);
    for (int i = 0; i < predicate->value_count; i++) {
        const struct value *value = &predicate->values[i];
        json_push(json, array,
            value->kind == VALUE_INTEGER ? json_new_integer(json, value->integer)
                                         : json_new_text(json, value->text, value->length));
    }
    query->status = json_status(json);
    if (query->status == DEALER_OK) text = json_write(query->env, array, false, false, &length);
    const char *kept = text == NULL ? NULL : region_copy(&query->region, query->env, text, length);
    if (kept == NULL) query->status = DEALER_E_NOMEM;
    if (text != NULL) env_free(query->env, text);
    json_free(json);
    if (query->status != DEALER_OK) return;
    query_text_add(query, " IN (SELECT value FROM json_each(");
    query_text_value(query, value_of_text(kept, length));
    query_text_add(query, ")))");
}

static void add_in(struct query_text *query, const struct predicate *predicate) {
    if (predicate->value_count == 0) {
        query_text_add(query, "0");
        return;
    }
    add_present(query, predicate->field);
    query_text_field(query, predicate->field);
    if (predicate->value_count > LIST_AS_PARAMETERS) {
        add_json_list(query, predicate);
        return;
    }
    for (int i = 0; i < predicate->value_count; i++) {
        query_text_add(query, i == 0 ? " IN (" : ", ");
        query_text_value(query, predicate->values[i]);
    }
    query_text_add(query, "))");
}

/* Characters, not bytes: of valid UTF-8 both say the same. */
static void add_prefix(struct query_text *query, const struct predicate *predicate) {
    add_present(query, predicate->field);
    query_text_add(query, "substr(");
    query_text_field(query, predicate->field);
    query_text_add(query, ", 1, length(");
    query_text_value(query, predicate->value);
    query_text_add(query, ")) = ");
    query_text_value(query, predicate->value);
    query_text_add(query, ")");
}

static void add_under(struct query_text *query, const struct predicate *predicate) {
    add_present(query, predicate->field);
    if (query->few_rows) { /* one look-up a row, instead of all departments below before the first */
        query_text_add(
            query, query->has_world ? "department_order(" : "coalesce((SELECT tree_order FROM department AS u WHERE u.id = ");
        query_text_field(query, predicate->field);
        query_text_add(query, query->has_world ? ") BETWEEN " : "), -1) BETWEEN ");
        query_text_integer(query, predicate->low);
        query_text_add(query, " AND ");
        query_text_integer(query, predicate->high);
        query_text_add(query, ")");
        return;
    }
    query_text_field(query, predicate->field);
    query_text_add(query, " IN (SELECT id FROM department WHERE tree_order BETWEEN ");
    query_text_integer(query, predicate->low);
    query_text_add(query, " AND ");
    query_text_integer(query, predicate->high);
    query_text_add(query, "))");
}

static void add_participant(struct query_text *query, const struct predicate *predicate) {
    if (query->took_part_of != 0 && query->took_part_of == predicate->value.integer) {
        query_text_add(query, "took_part.document IS NOT NULL");
        return;
    }
    query_text_add(query, query->header);
    query_text_add(query, ".id IN (SELECT document FROM participant WHERE person = ");
    query_text_value(query, predicate->value);
    query_text_add(query, ")");
}

/* As a balanced tree, for SQLite limits how deep an expression nests. */
static void add_children(struct query_text *query, const struct predicate *predicate, int begin, int end) {
    if (end - begin == 1) {
        query_text_predicate(query, predicate->children[begin]);
        return;
    }
    int middle = begin + (end - begin) / 2;
    query_text_add(query, "(");
    add_children(query, predicate, begin, middle);
    query_text_add(query, predicate->kind == PREDICATE_ALL ? " AND " : " OR ");
    add_children(query, predicate, middle, end);
    query_text_add(query, ")");
}

void query_text_predicate(struct query_text *query, const struct predicate *predicate) {
    switch (predicate->kind) {
    case PREDICATE_TRUE: query_text_add(query, "1"); break;
    case PREDICATE_FALSE: query_text_add(query, "0"); break;
    case PREDICATE_ALL:
    case PREDICATE_ANY:
        if (predicate->child_count == 0) {
            query_text_add(query, predicate->kind == PREDICATE_ALL ? "1" : "0");
        } else {
            add_children(query, predicate, 0, predicate->child_count);
        }
        break;
    case PREDICATE_NOT:
        query_text_add(query, "NOT (");
        query_text_predicate(query, predicate->children[0]);
        query_text_add(query, ")");
        break;
    case PREDICATE_COMPARE: add_compare(query, predicate); break;
    case PREDICATE_IN: add_in(query, predicate); break;
    case PREDICATE_EMPTY:
        query_text_field(query, predicate->field);
        query_text_add(query, " IS NULL");
        break;
    case PREDICATE_PREFIX: add_prefix(query, predicate); break;
    case PREDICATE_UNDER: add_under(query, predicate); break;
    case PREDICATE_PARTICIPANT: add_participant(query, predicate); break;
    }
}
