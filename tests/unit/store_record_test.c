/* What is remembered beside the documents comes back; what may happen once happens once. */
#include "store/story_store.h"
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

static struct json *new_rows(void) {
    struct json *json = NULL;
    store_world_succeed(&world, json_new(&world.env, &json));
    json_set_root(json, json_new_array(json));
    return json;
}

/* -- configuration and organisation -- */

static void test_configuration__is_kept_in_versions(void **state) {
    (void)state;
    struct env *env = &world.env;
    char *body = NULL;
    size_t length = 0;
    int64_t version = 0;
    store_world_refused(&world, store_configuration_load(env, world.connection, 0, &body, &length, &version), DEALER_E_NOT_FOUND,
        "E_CONFIGURATION_NOT_FOUND");
    store_world_begin(&world);
    store_world_succeed(
        &world, store_configuration_save(env, world.connection, "{\"a\":1}", 7, (struct store_stamp){0, 5}, &version));
    assert_int_equal(version, 1);
    store_world_succeed(
        &world, store_configuration_save(env, world.connection, "{\"a\":\"二\"}", 11, (struct store_stamp){3, 6}, &version));
    assert_int_equal(version, 2);
    store_world_commit(&world);
    store_world_succeed(&world, store_configuration_load(env, world.connection, 0, &body, &length, &version));
    assert_string_equal(body, "{\"a\":\"二\"}");
    assert_int_equal(length, 11);
    assert_int_equal(version, 2);
    env_free(env, body);
    store_world_succeed(&world, store_configuration_load(env, world.connection, 1, &body, &length, &version));
    assert_string_equal(body, "{\"a\":1}");
    env_free(env, body);
    store_world_refused(&world, store_configuration_load(env, world.connection, 3, &body, &length, &version), DEALER_E_NOT_FOUND,
        "E_CONFIGURATION_NOT_FOUND");
    struct store_versions versions;
    store_world_succeed(&world, store_versions(env, world.connection, &versions));
    assert_int_equal(versions.configuration, 2);
    assert_int_equal(versions.rule_set, 0);
}

static void test_code__gets_its_id_once_in_each_noun(void **state) {
    (void)state;
    store_world_begin(&world);
    for (int noun = ORG_COMPANY; noun <= ORG_EMPLOYEE; noun++) {
        int64_t first = 0, again = 0, other = 0;
        store_world_succeed(&world, store_identify(&world.env, world.connection, noun, "X-1", "甲", &first));
        store_world_succeed(&world, store_identify(&world.env, world.connection, noun, "X-2", NULL, &other));
        store_world_succeed(&world, store_identify(&world.env, world.connection, noun, "X-1", "乙", &again));
        assert_int_equal(first, again);
        assert_int_not_equal(first, other);
    }
    store_world_succeed(&world, store_organisation_sync(&world.env, world.connection, world.org)); /* those are not in it */
    store_world_commit(&world);
    char *removed = store_world_ask(&world,
        "SELECT (SELECT group_concat(code || removed) FROM company WHERE code LIKE 'X%') || (SELECT sum(removed) FROM department) || "
        "(SELECT sum(removed) FROM post) || (SELECT sum(removed) FROM employee)");
    assert_string_equal(removed, "X-11,X-21222");
    free(removed);
}

static void test_organisation__is_written_as_a_tree(void **state) {
    (void)state;
    char *tree = store_world_ask(&world,
        "SELECT group_concat(d.code || ':' || (d.tree_last - d.tree_order) || ':' || coalesce(p.code, '-') || ':' || c.code, ' ') FROM "
        "(SELECT * FROM department ORDER BY code) AS d LEFT JOIN department AS p ON p.id = d.parent JOIN company AS c ON c.id = d.company");
    assert_string_equal(tree, "DB:0:-:HT-DB SH:3:-:HT-SH SH-1:0:SH:HT-SH SH-2:1:SH:HT-SH SH-2-1:0:SH-2:HT-SH");
    free(tree);
    char *name = store_world_ask(
        &world, "SELECT e.name || d.code FROM employee AS e JOIN department AS d ON d.id = e.department WHERE e.code = 'li'");
    assert_string_equal(name, "李娜SH-2-1");
    free(name);
}

