/* One SQLite connection: opened, checked to be a store of ours, set up, migrated. Keeps its prepared statements and what a
 * running transaction has to remember. Used by one thread at a time. Knows no noun of the repositories. */
#ifndef STORE_CONNECTION_H
#define STORE_CONNECTION_H

#include "base/digest.h"
#include "base/region.h"
#include "catalogue/predicate.h"
#include "store/epoch.h"
#include "store/store.h"
#include "store/turn.h"
#include "store_statements.h"

#include <sqlite3.h>

enum {
    STORE_APPLICATION_ID = 0x4C444C52, /* "LDLR" */
    KEPT_STATEMENTS = 64
};

/* What all connections of a store share; unchanged while it is open. */
struct store_settings {
    const struct seams *seams;
    char *path, *vfs; /* vfs may be NULL */
    bool in_memory, read_only, create;
    int32_t busy_timeout_ms;
    uint8_t *journal_key;
    size_t journal_key_length;
    struct digest_key journal_digest; /* the key made ready */
    struct epoch *epoch;
};

/* A statement that was made at run time and is idle; its text is SQLite's copy. */
struct kept_statement {
    uint64_t hash, used;
    sqlite3_stmt *handle;
};

struct connection {
    const struct store_settings *settings;
    sqlite3 *db;
    struct connection *next;              /* in the pool */
    sqlite3_stmt *named[STATEMENT_COUNT]; /* prepared on first use; NULL while lent */
    struct kept_statement kept[KEPT_STATEMENTS];
    uint64_t kept_uses;           /* counts up: who was used longest ago makes room */
    struct turn turn;             /* to write */
    struct predicate_world world; /* of the list that is read: what department_order() asks */
    bool in_transaction;
    bool changes_snapshots;  /* this transaction writes a configuration or a rule set */
    int64_t document_writes; /* so far: see store_document_writes */
    bool broken;             /* a rollback failed: close it, which rolls back too */
    /* The journal's end as this transaction has it, read once and then carried along. */
    bool journal_known, journal_moved;
    int64_t journal_sequence;
    struct told_entry *told; /* entries about documents since the mark, in order, in the region; see store_journal_mark */
    struct told_entry **told_last;
    struct region told_region;
    uint8_t journal_mac[DIGEST_SIZE];
};

dealer_status connection_open(struct env *env, const struct store_settings *settings, struct connection **out);
void connection_close(struct connection *connection);

/* SQLite with the WAL-reset bug (two connections that write and checkpoint at once can lose a commit). */
bool sqlite_has_wal_reset_bug(int version_number);

/* One or more statements without results. */
dealer_status connection_execute(struct env *env, struct connection *connection, const char *sql);
/* The first column of the first row; 0 when there is none. */
dealer_status connection_ask_integer(struct env *env, struct connection *connection, const char *sql, int64_t *out);
dealer_status connection_ask_text(struct env *env, struct connection *connection, const char *sql, char *out, size_t size);

/* A result code of SQLite as our status, raised with what SQLite says about it. DEALER_OK for OK, ROW and DONE. */
dealer_status sqlite_status(struct env *env, const struct store_settings *settings, sqlite3 *db, int result);

#endif
