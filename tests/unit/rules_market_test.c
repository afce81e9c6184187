/* The market's model on markets small enough to know the answer, on odd ones, and where memory ends. */
#include "rules/market_maths.h"
#include "rules/market_model.h"
#include "support/failing_allocator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 600 };
static const double GOLDEN_PRICE = 0x1.534d76800a6a3p+3, GOLDEN_LOW = 0x1.501c63552bb0bp+3;

struct world {
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
    struct market_model *model;
};

static void assert_near(double found, double expected, double tolerance) {
    if (fabs(found - expected) <= tolerance) return;
    print_error("%.17g (%a) is not %.17g\n", found, found, expected);
    fail();
}

static void begin(struct world *world) {
    *world = (struct world){0};
    failing_allocator_init(&world->allocator, &world->seams, 0, false);
    env_init(&world->env, &world->seams);
}

static void end(struct world *world) {
    market_model_free(world->model);
    env_finish(&world->env);
    assert_int_equal(world->allocator.outstanding, 0);
}

static void build(struct world *world, const struct market_sale_facts *sales, size_t count, int32_t as_of) {
    market_model_free(world->model);
    world->model = NULL;
    assert_int_equal(market_model_build(&world->env, sales, count, as_of, &world->model), DEALER_OK);
}

static struct market_estimate value(const struct world *world, const struct market_sale_facts *request) {
    struct market_estimate estimate;
    assert_non_null(world->model);
    market_model_value(world->model, request, &estimate);
    assert_true(isfinite(estimate.price) && estimate.price >= 0);
    assert_true(estimate.log_low <= estimate.log_price && estimate.log_price <= estimate.log_high);
    return estimate;
}

static double effect(const struct market_estimate *estimate, const char *name) {
    for (size_t i = 0; i < estimate->effect_count; i++) {
        const struct market_effect *one = &estimate->effects[i];
        if (strcmp(one->detail != NULL ? one->detail : one->name, name) == 0) return one->effect;
    }
    return 0;
}

static double times(double value, double factor, int count) {
    while (count-- > 0) value *= factor;
    return value;
}

/* A market of one kind of machine: 10 % less for every year of age, 5 % for every 1,000 hours, some of each unknown. */
static struct market_sale_facts sale_at(size_t i) {
    static const char *const models[] = {"PC200-8", "PC210LC-8", "320D", "ZX240", "EC300"};
    static const char *const regions[] = {"north", "south"};
    int age = (int)(i * 7 % 20), hours = (int)(i / 20 * 7 % 10) * 1000;
    struct market_sale_facts sale = {.price = times(times(100000, 0.9, age), 0.95, hours / 1000),
        .day = 15000 + (int32_t)i,
        .category = "excavator",
        .size_class = "Excavator - 19.0 to 21.0 Metric Tons",
        .model = models[i % 5],
        .region = regions[i % 2],
        .year = i % 11 == 0 ? 0 : 2011 - age,
        .sale_year = 2011,
        .hours = i % 3 == 0 ? 0 : hours};
    return sale;
}

static void fill(struct market_sale_facts *sales, size_t count) {
    for (size_t i = 0; i < count; i++) sales[i] = sale_at(i);
}

/* -- markets whose answer is known -- */

static void test_market_build__without_sales_there_is_no_model(void **state) {
    (void)state;
    struct world world;
    struct market_sale_facts sale = sale_at(0);
    begin(&world);
    build(&world, NULL, 0, 20000);
    assert_null(world.model);
    build(&world, &sale, 1, sale.day - 1); /* it lies in the future */
    assert_null(world.model);
    end(&world);
}

static void test_market_build__prices_that_are_none_are_passed_over(void **state) {
    (void)state;
    const double prices[] = {0, -1, NAN, INFINITY, -INFINITY, 5000};
    struct world world;
    struct market_sale_facts sales[6];
    for (size_t i = 0; i < 6; i++) {
        sales[i] = sale_at(0);
        sales[i].price = prices[i];
    }
    begin(&world);
    build(&world, sales, 5, 20000);
    assert_null(world.model);
    build(&world, sales, 6, 20000);
    struct market_estimate estimate = value(&world, &sales[0]);
    assert_int_equal(estimate.evidence.all, 1);
    assert_int_equal(estimate.nearest[0].sale, 5); /* places are those of the array that was given */
    assert_near(estimate.price, 5000, 1e-6);
    end(&world);
}

