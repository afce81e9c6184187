-- The journal: append-only, each entry chained to the one before.

-- @select_journal_last: what the next entry is chained to
-- plan: reads the last row
SELECT sequence, mac FROM journal ORDER BY sequence DESC LIMIT 1;

-- @insert_journal: one entry
INSERT INTO journal (sequence, at_ms, person, document, kind, detail, mac) VALUES (?, ?, ?, ?, ?, ?, ?);

-- @put_journal_head: once a transaction
INSERT INTO journal_head (id, sequence, mac)
VALUES (1, ?, ?)
ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, mac = excluded.mac;

-- @select_journal_head: to compare with the last entry
SELECT sequence, mac FROM journal_head WHERE id = 1;

-- @select_journal_all: to walk the chain
-- plan: verifying reads the whole journal
SELECT sequence, at_ms, person, document, kind, detail, mac FROM journal ORDER BY sequence;

-- @select_journal_of_document: the history of one document
SELECT j.sequence, j.at_ms, j.person, p.code, p.name, j.kind, j.detail
FROM journal AS j
LEFT JOIN employee AS p ON p.id = j.person
WHERE j.document = ? AND j.document <> 0
ORDER BY j.sequence;
