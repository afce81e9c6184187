/* Text: UTF-8 told from what only looks like it, growing text, comparison and numbers. */
#include "base/text.h"
#include "support/failing_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(literal) \
    { literal, sizeof(literal) - 1 }

struct bytes {
    const char *data;
    size_t length;
};

static void test_utf8_is_valid__accepts_every_code_point(void **state) {
    (void)state;
    for (uint32_t code = 1; code <= 0x10FFFF; code++) {
        char data[4];
        size_t length;
        if (code < 0x80) {
            data[0] = (char)code;
            length = 1;
        } else if (code < 0x800) {
            data[0] = (char)(0xC0 | code >> 6);
            data[1] = (char)(0x80 | (code & 0x3F));
            length = 2;
        } else if (code < 0x10000) {
            data[0] = (char)(0xE0 | code >> 12);
            data[1] = (char)(0x80 | (code >> 6 & 0x3F));
            data[2] = (char)(0x80 | (code & 0x3F));
            length = 3;
        } else {
            data[0] = (char)(0xF0 | code >> 18);
            data[1] = (char)(0x80 | (code >> 12 & 0x3F));
            data[2] = (char)(0x80 | (code >> 6 & 0x3F));
            data[3] = (char)(0x80 | (code & 0x3F));
            length = 4;
        }
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (utf8_is_valid(data, length) == surrogate) fail_msg("U+%04X", (unsigned)code);
        if (!surrogate && utf8_is_valid(data, length - 1) != (length == 1)) fail_msg("U+%04X cut", (unsigned)code);
    }
}

static void test_utf8_is_valid__refuses_bad_sequences(void **state) {
    (void)state;
    static const struct bytes bad[] = {
        BYTES("\0"), BYTES("a\0b"), BYTES("\x80"), BYTES("\xBF"), BYTES("a\x80"), BYTES("\xC0\x80"), BYTES("\xC0\xAF"),
        BYTES("\xC1\xBF"), BYTES("\xC2"), BYTES("\xC2\x41"), BYTES("\xC2\xC2"), BYTES("\xE0\x80\xAF"), BYTES("\xE0\x9F\xBF"),
        BYTES("\xE4\xBD"), BYTES("\xE4\xBD\x41"), BYTES("\xE4\x41\xA0"), BYTES("\xED\xA0\x80"), BYTES("\xED\xBF\xBF"),
        BYTES("\xED\xA0\xBD\xED\xB8\x80"), BYTES("\xF0\x80\x80\xAF"), BYTES("\xF0\x8F\xBF\xBF"), BYTES("\xF0\x9F\x98"),
        BYTES("\xF4\x90\x80\x80"), BYTES("\xF5\x80\x80\x80"), BYTES("\xF8\x88\x80\x80\x80"), BYTES("\xFC\x84\x80\x80\x80\x80"),
        BYTES("\xFE"), BYTES("\xFF"), BYTES("\xC8\xCB\xC3\xF1\xB1\xD2"), /* GBK */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (utf8_is_valid(bad[i].data, bad[i].length)) fail_msg("row %zu is taken for UTF-8", i);
        if (utf8_is_plain(bad[i].data, bad[i].length)) fail_msg("row %zu is taken for plain UTF-8", i);
    }
    assert_true(utf8_is_valid("", 0));
    assert_true(utf8_is_valid("挖掘机 PC200-8 €😀", strlen("挖掘机 PC200-8 €😀")));
}

static void test_utf8_is_plain__refuses_controls_that_hide_something(void **state) {
    (void)state;
    static const char *const hidden[] = {"\x01", "\x1B[31m", "\x7F", "\xC2\x80", "\xC2\x9F", "a\xD8\x9C", "\xE2\x80\x8E",
        "\xE2\x80\x8F", "\xE2\x80\xAA", "x\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9"};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (utf8_is_plain(hidden[i], strlen(hidden[i]))) fail_msg("row %zu is taken for plain", i);
        assert_true(utf8_is_valid(hidden[i], strlen(hidden[i])));
    }
    const char *plain = "一行\n\t二行\r\n\xC2\xA0\xE2\x80\xAF\xE2\x81\xA5";
    assert_true(utf8_is_plain(plain, strlen(plain)));
}

static void test_utf8_count__counts_characters(void **state) {
    (void)state;
    assert_int_equal(utf8_count("", 0), 0);
    assert_int_equal(utf8_count("a甲é😀", strlen("a甲é😀")), 4);
}

static void test_utf8_cut__ends_at_a_character(void **state) {
    (void)state;
    const char *text = "a甲😀b";
    static const size_t expected[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 9, 9};
    for (size_t limit = 0; limit <= 10; limit++) assert_int_equal(utf8_cut(text, 9, limit), expected[limit]);
    assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
    assert_int_equal(utf8_cut("\x80\x80\x80", 3, 1), 1);
}

