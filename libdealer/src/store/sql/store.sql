-- Statements about the store as a whole.

-- @select_versions: which configuration and rule set are in force; read in each transaction, so that every process sees a
-- change at its next call
SELECT
    (SELECT coalesce(max(version), 0) FROM configuration),
    (SELECT coalesce((SELECT rule_set FROM rule_set_use ORDER BY id DESC LIMIT 1), 0));
