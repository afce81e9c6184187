/* Documents come back as they were written, nobody overwrites anybody, and lists turn pages without losing a row. */
#include "support/store_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct store_world world;

static int setup(void **state) {
    (void)state;
    store_world_open(&world, true);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    store_world_close(&world);
    return 0;
}

/* A value for every field of a document: choices and links that hold, numbers within bounds. */
static void fill(struct document *document, int64_t link, int64_t salt) {
    const struct catalogue_type *type = document->type;
    char text[64];
    for (int i = COMMON_COUNT; i < type->field_count; i++) {
        const struct catalogue_field *field = &type->fields[i];
        int64_t number = field->min + salt % 7 <= field->max ? field->min + salt % 7 : field->min;
        switch (field->kind) {
        case FIELD_TEXT: snprintf(text, sizeof text, field->month ? "2026-0%d" : "值 \"%d\"", (int)(salt % 9 + 1)); break;
        case FIELD_DATE: snprintf(text, sizeof text, "2026-02-0%d", (int)(salt % 9 + 1)); break;
        case FIELD_CHOICE: snprintf(text, sizeof text, "%s", field->choices[salt % field->choice_count].code); break;
        case FIELD_LINES: snprintf(text, sizeof text, "[]"); break;
        case FIELD_DOCUMENT: number = link; break;
        case FIELD_EMPLOYEE: number = store_world_employee(&world, "li"); break;
        case FIELD_DEPARTMENT: number = store_world_department(&world, "SH-2"); break;
        case FIELD_COMPANY: number = store_world_company(&world, "HT-DB"); break;
        default: break;
        }
        if (field_kind_is_text(field->kind)) {
            store_world_put(&world, document, field->name, text);
        } else {
            store_world_put_integer(&world, document, field->name, number);
        }
    }
    if (strcmp(type->name, "machine") == 0) { /* no movement brought it in: an invariant holds the record against them */
        store_world_put(&world, document, "position", "outside");
        document_clear(document, catalogue_field(type, "reserved_for")->index);
    }
}

static void test_document__of_every_type_comes_back_as_written(void **state) {
    (void)state;
    store_world_begin(&world);
    int64_t customer = store_world_insert(&world, "customer", "SH", "zhang");
    for (int i = 0; i < world.catalogue->type_count; i++) {
        const char *type = world.catalogue->types[i].name;
        struct document *document = store_world_draft(&world, type, "SH-2", "wang");
        fill(document, customer, i);
        if (strcmp(type, "customer") != 0) store_world_put_integer(&world, document, "customer", customer);
        store_world_succeed(&world, store_document_insert(&world.env, world.connection, document, world.now_ms));
        struct document *loaded = store_world_load(&world, document_id(document));
        store_world_assert_equal(&world, document, loaded);
        for (int f = 0; f < document->type->field_count; f++) {
            assert_int_equal(document->values[f].kind, loaded->values[f].kind);
        }
        assert_int_equal(document_integer(loaded, COMMON_VERSION), 1);
        assert_int_equal(document_integer(loaded, COMMON_CREATED), world.now_ms);
        document_free(loaded);
        document_free(document);
    }
    store_world_commit(&world);
}

static void test_document__empty_but_for_what_it_must_have_comes_back_empty(void **state) {
    (void)state;
    store_world_begin(&world);
    for (int i = 0; i < world.catalogue->type_count; i++) {
        struct document *document = store_world_draft(&world, world.catalogue->types[i].name, "SH", "li");
        store_world_succeed(&world, store_document_insert(&world.env, world.connection, document, world.now_ms));
        struct document *loaded = store_world_load(&world, document_id(document));
        store_world_assert_equal(&world, document, loaded);
        for (int f = COMMON_COUNT; f < loaded->type->field_count; f++) assert_false(document_has(loaded, f));
        document_free(loaded);
        document_free(document);
    }
    store_world_commit(&world);
}

