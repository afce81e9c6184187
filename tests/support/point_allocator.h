/* An allocator for dealer_store_options that refuses at the n-th call, once or from then on, and counts what is outstanding. It reaches
 * nothing inside the library, so that tests of the interface can use it. For one thread. */
#ifndef SUPPORT_POINT_ALLOCATOR_H
#define SUPPORT_POINT_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

struct point_allocator {
    size_t calls;       /* asked for so far: new blocks and resized ones */
    size_t fail_at;     /* the call that is refused, from 1; 0: none */
    bool from_then_on;  /* and every later one */
    size_t outstanding; /* blocks not freed */
    size_t refused;     /* calls refused */
};

/* Goes into dealer_store_options.allocate, the allocator into allocate_user_data. */
void *point_allocate(void *user_data, void *pointer, size_t size);

#endif
