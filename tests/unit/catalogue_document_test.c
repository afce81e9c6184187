/* Documents: what a host may write into them, and what they tell. */
#include "catalogue/document.h"
#include "catalogue/messages.h"
#include "support/case_file.h"
#include "support/failing_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct catalogue *catalogue;

static struct case_file file;

static struct document *new_trial(void) {
    struct document *document = NULL;
    error_clear(&file.env.error);
    assert_int_equal(document_new(&file.env, catalogue_type(catalogue, "trial"), &document), DEALER_OK);
    return document;
}

static const struct catalogue_field *trial_field(const char *name) {
    const struct catalogue_field *field = catalogue_field(catalogue_type(catalogue, "trial"), name);
    assert_non_null(field);
    return field;
}

static struct json *parse(const char *text) {
    struct json *json = NULL;
    assert_int_equal(json_parse(&file.env, text, strlen(text), false, &json), DEALER_OK);
    return json;
}

static dealer_status merge(struct document *document, const char *text) {
    struct json *json = parse(text);
    dealer_status status = document_merge_json(&file.env, document, json_root(json));
    json_free(json);
    return status;
}

static char *canonical(const json_value *value) {
    size_t length;
    char *text = json_write(&file.env, value, true, false, &length);
    assert_non_null(text);
    return text;
}

static void assert_same_json(const json_value *left, const json_value *right) {
    char *a = canonical(left), *b = canonical(right);
    assert_string_equal(a, b);
    env_free(&file.env, a);
    env_free(&file.env, b);
}

static void assert_same_values(const struct document *a, const struct document *b) {
    struct json *json = NULL;
    assert_int_equal(json_new(&file.env, &json), DEALER_OK);
    assert_same_json(document_to_json(a, json), document_to_json(b, json));
    json_free(json);
}

static void assert_error(const struct error *error, const char *id, const char *names) {
    assert_true(error->depth > 0);
    assert_string_equal(error->entries[0].message->id, id);
    if (!strstr(error->entries[0].en, names)) fail_msg("\"%s\" does not name %s", error->entries[0].en, names);
    assert_non_null(strstr(error->entries[0].zh, names));
}

static void assert_fields(const struct document *document, const json_value *fields) {
    struct json *json = NULL;
    assert_int_equal(json_new(&file.env, &json), DEALER_OK);
    json_value *all = document_to_json(document, json), *value;
    const char *key;
    for (struct json_cursor cursor = json_each(fields); (value = json_next(&cursor, &key));) {
        assert_non_null(json_get(all, key));
        assert_same_json(json_get(all, key), value);
    }
    json_free(json);
}

static void test_case(void **state) {
    const struct case_state *given = *state;
    const json_value *then = json_get(given->item, "then"), *absent;
    struct document *document = new_trial(), *before = NULL;
    if (json_get(given->item, "given"))
        assert_int_equal(document_merge_json(&file.env, document, json_get(given->item, "given")), DEALER_OK);
    assert_int_equal(document_copy(&file.env, document, &before), DEALER_OK);
    dealer_status status = document_merge_json(&file.env, document, json_get(given->item, "set"));
    if (json_get_text(then, "error")) {
        assert_int_equal(status, DEALER_E_INVALID);
        assert_error(&file.env.error, json_get_text(then, "error"), json_get_text(then, "field"));
        assert_same_values(document, before);
    } else {
        assert_int_equal(status, DEALER_OK);
        assert_fields(document, json_get(then, "fields"));
        for (struct json_cursor cursor = json_each(json_get(then, "absent")); (absent = json_next(&cursor, NULL));)
            assert_false(document_has(document, trial_field(json_text(absent))->index));
    }
    document_free(before);
    document_free(document);
}