static void test_document_update__writes_every_field_and_clears_what_was_cleared(void **state) {
    (void)state;
    store_world_begin(&world);
    int64_t customer = store_world_insert(&world, "customer", "SH", "zhang");
    for (int i = 0; i < world.catalogue->type_count; i++) {
        struct document *document = store_world_draft(&world, world.catalogue->types[i].name, "SH-2", "wang");
        fill(document, customer, i);
        store_world_succeed(&world, store_document_insert(&world.env, world.connection, document, world.now_ms));
        fill(document, customer, i + 1);
        document_clear(document, COMMON_COUNT); /* the first field of its own */
        document_clear(document, document->type->field_count - 1);
        store_world_put(&world, document, "status", STATUS_VOIDED);
        store_world_put(&world, document, "void_reason", "错单");
        store_world_put_integer(&world, document, "department", store_world_department(&world, "SH-1"));
        char number[32];
        snprintf(number, sizeof number, "N-%d", i);
        store_world_put(&world, document, "number", number);
        store_world_succeed(&world, store_document_update(&world.env, world.connection, document, world.now_ms + 5));
        struct document *loaded = store_world_load(&world, document_id(document));
        store_world_assert_equal(&world, document, loaded);
        assert_int_equal(document_integer(loaded, COMMON_VERSION), 2);
        assert_int_equal(document_integer(loaded, COMMON_UPDATED), world.now_ms + 5);
        assert_int_equal(document_integer(loaded, COMMON_CREATED), world.now_ms);
        document_free(loaded);
        document_free(document);
    }
    store_world_commit(&world);
}

static void test_document_update__by_two_is_a_conflict_for_the_second(void **state) {
    (void)state;
    store_world_begin(&world);
    int64_t id = store_world_insert(&world, "trade_in", "SH-1", "li");
    store_world_commit(&world);
    struct document *first = store_world_load(&world, id), *second = store_world_load(&world, id);
    store_world_put(&world, first, "model", "SY215C");
    store_world_put(&world, second, "model", "PC200");
    store_world_begin(&world);
    store_world_succeed(&world, store_document_update(&world.env, world.connection, first, world.now_ms));
    store_world_refused(
        &world, store_document_update(&world.env, world.connection, second, world.now_ms), DEALER_E_CONFLICT, "E_VERSION_STALE");
    store_world_refused(&world, store_document_delete(&world.env, world.connection, second), DEALER_E_CONFLICT, "E_VERSION_STALE");
    store_world_commit(&world);
    struct document *loaded = store_world_load(&world, id);
    store_world_assert_equal(&world, first, loaded);
    document_free(first);
    document_free(second);
    document_free(loaded);
}

static void test_document_delete__takes_its_rows_and_its_id_never_comes_back(void **state) {
    (void)state;
    store_world_begin(&world);
    struct document *document = store_world_draft(&world, "trade_in", "SH", "li");
    store_world_put_integer(&world, document, "warranty_months", 12);
    store_world_succeed(&world, store_document_insert(&world.env, world.connection, document, world.now_ms));
    struct field_source source = {"model", 1, "model", 1};
    store_world_succeed(&world, store_field_source_put(&world.env, world.connection, document_id(document), &source));
    store_world_succeed(&world, store_document_delete(&world.env, world.connection, document));
    store_world_refused(
        &world, store_document_update(&world.env, world.connection, document, 1), DEALER_E_NOT_FOUND, "E_DOCUMENT_NOT_FOUND");
    assert_true(store_world_insert(&world, "trade_in", "SH", "li") > document_id(document));
    store_world_commit(&world);
    char *left = store_world_ask(&world,
        "SELECT (SELECT count(*) FROM trade_in) || (SELECT count(*) FROM document_own_field) || (SELECT count(*) FROM field_source)");
    assert_string_equal(left, "100");
    free(left);
    document_free(document);
}

