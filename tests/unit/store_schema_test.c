/* Schema and catalogue say the same; every statement can be prepared and is planned as it should be; what is written once stays. */
#include "support/store_world.h"

#include "store/document_row.h"
#include "store/document_stream.h"

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

static void assert_answer(const char *expected, const char *sql) {
    char *answer = store_world_ask(&world, sql);
    assert_non_null(answer);
    if (strcmp(answer, expected) != 0) print_error("%s\n", sql);
    assert_string_equal(answer, expected);
    free(answer);
}

static void test_columns__are_the_fields_of_the_catalogue_in_its_order(void **state) {
    (void)state;
    for (int i = 0; i < world.catalogue->type_count; i++) {
        const struct catalogue_type *type = &world.catalogue->types[i];
        char expected[2048] = "", sql[256];
        size_t used = 0;
        for (int f = COMMON_COUNT; f < type->field_count; f++) {
            if (type->fields[f].own) continue;
            used += (size_t)snprintf(expected + used, sizeof expected - used, ",%s %s", type->fields[f].name,
                field_kind_is_text(type->fields[f].kind) ? "TEXT" : "INTEGER");
        }
        snprintf(sql, sizeof sql,
            "SELECT group_concat(',' || name || ' ' || type, '') FROM (SELECT * FROM pragma_table_info('%s') WHERE name <> "
            "'document_id' ORDER BY cid)",
            type->name);
        assert_answer(type->own ? "" : expected, sql);
    }
}

static void test_tables__with_a_document_id_are_the_built_in_types(void **state) {
    (void)state;
    char *answer = store_world_ask(&world,
        "SELECT count(*) FROM sqlite_schema AS s, pragma_table_info(s.name) AS c WHERE s.type = 'table' AND c.name = 'document_id' "
        "AND s.name <> 'document_own_field'");
    int built_in = 0;
    for (int i = 0; i < world.catalogue->type_count; i++) built_in += !world.catalogue->types[i].own;
    assert_int_equal(atoi(answer), built_in);
    free(answer);
}

static void test_common_columns__are_the_common_fields(void **state) {
    (void)state;
    const struct catalogue_type *type = store_world_type(&world, "trade_in");
    for (int f = 0; f < COMMON_COUNT; f++) {
        char sql[160];
        snprintf(sql, sizeof sql, "SELECT type FROM pragma_table_info('document') WHERE name = '%s'", common_column(f));
        assert_answer(field_kind_is_text(type->fields[f].kind) ? "TEXT" : "INTEGER", sql);
        assert_memory_equal(common_column(f), type->fields[f].name, strlen(type->fields[f].name)); /* created_ms is created */
    }
    assert_answer("17", "SELECT count(*) FROM pragma_table_info('document')"); /* those and the type */
}

static dealer_status try_value(const struct catalogue_type *type, int field, const char *text, int64_t number) {
    struct document *document = store_world_draft(&world, type->name, "SH", "li");
    if (text != NULL) {
        store_world_put(&world, document, type->fields[field].name, text);
    } else {
        store_world_put_integer(&world, document, type->fields[field].name, number);
    }
    store_world_begin(&world);
    dealer_status status = store_document_insert(&world.env, world.connection, document, world.now_ms);
    store_rollback(world.connection);
    error_clear(&world.env.error);
    document_free(document);
    return status;
}

static void assert_bounds(const struct catalogue_type *type, const struct catalogue_field *field) {
    assert_int_equal(try_value(type, field->index, NULL, field->min), DEALER_OK);
    assert_int_equal(try_value(type, field->index, NULL, field->max), DEALER_OK);
    assert_int_equal(try_value(type, field->index, NULL, field->min - 1), DEALER_E_INVALID);
    assert_int_equal(try_value(type, field->index, NULL, field->max + 1), DEALER_E_INVALID);
}

