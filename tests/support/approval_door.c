/* A small company with a flow of the test's own. */
#include "support/approval_door.h"
#include "support/store_files.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EMPLOYEE(code, department, post) \
    "{\"code\":\"" code "\",\"name\":\"" code "\",\"department\":\"" department "\",\"posts\":[{\"post\":\"" post "\"}]}"

static const char configuration[] =
    "{\"group\":{\"code\":\"G\",\"name\":\"集团\"},"
    "\"companies\":[{\"code\":\"C\",\"name\":\"公司\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"TOP\",\"name\":\"总部\",\"company\":\"C\",\"head\":\"g\"},"
    "{\"code\":\"d\",\"name\":\"部\",\"company\":\"C\",\"parent\":\"TOP\",\"head\":\"h\"}],"
    "\"types\":[{\"name\":\"request\",\"prefix\":\"RQ\",\"en\":\"request\",\"zh\":\"申请\",\"fields\":["
    "{\"name\":\"amount\",\"en\":\"amount\",\"zh\":\"金额\",\"kind\":\"money\"},"
    "{\"name\":\"reviewer\",\"en\":\"reviewer\",\"zh\":\"审核人\",\"kind\":\"employee\"},"
    "{\"name\":\"note\",\"en\":\"note\",\"zh\":\"说明\",\"kind\":\"text\"},"
    "{\"name\":\"rate\",\"en\":\"rate\",\"zh\":\"比例\",\"kind\":\"percent\",\"on_way\":true,\"material\":true},"
    "{\"name\":\"remark\",\"en\":\"remark\",\"zh\":\"备注\",\"kind\":\"text\",\"on_way\":true}]}],"
    "\"posts\":[{\"code\":\"maker\",\"name\":\"制单\",\"grants\":[{\"functions\":[\"request.read\",\"request.create\",\"request.edit\","
    "\"request.submit\"],\"scope\":\"self\"}]},"
    "{\"code\":\"one\",\"name\":\"一级\",\"grants\":[]},{\"code\":\"two\",\"name\":\"二级\",\"grants\":[]},"
    "{\"code\":\"three\",\"name\":\"三级\",\"grants\":[]},{\"code\":\"head\",\"name\":\"负责人\",\"grants\":[]},"
    "{\"code\":\"chief\",\"name\":\"管理员\",\"grants\":[{\"functions\":[\"request.read\",\"request.administer\"],\"scope\":"
    "\"company\"}]},"
    "{\"code\":\"reader\",\"name\":\"查询\",\"grants\":[{\"functions\":[\"request.read\"],\"scope\":\"company\"}]}],"
    "\"employees\":[" EMPLOYEE("m", "d", "maker") "," EMPLOYEE("n", "d", "maker") "," EMPLOYEE("a1", "d", "one") "," EMPLOYEE(
        "a2", "d", "one") "," EMPLOYEE("a3", "d", "one") "," EMPLOYEE("b", "d", "two") "," EMPLOYEE("c", "d",
        "three") "," EMPLOYEE("h", "d", "head") "," EMPLOYEE("g", "TOP", "head") "," EMPLOYEE("x", "TOP", "chief") "," EMPLOYEE("y",
        "TOP", "reader") "," EMPLOYEE("z", "TOP", "head") "]}";

static int64_t clock_ms(void *user_data) {
    return *(const int64_t *)user_data;
}

void approval_door_must(dealer_status status, const dealer_error *error, const char *what) {
    if (status == DEALER_OK) return;
    print_error("%s: %s\n", what, dealer_status_name(status));
    for (int32_t level = 0; level < dealer_error_depth(error); level++)
        print_error("    %s: %s\n", dealer_error_id(error, level), dealer_error_message(error, level, DEALER_LANGUAGE_EN));
    fail();
}