static void test_document_delete__of_what_others_refer_to_is_refused(void **state) {
    (void)state;
    store_world_begin(&world);
    int64_t pre_order = store_world_insert(&world, "pre_order", "SH", "li");
    struct document *trade_in = store_world_draft(&world, "trade_in", "SH", "li");
    store_world_put_integer(&world, trade_in, "pre_order", pre_order);
    store_world_succeed(&world, store_document_insert(&world.env, world.connection, trade_in, world.now_ms));
    struct document *referred = store_world_load(&world, pre_order);
    store_world_refused(
        &world, store_document_delete(&world.env, world.connection, referred), DEALER_E_INVALID, "E_STORE_REFERENCE");
    store_world_commit(&world);
    document_free(trade_in);
    document_free(referred);
}

static void test_document_insert__with_what_does_not_exist_is_refused(void **state) {
    (void)state;
    store_world_begin(&world);
    static const char *const fields[] = {"company", "department", "owner", "customer", "pre_order"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct document *document = store_world_draft(&world, "trade_in", "SH", "li");
        store_world_put_integer(&world, document, fields[i], 999);
        store_world_refused(&world, store_document_insert(&world.env, world.connection, document, world.now_ms), DEALER_E_INVALID,
            "E_STORE_REFERENCE");
        document_free(document);
    }
    struct document *document = store_world_draft(&world, "trade_in", "SH", "li");
    store_world_put(&world, document, "status", "lost");
    store_world_refused(&world, store_document_insert(&world.env, world.connection, document, world.now_ms), DEALER_E_INVALID,
        "E_STORE_CONSTRAINT");
    document_free(document);
    store_rollback(world.connection);
}

static void test_machine__of_a_brand_and_serial_number_exists_once(void **state) {
    (void)state;
    store_world_begin(&world);
    for (int i = 0; i < 2; i++) {
        struct document *machine = store_world_draft(&world, "machine", "SH", "li");
        store_world_put(&world, machine, "brand", "SANY");
        store_world_put(&world, machine, "serial_number", "S1");
        dealer_status status = store_document_insert(&world.env, world.connection, machine, world.now_ms);
        if (i == 0) store_world_succeed(&world, status);
        if (i == 1) {
            assert_non_null(strstr(world.env.error.entries[0].en, "machine.serial_number, machine.brand"));
            store_world_refused(&world, status, DEALER_E_CONFLICT, "E_STORE_DUPLICATE");
        }
        document_free(machine);
    }
    store_rollback(world.connection);
}

static void test_document_load__without_a_document_says_which(void **state) {
    (void)state;
    struct document *document = NULL;
    dealer_status status = store_document_load(&world.env, world.connection, world.catalogue, 41, 0, &document);
    assert_non_null(strstr(world.env.error.entries[0].en, "41"));
    store_world_refused(&world, status, DEALER_E_NOT_FOUND, "E_DOCUMENT_NOT_FOUND");
}

static void test_document_load__tells_whether_the_asker_took_part(void **state) {
    (void)state;
    int64_t li = store_world_employee(&world, "li"), wang = store_world_employee(&world, "wang");
    store_world_begin(&world);
    int64_t id = store_world_insert(&world, "trade_in", "SH", "zhang");
    store_world_succeed(&world, store_participant_add(&world.env, world.connection, id, li));
    store_world_succeed(&world, store_participant_add(&world.env, world.connection, id, li));
    store_world_commit(&world);
    struct document *document = NULL;
    store_world_succeed(&world, store_document_load(&world.env, world.connection, world.catalogue, id, li, &document));
    assert_true(document->participant);
    document_free(document);
    store_world_succeed(&world, store_document_load(&world.env, world.connection, world.catalogue, id, wang, &document));
    assert_false(document->participant);
    document_free(document);
}

