/** Messages: an event on a document tells people. A message exists if and only if the change that caused it was committed. */
#ifndef DEALER_MESSAGE_H
#define DEALER_MESSAGE_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The outbox: messages that may be delivered now (neither acknowledged, given up, leased, waiting after a failure, nor a digest that still
 *  fills), oldest first, as a JSON array of {"id", "uid", "event", "type", "document", "documents" (of a digest), "person", "code", "name" or
 *  "party", "text": {"en", "zh"}, "at", "read", "attempts", "failure" (why the last attempt failed)}; times are UTC milliseconds.
 *  For a host with one deliverer: it delivers, then acknowledges; what it did not acknowledge comes again. after: the id of the last row
 *  seen, 0 at first; limit 1 to 1000. System session only.
 *  DEALER_E_DENIED: a person's session; DEALER_E_INVALID: the limit. Since 0.1.0 */
DEALER_API dealer_status dealer_outbox(dealer_session *session, dealer_text **json_out, int64_t after, int32_t limit);
/** Marks a message as delivered; once more is fine. System session only. DEALER_E_NOT_FOUND: there is none. */
DEALER_API dealer_status dealer_message_acknowledge(dealer_session *session, int64_t message);

/** Fetches up to `limit` messages for one of several deliverers (processes, threads): for lease_ms they are nobody else's. Whoever neither
 *  reports them delivered nor failed until then (it died, it hung) loses them to the next that asks. A JSON array, oldest first, of {"message": id,
 *  "lease", "attempt" (1 at first), "until" (UTC milliseconds), "cloud_event"}; the last is a CloudEvents 1.0 event whose "id" stays the same in
 *  all attempts, so that a receiver can tell what it has already. What was fetched as often as the configuration's delivery.attempts says, in
 *  vain, is given up. lease_ms: 1,000 to 86,400,000; limit: 1 to 1000. System session only; it writes.
 *  DEALER_E_DENIED: a person's session; DEALER_E_INVALID: a limit; DEALER_E_BUSY: others write. Since 0.1.0 */
DEALER_API dealer_status dealer_outbox_lease(dealer_session *session, dealer_text **json_out, int64_t lease_ms, int32_t limit);
/** A leased message was delivered. Once more with the same lease is fine, and so is a lease that has ended, as long as nobody else has fetched
 *  the message. lease: as dealer_outbox_lease gave it, not NULL. System session only.
 *  DEALER_E_CONFLICT: another lease holds it, or it was given up; DEALER_E_NOT_FOUND: there is no such message. Since 0.1.0 */
DEALER_API dealer_status dealer_message_delivered(dealer_session *session, int64_t message, const char *lease);
/** A leased message could not be delivered: it waits (configuration: delivery.first_wait_seconds, doubled each time up to
 *  longest_wait_seconds), and after delivery.attempts it is given up. reason: why, for whoever looks into it; NULL: nothing to say.
 *  wait_ms: at least so long, as the receiver asked for (Retry-After); 0 to 2,592,000,000. System session only.
 *  DEALER_E_CONFLICT, DEALER_E_NOT_FOUND: as dealer_message_delivered; DEALER_E_INVALID: wait_ms, a reason over 1000 bytes or that is no
 *  UTF-8. Since 0.1.0 */
DEALER_API dealer_status dealer_message_failed(
    dealer_session *session, int64_t message, const char *lease, const char *reason, int64_t wait_ms);
/** Messages that were given up, in the form of dealer_outbox. System session only. Since 0.1.0 */
DEALER_API dealer_status dealer_dead_letters(dealer_session *session, dealer_text **json_out, int64_t after, int32_t limit);
/** Takes a message that was given up into the outbox again, with all its attempts before it. System session only.
 *  DEALER_E_NOT_FOUND: no message with this id was given up. Since 0.1.0 */
DEALER_API dealer_status dealer_message_revive(dealer_session *session, int64_t message);

/** The session person's own messages, oldest first; unread_only: 0 or 1. */
DEALER_API dealer_status dealer_inbox(
    dealer_session *session, dealer_text **json_out, int32_t unread_only, int64_t after, int32_t limit);
/** Marks one of the person's own messages read (1) or unread (0). */
DEALER_API dealer_status dealer_message_set_read(dealer_session *session, int64_t message, int32_t read);

#ifdef __cplusplus
}
#endif
#endif