static void assert_texts(const struct catalogue_type *type, int field, const char *good, const char *bad) {
    assert_int_equal(try_value(type, field, good, 0), DEALER_OK);
    assert_int_equal(try_value(type, field, bad, 0), DEALER_E_INVALID);
}

static void assert_choices(const struct catalogue_type *type, const struct catalogue_field *field) {
    for (int c = 0; c < field->choice_count; c++) {
        assert_int_equal(try_value(type, field->index, field->choices[c].code, 0), DEALER_OK);
    }
    assert_int_equal(try_value(type, field->index, "no_such_choice", 0), DEALER_E_INVALID);
}

static void assert_checked(const struct catalogue_type *type, const struct catalogue_field *field) {
    switch (field->kind) {
    case FIELD_CHOICE: assert_choices(type, field); break;
    case FIELD_DATE: assert_texts(type, field->index, "2024-02-29", "2026-02-29"); break;
    case FIELD_LINES: assert_texts(type, field->index, "[{\"brand\":\"三一\"}]", "[{"); break;
    case FIELD_TEXT:
        if (field->month) assert_texts(type, field->index, "2026-12", "2026-13");
        break;
    case FIELD_INTEGER:
    case FIELD_MONEY:
    case FIELD_PERCENT:
    case FIELD_BOOLEAN: assert_bounds(type, field); break;
    case FIELD_INSTANT: break;
    default: assert_int_equal(try_value(type, field->index, NULL, 999999), DEALER_E_INVALID); break; /* links */
    }
}

static void test_checks__allow_what_the_catalogue_allows_and_nothing_else(void **state) {
    (void)state;
    for (int i = 0; i < world.catalogue->type_count; i++) {
        const struct catalogue_type *type = &world.catalogue->types[i];
        for (int f = COMMON_COUNT; !type->own && f < type->field_count; f++) {
            if (!type->fields[f].own) assert_checked(type, &type->fields[f]);
        }
    }
    const struct catalogue_type *type = store_world_type(&world, "trade_in");
    const struct catalogue_field *status = &type->fields[COMMON_STATUS];
    for (int c = 0; c < status->choice_count; c++) {
        assert_int_equal(try_value(type, COMMON_STATUS, status->choices[c].code, 0), DEALER_OK);
    }
    assert_texts(type, COMMON_STATUS, "draft", "lost");
    assert_texts(type, COMMON_CURRENCY, "CNY", "cny");
}

static void test_links__have_an_index_for_looking_up_backwards(void **state) {
    (void)state;
    assert_answer("",
        "SELECT s.name || '.' || f.\"from\" FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND "
        "f.\"table\" = 'document' AND f.\"from\" <> 'document_id' AND NOT EXISTS (SELECT 1 FROM pragma_index_list(s.name) AS l, "
        "pragma_index_info(l.name) AS c WHERE c.seqno = 0 AND c.name = f.\"from\")");
}

static void test_statements__are_prepared_and_planned_without_an_unexplained_scan_or_sort(void **state) {
    (void)state;
    int flaws = 0;
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        char step[200];
        bool flaw = store_world_plan_flaw(&world, store_statements[i].sql, step, sizeof step);
        bool explained = strstr(store_statements[i].sql, "-- plan: ") != NULL;
        if (flaw == explained) continue;
        print_error("%s: %s\n", store_statements[i].name, flaw ? step : "explains a plan that is good");
        flaws++;
    }
    assert_int_equal(flaws, 0);
    for (size_t i = 0; i < store_invariants_count; i++) {
        char step[200];
        store_world_plan_flaw(&world, store_invariants[i].sql, step, sizeof step); /* can be prepared */
    }
}

static const struct predicate *compare(struct region *region, int field, int64_t value) {
    return predicate_compare(
        &world.env, region, &store_world_type(&world, "trade_in")->fields[field], OPERATOR_EQ, value_of_integer(value));
}

