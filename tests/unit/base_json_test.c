/* JSON: what is read, refused and built, the canonical text, and every point where memory may run out. */
#include "base/json.h"
#include "base/messages.h"
#include "support/failing_allocator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

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

static struct env *env_of(void **state) {
    return &((struct world *)*state)->env;
}

static struct json *parsed(struct env *env, const char *text) {
    struct json *json = NULL;
    if (json_parse(env, text, strlen(text), false, &json) != DEALER_OK) fail_msg("%s", env->error.entries[0].en);
    return json;
}

static void assert_written(struct env *env, const json_value *value, bool canonical, const char *expected) {
    size_t length = 0;
    char *text = json_write(env, value, canonical, false, &length);
    assert_non_null(text);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
    env_free(env, text);
}

/* ---- reading ---- */

static void test_json_parse__gives_every_kind(void **state) {
    struct env *env = env_of(state);
    struct json *json =
        parsed(env, "{\"n\":null,\"t\":true,\"f\":false,\"i\":-7,\"r\":1.5,\"s\":\"甲\\u4e59\",\"a\":[1,2,3],\"o\":{}}");
    json_value *root = json_root(json), *missing = json_get(root, "x");
    assert_int_equal(json_kind(root), JSON_OBJECT);
    assert_int_equal(json_count(root), 8);
    assert_int_equal(json_kind(json_get(root, "n")), JSON_NULL);
    assert_int_equal(json_kind(json_get(root, "t")), JSON_BOOLEAN);
    assert_true(json_is_true(json_get(root, "t")));
    assert_false(json_is_true(json_get(root, "f")));
    assert_int_equal(json_kind(json_get(root, "i")), JSON_INTEGER);
    assert_int_equal(json_get_integer(root, "i", 0), -7);
    assert_int_equal(json_get_integer(root, "r", 9), 9);
    assert_int_equal(json_get_integer(root, "x", 9), 9);
    assert_int_equal(json_kind(json_get(root, "r")), JSON_REAL);
    assert_true(json_real(json_get(root, "r"), 0) == 1.5);
    assert_true(json_real(json_get(root, "i"), 0) == -7.0);
    assert_true(json_real(json_get(root, "s"), 2.5) == 2.5);
    assert_int_equal(json_kind(json_get(root, "s")), JSON_TEXT);
    assert_string_equal(json_get_text(root, "s"), "甲乙");
    assert_int_equal(json_text_length(json_get(root, "s")), 6);
    assert_null(json_get_text(root, "i"));
    assert_int_equal(json_text_length(json_get(root, "i")), 0);
    assert_int_equal(json_kind(json_get(root, "a")), JSON_ARRAY);
    assert_int_equal(json_integer(json_at(json_get(root, "a"), 2), 0), 3);
    assert_null(json_at(json_get(root, "a"), 3));
    assert_null(json_at(root, 0));
    assert_int_equal(json_kind(missing), JSON_NONE);
    assert_int_equal(json_count(missing), 0);
    assert_int_equal(json_count(json_get(root, "s")), 0);
    assert_null(json_text(missing));
    assert_null(json_get(missing, "y"));
    json_free(json);
    json_free(NULL);
}

