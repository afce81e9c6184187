/* The messages of approval: errors, and the reasons that effects carry (their status is DEALER_OK). */
#ifndef APPROVAL_MESSAGES_H
#define APPROVAL_MESSAGES_H

#include "base/error.h"

#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "approval/messages.def"
#undef MESSAGE

#endif
