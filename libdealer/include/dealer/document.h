/** Documents: every type of the catalogue, a dealer's own types included, by the same calls.
 *  A document handle is a copy in memory, used by one thread at a time; only the calls that take a session touch the store. */
#ifndef DEALER_DOCUMENT_H
#define DEALER_DOCUMENT_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A new, empty document of a type, in memory: owner is the session's person, company and department are his first post's that
 *  may enter this type. Nothing is stored before dealer_document_save.
 *  @return DEALER_OK; DEALER_E_INVALID for an unknown type; DEALER_E_DENIED when no post in force lets the person enter it. */
DEALER_API dealer_status dealer_document_new(dealer_session *session, dealer_document **document_out, const char *type);

/** A new document made from another: linked to it, with everything taken over that the catalogue says (a contract from a
 *  pre-order, a sales application from a pre-order, a dispatch from a contract ...). Nothing is stored yet.
 *  @return as dealer_document_new; DEALER_E_INVALID when the type has no link to documents of source's type. */
DEALER_API dealer_status dealer_document_derive(
    dealer_session *session, dealer_document **document_out, const char *type, int64_t source);

/** Moves a new, unsaved document to another company and department (codes; department NULL: none) where a post of the person lets him
 *  enter it too. DEALER_E_INVALID for unknown codes, DEALER_E_DENIED, DEALER_E_STATE once it is stored. */
DEALER_API dealer_status dealer_document_set_place(
    dealer_session *session, dealer_document *document, const char *company, const char *department);

/** Reads a stored document. DEALER_E_NOT_FOUND when there is none or the person may not read it (the two look the same). */
DEALER_API dealer_status dealer_document_open(dealer_session *session, dealer_document **document_out, int64_t id);

DEALER_API void dealer_document_free(dealer_document *document);

/** The error of the handle's last call without a session (the accessors and setters); borrowed. */
DEALER_API const dealer_error *dealer_document_error(const dealer_document *document);

/** What every document has. Texts are borrowed until the handle's next change; NULL where there is none. */
DEALER_API int64_t dealer_document_id(const dealer_document *document); /**< 0: not stored yet. */
DEALER_API const char *dealer_document_type(const dealer_document *document);
DEALER_API const char *dealer_document_number(const dealer_document *document); /**< Given at the first submit. */
DEALER_API const char *dealer_document_status(
    const dealer_document *document);                                        /**< draft, in_approval, approved, rejected, voided. */
DEALER_API int64_t dealer_document_version(const dealer_document *document); /**< 0: not stored yet. */

/** 1 when the field has a value, 0 when it has none or the type has no such field. */
DEALER_API int32_t dealer_document_has(const dealer_document *document, const char *field);

/** Value of a field held as a number: integer, percent (basis points), boolean (0, 1), instant (UTC ms), and the ids of documents,
 *  people, departments, companies. DEALER_E_INVALID for an unknown field or another kind, DEALER_E_NOT_FOUND without a value. */
DEALER_API dealer_status dealer_document_integer(dealer_document *document, int64_t *value_out, const char *field);
/** Value of a field held as text: text, choice (its code), date (YYYY-MM-DD), lines (canonical JSON array). Borrowed. */
DEALER_API dealer_status dealer_document_text(dealer_document *document, const char **text_out, const char *field);
/** Money: minor units (cents, fen) and the currency's ISO 4217 code (borrowed). */
DEALER_API dealer_status dealer_document_money(
    dealer_document *document, int64_t *minor_out, const char **currency_out, const char *field);

/** Sets a field, checked at once against the catalogue: kind, range, length, UTF-8, choice, existing date. Fields that the library
 *  computes are refused. DEALER_E_INVALID names field, value and what would be right; the document stays as it was. */
DEALER_API dealer_status dealer_document_set_integer(dealer_document *document, const char *field, int64_t value);
DEALER_API dealer_status dealer_document_set_text(dealer_document *document, const char *field, const char *text, size_t length);
/** All money of a document is in one currency; another one is refused. */
DEALER_API dealer_status dealer_document_set_money(
    dealer_document *document, const char *field, int64_t minor, const char *currency);
DEALER_API dealer_status dealer_document_clear(dealer_document *document, const char *field);
/** Sets every member of a JSON object, or, when one is wrong, none. Money is {"amount_minor": 123, "currency": "CNY"}. */
DEALER_API dealer_status dealer_document_merge(dealer_document *document, const char *json, size_t length);
/** All fields with a value, as JSON. */
DEALER_API dealer_status dealer_document_to_json(dealer_document *document, dealer_text **json_out);

/** Stores the document: new, or changed where nobody else changed it since it was read (DEALER_E_CONFLICT otherwise). Possible for
 *  drafts, rejected documents and records; in approval, whoever is awaited may change the fields that are completed on the way.
 *  Setting a link takes over what the catalogue says and remembers where it came from. The handle then has the new id and version.
 *  @return DEALER_OK; DEALER_E_DENIED, _CONFLICT, _STATE, _LOCKED, _INVALID, _GATE, _NOT_FOUND (a link), _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_document_save(dealer_session *session, dealer_document *document);

/** Deletes a draft that was never submitted. Others are voided. */
DEALER_API dealer_status dealer_document_delete(dealer_session *session, dealer_document *document);

