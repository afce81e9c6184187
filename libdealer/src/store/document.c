/* One document at a time: inserted, updated where nobody was faster, deleted, loaded. */
#include "store/document_row.h"
#include "store/document_store.h"
#include "store/messages.h"

static void bind_field(struct statement *statement, const struct document *document, int field) {
    const struct value *value = &document->values[field];
    switch (value->kind) {
    case VALUE_INTEGER: bind_integer(statement, value->integer); break;
    case VALUE_TEXT: bind_bytes_of_text(statement, value->text, value->length); break;
    default: bind_null(statement); break;
    }
}

/* Sets the month that the document falls into. */
static dealer_status put_period(struct env *env, struct document *document, int64_t created_ms) {
    char period[PERIOD_SIZE];
    document_period(document, created_ms, period);
    return document_put_text(env, document, COMMON_PERIOD, period, PERIOD_SIZE - 1);
}

static dealer_status insert_header(struct env *env, struct connection *connection, struct document *document, int64_t now_ms) {
    static const int fields[] = {COMMON_NUMBER, COMMON_COMPANY, COMMON_DEPARTMENT, COMMON_OWNER, COMMON_CUSTOMER, COMMON_STATUS,
        COMMON_CURRENCY, COMMON_REVIEW, COMMON_VOID_REVIEW, COMMON_VOID_REASON, COMMON_PERIOD};
    struct statement insert = {0};
    int64_t changed = 0;
    dealer_status status = put_period(env, document, now_ms);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_INSERT_DOCUMENT, &insert);
    if (status == DEALER_OK) {
        bind_text(&insert, document->type->name);
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) bind_field(&insert, document, fields[i]);
        bind_integer(&insert, now_ms);
        status = statement_run(env, &insert, &changed);
    }
    statement_return(&insert);
    if (status == DEALER_OK && changed != 1) status = store_period_refuse(env, connection, document);
    return status;
}

/* The columns of the typed row in catalogue order, separated by commas: their names, or the values of a document. */
static void add_typed(struct query_text *query, const struct document *values) {
    const struct catalogue_type *type = query->type;
    const char *separator = "";
    for (int i = COMMON_COUNT, count = type_columns(type); i < count; i++) {
        query_text_add(query, separator);
        separator = ", ";
        if (values == NULL) {
            query_text_name(query, type->fields[i].name);
        } else {
            query_text_value(query, values->values[i]);
        }
    }
}

static dealer_status run_query(struct query_text *query, struct connection *connection) {
    struct statement statement = {0};
    dealer_status status = query_text_lend(query, connection, &statement);
    if (status == DEALER_OK) status = statement_run(query->env, &statement, NULL);
    statement_return(&statement);
    return status;
}

static dealer_status insert_typed(struct env *env, struct connection *connection, const struct document *document, int64_t id) {
    if (!type_has_table(document->type)) return DEALER_OK;
    struct query_text query;
    query_text_init(&query, env, document->type, connection->settings->seams);
    query_text_add(&query, "INSERT INTO ");
    query_text_name(&query, document->type->name);
    query_text_add(&query, " (document_id, ");
    add_typed(&query, NULL);
    query_text_add(&query, ") VALUES (");
    query_text_integer(&query, id);
    query_text_add(&query, ", ");
    add_typed(&query, document);
    query_text_add(&query, ")");
    dealer_status status = run_query(&query, connection);
    query_text_finish(&query);
    return status;
}

static bool typed_differs(const struct document *document) {
    const struct catalogue_type *type = document->type;
    for (int i = COMMON_COUNT; i < type->field_count; i++) {
        if (!field_is_own(type, &type->fields[i]) && document_differs(document, i)) return true;
    }
    return false;
}

/* Only where something differs: an update writes every index of the row, changed or not. */
static dealer_status update_typed(struct env *env, struct connection *connection, const struct document *document) {
    if (!type_has_table(document->type) || !typed_differs(document)) return DEALER_OK;
    struct query_text query;
    query_text_init(&query, env, document->type, connection->settings->seams);
    query_text_add(&query, "UPDATE ");
    query_text_name(&query, document->type->name);
    query_text_add(&query, " SET (");
    add_typed(&query, NULL);
    query_text_add(&query, ") = (");
    add_typed(&query, document);
    query_text_add(&query, ") WHERE document_id = ");
    query_text_integer(&query, document_id(document));
    query_text_add(&query, " AND (");
    add_typed(&query, NULL);
    query_text_add(&query, ") IS NOT (");
    add_typed(&query, document);
    query_text_add(&query, ")");
    dealer_status status = run_query(&query, connection);
    query_text_finish(&query);
    return status;
}

