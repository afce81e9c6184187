#include "store/migration.h"

#include "store/messages.h"

#include <stdio.h>

int64_t schema_newest(void) {
    return store_migrations[store_migrations_count - 1].number;
}

static dealer_status apply(struct env *env, struct connection *connection, const struct store_migration *migration) {
    char mark[96];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d;", STORE_APPLICATION_ID, migration->number);
    dealer_status status = connection_execute(env, connection, migration->sql);
    if (status == DEALER_OK) status = connection_execute(env, connection, mark);
    if (status == DEALER_OK) status = store_commit(env, connection);
    return status;
}

/* One step in one transaction. Somebody else may have been quicker: the number is read again once we hold the lock. */
static dealer_status step(struct env *env, struct connection *connection, const struct store_migration *migration) {
    dealer_status status = store_begin(env, connection, true);
    if (status != DEALER_OK) return status;
    int64_t version = 0;
    status = connection_ask_integer(env, connection, "PRAGMA user_version", &version);
    if (status == DEALER_OK && version < migration->number) {
        status = apply(env, connection, migration);
        if (status == DEALER_E_INTERNAL || status == DEALER_E_INVALID) {
            error_raise(&env->error, &E_STORE_MIGRATION, "number", NUMBER(migration->number), "name", migration->name, NULL);
        }
    }
    store_rollback(connection);
    return status;
}

static dealer_status raise_version(
    struct env *env, const struct connection *connection, const struct message *message, int64_t version) {
    return error_raise(&env->error, message, "path", connection->settings->path, "found", NUMBER(version), "newest",
        NUMBER(schema_newest()), NULL);
}

dealer_status schema_check(struct env *env, struct connection *connection) {
    int64_t version = 0;
    dealer_status status = connection_ask_integer(env, connection, "PRAGMA user_version", &version);
    if (status != DEALER_OK) return status;
    if (version > schema_newest()) return raise_version(env, connection, &E_STORE_NEWER, version);
    bool older = version < schema_newest() && connection->settings->read_only;
    return older ? raise_version(env, connection, &E_STORE_OLDER, version) : DEALER_OK;
}

dealer_status schema_migrate(struct env *env, struct connection *connection) {
    int64_t version = 0;
    dealer_status status = connection_ask_integer(env, connection, "PRAGMA user_version", &version);
    for (size_t i = 0; status == DEALER_OK && i < store_migrations_count; i++) {
        if (store_migrations[i].number > version) status = step(env, connection, &store_migrations[i]);
    }
    return status;
}
