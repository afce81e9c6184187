/* The sentences of this floor; each row is in messages.def. */
#include "permission/messages.h"

#define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};
#include "permission/messages.def"
#undef MESSAGE
