-- What replay and backtest read of past decisions, and which candidates were tried.

-- @select_decision: one, to be replayed
SELECT id, document, at_ms, rule_set, rule, entry, outcome, instructions, bytes, input, result
FROM decision
WHERE id = ?;

-- @select_decisions_after: a page of all, oldest first
SELECT id, document, at_ms, rule_set, rule, entry, outcome, instructions, bytes, input, result
FROM decision
WHERE id > ?
ORDER BY id
LIMIT ?;

-- @select_decisions_latest: of a document's last submission, be it refused; who was chosen to approve or told is not of it
SELECT id, document, at_ms, rule_set, rule, entry, outcome, instructions, bytes, input, result
FROM decision
WHERE document = ?1 AND entry IN ('value', 'decide')
    AND call = (SELECT max(d.call) FROM decision AS d WHERE d.document = ?1 AND d.entry IN ('value', 'decide'))
ORDER BY id;

-- @select_decision_last: decisions are never deleted, so the last id is their count too
SELECT coalesce(max(id), 0) FROM decision;

-- @insert_backtest: a candidate was tried on all past documents
INSERT INTO backtest (hash, by, documents, at_ms) VALUES (?, ?, ?, ?);

-- @select_backtest: was it?
SELECT count(*) FROM backtest WHERE hash = ?;

-- @select_market_prices: what machines fetched within a time, for statistics
SELECT price_minor, year, hours
FROM market_sale
WHERE currency = ?1 AND date_days >= ?2 AND date_days < ?3
    AND (?4 IS NULL OR category = ?4) AND (?5 IS NULL OR model = ?5)
ORDER BY date_days, id;

-- @select_market_resale: the next sale of a machine
SELECT price_minor, date_days
FROM market_sale
WHERE serial = ? AND currency = ? AND date_days >= ?
ORDER BY date_days
LIMIT 1;
