/* The only SQLite: one file, a pool of connections, one writer at a time, readers in parallel. Repositories (one header a
 * noun) work on a connection inside a transaction. Knows documents as catalogue values and the organisation's codes;
 * nothing of permissions, approval or rules. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/env.h"
#include "base/json.h"

struct store;
struct connection; /* one SQLite connection with its prepared statements; used by one thread at a time */

struct store_options {
    const char *path; /* ":memory:": lives as long as the store, single connection */
    const char *vfs;  /* NULL: SQLite's default */
    bool read_only, create;
    int32_t busy_timeout_ms;
    const uint8_t *journal_key;
    size_t journal_key_length; /* copied */
};

/* Opens or creates, migrates to the newest schema (each migration one transaction), picks the journal mode by SQLite's
 * version: WAL with synchronous=FULL on a sound one, else DELETE with EXTRA, which syncs the folder too. Errors:
 * NOT_A_STORE, CORRUPT, NEWER, READ_ONLY, BUSY, IO, FULL, NOMEM, NOT_FOUND (no file and not create). The seams must stay
 * until the store is closed; with a bundled SQLite all memory comes from their allocator, which must stay until the last
 * store on the same file is closed, for SQLite shares its record of the file. */
dealer_status store_open(struct env *env, const struct seams *seams, const struct store_options *options, struct store **out);
void store_close(struct store *store); /* all connections must be back */
/* {"sqlite": "3.x", "sqlite_bundled": bool, "journal_mode": "wal", "synchronous": "full" | "extra", "wal_reset_bug": bool,
 * "allocator_reaches_sqlite": bool, "schema": n} */
json_value *store_information(const struct store *store, struct json *json);

/* What tells whether snapshots made from this store are still right (store/epoch.h). */
struct epoch;
struct epoch *store_epoch(const struct store *store);

/* An idle connection, or a new one. The only connection of a :memory: store is waited for, as long as the busy timeout. */
dealer_status store_acquire(struct env *env, struct store *store, struct connection **out);
/* Cursors must be freed before. A transaction that is still open is rolled back. */
void store_release(struct store *store, struct connection *connection);

/* A write transaction is IMMEDIATE. Commit tells whether it is durable; any failure rolls back. Rollback never fails. */
dealer_status store_begin(struct env *env, struct connection *connection, bool write);
dealer_status store_commit(struct env *env, struct connection *connection);
void store_rollback(struct connection *connection); /* fine when none is open */
/* Savepoint for a host's own transaction around several calls. */
int64_t store_written(const struct connection *connection); /* rows that it has changed so far, ever */
dealer_status store_savepoint(struct env *env, struct connection *connection);
dealer_status store_savepoint_release(struct env *env, struct connection *connection);
void store_savepoint_rollback(struct connection *connection);

/* Versions of configuration and rule set in force (0: none yet): read in each transaction, so every process sees a change
 * at its next call. */
struct store_versions {
    int64_t configuration, rule_set;
};
dealer_status store_versions(struct env *env, struct connection *connection, struct store_versions *out);

/* PRAGMA integrity_check and foreign_key_check, then every query of invariants.sql; findings as array of text. */
dealer_status store_verify(struct env *env, struct connection *connection, json_value *findings, struct json *json);
#endif
