/* Predicates: from JSON, built by hand, and held against an evaluator that knows nothing of them. */
#include "base/text.h"
#include "catalogue/messages.h"
#include "catalogue/predicate.h"
#include "support/case_file.h"
#include "support/failing_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct case_file file;
static struct catalogue *catalogue;
static const struct catalogue_type *trial;
static struct document *sample; /* the document of the case file */
static struct region region;

static const struct catalogue_field *field(const char *name) {
    const struct catalogue_field *found = catalogue_field(trial, name);
    assert_non_null(found);
    return found;
}

static struct value integer(int64_t number) {
    return value_of_integer(number);
}

static const struct predicate *parse_text(const char *text, dealer_status *status_out) {
    struct json *json = NULL;
    const struct predicate *predicate = NULL;
    error_clear(&file.env.error);
    assert_int_equal(json_parse(&file.env, text, strlen(text), false, &json), DEALER_OK);
    *status_out = predicate_parse(&file.env, &region, trial, json_root(json), &predicate);
    json_free(json); /* the predicate holds copies */
    return predicate;
}

static void test_case(void **state) {
    const struct case_state *given = *state;
    const struct predicate *predicate = NULL;
    const char *error = json_get_text(given->item, "error"), *path = json_get_text(given->item, "path");
    const char *cause = json_get_text(given->item, "cause"), *closest = json_get_text(given->item, "closest");
    error_clear(&file.env.error);
    dealer_status status = predicate_parse(&file.env, &region, trial, json_get(given->item, "condition"), &predicate);
    const struct error_entry *told = file.env.error.entries;
    if (!error) {
        if (status) fail_msg("%s", told[0].en);
        assert_int_equal(predicate_holds(predicate, sample, NULL), json_is_true(json_get(given->item, "holds")));
        return;
    }
    assert_int_equal(status, DEALER_E_INVALID);
    assert_string_equal(told[0].message->id, error);
    if (strncmp(told[0].en, path, strlen(path)) != 0) fail_msg("\"%s\" is not at %s", told[0].en, path);
    if (closest && !strstr(told[0].en, closest)) fail_msg("\"%s\" does not suggest %s", told[0].en, closest);
    if (cause) assert_string_equal(told[1].message->id, cause);
    assert_null(predicate);
}

/* A tree where department n stands at order n, and odd ones are unknown. */
static int32_t order_of(const void *user_data, int64_t department) {
    (void)user_data;
    return department % 2 ? -1 : (int32_t)department;
}

static void test_under__asks_the_order_of_the_department(void **state) {
    (void)state;
    const struct predicate_world world = {NULL, order_of};
    const struct predicate *under = predicate_under(&file.env, &region, field("office"), 4, 8);
    static const struct {
        int64_t office;
        bool holds;
    } rows[] = {{2, false}, {4, true}, {5, false}, {8, true}, {10, false}};
    struct document *document = NULL;
    assert_int_equal(document_new(&file.env, trial, &document), DEALER_OK);
    assert_false(predicate_holds(under, document, &world));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        document_put_integer(&file.env, document, field("office")->index, rows[i].office);
        assert_int_equal(predicate_holds(under, document, &world), rows[i].holds);
        assert_false(predicate_holds(under, document, NULL));
    }
    document_free(document);
}

static void test_participant__is_what_the_document_says_of_the_asker(void **state) {
    (void)state;
    const struct predicate *participant = predicate_participant(&file.env, &region, 7);
    assert_int_equal(participant->value.integer, 7);
    assert_false(predicate_holds(participant, sample, NULL));
    sample->participant = true;
    assert_true(predicate_holds(participant, sample, NULL));
    sample->participant = false;
}

