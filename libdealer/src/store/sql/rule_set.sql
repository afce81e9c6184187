-- Published rule sets, by content.

-- @select_rule_set_by_hash: has this content been published before?
SELECT version FROM rule_set WHERE hash = ?;

-- @insert_rule_set: a new content
INSERT INTO rule_set (hash, note, by, at_ms) VALUES (?, ?, ?, ?);

-- @insert_rule_file: one file of it
INSERT INTO rule_file (rule_set, name, source) VALUES (?, ?, ?);

-- @insert_rule_set_use: from now on this one is in force
INSERT INTO rule_set_use (rule_set, by, at_ms) VALUES (?, ?, ?);

-- @select_rule_set_current: which one is in force
-- plan: reads the last row
SELECT r.version, r.hash
FROM rule_set_use AS u
JOIN rule_set AS r ON r.version = u.rule_set
ORDER BY u.id DESC
LIMIT 1;

-- @select_rule_set: a version that something under way is pinned to
SELECT version, hash FROM rule_set WHERE version = ?;

-- @select_rule_files: its files, always in the same order
SELECT name, source FROM rule_file WHERE rule_set = ? ORDER BY name;
