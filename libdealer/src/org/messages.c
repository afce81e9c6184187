/* The sentences of this floor; each row is in messages.def. */
#include "org/messages.h"

#define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};
#include "org/messages.def"
#undef MESSAGE
