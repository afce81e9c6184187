/* Misuse: every exported function with NULL for every pointer in turn, and with a session whose store is closed, answers DEALER_E_MISUSE
 * (or what its header says of NULL), writes no output and changes nothing. The list of functions is read from the headers: one that
 * has no row here fails the test. */
#include "support/api_names.h"
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What calls are made with. The outputs stay as they are: every call is refused. */
struct misuse {
    struct story_world world;
    dealer_session *session, *system;
    dealer_session *orphan, *orphan_system;             /* their store is closed */
    dealer_document *document, *new_document, *foreign; /* foreign: of another store */
    dealer_document *document_out;
    dealer_session *session_out;
    dealer_store *store_out;
    dealer_decision *decision_out;
    dealer_list *list_out;
    dealer_text *text_out;
    dealer_market_import *import_out;
    dealer_error *error_out;
    const char *borrowed_out;
    int64_t integer_out, id;
    int32_t allowed_out;
    const char *function;
};

static void check_outputs(const struct misuse *m) {
    assert_null(m->document_out);
    assert_null(m->session_out);
    assert_null(m->store_out);
    assert_null(m->decision_out);
    assert_null(m->list_out);
    assert_null(m->text_out);
    assert_null(m->borrowed_out);
    assert_int_equal(m->integer_out, 77);
    assert_int_equal(m->allowed_out, 77);
}

static void check_error(const struct misuse *m, const dealer_error *error, int line) {
    const char *en = dealer_error_message(error, 0, DEALER_LANGUAGE_EN), *zh = dealer_error_message(error, 0, DEALER_LANGUAGE_ZH);
    if (dealer_error_status(error) != DEALER_E_MISUSE || !dealer_error_id(error, 0) || !en || !*en || !zh || !*zh)
        fail_msg("%s, line %d: misuse without an id and two sentences", m->function, line);
}

/* `error` is where the call's error stands; NULL where the call has no place for one. */
static void refused(struct misuse *m, dealer_status status, const dealer_error *error, int line) {
    if (status != DEALER_E_MISUSE) fail_msg("%s, line %d: %s", m->function, line, dealer_status_name((int32_t)status));
    if (error) check_error(m, error, line);
    check_outputs(m);
}

#define BARE(call)          refused(m, call, NULL, __LINE__)
#define S(call)             refused(m, call, dealer_session_error(m->session), __LINE__)
#define Y(call)             refused(m, call, dealer_session_error(m->system), __LINE__)
#define D(call)             refused(m, call, dealer_document_error(m->document), __LINE__)
#define ORPHAN(call)        refused(m, call, dealer_session_error(m->orphan), __LINE__)
#define ORPHAN_SYSTEM(call) refused(m, call, dealer_session_error(m->orphan_system), __LINE__)
#define WITH_ERROR(call)                        \
    do {                                        \
        refused(m, call, NULL, __LINE__);       \
        check_error(m, m->error_out, __LINE__); \
        dealer_error_free(m->error_out);        \
        m->error_out = NULL;                    \
    } while (0)

#define ROW(name) static void row_##name(struct misuse *m)

