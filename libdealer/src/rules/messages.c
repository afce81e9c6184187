#include "rules/messages.h"

#define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};
#include "rules/messages.def"
#undef MESSAGE
