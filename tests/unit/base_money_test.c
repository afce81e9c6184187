/* Money: every boundary, every rounding, and for random amounts that nothing is lost or made. */
#include "base/messages.h"
#include "base/money.h"
#include "support/failing_allocator.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LOW  INT64_MIN
#define HIGH INT64_MAX

struct world {
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
};

static int begin(void **state) {
    static struct world world;
    failing_allocator_init(&world.allocator, &world.seams, 0, false);
    env_init(&world.env, &world.seams);
    *state = &world;
    return 0;
}

static int end(void **state) {
    struct world *world = *state;
    return world->allocator.outstanding == 0 ? 0 : -1;
}

static struct env *fresh_env(void **state) {
    struct world *world = *state;
    error_clear(&world->env.error);
    return &world->env;
}

static struct money cny(int64_t minor) {
    return (struct money){minor, "CNY"};
}

static void assert_raised(struct env *env, const struct message *message) {
    assert_int_equal(env->error.depth, 1);
    assert_string_equal(env->error.entries[0].message->id, message->id);
    /* every argument that the texts name was given */
    assert_null(strchr(env->error.entries[0].en, '{'));
    assert_null(strchr(env->error.entries[0].zh, '{'));
    error_clear(&env->error);
}

/* ---- currencies ---- */

