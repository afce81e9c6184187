#include "rules/market_model.h"

#include <math.h>
#include <string.h>

enum {
    MAX_TERMS = 1024, TIME_STEPS = 26, FIT_STEPS = 40, REFIT_STEPS = 30, ROUNDS = 1, PROBE_STEPS = 30, SCAN_CAP = 400
};

/* ---- kinds of effect: group for the explanation, and standard deviation (in log price) allowed a priori */

enum group {
    G_MARKET, G_CATEGORY, G_SIZE, G_MODEL, G_AGE, G_HOURS, G_REGION, G_EQUIPMENT, G_MACHINE, G_TIME, G_EVENT,
    G_COUNT
};

static const char *const group_names[G_COUNT] = {
    "market", "category", "size", "model", "age", "hours", "region", "equipment",
    "same machine", "time", "event",
};

enum kind {
    K_CAT, K_SIZE, K_CLASS, K_BASE, K_BASESEC, K_MODEL, K_SEC, K_LETTER, K_DESC, K_SERIES, K_PREFIX,
    K_NUMBER, K_NUMBER_AGE, K_TONS, K_TONS_AGE, K_REGION, K_REGION_CAT, K_REGION_MODEL, K_REGION_AGE,
    K_REGION_MODEL_AGE, K_EVENT, K_EVENT_CAT, K_TWIN, K_NOYEAR_CAT, K_NOYEAR_CLASS, K_NOYEAR_BASE, K_AGE,
    K_AGE_CAT, K_AGE_BASE, K_AGE_MODEL, K_HOURS, K_HOURS_CLASS, K_NOHOURS_CAT, K_AGE_HOURS, K_CAB_CAT,
    K_CAB_AGE, K_ATTR_CAT, K_ATTR_BASE, K_MACHINE, K_TIME, K_YEAR_MODEL, K_YEAR_MODEL_HOURS,
    K_YEAR_MODEL_REGION, K_SAME, K_REGION_HOURS, K_COUNT
};

typedef struct kind_spec {
    double variance;
    enum group group;
} kind_spec;

/* Found by cross-validation forward in time; the same for every market. */
static const kind_spec mm_kinds[K_COUNT] = {
    [K_CAT] = {0.12, G_CATEGORY},                       [K_SIZE] = {0.0048, G_SIZE},
    [K_CLASS] = {0.00033, G_SIZE},                      [K_BASE] = {0.0017, G_MODEL},
    [K_BASESEC] = {0.017, G_MODEL},                     [K_MODEL] = {0.003, G_MODEL},
    [K_SEC] = {0.02, G_MODEL},                          [K_LETTER] = {0.075, G_MODEL},
    [K_DESC] = {0.009, G_MODEL},                        [K_SERIES] = {0.001, G_MODEL},
    [K_PREFIX] = {0.051, G_MODEL},                      [K_NUMBER] = {0.016, G_MODEL},
    [K_NUMBER_AGE] = {0.015, G_AGE},                    [K_TONS] = {0.012, G_SIZE},
    [K_TONS_AGE] = {0.012, G_AGE},                      [K_REGION] = {0.00053, G_REGION},
    [K_REGION_CAT] = {0.0006, G_REGION},                [K_REGION_MODEL] = {0.001, G_REGION},
    [K_REGION_AGE] = {0.002, G_REGION},                 [K_REGION_MODEL_AGE] = {0.003, G_REGION},
    [K_EVENT] = {0.0014, G_EVENT},                      [K_EVENT_CAT] = {0.0054, G_EVENT},
    [K_TWIN] = {0.012, G_EVENT},                        [K_NOYEAR_CAT] = {0.038, G_AGE},
    [K_NOYEAR_CLASS] = {0.002, G_AGE},                  [K_NOYEAR_BASE] = {0.0097, G_AGE},
    [K_AGE] = {0.14, G_AGE},                            [K_AGE_CAT] = {0.003, G_AGE},
    [K_AGE_BASE] = {0.0015, G_AGE},                     [K_AGE_MODEL] = {0.0022, G_AGE},
    [K_HOURS] = {0.01, G_HOURS},                        [K_HOURS_CLASS] = {0.006, G_HOURS},
    [K_NOHOURS_CAT] = {0.0005, G_HOURS},                [K_AGE_HOURS] = {0.018, G_HOURS},
    [K_CAB_CAT] = {0.0048, G_EQUIPMENT},                [K_CAB_AGE] = {0.0019, G_EQUIPMENT},
    [K_ATTR_CAT] = {0.00025, G_EQUIPMENT},              [K_ATTR_BASE] = {0.00027, G_EQUIPMENT},
    [K_MACHINE] = {0.01, G_MACHINE},                    [K_TIME] = {0.000033, G_TIME},
    [K_YEAR_MODEL] = {0.00067, G_MODEL},                [K_YEAR_MODEL_HOURS] = {0.002, G_HOURS},
    [K_YEAR_MODEL_REGION] = {0.002, G_REGION},          [K_SAME] = {0.006, G_MACHINE},
    [K_REGION_HOURS] = {0.0015, G_REGION},
};

