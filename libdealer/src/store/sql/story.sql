-- Everything that happened to one document.

-- @select_story: in order; what is journaled elsewhere stands behind the entry after which it happened, rules before money, machines, messages
-- plan: sorts one document's story
SELECT s.source, s.journaled, s.id, s.at_ms, s.person, p.code, p.name, a.code, a.name, s.kind, s.detail
FROM (
    SELECT
        CASE WHEN j.kind IN ('linked', 'unlinked') THEN 'link' ELSE 'journal' END AS source,
        0 AS rank,
        j.sequence AS journaled,
        j.sequence AS id,
        j.at_ms,
        j.person,
        j.acting,
        j.kind,
        j.detail
    FROM journal AS j
    WHERE j.document = ?1 AND j.document <> 0
    UNION ALL
    SELECT 'period', 0, j.sequence, j.sequence, j.at_ms, j.person, j.acting, j.kind, j.detail
    FROM document AS d
    JOIN company AS c ON c.id = d.company
    JOIN journal AS j ON j.document = 0 AND j.detail = json_object('company', c.code, 'type', d.type, 'period', d.period)
    WHERE d.id = ?1 AND j.sequence > (SELECT min(f.sequence) FROM journal AS f WHERE f.document = ?1 AND f.document <> 0)
    UNION ALL
    SELECT
        'rule', 1, r.journaled, r.id, r.at_ms, r.person, 0, r.outcome,
        json_object('rule', r.rule, 'entry', r.entry, 'rule_set', r.rule_set, 'call', r.call, 'kept', r.kept,
            'instructions', r.instructions, 'bytes', r.bytes, 'input', json(r.input), 'result', json(r.result))
    FROM decision AS r
    WHERE r.document = ?1
    UNION ALL
    SELECT
        'account', 2, m.journaled, m.id, m.at_ms, m.person, 0, m.kind,
        json_object('item', i.id, 'direction', i.direction, 'for', i.kind, 'amount', json_object('amount_minor', abs(m.amount),
            'currency', i.currency), 'day', m.day, 'document', m.document, 'cause', i.document, 'against', o.document)
    FROM (
        SELECT v.id FROM account_movement AS v WHERE v.document = ?1
        UNION
        SELECT v.id FROM account_item AS k JOIN account_movement AS v ON v.item = k.id WHERE k.document = ?1) AS one
    JOIN account_movement AS m ON m.id = one.id
    JOIN account_item AS i ON i.id = m.item
    LEFT JOIN account_item AS o ON o.id = m.other
    -- Of a pair that was set off, the document's own side; once where both are, or neither.
    WHERE o.id IS NULL OR (i.document = ?1 AND o.document <> ?1) OR ((i.document = ?1) = (o.document = ?1) AND i.id < o.id)
    UNION ALL
    SELECT
        'stock', 3, v.journaled, v.id, v.at_ms, v.person, 0, v.kind,
        json_object('machine', v.machine, 'position', v.position, 'warehouse', v.warehouse, 'cost', v.cost, 'day', v.day,
            'document', v.document)
    FROM machine_movement AS v
    WHERE v.machine = ?1 OR v.document = ?1
    UNION ALL
    SELECT
        'message', 4, m.journaled, m.id, m.at_ms, 0, 0, m.event,
        json_object('person', m.person, 'party', m.party, 'text_en', m.text_en, 'text_zh', m.text_zh)
    FROM message AS m
    WHERE m.document = ?1) AS s
LEFT JOIN employee AS p ON p.id = s.person
LEFT JOIN employee AS a ON a.id = s.acting AND s.acting <> 0
ORDER BY s.journaled, s.rank, s.id;
