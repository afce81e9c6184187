#include "store/connection.h"

#include "base/text.h"
#include "store/messages.h"
#include "store/migration.h"
#include "store/sqlite_memory.h"
#include "store/statement.h"

#include <string.h>

enum { FIRST_PAUSES = 20, SLOW_PAUSE_MS = 2 };

/* Short pauses: SQLite's own back-off lets somebody who came later win again and again. */
static int wait_for_lock(void *user_data, int count) {
    const struct connection *connection = user_data;
    int waited = count <= FIRST_PAUSES ? count : FIRST_PAUSES + SLOW_PAUSE_MS * (count - FIRST_PAUSES);
    if (waited + connection->turn.waited_ms >= connection->settings->busy_timeout_ms) return 0;
    sqlite3_sleep(count < FIRST_PAUSES ? 1 : SLOW_PAUSE_MS);
    return 1;
}

bool sqlite_has_wal_reset_bug(int version_number) {
    if (version_number < 3007000 || version_number >= 3051003) return false;
    if (version_number >= 3050007 && version_number < 3051000) return false; /* repaired in these branches too */
    return !(version_number >= 3044006 && version_number < 3045000);
}

dealer_status connection_execute(struct env *env, struct connection *connection, const char *sql) {
    sqlite_memory_enter(connection->settings->seams);
    int result = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
    return sqlite_status(env, connection->settings, connection->db, result);
}

dealer_status connection_ask_integer(struct env *env, struct connection *connection, const char *sql, int64_t *out) {
    sqlite_memory_enter(connection->settings->seams);
    sqlite3_stmt *handle = NULL;
    int result = sqlite3_prepare_v2(connection->db, sql, -1, &handle, NULL);
    if (result == SQLITE_OK) result = sqlite3_step(handle);
    if (result == SQLITE_ROW) *out = sqlite3_column_int64(handle, 0);
    dealer_status status = sqlite_status(env, connection->settings, connection->db, result);
    sqlite3_finalize(handle);
    return status;
}

dealer_status connection_ask_text(struct env *env, struct connection *connection, const char *sql, char *out, size_t size) {
    sqlite_memory_enter(connection->settings->seams);
    sqlite3_stmt *handle = NULL;
    out[0] = '\0';
    int result = sqlite3_prepare_v2(connection->db, sql, -1, &handle, NULL);
    if (result == SQLITE_OK) result = sqlite3_step(handle);
    if (result == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(handle, 0);
        size_t length = text == NULL ? 0 : utf8_cut(text, strlen(text), size - 1);
        if (text != NULL) memcpy(out, text, length);
        out[length] = '\0';
    }
    dealer_status status = sqlite_status(env, connection->settings, connection->db, result);
    sqlite3_finalize(handle);
    return status;
}

