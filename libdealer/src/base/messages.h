/* The messages of base: each row of messages.def as a constant named by its id. */
#ifndef BASE_MESSAGES_H
#define BASE_MESSAGES_H

#include "base/error.h"

#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "base/messages.def"
#undef MESSAGE

#endif
