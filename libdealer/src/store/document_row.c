#include "store/document_row.h"

void document_columns(struct query_text *query, int64_t person) {
    const struct catalogue_type *type = query->type;
    for (int i = 0; i < type->field_count; i++) {
        if (field_is_own(type, &type->fields[i])) continue;
        query_text_add(query, i == 0 ? "SELECT " : ", ");
        if (i == COMMON_LOCKED) {
            query_text_add(query, "d.locked"); /* the period's part is read beside it */
        } else {
            query_text_field(query, &type->fields[i]);
        }
    }
    query_text_add(query, ", ");
    query_text_period_state(query);
    query_text_add(query, ", EXISTS (SELECT 1 FROM participant AS p WHERE p.person = ");
    query_text_integer(query, person);
    query_text_add(query, " AND p.document = d.id)");
}

void document_select(struct query_text *query, int64_t person) {
    document_columns(query, person);
    query_text_from(query);
}

static dealer_status read_column(
    struct env *env, struct statement *statement, int column, const struct catalogue_field *field, struct document *document) {
    if (column_is_null(statement, column)) return DEALER_OK;
    if (!field_kind_is_text(field->kind)) {
        return document_put_integer(env, document, field->index, column_integer(statement, column));
    }
    size_t length = 0;
    const char *text = column_text(statement, column, &length);
    if (text == NULL) return statement_read_status(env, statement);
    return document_put_text(env, document, field->index, text, length);
}

static bool has_own_fields(const struct catalogue_type *type) {
    return type->own || type->fields[type->field_count - 1].own; /* own ones come last */
}

static dealer_status read_own_fields(struct env *env, struct connection *connection, struct document *document) {
    struct statement own = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_OWN_FIELDS, &own);
    bool row = status == DEALER_OK;
    if (row) bind_integer(&own, document_id(document));
    while (status == DEALER_OK && row) {
        status = statement_step(env, &own, &row);
        if (status != DEALER_OK || !row) break;
        const char *name = column_text(&own, 0, NULL);
        status = statement_read_status(env, &own);
        if (status != DEALER_OK) break;
        const struct catalogue_field *field = catalogue_field(document->type, name);
        if (field == NULL || !field_is_own(document->type, field)) continue; /* declared no more: kept, not shown */
        status = read_column(env, &own, field_kind_is_text(field->kind) ? 2 : 1, field, document);
    }
    statement_return(&own);
    return status;
}

/* A document is locked by itself or with its period. */
static dealer_status read_lock(struct env *env, struct statement *statement, int column, struct document *document) {
    document->locked_itself = document_integer(document, COMMON_LOCKED) != 0;
    if (column_is_null(statement, column)) return DEALER_OK;
    const char *state = column_text(statement, column, NULL);
    if (state == NULL) return statement_read_status(env, statement);
    document->period_state = *state == 'h' ? PERIOD_HELD : PERIOD_CLOSED;
    return document_put_integer(env, document, COMMON_LOCKED, 1);
}

/* Stored fields from `first` on, up to `end`, which stand in a row from *column on, one after the other. */
static dealer_status read_fields(
    struct env *env, struct statement *statement, int *column, struct document *document, const int range[2]) {
    const struct catalogue_type *type = document->type;
    dealer_status status = DEALER_OK;
    for (int i = range[0]; status == DEALER_OK && i < range[1]; i++) {
        if (field_is_own(type, &type->fields[i])) continue;
        status = read_column(env, statement, (*column)++, &type->fields[i], document);
    }
    return status;
}

/* The period's lock and whether the person took part, behind the fields; then what lies in rows of its own. */
static dealer_status read_rest(struct env *env, struct statement *statement, int column, struct document *document) {
    dealer_status status = read_lock(env, statement, column, document);
    if (status != DEALER_OK) return status;
    document->participant = column_integer(statement, column + 1) != 0;
    return has_own_fields(document->type) ? read_own_fields(env, statement->connection, document) : DEALER_OK;
}

/* The fields before `end` stand from `column` on. */
static dealer_status make(struct env *env, struct statement *statement, int column, struct document *document, int end) {
    dealer_status status = read_fields(env, statement, &column, document, (const int[2]){0, end});
    return status == DEALER_OK ? read_rest(env, statement, column, document) : status;
}

static dealer_status made(dealer_status status, struct document *document, struct document **out) {
    if (status != DEALER_OK) {
        document_free(document);
        return status;
    }
    *out = document;
    return DEALER_OK;
}

dealer_status document_from_row(
    struct env *env, struct statement *statement, const struct catalogue_type *type, struct document **out) {
    struct document *document = NULL;
    dealer_status status = document_new(env, type, &document);
    if (status == DEALER_OK) status = make(env, statement, 0, document, type->field_count);
    return made(status, document, out);
}

dealer_status document_from_header(
    struct env *env, struct statement *statement, const struct catalogue_type *type, struct document **out) {
    struct document *document = NULL;
    dealer_status status = document_new(env, type, &document);
    if (status == DEALER_OK) status = make(env, statement, 1, document, COMMON_COUNT);
    return made(status, document, out);
}

dealer_status document_read_typed(struct env *env, struct statement *statement, struct document *document) {
    int column = 0;
    return read_fields(env, statement, &column, document, (const int[2]){COMMON_COUNT, document->type->field_count});
}
