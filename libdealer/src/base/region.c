/* Regions: blocks from the seams, handed out from the front. Knows nothing of what lies in them. */
#include "base/region.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_BLOCK = 1024, LARGEST_BLOCK = 64 * 1024, ALIGNMENT = alignof(max_align_t) };

struct region_block {
    struct region_block *next;
    max_align_t data[];
};

void region_init(struct region *region, const struct seams *seams) {
    *region = (struct region){.seams = seams};
}

void region_finish(struct region *region) {
    for (struct region_block *block = region->blocks, *next; block != NULL; block = next) {
        next = block->next;
        region->seams->allocate(region->seams->allocator_data, block, 0);
    }
    region->blocks = NULL;
    region->used = region->capacity = 0;
}

static struct region_block *new_block(struct region *region, struct env *env, size_t capacity) {
    const struct seams *seams = region->seams;
    struct region_block *block = seams->allocate(seams->allocator_data, NULL, sizeof *block + capacity);
    if (block == NULL) error_nomem(&env->error);
    return block;
}

/* A large piece gets a block to itself behind the newest, whose rest stays in use. */
static void *alloc_large(struct region *region, struct env *env, size_t size) {
    struct region_block *block = new_block(region, env, size);
    if (block == NULL) return NULL;
    struct region_block **place = region->blocks == NULL ? &region->blocks : &region->blocks->next;
    block->next = *place;
    *place = block;
    return block->data;
}

static void *alloc_small(struct region *region, struct env *env, size_t size) {
    if (region->capacity - region->used < size) {
        size_t capacity = region->capacity == 0 ? FIRST_BLOCK : region->capacity * 2;
        if (capacity > LARGEST_BLOCK) capacity = LARGEST_BLOCK;
        struct region_block *block = new_block(region, env, capacity);
        if (block == NULL) return NULL;
        block->next = region->blocks;
        region->blocks = block;
        region->capacity = capacity;
        region->used = 0;
    }
    void *memory = (char *)region->blocks->data + region->used;
    region->used += size;
    return memory;
}

/* As it comes; whoever asks fills all of it. */
static void *alloc_any(struct region *region, struct env *env, size_t size) {
    if (size > SIZE_MAX / 2) {
        error_nomem(&env->error);
        return NULL;
    }
    size_t rounded = (size + !size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    bool large = rounded > FIRST_BLOCK / 4 && rounded > region->capacity - region->used;
    return large ? alloc_large(region, env, rounded) : alloc_small(region, env, rounded);
}

void *region_alloc(struct region *region, struct env *env, size_t size) {
    void *memory = alloc_any(region, env, size);
    if (memory != NULL) memset(memory, 0, size);
    return memory;
}

void *region_array(struct region *region, struct env *env, size_t item_size, size_t count) {
    if (item_size > 0 && count > SIZE_MAX / item_size) {
        error_nomem(&env->error);
        return NULL;
    }
    return region_alloc(region, env, item_size * count);
}

char *region_copy(struct region *region, struct env *env, const char *text, size_t length) {
    char *copy = alloc_any(region, env, length == SIZE_MAX ? length : length + 1);
    if (copy == NULL) return NULL;
    if (length > 0) memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *region_format(struct region *region, struct env *env, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = region_alloc(region, env, length < 0 ? 1 : (size_t)length + 1);
    if (text != NULL && length > 0) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}
