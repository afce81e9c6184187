/* A crew of threads for pure work: items of one batch are done in any order by whoever is free, each with an env of its own. The caller
 * may do something else between begin and wait, and helps while he waits; a crew of one has no thread at all. */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include "base/env.h"

struct crew;
typedef void (*crew_work)(void *user_data, size_t item, struct env *env);

/* size 0: one for each processor; at most CREW_MOST. Fewer, down to the caller alone, when the system gives no more threads. */
enum { CREW_MOST = 64 };
dealer_status crew_new(struct env *env, int size, struct crew **out);
int crew_size(const struct crew *crew);
/* One batch at a time: each begin is followed by a wait. */
void crew_begin(struct crew *crew, crew_work work, void *user_data, size_t count);
void crew_wait(struct crew *crew);
void crew_free(struct crew *crew, struct env *env);

#endif
