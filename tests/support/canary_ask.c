#include "support/canary_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* -- looking -- */

void canary_look(struct canary_asker *asker, const char *text) {
    const struct canary_reader *reader = asker->reader;
    asker->texts++;
    for (size_t i = 0; text && i < CANARY_WORDS && reader->words[i]; i++) {
        const char *found = strstr(text, reader->words[i]);
        if (found)
            fail_msg("%s (%s), %s of %lld: ...%.400s", reader->code, reader->name, asker->what, (long long)asker->id,
                found - text > 150 ? found - 150 : text);
    }
}

void canary_look_at_error(struct canary_asker *asker) {
    const dealer_error *error = dealer_session_error(asker->session);
    for (int32_t level = 0; level < dealer_error_depth(error); level++) {
        canary_look(asker, dealer_error_message(error, level, DEALER_LANGUAGE_EN));
        canary_look(asker, dealer_error_message(error, level, DEALER_LANGUAGE_ZH));
    }
}

/* What a call gave, by its status. */
static void look_at_text(struct canary_asker *asker, dealer_status status, dealer_text *text) {
    if (!status) canary_look(asker, dealer_text_data(text));
    canary_look_at_error(asker);
    if (!status) dealer_text_free(text);
}

static void look_at_decision(struct canary_asker *asker, dealer_status status, dealer_decision *decision) {
    if (!status) {
        canary_look(asker, dealer_decision_json(decision));
        canary_look(asker, dealer_decision_sentence(decision, DEALER_LANGUAGE_EN));
        canary_look(asker, dealer_decision_sentence(decision, DEALER_LANGUAGE_ZH));
        dealer_decision_free(decision);
    }
    canary_look_at_error(asker);
}

void canary_look_at_document(struct canary_asker *asker, dealer_document *document) {
    dealer_text *text = NULL;
    if (document && dealer_document_to_json(document, &text) == DEALER_OK) {
        canary_look(asker, dealer_text_data(text));
        dealer_text_free(text);
    }
    canary_look_at_error(asker);
    dealer_document_free(document);
}

#define TEXT(call)                         \
    do {                                   \
        dealer_text *text = NULL;          \
        dealer_status status = call;       \
        look_at_text(asker, status, text); \
    } while (0)
#define DECISION(call)                             \
    do {                                           \
        dealer_decision *decision = NULL;          \
        dealer_status status = call;               \
        look_at_decision(asker, status, decision); \
    } while (0)
#define DOCUMENT(call)                                        \
    do {                                                      \
        dealer_document *opened = NULL;                       \
        canary_look_at_document(asker, call ? NULL : opened); \
    } while (0)
#define PLAIN(call)                  \
    do {                             \
        (void)(call);                \
        canary_look_at_error(asker); \
    } while (0)

/* -- by id: of documents, tasks, decisions, messages alike -- */

#define ASK(name) static void ask_##name(struct canary_asker *asker)

