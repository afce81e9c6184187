/* Bound to content, migrated on purpose, drawn and explained: at the door. */
#include "support/approval_door.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ONE   "{id='one', title={en='first',zh='一级审核'}, who={post='one',['in']='company'}, mode='any'}"
#define TWO   "{id='two', title={en='second',zh='二级审核'}, who={post='two',['in']='company'}}"
#define THREE "{id='three', title={en='third',zh='三级审核'}, who={post='three',['in']='company'}}"

static dealer_document *open_document(struct approval_door *door, const char *person, int64_t id) {
    dealer_session *session = approval_door_session(door, person);
    dealer_document *document = NULL;
    approval_door_must(dealer_document_open(session, &document, id), dealer_session_error(session), "open");
    return document;
}

static void amend(struct approval_door *door, const char *person, int64_t id, const char *json) {
    dealer_session *session = approval_door_session(door, person);
    dealer_document *document = open_document(door, person, id);
    approval_door_must(dealer_document_merge(document, json, strlen(json)), dealer_document_error(document), "merge");
    approval_door_must(dealer_document_save(session, document), dealer_session_error(session), "save");
    dealer_document_free(document);
}

static void test_content__an_amendment_voids_what_covered_it(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", ONE "," TWO "," THREE, "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    approval_door_approve(&door, "a1", id);
    approval_door_approve(&door, "b", id);
    amend(&door, "c", id, "{\"remark\":\"不重要\"}"); /* no approval covers it */
    assert_true(approval_door_task(&door, "c", id) != 0);
    amend(&door, "c", id, "{\"rate\":1234}");
    assert_int_equal(approval_door_task(&door, "c", id), 0);
    assert_true(approval_door_task(&door, "a2", id) != 0); /* the node is open for all its people again */
    char *history = approval_door_history(&door, id);
    assert_non_null(strstr(history, "voided voided"));
    free(history);
    approval_door_approve(&door, "a2", id);
    approval_door_approve(&door, "b", id);
    approval_door_approve(&door, "c", id);
    assert_string_equal(approval_door_status(&door, id), "approved");
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_content__a_node_covers_what_it_says(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:",
        "{id='one', who={post='two',['in']='company'}, covers={'rate'}},{id='two', who={post='one',['in']='company'}, mode='any', "
        "covers={'amount'}}," THREE,
        "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    approval_door_approve(&door, "b", id);
    approval_door_approve(&door, "a1", id);
    amend(&door, "c", id, "{\"rate\":7}");
    approval_door_approve(&door, "b", id);
    assert_true(approval_door_task(&door, "c", id) != 0); /* the second stands: amount is as it was */
    approval_door_close(&door);
}

static json_t *migrate(struct approval_door *door, const char *person, int32_t dry) {
    dealer_session *session = approval_door_session(door, person);
    dealer_text *text = NULL;
    approval_door_must(dealer_approval_migrate(session, &text, dry, "新版本", 0, 1000), dealer_session_error(session), "migrate");
    json_t *rows = json_loads(dealer_text_data(text), 0, NULL);
    dealer_text_free(text);
    return rows;
}

static void test_migrate__dry_run_first_then_on_purpose(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", ONE "," TWO, "", NULL);
    int64_t first = approval_door_submit(&door, "m", 100), second = approval_door_submit(&door, "m", 200);
    approval_door_approve(&door, "a1", second);
    approval_door_publish(&door, THREE "," ONE "," TWO ",{id='last', who={person='z'}}", "");
    json_t *rows = migrate(&door, "x", 1);
    assert_int_equal(json_array_size(rows), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *row = json_array_get(rows, i), *not_asked = json_object_get(row, "not_asked");
        assert_true(json_is_true(json_object_get(row, "ok")));
        assert_int_equal(json_array_size(not_asked), 1);
        assert_string_equal(json_string_value(json_array_get(not_asked, 0)), "three");
    }
    json_decref(rows);
    char *history = approval_door_history(&door, first);
    assert_null(strstr(history, "migrated"));
    free(history);
    rows = migrate(&door, "y", 0); /* may not administrate any */
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
    rows = migrate(&door, "x", 0);
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
    rows = migrate(&door, "x", 0); /* they are there already */
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
    approval_door_approve(&door, "b", second);
    assert_string_equal(approval_door_status(&door, second), "in_approval");
    approval_door_approve(&door, "z", second);
    assert_string_equal(approval_door_status(&door, second), "approved");
    approval_door_verify(&door);
    approval_door_close(&door);
}

static void test_migrate__what_cannot_go_on_stays(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(&door, ":memory:", ONE "," TWO, "", NULL);
    int64_t gone = approval_door_submit(&door, "m", 100), fine = approval_door_submit(&door, "m", 100);
    approval_door_approve(&door, "a1", fine);
    approval_door_publish(&door, "{id='one', kind='cc', who={person='z'}}," TWO, "");
    json_t *rows = migrate(&door, "x", 0);
    assert_int_equal(json_array_size(rows), 2);
    assert_false(json_is_true(json_object_get(json_array_get(rows, 0), "ok")));
    assert_true(*json_string_value(json_object_get(json_array_get(rows, 0), "zh")));
    json_decref(rows);
    approval_door_approve(&door, "a1", gone); /* under the version that it began with */
    approval_door_approve(&door, "b", gone);
    assert_string_equal(approval_door_status(&door, gone), "approved");
    approval_door_verify(&door);
    approval_door_close(&door);
}

static char *picture(struct approval_door *door, int64_t id, const char *format) {
    dealer_session *session = approval_door_session(door, "y");
    dealer_document *document = open_document(door, "y", id);
    dealer_text *text = NULL;
    approval_door_must(
        dealer_document_picture(session, &text, document, format, DEALER_LANGUAGE_ZH), dealer_session_error(session), "picture");
    char *copy = malloc(dealer_text_length(text) + 1);
    memcpy(copy, dealer_text_data(text), dealer_text_length(text) + 1);
    dealer_text_free(text);
    dealer_document_free(document);
    return copy;
}

static void test_picture__of_a_flow_and_of_what_is_under_way(void **state) {
    struct approval_door door;
    dealer_text *text = NULL;
    static const char *const formats[] = {"svg", "mermaid", "dot"};
    (void)state;
    approval_door_open(&door, ":memory:",
        ONE ",{id='size', kind='exclusive', title={en='size',zh='金额\"大小\"'}, branches={{title={en='large',zh='大额<>'}, "
            "when={predicate={field='amount', op='>', value={amount_minor=1000,currency='CNY'}}}, nodes={" TWO
            "}}, {otherwise=true, nodes={}}}}," THREE,
        "", NULL);
    int64_t id = approval_door_submit(&door, "m", 5000);
    approval_door_approve(&door, "a1", id);
    for (int i = 0; i < 3; i++) {
        char *drawn = picture(&door, id, formats[i]);
        assert_non_null(strstr(drawn, "二级审核"));
        assert_non_null(strstr(drawn, "a1 ✓"));
        assert_non_null(strstr(drawn, "b …"));
        if (i == 0) assert_non_null(strstr(drawn, "大额&lt;&gt;"));
        if (i == 0) assert_non_null(strstr(drawn, "</svg>"));
        if (i == 1) assert_null(strstr(drawn, "金额\"大"));
        free(drawn);
    }
    dealer_session *reader = approval_door_session(&door, "y");
    approval_door_must(
        dealer_flow_picture(reader, &text, "flow.request", "svg", DEALER_LANGUAGE_EN), dealer_session_error(reader), "flow");
    assert_non_null(strstr(dealer_text_data(text), "post two"));
    dealer_text_free(text);
    assert_int_equal(dealer_flow_picture(reader, &text, "flow.nothing", "svg", DEALER_LANGUAGE_EN), DEALER_E_NOT_FOUND);
    assert_int_equal(dealer_flow_picture(reader, &text, "flow.request", "png", DEALER_LANGUAGE_EN), DEALER_E_INVALID);
    approval_door_close(&door);
}

static json_t *explain(struct approval_door *door, int64_t id, const char *person) {
    dealer_session *session = approval_door_session(door, "y");
    dealer_document *document = open_document(door, "y", id);
    dealer_text *text = NULL;
    approval_door_must(dealer_approval_explain(session, &text, document, person), dealer_session_error(session), "explain");
    json_t *why = json_loads(dealer_text_data(text), 0, NULL);
    dealer_text_free(text);
    dealer_document_free(document);
    return why;
}

static const char *why_not(json_t *why, size_t at) {
    const json_t *row = json_array_get(json_object_get(why, "why_not"), at);
    return json_string_value(json_object_get(json_object_get(row, "why"), "en"));
}

static void test_explain__why_he_and_why_not_me(void **state) {
    struct approval_door door;
    (void)state;
    approval_door_open(
        &door, ":memory:", ONE ",{id='self', who={{person='m'},{person='b'}}, approver_is_submitter='skip'}," THREE, "", NULL);
    int64_t id = approval_door_submit(&door, "m", 100);
    json_t *why = explain(&door, id, "b");
    const json_t *people = json_object_get(json_array_get(json_object_get(why, "nodes"), 0), "people");
    assert_int_equal(json_array_size(people), 3);
    assert_non_null(
        strstr(json_string_value(json_object_get(json_object_get(json_array_get(people, 0), "why"), "en")), "holds the post"));
    assert_non_null(strstr(why_not(why, 0), "b is none of them"));
    assert_non_null(strstr(why_not(why, 1), "later, at self"));
    json_decref(why);
    why = explain(&door, id, "m");
    assert_non_null(strstr(why_not(why, 0), "submitted it"));
    json_decref(why);
    approval_door_approve(&door, "a1", id);
    why = explain(&door, id, NULL);
    const json_t *choice = json_array_get(json_object_get(why, "choices"), 0);
    assert_string_equal(json_string_value(json_object_get(choice, "kind")), "approver_skipped");
    assert_string_equal(json_string_value(json_object_get(choice, "name")), "m");
    assert_null(json_object_get(why, "why_not"));
    json_decref(why);
    approval_door_close(&door);
}

static json_t *warnings_of(struct approval_door *door, const char *lua_nodes) {
    static const char pattern[] =
        "return {id='flow.request',title={en='r',zh='r'},type='request',flow={id='request',title={en='r',zh='r'},"
        "nodes={%s}}}";
    char lua[1500];
    dealer_text *text = NULL;
    snprintf(lua, sizeof lua, pattern, lua_nodes);
    json_t *set = json_pack("{s:s,s:{s:s}}", "note", "t", "files", "flow/request.lua", lua);
    char *files = json_dumps(set, JSON_COMPACT);
    approval_door_must(
        dealer_rules_publish(door->system, &text, files, strlen(files), 1), dealer_session_error(door->system), "check");
    json_t *report = json_loads(dealer_text_data(text), 0, NULL), *warnings = json_incref(json_object_get(report, "warnings"));
    dealer_text_free(text);
    free(files);
    json_decref(set);
    json_decref(report);
    return warnings;
}

static void test_lint__departments_that_could_not_submit(void **state) {
    struct approval_door door;
    (void)state;
    static const char limits[] = "{\"limits\":[{\"type\":\"request\",\"department\":\"d\",\"amount\":{\"amount_minor\":500,"
                                 "\"currency\":\"CNY\"}}]}";
    approval_door_open(&door, ":memory:", ONE, "", limits);
    json_t *warnings = warnings_of(&door, "{id='a',kind='approve',title={en='a',zh='a'},who={post='one',['in']='company'}}");
    assert_int_equal(json_array_size(warnings), 0);
    json_decref(warnings);
    warnings = warnings_of(&door, "{id='a',kind='approve',title={en='a',zh='a'},who={head=5}}");
    assert_int_equal(json_array_size(warnings), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(warnings, 0), "department")), "d");
    assert_string_equal(json_string_value(json_object_get(json_array_get(warnings, 0), "kind")), "nobody_decides");
    assert_string_equal(json_string_value(json_object_get(json_array_get(warnings, 1), "kind")), "cannot_submit");
    json_decref(warnings);
    warnings = warnings_of(&door, "{id='a',kind='approve',title={en='a',zh='a'},who={heads_to_limit='amount'}}");
    assert_int_equal(json_array_size(warnings), 1);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(warnings, 0), "amount_minor")), 501);
    json_decref(warnings);
    approval_door_close(&door);
}

