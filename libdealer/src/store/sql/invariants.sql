-- What is always true. Each query returns what breaks it, in words; a sound store returns no row. They read everything:
-- for `verify` and for the tests, never in the way of work.

-- @open_task_of_ended_approval: nobody is awaited for what is over
SELECT 'task ' || t.id || ' is ' || t.state || ', but approval ' || a.id || ' is ' || a.state
FROM task AS t
JOIN approval AS a ON a.id = t.approval
WHERE t.closed_ms IS NULL AND a.ended_ms IS NOT NULL;

-- @task_of_another_document: a task belongs to the document of its approval
SELECT 'task ' || t.id || ' names document ' || t.document || ', its approval document ' || a.document
FROM task AS t
JOIN approval AS a ON a.id = t.approval
WHERE t.document <> a.document;

-- @decided_task_without_decision: done means decided
SELECT 'task ' || id || ' is done without a decision' FROM task WHERE state = 'done' AND decision IS NULL;

-- @candidate_of_taken_task: only a task that is nobody's yet has candidates
SELECT 'task ' || t.id || ' has candidates, but is ' || t.state
FROM task AS t
WHERE (t.state <> 'open' OR t.person IS NOT NULL) AND EXISTS (SELECT 1 FROM task_candidate AS c WHERE c.task = t.id);

-- @open_task_of_nobody: whoever decides is known, or may claim
SELECT 'task ' || t.id || ' is open, and nobody may take it'
FROM task AS t
WHERE t.state = 'open' AND t.person IS NULL AND NOT EXISTS (SELECT 1 FROM task_candidate AS c WHERE c.task = t.id);

-- @due_of_standing_approval: what does not move does not come due
SELECT 'approval ' || a.id || ' is ' || a.state || ', but something in it comes due'
FROM approval_due AS d
JOIN approval AS a ON a.id = d.approval
WHERE a.state <> 'running';

-- @running_approval_of_settled_document: what is in approval has an approval on its way, and the other way round
SELECT 'document ' || d.id || ' is ' || d.status || ' while approval ' || a.id || ' is ' || a.state
FROM approval AS a
JOIN document AS d ON d.id = a.document
WHERE a.state IN ('running', 'suspended') AND d.status <> 'in_approval';

-- @number_missing_or_double: numbers of a type are as many as were given; over all companies, since a machine keeps its number when it
-- goes to another one
SELECT
    s.type || ': ' || sum(s.last) || ' numbers given, '
    || (SELECT count(*) FROM document AS d WHERE d.type = s.type AND d.number IS NOT NULL) || ' in use'
FROM number_sequence AS s
GROUP BY s.type
HAVING sum(s.last) <> (SELECT count(*) FROM document AS d WHERE d.type = s.type AND d.number IS NOT NULL);

-- @tree_order_double: each department has a place of its own
SELECT 'departments at place ' || tree_order || ': ' || group_concat(code, ', ')
FROM department
WHERE tree_order IS NOT NULL
GROUP BY tree_order
HAVING count(*) > 1;

-- @tree_does_not_nest: a department lies within its parent, in the same company
SELECT 'department ' || c.code || ' lies outside its parent ' || p.code
FROM department AS c
JOIN department AS p ON p.id = c.parent
WHERE c.tree_order IS NOT NULL
    AND (p.tree_order IS NULL OR c.tree_order <= p.tree_order OR c.tree_last > p.tree_last OR c.company IS NOT p.company);

-- @removed_department_in_tree: removed and placed exclude each other
SELECT 'department ' || code || ' is removed, but has a place in the tree'
FROM department
WHERE removed = 1 AND tree_order IS NOT NULL;

-- @stock_without_warehouse: what is in stock is somewhere
SELECT 'machine ' || document_id || ' is in stock, but in no warehouse'
FROM machine
WHERE position = 'in_stock' AND warehouse IS NULL;

-- @machine_is_elsewhere: a machine is where its last movement put it
SELECT 'machine ' || m.document_id || ' is ' || m.position || ', its last movement says ' || v.position
FROM machine AS m
JOIN machine_movement AS v ON v.id = (SELECT max(id) FROM machine_movement WHERE machine = m.document_id)
WHERE m.position IS NOT v.position OR m.warehouse IS NOT v.warehouse
UNION ALL
SELECT 'machine ' || document_id || ' is ' || position || ', but was never moved'
FROM machine
WHERE position <> 'outside' AND document_id NOT IN (SELECT machine FROM machine_movement);

