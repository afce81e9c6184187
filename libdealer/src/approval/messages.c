#include "approval/messages.h"

#define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};
#include "approval/messages.def"
#undef MESSAGE