static void test_own_field__no_longer_declared_is_kept_and_not_shown(void **state) {
    (void)state;
    store_world_begin(&world);
    int64_t id = store_world_insert(&world, "trade_in", "SH", "zhang");
    store_world_commit(&world);
    char sql[160];
    snprintf(sql, sizeof sql, "INSERT INTO document_own_field VALUES (%d, 'bygone', 7, NULL)", (int)id);
    assert_true(store_world_run(&world, sql));
    struct document *document = store_world_load(&world, id);
    store_world_put(&world, document, "colour", "黄");
    store_world_begin(&world);
    store_world_succeed(&world, store_document_update(&world.env, world.connection, document, 1));
    store_world_commit(&world);
    document_free(document);
    char *count = store_world_ask(&world, "SELECT count(*) FROM document_own_field");
    assert_string_equal(count, "2");
    free(count);
}

/* -- lists -- */

struct page_case {
    const char *order;
    bool descending;
};

static void insert_many(int count) {
    store_world_begin(&world);
    for (int i = 0; i < count; i++) {
        struct document *document =
            store_world_draft(&world, "trade_in", i % 2 == 0 ? "SH-1" : "SH-2-1", i % 3 == 0 ? "li" : "wang");
        if (i % 4 != 0) store_world_put_integer(&world, document, "hours", i % 5 * 1000);
        if (i % 3 != 0) store_world_put(&world, document, "model", i % 6 < 3 ? "PC200" : "SY215C");
        if (i % 2 != 0) store_world_put_integer(&world, document, "warranty_months", i % 4);
        store_world_succeed(&world, store_document_insert(&world.env, world.connection, document, world.now_ms + i % 7));
        document_free(document);
    }
    store_world_commit(&world);
}

static int compare_values(const struct value *a, const struct value *b) {
    if (a->kind == VALUE_INTEGER) return (a->integer > b->integer) - (a->integer < b->integer);
    return strcmp(a->text, b->text);
}

/* Is b a right successor of a? Empty values last, in either direction. */
static bool follows(const struct document *a, const struct document *b, const struct page_case *page, int index) {
    const struct value *left = &a->values[index], *right = &b->values[index];
    int order = 0;
    if (left->kind == VALUE_NONE || right->kind == VALUE_NONE) {
        if (left->kind != right->kind) return right->kind == VALUE_NONE;
    } else {
        order = compare_values(left, right);
    }
    if (order == 0) order = document_id(a) < document_id(b) ? -1 : 1;
    return page->descending ? order > 0 : order < 0;
}

static void test_list__turns_pages_in_order_without_losing_or_repeating_a_row(void **state) {
    (void)state;
    enum { COUNT = 60 };
    static const struct page_case pages[] = {{NULL, false}, {NULL, true}, {"id", true}, {"hours", false}, {"hours", true},
        {"model", false}, {"model", true}, {"created", true}, {"warranty_months", true}, {"warranty_months", false},
        {"owner", true}};
    insert_many(COUNT);
    struct region region;
    region_init(&region, &world.seams);
    enum { SCOPES = 5, MANY = 5000 }; /* so many departments are read in order; and what overlaps comes once */
    const struct catalogue_field *department = store_world_field(&world, "trade_in", "department");
    const struct predicate *below = predicate_under(&world.env, &region, department, 0, 9),
                           *far_below = predicate_under(&world.env, &region, department, 0, MANY),
                           *mine = predicate_compare(&world.env, &region, store_world_field(&world, "trade_in", "owner"),
                               OPERATOR_EQ, value_of_integer(1)),
                           *took_part = predicate_participant(&world.env, &region, 1);
    assert_true(store_world_run(&world, "INSERT INTO participant (person, document) SELECT 1, id FROM document WHERE id % 3 = 0"));
    const struct predicate *scopes[SCOPES] = {predicate_constant(true), below, far_below,
        predicate_combine(&world.env, &region, PREDICATE_ANY, (const struct predicate *[]){mine, below, took_part}, 3),
        predicate_combine(&world.env, &region, PREDICATE_ANY, (const struct predicate *[]){took_part, far_below, mine}, 3)};
    for (size_t k = 0; k < SCOPES * (sizeof pages / sizeof pages[0]); k++) {
        size_t p = k / SCOPES;
        const struct catalogue_field *order = pages[p].order == NULL ? NULL : store_world_field(&world, "trade_in", pages[p].order);
        struct document_query query = {.type = store_world_type(&world, "trade_in"),
            .visible = scopes[k % SCOPES],
            .person = 1,
            .order = order,
            .descending = pages[p].descending,
            .limit = 7};
        struct document *last = NULL;
        int seen = 0;
        for (bool more = true; more;) {
            struct document_cursor *cursor = NULL;
            store_world_succeed(&world, store_document_query(&world.env, world.connection, &query, &cursor));
            more = false;
            for (struct document *row;;) {
                store_world_succeed(&world, store_document_next(&world.env, cursor, &row));
                if (row == NULL) break;
                assert_int_equal(row->participant, document_id(row) % 3 == 0);
                if (last != NULL) assert_true(follows(last, row, &pages[p], order == NULL ? COMMON_ID : order->index));
                document_free(last);
                last = row;
                seen++;
                more = true;
            }
            store_document_cursor_free(cursor);
            query.has_after = true;
            query.after_id = document_id(last);
            if (order != NULL) query.after = last->values[order->index];
        }
        document_free(last);
        assert_int_equal(seen, COUNT);
    }
    region_finish(&region);
}

