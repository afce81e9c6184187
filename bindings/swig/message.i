/* Outbox and inbox. */
%include "dealer/message.h"
