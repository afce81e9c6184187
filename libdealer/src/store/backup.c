/* A copy of the whole store, as it stood at one moment, while others go on reading and writing. */
#include "store/backup.h"
#include "store/connection.h"
#include "store/messages.h"
#include "store/sqlite_memory.h"

#include <string.h>

enum { PAGES_AT_ONCE = 64, PATH_SIZE = 4096 };

/* The copy is SQLite's own connection to another file; its errors speak of that file. */
struct copying {
    struct env *env;
    struct store_settings settings; /* of the copy; borrows all */
    sqlite3_vfs *vfs;
    sqlite3 *to;
};

/* To SQLite an empty file is none. */
static bool is_there(const struct copying *copying, const char *path) {
    int there = 0;
    return copying->vfs->xAccess(copying->vfs, path, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there;
}

/* Half a backup is none. */
static void remove_copy(const struct copying *copying, const char *path) {
    static const char *const endings[] = {"-journal", "-wal", "-shm", ""};
    char name[PATH_SIZE + 16];
    size_t length = strlen(path);
    memcpy(name, path, length);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        strcpy(name + length, endings[i]);
        copying->vfs->xDelete(copying->vfs, name, 0);
    }
}

static dealer_status told(const struct copying *copying, int result) {
    return sqlite_status(copying->env, &copying->settings, copying->to, result);
}

/* Some pages at a time; the reading transaction that is open on the store keeps them all of one moment. */
static dealer_status copy_pages(const struct copying *copying, sqlite3_backup *backup, struct store_backup *order) {
    int result = SQLITE_OK;
    while (result == SQLITE_OK && !order->cancelled) {
        result = sqlite3_backup_step(backup, PAGES_AT_ONCE);
        order->pages = sqlite3_backup_pagecount(backup);
        int64_t done = order->pages - sqlite3_backup_remaining(backup);
        if (result != SQLITE_OK && result != SQLITE_DONE) break;
        order->cancelled = order->progress && order->progress(order->user_data, done, order->pages) != 0 && result != SQLITE_DONE;
    }
    return told(copying, result);
}

static dealer_status copy_all(const struct copying *copying, struct connection *connection, struct store_backup *order) {
    sqlite3_backup *backup = sqlite3_backup_init(copying->to, "main", connection->db, "main");
    if (backup == NULL) return told(copying, sqlite3_extended_errcode(copying->to));
    dealer_status status = copy_pages(copying, backup, order);
    int result = sqlite3_backup_finish(backup); /* which commits */
    return status == DEALER_OK && !order->cancelled ? told(copying, result) : status;
}

static dealer_status check_path(const struct copying *copying, const char *path) {
    struct error *error = &copying->env->error;
    char full[PATH_SIZE];
    if (path == NULL || *path == '\0' || strcmp(path, ":memory:") == 0) return error_raise(error, &E_BACKUP_PATH, NULL);
    if (copying->vfs == NULL || strlen(path) >= sizeof full ||
        copying->vfs->xFullPathname(copying->vfs, path, (int)sizeof full, full) != SQLITE_OK)
        return error_raise(error, &E_BACKUP_PATH, NULL);
    return is_there(copying, path) ? error_raise(error, &E_BACKUP_EXISTS, "path", path, NULL) : DEALER_OK;
}

dealer_status store_backup(struct env *env, struct connection *connection, struct store_backup *order) {
    struct copying copying = {.env = env, .settings = *connection->settings, .vfs = sqlite3_vfs_find(connection->settings->vfs)};
    copying.settings.path = (char *)(uintptr_t)order->path;
    int64_t moment; /* a transaction begins with its first reading: this one */
    sqlite_memory_enter(connection->settings->seams);
    if (sqlite3_txn_state(connection->db, "main") == SQLITE_TXN_WRITE) return error_raise(&env->error, &E_BACKUP_TRANSACTION, NULL);
    dealer_status status = check_path(&copying, order->path);
    if (status == DEALER_OK) status = connection_ask_integer(env, connection, "PRAGMA schema_version", &moment);
    if (status == DEALER_OK) status = connection_ask_integer(env, connection, "PRAGMA page_size", &order->page_size);
    if (status != DEALER_OK) return status;
    status = told(&copying,
        sqlite3_open_v2(order->path, &copying.to,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, connection->settings->vfs));
    if (status == DEALER_OK) status = copy_all(&copying, connection, order);
    sqlite3_close_v2(copying.to);
    if (status != DEALER_OK || order->cancelled) remove_copy(&copying, order->path);
    return status;
}
