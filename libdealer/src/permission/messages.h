/* The sentences of this floor; each row is in messages.def. */
#ifndef PERMISSION_MESSAGES_H
#define PERMISSION_MESSAGES_H

#include "base/error.h"

#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "permission/messages.def"
#undef MESSAGE

#endif
