-- What is owed, and what moved it.

-- @insert_account_item: opened by its first movement
-- plan: looks for movements that wait for it (other), which no transaction has: passed over
INSERT INTO account_item (company, customer, party, direction, kind, document, type, under, currency, amount, due_on, opened_on)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id;

-- @insert_account_movement: a trigger moves the item with it
INSERT INTO account_movement (item, document, kind, other, amount, day, at_ms, person, journaled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- @select_account_item: one, whoever's it is
SELECT id, company, customer, party, currency, direction, kind, document, type, under, amount, open, due_on, opened_on, closed
FROM account_item
WHERE id = ?;

-- @select_account_items_due: what a party owes or is owed, oldest first; what is held waits until it is chosen
SELECT id, company, customer, party, currency, direction, kind, document, type, under, amount, open, due_on, opened_on, closed
FROM account_item
WHERE customer IS ? AND party IS ? AND company = ? AND direction = ? AND currency = ? AND open > 0 AND due_on IS NOT NULL
ORDER BY due_on, id;

-- @select_account_items_under: what is open under a contract, plan or rental, oldest first
SELECT id, company, customer, party, currency, direction, kind, document, type, under, amount, open, due_on, opened_on, closed
FROM account_item
WHERE under = ? AND direction = ? AND open > 0
ORDER BY due_on, id;

-- @select_account_items_of_document: what a document opened, and did not take back
SELECT id, company, customer, party, currency, direction, kind, document, type, under, amount, open, due_on, opened_on, closed
FROM account_item
WHERE document = ? AND closed = 0
ORDER BY id;

-- @select_account_items_of_party: the whole account, over all companies
SELECT id, company, customer, party, currency, direction, kind, document, type, under, amount, open, due_on, opened_on, closed
FROM account_item
WHERE customer IS ? AND party IS ? AND closed = 0
ORDER BY id;

-- @select_account_movements: the story of an item
SELECT document, kind, other, amount, day FROM account_movement WHERE item = ? ORDER BY id;

-- @select_account_applied: which pairs of items a document has applied to each other, each told once
SELECT item, other, -sum(amount)
FROM account_movement
WHERE document = ? AND other > item
GROUP BY item, other
HAVING sum(amount) <> 0;

-- @select_account_settled_by: another document that has settled an item, or a part of it
-- plan: one item has few movements
SELECT document
FROM account_movement
WHERE item = ? AND document <> ? AND other IS NOT NULL
GROUP BY document
HAVING sum(amount) <> 0
LIMIT 1;

-- @select_account_moved_after: is there anything later than a day?
SELECT 1 FROM account_movement WHERE day > ? LIMIT 1;
