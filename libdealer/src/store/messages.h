/* The messages of the store: each row of messages.def as a constant named by its id. */
#ifndef STORE_MESSAGES_H
#define STORE_MESSAGES_H

#include "base/error.h"

#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "store/messages.def"
#undef MESSAGE

#endif
