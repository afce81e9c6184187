/* SQLite's result codes in our words. The one place that knows them all. */
#include "store/connection.h"
#include "store/messages.h"

#include <string.h>

/* "UNIQUE constraint failed: machine.brand, machine.serial_number" -> the columns. */
static const char *columns_of(const char *detail) {
    const char *colon = strstr(detail, ": ");
    return colon == NULL ? detail : colon + 2;
}

static dealer_status constraint_status(struct env *env, const char *detail, int result) {
    switch (result) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return error_raise(&env->error, &E_STORE_DUPLICATE, "columns", columns_of(detail), NULL);
    case SQLITE_CONSTRAINT_FOREIGNKEY: return error_raise(&env->error, &E_STORE_REFERENCE, NULL);
    default: return error_raise(&env->error, &E_STORE_CONSTRAINT, "detail", detail, NULL);
    }
}

static dealer_status disk_status(struct env *env, const struct store_settings *settings, const char *detail, int result) {
    if (result == SQLITE_IOERR_NOMEM) return error_nomem(&env->error);
    if (result == SQLITE_IOERR_CORRUPTFS) {
        return error_raise(&env->error, &E_STORE_CORRUPT, "path", settings->path, "detail", detail, NULL);
    }
    return error_raise(&env->error, &E_STORE_IO, "path", settings->path, "detail", detail, "code", NUMBER(result), NULL);
}

dealer_status sqlite_status(struct env *env, const struct store_settings *settings, sqlite3 *db, int result) {
    const char *detail = db != NULL && sqlite3_extended_errcode(db) == result ? sqlite3_errmsg(db) : sqlite3_errstr(result);
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return DEALER_OK;
    case SQLITE_NOMEM: return error_nomem(&env->error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return error_raise(&env->error, &E_STORE_BUSY, "limit", NUMBER(settings->busy_timeout_ms), NULL);
    case SQLITE_FULL: return error_raise(&env->error, &E_STORE_FULL, "path", settings->path, NULL);
    case SQLITE_IOERR: return disk_status(env, settings, detail, result);
    case SQLITE_CANTOPEN: return error_raise(&env->error, &E_STORE_CANNOT_OPEN, "path", settings->path, "detail", detail, NULL);
    case SQLITE_CORRUPT: return error_raise(&env->error, &E_STORE_CORRUPT, "path", settings->path, "detail", detail, NULL);
    case SQLITE_NOTADB: return error_raise(&env->error, &E_STORE_NOT_A_DATABASE, "path", settings->path, NULL);
    case SQLITE_READONLY:
    case SQLITE_PERM: return error_raise(&env->error, &E_STORE_READ_ONLY, "path", settings->path, NULL);
    case SQLITE_TOOBIG: return error_raise(&env->error, &E_STORE_TOO_LARGE, "detail", detail, NULL);
    case SQLITE_CONSTRAINT: return constraint_status(env, detail, result);
    case SQLITE_ERROR: /* the only one of these that data can bring about is a sum */
        if (strcmp(detail, "integer overflow") == 0) return error_raise(&env->error, &E_STORE_TOO_LARGE, "detail", detail, NULL);
        return error_raise(&env->error, &E_STORE_INTERNAL, "detail", detail, "code", NUMBER(result), NULL);
    default: return error_raise(&env->error, &E_STORE_INTERNAL, "detail", detail, "code", NUMBER(result), NULL);
    }
}
