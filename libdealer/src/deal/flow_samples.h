/* Documents that differ in what some conditions ask: for every field that they compare the values just below, at and just above those that
 * they name. So whatever a condition is made of is understood by asking it. Knows neither nodes nor people. */
#ifndef DEAL_FLOW_SAMPLES_H
#define DEAL_FLOW_SAMPLES_H

#include "catalogue/predicate.h"

enum { SAMPLE_FIELDS = 4, SAMPLE_VALUES = 128, SAMPLE_DOCUMENTS = 2048 };

struct sampled_field {
    const struct catalogue_field *field;
    struct value values[SAMPLE_VALUES]; /* different ones, in order; their texts are the predicates' own */
    int count;
};

struct samples {
    struct sampled_field fields[SAMPLE_FIELDS];
    int field_count;
    const char *currency; /* that conditions name; NULL: none */
    bool beyond;          /* they ask more than fields, or of more values than are tried: what they say is not known */
};

void samples_around(struct samples *samples, const struct catalogue_field *field, int64_t value);
/* What a condition asks. Where a document belongs, and whose it is, is given and not sampled. */
void samples_of(struct samples *samples, const struct predicate *predicate);
/* Fields that a submission may lack are left empty as well, last. */
void samples_add_empty(struct samples *samples);
int samples_count(struct samples *samples); /* of documents: 1 at least, for it may be that nothing is asked; 0: too many */
/* Puts one of them, the first field changing fastest, into a document. */
dealer_status samples_put(struct env *env, const struct samples *samples, int index, struct document *document);
void samples_clear(const struct samples *samples, struct document *document);

#endif
