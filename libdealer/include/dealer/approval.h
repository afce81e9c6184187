/** Approval: tasks, and what people do with them. */
#ifndef DEALER_APPROVAL_H
#define DEALER_APPROVAL_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Which list of dealer_tasks. */
typedef enum dealer_task_list {
    DEALER_TASKS_OPEN = 0,      /**< What waits for him: his own tasks, and those of his posts that he may claim. */
    DEALER_TASKS_DONE = 1,      /**< What he decided. */
    DEALER_TASKS_CC = 2,        /**< What was copied to him. */
    DEALER_TASKS_SUBMITTED = 3, /**< What he brought, with who is awaited now and since when. */
    DEALER_TASKS_LAST = 0x7fffffff
} dealer_task_list;

/** A page of one of the person's lists, oldest first, as a JSON array. Each row has {"id", "document", "type", "number", "owner",
 *  "since"}; tasks also {"node", "title", "reason", "round", "state", "decision", "comment", "claimable"}, copies {"person", "name",
 *  "sender", "node", "title", "comment", "read", "read_ms"}, what was submitted {"flow", "state", "round", "ended", "awaited":
 *  [{"node", "title", "name", "since"}]}.
 *  @param kind one of dealer_task_list. @param after the last id of the page before, 0 first. @param limit 1 to 1000.
 *  @return DEALER_OK; DEALER_E_INVALID (kind or limit), _BUSY, _IO, _NOMEM. */
DEALER_API dealer_status dealer_tasks(dealer_session *session, dealer_text **json_out, int32_t kind, int64_t after, int32_t limit);

/** The receipt of a copy that was sent to the person: the first reading counts, reading again changes nothing.
 *  @return DEALER_OK; DEALER_E_NOT_FOUND (no such copy, or not to him), _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_cc_read(dealer_session *session, int64_t cc);
/** Everybody to whom a document was copied, and whether he has read it: rows as in dealer_tasks. */
DEALER_API dealer_status dealer_document_cc(dealer_session *session, dealer_text **json_out, dealer_document *document);

/** Approves up to 1000 tasks of the person in one transaction. The answer is a JSON array with a result for each, in order:
 *  {"task", "ok", "status": "DEALER_OK" | ..., "en", "zh", "state"}; one that is refused changes nothing of the others.
 *  @param comment NULL or up to 2000 bytes, for all of them.
 *  @return DEALER_OK also when some, or all, were refused; DEALER_E_INVALID (count, comment), _BUSY, _IO, _FULL, _NOMEM: then
 *  nothing was approved. */
DEALER_API dealer_status dealer_tasks_approve_many(
    dealer_session *session, dealer_text **json_out, const int64_t *tasks, size_t count, const char *comment);
/** Whatever a leaver has not decided yet goes to somebody else, in every document whose approval the session's person may
 *  administrate. @param from, to codes of employees.
 *  The answer is a JSON array with a result for each document in which he had a task: {"document", "number", "ok", "status", "en", "zh"}.
 *  @return as dealer_tasks_approve_many; DEALER_E_NOT_FOUND (no such employee). */
DEALER_API dealer_status dealer_tasks_hand_over(
    dealer_session *session, dealer_text **json_out, const char *from, const char *to, const char *comment);
/** How long decisions take, and what waits, by node and person: over the documents that the person may read.
 *  @param query NULL or a JSON object: {"type": a document type, "from_ms", "to_ms": when tasks were opened}.
 *  The answer: [{"type", "flow", "node", "title", "person", "name", "done", "average_ms", "longest_ms", "waiting",
 *  "waiting_average_ms"}]; a post's task that nobody has claimed has no person.
 *  @return DEALER_OK; DEALER_E_INVALID (query), _NOT_FOUND (no such type), _BUSY, _IO, _NOMEM. */
DEALER_API dealer_status dealer_approval_statistics(
    dealer_session *session, dealer_text **json_out, const char *query, size_t length);

/** Approves a task of the session's person. @param comment NULL or up to 2000 bytes.
 *  @return DEALER_OK, the decision says what followed; DEALER_E_NOT_FOUND (no such task, or not his), DEALER_E_CONFLICT (already
 *  decided), _LOCKED, _GATE, _STATE, _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_task_approve(
    dealer_session *session, dealer_decision **decision_out, int64_t task, const char *comment);
/** Rejects a task; a comment is required: whoever amends must know why. */
DEALER_API dealer_status dealer_task_reject(
    dealer_session *session, dealer_decision **decision_out, int64_t task, const char *comment);
