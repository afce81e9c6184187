/* Transactions and savepoints. A write transaction takes its lock at once; whatever fails on the way to the commit rolls
 * all of it back. */
#include "store/journal.h"
#include "store/messages.h"
#include "store/record_store.h"
#include "store/statement.h"

static dealer_status run(struct env *env, struct connection *connection, enum store_statement_id id) {
    struct statement statement = {0};
    dealer_status status = statement_lend(env, connection, id, &statement);
    if (status == DEALER_OK) status = statement_run(env, &statement, NULL);
    statement_return(&statement);
    return status;
}

dealer_status store_begin(struct env *env, struct connection *connection, bool write) {
    if (connection->broken) return error_raise(&env->error, &E_STORE_TRANSACTION_LOST, NULL);
    if (write && connection->settings->read_only) { /* SQLite would begin a reading one and say nothing */
        return error_raise(&env->error, &E_STORE_READ_ONLY, "path", connection->settings->path, NULL);
    }
    if (write) turn_take(&connection->turn, connection->settings->epoch, connection->settings->busy_timeout_ms / 2);
    dealer_status status = run(env, connection, write ? STATEMENT_BEGIN_WRITE : STATEMENT_BEGIN_READ);
    if (status != DEALER_OK) {
        turn_end(&connection->turn);
        return status;
    }
    connection->in_transaction = true;
    connection->journal_known = connection->journal_moved = false;
    return DEALER_OK;
}

dealer_status store_commit(struct env *env, struct connection *connection) {
    uint64_t number = connection->changes_snapshots ? epoch_start(connection->settings->epoch) : 0;
    dealer_status status = journal_close(env, connection);
    if (status == DEALER_OK) status = run(env, connection, STATEMENT_COMMIT);
    epoch_finish(connection->settings->epoch, number);
    store_rollback(connection);
    return status;
}

void store_rollback(struct connection *connection) {
    store_journal_mark(connection);
    connection->changes_snapshots = false;
    connection->in_transaction = false;
    connection->journal_known = connection->journal_moved = false;
    sqlite3_stmt *rollback = sqlite3_get_autocommit(connection->db) ? NULL : connection->named[STATEMENT_ROLLBACK];
    if (rollback != NULL) {
        sqlite3_step(rollback);
        sqlite3_reset(rollback);
    }
    connection->broken = sqlite3_get_autocommit(connection->db) == 0;
    turn_end(&connection->turn);
}

int64_t store_written(const struct connection *connection) {
    return sqlite3_total_changes64(connection->db);
}

dealer_status store_savepoint(struct env *env, struct connection *connection) {
    return run(env, connection, STATEMENT_SAVEPOINT);
}

dealer_status store_savepoint_release(struct env *env, struct connection *connection) {
    return run(env, connection, STATEMENT_SAVEPOINT_RELEASE);
}

/* Undoing part of a transaction can't be allowed to fail and leave that part in: then all of it goes. */
void store_savepoint_rollback(struct connection *connection) {
    struct env env;
    env_init(&env, connection->settings->seams);
    connection->journal_known = false;
    dealer_status status = run(&env, connection, STATEMENT_SAVEPOINT_ROLLBACK);
    if (status == DEALER_OK) status = run(&env, connection, STATEMENT_SAVEPOINT_RELEASE);
    env_finish(&env);
    if (status != DEALER_OK) {
        store_rollback(connection);
        connection->in_transaction = true; /* so that what follows is told, instead of running outside of a transaction */
    }
}
