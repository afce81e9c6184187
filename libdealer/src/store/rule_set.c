/* Published rule sets: whole, by content, never changed. */
#include "store/messages.h"
#include "store/record_store.h"
#include "store/statement.h"

#include <string.h>

static dealer_status find_hash(struct env *env, struct connection *connection, const char *hash, int64_t *version_out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_RULE_SET_BY_HASH, &select);
    if (status == DEALER_OK) {
        bind_text(&select, hash);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK) *version_out = row ? column_integer(&select, 0) : 0;
    statement_return(&select);
    return status;
}

static dealer_status insert_files(
    struct env *env, struct connection *connection, int64_t version, const struct stored_file *files, size_t count) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_RULE_FILE, &insert);
    for (size_t i = 0; status == DEALER_OK && i < count; i++) {
        bind_integer(&insert, version);
        bind_text(&insert, files[i].name);
        bind_bytes_of_text(&insert, files[i].source, files[i].length);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

static dealer_status make_current(struct env *env, struct connection *connection, int64_t version, int64_t by, int64_t now_ms) {
    struct statement use = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_RULE_SET_USE, &use);
    if (status == DEALER_OK) {
        bind_integer(&use, version);
        bind_integer(&use, by);
        bind_integer(&use, now_ms);
        status = statement_run(env, &use, NULL);
    }
    statement_return(&use);
    return status;
}

dealer_status store_rule_set_save(struct env *env, struct connection *connection, const char *hash, const struct stored_file *files,
    size_t count, const char *note, int64_t by, int64_t now_ms, int64_t *version_out) {
    int64_t version = 0;
    dealer_status status = find_hash(env, connection, hash, &version);
    if (status == DEALER_OK && version == 0) {
        struct statement insert = {0};
        status = statement_lend(env, connection, STATEMENT_INSERT_RULE_SET, &insert);
        if (status == DEALER_OK) {
            bind_text(&insert, hash);
            bind_text(&insert, note);
            bind_integer(&insert, by);
            bind_integer(&insert, now_ms);
            status = statement_run(env, &insert, NULL);
        }
        if (status == DEALER_OK) version = sqlite3_last_insert_rowid(connection->db);
        statement_return(&insert);
        if (status == DEALER_OK) status = insert_files(env, connection, version, files, count);
    }
    if (status == DEALER_OK) status = make_current(env, connection, version, by, now_ms);
    if (status == DEALER_OK) *version_out = version;
    return status;
}

static dealer_status read_head(
    struct env *env, struct connection *connection, int64_t version, char hash_out[65], int64_t *version_out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status =
        statement_lend(env, connection, version == 0 ? STATEMENT_SELECT_RULE_SET_CURRENT : STATEMENT_SELECT_RULE_SET, &select);
    if (status == DEALER_OK) {
        if (version != 0) bind_integer(&select, version);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && !row) {
        status = error_raise(&env->error, &E_RULE_SET_NOT_FOUND, "version", NUMBER(version), NULL);
    }
    if (status == DEALER_OK) {
        const char *hash = column_text(&select, 1, NULL);
        status = statement_read_status(env, &select);
        if (status == DEALER_OK) {
            memcpy(hash_out, hash, 64); /* the schema sees to the length */
            hash_out[64] = '\0';
            *version_out = column_integer(&select, 0);
        }
    }
    statement_return(&select);
    return status;
}

dealer_status store_rule_set_load(struct env *env, struct connection *connection, int64_t version,
    dealer_status (*file)(void *user_data, const struct stored_file *file), void *user_data, char hash_out[65],
    int64_t *version_out) {
    struct statement select = {0};
    int64_t found = 0;
    dealer_status status = read_head(env, connection, version, hash_out, &found);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_SELECT_RULE_FILES, &select);
    if (status == DEALER_OK) bind_integer(&select, found);
    for (bool row = true; status == DEALER_OK && row;) {
        status = statement_step(env, &select, &row);
        if (status != DEALER_OK || !row) break;
        struct stored_file stored = {.name = column_text(&select, 0, NULL)};
        stored.source = column_text(&select, 1, &stored.length);
        status = statement_read_status(env, &select);
        if (status == DEALER_OK) status = file(user_data, &stored);
    }
    if (status == DEALER_OK) *version_out = found;
    statement_return(&select);
    return status;
}
