/* Defines the sentences of messages.def. Knows their text, not when they are said. */
#include "api/messages.h"

#define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};
#include "api/messages.def"
#undef MESSAGE
