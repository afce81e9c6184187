/* Errors: how texts are filled in and cut, how causes pile up, and that base's own messages hold together. */
#include "base/env.h"
#include "base/messages.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct message FIRST = {"FIRST", DEALER_E_IO, "disk {disk} failed", "磁盘 {disk} 故障"};
static const struct message SECOND = {"SECOND", DEALER_E_STATE, "{what} is {status}", "{what} 处于 {status}"};

static const struct message *const ALL[] = {
#define MESSAGE(id, status, en, zh) &id,
#include "base/messages.def"
#undef MESSAGE
};

static void assert_rendered(const char *pattern, const char *const *arguments, const char *expected) {
    char out[256];
    message_render(out, sizeof out, pattern, arguments);
    assert_string_equal(out, expected);
}

static void test_error_raise__fills_in_both_languages(void **state) {
    (void)state;
    struct error error = {0};
    assert_int_equal(error_raise(&error, &FIRST, "disk", "sda", NULL), DEALER_E_IO);
    assert_int_equal(error.depth, 1);
    assert_ptr_equal(error.entries[0].message, &FIRST);
    assert_string_equal(error.entries[0].en, "disk sda failed");
    assert_string_equal(error.entries[0].zh, "磁盘 sda 故障");
}

static void test_error_raise__keeps_the_first_error_as_cause_of_the_second(void **state) {
    (void)state;
    struct error error = {0};
    error_raise(&error, &FIRST, "disk", "sda", NULL);
    assert_int_equal(error_raise(&error, &SECOND, "what", "order", "status", "draft", NULL), DEALER_E_STATE);
    assert_int_equal(error.depth, 2);
    assert_string_equal(error.entries[0].en, "order is draft");
    assert_string_equal(error.entries[1].en, "disk sda failed");
    assert_int_equal(error_status(&error), DEALER_E_STATE);
}

static void test_error_raise__drops_the_outermost_when_full_and_keeps_the_root(void **state) {
    (void)state;
    struct error error = {0};
    error_raise(&error, &FIRST, "disk", "root", NULL);
    for (int64_t i = 1; i < 10; i++) error_raise(&error, &SECOND, "what", NUMBER(i), "status", "x", NULL);
    assert_int_equal(error.depth, ERROR_DEPTH);
    assert_string_equal(error.entries[0].en, "9 is x");
    assert_string_equal(error.entries[1].en, "2 is x");
    assert_string_equal(error.entries[ERROR_DEPTH - 1].en, "disk root failed");
}

static void test_error_raise__without_error_or_message_still_gives_a_status(void **state) {
    (void)state;
    struct error error = {0};
    assert_int_equal(error_raise(NULL, &FIRST, "disk", "sda", NULL), DEALER_E_IO);
    assert_int_equal(error_raise(&error, NULL, NULL), DEALER_E_INTERNAL);
    assert_int_equal(error.depth, 0);
    assert_int_equal(error_nomem(NULL), DEALER_E_NOMEM);
    assert_int_equal(error_status(NULL), DEALER_OK);
    error_clear(NULL);
}

static void test_error_raise__takes_no_more_than_sixteen_arguments(void **state) {
    (void)state;
    struct error error = {0};
    const struct message message = {"M", DEALER_E_INVALID, "{a} {last}", "{a} {last}"};
    error_raise(&error, &message, "a", "1", "b", "", "c", "", "d", "", "e", "", "f", "", "g", "", "h", "", "i", "", "j", "", "k",
        "", "l", "", "m", "", "n", "", "o", "", "p", "", "last", "17", NULL);
    assert_string_equal(error.entries[0].en, "1 {last}");
}

static void test_error_nomem__is_told_once(void **state) {
    (void)state;
    struct error error = {0};
    assert_int_equal(error_nomem(&error), DEALER_E_NOMEM);
    assert_int_equal(error_nomem(&error), DEALER_E_NOMEM);
    assert_int_equal(error.depth, 1);
    assert_string_equal(error.entries[0].message->id, "E_NOMEM");
    error_raise(&error, &FIRST, "disk", "sda", NULL);
    error_nomem(&error);
    assert_int_equal(error.depth, 3);
}

static void test_error_clear__forgets(void **state) {
    (void)state;
    struct error error = {0};
    error_nomem(&error);
    error_clear(&error);
    assert_int_equal(error_status(&error), DEALER_OK);
}

static void test_message_render__prints_unknown_arguments_as_they_are(void **state) {
    (void)state;
    const char *const arguments[] = {"a", "1", "b", NULL, NULL};
    assert_rendered("", arguments, "");
    assert_rendered(NULL, arguments, "");
    assert_rendered("{a}{a} {b} {c} {} {a", arguments, "11 (null) {c} {} {a");
    assert_rendered("{{a}} }{", arguments, "{1} }{");
    assert_rendered("{a}", NULL, "{a}");
    message_render(NULL, 10, "x", NULL);
    char untouched = 'x';
    message_render(&untouched, 0, "y", NULL);
    assert_int_equal(untouched, 'x');
}

