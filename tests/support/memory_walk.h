/* Memory that runs out at every point of one call: a clean error, nothing half done, nothing leaked. */
#ifndef SUPPORT_MEMORY_WALK_H
#define SUPPORT_MEMORY_WALK_H

#include "dealer.h"

typedef dealer_status (*memory_walk_call)(dealer_session *session);
/* The call of a person, or of "system", each time on a fresh copy of the store at `path`, under an allocator that refuses at ever later points. */
void memory_walk(const char *path, const char *person, memory_walk_call call);

#endif
