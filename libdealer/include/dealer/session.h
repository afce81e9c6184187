/** A session: who acts. Every call on business data takes one and passes the same door: permission, finance lock, use case,
 *  one transaction. A session is used by one thread at a time; a store may have many. */
#ifndef DEALER_SESSION_H
#define DEALER_SESSION_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Opens the session of an employee. The host vouches for who it is: nothing else of the interface takes a person to act as.
 *  @param person  the employee's code in the configuration.
 *  @return DEALER_OK; DEALER_E_NOT_FOUND for an unknown person, DEALER_E_DENIED for a disabled one; _MISUSE, _NOMEM, _BUSY, _IO. */
DEALER_API dealer_status dealer_session_open(
    dealer_store *store, dealer_session **session_out, dealer_error **error_out, const char *person);

/** Opens the session of a substitute: `person` acts for `for_person`, who names him among his substitutes in the configuration, from
 *  then to then. It sees and may do what the other may, his tasks included, and the journal names both. It may not approve what the
 *  substitute himself owns or submitted, and the separation of duties looks at both. When the substitution ends, so do its calls
 *  (DEALER_E_DENIED).
 *  @return as dealer_session_open; DEALER_E_DENIED when he does not act for that person now. */
DEALER_API dealer_status dealer_session_open_as_substitute(
    dealer_store *store, dealer_session **session_out, dealer_error **error_out, const char *person, const char *for_person);

/** Opens the system's session, for set-up, import and delivery of messages. It may apply configuration, publish rules, import
 *  market data, fetch messages and read everything; it may not enter, submit or decide documents. Leaves an entry in the
 *  journal, unless the store is open for reading only.
 *  @param reason  why, in the host's words (1 to 200 bytes). */
DEALER_API dealer_status dealer_session_open_system(
    dealer_store *store, dealer_session **session_out, dealer_error **error_out, const char *reason);

DEALER_API void dealer_session_close(dealer_session *session);

/** The error of the session's last call; borrowed, valid until the session's next call. Never NULL for a session. */
DEALER_API const dealer_error *dealer_session_error(const dealer_session *session);

/** The person's id, 0 for the system. */
DEALER_API int64_t dealer_session_person(const dealer_session *session);

/** The substitute's id when one acts for the person, else 0. */
DEALER_API int64_t dealer_session_acting(const dealer_session *session);

/** A transaction of the host around several calls: all or nothing. Other writers wait from begin to the end. A call that fails
 *  inside leaves the transaction as it was before that call. Closing the session rolls back.
 *  @return DEALER_OK; DEALER_E_MISUSE when one is already open (begin) or none is (commit, rollback); _BUSY, _IO, _FULL, _NOMEM. */
DEALER_API dealer_status dealer_session_begin(dealer_session *session);
DEALER_API dealer_status dealer_session_commit(dealer_session *session);
DEALER_API dealer_status dealer_session_rollback(dealer_session *session);

#ifdef __cplusplus
}
#endif
#endif
