/* The finance lock against the whole interface: in the world of every scene all documents are locked, by themselves or with their month, and
 * every exported function with a session is called on each of them, by whoever may most and by whoever has the work. Afterwards every
 * document and its history are what they were. The list of functions is read from the headers: one that has no row here fails the test. */
#include "support/api_names.h"
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DOCUMENTS_MAX = 60, TASKS_MAX = 8, TYPES_MAX = 64 };
static const int64_t start_ms = INT64_C(1772413200000);
static const char prepared[] = "locked-prepared.db", path[] = "locked.db", everything[] = "xu";
static const char *const people[] = {"xu", "zhang", "li", "wang", "chen", "liu", "wu", "zhao", "feng"};
enum { PEOPLE = sizeof people / sizeof people[0] };

enum way { BY_ITSELF, BY_MONTH, WAYS };

/* One call: by whom, on what. */
struct attempt {
    struct story_world *world;
    dealer_session *session;
    int64_t id;                /* of a document, and of a task */
    dealer_document *document; /* a handle of it */
    json_t *catalogue;
    enum way way;
    const char *row;
    bool free; /* the document may be open: passing is no failure */
};

static json_t *group;
static json_t *locked_types[WAYS];                            /* name -> true: types that were tried */
static json_t *met;                                           /* row -> true: where the lock itself was the answer */
static int64_t ids[DOCUMENTS_MAX];                            /* of what is locked */
static json_t *fields_before[DOCUMENTS_MAX], *history_before; /* of each; an array */
static size_t count;

/* -- what came of a call -- */

static void meets(const struct attempt *attempt) {
    json_object_set_new(met, attempt->row, json_true());
}

/* Nothing passes; a decision that says no has done nothing either. */
static void refused(const struct attempt *attempt, dealer_status status, dealer_decision *decision) {
    dealer_outcome outcome = decision ? dealer_decision_outcome(decision) : DEALER_OUTCOME_YES;
    bool passed = status == DEALER_OK && outcome != DEALER_OUTCOME_NO && outcome != DEALER_OUTCOME_FAILED;
    dealer_decision_free(decision);
    if (passed && !attempt->free) fail_msg("%s passed on locked document %lld", attempt->row, (long long)attempt->id);
    if (status == DEALER_E_LOCKED) meets(attempt);
}

/* Calls for many answer with a status each; those must not say OK. */
static void refused_each(const struct attempt *attempt, dealer_status status, dealer_text *text) {
    if (status == DEALER_OK && !attempt->free && strstr(dealer_text_data(text), "\"ok\":true"))
        fail_msg("%s passed: %s", attempt->row, dealer_text_data(text));
    if (status == DEALER_OK && strstr(dealer_text_data(text), "DEALER_E_LOCKED")) meets(attempt);
    dealer_text_free(text);
}

#define PLAIN(call) refused(attempt, call, NULL)
#define DECIDED(call)                                       \
    do {                                                    \
        dealer_decision *decision = NULL;                   \
        dealer_status status = call;                        \
        refused(attempt, status, status ? NULL : decision); \
    } while (0)
#define EACH(call)                           \
    do {                                     \
        dealer_text *text = NULL;            \
        dealer_status status = call;         \
        refused_each(attempt, status, text); \
    } while (0)

/* -- rows on a document -- */

#define ROW(name) static void row_##name(struct attempt *attempt)

/* Sets one field to whatever it takes. */
static bool touch(struct attempt *attempt, const json_t *field) {
    const char *name = json_string_value(json_object_get(field, "name"));
    if (json_is_true(json_object_get(field, "computed"))) return false;
    const json_t *choice = json_array_get(json_object_get(field, "choices"), 0);
    const char *texts[] = {json_string_value(json_object_get(choice, "code")), "2026-07-07", "2026-07", "x"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] && dealer_document_set_text(attempt->document, name, texts[i], strlen(texts[i])) == DEALER_OK) return true;
    if (dealer_document_set_integer(attempt->document, name, 1) == DEALER_OK) return true;
    return dealer_document_set_money(attempt->document, name, 100, "CNY") == DEALER_OK;
}

