-- What managers ask: each statement gives one row for each thing counted; store/report.c groups and sums them. In braces stands what
-- the asker's permission fills in, so that nothing is summed that he may not see:
--   {visible}, {contract.visible}   he may read this document
--   {budget}, {contract.price}      the field, or NULL where it is hidden from him
--   {?cost}, {?*}, {?money}         he may see the field, all fields, all fields that hold money, of this document
--   {document}                      the document d and, where its type has a table, its row t
--   {type}, {as_of}, {now_ms}       the type asked about, the day and the instant asked for
-- The documents of another type are called <type>_d and <type>_t. `day` is what from and to go by.

-- @forecast: open pre-orders; of a budget is likely what its likelihood says, rounded to the minor unit
SELECT
    d.id AS document,
    {company} AS company,
    {department} AS department,
    {owner} AS person,
    {customer} AS customer,
    {currency} AS currency,
    {expected_month} AS day,
    {expected_month} AS month,
    {category} AS category,
    {brand} AS brand,
    {model} AS model,
    {payment_way} AS payment_way,
    {likelihood} / 1000 * 1000 AS likelihood,
    {quantity} AS machines,
    {budget} AS budget,
    {budget} / 10000 * {likelihood} + ({budget} % 10000 * {likelihood} + 5000) / 10000 AS weighted
FROM pre_order AS t
JOIN document AS d ON d.id = t.document_id
WHERE {status} = 'approved' AND {outcome} = 'open' AND {visible}

-- @competition: every bid of a competitor on a pre-order, beside our price: the contract's, else that of the last sales application
SELECT
    *,
    (outcome = 'won') AS won,
    (outcome = 'lost') AS lost,
    (outcome = 'open') AS open,
    iif(theirs IS NULL, NULL, ours) AS our_price,
    iif(ours IS NULL, NULL, theirs) AS their_price,
    ours - theirs AS gap
FROM (
    SELECT
        d.id AS document,
        {company} AS company,
        {department} AS department,
        {owner} AS person,
        {customer} AS customer,
        {currency} AS currency,
        date({created} / 1000 + 28800, 'unixepoch') AS day,
        strftime('%Y-%m', {created} / 1000 + 28800, 'unixepoch') AS month,
        {category} AS category,
        {brand} AS brand,
        {model} AS model,
        {outcome} AS outcome,
        {outcome_reason} AS reason,
        bid.value ->> '$.brand' AS competitor,
        bid.value ->> '$.model' AS competitor_model,
        iif(bid.value ->> '$.price.currency' = {currency}, bid.value ->> '$.price.amount_minor', NULL) AS theirs,
        coalesce(
            (
                SELECT {contract.price}
                FROM contract AS contract_t
                JOIN document AS contract_d ON contract_d.id = contract_t.document_id
                WHERE {contract.pre_order} = d.id AND {contract.status} = 'approved' AND {contract.currency} = {currency}
                    AND {contract.visible}
                ORDER BY contract_d.id DESC
                LIMIT 1),
            (
                SELECT {sales.price}
                FROM sales AS sales_t
                JOIN document AS sales_d ON sales_d.id = sales_t.document_id
                WHERE {sales.pre_order} = d.id AND {sales.status} IN ('in_approval', 'approved', 'rejected')
                    AND {sales.currency} = {currency} AND {sales.visible}
                ORDER BY sales_d.id DESC
                LIMIT 1)) AS ours
    FROM pre_order AS t
    JOIN document AS d ON d.id = t.document_id
    JOIN json_each({competitors}) AS bid
    WHERE {status} = 'approved' AND {visible})

-- @waiting: every task of an approval: open, and how long it waits; done, and how long it waited
SELECT
    d.id AS document,
    d.type AS type,
    {company} AS company,
    {department} AS department,
    {owner} AS owner,
    {customer} AS customer,
    date(k.opened_ms / 1000 + 28800, 'unixepoch') AS day,
    strftime('%Y-%m', k.opened_ms / 1000 + 28800, 'unixepoch') AS month,
    a.flow AS flow,
    k.node AS node,
    k.person AS person,
    (k.state = 'open') AS waiting,
    iif(k.state = 'open', {now_ms} - k.opened_ms, NULL) AS waiting_ms,
    (k.state = 'done') AS done,
    iif(k.state = 'done', k.closed_ms - k.opened_ms, NULL) AS done_ms
FROM {document}
JOIN approval AS a ON a.document = d.id
JOIN task AS k ON k.approval = a.id
WHERE d.type = {type} AND k.state IN ('open', 'done') AND {visible}

-- @stock: what was in stock at the end of a day; a transfer makes it no younger
SELECT
    *,
    CASE WHEN days <= 90 THEN '0-90' WHEN days <= 180 THEN '91-180' WHEN days <= 365 THEN '181-365' ELSE '366+' END AS age