-- @machine_in_two_places: what comes in was not in stock, what goes out was
SELECT 'movement ' || id || ' of machine ' || machine || ' leads from ' || before || ' to ' || position
FROM (
    SELECT id, machine, position, kind, lag(position, 1, 'outside') OVER (PARTITION BY machine ORDER BY id) AS before
    FROM machine_movement)
WHERE (position = 'in_stock') = (before = 'in_stock')
    OR (before = 'in_transit' AND kind <> 'transfer') OR (kind = 'transfer' AND position = 'in_stock' AND before <> 'in_transit');

-- @promised_twice: a machine that left, or never came, is promised to nobody
SELECT 'machine ' || document_id || ' is ' || coalesce(position, 'nowhere') || ', but reserved for document ' || reserved_for
FROM machine
WHERE reserved_for IS NOT NULL AND position IS NOT 'in_stock';

-- @instalments_do_not_add_up: the principal of all instalments is what was financed
SELECT 'financing plan ' || p.document_id || ' is over ' || p.amount || ', its instalments over ' || sum(i.value ->> '$.principal.amount_minor')
FROM financing_plan AS p, json_each(p.instalments) AS i
GROUP BY p.document_id
HAVING sum(i.value ->> '$.principal.amount_minor') <> p.amount
    OR sum(i.value ->> '$.interest.amount_minor') <> p.interest;

-- @rents_do_not_add_up: the rent of a rental is the sum of its schedule
SELECT 'rental ' || r.document_id || ': ' || r.rent_total || ', its schedule: ' || sum(i.value ->> '$.amount.amount_minor')
FROM rental AS r, json_each(r.rents) AS i
GROUP BY r.document_id
HAVING sum(i.value ->> '$.amount.amount_minor') <> r.rent_total;

-- @item_is_not_its_movements: what is open of an item is the sum of its movements
SELECT 'account item ' || i.id || ' has ' || i.open || ' open, its movements say ' || coalesce(sum(m.amount), 0)
FROM account_item AS i
LEFT JOIN account_movement AS m ON m.item = i.id
GROUP BY i.id
HAVING i.open <> coalesce(sum(m.amount), 0)
    OR i.amount <> sum(CASE WHEN m.kind = 'open' THEN m.amount ELSE 0 END)
    OR i.closed * i.amount <> -sum(CASE WHEN m.kind = 'close' THEN m.amount ELSE 0 END);

-- @applied_on_one_side: what is applied takes as much of the one item as of the other, at every document
SELECT 'document ' || a.document || ' applied ' || a.amount || ' of item ' || a.item || ', of item ' || a.other || ' ' || coalesce(b.amount, 0)
FROM (
    SELECT document, item, other, sum(amount) AS amount FROM account_movement WHERE other IS NOT NULL GROUP BY document, item, other) AS a
LEFT JOIN (
    SELECT document, item, other, sum(amount) AS amount FROM account_movement WHERE other IS NOT NULL GROUP BY document, item, other) AS b
    ON b.document = a.document AND b.item = a.other AND b.other = a.item
WHERE a.amount IS NOT b.amount OR a.amount > 0;

-- @applied_across: only a receivable and a payable of one party, company and currency are set against each other
SELECT 'items ' || a.id || ' and ' || b.id || ' were applied to each other'
FROM account_movement AS m
JOIN account_item AS a ON a.id = m.item
JOIN account_item AS b ON b.id = m.other
WHERE a.direction = b.direction OR a.company <> b.company OR a.currency <> b.currency
    OR a.customer IS NOT b.customer OR a.party IS NOT b.party;

-- @item_of_fallen_document: what is owed has a document in force behind it, or one that somebody wishes to void
SELECT 'account item ' || i.id || ' comes from document ' || d.id || ', which is ' || d.status
FROM account_item AS i
JOIN document AS d ON d.id = i.document
WHERE i.closed = 0 AND d.status <> 'approved' AND d.void_review IS NULL;