static json_t *type_of(const struct attempt *attempt) {
    json_t *type;
    size_t index;
    json_array_foreach(json_object_get(attempt->catalogue, "types"), index, type) {
        const char *name = json_string_value(json_object_get(type, "name"));
        if (strcmp(name, dealer_document_type(attempt->document)) == 0) return type;
    }
    fail_msg("the catalogue has no type %s", dealer_document_type(attempt->document));
    return NULL;
}

/* Field by field, links to another document and fields of the dealer's own among them. */
ROW(dealer_document_save) {
    json_t *field;
    size_t index;
    PLAIN(dealer_document_save(attempt->session, attempt->document));
    json_array_foreach(json_object_get(type_of(attempt), "fields"), index, field) {
        dealer_document *fresh = NULL;
        if (dealer_document_open(attempt->world->system, &fresh, attempt->id)) continue;
        dealer_document *kept = attempt->document;
        attempt->document = fresh;
        if (touch(attempt, field)) PLAIN(dealer_document_save(attempt->session, fresh));
        attempt->document = kept;
        dealer_document_free(fresh);
    }
}
ROW(dealer_document_delete) {
    PLAIN(dealer_document_delete(attempt->session, attempt->document));
}
ROW(dealer_document_submit) {
    DECIDED(dealer_document_submit(attempt->session, &decision, attempt->document));
}
ROW(dealer_document_enter) {
    DECIDED(dealer_document_enter(attempt->session, &decision, attempt->document));
}
ROW(dealer_document_recall) {
    DECIDED(dealer_document_recall(attempt->session, &decision, attempt->document, NULL));
}
ROW(dealer_document_void) {
    PLAIN(dealer_document_void(attempt->session, attempt->document, "x"));
}
ROW(dealer_document_review) {
    PLAIN(dealer_document_review(attempt->session, attempt->document, 1));
    PLAIN(dealer_document_review(attempt->session, attempt->document, 0));
}
ROW(dealer_document_refuse) {
    PLAIN(dealer_document_refuse(attempt->session, attempt->document, "x"));
}
ROW(dealer_document_confirm) {
    PLAIN(dealer_document_confirm(attempt->session, attempt->document, 1));
    PLAIN(dealer_document_confirm(attempt->session, attempt->document, 0));
}
ROW(dealer_pre_order_lose) {
    PLAIN(dealer_pre_order_lose(attempt->session, attempt->document, "x"));
}
ROW(dealer_document_set_place) {
    PLAIN(dealer_document_set_place(attempt->session, attempt->document, "HT-HZ", NULL));
}
ROW(dealer_document_act) {
    static const char *const verbs[] = {
        "recall", "remind", "comment", "suspend", "resume", "terminate", "override_pass", "override_reject"};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        DECIDED(dealer_document_act(attempt->session, &decision, attempt->document, verbs[i], "{\"comment\":\"x\"}"));
}

/* A new document on the locked one. One of an open month may stand there; whatever comes of it changes nothing below. */
ROW(dealer_document_derive) {
    json_t *type;
    size_t index;
    json_array_foreach(json_object_get(attempt->catalogue, "types"), index, type) {
        dealer_document *made = NULL;
        dealer_decision *decision = NULL;
        const char *name = json_string_value(json_object_get(type, "name"));
        if (dealer_document_derive(attempt->session, &made, name, attempt->id)) continue;
        dealer_status status = dealer_document_save(attempt->session, made);
        if (attempt->way == BY_ITSELF) refused(attempt, status, NULL);
        if (status == DEALER_E_LOCKED) meets(attempt);
        if (!status && dealer_document_submit(attempt->session, &decision, made) == DEALER_OK) dealer_decision_free(decision);
        dealer_document_free(made);
    }
}

/* -- rows on a task -- */

