-- What documents of every type share. The statements with the columns of one type are made from the catalogue at run time
-- (document_sql.c).

-- @insert_document: the part that every document has
INSERT INTO document (
    type, number, company, department, owner, customer, status, currency, locked, void_reason,
    created_ms, updated_ms, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1);

-- @update_document: what changes often and is in no index; the version makes a lost update impossible
UPDATE document
SET status = ?, currency = ?, locked = ?, void_reason = ?, updated_ms = ?, version = version + 1
WHERE id = ? AND version = ?;

-- @update_document_keys: what is in indexes, only when it differs, so that a change of status writes no index
UPDATE document
SET number = ?1, company = ?2, department = ?3, owner = ?4, customer = ?5
WHERE id = ?6 AND (number, company, department, owner, customer) IS NOT (?1, ?2, ?3, ?4, ?5);

-- @delete_document: a draft; its typed row, own fields and sources go with it
DELETE FROM document WHERE id = ? AND version = ?;

-- @select_document_type: which table holds the rest
SELECT type FROM document WHERE id = ?;

-- @select_document_version: why an update or a delete met no row
SELECT version FROM document WHERE id = ?;

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
