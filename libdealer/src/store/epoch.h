/* Has anything changed that snapshots are made of? Two counters in memory that all processes share (a small file beside the
 * store), so that asking costs no call of SQLite and no system call. A writer counts up `started` before it commits a new
 * configuration or rule set, under the write lock, and `finished` behind it: whoever sees them equal, and as they were before
 * he last read the store, has read what is in force. If a process dies between the two they stay apart, and everybody asks
 * the store, until the next such commit. */
#ifndef STORE_EPOCH_H
#define STORE_EPOCH_H

#include "base/env.h"

#include <stdatomic.h>

struct epoch;
/* The two counters, where they are mapped: for epoch_unchanged, which is asked with every check. */
struct epoch_counters {
    _Atomic uint64_t started, finished;
    _Atomic uint64_t tickets; /* those drawn so far by who wants to write: see turn.h */
};

/* Never fails for want of the file: then the counters are unknown for good. file NULL: of one process, for a store in memory. */
dealer_status epoch_open(struct env *env, const struct seams *seams, const char *file, bool read_only, struct epoch **out);
struct epoch *epoch_take(struct epoch *epoch);
void epoch_drop(struct epoch *epoch);
/* False while they are unknown or a commit is under way. */
bool epoch_read(const struct epoch *epoch, uint64_t *out);
/* As long as the epoch; NULL: unknown for good. */
const struct epoch_counters *epoch_counters(const struct epoch *epoch);
/* No commit under way, and none since `seen` was read. */
static inline bool epoch_unchanged(const struct epoch_counters *counters, uint64_t seen) {
    uint64_t finished = atomic_load_explicit(&counters->finished, memory_order_acquire);
    return finished == seen && atomic_load_explicit(&counters->started, memory_order_acquire) == seen;
}
/* NULL: of one process alone, or not to be written. The file anew, for locks of its own; below 0: there is none. */
_Atomic uint64_t *epoch_tickets(const struct epoch *epoch);
int epoch_open_again(const struct epoch *epoch);
/* Around the commit; the number is passed on. */
uint64_t epoch_start(struct epoch *epoch);
void epoch_finish(struct epoch *epoch, uint64_t number);

#endif