static dealer_status put_own(
    struct env *env, struct connection *connection, int64_t id, const struct catalogue_field *field, const struct value *value) {
    bool present = value->kind != VALUE_NONE;
    struct statement statement = {0};
    dealer_status status =
        statement_lend(env, connection, present ? STATEMENT_PUT_OWN_FIELD : STATEMENT_DELETE_OWN_FIELD, &statement);
    if (status == DEALER_OK) {
        bind_integer(&statement, id);
        bind_text(&statement, field->name);
        if (value->kind == VALUE_INTEGER) {
            bind_integer(&statement, value->integer);
            bind_null(&statement);
        } else if (value->kind == VALUE_TEXT) {
            bind_null(&statement);
            bind_bytes_of_text(&statement, value->text, value->length);
        }
        status = statement_run(env, &statement, NULL);
    }
    statement_return(&statement);
    return status;
}

static dealer_status write_own_fields(
    struct env *env, struct connection *connection, const struct document *document, int64_t id, bool is_new) {
    const struct catalogue_type *type = document->type;
    dealer_status status = DEALER_OK;
    for (int i = type_columns(type); status == DEALER_OK && i < type->field_count; i++) {
        if (is_new ? document->values[i].kind == VALUE_NONE : !document_differs(document, i)) continue;
        status = put_own(env, connection, id, &type->fields[i], &document->values[i]);
    }
    return status;
}

static dealer_status put_stamps(struct env *env, struct document *document, int64_t version, int64_t now_ms) {
    dealer_status status = document_put_integer(env, document, COMMON_VERSION, version);
    if (status == DEALER_OK) status = document_put_integer(env, document, COMMON_UPDATED, now_ms);
    if (status == DEALER_OK && !document_has(document, COMMON_LOCKED)) {
        status = document_put_integer(env, document, COMMON_LOCKED, 0);
    }
    return status;
}

dealer_status store_document_insert(struct env *env, struct connection *connection, struct document *document, int64_t now_ms) {
    connection->document_writes++;
    dealer_status status = insert_header(env, connection, document, now_ms);
    if (status != DEALER_OK) return status;
    int64_t id = sqlite3_last_insert_rowid(connection->db);
    status = insert_typed(env, connection, document, id);
    if (status == DEALER_OK) status = write_own_fields(env, connection, document, id, true);
    if (status == DEALER_OK) status = document_put_integer(env, document, COMMON_ID, id);
    if (status == DEALER_OK) status = document_put_integer(env, document, COMMON_CREATED, now_ms);
    if (status == DEALER_OK) status = put_stamps(env, document, 1, now_ms);
    return status == DEALER_OK ? document_settle(env, document) : status;
}

/* Why no row met id, version and unlocked: the month of the stored one, or of the document as it is to be. */
static dealer_status explain_no_row(struct env *env, struct connection *connection, const struct document *document) {
    struct statement select = {0};
    bool row = false, locked = false;
    int64_t version = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_DOCUMENT_VERSION, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, document_id(document));
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && row) {
        version = column_integer(&select, 0);
        locked = column_integer(&select, 1) != 0;
    }
    statement_return(&select);
    if (status != DEALER_OK) return status;
    if (!row) return error_raise(&env->error, &E_DOCUMENT_NOT_FOUND, "id", NUMBER(document_id(document)), NULL);
    if (version != document_integer(document, COMMON_VERSION))
        return error_raise(&env->error, &E_VERSION_STALE, "id", NUMBER(document_id(document)), "expected",
            NUMBER(document_integer(document, COMMON_VERSION)), "found", NUMBER(version), NULL);
    if (locked) return error_raise(&env->error, &E_DOCUMENT_LOCKED, "id", NUMBER(document_id(document)), NULL);
    return store_period_refuse(env, connection, document);
}

static dealer_status update_header(
    struct env *env, struct connection *connection, const struct document *document, int64_t now_ms) {
    static const int fields[] = {
        COMMON_STATUS, COMMON_CURRENCY, COMMON_REVIEW, COMMON_VOID_REVIEW, COMMON_VOID_REASON, COMMON_PERIOD};
    struct statement update = {0};
    int64_t changed = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_UPDATE_DOCUMENT, &update);
    if (status == DEALER_OK) {
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) bind_field(&update, document, fields[i]);
        bind_integer(&update, now_ms);
        bind_integer(&update, document_id(document));
        bind_integer(&update, document_integer(document, COMMON_VERSION));
        status = statement_run(env, &update, &changed);
    }
    statement_return(&update);
    if (status == DEALER_OK && changed != 1) status = explain_no_row(env, connection, document);
    return status;
}

static dealer_status update_keys(struct env *env, struct connection *connection, const struct document *document) {
    static const int fields[] = {COMMON_NUMBER, COMMON_COMPANY, COMMON_DEPARTMENT, COMMON_OWNER, COMMON_CUSTOMER, COMMON_ID};
    struct statement update = {0};
    bool differs = false;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) differs = differs || document_differs(document, fields[i]);
    if (!differs) return DEALER_OK;
    dealer_status status = statement_lend(env, connection, STATEMENT_UPDATE_DOCUMENT_KEYS, &update);
    if (status == DEALER_OK) {
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) bind_field(&update, document, fields[i]);
        status = statement_run(env, &update, NULL);
    }
    statement_return(&update);
    return status;
}