/* widths of the smooth effects: logs of age + 4 years (twice), hours + 500, size, model number + 3; letters;
 * days of one time step; log of hours + 500 again, for near comparables */
static const double mm_width[8] = {0.35, 0.16, 0.6, 0.96, 0.23, 2.0, 7.0, 0.2};
enum { W_AGE, W_AGE_MODEL, W_HOURS, W_TONS, W_NUMBER, W_LETTER, W_WEEK, W_FINE };
static const double mm_noise = 0.02; /* variance of one price around the sum of its effects */
static const double mm_huber = 2.0; /* residuals beyond this many spreads weigh less */

/* how wide a range is at a level of evidence, against all: models seen 10, 3, 1 times, base seen, unseen */
static const double mm_level_ratio[MM_LEVELS] = {0.8, 1, 1.1, 1.15, 1.25, 1.2, 1.35, 1.4, 1.5, 1.6};

/* ---- terms of one machine */

typedef struct term {
    uint64_t key;
    double x;
    uint16_t kind;
    uint16_t attr; /* 1 + index of the attribute, or 0 */
} term;

typedef struct terms {
    term t[MAX_TERMS];
    size_t n;
} terms;

typedef struct bumps {
    int first, n;
    double x[16];
} bumps;

typedef struct facts { /* hashes of what is known of a machine */
    uint64_t cat, size, cls, base, basesec, model, sec, desc, series, prefix, region, machine, cab;
    int32_t day;
    double age, log_hours, tons, number; /* NAN unknown */
    int letter;
} facts;

typedef struct span { /* the market's time */
    int32_t first_day, last_day;
    double step;   /* days from one step of the price level to the next: a week or more */
    double spread; /* of one step, against a week's */
} span;

static uint64_t mix(uint64_t h, uint64_t v) {
    h ^= v + 0x9e3779b97f4a7c15ULL + (h << 6) + (h >> 2);
    h *= 0xff51afd7ed558ccdULL;
    h ^= h >> 32;
    h *= 0xc4ceb9fe1a85ec53ULL;
    return h ^ (h >> 29);
}

static uint64_t hash_span(const char *s, size_t n) {
    uint64_t h = 1469598103934665603ULL;
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * 1099511628211ULL;
    return h;
}

static uint64_t hash_text(const char *s) {
    return s ? hash_span(s, strlen(s)) : hash_span("", 0);
}

static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

static int is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Reads the next plain decimal number at or after *s; moves *s behind it. NAN if there is none. */
static double next_number(const char **s) {
    const char *p = *s;
    while (*p && !is_digit(*p)) p++;
    if (!*p) {
        *s = p;
        return NAN;
    }
    double v = 0, scale = 1;
    for (; is_digit(*p); p++) v = v * 10 + (*p - '0');
    if (*p == '.') {
        for (p++; is_digit(*p); p++) v += (*p - '0') * (scale /= 10);
    }
    *s = p;
    return v;
}

/* The log of the middle of the range a class text names; a lone number counts 1.25 times. NAN without one. */
static double class_size(const char *text) {
    if (!text) return NAN;
    double lo = next_number(&text), hi = next_number(&text);
    if (isnan(lo)) return NAN;
    if (isnan(hi)) hi = lo * 1.5;
    return log((lo + hi) / 2 + 0.5);
}

static void split_model(facts *f, const mm_sale *s) {
    const char *base = s->base_model, *sec = s->secondary;
    int own = !(base && *base);
    if (own) base = s->model ? s->model : "";
    size_t pre = 0, end;
    while (is_letter(base[pre])) pre++;
    end = pre;
    while (is_digit(base[end])) end++;
    const char *p = base + pre;
    f->number = end > pre ? log(next_number(&p) + 3) : NAN;
    f->prefix = mix(mix(f->cat, hash_text(s->make)), hash_span(base, pre));
    size_t base_len = own ? end : strlen(base);
    if (own) sec = base + end;
    size_t sec_len = 0;
    if (own) {
        while (is_letter(sec[sec_len])) sec_len++;
    } else {
        sec_len = sec ? strlen(sec) : 0;
    }
    f->base = mix(mix(f->cat, hash_text(s->make)), hash_span(base, base_len));
    f->sec = mix(f->cat, hash_span(sec ? sec : "", sec_len));
    f->basesec = mix(f->base, f->sec);
    f->letter = sec_len && is_letter(sec[0]) ? (sec[0] & 31) : 0;
}

