/* Dates, instants and business days. */
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAY_MS INT64_C(86400000)

static int32_t day(const char *text) {
    int32_t days = 0;
    if (!date_parse(text, strlen(text), &days)) fail_msg("%s is no date", text);
    return days;
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static void test_date__every_day_of_800_years_goes_there_and_back(void **state) {
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t expected = day("1600-01-01");
    assert_int_equal(expected, -135140);
    for (int year = 1600; year <= 2400; year++) {
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && is_leap(year));
            for (int d = 1; d <= length; d++, expected++) {
                char text[32], formatted[11];
                int y, m, dd;
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, d);
                assert_int_equal(day(text), expected);
                assert_int_equal(date_days(year, month, d), expected);
                date_civil(expected, &y, &m, &dd);
                assert_true(y == year && m == month && dd == d);
                date_format(expected, formatted);
                assert_string_equal(formatted, text);
            }
        }
    }
}

static void test_date_parse__knows_the_ends_of_the_calendar(void **state) {
    (void)state;
    char text[11];
    assert_int_equal(day("1970-01-01"), 0);
    assert_int_equal(day("1969-12-31"), -1);
    assert_int_equal(day("0001-01-01"), -719162);
    assert_int_equal(day("9999-12-31"), 2932896);
    assert_int_equal(day("2000-02-29"), 11016);
    date_format(-719162, text);
    assert_string_equal(text, "0001-01-01");
    date_format(2932896, text);
    assert_string_equal(text, "9999-12-31");
    static const int32_t outside[] = {-719163, 2932897, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < 4; i++) {
        date_format(outside[i], text);
        assert_string_equal(text, "0000-00-00");
        int y, m, d;
        date_civil(outside[i], &y, &m, &d);
        assert_int_equal(date_days(y, m, d), outside[i]);
    }
}

static void test_date_parse__refuses_what_is_no_date(void **state) {
    (void)state;
    static const char *const bad[] = {"", "2026-1-01", "2026-01-1", "20260101", "2026/01/01", "2026-01-01 ", " 2026-01-01",
        "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "2026-02-29", "1900-02-29", "2026-04-31", "0000-01-01",
        "-001-01-01", "+026-01-01", "2026-0a-01", "2026-01-0x", "202x-01-01", "2026-01_01", "10000-01-01", "２026-01"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int32_t days = 77;
        if (date_parse(bad[i], strlen(bad[i]), &days)) fail_msg("%s is taken for a date", bad[i]);
        assert_int_equal(days, 77);
    }
    int32_t days;
    assert_false(date_parse(NULL, 10, &days));
}

static void test_date_of_instant__rounds_down_in_the_offset(void **state) {
    (void)state;
    assert_int_equal(date_of_instant(0, 0), 0);
    assert_int_equal(date_of_instant(-1, 0), -1);
    assert_int_equal(date_of_instant(DAY_MS - 1, 0), 0);
    assert_int_equal(date_of_instant(DAY_MS - 1, 480), 1);
    assert_int_equal(date_of_instant(16 * 3600000 - 1, 480), 0);
    assert_int_equal(date_of_instant(16 * 3600000, 480), 1);
    assert_int_equal(date_of_instant(0, -1), -1);
    assert_int_equal(date_of_instant(INT64_MAX, 1440), INT32_MAX);
    assert_int_equal(date_of_instant(INT64_MIN, -1440), INT32_MIN);
}

