/* Canaries: documents of the other company and of a hidden group have the word CANARY in every text. Whoever may not read them asks
 * everything there is to ask, by every id; the word never comes back, in no answer, decision or error. */
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { IDS_MAX = 60, QUERY_MAX = 400 };
static const int64_t start_ms = INT64_C(1772413200000);
static const char prepared[] = "canary-prepared.db", path[] = "canary.db";
static json_t *group, *canaries, *catalogue;
static struct story_world world;
static size_t asked;

struct reader {
    const char *name, *code;
    const char *own; /* what the names of the canaries that are his own begin with; NULL: none are */
};

static const struct reader readers[] = {
    {"a post that has ended", "guo", NULL},
    {"a post that begins later", "deng", NULL},
    {"no post", "xu", NULL},
    {"a salesperson of another group", "zhang", NULL},
    {"a head without a wider post", "li", NULL},
    {"the service company", "he", NULL},
    {"the other company's salesperson, of the hidden group", "qian", "hz_"},
};

static void check_text(const char *text, const char *what, const struct reader *reader) {
    asked++;
    bool sings = text && (strstr(text, reader->own ? "CANARY hidden" : "CANARY") || strstr(text, "888888888"));
    sings = sings || (text && !reader->own && strstr(text, "777777777"));
    if (sings) fail_msg("%s (%s), %s: %.600s", reader->code, reader->name, what, text);
}

static void check_error(const dealer_error *error, const char *what, const struct reader *reader) {
    for (int32_t level = 0; level < dealer_error_depth(error); level++) {
        check_text(dealer_error_message(error, level, DEALER_LANGUAGE_EN), what, reader);
        check_text(dealer_error_message(error, level, DEALER_LANGUAGE_ZH), what, reader);
    }
}

/* An answer in one of three shapes, or the error; everything is freed. */
static void check_answer(dealer_session *session, dealer_text *text, const char *what, const struct reader *reader) {
    if (text) check_text(dealer_text_data(text), what, reader);
    check_error(dealer_session_error(session), what, reader);
    dealer_text_free(text);
}

static void check_decision(dealer_session *session, dealer_decision *decision, const char *what, const struct reader *reader) {
    if (decision) {
        check_text(dealer_decision_json(decision), what, reader);
        check_text(dealer_decision_sentence(decision, DEALER_LANGUAGE_EN), what, reader);
        check_text(dealer_decision_sentence(decision, DEALER_LANGUAGE_ZH), what, reader);
    }
    check_error(dealer_session_error(session), what, reader);
    dealer_decision_free(decision);
}

static void check_document(dealer_session *session, dealer_document *document, const char *what, const struct reader *reader) {
    dealer_text *text = NULL;
    if (document && dealer_document_to_json(document, &text) == DEALER_OK) check_text(dealer_text_data(text), what, reader);
    if (document) check_error(dealer_document_error(document), what, reader);
    check_error(dealer_session_error(session), what, reader);
    dealer_text_free(text);
    dealer_document_free(document);
}

/* Is it one of the canaries that this reader owns himself? */
static bool is_his(const struct reader *reader, int64_t id) {
    const char *name;
    json_t *value;
    json_object_foreach(world.documents, name, value) {
        if (json_integer_value(value) == id && reader->own && strncmp(name, reader->own, strlen(reader->own)) == 0) return true;
    }
    return false;
}

/* -- by id -- */