static void read_facts(facts *f, const mm_sale *s) {
    f->cat = hash_text(s->category);
    f->size = mix(f->cat, hash_text(s->size));
    f->cls = mix(f->cat, hash_text(s->size_class));
    f->tons = class_size(s->size_class);
    split_model(f, s);
    f->model = mix(f->cat, s->model && *s->model ? hash_text(s->model) : f->basesec);
    f->desc = mix(f->cat, hash_text(s->descriptor));
    f->series = mix(f->cat, hash_text(s->series));
    f->region = hash_text(s->region);
    f->machine = s->machine && *s->machine ? mix(hash_text(s->machine), f->model) : 0;
    f->cab = s->cab && *s->cab ? hash_text(s->cab) : 0;
    f->day = s->day;
    double age = (double)s->sale_year - s->year;
    f->age = s->year > 1900 ? log((age < 0 ? 0 : age > 60 ? 60 : age) + 4) : NAN;
    f->log_hours = s->hours > 0 && isfinite(s->hours) ? log(fmin(s->hours, 1e5) + 500) : NAN;
}

/* Gaussian bumps over u whose products sum to exp(-(u-v)^2 / 2w^2): a smooth effect as plain terms. */
static bumps make_bumps(double u, double w) {
    double step = 0.8 * w, scale = sqrt(step / (w * sqrt(1.5707963267948966)));
    bumps b;
    b.first = (int)ceil((u - 2.2 * w) / step);
    b.n = 0;
    for (int i = b.first; i * step <= u + 2.2 * w && b.n < 16; i++) {
        double d = (u - i * step) / w;
        b.x[b.n++] = scale * exp(-d * d);
    }
    return b;
}

static void put_term(terms *t, enum kind k, uint64_t key, double x, size_t attr) {
    if (t->n == MAX_TERMS || mm_kinds[k].variance <= 0) return;
    term *e = &t->t[t->n++];
    e->key = mix(key, (uint64_t)k + 1);
    e->x = x * sqrt(mm_kinds[k].variance);
    e->kind = (uint16_t)k;
    e->attr = (uint16_t)attr;
}

static void put(terms *t, enum kind k, uint64_t key) {
    put_term(t, k, key, 1, 0);
}

static void put_bumps(terms *t, enum kind k, uint64_t key, const bumps *b) {
    for (int i = 0; i < b->n; i++) put_term(t, k, mix(key, (uint64_t)(b->first + i + 4096)), b->x[i], 0);
}

static void put_bumps2(terms *t, enum kind k, uint64_t key, const bumps *a, const bumps *b) {
    for (int i = 0; i < a->n; i++) {
        uint64_t key2 = mix(key, (uint64_t)(a->first + i + 4096));
        for (int j = 0; j < b->n; j++) {
            double x = a->x[i] * b->x[j];
            if (x > 0.01) put_term(t, k, mix(key2, (uint64_t)(b->first + j + 4096)), x, 0);
        }
    }
}

static void model_terms(terms *t, const facts *f) {
    put(t, K_CAT, f->cat);
    put(t, K_SIZE, f->size);
    put(t, K_CLASS, f->cls);
    put(t, K_BASE, f->base);
    put(t, K_BASESEC, f->basesec);
    put(t, K_MODEL, f->model);
    put(t, K_SEC, f->sec);
    put(t, K_DESC, f->desc);
    put(t, K_SERIES, f->series);
    put(t, K_PREFIX, f->prefix);
    if (f->letter) {
        bumps b = make_bumps(f->letter, mm_width[W_LETTER]);
        put_bumps(t, K_LETTER, f->prefix, &b);
    }
    if (f->machine) put(t, K_MACHINE, f->machine);
}

static void age_terms(terms *t, const facts *f, const bumps *age, const bumps *tons, const bumps *number) {
    if (tons) put_bumps(t, K_TONS, f->cat, tons);
    if (number) put_bumps(t, K_NUMBER, f->prefix, number);
    if (!age) {
        put(t, K_NOYEAR_CAT, f->cat);
        put(t, K_NOYEAR_CLASS, f->cls);
        put(t, K_NOYEAR_BASE, f->base);
        return;
    }
    bumps fine = make_bumps(f->age, mm_width[W_AGE_MODEL]);
    put_bumps(t, K_AGE, 0, age);
    put_bumps(t, K_AGE_CAT, f->cat, age);
    put_bumps(t, K_AGE_BASE, f->base, age);
    put_bumps(t, K_AGE_MODEL, f->model, &fine);
    put_bumps(t, K_REGION_AGE, f->region, age);
    put_bumps(t, K_REGION_MODEL_AGE, mix(f->region, f->model), &fine);
    if (f->cab) put_bumps(t, K_CAB_AGE, mix(f->cat, f->cab), age);
    if (tons) put_bumps2(t, K_TONS_AGE, f->cat, tons, age);
    if (number) put_bumps2(t, K_NUMBER_AGE, f->prefix, number, age);
}

