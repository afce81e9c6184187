/* What is true of every kind of field: one row a kind. */
#ifndef CATALOGUE_FIELD_KIND_H
#define CATALOGUE_FIELD_KIND_H

#include "catalogue/catalogue.h"

#define FIELD_KIND_COUNT (FIELD_LINES + 1)

struct field_kind_traits {
    const char *name;
    const char *example;       /* of a right value in JSON, for errors */
    bool is_text;              /* held as text, else as integer */
    bool takes_min, takes_max; /* a declaration may narrow them */
    int64_t low, high;         /* how far a declaration may go */
    int64_t min, max;          /* without a declaration */
};
const struct field_kind_traits *field_kind_traits(enum field_kind kind);

#endif
