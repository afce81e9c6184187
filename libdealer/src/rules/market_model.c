/* Builds the model: takes the usable sales, links relatives, makes one row of each sale, measures on a held-out fifth how
 * wide a range must be, and fits all. */
#include "rules/market_fit.h"
#include "rules/market_inside.h"
#include "rules/market_maths.h"

#include <math.h>
#include <string.h>

enum { PROBE_STEPS = 30, FIT_STEPS = 40, REFIT_STEPS = 30, HELD_OUT_DAYS = 366 };

static const double WIDTH_UNKNOWN = 0.35; /* of a range, where too few sales can be held out to measure one */
static const double WIDTH_PRIOR = 40;     /* a measured width counts like its sales, the presumed one like so many */

/* How wide a range is at a level of evidence, against all: model seen ten, three, one times, base model seen, not seen; the
 * same with the year unknown. */
static const double presumed[MARKET_LEVELS] = {0.8, 1, 1.1, 1.15, 1.25, 1.2, 1.35, 1.4, 1.5, 1.6};

static void *zeroed_array(struct env *env, size_t count, size_t size) {
    if (count <= SIZE_MAX / size) return env_alloc(env, count * size);
    error_nomem(&env->error);
    return NULL;
}

/* -- sales -- */

static bool is_usable(const struct market_sale_facts *sale, int32_t as_of) {
    return sale->day <= as_of && sale->price > 0 && isfinite(sale->price);
}

static dealer_status take_sales(
    struct env *env, struct market_model *model, const struct market_sale_facts *sales, size_t count, int32_t as_of) {
    struct market_time *time = &model->time;
    model->machines = zeroed_array(env, count, sizeof *model->machines);
    model->places = zeroed_array(env, count, sizeof *model->places);
    if (model->machines == NULL || model->places == NULL) return DEALER_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct market_sale_facts *sale = &sales[i];
        if (!is_usable(sale, as_of)) continue;
        market_machine_read(&model->machines[model->count], sale);
        if (model->count == 0 || sale->day < time->first_day) time->first_day = sale->day;
        if (model->count == 0 || sale->day > time->last_day) time->last_day = sale->day;
        model->places[model->count++] = i;
    }
    market_time_finish(time);
    return model->count < INT32_MAX / RELATIONS ? DEALER_OK : error_nomem(&env->error); /* they are numbered in 32 bits */
}

static dealer_status link_relatives(struct env *env, struct market_model *model) {
    size_t most = model->count * RELATIONS;
    model->before = zeroed_array(env, most, sizeof *model->before);
    model->newest = zeroed_array(env, most, sizeof *model->newest);
    model->counts = zeroed_array(env, most, sizeof *model->counts);
    dealer_status status = market_table_start(env, &model->relatives);
    if (model->before == NULL || model->newest == NULL || model->counts == NULL) return DEALER_E_NOMEM;
    for (size_t i = 0; i < model->count; i++) {
        for (int relation = 0; relation < RELATIONS && status == DEALER_OK; relation++) {
            int32_t *before = &model->before[(size_t)relation * model->count + i], at = 0;
            *before = -1;
            if (relation == RELATION_MACHINE && model->machines[i].machine == 0) continue;
            uint64_t key = market_relation_key(&model->machines[i], (enum market_relation)relation);
            status = market_table_add(env, &model->relatives, key, &at);
            if (status != DEALER_OK) break;
            if (model->counts[at]++ > 0) *before = model->newest[at];
            model->newest[at] = (int32_t)i;
        }
    }
    return status;
}

/* -- rows -- */

static dealer_status add_row(
    struct env *env, struct market_model *model, struct market_fit *fit, const struct market_terms *terms) {
    dealer_status status = market_fit_reserve(env, fit, terms->count);
    for (size_t k = 0; status == DEALER_OK && k < terms->count; k++) {
        int32_t column;
        status = market_table_add(env, &model->effects, terms->items[k].key, &column);
        if (status == DEALER_OK) fit->cells[fit->cell_count++] = (struct market_cell){column, (float)terms->items[k].x};
    }
    return status;
}

static dealer_status add_rows(
    struct env *env, struct market_model *model, struct market_fit *fit, const struct market_sale_facts *sales) {
    struct market_terms terms;
    dealer_status status = market_table_start(env, &model->effects);
    for (size_t i = 0; i < model->count && status == DEALER_OK; i++) {
        const struct market_sale_facts *sale = &sales[model->places[i]];
        market_terms_read(&terms, &model->machines[i], sale, &model->time, true);
        status = add_row(env, model, fit, &terms);
        fit->row_start[i + 1] = fit->cell_count;
        fit->y[i] = market_log(1 + sale->price);
        model->mean += fit->y[i] / (double)model->count;
        if (i == 0 || fit->y[i] < model->lowest) model->lowest = fit->y[i];
        if (i == 0 || fit->y[i] > model->highest) model->highest = fit->y[i];
    }
    for (size_t i = 0; i < model->count; i++) fit->y[i] -= model->mean;
    return status != DEALER_OK ? status : market_fit_end_rows(env, fit, model->effects.used);
}

/* -- how wide a range is -- */