static void ask_about(dealer_session *session, const struct reader *reader, int64_t id) {
    dealer_document *document = NULL;
    dealer_text *history = NULL, *who = NULL, *replay = NULL;
    json_t *type;
    size_t index;
    if (is_his(reader, id)) return;
    if (dealer_document_open(session, &document, id)) document = NULL;
    check_document(session, document, "open", reader);
    if (dealer_document_history(session, &history, id)) history = NULL;
    check_answer(session, history, "history", reader);
    if (dealer_decision_replay(session, &replay, id)) replay = NULL;
    check_answer(session, replay, "replay", reader);
    json_array_foreach(json_object_get(catalogue, "types"), index, type) {
        const char *name = json_string_value(json_object_get(type, "name"));
        dealer_decision *decision = NULL;
        dealer_document *derived = NULL;
        char function[100];
        snprintf(function, sizeof function, "%s.read", name);
        if (dealer_check(session, &decision, function, id)) decision = NULL;
        check_decision(session, decision, "check", reader);
        if (dealer_who_can(session, &who, function, id)) who = NULL;
        check_answer(session, who, "who can", reader);
        if (dealer_document_derive(session, &derived, name, id)) derived = NULL;
        check_document(session, derived, "derive", reader);
        who = NULL;
    }
}

static void ask_about_task(dealer_session *session, const struct reader *reader, int64_t id) {
    dealer_decision *decision = NULL;
    if (dealer_task_act(session, &decision, id, "transfer", "{\"person\":\"ma\"}")) decision = NULL;
    check_decision(session, decision, "transfer", reader);
    decision = NULL;
    if (dealer_task_reject(session, &decision, id, "x")) decision = NULL;
    check_decision(session, decision, "reject", reader);
    dealer_message_set_read(session, id, 1);
    check_error(dealer_session_error(session), "mark as read", reader);
}

/* Every link field of every type that he may enter, to every id. */
static void link_to(dealer_session *session, const struct reader *reader, const char *type, const char *field, int64_t id) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    if (is_his(reader, id) || dealer_document_new(session, &document, type)) return;
    if (dealer_document_set_integer(document, field, id) == DEALER_OK) {
        assert_int_not_equal(dealer_document_save(session, document), DEALER_OK);
        check_error(dealer_session_error(session), "save a link", reader);
        if (dealer_document_submit(session, &decision, document)) decision = NULL;
        check_decision(session, decision, "submit a link", reader);
    }
    check_document(session, document, "a link", reader);
}

static bool is_canary(int64_t id) {
    const char *name;
    json_t *value;
    json_object_foreach(world.documents, name, value) if (json_integer_value(value) == id) return true;
    return false;
}

static void link_all(dealer_session *session, const struct reader *reader) {
    json_t *type, *field;
    size_t at, index;
    json_array_foreach(json_object_get(catalogue, "types"), at, type) {
        json_array_foreach(json_object_get(type, "fields"), index, field) {
            const char *kind = json_string_value(json_object_get(field, "kind"));
            if (!kind || strcmp(kind, "document") != 0) continue;
            for (int64_t id = 1; id < IDS_MAX; id++)
                if (is_canary(id))
                    link_to(session, reader, json_string_value(json_object_get(type, "name")),
                        json_string_value(json_object_get(field, "name")), id);
        }
    }
}

/* -- lists, counts, sums -- */

static void ask_list(dealer_session *session, const struct reader *reader, const char *query) {
    dealer_list *list = NULL;
    dealer_document *document;
    if (dealer_list_open(session, &list, query, strlen(query)) == DEALER_OK) {
        check_text(dealer_list_after(list), "after", reader);
        while ((document = dealer_list_next(list)) != NULL) {
            if (is_his(reader, dealer_document_id(document)))
                dealer_document_free(document);
            else
                check_document(session, document, "list", reader);
        }
        dealer_list_free(list);
    }
    check_error(dealer_session_error(session), "list", reader);
}

/* Counting is an oracle too: a filter on what is hidden must find nothing. */
static void ask_oracle(dealer_session *session, const struct reader *reader, const char *query) {
    int64_t count = -1;
    dealer_status status = dealer_list_count(session, &count, query, strlen(query), 0);
    if (!status && count && !reader->own) /* errors say what was asked: the word is the asker's own */
        fail_msg("%s counts %lld with %s", reader->code, (long long)count, query);
}

