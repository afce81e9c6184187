-- The ledger of personal quotas.

-- @insert_quota_entry: taken, or given back
INSERT INTO quota_entry (person, company, period, document, amount, at_ms) VALUES (?, ?, ?, ?, ?, ?);

-- @select_quota_used: what a person has used in a period
SELECT coalesce(sum(amount), 0) FROM quota_entry WHERE person = ? AND company = ? AND period = ?;

-- @select_quota_of_document: what a document holds of whose quota
-- plan: the entries of one document, a handful
SELECT person, company, period, sum(amount)
FROM quota_entry
WHERE document = ?
GROUP BY person, company, period
HAVING sum(amount) <> 0;