/* -- rule sets -- */

struct seen_files {
    char text[200];
    dealer_status answer;
};

static dealer_status see_file(void *user_data, const struct stored_file *file) {
    struct seen_files *seen = user_data;
    size_t used = strlen(seen->text);
    snprintf(seen->text + used, sizeof seen->text - used, "%s=%.*s;", file->name, (int)file->length, file->source);
    return seen->answer;
}

static void hash_of(char digit, char out[65]) {
    memset(out, digit, 64);
    out[64] = '\0';
}

static void test_rule_set__is_known_by_its_hash_and_made_current_again(void **state) {
    (void)state;
    struct env *env = &world.env;
    struct stored_file old[] = {{"b.lua", "return 2", 8}, {"a.lua", "return 1", 8}}, new[] = {{"a.lua", "return 3", 8}};
    char a[65], b[65];
    struct rule_set_head head;
    int64_t version = 0;
    hash_of('a', a);
    hash_of('b', b);
    struct seen_files seen = {.answer = DEALER_OK};
    store_world_refused(
        &world, store_rule_set_load(env, world.connection, 0, see_file, &seen, &head), DEALER_E_NOT_FOUND, "E_RULE_SET_NOT_FOUND");
    store_world_begin(&world);
    store_world_succeed(
        &world, store_rule_set_save(env, world.connection, &(struct rule_set_row){a, old, 2, "first", {0, 1}}, &version));
    assert_int_equal(version, 1);
    store_world_succeed(
        &world, store_rule_set_save(env, world.connection, &(struct rule_set_row){b, new, 1, NULL, {0, 2}}, &version));
    assert_int_equal(version, 2);
    store_world_succeed(
        &world, store_rule_set_save(env, world.connection, &(struct rule_set_row){a, old, 2, "back", {0, 3}}, &version));
    assert_int_equal(version, 1);
    store_world_commit(&world);
    store_world_succeed(&world, store_rule_set_load(env, world.connection, 0, see_file, &seen, &head));
    assert_string_equal(seen.text, "a.lua=return 1;b.lua=return 2;");
    assert_string_equal(head.hash, a);
    assert_int_equal(head.version, 1);
    seen.text[0] = '\0';
    store_world_succeed(&world, store_rule_set_load(env, world.connection, 2, see_file, &seen, &head));
    assert_string_equal(seen.text, "a.lua=return 3;");
    struct store_versions versions;
    store_world_succeed(&world, store_versions(env, world.connection, &versions));
    assert_int_equal(versions.rule_set, 1);
    seen.answer = DEALER_E_RULE; /* the caller's own failure comes through */
    assert_int_equal(store_rule_set_load(env, world.connection, 1, see_file, &seen, &head), DEALER_E_RULE);
}

/* -- approvals -- */

static int64_t document_in_approval(void) {
    struct document *document = store_world_draft(&world, "trade_in", "SH", "li");
    store_world_put(&world, document, "status", STATUS_IN_APPROVAL);
    store_world_succeed(&world, store_document_insert(&world.env, world.connection, document, world.now_ms));
    int64_t id = document_id(document);
    document_free(document);
    return id;
}

static struct approval_row new_approval(int64_t document) {
    struct approval_row row = {.document = document,
        .rule_set = 4,
        .configuration = 5,
        .flow = "trade_in_flow",
        .state = "running",
        .round = 1,
        .started_ms = 100,
        .submitter = store_world_employee(&world, "li"),
        .body = "{\"n\":1}",
        .body_length = 7};
    store_world_succeed(&world, store_approval_insert(&world.env, world.connection, &row));
    return row;
}

