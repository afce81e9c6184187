/* Routes SQLite's memory to the allocator of the store whose call runs now.
 *
 * SQLite has one allocator per process by its design, libdealer has one per store. So this file is the library's single
 * exception to "no globals, no thread-locals": a thread-local names the allocator in force, set on every entry to the store
 * floor. Each block remembers the allocator that made it, so that freeing and growing go back there whoever is in force
 * by then. What SQLite keeps for the whole process is made under malloc. Knows nothing of stores or statements. */
#ifndef STORE_SQLITE_MEMORY_H
#define STORE_SQLITE_MEMORY_H

#include "base/env.h"

/* Installs the routing and initialises SQLite, once per process; later calls only answer. With a SQLite that the host
 * shares (not bundled) its allocator is left alone. Answers whether SQLite could be initialised. */
bool sqlite_memory_install(void);
/* Does SQLite's memory come from the stores' allocators? */
bool sqlite_memory_is_routed(void);
/* From now on this thread's calls of SQLite allocate there. NULL: malloc. */
void sqlite_memory_enter(const struct seams *seams);

#endif
