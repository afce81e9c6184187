/* Loading the catalogue: the built-in declarations hold, a dealer's own are checked whole. */
#include "catalogue/catalogue.h"
#include "catalogue/load.h"
#include "catalogue/messages.h"
#include "support/case_file.h"
#include "support/failing_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct case_file file;

static struct catalogue *load(const json_value *own) {
    struct catalogue *catalogue = NULL;
    error_clear(&file.env.error);
    dealer_status status = catalogue_load(&file.env, own, &catalogue);
    if (status) fail_msg("%s", file.env.error.entries[0].en);
    return catalogue;
}

static struct json *parse(const char *text) {
    struct json *json = NULL;
    assert_int_equal(json_parse(&file.env, text, strlen(text), false, &json), DEALER_OK);
    return json;
}

static void test_case(void **state) {
    const struct case_state *given = *state;
    struct catalogue *catalogue = NULL;
    const char *error = json_get_text(given->item, "error"), *path = json_get_text(given->item, "path");
    const char *closest = json_get_text(given->item, "closest");
    error_clear(&file.env.error);
    dealer_status status = catalogue_load(&file.env, json_get(given->item, "own"), &catalogue);
    const struct error_entry *told = &file.env.error.entries[0];
    if (error) {
        assert_int_equal(status, DEALER_E_CONFIGURATION);
        assert_string_equal(told->message->id, error);
        if (strncmp(told->en, path, strlen(path)) != 0) fail_msg("\"%s\" is not at %s", told->en, path);
        if (closest && !strstr(told->en, closest)) fail_msg("\"%s\" does not suggest %s", told->en, closest);
        assert_null(catalogue);
    } else if (status) {
        fail_msg("%s", told->en);
    }
    catalogue_free(catalogue);
}

static void test_common_fields__stand_in_every_type_in_the_order_of_the_enum(void **state) {
    (void)state;
    struct catalogue *catalogue = load(NULL);
    assert_true(catalogue->type_count >= 12);
    for (int i = 0; i < catalogue->type_count; i++) {
        const struct catalogue_type *type = &catalogue->types[i];
        assert_int_equal(type->index, i);
        assert_string_equal(type->fields[COMMON_ID].name, "id");
        assert_string_equal(type->fields[COMMON_STATUS].name, "status");
        assert_string_equal(type->fields[COMMON_CURRENCY].name, "currency");
        assert_string_equal(type->fields[COMMON_VOID_REASON].name, "void_reason");
        assert_ptr_equal(catalogue_type(catalogue, type->name), type);
        for (int j = 0; j < type->field_count; j++) {
            assert_int_equal(type->fields[j].index, j);
            assert_ptr_equal(catalogue_field(type, type->fields[j].name), &type->fields[j]);
            assert_false(type->fields[j].own);
        }
    }
    catalogue_free(catalogue);
    catalogue_free(NULL);
}

static void test_references__are_resolved(void **state) {
    (void)state;
    struct catalogue *catalogue = load(NULL);
    const struct catalogue_field *category = catalogue_field(catalogue_type(catalogue, "trade_in"), "category");
    const struct catalogue_field *original = catalogue_field(catalogue_type(catalogue, "machine"), "category");
    const struct catalogue_field *bids = catalogue_field(catalogue_type(catalogue, "pre_order"), "competitors");
    assert_ptr_equal(category->choices, original->choices);
    assert_int_equal(category->choice_count, original->choice_count);
    assert_true(bids->line_count > 0);
    assert_string_equal(bids->copy_link, "visit");
    assert_string_equal(bids->copy_field, "competitors");
    assert_true(catalogue_field(catalogue_type(catalogue, "visit"), "expected_month")->month);
    catalogue_free(catalogue);
}