/* A list newest first that nothing is sorted for: it merges streams, or reads the typed table in its order. */
static void assert_plan(const struct predicate *visible, const struct predicate *filter, bool merges) {
    struct query_text text;
    char step[200] = "";
    bool found = false;
    struct document_query query = {.type = store_world_type(&world, "trade_in"),
        .visible = visible,
        .filter = filter,
        .descending = true,
        .has_after = true,
        .after_id = 9,
        .limit = 50};
    query_text_init(&text, &world.env, query.type, &world.seams);
    store_world_succeed(&world, document_streams(&world.env, world.connection, &query, &text, &found));
    assert_int_equal(found, merges);
    if (found) assert_false(store_world_plan_flaw(&world, text_string(&text.sql), step, sizeof step));
    query_text_finish(&text);
    query_text_init(&text, &world.env, query.type, &world.seams);
    store_world_succeed(&world, document_list(&world.env, world.connection, &query, &text));
    assert_int_equal(store_world_plan_has(&world, text_string(&text.sql), "CO-ROUTINE s"), merges);
    assert_false(store_world_plan_has(&world, text_string(&text.sql), "TEMP B-TREE"));
    query_text_finish(&text);
}

static const struct predicate *either(struct region *region, const struct predicate *a, const struct predicate *b) {
    const struct predicate *both[] = {a, b};
    return predicate_combine(&world.env, region, PREDICATE_ANY, both, 2);
}

static void test_lists__of_any_scope_are_read_without_sorting(void **state) {
    (void)state;
    struct region region;
    region_init(&region, &world.seams);
    const struct catalogue_type *type = store_world_type(&world, "trade_in");
    const struct predicate *mine = compare(&region, COMMON_OWNER, 1),
                           *pre_order = compare(&region, catalogue_field(type, "pre_order")->index, 1);
    const struct predicate *below = predicate_under(&world.env, &region, &type->fields[COMMON_DEPARTMENT], 0, 3);
    const struct predicate *took_part = predicate_participant(&world.env, &region, 1);
    const struct predicate *hours = compare(&region, catalogue_field(type, "hours")->index, 1);
    assert_plan(compare(&region, COMMON_DEPARTMENT, 1), NULL, true);
    assert_plan(compare(&region, COMMON_COMPANY, 1), hours, true);
    assert_plan(either(&region, mine, took_part), NULL, true);
    assert_plan(either(&region, either(&region, below, mine), took_part), NULL, true);
    assert_plan(predicate_constant(true), pre_order, true);
    assert_plan(predicate_constant(true), NULL, false);
    assert_plan(either(&region, hours, mine), NULL, false);
    region_finish(&region);
}

static void test_history__is_written_once(void **state) {
    (void)state;
    struct journal_entry entry = {.at_ms = 1, .kind = "note", .detail_json = "{}"};
    struct market_sale sale = {.currency = "CNY", .source = "s", .source_key = "1"};
    struct stored_file file = {"a.lua", "return {}", 9};
    static const char hash[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    int64_t version = 0;
    store_world_begin(&world);
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &entry));
    store_world_succeed(&world, store_market_add(&world.env, world.connection, &sale, NULL));
    store_world_succeed(
        &world, store_configuration_save(&world.env, world.connection, "{}", 2, (struct store_stamp){0, 1}, &version));
    store_world_succeed(
        &world, store_rule_set_save(&world.env, world.connection, &(struct rule_set_row){hash, &file, 1, NULL, {0, 1}}, &version));
    struct decision_row decision = {.rule = "r", .entry = "decide", .input_json = "{}", .result_json = "{}", .outcome = "yes"};
    store_world_succeed(&world, store_decision_add(&world.env, world.connection, &decision, NULL));
    store_world_commit(&world);
    static const char *const attempts[] = {"UPDATE journal SET kind = 'x'", "DELETE FROM journal", "DELETE FROM market_sale",
        "UPDATE configuration SET body = 'x'", "DELETE FROM configuration", "UPDATE rule_file SET source = 'x'",
        "DELETE FROM rule_file", "UPDATE decision SET outcome = 'x'", "DELETE FROM decision",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = ''"};
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) assert_false(store_world_run(&world, attempts[i]));
}

