#include "rules/market_terms.h"
#include "rules/market_maths.h"

#include <math.h>
#include <string.h>

enum { TIME_STEPS = 26, BUMPS = 16 };

/* Kinds of effect. The same key is another column for each kind. */
enum kind {
    CATEGORY,
    SIZE,
    CLASS,
    BASE,
    VARIANT,
    MODEL,
    SECONDARY,
    LETTER,
    DESCRIPTOR,
    SERIES,
    PREFIX,
    NUMBER,
    NUMBER_AGE,
    TONS,
    TONS_AGE,
    REGION,
    REGION_CATEGORY,
    REGION_MODEL,
    REGION_AGE,
    REGION_MODEL_AGE,
    EVENT,
    EVENT_CATEGORY,
    EVENT_TWIN,
    NO_YEAR_CATEGORY,
    NO_YEAR_CLASS,
    NO_YEAR_BASE,
    AGE,
    AGE_CATEGORY,
    AGE_BASE,
    AGE_MODEL,
    HOURS,
    HOURS_CLASS,
    NO_HOURS_CATEGORY,
    AGE_HOURS,
    CAB_CATEGORY,
    CAB_AGE,
    ATTRIBUTE_CATEGORY,
    ATTRIBUTE_BASE,
    MACHINE,
    TIME,
    YEAR_MODEL,
    YEAR_MODEL_HOURS,
    YEAR_MODEL_REGION,
    SAME,
    REGION_HOURS,
    KINDS
};

/* How far (as a variance of the log price) a kind may move without evidence, and what it is told as. Found by
 * cross-validation forward in time; the same for every market. */
static const struct {
    double variance;
    enum market_group group;
} kinds[KINDS] = {
    [CATEGORY] = {0.12, GROUP_CATEGORY},
    [SIZE] = {0.0048, GROUP_SIZE},
    [CLASS] = {0.00033, GROUP_SIZE},
    [BASE] = {0.0017, GROUP_MODEL},
    [VARIANT] = {0.017, GROUP_MODEL},
    [MODEL] = {0.003, GROUP_MODEL},
    [SECONDARY] = {0.02, GROUP_MODEL},
    [LETTER] = {0.075, GROUP_MODEL},
    [DESCRIPTOR] = {0.009, GROUP_MODEL},
    [SERIES] = {0.001, GROUP_MODEL},
    [PREFIX] = {0.051, GROUP_MODEL},
    [NUMBER] = {0.016, GROUP_MODEL},
    [NUMBER_AGE] = {0.015, GROUP_AGE},
    [TONS] = {0.012, GROUP_SIZE},
    [TONS_AGE] = {0.012, GROUP_AGE},
    [REGION] = {0.00053, GROUP_REGION},
    [REGION_CATEGORY] = {0.0006, GROUP_REGION},
    [REGION_MODEL] = {0.001, GROUP_REGION},
    [REGION_AGE] = {0.002, GROUP_REGION},
    [REGION_MODEL_AGE] = {0.003, GROUP_REGION},
    [EVENT] = {0.0014, GROUP_EVENT},
    [EVENT_CATEGORY] = {0.0054, GROUP_EVENT},
    [EVENT_TWIN] = {0.012, GROUP_EVENT},
    [NO_YEAR_CATEGORY] = {0.038, GROUP_AGE},
    [NO_YEAR_CLASS] = {0.002, GROUP_AGE},
    [NO_YEAR_BASE] = {0.0097, GROUP_AGE},
    [AGE] = {0.14, GROUP_AGE},
    [AGE_CATEGORY] = {0.003, GROUP_AGE},
    [AGE_BASE] = {0.0015, GROUP_AGE},
    [AGE_MODEL] = {0.0022, GROUP_AGE},
    [HOURS] = {0.01, GROUP_HOURS},
    [HOURS_CLASS] = {0.006, GROUP_HOURS},
    [NO_HOURS_CATEGORY] = {0.0005, GROUP_HOURS},
    [AGE_HOURS] = {0.018, GROUP_HOURS},
    [CAB_CATEGORY] = {0.0048, GROUP_EQUIPMENT},
    [CAB_AGE] = {0.0019, GROUP_EQUIPMENT},
    [ATTRIBUTE_CATEGORY] = {0.00025, GROUP_EQUIPMENT},
    [ATTRIBUTE_BASE] = {0.00027, GROUP_EQUIPMENT},
    [MACHINE] = {0.01, GROUP_MACHINE},
    [TIME] = {0.000033, GROUP_TIME},
    [YEAR_MODEL] = {0.00067, GROUP_MODEL},
    [YEAR_MODEL_HOURS] = {0.002, GROUP_HOURS},
    [YEAR_MODEL_REGION] = {0.002, GROUP_REGION},
    [SAME] = {0.006, GROUP_MACHINE},
    [REGION_HOURS] = {0.0015, GROUP_REGION},
};