static void test_money_exponent__knows_iso_4217(void **state) {
    (void)state;
    static const struct {
        const char *currency;
        int exponent;
    } rows[] = {{"CNY", 2}, {"USD", 2}, {"EUR", 2}, {"JPY", 0}, {"KRW", 0}, {"VND", 0}, {"BIF", 0}, {"XPF", 0}, {"KWD", 3},
        {"TND", 3}, {"BHD", 3}, {"CLF", 4}, {"UYW", 4}, {"ZZZ", 2}, {"cny", -1}, {"CN", -1}, {"CNYY", -1}, {"", -1}, {"C1Y", -1},
        {"CN ", -1}, {"[\\]", -1}, {"人民", -1}, {NULL, -1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (money_exponent(rows[i].currency) != rows[i].exponent) fail_msg("row %s", rows[i].currency);
    }
}

/* ---- adding ---- */

static void test_money_add_and_subtract__hold_at_both_ends(void **state) {
    static const struct {
        int64_t a, b;
        bool sum_fits, difference_fits;
    } rows[] = {
        {0, 0, true, true},
        {1, -1, true, true},
        {HIGH, 0, true, true},
        {HIGH, 1, false, true},
        {HIGH, -1, true, false},
        {HIGH, HIGH, false, true},
        {HIGH, LOW, true, false},
        {LOW, 0, true, true},
        {LOW, 1, true, false},
        {LOW, -1, false, true},
        {LOW, LOW, false, true},
        {LOW, HIGH, true, false},
        {0, LOW, true, false},
        {-1, LOW, false, true},
        {-1, HIGH, true, true},
        {-2, HIGH, true, false},
        {HIGH - 5, 5, true, true},
        {HIGH - 5, 6, false, true},
        {LOW + 5, -5, true, true},
        {LOW + 5, -6, false, true},
    };
    struct env *env = fresh_env(state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct money a = cny(rows[i].a), b = cny(rows[i].b), out = cny(77);
        dealer_status status = money_add(env, a, b, &out);
        if ((status == DEALER_OK) != rows[i].sum_fits) fail_msg("row %zu: sum", i);
        if (status == DEALER_OK) {
            assert_true(out.minor == (int64_t)((uint64_t)a.minor + (uint64_t)b.minor));
        } else {
            assert_int_equal(out.minor, 77);
            assert_raised(env, &E_MONEY_OVERFLOW);
        }
        out = cny(77);
        status = money_subtract(env, a, b, &out);
        if ((status == DEALER_OK) != rows[i].difference_fits) fail_msg("row %zu: difference", i);
        if (status == DEALER_OK) {
            assert_true(out.minor == (int64_t)((uint64_t)a.minor - (uint64_t)b.minor));
        } else {
            assert_int_equal(out.minor, 77);
            assert_raised(env, &E_MONEY_OVERFLOW);
        }
    }
}

static void test_money_overflow__says_what_was_reckoned_and_what_fits(void **state) {
    struct env *env = fresh_env(state);
    struct money out;
    money_add(env, cny(HIGH), cny(5), &out);
    assert_string_equal(env->error.entries[0].en,
        "the amount of 92233720368547758.07 CNY + 0.05 CNY is too large; amounts must lie within "
        "-92233720368547758.08 and 92233720368547758.07 CNY");
}

static void test_money__of_two_currencies_is_refused(void **state) {
    struct env *env = fresh_env(state);
    struct money dollars = {500, "USD"}, nameless = {5, ""}, out = cny(77);
    int order = 77;
    assert_int_equal(money_add(env, cny(100), dollars, &out), DEALER_E_INVALID);
    assert_string_equal(env->error.entries[0].en,
        "1.00 CNY and 5.00 USD cannot be reckoned together; convert one of the amounts to the other's currency first");
    assert_raised(env, &E_MONEY_MIXED);
    assert_int_equal(money_subtract(env, cny(100), dollars, &out), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_MIXED);
    assert_int_equal(money_compare(env, cny(100), dollars, &order), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_MIXED);
    assert_int_equal(money_add(env, nameless, cny(1), &out), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_CURRENCY);
    assert_int_equal(money_add(env, cny(1), nameless, &out), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_CURRENCY);
    assert_int_equal(money_scale(env, nameless, 1, 1, ROUND_DOWN, &out), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_CURRENCY);
    int64_t weight = 1, part = 77;
    assert_int_equal(money_allocate(env, nameless, &weight, 1, &part), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_CURRENCY);
    assert_int_equal(out.minor, 77);
    assert_int_equal(order, 77);
    assert_int_equal(part, 77);
}

static void test_money_compare__orders(void **state) {
    struct env *env = fresh_env(state);
    int order;
    assert_int_equal(money_compare(env, cny(1), cny(2), &order), DEALER_OK);
    assert_true(order < 0);
    assert_int_equal(money_compare(env, cny(2), cny(2), &order), DEALER_OK);
    assert_int_equal(order, 0);
    assert_int_equal(money_compare(env, cny(HIGH), cny(LOW), &order), DEALER_OK);
    assert_true(order > 0);
}

/* ---- scaling ---- */

/* An amount that does not fit is written as no result. */
static const struct scaling {
    const char *name;
    int64_t minor, numerator, denominator;
    int64_t half_up, half_even, down, up;
    bool overflows;
} SCALINGS[] = {
    {"exact", 100, 3, 2, 150, 150, 150, 150, false},
    {"zero", 0, 3, 7, 0, 0, 0, 0, false},
    {"zero numerator", 7, 0, 7, 0, 0, 0, 0, false},
    {"half of 1", 1, 1, 2, 1, 0, 0, 1, false},
    {"half of 3", 3, 1, 2, 2, 2, 1, 2, false},
    {"half of 5", 5, 1, 2, 3, 2, 2, 3, false},
    {"half of -1", -1, 1, 2, -1, 0, 0, -1, false},
    {"half of -3", -3, 1, 2, -2, -2, -1, -2, false},
    {"half of -5", -5, 1, 2, -3, -2, -2, -3, false},
    {"third of 1", 1, 1, 3, 0, 0, 0, 1, false},
    {"third of 2", 2, 1, 3, 1, 1, 0, 1, false},
    {"minus third of 2", 2, -1, 3, -1, -1, 0, -1, false},
    {"two negatives", -2, -1, 3, 1, 1, 0, 1, false},
    {"negative denominator", 2, 1, -3, -1, -1, 0, -1, false},
    {"three negatives", -2, -1, -3, -1, -1, 0, -1, false},
    {"basis points", 123456789, 1275, 10000, 15740741, 15740741, 15740740, 15740741, false},
    {"highest by one", HIGH, 1, 1, HIGH, HIGH, HIGH, HIGH, false},
    {"lowest by one", LOW, 1, 1, LOW, LOW, LOW, LOW, false},
    {"lowest by minus one", LOW, -1, 1, 0, 0, 0, 0, true},
    {"lowest through minus one", LOW, 1, -1, 0, 0, 0, 0, true},
    {"highest by minus one", HIGH, -1, 1, -HIGH, -HIGH, -HIGH, -HIGH, false},
    {"highest by highest through highest", HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, false},
    {"lowest by lowest through lowest", LOW, LOW, LOW, LOW, LOW, LOW, LOW, false},
    {"lowest by highest through lowest", LOW, HIGH, LOW, HIGH, HIGH, HIGH, HIGH, false},
    {"highest by lowest through highest", HIGH, LOW, HIGH, LOW, LOW, LOW, LOW, false},
    {"highest through lowest", HIGH, 1, LOW, -1, -1, 0, -1, false},
    {"half of lowest through lowest", LOW / 2, 1, LOW, 1, 0, 0, 1, false},
    {"one through highest", 1, 1, HIGH, 0, 0, 0, 1, false},
    {"highest by two", HIGH, 2, 1, 0, 0, 0, 0, true},
    {"highest by highest", HIGH, HIGH, 1, 0, 0, 0, 0, true},
    {"lowest by lowest", LOW, LOW, 1, 0, 0, 0, 0, true},
    {"all ones through one", HIGH, 2, 1, 0, 0, 0, 0, true},
    {"3037000500 squared", 3037000500, 3037000500, 1, 0, 0, 0, 0, true},
    {"3037000499 squared", 3037000499, 3037000499, 1, 9223372030926249001, 9223372030926249001, 9223372030926249001,
        9223372030926249001, false},
    {"carry between the limbs", 0x7FFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFE, 0x7FFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFE, 0x7FFFFFFFFFFFFFFE,
        0x7FFFFFFFFFFFFFFE, 0x7FFFFFFFFFFFFFFE, false},
};

static void check_scaling(struct env *env, const struct scaling *row, enum money_rounding rounding, int64_t expected) {
    struct money out = cny(77);
    dealer_status status = money_scale(env, cny(row->minor), row->numerator, row->denominator, rounding, &out);
    if (row->overflows) {
        if (status != DEALER_E_INVALID) fail_msg("%s: no overflow, %" PRId64, row->name, out.minor);
        assert_raised(env, &E_MONEY_OVERFLOW);
        assert_int_equal(out.minor, 77);
    } else if (status != DEALER_OK || out.minor != expected) {
        fail_msg("%s, rounding %d: %" PRId64 ", expected %" PRId64, row->name, (int)rounding, out.minor, expected);
    } else {
        assert_string_equal(out.currency, "CNY");
    }
}

static void test_money_scale__rounds_once_as_told(void **state) {
    struct env *env = fresh_env(state);
    for (size_t i = 0; i < sizeof SCALINGS / sizeof SCALINGS[0]; i++) {
        check_scaling(env, &SCALINGS[i], ROUND_HALF_UP, SCALINGS[i].half_up);
        check_scaling(env, &SCALINGS[i], ROUND_HALF_EVEN, SCALINGS[i].half_even);
        check_scaling(env, &SCALINGS[i], ROUND_DOWN, SCALINGS[i].down);
        check_scaling(env, &SCALINGS[i], ROUND_UP, SCALINGS[i].up);
    }
}

static void test_money_scale__rounding_up_can_be_what_overflows(void **state) {
    struct env *env = fresh_env(state);
    struct money out;
    /* (2^63 - 1) * (2^62 + 1) / 2^62 lies between 2^63 and 2^63 + 1; with a minus sign its floor still fits */
    int64_t numerator = (INT64_C(1) << 62) + 1, denominator = INT64_C(1) << 62;
    assert_int_equal(money_scale(env, cny(HIGH), numerator, denominator, ROUND_DOWN, &out), DEALER_E_INVALID);
    error_clear(&env->error);
    assert_int_equal(money_scale(env, cny(HIGH), -numerator, denominator, ROUND_UP, &out), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_OVERFLOW);
    /* the floor of this quotient has all 64 bits set, so that the unit more wraps round unless it is looked at first */
    assert_int_equal(money_scale(env, cny(311), INT64_C(177942868878227186), 3, ROUND_UP, &out), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_OVERFLOW);
}

static void test_money_scale__by_zero_is_refused(void **state) {
    struct env *env = fresh_env(state);
    struct money out = cny(77);
    assert_int_equal(money_scale(env, cny(150), 1, 0, ROUND_DOWN, &out), DEALER_E_INVALID);
    assert_string_equal(env->error.entries[0].en, "1.50 CNY cannot be divided by zero; the divisor must be another number");
    assert_raised(env, &E_MONEY_DIVISOR);
    assert_int_equal(out.minor, 77);
}

static uint64_t next_random(uint64_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Any size of number is as likely as any other. */
static int64_t random_number(uint64_t *seed) {
    return (int64_t)(next_random(seed) >> (1 + next_random(seed) % 63)) * (next_random(seed) & 1 ? 1 : -1);
}

static uint64_t random_seed(struct env *env) {
    uint64_t seed = 1;
    env_random(env, &seed, sizeof seed);
    seed |= 1;
    print_message("seed %" PRIu64 "\n", seed);
    return seed;
}

static void test_money_scale__agrees_with_small_numbers_reckoned_directly(void **state) {
    struct env *env = fresh_env(state);
    uint64_t seed = random_seed(env);
    for (int i = 0; i < 100000; i++) {
        int64_t a = random_number(&seed) % 1000000000, n = random_number(&seed) % 1000000000, d = random_number(&seed);
        if (d == 0) continue;
        struct money out;
        assert_int_equal(money_scale(env, cny(a), n, d, ROUND_DOWN, &out), DEALER_OK);
        assert_true(out.minor == a * n / d);
    }
}

static void test_money_scale__back_and_forth_is_the_same(void **state) {
    struct env *env = fresh_env(state);
    uint64_t seed = random_seed(env);
    for (int i = 0; i < 100000; i++) {
        int64_t a = random_number(&seed), b = random_number(&seed);
        if (b == 0) continue;
        struct money out;
        assert_int_equal(money_scale(env, cny(a), b, b, (enum money_rounding)(i % 4), &out), DEALER_OK);
        assert_true(out.minor == a);
    }
}

/* ---- allocating ---- */

static void assert_parts(struct env *env, int64_t whole, const int64_t *weights, size_t count, const int64_t *expected) {
    int64_t parts[8];
    assert_int_equal(money_allocate(env, cny(whole), weights, count, parts), DEALER_OK);
    for (size_t i = 0; i < count; i++) {
        if (parts[i] != expected[i]) fail_msg("part %zu of %" PRId64 " is %" PRId64, i, whole, parts[i]);
    }
}

#define ASSERT_PARTS(env, whole, count, weights, expected) \
    assert_parts((env), (whole), (const int64_t[])UNPACK weights, (count), (const int64_t[])UNPACK expected)
#define UNPACK(...) \
    { __VA_ARGS__ }

static void test_money_allocate__gives_what_is_left_to_the_largest_remainder(void **state) {
    struct env *env = fresh_env(state);
    ASSERT_PARTS(env, 100, 3, (1, 1, 1), (34, 33, 33));
    ASSERT_PARTS(env, 101, 3, (1, 1, 1), (34, 34, 33));
    ASSERT_PARTS(env, -100, 3, (1, 1, 1), (-34, -33, -33));
    ASSERT_PARTS(env, 100, 3, (1, 2, 3), (17, 33, 50));
    ASSERT_PARTS(env, 10, 3, (1, 3, 3), (2, 4, 4));
    ASSERT_PARTS(env, 1, 4, (0, 1, 0, 1), (0, 1, 0, 0));
    ASSERT_PARTS(env, 0, 2, (5, 7), (0, 0));
    ASSERT_PARTS(env, 7, 1, (3), (7));
    ASSERT_PARTS(env, HIGH, 2, (1, 1), (HIGH / 2 + 1, HIGH / 2));
    ASSERT_PARTS(env, LOW, 1, (HIGH), (LOW));
    ASSERT_PARTS(env, LOW, 2, (1, 1), (LOW / 2, LOW / 2));
    ASSERT_PARTS(env, HIGH, 2, (HIGH, 0), (HIGH, 0));
    ASSERT_PARTS(env, HIGH, 2, (HIGH - 1, 1), (HIGH - 1, 1));
}

static void test_money_allocate__refuses_unfit_weights(void **state) {
    struct env *env = fresh_env(state);
    static const int64_t rows[][2] = {{0, 0}, {-1, 2}, {2, -1}, {HIGH, 1}, {HIGH, HIGH}, {LOW, 0}};
    int64_t parts[2] = {77, 77};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(money_allocate(env, cny(100), rows[i], 2, parts), DEALER_E_INVALID);
        assert_raised(env, &E_MONEY_WEIGHTS);
    }
    assert_int_equal(money_allocate(env, cny(100), NULL, 0, parts), DEALER_E_INVALID);
    assert_raised(env, &E_MONEY_WEIGHTS);
    assert_true(parts[0] == 77 && parts[1] == 77);
}

static void test_money_allocate__without_memory_leaves_the_parts_alone(void **state) {
    struct world *world = *state;
    struct env *env = fresh_env(state);
    const int64_t weights[] = {1, 1};
    int64_t parts[2] = {77, 77};
    failing_allocator_init(&world->allocator, &world->seams, 1, false);
    assert_int_equal(money_allocate(env, cny(100), weights, 2, parts), DEALER_E_NOMEM);
    assert_true(world->allocator.hit);
    assert_raised(env, &E_NOMEM);
    assert_true(parts[0] == 77 && parts[1] == 77);
}

/* No part is further than one unit from its exact share. */
static bool is_fair(struct env *env, int64_t whole, int64_t weight, int64_t sum, int64_t part) {
    struct money least, most;
    assert_int_equal(money_scale(env, cny(whole), weight, sum, ROUND_DOWN, &least), DEALER_OK);
    assert_int_equal(money_scale(env, cny(whole), weight, sum, ROUND_UP, &most), DEALER_OK);
    return whole >= 0 ? part >= least.minor && part <= most.minor : part <= least.minor && part >= most.minor;
}

static void test_money_allocate__parts_always_add_up(void **state) {
    struct env *env = fresh_env(state);
    uint64_t seed = random_seed(env);
    for (int i = 0; i < 20000; i++) {
        int64_t weights[20], parts[20], whole = random_number(&seed), sum = 0, total = 0;
        size_t count = 1 + next_random(&seed) % 20;
        for (size_t j = 0; j < count; j++) {
            weights[j] = (int64_t)(next_random(&seed) >> (5 + next_random(&seed) % 59));
            sum += weights[j];
        }
        if (sum == 0) continue;
        assert_int_equal(money_allocate(env, cny(whole), weights, count, parts), DEALER_OK);
        for (size_t j = 0; j < count; j++) {
            total += parts[j];
            assert_true(is_fair(env, whole, weights[j], sum, parts[j]));
        }
        assert_true(total == whole);
    }
}

/* ---- text ---- */

static void test_money_parse__reads_amounts(void **state) {
    static const struct {
        const char *text, *currency;
        int64_t minor;
        const char *formatted;
    } rows[] = {
        {"1234567.89", "CNY", 123456789, "1234567.89"},
        {"-0.05", "CNY", -5, "-0.05"},
        {"100", "CNY", 10000, "100.00"},
        {"1.5", "CNY", 150, "1.50"},
        {"0", "CNY", 0, "0.00"},
        {"-0", "CNY", 0, "0.00"},
        {"007.00", "CNY", 700, "7.00"},
        {"92233720368547758.07", "CNY", HIGH, "92233720368547758.07"},
        {"-92233720368547758.08", "CNY", LOW, "-92233720368547758.08"},
        {"100", "JPY", 100, "100"},
        {"9223372036854775807", "JPY", HIGH, "9223372036854775807"},
        {"-9223372036854775808", "JPY", LOW, "-9223372036854775808"},
        {"1.234", "KWD", 1234, "1.234"},
        {"-0.001", "KWD", -1, "-0.001"},
        {"1.0001", "CLF", 10001, "1.0001"},
    };
    struct env *env = fresh_env(state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct money out = {0};
        char text[32];
        assert_int_equal(money_parse(env, rows[i].text, rows[i].currency, &out), DEALER_OK);
        if (out.minor != rows[i].minor) fail_msg("%s: %" PRId64, rows[i].text, out.minor);
        assert_string_equal(out.currency, rows[i].currency);
        money_format(out, text, sizeof text);
        assert_string_equal(text, rows[i].formatted);
    }
}

static void test_money_parse__refuses_what_is_no_amount(void **state) {
    static const struct {
        const char *text, *currency;
        const struct message *message;
    } rows[] = {
        {"", "CNY", &E_MONEY_FORMAT},
        {"-", "CNY", &E_MONEY_FORMAT},
        {".", "CNY", &E_MONEY_FORMAT},
        {".5", "CNY", &E_MONEY_FORMAT},
        {"1.", "CNY", &E_MONEY_FORMAT},
        {"-.5", "CNY", &E_MONEY_FORMAT},
        {"+1", "CNY", &E_MONEY_FORMAT},
        {"--1", "CNY", &E_MONEY_FORMAT},
        {" 1", "CNY", &E_MONEY_FORMAT},
        {"1 ", "CNY", &E_MONEY_FORMAT},
        {"1,000", "CNY", &E_MONEY_FORMAT},
        {"1.2.3", "CNY", &E_MONEY_FORMAT},
        {"1e5", "CNY", &E_MONEY_FORMAT},
        {"NaN", "CNY", &E_MONEY_FORMAT},
        {"１２", "CNY", &E_MONEY_FORMAT},
        {"1.005", "CNY", &E_MONEY_FORMAT},
        {"1.000", "CNY", &E_MONEY_FORMAT},
        {"1.0", "JPY", &E_MONEY_FORMAT},
        {NULL, "CNY", &E_MONEY_FORMAT},
        {"1", "yuan", &E_MONEY_CURRENCY},
        {"1", NULL, &E_MONEY_CURRENCY},
        {"92233720368547758.08", "CNY", &E_MONEY_OVERFLOW},
        {"-92233720368547758.09", "CNY", &E_MONEY_OVERFLOW},
        {"922337203685477580700", "CNY", &E_MONEY_OVERFLOW},
        {"184467440737095516.15", "CNY", &E_MONEY_OVERFLOW},
        {"184467440737095516.16", "CNY", &E_MONEY_OVERFLOW},
        {"18446744073709551616", "CNY", &E_MONEY_OVERFLOW},
        {"18446744073709551615", "CNY", &E_MONEY_OVERFLOW},
        {"999999999999999999999999999999", "JPY", &E_MONEY_OVERFLOW},
    };
    struct env *env = fresh_env(state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct money out = cny(77);
        if (money_parse(env, rows[i].text, rows[i].currency, &out) != DEALER_E_INVALID) fail_msg("%s", rows[i].text);
        assert_raised(env, rows[i].message);
        assert_int_equal(out.minor, 77);
    }
    struct money out;
    money_parse(env, "1.005", "CNY", &out);
    assert_string_equal(
        env->error.entries[0].en, "\"1.005\" is not an amount of CNY; write digits, with at most 2 after a point, as in 1234.56");
}

static void test_money_format__is_read_back_the_same(void **state) {
    static const char *const currencies[] = {"CNY", "JPY", "KWD", "CLF"};
    struct env *env = fresh_env(state);
    uint64_t seed = random_seed(env);
    for (int i = 0; i < 50000; i++) {
        struct money money = {random_number(&seed), ""}, back = {0};
        memcpy(money.currency, currencies[i % 4], sizeof money.currency);
        char text[32];
        money_format(money, text, sizeof text);
        assert_int_equal(money_parse(env, text, money.currency, &back), DEALER_OK);
        assert_true(back.minor == money.minor);
    }
}

static void test_money_format__without_a_currency_shows_minor_units(void **state) {
    (void)state;
    char text[32];
    money_format((struct money){-12345, ""}, text, sizeof text);
    assert_string_equal(text, "-12345");
    money_format(cny(12345), text, 5);
    assert_string_equal(text, "123.");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_exponent__knows_iso_4217),
        cmocka_unit_test_setup_teardown(test_money_add_and_subtract__hold_at_both_ends, begin, end),
        cmocka_unit_test_setup_teardown(test_money_overflow__says_what_was_reckoned_and_what_fits, begin, end),
        cmocka_unit_test_setup_teardown(test_money__of_two_currencies_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_money_compare__orders, begin, end),
        cmocka_unit_test_setup_teardown(test_money_scale__rounds_once_as_told, begin, end),
        cmocka_unit_test_setup_teardown(test_money_scale__rounding_up_can_be_what_overflows, begin, end),
        cmocka_unit_test_setup_teardown(test_money_scale__by_zero_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_money_scale__agrees_with_small_numbers_reckoned_directly, begin, end),
        cmocka_unit_test_setup_teardown(test_money_scale__back_and_forth_is_the_same, begin, end),
        cmocka_unit_test_setup_teardown(test_money_allocate__gives_what_is_left_to_the_largest_remainder, begin, end),
        cmocka_unit_test_setup_teardown(test_money_allocate__refuses_unfit_weights, begin, end),
        cmocka_unit_test_setup_teardown(test_money_allocate__without_memory_leaves_the_parts_alone, begin, end),
        cmocka_unit_test_setup_teardown(test_money_allocate__parts_always_add_up, begin, end),
        cmocka_unit_test_setup_teardown(test_money_parse__reads_amounts, begin, end),
        cmocka_unit_test_setup_teardown(test_money_parse__refuses_what_is_no_amount, begin, end),
        cmocka_unit_test_setup_teardown(test_money_format__is_read_back_the_same, begin, end),
        cmocka_unit_test_setup_teardown(test_money_format__without_a_currency_shows_minor_units, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