static void test_approval__comes_back_and_moves_on(void **state) {
    (void)state;
    struct region region;
    struct approval_row read;
    region_init(&region, &world.seams);
    store_world_begin(&world);
    int64_t document = document_in_approval();
    store_world_refused(&world, store_approval_of(&world.env, world.connection, &region, document, &read), DEALER_E_NOT_FOUND,
        "E_APPROVAL_NOT_FOUND");
    struct approval_row row = new_approval(document);
    row.round = 2;
    row.state = "returned";
    row.body = "{\"n\":2,\"why\":\"价格\"}";
    row.body_length = strlen(row.body);
    store_world_succeed(&world, store_approval_update(&world.env, world.connection, &row));
    store_world_succeed(&world, store_approval_of(&world.env, world.connection, &region, document, &read));
    assert_int_equal(read.id, row.id);
    assert_int_equal(read.round, 2);
    assert_int_equal(read.rule_set, 4);
    assert_int_equal(read.configuration, 5);
    assert_int_equal(read.ended_ms, 0);
    assert_int_equal(read.submitter, row.submitter);
    assert_string_equal(read.state, "returned");
    assert_string_equal(read.flow, "trade_in_flow");
    assert_string_equal(read.body, row.body);
    assert_int_equal(read.body_length, row.body_length);
    row.id = 99;
    store_world_refused(
        &world, store_approval_update(&world.env, world.connection, &row), DEALER_E_NOT_FOUND, "E_APPROVAL_NOT_FOUND");
    store_world_commit(&world);
    region_finish(&region);
}

static void test_approval__of_a_document_runs_once_at_a_time(void **state) {
    (void)state;
    store_world_begin(&world);
    int64_t document = document_in_approval();
    struct approval_row first = new_approval(document), second = first;
    store_world_refused(
        &world, store_approval_insert(&world.env, world.connection, &second), DEALER_E_CONFLICT, "E_STORE_DUPLICATE");
    first.state = "rejected";
    first.ended_ms = 200;
    store_world_succeed(&world, store_approval_update(&world.env, world.connection, &first));
    store_world_succeed(&world, store_approval_insert(&world.env, world.connection, &second));
    assert_true(second.id > first.id);
    store_world_commit(&world);
}

static struct task_row new_task(const struct approval_row *approval, int64_t sequence, const char *person) {
    struct task_row row = {.approval = approval->id,
        .document = approval->document,
        .sequence = sequence,
        .person = person == NULL ? 0 : store_world_employee(&world, person),
        .opened_ms = 100 + sequence,
        .node = "reviewer",
        .node_title_en = "Review",
        .node_title_zh = "审核",
        .state = "open",
        .reason_en = "head",
        .reason_zh = "负责人",
        .round = 1};
    store_world_succeed(&world, store_task_open(&world.env, world.connection, &row));
    return row;
}

static void test_task__is_closed_once_and_may_be_opened_again(void **state) {
    (void)state;
    struct region region;
    struct task_row read;
    region_init(&region, &world.seams);
    store_world_begin(&world);
    struct approval_row approval = new_approval(document_in_approval());
    struct task_row task = new_task(&approval, 1, "wang");
    int64_t id = task.id;
    task.comment = "请看";
    store_world_succeed(&world, store_task_open(&world.env, world.connection, &task)); /* changed while open: the same row */
    assert_int_equal(task.id, id);
    task.state = "done";
    task.decision = "approved";
    task.closed_ms = 300;
    store_world_succeed(&world, store_task_close(&world.env, world.connection, &task));
    store_world_refused(&world, store_task_close(&world.env, world.connection, &task), DEALER_E_CONFLICT, "E_TASK_CLOSED");
    task.state = "open";
    store_world_refused(&world, store_task_open(&world.env, world.connection, &task), DEALER_E_CONFLICT, "E_TASK_CLOSED");
    store_world_succeed(&world, store_task_load(&world.env, world.connection, &region, id, &read));
    assert_string_equal(read.decision, "approved");
    assert_string_equal(read.comment, "请看");
    assert_string_equal(read.node_title_zh, "审核");
    assert_int_equal(read.closed_ms, 300);
    store_world_succeed(&world, store_task_reopen(&world.env, world.connection, &task));
    store_world_refused(&world, store_task_reopen(&world.env, world.connection, &task), DEALER_E_CONFLICT, "E_TASK_NOT_CLOSED");
    store_world_succeed(&world, store_task_load(&world.env, world.connection, &region, id, &read));
    assert_null(read.decision);
    assert_int_equal(read.closed_ms, 0);
    store_world_refused(
        &world, store_task_load(&world.env, world.connection, &region, 77, &read), DEALER_E_NOT_FOUND, "E_TASK_NOT_FOUND");
    store_world_commit(&world);
    region_finish(&region);
}