/* Widths of the smooth effects, in logs: of age + 4 years, of hours + 500, of the size, of the model number + 3; in
 * letters. The fine ones are those of one model. */
static const double AGE_WIDTH = 0.35, AGE_FINE_WIDTH = 0.16, HOURS_WIDTH = 0.6, HOURS_FINE_WIDTH = 0.2, TONS_WIDTH = 0.96,
                    NUMBER_WIDTH = 0.23, LETTER_WIDTH = 2.0;
static const double WEEK = 7.0;
static const double HOURS_MOST = 1e5, AGE_MOST = 60, NUMBER_MOST = 1e9;

/* A value as a row of overlapping bumps: neighbours share most of theirs, which makes an effect smooth. */
struct bumps {
    int first, count;
    double x[BUMPS];
};

/* What of a machine is smooth; NULL: unknown. */
struct smooth {
    const struct bumps *age, *age_fine, *tons, *number;
};

/* -- hashes and texts -- */

uint64_t market_mix(uint64_t hash, uint64_t value) {
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 32;
    hash *= 0xc4ceb9fe1a85ec53ULL;
    return hash ^ (hash >> 29);
}

static uint64_t hash_bytes(const char *text, size_t length) {
    uint64_t hash = 1469598103934665603ULL; /* FNV-1a, whose bits market_mix spreads */
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 1099511628211ULL;
    return hash;
}

static uint64_t hash_text(const char *text) {
    return text != NULL ? hash_bytes(text, strlen(text)) : hash_bytes("", 0);
}

