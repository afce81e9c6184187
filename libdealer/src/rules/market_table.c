#include "rules/market_table.h"

enum { FIRST_SLOTS = 4096 };

struct market_slot {
    uint64_t key;
    int32_t number; /* -1: free */
};

static dealer_status start(struct env *env, struct market_table *table, size_t slots) {
    table->slots = slots > SIZE_MAX / sizeof *table->slots ? NULL : env_alloc(env, slots * sizeof *table->slots);
    if (table->slots == NULL) return error_nomem(&env->error);
    for (size_t i = 0; i < slots; i++) table->slots[i].number = -1;
    table->mask = slots - 1;
    table->used = 0;
    return DEALER_OK;
}

dealer_status market_table_start(struct env *env, struct market_table *table) {
    return start(env, table, FIRST_SLOTS);
}

void market_table_finish(struct market_table *table, const struct seams *seams) {
    if (table->slots != NULL) seams->allocate(seams->allocator_data, table->slots, 0);
    table->slots = NULL;
}

/* The key's slot, or the free one where it belongs: there is always one, for half of the slots stay free. */
static struct market_slot *slot_of(const struct market_table *table, uint64_t key) {
    size_t i = (size_t)key & table->mask;
    while (table->slots[i].number >= 0 && table->slots[i].key != key) i = (i + 1) & table->mask;
    return &table->slots[i];
}

static dealer_status grow(struct env *env, struct market_table *table) {
    struct market_table bigger;
    dealer_status status = start(env, &bigger, (table->mask + 1) * 2);
    if (status != DEALER_OK) return status;
    for (size_t i = 0; i <= table->mask; i++) {
        if (table->slots[i].number >= 0) *slot_of(&bigger, table->slots[i].key) = table->slots[i];
    }
    bigger.used = table->used;
    env_free(env, table->slots);
    *table = bigger;
    return DEALER_OK;
}

dealer_status market_table_add(struct env *env, struct market_table *table, uint64_t key, int32_t *number_out) {
    dealer_status status = table->used * 2 > table->mask ? grow(env, table) : DEALER_OK;
    if (status != DEALER_OK) return status;
    struct market_slot *slot = slot_of(table, key);
    if (slot->number < 0) *slot = (struct market_slot){key, (int32_t)table->used++};
    *number_out = slot->number;
    return DEALER_OK;
}

int32_t market_table_find(const struct market_table *table, uint64_t key) {
    return slot_of(table, key)->number;
}
