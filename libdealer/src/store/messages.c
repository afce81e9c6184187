#include "store/messages.h"

#define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};
#include "store/messages.def"
#undef MESSAGE