ROW(dealer_task_approve) {
    DECIDED(dealer_task_approve(attempt->session, &decision, attempt->id, NULL));
}
ROW(dealer_task_reject) {
    DECIDED(dealer_task_reject(attempt->session, &decision, attempt->id, "x"));
}
ROW(dealer_task_act) {
    static const char *const verbs[] = {"approve", "reject", "abstain", "return", "take_back", "claim", "unclaim", "transfer",
        "delegate", "resolve", "add_before", "add_after", "add_beside", "remove", "cc"};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        DECIDED(dealer_task_act(
            attempt->session, &decision, attempt->id, verbs[i], "{\"comment\":\"x\",\"person\":\"ma\",\"to\":\"submitter\"}"));
}
ROW(dealer_tasks_approve_many) {
    EACH(dealer_tasks_approve_many(attempt->session, &text, &attempt->id, 1, NULL));
}

/* -- rows on all of them -- */

ROW(dealer_tasks_hand_over) {
    for (int i = 0; i < PEOPLE; i++) EACH(dealer_tasks_hand_over(attempt->session, &text, people[i], "ma", NULL));
}
ROW(dealer_approval_migrate) {
    EACH(dealer_approval_migrate(attempt->session, &text, 0, NULL, 0, 1000));
}

/* Without the dealer's own fields, and with them again: what they held is still there. */
ROW(dealer_configuration_apply) {
    json_t *without = json_deep_copy(attempt->world->configuration);
    json_object_del(without, "fields");
    const json_t *both[] = {without, attempt->world->configuration};
    for (int i = 0; i < 2; i++) {
        dealer_text *findings = NULL;
        char *text = json_dumps(both[i], JSON_COMPACT);
        dealer_configuration_apply(attempt->world->system, &findings, text, strlen(text), 0);
        dealer_text_free(findings);
        free(text);
    }
    json_decref(without);
    meets(attempt);
}

/* Time: what comes due is put off. Its note in the history is no change of the document. */
ROW(dealer_tick) {
    dealer_text *text = NULL;
    attempt->world->now_ms += INT64_C(90) * 24 * 3600 * 1000;
    story_must(dealer_tick(attempt->world->system, &text, 1000), dealer_session_error(attempt->world->system), "tick");
    dealer_text_free(text);
    meets(attempt);
}

/* -- the table -- */

struct row {
    const char *name;
    void (*call)(struct attempt *attempt);
};
#define ENTRY(name) \
    { #name, row_##name }
static const struct row on_document[] = {ENTRY(dealer_document_save), ENTRY(dealer_document_delete), ENTRY(dealer_document_submit),
    ENTRY(dealer_document_enter), ENTRY(dealer_document_recall), ENTRY(dealer_document_void), ENTRY(dealer_document_review),
    ENTRY(dealer_document_refuse), ENTRY(dealer_document_confirm), ENTRY(dealer_pre_order_lose), ENTRY(dealer_document_set_place),
    ENTRY(dealer_document_act), ENTRY(dealer_document_derive)};
static const struct row on_task[] = {
    ENTRY(dealer_task_approve), ENTRY(dealer_task_reject), ENTRY(dealer_task_act), ENTRY(dealer_tasks_approve_many)};
static const struct row on_all[] = {
    ENTRY(dealer_configuration_apply), ENTRY(dealer_approval_migrate), ENTRY(dealer_tasks_hand_over)};
static const struct row at_last[] = {ENTRY(dealer_tick)};

/* Not tried, and why. */
static const struct {
    const char *names, *because;
} left_out[] = {
    {"dealer_document_set_locked dealer_documents_set_locked dealer_period_set", "they are the lock"},
    {"dealer_session_close dealer_session_error dealer_session_person dealer_session_acting dealer_session_begin "
     "dealer_session_commit dealer_session_rollback dealer_session_open dealer_session_open_as_substitute dealer_session_open_system",
        "of the session, not of documents"},
    {"dealer_document_new dealer_document_open dealer_trade_in_value dealer_allows dealer_check dealer_check_many dealer_check_for "
     "dealer_tasks dealer_document_cc dealer_document_picture dealer_document_preview dealer_document_history "
     "dealer_approval_statistics dealer_approval_explain dealer_flow_picture dealer_decision_replay dealer_replay_all "
     "dealer_backtest dealer_configuration_preview dealer_configuration_export dealer_configuration_starter dealer_catalogue "
     "dealer_organisation dealer_journal_verify dealer_journal_compare dealer_journal_head dealer_store_verify dealer_list_open dealer_list_count "
     "dealer_list_sum dealer_periods dealer_machine_life dealer_stock_age dealer_claims_overdue dealer_insurance_due "
     "dealer_market_statistics dealer_trade_in_outcomes dealer_outbox dealer_inbox dealer_visible_departments dealer_functions_of "
     "dealer_functions dealer_who_can dealer_permission_selftest dealer_rules_starter dealer_rules_in_force "
     "dealer_report dealer_account_statement dealer_account_ageing dealer_dead_letters dealer_store_backup",
        "they read"},
    {"dealer_rules_publish dealer_market_add dealer_market_import_open dealer_market_import_feed dealer_market_import_finish",
        "they write, but no document"},
    {"dealer_cc_read dealer_message_acknowledge dealer_message_set_read dealer_outbox_lease dealer_message_delivered "
     "dealer_message_failed dealer_message_revive",
        "of a message or a copy, beside the document"},
};

static bool in_table(const struct row *rows, size_t size, const char *name, size_t length) {
    for (size_t i = 0; i < size; i++)
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0) return true;
    return false;
}