void approval_door_configure(struct approval_door *door, const char *extra) {
    dealer_text *findings = NULL;
    json_error_t error;
    json_t *whole = json_loads(configuration, 0, &error), *more = extra ? json_loads(extra, 0, &error) : NULL;
    if (!whole || (extra && !more)) fail_msg("configuration: %s", error.text);
    if (more) json_object_update(whole, more);
    char *text = json_dumps(whole, JSON_COMPACT);
    dealer_status status = dealer_configuration_apply(door->system, &findings, text, strlen(text), 0);
    if (status) print_error("%s\n", dealer_text_data(findings));
    approval_door_must(status, dealer_session_error(door->system), "configuration");
    dealer_text_free(findings);
    free(text);
    json_decref(whole);
    json_decref(more);
}

void approval_door_publish(struct approval_door *door, const char *nodes, const char *more) {
    static const char pattern[] = "local function fill(nodes)\n"
                                  "  for _, n in ipairs(nodes) do\n"
                                  "    n.title = n.title or { en = n.id, zh = n.id }\n"
                                  "    n.kind = n.kind or 'approve'\n"
                                  "    for _, branch in ipairs(n.branches or {}) do fill(branch.nodes) end\n"
                                  "  end\n"
                                  "  return nodes\n"
                                  "end\n"
                                  "return { id = 'flow.request', title = { en = 'request', zh = '申请' }, type = 'request', %s\n"
                                  "flow = { id = 'request', title = { en = 'request', zh = '申请' }, nodes = fill { %s } } }\n";
    size_t size = sizeof pattern + strlen(nodes) + strlen(more);
    char *lua = malloc(size);
    assert_non_null(lua);
    snprintf(lua, size, pattern, more, nodes);
    json_t *set = json_pack("{s:s,s:{s:s}}", "note", "test", "files", "flow/request.lua", lua);
    char *text = json_dumps(set, JSON_COMPACT);
    assert_non_null(text);
    approval_door_must(
        dealer_rules_publish(door->system, NULL, text, strlen(text), 0), dealer_session_error(door->system), "rules");
    free(text);
    free(lua);
    json_decref(set);
}

void approval_door_reopen(struct approval_door *door) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_error *error = NULL;
    options.now_utc_ms = clock_ms;
    options.now_user_data = &door->now_ms;
    memset(door->sessions, 0, sizeof door->sessions);
    door->system = NULL;
    approval_door_must(dealer_store_open(&door->store, &error, door->path, &options), error, door->path);
    approval_door_must(dealer_session_open_system(door->store, &door->system, &error, "test"), error, "system");
}

void approval_door_open(struct approval_door *door, const char *path, const char *nodes, const char *more, const char *extra) {
    memset(door, 0, sizeof *door);
    snprintf(door->path, sizeof door->path, "%s", path);
    if (strcmp(path, ":memory:") != 0) remove_store(path);
    door->now_ms = INT64_C(1772413200000); /* 2026-03-02T01:00Z: Monday, 09:00 where the dealer is */
    approval_door_reopen(door);
    approval_door_configure(door, extra);
    approval_door_publish(door, nodes, more);
}

void approval_door_close(struct approval_door *door) {
    for (int i = 0; i < DOOR_PEOPLE_MAX; i++) dealer_session_close(door->sessions[i]);
    dealer_session_close(door->system);
    dealer_store_close(door->store);
    if (strcmp(door->path, ":memory:") != 0) remove_store(door->path);
}

dealer_session *approval_door_session(struct approval_door *door, const char *person) {
    dealer_error *error = NULL;
    int i = 0;
    while (i < DOOR_PEOPLE_MAX && door->sessions[i] && strcmp(door->people[i], person) != 0) i++;
    assert_true(i < DOOR_PEOPLE_MAX);
    if (door->sessions[i]) return door->sessions[i];
    snprintf(door->people[i], sizeof door->people[i], "%s", person);
    approval_door_must(dealer_session_open(door->store, &door->sessions[i], &error, person), error, person);
    return door->sessions[i];
}

int64_t approval_door_try(struct approval_door *door, const char *person, int64_t amount_minor) {
    dealer_session *session = approval_door_session(door, person);
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    approval_door_must(dealer_document_new(session, &document, "request"), dealer_session_error(session), "new");
    approval_door_must(
        dealer_document_set_money(document, "amount", amount_minor, "CNY"), dealer_document_error(document), "amount");
    approval_door_must(dealer_document_save(session, document), dealer_session_error(session), "save");
    bool done = dealer_document_submit(session, &decision, document) == DEALER_OK;
    int64_t id = done ? dealer_document_id(document) : 0;
    dealer_decision_free(decision);
    dealer_document_free(document);
    return id;
}

