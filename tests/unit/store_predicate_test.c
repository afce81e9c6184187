/* The two evaluators of a predicate never disagree: random predicates over random documents give the same set from memory and
 * from SQL. The random numbers are the test's own, so that a failure comes again. */
#include "support/store_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DOCUMENTS = 60, PREDICATES = 4000, DEEPEST = 4 };

static struct store_world world;
static struct region region;
static uint64_t state_of_chance = 20260131;

static uint32_t chance(uint32_t below) {
    state_of_chance = state_of_chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state_of_chance >> 33) % below;
}

static const char *const texts[] = {
    "", "PC", "PC200", "PC200-8", "pc200", "SY215C", "三一", "三", "三一重工", "é", "𝄞", "%", "_", "'"};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static const char *chance_text(const struct catalogue_field *field, char date[11]) {
    if (field->kind == FIELD_CHOICE) return field->choices[chance((uint32_t)field->choice_count)].code;
    if (field->kind == FIELD_DATE) {
        snprintf(date, 11, "2026-0%u-1%u", (unsigned)chance(3) + 1, (unsigned)chance(3));
        return date;
    }
    return field->kind == FIELD_LINES ? "[]" : texts[chance(TEXTS)];
}

static int64_t chance_number(const struct catalogue_field *field) {
    switch (field->kind) {
    case FIELD_BOOLEAN: return chance(2);
    case FIELD_EMPLOYEE: return world.org->employees[chance((uint32_t)world.org->employee_count)].id;
    case FIELD_DEPARTMENT: return world.org->departments[chance((uint32_t)world.org->department_count)].id;
    case FIELD_COMPANY: return world.org->companies[chance((uint32_t)world.org->company_count)].id;
    case FIELD_DOCUMENT: return 1 + chance(2);
    default: return field->min < 0 ? (int64_t)chance(5) - 2 : field->min + chance(5);
    }
}

static struct document *chance_document(const struct catalogue_type *type) {
    struct document *document = store_world_draft(&world, type->name, "SH", "li");
    for (int i = COMMON_NUMBER; i < type->field_count; i++) {
        const struct catalogue_field *field = &type->fields[i];
        char date[11];
        if (i == COMMON_NUMBER || i == COMMON_STATUS || i == COMMON_VERSION || i == COMMON_CURRENCY || i == COMMON_VOID_REASON)
            continue;
        if (i == COMMON_COMPANY || field->month) continue;
        bool none = chance(3) == 0;
        if (none && i < COMMON_COUNT) document_clear(document, i);
        if (none) continue;
        if (field_kind_is_text(field->kind)) {
            store_world_put(&world, document, field->name, chance_text(field, date));
        } else {
            store_world_put_integer(&world, document, field->name, chance_number(field));
        }
    }
    document_clear(document, COMMON_LOCKED);
    if (chance(3) == 0) store_world_put_integer(&world, document, "locked", 1);
    return document;
}

static struct value chance_value(const struct catalogue_field *field) {
    char date[11];
    if (!field_kind_is_text(field->kind)) {
        return value_of_integer(chance_number(field) + (chance(4) == 0 ? (int64_t)chance(3) - 1 : 0));
    }
    const char *text = chance_text(field, date);
    char *copy = region_copy(&region, &world.env, text, strlen(text));
    assert_non_null(copy);
    return value_of_text(copy, strlen(copy));
}

static const struct catalogue_field *chance_field(const struct catalogue_type *type) {
    return &type->fields[chance((uint32_t)type->field_count)];
}

static const struct predicate *chance_list(const struct catalogue_field *field) {
    int count = (int)chance(6) == 0 ? 250 : (int)chance(5); /* long ones travel as JSON */
    struct value values[250];
    for (int i = 0; i < count; i++) values[i] = chance_value(field);
    return predicate_in(&world.env, &region, field, values, count);
}

static const struct predicate *chance_leaf(const struct catalogue_type *type) {
    const struct catalogue_field *field = chance_field(type);
    struct env *env = &world.env;
    switch (chance(8)) {
    case 0: return predicate_empty(env, &region, field);
    case 1: return chance_list(field);
    case 2: return predicate_under(env, &region, &type->fields[COMMON_DEPARTMENT], (int32_t)chance(5), (int32_t)chance(6));
    case 3: return predicate_participant(env, &region, store_world_employee(&world, "wang"));
    case 4:
        while (!field_kind_is_text(field->kind)) field = chance_field(type);
        return predicate_prefix(env, &region, field, chance_value(field));
    default: return predicate_compare(env, &region, field, (enum predicate_operator)chance(6), chance_value(field));
    }
}

static const struct predicate *chance_predicate(const struct catalogue_type *type, int depth) {
    const struct predicate *children[5];
    int count = (int)chance(5);
    if (depth == 0 || chance(3) == 0) return chance_leaf(type);
    if (chance(4) == 0) return predicate_not(&world.env, &region, chance_predicate(type, depth - 1));
    for (int i = 0; i < count; i++) children[i] = chance_predicate(type, depth - 1);
    return predicate_combine(&world.env, &region, chance(2) == 0 ? PREDICATE_ALL : PREDICATE_ANY, children, count);
}

