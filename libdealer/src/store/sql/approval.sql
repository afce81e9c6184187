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

-- @insert_task: a new one
INSERT INTO task (
    approval, sequence, document, round, person, node, title_en, title_zh, state, decision, comment,
    reason_en, reason_zh, opened_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

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

-- @close_task: exactly once, whoever comes second changes no row; by the person it is of, who then need not be looked up again
UPDATE task
SET state = ?1, decision = ?2, comment = ?3, reason_en = ?4, reason_zh = ?5, closed_ms = ?7
WHERE approval = ?8 AND sequence = ?9 AND closed_ms IS NULL AND person IS ?6;

-- @close_task_of_another: the same, by whoever claimed it with this
UPDATE task
SET state = ?1, decision = ?2, comment = ?3, reason_en = ?4, reason_zh = ?5, person = ?6, closed_ms = ?7
WHERE approval = ?8 AND sequence = ?9 AND closed_ms IS NULL;

-- @reopen_task: a decision was taken back
UPDATE task
SET state = ?, person = ?, decision = NULL, comment = NULL, opened_ms = ?, closed_ms = NULL
WHERE approval = ? AND sequence = ? AND closed_ms IS NOT NULL;

-- @select_task: one, by id
SELECT
    id, approval, document, sequence, round, person, node, title_en, title_zh, state, decision, comment,
    reason_en, reason_zh, opened_ms, closed_ms
FROM task
WHERE id = ?;

-- @select_tasks_open_of_person: the to-do list: his own, and those of posts that he may claim
SELECT
    id, approval, document, sequence, round, person, node, title_en, title_zh, state, decision, comment,
    reason_en, reason_zh, opened_ms, closed_ms
FROM task
WHERE person = ?1 AND id > ?2 AND state = 'open'
UNION ALL
SELECT
    c.task, t.approval, t.document, t.sequence, t.round, t.person, t.node, t.title_en, t.title_zh, t.state, t.decision,
    t.comment, t.reason_en, t.reason_zh, t.opened_ms, t.closed_ms
FROM task_candidate AS c
JOIN task AS t ON t.id = c.task
WHERE c.person = ?1 AND c.task > ?2
ORDER BY 1
LIMIT ?3;

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

-- @insert_task_candidate: may claim it
INSERT INTO task_candidate (person, task)
SELECT ?, id FROM task WHERE approval = ? AND sequence = ?
ON CONFLICT DO NOTHING;

-- @delete_task_candidates: claimed, or closed
DELETE FROM task_candidate WHERE task = (SELECT id FROM task WHERE approval = ? AND sequence = ?);

-- @select_task_candidates: who is awaited while nobody has claimed it
SELECT person FROM task_candidate WHERE task = ? ORDER BY person;

-- @select_task_candidate: may he claim it?
SELECT 1 FROM task_candidate WHERE person = ? AND task = ?;

-- @put_approval_due: from now on it can fire
INSERT INTO approval_due (approval, subject, due_ms)
VALUES (?, ?, ?)
ON CONFLICT (approval, subject) DO UPDATE SET due_ms = excluded.due_ms;

-- @delete_approval_due: it can not any more
DELETE FROM approval_due WHERE approval = ? AND subject = ?;

-- @select_approval_due: the first that is due
SELECT d.approval, d.subject, d.due_ms, a.document
FROM approval_due AS d
JOIN approval AS a ON a.id = d.approval
WHERE d.due_ms <= ?
ORDER BY d.due_ms
LIMIT 1;

-- @insert_cc: told
INSERT INTO cc (approval, document, person, sender, node, title_en, title_zh, comment, sent_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- @select_cc_of_person: what he was told
SELECT id, document, person, sender, node, title_en, title_zh, comment, sent_ms, read_ms
FROM cc
WHERE person = ? AND id > ?
ORDER BY id
LIMIT ?;

-- @select_cc_of_document: who was told of it, and who has read it
SELECT id, document, person, sender, node, title_en, title_zh, comment, sent_ms, read_ms
FROM cc
WHERE document = ? AND id > ?
ORDER BY id
LIMIT ?;

-- @select_cc: one, by id
SELECT id, document, person, sender, node, title_en, title_zh, comment, sent_ms, read_ms FROM cc WHERE id = ?;

-- @read_cc: the first reading is the receipt
UPDATE cc SET read_ms = ? WHERE id = ? AND read_ms IS NULL;

-- @select_submitted: the newest approval of each document that he brought
SELECT a.id, a.document, a.flow, a.state, a.round, a.started_ms, a.ended_ms
FROM approval AS a
WHERE a.submitter = ? AND a.id > ?
    AND NOT EXISTS (SELECT 1 FROM approval AS later WHERE later.document = a.document AND later.id > a.id)
ORDER BY a.id
LIMIT ?;

-- @select_handed_over: documents on their way in which he has, or may have, a part
-- plan: an administrator's rare question; it walks what is on its way
SELECT a.document
FROM approval AS a
WHERE a.ended_ms IS NULL
    AND (EXISTS (SELECT 1 FROM participant AS p WHERE p.person = ?1 AND p.document = a.document)
        OR EXISTS (SELECT 1 FROM task AS t WHERE t.approval = a.id AND t.person = ?1 AND t.closed_ms IS NULL))
ORDER BY a.document;

-- @select_approvals_running: those on their way under other rules or another configuration than these
SELECT a.document
FROM approval AS a
WHERE a.ended_ms IS NULL AND a.document > ?1 AND (a.rule_set <> ?2 OR a.configuration <> ?3)
ORDER BY a.document
LIMIT ?4;
