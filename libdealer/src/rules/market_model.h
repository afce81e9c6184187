/* market_model: an explainable price model over comparable sales.
 *
 * log price = market mean + a sum of named, shrunken effects (category, size, model, age, hours, region,
 * equipment, the same machine sold before, market time). All effects are fitted together by penalised least
 * squares; the penalty of each kind of effect says how far it may move without evidence. Deterministic:
 * same sales in the same order give the same bits on one machine. No globals, no input or output. */
#ifndef MARKET_MODEL_H
#define MARKET_MODEL_H
#include <stddef.h>
#include <stdint.h>

#define MM_MAX_EFFECTS 64
#define MM_MAX_NEAR 12
#define MM_LEVELS 10

typedef struct mm_alloc {
    void *(*get)(void *ctx, size_t size); /* NULL when there is no memory */
    void (*put)(void *ctx, void *block);
    void *ctx;
} mm_alloc;

typedef struct mm_attr {
    const char *key;
    const char *value;
} mm_attr;

/* A sale, or (price and day of sale ignored as a price) a request. NULL and "" mean unknown. */
typedef struct mm_sale {
    double price;           /* > 0 */
    int32_t day;            /* day number of the sale (any epoch); request: as-of day */
    const char *category;   /* product group */
    const char *size_class; /* class text, with numbers: "... - 21.0 to 24.0 Metric Tons" */
    const char *size;       /* coarse size word */
    const char *make;
    const char *model;      /* full model text */
    const char *base_model; /* "PC200"; empty: split from model */
    const char *secondary;  /* "H", "LC": the generation or variant after the base */
    const char *series;
    const char *descriptor;
    const char *machine; /* serial number or other identity of this one machine */
    const char *region;
    const char *cab; /* the leading equipment level: enclosure, cab */
    int year;        /* year made; 0 (or <= 1900) unknown */
    int sale_year;   /* calendar year of the sale or of the as-of day */
    double hours;    /* <= 0 unknown */
    const mm_attr *attrs;
    size_t nattrs;
} mm_sale;

typedef struct mm_effect {
    const char *name;   /* static: "model", "age", ... */
    const char *detail; /* from the request (an attribute's key) or NULL */
    double effect;      /* in log price: exp(effect) - 1 is the percentage */
} mm_effect;

typedef struct mm_near {
    size_t sale; /* index into the array given to mm_build */
    double weight;
} mm_near;

typedef struct mm_estimate {
    double log_price, low, high; /* logs of the price and of the 80 % range */
    double price;
    mm_effect effects[MM_MAX_EFFECTS]; /* sum of effects = log_price */
    size_t neffects;
    size_t n_machine, n_model, n_base, n_class, n_category, n_all; /* evidence */
    int level;                                                    /* of evidence, 0 best */
    mm_near near[MM_MAX_NEAR];
    size_t nnear;
} mm_estimate;

typedef struct mm_model mm_model;

/* Builds from the sales with day <= as_of and a positive finite price. 0; -1 no memory; 1 no usable sale. */
int mm_build(const mm_alloc *alloc, const mm_sale *sales, size_t n, int32_t as_of, mm_model **out);
void mm_free(mm_model *model);
/* Never allocates. 0, or 1 when the market is empty (model NULL): use the guide price. */
int mm_value(const mm_model *model, const mm_sale *request, mm_estimate *out);
#endif
