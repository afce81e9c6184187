/* A region: many small allocations that live and die together (a snapshot, a document, a decision).
 * Nothing in it is freed alone; finishing the region frees all of it. */
#ifndef BASE_REGION_H
#define BASE_REGION_H

#include "base/env.h"

struct region_block;
struct region {
    const struct seams *seams; /* outlives any env, so that closing order does not matter */
    struct region_block *blocks;
    size_t used, capacity; /* in the newest block */
};

void region_init(struct region *region, const struct seams *seams);
void region_finish(struct region *region); /* may be called twice; a zeroed region is fine */
/* Zeroed, aligned for any type. NULL + NOMEM raised in env. */
void *region_alloc(struct region *region, struct env *env, size_t size);
/* Room for count items; a product that does not fit in size_t is out of memory, never a small block. */
void *region_array(struct region *region, struct env *env, size_t item_size, size_t count);
char *region_copy(struct region *region, struct env *env, const char *text, size_t length); /* adds NUL */
/* No floating point in formats: its point would depend on the host's locale. The same holds for text_addf. */
char *region_format(struct region *region, struct env *env, const char *format, ...);
#define REGION_NEW(region, env, type)          ((type *)region_alloc((region), (env), sizeof(type)))
#define REGION_ARRAY(region, env, type, count) ((type *)region_array((region), (env), sizeof(type), (size_t)(count)))
#endif
