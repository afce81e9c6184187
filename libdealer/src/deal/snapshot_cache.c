/* Keeps the few snapshots in use, so that a call finds its own without loading. Knows versions, not what is in a snapshot. */
#include "deal/snapshot.h"
#include <string.h>

bool snapshot_cache_init(struct snapshot_cache *cache, const struct seams *seams) {
    memset(cache, 0, sizeof *cache);
    cache->seams = seams;
    return lock_init(&cache->lock);
}

void snapshot_cache_finish(struct snapshot_cache *cache) {
    for (int i = 0; i < SNAPSHOT_CACHE_SIZE; i++) snapshot_drop(cache->items[i]);
    lock_finish(&cache->lock);
}

static struct deal_snapshot *find(struct snapshot_cache *cache, const struct store_versions *versions) {
    struct deal_snapshot *found = NULL;
    lock_take(&cache->lock);
    for (int i = 0; !found && i < SNAPSHOT_CACHE_SIZE; i++) {
        struct deal_snapshot *item = cache->items[i];
        if (item && item->configuration == versions->configuration && item->rule_set_version == versions->rule_set)
            found = snapshot_take(item);
    }
    lock_release(&cache->lock);
    return found;
}

/* The new one comes first; the oldest falls out (whoever still works under it keeps it alive). */
static void keep(struct snapshot_cache *cache, struct deal_snapshot *snapshot) {
    lock_take(&cache->lock);
    struct deal_snapshot *oldest = cache->items[SNAPSHOT_CACHE_SIZE - 1];
    memmove(&cache->items[1], &cache->items[0], (SNAPSHOT_CACHE_SIZE - 1) * sizeof cache->items[0]);
    cache->items[0] = snapshot_take(snapshot);
    lock_release(&cache->lock);
    snapshot_drop(oldest);
}

/* The newest that others can take parts of. */
static struct deal_snapshot *find_like(struct snapshot_cache *cache) {
    struct deal_snapshot *found = NULL;
    lock_take(&cache->lock);
    for (int i = 0; !found && i < SNAPSHOT_CACHE_SIZE; i++)
        if (cache->items[i] && cache->items[i]->compiled) found = snapshot_take(cache->items[i]);
    lock_release(&cache->lock);
    return found;
}

dealer_status snapshot_cache_get(struct snapshot_cache *cache, struct env *env, struct connection *connection,
    const struct store_versions *versions, struct deal_snapshot **out) {
    if (!cache) return snapshot_load(env, env->seams, connection, versions, NULL, out);
    *out = find(cache, versions);
    if (*out) return DEALER_OK;
    struct deal_snapshot *like = find_like(cache);
    dealer_status status = snapshot_load(env, cache->seams, connection, versions, like, out);
    snapshot_drop(like);
    if (!status) keep(cache, *out);
    return status;
}