static void test_market_value__of_a_single_sale_is_its_price_with_the_presumed_range(void **state) {
    (void)state;
    struct world world;
    struct market_sale_facts sale = sale_at(1), other = {.category = "crane", .model = "QY25", .sale_year = 2011};
    begin(&world);
    build(&world, &sale, 1, sale.day);
    struct market_estimate same = value(&world, &sale), unseen = value(&world, &other);
    assert_near(same.price, sale.price, 1e-6);
    assert_near(unseen.price, sale.price, 1e-6); /* all there is to go by */
    assert_near(same.log_high - same.log_price, 0.35 * 1.1, 1e-12);
    assert_near(unseen.log_high - unseen.log_price, 0.35 * 1.6, 1e-12);
    assert_int_equal(same.evidence.level, 2);
    assert_int_equal(unseen.evidence.level, 9);
    assert_int_equal(same.evidence.model, 1);
    assert_int_equal(unseen.evidence.category, 0);
    assert_int_equal(unseen.near_count, 0);
    end(&world);
}

/* Two sales that share nothing: each effect of theirs takes its variance's share of the distance from the mean, and what is
 * left is the noise's. */
static void test_market_value__of_two_strangers_is_shrunk_as_the_variances_say(void **state) {
    (void)state;
    const double variances = 0.12 + 0.0048 + 0.00033 + 0.0017 + 0.017 + 0.003 + 0.02 + 0.009 + 0.001 + 0.051 /* the machine */
                             + 0.038 + 0.002 + 0.0097 + 0.0005 /* year and hours unknown */
                             + 0.0006 + 0.001;                 /* the region with it */
    struct world world;
    struct market_sale_facts sales[2] = {{.price = 9999, .category = "a"}, {.price = 39999, .category = "b"}};
    begin(&world);
    build(&world, sales, 2, 0);
    double mean = log(20000), distance = log(2), kept = variances / (variances + 0.02);
    assert_near(value(&world, &sales[0]).log_price, mean - distance * kept, 1e-7);
    assert_near(value(&world, &sales[1]).log_price, mean + distance * kept, 1e-7);
    end(&world);
}

static void test_market_value__age_and_hours_take_value_away(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world world;
    fill(sales, MANY);
    begin(&world);
    build(&world, sales, MANY, 20000);
    struct market_sale_facts request = {.category = "excavator",
        .model = "320D",
        .region = "north",
        .day = 15600,
        .sale_year = 2011,
        .size_class = "Excavator - 19.0 to 21.0 Metric Tons",
        .year = 2006,
        .hours = 4000};
    struct market_estimate middle = value(&world, &request);
    assert_true(fabs(middle.log_price - log(times(times(100000, 0.9, 5), 0.95, 4))) < 0.05);
    request.year = 2010;
    assert_true(value(&world, &request).log_price > middle.log_price + 0.2);
    request.year = 2006;
    request.hours = 9000;
    assert_true(value(&world, &request).log_price < middle.log_price - 0.1);
    assert_int_equal(middle.evidence.level, 0);
    assert_int_equal(middle.evidence.model, MANY / 5);
    end(&world);
}

static void test_market_value__unknown_year_and_hours_widen_the_range(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world world;
    fill(sales, MANY);
    begin(&world);
    build(&world, sales, MANY, 20000);
    struct market_sale_facts known = sale_at(1), unknown = sale_at(1);
    unknown.year = 0;
    unknown.hours = 0;
    struct market_estimate narrow = value(&world, &known), wide = value(&world, &unknown);
    assert_true(wide.log_high - wide.log_low > narrow.log_high - narrow.log_low);
    assert_int_equal(narrow.evidence.level, 0);
    assert_int_equal(wide.evidence.level, 5);
    unknown.year = 1000; /* what some files write for unknown */
    unknown.hours = NAN;
    assert_memory_equal(&(double){value(&world, &unknown).log_price}, &wide.log_price, sizeof wide.log_price);
    end(&world);
}