static bool is_known(const char *text) {
    return text != NULL && *text != '\0';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The next plain decimal number at or after *text, which moves behind it; NAN when there is none. */
static double next_number(const char **text) {
    const char *at = *text;
    double value = 0, scale = 1;
    while (*at != '\0' && !is_digit(*at)) at++;
    if (*at == '\0') value = NAN;
    for (; is_digit(*at); at++) value = fmin(value * 10 + (*at - '0'), NUMBER_MOST);
    if (*at == '.') {
        for (at++; is_digit(*at); at++) value += (*at - '0') * (scale /= 10);
    }
    *text = at;
    return value;
}

/* The log of the middle of the range that a class names; a lone number counts as the lower end. NAN without one. */
static double class_size(const char *text) {
    if (text == NULL) return NAN;
    double low = next_number(&text), high = next_number(&text);
    if (isnan(low)) return NAN;
    if (isnan(high)) high = low * 1.5;
    return market_log((low + high) / 2 + 0.5);
}

/* -- one machine -- */

/* A stretch of a text. */
struct stretch {
    const char *text;
    size_t length;
};

/* A model taken apart: "D6HIILGP" is D6, variant H, series II, descriptor LGP; "PC200LC-8" is PC200, series 8, descriptor LC. */
struct model_parts {
    struct stretch base, variant, series, descriptor;
};

/* What makers write behind a model for its build: low ground pressure, long carriage, extra long, wide, long reach, compact radius ... */
static const char *const descriptors[] = {"4WD", "LGP", "LRC", "LC", "LR", "XL", "XW", "CR", "SB", "SR", "L"};
static const char *const numerals[] = {"III", "II", "IV", "VI", "V"};

static struct stretch stretch_of(const char *text) {
    return (struct stretch){text != NULL ? text : "", text != NULL ? strlen(text) : 0};
}

/* Without the dashes and blanks at its beginning. */
static struct stretch skip_dashes(struct stretch of) {
    for (; of.length > 0 && strchr("- ", *of.text) != NULL; of.length--) of.text++;
    return of;
}

static bool ends_with(struct stretch of, struct stretch part) {
    return part.length > 0 && part.length <= of.length && memcmp(of.text + of.length - part.length, part.text, part.length) == 0;
}

/* Takes so many bytes off the end, and the dashes and blanks before them; answers what was taken. */
static struct stretch cut_end(struct stretch *of, size_t length) {
    of->length -= length;
    struct stretch cut = {of->text + of->length, length};
    while (of->length > 0 && strchr("- ", of->text[of->length - 1]) != NULL) of->length--;
    return cut;
}

/* Cuts `part` off the end; when it is unknown, the first of the words that is there, and that is the part from now on. */
static void cut_part(struct stretch *of, struct stretch *part, const char *const *words, size_t count) {
    for (size_t i = 0; part->length == 0 && i < count; i++) {
        struct stretch word = stretch_of(words[i]);
        if (ends_with(*of, word)) *part = word;
    }
    if (ends_with(*of, *part)) cut_end(of, part->length);
}

static void cut_series(struct stretch *of, struct stretch *series) {
    size_t digits = 0;
    while (digits < of->length && is_digit(of->text[of->length - 1 - digits])) digits++;
    if (series->length == 0 && digits > 0)
        *series = cut_end(of, digits);
    else
        cut_part(of, series, numerals, sizeof numerals / sizeof numerals[0]);
}

static size_t letters_of(struct stretch of) {
    size_t length = 0;
    while (length < of.length && is_letter(of.text[length])) length++;
    return length;
}

static struct stretch read_base(const struct market_sale_facts *facts) {
    if (is_known(facts->base_model)) return stretch_of(facts->base_model);
    struct stretch base = stretch_of(facts->model);
    size_t end = letters_of(base);
    while (end < base.length && is_digit(base.text[end])) end++;
    base.length = end;
    return base;
}

/* Whoever names variant or descriptor has taken the model apart; else what is missing is read from its text behind the base model. */
static struct model_parts read_parts(const struct market_sale_facts *facts) {
    struct model_parts parts = {
        read_base(facts), stretch_of(facts->secondary), skip_dashes(stretch_of(facts->series)), stretch_of(facts->descriptor)};
    struct stretch rest = stretch_of(facts->model);
    size_t base = parts.base.length;
    if (parts.variant.length > 0 || parts.descriptor.length > 0 || rest.length < base ||
        memcmp(rest.text, parts.base.text, base) != 0)
        return parts;
    rest = skip_dashes((struct stretch){rest.text + base, rest.length - base});
    cut_part(&rest, &parts.series, NULL, 0);
    cut_part(&rest, &parts.descriptor, descriptors, sizeof descriptors / sizeof descriptors[0]);
    cut_series(&rest, &parts.series);
    cut_part(&rest, &parts.descriptor, descriptors, sizeof descriptors / sizeof descriptors[0]);
    parts.variant = rest;
    return parts;
}

static uint64_t hash_stretch(struct stretch of) {
    return hash_bytes(of.text, of.length);
}

static void split_model(struct market_machine *machine, const struct market_sale_facts *facts) {
    struct model_parts parts = read_parts(facts);
    size_t prefix = letters_of(parts.base);
    const char *number = parts.base.text + prefix;
    machine->number = prefix < parts.base.length && is_digit(*number) ? market_log(next_number(&number) + 3) : NAN;
    uint64_t make = market_mix(machine->category, hash_text(facts->make));
    machine->prefix = market_mix(make, hash_bytes(parts.base.text, prefix));
    machine->base = market_mix(make, hash_stretch(parts.base));
    machine->secondary = market_mix(machine->category, hash_stretch(parts.variant));
    machine->variant = market_mix(machine->base, machine->secondary);
    machine->letter = letters_of(parts.variant) > 0 ? (*parts.variant.text & 31) : 0;
    machine->descriptor = market_mix(machine->category, hash_stretch(parts.descriptor));
    machine->series = market_mix(machine->category, hash_stretch(parts.series));
}

void market_machine_read(struct market_machine *machine, const struct market_sale_facts *facts) {
    double age = fmin(fmax((double)facts->sale_year - facts->year, 0), AGE_MOST);
    bool hours_known = facts->hours > 0 && isfinite(facts->hours);
    machine->category = hash_text(facts->category);
    machine->size = market_mix(machine->category, hash_text(facts->size));
    machine->size_class = market_mix(machine->category, hash_text(facts->size_class));
    machine->tons = class_size(facts->size_class);
    split_model(machine, facts);
    machine->model = market_mix(machine->category, is_known(facts->model) ? hash_text(facts->model) : machine->variant);
    machine->region = hash_text(facts->region);
    machine->machine = is_known(facts->machine) ? market_mix(hash_text(facts->machine), machine->model) : 0;
    machine->cab = is_known(facts->cab) ? hash_text(facts->cab) : 0;
    machine->day = facts->day;
    machine->age = facts->year > 1900 ? market_log(age + 4) : NAN;
    machine->hours = hours_known ? market_log(fmin(facts->hours, HOURS_MOST) + 500) : NAN;
}

void market_time_finish(struct market_time *time) {
    time->step = fmax(WEEK, ((double)time->last_day - time->first_day) / TIME_STEPS);
    time->spread = sqrt(time->step / WEEK);
}

/* -- its terms -- */

/* Gaussian bumps around `value` whose products with those of another value v sum to exp(-(value - v)^2 / 2 width^2). */
static struct bumps make_bumps(double value, double width) {
    double step = 0.8 * width, scale = sqrt(step / (width * sqrt(1.5707963267948966)));
    struct bumps bumps = {.first = (int)ceil((value - 2.2 * width) / step)};
    for (int i = bumps.first; i * step <= value + 2.2 * width && bumps.count < BUMPS; i++) {
        double distance = (value - i * step) / width;
        bumps.x[bumps.count++] = scale * market_exp(-distance * distance);
    }
    return bumps;
}

static void put_share(struct market_terms *terms, enum kind kind, uint64_t key, double x, size_t attribute) {
    if (terms->count == MARKET_TERMS) return; /* only a machine of hundreds of attributes: the rest says nothing */
    struct market_term *term = &terms->items[terms->count++];
    term->key = market_mix(key, (uint64_t)kind + 1);
    term->x = x * sqrt(kinds[kind].variance);
    term->group = (uint16_t)kinds[kind].group;
    term->attribute = (uint16_t)attribute;
}

static void put(struct market_terms *terms, enum kind kind, uint64_t key) {
    put_share(terms, kind, key, 1, 0);
}

static uint64_t bump_key(uint64_t key, const struct bumps *bumps, int i) {
    return market_mix(key, (uint64_t)(bumps->first + i + 4096));
}

static void put_bumps(struct market_terms *terms, enum kind kind, uint64_t key, const struct bumps *bumps) {
    for (int i = 0; i < bumps->count; i++) put_share(terms, kind, bump_key(key, bumps, i), bumps->x[i], 0);
}

/* Smooth in two directions; shares too small to matter are left out. */
static void put_product(struct market_terms *terms, enum kind kind, uint64_t key, const struct bumps *a, const struct bumps *b) {
    for (int i = 0; i < a->count; i++) {
        uint64_t row = bump_key(key, a, i);
        for (int j = 0; j < b->count; j++) {
            double x = a->x[i] * b->x[j];
            if (x > 0.01) put_share(terms, kind, bump_key(row, b, j), x, 0);
        }
    }
}

static void put_model(struct market_terms *terms, const struct market_machine *machine) {
    put(terms, CATEGORY, machine->category);
    put(terms, SIZE, machine->size);
    put(terms, CLASS, machine->size_class);
    put(terms, BASE, machine->base);
    put(terms, VARIANT, machine->variant);
    put(terms, MODEL, machine->model);
    put(terms, SECONDARY, machine->secondary);
    put(terms, DESCRIPTOR, machine->descriptor);
    put(terms, SERIES, machine->series);
    put(terms, PREFIX, machine->prefix);
    if (machine->letter != 0) {
        struct bumps letters = make_bumps(machine->letter, LETTER_WIDTH);
        put_bumps(terms, LETTER, machine->prefix, &letters);
    }
    if (machine->machine != 0) put(terms, MACHINE, machine->machine);
}

static void put_no_year(struct market_terms *terms, const struct market_machine *machine) {
    put(terms, NO_YEAR_CATEGORY, machine->category);
    put(terms, NO_YEAR_CLASS, machine->size_class);
    put(terms, NO_YEAR_BASE, machine->base);
}

static void put_age(struct market_terms *terms, const struct market_machine *machine, const struct smooth *smooth) {
    put_bumps(terms, AGE, 0, smooth->age);
    put_bumps(terms, AGE_CATEGORY, machine->category, smooth->age);
    put_bumps(terms, AGE_BASE, machine->base, smooth->age);
    put_bumps(terms, AGE_MODEL, machine->model, smooth->age_fine);
    put_bumps(terms, REGION_AGE, machine->region, smooth->age);
    put_bumps(terms, REGION_MODEL_AGE, market_mix(machine->region, machine->model), smooth->age_fine);
    if (machine->cab != 0) put_bumps(terms, CAB_AGE, market_mix(machine->category, machine->cab), smooth->age);
    if (smooth->tons != NULL) put_product(terms, TONS_AGE, machine->category, smooth->tons, smooth->age);
    if (smooth->number != NULL) put_product(terms, NUMBER_AGE, machine->prefix, smooth->number, smooth->age);
}

static void put_hours(struct market_terms *terms, const struct market_machine *machine, const struct bumps *age) {
    if (isnan(machine->hours)) {
        put(terms, NO_HOURS_CATEGORY, machine->category);
        return;
    }
    struct bumps hours = make_bumps(machine->hours, HOURS_WIDTH);
    put_bumps(terms, HOURS, 0, &hours);
    put_bumps(terms, HOURS_CLASS, machine->size_class, &hours);
    if (age != NULL) put_product(terms, AGE_HOURS, 0, age, &hours);
}

static void put_equipment(struct market_terms *terms, const struct market_machine *machine, const struct market_sale_facts *facts) {
    if (machine->cab != 0) put(terms, CAB_CATEGORY, market_mix(machine->category, machine->cab));
    for (size_t i = 0; i < facts->attribute_count && i < MARKET_TERMS; i++) {
        const struct market_attribute *attribute = &facts->attributes[i];
        if (attribute->key == NULL || !is_known(attribute->value)) continue;
        uint64_t hash = market_mix(hash_text(attribute->key), hash_text(attribute->value));
        put_share(terms, ATTRIBUTE_CATEGORY, market_mix(machine->category, hash), 1, i + 1);
        put_share(terms, ATTRIBUTE_BASE, market_mix(machine->base, hash), 1, i + 1);
    }
}

/* What was special about a day's sales in one region, about one category there, about machines alike there. */
static void put_event(struct market_terms *terms, const struct market_machine *machine, int year) {
    uint64_t event = market_mix(machine->region, (uint64_t)(uint32_t)machine->day);
    put(terms, EVENT, event);
    put(terms, EVENT_CATEGORY, market_mix(event, machine->category));
    put(terms, EVENT_TWIN, market_mix(market_mix(event, machine->model), (uint64_t)(uint32_t)year));
}

/* Every step of the price level up to the machine's day, so that the level of today is the sum of them all. */
static void put_time(struct market_terms *terms, const struct market_machine *machine, const struct market_time *time) {
    for (int step = 1; step <= TIME_STEPS && time->first_day + step * time->step <= machine->day; step++) {
        put_share(terms, TIME, (uint64_t)step, time->spread, 0);
    }
}

static void put_region(struct market_terms *terms, const struct market_machine *machine) {
    put(terms, REGION, machine->region);
    put(terms, REGION_CATEGORY, market_mix(machine->region, machine->category));
    put(terms, REGION_MODEL, market_mix(machine->region, machine->model));
}

/* What only near comparables share: model and year, and with these the region and near hours. */
static void put_near(struct market_terms *terms, const struct market_machine *machine, const struct market_sale_facts *facts) {
    uint64_t same = market_mix(machine->model, (uint64_t)(uint32_t)facts->year);
    bool year_known = !isnan(machine->age);
    if (year_known) {
        put(terms, YEAR_MODEL, same);
        put(terms, YEAR_MODEL_REGION, market_mix(same, machine->region));
    }
    if (isnan(machine->hours)) return;
    struct bumps fine = make_bumps(machine->hours, HOURS_FINE_WIDTH), wide = make_bumps(machine->hours, HOURS_WIDTH);
    if (year_known) put_bumps(terms, YEAR_MODEL_HOURS, same, &fine);
    put(terms, SAME, market_mix(same, (uint64_t)(fmin(facts->hours, HOURS_MOST) * 10)));
    put_bumps(terms, REGION_HOURS, machine->region, &wide);
}

/* The order is kept: sums of floating point depend on it. */
void market_terms_read(struct market_terms *terms, const struct market_machine *machine, const struct market_sale_facts *facts,
    const struct market_time *time, bool of_sale) {
    struct bumps age, age_fine, tons, number;
    struct smooth smooth = {0};
    terms->count = 0;
    if (!isnan(machine->age)) {
        age = make_bumps(machine->age, AGE_WIDTH);
        age_fine = make_bumps(machine->age, AGE_FINE_WIDTH);
        smooth.age = &age;
        smooth.age_fine = &age_fine;
    }
    if (!isnan(machine->tons)) {
        tons = make_bumps(machine->tons, TONS_WIDTH);
        smooth.tons = &tons;
    }
    if (!isnan(machine->number)) {
        number = make_bumps(machine->number, NUMBER_WIDTH);
        smooth.number = &number;
    }
    put_model(terms, machine);
    if (smooth.tons != NULL) put_bumps(terms, TONS, machine->category, smooth.tons);
    if (smooth.number != NULL) put_bumps(terms, NUMBER, machine->prefix, smooth.number);
    if (smooth.age != NULL)
        put_age(terms, machine, &smooth);
    else
        put_no_year(terms, machine);
    put_hours(terms, machine, smooth.age);
    put_equipment(terms, machine, facts);
    put_region(terms, machine);
    if (of_sale && time->last_day > time->first_day) put_event(terms, machine, facts->year);
    put_time(terms, machine, time);
    put_near(terms, machine, facts);
}
