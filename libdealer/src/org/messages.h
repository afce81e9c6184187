/* The sentences of this floor; each row is in messages.def. */
#ifndef ORG_MESSAGES_H
#define ORG_MESSAGES_H

#include "base/error.h"

#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "org/messages.def"
#undef MESSAGE

#endif