static void ask_lists_of(dealer_session *session, const struct reader *reader, const json_t *type) {
    const char *name = json_string_value(json_object_get(type, "name"));
    char query[QUERY_MAX];
    json_t *field;
    size_t index;
    snprintf(query, sizeof query, "{\"type\":\"%s\",\"limit\":1000}", name);
    ask_list(session, reader, query);
    json_array_foreach(json_object_get(type, "fields"), index, field) {
        const char *member = json_string_value(json_object_get(field, "name"));
        dealer_text *sum = NULL;
        snprintf(query, sizeof query,
            "{\"type\":\"%s\",\"where\":{\"field\":\"%s\",\"op\":\"starts_with\",\"value\":\"CANARY\"},\"order\":\"%s\"}", name,
            member, member);
        ask_oracle(session, reader, query);
        snprintf(query, sizeof query,
            "{\"type\":\"%s\",\"where\":{\"field\":\"%s\",\"op\":\"=\",\"value\":{\"amount_minor\":777777777,\"currency\":\"CNY\"}}}",
            name, member);
        ask_oracle(session, reader, query);
        snprintf(query, sizeof query, "{\"type\":\"%s\",\"where\":{\"not\":{\"field\":\"owner\",\"op\":\"=\",\"value\":%lld}}}",
            name, (long long)dealer_session_person(session));
        if (dealer_list_sum(session, &sum, query, strlen(query), member, "customer")) sum = NULL;
        check_answer(session, sum, "sum", reader);
        sum = NULL;
        if (dealer_list_sum(session, &sum, query, strlen(query), member, member)) sum = NULL;
        check_answer(session, sum, "sum by itself", reader);
    }
}

/* -- questions about everything -- */

static void ask_generally(dealer_session *session, const struct reader *reader) {
    typedef dealer_status (*question)(dealer_session * session, dealer_text * *out);
    static const question questions[] = {dealer_functions, dealer_organisation, dealer_catalogue, dealer_rules_in_force,
        dealer_configuration_export, dealer_store_verify, dealer_trade_in_outcomes, dealer_configuration_starter};
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        dealer_text *text = NULL;
        if (questions[i](session, &text)) text = NULL;
        check_answer(session, text, "a general question", reader);
    }
    for (int32_t flag = 0; flag < 2; flag++) {
        dealer_text *tasks = NULL, *inbox = NULL, *outbox = NULL;
        if (dealer_tasks(session, &tasks, flag, 0, 1000)) tasks = NULL;
        check_answer(session, tasks, "tasks", reader);
        if (dealer_inbox(session, &inbox, flag, 0, 1000)) inbox = NULL;
        check_answer(session, inbox, "inbox", reader);
        if (dealer_outbox(session, &outbox, 0, 1000)) outbox = NULL;
        check_answer(session, outbox, "outbox", reader);
    }
}

/* A serial number that is known elsewhere, entered by somebody who may not know it. */
static void enter_serial_numbers(void) {
    static const struct reader keeper = {"the warehouse keeper", "zhou", NULL};
    dealer_status status;
    dealer_error *error = NULL;
    dealer_session *zhou = story_session(&world, "zhou", &status, &error);
    static const char *const types[] = {"stock_in", "machine"};
    for (size_t i = 0; i < 2; i++) {
        static const char fields[] =
            "{\"category\":\"roller\",\"brand\":\"CANARY brand\",\"model\":\"M\",\"serial_number\":\"CANARY-SN-2\"}";
        static const char more[] = "{\"source\":\"purchase\",\"warehouse\":\"W\",\"received_on\":\"2026-03-03\"}";
        dealer_document *document = NULL;
        dealer_decision *decision = NULL;
        story_must(dealer_document_new(zhou, &document, types[i]), dealer_session_error(zhou), "new");
        story_must(dealer_document_merge(document, fields, sizeof fields - 1), dealer_document_error(document), "merge");
        if (i == 0) story_must(dealer_document_merge(document, more, sizeof more - 1), dealer_document_error(document), "merge");
        status = i ? dealer_document_save(zhou, document) : dealer_document_submit(zhou, &decision, document);
        assert_int_not_equal(status, DEALER_OK);
        for (int32_t level = 0; level < dealer_error_depth(dealer_session_error(zhou)); level++) {
            const char *en = dealer_error_message(dealer_session_error(zhou), level, DEALER_LANGUAGE_EN);
            if (strstr(en, "warehouse") && strstr(en, "CANARY w")) fail_msg("%s is told %s", keeper.code, en);
        }
        dealer_decision_free(decision);
        dealer_document_free(document);
    }
}

