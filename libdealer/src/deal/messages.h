/* The sentences of the use cases. */
#ifndef DEAL_MESSAGES_H
#define DEAL_MESSAGES_H
#include "base/error.h"
#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "deal/messages.def"
#undef MESSAGE
#endif