struct seen_ids {
    int64_t ids[10];
    int count;
};

static dealer_status see_task(void *user_data, const struct task_row *row) {
    struct seen_ids *seen = user_data;
    seen->ids[seen->count++] = row->sequence;
    return DEALER_OK;
}

static void assert_tasks(enum task_filter filter, int64_t key, int64_t after, int64_t limit, const char *expected) {
    struct seen_ids seen = {.count = 0};
    char text[64] = "";
    store_world_succeed(
        &world, store_tasks(&world.env, world.connection, &(struct task_query){filter, key, after, limit}, see_task, &seen));
    for (int i = 0; i < seen.count; i++) snprintf(text + strlen(text), sizeof text - strlen(text), "%d ", (int)seen.ids[i]);
    assert_string_equal(text, expected);
}

static void test_tasks__are_listed_by_person_and_by_document(void **state) {
    (void)state;
    store_world_begin(&world);
    struct approval_row approval = new_approval(document_in_approval());
    int64_t wang = store_world_employee(&world, "wang"), li = store_world_employee(&world, "li");
    struct task_row tasks[5];
    for (int i = 0; i < 5; i++) tasks[i] = new_task(&approval, i + 1, i == 4 ? NULL : i % 2 == 0 ? "wang" : "li");
    tasks[0].state = "done";
    tasks[0].decision = "approved";
    tasks[0].closed_ms = 500;
    store_world_succeed(&world, store_task_close(&world.env, world.connection, &tasks[0]));
    tasks[1].state = "cancelled";
    tasks[1].closed_ms = 500;
    store_world_succeed(&world, store_task_close(&world.env, world.connection, &tasks[1]));
    store_world_succeed(&world, store_task_candidate_add(&world.env, world.connection, approval.id, 5, li));
    store_world_commit(&world);
    assert_tasks(TASKS_OPEN_OF_PERSON, wang, 0, 9, "3 ");
    assert_tasks(TASKS_OPEN_OF_PERSON, li, 0, 9, "4 5 ");
    assert_tasks(TASKS_OPEN_OF_PERSON, li, tasks[3].id, 9, "5 ");
    assert_tasks(TASKS_DONE_OF_PERSON, wang, 0, 9, "1 ");
    assert_tasks(TASKS_DONE_OF_PERSON, li, 0, 9, "");
    assert_tasks(TASKS_OF_DOCUMENT, approval.document, 0, 9, "1 2 3 4 5 ");
    assert_tasks(TASKS_OF_DOCUMENT, approval.document, tasks[1].id, 2, "3 4 ");
    assert_tasks(TASKS_OPEN_OF_DOCUMENT, approval.document, 0, 9, "3 4 5 ");
    char *awaited =
        store_world_ask(&world, "SELECT group_concat(coalesce(person_code, '?')) FROM (SELECT * FROM v_awaited ORDER BY task_id)");
    assert_string_equal(awaited, "wang,li,?");
    free(awaited);
}

