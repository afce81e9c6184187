/* From a row of CSV to a sale, by a mapping: which column, what its words mean, which of them mean "unknown". */
#ifndef DEAL_MARKET_MAPPING_H
#define DEAL_MARKET_MAPPING_H

#include "base/csv.h"
#include "base/json.h"
#include "store/record_store.h"

enum market_target {
    TARGET_SOURCE,
    TARGET_KEY,
    TARGET_DATE,
    TARGET_PRICE,
    TARGET_CATEGORY,
    TARGET_SIZE_CLASS,
    TARGET_MODEL,
    TARGET_BASE_MODEL,
    TARGET_SERIES,
    TARGET_SERIAL,
    TARGET_REGION,
    TARGET_YEAR,
    TARGET_HOURS,
    TARGET_COUNT
};

/* Where a value comes from. */
struct market_source {
    const char *header; /* NULL: a constant, or nothing */
    const char *constant;
    const char *fallback; /* "else": for what the map does not know */
    const char *format;   /* of a date: the order of Y, M and D */
    const char *currency, *currency_header;
    const json_value *map, *unknown;
    bool decimal_comma;
    int column, currency_column; /* -1: none; known once the header is read */
};

struct market_option {
    const char *name;
    struct market_source source;
};

struct market_mapping {
    struct json *json; /* owns the texts */
    struct region region;
    struct market_source sources[TARGET_COUNT];
    const json_value *unknown;
    struct market_option *options;
    size_t option_count;
    bool rest; /* "options": "rest": every column that nothing else names */
    size_t column_count;
};

dealer_status market_mapping_read(struct env *env, const char *text, size_t length, struct market_mapping *out);
void market_mapping_free(struct market_mapping *mapping);
/* DEALER_E_INVALID names the column that is missing. */
dealer_status market_mapping_header(struct env *env, struct market_mapping *mapping, const struct csv_record *record);
/* Texts go into the region. DEALER_E_INVALID: the row is no sale; the error says why, with its line. */
dealer_status market_mapping_row(struct env *env, const struct market_mapping *mapping, struct region *region,
    const struct csv_record *record, struct market_sale *out);

#endif