ASK(dealer_document_open) {
    DOCUMENT(dealer_document_open(asker->session, &opened, asker->id));
}
ASK(dealer_document_history) {
    TEXT(dealer_document_history(asker->session, &text, asker->id));
}
ASK(dealer_document_derive) {
    DOCUMENT(dealer_document_derive(asker->session, &opened, asker->type, asker->id));
}
ASK(dealer_decision_replay) {
    TEXT(dealer_decision_replay(asker->session, &text, asker->id));
}
ASK(dealer_check) {
    char function[100];
    snprintf(function, sizeof function, "%s.edit", asker->type);
    DECISION(dealer_check(asker->session, &decision, function, asker->id));
}
ASK(dealer_check_for) {
    char function[100];
    snprintf(function, sizeof function, "%s.edit", asker->type);
    DECISION(dealer_check_for(asker->session, &decision, "wang", function, asker->id));
}
ASK(dealer_check_many) {
    char function[100];
    snprintf(function, sizeof function, "%s.edit", asker->type);
    TEXT(dealer_check_many(asker->session, &text, function, &asker->id, 1));
}
ASK(dealer_who_can) {
    char function[100];
    snprintf(function, sizeof function, "%s.read", asker->type);
    TEXT(dealer_who_can(asker->session, &text, function, asker->id));
}
ASK(dealer_machine_life) {
    TEXT(dealer_machine_life(asker->session, &text, asker->id));
}
ASK(dealer_account_statement) {
    TEXT(dealer_account_statement(asker->session, &text, asker->id, NULL, "2026-12-31"));
}
ASK(dealer_cc_read) {
    PLAIN(dealer_cc_read(asker->session, asker->id));
}
ASK(dealer_message_delivered) {
    PLAIN(dealer_message_delivered(asker->session, asker->id, "lease"));
}
ASK(dealer_message_failed) {
    PLAIN(dealer_message_failed(asker->session, asker->id, "lease", "why", 0));
}
ASK(dealer_message_revive) {
    PLAIN(dealer_message_revive(asker->session, asker->id));
}
ASK(dealer_message_acknowledge) {
    PLAIN(dealer_message_acknowledge(asker->session, asker->id));
}
ASK(dealer_message_set_read) {
    PLAIN(dealer_message_set_read(asker->session, asker->id, 1));
}
ASK(dealer_task_approve) {
    DECISION(dealer_task_approve(asker->session, &decision, asker->id, NULL));
}
ASK(dealer_task_reject) {
    DECISION(dealer_task_reject(asker->session, &decision, asker->id, "x"));
}
ASK(dealer_task_act) {
    DECISION(dealer_task_act(asker->session, &decision, asker->id, "transfer", "{\"person\":\"ma\"}"));
}
ASK(dealer_tasks_approve_many) {
    TEXT(dealer_tasks_approve_many(asker->session, &text, &asker->id, 1, NULL));
}

ASK(dealer_documents_set_locked) {
    TEXT(dealer_documents_set_locked(asker->session, &text, &asker->id, 1, 1));
}

/* -- by handle: his own, or one that the system opened -- */

#define HANDLE(name) static void with_##name(struct canary_asker *asker, dealer_document *document)

HANDLE(dealer_document_cc) {
    TEXT(dealer_document_cc(asker->session, &text, document));
}
HANDLE(dealer_document_act) {
    DECISION(dealer_document_act(asker->session, &decision, document, "remind", NULL));
}
HANDLE(dealer_document_picture) {
    TEXT(dealer_document_picture(asker->session, &text, document, "mermaid", DEALER_LANGUAGE_ZH));
}
HANDLE(dealer_approval_explain) {
    TEXT(dealer_approval_explain(asker->session, &text, document, NULL));
}
HANDLE(dealer_document_preview) {
    TEXT(dealer_document_preview(asker->session, &text, document));
}
HANDLE(dealer_document_set_place) {
    PLAIN(dealer_document_set_place(asker->session, document, "HT-SH", NULL));
}
HANDLE(dealer_document_save) {
    PLAIN(dealer_document_save(asker->session, document));
}
HANDLE(dealer_document_delete) {
    PLAIN(dealer_document_delete(asker->session, document));
}
HANDLE(dealer_document_submit) {
    DECISION(dealer_document_submit(asker->session, &decision, document));
}
HANDLE(dealer_document_enter) {
    DECISION(dealer_document_enter(asker->session, &decision, document));
}
HANDLE(dealer_document_recall) {
    DECISION(dealer_document_recall(asker->session, &decision, document, NULL));
}
HANDLE(dealer_document_void) {
    PLAIN(dealer_document_void(asker->session, document, "x"));
}
HANDLE(dealer_document_review) {
    PLAIN(dealer_document_review(asker->session, document, 1));
}
HANDLE(dealer_document_confirm) {
    PLAIN(dealer_document_confirm(asker->session, document, 1));
}
HANDLE(dealer_document_refuse) {
    PLAIN(dealer_document_refuse(asker->session, document, "x"));
}
HANDLE(dealer_document_set_locked) {
    PLAIN(dealer_document_set_locked(asker->session, document, 1));
}
HANDLE(dealer_pre_order_lose) {
    PLAIN(dealer_pre_order_lose(asker->session, document, "x"));
}
HANDLE(dealer_trade_in_value) {
    DECISION(dealer_trade_in_value(asker->session, &decision, document));
}
HANDLE(dealer_allows) {
    int32_t allowed = 0;
    PLAIN(dealer_allows(asker->session, &allowed, "visit.read", document));
}