ROW(dealer_version) {
    assert_non_null(dealer_version());
    assert_non_null(m);
}
ROW(dealer_status_name) {
    assert_null(dealer_status_name(-1));
    assert_null(dealer_status_name(dealer_status_count()));
    assert_null(dealer_status_name(INT32_MAX));
    assert_non_null(m);
}
ROW(dealer_status_count) {
    assert_true(dealer_status_count() > 20);
    assert_non_null(m);
}
ROW(dealer_text_data) {
    assert_string_equal(dealer_text_data(NULL), "");
    assert_non_null(m);
}
ROW(dealer_text_length) {
    assert_int_equal(dealer_text_length(NULL), 0);
    assert_non_null(m);
}
ROW(dealer_text_free) {
    dealer_text_free(NULL);
    assert_non_null(m);
}
ROW(dealer_error_status) {
    assert_int_equal(dealer_error_status(NULL), DEALER_OK);
    assert_non_null(m);
}
ROW(dealer_error_depth) {
    assert_int_equal(dealer_error_depth(NULL), 0);
    assert_non_null(m);
}
ROW(dealer_error_id) {
    assert_null(dealer_error_id(NULL, 0));
    assert_null(dealer_error_id(dealer_session_error(m->session), -1));
    assert_null(dealer_error_id(dealer_session_error(m->session), 1000));
}
ROW(dealer_error_message) {
    assert_null(dealer_error_message(NULL, 0, DEALER_LANGUAGE_EN));
    assert_null(dealer_error_message(dealer_session_error(m->session), -1, DEALER_LANGUAGE_ZH));
    assert_null(dealer_error_message(dealer_session_error(m->session), INT32_MAX, DEALER_LANGUAGE_ZH));
}
ROW(dealer_error_free) {
    dealer_error_free(NULL);
    assert_non_null(m);
}
ROW(dealer_store_open) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    WITH_ERROR(dealer_store_open(NULL, &m->error_out, ":memory:", NULL));
    WITH_ERROR(dealer_store_open(&m->store_out, &m->error_out, NULL, NULL));
    BARE(dealer_store_open(NULL, NULL, NULL, NULL));
    options.size = 0;
    WITH_ERROR(dealer_store_open(&m->store_out, &m->error_out, ":memory:", &options));
    options.size = sizeof options + 8;
    WITH_ERROR(dealer_store_open(&m->store_out, &m->error_out, ":memory:", &options));
}
ROW(dealer_store_close) {
    dealer_store_close(NULL);
    assert_non_null(m);
}
ROW(dealer_store_information) {
    BARE(dealer_store_information(NULL, &m->text_out));
    BARE(dealer_store_information(m->world.store, NULL));
}
ROW(dealer_session_open) {
    WITH_ERROR(dealer_session_open(NULL, &m->session_out, &m->error_out, "zhang"));
    WITH_ERROR(dealer_session_open(m->world.store, NULL, &m->error_out, "zhang"));
    WITH_ERROR(dealer_session_open(m->world.store, &m->session_out, &m->error_out, NULL));
    BARE(dealer_session_open(m->world.store, &m->session_out, NULL, NULL));
}
ROW(dealer_session_open_as_substitute) {
    WITH_ERROR(dealer_session_open_as_substitute(NULL, &m->session_out, &m->error_out, "zhang", "li"));
    WITH_ERROR(dealer_session_open_as_substitute(m->world.store, NULL, &m->error_out, "zhang", "li"));
    WITH_ERROR(dealer_session_open_as_substitute(m->world.store, &m->session_out, &m->error_out, NULL, "li"));
    WITH_ERROR(dealer_session_open_as_substitute(m->world.store, &m->session_out, &m->error_out, "zhang", NULL));
}
ROW(dealer_session_acting) {
    assert_int_equal(dealer_session_acting(NULL), 0);
    assert_int_equal(dealer_session_acting(m->session), 0);
}
ROW(dealer_session_open_system) {
    WITH_ERROR(dealer_session_open_system(NULL, &m->session_out, &m->error_out, "x"));
    WITH_ERROR(dealer_session_open_system(m->world.store, NULL, &m->error_out, "x"));
    WITH_ERROR(dealer_session_open_system(m->world.store, &m->session_out, &m->error_out, NULL));
}
ROW(dealer_session_close) {
    dealer_session_close(NULL);
    assert_non_null(m);
}
ROW(dealer_session_error) {
    assert_null(dealer_session_error(NULL));
    assert_non_null(dealer_session_error(m->session));
}
ROW(dealer_session_person) {
    assert_int_equal(dealer_session_person(NULL), 0);
    assert_int_equal(dealer_session_person(m->system), 0);
    assert_true(dealer_session_person(m->session) > 0);
}
ROW(dealer_session_begin) {
    BARE(dealer_session_begin(NULL));
    ORPHAN(dealer_session_begin(m->orphan));
}
ROW(dealer_session_commit) {
    BARE(dealer_session_commit(NULL));
    S(dealer_session_commit(m->session));
    ORPHAN(dealer_session_commit(m->orphan));
}
ROW(dealer_session_rollback) {
    BARE(dealer_session_rollback(NULL));
    S(dealer_session_rollback(m->session));
    ORPHAN(dealer_session_rollback(m->orphan));
}
ROW(dealer_document_new) {
    BARE(dealer_document_new(NULL, &m->document_out, "sales"));
    S(dealer_document_new(m->session, NULL, "sales"));
    S(dealer_document_new(m->session, &m->document_out, NULL));
    ORPHAN(dealer_document_new(m->orphan, &m->document_out, "sales"));
}
ROW(dealer_document_derive) {
    BARE(dealer_document_derive(NULL, &m->document_out, "sales", m->id));
    S(dealer_document_derive(m->session, NULL, "sales", m->id));
    S(dealer_document_derive(m->session, &m->document_out, NULL, m->id));
    ORPHAN(dealer_document_derive(m->orphan, &m->document_out, "sales", m->id));
}
ROW(dealer_document_set_place) {
    BARE(dealer_document_set_place(NULL, m->new_document, "HT-SH", NULL));
    S(dealer_document_set_place(m->session, NULL, "HT-SH", NULL));
    S(dealer_document_set_place(m->session, m->new_document, NULL, NULL));
    S(dealer_document_set_place(m->session, m->foreign, "HT-SH", NULL));
    ORPHAN(dealer_document_set_place(m->orphan, m->new_document, "HT-SH", NULL));
}
ROW(dealer_document_open) {
    BARE(dealer_document_open(NULL, &m->document_out, m->id));
    S(dealer_document_open(m->session, NULL, m->id));
    ORPHAN(dealer_document_open(m->orphan, &m->document_out, m->id));
}
ROW(dealer_document_free) {
    dealer_document_free(NULL);
    assert_non_null(m);
}
ROW(dealer_document_error) {
    assert_null(dealer_document_error(NULL));
    assert_non_null(dealer_document_error(m->document));
}
ROW(dealer_document_id) {
    assert_int_equal(dealer_document_id(NULL), 0);
    assert_int_equal(dealer_document_id(m->new_document), 0);
}
ROW(dealer_document_type) {
    assert_null(dealer_document_type(NULL));
    assert_non_null(m);
}
ROW(dealer_document_number) {
    assert_null(dealer_document_number(NULL));
    assert_null(dealer_document_number(m->new_document));
}
ROW(dealer_document_status) {
    assert_null(dealer_document_status(NULL));
    assert_non_null(m);
}
ROW(dealer_document_version) {
    assert_int_equal(dealer_document_version(NULL), 0);
    assert_int_equal(dealer_document_version(m->new_document), 0);
}
ROW(dealer_document_has) {
    assert_int_equal(dealer_document_has(NULL, "price"), 0);
    assert_int_equal(dealer_document_has(m->document, NULL), 0);
    assert_int_equal(dealer_document_has(m->document, "colour"), 0);
}
ROW(dealer_document_integer) {
    BARE(dealer_document_integer(NULL, &m->integer_out, "quantity"));
    D(dealer_document_integer(m->document, NULL, "quantity"));
    D(dealer_document_integer(m->document, &m->integer_out, NULL));
}
ROW(dealer_document_text) {
    BARE(dealer_document_text(NULL, &m->borrowed_out, "brand"));
    D(dealer_document_text(m->document, NULL, "brand"));
    D(dealer_document_text(m->document, &m->borrowed_out, NULL));
}
ROW(dealer_document_money) {
    BARE(dealer_document_money(NULL, &m->integer_out, &m->borrowed_out, "budget"));
    D(dealer_document_money(m->document, NULL, &m->borrowed_out, "budget"));
    D(dealer_document_money(m->document, &m->integer_out, NULL, "budget"));
    D(dealer_document_money(m->document, &m->integer_out, &m->borrowed_out, NULL));
}
ROW(dealer_document_set_integer) {
    BARE(dealer_document_set_integer(NULL, "quantity", 1));
    D(dealer_document_set_integer(m->document, NULL, 1));
}
ROW(dealer_document_set_text) {
    BARE(dealer_document_set_text(NULL, "brand", "x", 1));
    D(dealer_document_set_text(m->document, NULL, "x", 1));
    D(dealer_document_set_text(m->document, "brand", NULL, 1));
}
ROW(dealer_document_set_money) {
    BARE(dealer_document_set_money(NULL, "budget", 1, "CNY"));
    D(dealer_document_set_money(m->document, NULL, 1, "CNY"));
    D(dealer_document_set_money(m->document, "budget", 1, NULL));
}
ROW(dealer_document_clear) {
    BARE(dealer_document_clear(NULL, "brand"));
    D(dealer_document_clear(m->document, NULL));
}
ROW(dealer_document_merge) {
    BARE(dealer_document_merge(NULL, "{}", 2));
    D(dealer_document_merge(m->document, NULL, 2));
}
ROW(dealer_document_to_json) {
    BARE(dealer_document_to_json(NULL, &m->text_out));
    D(dealer_document_to_json(m->document, NULL));
}
ROW(dealer_document_save) {
    BARE(dealer_document_save(NULL, m->document));
    S(dealer_document_save(m->session, NULL));
    S(dealer_document_save(m->session, m->foreign));
    ORPHAN(dealer_document_save(m->orphan, m->document));
}
ROW(dealer_document_delete) {
    BARE(dealer_document_delete(NULL, m->document));
    S(dealer_document_delete(m->session, NULL));
    S(dealer_document_delete(m->session, m->foreign));
    ORPHAN(dealer_document_delete(m->orphan, m->document));
}
ROW(dealer_document_submit) {
    BARE(dealer_document_submit(NULL, &m->decision_out, m->document));
    S(dealer_document_submit(m->session, NULL, m->document));
    S(dealer_document_submit(m->session, &m->decision_out, NULL));
    S(dealer_document_submit(m->session, &m->decision_out, m->foreign));
    ORPHAN(dealer_document_submit(m->orphan, &m->decision_out, m->document));
}
ROW(dealer_document_enter) {
    BARE(dealer_document_enter(NULL, &m->decision_out, m->document));
    S(dealer_document_enter(m->session, NULL, m->document));
    S(dealer_document_enter(m->session, &m->decision_out, NULL));
    S(dealer_document_enter(m->session, &m->decision_out, m->foreign));
    ORPHAN(dealer_document_enter(m->orphan, &m->decision_out, m->document));
}
ROW(dealer_document_recall) {
    BARE(dealer_document_recall(NULL, &m->decision_out, m->document, NULL));
    S(dealer_document_recall(m->session, NULL, m->document, NULL));
    S(dealer_document_recall(m->session, &m->decision_out, NULL, NULL));
    S(dealer_document_recall(m->session, &m->decision_out, m->foreign, NULL));
    ORPHAN(dealer_document_recall(m->orphan, &m->decision_out, m->document, NULL));
}
ROW(dealer_document_void) {
    BARE(dealer_document_void(NULL, m->document, "x"));
    S(dealer_document_void(m->session, NULL, "x"));
    S(dealer_document_void(m->session, m->foreign, "x"));
    ORPHAN(dealer_document_void(m->orphan, m->document, "x"));
}
ROW(dealer_document_review) {
    BARE(dealer_document_review(NULL, m->document, 1));
    S(dealer_document_review(m->session, NULL, 1));
    S(dealer_document_review(m->session, m->foreign, 1));
    ORPHAN(dealer_document_review(m->orphan, m->document, 1));
}
ROW(dealer_document_confirm) {
    BARE(dealer_document_confirm(NULL, m->document, 1));
    S(dealer_document_confirm(m->session, NULL, 1));
    S(dealer_document_confirm(m->session, m->foreign, 1));
    ORPHAN(dealer_document_confirm(m->orphan, m->document, 1));
}
ROW(dealer_document_refuse) {
    BARE(dealer_document_refuse(NULL, m->document, "x"));
    S(dealer_document_refuse(m->session, NULL, "x"));
    S(dealer_document_refuse(m->session, m->foreign, "x"));
    ORPHAN(dealer_document_refuse(m->orphan, m->document, "x"));
}
ROW(dealer_document_set_locked) {
    BARE(dealer_document_set_locked(NULL, m->document, 1));
    S(dealer_document_set_locked(m->session, NULL, 1));
    S(dealer_document_set_locked(m->session, m->foreign, 1));
    ORPHAN(dealer_document_set_locked(m->orphan, m->document, 1));
}
ROW(dealer_pre_order_lose) {
    BARE(dealer_pre_order_lose(NULL, m->document, "x"));
    S(dealer_pre_order_lose(m->session, NULL, "x"));
    S(dealer_pre_order_lose(m->session, m->foreign, "x"));
    ORPHAN(dealer_pre_order_lose(m->orphan, m->document, "x"));
}
ROW(dealer_document_history) {
    BARE(dealer_document_history(NULL, &m->text_out, m->id));
    S(dealer_document_history(m->session, NULL, m->id));
    ORPHAN(dealer_document_history(m->orphan, &m->text_out, m->id));
}
ROW(dealer_tasks) {
    BARE(dealer_tasks(NULL, &m->text_out, 0, 0, 10));
    S(dealer_tasks(m->session, NULL, 0, 0, 10));
    ORPHAN(dealer_tasks(m->orphan, &m->text_out, 0, 0, 10));
}
ROW(dealer_flow_picture) {
    BARE(dealer_flow_picture(NULL, &m->text_out, "flow.sales", "svg", DEALER_LANGUAGE_ZH));
    S(dealer_flow_picture(m->session, NULL, "flow.sales", "svg", DEALER_LANGUAGE_ZH));
    S(dealer_flow_picture(m->session, &m->text_out, NULL, "svg", DEALER_LANGUAGE_ZH));
    S(dealer_flow_picture(m->session, &m->text_out, "flow.sales", NULL, DEALER_LANGUAGE_ZH));
    ORPHAN(dealer_flow_picture(m->orphan, &m->text_out, "flow.sales", "svg", DEALER_LANGUAGE_ZH));
}
ROW(dealer_document_picture) {
    BARE(dealer_document_picture(NULL, &m->text_out, m->document, "svg", DEALER_LANGUAGE_ZH));
    S(dealer_document_picture(m->session, NULL, m->document, "svg", DEALER_LANGUAGE_ZH));
    S(dealer_document_picture(m->session, &m->text_out, NULL, "svg", DEALER_LANGUAGE_ZH));
    S(dealer_document_picture(m->session, &m->text_out, m->foreign, "svg", DEALER_LANGUAGE_ZH));
    S(dealer_document_picture(m->session, &m->text_out, m->document, NULL, DEALER_LANGUAGE_ZH));
    ORPHAN(dealer_document_picture(m->orphan, &m->text_out, m->document, "svg", DEALER_LANGUAGE_ZH));
}
ROW(dealer_approval_explain) {
    BARE(dealer_approval_explain(NULL, &m->text_out, m->document, NULL));
    S(dealer_approval_explain(m->session, NULL, m->document, NULL));
    S(dealer_approval_explain(m->session, &m->text_out, NULL, NULL));
    S(dealer_approval_explain(m->session, &m->text_out, m->foreign, NULL));
    ORPHAN(dealer_approval_explain(m->orphan, &m->text_out, m->document, NULL));
}
ROW(dealer_approval_migrate) {
    BARE(dealer_approval_migrate(NULL, &m->text_out, 1, NULL, 0, 10));
    S(dealer_approval_migrate(m->session, NULL, 1, NULL, 0, 10));
    ORPHAN(dealer_approval_migrate(m->orphan, &m->text_out, 1, NULL, 0, 10));
}
ROW(dealer_tick) {
    BARE(dealer_tick(NULL, &m->text_out, 10));
    refused(m, dealer_tick(m->system, NULL, 10), dealer_session_error(m->system), __LINE__);
    ORPHAN_SYSTEM(dealer_tick(m->orphan_system, &m->text_out, 10));
}
ROW(dealer_cc_read) {
    BARE(dealer_cc_read(NULL, 1));
    ORPHAN(dealer_cc_read(m->orphan, 1));
}
ROW(dealer_document_cc) {
    BARE(dealer_document_cc(NULL, &m->text_out, m->document));
    S(dealer_document_cc(m->session, NULL, m->document));
    S(dealer_document_cc(m->session, &m->text_out, NULL));
    S(dealer_document_cc(m->session, &m->text_out, m->foreign));
    ORPHAN(dealer_document_cc(m->orphan, &m->text_out, m->document));
}
ROW(dealer_documents_set_locked) {
    const int64_t id = 1;
    BARE(dealer_documents_set_locked(NULL, &m->text_out, &id, 1, 1));
    S(dealer_documents_set_locked(m->session, NULL, &id, 1, 1));
    S(dealer_documents_set_locked(m->session, &m->text_out, NULL, 1, 1));
    ORPHAN(dealer_documents_set_locked(m->orphan, &m->text_out, &id, 1, 1));
}
ROW(dealer_period_set) {
    BARE(dealer_period_set(NULL, "HT-SH", "contract", "2026-02", "held"));
    S(dealer_period_set(m->session, NULL, "contract", "2026-02", "held"));
    S(dealer_period_set(m->session, "HT-SH", NULL, "2026-02", "held"));
    S(dealer_period_set(m->session, "HT-SH", "contract", NULL, "held"));
    S(dealer_period_set(m->session, "HT-SH", "contract", "2026-02", NULL));
    ORPHAN(dealer_period_set(m->orphan, "HT-SH", "contract", "2026-02", "held"));
}
ROW(dealer_periods) {
    BARE(dealer_periods(NULL, &m->text_out, NULL, NULL));
    S(dealer_periods(m->session, NULL, NULL, NULL));
    ORPHAN(dealer_periods(m->orphan, &m->text_out, NULL, NULL));
}
ROW(dealer_tasks_approve_many) {
    const int64_t task = 1;
    BARE(dealer_tasks_approve_many(NULL, &m->text_out, &task, 1, NULL));
    S(dealer_tasks_approve_many(m->session, NULL, &task, 1, NULL));
    S(dealer_tasks_approve_many(m->session, &m->text_out, NULL, 1, NULL));
    ORPHAN(dealer_tasks_approve_many(m->orphan, &m->text_out, &task, 1, NULL));
}
ROW(dealer_tasks_hand_over) {
    BARE(dealer_tasks_hand_over(NULL, &m->text_out, "li", "wang", NULL));
    S(dealer_tasks_hand_over(m->session, NULL, "li", "wang", NULL));
    S(dealer_tasks_hand_over(m->session, &m->text_out, NULL, "wang", NULL));
    S(dealer_tasks_hand_over(m->session, &m->text_out, "li", NULL, NULL));
    ORPHAN(dealer_tasks_hand_over(m->orphan, &m->text_out, "li", "wang", NULL));
}
ROW(dealer_approval_statistics) {
    BARE(dealer_approval_statistics(NULL, &m->text_out, NULL, 0));
    S(dealer_approval_statistics(m->session, NULL, NULL, 0));
    ORPHAN(dealer_approval_statistics(m->orphan, &m->text_out, NULL, 0));
}
ROW(dealer_task_approve) {
    BARE(dealer_task_approve(NULL, &m->decision_out, 1, NULL));
    S(dealer_task_approve(m->session, NULL, 1, NULL));
    ORPHAN(dealer_task_approve(m->orphan, &m->decision_out, 1, NULL));
}
ROW(dealer_task_reject) {
    BARE(dealer_task_reject(NULL, &m->decision_out, 1, "x"));
    S(dealer_task_reject(m->session, NULL, 1, "x"));
    ORPHAN(dealer_task_reject(m->orphan, &m->decision_out, 1, "x"));
}
ROW(dealer_task_act) {
    BARE(dealer_task_act(NULL, &m->decision_out, 1, "transfer", "{}"));
    S(dealer_task_act(m->session, NULL, 1, "transfer", "{}"));
    S(dealer_task_act(m->session, &m->decision_out, 1, NULL, "{}"));
    ORPHAN(dealer_task_act(m->orphan, &m->decision_out, 1, "transfer", "{}"));
}
ROW(dealer_document_act) {
    BARE(dealer_document_act(NULL, &m->decision_out, m->document, "remind", NULL));
    S(dealer_document_act(m->session, NULL, m->document, "remind", NULL));
    S(dealer_document_act(m->session, &m->decision_out, NULL, "remind", NULL));
    S(dealer_document_act(m->session, &m->decision_out, m->foreign, "remind", NULL));
    S(dealer_document_act(m->session, &m->decision_out, m->document, NULL, NULL));
    ORPHAN(dealer_document_act(m->orphan, &m->decision_out, m->document, "remind", NULL));
}
ROW(dealer_document_preview) {
    BARE(dealer_document_preview(NULL, &m->text_out, m->document));
    S(dealer_document_preview(m->session, NULL, m->document));
    S(dealer_document_preview(m->session, &m->text_out, NULL));
    S(dealer_document_preview(m->session, &m->text_out, m->foreign));
    ORPHAN(dealer_document_preview(m->orphan, &m->text_out, m->document));
}
ROW(dealer_list_open) {
    BARE(dealer_list_open(NULL, &m->list_out, "{\"type\":\"sales\"}", 16));
    S(dealer_list_open(m->session, NULL, "{\"type\":\"sales\"}", 16));
    S(dealer_list_open(m->session, &m->list_out, NULL, 16));
    ORPHAN(dealer_list_open(m->orphan, &m->list_out, "{\"type\":\"sales\"}", 16));
}
ROW(dealer_list_next) {
    assert_null(dealer_list_next(NULL));
    assert_non_null(m);
}
ROW(dealer_list_after) {
    assert_null(dealer_list_after(NULL));
    assert_non_null(m);
}
ROW(dealer_list_free) {
    dealer_list_free(NULL);
    assert_non_null(m);
}
ROW(dealer_list_count) {
    BARE(dealer_list_count(NULL, &m->integer_out, NULL, "{\"type\":\"sales\"}", 16, 0));
    S(dealer_list_count(m->session, NULL, NULL, "{\"type\":\"sales\"}", 16, 0));
    S(dealer_list_count(m->session, &m->integer_out, NULL, NULL, 16, 0));
    ORPHAN(dealer_list_count(m->orphan, &m->integer_out, NULL, "{\"type\":\"sales\"}", 16, 0));
}
ROW(dealer_list_sum) {
    BARE(dealer_list_sum(NULL, &m->text_out, "{\"type\":\"sales\"}", 16, "price", NULL));
    S(dealer_list_sum(m->session, NULL, "{\"type\":\"sales\"}", 16, "price", NULL));
    S(dealer_list_sum(m->session, &m->text_out, NULL, 16, "price", NULL));
    S(dealer_list_sum(m->session, &m->text_out, "{\"type\":\"sales\"}", 16, NULL, NULL));
    ORPHAN(dealer_list_sum(m->orphan, &m->text_out, "{\"type\":\"sales\"}", 16, "price", NULL));
}
ROW(dealer_outbox) {
    BARE(dealer_outbox(NULL, &m->text_out, 0, 10));
    Y(dealer_outbox(m->system, NULL, 0, 10));
    ORPHAN_SYSTEM(dealer_outbox(m->orphan_system, &m->text_out, 0, 10));
}
ROW(dealer_outbox_lease) {
    BARE(dealer_outbox_lease(NULL, &m->text_out, 60000, 10));
    Y(dealer_outbox_lease(m->system, NULL, 60000, 10));
    ORPHAN_SYSTEM(dealer_outbox_lease(m->orphan_system, &m->text_out, 60000, 10));
}
ROW(dealer_message_delivered) {
    BARE(dealer_message_delivered(NULL, 1, "lease"));
    Y(dealer_message_delivered(m->system, 1, NULL));
    ORPHAN_SYSTEM(dealer_message_delivered(m->orphan_system, 1, "lease"));
}
ROW(dealer_message_failed) {
    BARE(dealer_message_failed(NULL, 1, "lease", "why", 0));
    Y(dealer_message_failed(m->system, 1, NULL, "why", 0));
    ORPHAN_SYSTEM(dealer_message_failed(m->orphan_system, 1, "lease", "why", 0));
}
ROW(dealer_dead_letters) {
    BARE(dealer_dead_letters(NULL, &m->text_out, 0, 10));
    Y(dealer_dead_letters(m->system, NULL, 0, 10));
    ORPHAN_SYSTEM(dealer_dead_letters(m->orphan_system, &m->text_out, 0, 10));
}
ROW(dealer_message_revive) {
    BARE(dealer_message_revive(NULL, 1));
    ORPHAN_SYSTEM(dealer_message_revive(m->orphan_system, 1));
}
ROW(dealer_message_acknowledge) {
    BARE(dealer_message_acknowledge(NULL, 1));
    ORPHAN_SYSTEM(dealer_message_acknowledge(m->orphan_system, 1));
}
ROW(dealer_inbox) {
    BARE(dealer_inbox(NULL, &m->text_out, 0, 0, 10));
    S(dealer_inbox(m->session, NULL, 0, 0, 10));
    ORPHAN(dealer_inbox(m->orphan, &m->text_out, 0, 0, 10));
}
ROW(dealer_message_set_read) {
    BARE(dealer_message_set_read(NULL, 1, 1));
    ORPHAN(dealer_message_set_read(m->orphan, 1, 1));
}
ROW(dealer_configuration_apply) {
    BARE(dealer_configuration_apply(NULL, &m->text_out, "{}", 2, 1));
    Y(dealer_configuration_apply(m->system, &m->text_out, NULL, 2, 1));
    ORPHAN_SYSTEM(dealer_configuration_apply(m->orphan_system, &m->text_out, "{}", 2, 1));
}
ROW(dealer_check_many) {
    BARE(dealer_check_many(NULL, &m->text_out, "trade_in.read", NULL, 0));
    S(dealer_check_many(m->session, NULL, "trade_in.read", NULL, 0));
    S(dealer_check_many(m->session, &m->text_out, NULL, NULL, 0));
    S(dealer_check_many(m->session, &m->text_out, "trade_in.read", NULL, 1));
}
ROW(dealer_check_for) {
    BARE(dealer_check_for(NULL, &m->decision_out, "zhang", "trade_in.read", 1));
    Y(dealer_check_for(m->system, NULL, "zhang", "trade_in.read", 1));
    Y(dealer_check_for(m->system, &m->decision_out, NULL, "trade_in.read", 1));
    Y(dealer_check_for(m->system, &m->decision_out, "zhang", NULL, 1));
}
ROW(dealer_visible_departments) {
    BARE(dealer_visible_departments(NULL, &m->text_out, "trade_in.read"));
    S(dealer_visible_departments(m->session, NULL, "trade_in.read"));
    S(dealer_visible_departments(m->session, &m->text_out, NULL));
}
ROW(dealer_functions_of) {
    BARE(dealer_functions_of(NULL, &m->text_out, "zhang"));
    Y(dealer_functions_of(m->system, NULL, "zhang"));
}
ROW(dealer_permission_selftest) {
    BARE(dealer_permission_selftest(NULL, &m->text_out, 10));
    Y(dealer_permission_selftest(m->system, NULL, 10));
    ORPHAN_SYSTEM(dealer_permission_selftest(m->orphan_system, &m->text_out, 10));
}
ROW(dealer_configuration_preview) {
    BARE(dealer_configuration_preview(NULL, &m->text_out, "{}", 2, 1));
    Y(dealer_configuration_preview(m->system, NULL, "{}", 2, 1));
    Y(dealer_configuration_preview(m->system, &m->text_out, NULL, 2, 1));
    ORPHAN_SYSTEM(dealer_configuration_preview(m->orphan_system, &m->text_out, "{}", 2, 1));
}
ROW(dealer_configuration_export) {
    BARE(dealer_configuration_export(NULL, &m->text_out));
    Y(dealer_configuration_export(m->system, NULL));
    ORPHAN_SYSTEM(dealer_configuration_export(m->orphan_system, &m->text_out));
}
ROW(dealer_configuration_starter) {
    BARE(dealer_configuration_starter(NULL, &m->text_out));
    Y(dealer_configuration_starter(m->system, NULL));
    ORPHAN_SYSTEM(dealer_configuration_starter(m->orphan_system, &m->text_out));
}
ROW(dealer_catalogue) {
    BARE(dealer_catalogue(NULL, &m->text_out));
    S(dealer_catalogue(m->session, NULL));
    ORPHAN(dealer_catalogue(m->orphan, &m->text_out));
}
ROW(dealer_organisation) {
    BARE(dealer_organisation(NULL, &m->text_out));
    S(dealer_organisation(m->session, NULL));
    ORPHAN(dealer_organisation(m->orphan, &m->text_out));
}
ROW(dealer_decision_outcome) {
    assert_int_equal(dealer_decision_outcome(NULL), DEALER_OUTCOME_FAILED);
    assert_non_null(m);
}
ROW(dealer_decision_json) {
    assert_string_equal(dealer_decision_json(NULL), "{}");
    assert_non_null(m);
}
ROW(dealer_decision_sentence) {
    assert_string_equal(dealer_decision_sentence(NULL, DEALER_LANGUAGE_ZH), "");
    assert_non_null(m);
}
ROW(dealer_decision_free) {
    dealer_decision_free(NULL);
    assert_non_null(m);
}
ROW(dealer_check) {
    BARE(dealer_check(NULL, &m->decision_out, "pre_order.read", m->id));
    S(dealer_check(m->session, NULL, "pre_order.read", m->id));
    S(dealer_check(m->session, &m->decision_out, NULL, m->id));
    ORPHAN(dealer_check(m->orphan, &m->decision_out, "pre_order.read", m->id));
}
ROW(dealer_allows) {
    BARE(dealer_allows(NULL, &m->allowed_out, "pre_order.read", m->document));
    S(dealer_allows(m->session, NULL, "pre_order.read", m->document));
    S(dealer_allows(m->session, &m->allowed_out, NULL, m->document));
    S(dealer_allows(m->session, &m->allowed_out, "pre_order.read", NULL));
    S(dealer_allows(m->session, &m->allowed_out, "pre_order.read", m->foreign));
    ORPHAN(dealer_allows(m->orphan, &m->allowed_out, "pre_order.read", m->document));
}
ROW(dealer_functions) {
    BARE(dealer_functions(NULL, &m->text_out));
    S(dealer_functions(m->session, NULL));
    ORPHAN(dealer_functions(m->orphan, &m->text_out));
}
ROW(dealer_who_can) {
    BARE(dealer_who_can(NULL, &m->text_out, "pre_order.read", m->id));
    S(dealer_who_can(m->session, NULL, "pre_order.read", m->id));
    S(dealer_who_can(m->session, &m->text_out, NULL, m->id));
    ORPHAN(dealer_who_can(m->orphan, &m->text_out, "pre_order.read", m->id));
}
ROW(dealer_rules_publish) {
    BARE(dealer_rules_publish(NULL, &m->text_out, "{}", 2, 1));
    Y(dealer_rules_publish(m->system, &m->text_out, NULL, 2, 1));
    ORPHAN_SYSTEM(dealer_rules_publish(m->orphan_system, &m->text_out, "{}", 2, 1));
}
ROW(dealer_rules_starter) {
    BARE(dealer_rules_starter(NULL, &m->text_out));
    Y(dealer_rules_starter(m->system, NULL));
    ORPHAN_SYSTEM(dealer_rules_starter(m->orphan_system, &m->text_out));
}
ROW(dealer_rules_in_force) {
    BARE(dealer_rules_in_force(NULL, &m->text_out));
    S(dealer_rules_in_force(m->session, NULL));
    ORPHAN(dealer_rules_in_force(m->orphan, &m->text_out));
}
ROW(dealer_trade_in_value) {
    BARE(dealer_trade_in_value(NULL, &m->decision_out, m->document));
    S(dealer_trade_in_value(m->session, NULL, m->document));
    S(dealer_trade_in_value(m->session, &m->decision_out, NULL));
    S(dealer_trade_in_value(m->session, &m->decision_out, m->foreign));
    ORPHAN(dealer_trade_in_value(m->orphan, &m->decision_out, m->document));
}
ROW(dealer_market_add) {
    BARE(dealer_market_add(NULL, &m->text_out, "[]", 2));
    Y(dealer_market_add(m->system, &m->text_out, NULL, 2));
    ORPHAN_SYSTEM(dealer_market_add(m->orphan_system, &m->text_out, "[]", 2));
}
ROW(dealer_journal_compare) {
    BARE(dealer_journal_compare(NULL, &m->text_out, "{}", 2));
    Y(dealer_journal_compare(m->system, NULL, "{}", 2));
    Y(dealer_journal_compare(m->system, &m->text_out, NULL, 0));
    ORPHAN_SYSTEM(dealer_journal_compare(m->orphan_system, &m->text_out, "{}", 2));
}
ROW(dealer_journal_head) {
    BARE(dealer_journal_head(NULL, &m->text_out));
    Y(dealer_journal_head(m->system, NULL));
    ORPHAN_SYSTEM(dealer_journal_head(m->orphan_system, &m->text_out));
}
ROW(dealer_journal_verify) {
    BARE(dealer_journal_verify(NULL, &m->integer_out, &m->integer_out));
    Y(dealer_journal_verify(m->system, NULL, &m->integer_out));
    Y(dealer_journal_verify(m->system, &m->integer_out, NULL));
    ORPHAN_SYSTEM(dealer_journal_verify(m->orphan_system, &m->integer_out, &m->integer_out));
}
ROW(dealer_store_verify) {
    BARE(dealer_store_verify(NULL, &m->text_out));
    Y(dealer_store_verify(m->system, NULL));
    ORPHAN_SYSTEM(dealer_store_verify(m->orphan_system, &m->text_out));
}
ROW(dealer_store_backup) {
    BARE(dealer_store_backup(NULL, &m->text_out, "misuse.backup", NULL, NULL));
    Y(dealer_store_backup(m->system, NULL, "misuse.backup", NULL, NULL));
    Y(dealer_store_backup(m->system, &m->text_out, NULL, NULL, NULL));
    ORPHAN_SYSTEM(dealer_store_backup(m->orphan_system, &m->text_out, "misuse.backup", NULL, NULL));
}

