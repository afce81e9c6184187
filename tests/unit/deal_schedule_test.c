/* Plans and rents: to the cent, for random amounts; days at the ends of months. */
#include "base/messages.h"
#include "deal/schedule.h"
#include "support/failing_allocator.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RENTS_MOST = 240, TRIALS = 3000 };

static struct failing_allocator allocator;
static struct seams seams;
static struct env env;

static int begin(void **state) {
    (void)state;
    failing_allocator_init(&allocator, &seams, 0, false);
    env_init(&env, &seams);
    return 0;
}

static int end(void **state) {
    (void)state;
    env_finish(&env);
    return allocator.outstanding == 0 ? 0 : -1;
}

static void assert_month(const char *first, int months, const char *expected) {
    int32_t day = 0;
    char text[11];
    assert_true(date_parse(first, strlen(first), &day));
    date_format(schedule_month(day, months), text);
    assert_string_equal(text, expected);
}

static void test_month__keeps_the_day_and_the_last_day(void **state) {
    (void)state;
    assert_month("2026-01-15", 1, "2026-02-15");
    assert_month("2026-01-30", 1, "2026-02-28");
    assert_month("2026-01-30", 2, "2026-03-30");
    assert_month("2027-12-30", 2, "2028-02-29");
    assert_month("2026-01-31", 1, "2026-02-28");
    assert_month("2026-02-28", 1, "2026-03-31");
    assert_month("2028-02-28", 1, "2028-03-28");
    assert_month("2028-02-29", 12, "2029-02-28");
    assert_month("2026-04-30", 120, "2036-04-30");
    assert_month("2026-12-31", 0, "2026-12-31");
}

static int64_t any(uint64_t *seed, int64_t count) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((*seed >> 20) % (uint64_t)count);
}

static int64_t half_up(int64_t owed, int64_t rate) {
    return (owed * rate + 60000) / 120000; /* small enough not to overflow here */
}

static void assert_plan(const struct loan *loan, const struct instalment *plan) {
    int64_t owed = loan->amount.minor, first = plan[0].principal + plan[0].interest;
    for (int k = 0; k < loan->term; k++) {
        assert_int_equal(plan[k].interest, half_up(owed, loan->annual_rate));
        assert_true(plan[k].principal >= 0);
        if (loan->annuity && loan->annual_rate > 0 && k < loan->term - 1 && owed > first)
            assert_int_equal(plan[k].principal + plan[k].interest, first);
        if (loan->annuity && loan->annual_rate > 0) assert_true(plan[k].principal + plan[k].interest <= first);
        if (!loan->annuity) assert_true(llabs(plan[k].principal - plan[0].principal) <= 1);
        assert_true(k == 0 || plan[k].due > plan[k - 1].due);
        owed -= plan[k].principal;
    }
    assert_int_equal(owed, 0);
}

/* One cent less a month would leave something at the end. */
static void assert_smallest(const struct loan *loan, int64_t payment) {
    int64_t owed = loan->amount.minor;
    for (int k = 0; k < loan->term && owed > 0; k++) owed -= payment - 1 - half_up(owed, loan->annual_rate);
    assert_true(owed > 0);
}

static void test_instalments__add_up_for_any_loan(void **state) {
    (void)state;
    uint64_t seed = 20261124;
    struct instalment plan[120];
    print_message("seed %" PRIu64 "\n", seed);
    for (int i = 0; i < TRIALS; i++) {
        struct loan loan = {{any(&seed, i % 3 ? 1000000000 : 500) + 1, "CNY"}, any(&seed, i % 7 ? 2500 : 10001),
            (int)any(&seed, 120) + 1, any(&seed, 2), (int32_t)any(&seed, 30000)};
        assert_int_equal(schedule_instalments(&env, &loan, plan), DEALER_OK);
        assert_plan(&loan, plan);
        if (loan.annuity && loan.annual_rate > 0) assert_smallest(&loan, plan[0].principal + plan[0].interest);
    }
}

static void test_instalments__of_the_largest_amount_do_not_overflow(void **state) {
    (void)state;
    struct instalment plan[120];
    struct loan loan = {{1000000000000000, "CNY"}, 10000, 120, true, 0};
    int64_t sum = 0;
    assert_int_equal(schedule_instalments(&env, &loan, plan), DEALER_OK);
    for (int k = 0; k < loan.term; k++) sum += plan[k].principal;
    assert_int_equal(sum, loan.amount.minor);
}

static void test_rents__cover_every_day_once(void **state) {
    (void)state;
    uint64_t seed = 20261125;
    struct rent rents[RENTS_MOST];
    print_message("seed %" PRIu64 "\n", seed);
    for (int i = 0; i < TRIALS; i++) {
        int32_t from = (int32_t)any(&seed, 30000);
        struct rent_terms terms = {{any(&seed, 10000000), "CNY"}, from, from + (int32_t)any(&seed, 4000)};
        int count = 0;
        int32_t next = from;
        assert_int_equal(schedule_rents(&env, &terms, rents, RENTS_MOST, &count), DEALER_OK);
        assert_in_range(count, 1, RENTS_MOST);
        for (int k = 0; k < count; k++) {
            assert_int_equal(rents[k].due, next);
            assert_true(rents[k].until >= rents[k].due && rents[k].until <= terms.to);
            if (k < count - 1) assert_int_equal(rents[k].amount, terms.monthly.minor);
            assert_true(rents[k].amount >= 0 && rents[k].amount <= terms.monthly.minor);
            next = rents[k].until + 1;
        }
        assert_int_equal(next, terms.to + 1);
    }
}

static void test_rents__more_than_there_is_room_for_are_counted(void **state) {
    (void)state;
    struct rent rents[2];
    struct rent_terms terms = {{100, "CNY"}, 0, 364};
    int count = 0;
    assert_int_equal(schedule_rents(&env, &terms, rents, 2, &count), DEALER_OK);
    assert_int_equal(count, 12);
    terms.to = -1;
    assert_int_equal(schedule_rents(&env, &terms, rents, 2, &count), DEALER_OK);
    assert_int_equal(count, 0);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_month__keeps_the_day_and_the_last_day),
        ROW(test_instalments__add_up_for_any_loan),
        ROW(test_instalments__of_the_largest_amount_do_not_overflow),
        ROW(test_rents__cover_every_day_once),
        ROW(test_rents__more_than_there_is_room_for_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
