-- Approvals on their way, their tasks and their history.

-- @insert_approval: a document starts on its way
INSERT INTO approval (
    document, flow, rule_set, configuration, state, round, submitter, started_ms, ended_ms, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- @update_approval: after a step
UPDATE approval
SET flow = ?, rule_set = ?, configuration = ?, state = ?, round = ?, ended_ms = ?, body = ?
WHERE id = ?;

-- @select_approval_of_document: the newest
SELECT
    id, document, flow, rule_set, configuration, state, round, submitter, started_ms, coalesce(ended_ms, 0), body
FROM approval
WHERE document = ?
ORDER BY id DESC
LIMIT 1;

-- @put_task: opened, or changed while it is open; a closed one gives no row
INSERT INTO task (
    approval, sequence, document, round, person, node, title_en, title_zh, state, decision, comment,
    reason_en, reason_zh, opened_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (approval, sequence) DO UPDATE
SET round = excluded.round, person = excluded.person, title_en = excluded.title_en, title_zh = excluded.title_zh,
    state = excluded.state, decision = excluded.decision, comment = excluded.comment,
    reason_en = excluded.reason_en, reason_zh = excluded.reason_zh, opened_ms = excluded.opened_ms
WHERE closed_ms IS NULL
RETURNING id;

-- @close_task: exactly once; whoever comes second changes no row
UPDATE task
SET state = ?, decision = ?, comment = ?, reason_en = ?, reason_zh = ?, person = ?, closed_ms = ?
WHERE approval = ? AND sequence = ? AND closed_ms IS NULL;

-- @reopen_task: a decision was taken back
UPDATE task
SET state = ?, person = ?, decision = NULL, opened_ms = ?, closed_ms = NULL
WHERE approval = ? AND sequence = ? AND closed_ms IS NOT NULL;

-- @select_task: one, by id
SELECT
    id, approval, document, sequence, round, person, node, title_en, title_zh, state, decision, comment,
    reason_en, reason_zh, opened_ms, closed_ms
FROM task
WHERE id = ?;

-- @select_tasks_open_of_person: the to-do list
SELECT
    id, approval, document, sequence, round, person, node, title_en, title_zh, state, decision, comment,
    reason_en, reason_zh, opened_ms, closed_ms
FROM task
WHERE person = ? AND id > ? AND state = 'open'
ORDER BY id
LIMIT ?;

-- @select_tasks_done_of_person: what he has decided
SELECT
    id, approval, document, sequence, round, person, node, title_en, title_zh, state, decision, comment,
    reason_en, reason_zh, opened_ms, closed_ms
FROM task
WHERE person = ? AND id > ? AND closed_ms IS NOT NULL AND state = 'done'
ORDER BY id
LIMIT ?;

-- @select_tasks_of_document: all of them
-- plan: the tasks of one document, a handful, are sorted
SELECT
    t.id, t.approval, t.document, t.sequence, t.round, t.person, t.node, t.title_en, t.title_zh, t.state, t.decision,
    t.comment, t.reason_en, t.reason_zh, t.opened_ms, t.closed_ms
FROM approval AS a
JOIN task AS t ON t.approval = a.id
WHERE a.document = ? AND t.id > ?
ORDER BY t.id
LIMIT ?;

-- @select_tasks_open_of_document: who is awaited, since when
-- plan: the tasks of one document, a handful, are sorted
SELECT
    t.id, t.approval, t.document, t.sequence, t.round, t.person, t.node, t.title_en, t.title_zh, t.state, t.decision,
    t.comment, t.reason_en, t.reason_zh, t.opened_ms, t.closed_ms
FROM approval AS a
JOIN task AS t ON t.approval = a.id
WHERE a.document = ? AND t.id > ? AND t.state = 'open'
ORDER BY t.id
LIMIT ?;

-- @insert_participant: took part, may read for ever
INSERT INTO participant (person, document) VALUES (?, ?) ON CONFLICT DO NOTHING;

-- @select_participant: did he take part?
SELECT 1 FROM participant WHERE person = ? AND document = ?;