static void test_reader(void **state) {
    const struct reader *reader = *state;
    dealer_status status;
    dealer_error *error = NULL;
    json_t *type;
    size_t index;
    dealer_session *session = story_session(&world, reader->code, &status, &error);
    story_must(status, error, reader->code);
    ask_generally(session, reader);
    for (int64_t id = 0; id < IDS_MAX; id++) {
        ask_about(session, reader, id);
        ask_about_task(session, reader, id);
    }
    json_array_foreach(json_object_get(catalogue, "types"), index, type) ask_lists_of(session, reader, type);
    link_all(session, reader);
    ask_generally(session, reader);
}

static void test_serial_numbers(void **state) {
    assert_null(*state);
    enter_serial_numbers();
}

/* The test itself must be able to see: who may read the canaries finds the word. */
static void test_who_may_read_finds_the_canary(void **state) {
    static const char *const people[] = {"feng", "shen", "wang"};
    assert_null(*state);
    for (size_t i = 0; i < 3; i++) {
        dealer_status status;
        dealer_error *error = NULL;
        dealer_session *session = story_session(&world, people[i], &status, &error);
        dealer_text *text = NULL;
        int64_t count = 0, id = story_document(&world, i == 1 ? "hz_trade_in" : "ma_trade_in");
        static const char query[] =
            "{\"type\":\"pre_order\",\"where\":{\"field\":\"brand\",\"op\":\"starts_with\",\"value\":\"CANARY\"}}";
        story_must(dealer_document_history(session, &text, id), dealer_session_error(session), "history");
        story_must(dealer_list_count(session, &count, query, sizeof query - 1, 0), dealer_session_error(session), "count");
        assert_true(count > 0);
        assert_non_null(strstr(dealer_text_data(text), "CANARY"));
        dealer_text_free(text);
    }
    print_message("canaries: %zu texts looked through\n", asked);
}

static void open_canaries(void) {
    dealer_text *text = NULL;
    story_prepare(prepared, group, start_ms);
    story_world_open(&world, prepared, path, group, start_ms);
    story_play(&world, group, canaries);
    story_must(dealer_catalogue(world.system, &text), dealer_session_error(world.system), "catalogue");
    catalogue = json_loads(dealer_text_data(text), 0, NULL);
    dealer_text_free(text);
}

int main(void) {
    enum { COUNT = sizeof readers / sizeof readers[0] };
    struct CMUnitTest tests[COUNT + 2];
    group = story_read("story/group.json");
    canaries = story_read("canary/documents.json");
    open_canaries();
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){readers[i].name, test_reader, NULL, NULL, (void *)(uintptr_t)&readers[i]};
    tests[COUNT] = (struct CMUnitTest)cmocka_unit_test(test_serial_numbers);
    tests[COUNT + 1] = (struct CMUnitTest)cmocka_unit_test(test_who_may_read_finds_the_canary);
    int failed = _cmocka_run_group_tests("canaries", tests, COUNT + 2, NULL, NULL);
    story_world_close(&world);
    story_remove_file(prepared);
    json_decref(group);
    json_decref(canaries);
    json_decref(catalogue);
    return failed;
}