static void test_instant_parse__reads_rfc_3339(void **state) {
    (void)state;
    static const struct {
        const char *text, *formatted;
    } rows[] = {
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
        {"2026-01-31T08:00:00+08:00", "2026-01-31T00:00:00.000Z"},
        {"2026-01-31T00:00:00+08:00", "2026-01-30T16:00:00.000Z"},
        {"2026-01-31T00:00:00-05:30", "2026-01-31T05:30:00.000Z"},
        {"2026-01-31T23:59:59.1Z", "2026-01-31T23:59:59.100Z"},
        {"2026-01-31T23:59:59.12Z", "2026-01-31T23:59:59.120Z"},
        {"2026-01-31T23:59:59.123Z", "2026-01-31T23:59:59.123Z"},
        {"2026-01-31T23:59:59.123999999Z", "2026-01-31T23:59:59.123Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
        {"9999-12-31T23:59:59-00:00", "9999-12-31T23:59:59.000Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t instant, again;
        char text[25];
        if (!instant_parse(rows[i].text, strlen(rows[i].text), &instant)) fail_msg("%s", rows[i].text);
        instant_format(instant, text);
        assert_string_equal(text, rows[i].formatted);
        assert_true(instant_parse(text, strlen(text), &again));
        assert_true(again == instant);
    }
    int64_t instant;
    assert_true(instant_parse("2001-09-09T01:46:40Z", 20, &instant));
    assert_true(instant == INT64_C(1000000000000));
}

static void test_instant_parse__refuses_what_is_no_instant(void **state) {
    (void)state;
    static const char *const bad[] = {"", "2026-01-31", "2026-01-31T08:00:00", "2026-01-31T08:00Z", "2026-01-31 08:00:00Z",
        "2026-01-31t08:00:00Z", "2026-01-31T08:00:00z", "2026-01-31T24:00:00Z", "2026-01-31T08:60:00Z", "2026-01-31T08:00:60Z",
        "2026-02-30T08:00:00Z", "2026-01-31T08:00:00.Z", "2026-01-31T08:00:00.1234567890Z", "2026-01-31T08:00:00+8:00",
        "2026-01-31T08:00:00+0800", "2026-01-31T08:00:00+08:60", "2026-01-31T08:00:00+24:00", "2026-01-31T08:00:00+aa:00",
        "2026-01-31T08:00:00+08:bb", "2026-01-31T08:00:00*08:00", "2026-01-31T08:00:00ZZ", "2026-01-31T08.00:00Z",
        "2026-01-31T08:00.00Z", "2026-01-31Tx8:00:00Z", "2026-01-31T08:x0:00Z", "2026-01-31T08:00:x0Z", "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t instant = 77;
        if (instant_parse(bad[i], strlen(bad[i]), &instant)) fail_msg("%s is taken for an instant", bad[i]);
        assert_int_equal(instant, 77);
    }
    int64_t instant;
    assert_false(instant_parse(NULL, 20, &instant));
}

static void test_instant_format__outside_of_the_calendar_is_all_zeros(void **state) {
    (void)state;
    char text[25];
    instant_format(INT64_MAX, text);
    assert_string_equal(text, "0000-00-00T00:00:00.000Z");
    instant_format(INT64_MIN, text);
    assert_string_equal(text, "0000-00-00T00:00:00.000Z");
}

/* ---- business days ---- */

static void test_calendar__is_monday_to_friday_but_for_its_lists(void **state) {
    (void)state;
    /* spring festival of 2026: off from Monday the 16th to Friday the 20th, worked on Saturday the 14th and 28th */
    const int32_t holidays[] = {
        day("2026-02-16"), day("2026-02-17"), day("2026-02-18"), day("2026-02-19"), day("2026-02-20"), day("2026-02-22")};
    const int32_t workdays[] = {day("2026-02-14"), day("2026-02-22"), day("2026-02-28")};
    const struct calendar plain = {0}, festival = {holidays, 6, workdays, 3};
    static const struct {
        const char *date;
        bool plain, festival;
    } rows[] = {{"2026-02-13", true, true}, {"2026-02-14", false, true}, {"2026-02-15", false, false}, {"2026-02-16", true, false},
        {"2026-02-20", true, false}, {"2026-02-21", false, false}, {"2026-02-22", false, false}, {"2026-02-23", true, true},
        {"2026-02-28", false, true}, {"1969-12-27", false, false}, {"1969-12-28", false, false}, {"1969-12-29", true, true},
        {"0001-01-01", true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (calendar_is_business_day(&plain, day(rows[i].date)) != rows[i].plain) fail_msg("%s, plain", rows[i].date);
        if (calendar_is_business_day(&festival, day(rows[i].date)) != rows[i].festival) fail_msg("%s, festival", rows[i].date);
    }
    assert_int_equal(calendar_add_business_days(&festival, day("2026-02-13"), 1), day("2026-02-14"));
    assert_int_equal(calendar_add_business_days(&festival, day("2026-02-13"), 2), day("2026-02-23"));
    assert_int_equal(calendar_add_business_days(&festival, day("2026-02-23"), -2), day("2026-02-13"));
    assert_int_equal(calendar_add_business_days(&festival, day("2026-02-15"), 0), day("2026-02-23"));
    assert_int_equal(calendar_add_business_days(&festival, day("2026-02-23"), 0), day("2026-02-23"));
    assert_int_equal(calendar_add_business_days(&plain, day("2026-02-13"), 5), day("2026-02-20"));
    assert_int_equal(calendar_add_business_days(&plain, day("2026-02-15"), -1), day("2026-02-13"));
}

static void test_calendar__stops_at_the_ends(void **state) {
    (void)state;
    const struct calendar plain = {0};
    assert_int_equal(calendar_add_business_days(&plain, day("9999-12-31"), 1), day("9999-12-31"));
    assert_int_equal(calendar_add_business_days(&plain, day("9999-12-30"), INT32_MAX), day("9999-12-31"));
    assert_int_equal(calendar_add_business_days(&plain, day("0001-01-03"), INT32_MIN), day("0001-01-01"));
    const int32_t last = day("9999-12-31");
    const struct calendar closed = {&last, 1, NULL, 0};
    assert_int_equal(calendar_add_business_days(&closed, last, 0), last);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date__every_day_of_800_years_goes_there_and_back),
        cmocka_unit_test(test_date_parse__knows_the_ends_of_the_calendar),
        cmocka_unit_test(test_date_parse__refuses_what_is_no_date),
        cmocka_unit_test(test_date_of_instant__rounds_down_in_the_offset),
        cmocka_unit_test(test_instant_parse__reads_rfc_3339),
        cmocka_unit_test(test_instant_parse__refuses_what_is_no_instant),
        cmocka_unit_test(test_instant_format__outside_of_the_calendar_is_all_zeros),
        cmocka_unit_test(test_calendar__is_monday_to_friday_but_for_its_lists),
        cmocka_unit_test(test_calendar__stops_at_the_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
