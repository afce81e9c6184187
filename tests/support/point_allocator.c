/* The allocator that refuses at one point. */
#include "support/point_allocator.h"
#include <stdlib.h>

static bool refuses(struct point_allocator *allocator) {
    allocator->calls++;
    if (!allocator->fail_at) return false;
    bool now = allocator->from_then_on ? allocator->calls >= allocator->fail_at : allocator->calls == allocator->fail_at;
    allocator->refused += now;
    return now;
}

void *point_allocate(void *user_data, void *pointer, size_t size) {
    struct point_allocator *allocator = user_data;
    if (!size) {
        if (pointer) allocator->outstanding--;
        free(pointer);
        return NULL;
    }
    if (refuses(allocator)) return NULL;
    void *block = realloc(pointer, size);
    if (block && !pointer) allocator->outstanding++;
    return block;
}