-- @contract_not_on_account: what a contract in force sells is owed, to the cent
SELECT 'contract ' || c.document_id || ' is over ' || c.price || ', its receivables over ' || coalesce(sum(i.amount), 0)
FROM contract AS c
JOIN document AS d ON d.id = c.document_id
LEFT JOIN account_item AS i ON i.document = c.document_id AND i.direction = 'receivable' AND i.closed = 0
WHERE d.status = 'approved'
GROUP BY c.document_id
HAVING c.price <> coalesce(sum(i.amount), 0);

-- @return_not_on_account: a machine that came back from a customer, or went back to its maker, is credited with what its paper says
SELECT d.type || ' ' || d.id || ' credits ' || p.credit || '; on account: ' || coalesce(sum(i.amount), 0)
FROM (
    SELECT document_id, credit FROM stock_in WHERE source = 'sales_return' AND credit IS NOT NULL UNION ALL
    SELECT document_id, credit FROM stock_out WHERE credit IS NOT NULL) AS p
JOIN document AS d ON d.id = p.document_id
LEFT JOIN account_item AS i ON i.document = p.document_id AND i.closed = 0 AND i.kind IN ('sales_return', 'purchase_return')
WHERE d.status = 'approved'
GROUP BY p.document_id
HAVING p.credit <> coalesce(sum(i.amount), 0);

-- @confirmed_is_not_applied: a receipt, payment or refund is on account as long as it is confirmed, and what it says of itself is so
SELECT 'document ' || p.document_id || ' is over ' || p.amount || ', applied ' || p.applied || '; on account: ' || coalesce(sum(i.amount), 0)
FROM (
    SELECT document_id, amount, coalesce(confirmed, 0) AS confirmed, coalesce(applied, 0) AS applied FROM receipt UNION ALL
    SELECT document_id, amount, coalesce(confirmed, 0), coalesce(applied, 0) FROM payment UNION ALL
    SELECT document_id, amount, coalesce(confirmed, 0), coalesce(applied, 0) FROM refund) AS p
JOIN document AS d ON d.id = p.document_id
LEFT JOIN account_item AS i ON i.document = p.document_id AND i.closed = 0
WHERE d.status = 'approved'
GROUP BY p.document_id
HAVING coalesce(sum(i.amount), 0) <> p.confirmed * p.amount
    OR -2 * p.applied <> (
        SELECT coalesce(sum(m.amount), 0) FROM account_movement AS m WHERE m.document = p.document_id AND m.other IS NOT NULL);

-- @set_off_is_not_applied: a set-off moves what it says
SELECT 'set-off ' || p.document_id || ' over ' || p.amount || ' applied ' || coalesce(-sum(m.amount) / 2, 0)
FROM set_off AS p
JOIN document AS d ON d.id = p.document_id
LEFT JOIN account_movement AS m ON m.document = p.document_id AND m.other IS NOT NULL
WHERE d.status = 'approved'
GROUP BY p.document_id
HAVING coalesce(p.confirmed, 0) * p.amount * 2 <> coalesce(-sum(m.amount), 0);

-- @parts_arrived_otherwise: an order says of its old parts what the returns in force brought
SELECT 'service order ' || o.document_id || ' says ' || o.parts_state || ' of its ' || o.sent || ' old parts, ' || o.came || ' of which came'
FROM (
    SELECT
        s.document_id,
        s.parts_state,
        (SELECT sum(i.value ->> '$.quantity') FROM json_each(s.old_parts) AS i) AS sent,
        (
            SELECT coalesce(sum(i.value ->> '$.quantity'), 0)
            FROM old_part_return AS r
            JOIN document AS d ON d.id = r.document_id AND d.status = 'approved'
            JOIN json_each(r.parts) AS i
            WHERE r.service_order = s.document_id) AS came
    FROM service_order AS s
    WHERE s.parts_state IS NOT NULL) AS o
WHERE o.parts_state <> CASE WHEN o.came = 0 THEN 'due' WHEN o.came < o.sent THEN 'partly' ELSE 'arrived' END OR o.came > o.sent;