static void test_market_value__a_model_never_seen_falls_back_on_its_base_and_class(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world world;
    fill(sales, MANY);
    for (size_t i = 0; i < MANY; i++) sales[i].price *= sales[i].model[0] == 'E' ? 2 : 1; /* EC300 costs double */
    begin(&world);
    build(&world, sales, MANY, 20000);
    struct market_sale_facts request = sale_at(1);
    request.model = "EC300DL";
    struct market_estimate like = value(&world, &request);
    request.model = "XX999";
    struct market_estimate stranger = value(&world, &request);
    assert_int_equal(like.evidence.model, 0);
    assert_int_equal(like.evidence.base_model, MANY / 5);
    assert_int_equal(like.evidence.level, 3);
    assert_int_equal(stranger.evidence.base_model, 0);
    assert_int_equal(stranger.evidence.level, 4);
    assert_true(like.log_price > stranger.log_price + 0.25);
    assert_true(stranger.near_count > 0); /* from its class */
    end(&world);
}

static void test_market_value__the_base_model_is_split_from_the_model(void **state) {
    (void)state;
    struct world world;
    struct market_sale_facts sale = {.price = 1000, .category = "excavator", .model = "PC200LC-8", .sale_year = 2011};
    struct market_sale_facts told = {.category = "excavator", .model = "PC200-7", .base_model = "PC200", .sale_year = 2011};
    begin(&world);
    build(&world, &sale, 1, 0);
    assert_int_equal(value(&world, &told).evidence.base_model, 1);
    told.base_model = "PC20";
    assert_int_equal(value(&world, &told).evidence.base_model, 0);
    end(&world);
}

/* Whoever names the parts and whoever only writes the model mean the same machine. */
static void test_market_value__a_model_is_taken_apart_as_its_maker_put_it_together(void **state) {
    (void)state;
    static const struct {
        const char *model, *base, *variant, *series, *descriptor;
    } rows[] = {{"D6HIILGP", "D6", "H", "II", "LGP"}, {"PC200LC-8", "PC200", NULL, "-8", "LC"},
        {"PC200LC-8", "PC200", NULL, "8", "LC"}, {"EC210BLC", "EC210", "B", NULL, "LC"}, {"320CL", "320", "C", NULL, "L"},
        {"WA320-5", "WA320", NULL, "-5", NULL}, {"580SUPER MII", "580", "SUPER M", "II", NULL},
        {"PC300LC7L", "PC300", "LC", "7", "L"}, {"D65E12", "D65", "E", "12", NULL}};
    static struct market_sale_facts sales[MANY];
    struct world world;
    fill(sales, MANY);
    for (size_t i = 0; i < MANY; i++) { /* every part has a price of its own */
        sales[i].model = rows[i % (sizeof rows / sizeof rows[0])].model;
        sales[i].price *= 1 + (double)(i % (sizeof rows / sizeof rows[0])) / 3;
    }
    begin(&world);
    build(&world, sales, MANY, 20000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct market_sale_facts plain = {.category = "excavator", .model = rows[i].model, .sale_year = 2011}, told = plain;
        told.base_model = rows[i].base;
        double expected = value(&world, &plain).log_price;
        assert_near(value(&world, &told).log_price, expected, 0);
        told.series = rows[i].series;
        assert_near(value(&world, &told).log_price, expected, 0);
        told.secondary = rows[i].variant;
        told.descriptor = rows[i].descriptor;
        assert_near(value(&world, &told).log_price, expected, 0);
    }
    end(&world);
}

static void test_market_value__the_same_machine_is_known_again(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world world;
    fill(sales, MANY);
    for (size_t i = 10; i < 14; i++) { /* sold four times, each time half as dear again as its like */
        sales[i] = sale_at(10);
        sales[i].machine = "KM-1";
        sales[i].price *= 1.5;
    }
    begin(&world);
    build(&world, sales, MANY, 20000);
    struct market_sale_facts request = sale_at(10);
    struct market_estimate other = value(&world, &request);
    request.machine = "KM-1";
    struct market_estimate same = value(&world, &request);
    assert_int_equal(other.evidence.machine, 0);
    assert_int_equal(same.evidence.machine, 4);
    assert_true(effect(&same, "same machine") > effect(&other, "same machine"));
    assert_true(same.log_price > other.log_price);
    for (size_t i = 0; i < 4; i++) assert_in_range(same.nearest[i].sale, 10, 13);
    end(&world);
}

