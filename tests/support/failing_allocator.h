/* An allocator that refuses at the n-th call, so that tests can walk every point where memory may run out, and that
 * counts what is outstanding, so that they can prove nothing leaks. For one thread. */
#ifndef SUPPORT_FAILING_ALLOCATOR_H
#define SUPPORT_FAILING_ALLOCATOR_H

#include "base/env.h"

struct failing_allocator {
    size_t calls;       /* allocations and resizings asked for so far */
    size_t fail_at;     /* the number of the call that is refused, from 1; 0: none */
    bool from_then_on;  /* every later call is refused as well */
    size_t outstanding; /* blocks not freed yet */
    size_t live_bytes;  /* bytes in them */
    size_t peak_bytes;  /* the most there ever were */
    bool hit;           /* a call was refused */
};

/* Zeroes the counters, sets what fails, and fills seams: this allocator, and the defaults for all else. */
void failing_allocator_init(struct failing_allocator *allocator, struct seams *seams, size_t fail_at, bool from_then_on);

/* The function that goes into seams.allocate, for those who fill seams by hand; user_data is the allocator. */
void *failing_allocator_allocate(void *user_data, void *pointer, size_t size);

#endif
