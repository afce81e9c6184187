/* Canaries: documents of the other company and of a hidden group have the word CANARY in every text and one of two amounts in every money
 * field. Whoever may not read them, or not these fields of them, calls every exported function, by every id and handle; neither ever
 * comes back, in no answer, decision or error, and nothing is changed. */
#include "support/api_names.h"
#include "support/canary_ask.h"
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

#define AMOUNTS "777777777", "7777777.77", "888888888", "8888888.88"
static const struct canary_reader readers[] = {
    {"a post that has ended", "guo", NULL, {"CANARY", "KANARIE", AMOUNTS}},
    {"a post that begins later", "deng", NULL, {"CANARY", "KANARIE", AMOUNTS}},
    {"no post", "xu", NULL, {"CANARY", "KANARIE", AMOUNTS}},
    {"a salesperson of another group", "zhang", NULL, {"CANARY", "KANARIE", AMOUNTS}},
    {"a head without a wider post", "li", NULL, {"CANARY", "KANARIE", AMOUNTS}},
    {"the service company", "he", NULL, {"CANARY", "KANARIE", AMOUNTS}},
    {"a post that changes the configuration of another company", "qin", NULL, {"CANARY", "KANARIE", AMOUNTS}},
    {"the other company's salesperson, of the hidden group", "qian", "hz_",
        {"CANARY hidden", "KANARIE", "888888888", "8888888.88"}},
    {"somebody who reads every document, and no field that can be hidden", "blind", NULL, {"CANARY", AMOUNTS}},
};

/* Is it one of the canaries that this reader owns himself? */
static bool is_his(const struct canary_reader *reader, int64_t id) {
    const char *name;
    json_t *value;
    json_object_foreach(world.documents, name, value) {
        if (json_integer_value(value) == id && reader->own && strncmp(name, reader->own, strlen(reader->own)) == 0) return true;
    }
    return false;
}

static bool is_canary(int64_t id) {
    const char *name;
    json_t *value;
    json_object_foreach(world.documents, name, value) if (json_integer_value(value) == id) return true;
    return false;
}

/* -- links to every id, in every link field of every type that he may enter -- */

static void link_to(struct canary_asker *asker, const char *type, const char *field) {
    dealer_document *document = NULL;
    if (dealer_document_new(asker->session, &document, type)) return;
    if (dealer_document_set_integer(document, field, asker->id) == DEALER_OK) {
        dealer_decision *decision = NULL;
        asker->what = "save a link";
        assert_int_not_equal(dealer_document_save(asker->session, document), DEALER_OK);
        canary_look_at_error(asker);
        asker->what = "submit a link";
        assert_int_not_equal(dealer_document_submit(asker->session, &decision, document), DEALER_OK);
        canary_look_at_error(asker);
    }
    canary_look_at_document(asker, document);
}

static void link_all(struct canary_asker *asker) {
    json_t *type, *field;
    size_t at, index;
    json_array_foreach(json_object_get(catalogue, "types"), at, type) {
        json_array_foreach(json_object_get(type, "fields"), index, field) {
            const char *kind = json_string_value(json_object_get(field, "kind"));
            if (!kind || strcmp(kind, "document") != 0) continue;
            for (asker->id = 1; asker->id < IDS_MAX; asker->id++)
                if (is_canary(asker->id) && !is_his(asker->reader, asker->id))
                    link_to(
                        asker, json_string_value(json_object_get(type, "name")), json_string_value(json_object_get(field, "name")));
        }
    }
}

/* -- lists, counts, sums -- */

static void ask_list(struct canary_asker *asker, const char *query) {
    dealer_list *list = NULL;
    dealer_document *document;
    asker->what = query;
    if (dealer_list_open(asker->session, &list, query, strlen(query)) == DEALER_OK) {
        if (!asker->reader->own) canary_look(asker, dealer_list_after(list));
        while ((document = dealer_list_next(list)) != NULL) {
            asker->id = dealer_document_id(document);
            if (is_his(asker->reader, asker->id))
                dealer_document_free(document);
            else
                canary_look_at_document(asker, document);
        }
        dealer_list_free(list);
    }
    canary_look_at_error(asker);
}

/* Counting is an oracle too: a filter on what is hidden must find nothing. Errors say what was asked: the word is the asker's own. */
static void ask_oracle(struct canary_asker *asker, const char *query) {
    int64_t count = -1;
    dealer_status status = dealer_list_count(asker->session, &count, NULL, query, strlen(query), 0);
    if (!status && count && !asker->reader->own) fail_msg("%s counts %lld with %s", asker->reader->code, (long long)count, query);
}

