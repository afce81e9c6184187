/* How near valuations come to what was paid. */
#ifndef REAL_INPUT_SCORE_H
#define REAL_INPUT_SCORE_H

#include <stddef.h>

struct score {
    size_t count, within; /* their 80 % range */
    double squares, sum;  /* of log(1 + paid) - log(1 + valued) */
};

struct value {
    double value, low, high; /* in whole units */
};

void score_add(struct score *score, double paid, const struct value *value);
double score_rmsle(const struct score *score);

struct stage;
struct machine;
struct machines;

/* Values without a store's approval: what train tells is in the market, test is valued. predictions: NULL, or a file to write. */
int score_files(const char *train, const char *test, const char *predictions);
/* Cross-validation in so many parts; grouped: machines of one model, year and hours are in the same part. */
int score_folds(const char *path, unsigned folds, int grouped, const char *predictions);

#endif