static void test_text_equal__null_equals_null_only(void **state) {
    (void)state;
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_false(text_equal("", NULL));
    assert_true(text_equal("a", "a"));
    assert_false(text_equal("a", "b"));
}

static void test_text_distance__counts_edits(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        int distance;
    } rows[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"abc", "", 3},
        {"kitten", "sitting", 3},
        {"salesman", "salesmen", 1},
        {"status", "statsu", 2},
        {"flaw", "lawn", 2},
        {"0123456789012345678901234567890123456789012345678901234567890123", "", 64},
        {"01234567890123456789012345678901234567890123456789012345678901234", "", 64},
        {"", "01234567890123456789012345678901234567890123456789012345678901234", 64},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(text_distance(rows[i].a, rows[i].b), rows[i].distance);
        assert_int_equal(text_distance(rows[i].b, rows[i].a), rows[i].distance);
    }
}

static void test_parse_integer__takes_whole_numbers_only(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t number;
    } good[] = {{"0", 0}, {"-0", 0}, {"7", 7}, {"-7", -7}, {"007", 7}, {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN}, {"-9223372036854775807", -INT64_MAX}};
    static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "--1", "9223372036854775808",
        "-9223372036854775809", "92233720368547758070", "-92233720368547758080", "甲"};
    int64_t number;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(parse_integer(good[i].text, strlen(good[i].text), &number));
        assert_true(number == good[i].number);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        number = 77;
        if (parse_integer(bad[i], strlen(bad[i]), &number)) fail_msg("'%s' is taken for a number", bad[i]);
        assert_int_equal(number, 77);
    }
    assert_true(parse_integer("12x", 2, &number));
    assert_false(parse_integer(NULL, 0, &number));
}

/* ---- growing text ---- */

static dealer_status write_text(struct env *env) {
    struct text text;
    text_init(&text, env);
    assert_string_equal(text_string(&text), "");
    text_append(&text, "甲乙", 3);
    text_add(&text, "");
    text_add(&text, NULL);
    text_addf(&text, "-%d-%s-", 7, "x");
    text_add_integer(&text, INT64_MIN);
    size_t before = text.length;
    for (int i = 0; i < 300; i++) text_add(&text, "0123456789");
    text_addf(&text, "%500d", 1);
    dealer_status status = text.status;
    if (status == DEALER_OK) {
        assert_int_equal(text.length, before + 3000 + 500);
        assert_int_equal(strlen(text_string(&text)), text.length);
        assert_memory_equal(text_string(&text), "甲-7-x--9223372036854775808012", before + 3);
    } else {
        size_t length = text.length;
        text_add(&text, "more"); /* sticky */
        text_addf(&text, "%d", 1);
        assert_int_equal(text.length, length);
    }
    text_finish(&text);
    assert_string_equal(text_string(&text), "");
    text_finish(&text);
    return status;
}

static void test_text__grows_and_sticks_at_the_first_refusal(void **state) {
    (void)state;
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
    failing_allocator_init(&allocator, &seams, 0, false);
    env_init(&env, &seams);
    assert_int_equal(write_text(&env), DEALER_OK);
    assert_int_equal(allocator.outstanding, 0);
    size_t calls = allocator.calls;
    assert_true(calls > 3);
    for (size_t fail_at = 1; fail_at <= calls; fail_at++) {
        failing_allocator_init(&allocator, &seams, fail_at, false);
        env_init(&env, &seams);
        assert_int_equal(write_text(&env), DEALER_E_NOMEM);
        assert_int_equal(error_status(&env.error), DEALER_E_NOMEM);
        assert_int_equal(allocator.outstanding, 0);
    }
}

static void test_text__refuses_impossible_lengths_and_may_be_zeroed(void **state) {
    (void)state;
    struct seams seams;
    struct env env;
    seams_defaults(&seams);
    env_init(&env, &seams);
    struct text text, zeroed = {0};
    text_init(&text, &env);
    text_append(&text, "x", SIZE_MAX);
    assert_int_equal(text.status, DEALER_E_NOMEM);
    text_finish(&text);
    text_finish(&zeroed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_is_valid__accepts_every_code_point),
        cmocka_unit_test(test_utf8_is_valid__refuses_bad_sequences),
        cmocka_unit_test(test_utf8_is_plain__refuses_controls_that_hide_something),
        cmocka_unit_test(test_utf8_count__counts_characters),
        cmocka_unit_test(test_utf8_cut__ends_at_a_character),
        cmocka_unit_test(test_text_equal__null_equals_null_only),
        cmocka_unit_test(test_text_distance__counts_edits),
        cmocka_unit_test(test_parse_integer__takes_whole_numbers_only),
        cmocka_unit_test(test_text__grows_and_sticks_at_the_first_refusal),
        cmocka_unit_test(test_text__refuses_impossible_lengths_and_may_be_zeroed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
