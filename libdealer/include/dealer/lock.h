/** Finance's lock (财务审核: 锁定 / 解锁): many documents at once, and whole months. One document: dealer_document_set_locked.
 *  What is locked takes no change from anyone, by any call: DEALER_E_LOCKED. docs/finance-lock.md says what that means. */
#ifndef DEALER_LOCK_H
#define DEALER_LOCK_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Locks (1) or unlocks (0) many documents, each as dealer_document_set_locked would, whatever its version; one that fails undoes nothing
 *  of the others.
 *  @param json_out array in the order of the ids: {"document", "ok", "status" (name), "en", "zh" (why not)}.
 *  @param documents ids, may be NULL when count is 0
 *  @param count at most 1000
 *  @return DEALER_OK also when single ones fail; DEALER_E_INVALID (count), _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_documents_set_locked(
    dealer_session *session, dealer_text **json_out, const int64_t *documents, size_t count, int32_t locked);

/** What a month is for the documents of one type in one company: a document belongs to the month of its business date (docs/catalogue.md
 *  names the field of each type), or, without one, of the day in UTC+8 on which it was entered. In a month that is held or closed
 *  documents are locked, none is entered, and none is moved into it or out of it. Setting the state that it has is fine.
 *  @param company, type code of the company, name of the type (records such as customers belong to no month)
 *  @param month "YYYY-MM"
 *  @param state "open"; "held", which can be opened again; "closed", which can't, and only once the month is over
 *  @return DEALER_OK; DEALER_E_INVALID (an argument); DEALER_E_DENIED without the function <type>.lock over the whole company;
 *  DEALER_E_STATE for a month that is closed, or, to close it, not over; _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_period_set(
    dealer_session *session, const char *company, const char *type, const char *month, const char *state);

/** The months that are not open, of types that the person may read.
 *  @param json_out array of {"company", "type", "period", "state", "person" (code), "at_ms"}, by company, type and month.
 *  @param of_company code; NULL: of all companies
 *  @param from_month the first month "YYYY-MM"; NULL: all
 *  @return DEALER_OK; DEALER_E_INVALID (an argument); _BUSY, _IO, _NOMEM. */
DEALER_API dealer_status dealer_periods(
    dealer_session *session, dealer_text **json_out, const char *of_company, const char *from_month);

#ifdef __cplusplus
}
#endif
#endif