static void test_views__are_there_with_the_names_that_reports_use(void **state) {
    (void)state;
    assert_answer(
        "id,type,number,company_code,company_name,department_code,department_name,owner_code,owner_name,customer_id,"
        "customer_name,status,version,currency,created_at,updated_at,locked,review,void_review,period,period_state,void_reason",
        "SELECT group_concat(name) FROM pragma_table_info('v_document')");
    assert_answer("company_code,company_name,type,period,state,person_code,since",
        "SELECT group_concat(name) FROM pragma_table_info('v_period')");
    assert_answer("task_id,document_id,type,number,node,title_en,title_zh,person_code,person_name,round,since",
        "SELECT group_concat(name) FROM pragma_table_info('v_awaited')");
    assert_answer("id,uid,event,document_id,number,person_code,person_name,party,text_en,text_zh,at,acknowledged_at,read_at",
        "SELECT group_concat(name) FROM pragma_table_info('v_message')");
    assert_answer("sequence,at,person_code,person_name,document_id,number,kind,detail,mac",
        "SELECT group_concat(name) FROM pragma_table_info('v_journal')");
    store_world_begin(&world);
    store_world_insert(&world, "customer", "SH-2", "wang");
    store_world_commit(&world);
    assert_answer("HT-SH|SH-2|wang|2026-02-02T02:40:00Z",
        "SELECT company_code || '|' || department_code || '|' || owner_code || '|' || created_at FROM v_document");
}

struct damage {
    const char *invariant, *sql;
};

#define AN_ITEM(id, direction)                                                                                                      \
    "INSERT INTO account_item (id, company, party, direction, kind, document, type, under, currency, amount, opened_on) SELECT " id \
    ", company, 'p', '" direction "', 'k', id, type, id, 'CNY', 5, '2026-01-01' FROM document WHERE type = 'machine';"
#define OPENED   "INSERT INTO account_movement SELECT id, id, document, 'open', NULL, 5, '2026-01-01', 0, 0, 0 FROM account_item;"
#define IN_FORCE "UPDATE document SET status = 'approved' WHERE type = 'machine'"