#define IN(table, name, length) in_table(table, sizeof table / sizeof table[0], name, length)

static bool is_left_out(const char *name, size_t length) {
    char word[100], list[2400];
    snprintf(word, sizeof word, " %.*s ", (int)length, name);
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
        snprintf(list, sizeof list, " %s ", left_out[i].names);
        if (strstr(list, word)) return true;
    }
    return false;
}

static bool knows(const char *name, size_t length) {
    return IN(on_document, name, length) || IN(on_task, name, length) || IN(on_all, name, length) || IN(at_last, name, length) ||
           is_left_out(name, length);
}

/* -- the world -- */

/* xu may do everything everywhere. */
static void add_everything(struct story_world *world) {
    dealer_text *findings = NULL;
    json_t *change = json_pack("{s:[{s:s,s:s,s:[{s:[s],s:s}]}],s:[{s:s,s:[{s:s,s:s}]}]}", "posts", "code", "everything", "name",
        "全部", "grants", "functions", "*.*", "scope", "group", "employees", "code", everything, "posts", "post", "everything",
        "company", "HT-SH");
    story_change(world->configuration, change);
    char *text = json_dumps(world->configuration, JSON_COMPACT);
    story_must(
        dealer_configuration_apply(world->system, &findings, text, strlen(text), 0), dealer_session_error(world->system), "apply");
    dealer_text_free(findings);
    free(text);
    json_decref(change);
}

static dealer_session *session_of(struct story_world *world, const char *person) {
    dealer_status status;
    dealer_error *error = NULL;
    dealer_session *session = story_session(world, person, &status, &error);
    story_must(status, error, person);
    return session;
}

static json_t *parsed(dealer_text *text) {
    json_t *json = json_loads(dealer_text_data(text), 0, NULL);
    assert_non_null(json);
    dealer_text_free(text);
    return json;
}

static json_t *catalogue_of(struct story_world *world) {
    dealer_text *text = NULL;
    story_must(dealer_catalogue(world->system, &text), dealer_session_error(world->system), "catalogue");
    return parsed(text);
}

static json_t *fields_of(struct story_world *world, int64_t id) {
    dealer_document *document = NULL;
    dealer_text *text = NULL;
    if (dealer_document_open(world->system, &document, id)) return json_null();
    story_must(dealer_document_to_json(document, &text), dealer_document_error(document), "to_json");
    dealer_document_free(document);
    return parsed(text);
}