static void hours_terms(terms *t, const facts *f, const bumps *age) {
    if (isnan(f->log_hours)) {
        put(t, K_NOHOURS_CAT, f->cat);
        return;
    }
    bumps h = make_bumps(f->log_hours, mm_width[W_HOURS]);
    put_bumps(t, K_HOURS, 0, &h);
    put_bumps(t, K_HOURS_CLASS, f->cls, &h);
    if (!age) return;
    put_bumps2(t, K_AGE_HOURS, 0, age, &h);
}

static void place_terms(terms *t, const facts *f, const mm_sale *s, const span *time, int training) {
    uint64_t event = mix(f->region, (uint64_t)(uint32_t)f->day);
    put(t, K_REGION, f->region);
    put(t, K_REGION_CAT, mix(f->region, f->cat));
    put(t, K_REGION_MODEL, mix(f->region, f->model));
    if (training && time->last_day > time->first_day) {
        put(t, K_EVENT, event);
        put(t, K_EVENT_CAT, mix(event, f->cat));
        put(t, K_TWIN, mix(mix(event, f->model), (uint64_t)(uint32_t)s->year));
    }
    for (int w = 1; w <= TIME_STEPS && time->first_day + w * time->step <= f->day; w++) {
        put_term(t, K_TIME, (uint64_t)w, time->spread, 0);
    }
}

static void attr_terms(terms *t, const facts *f, const mm_sale *s) {
    if (f->cab) put(t, K_CAB_CAT, mix(f->cat, f->cab));
    for (size_t i = 0; i < s->nattrs; i++) {
        const mm_attr *a = &s->attrs[i];
        if (!a->key || !a->value || !*a->value) continue;
        uint64_t h = mix(hash_text(a->key), hash_text(a->value));
        put_term(t, K_ATTR_CAT, mix(f->cat, h), 1, i + 1);
        put_term(t, K_ATTR_BASE, mix(f->base, h), 1, i + 1);
    }
}

/* Terms that only near comparables share: the same model and year, near hours, region. */
static void near_terms(terms *t, const facts *f, const mm_sale *s, const bumps *age) {
    uint64_t same = mix(f->model, (uint64_t)(uint32_t)s->year);
    if (age) {
        put(t, K_YEAR_MODEL, same);
        put(t, K_YEAR_MODEL_REGION, mix(same, f->region));
    }
    if (isnan(f->log_hours)) return;
    bumps h = make_bumps(f->log_hours, mm_width[W_FINE]), wide = make_bumps(f->log_hours, mm_width[W_HOURS]);
    if (age) put_bumps(t, K_YEAR_MODEL_HOURS, same, &h);
    put(t, K_SAME, mix(same, (uint64_t)(fmin(s->hours, 1e5) * 10)));
    put_bumps(t, K_REGION_HOURS, f->region, &wide);
}

static void make_terms(terms *t, const facts *f, const mm_sale *s, const span *time, int training) {
    bumps age, tons, number;
    t->n = 0;
    if (!isnan(f->age)) age = make_bumps(f->age, mm_width[W_AGE]);
    if (!isnan(f->tons)) tons = make_bumps(f->tons, mm_width[W_TONS]);
    if (!isnan(f->number)) number = make_bumps(f->number, mm_width[W_NUMBER]);
    const bumps *a = isnan(f->age) ? NULL : &age;
    model_terms(t, f);
    age_terms(t, f, a, isnan(f->tons) ? NULL : &tons, isnan(f->number) ? NULL : &number);
    hours_terms(t, f, a);
    attr_terms(t, f, s);
    place_terms(t, f, s, time, training);
    near_terms(t, f, s, a);
}

/* ---- table of effects */

typedef struct slot {
    uint64_t key;
    int32_t col; /* -1 free */
} slot;

typedef struct table {
    slot *slots;
    size_t mask, used;
} table;

struct mm_model {
    mm_alloc alloc;
    table effects, groups; /* key -> column of beta; key of a group of sales -> index into heads */
    double *beta;
    double mean;
    double lowest, highest; /* log prices seen */
    span time;
    size_t n;
    facts *facts;
    size_t *index;   /* of the sale in the caller's array */
    int32_t *next;   /* chains of sales, newest first: [level * n + i] */
    int32_t *heads, *counts;
    double spread[MM_LEVELS];
};

static void *get(const mm_alloc *a, size_t count, size_t size) {
    if (count && size > SIZE_MAX / count) return NULL;
    void *p = a->get(a->ctx, count * size + 1);
    if (p) memset(p, 0, count * size + 1);
    return p;
}

static void put_back(const mm_alloc *a, void *p) {
    if (p) a->put(a->ctx, p);
}

static int table_size(const mm_alloc *a, table *t, size_t cap) {
    t->slots = get(a, cap, sizeof *t->slots);
    if (!t->slots) return -1;
    for (size_t i = 0; i < cap; i++) t->slots[i].col = -1;
    t->mask = cap - 1;
    t->used = 0;
    return 0;
}