FROM (
    SELECT
        d.id AS document,
        {company} AS company,
        {department} AS department,
        {currency} AS currency,
        {category} AS category,
        {brand} AS brand,
        {model} AS model,
        {used} AS used,
        iif({?warehouse}, v.warehouse, NULL) AS warehouse,
        iif({?cost}, v.cost, NULL) AS cost,
        CAST(julianday({as_of}) - julianday((
            SELECT i.day
            FROM machine_movement AS i
            WHERE i.machine = d.id AND i.day <= {as_of} AND i.position = 'in_stock' AND i.kind <> 'transfer'
            ORDER BY i.id DESC
            LIMIT 1)) AS INTEGER) AS days
    FROM machine AS t
    JOIN document AS d ON d.id = t.document_id
    JOIN machine_movement AS v ON v.id = (
        SELECT m.id FROM machine_movement AS m WHERE m.machine = d.id AND m.day <= {as_of} ORDER BY m.id DESC LIMIT 1)
    WHERE {status} = 'approved' AND v.position = 'in_stock' AND {visible})

-- @trade_ins: approved trade-ins: worth, allowed, and fetched - by the dealer's own contract for the machine, else on the market
SELECT
    *,
    allowance - valuation AS over_allowance,
    realised - allowance AS washout,
    iif(realised IS NULL, NULL, allowance) AS allowance_of_resold
FROM (
    SELECT
        d.id AS document,
        {company} AS company,
        {department} AS department,
        {owner} AS person,
        {customer} AS customer,
        {currency} AS currency,
        {offered_on} AS day,
        substr({offered_on}, 1, 7) AS month,
        {category} AS category,
        {brand} AS brand,
        {model} AS model,
        coalesce({entered_directly}, 0) AS entered_directly,
        {valuation} AS valuation,
        {allowance} AS allowance,
        coalesce(
            (
                SELECT {contract.price} / coalesce({contract.quantity}, 1)
                FROM stock_in AS stock_in_t
                JOIN document AS stock_in_d ON stock_in_d.id = stock_in_t.document_id
                JOIN dispatch AS dispatch_t ON {dispatch.machine} = {stock_in.machine}
                JOIN document AS dispatch_d ON dispatch_d.id = dispatch_t.document_id
                JOIN contract AS contract_t ON contract_t.document_id = {dispatch.contract}
                JOIN document AS contract_d ON contract_d.id = contract_t.document_id
                WHERE {stock_in.trade_in} = d.id AND {stock_in.status} = 'approved' AND {stock_in.visible}
                    AND {dispatch.status} = 'approved' AND {dispatch.visible}
                    AND {contract.status} = 'approved' AND {contract.currency} = {currency} AND {contract.price} > 0
                    AND {contract.visible}
                ORDER BY stock_in_d.id, dispatch_d.id
                LIMIT 1),
            (
                SELECT s.price_minor
                FROM market_sale AS s
                WHERE s.serial = {serial_number} AND s.currency = {currency}
                    AND s.date_days >= CAST(julianday({offered_on}) - 2440587.5 AS INTEGER)
                ORDER BY s.date_days
                LIMIT 1)) AS realised
    FROM trade_in AS t
    JOIN document AS d ON d.id = t.document_id
    WHERE {status} = 'approved' AND {visible})

-- @decisions: what rules decided; the reason, the first that the rule gave, only where he may see all that it saw of the document
SELECT
    d.id AS document,
    d.type AS type,
    {company} AS company,
    {department} AS department,
    {owner} AS person,
    {customer} AS customer,
    date(r.at_ms / 1000 + 28800, 'unixepoch') AS day,
    strftime('%Y-%m', r.at_ms / 1000 + 28800, 'unixepoch') AS month,
    r.rule AS rule,
    r.entry AS entry,
    r.outcome AS outcome,
    r.rule_set AS rule_set,
    iif({?*}, r.result ->> '$.reasons[0].id', NULL) AS reason
FROM {document}
JOIN decision AS r ON r.document = d.id
WHERE d.type = {type} AND {visible}

-- @accounts: what is open of every item at the end of a day, by the document that it comes from; due on the day is not overdue
SELECT
    *,
    CASE
        WHEN due_on IS NULL THEN 'held' WHEN days <= 0 THEN 'not_due' WHEN days <= 30 THEN '1-30'
        WHEN days <= 60 THEN '31-60' WHEN days <= 90 THEN '61-90' ELSE '91+'
    END AS age,
    iif(sees, balance, NULL) AS open,
    iif(sees AND days > 0, balance, NULL) AS overdue
FROM (
    SELECT
        d.id AS document,
        d.type AS type,
        {company} AS company,
        {department} AS department,
        {owner} AS person,
        iif({?customer}, a.customer, NULL) AS customer,
        iif({?*}, a.party, NULL) AS party,
        a.direction AS direction,
        a.kind AS kind,
        a.currency AS currency,
        a.due_on AS due_on,
        CAST(julianday({as_of}) - julianday(a.due_on) AS INTEGER) AS days,
        {?money} AS sees,
        (SELECT sum(m.amount) FROM account_movement AS m WHERE m.item = a.id AND m.day <= {as_of}) AS balance
    FROM {document}
    JOIN account_item AS a ON a.document = d.id
    WHERE d.type = {type} AND a.opened_on <= {as_of} AND {visible})
WHERE balance > 0
