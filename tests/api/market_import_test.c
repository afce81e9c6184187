/* Sales from CSV as dealers have it: mapped, in pieces of any size, bad rows told by line, twice adds nothing; statistics; what trade-ins
 * fetched afterwards. */
#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char mapping[] =
    "{\"source\":{\"value\":\"auction\"},\"key\":\"SalesID\",\"date\":\"saledate\",\"price\":{\"column\":\"SalePrice\",\"currency\":\"USD\"},"
    "\"category\":{\"column\":\"ProductGroup\",\"map\":{\"TEX\":\"excavator\",\"WL\":\"wheel_loader\"}},\"model\":\"fiModelDesc\","
    "\"serial\":\"MachineID\",\"year\":{\"column\":\"YearMade\",\"unknown\":[\"1000\"]},\"hours\":\"Hours\",\"region\":\"state\","
    "\"unknown\":[\"None or Unspecified\"],\"options\":{\"cab\":\"Enclosure\"}}";
static const char header[] = "SalesID,SalePrice,saledate,MachineID,YearMade,Hours,fiModelDesc,state,ProductGroup,Enclosure\n";

static dealer_store *store;
static dealer_session *session;

static int open_store(void **state) {
    (void)state;
    assert_int_equal(dealer_store_open(&store, NULL, ":memory:", NULL), DEALER_OK);
    assert_int_equal(dealer_session_open_system(store, &session, NULL, "test"), DEALER_OK);
    return 0;
}

static int close_store(void **state) {
    (void)state;
    dealer_session_close(session);
    dealer_store_close(store);
    return 0;
}

static dealer_market_import *begin(const char *with) {
    dealer_market_import *import = NULL;
    story_must(dealer_market_import_open(session, &import, with, strlen(with)), dealer_session_error(session), "open");
    return import;
}

/* In pieces of `piece` bytes. */
static json_t *import_pieces(const char *text, size_t piece) {
    dealer_market_import *import = begin(mapping);
    dealer_text *report = NULL;
    size_t length = strlen(text);
    for (size_t at = 0; at < length; at += piece)
        story_must(dealer_market_import_feed(session, import, text + at, length - at < piece ? length - at : piece),
            dealer_session_error(session), "feed");
    story_must(dealer_market_import_finish(session, &report, import), dealer_session_error(session), "finish");
    dealer_market_import_free(import);
    return past_world_json(report);
}

static json_t *import(const char *text) {
    return import_pieces(text, strlen(text));
}

static char *with_header(const char *rows) {
    char *text = malloc(sizeof header + strlen(rows));
    assert_non_null(text);
    strcpy(text, header);
    strcat(text, rows);
    return text;
}

static void assert_counts(json_t *report, int64_t rows, int64_t added, int64_t known, int64_t refused) {
    assert_int_equal(past_world_integer(report, "rows"), rows);
    assert_int_equal(past_world_integer(report, "added"), added);
    assert_int_equal(past_world_integer(report, "known"), known);
    assert_int_equal(past_world_integer(report, "refused"), refused);
    json_decref(report);
}

static const char rows[] = "1,46173.2,2012-01-01 00:00,M1,1996,0,D65E12,Ohio,TEX,OROPS\r\n"
                           "2,\"35,000\",2012-01-04,M2,1000,8150.0,\"544H \"\"X\"\"\",\"Flo\nrida\",WL,None or Unspecified\r\n"
                           "3,100,2012-02-01,,2001,,PC200,,TEX,";

static void test_import__reads_pieces_of_any_size_alike(void **state) {
    (void)state;
    char *text = with_header(rows);
    assert_counts(import_pieces(text, 1), 3, 3, 0, 0);
    assert_counts(import_pieces(text, 7), 3, 0, 3, 0);
    assert_counts(import(text), 3, 0, 3, 0); /* importing again adds nothing */
    free(text);
}

static void test_import__passes_over_a_byte_order_mark_and_empty_lines(void **state) {
    (void)state;
    char text[1024];
    snprintf(text, sizeof text, "\xEF\xBB\xBF%s\r\n1,10,2012-01-01,M1,1996,0,D65,Ohio,TEX,\r\n\r\n", header);
    assert_counts(import_pieces(text, 2), 1, 1, 0, 0);
}

