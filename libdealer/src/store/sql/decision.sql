-- What rules saw and said.

-- @insert_decision: kept with its input, so that it can be replayed; the first of a call is its own
INSERT INTO decision (
    document, rule_set, rule, entry, input, result, outcome, instructions, bytes, at_ms, call, kept)
VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    coalesce(?, (SELECT coalesce(max(m.id), 0) + 1 FROM decision AS m)), ?);

-- @select_decisions_of_document: oldest first
SELECT id, at_ms, rule_set, rule, entry, outcome, instructions, bytes, call, kept, input, result
FROM decision
WHERE document = ?
ORDER BY id;