static void ask_lists_of(struct canary_asker *asker, const json_t *type) {
    const char *name = json_string_value(json_object_get(type, "name"));
    char query[QUERY_MAX];
    json_t *field;
    size_t index;
    snprintf(query, sizeof query, "{\"type\":\"%s\",\"limit\":1000}", name);
    ask_list(asker, query);
    json_array_foreach(json_object_get(type, "fields"), index, field) {
        const char *member = json_string_value(json_object_get(field, "name"));
        snprintf(query, sizeof query, "{\"type\":\"%s\",\"limit\":2,\"order\":\"%s\"}", name, member);
        ask_list(asker, query);
        snprintf(query, sizeof query,
            "{\"type\":\"%s\",\"where\":{\"field\":\"%s\",\"op\":\"starts_with\",\"value\":\"CANARY\"},\"order\":\"%s\"}", name,
            member, member);
        ask_oracle(asker, query);
        snprintf(query, sizeof query,
            "{\"type\":\"%s\",\"where\":{\"field\":\"%s\",\"op\":\"=\",\"value\":{\"amount_minor\":777777777,\"currency\":\"CNY\"}}}",
            name, member);
        ask_oracle(asker, query);
        snprintf(query, sizeof query, "{\"type\":\"%s\",\"where\":{\"not\":{\"field\":\"owner\",\"op\":\"=\",\"value\":%lld}}}",
            name, (long long)dealer_session_person(asker->session));
        for (int by = 0; by < 2; by++) {
            dealer_text *sum = NULL;
            const char *group_by = by ? member : "customer";
            asker->what = "sum";
            if (dealer_list_sum(asker->session, &sum, query, strlen(query), member, group_by) == DEALER_OK)
                canary_look(asker, dealer_text_data(sum));
            canary_look_at_error(asker);
            dealer_text_free(sum);
        }
    }
}

/* -- what a keeper may enter himself -- */

/* A serial number that is known elsewhere, entered by somebody who may not know it: it is refused, since there is one record of a machine
 * in the group, and the refusal says nothing else about it. */
static void test_serial_numbers(void **state) {
    static const struct canary_reader keeper = {"the warehouse keeper", "zhou", NULL, {"CANARY w", "CANARY model", AMOUNTS}};
    static const char *const types[] = {"stock_in", "machine"};
    dealer_status status;
    dealer_error *error = NULL;
    struct canary_asker asker = {.reader = &keeper, .system = world.system, .what = "a known serial number"};
    assert_null(*state);
    asker.session = story_session(&world, "zhou", &status, &error);
    for (size_t i = 0; i < 2; i++) {
        static const char fields[] =
            "{\"category\":\"roller\",\"brand\":\"CANARY brand\",\"model\":\"M\",\"serial_number\":\"CANARY-SN-2\"}";
        static const char more[] = "{\"source\":\"purchase\",\"warehouse\":\"W\",\"received_on\":\"2026-03-03\"}";
        dealer_document *document = NULL;
        dealer_decision *decision = NULL;
        story_must(dealer_document_new(asker.session, &document, types[i]), dealer_session_error(asker.session), "new");
        story_must(dealer_document_merge(document, fields, sizeof fields - 1), dealer_document_error(document), "merge");
        if (i == 0) story_must(dealer_document_merge(document, more, sizeof more - 1), dealer_document_error(document), "merge");
        status = i ? dealer_document_save(asker.session, document) : dealer_document_submit(asker.session, &decision, document);
        assert_int_not_equal(status, DEALER_OK);
        canary_look_at_error(&asker);
        dealer_document_free(document);
    }
}

/* -- everybody -- */

static void test_reader(void **state) {
    const struct canary_reader *reader = *state;
    dealer_status status;
    dealer_error *error = NULL;
    json_t *type, *before = story_dump(&world), *after;
    size_t index, types = json_array_size(json_object_get(catalogue, "types"));
    struct canary_asker asker = {.reader = reader, .system = world.system};
    asker.session = story_session(&world, reader->code, &status, &error);
    story_must(status, error, reader->code);
    asker.type = "sales";
    canary_ask_generally(&asker);
    for (int64_t id = 0; id < IDS_MAX; id++) {
        asker.id = id;
        for (size_t t = 0; t < types; t += is_canary(id) ? 1 : types) { /* of another type than the document's, too */
            asker.type = json_string_value(json_object_get(json_array_get(json_object_get(catalogue, "types"), t), "name"));
            if (!is_his(reader, id)) canary_ask_about(&asker);
        }
    }
    json_array_foreach(json_object_get(catalogue, "types"), index, type) ask_lists_of(&asker, type);
    link_all(&asker);
    canary_ask_generally(&asker);
    after = story_dump(&world);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    asked += asker.texts;
}