static void test_combine__flattens_and_folds(void **state) {
    (void)state;
    struct env *env = &file.env;
    const struct predicate *yes = predicate_constant(true), *no = predicate_constant(false);
    const struct predicate *a = predicate_compare(env, &region, field("hours"), OPERATOR_EQ, integer(1));
    const struct predicate *b = predicate_empty(env, &region, field("title"));
    const struct predicate *both = predicate_combine(env, &region, PREDICATE_ALL, (const struct predicate *[]){a, b}, 2);
    const struct predicate *nested = predicate_combine(env, &region, PREDICATE_ALL, (const struct predicate *[]){yes, both, a}, 3);
    assert_int_equal(nested->kind, PREDICATE_ALL);
    assert_int_equal(nested->child_count, 3);
    assert_ptr_equal(nested->children[1], b);
    assert_ptr_equal(predicate_combine(env, &region, PREDICATE_ALL, (const struct predicate *[]){yes, a}, 2), a);
    assert_ptr_equal(predicate_combine(env, &region, PREDICATE_ALL, (const struct predicate *[]){a, no}, 2), no);
    assert_ptr_equal(predicate_combine(env, &region, PREDICATE_ANY, (const struct predicate *[]){a, yes}, 2), yes);
    assert_ptr_equal(predicate_combine(env, &region, PREDICATE_ANY, (const struct predicate *[]){no, no}, 2), no);
    assert_ptr_equal(predicate_combine(env, &region, PREDICATE_ALL, (const struct predicate *[]){yes, yes}, 2), yes);
    assert_ptr_equal(predicate_combine(env, &region, PREDICATE_ALL, NULL, 0), yes);
    assert_ptr_equal(predicate_combine(env, &region, PREDICATE_ANY, NULL, 0), no);
    const struct predicate *negated = predicate_not(env, &region, a);
    assert_int_equal(negated->kind, PREDICATE_NOT);
    assert_ptr_equal(predicate_not(env, &region, negated), a);
    assert_ptr_equal(predicate_not(env, &region, yes), no);
    assert_ptr_equal(predicate_not(env, &region, no), yes);
}

static void test_in_integers__sorts_and_drops_doubles(void **state) {
    (void)state;
    const int64_t ids[] = {9, -3, 9, INT64_MAX, 0, -3, INT64_MIN};
    const struct predicate *in = predicate_in_integers(&file.env, &region, field("machine"), ids, 7);
    assert_int_equal(in->value_count, 5);
    for (int i = 1; i < in->value_count; i++) assert_true(in->values[i - 1].integer < in->values[i].integer);
    assert_ptr_equal(predicate_in_integers(&file.env, &region, field("machine"), NULL, 0), predicate_constant(false));
}

static void test_parse__money_with_a_currency_adds_the_currency(void **state) {
    (void)state;
    dealer_status status;
    const struct predicate *made =
        parse_text("{\"field\":\"price\",\"op\":\"<\",\"value\":{\"amount_minor\":5,\"currency\":\"CNY\"}}", &status);
    assert_int_equal(status, DEALER_OK);
    assert_int_equal(made->kind, PREDICATE_ALL);
    assert_int_equal(made->child_count, 2);
    assert_ptr_equal(made->children[0]->field, &trial->fields[COMMON_CURRENCY]);
    assert_string_equal(made->children[0]->value.text, "CNY");
    assert_int_equal(made->children[1]->value.integer, 5);
}

/* {"not":{"not":...null}} of a given depth. */
static char *nested_text(int depth) {
    struct text text;
    text_init(&text, &file.env);
    for (int i = 1; i < depth; i++) text_add(&text, "{\"not\":");
    text_add(&text, "{\"field\":\"hours\",\"op\":\"empty\"}");
    for (int i = 1; i < depth; i++) text_add(&text, "}");
    assert_int_equal(text.status, DEALER_OK);
    return text.data;
}

static void test_parse__nests_sixteen_deep_at_most(void **state) {
    (void)state;
    for (int depth = 16; depth <= 17; depth++) {
        dealer_status status;
        char *text = nested_text(depth);
        parse_text(text, &status);
        assert_int_equal(status, depth == 16 ? DEALER_OK : DEALER_E_TOO_LARGE);
        if (status) assert_string_equal(file.env.error.entries[0].message->id, "E_PREDICATE_DEPTH");
        env_free(&file.env, text);
    }
}