static const struct damage damages[] = {
    {"document_without_typed_row", "DELETE FROM trade_in"},
    {"typed_row_of_another_type", "INSERT INTO visit (document_id) SELECT max(id) FROM document WHERE type = 'trade_in'"},
    {"customer_of_another_type", "UPDATE document SET customer = id WHERE type = 'trade_in'"},
    {"participant_of_nothing", "INSERT INTO participant VALUES (1, 4711)"},
    {"void_without_reason", "UPDATE document SET status = 'voided' WHERE type = 'trade_in'"},
    {"number_missing_or_double", "INSERT INTO number_sequence VALUES (1, 'trade_in', 2026, 3)"},
    {"tree_order_double",
        "UPDATE department SET (tree_order, tree_last) = (SELECT tree_order, tree_last FROM department WHERE code = 'SH-2') WHERE code = 'SH-1'"},
    {"tree_does_not_nest", "UPDATE department SET parent = (SELECT id FROM department WHERE code = 'DB') WHERE code = 'SH-1'"},
    {"removed_department_in_tree", "UPDATE department SET removed = 1 WHERE code = 'SH-1'"},
    {"candidate_of_taken_task", "INSERT INTO task_candidate SELECT person, id FROM task"},
    {"open_task_of_nobody", "UPDATE task SET person = NULL"},
    {"due_of_standing_approval", "INSERT INTO approval_due SELECT id, 1, 5 FROM approval; UPDATE approval SET state = 'suspended'"},
    {"stock_without_warehouse", "UPDATE machine SET position = 'in_stock'"},
    {"machine_is_elsewhere", "UPDATE machine SET position = 'delivered'"},
    {"machine_is_elsewhere",
        "INSERT INTO machine_movement SELECT 1, document_id, document_id, 'purchase', 'in_stock', 'W', '2026-01-01', 0, 0, 0, 0 FROM machine"},
    {"machine_in_two_places",
        "INSERT INTO machine_movement SELECT 1, document_id, document_id, 'purchase', 'in_stock', 'W', '2026-01-01', 0, 0, 0, 0 FROM machine;"
        "INSERT INTO machine_movement SELECT 2, document_id, document_id, 'purchase', 'in_stock', 'V', '2026-01-02', 0, 0, 0, 0 FROM machine"},
    {"promised_twice", "UPDATE machine SET reserved_for = document_id"},
    {"instalments_do_not_add_up",
        "INSERT INTO financing_plan (document_id, amount, interest, instalments) SELECT document_id, 100, 1, "
        "'[{\"principal\":{\"amount_minor\":99},\"interest\":{\"amount_minor\":1}}]' FROM machine"},
    {"rents_do_not_add_up",
        "INSERT INTO rental (document_id, rent_total, rents) SELECT document_id, 100, '[{\"amount\":{\"amount_minor\":99}}]' FROM machine"},
    {"journal_head_behind", "UPDATE journal_head SET sequence = 9"},
    {"journal_gap", "INSERT INTO journal VALUES (7, 0, 0, 0, 'x', NULL, 0, zeroblob(32)); UPDATE journal_head SET sequence = 7"},
    {"story_beyond_the_journal", "INSERT INTO message (uid, event, party, text_en, text_zh, at_ms, available_ms, journaled) VALUES "
                                 "('00000000-0000-7000-8000-000000000000', 'e', 'p', 'a', 'b', 1, 1, 99)"},
    {"market_gap",
        "INSERT INTO market_sale (id, date_days, price_minor, currency, source, source_key) VALUES (5, 1, 1, 'CNY', 's', 'k')"},
    {"message_uid_double", "INSERT INTO message (uid, event, party, text_en, text_zh, at_ms, available_ms) VALUES "
                           "('00000000-0000-7000-8000-000000000000', 'e', 'p', 'a', 'b', 1, 1),"
                           "('00000000-0000-7000-8000-000000000000', 'e', 'p', 'a', 'b', 1, 1)"},
    {"open_task_of_ended_approval", "UPDATE approval SET ended_ms = started_ms, state = 'approved'"},
    {"task_of_another_document", "UPDATE task SET document = document + 1"},
    {"decided_task_without_decision", "UPDATE task SET state = 'done', closed_ms = 9"},
    {"running_approval_of_settled_document", "UPDATE document SET status = 'approved' WHERE type = 'trade_in'"},
    {"text_is_no_json", "UPDATE approval SET body = '{'"},
    {"text_is_no_json", "UPDATE trade_in SET options = '[}]'"},
    {"quota_of_fallen_order", "INSERT INTO quota_entry SELECT 1, 1, 1, '2026', max(id), -1, 0 FROM document"},
    {"item_is_not_its_movements", AN_ITEM("1", "receivable")},
    {"item_of_fallen_document", AN_ITEM("1", "receivable")},
    {"applied_on_one_side", AN_ITEM("1", "receivable") AN_ITEM("2", "payable") OPENED
        "INSERT INTO account_movement SELECT 3, 1, document, 'apply', 2, -2, '2026-01-01', 0, 0, 0 FROM account_item WHERE id = 1"},
    {"applied_across", AN_ITEM("1", "receivable") AN_ITEM("2", "receivable") OPENED
        "INSERT INTO account_movement SELECT 2 + id, id, document, 'apply', 3 - id, -2, '2026-01-01', 0, 0, 0 FROM account_item"},
    {"contract_not_on_account", "INSERT INTO contract (document_id, price) SELECT document_id, 5 FROM machine;" IN_FORCE},
    {"parts_arrived_otherwise", "INSERT INTO service_order (document_id, old_parts, parts_state) "
                                "SELECT document_id, '[{\"part\":\"p\",\"quantity\":1}]', 'arrived' FROM machine;"},
    {"return_not_on_account", "INSERT INTO stock_out (document_id, credit) SELECT document_id, 5 FROM machine;" IN_FORCE},
    {"confirmed_is_not_applied",
        "INSERT INTO receipt (document_id, amount, confirmed) SELECT document_id, 5, 1 FROM machine;" IN_FORCE},
    {"set_off_is_not_applied",
        "INSERT INTO set_off (document_id, amount, confirmed) SELECT document_id, 5, 1 FROM machine;" IN_FORCE},
    {"rule_set_without_files",
        "INSERT INTO rule_set VALUES (1, printf('%064d', 0), NULL, 0, 0); INSERT INTO rule_set_use VALUES (1, 1, 0, 0)"},
};

