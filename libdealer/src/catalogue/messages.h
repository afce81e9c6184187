/* The messages of the catalogue floor: declared here, worded in messages.def. */
#ifndef CATALOGUE_MESSAGES_H
#define CATALOGUE_MESSAGES_H

#include "base/error.h"

#define MESSAGE(id, status, en, zh) extern const struct message id;
#include "catalogue/messages.def"
#undef MESSAGE

#endif
