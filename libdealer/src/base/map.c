/* Open addressing with linear probing; nothing is ever removed, so a free slot ends every search. */
#include "base/map.h"

#include <string.h>

struct text_map_slot {
    const char *key; /* NULL: free */
    uint64_t hash;
    int32_t index;
};

struct id_map_slot {
    int64_t id;
    int32_t index;
    bool used;
};

/* A power of two, at least a third of it free. 0: more than a map can hold. */
static uint32_t capacity_for(size_t expected) {
    if (expected > INT32_MAX / 4) return 0;
    uint32_t capacity = 8;
    while (capacity < expected + expected / 2 + 1) capacity *= 2;
    return capacity;
}

/* Spreads a number over all bits (the finaliser of splitmix64), so that ids in sequence don't cluster. */
static uint64_t mix(uint64_t number) {
    number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
    return number ^ (number >> 31);
}

static uint64_t hash_text(const char *key) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (; *key != '\0'; key++) hash = (hash ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
    return mix(hash);
}

dealer_status text_map_init(struct text_map *map, struct region *region, struct env *env, size_t expected) {
    uint32_t capacity = capacity_for(expected);
    if (capacity == 0) return error_nomem(&env->error);
    struct text_map_slot *slots = REGION_ARRAY(region, env, struct text_map_slot, capacity);
    if (slots == NULL) return DEALER_E_NOMEM;
    *map = (struct text_map){.slots = slots, .capacity = capacity};
    return DEALER_OK;
}

/* The slot that holds the key, or the free one where it belongs. NULL only for a map that was never initialised. */
static struct text_map_slot *text_slot(const struct text_map *map, const char *key, uint64_t hash) {
    for (uint32_t i = 0; i < map->capacity; i++) {
        struct text_map_slot *slot = &map->slots[(hash + i) & (map->capacity - 1)];
        if (slot->key == NULL) return slot;
        if (slot->hash == hash && strcmp(slot->key, key) == 0) return slot;
    }
    return NULL;
}

int32_t text_map_put(struct text_map *map, const char *key, int32_t index) {
    uint64_t hash = hash_text(key);
    struct text_map_slot *slot = text_slot(map, key, hash);
    if (slot != NULL && slot->key != NULL) return slot->index;
    if (slot == NULL || map->count + 1 >= map->capacity) return -1; /* one slot stays free: it ends searches */
    *slot = (struct text_map_slot){key, hash, index};
    map->count++;
    return -1;
}

int32_t text_map_get(const struct text_map *map, const char *key) {
    const struct text_map_slot *slot = key == NULL ? NULL : text_slot(map, key, hash_text(key));
    return slot == NULL || slot->key == NULL ? -1 : slot->index;
}

dealer_status id_map_init(struct id_map *map, struct region *region, struct env *env, size_t expected) {
    uint32_t capacity = capacity_for(expected);
    if (capacity == 0) return error_nomem(&env->error);
    struct id_map_slot *slots = REGION_ARRAY(region, env, struct id_map_slot, capacity);
    if (slots == NULL) return DEALER_E_NOMEM;
    *map = (struct id_map){.slots = slots, .capacity = capacity};
    return DEALER_OK;
}

static struct id_map_slot *id_slot(const struct id_map *map, int64_t id) {
    uint64_t hash = mix((uint64_t)id);
    for (uint32_t i = 0; i < map->capacity; i++) {
        struct id_map_slot *slot = &map->slots[(hash + i) & (map->capacity - 1)];
        if (!slot->used || slot->id == id) return slot;
    }
    return NULL;
}

int32_t id_map_put(struct id_map *map, int64_t id, int32_t index) {
    struct id_map_slot *slot = id_slot(map, id);
    if (slot != NULL && slot->used) return slot->index;
    if (slot == NULL || map->count + 1 >= map->capacity) return -1;
    *slot = (struct id_map_slot){id, index, true};
    map->count++;
    return -1;
}

int32_t id_map_get(const struct id_map *map, int64_t id) {
    const struct id_map_slot *slot = id_slot(map, id);
    return slot == NULL || !slot->used ? -1 : slot->index;
}
