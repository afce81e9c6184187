-- Configuration versions, and the ids that codes of the organisation keep for ever.

-- @insert_configuration: a new version, whole
INSERT INTO configuration (body, hash, by, at_ms) VALUES (?, ?, ?, ?);

-- @select_configuration_newest: what is in force
-- plan: reads the last row
SELECT version, body FROM configuration ORDER BY version DESC LIMIT 1;

-- @select_configuration: a version that something under way is pinned to
SELECT version, body FROM configuration WHERE version = ?;

-- @select_configuration_hash: of a version's text, without the text
SELECT hash FROM configuration WHERE version = ?;

-- @delete_compiled: there is one, of the newest version
-- plan: one row
DELETE FROM configuration_compiled;

-- @insert_compiled: what was made of the newest version
INSERT INTO configuration_compiled (version, format, seal, people_digest, posts, people) VALUES (?, ?, ?, ?, ?, ?);

-- @select_compiled: without the people, who are long and mostly known
SELECT c.format, c.seal, c.people_digest, f.hash, c.posts FROM configuration_compiled AS c JOIN configuration AS f USING (version)
WHERE version = ?;

-- @select_compiled_people: the rest of it
SELECT people FROM configuration_compiled WHERE version = ?;

-- @select_company_id: the id of a code
SELECT id FROM company WHERE code = ?;

-- @insert_company: an id for a new code
INSERT INTO company (code, name) VALUES (?, ?);

-- @select_department_id: the id of a code
SELECT id FROM department WHERE code = ?;

-- @insert_department: an id for a new code
INSERT INTO department (code, name) VALUES (?, ?);

-- @select_post_id: the id of a code
SELECT id FROM post WHERE code = ?;

-- @insert_post: an id for a new code
INSERT INTO post (code, name) VALUES (?, ?);

-- @select_employee_id: the id of a code
SELECT id FROM employee WHERE code = ?;

-- @insert_employee: an id for a new code
INSERT INTO employee (code, name) VALUES (?, ?);

-- @mark_companies_removed: before a sync, which takes the mark off those that are there
-- plan: all rows, once for each new configuration
UPDATE company SET removed = 1 WHERE removed = 0;

-- @mark_departments_removed: likewise; they leave the tree
-- plan: all rows, once for each new configuration
UPDATE department SET removed = 1, tree_order = NULL, tree_last = NULL WHERE removed = 0;

-- @mark_posts_removed: likewise
-- plan: all rows, once for each new configuration
UPDATE post SET removed = 1 WHERE removed = 0;

-- @mark_employees_removed: likewise
-- plan: all rows, once for each new configuration
UPDATE employee SET removed = 1 WHERE removed = 0;

-- @update_company: as the organisation has it now
UPDATE company SET name = ?, removed = 0 WHERE id = ?;

-- @update_department: its place in the tree
UPDATE department SET name = ?, company = ?, parent = ?, tree_order = ?, tree_last = ?, removed = 0 WHERE id = ?;

-- @update_post: as the organisation has it now
UPDATE post SET name = ?, removed = 0 WHERE id = ?;

-- @update_employee: name and home department
UPDATE employee SET name = ?, department = ?, removed = 0 WHERE id = ?;

-- @select_departments_under: an interval of the tree as ids, for lists that read department by department
SELECT id FROM department WHERE tree_order BETWEEN ? AND ? ORDER BY tree_order LIMIT ?;

-- @select_company_codes: all ids at once, for a snapshot
-- plan: reads the whole table, once for each snapshot
SELECT id, code FROM company;

-- @select_department_codes: all ids at once, for a snapshot
-- plan: reads the whole table, once for each snapshot
SELECT id, code FROM department;

-- @select_post_codes: all ids at once, for a snapshot
-- plan: reads the whole table, once for each snapshot
SELECT id, code FROM post;

-- @select_employee_codes: all ids at once, for a snapshot
-- plan: reads the whole table, once for each snapshot
SELECT id, code FROM employee;

-- @select_department_last: how far tree order goes
SELECT tree_order FROM department WHERE tree_order IS NOT NULL ORDER BY tree_order DESC LIMIT 1;