static void test_own_declarations__stand_behind_the_built_in_ones(void **state) {
    (void)state;
    struct json *json =
        parse("{\"types\":[{\"name\":\"note\",\"en\":\"n\",\"zh\":\"n\",\"prefix\":\"NO\",\"record\":true,"
              "\"no_approval\":true,\"fields\":[{\"name\":\"page\",\"en\":\"p\",\"zh\":\"p\",\"kind\":\"integer\","
              "\"unit\":\"pages\",\"min\":1,\"max\":9,\"required\":true}]}],"
              "\"fields\":{\"visit\":[{\"name\":\"yard\",\"en\":\"y\",\"zh\":\"y\",\"kind\":\"money\",\"on_way\":true}]}}");
    struct catalogue *catalogue = load(json_root(json));
    json_free(json); /* nothing in the catalogue points into it */
    const struct catalogue_type *note = catalogue_type(catalogue, "note"), *visit = catalogue_type(catalogue, "visit");
    const struct catalogue_field *page = catalogue_field(note, "page"), *yard = catalogue_field(visit, "yard");
    assert_true(note->own && note->record && note->no_approval && page->own && page->required);
    assert_int_equal(note->index, catalogue->type_count - 1);
    assert_string_equal(note->prefix, "NO");
    assert_int_equal(page->index, COMMON_COUNT);
    assert_string_equal(page->unit, "pages");
    assert_int_equal(page->min, 1);
    assert_int_equal(page->max, 9);
    assert_false(visit->own);
    assert_true(yard->own && yard->on_way);
    assert_int_equal(yard->index, visit->field_count - 1);
    assert_int_equal(yard->min, 0);
    assert_int_equal(yard->max, INT64_C(1000000000000000));
    catalogue_free(catalogue);
}

static void test_find__suggests_what_was_meant(void **state) {
    (void)state;
    struct catalogue *catalogue = load(NULL);
    const struct catalogue_type *type = NULL;
    const struct catalogue_field *field = NULL;
    assert_int_equal(catalogue_find_type(&file.env, catalogue, "trade_in", &type), DEALER_OK);
    assert_int_equal(catalogue_find_field(&file.env, type, "hours", &field), DEALER_OK);
    assert_string_equal(field->name, "hours");
    assert_int_equal(catalogue_find_type(&file.env, catalogue, "tradein", &type), DEALER_E_INVALID);
    assert_string_equal(file.env.error.entries[0].message->id, "E_TYPE_UNKNOWN");
    assert_non_null(strstr(file.env.error.entries[0].en, "did you mean trade_in?"));
    error_clear(&file.env.error);
    assert_int_equal(catalogue_find_field(&file.env, type, "hour", &field), DEALER_E_INVALID);
    assert_string_equal(file.env.error.entries[0].message->id, "E_FIELD_UNKNOWN");
    assert_non_null(strstr(file.env.error.entries[0].zh, "hours"));
    error_clear(&file.env.error);
    assert_int_equal(catalogue_find_type(&file.env, catalogue, NULL, &type), DEALER_E_INVALID);
    assert_int_equal(catalogue_find_field(&file.env, type, NULL, &field), DEALER_E_INVALID);
    catalogue_free(catalogue);
}

static void test_names__of_kinds_and_actions(void **state) {
    (void)state;
    assert_string_equal(field_kind_name(FIELD_TEXT), "text");
    assert_string_equal(field_kind_name(FIELD_LINES), "lines");
    assert_string_equal(field_kind_name((enum field_kind)99), "unknown");
    assert_true(field_kind_is_text(FIELD_DATE) && field_kind_is_text(FIELD_CHOICE) && field_kind_is_text(FIELD_LINES));
    assert_false(field_kind_is_text(FIELD_MONEY) || field_kind_is_text(FIELD_INSTANT));
    for (int i = 0; i < ACTION_COUNT; i++) assert_int_equal(action_of(action_name((enum document_action)i)), i);
    assert_int_equal(action_of("destroy"), -1);
    assert_int_equal(action_of(NULL), -1);
    assert_string_equal(action_name(ACTION_COUNT), "unknown");
}

/* Every text of a function, and every text that differs from it in one letter, is shorter or longer by one. */
static void test_action__of_a_type_is_told_by_the_whole_text_alone(void **state) {
    (void)state;
    struct catalogue *catalogue = load(NULL);
    for (int t = 0; t < catalogue->type_count; t++) {
        const struct catalogue_type *type = &catalogue->types[t];
        for (int action = 0; action < ACTION_COUNT; action++) {
            char text[64];
            int length = snprintf(text, sizeof text, "%s.%s", type->name, action_name((enum document_action)action));
            int expected = length <= 24 ? action : -1; /* long ones are left to the parser */
            assert_int_equal(catalogue_action(type, text), expected);
            assert_int_equal(catalogue_action(&catalogue->types[(t + 1) % catalogue->type_count], text), -1);
            for (int i = 0; i < length; i++) {
                text[i] ^= 1;
                assert_int_equal(catalogue_action(type, text), -1);
                text[i] ^= 1;
            }
            text[length] = 'x';
            text[length + 1] = '\0';
            assert_int_equal(catalogue_action(type, text), -1);
            text[length - 1] = '\0';
            assert_int_equal(catalogue_action(type, text), -1);
            assert_int_equal(catalogue_action(type, text + type->name_length), -1);
        }
        assert_int_equal(catalogue_action(type, type->name), -1);
        assert_int_equal(catalogue_action(type, ""), -1);
    }
    catalogue_free(catalogue);
}

