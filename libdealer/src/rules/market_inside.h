/* The fitted model as its builder leaves it and its valuer reads it. Nobody else looks inside. */
#ifndef RULES_MARKET_INSIDE_H
#define RULES_MARKET_INSIDE_H

#include "rules/market_table.h"
#include "rules/market_terms.h"

/* What a sale may have in common with a machine, from the nearest to the widest. */
enum market_relation { RELATION_MACHINE, RELATION_MODEL, RELATION_BASE, RELATION_CLASS, RELATION_CATEGORY, RELATIONS };

struct market_model {
    const struct seams *seams;
    struct market_table effects; /* key of a term -> its place in b */
    double *b;
    double mean, lowest, highest; /* log prices */
    struct market_time time;
    size_t count;                    /* of sales */
    struct market_machine *machines; /* of each sale */
    size_t *places;                  /* in the array given to the build */
    struct market_table relatives;   /* key of a relation -> its place in newest and counts */
    int32_t *newest, *counts;        /* sale, number of sales */
    int32_t *before;                 /* [relation * count + sale]: the one before with the same key, or -1 */
    double spread[MARKET_LEVELS];    /* half the width of the range, in log price */
};

static inline uint64_t market_relation_key(const struct market_machine *machine, enum market_relation relation) {
    const uint64_t keys[RELATIONS] = {machine->machine, machine->model, machine->base, machine->size_class, machine->category};
    return market_mix(keys[relation], (uint64_t)relation + 77);
}

static inline int market_evidence_level(size_t of_model, size_t of_base, bool year_known) {
    int level = of_model >= 10 ? 0 : of_model >= 3 ? 1 : of_model >= 1 ? 2 : of_base >= 1 ? 3 : 4;
    return year_known ? level : level + MARKET_LEVELS / 2;
}

#endif
