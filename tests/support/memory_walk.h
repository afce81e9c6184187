/* One call of one session on fresh copies of a store, with every request for memory refused in turn. Knows the public interface. */
#ifndef SUPPORT_MEMORY_WALK_H
#define SUPPORT_MEMORY_WALK_H

#include "dealer.h"

typedef dealer_status (*memory_call)(dealer_session *session);
/* person: an employee's code or "system". Each time the call answers DEALER_OK or DEALER_E_NOMEM, the store verifies, and no block is left. */
void memory_walk(const char *path, const char *person, memory_call call);

#endif
