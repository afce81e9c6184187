/* The messages of rules: each row of messages.def as a constant named by its id. */
#ifndef RULES_MESSAGES_H
#define RULES_MESSAGES_H

#include "base/error.h"

#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "rules/messages.def"
#undef MESSAGE

#endif