static void test_count_and_sum__see_what_the_list_sees(void **state) {
    (void)state;
    insert_many(24);
    const struct catalogue_field *hours = store_world_field(&world, "trade_in", "hours");
    struct region region;
    region_init(&region, &world.seams);
    struct document_query query = {.type = store_world_type(&world, "trade_in"), .visible = predicate_constant(true), .limit = 100};
    query.filter = predicate_compare(&world.env, &region, hours, OPERATOR_GE, value_of_integer(2000));
    struct document_count count = {0};
    store_world_succeed(&world, store_document_count(&world.env, world.connection, &query, &count));
    assert_false(count.cut);
    for (int64_t cap = count.count - 1; cap <= count.count + 1; cap++) {
        struct document_count capped = {.cap = cap};
        store_world_succeed(&world, store_document_count(&world.env, world.connection, &query, &capped));
        assert_int_equal(capped.count, cap < count.count ? cap : count.count);
        assert_int_equal(capped.cut, cap < count.count);
    }
    struct json *json = NULL;
    store_world_succeed(&world, json_new(&world.env, &json));
    json_value *rows = json_new_array(json), *item;
    const struct catalogue_field *owner = store_world_field(&world, "trade_in", "owner");
    store_world_succeed(
        &world, store_document_sum(&world.env, world.connection, &query, &(struct document_sum){hours, owner}, rows, json));
    int64_t summed = 0, total = 0;
    for (struct json_cursor each = json_each(rows); (item = json_next(&each, NULL)) != NULL;) {
        summed += json_get_integer(item, "count", -1);
        total += json_get_integer(item, "sum", -1);
    }
    assert_int_equal(summed, count.count);
    json_value *whole = json_new_array(json);
    store_world_succeed(
        &world, store_document_sum(&world.env, world.connection, &query, &(struct document_sum){hours, NULL}, whole, json));
    assert_int_equal(json_count(whole), 1);
    assert_int_equal(json_get_integer(json_at(whole, 0), "sum", -1), total);
    assert_true(total > 0);
    json_free(json);
    region_finish(&region);
}