/* Without who names it: what lies in a locked month may be pointed at. */
static json_t *history_of(struct story_world *world, int64_t id) {
    dealer_text *text = NULL;
    json_t *item, *own = json_array();
    size_t index;
    if (dealer_document_history(world->system, &text, id)) return json_null();
    json_t *history = parsed(text);
    json_array_foreach(json_object_get(history, "history"), index,
        item) if (strcmp(json_string_value(json_object_get(item, "of")), "link") != 0) json_array_append(own, item);
    json_object_set_new(history, "history", own);
    return history;
}

static void lock(struct story_world *world, enum way way, const json_t *fields, int64_t id) {
    static const char *const companies[] = {"HT-SH", "HT-HZ", "HT-FW", "HT-DB"};
    dealer_session *feng = session_of(world, "feng");
    dealer_text *text = NULL;
    const char *type = json_string_value(json_object_get(fields, "type"));
    if (way == BY_ITSELF) {
        story_must(dealer_documents_set_locked(feng, &text, &id, 1, 1), dealer_session_error(feng), "lock");
        assert_non_null(strstr(dealer_text_data(text), "\"ok\":true"));
        dealer_text_free(text);
        return;
    }
    const char *month = json_string_value(json_object_get(fields, "period"));
    for (size_t i = 0; i < sizeof companies / sizeof companies[0]; i++)
        story_must(dealer_period_set(feng, companies[i], type, month, "held"), dealer_session_error(feng), "hold");
}

static bool is_record(const json_t *type) {
    return json_is_true(json_object_get(type, "record"));
}

/* The documents of a type that the world has, into ids. */
static void collect_type(struct story_world *world, const json_t *type) {
    const char *name = json_string_value(json_object_get(type, "name"));
    char query[100];
    dealer_list *list = NULL;
    dealer_document *document;
    snprintf(query, sizeof query, "{\"type\":\"%s\",\"limit\":1000}", name);
    story_must(dealer_list_open(world->system, &list, query, strlen(query)), dealer_session_error(world->system), "list");
    while ((document = dealer_list_next(list)) != NULL) {
        assert_true(count < DOCUMENTS_MAX);
        ids[count++] = dealer_document_id(document);
        dealer_document_free(document);
    }
    dealer_list_free(list);
}

static void collect(struct story_world *world, const json_t *catalogue) {
    json_t *type;
    size_t index;
    count = 0;
    json_array_foreach(json_object_get(catalogue, "types"), index, type) collect_type(world, type);
}

/* A record has no month. */
static void lock_type(struct story_world *world, enum way way, const json_t *type) {
    size_t first = count;
    if (way == BY_MONTH && is_record(type)) return;
    collect_type(world, type);
    for (size_t i = first; i < count; i++) {
        json_t *fields = fields_of(world, ids[i]);
        lock(world, way, fields, ids[i]);
        json_decref(fields);
        json_object_set(locked_types[way], json_string_value(json_object_get(type, "name")), json_true());
    }
}

static void lock_all(struct story_world *world, enum way way, const json_t *catalogue) {
    json_t *type;
    size_t index;
    count = 0;
    json_array_foreach(json_object_get(catalogue, "types"), index, type) lock_type(world, way, type);
    history_before = json_array();
    for (size_t i = 0; i < count; i++) {
        fields_before[i] = fields_of(world, ids[i]);
        assert_true(json_is_true(json_object_get(fields_before[i], "locked")));
        json_array_append_new(history_before, history_of(world, ids[i]));
    }
}

/* -- trying -- */

static void try_document(struct attempt *attempt, const struct row *row) {
    attempt->row = row->name;
    attempt->document = NULL;
    story_must(dealer_document_open(attempt->world->system, &attempt->document, attempt->id),
        dealer_session_error(attempt->world->system), row->name);
    row->call(attempt);
    dealer_document_free(attempt->document);
}

static void try_by(struct attempt *attempt, const char *person) {
    attempt->session = session_of(attempt->world, person);
    for (size_t i = 0; i < count; i++) {
        attempt->id = ids[i];
        for (size_t r = 0; r < sizeof on_document / sizeof on_document[0]; r++) try_document(attempt, &on_document[r]);
    }
    for (attempt->id = 1; attempt->id <= TASKS_MAX; attempt->id++) {
        for (size_t r = 0; r < sizeof on_task / sizeof on_task[0]; r++) {
            attempt->row = on_task[r].name;
            on_task[r].call(attempt);
        }
    }
}

