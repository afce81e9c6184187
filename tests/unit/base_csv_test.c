/* CSV as it streams in: records, lines, faults; and the words that prices and dates are written in. */
#include "base/csv.h"
#include "support/failing_allocator.h"
#include "deal/market_words.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct seams seams;
static struct failing_allocator allocator;
static struct env env;
static char told[4096];

static int setup(void **state) {
    (void)state;
    failing_allocator_init(&allocator, &seams, 0, false);
    env_init(&env, &seams);
    return 0;
}

/* "line:field|field;" or "line!fault;" */
static dealer_status tell(void *user_data, const struct csv_record *record) {
    size_t used = strlen(told);
    if (record->fault) {
        snprintf(told + used, sizeof told - used, "%d!%d;", (int)record->line, (int)record->fault);
        return DEALER_OK;
    }
    snprintf(told + used, sizeof told - used, "%d:", (int)record->line);
    for (size_t i = 0; i < record->count; i++) {
        used = strlen(told);
        snprintf(told + used, sizeof told - used, "%s%s", i ? "|" : "", record->fields[i]);
    }
    strcat(told, ";");
    return user_data ? *(dealer_status *)user_data : DEALER_OK;
}

static dealer_status read_pieces(const char *text, size_t length, size_t piece) {
    struct csv csv;
    told[0] = '\0';
    csv_init(&csv, &env, tell, NULL);
    dealer_status status = DEALER_OK;
    for (size_t at = 0; !status && at < length; at += piece)
        status = csv_feed(&csv, &env, text + at, length - at < piece ? length - at : piece);
    if (!status) status = csv_finish(&csv, &env);
    csv_free(&csv);
    return status;
}

static void assert_read(const char *text, const char *expected) {
    for (size_t piece = 1; piece <= 5; piece += 2) {
        assert_int_equal(read_pieces(text, strlen(text), piece), DEALER_OK);
        assert_string_equal(told, expected);
    }
    assert_int_equal(allocator.outstanding, 0);
}

static void test_csv__reads_records_with_their_lines(void **state) {
    (void)state;
    assert_read("a,b\n1,2\n", "1:a|b;2:1|2;");
    assert_read("a,b\r\n1,2", "1:a|b;2:1|2;");
    assert_read("a\r1\r2\r", "1:a;2:1;3:2;");
    assert_read("\xEF\xBB\xBF"
                "a,b\n",
        "1:a|b;");
    assert_read("\xEF\xBB"
                "a\n",
        "1:\xEF\xBB"
        "a;");
    assert_read("\n\r\n\n1\n", "4:1;");
    assert_read(",\n,,\n", "1:|;2:||;");
    assert_read("", "");
}

static void test_csv__reads_quoted_fields(void **state) {
    (void)state;
    assert_read("\"a,\"\"b\"\"\",c\n", "1:a,\"b\"|c;");
    assert_read("\"a\nb\",c\nd,e\n", "1:a\nb|c;3:d|e;");
    assert_read("\"a\r\nb\"\r\nc\r\n", "1:a\r\nb;3:c;");
    assert_read("\"\"\n\"\",x\n", "1:;2:|x;");
    assert_read("5\" pipe,x\n", "1:5\" pipe|x;"); /* a quote inside a plain field is only a character */
}

static void test_csv__tells_faults_and_reads_on(void **state) {
    (void)state;
    assert_read("a\n\"b\"c,d\ne\n", "1:a;2!1;3:e;");
    assert_read("a\n\"b,c\nd", "1:a;2!2;");
    static char large[CSV_RECORD_BYTES + 64];
    memset(large, 'x', CSV_RECORD_BYTES + 1);
    strcpy(large + CSV_RECORD_BYTES + 1, "\nb\n");
    assert_int_equal(read_pieces(large, strlen(large), 65536), DEALER_OK);
    assert_string_equal(told, "1!3;2:b;");
    memset(large, ',', CSV_FIELDS + 1);
    strcpy(large + CSV_FIELDS + 1, "\nb\n");
    assert_int_equal(read_pieces(large, strlen(large), 1000), DEALER_OK);
    assert_string_equal(told, "1!3;2:b;");
    assert_int_equal(read_pieces("a\0b\n", 4, 2), DEALER_OK);
    assert_string_equal(told, "1:a\1b;"); /* a NUL never ends a field unseen */
}

