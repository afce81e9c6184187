/* Keys that are already hashes, numbered in the order of their first appearance. Knows nothing of what they stand for. */
#ifndef RULES_MARKET_TABLE_H
#define RULES_MARKET_TABLE_H

#include "base/env.h"

struct market_slot;

struct market_table {
    struct market_slot *slots;
    size_t mask;
    size_t used;
};

dealer_status market_table_start(struct env *env, struct market_table *table);
void market_table_finish(struct market_table *table, const struct seams *seams);
/* The key's number, a new one if it has none. */
dealer_status market_table_add(struct env *env, struct market_table *table, uint64_t key, int32_t *number_out);
int32_t market_table_find(const struct market_table *table, uint64_t key); /* -1: none */

#endif
