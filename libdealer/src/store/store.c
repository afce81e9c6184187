/* The store: what its connections share, and the pool that lends them. */
#include "store/store.h"

#include "base/lock.h"
#include "store/connection.h"
#include "store/messages.h"
#include "store/migration.h"
#include "store/sqlite_memory.h"

#include <string.h>

enum { IDLE_CONNECTIONS = 8 };

struct store {
    struct store_settings settings;
    struct lock lock; /* guards what follows */
    struct connection *idle;
    int idle_count;
    char journal_mode[16]; /* as found when opened */
    int64_t synchronous;
};

static dealer_status copy_settings(
    struct env *env, struct store_settings *settings, const struct seams *seams, const struct store_options *options) {
    *settings = (struct store_settings){.seams = seams,
        .in_memory = strcmp(options->path, ":memory:") == 0,
        .read_only = options->read_only,
        .create = options->create,
        .busy_timeout_ms = options->busy_timeout_ms};
    if (settings->in_memory) settings->create = true;
    settings->path = env_copy_text(env, options->path, strlen(options->path));
    if (settings->path == NULL) return DEALER_E_NOMEM;
    if (options->vfs != NULL) {
        settings->vfs = env_copy_text(env, options->vfs, strlen(options->vfs));
        if (settings->vfs == NULL) return DEALER_E_NOMEM;
    }
    settings->journal_key_length = options->journal_key_length;
    settings->journal_key = env_alloc(env, options->journal_key_length);
    if (settings->journal_key == NULL) return DEALER_E_NOMEM;
    if (options->journal_key_length > 0) memcpy(settings->journal_key, options->journal_key, options->journal_key_length);
    digest_key_init(&settings->journal_digest, settings->journal_key, options->journal_key_length);
    return DEALER_OK;
}

static void free_settings(struct store_settings *settings) {
    const struct seams *seams = settings->seams;
    epoch_drop(settings->epoch);
    if (settings->path != NULL) seams->allocate(seams->allocator_data, settings->path, 0);
    if (settings->vfs != NULL) seams->allocate(seams->allocator_data, settings->vfs, 0);
    if (settings->journal_key == NULL) return;
    digest_key_finish(&settings->journal_digest);
    volatile uint8_t *key = settings->journal_key; /* no secret is left in freed memory */
    for (size_t i = 0; i < settings->journal_key_length; i++) key[i] = 0;
    seams->allocate(seams->allocator_data, settings->journal_key, 0);
}

static dealer_status first_connection(struct env *env, struct store *store) {
    struct connection *connection = NULL;
    dealer_status status = connection_open(env, &store->settings, &connection);
    if (status != DEALER_OK) return status;
    status = connection_ask_text(env, connection, "PRAGMA journal_mode", store->journal_mode, sizeof store->journal_mode);
    if (status == DEALER_OK) status = connection_ask_integer(env, connection, "PRAGMA synchronous", &store->synchronous);
    if (status == DEALER_OK) {
        store->idle = connection;
        store->idle_count = 1;
    } else {
        connection_close(connection);
    }
    return status;
}

/* Beside the file that SQLite has opened, whatever name led there; behind a VFS of the host's there is no beside. */
static dealer_status open_epoch(struct env *env, struct store *store) {
    struct store_settings *settings = &store->settings;
    const char *file = sqlite3_db_filename(store->idle->db, "main");
    if (!settings->in_memory && (settings->vfs != NULL || file == NULL)) return DEALER_OK;
    return epoch_open(env, settings->seams, settings->in_memory ? NULL : file, settings->read_only, &settings->epoch);
}

dealer_status store_open(struct env *env, const struct seams *seams, const struct store_options *options, struct store **out) {
    if (options->path == NULL || options->path[0] == '\0') return error_raise(&env->error, &E_STORE_PATH, NULL);
    if (!sqlite_memory_install()) return error_nomem(&env->error);
    struct store *store = env_alloc(env, sizeof *store);
    if (store == NULL) return DEALER_E_NOMEM;
    if (!lock_init(&store->lock)) {
        env_free(env, store);
        return error_nomem(&env->error);
    }
    dealer_status status = copy_settings(env, &store->settings, seams, options);
    if (status == DEALER_OK) status = first_connection(env, store);
    if (status == DEALER_OK) status = open_epoch(env, store);
    if (status != DEALER_OK) {
        store_close(store);
        return status;
    }
    *out = store;
    return DEALER_OK;
}

void store_close(struct store *store) {
    if (store == NULL) return;
    while (store->idle != NULL) {
        struct connection *connection = store->idle;
        store->idle = connection->next;
        connection_close(connection);
    }
    lock_finish(&store->lock);
    const struct seams *seams = store->settings.seams;
    free_settings(&store->settings);
    seams->allocate(seams->allocator_data, store, 0);
    sqlite_memory_enter(NULL);
}

json_value *store_information(const struct store *store, struct json *json) {
    json_value *object = json_new_object(json);
    json_set_text(json, object, "sqlite", sqlite3_libversion());
    json_set_boolean(json, object, "sqlite_bundled", DEALER_BUNDLED_SQLITE);
    json_set_text(json, object, "journal_mode", store->journal_mode);
    json_set_text(json, object, "synchronous", store->synchronous >= 3 ? "extra" : "full");
    json_set_boolean(json, object, "wal_reset_bug", sqlite_has_wal_reset_bug(sqlite3_libversion_number()));
    json_set_boolean(json, object, "allocator_reaches_sqlite", sqlite_memory_is_routed());
    json_set_integer(json, object, "schema", schema_newest());
    return object;
}

struct epoch *store_epoch(const struct store *store) {
    return store->settings.epoch;
}

static struct connection *take_idle(struct store *store) {
    lock_take(&store->lock);
    struct connection *connection = store->idle;
    if (connection != NULL) {
        store->idle = connection->next;
        connection->next = NULL;
        store->idle_count--;
    }
    lock_release(&store->lock);
    return connection;
}

/* In memory there is one connection only, for its data is the store. Waiting has an end: the other user may be a transaction
 * of this very thread. */
static dealer_status wait_for_only(struct env *env, struct store *store, struct connection **out) {
    for (int32_t waited = 0; waited < store->settings.busy_timeout_ms; waited++) {
        sqlite3_sleep(1);
        *out = take_idle(store);
        if (*out != NULL) return DEALER_OK;
    }
    return error_raise(&env->error, &E_STORE_IN_USE, NULL);
}

dealer_status store_acquire(struct env *env, struct store *store, struct connection **out) {
    struct connection *connection = take_idle(store);
    dealer_status status = DEALER_OK;
    if (connection == NULL && store->settings.in_memory) {
        status = wait_for_only(env, store, &connection);
    } else if (connection == NULL) {
        status = connection_open(env, &store->settings, &connection);
    }
    if (status == DEALER_OK) *out = connection;
    return status;
}

void store_release(struct store *store, struct connection *connection) {
    if (connection == NULL) return;
    sqlite_memory_enter(store->settings.seams);
    store_rollback(connection);
    bool only = store->settings.in_memory; /* closing it would lose the store */
    lock_take(&store->lock);
    bool kept = only || (!connection->broken && store->idle_count < IDLE_CONNECTIONS);
    if (kept) {
        connection->next = store->idle;
        store->idle = connection;
        store->idle_count++;
    }
    lock_release(&store->lock);
    if (!kept) connection_close(connection);
}
