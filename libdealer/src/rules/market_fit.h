/* Penalised least squares over sparse rows, by conjugate gradients: finds the b that makes
 * sum of weight (y - X b)^2 + noise |b|^2 small. Knows no machines: rows, columns and targets only. */
#ifndef RULES_MARKET_FIT_H
#define RULES_MARKET_FIT_H

#include "base/env.h"

struct market_cell {
    int32_t column;
    float x;
};

struct market_fit {
    struct market_cell *cells; /* row by row */
    size_t cell_count, cell_capacity;
    size_t *row_start; /* rows + 1 */
    double *y, *weight;
    double *work; /* 4 * columns + rows, and 2 * rows at least */
    double *b;    /* the caller's own in the end */
    size_t rows, columns;
};

dealer_status market_fit_start(struct env *env, struct market_fit *fit, size_t rows);
/* Room for as many cells more. */
dealer_status market_fit_reserve(struct env *env, struct market_fit *fit, size_t cells);
/* Once all rows are there: room for the work, and b all zero. */
dealer_status market_fit_end_rows(struct env *env, struct market_fit *fit, size_t columns);
void market_fit_finish(struct env *env, struct market_fit *fit); /* all but b */

/* Improves b by so many steps at most. */
void market_fit_solve(struct market_fit *fit, int steps);
/* The same, then lets rows far off (damaged, mistyped, forced sales) weigh less, and improves again. */
void market_fit_solve_robust(struct market_fit *fit, int steps, int steps_after);
/* out: what X b says of each row. May be fit->work. */
void market_fit_predict(const struct market_fit *fit, double *out);
double market_kth_smallest(double *values, size_t count, size_t k); /* reorders them; k from 0 */

#endif
