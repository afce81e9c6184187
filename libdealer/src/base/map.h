/* Two hash maps in a region: text -> index and 64-bit id -> index. Keys are borrowed, values are >= 0. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/region.h"

struct text_map {
    struct text_map_slot *slots;
    uint32_t capacity, count;
};
struct id_map {
    struct id_map_slot *slots;
    uint32_t capacity, count;
};

dealer_status text_map_init(struct text_map *map, struct region *region, struct env *env, size_t expected);
/* Index already there under the key, or -1 after inserting. The map holds the expected number of keys; far
 * beyond it nothing is inserted. Looking up is fine in a zeroed map. */
int32_t text_map_put(struct text_map *map, const char *key, int32_t index);
int32_t text_map_get(const struct text_map *map, const char *key); /* -1: none */

dealer_status id_map_init(struct id_map *map, struct region *region, struct env *env, size_t expected);
int32_t id_map_put(struct id_map *map, int64_t id, int32_t index);
int32_t id_map_get(const struct id_map *map, int64_t id);
#endif