static void test_market_value__equipment_is_named_by_its_key(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    const struct market_attribute hammer = {"Hammer", "Yes"}, blank = {"Hammer", ""}, nameless = {NULL, "Yes"};
    struct world world;
    fill(sales, MANY);
    for (size_t i = 0; i < MANY; i += 2) {
        sales[i].price *= 1.3;
        sales[i].attributes = &hammer;
        sales[i].attribute_count = 1;
        sales[i].region = "north";
        sales[i + 1].region = "north";
    }
    begin(&world);
    build(&world, sales, MANY, 20000);
    struct market_sale_facts request = sale_at(1);
    request.attribute_count = 1;
    request.attributes = &hammer;
    struct market_estimate with = value(&world, &request);
    request.attributes = &blank;
    struct market_estimate without = value(&world, &request);
    assert_true(effect(&with, "Hammer") > 0.02);
    assert_near(with.log_price - without.log_price, effect(&with, "Hammer"), 1e-9);
    request.attributes = &nameless;
    assert_near(value(&world, &request).log_price, without.log_price, 0);
    end(&world);
}

/* -- what always holds -- */

static void check_estimate(const struct market_estimate *estimate) {
    double sum = 0;
    for (size_t i = 0; i < estimate->effect_count; i++) sum += estimate->effects[i].effect;
    assert_near(sum, estimate->log_price, 1e-9);
    assert_near(estimate->price, expm1(estimate->log_price), 1e-9 * (1 + estimate->price));
    for (size_t i = 1; i < estimate->near_count; i++) assert_true(estimate->nearest[i - 1].weight >= estimate->nearest[i].weight);
    for (size_t i = 0; i < estimate->near_count; i++) {
        for (size_t j = 0; j < i; j++) assert_int_not_equal(estimate->nearest[i].sale, estimate->nearest[j].sale);
    }
}

static void test_market_value__effects_add_up_and_prices_stay_within_the_market(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world world;
    fill(sales, MANY);
    begin(&world);
    build(&world, sales, MANY, 20000);
    for (size_t i = 0; i < 400; i++) {
        struct market_sale_facts request = sale_at(i * 31);
        request.year = 1980 + (int)(i % 40);
        struct market_estimate estimate = value(&world, &request);
        check_estimate(&estimate);
        assert_true(estimate.price <= 100000 + 1e-6);
    }
    end(&world);
}

static void test_market_build__later_sales_have_no_influence(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world all, early;
    size_t first = 300;
    fill(sales, MANY);
    for (size_t i = first; i < MANY; i++) sales[i].price *= 7;
    begin(&all);
    begin(&early);
    build(&all, sales, MANY, sales[first - 1].day);
    build(&early, sales, first, INT32_MAX);
    for (size_t i = 0; i < MANY; i += 7) {
        struct market_estimate a = value(&all, &sales[i]), b = value(&early, &sales[i]);
        assert_memory_equal(&a.log_price, &b.log_price, sizeof a.log_price);
        assert_memory_equal(&a.log_low, &b.log_low, sizeof a.log_low);
        for (size_t j = 0; j < a.near_count; j++) assert_true(a.nearest[j].sale < first);
    }
    end(&all);
    end(&early);
}

static void test_market_build__the_order_of_sales_matters_little(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY], turned[MANY];
    struct world one, other;
    fill(sales, MANY);
    for (size_t i = 0; i < MANY; i++) turned[i] = sales[MANY - 1 - i];
    begin(&one);
    begin(&other);
    build(&one, sales, MANY, 20000);
    build(&other, turned, MANY, 20000);
    for (size_t i = 0; i < MANY; i += 7) {
        struct market_estimate a = value(&one, &sales[i]), b = value(&other, &sales[i]);
        assert_near(a.log_price, b.log_price, 1e-2);
        assert_near(a.log_high, b.log_high, 1e-2);
    }
    end(&one);
    end(&other);
}