static bool file_exists(const struct store_settings *settings) {
    sqlite3_vfs *vfs = sqlite3_vfs_find(settings->vfs);
    int there = 0;
    return vfs != NULL && vfs->xAccess(vfs, settings->path, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there;
}

static dealer_status open_file(struct env *env, struct connection *connection) {
    const struct store_settings *settings = connection->settings;
    int flags = settings->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (settings->create ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_vfs_find(settings->vfs) == NULL) {
        return error_raise(&env->error, &E_STORE_VFS_UNKNOWN, "vfs", settings->vfs, NULL);
    }
    int result =
        sqlite3_open_v2(settings->path, &connection->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, settings->vfs);
    if ((result & 0xff) == SQLITE_CANTOPEN && !settings->create && !file_exists(settings)) {
        return error_raise(&env->error, &E_STORE_NOT_FOUND, "path", settings->path, NULL);
    }
    dealer_status status = sqlite_status(env, settings, connection->db, result);
    if (status == DEALER_OK && !settings->read_only && sqlite3_db_readonly(connection->db, "main") == 1) {
        status = error_raise(&env->error, &E_STORE_READ_ONLY, "path", settings->path, NULL); /* SQLite fell back by itself */
    }
    return status;
}

/* department_order(id) in SQL: where it lies in the tree, -1 when it is not there; out of memory, where a look-up is a quarter of one. */
static void tell_department_order(sqlite3_context *context, int count, sqlite3_value **arguments) {
    const struct predicate_world *world = &((const struct connection *)sqlite3_user_data(context))->world;
    (void)count;
    sqlite3_result_int(context, world->department_order(world->user_data, sqlite3_value_int64(arguments[0])));
}

/* What needs no look at the file. A schema from a stranger's hand may not call functions, nor SQL of ours damage the file;
 * intermediate results stay in memory, so that nothing of the data lands in a temporary folder. */
static dealer_status set_up(struct env *env, struct connection *connection) {
    sqlite3 *db = connection->db;
    sqlite3_busy_handler(db, wait_for_lock, connection);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* A plan may not hang on the values bound: with partial indexes every new value would mean preparing again. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    int result = sqlite3_create_function_v2(
        db, "department_order", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, connection, tell_department_order, NULL, NULL, NULL);
    if (result != SQLITE_OK) return sqlite_status(env, connection->settings, db, result);
    return connection_execute(env, connection,
        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;");
}

/* Ours, or empty and to be made ours; anything else is left as it is. */
static dealer_status check_identity(struct env *env, struct connection *connection) {
    const struct store_settings *settings = connection->settings;
    int64_t application = 0, version = 0, objects = 0;
    dealer_status status = connection_ask_integer(env, connection, "PRAGMA application_id", &application);
    if (status == DEALER_OK && application != STORE_APPLICATION_ID) {
        status = connection_ask_integer(env, connection, "PRAGMA user_version", &version);
        if (status == DEALER_OK) status = connection_ask_integer(env, connection, "SELECT count(*) FROM sqlite_schema", &objects);
        bool empty = application == 0 && version == 0 && objects == 0;
        if (status == DEALER_OK && !(empty && settings->create && !settings->read_only)) {
            status = error_raise(&env->error, &E_STORE_NOT_A_STORE, "path", settings->path, "found", NUMBER(application),
                "expected", NUMBER(STORE_APPLICATION_ID), NULL);
        }
    }
    return status;
}

/* WAL where SQLite is sound. Where it has the WAL-reset bug, and where the VFS has no shared memory, a rollback journal with
 * EXTRA, which also syncs the folder: else a power cut could bring the journal back and undo an acknowledged commit. */
static dealer_status choose_journal(struct env *env, struct connection *connection) {
    const struct store_settings *settings = connection->settings;
    if (settings->in_memory || settings->read_only) return DEALER_OK;
    const char *wanted = sqlite_has_wal_reset_bug(sqlite3_libversion_number()) ? "delete" : "wal";
    char mode[16];
    dealer_status status = connection_ask_text(env, connection, "PRAGMA journal_mode", mode, sizeof mode);
    if (status == DEALER_OK && strcmp(mode, wanted) != 0) {
        const char *change = wanted[0] == 'w' ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE";
        status = connection_ask_text(env, connection, change, mode, sizeof mode);
    }
    if (status == DEALER_OK && strcmp(mode, "wal") != 0) status = connection_execute(env, connection, "PRAGMA synchronous = EXTRA");
    return status;
}

static dealer_status prepare_rollback(struct env *env, struct connection *connection) {
    struct statement rollback = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_ROLLBACK, &rollback);
    statement_return(&rollback);
    return status;
}

static dealer_status look_at_file(struct env *env, struct connection *connection) {
    dealer_status status = check_identity(env, connection);
    if (status == DEALER_OK) status = schema_check(env, connection);
    if (status == DEALER_OK) status = choose_journal(env, connection);
    if (status == DEALER_OK) status = prepare_rollback(env, connection);
    if (status == DEALER_OK) status = schema_migrate(env, connection);
    return status;
}

/* Where two processes create or recover a store at once, SQLite answers BUSY without asking the busy handler, since waiting
 * inside could wait for ever. So we wait outside. */
static dealer_status look_patiently(struct env *env, struct connection *connection) {
    for (int count = 0;; count++) {
        dealer_status status = look_at_file(env, connection);
        if (status != DEALER_E_BUSY || !wait_for_lock(connection, count)) return status;
        error_clear(&env->error);
    }
}

dealer_status connection_open(struct env *env, const struct store_settings *settings, struct connection **out) {
    sqlite_memory_enter(settings->seams);
    struct connection *connection = env_alloc(env, sizeof *connection);
    if (connection == NULL) return DEALER_E_NOMEM;
    connection->settings = settings;
    region_init(&connection->told_region, settings->seams);
    turn_init(&connection->turn);
    dealer_status status = open_file(env, connection);
    if (status == DEALER_OK) status = set_up(env, connection);
    if (status == DEALER_OK) status = look_patiently(env, connection);
    if (status != DEALER_OK) {
        connection_close(connection);
        return status;
    }
    *out = connection;
    return DEALER_OK;
}

void connection_close(struct connection *connection) {
    if (connection == NULL) return;
    const struct seams *seams = connection->settings->seams;
    sqlite_memory_enter(seams);
    for (size_t i = 0; i < STATEMENT_COUNT; i++) sqlite3_finalize(connection->named[i]);
    for (size_t i = 0; i < KEPT_STATEMENTS; i++) sqlite3_finalize(connection->kept[i].handle);
    region_finish(&connection->told_region);
    turn_finish(&connection->turn);
    sqlite3_close_v2(connection->db);
    seams->allocate(seams->allocator_data, connection, 0);
}