static void try_all(struct attempt *attempt, const struct row *rows, size_t size) {
    attempt->session = session_of(attempt->world, everything);
    for (size_t r = 0; r < size; r++) {
        attempt->row = rows[r].name;
        rows[r].call(attempt);
    }
}

static void check_same(const struct attempt *attempt, bool history_too) {
    for (size_t i = 0; i < count; i++) {
        json_t *fields = fields_of(attempt->world, ids[i]), *history = history_of(attempt->world, ids[i]);
        bool same =
            json_equal(fields, fields_before[i]) && (!history_too || json_equal(history, json_array_get(history_before, i)));
        if (!same) {
            char *before = json_dumps(fields_before[i], JSON_COMPACT), *after = json_dumps(fields, JSON_COMPACT);
            print_error("before %s\nafter  %s\n", before, after);
            free(before);
            free(after);
        }
        assert_true(same);
        json_decref(fields);
        json_decref(history);
    }
}

static void forget(void) {
    for (size_t i = 0; i < count; i++) json_decref(fields_before[i]);
    json_decref(history_before);
}

#define ALL(rows) rows, sizeof rows / sizeof rows[0]

static void attack(struct story_world *world, enum way way) {
    struct attempt attempt = {.world = world, .way = way, .catalogue = catalogue_of(world)};
    lock_all(world, way, attempt.catalogue);
    for (int p = 0; p < PEOPLE; p++) try_by(&attempt, people[p]);
    try_all(&attempt, ALL(on_all));
    check_same(&attempt, true);
    try_all(&attempt, ALL(at_last));
    check_same(&attempt, false);
    forget();
    json_decref(attempt.catalogue);
}

static void test_scene(void **state) {
    const char *name = *state;
    json_t *story = json_pack("{s:[s]}", "with", name);
    for (int way = 0; way < WAYS; way++) {
        struct story_world world;
        story_world_open(&world, prepared, path, group, start_ms);
        add_everything(&world);
        story_play(&world, group, story);
        attack(&world, (enum way)way);
        story_world_close(&world);
    }
    json_decref(story);
}

/* A draft of each type, with what it needs to be saved. */
static void make_draft(struct story_world *world, const json_t *type) {
    dealer_session *session = session_of(world, everything);
    struct attempt attempt = {.world = world};
    json_t *field;
    size_t index;
    const char *name = json_string_value(json_object_get(type, "name"));
    story_must(dealer_document_new(session, &attempt.document, name), dealer_session_error(session), name);
    json_array_foreach(json_object_get(type, "fields"), index, field) {
        const char *kind = json_string_value(json_object_get(field, "kind"));
        bool names_another = strcmp(kind, "document") == 0 || strcmp(kind, "lines") == 0 || strcmp(kind, "employee") == 0;
        if (!names_another && json_is_true(json_object_get(field, "required"))) touch(&attempt, field);
    }
    story_must(dealer_document_save(session, attempt.document), dealer_session_error(session), name);
    dealer_document_free(attempt.document);
}

static void test_a_draft_of_every_type(void **state) {
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct story_world world;
        json_t *type;
        size_t index;
        story_world_open(&world, prepared, path, group, start_ms);
        add_everything(&world);
        json_t *catalogue = catalogue_of(&world);
        json_array_foreach(json_object_get(catalogue, "types"), index, type) make_draft(&world, type);
        attack(&world, (enum way)way);
        json_array_foreach(json_object_get(catalogue, "types"), index, type) {
            const char *name = json_string_value(json_object_get(type, "name"));
            if (!json_object_get(locked_types[way], name) && (way == BY_ITSELF || !is_record(type)))
                fail_msg("no document of type %s was locked", name);
        }
        json_decref(catalogue);
        story_world_close(&world);
    }
}

