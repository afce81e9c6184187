-- The journal: append-only, each entry chained to the one before.

-- @select_journal_last: what the next entry is chained to
-- plan: reads the last row
SELECT sequence, mac FROM journal ORDER BY sequence DESC LIMIT 1;

-- @insert_journal: one entry
INSERT INTO journal (sequence, at_ms, person, document, kind, detail, acting, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- @put_journal_head: once a transaction
INSERT INTO journal_head (id, sequence, mac)
VALUES (1, ?, ?)
ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, mac = excluded.mac;

-- @select_journal_head: to compare with the last entry
SELECT sequence, mac FROM journal_head WHERE id = 1;

-- @select_journal_all: to walk the chain
-- plan: verifying reads the whole journal
SELECT sequence, at_ms, person, document, kind, detail, acting, mac FROM journal ORDER BY sequence;

-- @select_journal_of_document: the history of one document
SELECT j.sequence, j.at_ms, j.person, p.code, p.name, j.kind, j.detail, a.code, a.name
FROM journal AS j
LEFT JOIN employee AS p ON p.id = j.person
LEFT JOIN employee AS a ON a.id = j.acting AND j.acting <> 0
WHERE j.document = ? AND j.document <> 0
ORDER BY j.sequence;

-- @select_journal_same: is there an entry of a document that says exactly this?
SELECT 1 FROM journal WHERE document = ?1 AND document <> 0 AND kind = ?2 AND detail = ?3 LIMIT 1;

-- @select_journal_part: did a person do one of these to a document, himself, for somebody, or by somebody?
SELECT EXISTS (
    SELECT 1 FROM journal AS j
    WHERE j.document = ?1 AND j.document <> 0 AND j.kind IN (SELECT value FROM json_each(?2))
        AND ?3 IN (j.person, j.acting));