dealer_status store_document_update(struct env *env, struct connection *connection, struct document *document, int64_t now_ms) {
    connection->document_writes++;
    dealer_status status = put_period(env, document, document_integer(document, COMMON_CREATED));
    if (status == DEALER_OK) status = update_header(env, connection, document, now_ms);
    if (status == DEALER_OK) status = update_keys(env, connection, document);
    if (status == DEALER_OK) status = update_typed(env, connection, document);
    if (status == DEALER_OK) status = write_own_fields(env, connection, document, document_id(document), false);
    if (status == DEALER_OK) {
        status = put_stamps(env, document, document_integer(document, COMMON_VERSION) + 1, now_ms);
    }
    return status == DEALER_OK ? document_settle(env, document) : status;
}

dealer_status store_document_lock(
    struct env *env, struct connection *connection, struct document *document, bool locked, int64_t now_ms) {
    struct statement lock = {0};
    int64_t changed = 0;
    connection->document_writes++;
    dealer_status status = statement_lend(env, connection, STATEMENT_LOCK_DOCUMENT, &lock);
    if (status == DEALER_OK) {
        bind_integer(&lock, locked);
        bind_integer(&lock, now_ms);
        bind_integer(&lock, document_id(document));
        bind_integer(&lock, document_integer(document, COMMON_VERSION));
        status = statement_run(env, &lock, &changed);
    }
    statement_return(&lock);
    if (status == DEALER_OK && changed != 1) return explain_no_row(env, connection, document);
    if (status == DEALER_OK) status = document_put_integer(env, document, COMMON_LOCKED, locked);
    if (status == DEALER_OK) status = put_stamps(env, document, document_integer(document, COMMON_VERSION) + 1, now_ms);
    if (status == DEALER_OK) document->locked_itself = locked;
    return status;
}

dealer_status store_document_delete(struct env *env, struct connection *connection, const struct document *document) {
    struct statement remove = {0};
    connection->document_writes++;
    int64_t changed = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_DELETE_DOCUMENT, &remove);
    if (status == DEALER_OK) {
        bind_integer(&remove, document_id(document));
        bind_integer(&remove, document_integer(document, COMMON_VERSION));
        status = statement_run(env, &remove, &changed);
    }
    statement_return(&remove);
    if (status == DEALER_OK && changed != 1) status = explain_no_row(env, connection, document);
    return status;
}

int64_t store_document_writes(const struct connection *connection) {
    return connection->document_writes;
}

static dealer_status raise_not_found(struct env *env, int64_t id) {
    return error_raise(&env->error, &E_DOCUMENT_NOT_FOUND, "id", NUMBER(id), NULL);
}

/* What the type's own table holds of it. */
static dealer_status load_typed(struct env *env, struct connection *connection, struct document *document) {
    struct query_text query;
    struct statement select = {0};
    bool row = false;
    if (!type_has_table(document->type)) return DEALER_OK;
    query_text_init(&query, env, document->type, connection->settings->seams);
    query_text_add(&query, "SELECT ");
    add_typed(&query, NULL);
    query_text_add(&query, " FROM ");
    query_text_name(&query, document->type->name);
    query_text_add(&query, " WHERE document_id = ");
    query_text_integer(&query, document_id(document));
    dealer_status status = query_text_lend(&query, connection, &select);
    if (status == DEALER_OK) status = statement_step(env, &select, &row);
    if (status == DEALER_OK && !row) status = raise_not_found(env, document_id(document));
    if (status == DEALER_OK) status = document_read_typed(env, &select, document);
    statement_return(&select);
    query_text_finish(&query);
    return status;
}

static dealer_status load_header(
    struct env *env, struct statement *select, const struct catalogue *catalogue, int64_t id, struct document **out) {
    const struct catalogue_type *type = NULL;
    bool row = false;
    dealer_status status = statement_step(env, select, &row);
    if (status == DEALER_OK && !row) status = raise_not_found(env, id);
    if (status != DEALER_OK) return status;
    const char *name = column_text(select, 0, NULL);
    status = statement_read_status(env, select);
    if (status == DEALER_OK) status = catalogue_find_type(env, catalogue, name, &type);
    return status == DEALER_OK ? document_from_header(env, select, type, out) : status;
}

dealer_status store_document_load(struct env *env, struct connection *connection, const struct catalogue *catalogue, int64_t id,
    int64_t person, struct document **out) {
    struct document *document = NULL;
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_DOCUMENT, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, id);
        bind_integer(&select, person);
        status = load_header(env, &select, catalogue, id, &document);
    }
    statement_return(&select);
    if (status == DEALER_OK) status = load_typed(env, connection, document);
    if (status == DEALER_OK) status = document_settle(env, document);
    if (status == DEALER_OK) {
        *out = document;
    } else {
        document_free(document);
    }
    return status;
}
