/* One machine as the terms of a linear model: what is known of it as hashes and logs, and from these the columns it has a
 * share in. Knows no other machine and no estimate. */
#ifndef RULES_MARKET_TERMS_H
#define RULES_MARKET_TERMS_H

#include "rules/market_model.h"

enum { MARKET_TERMS = 1024 };

/* What an effect is told as. */
enum market_group {
    GROUP_MARKET,
    GROUP_CATEGORY,
    GROUP_SIZE,
    GROUP_MODEL,
    GROUP_AGE,
    GROUP_HOURS,
    GROUP_REGION,
    GROUP_EQUIPMENT,
    GROUP_MACHINE,
    GROUP_TIME,
    GROUP_EVENT,
    GROUPS
};

/* Hashes of texts; two machines with the same hash have the same base model, class and so on. */
struct market_machine {
    uint64_t category, size, size_class, base, variant, model, secondary, descriptor, series, prefix, region;
    uint64_t machine, cab; /* 0: unknown */
    int32_t day;
    double age, hours, tons, number; /* logs; NAN: unknown */
    int letter;                      /* 1 to 26: the first of the variant; 0: none */
};

/* The market's time: its price level may take a step every so many days. */
struct market_time {
    int32_t first_day, last_day;
    double step;   /* days, a week or more */
    double spread; /* of one step, against a week's */
};

struct market_term {
    uint64_t key;
    double x;
    uint16_t group;
    uint16_t attribute; /* 1 + its place, or 0 */
};

struct market_terms {
    struct market_term items[MARKET_TERMS];
    size_t count;
};

uint64_t market_mix(uint64_t hash, uint64_t value);
void market_machine_read(struct market_machine *machine, const struct market_sale_facts *facts);
void market_time_finish(struct market_time *time); /* sets step and spread, once the first and last day are known */
/* of_sale: with the terms of the occasion, which absorb what was special about it and are unknown for a request. */
void market_terms_read(struct market_terms *terms, const struct market_machine *machine, const struct market_sale_facts *facts,
    const struct market_time *time, bool of_sale);

#endif