static slot *table_find(const table *t, uint64_t key) {
    size_t i = (size_t)key & t->mask;
    while (t->slots[i].col >= 0 && t->slots[i].key != key) i = (i + 1) & t->mask;
    return &t->slots[i];
}

static int table_grow(const mm_alloc *a, table *t) {
    table bigger;
    if (table_size(a, &bigger, (t->mask + 1) * 2)) return -1;
    for (size_t i = 0; i <= t->mask; i++) {
        if (t->slots[i].col >= 0) *table_find(&bigger, t->slots[i].key) = t->slots[i];
    }
    bigger.used = t->used;
    put_back(a, t->slots);
    *t = bigger;
    return 0;
}

/* The column of a key, a new one if it has none; -1 no memory. */
static int32_t table_add(const mm_alloc *a, table *t, uint64_t key) {
    if (t->used * 2 > t->mask && table_grow(a, t)) return -1;
    slot *s = table_find(t, key);
    if (s->col < 0) {
        s->key = key;
        s->col = (int32_t)t->used++;
    }
    return s->col;
}

/* ---- penalised least squares by preconditioned conjugate gradients */

typedef struct cell {
    int32_t col;
    float x;
} cell;

typedef struct fit {
    cell *cells;
    size_t ncells, cap, n, cols;
    size_t *row; /* n + 1 */
    double *y, *w, *work;
    double *beta;
} fit;

static void times(const fit *f, const double *b, double *out) {
    for (size_t i = 0; i < f->n; i++) {
        double s = 0;
        for (size_t k = f->row[i]; k < f->row[i + 1]; k++) s += f->cells[k].x * b[f->cells[k].col];
        out[i] = s;
    }
}

/* out += X' W r */
static void add_back(const fit *f, const double *r, double *out) {
    for (size_t i = 0; i < f->n; i++) {
        double v = r[i] * f->w[i];
        if (v == 0) continue;
        for (size_t k = f->row[i]; k < f->row[i + 1]; k++) out[f->cells[k].col] += f->cells[k].x * v;
    }
}

static double dot(const double *a, const double *b, size_t n) {
    double s = 0;
    for (size_t i = 0; i < n; i++) s += a[i] * b[i];
    return s;
}

static void diagonal(const fit *f, double *d) {
    for (size_t j = 0; j < f->cols; j++) d[j] = mm_noise;
    for (size_t i = 0; i < f->n; i++) {
        for (size_t k = f->row[i]; k < f->row[i + 1]; k++) {
            d[f->cells[k].col] += f->w[i] * (double)f->cells[k].x * f->cells[k].x;
        }
    }
}

/* Improves beta by at most `steps` steps; work holds 4 * cols + n doubles. */
static void solve(fit *f, int steps) {
    size_t m = f->cols;
    double *r = f->work, *d = r + m, *p = d + m, *q = p + m, *xb = q + m;
    diagonal(f, d);
    times(f, f->beta, xb);
    for (size_t i = 0; i < f->n; i++) xb[i] = f->y[i] - xb[i];
    for (size_t j = 0; j < m; j++) r[j] = -mm_noise * f->beta[j];
    add_back(f, xb, r);
    double rz = 0, rz0 = 0;
    for (size_t j = 0; j < m; j++) {
        p[j] = r[j] / d[j];
        rz += r[j] * p[j];
    }
    rz0 = rz;
    for (int s = 0; s < steps && rz > 1e-12 * rz0 && rz > 0; s++) {
        times(f, p, xb);
        for (size_t j = 0; j < m; j++) q[j] = mm_noise * p[j];
        add_back(f, xb, q);
        double a = rz / dot(p, q, m), next = 0;
        for (size_t j = 0; j < m; j++) {
            f->beta[j] += a * p[j];
            r[j] -= a * q[j];
            next += r[j] * r[j] / d[j];
        }
        for (size_t j = 0; j < m; j++) p[j] = r[j] / d[j] + next / rz * p[j];
        rz = next;
    }
}

/* k-th smallest of v (reordered) */
static double select_kth(double *v, size_t n, size_t k) {
    size_t lo = 0, hi = n - 1;
    while (lo < hi) {
        double pivot = v[lo + (hi - lo) / 2];
        size_t i = lo, j = hi;
        for (;;) {
            while (v[i] < pivot) i++;
            while (v[j] > pivot) j--;
            if (i >= j) break;
            double x = v[i];
            v[i++] = v[j];
            v[j--] = x;
        }
        if (k <= j) hi = j;
        else lo = j + 1;
    }
    return v[lo];
}

