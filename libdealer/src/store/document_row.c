#include "store/document_row.h"

void document_columns(struct query_text *query) {
    const struct catalogue_type *type = query->type;
    for (int i = 0, count = type_columns(type); i < count; i++) {
        query_text_add(query, i == 0 ? "SELECT " : ", ");
        if (i == COMMON_LOCKED) {
            query_text_add(query, "d.locked"); /* the period's part is read beside it */
        } else {
            query_text_field(query, &type->fields[i]);
        }
    }
    query_text_add(query, ", locks.state, took_part.document");
}

/* At most one row of each. */
void document_beside(struct query_text *query, int64_t person) {
    query_text_add(query, " LEFT JOIN participant AS took_part ON took_part.person = ");
    query_text_integer(query, person);
    query_text_add(query, " AND took_part.document = d.id LEFT JOIN period_lock AS locks ON locks.company = d.company AND "
                          "locks.type = d.type AND locks.period = d.period");
    query->took_part_of = person;
}

void document_select(struct query_text *query, int64_t person) {
    document_columns(query);
    query_text_from(query);
    document_beside(query, person);
}

/* Texts lie where the document does. */
static dealer_status read_column(
    struct env *env, struct statement *statement, int column, struct region *region, struct value *out) {
    struct value value = column_value(statement, column);
    if (value.kind == VALUE_TEXT) {
        if (value.text == NULL) return statement_read_status(env, statement);
        value.text = region_copy(region, env, value.text, value.length);
        if (value.text == NULL) return DEALER_E_NOMEM;
    }
    *out = value;
    return DEALER_OK;
}

static dealer_status read_own_fields(
    struct env *env, struct connection *connection, struct region *region, struct document *document) {
    struct statement own = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_OWN_FIELDS, &own);
    if (status == DEALER_OK) bind_integer(&own, document_id(document));
    while (statement_next(env, &own, &status)) {
        const char *name = column_text(&own, 0, NULL);
        status = statement_read_status(env, &own);
        if (status != DEALER_OK) break;
        const struct catalogue_field *field = catalogue_field(document->type, name);
        if (field == NULL || !field_is_own(document->type, field)) continue; /* declared no more: kept, not shown */
        int column = field_kind_is_text(field->kind) ? 2 : 1;
        status = read_column(env, &own, column, region, &document->values[field->index]);
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

/* Stored fields of a range, which stand in a row from *column on, one after the other. */
static dealer_status read_fields(struct env *env, struct statement *statement, struct region *region, int *column,
    struct document *document, const int range[2]) {
    const struct catalogue_type *type = document->type;
    dealer_status status = DEALER_OK;
    int end = type_columns(type) < range[1] ? type_columns(type) : range[1];
    for (int i = range[0]; status == DEALER_OK && i < end; i++)
        status = read_column(env, statement, (*column)++, region, &document->values[i]);
    return status;
}

/* Those before `end`, from `column` on; behind them the period's lock, and whether the person took part; then what lies in rows of its own. */
static dealer_status read_row(
    struct env *env, struct statement *statement, struct region *region, int column, struct document *document, int end) {
    dealer_status status = read_fields(env, statement, region, &column, document, (const int[2]){0, end});
    if (status == DEALER_OK) status = read_lock(env, statement, column, document);
    if (status != DEALER_OK) return status;
    document->participant = column_integer(statement, column + 1) != 0;
    return type_columns(document->type) < document->type->field_count
               ? read_own_fields(env, statement->connection, region, document)
               : DEALER_OK;
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
    struct env *env, struct statement *statement, const struct catalogue_type *type, struct region *room, struct document **out) {
    struct document *document = NULL;
    dealer_status status = room == NULL ? document_new(env, type, &document) : document_new_in(env, room, type, &document);
    if (status != DEALER_OK) return status;
    status = read_row(env, statement, room == NULL ? &document->region : room, 0, document, type->field_count);
    return made(status, document, out);
}

dealer_status document_from_header(
    struct env *env, struct statement *statement, const struct catalogue_type *type, struct document **out) {
    struct document *document = NULL;
    dealer_status status = document_new(env, type, &document);
    if (status != DEALER_OK) return status;
    return made(read_row(env, statement, &document->region, 1, document, COMMON_COUNT), document, out);
}

dealer_status document_read_typed(struct env *env, struct statement *statement, struct document *document) {
    int column = 0;
    const int range[2] = {COMMON_COUNT, document->type->field_count};
    return read_fields(env, statement, &document->region, &column, document, range);
}
