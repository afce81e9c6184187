#include "store/sqlite_memory.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

#ifndef DEALER_BUNDLED_SQLITE
#define DEALER_BUNDLED_SQLITE 0
#endif

/* Before each block. By value, so that a block may outlive the seams of its store (two stores on one file share SQLite's
 * record of the file; whoever closes last frees it). Its size keeps what follows aligned to 8, which is what SQLite asks. */
struct block {
    void *(*allocate)(void *user_data, void *pointer, size_t size);
    void *user_data;
    size_t size;
};

static void *plain_allocate(void *user_data, void *pointer, size_t size) {
    (void)user_data;
    if (size > 0) return realloc(pointer, size);
    free(pointer);
    return NULL;
}

static _Thread_local const struct seams *in_force;

static void *memory_malloc(int size) {
    const struct seams *seams = in_force;
    struct block made = {plain_allocate, NULL, (size_t)size};
    if (seams != NULL) {
        made.allocate = seams->allocate;
        made.user_data = seams->allocator_data;
    }
    struct block *block = made.allocate(made.user_data, NULL, sizeof made + (size_t)size);
    if (block == NULL) return NULL;
    *block = made;
    return block + 1;
}

static void memory_free(void *pointer) {
    if (pointer == NULL) return;
    struct block *block = (struct block *)pointer - 1;
    block->allocate(block->user_data, block, 0);
}

static void *memory_realloc(void *pointer, int size) {
    struct block *block = (struct block *)pointer - 1;
    block = block->allocate(block->user_data, block, sizeof *block + (size_t)size);
    if (block == NULL) return NULL;
    block->size = (size_t)size;
    return block + 1;
}

static int memory_size(void *pointer) {
    return pointer == NULL ? 0 : (int)((const struct block *)pointer - 1)->size;
}

static int memory_round_up(int size) {
    return (size + 7) & ~7;
}

static int memory_init(void *user_data) {
    (void)user_data;
    return SQLITE_OK;
}

static void memory_shutdown(void *user_data) {
    (void)user_data;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool initialised, routed;

static void install(void) {
    if (DEALER_BUNDLED_SQLITE) {
        const sqlite3_mem_methods methods = {
            memory_malloc, memory_free, memory_realloc, memory_size, memory_round_up, memory_init, memory_shutdown, NULL};
        /* Refused when somebody has initialised SQLite before: then its own allocator stays. */
        routed = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK;
    }
    initialised = sqlite3_initialize() == SQLITE_OK;
}

bool sqlite_memory_install(void) {
    const struct seams *before = in_force;
    in_force = NULL;
    pthread_once(&once, install);
    in_force = before;
    return initialised;
}

bool sqlite_memory_is_routed(void) {
    return routed;
}

void sqlite_memory_enter(const struct seams *seams) {
    in_force = seams;
}
