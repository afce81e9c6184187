/* What used machines are worth: an explainable price model over sales of comparable machines.
 *
 * The log of a price is the market's mean plus a sum of named effects (category, size, model, age, hours, region,
 * equipment, the same machine sold before, the market's course). All effects are fitted together by penalised least
 * squares; the penalty of each kind says how far it may move without evidence, so that a model never seen falls back on
 * its base model, its size and its category. docs/valuation.md tells the method and how well it does.
 *
 * Deterministic: the same sales in the same order give the same bits, on every machine with IEEE doubles. Another order may
 * move an estimate by up to half a per cent, since the iterations end before their rounding is forgotten; so give them in one.
 * Knows no documents, no SQL, no Lua, no currency. */
#ifndef RULES_MARKET_MODEL_H
#define RULES_MARKET_MODEL_H

#include "base/env.h"

enum { MARKET_EFFECTS = 64, MARKET_NEAREST = 12, MARKET_LEVELS = 10 };

struct market_attribute {
    const char *key;
    const char *value; /* empty: absent */
};

/* A sale, or (without a price) a machine to be valued. NULL and "" mean unknown. */
struct market_sale_facts {
    double price;           /* in whole units of the currency; a sale without a positive, finite one is passed over */
    int32_t day;            /* of the sale; of a request: as of when */
    const char *category;   /* product group */
    const char *size_class; /* its first two numbers are the size: "... - 21.0 to 24.0 Metric Tons" */
    const char *size;       /* in a word: "Large" */
    const char *make;
    const char *model;      /* the full model: "PC200-8" */
    const char *base_model; /* "PC200"; unknown: split from the model */
    const char *secondary;  /* the generation or variant behind the base model: "H", "LC" */
    const char *series;
    const char *descriptor;
    const char *machine; /* serial number, or what else tells this one machine */
    const char *region;
    const char *cab;
    int year;      /* of manufacture; 1900 or before: unknown */
    int sale_year; /* calendar year of the day */
    double hours;  /* 0 or less, or not finite: unknown */
    const struct market_attribute *attributes;
    size_t attribute_count;
};

/* exp(effect) - 1 is the percentage. */
struct market_effect {
    const char *name;   /* static: "model", "age" ... */
    const char *detail; /* an attribute's key, the request's own text; otherwise NULL */
    double effect;
};

struct market_near {
    size_t sale; /* its place in the sales given to the build */
    double weight;
};

/* How many sales there were of each. */
struct market_evidence {
    size_t machine, model, base_model, size_class, category, all;
    int level; /* 0 best: a model seen ten times, its year known */
};

struct market_estimate {
    double price;                                 /* in whole units of the currency, not rounded */
    double log_price, log_low, log_high;          /* of the price + 1; the range holds 80 % of sales */
    struct market_effect effects[MARKET_EFFECTS]; /* their sum is log_price */
    size_t effect_count;
    struct market_evidence evidence;
    struct market_near nearest[MARKET_NEAREST]; /* nearest first */
    size_t near_count;
};

struct market_model;

/* From the sales up to a day, that day included; later ones have no influence of any kind. The sales are only read during
 * the call. *out is NULL when none of them can be used. */
dealer_status market_model_build(
    struct env *env, const struct market_sale_facts *sales, size_t count, int32_t as_of, struct market_model **out);
void market_model_free(struct market_model *model); /* through the seams that it was built with, which outlive it */
/* Never allocates; threads may ask one model at once. */
void market_model_value(const struct market_model *model, const struct market_sale_facts *request, struct market_estimate *out);

#endif
