/** Messages: an event on a document tells people. A message exists if and only if the change that caused it was committed. */
#ifndef DEALER_MESSAGE_H
#define DEALER_MESSAGE_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The outbox: messages not yet acknowledged, oldest first, as a JSON array of {"id", "uid", "event", "document", "person" or "party",
 *  "text": {"en", "zh"}, "at"}. System session only: the host delivers, then acknowledges; what it did not acknowledge comes again. */
DEALER_API dealer_status dealer_outbox(dealer_session *session, dealer_text **json_out, int64_t after, int32_t limit);
/** Marks a message as delivered; once more is fine. System session only. */
DEALER_API dealer_status dealer_message_acknowledge(dealer_session *session, int64_t message);
/** The session person's own messages, oldest first; unread_only: 0 or 1. */
DEALER_API dealer_status dealer_inbox(
    dealer_session *session, dealer_text **json_out, int32_t unread_only, int64_t after, int32_t limit);
/** Marks one of the person's own messages read (1) or unread (0). */
DEALER_API dealer_status dealer_message_set_read(dealer_session *session, int64_t message, int32_t read);

#ifdef __cplusplus
}
#endif
#endif