ROW(dealer_decision_replay) {
    BARE(dealer_decision_replay(NULL, &m->text_out, 1));
    S(dealer_decision_replay(m->session, NULL, 1));
    ORPHAN(dealer_decision_replay(m->orphan, &m->text_out, 1));
}
ROW(dealer_replay_all) {
    BARE(dealer_replay_all(NULL, &m->text_out, NULL, NULL));
    Y(dealer_replay_all(m->system, NULL, NULL, NULL));
    ORPHAN_SYSTEM(dealer_replay_all(m->orphan_system, &m->text_out, NULL, NULL));
}
ROW(dealer_backtest) {
    dealer_backtest_options options = {.size = sizeof options};
    BARE(dealer_backtest(NULL, &m->text_out, &options));
    Y(dealer_backtest(m->system, NULL, &options));
    Y(dealer_backtest(m->system, &m->text_out, NULL));
    Y(dealer_backtest(m->system, &m->text_out, &options));
    options.size = 0;
    Y(dealer_backtest(m->system, &m->text_out, &options));
    ORPHAN_SYSTEM(dealer_backtest(m->orphan_system, &m->text_out, &options));
}
ROW(dealer_market_import_open) {
    BARE(dealer_market_import_open(NULL, &m->import_out, "{}", 2));
    Y(dealer_market_import_open(m->system, NULL, "{}", 2));
    Y(dealer_market_import_open(m->system, &m->import_out, NULL, 2));
    ORPHAN_SYSTEM(dealer_market_import_open(m->orphan_system, &m->import_out, "{}", 2));
    assert_null(m->import_out);
}
ROW(dealer_market_import_feed) {
    BARE(dealer_market_import_feed(NULL, NULL, "x", 1));
    Y(dealer_market_import_feed(m->system, NULL, "x", 1));
    ORPHAN_SYSTEM(dealer_market_import_feed(m->orphan_system, NULL, "x", 1));
}
ROW(dealer_market_import_finish) {
    BARE(dealer_market_import_finish(NULL, &m->text_out, NULL));
    Y(dealer_market_import_finish(m->system, &m->text_out, NULL));
    ORPHAN_SYSTEM(dealer_market_import_finish(m->orphan_system, &m->text_out, NULL));
}
ROW(dealer_market_import_free) {
    dealer_market_import_free(NULL);
    assert_non_null(m);
}
ROW(dealer_report) {
    BARE(dealer_report(NULL, &m->text_out, "forecast", NULL, 0));
    S(dealer_report(m->session, NULL, "forecast", NULL, 0));
    ORPHAN(dealer_report(m->orphan, &m->text_out, "forecast", NULL, 0));
}
ROW(dealer_market_statistics) {
    BARE(dealer_market_statistics(NULL, &m->text_out, "{}", 2));
    S(dealer_market_statistics(m->session, NULL, "{}", 2));
    S(dealer_market_statistics(m->session, &m->text_out, NULL, 2));
    ORPHAN(dealer_market_statistics(m->orphan, &m->text_out, "{}", 2));
}
ROW(dealer_machine_life) {
    BARE(dealer_machine_life(NULL, &m->text_out, 1));
    S(dealer_machine_life(m->session, NULL, 1));
    ORPHAN(dealer_machine_life(m->orphan, &m->text_out, 1));
}
ROW(dealer_stock_age) {
    BARE(dealer_stock_age(NULL, &m->text_out, NULL));
    S(dealer_stock_age(m->session, NULL, NULL));
    ORPHAN(dealer_stock_age(m->orphan, &m->text_out, NULL));
}
ROW(dealer_claims_overdue) {
    BARE(dealer_claims_overdue(NULL, &m->text_out, NULL));
    S(dealer_claims_overdue(m->session, NULL, NULL));
    ORPHAN(dealer_claims_overdue(m->orphan, &m->text_out, NULL));
}
ROW(dealer_insurance_due) {
    BARE(dealer_insurance_due(NULL, &m->text_out, "2026-01-01", "2026-12-31"));
    S(dealer_insurance_due(m->session, NULL, "2026-01-01", "2026-12-31"));
    S(dealer_insurance_due(m->session, &m->text_out, NULL, "2026-12-31"));
    S(dealer_insurance_due(m->session, &m->text_out, "2026-01-01", NULL));
    ORPHAN(dealer_insurance_due(m->orphan, &m->text_out, "2026-01-01", "2026-12-31"));
}
ROW(dealer_account_statement) {
    BARE(dealer_account_statement(NULL, &m->text_out, 0, "p", NULL));
    S(dealer_account_statement(m->session, NULL, 0, "p", NULL));
    ORPHAN(dealer_account_statement(m->orphan, &m->text_out, 0, "p", NULL));
}
ROW(dealer_account_ageing) {
    BARE(dealer_account_ageing(NULL, &m->text_out, NULL));
    S(dealer_account_ageing(m->session, NULL, NULL));
    ORPHAN(dealer_account_ageing(m->orphan, &m->text_out, NULL));
}
ROW(dealer_trade_in_outcomes) {
    BARE(dealer_trade_in_outcomes(NULL, &m->text_out));
    Y(dealer_trade_in_outcomes(m->system, NULL));
    ORPHAN_SYSTEM(dealer_trade_in_outcomes(m->orphan_system, &m->text_out));
}

