#include "base/messages.h"

#define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};
#include "base/messages.def"
#undef MESSAGE