/* The whole is told in the shape in which it is declared: loaded again it tells the same. */
static void test_to_json__tells_every_type_and_field(void **state) {
    (void)state;
    struct json *json = NULL;
    struct catalogue *catalogue = load(NULL);
    assert_int_equal(json_new(&file.env, &json), DEALER_OK);
    json_value *whole = catalogue_to_json(catalogue, json), *types = json_get(whole, "types");
    assert_int_equal(json_count(json_get(whole, "common")), COMMON_COUNT);
    assert_int_equal(json_count(json_get(whole, "actions")), ACTION_COUNT);
    assert_int_equal(json_count(types), catalogue->type_count);
    for (int i = 0; i < catalogue->type_count; i++) {
        json_value *type = json_at(types, (size_t)i);
        assert_string_equal(json_get_text(type, "name"), catalogue->types[i].name);
        assert_int_equal(json_count(json_get(type, "fields")), catalogue->types[i].field_count - COMMON_COUNT);
    }
    json_remove(whole, "actions");
    size_t length;
    char *first = json_write(&file.env, whole, true, false, &length), *second;
    struct catalogue *again = NULL;
    assert_int_equal(catalogue_load_text(&file.env, first, length, NULL, &again), DEALER_OK);
    whole = catalogue_to_json(again, json);
    json_remove(whole, "actions");
    second = json_write(&file.env, whole, true, false, &length);
    assert_string_equal(first, second);
    env_free(&file.env, second);
    env_free(&file.env, first);
    catalogue_free(again);
    catalogue_free(catalogue);
    json_free(json);
}

static void test_built_in_text__must_have_the_common_fields_in_order(void **state) {
    (void)state;
    static const struct {
        const char *text, *id;
        dealer_status status;
    } rows[] = {
        {"", "E_JSON_EMPTY", DEALER_E_INVALID},
        {"[]", "E_CATALOGUE_SHAPE", DEALER_E_CONFIGURATION},
        {"{\"typos\":[]}", "E_CATALOGUE_MEMBER", DEALER_E_CONFIGURATION},
        {"{\"types\":{}}", "E_CATALOGUE_SHAPE", DEALER_E_CONFIGURATION},
        {"{\"types\":[]}", "E_CATALOGUE_MISSING", DEALER_E_CONFIGURATION},
        {"{\"types\":[],\"common\":[]}", "E_CATALOGUE_COUNT", DEALER_E_CONFIGURATION},
        {"{\"types\":[],\"common\":[{\"name\":\"no\",\"en\":\"a\",\"zh\":\"a\",\"kind\":\"text\"},2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}",
            "E_CATALOGUE_COMMON", DEALER_E_INTERNAL},
        {"{\"types\":[],\"common\":[{\"name\":\"id\",\"en\":\"a\",\"zh\":\"a\",\"kind\":\"text\"},2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}",
            "E_CATALOGUE_SHAPE", DEALER_E_CONFIGURATION},
        {"{\"types\":[],\"common\":[{\"name\":\"id\",\"en\":\"a\",\"zh\":\"a\",\"kind\":\"text\",\"copy\":\"a.b\"},2,3,4,5,6,7,8,9,10,"
         "11,12,13,14,15,16]}",
            "E_CATALOGUE_NOT_HERE", DEALER_E_CONFIGURATION},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct catalogue *catalogue = NULL;
        error_clear(&file.env.error);
        assert_int_equal(catalogue_load_text(&file.env, rows[i].text, strlen(rows[i].text), NULL, &catalogue), rows[i].status);
        assert_string_equal(file.env.error.entries[0].message->id, rows[i].id);
        assert_null(catalogue);
    }
}