struct told_story {
    char text[400];
};

static dealer_status note_story(void *user_data, const struct story_row *row) {
    struct told_story *told = user_data;
    size_t length = strlen(told->text);
    snprintf(told->text + length, sizeof told->text - length, "%s %s after %lld by %lld: %s\n", row->source, row->kind,
        (long long)row->sequence, (long long)row->person, row->detail ? row->detail : "-");
    return DEALER_OK;
}

/* Before the entries of its own call; after those of calls before. */
static void test_decision__keeps_what_the_rule_saw_and_said_and_its_place_in_the_story(void **state) {
    (void)state;
    struct told_story told = {""};
    int64_t id = 0;
    store_world_begin(&world);
    struct decision_row row = {.document = document_in_approval(),
        .at_ms = 7,
        .rule_set = 2,
        .rule = "valuation",
        .entry = "value",
        .input_json = "{\"hours\":1}",
        .result_json = "{\"amount\":2}",
        .outcome = "valued",
        .person = 1,
        .instructions = 900,
        .bytes = 4096};
    row.journaled = 1; /* asked before what follows was journaled */
    struct journal_entry before = {5, 1, row.document, "created", NULL, 0}, after = {7, 1, row.document, "submitted", NULL, 0};
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &before));
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &after));
    store_world_succeed(&world, store_decision_add(&world.env, world.connection, &row, &id));
    store_world_commit(&world);
    store_world_succeed(&world, store_story(&world.env, world.connection, row.document, note_story, &told));
    assert_string_equal(told.text,
        "journal created after 1 by 1: -\n"
        "rule valued after 1 by 1: {\"rule\":\"valuation\",\"entry\":\"value\",\"rule_set\":2,\"call\":1,\"kept\":0,"
        "\"instructions\":900,\"bytes\":4096,\"input\":{\"hours\":1},\"result\":{\"amount\":2}}\n"
        "journal submitted after 2 by 1: -\n");
    assert_int_equal(id, 1);
}

/* -- journal -- */

static void add_entries(int count) {
    store_world_begin(&world);
    for (int i = 0; i < count; i++) {
        struct journal_entry entry = {
            .at_ms = i, .person = i % 2, .document = i % 3, .kind = "note", .detail_json = i == 1 ? NULL : "{\"n\":1}"};
        store_world_succeed(&world, store_journal_add(&world.env, world.connection, &entry));
    }
    store_world_commit(&world);
}

static void assert_held_against(const struct journal_head *known, int64_t entries, int64_t bad, enum journal_flaw flaw) {
    struct journal_proof proof = {-1, -1, JOURNAL_WHOLE};
    store_world_succeed(&world, store_journal_verify(&world.env, world.connection, known, &proof));
    assert_int_equal(proof.bad, bad);
    assert_int_equal(proof.entries, entries);
    assert_int_equal(proof.flaw, flaw);
}

static void assert_chain(int64_t entries) {
    assert_held_against(NULL, entries, 0, JOURNAL_WHOLE);
}

static void test_journal__is_a_chain_over_transactions(void **state) {
    (void)state;
    struct journal_head none, before, after;
    store_world_succeed(&world, store_journal_head(&world.env, world.connection, &none));
    assert_chain(0);
    add_entries(3);
    add_entries(4);
    assert_chain(7);
    store_world_succeed(&world, store_journal_head(&world.env, world.connection, &before));
    assert_int_equal(before.sequence, 7);
    store_world_begin(&world);
    struct journal_entry entry = {.at_ms = 1, .kind = "lost"};
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &entry));
    store_rollback(world.connection);
    add_entries(1);
    store_world_succeed(&world, store_journal_head(&world.env, world.connection, &after));
    assert_int_equal(after.sequence, 8);
    assert_string_not_equal(before.mac, after.mac);
    assert_held_against(&none, 8, 0, JOURNAL_WHOLE); /* a journal that went on still holds every head of before */
    assert_held_against(&before, 8, 0, JOURNAL_WHOLE);
    assert_held_against(&after, 8, 0, JOURNAL_WHOLE);
    store_world_succeed(&world, store_journal_add(&world.env, world.connection, &entry)); /* without a transaction */
    assert_chain(9);
    struct json *json = new_rows();
    store_world_succeed(&world, store_journal_of(&world.env, world.connection, 2, json_root(json), json));
    assert_int_equal(json_count(json_root(json)), 2);
    json_free(json);
}

