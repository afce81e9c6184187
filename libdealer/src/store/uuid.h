/* UUID version 7 (RFC 9562): sortable by the time it was made; clock and randomness are the caller's. */
#ifndef STORE_UUID_H
#define STORE_UUID_H

#include "base/env.h"

enum { UUID_SIZE = 37 }; /* with NUL */

dealer_status uuid_make(struct env *env, int64_t at_ms, char out[UUID_SIZE]);

#endif