/* Holds back the latest fifth of the sales, whole days of them; every fifth sale when all are of one day. */
static void hold_out(const struct market_model *model, struct market_fit *fit) {
    int32_t first = model->time.first_day, last = model->time.last_day, cut = last;
    for (; cut > first; cut--) {
        size_t later = 0;
        for (size_t i = 0; i < model->count; i++) later += model->machines[i].day >= cut;
        if (later * 5 >= model->count || (int64_t)last - cut > HELD_OUT_DAYS) break;
    }
    for (size_t i = 0; i < model->count; i++) {
        fit->weight[i] = (last > first ? model->machines[i].day < cut : i % 5 != 0) ? 1 : 0;
    }
}

/* How many sales that were not held back are of a sale's model, base model. */
static int32_t kept_of(const struct market_model *model, const int32_t *kept, size_t sale, enum market_relation relation) {
    return kept[market_table_find(&model->relatives, market_relation_key(&model->machines[sale], relation))];
}

static void count_kept(const struct market_model *model, const struct market_fit *fit, int32_t *kept) {
    for (size_t i = 0; i < model->count; i++) {
        for (int relation = RELATION_MODEL; relation <= RELATION_BASE && fit->weight[i] > 0; relation++) {
            kept[market_table_find(&model->relatives, market_relation_key(&model->machines[i], (enum market_relation)relation))]++;
        }
    }
}

/* The misses of the held-out sales at one level of evidence, -1: all; answers how many. */
static size_t misses_at(
    const struct market_model *model, const struct market_fit *fit, const int32_t *kept, int level, double *out) {
    const double *miss = fit->work;
    size_t count = 0;
    for (size_t i = 0; i < model->count; i++) {
        if (fit->weight[i] > 0) continue;
        int own = market_evidence_level((size_t)kept_of(model, kept, i, RELATION_MODEL),
            (size_t)kept_of(model, kept, i, RELATION_BASE), !isnan(model->machines[i].age));
        if (level < 0 || own == level) out[count++] = miss[i];
    }
    return count;
}

static double miss_of_80_percent(double *misses, size_t count, size_t least, double otherwise) {
    return count >= least ? market_kth_smallest(misses, count, count * 4 / 5) : otherwise;
}

static dealer_status measure_spread(struct env *env, struct market_model *model, struct market_fit *fit) {
    double *miss = fit->work, *some = miss + model->count;
    int32_t *kept = zeroed_array(env, model->relatives.used, sizeof *kept);
    if (kept == NULL) return DEALER_E_NOMEM;
    count_kept(model, fit, kept);
    market_fit_predict(fit, miss);
    for (size_t i = 0; i < model->count; i++) miss[i] = fabs(fit->y[i] - miss[i]);
    double all = miss_of_80_percent(some, misses_at(model, fit, kept, -1, some), 10, WIDTH_UNKNOWN);
    for (int level = 0; level < MARKET_LEVELS; level++) {
        size_t count = misses_at(model, fit, kept, level, some);
        double own = miss_of_80_percent(some, count, 5, all), weight = count >= 5 ? (double)count : 0;
        model->spread[level] = (weight * own + WIDTH_PRIOR * all * presumed[level]) / (weight + WIDTH_PRIOR);
    }
    env_free(env, kept);
    return DEALER_OK;
}

/* -- all -- */

static dealer_status fit_all(struct env *env, struct market_model *model, const struct market_sale_facts *sales) {
    struct market_fit fit;
    dealer_status status = market_fit_start(env, &fit, model->count);
    if (status == DEALER_OK) status = add_rows(env, model, &fit, sales);
    if (status == DEALER_OK) {
        hold_out(model, &fit);
        market_fit_solve(&fit, PROBE_STEPS);
        status = measure_spread(env, model, &fit);
    }
    if (status == DEALER_OK) market_fit_solve_robust(&fit, FIT_STEPS, REFIT_STEPS);
    model->b = fit.b;
    market_fit_finish(env, &fit);
    return status;
}

dealer_status market_model_build(
    struct env *env, const struct market_sale_facts *sales, size_t count, int32_t as_of, struct market_model **out) {
    struct market_model *model = env_alloc(env, sizeof *model);
    if (model == NULL) return DEALER_E_NOMEM;
    model->seams = env->seams;
    dealer_status status = take_sales(env, model, sales, count, as_of);
    if (status == DEALER_OK && model->count > 0) status = link_relatives(env, model);
    if (status == DEALER_OK && model->count > 0) status = fit_all(env, model, sales);
    if (status != DEALER_OK || model->count == 0) {
        market_model_free(model);
        model = NULL;
    }
    if (status == DEALER_OK) *out = model;
    return status;
}

static void put_back(const struct seams *seams, void *memory) {
    if (memory != NULL) seams->allocate(seams->allocator_data, memory, 0);
}

void market_model_free(struct market_model *model) {
    if (model == NULL) return;
    const struct seams *seams = model->seams;
    market_table_finish(&model->effects, seams);
    market_table_finish(&model->relatives, seams);
    put_back(seams, model->b);
    put_back(seams, model->machines);
    put_back(seams, model->places);
    put_back(seams, model->before);
    put_back(seams, model->newest);
    put_back(seams, model->counts);
    put_back(seams, model);
}
