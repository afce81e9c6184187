#include "store/statement.h"

#include "store/messages.h"
#include "store/sqlite_memory.h"

#include <string.h>

/* After an error that made SQLite roll back by itself, statements would run outside of any transaction. */
static dealer_status check_transaction(struct env *env, const struct connection *connection) {
    if (!connection->in_transaction || sqlite3_get_autocommit(connection->db) == 0) return DEALER_OK;
    return error_raise(&env->error, &E_STORE_TRANSACTION_LOST, NULL);
}

static dealer_status prepare(struct env *env, struct connection *connection, const char *sql, size_t length, sqlite3_stmt **out) {
    if (length > INT32_MAX) return error_raise(&env->error, &E_STORE_TOO_LARGE, "detail", "SQL", NULL);
    int result = sqlite3_prepare_v3(connection->db, sql, (int)length, SQLITE_PREPARE_PERSISTENT, out, NULL);
    return sqlite_status(env, connection->settings, connection->db, result);
}

dealer_status statement_lend(struct env *env, struct connection *connection, enum store_statement_id id, struct statement *out) {
    sqlite_memory_enter(connection->settings->seams);
    dealer_status status = check_transaction(env, connection);
    if (status != DEALER_OK) return status;
    *out = (struct statement){.connection = connection, .place = (int)id};
    out->handle = connection->named[id];
    connection->named[id] = NULL;
    if (out->handle != NULL) return DEALER_OK;
    return prepare(env, connection, store_statements[id].sql, strlen(store_statements[id].sql), &out->handle);
}

/* Eight bytes at a time, for these texts are long; who has the same hash is compared. */
static uint64_t hash_text(const char *text, size_t length) {
    uint64_t hash = length, word;
    for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return hash;
}

static sqlite3_stmt *take_kept(struct connection *connection, uint64_t hash, const char *sql, size_t length) {
    for (size_t i = 0; i < KEPT_STATEMENTS; i++) {
        struct kept_statement *kept = &connection->kept[i];
        if (kept->handle == NULL || kept->hash != hash) continue;
        const char *text = sqlite3_sql(kept->handle);
        if (strlen(text) != length || memcmp(text, sql, length) != 0) continue;
        sqlite3_stmt *handle = kept->handle;
        kept->handle = NULL;
        return handle;
    }
    return NULL;
}

dealer_status statement_lend_text(
    struct env *env, struct connection *connection, const char *sql, size_t length, struct statement *out) {
    sqlite_memory_enter(connection->settings->seams);
    dealer_status status = check_transaction(env, connection);
    if (status != DEALER_OK) return status;
    *out = (struct statement){.connection = connection, .place = -1, .hash = hash_text(sql, length)};
    out->handle = take_kept(connection, out->hash, sql, length);
    if (out->handle != NULL) return DEALER_OK;
    return prepare(env, connection, sql, length, &out->handle);
}

/* In a free place, or in that of the one used longest ago. */
static void keep(struct connection *connection, uint64_t hash, sqlite3_stmt *handle) {
    struct kept_statement *place = &connection->kept[0];
    for (size_t i = 0; i < KEPT_STATEMENTS && place->handle != NULL; i++) {
        struct kept_statement *other = &connection->kept[i];
        if (other->handle == NULL || other->used < place->used) place = other;
    }
    sqlite3_finalize(place->handle);
    *place = (struct kept_statement){hash, ++connection->kept_uses, handle};
}

void statement_return(struct statement *statement) {
    if (statement->handle == NULL) return;
    struct connection *connection = statement->connection;
    sqlite_memory_enter(connection->settings->seams);
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
    if (statement->place < 0) {
        keep(connection, statement->hash, statement->handle);
    } else if (connection->named[statement->place] == NULL) {
        connection->named[statement->place] = statement->handle;
    } else {
        sqlite3_finalize(statement->handle); /* two were lent at once: one stays */
    }
    statement->handle = NULL;
}

static void remember(struct statement *statement, int result) {
    if (statement->result == SQLITE_OK) statement->result = result;
}

void bind_integer(struct statement *statement, int64_t value) {
    remember(statement, sqlite3_bind_int64(statement->handle, ++statement->bound, value));
}

void bind_null(struct statement *statement) {
    remember(statement, sqlite3_bind_null(statement->handle, ++statement->bound));
}

void bind_integer_at(struct statement *statement, int place, int64_t value) {
    remember(statement, sqlite3_bind_int64(statement->handle, place, value));
}

void bind_nonzero(struct statement *statement, int64_t value) {
    if (value == 0) {
        bind_null(statement);
    } else {
        bind_integer(statement, value);
    }
}

void bind_bytes_of_text(struct statement *statement, const char *text, size_t length) {
    if (text == NULL) {
        bind_null(statement);
        return;
    }
    remember(statement,
        sqlite3_bind_text64(statement->handle, ++statement->bound, text, (sqlite3_uint64)length, SQLITE_STATIC, SQLITE_UTF8));
}

