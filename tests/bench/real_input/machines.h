/* Used machines that were sold or are offered, from the two kinds of file there are, oldest first; and the JSON that the library takes of
 * them: as a sale of the market, as the fields of a trade-in. */
#ifndef REAL_INPUT_MACHINES_H
#define REAL_INPUT_MACHINES_H

#include "real_input/csv.h"
#include "real_input/text.h"

struct machine {
    const char *key;
    char date[11]; /* of the sale */
    int32_t day;
    double price; /* 0: not told */
    const char *currency, *category, *brand, *model, *base_model, *series, *size_class, *serial, *region;
    int year, hours; /* 0: unknown */
    size_t row;
};

struct machines {
    struct csv csv;
    const char *source; /* "auctions" or "listings" */
    struct machine *items;
    size_t count;
};

void machines_read(struct machines *machines, const char *path);
void machines_free(struct machines *machines);
/* {"source": ...}, as dealer_market_add takes it. */
void machine_add_sale(struct text *text, const struct machines *machines, const struct machine *machine);
/* The members of a trade-in as of a date, without braces. */
void machine_add_fields(struct text *text, const struct machines *machines, const struct machine *machine, const char *date);

int32_t day_of(const char *date); /* days since 1970-01-01 of YYYY-MM-DD */
void date_of(int32_t day, char out[11]);

#endif
