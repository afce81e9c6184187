-- What rules saw and said.

-- @insert_decision: kept with its input, so that it can be replayed; the first of a call is its own
INSERT INTO decision (
    document, rule_set, rule, entry, input, result, outcome, instructions, bytes, at_ms, person, journaled, call, kept)
VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    coalesce(?, (SELECT coalesce(max(m.id), 0) + 1 FROM decision AS m)), ?);
