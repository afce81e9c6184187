#include "rules/market_fit.h"

#include <math.h>
#include <string.h>

enum { FIRST_CELLS = 1 << 16 };

static const double NOISE = 0.02;       /* variance of one price around the sum of its effects */
static const double FAR_OFF = 2.0;      /* in standard deviations: beyond, a row weighs less */
static const double DEVIATION = 1.4826; /* standard deviation over median of the absolute values, of a normal distribution */

static void *zeroed_array(struct env *env, size_t count, size_t size) {
    if (count <= SIZE_MAX / size) return env_alloc(env, count * size);
    error_nomem(&env->error);
    return NULL;
}

dealer_status market_fit_start(struct env *env, struct market_fit *fit, size_t rows) {
    *fit = (struct market_fit){.rows = rows};
    fit->row_start = zeroed_array(env, rows + 1, sizeof *fit->row_start);
    fit->y = zeroed_array(env, rows, sizeof *fit->y);
    fit->weight = zeroed_array(env, rows, sizeof *fit->weight);
    return fit->row_start != NULL && fit->y != NULL && fit->weight != NULL ? DEALER_OK : DEALER_E_NOMEM;
}

dealer_status market_fit_reserve(struct env *env, struct market_fit *fit, size_t cells) {
    size_t capacity = fit->cell_capacity > 0 ? fit->cell_capacity : FIRST_CELLS;
    while (capacity < fit->cell_count + cells) capacity *= 2;
    if (capacity == fit->cell_capacity) return DEALER_OK;
    struct market_cell *bigger =
        capacity > SIZE_MAX / sizeof *bigger ? NULL : env_resize(env, fit->cells, capacity * sizeof *bigger);
    if (bigger == NULL) return error_nomem(&env->error);
    fit->cells = bigger;
    fit->cell_capacity = capacity;
    return DEALER_OK;
}

dealer_status market_fit_end_rows(struct env *env, struct market_fit *fit, size_t columns) {
    size_t work = 4 * columns + fit->rows;
    fit->columns = columns;
    fit->work = zeroed_array(env, work > 2 * fit->rows ? work : 2 * fit->rows, sizeof *fit->work);
    fit->b = zeroed_array(env, columns, sizeof *fit->b);
    return fit->work != NULL && fit->b != NULL ? DEALER_OK : DEALER_E_NOMEM;
}

void market_fit_finish(struct env *env, struct market_fit *fit) {
    env_free(env, fit->cells);
    env_free(env, fit->row_start);
    env_free(env, fit->y);
    env_free(env, fit->weight);
    env_free(env, fit->work);
    *fit = (struct market_fit){0};
}

/* out = X b */
static void times(const struct market_fit *fit, const double *b, double *out) {
    for (size_t i = 0; i < fit->rows; i++) {
        double sum = 0;
        for (size_t k = fit->row_start[i]; k < fit->row_start[i + 1]; k++) {
            sum += (double)fit->cells[k].x * b[fit->cells[k].column];
        }
        out[i] = sum;
    }
}

/* out += X' W r */
static void add_times_back(const struct market_fit *fit, const double *r, double *out) {
    for (size_t i = 0; i < fit->rows; i++) {
        double value = r[i] * fit->weight[i];
        if (value == 0) continue;
        for (size_t k = fit->row_start[i]; k < fit->row_start[i + 1]; k++) {
            out[fit->cells[k].column] += (double)fit->cells[k].x * value;
        }
    }
}

static double dot(const double *a, const double *b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
    return sum;
}

/* The diagonal of X' W X + noise: dividing by it makes far fewer steps enough. */
static void diagonal(const struct market_fit *fit, double *out) {
    for (size_t j = 0; j < fit->columns; j++) out[j] = NOISE;
    for (size_t i = 0; i < fit->rows; i++) {
        for (size_t k = fit->row_start[i]; k < fit->row_start[i + 1]; k++) {
            double x = fit->cells[k].x;
            out[fit->cells[k].column] += fit->weight[i] * x * x;
        }
    }
}

/* The vectors of conjugate gradients, all inside fit->work. */
struct gradients {
    double *residual, *diagonal, *direction, *image, *rows;
};

/* How far off b is now, and the first direction; answers the residual's size. */
static double first_direction(struct market_fit *fit, const struct gradients *at) {
    double size = 0;
    diagonal(fit, at->diagonal);
    times(fit, fit->b, at->rows);
    for (size_t i = 0; i < fit->rows; i++) at->rows[i] = fit->y[i] - at->rows[i];
    for (size_t j = 0; j < fit->columns; j++) at->residual[j] = -NOISE * fit->b[j];
    add_times_back(fit, at->rows, at->residual);
    for (size_t j = 0; j < fit->columns; j++) {
        at->direction[j] = at->residual[j] / at->diagonal[j];
        size += at->residual[j] * at->direction[j];
    }
    return size;
}

/* One step along the direction, which then turns; answers the residual's new size. */
static double step(struct market_fit *fit, const struct gradients *at, double size) {
    double next = 0;
    times(fit, at->direction, at->rows);
    for (size_t j = 0; j < fit->columns; j++) at->image[j] = NOISE * at->direction[j];
    add_times_back(fit, at->rows, at->image);
    double length = size / dot(at->direction, at->image, fit->columns);
    for (size_t j = 0; j < fit->columns; j++) {
        fit->b[j] += length * at->direction[j];
        at->residual[j] -= length * at->image[j];
        next += at->residual[j] * at->residual[j] / at->diagonal[j];
    }
    for (size_t j = 0; j < fit->columns; j++) {
        at->direction[j] = at->residual[j] / at->diagonal[j] + next / size * at->direction[j];
    }
    return next;
}

void market_fit_solve(struct market_fit *fit, int steps) {
    double *work = fit->work;
    size_t columns = fit->columns;
    struct gradients at = {work, work + columns, work + 2 * columns, work + 3 * columns, work + 4 * columns};
    double first = first_direction(fit, &at), size = first;
    for (int i = 0; i < steps && size > 1e-12 * first && size > 0; i++) size = step(fit, &at, size);
}

void market_fit_predict(const struct market_fit *fit, double *out) {
    times(fit, fit->b, out);
}

double market_kth_smallest(double *values, size_t count, size_t k) {
    size_t low = 0, high = count - 1;
    while (low < high) {
        double pivot = values[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;;) {
            while (values[i] < pivot) i++;
            while (values[j] > pivot) j--;
            if (i >= j) break;
            double kept = values[i];
            values[i++] = values[j];
            values[j--] = kept;
        }
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return values[low];
}

static void weigh(struct market_fit *fit) {
    double *miss = fit->work, *ordered = miss + fit->rows;
    market_fit_predict(fit, miss);
    for (size_t i = 0; i < fit->rows; i++) miss[i] = ordered[i] = fabs(fit->y[i] - miss[i]);
    double limit = FAR_OFF * DEVIATION * market_kth_smallest(ordered, fit->rows, fit->rows / 2) + 1e-9;
    for (size_t i = 0; i < fit->rows; i++) fit->weight[i] = miss[i] > limit ? limit / miss[i] : 1;
}

void market_fit_solve_robust(struct market_fit *fit, int steps, int steps_after) {
    for (size_t i = 0; i < fit->rows; i++) fit->weight[i] = 1;
    market_fit_solve(fit, steps);
    weigh(fit);
    market_fit_solve(fit, steps_after);
}
