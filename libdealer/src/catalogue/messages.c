#include "catalogue/messages.h"

#define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};
#include "catalogue/messages.def"
#undef MESSAGE