static void test_sum__beyond_64_bits_is_an_error(void **state) {
    (void)state;
    store_world_begin(&world);
    for (int i = 0; i < 2; i++) {
        struct document *document = store_world_draft(&world, "trial", "SH", "li");
        store_world_put_integer(&world, document, "days", INT64_MAX);
        store_world_succeed(&world, store_document_insert(&world.env, world.connection, document, world.now_ms));
        document_free(document);
    }
    store_world_commit(&world);
    struct json *json = NULL;
    store_world_succeed(&world, json_new(&world.env, &json));
    struct document_query query = {.type = store_world_type(&world, "trial"), .visible = predicate_constant(true), .limit = 9};
    dealer_status status = store_document_sum(&world.env, world.connection, &query,
        &(struct document_sum){store_world_field(&world, "trial", "days"), NULL}, json_new_array(json), json);
    store_world_refused(&world, status, DEALER_E_TOO_LARGE, "E_SUM_OVERFLOW");
    json_free(json);
}

static void test_list__within_a_list_may_run_the_same_statement(void **state) {
    (void)state;
    insert_many(3);
    struct document_query query = {.type = store_world_type(&world, "trade_in"), .visible = predicate_constant(true), .limit = 10};
    struct document_cursor *outer = NULL, *inner = NULL;
    struct document *row = NULL;
    int seen = 0;
    store_world_succeed(&world, store_document_query(&world.env, world.connection, &query, &outer));
    for (;;) {
        store_world_succeed(&world, store_document_next(&world.env, outer, &row));
        if (row == NULL) break;
        document_free(row);
        store_world_succeed(&world, store_document_query(&world.env, world.connection, &query, &inner));
        for (store_world_succeed(&world, store_document_next(&world.env, inner, &row)); row != NULL; seen++) {
            document_free(row);
            store_world_succeed(&world, store_document_next(&world.env, inner, &row));
        }
        store_document_cursor_free(inner);
    }
    store_document_cursor_free(outer);
    assert_int_equal(seen, 9);
}

static void test_linked__finds_what_points_here_by_built_in_common_and_own_fields(void **state) {
    (void)state;
    store_world_begin(&world);
    int64_t pre_order = store_world_insert(&world, "pre_order", "SH", "li"),
            machine = store_world_insert(&world, "machine", "SH", "li");
    int64_t customer = store_world_insert(&world, "customer", "SH", "li");
    struct document *trade_in = store_world_draft(&world, "trade_in", "SH", "li");
    store_world_put_integer(&world, trade_in, "pre_order", pre_order);
    store_world_put_integer(&world, trade_in, "customer", customer);
    store_world_succeed(&world, store_document_insert(&world.env, world.connection, trade_in, world.now_ms));
    struct document *trial = store_world_draft(&world, "trial", "SH", "li");
    store_world_put_integer(&world, trial, "machine", machine);
    store_world_succeed(&world, store_document_insert(&world.env, world.connection, trial, world.now_ms));
    store_world_commit(&world);
    static const char *const links[][2] = {{"trade_in", "pre_order"}, {"trade_in", "customer"}, {"trial", "machine"}};
    int64_t targets[] = {pre_order, customer, machine},
            expected[] = {document_id(trade_in), document_id(trade_in), document_id(trial)};
    for (size_t i = 0; i < 3; i++) {
        int64_t found[2] = {0};
        struct document_ids list = {found, 2, 9};
        store_world_succeed(
            &world, store_document_linked(&world.env, world.connection, store_world_field(&world, links[i][0], links[i][1]),
                        store_world_type(&world, links[i][0]), targets[i], &list));
        assert_int_equal(list.count, 1);
        assert_int_equal(found[0], expected[i]);
    }
    document_free(trade_in);
    document_free(trial);
}

static void test_number__counts_by_company_type_and_year_and_a_rollback_gives_it_back(void **state) {
    (void)state;
    int64_t number = 0, company = store_world_company(&world, "HT-SH"), other = store_world_company(&world, "HT-DB");
    world.broken = true; /* numbers are drawn here without documents */
    store_world_begin(&world);
    for (int i = 1; i <= 3; i++) {
        store_world_succeed(&world, store_number_next(&world.env, world.connection, company, "trade_in", 2026, &number));
        assert_int_equal(number, i);
    }
    store_world_succeed(&world, store_number_next(&world.env, world.connection, other, "trade_in", 2026, &number));
    assert_int_equal(number, 1);
    store_world_succeed(&world, store_number_next(&world.env, world.connection, company, "trade_in", 2027, &number));
    assert_int_equal(number, 1);
    store_world_commit(&world);
    for (int i = 0; i < 2; i++) {
        store_world_begin(&world);
        store_world_succeed(&world, store_number_next(&world.env, world.connection, company, "trade_in", 2026, &number));
        assert_int_equal(number, 4);
        store_rollback(world.connection);
    }
    assert_int_equal(store_world_findings(&world), 1); /* one a type, whatever the companies */
}