/* A node in a branch is tried with the amounts that come there; what cannot be tried is said. */
static void test_lint__amounts_are_those_of_the_branch(void **state) {
    struct approval_door door;
    (void)state;
    static const char limits[] = "{\"limits\":[{\"type\":\"request\",\"department\":\"d\",\"amount\":{\"amount_minor\":500,"
                                 "\"currency\":\"CNY\"}}]}";
    static const char in_branch[] =
        "{id='x',kind='exclusive',title={en='x',zh='x'},branches={{when={predicate={field='amount',op='%s',"
        "value={amount_minor=%d,currency='CNY'}}},nodes={{id='a',kind='approve',title={en='a',zh='a'},"
        "who={heads_to_limit='amount'}}}},{otherwise=true,nodes={}}}},"
        "{id='b',kind='approve',title={en='b',zh='b'},who={post='one',['in']='company'}}";
    const struct {
        const char *op;
        int of, not_covered; /* 0: everything that comes there is */
    } rows[] = {{"<=", 500, 0}, {"<=", 501, 501}, {"<=", 700, 501}, {">", 700, 701}};
    char nodes[800];
    approval_door_open(&door, ":memory:", ONE, "", limits);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(nodes, sizeof nodes, in_branch, rows[i].op, rows[i].of);
        json_t *warnings = warnings_of(&door, nodes), *first = json_array_get(warnings, 0);
        assert_int_equal(json_array_size(warnings), rows[i].not_covered > 0);
        assert_int_equal(json_integer_value(json_object_get(first, "amount_minor")), rows[i].not_covered);
        json_decref(warnings);
    }
    approval_door_close(&door);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content__an_amendment_voids_what_covered_it),
        cmocka_unit_test(test_content__a_node_covers_what_it_says),
        cmocka_unit_test(test_migrate__dry_run_first_then_on_purpose),
        cmocka_unit_test(test_migrate__what_cannot_go_on_stays),
        cmocka_unit_test(test_picture__of_a_flow_and_of_what_is_under_way),
        cmocka_unit_test(test_explain__why_he_and_why_not_me),
        cmocka_unit_test(test_lint__departments_that_could_not_submit),
        cmocka_unit_test(test_lint__amounts_are_those_of_the_branch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
