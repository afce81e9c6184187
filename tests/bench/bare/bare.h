/* A rule called as a host would that trusts it: plain Lua, nothing of the library. In a library of its own, since it has a Lua of its
 * own inside. */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <stddef.h>
#include <stdint.h>

#define BARE_PUBLIC __attribute__((visibility("default")))

struct bare;
/* The function `name` in the table that the source returns, or in the table `inside` of that. Exits when there is none. */
BARE_PUBLIC struct bare *bare_open(const char *source, size_t length, const char *name, const char *inside);
BARE_PUBLIC double bare_calls(struct bare *bare, int calls, int64_t *sum); /* seconds */
BARE_PUBLIC void bare_close(struct bare *bare);

#endif