static void test_parse__has_a_thousand_parts_at_most(void **state) {
    (void)state;
    static const char *const wholes[] = {"{\"any\":[%s]}", "{\"field\":\"hours\",\"op\":\"in\",\"value\":[%s]}"};
    static const char *const parts[] = {"null", "1"};
    for (int shape = 0; shape < 2; shape++) {
        for (int count = 999; count <= 1000; count++) {
            struct text list;
            static char whole[8000];
            dealer_status status;
            text_init(&list, &file.env);
            for (int i = 0; i < count; i++) {
                text_add(&list, i ? "," : "");
                text_add(&list, parts[shape]);
            }
            snprintf(whole, sizeof whole, wholes[shape], text_string(&list));
            parse_text(whole, &status);
            assert_int_equal(status, count == 999 ? DEALER_OK : DEALER_E_TOO_LARGE);
            if (status) assert_string_equal(file.env.error.entries[0].message->id, "E_PREDICATE_SIZE");
            text_finish(&list);
        }
    }
    dealer_status status;
    static char many[20000] = "{\"all\":[";
    for (int i = 0; i < 600; i++) strcat(many, i ? ",{\"not\":null}" : "{\"not\":null}");
    strcat(many, "]}");
    parse_text(many, &status);
    assert_int_equal(status, DEALER_E_TOO_LARGE);
}

/* ---- the property: JSON read by a naive evaluator and the predicate parsed from it always agree ---- */

static uint64_t seed = 20260131;

static int draw(int below) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((seed >> 33) % (uint64_t)below);
}

static const char *const texts[] = {"a", "ab", "abc", "b", "小", "小松", "Z", "a b"};
static const char *const days[] = {"2026-01-01", "2026-01-31", "2026-02-28", "2027-12-31"};
static const char *const colours[] = {"yellow", "orange"};
static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">=", "in", "starts_with", "empty"};

#define PICK(list) list[draw((int)(sizeof list / sizeof *list))]

/* A random value that the field can be compared with. */
static json_value *random_value(struct json *json, const char *name) {
    if (strcmp(name, "title") == 0) {
        const char *text = PICK(texts);
        return json_new_text(json, text, strlen(text));
    }
    if (strcmp(name, "day") == 0) return json_new_text(json, PICK(days), 10);
    if (strcmp(name, "colour") == 0) return json_new_text(json, PICK(colours), 6);
    if (strcmp(name, "urgent") == 0) return json_new_boolean(json, draw(2));
    if (strcmp(name, "price") == 0) {
        json_value *money = json_new_object(json);
        json_set_integer(json, money, "amount_minor", draw(4));
        json_set_text(json, money, "currency", draw(4) ? "CNY" : "USD");
        return money;
    }
    return json_new_integer(json, draw(5) + 1);
}

static json_value *random_comparison(struct json *json) {
    static const char *const names[] = {"title", "hours", "price", "rate", "urgent", "day", "colour", "machine", "office"};
    json_value *object = json_new_object(json);
    const char *name = PICK(names), *op = PICK(operators);
    bool ordered = strcmp(name, "urgent") && strcmp(name, "colour") && strcmp(name, "machine") && strcmp(name, "office");
    if (!ordered && strpbrk(op, "<>")) op = "!=";
    if (strcmp(name, "title") && strcmp(op, "starts_with") == 0) op = "=";
    json_set_text(json, object, "field", name);
    json_set_text(json, object, "op", op);
    if (strcmp(op, "in") == 0) {
        json_value *list = json_new_array(json);
        for (int i = draw(4); i > 0; i--) json_push(json, list, random_value(json, name));
        for (size_t i = 0; strcmp(name, "price") == 0 && i < json_count(list); i++)
            json_set_text(json, json_at(list, i), "currency", "CNY");
        json_set(json, object, "value", list);
    } else if (strcmp(op, "empty") != 0) {
        json_set(json, object, "value", random_value(json, name));
    }
    return object;
}

static json_value *random_condition(struct json *json, int depth) {
    int shape = depth > 4 ? 9 : draw(10);
    if (shape > 4) return random_comparison(json);
    if (shape == 4) return json_new_null(json);
    json_value *object = json_new_object(json);
    if (shape == 3) {
        json_set(json, object, "not", random_condition(json, depth + 1));
        return object;
    }
    json_value *list = json_new_array(json);
    for (int i = draw(4); i > 0; i--) json_push(json, list, random_condition(json, depth + 1));
    json_set(json, object, shape == 2 ? "any" : "all", list);
    return object;
}