static void test_every_function_with_a_session_is_asked(void **state) {
    assert_null(*state);
    assert_int_equal(api_names_missing("dealer_session *session", canary_knows), 0);
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
        story_must(dealer_list_count(session, &count, NULL, query, sizeof query - 1, 0), dealer_session_error(session), "count");
        assert_true(count > 0);
        assert_non_null(strstr(dealer_text_data(text), "CANARY"));
        dealer_text_free(text);
    }
    print_message("canaries: %zu texts looked through\n", asked);
}

/* -- the world -- */

/* A post that reads everything, with every field hidden that can be. */
static json_t *blind_post(void) {
    static const char needed[] = " id type company department owner status version currency ";
    json_t *fields = json_array(), *type, *field;
    size_t at, index;
    json_array_foreach(json_object_get(catalogue, "types"), at, type) {
        json_t *hidden = json_pack("[s,s,s]", "number", "customer", "void_reason"); /* every type has these */
        json_array_foreach(json_object_get(type, "fields"), index, field) {
            char word[100];
            snprintf(word, sizeof word, " %s ", json_string_value(json_object_get(field, "name")));
            if (!strstr(needed, word)) json_array_append(hidden, json_object_get(field, "name"));
        }
        json_array_append_new(fields, json_pack("{s:O,s:o}", "type", json_object_get(type, "name"), "hidden", hidden));
    }
    return json_pack("{s:s,s:s,s:[{s:[s],s:s}],s:o}", "code", "blind", "name", "盲审", "grants", "functions", "*.read", "scope",
        "group", "fields", fields);
}

static void add_readers(void) {
    dealer_text *findings = NULL;
    json_t *admin = json_pack("{s:s,s:s,s:[{s:[s],s:s}]}", "code", "admin", "name", "管理员", "grants", "functions",
        "configuration.*", "scope", "company");
    json_t *change = json_pack("{s:[o,o],s:[{s:s,s:s,s:s,s:[{s:s}]},{s:s,s:[{s:s}]}]}", "posts", blind_post(), admin, "employees",
        "code", "blind", "name", "盲", "department", "office", "posts", "post", "blind", "code", "qin", "posts", "post", "admin");
    story_change(world.configuration, change);
    char *text = json_dumps(world.configuration, 0);
    story_must(
        dealer_configuration_apply(world.system, &findings, text, strlen(text), 0), dealer_session_error(world.system), "apply");
    dealer_text_free(findings);
    free(text);
    json_decref(change);
}

static void open_canaries(void) {
    dealer_text *text = NULL;
    story_prepare(prepared, group, start_ms);
    story_world_open(&world, prepared, path, group, start_ms);
    story_play(&world, group, canaries);
    story_must(dealer_catalogue(world.system, &text), dealer_session_error(world.system), "catalogue");
    catalogue = json_loads(dealer_text_data(text), 0, NULL);
    dealer_text_free(text);
    add_readers();
}

int main(void) {
    enum { COUNT = sizeof readers / sizeof readers[0] };
    struct CMUnitTest tests[COUNT + 3];
    group = story_read("story/group.json");
    canaries = story_read("canary/documents.json");
    open_canaries();
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){readers[i].name, test_reader, NULL, NULL, (void *)(uintptr_t)&readers[i]};
    tests[COUNT] = (struct CMUnitTest)cmocka_unit_test(test_serial_numbers);
    tests[COUNT + 1] = (struct CMUnitTest)cmocka_unit_test(test_every_function_with_a_session_is_asked);
    tests[COUNT + 2] = (struct CMUnitTest)cmocka_unit_test(test_who_may_read_finds_the_canary);
    int failed = _cmocka_run_group_tests("canaries", tests, COUNT + 3, NULL, NULL);
    story_world_close(&world);
    remove_store(prepared);
    json_decref(group);
    json_decref(canaries);
    json_decref(catalogue);
    return failed;
}