/** Submits a draft or rejected document: gates, complete fields, rules (valuation, policy), then the approval flow that is in force
 *  for its company and type; types without approval become effective at once. A number is given at the first submit.
 *  DEALER_OK with outcome NO or FAILED: a rule decided so, with reasons, and the document stays as it was.
 *  @return DEALER_OK; DEALER_E_DENIED, _CONFLICT, _STATE, _GATE, _LOCKED, _INVALID (what is missing), _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_document_submit(dealer_session *session, dealer_decision **decision_out, dealer_document *document);

/** Enters a trade-in directly (置换制单): no application, no approval, marked as such for ever; needs the function trade_in.enter,
 *  and company policy must let it pass. */
DEALER_API dealer_status dealer_document_enter(dealer_session *session, dealer_decision **decision_out, dealer_document *document);

/** Takes back what the person himself submitted, while in approval; it becomes a draft again. */
DEALER_API dealer_status dealer_document_recall(
    dealer_session *session, dealer_decision **decision_out, dealer_document *document, const char *comment);

/** Voids a document for good, with a reason (1 to 500 bytes). Refused while another living document stands on it. Where the configuration
 *  has the voiding of such documents reviewed, one that is in force only waits for that: field "void_review", status in_approval. */
DEALER_API dealer_status dealer_document_void(dealer_session *session, dealer_document *document, const char *reason);

/** Reviews (1) a submitted document whose way of review is finance's or the business function's own, or withdraws that review (0).
 *  The way is the document's field "review", from its first submission on; finance's needs the function <type>.finance_review, the
 *  function's own <type>.review. Where voiding is reviewed, a document that waits to be voided is reviewed likewise.
 *  @return DEALER_OK; DEALER_E_DENIED, _CONFLICT, _LOCKED, _NOT_FOUND; _STATE: another way or status, or a review that had effects. */
DEALER_API dealer_status dealer_document_review(dealer_session *session, dealer_document *document, int32_t reviewed);
/** The other answer of such a review, with why (1 to 2000 bytes): the document is rejected, and may be amended and submitted again; a wish
 *  to void it is gone, and the document in force as before. As dealer_document_review; DEALER_E_INVALID for the comment. */
DEALER_API dealer_status dealer_document_refuse(dealer_session *session, dealer_document *document, const char *comment);

/** Confirms (1) an approved receipt, payment, refund or set-off, or takes that back (0); needs the function confirm of its type.
 *  Confirming applies it, in the same transaction, to the items that it chooses, else to the oldest ones of its party that are due a
 *  day, in its company and currency. What is left over of a receipt or payment stays as the party's credit. Taking it back restores
 *  everything exactly, and is refused when somebody has used the credit meanwhile.
 *  @return DEALER_OK; DEALER_E_DENIED, _CONFLICT, _STATE, _GATE, _LOCKED, _INVALID (a type that is not confirmed), _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_document_confirm(dealer_session *session, dealer_document *document, int32_t confirmed);

/** Finance lock (财务审核): locks (1) or unlocks (0); a locked document, and what is linked to it, takes no change from anyone. */
DEALER_API dealer_status dealer_document_set_locked(dealer_session *session, dealer_document *document, int32_t locked);

/** Closes an open pre-order as lost, with the reason. (An approved contract closes it as won.) */
DEALER_API dealer_status dealer_pre_order_lose(dealer_session *session, dealer_document *pre_order, const char *reason);

/** The whole story of a document, through the permission of the asker.
 *  @param json_out {"history": [everything that happened to it, in order], "awaited": [who is awaited, since when], "sources": [where copied
 *    fields came from]}. Each item of the history has "of" (below), "kind", "title" {"en", "zh"} (what that is called), "en" and "zh" (the
 *    sentence), "at_ms" (UTC), "person", "person_code", "person_name" (person 0: the system), "acting_code" and "acting_name" (who did it for
 *    him as his substitute, else null), "id" (of the row), "sequence" (of the journal entry, or of the last one before it) and "detail":
 *    - "journal": a step of its life or its approvals, finance's lock; what the step kept of comment, node, people, reason
 *    - "link": another document names it ("linked"), or does so no more; left out unless that one may be read
 *    - "period": its month was held, closed or opened again
 *    - "rule": what a rule saw ("input") and said ("result"), and as kind its outcome; both are left out where a field of the document is
 *      hidden from the asker, and of other documents that a rule saw there is only what he may see. Of a call that was refused (a policy
 *      said no, a rule failed, nobody was found to decide) only this is kept, with "kept": 0; "call" is the same for all of one call
 *    - "account": what it opened, and what it or another document settled of that; left out where an amount of the cause is hidden
 *    - "stock": where it sent a machine; of a machine: everywhere it was
 *    - "message": who was told ("person", "name" or "party"); "text_en" and "text_zh" only for himself, and the system
 *    Documents in a detail that he may not read are null. */
DEALER_API dealer_status dealer_document_history(dealer_session *session, dealer_text **json_out, int64_t id);

#ifdef __cplusplus
}
#endif
#endif
