#include "store/query_text.h"

#include "store/messages.h"

#include <string.h>

enum { PARAMETER_LIMIT = 32766 }; /* of SQLite as it comes */

static const char *const common_columns[COMMON_COUNT] = {
    [COMMON_ID] = "id",
    [COMMON_NUMBER] = "number",
    [COMMON_COMPANY] = "company",
    [COMMON_DEPARTMENT] = "department",
    [COMMON_OWNER] = "owner",
    [COMMON_CUSTOMER] = "customer",
    [COMMON_STATUS] = "status",
    [COMMON_VERSION] = "version",
    [COMMON_CURRENCY] = "currency",
    [COMMON_CREATED] = "created_ms",
    [COMMON_UPDATED] = "updated_ms",
    [COMMON_LOCKED] = "locked",
    [COMMON_REVIEW] = "review",
    [COMMON_VOID_REVIEW] = "void_review",
    [COMMON_PERIOD] = "period",
    [COMMON_VOID_REASON] = "void_reason",
};

const char *common_column(enum common_field field) {
    return common_columns[field];
}

bool field_is_common(const struct catalogue_field *field) {
    return field->index < COMMON_COUNT;
}

bool field_is_own(const struct catalogue_type *type, const struct catalogue_field *field) {
    return !field_is_common(field) && (type->own || field->own);
}

bool type_has_table(const struct catalogue_type *type) {
    return !type->own;
}

int type_columns(const struct catalogue_type *type) {
    int count = type->own ? COMMON_COUNT : type->field_count;
    while (count > COMMON_COUNT && type->fields[count - 1].own) count--;
    return count;
}

void query_text_init(struct query_text *query, struct env *env, const struct catalogue_type *type, const struct seams *seams) {
    *query = (struct query_text){.env = env, .type = type, .header = "d", .typed = "t"};
    text_init(&query->sql, env);
    region_init(&query->region, seams);
}

void query_text_finish(struct query_text *query) {
    text_finish(&query->sql);
    region_finish(&query->region);
    if (query->values != NULL) env_free(query->env, query->values);
    query->values = NULL;
}

void query_text_add(struct query_text *query, const char *sql) {
    text_add(&query->sql, sql);
}

static void add_quoted(struct query_text *query, const char *text, char quote) {
    text_append(&query->sql, &quote, 1);
    for (const char *end; (end = strchr(text, quote)) != NULL; text = end + 1) {
        text_append(&query->sql, text, (size_t)(end - text) + 1);
        text_append(&query->sql, &quote, 1);
    }
    text_add(&query->sql, text);
    text_append(&query->sql, &quote, 1);
}

void query_text_name(struct query_text *query, const char *name) {
    add_quoted(query, name, '"');
}

void query_text_literal(struct query_text *query, const char *text) {
    add_quoted(query, text, '\'');
}

static void keep_value(struct query_text *query, struct value value) {
    if (query->status != DEALER_OK) return;
    if (query->count == query->capacity) {
        size_t capacity = query->capacity == 0 ? 16 : query->capacity * 2;
        struct value *values = env_resize(query->env, query->values, capacity * sizeof *values);
        if (values == NULL) {
            query->status = DEALER_E_NOMEM;
            return;
        }
        query->values = values;
        query->capacity = capacity;
    }
    query->values[query->count++] = value;
}

void query_text_value(struct query_text *query, struct value value) {
    text_add(&query->sql, "?");
    keep_value(query, value);
}

void query_text_integer(struct query_text *query, int64_t value) {
    query_text_value(query, value_of_integer(value));
}

void query_text_text(struct query_text *query, const char *text) {
    query_text_value(query, value_of_text(text, strlen(text)));
}

void query_text_append(struct query_text *query, const struct query_text *part) {
    query_text_add(query, text_string(&part->sql));
    for (size_t i = 0; i < part->count; i++) keep_value(query, part->values[i]);
    if (part->status != DEALER_OK) query->status = part->status;
    if (part->sql.status != DEALER_OK) query->status = part->sql.status;
}