-- @document_without_typed_row: built-in types keep their fields in a table of their own
SELECT 'document ' || d.id || ' has no row in ' || d.type
FROM document AS d
WHERE d.type IN (
        'customer', 'contact', 'machine', 'visit', 'pre_order', 'trade_in', 'sales', 'credit_investigation',
        'contract', 'dispatch', 'stock_in', 'stock_out', 'purchase', 'reservation', 'stock_take', 'financing_plan',
        'repayment', 'advance', 'repurchase', 'margin_deposit', 'rental', 'rental_extension', 'rental_end', 'insurance',
        'receipt', 'payment', 'refund', 'set_off', 'service_order', 'old_part_return')
    AND d.id NOT IN (
        SELECT document_id FROM customer UNION ALL
        SELECT document_id FROM contact UNION ALL
        SELECT document_id FROM machine UNION ALL
        SELECT document_id FROM visit UNION ALL
        SELECT document_id FROM pre_order UNION ALL
        SELECT document_id FROM trade_in UNION ALL
        SELECT document_id FROM sales UNION ALL
        SELECT document_id FROM credit_investigation UNION ALL
        SELECT document_id FROM contract UNION ALL
        SELECT document_id FROM dispatch UNION ALL
        SELECT document_id FROM stock_in UNION ALL
        SELECT document_id FROM stock_out UNION ALL
        SELECT document_id FROM purchase UNION ALL
        SELECT document_id FROM reservation UNION ALL
        SELECT document_id FROM stock_take UNION ALL
        SELECT document_id FROM financing_plan UNION ALL
        SELECT document_id FROM repayment UNION ALL
        SELECT document_id FROM advance UNION ALL
        SELECT document_id FROM repurchase UNION ALL
        SELECT document_id FROM margin_deposit UNION ALL
        SELECT document_id FROM rental UNION ALL
        SELECT document_id FROM rental_extension UNION ALL
        SELECT document_id FROM rental_end UNION ALL
        SELECT document_id FROM insurance UNION ALL
        SELECT document_id FROM receipt UNION ALL
        SELECT document_id FROM payment UNION ALL
        SELECT document_id FROM refund UNION ALL
        SELECT document_id FROM set_off UNION ALL
        SELECT document_id FROM service_order UNION ALL
        SELECT document_id FROM old_part_return);

-- @typed_row_of_another_type: and only there
SELECT 'document ' || d.id || ' is ' || d.type || ', but has a row in ' || t.name
FROM (
    SELECT document_id, 'customer' AS name FROM customer UNION ALL
    SELECT document_id, 'contact' FROM contact UNION ALL
    SELECT document_id, 'machine' FROM machine UNION ALL
    SELECT document_id, 'visit' FROM visit UNION ALL
    SELECT document_id, 'pre_order' FROM pre_order UNION ALL
    SELECT document_id, 'trade_in' FROM trade_in UNION ALL
    SELECT document_id, 'sales' FROM sales UNION ALL
    SELECT document_id, 'credit_investigation' FROM credit_investigation UNION ALL
    SELECT document_id, 'contract' FROM contract UNION ALL
    SELECT document_id, 'dispatch' FROM dispatch UNION ALL
    SELECT document_id, 'stock_in' FROM stock_in UNION ALL
    SELECT document_id, 'stock_out' FROM stock_out UNION ALL
    SELECT document_id, 'purchase' FROM purchase UNION ALL
    SELECT document_id, 'reservation' FROM reservation UNION ALL
    SELECT document_id, 'stock_take' FROM stock_take UNION ALL
    SELECT document_id, 'financing_plan' FROM financing_plan UNION ALL
    SELECT document_id, 'repayment' FROM repayment UNION ALL
    SELECT document_id, 'advance' FROM advance UNION ALL
    SELECT document_id, 'repurchase' FROM repurchase UNION ALL
    SELECT document_id, 'margin_deposit' FROM margin_deposit UNION ALL
    SELECT document_id, 'rental' FROM rental UNION ALL
    SELECT document_id, 'rental_extension' FROM rental_extension UNION ALL
    SELECT document_id, 'rental_end' FROM rental_end UNION ALL
    SELECT document_id, 'insurance' FROM insurance UNION ALL
    SELECT document_id, 'receipt' FROM receipt UNION ALL
    SELECT document_id, 'payment' FROM payment UNION ALL
    SELECT document_id, 'refund' FROM refund UNION ALL
    SELECT document_id, 'set_off' FROM set_off UNION ALL
    SELECT document_id, 'service_order' FROM service_order UNION ALL
    SELECT document_id, 'old_part_return' FROM old_part_return) AS t
JOIN document AS d ON d.id = t.document_id
WHERE d.type <> t.name;