static void insert_something_in_approval(void) {
    store_world_begin(&world);
    store_world_insert(&world, "machine", "SH", "li");
    struct document *document = store_world_draft(&world, "trade_in", "SH", "li");
    store_world_put(&world, document, "status", STATUS_IN_APPROVAL);
    store_world_succeed(&world, store_document_insert(&world.env, world.connection, document, world.now_ms));
    struct approval_row approval = {.document = document_id(document),
        .flow = "f",
        .state = "running",
        .submitter = store_world_employee(&world, "li"),
        .started_ms = 1,
        .body = "{}",
        .body_length = 2};
    store_world_succeed(&world, store_approval_insert(&world.env, world.connection, &approval));
    struct task_row task = {.approval = approval.id,
        .document = approval.document,
        .sequence = 1,
        .node = "n",
        .state = "open",
        .person = approval.submitter,
        .opened_ms = 1};
    store_world_succeed(&world, store_task_open(&world.env, world.connection, &task));
    struct journal_entry entry = {.at_ms = 1, .kind = "note"};
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &entry));
    store_world_commit(&world);
    document_free(document);
}

static bool is_found(const char *invariant) {
    struct json *json = NULL;
    store_world_succeed(&world, json_new(&world.env, &json));
    json_value *findings = json_new_array(json), *item;
    store_world_succeed(&world, store_verify(&world.env, world.connection, findings, json));
    bool named = false;
    for (struct json_cursor each = json_each(findings); (item = json_next(&each, NULL)) != NULL;) {
        named |= strncmp(json_text(item), invariant, strlen(invariant)) == 0;
    }
    json_free(json);
    return named;
}

static void test_invariants__find_what_breaks_them(void **state) {
    (void)state;
    insert_something_in_approval();
    assert_int_equal(store_world_findings(&world), 0);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        store_world_begin(&world);
        assert_true(store_world_run(&world, damages[i].sql));
        bool found = is_found(damages[i].invariant);
        if (!found) print_error("%s is not found\n", damages[i].invariant);
        assert_true(found);
        store_rollback(world.connection);
    }
}

static void test_invariants__are_each_tried_above(void **state) {
    (void)state;
    for (size_t k = 0; k < store_invariants_count; k++) {
        bool tried = false;
        for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
            tried |= strcmp(store_invariants[k].name, damages[i].invariant) == 0;
        }
        if (!tried) print_error("%s is not tried\n", store_invariants[k].name);
        assert_true(tried);
    }
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_columns__are_the_fields_of_the_catalogue_in_its_order),
        ROW(test_tables__with_a_document_id_are_the_built_in_types),
        ROW(test_common_columns__are_the_common_fields),
        ROW(test_checks__allow_what_the_catalogue_allows_and_nothing_else),
        ROW(test_links__have_an_index_for_looking_up_backwards),
        ROW(test_statements__are_prepared_and_planned_without_an_unexplained_scan_or_sort),
        ROW(test_lists__of_any_scope_are_read_without_sorting),
        ROW(test_history__is_written_once),
        ROW(test_views__are_there_with_the_names_that_reports_use),
        ROW(test_invariants__find_what_breaks_them),
        ROW(test_invariants__are_each_tried_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
