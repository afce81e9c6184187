-- Messages: outbox and inbox are marks on one row.

-- @insert_message: in the transaction of its cause
INSERT INTO message (uid, event, document, person, party, text_en, text_zh, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- @select_messages_unacknowledged: what the host has still to deliver
SELECT id, uid, event, document, person, party, text_en, text_zh, at_ms, acknowledged_ms, read_ms
FROM message
WHERE acknowledged_ms IS NULL AND id > ?
ORDER BY id
LIMIT ?;

-- @select_messages_inbox: all that a person was told
SELECT id, uid, event, document, person, party, text_en, text_zh, at_ms, acknowledged_ms, read_ms
FROM message
WHERE person = ? AND id > ?
ORDER BY id
LIMIT ?;

-- @select_messages_unread: what he has not read
SELECT id, uid, event, document, person, party, text_en, text_zh, at_ms, acknowledged_ms, read_ms
FROM message
WHERE person = ? AND read_ms IS NULL AND id > ?
ORDER BY id
LIMIT ?;

-- @select_messages_of_document: who was told about it
SELECT id, uid, event, document, person, party, text_en, text_zh, at_ms, acknowledged_ms, read_ms
FROM message
WHERE document = ? AND id > ?
ORDER BY id
LIMIT ?;

-- @acknowledge_message: the host has delivered it; the first time counts
UPDATE message SET acknowledged_ms = coalesce(acknowledged_ms, ?) WHERE id = ?;

-- @mark_message_read: by its reader; the first time counts
UPDATE message SET read_ms = coalesce(read_ms, ?) WHERE id = ? AND person = ?;

-- @mark_message_unread: by its reader
UPDATE message SET read_ms = NULL WHERE id = ? AND person = ?;