static void test_market_build__the_same_sales_give_the_same_bits(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world one, other;
    fill(sales, MANY);
    begin(&one);
    begin(&other);
    build(&one, sales, MANY, 20000);
    build(&other, sales, MANY, 20000);
    for (size_t i = 0; i < MANY; i += 7) {
        struct market_estimate a = value(&one, &sales[i]), b = value(&other, &sales[i]);
        assert_memory_equal(&a.log_price, &b.log_price, sizeof a.log_price);
    }
    end(&one);
    end(&other);
}

/* Twice as dear for the model, twice for the region, but nobody ever paid four times. */
static void test_market_value__no_estimate_goes_beyond_the_prices_seen(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world world;
    for (size_t i = 0; i < MANY; i++) {
        sales[i] = (struct market_sale_facts){.price = i % 3 == 0 ? 10000 : 20000,
            .category = "excavator",
            .model = i % 3 == 1 ? "PC400" : "PC200",
            .region = i % 3 == 2 ? "north" : "south",
            .day = (int32_t)i};
    }
    begin(&world);
    build(&world, sales, MANY, MANY);
    struct market_sale_facts request = {.category = "excavator", .model = "PC400", .region = "north", .day = MANY};
    struct market_estimate estimate = value(&world, &request);
    assert_near(estimate.price, 20000, 1e-6);
    assert_true(effect(&estimate, "limit of the market") < -0.05);
    check_estimate(&estimate);
    end(&world);
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void test_market_maths__is_as_good_as_the_library_s(void **state) {
    (void)state;
    for (double x = 1e-3; x < 1e13; x *= 1.01) assert_near(market_log(x), log(x), 1e-15 * fmax(fabs(log(x)), 1));
    for (double x = -40; x < 40; x += 0.01) assert_near(market_exp(x), exp(x), 1e-15 * exp(x));
    assert_true(bits_of(market_log(1)) == bits_of(0.0));
    assert_true(bits_of(market_exp(0)) == bits_of(1.0));
    assert_true(isinf(market_exp(1000)));
    assert_near(market_exp(-1000), 0, 0);
}

/* Found once; another machine, compiler or optimisation must find the same. */
static void test_market_value__has_the_same_bits_everywhere(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world world;
    fill(sales, MANY);
    begin(&world);
    build(&world, sales, MANY, 20000);
    struct market_estimate estimate = value(&world, &sales[1]);
    assert_near(estimate.log_price, GOLDEN_PRICE, 0);
    assert_near(estimate.log_low, GOLDEN_LOW, 0);
    end(&world);
}

/* -- odd input -- */

static void test_market_value__odd_facts_are_answered_all_the_same(void **state) {
    (void)state;
    static struct market_attribute crowd[3000];
    char digits[501];
    struct world world;
    struct market_sale_facts sales[50];
    memset(digits, '9', 500);
    digits[500] = '\0';
    for (size_t i = 0; i < 3000; i++) crowd[i] = (struct market_attribute){"key", i % 2 ? "a" : "b"};
    for (int i = 0; i < 50; i++) {
        sales[i] = (struct market_sale_facts){.price = i == 0   ? 1e300
                                                       : i == 1 ? 1e-9
                                                                : 1000 + i,
            .day = i == 2   ? INT32_MAX
                   : i == 3 ? INT32_MIN
                            : i * 100000,
            .base_model = i % 7 ? NULL : digits,
            .model = "\xff\xfe"
                     "320D \xc3\xa9",
            .size_class = i % 4 ? "99999999999999999999999999 to 1" : digits,
            .year = i % 2 ? INT32_MIN : 2100,
            .sale_year = i % 3 ? INT32_MAX : 0,
            .hours = i % 3 ? NAN : 1e300,
            .attributes = crowd,
            .attribute_count = i % 5 ? 0 : 3000};
    }
    begin(&world);
    build(&world, sales, 50, INT32_MAX);
    for (int i = 0; i < 50; i++) {
        struct market_estimate estimate = value(&world, &sales[i]);
        check_estimate(&estimate);
    }
    struct market_sale_facts nothing = {0};
    struct market_estimate estimate = value(&world, &nothing);
    check_estimate(&estimate);
    end(&world);
}

static void test_market_value__more_equipment_than_can_be_told_is_told_together(void **state) {
    (void)state;
    static struct market_sale_facts sales[20];
    static char keys[100][8];
    static struct market_attribute attributes[100];
    struct world world;
    for (size_t i = 0; i < 100; i++) {
        snprintf(keys[i], sizeof keys[i], "key%zu", i);
        attributes[i] = (struct market_attribute){keys[i], "yes"};
    }
    for (size_t i = 0; i < 20; i++) {
        sales[i] = sale_at(i);
        sales[i].attributes = attributes;
        sales[i].attribute_count = i % 2 ? 100 : 0;
    }
    begin(&world);
    build(&world, sales, 20, 20000);
    struct market_estimate estimate = value(&world, &sales[1]);
    assert_int_equal(estimate.effect_count, MARKET_EFFECTS);
    check_estimate(&estimate);
    end(&world);
}

/* -- without memory -- */

static void test_market_build__every_refusal_of_memory_is_told_and_leaves_nothing_behind(void **state) {
    (void)state;
    static struct market_sale_facts sales[MANY];
    struct world world;
    fill(sales, MANY); /* enough for tables and cells to grow */
    begin(&world);
    build(&world, sales, MANY, 20000);
    size_t calls = world.allocator.calls;
    end(&world);
    assert_true(calls > 15);
    for (size_t fail_at = 1; fail_at <= calls; fail_at++) {
        struct market_model *untouched = (struct market_model *)&world;
        failing_allocator_init(&world.allocator, &world.seams, fail_at, false);
        env_init(&world.env, &world.seams);
        assert_int_equal(market_model_build(&world.env, sales, MANY, 20000, &untouched), DEALER_E_NOMEM);
        assert_ptr_equal(untouched, &world);
        assert_int_equal(error_status(&world.env.error), DEALER_E_NOMEM);
        env_finish(&world.env);
        assert_int_equal(world.allocator.outstanding, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_market_build__without_sales_there_is_no_model),
        cmocka_unit_test(test_market_build__prices_that_are_none_are_passed_over),
        cmocka_unit_test(test_market_value__of_a_single_sale_is_its_price_with_the_presumed_range),
        cmocka_unit_test(test_market_value__of_two_strangers_is_shrunk_as_the_variances_say),
        cmocka_unit_test(test_market_value__age_and_hours_take_value_away),
        cmocka_unit_test(test_market_value__unknown_year_and_hours_widen_the_range),
        cmocka_unit_test(test_market_value__a_model_never_seen_falls_back_on_its_base_and_class),
        cmocka_unit_test(test_market_value__the_base_model_is_split_from_the_model),
        cmocka_unit_test(test_market_value__a_model_is_taken_apart_as_its_maker_put_it_together),
        cmocka_unit_test(test_market_value__the_same_machine_is_known_again),
        cmocka_unit_test(test_market_value__equipment_is_named_by_its_key),
        cmocka_unit_test(test_market_value__effects_add_up_and_prices_stay_within_the_market),
        cmocka_unit_test(test_market_value__no_estimate_goes_beyond_the_prices_seen),
        cmocka_unit_test(test_market_build__later_sales_have_no_influence),
        cmocka_unit_test(test_market_build__the_order_of_sales_matters_little),
        cmocka_unit_test(test_market_build__the_same_sales_give_the_same_bits),
        cmocka_unit_test(test_market_maths__is_as_good_as_the_library_s),
        cmocka_unit_test(test_market_value__has_the_same_bits_everywhere),
        cmocka_unit_test(test_market_value__odd_facts_are_answered_all_the_same),
        cmocka_unit_test(test_market_value__more_equipment_than_can_be_told_is_told_together),
        cmocka_unit_test(test_market_build__every_refusal_of_memory_is_told_and_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
