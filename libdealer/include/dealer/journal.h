/** The journal: append-only, every entry chained to the one before by HMAC-SHA-256 under the host's key. */
#ifndef DEALER_JOURNAL_H
#define DEALER_JOURNAL_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Walks the chain. *count_out entries were found; *bad_out is 0 when the chain is whole, else the number of the first entry that was
 *  changed, or that follows a missing one. System session only. */
DEALER_API dealer_status dealer_journal_verify(dealer_session *session, int64_t *count_out, int64_t *bad_out);
/** The newest entry, to be kept elsewhere: a later chain must still hold it, so a journal cut off and written anew shows.
 *  System session only.
 *  @param json_out {"sequence", "mac" (64 hexadecimal digits)}; the sequence is 0 for an empty journal. */
DEALER_API dealer_status dealer_journal_head(dealer_session *session, dealer_text **json_out);
/** Walks the chain, and holds it against a head that was kept: names the first entry that was changed, is missing, or with which the
 *  journal was cut off, also when the whole store was put back to an older copy. System session only.
 *  @param json_out {"entries" (that fit), "bad" (0: none), "flaw" (null, "changed", "missing" or "cut_off"), "en", "zh"}.
 *  @param head JSON, as dealer_journal_head gave it
 *  @return DEALER_OK also when something was found; DEALER_E_INVALID (head); DEALER_E_DENIED, _BUSY, _IO, _NOMEM. */
DEALER_API dealer_status dealer_journal_compare(dealer_session *session, dealer_text **json_out, const char *head, size_t length);
/** Checks the whole store: SQLite's integrity, foreign keys, and libdealer's own invariants. JSON array of findings, empty when sound. */
DEALER_API dealer_status dealer_store_verify(dealer_session *session, dealer_text **findings_out);

#ifdef __cplusplus
}
#endif
#endif