static void assert_refused(const char *row, int64_t line, const char *en, const char *zh) {
    char *text = with_header(row);
    json_t *report = import(text);
    json_t *refusal = json_array_get(json_object_get(report, "refusals"), 0);
    assert_int_equal(past_world_integer(report, "refused"), 1);
    assert_int_equal(past_world_integer(refusal, "line"), line);
    assert_non_null(strstr(json_string_value(json_object_get(refusal, "en")), en));
    assert_non_null(strstr(json_string_value(json_object_get(refusal, "zh")), zh));
    json_decref(report);
    free(text);
}

static void test_import__tells_bad_rows_by_line_and_goes_on(void **state) {
    (void)state;
    assert_refused("1,10,2012-02-30,M,1996,0,D65,Ohio,TEX,\n9,10,2012-02-20,M,1996,0,D65,Ohio,TEX,\n", 2,
        "Line 2, date: '2012-02-30'", "第 2 行");
    assert_refused("1,ten,2012-02-20,M,1996,0,D65,Ohio,TEX,\n", 2, "price: 'ten'", "price");
    assert_refused("1,0,2012-02-20,M,1996,0,D65,Ohio,TEX,\n", 2, "price: '0'", "price");
    assert_refused("1,-5,2012-02-20,M,1996,0,D65,Ohio,TEX,\n", 2, "price: '-5'", "price");
    assert_refused("1,10,2012-02-20,M,1996,0,D65,Ohio,SSL,\n", 2, "category: 'SSL'", "category");
    assert_refused("1,10,2012-02-20,M,abc,0,D65,Ohio,TEX,\n", 2, "year: 'abc'", "year");
    assert_refused("1,10,2012-02-20,M,1996,-1,D65,Ohio,TEX,\n", 2, "hours: '-1'", "hours");
    assert_refused("1,10,2012-02-20,M,1996,0,,Ohio,TEX,\n", 2, "model", "model");
    assert_refused("1,10,2012-02-20,M,1996,0,D65,Ohio\n", 2, "as many fields as the header", "header");
    assert_refused("1,10,2012-02-20,M,1996,0,\"D65\"x,Ohio,TEX,\n", 2, "after a closing quote", "quote");
    assert_refused(
        "\"a\nb\",10,2012-02-20,M,1996,0,D65,Ohio,TEX,\n3,x,2012-02-20,M,1996,0,D65,Ohio,TEX,\n", 4, "Line 4", "第 4 行");
    assert_refused("1,10,2012-02-20,M,1996,0,\"D65,Ohio,TEX,\n", 2, "a closing quote", "quote");
    assert_refused("1,10,2012-02-20,M,1996,0,D\xFF,Ohio,TEX,\n", 2, "plain UTF-8", "UTF-8");
}

static void test_import__of_more_than_a_batch_stores_all(void **state) {
    (void)state;
    enum { ROWS = 2500 };
    char *text = malloc(ROWS * 80 + sizeof header), *at = text;
    at += sprintf(at, "%s", header);
    for (int i = 0; i < ROWS; i++) at += sprintf(at, "%d,%d.5,2012-01-%02d,M%d,1996,0,D65,Ohio,TEX,\n", i, 1000 + i, 1 + i % 31, i);
    assert_counts(import_pieces(text, 4096), ROWS, ROWS, 0, 0);
    int64_t count = 0, bad = 0;
    assert_int_equal(dealer_journal_verify(session, &count, &bad), DEALER_OK);
    assert_int_equal(bad, 0);
    assert_int_equal(count, 1 + 3); /* the session, three batches */
    free(text);
}

static void assert_mapping_refused(const char *text, const char *id, const char *part) {
    dealer_market_import *import = NULL;
    assert_int_equal(dealer_market_import_open(session, &import, text, strlen(text)), DEALER_E_INVALID);
    assert_null(import);
    assert_string_equal(dealer_error_id(dealer_session_error(session), 0), id);
    assert_non_null(strstr(dealer_error_message(dealer_session_error(session), 0, DEALER_LANGUAGE_EN), part));
}

static void test_mapping__is_checked_before_any_row(void **state) {
    (void)state;
    assert_mapping_refused("[]", "E_MAPPING", "an object");
    assert_mapping_refused("{\"colour\":\"x\"}", "E_MAPPING", "colour");
    assert_mapping_refused("{\"source\":{\"value\":\"a\"},\"date\":\"d\",\"price\":\"p\",\"category\":\"c\",\"model\":\"m\"}",
        "E_MAPPING", "currency");
    assert_mapping_refused("{\"date\":\"d\"}", "E_MAPPING", "source");
    assert_mapping_refused("{\"date\":{\"column\":\"d\",\"formatt\":\"x\"}}", "E_MAPPING", "formatt");
    assert_mapping_refused("{\"options\":7}", "E_MAPPING", "options");
    assert_mapping_refused("{", "E_JSON_UNFINISHED", "line");
}