/* Sales far from their fitted price (damaged, mistyped, forced) get less weight. */
static void reweigh(fit *f) {
    double *r = f->work, *abs = r + f->n;
    size_t k = 0;
    times(f, f->beta, r);
    for (size_t i = 0; i < f->n; i++) {
        r[i] = fabs(f->y[i] - r[i]);
        if (f->w[i] > 0) abs[k++] = r[i];
    }
    if (!k) return;
    double limit = mm_huber * 1.4826 * select_kth(abs, k, k / 2) + 1e-9;
    for (size_t i = 0; i < f->n; i++) {
        if (f->w[i] > 0) f->w[i] = r[i] > limit ? limit / r[i] : 1;
    }
}

static void run_fit(fit *f, int steps) {
    solve(f, steps);
    for (int i = 0; i < ROUNDS; i++) {
        reweigh(f);
        solve(f, steps * REFIT_STEPS / FIT_STEPS);
    }
}

/* ---- evidence: chains of the sales of a machine, model, base model, class, category */

enum { E_MACHINE, E_MODEL, E_BASE, E_CLASS, E_CATEGORY, E_COUNT };

static uint64_t evidence_key(const facts *f, int e) {
    const uint64_t keys[E_COUNT] = {f->machine, f->model, f->base, f->cls, f->cat};
    return mix(keys[e], (uint64_t)e + 77);
}

static int add_evidence(mm_model *m) {
    size_t n = m->n;
    m->next = get(&m->alloc, n * E_COUNT, sizeof *m->next);
    m->heads = get(&m->alloc, n * E_COUNT, sizeof *m->heads);
    m->counts = get(&m->alloc, n * E_COUNT, sizeof *m->counts);
    if (!m->next || !m->heads || !m->counts) return -1;
    for (size_t i = 0; i < n; i++) {
        for (int e = 0; e < E_COUNT; e++) {
            int32_t *next = &m->next[(size_t)e * n + i];
            *next = -1;
            if (e == E_MACHINE && !m->facts[i].machine) continue;
            size_t before = m->groups.used;
            int32_t g = table_add(&m->alloc, &m->groups, evidence_key(&m->facts[i], e));
            if (g < 0) return -1;
            *next = m->groups.used > before ? -1 : m->heads[g];
            m->heads[g] = (int32_t)i;
            m->counts[g]++;
        }
    }
    return 0;
}

static size_t evidence(const mm_model *m, const facts *f, int e, int32_t *head) {
    const slot *s = table_find(&m->groups, evidence_key(f, e));
    *head = s->col < 0 ? -1 : m->heads[s->col];
    return s->col < 0 ? 0 : (size_t)m->counts[s->col];
}

static int level_of(size_t n_model, size_t n_base, int year_known) {
    int level = n_model >= 10 ? 0 : n_model >= 3 ? 1 : n_model >= 1 ? 2 : n_base >= 1 ? 3 : 4;
    return year_known ? level : level + 5;
}

/* ---- build */

static int add_rows(mm_model *m, fit *f, const mm_sale *sales) {
    terms t;
    for (size_t i = 0; i < m->n; i++) {
        make_terms(&t, &m->facts[i], &sales[m->index[i]], &m->time, 1);
        if (f->ncells + t.n > f->cap) {
            size_t cap = f->cap ? f->cap * 2 : MAX_TERMS * 64;
            cell *cells = get(&m->alloc, cap, sizeof *cells);
            if (!cells) return -1;
            if (f->cells) memcpy(cells, f->cells, f->ncells * sizeof *cells);
            put_back(&m->alloc, f->cells);
            f->cells = cells;
            f->cap = cap;
        }
        for (size_t k = 0; k < t.n; k++) {
            int32_t col = table_add(&m->alloc, &m->effects, t.t[k].key);
            if (col < 0) return -1;
            f->cells[f->ncells++] = (cell){col, (float)t.t[k].x};
        }
        f->row[i + 1] = f->ncells;
        f->y[i] = log1p(sales[m->index[i]].price);
        f->w[i] = 1;
        m->mean += f->y[i] / (double)m->n;
        if (!i || f->y[i] < m->lowest) m->lowest = f->y[i];
        if (!i || f->y[i] > m->highest) m->highest = f->y[i];
    }
    for (size_t i = 0; i < m->n; i++) f->y[i] -= m->mean;
    return 0;
}

static int usable(const mm_sale *s, int32_t as_of) {
    return s->day <= as_of && s->price > 0 && isfinite(s->price);
}

static int take_sales(mm_model *m, const mm_sale *sales, size_t n, int32_t as_of) {
    m->facts = get(&m->alloc, n, sizeof *m->facts);
    m->index = get(&m->alloc, n, sizeof *m->index);
    if (!m->facts || !m->index) return -1;
    for (size_t i = 0; i < n; i++) {
        if (!usable(&sales[i], as_of)) continue;
        read_facts(&m->facts[m->n], &sales[i]);
        if (!m->n || sales[i].day < m->time.first_day) m->time.first_day = sales[i].day;
        if (!m->n || sales[i].day > m->time.last_day) m->time.last_day = sales[i].day;
        m->index[m->n++] = i;
    }
    m->time.step = fmax(mm_width[W_WEEK], ((double)m->time.last_day - m->time.first_day) / TIME_STEPS);
    m->time.spread = sqrt(m->time.step / mm_width[W_WEEK]);
    return m->n && m->n < INT32_MAX / E_COUNT ? 0 : 1;
}

