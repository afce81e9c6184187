/* The sentences of the door. */
#ifndef API_MESSAGES_H
#define API_MESSAGES_H
#include "base/error.h"
#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "api/messages.def"
#undef MESSAGE
#endif