static void test_journal__changed_cut_or_forged_is_found_at_the_first_bad_entry(void **state) {
    (void)state;
    static const struct {
        const char *damage;
        int entries, bad;
        enum journal_flaw flaw;
    } rows[] = {
        {"UPDATE journal SET kind = 'nota' WHERE sequence = 3", 2, 3, JOURNAL_CHANGED},
        {"UPDATE journal SET at_ms = 99 WHERE sequence = 1", 0, 1, JOURNAL_CHANGED},
        {"UPDATE journal SET person = 5 WHERE sequence = 6", 5, 6, JOURNAL_CHANGED},
        {"UPDATE journal SET document = 5 WHERE sequence = 2", 1, 2, JOURNAL_CHANGED},
        {"UPDATE journal SET acting = 5 WHERE sequence = 2", 1, 2, JOURNAL_CHANGED},
        {"UPDATE journal SET detail = '{}' WHERE sequence = 2", 1, 2, JOURNAL_CHANGED},
        {"UPDATE journal SET detail = NULL WHERE sequence = 3", 2, 3, JOURNAL_CHANGED},
        {"UPDATE journal SET mac = zeroblob(32) WHERE sequence = 5", 4, 5, JOURNAL_CHANGED},
        {"DELETE FROM journal WHERE sequence = 4", 3, 4, JOURNAL_MISSING},
        {"DELETE FROM journal WHERE sequence >= 5", 4, 5, JOURNAL_CUT_OFF},
        {"DELETE FROM journal WHERE sequence >= 5; UPDATE journal_head SET sequence = 4, mac = (SELECT mac FROM journal WHERE sequence = 4)",
            4, 5, JOURNAL_CUT_OFF},
        {"DELETE FROM journal", 0, 1, JOURNAL_CUT_OFF},
        {"DELETE FROM journal_head", 6, 7, JOURNAL_CUT_OFF},
        {"INSERT INTO journal VALUES (7, 0, 0, 0, 'x', NULL, 0, zeroblob(32))", 6, 7, JOURNAL_CHANGED},
    };
    add_entries(6);
    store_world_succeed(&world, store_begin(&world.env, world.connection, true));
    assert_true(store_world_run(&world, "DROP TRIGGER journal_is_not_changed; DROP TRIGGER journal_is_not_deleted"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        store_world_succeed(&world, store_savepoint(&world.env, world.connection));
        assert_true(store_world_run(&world, rows[i].damage));
        assert_held_against(NULL, rows[i].entries, rows[i].bad, rows[i].flaw);
        store_savepoint_rollback(world.connection);
    }
    store_rollback(world.connection);
    assert_chain(6);
}

/* Whoever has an older copy of the file has an older journal that is whole, and its head; only the one that was kept elsewhere tells. */
static void test_journal__put_back_to_an_older_copy_is_found_by_the_kept_head(void **state) {
    (void)state;
    struct journal_head kept, other;
    add_entries(4);
    assert_true(store_world_run(
        &world, "CREATE TABLE older AS SELECT * FROM journal; CREATE TABLE older_head AS SELECT * FROM journal_head"));
    add_entries(2);
    store_world_succeed(&world, store_journal_head(&world.env, world.connection, &kept));
    assert_held_against(&kept, 6, 0, JOURNAL_WHOLE);
    assert_true(store_world_run(&world, "DROP TRIGGER journal_is_not_changed; DROP TRIGGER journal_is_not_deleted"));
    assert_true(store_world_run(&world, "DELETE FROM journal WHERE sequence > 4; UPDATE journal_head SET (sequence, mac) = "
                                        "(SELECT sequence, mac FROM older_head)"));
    assert_chain(4);
    assert_held_against(&kept, 4, 5, JOURNAL_CUT_OFF);
    other = kept;
    other.sequence = 3;
    assert_held_against(&other, 2, 3, JOURNAL_CHANGED); /* another entry stands where the head was */
}

/* -- messages -- */

static dealer_status see_message(void *user_data, const struct message_row *row) {
    struct seen_ids *seen = user_data;
    assert_int_equal(strlen(row->uid), 36);
    assert_int_equal(row->uid[14], '7');
    seen->ids[seen->count++] = row->id;
    return DEALER_OK;
}

static void assert_messages(enum message_filter filter, int64_t key, int64_t after, int64_t limit, const char *expected) {
    struct seen_ids seen = {.count = 0};
    char text[64] = "";
    store_world_succeed(&world,
        store_messages(&world.env, world.connection, &(struct message_query){filter, key, after, limit}, see_message, &seen));
    for (int i = 0; i < seen.count; i++) snprintf(text + strlen(text), sizeof text - strlen(text), "%d ", (int)seen.ids[i]);
    assert_string_equal(text, expected);
}

static void test_messages__are_delivered_and_read_by_separate_marks(void **state) {
    (void)state;
    int64_t wang = store_world_employee(&world, "wang"), li = store_world_employee(&world, "li");
    store_world_begin(&world);
    for (int i = 0; i < 4; i++) {
        struct message_row row = {.event = "approved",
            .document = i < 2 ? 5 : 0,
            .person = i == 3   ? 0
                      : i == 2 ? li
                               : wang,
            .party = i == 3 ? "guarantor" : NULL,
            .text_en = "approved",
            .text_zh = "已批准",
            .at_ms = world.now_ms + i};
        store_world_succeed(&world, store_message_add(&world.env, world.connection, &row));
        assert_int_equal(row.id, i + 1);
    }
    struct message_row nobody = {.event = "e", .text_en = "a", .text_zh = "b"};
    store_world_refused(&world, store_message_add(&world.env, world.connection, &nobody), DEALER_E_INVALID, "E_STORE_CONSTRAINT");
    store_world_succeed(&world, store_message_acknowledge(&world.env, world.connection, 2, 50));
    store_world_succeed(&world, store_message_acknowledge(&world.env, world.connection, 2, 60));
    store_world_succeed(&world, store_message_read(&world.env, world.connection, 1, wang, true, 70));
    store_world_refused(
        &world, store_message_acknowledge(&world.env, world.connection, 9, 1), DEALER_E_NOT_FOUND, "E_MESSAGE_NOT_FOUND");
    store_world_refused(
        &world, store_message_read(&world.env, world.connection, 1, li, true, 1), DEALER_E_NOT_FOUND, "E_MESSAGE_NOT_FOUND");
    store_world_commit(&world);
    assert_messages(MESSAGES_UNDELIVERED, INT64_MAX, 0, 9, "1 3 4 ");
    assert_messages(MESSAGES_UNDELIVERED, INT64_MAX, 1, 1, "3 ");
    assert_messages(MESSAGES_INBOX, wang, 0, 9, "1 2 ");
    assert_messages(MESSAGES_INBOX_UNREAD, wang, 0, 9, "2 ");
    assert_messages(MESSAGES_OF_DOCUMENT, 5, 0, 9, "1 2 ");
    store_world_succeed(&world, store_message_read(&world.env, world.connection, 1, wang, false, 80));
    assert_messages(MESSAGES_INBOX_UNREAD, wang, 0, 9, "1 2 ");
    char *first = store_world_ask(&world, "SELECT acknowledged_ms FROM message WHERE id = 2");
    assert_string_equal(first, "50");
    free(first);
}

/* -- market -- */

static dealer_status see_sale(void *user_data, const struct market_sale *sale) {
    struct seen_ids *seen = user_data;
    seen->ids[seen->count++] = sale->price_minor;
    assert_string_equal(sale->model, "PC200");
    return DEALER_OK;
}

static void test_market__takes_each_sale_once_and_tells_them_oldest_first(void **state) {
    (void)state;
    static const char *const keys[] = {"k1", "k2", "k3", "k1", "k4"};
    static const int64_t days[] = {30, 10, 20, 30, 5};
    int added_count = 0;
    store_world_begin(&world);
    for (int i = 0; i < 5; i++) {
        struct market_sale sale = {.date_days = days[i],
            .price_minor = days[i] * 100,
            .currency = i == 4 ? "USD" : "CNY",
            .model = "PC200",
            .category = "excavator",
            .year = 2012,
            .attributes_json = "{\"a\":\"b\"}",
            .source = "auction",
            .source_key = keys[i]};
        bool added = false;
        store_world_succeed(&world, store_market_add(&world.env, world.connection, &sale, &added));
        added_count += added;
    }
    store_world_commit(&world);
    assert_int_equal(added_count, 4);
    struct seen_ids seen = {.count = 0};
    store_world_succeed(&world, store_market_each(&world.env, world.connection, "CNY", 30, see_sale, &seen));
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.ids[0], 1000);
    assert_int_equal(seen.ids[1], 2000);
    int64_t count = 0, last = 0;
    store_world_succeed(&world, store_market_version(&world.env, world.connection, &count, &last));
    assert_int_equal(count, 4);
    assert_int_equal(last, 4);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static bool is_fresh(const char *key, int64_t now_ms) {
    bool fresh = false;
    store_world_succeed(&world, store_message_told(&world.env, world.connection, key, now_ms, 1000, &fresh));
    return fresh;
}

static void test_messages__what_was_told_long_ago_is_forgotten_some_at_a_time(void **state) {
    (void)state;
    store_world_begin(&world);
    assert_true(is_fresh("a", 100));
    assert_true(is_fresh("b", 200));
    assert_true(is_fresh("c", 900));
    assert_false(is_fresh("a", 150));
    store_world_succeed(&world, store_messages_forget(&world.env, world.connection, 500, 1));
    assert_true(is_fresh("a", 150)); /* the oldest is gone */
    assert_false(is_fresh("b", 250));
    store_world_succeed(&world, store_messages_forget(&world.env, world.connection, 500, 9));
    assert_true(is_fresh("b", 250));
    assert_false(is_fresh("c", 950)); /* young enough */
    store_world_commit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_configuration__is_kept_in_versions),
        ROW(test_code__gets_its_id_once_in_each_noun),
        ROW(test_organisation__is_written_as_a_tree),
        ROW(test_rule_set__is_known_by_its_hash_and_made_current_again),
        ROW(test_approval__comes_back_and_moves_on),
        ROW(test_approval__of_a_document_runs_once_at_a_time),
        ROW(test_task__is_closed_once_and_may_be_opened_again),
        ROW(test_tasks__are_listed_by_person_and_by_document),
        ROW(test_decision__keeps_what_the_rule_saw_and_said_and_its_place_in_the_story),
        ROW(test_journal__is_a_chain_over_transactions),
        ROW(test_journal__changed_cut_or_forged_is_found_at_the_first_bad_entry),
        ROW(test_journal__put_back_to_an_older_copy_is_found_by_the_kept_head),
        ROW(test_messages__are_delivered_and_read_by_separate_marks),
        ROW(test_messages__what_was_told_long_ago_is_forgotten_some_at_a_time),
        ROW(test_market__takes_each_sale_once_and_tells_them_oldest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