/* -- any sequence: whatever is locked stays as it was when the lock came -- */

struct guarded {
    json_t *fields; /* NULL: it may change */
};

static uint32_t drawn(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static void guard(struct story_world *world, struct guarded guarded[], uint32_t i) {
    json_t *now = fields_of(world, ids[i]);
    bool locked = json_is_true(json_object_get(now, "locked"));
    if (guarded[i].fields && !json_equal(now, guarded[i].fields)) {
        char *before = json_dumps(guarded[i].fields, JSON_COMPACT), *after = json_dumps(now, JSON_COMPACT);
        fail_msg("changed while locked: %s, then %s", before, after);
    }
    json_decref(guarded[i].fields);
    guarded[i].fields = locked ? json_incref(now) : NULL;
    json_decref(now);
}

/* feng locks, unlocks, holds or opens something; what was locked before is looked at first, for now it may be let go. */
static void turn_a_key(const struct attempt *attempt, struct guarded guarded[], uint32_t *seed) {
    struct story_world *world = attempt->world;
    const json_t *types = json_object_get(attempt->catalogue, "types");
    dealer_session *feng = session_of(world, "feng");
    dealer_text *text = NULL;
    for (uint32_t i = 0; i < count; i++) guard(world, guarded, i);
    if (drawn(seed, 2)) {
        dealer_documents_set_locked(feng, &text, &ids[drawn(seed, (uint32_t)count)], 1, (int32_t)drawn(seed, 2));
        dealer_text_free(text);
    } else {
        const json_t *type = json_array_get(types, drawn(seed, (uint32_t)json_array_size(types)));
        dealer_period_set(feng, "HT-SH", json_string_value(json_object_get(type, "name")), "2026-03",
            drawn(seed, 2) ? "held" : "open"); /* of a record: refused */
    }
    for (uint32_t i = 0; i < count; i++) {
        json_decref(guarded[i].fields);
        guarded[i].fields = NULL;
        guard(world, guarded, i);
    }
}

static void do_anything(struct attempt *attempt, uint32_t *seed) {
    enum { DOCUMENT_ROWS = sizeof on_document / sizeof on_document[0], TASK_ROWS = sizeof on_task / sizeof on_task[0] };
    attempt->session = session_of(attempt->world, people[drawn(seed, PEOPLE)]);
    if (drawn(seed, 4)) {
        attempt->id = ids[drawn(seed, (uint32_t)count)];
        dealer_document *there = NULL;
        if (dealer_document_open(attempt->world->system, &there, attempt->id)) return; /* deleted by now */
        dealer_document_free(there);
        try_document(attempt, &on_document[drawn(seed, DOCUMENT_ROWS)]);
    } else {
        const struct row *row = &on_task[drawn(seed, TASK_ROWS)];
        attempt->id = 1 + drawn(seed, TASKS_MAX);
        attempt->row = row->name;
        row->call(attempt);
    }
}

/* Built-in types on their way, with money and with machines out; types of the dealer's own; and a wish to void in its flow. */
static const char *const sequences[] = {
    "{\"with\":[\"dispatch_submitted\"]}",
    "{\"with\":[\"sales_rejected\"]}",
    "{\"with\":[\"stock_out_draft\"]}",
    "{\"with\":[\"receipt\"]}",
    "{\"with\":[\"rental_out\"]}",
    "{\"with\":[\"demo_loan_submitted\"],\"steps\":["
    "{\"as\":\"xu\",\"do\":\"new\",\"type\":\"site_note\",\"document\":\"note\",\"fields\":{\"noted_on\":\"2026-03-02\",\"loan\":\"@demo_loan\"}},"
    "{\"as\":\"zhang\",\"do\":\"derive\",\"type\":\"demo_loan\",\"from\":\"pre_order\",\"document\":\"next\","
    "\"fields\":{\"from_day\":\"2026-03-20\",\"days\":3}}]}",
    "{\"with\":[\"sales\"],\"steps\":["
    "{\"do\":\"configure\",\"change\":{\"reviews\":[{\"type\":\"sales\",\"event\":\"void\",\"way\":\"approval\"}]}},"
    "{\"as\":\"wang\",\"do\":\"void\",\"document\":\"sales\",\"reason\":\"x\"}]}",
};

static void test_any_sequence_of_calls_leaves_what_is_locked(void **state) {
    enum { SEQUENCES = sizeof sequences / sizeof sequences[0], SEEDS = 2 * SEQUENCES, STEPS = 150 };
    (void)state;
    for (uint32_t run = 0; run < SEEDS; run++) {
        struct story_world world;
        struct guarded guarded[DOCUMENTS_MAX] = {{NULL}};
        uint32_t seed = run + 1;
        json_t *story = json_loads(sequences[run % SEQUENCES], 0, NULL);
        story_world_open(&world, prepared, path, group, start_ms);
        add_everything(&world);
        story_play(&world, group, story);
        struct attempt attempt = {.world = &world, .way = BY_MONTH, .catalogue = catalogue_of(&world), .free = true};
        collect(&world, attempt.catalogue);
        for (int step = 0; step < STEPS; step++) {
            if (drawn(&seed, 5) == 0) turn_a_key(&attempt, guarded, &seed);
            do_anything(&attempt, &seed);
        }
        for (uint32_t i = 0; i < count; i++) guard(&world, guarded, i);
        for (uint32_t i = 0; i < count; i++) json_decref(guarded[i].fields);
        json_decref(attempt.catalogue);
        json_decref(story);
        story_world_close(&world);
    }
}

static void test_every_function_with_a_session_has_a_row(void **state) {
    (void)state;
    assert_int_equal(api_names_missing("dealer_session *", knows), 0);
}

/* A row that never came as far as the lock proves nothing. */
static void test_every_row_met_the_lock(void **state) {
    (void)state;
    int missed = 0;
    for (size_t i = 0; i < sizeof on_document / sizeof on_document[0]; i++)
        if (!json_object_get(met, on_document[i].name) && on_document[i].call != row_dealer_document_set_place)
            missed++, print_error("%s never met the lock\n", on_document[i].name);
    for (size_t i = 0; i < sizeof on_task / sizeof on_task[0]; i++)
        if (!json_object_get(met, on_task[i].name)) missed++, print_error("%s never met the lock\n", on_task[i].name);
    for (size_t i = 0; i < sizeof on_all / sizeof on_all[0]; i++)
        if (!json_object_get(met, on_all[i].name)) missed++, print_error("%s never met the lock\n", on_all[i].name);
    assert_int_equal(missed, 0);
}

int main(void) {
    enum { SCENES_MAX = 100 };
    struct CMUnitTest tests[SCENES_MAX + 4];
    size_t scenes = 0;
    const char *name;
    json_t *scene;
    group = story_read("story/group.json");
    met = json_object();
    for (int way = 0; way < WAYS; way++) locked_types[way] = json_object();
    story_prepare(prepared, group, start_ms);
    json_object_foreach(json_object_get(group, "scenes"), name, scene) {
        if (scenes < SCENES_MAX) tests[scenes++] = (struct CMUnitTest){name, test_scene, NULL, NULL, (void *)(uintptr_t)name};
    }
    tests[scenes] = (struct CMUnitTest)cmocka_unit_test(test_a_draft_of_every_type);
    tests[scenes + 1] = (struct CMUnitTest)cmocka_unit_test(test_every_function_with_a_session_has_a_row);
    tests[scenes + 2] = (struct CMUnitTest)cmocka_unit_test(test_every_row_met_the_lock);
    tests[scenes + 3] = (struct CMUnitTest)cmocka_unit_test(test_any_sequence_of_calls_leaves_what_is_locked);
    int failed = _cmocka_run_group_tests("locked", tests, scenes + 4, NULL, NULL);
    remove_store(prepared);
    remove_store(path);
    json_decref(group);
    json_decref(met);
    for (int way = 0; way < WAYS; way++) json_decref(locked_types[way]);
    return failed;
}