/* -- about everything -- */

#define GENERAL(name, call) \
    ASK(name) {             \
        TEXT(name call);    \
    }
GENERAL(dealer_functions, (asker->session, &text))
GENERAL(dealer_functions_of, (asker->session, &text, "wang"))
GENERAL(dealer_visible_departments, (asker->session, &text, "sales.read"))
GENERAL(dealer_organisation, (asker->session, &text))
GENERAL(dealer_catalogue, (asker->session, &text))
GENERAL(dealer_rules_in_force, (asker->session, &text))
GENERAL(dealer_rules_starter, (asker->session, &text))
GENERAL(dealer_configuration_export, (asker->session, &text))
GENERAL(dealer_configuration_starter, (asker->session, &text))
GENERAL(dealer_configuration_apply, (asker->session, &text, "{}", 2, 1))
GENERAL(dealer_configuration_preview, (asker->session, &text, "{}", 2, 0))
GENERAL(dealer_store_verify, (asker->session, &text))
GENERAL(dealer_journal_head, (asker->session, &text))
GENERAL(dealer_permission_selftest, (asker->session, &text, 0))
GENERAL(dealer_trade_in_outcomes, (asker->session, &text))
GENERAL(dealer_market_statistics, (asker->session, &text, "{}", 2))
GENERAL(dealer_market_add, (asker->session, &text, "[]", 2))
GENERAL(dealer_approval_statistics, (asker->session, &text, NULL, 0))
GENERAL(dealer_approval_migrate, (asker->session, &text, 1, "x", 0, 100))
GENERAL(dealer_tasks_hand_over, (asker->session, &text, "ma", "zhang", "x"))
GENERAL(dealer_tick, (asker->session, &text, 100))
GENERAL(dealer_replay_all, (asker->session, &text, NULL, NULL))
GENERAL(dealer_rules_publish, (asker->session, &text, "{\"files\":{}}", 12, 1))
GENERAL(dealer_account_ageing, (asker->session, &text, "2026-12-31"))
GENERAL(dealer_stock_age, (asker->session, &text, "2026-12-31"))
GENERAL(dealer_claims_overdue, (asker->session, &text, "2026-12-31"))
GENERAL(dealer_insurance_due, (asker->session, &text, "2026-01-01", "2027-12-31"))
GENERAL(dealer_store_backup, (asker->session, &text, "canary.backup", NULL, NULL))
GENERAL(dealer_periods, (asker->session, &text, NULL, NULL))
GENERAL(dealer_flow_picture, (asker->session, &text, "flow.sales", "mermaid", DEALER_LANGUAGE_ZH))
GENERAL(dealer_outbox, (asker->session, &text, 0, 1000))
GENERAL(dealer_outbox_lease, (asker->session, &text, 60000, 1000))
GENERAL(dealer_dead_letters, (asker->session, &text, 0, 1000))

