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
/** All functions that the session's person holds now: JSON array of "type.action". */
DEALER_API dealer_status dealer_functions(dealer_session *session, dealer_text **json_out);
/** Codes of all people who may do this to this document now (which the session's person must be able to read): JSON array. */
DEALER_API dealer_status dealer_who_can(dealer_session *session, dealer_text **json_out, const char *function, int64_t document);

#ifdef __cplusplus
}
#endif
#endif