static void test_import__without_a_mapped_column_names_it_and_ends(void **state) {
    (void)state;
    static const char text[] = "SalesID,SalePrise,saledate\n";
    dealer_market_import *import = begin(mapping);
    assert_int_equal(dealer_market_import_feed(session, import, text, sizeof text - 1), DEALER_E_INVALID);
    assert_string_equal(dealer_error_id(dealer_session_error(session), 0), "E_IMPORT_COLUMN");
    assert_non_null(strstr(dealer_error_message(dealer_session_error(session), 0, DEALER_LANGUAGE_EN), "did you mean SalePrise"));
    assert_int_equal(dealer_market_import_feed(session, import, text, 1), DEALER_E_STATE);
    dealer_text *report = NULL;
    assert_int_equal(dealer_market_import_finish(session, &report, import), DEALER_E_STATE);
    dealer_market_import_free(import);
    import = begin(mapping);
    assert_int_equal(dealer_market_import_finish(session, &report, import), DEALER_E_INVALID); /* nothing at all */
    assert_string_equal(dealer_error_id(dealer_session_error(session), 0), "E_IMPORT_HEADER");
    dealer_market_import_free(import);
}

static void test_import__in_a_transaction_of_the_host_is_rolled_back_with_it(void **state) {
    (void)state;
    char *text = with_header(rows);
    assert_int_equal(dealer_session_begin(session), DEALER_OK);
    assert_counts(import(text), 3, 3, 0, 0);
    assert_int_equal(dealer_session_rollback(session), DEALER_OK);
    assert_counts(import(text), 3, 3, 0, 0);
    free(text);
}

static void test_import__refuses_misuse_and_closes_in_any_order(void **state) {
    (void)state;
    dealer_market_import *import = NULL;
    dealer_text *report = NULL;
    assert_int_equal(dealer_market_import_open(session, NULL, "{}", 2), DEALER_E_MISUSE);
    assert_int_equal(dealer_market_import_open(session, &import, NULL, 0), DEALER_E_MISUSE);
    assert_int_equal(dealer_market_import_open(NULL, &import, "{}", 2), DEALER_E_MISUSE);
    assert_int_equal(dealer_market_import_feed(session, NULL, "", 0), DEALER_E_MISUSE);
    import = begin(mapping);
    assert_int_equal(dealer_market_import_feed(NULL, import, "", 0), DEALER_E_MISUSE);
    assert_int_equal(dealer_market_import_feed(session, import, NULL, 5), DEALER_E_MISUSE);
    assert_int_equal(dealer_market_import_finish(session, NULL, import), DEALER_E_MISUSE);
    assert_int_equal(dealer_market_import_finish(session, &report, NULL), DEALER_E_MISUSE);
    dealer_session_close(session);
    dealer_store_close(store);
    dealer_market_import_free(import);
    dealer_market_import_free(NULL);
    open_store(NULL);
}

static json_t *statistics(const char *query) {
    dealer_text *text = NULL;
    story_must(dealer_market_statistics(session, &text, query, strlen(query)), dealer_session_error(session), "statistics");
    return past_world_json(text);
}

