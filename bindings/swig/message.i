/* Outbox and inbox. */
TOUCHES_DISK(dealer_outbox)
TOUCHES_DISK(dealer_message_acknowledge)
TOUCHES_DISK(dealer_inbox)
TOUCHES_DISK(dealer_message_set_read)
%include "dealer/message.h"