static int start_fit(const mm_model *m, fit *f) {
    f->n = m->n;
    f->row = get(&m->alloc, m->n + 1, sizeof *f->row);
    f->y = get(&m->alloc, m->n, sizeof *f->y);
    f->w = get(&m->alloc, m->n, sizeof *f->w);
    return f->row && f->y && f->w ? 0 : -1;
}

static int end_rows(mm_model *m, fit *f) {
    f->cols = m->effects.used;
    size_t work = 4 * f->cols + f->n > 2 * f->n ? 4 * f->cols + f->n : 2 * f->n;
    f->work = get(&m->alloc, work, sizeof *f->work);
    f->beta = m->beta = get(&m->alloc, f->cols, sizeof *f->beta);
    return f->work && f->beta ? 0 : -1;
}
/* Marks a fifth of the sales as unseen: the latest ones, or every fifth when none is later. */
static void hold_out(const mm_model *m, fit *f) {
    int32_t first = m->time.first_day, last = m->time.last_day, cut;
    for (cut = last; cut > first; cut--) {
        size_t later = 0;
        for (size_t i = 0; i < m->n; i++) later += m->facts[i].day >= cut;
        if (later * 5 >= m->n || last - cut > 366) break;
    }
    for (size_t i = 0; i < m->n; i++) {
        f->w[i] = last > first ? m->facts[i].day < cut : i % 5 != 0;
    }
}

static int32_t seen(const mm_model *m, const int32_t *counts, size_t i, int e) {
    return counts[table_find(&m->groups, evidence_key(&m->facts[i], e))->col];
}

/* The 80 % point of the misses at each level of evidence, pulled to the overall one where there are few. */
static int measure_spread(mm_model *m, fit *f) {
    double *miss = f->work, *level_miss = miss + m->n, all = 0.35;
    int32_t *counts = get(&m->alloc, m->groups.used, sizeof *counts);
    size_t held = 0;
    if (!counts) return -1;
    for (size_t i = 0; i < m->n; i++) {
        for (int e = E_MODEL; e <= E_BASE && f->w[i] > 0; e++) {
            counts[table_find(&m->groups, evidence_key(&m->facts[i], e))->col]++;
        }
    }
    times(f, f->beta, miss);
    for (size_t i = 0; i < m->n; i++) {
        miss[i] = fabs(f->y[i] - miss[i]);
        if (f->w[i] <= 0) level_miss[held++] = miss[i];
    }
    if (held >= 10) all = select_kth(level_miss, held, held * 4 / 5);
    for (int level = 0; level < MM_LEVELS; level++) {
        size_t k = 0;
        for (size_t i = 0; i < m->n; i++) {
            int own = level_of((size_t)seen(m, counts, i, E_MODEL), (size_t)seen(m, counts, i, E_BASE),
                               !isnan(m->facts[i].age));
            if (f->w[i] <= 0 && own == level) level_miss[k++] = miss[i];
        }
        double q = k >= 5 ? select_kth(level_miss, k, k * 4 / 5) : all;
        double prior = all * mm_level_ratio[level], n = k >= 5 ? (double)k : 0;
        m->spread[level] = (n * q + 40 * prior) / (n + 40);
    }
    put_back(&m->alloc, counts);
    return 0;
}

static int build(mm_model *m, fit *f, const mm_sale *sales, size_t n, int32_t as_of) {
    int rc = take_sales(m, sales, n, as_of);
    if (rc) return rc;
    if (table_size(&m->alloc, &m->effects, 4096) || table_size(&m->alloc, &m->groups, 4096)) return -1;
    if (add_evidence(m) || start_fit(m, f) || add_rows(m, f, sales) || end_rows(m, f)) return -1;
    hold_out(m, f);
    solve(f, PROBE_STEPS);
    if (measure_spread(m, f)) return -1;
    for (size_t i = 0; i < m->n; i++) f->w[i] = 1;
    run_fit(f, FIT_STEPS);
    return 0;
}

int mm_build(const mm_alloc *alloc, const mm_sale *sales, size_t n, int32_t as_of, mm_model **out) {
    fit f = {0};
    *out = NULL;
    mm_model *m = get(alloc, 1, sizeof *m);
    if (!m) return -1;
    m->alloc = *alloc;
    int rc = build(m, &f, sales, n, as_of);
    put_back(alloc, f.cells);
    put_back(alloc, f.row);
    put_back(alloc, f.y);
    put_back(alloc, f.w);
    put_back(alloc, f.work);
    if (rc) mm_free(m);
    else *out = m;
    return rc;
}

