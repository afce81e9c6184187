-- Messages: outbox and inbox are marks on one row.

-- @insert_message: in the transaction of its cause; what belongs to a digest that still fills goes there, unread again
INSERT INTO message (
    uid, event, type, document, person, party, text_en, text_zh, at_ms, available_ms, digest, documents, journaled)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (digest) WHERE digest IS NOT NULL DO UPDATE SET
    text_en = text_en || char(10) || excluded.text_en,
    text_zh = text_zh || char(10) || excluded.text_zh,
    documents = documents || ',' || excluded.documents,
    acknowledged_ms = NULL,
    dead_ms = NULL,
    read_ms = NULL;

-- @put_message_told: changes a row only when it was not told within the time
INSERT INTO message_told (key, at_ms)
VALUES (?1, ?2)
ON CONFLICT (key) DO UPDATE SET at_ms = excluded.at_ms WHERE at_ms <= excluded.at_ms - ?3;

-- @forget_messages_told: nobody asks whether they were told any more; some at a time
DELETE FROM message_told WHERE key IN (SELECT key FROM message_told WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2);

-- @select_date_watch: how far the clock has looked for a date that is told of
SELECT since_ms, done_on, done_ms, day, started_ms, position FROM date_watch WHERE type = ? AND field = ? AND days = ?;

-- @put_date_watch: it has looked further
INSERT INTO date_watch (type, field, days, since_ms, done_on, done_ms, day, started_ms, position)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (type, field, days) DO UPDATE SET
    done_on = excluded.done_on,
    done_ms = excluded.done_ms,
    day = excluded.day,
    started_ms = excluded.started_ms,
    position = excluded.position;

-- @select_messages_undelivered: what the host has still to deliver
SELECT id, uid, event, type, document, person, party, text_en, text_zh, at_ms, read_ms, attempts, failure, documents, available_ms
FROM message
WHERE acknowledged_ms IS NULL AND dead_ms IS NULL AND available_ms <= ? AND id > ?
ORDER BY id
LIMIT ?;

-- @select_messages_dead: what was given up
SELECT id, uid, event, type, document, person, party, text_en, text_zh, at_ms, read_ms, attempts, failure, documents, available_ms
FROM message
WHERE dead_ms IS NOT NULL AND id > ?
ORDER BY id
LIMIT ?;

-- @select_messages_leased: what one lease holds
SELECT id, uid, event, type, document, person, party, text_en, text_zh, at_ms, read_ms, attempts, failure, documents, available_ms
FROM message
WHERE lease = ?
ORDER BY id;

-- @select_messages_inbox: all that a person was told
SELECT id, uid, event, type, document, person, party, text_en, text_zh, at_ms, read_ms, attempts, failure, documents, available_ms
FROM message
WHERE person = ? AND id > ?
ORDER BY id
LIMIT ?;

-- @select_messages_unread: what he has not read
SELECT id, uid, event, type, document, person, party, text_en, text_zh, at_ms, read_ms, attempts, failure, documents, available_ms
FROM message
WHERE person = ? AND read_ms IS NULL AND id > ?
ORDER BY id
LIMIT ?;

-- @select_messages_of_document: who was told about it
SELECT id, uid, event, type, document, person, party, text_en, text_zh, at_ms, read_ms, attempts, failure, documents, available_ms
FROM message
WHERE document = ? AND id > ?
ORDER BY id
LIMIT ?;

-- @acknowledge_message: the host has delivered it; the first time counts
UPDATE message SET acknowledged_ms = coalesce(acknowledged_ms, ?), dead_ms = NULL WHERE id = ?;

-- @bury_messages: whoever fetched them for the last time never came back
-- plan: reads what waits for delivery
UPDATE message SET dead_ms = ?1
WHERE acknowledged_ms IS NULL AND dead_ms IS NULL AND available_ms <= ?1 AND attempts >= ?2;

-- @lease_messages: the oldest that may be fetched are the consumer's until the lease ends
-- plan: reads what waits for delivery, from the oldest
UPDATE message SET lease = ?1, available_ms = ?2, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM message
    WHERE acknowledged_ms IS NULL AND dead_ms IS NULL AND available_ms <= ?3
    ORDER BY id
    LIMIT ?4);

-- @settle_message: delivered, by whoever holds the lease; once more is fine
UPDATE message SET acknowledged_ms = coalesce(acknowledged_ms, ?1) WHERE id = ?2 AND lease = ?3 AND dead_ms IS NULL;

-- @fail_message: not delivered: waits, or is given up
UPDATE message SET
    failure = ?3,
    available_ms = ?4,
    dead_ms = ?5,
    lease = NULL
WHERE id = ?1 AND lease = ?2 AND acknowledged_ms IS NULL AND dead_ms IS NULL;

-- @select_message_attempts: how often it was fetched
SELECT attempts FROM message WHERE id = ?;

-- @revive_message: tried again, from the beginning
UPDATE message SET dead_ms = NULL, attempts = 0, available_ms = ?, lease = NULL WHERE id = ? AND dead_ms IS NOT NULL;

-- @mark_message_read: by its reader; the first time counts
UPDATE message SET read_ms = coalesce(read_ms, ?) WHERE id = ? AND person = ?;

-- @mark_message_unread: by its reader
UPDATE message SET read_ms = NULL WHERE id = ? AND person = ?;

-- @select_people_asked: who decides or has decided in a document's approvals, and who may claim
SELECT t.person FROM approval AS a JOIN task AS t ON t.approval = a.id
WHERE a.document = ?1 AND t.person IS NOT NULL
UNION ALL
SELECT c.person FROM approval AS a JOIN task AS t ON t.approval = a.id JOIN task_candidate AS c ON c.task = t.id
WHERE a.document = ?1;

-- @select_people_awaited: whom it waits for now; those of one task, or of all (0)
SELECT t.person FROM approval AS a JOIN task AS t ON t.approval = a.id
WHERE a.document = ?1 AND t.state = 'open' AND t.person IS NOT NULL AND ?2 IN (0, t.sequence)
UNION ALL
SELECT c.person FROM approval AS a JOIN task AS t ON t.approval = a.id JOIN task_candidate AS c ON c.task = t.id
WHERE a.document = ?1 AND t.state = 'open' AND ?2 IN (0, t.sequence);

-- @select_people_copied: to whom copies went
SELECT person FROM cc WHERE document = ?;

-- @select_journal_person: who did one of these to a document last
SELECT person FROM journal
WHERE document = ?1 AND document <> 0 AND person <> 0 AND kind IN (SELECT value FROM json_each(?2))
ORDER BY sequence DESC
LIMIT 1;

-- @select_task_title: what a task of the newest approval is called
SELECT t.title_en, t.title_zh FROM approval AS a JOIN task AS t ON t.approval = a.id
WHERE a.document = ?1 AND t.sequence = ?2
ORDER BY a.id DESC
LIMIT 1;