static void test_message_render__keeps_one_line_of_valid_text_whatever_is_passed(void **state) {
    (void)state;
    const char *const arguments[] = {"v",
        "a\nb\tc\rd\x01\xff\xe4\xbd"
        "e\xE2\x80\xAE甲",
        NULL};
    assert_rendered("{v}", arguments, "a b c d???e?甲");
}

static void test_message_render__cuts_between_characters(void **state) {
    (void)state;
    for (size_t size = 1; size < 12; size++) {
        char out[16];
        message_render(out, size, "甲a乙丙", NULL);
        assert_true(strlen(out) < size);
        assert_true(utf8_is_valid(out, strlen(out)));
        assert_int_equal(strncmp(out, "甲a乙丙", strlen(out)), 0);
        assert_true(strlen(out) + 3 >= size - 1 || strlen(out) == 10);
    }
}

static void test_message_render__gives_a_long_value_half_of_the_room(void **state) {
    (void)state;
    char value[1000], out[ERROR_TEXT_SIZE];
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    const char *const arguments[] = {"v", value, NULL};
    message_render(out, sizeof out, "{v}: say less", arguments);
    assert_non_null(strstr(out, "x…: say less"));
    message_render(out, sizeof out, "{v}{v}{v}", arguments);
    assert_true(utf8_is_valid(out, strlen(out)));
    assert_int_equal(strlen(out), sizeof out - 1);
}

static void test_number_text__writes_the_extremes(void **state) {
    (void)state;
    assert_string_equal(NUMBER(INT64_MIN), "-9223372036854775808");
    assert_string_equal(NUMBER(INT64_MAX), "9223372036854775807");
    assert_string_equal(NUMBER(0), "0");
}

/* The next {name} at or after *at, or NULL. */
static const char *next_placeholder(const char **at, size_t *length) {
    const char *start = strchr(*at, '{'), *end = start == NULL ? NULL : strchr(start, '}');
    if (end == NULL) return NULL;
    *at = end + 1;
    *length = (size_t)(end - start) + 1;
    return start;
}

static void assert_all_placeholders_also_in(const struct message *message, const char *text, const char *other) {
    size_t length;
    for (const char *at = text, *name; (name = next_placeholder(&at, &length)) != NULL;) {
        char copy[64] = {0};
        assert_true(length < sizeof copy);
        memcpy(copy, name, length);
        if (strstr(other, copy) == NULL) fail_msg("%s: %s is only in one language", message->id, copy);
    }
}

static void test_messages__have_both_texts_with_the_same_arguments(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++) {
        const struct message *message = ALL[i];
        assert_int_equal(strncmp(message->id, "E_", 2), 0);
        assert_true(message->status > DEALER_OK && message->status <= DEALER_E_INTERNAL);
        assert_true(strlen(message->en) > 10 && strlen(message->zh) > 10);
        assert_true(utf8_count(message->zh, strlen(message->zh)) < strlen(message->zh));
        assert_true(strlen(message->en) < ERROR_TEXT_SIZE && strlen(message->zh) < ERROR_TEXT_SIZE);
        assert_true(utf8_is_plain(message->en, strlen(message->en)) && utf8_is_plain(message->zh, strlen(message->zh)));
        assert_all_placeholders_also_in(message, message->en, message->zh);
        assert_all_placeholders_also_in(message, message->zh, message->en);
        for (size_t j = 0; j < i; j++) assert_string_not_equal(message->id, ALL[j]->id);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_raise__fills_in_both_languages),
        cmocka_unit_test(test_error_raise__keeps_the_first_error_as_cause_of_the_second),
        cmocka_unit_test(test_error_raise__drops_the_outermost_when_full_and_keeps_the_root),
        cmocka_unit_test(test_error_raise__without_error_or_message_still_gives_a_status),
        cmocka_unit_test(test_error_raise__takes_no_more_than_sixteen_arguments),
        cmocka_unit_test(test_error_nomem__is_told_once),
        cmocka_unit_test(test_error_clear__forgets),
        cmocka_unit_test(test_message_render__prints_unknown_arguments_as_they_are),
        cmocka_unit_test(test_message_render__keeps_one_line_of_valid_text_whatever_is_passed),
        cmocka_unit_test(test_message_render__cuts_between_characters),
        cmocka_unit_test(test_message_render__gives_a_long_value_half_of_the_room),
        cmocka_unit_test(test_number_text__writes_the_extremes),
        cmocka_unit_test(test_messages__have_both_texts_with_the_same_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
