/* What the parts of the measurement of rules share. */
#ifndef BENCH_RULES_MEASURE_H
#define BENCH_RULES_MEASURE_H

#include "base/env.h"

void measure_must(dealer_status status, struct env *env, const char *what); /* exits when it is not DEALER_OK */
double measure_seconds(void);
double measure_median(double *values, int count);         /* sorts them */
char *measure_read(const char *name, size_t *length_out); /* a file of this folder; free() */
void measure_table(struct env *env);

#endif