static void test_statistics__count_quartiles_and_leave_outliers_out(void **state) {
    (void)state;
    char text[4096], *at = text;
    at += sprintf(at, "%s", header);
    for (int i = 1; i <= 9; i++)
        at += sprintf(at, "%d,%d,2012-01-%02d,,%d,%d,PC200,,TEX,\n", i, i * 100, i, i <= 5 ? 2001 : 2002, i <= 5 ? 1000 : 2500);
    at += sprintf(at, "10,99999,2012-01-10,,2002,2500,PC200,,TEX,\n11,7,2012-01-11,,2002,,D65,,WL,\n");
    json_decref(import(text));
    json_t *answer = statistics("{\"currency\":\"USD\",\"category\":\"excavator\",\"model\":\"PC200\"}");
    assert_int_equal(past_world_integer(answer, "count"), 10);
    assert_int_equal(past_world_integer(answer, "outliers"), 1);
    assert_int_equal(past_world_integer(answer, "low.amount_minor"), 10000);
    assert_int_equal(past_world_integer(answer, "high.amount_minor"), 90000);
    assert_int_equal(past_world_integer(answer, "median.amount_minor"), 55000);
    assert_int_equal(past_world_integer(answer, "average.amount_minor"), 50000);
    json_t *groups = json_object_get(answer, "groups");
    assert_int_equal(json_array_size(groups), 2);
    assert_int_equal(past_world_integer(json_array_get(groups, 0), "year"), 2002);
    assert_int_equal(past_world_integer(json_array_get(groups, 0), "hours_from"), 2000);
    assert_int_equal(past_world_integer(json_array_get(groups, 1), "count"), 5);
    json_decref(answer);
    answer = statistics("{\"currency\":\"USD\",\"from\":\"2012-01-03\",\"to\":\"2012-01-05\"}");
    assert_int_equal(past_world_integer(answer, "count"), 2);
    json_decref(answer);
    answer = statistics("{\"currency\":\"EUR\"}");
    assert_true(json_is_null(answer));
    json_decref(answer);
    dealer_text *none = NULL;
    assert_int_equal(dealer_market_statistics(session, &none, "{}", 2), DEALER_E_INVALID);
    assert_int_equal(dealer_market_statistics(session, NULL, "{}", 2), DEALER_E_MISUSE);
}

static void test_outcomes__set_what_a_machine_fetched_against_its_valuation(void **state) {
    (void)state;
    struct past_world world;
    dealer_text *text = NULL;
    past_world_open(&world, "outcomes", 3);
    story_must(dealer_trade_in_outcomes(world.story.system, &text), dealer_session_error(world.story.system), "outcomes");
    json_t *report = past_world_json(text);
    assert_int_equal(past_world_integer(report, "trade_ins"), 1); /* the others are too dear for the first approver alone */
    assert_int_equal(past_world_integer(report, "resold"), 0);
    json_decref(report);
    static const char sales[] =
        "[{\"source\":\"x\",\"key\":\"1\",\"date\":\"2026-05-01\",\"price\":{\"amount_minor\":40000000,\"currency\":\"CNY\"},"
        "\"category\":\"excavator\",\"model\":\"PC200-8\",\"serial\":\"SN-0\"},"
        "{\"source\":\"x\",\"key\":\"2\",\"date\":\"2025-05-01\",\"price\":{\"amount_minor\":1,\"currency\":\"CNY\"},"
        "\"category\":\"excavator\",\"model\":\"PC200-8\",\"serial\":\"SN-0\"}]"; /* before the trade-in: no resale */
    story_must(
        dealer_market_add(world.story.system, NULL, sales, sizeof sales - 1), dealer_session_error(world.story.system), "add");
    story_must(dealer_trade_in_outcomes(world.story.system, &text), dealer_session_error(world.story.system), "outcomes");
    report = past_world_json(text);
    assert_int_equal(past_world_integer(report, "resold"), 1);
    json_t *row = json_array_get(json_object_get(report, "rows"), 0);
    int64_t valuation = past_world_integer(row, "valuation"), allowance = past_world_integer(row, "allowance");
    assert_int_equal(past_world_integer(row, "document"), story_document(&world.story, "t0"));
    assert_string_equal(json_string_value(json_object_get(row, "through")), "market");
    assert_int_equal(past_world_integer(row, "over_allowance"), allowance - valuation);
    assert_int_equal(past_world_integer(row, "washout"), 40000000 - allowance);
    assert_int_equal(past_world_integer(row, "error"), 40000000 - valuation);
    json_decref(report);
    past_world_close(&world);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, open_store, close_store)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_import__reads_pieces_of_any_size_alike),
        ROW(test_import__passes_over_a_byte_order_mark_and_empty_lines),
        ROW(test_import__tells_bad_rows_by_line_and_goes_on),
        ROW(test_import__of_more_than_a_batch_stores_all),
        ROW(test_mapping__is_checked_before_any_row),
        ROW(test_import__without_a_mapped_column_names_it_and_ends),
        ROW(test_import__in_a_transaction_of_the_host_is_rolled_back_with_it),
        ROW(test_import__refuses_misuse_and_closes_in_any_order),
        ROW(test_statistics__count_quartiles_and_leave_outliers_out),
        ROW(test_outcomes__set_what_a_machine_fetched_against_its_valuation),
    };
    return cmocka_run_group_tests_name("market", tests, NULL, NULL);
}