static void test_set_text__refuses_invalid_utf8_and_nul(void **state) {
    (void)state;
    struct document *document = new_trial();
    static const struct {
        const char *field, *text;
        size_t length;
    } rows[] = {
        {"title", "a\xff", 2},
        {"title", "a\0b", 3},
        {"title", "\xc3", 1},
        {"title", "\xed\xa0\x80", 3},
        {"colour", "red\xff", 4},
        {"day", "2026-01-0\xff", 10},
        {"moment", "\xff", 1},
        {"hours", "\xff", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct catalogue_field *field = trial_field(rows[i].field);
        error_clear(&file.env.error);
        assert_int_equal(document_set_text(&file.env, document, field, rows[i].text, rows[i].length), DEALER_E_INVALID);
        assert_error(&file.env.error, "E_FIELD_UTF8", rows[i].field);
        assert_false(document_has(document, field->index));
    }
    document_free(document);
}

static void test_set_integer__is_for_numbers_truths_and_ids(void **state) {
    (void)state;
    struct document *document = new_trial();
    static const struct {
        const char *field;
        int64_t value;
        const char *id; /* NULL: accepted */
    } rows[] = {
        {"hours", 5, NULL},
        {"urgent", 1, NULL},
        {"urgent", 2, "E_FIELD_RANGE"},
        {"machine", INT64_MAX, NULL},
        {"moment", 0, NULL},
        {"hours", INT64_MIN, "E_FIELD_RANGE"},
        {"title", 5, "E_FIELD_KIND"},
        {"price", 5, "E_FIELD_KIND"},
        {"day", 5, "E_FIELD_KIND"},
        {"bids", 5, "E_FIELD_KIND"},
        {"version", 5, "E_FIELD_COMPUTED"},
        {"clerk", 0, "E_FIELD_RANGE"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        error_clear(&file.env.error);
        dealer_status status = document_set_integer(&file.env, document, trial_field(rows[i].field), rows[i].value);
        if (rows[i].id)
            assert_error(&file.env.error, rows[i].id, rows[i].field);
        else
            assert_int_equal(document_integer(document, trial_field(rows[i].field)->index), rows[i].value);
        assert_int_equal(status, rows[i].id ? DEALER_E_INVALID : DEALER_OK);
    }
    document_free(document);
}

static void test_set_money__keeps_one_currency(void **state) {
    (void)state;
    struct document *document = new_trial();
    const struct catalogue_field *price = trial_field("price");
    assert_string_equal(document_money(document, price).currency, "");
    assert_int_equal(document_set_money(&file.env, document, price, (struct money){500, "CNY"}), DEALER_OK);
    assert_int_equal(document_money(document, price).minor, 500);
    assert_string_equal(document_money(document, price).currency, "CNY");
    assert_int_equal(document_set_money(&file.env, document, price, (struct money){7, "USD"}), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_FIELD_CURRENCY", "USD");
    error_clear(&file.env.error);
    assert_int_equal(document_set_money(&file.env, document, price, (struct money){7, {'A', 'B', 'C', 'D'}}), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_FIELD_CURRENCY", "ABC");
    error_clear(&file.env.error);
    assert_int_equal(document_set_money(&file.env, document, trial_field("hours"), (struct money){7, "CNY"}), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_FIELD_KIND", "trial.hours");
    error_clear(&file.env.error);
    const struct catalogue_type *machine = catalogue_type(catalogue, "machine");
    struct document *other = NULL;
    assert_int_equal(document_new(&file.env, machine, &other), DEALER_OK);
    assert_int_equal(
        document_set_money(&file.env, other, catalogue_field(machine, "cost"), (struct money){7, "CNY"}), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_FIELD_COMPUTED", "machine.cost");
    assert_int_equal(document_money(document, price).minor, 500);
    document_free(other);
    document_free(document);
}

static void test_a_refused_amount__leaves_no_currency_behind(void **state) {
    (void)state;
    struct document *document = new_trial();
    assert_int_equal(document_set_money(&file.env, document, trial_field("price"), (struct money){-1, "CNY"}), DEALER_E_INVALID);
    assert_false(document_has(document, COMMON_CURRENCY));
    document_free(document);
}

static void test_set_text__takes_lines_as_json_text(void **state) {
    (void)state;
    struct document *document = new_trial();
    const struct catalogue_field *bids = trial_field("bids");
    const char *text = "[ {\"share\": 5, \"brand\": \"a\"} ]";
    assert_int_equal(document_set_text(&file.env, document, bids, text, strlen(text)), DEALER_OK);
    assert_string_equal(document_text(document, bids->index), "[{\"brand\":\"a\",\"share\":5}]");
    assert_int_equal(document_set_text(&file.env, document, bids, "[{", 2), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_FIELD_KIND", "trial.bids");
    assert_int_equal(file.env.error.depth, 2);
    document_free(document);
}

static void test_merge__takes_an_object_only(void **state) {
    (void)state;
    struct document *document = new_trial();
    assert_int_equal(merge(document, "[1]"), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_DOCUMENT_SHAPE", "trial");
    document_free(document);
}

static const char full[] =
    "{\"title\":\"t\",\"month\":\"2026-01\",\"hours\":1,\"price\":{\"amount_minor\":100,\"currency\":\"CNY\"},\"balance\":\"-3.00\","
    "\"rate\":5,\"urgent\":false,\"day\":\"2026-01-02\",\"moment\":5,\"colour\":\"yellow\",\"machine\":4,\"clerk\":5,"
    "\"office\":6,\"branch\":7,\"customer\":8,\"bids\":[{\"brand\":\"b\",\"price\":\"2.00\",\"final\":true}]}";

/* What a host reads it may write back, but for what the library sets. */
static void test_to_json__merged_into_another_document_gives_the_same(void **state) {
    (void)state;
    struct document *document = new_trial(), *again = new_trial();
    struct json *json = NULL;
    assert_int_equal(merge(document, full), DEALER_OK);
    assert_int_equal(json_new(&file.env, &json), DEALER_OK);
    json_value *object = document_to_json(document, json);
    assert_string_equal(json_get_text(object, "type"), "trial");
    json_remove(object, "currency");
    assert_int_equal(document_merge_json(&file.env, again, object), DEALER_OK);
    assert_same_values(document, again);
    assert_int_equal(json_kind(document_value_to_json(document, trial_field("seal"), json)), JSON_NULL);
    json_free(json);
    document_free(again);
    document_free(document);
}

static void test_copy__is_independent_and_equal(void **state) {
    (void)state;
    struct document *document = new_trial(), *copy = NULL;
    assert_int_equal(merge(document, full), DEALER_OK);
    document->participant = true;
    assert_int_equal(document_copy(&file.env, document, &copy), DEALER_OK);
    assert_same_values(document, copy);
    assert_true(copy->participant);
    document_free(document);
    assert_string_equal(document_text(copy, trial_field("title")->index), "t");
    document_free(copy);
    document_free(NULL);
}

static void test_put__is_unchecked_and_read_back(void **state) {
    (void)state;
    struct document *document = new_trial();
    assert_false(document_status_is(document, STATUS_DRAFT));
    assert_int_equal(document_put_text(&file.env, document, COMMON_STATUS, STATUS_DRAFT, strlen(STATUS_DRAFT)), DEALER_OK);
    assert_int_equal(document_put_integer(&file.env, document, COMMON_ID, 9), DEALER_OK);
    assert_true(document_status_is(document, STATUS_DRAFT));
    assert_false(document_status_is(document, STATUS_VOIDED));
    assert_int_equal(document_id(document), 9);
    assert_null(document_text(document, COMMON_ID));
    assert_int_equal(document_integer(document, COMMON_STATUS), 0);
    document_clear(document, COMMON_ID);
    assert_false(document_has(document, COMMON_ID));
    document_free(document);
}

static void test_check_complete__lists_everything_missing(void **state) {
    (void)state;
    struct document *document = new_trial();
    assert_int_equal(merge(document, "{\"bids\":[{\"brand\":\"a\"},{\"share\":5}]}"), DEALER_OK);
    assert_int_equal(document_check_complete(&file.env, document), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_FIELD_REQUIRED", "title, price, bids[1].brand");
    assert_int_equal(merge(document, full), DEALER_OK);
    error_clear(&file.env.error);
    assert_int_equal(document_check_complete(&file.env, document), DEALER_OK);
    document_free(document);
}

/* Sixty long names do not fit into an error: the list is cut with dots, never in the middle of a name. */
static void test_check_complete__cuts_a_long_list(void **state) {
    (void)state;
    static const char own[] = "{\"types\":[{\"name\":\"long\",\"en\":\"l\",\"zh\":\"l\",\"prefix\":\"LO\",\"fields\":[%s]}]}";
    char fields[12000] = "", text[13000];
    for (int i = 0; i < 60; i++)
        snprintf(fields + strlen(fields), sizeof fields - strlen(fields),
            "%s{\"name\":\"a_rather_long_name_of_a_field_%02d\",\"en\":\"f\",\"zh\":\"f\",\"kind\":\"text\",\"required\":true}",
            i ? "," : "", i);
    snprintf(text, sizeof text, own, fields);
    struct json *json = parse(text);
    struct catalogue *loaded = NULL;
    struct document *document = NULL;
    assert_int_equal(catalogue_load(&file.env, json_root(json), &loaded), DEALER_OK);
    assert_int_equal(document_new(&file.env, catalogue_type(loaded, "long"), &document), DEALER_OK);
    error_clear(&file.env.error);
    assert_int_equal(document_check_complete(&file.env, document), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_FIELD_REQUIRED", "a_rather_long_name_of_a_field_00, ");
    assert_non_null(strstr(file.env.error.entries[0].en, "_05, ... must be"));
    document_free(document);
    catalogue_free(loaded);
    json_free(json);
}

static void test_choice_error__lists_and_suggests(void **state) {
    (void)state;
    struct document *document = new_trial();
    assert_int_equal(merge(document, "{\"colour\":\"yelow\"}"), DEALER_E_INVALID);
    assert_error(&file.env.error, "E_FIELD_CHOICE", "yellow, orange");
    assert_non_null(strstr(file.env.error.entries[0].en, "Did you mean yellow?"));
    document_free(document);
}

/* Every point where memory may run out: the document is as before, or complete. */
static void test_merge__survives_every_refused_allocation(void **state) {
    (void)state;
    struct json *json = parse(full);
    bool reached_end = false;
    for (size_t n = 1; !reached_end; n++) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        struct document *document = NULL, *copy = NULL;
        struct json *out = NULL;
        failing_allocator_init(&allocator, &seams, n, false);
        env_init(&env, &seams);
        dealer_status status = document_new(&env, catalogue_type(catalogue, "trial"), &document);
        if (!status) {
            status = document_merge_json(&env, document, json_root(json));
            if (status)
                for (int i = 0; i < document->type->field_count; i++) assert_false(document_has(document, i));
            if (!status) status = document_check_complete(&env, document);
            if (!status) status = document_copy(&env, document, &copy);
            if (!status) status = json_new(&env, &out);
            if (!status && !document_to_json(document, out)) status = DEALER_E_NOMEM;
        }
        reached_end = !allocator.hit;
        assert_int_equal(status, reached_end ? DEALER_OK : DEALER_E_NOMEM);
        if (!reached_end) assert_int_equal(error_status(&env.error), DEALER_E_NOMEM);
        json_free(out);
        document_free(copy);
        document_free(document);
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
    }
    json_free(json);
}

static void test_set_text__survives_refused_allocations_of_lines(void **state) {
    (void)state;
    const char *text = "[{\"brand\":\"a\",\"price\":{\"amount_minor\":1,\"currency\":\"CNY\"}}]";
    bool reached_end = false;
    for (size_t n = 1; !reached_end; n++) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        struct document *document = NULL;
        failing_allocator_init(&allocator, &seams, n, false);
        env_init(&env, &seams);
        dealer_status status = document_new(&env, catalogue_type(catalogue, "trial"), &document);
        if (!status) {
            status = document_set_text(&env, document, trial_field("bids"), text, strlen(text));
            assert_int_equal(document_has(document, COMMON_CURRENCY), status == DEALER_OK);
        }
        reached_end = !allocator.hit;
        assert_int_equal(status, reached_end ? DEALER_OK : DEALER_E_NOMEM);
        document_free(document);
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
    }
}

int main(void) {
    case_file_open(&file, "fields/values.json");
    if (catalogue_load(&file.env, json_get(file.root, "own"), &catalogue)) {
        fprintf(stderr, "%s\n", file.env.error.entries[0].en);
        return EXIT_FAILURE;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_text__refuses_invalid_utf8_and_nul),
        cmocka_unit_test(test_set_integer__is_for_numbers_truths_and_ids),
        cmocka_unit_test(test_set_money__keeps_one_currency),
        cmocka_unit_test(test_a_refused_amount__leaves_no_currency_behind),
        cmocka_unit_test(test_set_text__takes_lines_as_json_text),
        cmocka_unit_test(test_merge__takes_an_object_only),
        cmocka_unit_test(test_to_json__merged_into_another_document_gives_the_same),
        cmocka_unit_test(test_copy__is_independent_and_equal),
        cmocka_unit_test(test_put__is_unchecked_and_read_back),
        cmocka_unit_test(test_check_complete__lists_everything_missing),
        cmocka_unit_test(test_check_complete__cuts_a_long_list),
        cmocka_unit_test(test_choice_error__lists_and_suggests),
        cmocka_unit_test(test_merge__survives_every_refused_allocation),
        cmocka_unit_test(test_set_text__survives_refused_allocations_of_lines),
    };
    int failed = case_file_run(&file, test_case) + cmocka_run_group_tests(tests, NULL, NULL);
    catalogue_free(catalogue);
    case_file_close(&file);
    return failed;
}