int64_t approval_door_submit(struct approval_door *door, const char *person, int64_t amount_minor) {
    int64_t id = approval_door_try(door, person, amount_minor);
    if (!id) approval_door_must(DEALER_E_STATE, dealer_session_error(approval_door_session(door, person)), "submit");
    return id;
}

static json_t *parsed(dealer_text *text) {
    json_t *value = json_loads(dealer_text_data(text), JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    dealer_text_free(text);
    return value;
}

json_t *approval_door_list(struct approval_door *door, const char *person, int32_t kind) {
    dealer_session *session = approval_door_session(door, person);
    dealer_text *text = NULL;
    approval_door_must(dealer_tasks(session, &text, kind, 0, 1000), dealer_session_error(session), "tasks");
    return parsed(text);
}

int64_t approval_door_task(struct approval_door *door, const char *person, int64_t document) {
    json_t *tasks = approval_door_list(door, person, DEALER_TASKS_OPEN), *task;
    size_t index;
    int64_t found = 0;
    json_array_foreach(tasks, index, task) {
        if (json_integer_value(json_object_get(task, "document")) == document)
            found = json_integer_value(json_object_get(task, "id"));
    }
    json_decref(tasks);
    return found;
}

dealer_status approval_door_act(
    struct approval_door *door, const char *person, int64_t document, const char *verb, const char *arguments) {
    dealer_session *session = approval_door_session(door, person);
    dealer_decision *decision = NULL;
    int64_t task = approval_door_task(door, person, document);
    dealer_status status = dealer_task_act(session, &decision, task, verb, arguments);
    dealer_decision_free(decision);
    return status;
}

void approval_door_approve(struct approval_door *door, const char *person, int64_t document) {
    dealer_status status = approval_door_act(door, person, document, "approve", NULL);
    approval_door_must(status, dealer_session_error(approval_door_session(door, person)), "approve");
}

const char *approval_door_status(struct approval_door *door, int64_t document) {
    static char status[32];
    dealer_document *handle = NULL;
    approval_door_must(dealer_document_open(door->system, &handle, document), dealer_session_error(door->system), "open");
    snprintf(status, sizeof status, "%s", dealer_document_status(handle));
    dealer_document_free(handle);
    return status;
}

json_t *approval_door_journal(struct approval_door *door, int64_t document) {
    dealer_text *text = NULL;
    approval_door_must(dealer_document_history(door->system, &text, document), dealer_session_error(door->system), "history");
    json_t *whole = parsed(text), *rows = json_array(), *item;
    size_t index;
    json_array_foreach(json_object_get(whole, "history"), index,
        item) if (strcmp(json_string_value(json_object_get(item, "of")), "journal") == 0) json_array_append(rows, item);
    json_decref(whole);
    return rows;
}

char *approval_door_history(struct approval_door *door, int64_t document) {
    json_t *rows = approval_door_journal(door, document), *row;
    size_t index, length = 0, size = 1;
    json_array_foreach(rows, index, row) size += strlen(json_string_value(json_object_get(row, "kind"))) + 1;
    char *text = calloc(1, size);
    assert_non_null(text);
    json_array_foreach(rows, index, row) {
        length += (size_t)snprintf(
            text + length, size - length, "%s%s", length ? " " : "", json_string_value(json_object_get(row, "kind")));
    }
    json_decref(rows);
    return text;
}

void approval_door_verify(struct approval_door *door) {
    dealer_text *text = NULL;
    int64_t count = 0, bad = 0;
    approval_door_must(dealer_journal_verify(door->system, &count, &bad), dealer_session_error(door->system), "journal");
    assert_int_equal(bad, 0);
    approval_door_must(dealer_store_verify(door->system, &text), dealer_session_error(door->system), "verify");
    if (strcmp(dealer_text_data(text), "[]") != 0) fail_msg("%s", dealer_text_data(text));
    dealer_text_free(text);
}
