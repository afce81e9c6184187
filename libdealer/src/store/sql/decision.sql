-- What rules saw and said.

-- @insert_decision: kept with its input, so that it can be replayed
INSERT INTO decision (
    document, rule_set, rule, entry, input, result, outcome, instructions, bytes, at_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- @select_decisions_of_document: oldest first
SELECT id, at_ms, rule_set, rule, entry, outcome, instructions, bytes, input, result
FROM decision
WHERE document = ?
ORDER BY id;