ASK(dealer_period_set) {
    PLAIN(dealer_period_set(asker->session, "HT-SH", "contract", "2026-03", "held"));
}
ASK(dealer_tasks) {
    for (int32_t kind = DEALER_TASKS_OPEN; kind <= DEALER_TASKS_SUBMITTED; kind++)
        TEXT(dealer_tasks(asker->session, &text, kind, 0, 1000));
}
ASK(dealer_inbox) {
    for (int32_t unread = 0; unread < 2; unread++) TEXT(dealer_inbox(asker->session, &text, unread, 0, 1000));
}
ASK(dealer_journal_verify) {
    int64_t count = 0, bad = 0;
    PLAIN(dealer_journal_verify(asker->session, &count, &bad));
}
ASK(dealer_journal_compare) {
    static const char head[] = "{\"sequence\":0,\"mac\":\"0000000000000000000000000000000000000000000000000000000000000000\"}";
    TEXT(dealer_journal_compare(asker->session, &text, head, sizeof head - 1));
}
ASK(dealer_backtest) {
    dealer_backtest_options options = DEALER_BACKTEST_OPTIONS_INIT;
    options.files = "{\"files\":{}}";
    options.files_length = 12;
    TEXT(dealer_backtest(asker->session, &text, &options));
}
ASK(dealer_market_import_open) {
    dealer_market_import *import = NULL;
    PLAIN(dealer_market_import_open(asker->session, &import, "{}", 2));
    dealer_market_import_free(import);
}

struct ask {
    const char *function;
    void (*ask)(struct canary_asker *asker);
};
struct ask_with {
    const char *function;
    void (*ask)(struct canary_asker *asker, dealer_document *document);
};

