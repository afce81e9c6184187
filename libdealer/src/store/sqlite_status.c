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

/* What a primary code means, where nothing more has to be looked at. */
static const struct {
    int result;
    const struct message *message;
} meanings[] = {
    {SQLITE_BUSY, &E_STORE_BUSY},
    {SQLITE_LOCKED, &E_STORE_BUSY},
    {SQLITE_PROTOCOL, &E_STORE_BUSY},
    {SQLITE_FULL, &E_STORE_FULL},
    {SQLITE_CANTOPEN, &E_STORE_CANNOT_OPEN},
    {SQLITE_CORRUPT, &E_STORE_CORRUPT},
    {SQLITE_NOTADB, &E_STORE_NOT_A_DATABASE},
    {SQLITE_READONLY, &E_STORE_READ_ONLY},
    {SQLITE_PERM, &E_STORE_READ_ONLY},
    {SQLITE_TOOBIG, &E_STORE_TOO_LARGE},
};

static const struct message *meaning_of(int primary, const char *detail) {
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].result == primary) return meanings[i].message;
    }
    /* The only plain error that data can bring about is a sum. */
    bool overflow = primary == SQLITE_ERROR && strcmp(detail, "integer overflow") == 0;
    return overflow ? &E_STORE_TOO_LARGE : &E_STORE_INTERNAL;
}

dealer_status sqlite_status(struct env *env, const struct store_settings *settings, sqlite3 *db, int result) {
    int primary = result & 0xff;
    if (primary == SQLITE_OK || primary == SQLITE_ROW || primary == SQLITE_DONE) return DEALER_OK;
    if (primary == SQLITE_NOMEM) return error_nomem(&env->error);
    const char *detail = db != NULL && sqlite3_extended_errcode(db) == result ? sqlite3_errmsg(db) : sqlite3_errstr(result);
    if (primary == SQLITE_IOERR) return disk_status(env, settings, detail, result);
    if (primary == SQLITE_CONSTRAINT) return constraint_status(env, detail, result);
    return error_raise(&env->error, meaning_of(primary, detail), "path", settings->path, "detail", detail, "code", NUMBER(result),
        "limit", NUMBER(settings->busy_timeout_ms), NULL);
}
