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

static dealer_status insert_files(struct env *env, struct connection *connection, int64_t version, const struct rule_set_row *row) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_RULE_FILE, &insert);
    for (size_t i = 0; status == DEALER_OK && i < row->count; i++) {
        bind_integer(&insert, version);
        bind_text(&insert, row->files[i].name);
        bind_bytes_of_text(&insert, row->files[i].source, row->files[i].length);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

static dealer_status make_current(struct env *env, struct connection *connection, int64_t version, struct store_stamp stamp) {
    struct statement use = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_RULE_SET_USE, &use);
    if (status == DEALER_OK) {
        bind_integer(&use, version);
        bind_integer(&use, stamp.by);
        bind_integer(&use, stamp.at_ms);
        status = statement_run(env, &use, NULL);
    }
    statement_return(&use);
    return status;
}

dealer_status store_rule_set_save(
    struct env *env, struct connection *connection, const struct rule_set_row *row, int64_t *version_out) {
    connection->changes_snapshots = true;
    int64_t version = 0;
    dealer_status status = find_hash(env, connection, row->hash, &version);
    if (status == DEALER_OK && version == 0) {
        struct statement insert = {0};
        status = statement_lend(env, connection, STATEMENT_INSERT_RULE_SET, &insert);
        if (status == DEALER_OK) {
            bind_text(&insert, row->hash);
            bind_text(&insert, row->note);
            bind_integer(&insert, row->stamp.by);
            bind_integer(&insert, row->stamp.at_ms);
            status = statement_run(env, &insert, NULL);
        }
        if (status == DEALER_OK) version = sqlite3_last_insert_rowid(connection->db);
        statement_return(&insert);
        if (status == DEALER_OK) status = insert_files(env, connection, version, row);
    }
    if (status == DEALER_OK) status = make_current(env, connection, version, row->stamp);
    if (status == DEALER_OK) *version_out = version;
    return status;
}

static dealer_status read_head(struct env *env, struct connection *connection, int64_t version, struct rule_set_head *out) {
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
            memcpy(out->hash, hash, 64); /* the schema sees to the length */
            out->hash[64] = '\0';
            out->version = column_integer(&select, 0);
        }
    }
    statement_return(&select);
    return status;
}

dealer_status store_rule_set_load(struct env *env, struct connection *connection, int64_t version,
    dealer_status (*file)(void *user_data, const struct stored_file *file), void *user_data, struct rule_set_head *out) {
    struct statement select = {0};
    struct rule_set_head found = {0};
    dealer_status status = read_head(env, connection, version, &found);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_SELECT_RULE_FILES, &select);
    if (status == DEALER_OK) bind_integer(&select, found.version);
    while (statement_next(env, &select, &status)) {
        struct stored_file stored = {.name = column_text(&select, 0, NULL)};
        stored.source = column_text(&select, 1, &stored.length);
        status = statement_read_status(env, &select);
        if (status == DEALER_OK) status = file(user_data, &stored);
    }
    if (status == DEALER_OK) *out = found;
    statement_return(&select);
    return status;
}