void bind_text(struct statement *statement, const char *text) {
    bind_bytes_of_text(statement, text, text == NULL ? 0 : strlen(text));
}

void bind_blob(struct statement *statement, const void *data, size_t length) {
    remember(statement, sqlite3_bind_blob64(statement->handle, ++statement->bound, data, (sqlite3_uint64)length, SQLITE_STATIC));
}

dealer_status statement_step(struct env *env, struct statement *statement, bool *row_out) {
    const struct connection *connection = statement->connection;
    sqlite_memory_enter(connection->settings->seams);
    int result = statement->result;
    if (result == SQLITE_OK) result = sqlite3_step(statement->handle);
    if (result == SQLITE_ROW || result == SQLITE_DONE) {
        *row_out = result == SQLITE_ROW;
        return DEALER_OK;
    }
    statement->result = result;
    return sqlite_status(env, connection->settings, connection->db, result);
}

bool statement_next(struct env *env, struct statement *statement, dealer_status *status) {
    bool row = false;
    if (*status == DEALER_OK) *status = statement_step(env, statement, &row);
    return row;
}

void statement_again(struct statement *statement) {
    sqlite3_reset(statement->handle);
    statement->bound = 0;
    statement->result = SQLITE_OK;
}

dealer_status statement_run(struct env *env, struct statement *statement, int64_t *changed_out) {
    dealer_status status = DEALER_OK;
    while (statement_next(env, statement, &status)) continue;
    if (status == DEALER_OK && changed_out != NULL) *changed_out = sqlite3_changes(statement->connection->db);
    statement_again(statement);
    return status;
}

int64_t column_integer(const struct statement *statement, int column) {
    return sqlite3_column_int64(statement->handle, column);
}

bool column_is_null(const struct statement *statement, int column) {
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

struct value column_value(struct statement *statement, int column) {
    sqlite3_value *cell = sqlite3_column_value(statement->handle, column);
    int type = sqlite3_value_type(cell);
    if (type == SQLITE_INTEGER) return value_of_integer(sqlite3_value_int64(cell));
    if (type != SQLITE_TEXT) return (struct value){.kind = VALUE_NONE};
    const char *text = (const char *)sqlite3_value_text(cell);
    if (text == NULL) remember(statement, SQLITE_NOMEM);
    return value_of_text(text, (size_t)sqlite3_value_bytes(cell));
}

const char *column_text(struct statement *statement, int column, size_t *length_out) {
    if (length_out != NULL) *length_out = 0;
    if (column_is_null(statement, column)) return NULL;
    const char *text = (const char *)sqlite3_column_text(statement->handle, column);
    if (text == NULL) {
        remember(statement, SQLITE_NOMEM);
    } else if (length_out != NULL) {
        *length_out = (size_t)sqlite3_column_bytes(statement->handle, column);
    }
    return text;
}

const void *column_blob(struct statement *statement, int column, size_t *length_out) {
    const void *data = sqlite3_column_blob(statement->handle, column);
    *length_out = data == NULL ? 0 : (size_t)sqlite3_column_bytes(statement->handle, column);
    if (data == NULL && sqlite3_errcode(statement->connection->db) == SQLITE_NOMEM) remember(statement, SQLITE_NOMEM);
    return data;
}

dealer_status column_copy(struct env *env, struct statement *statement, int column, struct region *region, const char **out) {
    size_t length = 0;
    const char *text = column_text(statement, column, &length);
    dealer_status status = statement_read_status(env, statement);
    if (status != DEALER_OK) return status;
    *out = NULL;
    if (text == NULL) return DEALER_OK;
    *out = region_copy(region, env, text, length);
    return *out == NULL ? DEALER_E_NOMEM : DEALER_OK;
}

dealer_status statement_read_status(struct env *env, const struct statement *statement) {
    return statement->result == SQLITE_NOMEM ? error_nomem(&env->error) : DEALER_OK;
}

void column_to_json(struct statement *statement, int column, struct json *json, json_value *object, const char *key) {
    if (sqlite3_column_type(statement->handle, column) == SQLITE_INTEGER) {
        json_set_integer(json, object, key, column_integer(statement, column));
    } else {
        json_set_text(json, object, key, column_text(statement, column, NULL));
    }
}

dealer_status statement_rows_to_json(struct env *env, struct connection *connection, const struct row_shape *shape, int64_t key,
    json_value *rows, struct json *json) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, shape->statement, &select);
    if (status == DEALER_OK) bind_integer(&select, key);
    while (statement_next(env, &select, &status)) {
        json_value *object = json_new_object(json);
        for (int i = 0; i < shape->count; i++) column_to_json(&select, i, json, object, shape->names[i]);
        json_push(json, rows, object);
        status = statement_read_status(env, &select);
    }
    statement_return(&select);
    return status == DEALER_OK ? json_status(json) : status;
}