-- @customer_of_another_type: the customer of a document is a customer
SELECT 'document ' || d.id || ' names document ' || c.id || ' as its customer, which is a ' || c.type
FROM document AS d
JOIN document AS c ON c.id = d.customer
WHERE c.type <> 'customer';

-- @participant_of_nothing: taking part outlives no document
SELECT 'employee ' || p.person || ' took part in document ' || p.document || ', which does not exist'
FROM participant AS p
WHERE p.document NOT IN (SELECT id FROM document);

-- @void_without_reason: nothing is voided without saying why
SELECT 'document ' || id || ' is voided without a reason'
FROM document
WHERE status = 'voided' AND coalesce(void_reason, '') = '';

-- @message_uid_double: a host tells messages apart by their uid
SELECT 'messages share uid ' || uid FROM message GROUP BY uid HAVING count(*) > 1;

-- @journal_gap: entries are numbered without gaps
SELECT 'the journal has ' || count(*) || ' entries, the last is ' || max(sequence)
FROM journal
HAVING count(*) <> coalesce(max(sequence), 0);

-- @journal_head_behind: the head is the last entry
SELECT
    'the journal ends at ' || coalesce((SELECT max(sequence) FROM journal), 0) || ', its head says '
    || coalesce((SELECT sequence FROM journal_head), 0)
WHERE coalesce((SELECT max(sequence) FROM journal), 0) <> coalesce((SELECT sequence FROM journal_head), 0);

-- @story_beyond_the_journal: what is told in a document's story happened after an entry that is there
SELECT t.name || ' ' || t.id || ' follows entry ' || t.journaled
FROM (
    SELECT 'decision' AS name, id, journaled FROM decision
    UNION ALL
    SELECT 'account movement', id, journaled FROM account_movement
    UNION ALL
    SELECT 'machine movement', id, journaled FROM machine_movement
    UNION ALL
    SELECT 'message', id, journaled FROM message) AS t
WHERE t.journaled > coalesce((SELECT max(sequence) FROM journal), 0);

-- @market_gap: sales are numbered without gaps
SELECT 'there are ' || count(*) || ' market sales, the last is ' || max(id)
FROM market_sale
HAVING count(*) <> coalesce(max(id), 0);

-- @rule_set_without_files: a rule set that was in force can be loaded
SELECT 'rule set ' || u.rule_set || ' has no files'
FROM rule_set_use AS u
WHERE u.rule_set NOT IN (SELECT rule_set FROM rule_file);

-- @text_is_no_json: what is kept as JSON can be read back
SELECT 'journal entry ' || sequence FROM journal WHERE NOT json_valid(coalesce(detail, '{}'))
UNION ALL
SELECT 'decision ' || id FROM decision WHERE NOT (json_valid(input) AND json_valid(result))
UNION ALL
SELECT 'approval ' || id FROM approval WHERE NOT json_valid(body)
UNION ALL
SELECT 'configuration ' || version FROM configuration WHERE NOT json_valid(body)
UNION ALL
SELECT 'market sale ' || id FROM market_sale WHERE NOT json_valid(coalesce(attributes, '{}'))
UNION ALL
SELECT 'competitors of visit ' || document_id FROM visit WHERE NOT json_valid(coalesce(competitors, '[]'))
UNION ALL
SELECT 'competitors of pre-order ' || document_id FROM pre_order WHERE NOT json_valid(coalesce(competitors, '[]'))
UNION ALL
SELECT 'old parts of service order ' || document_id FROM service_order WHERE NOT json_valid(coalesce(old_parts, '[]'))
UNION ALL
SELECT 'parts of old part return ' || document_id FROM old_part_return WHERE NOT json_valid(coalesce(parts, '[]'))
UNION ALL
SELECT 'lines of trade-in ' || document_id FROM trade_in
WHERE NOT (json_valid(coalesce(conditions, '[]')) AND json_valid(coalesce(options, '[]')));

-- @quota_of_fallen_order: only an order that is on its way or approved takes of a quota, and never less than nothing
SELECT 'document ' || d.id || ': ' || sum(q.amount)
FROM quota_entry AS q
JOIN document AS d ON d.id = q.document
GROUP BY d.id
HAVING sum(q.amount) < 0 OR (sum(q.amount) <> 0 AND d.status NOT IN ('in_approval', 'approved'));