static void test_json_equal__is_the_same_in_everything_but_the_order_of_members(void **state) {
    static const struct {
        const char *left, *right;
        bool equal;
    } rows[] = {{"{\"a\":1,\"b\":[\"x\",null]}", "{\"b\":[\"x\",null],\"a\":1}", true}, {"[1,2]", "[2,1]", false},
        {"{\"a\":1}", "{\"a\":1,\"b\":null}", false}, {"{\"a\":1}", "{\"b\":1}", false}, {"-1", "-1", true}, {"1", "1.5", false},
        {"\"1\"", "1", false}, {"true", "false", false}, {"{\"a\":{\"b\":\"x\"}}", "{\"a\":{\"b\":\"y\"}}", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json *left = parsed(env_of(state), rows[i].left), *right = parsed(env_of(state), rows[i].right);
        assert_int_equal(json_equal(json_root(left), json_root(right)), rows[i].equal);
        assert_false(json_equal(json_root(left), NULL));
        json_free(left);
        json_free(right);
    }
}

static void test_json_parse__keeps_whole_numbers_exact(void **state) {
    struct env *env = env_of(state);
    struct json *json = parsed(env, "[9223372036854775807,-9223372036854775808,9007199254740993,0.1,1e2]");
    json_value *root = json_root(json);
    assert_true(json_integer(json_at(root, 0), 0) == INT64_MAX);
    assert_true(json_integer(json_at(root, 1), 0) == INT64_MIN);
    assert_true(json_integer(json_at(root, 2), 0) == INT64_C(9007199254740993));
    assert_int_equal(json_kind(json_at(root, 4)), JSON_REAL);
    assert_written(env, root, true, "[9223372036854775807,-9223372036854775808,9007199254740993,0.1,100.0]");
    json_free(json);
}

static void test_json_parse__takes_comments_only_when_allowed(void **state) {
    struct env *env = env_of(state);
    const char *text = "// which\n{\"a\": /* why */ 1}";
    struct json *json = NULL;
    assert_int_equal(json_parse(env, text, strlen(text), true, &json), DEALER_OK);
    assert_int_equal(json_get_integer(json_root(json), "a", 0), 1);
    json_free(json);
    assert_int_equal(json_parse(env, text, strlen(text), false, &json), DEALER_E_INVALID);
}

static void test_json_parse__reads_only_the_length_it_is_given(void **state) {
    struct env *env = env_of(state);
    struct json *json = NULL;
    assert_int_equal(json_parse(env, "[1]garbage", 3, false, &json), DEALER_OK);
    json_free(json);
}

static void test_json_parse__refuses_bad_input_and_tells_where(void **state) {
    static const struct {
        const char *text;
        const struct message *message;
        const char *part; /* of the English text */
    } rows[] = {
        {"", &E_JSON_EMPTY, "empty"},
        {" \n\t", &E_JSON_EMPTY, "empty"},
        {"[1", &E_JSON_UNFINISHED, "line 1, column 3"},
        {"{\"a\":", &E_JSON_UNFINISHED, "line 1, column 6"},
        {"[\n\"ab", &E_JSON_UNFINISHED, "line 2, column 4"},
        {"[1,]", &E_JSON_SYNTAX, "\",]\""},
        {"{\"a\":1,}", &E_JSON_SYNTAX, "line 1"},
        {"{\"甲\" 1}", &E_JSON_SYNTAX, "line 1, column 6"},
        {"{a:1}", &E_JSON_SYNTAX, "\"a:1}\""},
        {"{'a':1}", &E_JSON_SYNTAX, "column 2"},
        {"[1 2]", &E_JSON_SYNTAX, "\"2]\""},
        {"[1]]", &E_JSON_SYNTAX, "\"]\""},
        {"[1]\n\nx\ny", &E_JSON_SYNTAX, "line 3, column 1: \"x\""},
        {"[truu]", &E_JSON_SYNTAX, "truu"},
        {"[NaN]", &E_JSON_SYNTAX, "NaN"},
        {"[Infinity]", &E_JSON_SYNTAX, "Infinity"},
        {"[/*c*/1]", &E_JSON_SYNTAX, "column 2"},
        {"[+1]", &E_JSON_SYNTAX, "+1"},
        {"[\x01]", &E_JSON_SYNTAX, "0x01"},
        {"\xEF\xBB\xBF[]", &E_JSON_SYNTAX, "column 1"},
        {"[01]", &E_JSON_NUMBER, "01]"},
        {"[-]", &E_JSON_NUMBER, "line 1"},
        {"[1.]", &E_JSON_NUMBER, "line 1"},
        {"[1e]", &E_JSON_NUMBER, "line 1"},
        {"[1e999]", &E_JSON_NUMBER, "\"1e999]\""},
        {"[9223372036854775808]", &E_JSON_NUMBER, "column 2: \"9223372036854775808]\""},
        {"[18446744073709551615]", &E_JSON_NUMBER, "column 2: \"18446744073709551615]\""},
        {"18446744073709551615", &E_JSON_NUMBER, "column 1: \"18446744073709551615\""},
        {"{\"a\":\n123456789012345678901234567890123}", &E_JSON_NUMBER, "line 2, column 1: \"123456789012345678901234\""},
        {"[-9223372036854775809]", &E_JSON_NUMBER, "column 2"},
        {"[\"\\u0000\"]", &E_JSON_TEXT, "column 3"},
        {"[\"甲\",\"x\\u0000y\"]", &E_JSON_TEXT, "column 7"},
        {"{\"a\\u0000\":1}", &E_JSON_TEXT, "column 3"},
        {"[\"\xFF\"]", &E_JSON_TEXT, "0xFF"},
        {"[\"\xC0\x80\"]", &E_JSON_TEXT, "0xC0"},
        {"[\"\xED\xA0\x80\"]", &E_JSON_TEXT, "0xED"},
        {"[\"\\ud800\"]", &E_JSON_TEXT, "line 1"},
        {"[\"\\udc00\"]", &E_JSON_TEXT, "line 1"},
        {"[\"\\x41\"]", &E_JSON_TEXT, "line 1"},
        {"[\"a\nb\"]", &E_JSON_TEXT, "0x0A"},
        {"{\"a\":1,\n \"a\":2}", &E_JSON_DUPLICATE_KEY, "\"a\" stands twice in one object, again at line 2, column 3"},
        {"[{\"b\":{\"x\":1,\"y\":2,\"\\u0078\":3}}]", &E_JSON_DUPLICATE_KEY, "\"x\" stands twice"},
        {"{\"\":1,\"\":2}", &E_JSON_DUPLICATE_KEY, "\"\" stands twice"},
    };
    struct env *env = env_of(state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json *json = (struct json *)&rows;
        error_clear(&env->error);
        if (json_parse(env, rows[i].text, strlen(rows[i].text), false, &json) != DEALER_E_INVALID)
            fail_msg("taken: %s", rows[i].text);
        assert_ptr_equal(json, &rows);
        assert_int_equal(env->error.depth, 1);
        const struct error_entry *entry = &env->error.entries[0];
        if (entry->message != rows[i].message) fail_msg("%s: %s", rows[i].text, entry->message->id);
        if (strstr(entry->en, rows[i].part) == NULL) fail_msg("%s: %s", rows[i].text, entry->en);
        assert_null(strstr(entry->en, "{line}"));
        assert_null(strstr(entry->zh, "{line}"));
    }
}

static void test_json_parse__refuses_lengths_that_cannot_be(void **state) {
    struct env *env = env_of(state);
    error_clear(&env->error);
    struct json *json;
    assert_int_equal(json_parse(env, NULL, 5, false, &json), DEALER_E_INVALID);
    assert_int_equal(json_parse(env, "[]", SIZE_MAX, false, &json), DEALER_E_NOMEM);
    assert_int_equal(json_parse(env, "/*", 2, true, &json), DEALER_E_INVALID);
    assert_int_equal(json_parse(env, "[\0]", 3, false, &json), DEALER_E_INVALID);
}

static void nest(char *text, int depth, const char *open, const char *inner, const char *close) {
    *text = '\0';
    for (int i = 0; i < depth; i++) strcat(text, open);
    strcat(text, inner);
    for (int i = 0; i < depth; i++) strcat(text, close);
}

static void test_json_parse__refuses_more_than_64_levels(void **state) {
    struct env *env = env_of(state);
    struct json *json;
    static char text[4096];
    nest(text, 64, "[", "7", "]");
    assert_int_equal(json_parse(env, text, strlen(text), false, &json), DEALER_OK);
    assert_written(env, json_root(json), true, text);
    json_free(json);
    nest(text, 65, "[", "", "]");
    assert_int_equal(json_parse(env, text, strlen(text), false, &json), DEALER_E_TOO_LARGE);
    nest(text, 65, "{\"a\":", "1", "}");
    assert_int_equal(json_parse(env, text, strlen(text), false, &json), DEALER_E_TOO_LARGE);
    assert_ptr_equal(env->error.entries[0].message, &E_JSON_TOO_DEEP);
    for (size_t i = 0; i < sizeof text; i++) text[i] = '[';
    assert_int_equal(json_parse(env, text, sizeof text, false, &json), DEALER_E_INVALID);
}

/* An object of many members, the last key as given. */
static void many_members(char *text, const char *last) {
    char *at = text;
    *at++ = '{';
    for (int i = 0; i < 100; i++) at += sprintf(at, "\"k%d\":%d,", i * 37 % 100, i);
    sprintf(at, "\"%s\":0}", last);
}

static void test_json_parse__finds_a_duplicate_among_many(void **state) {
    struct env *env = env_of(state);
    struct json *json;
    char text[2048];
    many_members(text, "k100");
    assert_int_equal(json_parse(env, text, strlen(text), false, &json), DEALER_OK);
    json_free(json);
    many_members(text, "k50");
    assert_int_equal(json_parse(env, text, strlen(text), false, &json), DEALER_E_INVALID);
    assert_non_null(strstr(env->error.entries[0].en, "\"k50\""));
}

static void test_json_each__walks_objects_and_arrays_in_order(void **state) {
    struct env *env = env_of(state);
    struct json *json = parsed(env, "{\"z\":1,\"a\":[10,20,30],\"e\":{},\"f\":[]}");
    const char *key, *expected_keys = "zaef";
    json_value *item;
    for (struct json_cursor c = json_each(json_root(json)); (item = json_next(&c, &key)) != NULL;) {
        assert_int_equal(*key, *expected_keys++);
        assert_ptr_equal(item, json_get(json_root(json), key));
    }
    assert_int_equal(*expected_keys, '\0');
    int64_t expected = 10;
    for (struct json_cursor c = json_each(json_get(json_root(json), "a")); (item = json_next(&c, &key)) != NULL; expected += 10) {
        assert_null(key);
        assert_int_equal(json_integer(item, 0), expected);
    }
    assert_int_equal(expected, 40);
    static const char *const empty[] = {"e", "f", "z", "missing"};
    for (size_t i = 0; i < 4; i++) {
        struct json_cursor c = json_each(json_get(json_root(json), empty[i]));
        assert_null(json_next(&c, NULL));
        assert_null(json_next(&c, &key));
    }
    json_free(json);
}

/* ---- building and writing ---- */

static void test_json__built_is_written_as_built(void **state) {
    struct env *env = env_of(state);
    struct json *json;
    assert_int_equal(json_new(env, &json), DEALER_OK);
    assert_null(json_root(json));
    json_value *root = json_new_object(json), *list = json_new_array(json);
    json_set_text(json, root, "b", "甲\"\\/\n\x1f");
    json_set_text(json, root, "none", NULL);
    json_set_integer(json, root, "a", INT64_MIN);
    json_set_boolean(json, root, "yes", true);
    json_set(json, root, "list", list);
    json_push(json, list, json_new_real(json, 0.1));
    json_push(json, list, json_new_real(json, -2));
    json_push(json, list, json_new_integer(json, 0));
    json_push(json, list, json_new_null(json));
    json_push(json, list, json_new_boolean(json, false));
    json_push(json, list, json_new_text(json, "abcdef", 3));
    json_push(json, list, json_new_text(json, NULL, 0));
    json_push(json, list, json_copy(json, list));
    json_set_integer(json, root, "a", 5); /* replaces, in its place */
    json_set_integer(json, root, "gone", 1);
    json_remove(root, "gone");
    json_remove(root, "never");
    json_set_root(json, root);
    assert_int_equal(json_status(json), DEALER_OK);
    assert_written(env, json_root(json), false,
        "{\"b\":\"甲\\\"\\\\/\\n\\u001F\",\"none\":null,\"a\":5,\"yes\":true,"
        "\"list\":[0.1,-2.0,0,null,false,\"abc\",null,[0.1,-2.0,0,null,false,\"abc\",null]]}");
    assert_written(env, json_get(root, "list"), true, "[0.1,-2.0,0,null,false,\"abc\",null,[0.1,-2.0,0,null,false,\"abc\",null]]");
    json_free(json);
}

static void test_json_new_parsed__puts_text_into_a_document(void **state) {
    struct env *env = env_of(state);
    struct json *json;
    assert_int_equal(json_new(env, &json), DEALER_OK);
    json_value *root = json_new_object(json);
    json_set(json, root, "lines", json_new_parsed(json, "[{\"a\":1}]", 9));
    assert_written(env, root, true, "{\"lines\":[{\"a\":1}]}");
    assert_null(json_new_parsed(json, "[", 1));
    assert_int_equal(json_status(json), DEALER_E_INVALID);
    assert_null(json_new_parsed(json, "[]", 2)); /* sticky */
    assert_ptr_equal(env->error.entries[0].message, &E_JSON_UNFINISHED);
    json_free(json);
}

static void test_json__refuses_quietly_to_add_nothing_or_to_no_container(void **state) {
    struct env *env = env_of(state);
    struct json *json;
    assert_int_equal(json_new(env, &json), DEALER_OK);
    json_value *root = json_new_object(json), *number = json_new_integer(json, 1);
    json_set(json, root, "x", NULL);
    json_set(json, root, NULL, number);
    json_set(json, number, "x", json_new_null(json));
    json_set(json, NULL, "x", json_new_null(json));
    json_push(json, root, json_new_null(json));
    json_push(json, NULL, json_new_null(json));
    json_push(json, json_new_array(json), NULL);
    json_remove(NULL, "x");
    assert_null(json_copy(json, NULL));
    json_set_root(json, root);
    json_set_root(json, NULL);
    assert_ptr_equal(json_root(json), root);
    assert_int_equal(json_count(root), 0);
    assert_int_equal(json_status(json), DEALER_OK);
    json_free(json);
}

static void test_json__refuses_values_that_json_does_not_have(void **state) {
    static const double numbers[] = {NAN, INFINITY, -INFINITY};
    struct env *env = env_of(state);
    struct json *json;
    for (size_t i = 0; i < 3; i++) {
        error_clear(&env->error);
        assert_int_equal(json_new(env, &json), DEALER_OK);
        assert_null(json_new_real(json, numbers[i]));
        assert_int_equal(json_status(json), DEALER_E_INVALID);
        assert_ptr_equal(env->error.entries[0].message, &E_JSON_NOT_FINITE);
        assert_null(json_new_real(json, 1.0)); /* sticky, and told once */
        assert_null(json_new_text(json, "x", 1));
        assert_int_equal(env->error.depth, 1);
        json_free(json);
    }
    for (size_t i = 0; i < 3; i++) {
        error_clear(&env->error);
        assert_int_equal(json_new(env, &json), DEALER_OK);
        json_value *root = json_new_object(json);
        if (i == 0) assert_null(json_new_text(json, "\xFF", 1));
        if (i == 1) assert_null(json_new_text(json, "a\0b", 3));
        if (i == 2) json_set_integer(json, root, "\xFF", 1);
        assert_int_equal(json_status(json), DEALER_E_INVALID);
        assert_ptr_equal(env->error.entries[0].message, &E_TEXT_INVALID_UTF8);
        assert_int_equal(json_count(root), 0);
        json_free(json);
    }
}

static void test_json_write__canonical_is_a_fixed_point(void **state) {
    static const char *const rows[][2] = {
        {" { \"b\" : 1 , \"a\" : { \"d\" : [ ] , \"c\" : 1.50 } } ", "{\"a\":{\"c\":1.5,\"d\":[]},\"b\":1}"},
        {"{\"aa\":1,\"a\":2,\"\":3,\"甲\":4,\"Z\":5,\"\\u0061b\":6}", "{\"\":3,\"Z\":5,\"a\":2,\"aa\":1,\"ab\":6,\"甲\":4}"},
        {"[1E2,1e-7,100000000000000000000.0,0.1,-0.0,5e-324]", "[100.0,1e-7,100000000000000000000.0,0.1,-0.0,5e-324]"},
        {"\"\\u4E59\\/\\t\\u0001\"", "\"乙/\\t\\u0001\""},
        {"null", "null"},
        {"[true,false,{}]", "[true,false,{}]"},
    };
    struct env *env = env_of(state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json *json = parsed(env, rows[i][0]);
        assert_written(env, json_root(json), true, rows[i][1]);
        json_free(json);
        json = parsed(env, rows[i][1]);
        assert_written(env, json_root(json), true, rows[i][1]);
        json_free(json);
    }
}

static void test_json_write__canonical_sorts_many_members(void **state) {
    struct env *env = env_of(state);
    char text[2048], previous[16] = "";
    many_members(text, "k100");
    struct json *json = parsed(env, text), *sorted = NULL;
    size_t length;
    char *written = json_write(env, json_root(json), true, false, &length);
    assert_int_equal(json_parse(env, written, length, false, &sorted), DEALER_OK);
    const char *key;
    for (struct json_cursor c = json_each(json_root(sorted)); json_next(&c, &key) != NULL;) {
        assert_true(strcmp(previous, key) < 0);
        snprintf(previous, sizeof previous, "%s", key);
    }
    assert_int_equal(json_count(json_root(sorted)), 101);
    json_free(json);
    json_free(sorted);
    env_free(env, written);
}

static void test_json_write__pretty_breaks_lines(void **state) {
    struct env *env = env_of(state);
    struct json *json = parsed(env, "{\"b\":[1],\"a\":2}");
    char *text = json_write(env, json_root(json), true, true, NULL);
    assert_string_equal(text, "{\n  \"a\": 2,\n  \"b\": [\n    1\n  ]\n}");
    env_free(env, text);
    json_free(json);
}

static void test_json_write__refuses_nothing_and_too_deep(void **state) {
    struct env *env = env_of(state);
    assert_null(json_write(env, NULL, true, false, NULL));
    assert_int_equal(error_status(&env->error), DEALER_E_MISUSE);
    for (int objects = 0; objects < 2; objects++) {
        struct json *json;
        assert_int_equal(json_new(env, &json), DEALER_OK);
        json_value *value = json_new_integer(json, 1);
        for (int i = 0; i < 65; i++) {
            json_value *outer = objects ? json_new_object(json) : json_new_array(json);
            if (objects) {
                json_set(json, outer, "a", value);
            } else {
                json_push(json, outer, value);
            }
            value = outer;
        }
        error_clear(&env->error);
        assert_null(json_write(env, value, false, false, NULL));
        assert_int_equal(error_status(&env->error), DEALER_E_TOO_LARGE);
        json_free(json);
    }
}

static void test_json__outlives_its_env(void **state) {
    struct world *world = *state;
    struct env short_lived;
    struct json *json;
    env_init(&short_lived, &world->seams);
    assert_int_equal(json_parse(&short_lived, "[1]", 3, false, &json), DEALER_OK);
    env_finish(&short_lived);
    memset(&short_lived, 0xEE, sizeof short_lived);
    assert_int_equal(json_integer(json_at(json_root(json), 0), 0), 1);
    json_free(json);
}

/* ---- without memory ---- */

/* Reads, builds on, copies and writes; whatever fails first is the status. */
static dealer_status read_build_write(struct env *env) {
    struct json *json = NULL, *built = NULL;
    char source[2048], *text = NULL;
    many_members(source, "k100");
    dealer_status status = json_parse(env, source, strlen(source), false, &json);
    if (status != DEALER_OK) goto done;
    status = json_new(env, &built);
    if (status != DEALER_OK) goto done;
    json_value *root = json_new_object(built), *list = json_new_array(built);
    json_set(built, root, "copy", json_copy(built, json_root(json)));
    json_set(built, root, "list", list);
    json_set(built, root, "parsed", json_new_parsed(built, source, strlen(source)));
    for (int i = 0; i < 100; i++) {
        json_value *item = json_new_object(built);
        json_set_text(built, item, "name", "挖掘机");
        json_set_integer(built, item, "number", i);
        json_set_boolean(built, item, "odd", i % 2);
        json_push(built, item, json_new_null(built));
        json_set(built, item, "real", json_new_real(built, i));
        json_push(built, list, item);
    }
    json_set_root(built, root);
    status = json_status(built);
    if (status != DEALER_OK) goto done;
    text = json_write(env, json_root(built), true, false, NULL);
    if (text == NULL) status = DEALER_E_NOMEM;
done:
    env_free(env, text);
    json_free(json);
    json_free(built);
    return status;
}

static void walk(bool from_then_on) {
    struct world world;
    failing_allocator_init(&world.allocator, &world.seams, 0, false);
    env_init(&world.env, &world.seams);
    assert_int_equal(read_build_write(&world.env), DEALER_OK);
    size_t calls = world.allocator.calls;
    assert_true(calls > 10);
    for (size_t fail_at = 1; fail_at <= calls; fail_at++) {
        failing_allocator_init(&world.allocator, &world.seams, fail_at, from_then_on);
        env_init(&world.env, &world.seams);
        dealer_status status = read_build_write(&world.env);
        assert_true(world.allocator.hit);
        if (status != DEALER_E_NOMEM) fail_msg("allocation %zu: status %d", fail_at, (int)status);
        assert_int_equal(error_status(&world.env.error), DEALER_E_NOMEM);
        assert_int_equal(world.allocator.outstanding, 0);
    }
}

static void test_json__without_memory_is_nomem_wherever_it_runs_out(void **state) {
    (void)state;
    walk(false);
    walk(true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_json_parse__gives_every_kind, begin, end),
        cmocka_unit_test_setup_teardown(test_json_parse__keeps_whole_numbers_exact, begin, end),
        cmocka_unit_test_setup_teardown(test_json_parse__takes_comments_only_when_allowed, begin, end),
        cmocka_unit_test_setup_teardown(test_json_parse__reads_only_the_length_it_is_given, begin, end),
        cmocka_unit_test_setup_teardown(test_json_parse__refuses_bad_input_and_tells_where, begin, end),
        cmocka_unit_test_setup_teardown(test_json_parse__refuses_lengths_that_cannot_be, begin, end),
        cmocka_unit_test_setup_teardown(test_json_parse__refuses_more_than_64_levels, begin, end),
        cmocka_unit_test_setup_teardown(test_json_parse__finds_a_duplicate_among_many, begin, end),
        cmocka_unit_test_setup_teardown(test_json_each__walks_objects_and_arrays_in_order, begin, end),
        cmocka_unit_test_setup_teardown(test_json__built_is_written_as_built, begin, end),
        cmocka_unit_test_setup_teardown(test_json_new_parsed__puts_text_into_a_document, begin, end),
        cmocka_unit_test_setup_teardown(test_json__refuses_quietly_to_add_nothing_or_to_no_container, begin, end),
        cmocka_unit_test_setup_teardown(test_json__refuses_values_that_json_does_not_have, begin, end),
        cmocka_unit_test_setup_teardown(test_json_write__canonical_is_a_fixed_point, begin, end),
        cmocka_unit_test_setup_teardown(test_json_write__canonical_sorts_many_members, begin, end),
        cmocka_unit_test_setup_teardown(test_json_write__pretty_breaks_lines, begin, end),
        cmocka_unit_test_setup_teardown(test_json_write__refuses_nothing_and_too_deep, begin, end),
        cmocka_unit_test_setup_teardown(test_json__outlives_its_env, begin, end),
        cmocka_unit_test_setup_teardown(test_json_equal__is_the_same_in_everything_but_the_order_of_members, begin, end),
        cmocka_unit_test(test_json__without_memory_is_nomem_wherever_it_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
