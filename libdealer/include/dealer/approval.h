/** Approval: tasks, and what people do with them. */
#ifndef DEALER_APPROVAL_H
#define DEALER_APPROVAL_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The person's open (done = 0) or closed (done = 1) tasks, oldest first, as a JSON array of {"id", "document", "type", "number",
 *  "node", "title", "reason", "since", "submitter", ...}. limit 1 to 1000; after: the last id of the page before, 0 first. */
DEALER_API dealer_status dealer_tasks(dealer_session *session, dealer_text **json_out, int32_t done, int64_t after, int32_t limit);

/** Approves a task of the session's person. @param comment NULL or up to 2000 bytes.
 *  @return DEALER_OK, the decision says what followed; DEALER_E_NOT_FOUND (no such task, or not his), DEALER_E_CONFLICT (already
 *  decided), _LOCKED, _GATE, _STATE, _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_task_approve(
    dealer_session *session, dealer_decision **decision_out, int64_t task, const char *comment);
/** Rejects a task; a comment is required: whoever amends must know why. */
DEALER_API dealer_status dealer_task_reject(
    dealer_session *session, dealer_decision **decision_out, int64_t task, const char *comment);
/** Any verb of docs/approval.md on a task: "return", "transfer", "delegate", "add_before", ... with its arguments as JSON
 *  ({"comment", "to", "person", "persons", "jump_back"}), NULL for none. */
DEALER_API dealer_status dealer_task_act(
    dealer_session *session, dealer_decision **decision_out, int64_t task, const char *verb, const char *arguments);
/** Verbs on the whole approval: "terminate", "suspend", "resume", "override" (function administer), "remind", "comment". */
DEALER_API dealer_status dealer_document_act(
    dealer_session *session, dealer_decision **decision_out, dealer_document *document, const char *verb, const char *arguments);
/** The route that a submission would take now: JSON with nodes, names and reasons; nothing is written. */
DEALER_API dealer_status dealer_document_preview(dealer_session *session, dealer_text **json_out, dealer_document *document);

#ifdef __cplusplus
}
#endif
#endif