static struct document *random_document(void) {
    static const char *const names[] = {"title", "hours", "rate", "urgent", "day", "colour", "machine", "office"};
    struct document *document = NULL;
    struct json *json = NULL;
    assert_int_equal(document_new(&file.env, trial, &document), DEALER_OK);
    assert_int_equal(json_new(&file.env, &json), DEALER_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (draw(4))
            assert_int_equal(document_set_json(&file.env, document, field(names[i]), random_value(json, names[i])), DEALER_OK);
    if (draw(4)) assert_int_equal(document_set_json(&file.env, document, field("price"), random_value(json, "price")), DEALER_OK);
    json_free(json);
    return document;
}

/* -1, 0, 1; the JSON forms of two values of one field, *comparable false for two currencies. */
static int naive_order(const json_value *left, const json_value *right, bool *comparable) {
    *comparable = true;
    if (json_kind(left) == JSON_TEXT) {
        const unsigned char *a = (const unsigned char *)json_text(left), *b = (const unsigned char *)json_text(right);
        while (*a && *a == *b) a++, b++;
        return (*a > *b) - (*a < *b);
    }
    if (json_kind(left) == JSON_BOOLEAN) return json_is_true(left) - json_is_true(right);
    if (json_kind(left) == JSON_OBJECT) {
        *comparable = strcmp(json_get_text(left, "currency"), json_get_text(right, "currency")) == 0;
        left = json_get(left, "amount_minor");
        right = json_get(right, "amount_minor");
    }
    int64_t a = json_integer(left, 0), b = json_integer(right, 0);
    return (a > b) - (a < b);
}

static bool naive_compare(const json_value *have, const char *op, const json_value *value) {
    bool comparable;
    if (strcmp(op, "starts_with") == 0) return strncmp(json_text(have), json_text(value), json_text_length(value)) == 0;
    int order = naive_order(have, value, &comparable);
    if (!comparable) return false;
    if (strcmp(op, "=") == 0) return order == 0;
    if (strcmp(op, "!=") == 0) return order != 0;
    if (order == 0) return op[1] == '=';
    return op[0] == (order < 0 ? '<' : '>');
}

static bool naive_holds(const json_value *condition, const json_value *document) {
    const json_value *list = json_get(condition, "all") ? json_get(condition, "all") : json_get(condition, "any"), *item;
    if (json_kind(condition) == JSON_NULL) return true;
    if (json_get(condition, "not")) return !naive_holds(json_get(condition, "not"), document);
    if (list) {
        size_t holding = 0;
        for (struct json_cursor cursor = json_each(list); (item = json_next(&cursor, NULL));)
            holding += naive_holds(item, document);
        return json_get(condition, "all") ? holding == json_count(list) : holding > 0;
    }
    const char *op = json_get_text(condition, "op");
    const json_value *have = json_get(document, json_get_text(condition, "field")), *value = json_get(condition, "value");
    if (strcmp(op, "empty") == 0) return have == NULL;
    if (!have) return false;
    if (strcmp(op, "in") != 0) return naive_compare(have, op, value);
    for (struct json_cursor cursor = json_each(value); (item = json_next(&cursor, NULL));)
        if (naive_compare(have, "=", item)) return true;
    return false;
}

static void check_one_world(void) {
    struct json *json = NULL;
    struct region local;
    const struct predicate *predicate = NULL;
    region_init(&local, &file.seams);
    assert_int_equal(json_new(&file.env, &json), DEALER_OK);
    json_value *condition = random_condition(json, 1);
    if (predicate_parse(&file.env, &local, trial, condition, &predicate)) fail_msg("%s", file.env.error.entries[0].en);
    for (int i = 0; i < 20; i++) {
        struct document *document = random_document();
        bool expected = naive_holds(condition, document_to_json(document, json));
        if (predicate_holds(predicate, document, NULL) != expected) {
            size_t length;
            fail_msg("%s should%s hold of %s", json_write(&file.env, condition, true, false, &length), expected ? "" : " not",
                json_write(&file.env, document_to_json(document, json), true, false, &length));
        }
        document_free(document);
    }
    region_finish(&local);
    json_free(json);
}

static void test_parsed_predicates__agree_with_a_naive_evaluator(void **state) {
    (void)state;
    error_clear(&file.env.error);
    for (int i = 0; i < 3000; i++) check_one_world();
}

static void test_parse__survives_every_refused_allocation(void **state) {
    (void)state;
    static const char text[] =
        "{\"all\":[{\"any\":[{\"not\":{\"field\":\"hours\",\"op\":\"in\",\"value\":[1,2,3]}},{\"field\":\"title\",\"op\":\"in\","
        "\"value\":[\"b\",\"a\"]}]},{\"field\":\"title\",\"op\":\"starts_with\",\"value\":\"a\"},{\"field\":\"price\",\"op\":\"<\","
        "\"value\":{\"amount_minor\":1,\"currency\":\"CNY\"}},{\"field\":\"day\",\"op\":\"empty\"}]}";
    struct json *json = NULL;
    assert_int_equal(json_parse(&file.env, text, strlen(text), false, &json), DEALER_OK);
    /* A region takes blocks of many values at a time: filled up beforehand to different degrees, every piece is once the
     * one that needs a new block. */
    for (size_t filled = 0; filled < 1100; filled += 16) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        struct region local;
        const struct predicate *predicate = NULL;
        failing_allocator_init(&allocator, &seams, 0, false);
        env_init(&env, &seams);
        region_init(&local, &seams);
        region_alloc(&local, &env, 16);
        for (size_t used = 16; used < filled; used += 16) region_alloc(&local, &env, 16);
        allocator.fail_at = allocator.calls + 1;
        dealer_status status = predicate_parse(&env, &local, trial, json_root(json), &predicate);
        assert_int_equal(status, allocator.hit ? DEALER_E_NOMEM : DEALER_OK);
        assert_int_equal(predicate != NULL, status == DEALER_OK);
        region_finish(&local);
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
    }
    json_free(json);
}

