#include "support/failing_allocator.h"

#include <stdlib.h>
#include <string.h>

/* Before each block stands its size, in a place that keeps the block aligned. */
union header {
    size_t size;
    max_align_t alignment;
};

enum { FRESH = 0xA5, STALE = 0x5A }; /* makes reading what was never written, or was freed, show */

static bool is_refused(struct failing_allocator *allocator) {
    allocator->calls++;
    if (allocator->fail_at == 0 || allocator->calls < allocator->fail_at) return false;
    if (allocator->calls > allocator->fail_at && !allocator->from_then_on) return false;
    allocator->hit = true;
    return true;
}

static void release(struct failing_allocator *allocator, union header *header) {
    allocator->outstanding--;
    allocator->live_bytes -= header->size;
    memset(header, STALE, sizeof *header + header->size);
    free(header);
}

static union header *obtain(struct failing_allocator *allocator, size_t size) {
    union header *header = malloc(sizeof *header + size);
    if (header == NULL) return NULL;
    header->size = size;
    memset(header + 1, FRESH, size);
    allocator->outstanding++;
    allocator->live_bytes += size;
    if (allocator->live_bytes > allocator->peak_bytes) allocator->peak_bytes = allocator->live_bytes;
    return header;
}

void *failing_allocator_allocate(void *user_data, void *pointer, size_t size) {
    struct failing_allocator *allocator = user_data;
    union header *old = pointer == NULL ? NULL : (union header *)pointer - 1;
    if (size == 0) {
        if (old != NULL) release(allocator, old);
        return NULL;
    }
    if (is_refused(allocator)) return NULL;
    union header *fresh = obtain(allocator, size); /* resizing always moves: whoever keeps the old pointer is found */
    if (fresh == NULL) return NULL;
    if (old != NULL) {
        memcpy(fresh + 1, old + 1, old->size < size ? old->size : size);
        release(allocator, old);
    }
    return fresh + 1;
}

void failing_allocator_init(struct failing_allocator *allocator, struct seams *seams, size_t fail_at, bool from_then_on) {
    *allocator = (struct failing_allocator){.fail_at = fail_at, .from_then_on = from_then_on};
    seams_defaults(seams);
    seams->allocate = failing_allocator_allocate;
    seams->allocator_data = allocator;
}
