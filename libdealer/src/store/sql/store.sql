-- Statements about the store as a whole.

-- @select_versions: which configuration and rule set are in force; read in each transaction, so that every process sees a
-- change at its next call
-- plan: reads the last row
SELECT
    (SELECT coalesce(max(version), 0) FROM configuration),
    (SELECT coalesce((SELECT rule_set FROM rule_set_use ORDER BY id DESC LIMIT 1), 0));

-- @begin_write: the lock for writing is taken now, so that what is read inside stays true until the commit
BEGIN IMMEDIATE;

-- @begin_read: one snapshot for all that follows
BEGIN;

-- @commit: durable when it answers
COMMIT;

-- @rollback: prepared when the connection opens, so that it needs no memory when there is none
ROLLBACK;

-- @savepoint: one call within a host's transaction
SAVEPOINT step;

-- @savepoint_release: that call is done
RELEASE step;

-- @savepoint_rollback: undo that call
ROLLBACK TO step;