#define ENTRY(name) \
    { #name, row_##name }
static const struct {
    const char *name;
    void (*run)(struct misuse *m);
} rows[] = {
    ENTRY(dealer_version),
    ENTRY(dealer_status_name),
    ENTRY(dealer_status_count),
    ENTRY(dealer_text_data),
    ENTRY(dealer_text_length),
    ENTRY(dealer_text_free),
    ENTRY(dealer_error_status),
    ENTRY(dealer_error_depth),
    ENTRY(dealer_error_id),
    ENTRY(dealer_error_message),
    ENTRY(dealer_error_free),
    ENTRY(dealer_store_open),
    ENTRY(dealer_store_close),
    ENTRY(dealer_store_information),
    ENTRY(dealer_session_open),
    ENTRY(dealer_session_open_system),
    ENTRY(dealer_session_open_as_substitute),
    ENTRY(dealer_session_acting),
    ENTRY(dealer_session_close),
    ENTRY(dealer_session_error),
    ENTRY(dealer_session_person),
    ENTRY(dealer_session_begin),
    ENTRY(dealer_session_commit),
    ENTRY(dealer_session_rollback),
    ENTRY(dealer_document_new),
    ENTRY(dealer_document_derive),
    ENTRY(dealer_document_set_place),
    ENTRY(dealer_document_open),
    ENTRY(dealer_document_free),
    ENTRY(dealer_document_error),
    ENTRY(dealer_document_id),
    ENTRY(dealer_document_type),
    ENTRY(dealer_document_number),
    ENTRY(dealer_document_status),
    ENTRY(dealer_document_version),
    ENTRY(dealer_document_has),
    ENTRY(dealer_document_integer),
    ENTRY(dealer_document_text),
    ENTRY(dealer_document_money),
    ENTRY(dealer_document_set_integer),
    ENTRY(dealer_document_set_text),
    ENTRY(dealer_document_set_money),
    ENTRY(dealer_document_clear),
    ENTRY(dealer_document_merge),
    ENTRY(dealer_document_to_json),
    ENTRY(dealer_document_save),
    ENTRY(dealer_document_delete),
    ENTRY(dealer_document_submit),
    ENTRY(dealer_document_enter),
    ENTRY(dealer_document_recall),
    ENTRY(dealer_document_void),
    ENTRY(dealer_document_review),
    ENTRY(dealer_document_confirm),
    ENTRY(dealer_document_refuse),
    ENTRY(dealer_document_set_locked),
    ENTRY(dealer_documents_set_locked),
    ENTRY(dealer_period_set),
    ENTRY(dealer_periods),
    ENTRY(dealer_pre_order_lose),
    ENTRY(dealer_document_history),
    ENTRY(dealer_tasks),
    ENTRY(dealer_flow_picture),
    ENTRY(dealer_document_picture),
    ENTRY(dealer_approval_explain),
    ENTRY(dealer_approval_migrate),
    ENTRY(dealer_tick),
    ENTRY(dealer_cc_read),
    ENTRY(dealer_document_cc),
    ENTRY(dealer_tasks_approve_many),
    ENTRY(dealer_tasks_hand_over),
    ENTRY(dealer_approval_statistics),
    ENTRY(dealer_task_approve),
    ENTRY(dealer_task_reject),
    ENTRY(dealer_task_act),
    ENTRY(dealer_document_act),
    ENTRY(dealer_document_preview),
    ENTRY(dealer_list_open),
    ENTRY(dealer_list_next),
    ENTRY(dealer_list_after),
    ENTRY(dealer_list_free),
    ENTRY(dealer_list_count),
    ENTRY(dealer_list_sum),
    ENTRY(dealer_outbox),
    ENTRY(dealer_outbox_lease),
    ENTRY(dealer_message_delivered),
    ENTRY(dealer_message_failed),
    ENTRY(dealer_dead_letters),
    ENTRY(dealer_message_revive),
    ENTRY(dealer_message_acknowledge),
    ENTRY(dealer_inbox),
    ENTRY(dealer_message_set_read),
    ENTRY(dealer_configuration_apply),
    ENTRY(dealer_check_many),
    ENTRY(dealer_check_for),
    ENTRY(dealer_visible_departments),
    ENTRY(dealer_functions_of),
    ENTRY(dealer_permission_selftest),
    ENTRY(dealer_configuration_preview),
    ENTRY(dealer_configuration_export),
    ENTRY(dealer_configuration_starter),
    ENTRY(dealer_catalogue),
    ENTRY(dealer_organisation),
    ENTRY(dealer_decision_outcome),
    ENTRY(dealer_decision_json),
    ENTRY(dealer_decision_sentence),
    ENTRY(dealer_decision_free),
    ENTRY(dealer_check),
    ENTRY(dealer_allows),
    ENTRY(dealer_functions),
    ENTRY(dealer_who_can),
    ENTRY(dealer_rules_publish),
    ENTRY(dealer_rules_starter),
    ENTRY(dealer_rules_in_force),
    ENTRY(dealer_trade_in_value),
    ENTRY(dealer_market_add),
    ENTRY(dealer_journal_compare),
    ENTRY(dealer_journal_head),
    ENTRY(dealer_journal_verify),
    ENTRY(dealer_decision_replay),
    ENTRY(dealer_replay_all),
    ENTRY(dealer_backtest),
    ENTRY(dealer_market_import_open),
    ENTRY(dealer_market_import_feed),
    ENTRY(dealer_market_import_finish),
    ENTRY(dealer_market_import_free),
    ENTRY(dealer_market_statistics),
    ENTRY(dealer_report),
    ENTRY(dealer_machine_life),
    ENTRY(dealer_stock_age),
    ENTRY(dealer_claims_overdue),
    ENTRY(dealer_insurance_due),
    ENTRY(dealer_account_statement),
    ENTRY(dealer_account_ageing),
    ENTRY(dealer_trade_in_outcomes),
    ENTRY(dealer_store_backup),
    ENTRY(dealer_store_verify),
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* -- the world -- */

static struct misuse all;

static void open_orphans(struct misuse *m, const char *prepared) {
    dealer_store *store = NULL;
    dealer_error *error = NULL;
    char path[300];
    snprintf(path, sizeof path, "%s-orphan", prepared);
    story_copy_file(prepared, path);
    story_must(dealer_store_open(&store, &error, path, NULL), error, "store");
    story_must(dealer_session_open(store, &m->orphan, &error, "zhang"), error, "session");
    story_must(dealer_session_open_system(store, &m->orphan_system, &error, "x"), error, "system");
    story_must(dealer_document_new(m->orphan, &m->foreign, "customer"), dealer_session_error(m->orphan), "document");
    dealer_store_close(store);
    remove_store(path);
}

static int set_up(void **state) {
    json_t *group = story_read("story/group.json"), *scene = json_pack("{s:[s]}", "with", "pre_order");
    dealer_status status;
    dealer_error *error = NULL;
    memset(&all, 0, sizeof all);
    story_prepare("misuse-prepared.db", group, 1772413200000);
    story_world_open(&all.world, "misuse-prepared.db", "misuse.db", group, 1772413200000);
    story_play(&all.world, group, scene);
    all.session = story_session(&all.world, "zhang", &status, &error);
    all.system = all.world.system;
    all.id = story_document(&all.world, "pre_order");
    story_must(dealer_document_open(all.session, &all.document, all.id), dealer_session_error(all.session), "document");
    story_must(dealer_document_new(all.session, &all.new_document, "customer"), dealer_session_error(all.session), "document");
    all.integer_out = all.allowed_out = 77;
    open_orphans(&all, "misuse-prepared.db");
    json_decref(group);
    json_decref(scene);
    assert_null(*state); /* a state of the group would take the place of each test's own */
    return 0;
}

static int tear_down(void **state) {
    struct misuse *m = &all;
    assert_null(*state);
    dealer_document_free(m->document);
    dealer_document_free(m->new_document);
    dealer_document_free(m->foreign);
    dealer_session_close(m->orphan);
    dealer_session_close(m->orphan_system);
    story_world_close(&m->world);
    remove_store("misuse-prepared.db");
    return 0;
}

static void test_row(void **state) {
    size_t index = (size_t)(uintptr_t)*state;
    json_t *before = story_dump(&all.world), *after;
    all.function = rows[index].name;
    rows[index].run(&all);
    after = story_dump(&all.world);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
}

/* -- is every function there? -- */

static bool has_row(const char *name, size_t length) {
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0) return true;
    return false;
}

static void test_every_exported_function_has_a_row(void **state) {
    assert_null(*state);
    assert_int_equal(api_names_missing(NULL, has_row), 0);
}

int main(void) {
    static struct CMUnitTest tests[ROW_COUNT + 1];
    for (size_t i = 0; i < ROW_COUNT; i++) tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)i};
    tests[ROW_COUNT] = (struct CMUnitTest)cmocka_unit_test(test_every_exported_function_has_a_row);
    return _cmocka_run_group_tests("misuse", tests, ROW_COUNT + 1, set_up, tear_down);
}