#define ROW(name) \
    { #name, ask_##name }
#define WITH(name) \
    { #name, with_##name }

static const struct ask by_id[] = {ROW(dealer_document_open), ROW(dealer_document_history), ROW(dealer_document_derive),
    ROW(dealer_decision_replay), ROW(dealer_check), ROW(dealer_check_for), ROW(dealer_check_many), ROW(dealer_who_can),
    ROW(dealer_machine_life), ROW(dealer_account_statement), ROW(dealer_cc_read), ROW(dealer_message_acknowledge),
    ROW(dealer_message_delivered), ROW(dealer_message_failed), ROW(dealer_message_revive), ROW(dealer_outbox_lease),
    ROW(dealer_dead_letters), ROW(dealer_message_set_read), ROW(dealer_task_approve), ROW(dealer_task_reject), ROW(dealer_task_act),
    ROW(dealer_tasks_approve_many), ROW(dealer_documents_set_locked)};

static const struct ask_with by_handle[] = {WITH(dealer_document_cc), WITH(dealer_document_act), WITH(dealer_document_picture),
    WITH(dealer_approval_explain), WITH(dealer_document_preview), WITH(dealer_document_set_place), WITH(dealer_document_save),
    WITH(dealer_document_delete), WITH(dealer_document_submit), WITH(dealer_document_enter), WITH(dealer_document_recall),
    WITH(dealer_document_void), WITH(dealer_document_review), WITH(dealer_document_refuse), WITH(dealer_document_confirm),
    WITH(dealer_document_set_locked), WITH(dealer_pre_order_lose), WITH(dealer_trade_in_value), WITH(dealer_allows)};

static const struct ask generally[] = {ROW(dealer_functions), ROW(dealer_functions_of), ROW(dealer_visible_departments),
    ROW(dealer_organisation), ROW(dealer_catalogue), ROW(dealer_rules_in_force), ROW(dealer_rules_starter),
    ROW(dealer_configuration_export), ROW(dealer_configuration_starter), ROW(dealer_configuration_apply),
    ROW(dealer_configuration_preview), ROW(dealer_store_verify), ROW(dealer_store_backup), ROW(dealer_journal_head),
    ROW(dealer_permission_selftest), ROW(dealer_trade_in_outcomes), ROW(dealer_market_statistics), ROW(dealer_market_add),
    ROW(dealer_approval_statistics), ROW(dealer_approval_migrate), ROW(dealer_tasks_hand_over), ROW(dealer_tick),
    ROW(dealer_replay_all), ROW(dealer_rules_publish), ROW(dealer_account_ageing), ROW(dealer_stock_age),
    ROW(dealer_claims_overdue), ROW(dealer_insurance_due), ROW(dealer_periods), ROW(dealer_period_set), ROW(dealer_flow_picture),
    ROW(dealer_outbox), ROW(dealer_tasks), ROW(dealer_inbox), ROW(dealer_journal_verify), ROW(dealer_journal_compare),
    ROW(dealer_backtest), ROW(dealer_market_import_open)};

enum {
    BY_ID = sizeof by_id / sizeof by_id[0],
    BY_HANDLE = sizeof by_handle / sizeof by_handle[0],
    GENERALLY = sizeof generally / sizeof generally[0]
};

/* His own handle, or, since a host may pass on what another opened, the system's. */
static dealer_document *handle_of(struct canary_asker *asker) {
    dealer_document *document = NULL;
    if (dealer_document_open(asker->session, &document, asker->id) == DEALER_OK) return document;
    return dealer_document_open(asker->system, &document, asker->id) == DEALER_OK ? document : NULL;
}

/* Every report, by one key or another: sums must not tell either. */
static void ask_reports(struct canary_asker *asker) {
    static const char *const reports[] = {"forecast", "competition", "waiting", "stock", "accounts", "trade_ins", "decisions"};
    static const char *const keys[] = {"month", "company", "department", "person", "owner", "customer", "likelihood", "category",
        "brand", "model", "payment_way", "competitor", "competitor_model", "outcome", "reason", "type", "flow", "node", "age",
        "warehouse", "used", "entered_directly", "rule", "entry", "rule_set", "direction", "kind", "party", "document"};
    char parameters[64];
    snprintf(parameters, sizeof parameters, "{\"by\":[\"%s\"]}", keys[(size_t)asker->id % (sizeof keys / sizeof keys[0])]);
    asker->what = "dealer_report";
    for (size_t r = 0; r < sizeof reports / sizeof reports[0]; r++)
        TEXT(dealer_report(asker->session, &text, reports[r], parameters, strlen(parameters)));
}

void canary_ask_about(struct canary_asker *asker) {
    ask_reports(asker);
    for (size_t i = 0; i < BY_ID; i++) {
        asker->what = by_id[i].function;
        by_id[i].ask(asker);
    }
    for (size_t i = 0; i < BY_HANDLE; i++) {
        dealer_document *document = handle_of(asker);
        asker->what = by_handle[i].function;
        if (document) by_handle[i].ask(asker, document);
        dealer_document_free(document);
    }
}

void canary_ask_generally(struct canary_asker *asker) {
    asker->id = 0;
    for (size_t i = 0; i < GENERALLY; i++) {
        asker->what = generally[i].function;
        generally[i].ask(asker);
    }
}

bool canary_knows(const char *function, size_t length) {
    /* reports are asked with each document; lists and links by the test itself; the rest answers nothing but what the session is */
    static const char *const others[] = {"dealer_report", "dealer_list_open", "dealer_list_count", "dealer_list_sum",
        "dealer_document_new", "dealer_session_close", "dealer_session_error", "dealer_session_person", "dealer_session_acting",
        "dealer_session_begin", "dealer_session_commit", "dealer_session_rollback", "dealer_market_import_feed",
        "dealer_market_import_finish"};
    enum { OTHERS = sizeof others / sizeof others[0] };
    for (size_t i = 0; i < BY_ID + BY_HANDLE + GENERALLY + OTHERS; i++) {
        const char *known = i < BY_ID                           ? by_id[i].function
                            : i < BY_ID + BY_HANDLE             ? by_handle[i - BY_ID].function
                            : i < BY_ID + BY_HANDLE + GENERALLY ? generally[i - BY_ID - BY_HANDLE].function
                                                                : others[i - BY_ID - BY_HANDLE - GENERALLY];
        if (strlen(known) == length && strncmp(known, function, length) == 0) return true;
    }
    return false;
}