/** Fires what is due by now: reminders, approvals and rejections by the clock, escalations, transfers, ends of delays, and dates of
 *  documents that message rules tell of. The host calls it as often as it likes, from any number of processes: each fires exactly once. Only the system's session.
 *  @param limit at most so many, 1 to 1000: other writers wait so long.
 *  The answer: {"fired": n, "failed": [{"document", "status", "en", "zh"}], "more": bool}; what fails (a document that finance has
 *  locked, say) is tried again an hour later.
 *  @return DEALER_OK; DEALER_E_DENIED (not the system), _INVALID (limit), _BUSY, _IO, _FULL, _NOMEM: then nothing fired. */
DEALER_API dealer_status dealer_tick(dealer_session *session, dealer_text **json_out, int32_t limit);
/** Any verb of docs/approval.md on a task: "return", "transfer", "delegate", "add_before", ... with its arguments as JSON
 *  ({"comment", "to": node, "person": code, "jump_back"}), NULL for none. Tasks of others (one that he added, or delegated; for
 *  "remove" also whoever may administer) are named by the ids that dealer_approval_explain gives. */
DEALER_API dealer_status dealer_task_act(
    dealer_session *session, dealer_decision **decision_out, int64_t task, const char *verb, const char *arguments);
/** Verbs on the whole approval: "terminate", "suspend", "resume", "override_pass", "override_reject" (function administer), "remind"
 *  (the submitter, or whoever may administer), "comment", "recall". */
DEALER_API dealer_status dealer_document_act(
    dealer_session *session, dealer_decision **decision_out, dealer_document *document, const char *verb, const char *arguments);
/** A picture of a flow in force, by the id of its rule file ("flow.sales").
 *  @param format "svg" (drawn here, texts readable in Chinese), "mermaid" or "dot" (for Graphviz).
 *  @return DEALER_OK; DEALER_E_NOT_FOUND (no such flow), _INVALID (format), _BUSY, _IO, _NOMEM. */
DEALER_API dealer_status dealer_flow_picture(
    dealer_session *session, dealer_text **text_out, const char *flow, const char *format, dealer_language language);
/** The same of a document's approval: what is done, who is awaited, what was skipped, with names; of a draft, the flow that it would take.
 *  @return DEALER_OK; DEALER_E_NOT_FOUND (not to be read), _STATE (it is in no flow), _INVALID, _CONFIGURATION, _BUSY, _IO, _NOMEM. */
DEALER_API dealer_status dealer_document_picture(
    dealer_session *session, dealer_text **text_out, dealer_document *document, const char *format, dealer_language language);
/** Why: {"flow", "version", "state", "nodes": [{"node", "title", "state", "round", "counts", "overridden", "people": [{"task",
 *  "person", "name", "state", "decision", "why"}]}], "choices": [{"kind": what was skipped, chosen, voided, "node", "name", "round", "why"}], "why_not":
 *  [{"node", "why"}]}. @param person NULL, or the code of an employee: "why_not" then says why he is not the one who is asked.
 *  @return DEALER_OK; DEALER_E_NOT_FOUND (document or employee), _STATE (it is in no flow), _BUSY, _IO, _NOMEM. */
DEALER_API dealer_status dealer_approval_explain(
    dealer_session *session, dealer_text **json_out, dealer_document *document, const char *person);
/** Approvals that run under other rules, or another organisation, than those in force go on under these: those whose approval the
 *  session's person may administrate, of documents after `after`, at most `limit` (1 to 1000).
 *  @param dry_run not 0: nothing is written, the verdicts are the same. @param comment NULL, or why.
 *  The answer: [{"document", "number", "ok", "status", "en", "zh", "rule_set", "configuration" (where it was), "not_asked": nodes before
 *  where it stands that it will not come to}]; what cannot go on there stays where it is.
 *  @return DEALER_OK; DEALER_E_DENIED (the system), _INVALID (limit), _BUSY, _IO, _FULL, _NOMEM: then nothing has changed. */
DEALER_API dealer_status dealer_approval_migrate(
    dealer_session *session, dealer_text **json_out, int32_t dry_run, const char *comment, int64_t after, int32_t limit);
/** The route that a submission would take now: JSON with nodes, names and reasons; nothing is written. Of the document as it is stored: what
 *  the handle holds unsaved, or a submission would compute first (a valuation, an allowance), is not in it. Under way: from where it
 *  stands. */
DEALER_API dealer_status dealer_document_preview(dealer_session *session, dealer_text **json_out, dealer_document *document);

#ifdef __cplusplus
}
#endif
#endif