/* Each builder alone, with a region that gets no first block. */
static void test_builders__answer_null_without_memory(void **state) {
    (void)state;
    for (int builder = 0; builder < 9; builder++) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        struct region local;
        const struct predicate *made = NULL, *a = predicate_empty(&file.env, &region, field("day"));
        const struct predicate *pair[] = {a, a};
        const int64_t ids[] = {1, 2};
        failing_allocator_init(&allocator, &seams, 1, true);
        env_init(&env, &seams);
        region_init(&local, &seams);
        switch (builder) {
        case 0: made = predicate_compare(&env, &local, field("hours"), OPERATOR_EQ, integer(1)); break;
        case 1: made = predicate_in_integers(&env, &local, field("hours"), ids, 2); break;
        case 2: made = predicate_under(&env, &local, field("office"), 1, 2); break;
        case 3: made = predicate_participant(&env, &local, 1); break;
        case 4: made = predicate_not(&env, &local, a); break;
        case 5: made = predicate_combine(&env, &local, PREDICATE_ALL, pair, 2); break;
        case 6: made = predicate_empty(&env, &local, field("day")); break;
        case 7: made = predicate_prefix(&env, &local, field("title"), value_of_text("a", 1)); break;
        default: made = predicate_in(&env, &local, field("title"), (struct value[]){value_of_text("a", 1)}, 1); break;
        }
        assert_null(made);
        assert_int_equal(error_status(&env.error), DEALER_E_NOMEM);
        region_finish(&local);
        env_finish(&env);
    }
}

static bool set_up(void) {
    case_file_open(&file, "fields/conditions.json");
    region_init(&region, &file.seams);
    if (catalogue_load(&file.env, json_get(file.root, "own"), &catalogue)) return false;
    trial = catalogue_type(catalogue, "trial");
    if (document_new(&file.env, trial, &sample)) return false;
    return document_merge_json(&file.env, sample, json_get(file.root, "document")) == DEALER_OK;
}

int main(void) {
    if (!set_up()) {
        fprintf(stderr, "%s\n", file.env.error.entries[0].en);
        return EXIT_FAILURE;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_under__asks_the_order_of_the_department),
        cmocka_unit_test(test_participant__is_what_the_document_says_of_the_asker),
        cmocka_unit_test(test_combine__flattens_and_folds),
        cmocka_unit_test(test_in_integers__sorts_and_drops_doubles),
        cmocka_unit_test(test_parse__money_with_a_currency_adds_the_currency),
        cmocka_unit_test(test_parse__nests_sixteen_deep_at_most),
        cmocka_unit_test(test_parse__has_a_thousand_parts_at_most),
        cmocka_unit_test(test_parsed_predicates__agree_with_a_naive_evaluator),
        cmocka_unit_test(test_parse__survives_every_refused_allocation),
        cmocka_unit_test(test_builders__answer_null_without_memory),
    };
    int failed = case_file_run(&file, test_case) + cmocka_run_group_tests(tests, NULL, NULL);
    document_free(sample);
    catalogue_free(catalogue);
    region_finish(&region);
    case_file_close(&file);
    return failed;
}
