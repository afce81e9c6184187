-- What documents of every type share. The statements with the columns of one type are made from the catalogue at run time
-- (document_sql.c).

-- @insert_document: the part that every document has, unless finance has locked the period it falls into
INSERT INTO document (
    type, number, company, department, owner, customer, status, currency, review, void_review, void_reason, period, created_ms,
    updated_ms, locked, version)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, 0, 1
WHERE NOT EXISTS (SELECT 1 FROM period_lock WHERE company = ?3 AND type = ?1 AND period = ?12);

-- @update_document: what changes often and is in no index (two conditions, for IN would make a table at each write); the version makes a lost update impossible, and the rest of the condition
-- a change of what finance has locked, whoever asks for it: the document, its period, or the one that its new date lies in
UPDATE document
SET
    status = ?1, currency = ?2, review = ?3, void_review = ?4, void_reason = ?5, period = ?6, updated_ms = ?7, version = version + 1
WHERE id = ?8 AND version = ?9 AND locked = 0 AND NOT EXISTS (
    SELECT 1 FROM period_lock AS l
    WHERE l.company = document.company AND l.type = document.type AND l.period = document.period)
AND NOT EXISTS (
    SELECT 1 FROM period_lock AS l WHERE l.company = document.company AND l.type = document.type AND l.period = ?6);

-- @lock_document: its own lock, which a locked period keeps as it is
UPDATE document
SET locked = ?1, updated_ms = ?2, version = version + 1
WHERE id = ?3 AND version = ?4 AND NOT EXISTS (
    SELECT 1 FROM period_lock AS l
    WHERE l.company = document.company AND l.type = document.type AND l.period = document.period);

-- @update_document_keys: what is in indexes, only when it differs, so that a change of status writes no index
UPDATE document
SET number = ?1, company = ?2, department = ?3, owner = ?4, customer = ?5
WHERE id = ?6 AND (number, company, department, owner, customer) IS NOT (?1, ?2, ?3, ?4, ?5);

-- @delete_document: a draft; its typed row, own fields and sources go with it
DELETE FROM document
WHERE id = ? AND version = ? AND locked = 0 AND NOT EXISTS (
    SELECT 1 FROM period_lock AS l
    WHERE l.company = document.company AND l.type = document.type AND l.period = document.period);

-- @select_document: what every document has, in catalogue order; what was done to its period; whether a person took part
SELECT
    d.type, d.id, d.number, d.company, d.department, d.owner, d.customer, d.status, d.version, d.currency, d.created_ms,
    d.updated_ms, d.locked, d.review, d.void_review, d.period, d.void_reason,
    (SELECT l.state FROM period_lock AS l WHERE l.company = d.company AND l.type = d.type AND l.period = d.period),
    EXISTS (SELECT 1 FROM participant AS p WHERE p.person = ?2 AND p.document = d.id)
FROM document AS d
WHERE d.id = ?1;

-- @select_document_version: why an update or a delete met no row
SELECT version, locked FROM document WHERE id = ?;

-- @select_document_period: the month of the stored one, when a change was refused
SELECT period FROM document WHERE id = ?;

-- @select_period_lock: may documents of this month change?
SELECT l.state, c.code
FROM period_lock AS l
JOIN company AS c ON c.id = l.company
WHERE l.company = ? AND l.type = ? AND l.period = ?;

-- @put_period_lock: one row, however many documents the month has
INSERT INTO period_lock (company, type, period, state, by, at_ms)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (company, type, period) DO UPDATE SET state = excluded.state, by = excluded.by, at_ms = excluded.at_ms;

-- @delete_period_lock: a hold is over
DELETE FROM period_lock WHERE company = ? AND type = ? AND period = ?;

-- @select_period_locks: what is held or closed, of one company or of all, from a month on
-- plan: all rows: a year of one company is some hundreds
SELECT c.code AS company, l.type, l.period, l.state, e.code AS person, l.at_ms
FROM period_lock AS l
JOIN company AS c ON c.id = l.company
LEFT JOIN employee AS e ON e.id = l.by
WHERE (?1 IS NULL OR l.company = ?1) AND l.period >= ?2
ORDER BY l.company, l.type, l.period;

-- @select_own_fields: a dealer's own fields of one document
SELECT name, integer_value, text_value FROM document_own_field WHERE document_id = ?;

-- @put_own_field: written only when it differs
INSERT INTO document_own_field (document_id, name, integer_value, text_value)
VALUES (?, ?, ?, ?)
ON CONFLICT (document_id, name) DO UPDATE
SET integer_value = excluded.integer_value, text_value = excluded.text_value
WHERE (integer_value, text_value) IS NOT (excluded.integer_value, excluded.text_value);

-- @delete_own_field: it has no value any more
DELETE FROM document_own_field WHERE document_id = ? AND name = ?;

-- @next_number: the next number of company, type and year
INSERT INTO number_sequence (company, type, year, last)
VALUES (?, ?, ?, 1)
ON CONFLICT (company, type, year) DO UPDATE SET last = last + 1
RETURNING last;

-- @put_field_source: where a copied field came from, last copy
INSERT INTO field_source (document, field, source, source_field, source_version)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (document, field) DO UPDATE
SET source = excluded.source, source_field = excluded.source_field, source_version = excluded.source_version;

-- @select_field_sources: for the history of a document
SELECT field, source, source_field, source_version FROM field_source WHERE document = ? ORDER BY field;