static void test_csv__stops_when_its_reader_says_so(void **state) {
    (void)state;
    struct csv csv;
    dealer_status stop = DEALER_E_BUSY;
    told[0] = '\0';
    csv_init(&csv, &env, tell, &stop);
    assert_int_equal(csv_feed(&csv, &env, "a\nb\n", 4), DEALER_E_BUSY);
    assert_string_equal(told, "1:a;");
    csv_free(&csv);
}

static void test_csv__without_memory_says_so_at_every_point(void **state) {
    (void)state;
    static const char text[] = "a,b\n\"c\nd\",\"e\"\"f\"\n";
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        failing_allocator_init(&allocator, &seams, n, true);
        error_clear(&env.error);
        dealer_status status = read_pieces(text, sizeof text - 1, 3);
        assert_int_equal(allocator.outstanding, 0);
        if (!allocator.hit) break;
        assert_int_equal(status, DEALER_E_NOMEM);
        failures++;
    }
    assert_true(failures >= 3);
}

static void assert_price(const char *word, bool comma, int exponent, int64_t expected) {
    int64_t minor = -1;
    assert_int_equal(market_parse_price(word, comma, exponent, &minor), expected >= 0);
    if (expected >= 0) assert_int_equal(minor, expected);
}

static void test_price__is_read_exactly_and_rounded_half_up(void **state) {
    (void)state;
    assert_price("46173.2", false, 2, 4617320);
    assert_price("35,000", false, 2, 3500000);
    assert_price("1.234,56", true, 2, 123456);
    assert_price("1 234.555", false, 2, 123456);
    assert_price("1234.554999", false, 2, 123455);
    assert_price("1500", false, 0, 1500);
    assert_price("1500.5", false, 0, 1501);
    assert_price("7", false, 3, 7000);
    assert_price("", false, 2, -1);
    assert_price("-5", false, 2, -1);
    assert_price("1e5", false, 2, -1);
    assert_price("1.2.3", false, 2, -1);
    assert_price("USD 5", false, 2, -1);
    assert_price("99999999999999999999", false, 2, -1);
}

static void assert_date(const char *word, const char *format, int64_t expected) {
    int64_t days = 0;
    assert_int_equal(market_parse_date(word, format, &days), expected != 0);
    if (expected != 0) assert_int_equal(days, expected);
}

static void test_date__is_read_in_the_order_of_its_format(void **state) {
    (void)state;
    assert_date("2012-01-04", NULL, 15343);
    assert_date("2012-01-04 00:00", NULL, 15343);
    assert_date("2012-01-04T10:00:00Z", NULL, 15343);
    assert_date("2012/1/4", NULL, 15343);
    assert_date("1/4/2012 0:00", "M/D/YYYY H:mm", 15343);
    assert_date("4.1.2012", "D.M.YYYY", 15343);
    assert_date("2012-02-30", NULL, 0);
    assert_date("2012-13-01", NULL, 0);
    assert_date("12-01-04", NULL, 0);
    assert_date("2012-01", NULL, 0);
    assert_date("2012-01-04x", NULL, 0);
    assert_date("", NULL, 0);
}

static void test_whole_number__cuts_what_stands_behind_the_point(void **state) {
    (void)state;
    int64_t number = 0;
    assert_true(market_parse_whole("8150.0", 1000000, &number));
    assert_int_equal(number, 8150);
    assert_true(market_parse_whole("0", 10, &number));
    assert_false(market_parse_whole("11", 10, &number));
    assert_false(market_parse_whole("-1", 10, &number));
    assert_false(market_parse_whole("1.x", 10, &number));
    assert_false(market_parse_whole(".5", 10, &number));
    assert_false(market_parse_whole("", 10, &number));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv__reads_records_with_their_lines),
        cmocka_unit_test(test_csv__reads_quoted_fields),
        cmocka_unit_test(test_csv__tells_faults_and_reads_on),
        cmocka_unit_test(test_csv__stops_when_its_reader_says_so),
        cmocka_unit_test(test_csv__without_memory_says_so_at_every_point),
        cmocka_unit_test(test_price__is_read_exactly_and_rounded_half_up),
        cmocka_unit_test(test_date__is_read_in_the_order_of_its_format),
        cmocka_unit_test(test_whole_number__cuts_what_stands_behind_the_point),
    };
    return cmocka_run_group_tests_name("csv", tests, setup, NULL);
}
