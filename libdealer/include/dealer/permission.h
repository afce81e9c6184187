/** Permission: who may do what to which document, and why. */
#ifndef DEALER_PERMISSION_H
#define DEALER_PERMISSION_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** May the session's person do this ("trade_in.submit") to this document? With reasons: the grants that decide it, or the nearest
 *  misses. DEALER_E_INVALID for an unknown function, DEALER_E_NOT_FOUND for a document he may not read. */
DEALER_API dealer_status dealer_check(
    dealer_session *session, dealer_decision **decision_out, const char *function, int64_t document);
/** The same answer alone, for a document in memory, without touching the disk once the organisation is loaded. */
DEALER_API dealer_status dealer_allows(
    dealer_session *session, int32_t *allowed_out, const char *function, const dealer_document *document);
/** The same answer for many documents at once: a JSON array in the order of the ids, true or false, null for a document that he may
 *  not read. */
DEALER_API dealer_status dealer_check_many(
    dealer_session *session, dealer_text **json_out, const char *function, const int64_t *documents, size_t count);
/** The answer for somebody else, with reasons; by the system, or by a person who holds configuration.read over him (and may read the
 *  document). DEALER_E_DENIED otherwise, DEALER_E_NOT_FOUND for an unknown person or document. */
DEALER_API dealer_status dealer_check_for(
    dealer_session *session, dealer_decision **decision_out, const char *person, const char *function, int64_t document);
/** Where the session's person may do this now, without touching the disk: {"all", "own": [companies in which only his own],
 *  "companies": [codes], "departments": [codes], "conditional": some only under a condition, or some denied}. */
DEALER_API dealer_status dealer_visible_departments(dealer_session *session, dealer_text **json_out, const char *function);
/** All functions that a person holds now: JSON array of "type.action". @param person  NULL: the session's own; else as for
 *  dealer_check_for. */
DEALER_API dealer_status dealer_functions_of(dealer_session *session, dealer_text **json_out, const char *person);
/** All functions that the session's person holds now: JSON array of "type.action". */
DEALER_API dealer_status dealer_functions(dealer_session *session, dealer_text **json_out);
/** Codes of all people who may do this to this document now (which the session's person must be able to read): JSON array. */
DEALER_API dealer_status dealer_who_can(dealer_session *session, dealer_text **json_out, const char *function, int64_t document);

/** Compares check with list on the data of this store: every person x every function x every document, of the newest `sample` documents
 *  of each type (0: all), each list asked through SQL as a list call would, newest first and in another order, each check in memory.
 *  System session only; reads only.
 *  @param json_out  {"people", "functions", "documents", "checks": how many answers were compared, "differences": how many differ,
 *                   "first": null or {"person", "function", "document", "check", "list"}}. */
DEALER_API dealer_status dealer_permission_selftest(dealer_session *session, dealer_text **json_out, int64_t sample);

#ifdef __cplusplus
}
#endif
#endif