static int32_t department_order(const void *user_data, int64_t department) {
    const struct org *org = user_data;
    int index = org_department_by_id(org, department);
    return index < 0 ? -1 : org->departments[index].order;
}

static void insert_documents(const struct catalogue_type *type, struct document **documents) {
    int64_t wang = store_world_employee(&world, "wang");
    store_world_begin(&world);
    for (int i = 0; i < 2; i++) store_world_insert(&world, "customer", "SH", "li"); /* 1 and 2: what links lead to */
    for (int i = 0; i < DOCUMENTS; i++) {
        struct document *drafted = chance_document(type);
        store_world_succeed(
            &world, store_document_insert(&world.env, world.connection, drafted, world.now_ms + (int64_t)chance(4)));
        if (chance(3) == 0) {
            store_world_succeed(&world, store_participant_add(&world.env, world.connection, document_id(drafted), wang));
        }
        store_world_succeed(
            &world, store_document_load(&world.env, world.connection, world.catalogue, document_id(drafted), wang, &documents[i]));
        document_free(drafted);
    }
    store_world_commit(&world);
}

/* How many documents match, after comparing both answers one by one. */
static int compare_answers(const struct catalogue_type *type, struct document **documents, const struct predicate *predicate) {
    struct predicate_world org = {.user_data = world.org, .department_order = department_order};
    struct document_query query = {.type = type, .visible = predicate_constant(true), .filter = predicate, .limit = DOCUMENTS + 1};
    if (chance(2) == 0) query = (struct document_query){.type = type, .visible = predicate, .limit = DOCUMENTS + 1};
    struct document_cursor *cursor = NULL;
    struct document *row = NULL;
    struct document_count counted = {0};
    int matches = 0;
    store_world_succeed(&world, store_document_query(&world.env, world.connection, &query, &cursor));
    store_world_succeed(&world, store_document_next(&world.env, cursor, &row));
    for (int i = 0; i < DOCUMENTS; i++) {
        bool in_sql = row != NULL && document_id(row) == document_id(documents[i]);
        assert_int_equal(predicate_holds(predicate, documents[i], &org), in_sql);
        if (!in_sql) continue;
        matches++;
        document_free(row);
        store_world_succeed(&world, store_document_next(&world.env, cursor, &row));
    }
    assert_null(row);
    store_document_cursor_free(cursor);
    query.visible = predicate;
    store_world_succeed(&world, store_document_count(&world.env, world.connection, &query, &counted));
    assert_int_equal(counted.count, matches);
    return matches;
}

static void walk(const char *type_name) {
    struct document *documents[DOCUMENTS];
    store_world_open(&world, true);
    const struct catalogue_type *type = store_world_type(&world, type_name);
    insert_documents(type, documents);
    int some = 0;
    for (int i = 0; i < PREDICATES; i++) {
        region_init(&region, &world.seams);
        const struct predicate *predicate = chance_predicate(type, DEEPEST);
        assert_non_null(predicate);
        int matches = compare_answers(type, documents, predicate);
        if (matches > 0 && matches < DOCUMENTS) some++;
        region_finish(&region);
    }
    for (int i = 0; i < DOCUMENTS; i++) document_free(documents[i]);
    printf("%s: %d predicates, %d of them telling documents apart\n", type_name, PREDICATES, some);
    assert_true(some > PREDICATES / 4);
    store_world_close(&world);
}

static void test_memory_and_sql__agree_on_a_built_in_type_with_own_fields(void **state) {
    (void)state;
    walk("trade_in");
}

static void test_memory_and_sql__agree_on_an_own_type(void **state) {
    (void)state;
    walk("trial");
}

static void test_filter_with_hundreds_of_parts__is_not_too_deep(void **state) {
    (void)state;
    enum { PARTS = 3000 };
    store_world_open(&world, true);
    region_init(&region, &world.seams);
    const struct catalogue_type *type = store_world_type(&world, "trade_in");
    const struct predicate **parts = malloc(PARTS * sizeof *parts);
    for (int i = 0; i < PARTS; i++) {
        parts[i] = predicate_compare(&world.env, &region, &type->fields[COMMON_OWNER], OPERATOR_EQ, value_of_integer(i + 1));
    }
    const struct predicate *any = predicate_combine(&world.env, &region, PREDICATE_ANY, parts, PARTS);
    free(parts);
    store_world_begin(&world);
    store_world_insert(&world, "trade_in", "SH", "li");
    store_world_commit(&world);
    struct document_query query = {.type = type, .visible = any, .limit = 1};
    struct document_count count = {0};
    store_world_succeed(&world, store_document_count(&world.env, world.connection, &query, &count));
    assert_int_equal(count.count, 1);
    region_finish(&region);
    store_world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_and_sql__agree_on_a_built_in_type_with_own_fields),
        cmocka_unit_test(test_memory_and_sql__agree_on_an_own_type),
        cmocka_unit_test(test_filter_with_hundreds_of_parts__is_not_too_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