void mm_free(mm_model *m) {
    if (!m) return;
    mm_alloc a = m->alloc;
    put_back(&a, m->effects.slots);
    put_back(&a, m->groups.slots);
    put_back(&a, m->beta);
    put_back(&a, m->facts);
    put_back(&a, m->index);
    put_back(&a, m->next);
    put_back(&a, m->heads);
    put_back(&a, m->counts);
    put_back(&a, m);
}

/* ---- value */

static double closeness(const facts *a, const facts *b) {
    double w = 0.3;
    if (a->model == b->model) w = 1;
    else if (a->base == b->base) w = 0.7;
    else if (a->cls == b->cls) w = 0.5;
    if (isnan(a->age) || isnan(b->age)) w *= 0.5;
    else w *= exp(-fabs(a->age - b->age) / 0.35);
    if (!isnan(a->log_hours) && !isnan(b->log_hours)) w *= exp(-fabs(a->log_hours - b->log_hours) / 1.2);
    else w *= 0.7;
    if (a->region != b->region) w *= 0.9;
    if (a->cab != b->cab) w *= 0.8;
    if (a->machine && a->machine == b->machine) w += 1;
    return w;
}

static void offer_near(mm_estimate *out, size_t sale, double weight) {
    size_t at = out->nnear;
    for (size_t i = 0; i < out->nnear; i++) {
        if (out->near[i].sale == sale) return;
    }
    if (at == MM_MAX_NEAR && weight <= out->near[at - 1].weight) return;
    if (at == MM_MAX_NEAR) at--;
    else out->nnear++;
    for (; at > 0 && out->near[at - 1].weight < weight; at--) out->near[at] = out->near[at - 1];
    out->near[at] = (mm_near){sale, weight};
}

static void find_near(const mm_model *m, const facts *f, mm_estimate *out) {
    size_t *counts[E_COUNT] = {&out->n_machine, &out->n_model, &out->n_base, &out->n_class, &out->n_category};
    int scanned = 0;
    for (int e = 0; e < E_COUNT; e++) {
        int32_t i;
        *counts[e] = evidence(m, f, e, &i);
        if (e == E_MACHINE && !f->machine) {
            *counts[e] = 0;
            continue;
        }
        if (e > E_BASE && out->nnear >= MM_MAX_NEAR / 2) continue;
        for (; i >= 0 && scanned < SCAN_CAP; i = m->next[(size_t)e * m->n + (size_t)i], scanned++) {
            offer_near(out, m->index[i], closeness(f, &m->facts[i]));
        }
    }
}

static void name_effect(mm_estimate *out, const char *name, const char *detail, double effect) {
    if (effect == 0) return;
    if (out->neffects == MM_MAX_EFFECTS) {
        out->effects[MM_MAX_EFFECTS - 1].effect += effect;
        return;
    }
    out->effects[out->neffects++] = (mm_effect){name, detail, effect};
}

static void name_effects(const mm_model *m, const terms *t, const mm_sale *s, mm_estimate *out) {
    double sums[G_COUNT] = {0};
    sums[G_MARKET] = m->mean;
    size_t attr = 0;
    double attr_sum = 0;
    for (size_t k = 0; k < t->n; k++) {
        const term *e = &t->t[k];
        const slot *found = table_find(&m->effects, e->key);
        double effect = found->col < 0 ? 0 : e->x * m->beta[found->col];
        if (e->attr != attr) {
            if (attr) name_effect(out, "attribute", s->attrs[attr - 1].key, attr_sum);
            attr = e->attr;
            attr_sum = 0;
        }
        if (attr) attr_sum += effect;
        else sums[mm_kinds[e->kind].group] += effect;
    }
    if (attr) name_effect(out, "attribute", s->attrs[attr - 1].key, attr_sum);
    for (int g = 0; g < G_COUNT; g++) name_effect(out, group_names[g], NULL, sums[g]);
}

int mm_value(const mm_model *m, const mm_sale *request, mm_estimate *out) {
    facts f;
    terms t;
    memset(out, 0, sizeof *out);
    if (!m) return 1;
    read_facts(&f, request);
    make_terms(&t, &f, request, &m->time, 0);
    name_effects(m, &t, request, out);
    for (size_t i = 0; i < out->neffects; i++) out->log_price += out->effects[i].effect;
    double kept = fmin(fmax(out->log_price, m->lowest), m->highest);
    name_effect(out, "limit of the market", NULL, kept - out->log_price);
    out->log_price = kept;
    find_near(m, &f, out);
    out->n_all = m->n;
    out->level = level_of(out->n_model, out->n_base, !isnan(f.age));
    out->low = out->log_price - m->spread[out->level];
    out->high = out->log_price + m->spread[out->level];
    out->price = expm1(out->log_price);
    return 0;
}