static void test_field_sources__say_where_copies_came_from(void **state) {
    (void)state;
    store_world_begin(&world);
    int64_t id = store_world_insert(&world, "sales", "SH", "li");
    struct field_source sources[] = {{"model", 3, "model", 1}, {"brand", 3, "brand", 1}, {"model", 3, "model", 2}};
    for (size_t i = 0; i < 3; i++) {
        store_world_succeed(&world, store_field_source_put(&world.env, world.connection, id, &sources[i]));
    }
    store_world_commit(&world);
    struct json *json = NULL;
    store_world_succeed(&world, json_new(&world.env, &json));
    json_value *rows = json_new_array(json);
    store_world_succeed(&world, store_field_sources(&world.env, world.connection, id, rows, json));
    char *text = json_write(&world.env, rows, true, false, NULL);
    assert_string_equal(text, "[{\"document\":3,\"field\":\"brand\",\"source_field\":\"brand\",\"version\":1},"
                              "{\"document\":3,\"field\":\"model\",\"source_field\":\"model\",\"version\":2}]");
    env_free(&world.env, text);
    json_free(json);
}

static void test_savepoint__undoes_one_call_of_several(void **state) {
    (void)state;
    struct journal_entry entry = {.at_ms = 1, .kind = "note"};
    store_world_begin(&world);
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &entry));
    store_world_insert(&world, "trial", "SH", "li");
    store_world_succeed(&world, store_savepoint(&world.env, world.connection));
    store_world_insert(&world, "trial", "SH", "li");
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &entry));
    store_savepoint_rollback(world.connection);
    store_world_succeed(&world, store_savepoint(&world.env, world.connection));
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &entry));
    store_world_succeed(&world, store_savepoint_release(&world.env, world.connection));
    store_world_commit(&world);
    char *counts = store_world_ask(&world, "SELECT (SELECT count(*) FROM document) || (SELECT count(*) FROM journal)");
    assert_string_equal(counts, "12");
    free(counts);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_document__of_every_type_comes_back_as_written),
        ROW(test_document__empty_but_for_what_it_must_have_comes_back_empty),
        ROW(test_document_update__writes_every_field_and_clears_what_was_cleared),
        ROW(test_document_update__by_two_is_a_conflict_for_the_second),
        ROW(test_document_delete__takes_its_rows_and_its_id_never_comes_back),
        ROW(test_document_delete__of_what_others_refer_to_is_refused),
        ROW(test_document_insert__with_what_does_not_exist_is_refused),
        ROW(test_machine__of_a_brand_and_serial_number_exists_once),
        ROW(test_document_load__without_a_document_says_which),
        ROW(test_document_load__tells_whether_the_asker_took_part),
        ROW(test_own_field__no_longer_declared_is_kept_and_not_shown),
        ROW(test_list__turns_pages_in_order_without_losing_or_repeating_a_row),
        ROW(test_count_and_sum__see_what_the_list_sees),
        ROW(test_sum__beyond_64_bits_is_an_error),
        ROW(test_list__within_a_list_may_run_the_same_statement),
        ROW(test_linked__finds_what_points_here_by_built_in_common_and_own_fields),
        ROW(test_number__counts_by_company_type_and_year_and_a_rollback_gives_it_back),
        ROW(test_field_sources__say_where_copies_came_from),
        ROW(test_savepoint__undoes_one_call_of_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