static void add_period_lock(struct query_text *query) {
    static const char *const columns[] = {"company", "type", "period"};
    query_text_add(query, " FROM period_lock AS l WHERE ");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        query_text_add(query, i ? " AND l." : "l.");
        query_text_add(query, columns[i]);
        query_text_add(query, " = ");
        query_text_add(query, query->header);
        query_text_add(query, ".");
        query_text_add(query, columns[i]);
    }
    query_text_add(query, ")");
}

void query_text_period_state(struct query_text *query) {
    query_text_add(query, "(SELECT l.state");
    add_period_lock(query);
}

void query_text_field(struct query_text *query, const struct catalogue_field *field) {
    if (field->index == COMMON_LOCKED) {
        query_text_add(query, "(");
        query_text_add(query, query->header);
        query_text_add(query, ".locked OR EXISTS (SELECT 1");
        add_period_lock(query);
        query_text_add(query, ")");
    } else if (field_is_common(field)) {
        query_text_add(query, query->header);
        query_text_add(query, ".");
        query_text_add(query, common_columns[field->index]);
    } else if (!field_is_own(query->type, field)) {
        query_text_add(query, query->typed);
        query_text_add(query, ".");
        query_text_name(query, field->name);
    } else {
        query_text_add(query, "(SELECT o.");
        query_text_add(query, field_kind_is_text(field->kind) ? "text_value" : "integer_value");
        query_text_add(query, " FROM document_own_field AS o WHERE o.document_id = ");
        query_text_add(query, query->header);
        query_text_add(query, ".id AND o.name = ");
        query_text_text(query, field->name);
        query_text_add(query, ")");
    }
}

void query_text_from(struct query_text *query) {
    query_text_add(query, " FROM ");
    query_text_document(query);
}

void query_text_document(struct query_text *query) {
    query_text_add(query, "document AS d");
    query_text_add_typed(query);
}

void query_text_add_typed(struct query_text *query) {
    if (!type_has_table(query->type)) return;
    query_text_add(query, " LEFT JOIN ");
    query_text_name(query, query->type->name);
    query_text_add(query, " AS t ON t.document_id = d.id");
}

static bool is_typed(const struct query_text *query, const struct catalogue_field *field) {
    return field != NULL && !field_is_common(field) && !field_is_own(query->type, field);
}

bool query_text_asks_typed(const struct query_text *query, const struct predicate *predicate) {
    if (predicate == NULL) return false;
    if (is_typed(query, predicate->field)) return true;
    for (int i = 0; i < predicate->child_count; i++) {
        if (query_text_asks_typed(query, predicate->children[i])) return true;
    }
    return false;
}

void query_text_from_for(struct query_text *query, const struct predicate *visible, const struct predicate *filter,
    const struct catalogue_field *field, const struct catalogue_field *other) {
    if (query_text_asks_typed(query, visible) || query_text_asks_typed(query, filter) || is_typed(query, field) ||
        is_typed(query, other)) {
        query_text_from(query);
    } else {
        query_text_add(query, " FROM document AS d");
    }
}

/* CROSS JOIN is how SQLite is told the order of reading. */
void query_text_from_typed(struct query_text *query) {
    query_text_add(query, " FROM ");
    query_text_name(query, query->type->name);
    query_text_add(query, " AS t CROSS JOIN document AS d ON d.id = t.document_id");
}

static void bind_value(struct statement *statement, const struct value *value) {
    switch (value->kind) {
    case VALUE_INTEGER: bind_integer(statement, value->integer); break;
    case VALUE_TEXT: bind_bytes_of_text(statement, value->text, value->length); break;
    default: bind_null(statement); break;
    }
}

dealer_status query_text_lend(struct query_text *query, struct connection *connection, struct statement *out) {
    if (query->status != DEALER_OK) return query->status;
    if (query->sql.status != DEALER_OK) return query->sql.status;
    if (query->count > PARAMETER_LIMIT) {
        return error_raise(&query->env->error, &E_PREDICATE_TOO_LARGE, "count", NUMBER((int64_t)query->count), "limit",
            NUMBER(PARAMETER_LIMIT), NULL);
    }
    dealer_status status = statement_lend_text(query->env, connection, text_string(&query->sql), query->sql.length, out);
    for (size_t i = 0; status == DEALER_OK && i < query->count; i++) bind_value(out, &query->values[i]);
    return status;
}