/* A type may have 256 fields of its own, no more. */
static void test_own_fields__are_limited_in_number(void **state) {
    (void)state;
    static char text[40000];
    for (int count = 256; count <= 257; count++) {
        struct catalogue *catalogue = NULL;
        size_t used = (size_t)snprintf(text, sizeof text, "{\"fields\":{\"visit\":[");
        for (int i = 0; i < count; i++)
            used += (size_t)snprintf(text + used, sizeof text - used,
                "%s{\"name\":\"own_%d\",\"en\":\"a\",\"zh\":\"a\",\"kind\":\"date\"}", i ? "," : "", i);
        snprintf(text + used, sizeof text - used, "]}}");
        struct json *json = parse(text);
        error_clear(&file.env.error);
        dealer_status status = catalogue_load(&file.env, json_root(json), &catalogue);
        assert_int_equal(status, count == 256 ? DEALER_OK : DEALER_E_CONFIGURATION);
        if (status) assert_string_equal(file.env.error.entries[0].message->id, "E_CATALOGUE_COUNT");
        catalogue_free(catalogue);
        json_free(json);
    }
}

static void test_load__survives_every_refused_allocation(void **state) {
    (void)state;
    struct json *json = parse("{\"types\":[{\"name\":\"note\",\"en\":\"n\",\"zh\":\"n\",\"prefix\":\"NO\",\"fields\":["
                              "{\"name\":\"a\",\"en\":\"n\",\"zh\":\"n\",\"kind\":\"document\",\"target\":\"visit\"},"
                              "{\"name\":\"b\",\"en\":\"n\",\"zh\":\"n\",\"kind\":\"money\",\"copy\":\"a.budget\"}]}]}");
    bool reached_end = false;
    for (size_t n = 1; !reached_end; n++) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        struct catalogue *catalogue = NULL;
        struct json *told = NULL;
        failing_allocator_init(&allocator, &seams, n, false);
        env_init(&env, &seams);
        dealer_status status = catalogue_load(&env, json_root(json), &catalogue);
        if (!status) status = json_new(&env, &told);
        if (!status && !catalogue_to_json(catalogue, told)) status = DEALER_E_NOMEM;
        reached_end = !allocator.hit;
        assert_int_equal(status, reached_end ? DEALER_OK : DEALER_E_NOMEM);
        if (!reached_end) assert_int_equal(error_status(&env.error), DEALER_E_NOMEM);
        json_free(told);
        catalogue_free(catalogue);
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
    }
    json_free(json);
}

static void test_messages__name_the_same_arguments_in_both_languages(void **state) {
    (void)state;
    static const struct message *const messages[] = {
#define MESSAGE(id, status, en, zh) &id,
#include "catalogue/messages.def"
#undef MESSAGE
    };
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        const char *pair[2] = {messages[i]->en, messages[i]->zh};
        for (int side = 0; side < 2; side++)
            for (const char *at = strchr(pair[side], '{'); at; at = strchr(at + 1, '{')) {
                char argument[40];
                snprintf(argument, sizeof argument, "%.*s", (int)(strchr(at, '}') - at + 1), at);
                if (!strstr(pair[1 - side], argument)) fail_msg("%s: %s is in one language only", messages[i]->id, argument);
            }
    }
}

int main(void) {
    case_file_open(&file, "fields/declarations.json");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_common_fields__stand_in_every_type_in_the_order_of_the_enum),
        cmocka_unit_test(test_references__are_resolved),
        cmocka_unit_test(test_own_declarations__stand_behind_the_built_in_ones),
        cmocka_unit_test(test_find__suggests_what_was_meant),
        cmocka_unit_test(test_names__of_kinds_and_actions),
        cmocka_unit_test(test_action__of_a_type_is_told_by_the_whole_text_alone),
        cmocka_unit_test(test_to_json__tells_every_type_and_field),
        cmocka_unit_test(test_built_in_text__must_have_the_common_fields_in_order),
        cmocka_unit_test(test_own_fields__are_limited_in_number),
        cmocka_unit_test(test_load__survives_every_refused_allocation),
        cmocka_unit_test(test_messages__name_the_same_arguments_in_both_languages),
    };
    int failed = case_file_run(&file, test_case) + cmocka_run_group_tests(tests, NULL, NULL);
    case_file_close(&file);
    return failed;
}
