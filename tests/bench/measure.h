/* What every measurement through the public interface needs: two clocks, the middle of several rounds, and an end at the first failure. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <dealer.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double measure_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* On the wall. */
static inline double seconds(void) {
    return measure_clock(CLOCK_MONOTONIC);
}

/* Of this process alone: what runs beside it takes cache, not time. */
static inline double busy_seconds(void) {
    return measure_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static inline int measure_order(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Sorts them. */
static inline double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, measure_order);
    return values[count / 2];
}

static inline void must(dealer_status status, const dealer_error *error, const char *what) {
    if (status == DEALER_OK) return;
    fprintf(stderr, "%s: %s %s\n", what, dealer_status_name(status), dealer_error_message(error, 0, DEALER_LANGUAGE_EN));
    exit(1);
}

#endif
