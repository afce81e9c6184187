/* The verbs of stories, each a few calls of the public interface. */
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* -- what a step says -- */

static const char *text_of(const struct story_step *step, const char *key) {
    return json_string_value(json_object_get(step->spec, key));
}

/* {"employee": code} is that person's id. */
static json_t *with_people(const struct story_step *step, json_t *value) {
    const char *code = json_object_size(value) == 1 ? json_string_value(json_object_get(value, "employee")) : NULL;
    const char *key;
    json_t *item;
    void *next;
    size_t index;
    if (code) {
        json_decref(value);
        return json_integer((json_int_t)story_employee(step->world, code));
    }
    json_object_foreach_safe(value, next, key, item) json_object_set_new(value, key, with_people(step, json_incref(item)));
    json_array_foreach(value, index, item) json_array_set_new(value, index, with_people(step, json_incref(item)));
    return value;
}

/* A member as JSON text, resolved; NULL when it is absent. The caller frees it. */
static char *json_of(const struct story_step *step, const char *key) {
    const json_t *value = json_object_get(step->spec, key);
    if (!value) return NULL;
    json_t *resolved = with_people(step, story_resolve(value, step->world->documents));
    char *text = json_dumps(resolved, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(resolved);
    return text;
}

static int64_t id_of(const struct story_step *step, const char *key) {
    const json_t *value = json_object_get(step->spec, key);
    if (json_is_integer(value)) return json_integer_value(value);
    return story_document(step->world, json_string_value(value));
}

static void bind(struct story_step *step, const char *name, int64_t id) {
    if (name && id) json_object_set_new(step->world->documents, name, json_integer((json_int_t)id));
}

bool story_note(struct story_step *step, dealer_status status, const dealer_error *error) {
    step->result.status = status;
    if (status == DEALER_OK) return true;
    step->result.errors = json_array();
    for (int32_t level = 0; level < dealer_error_depth(error); level++)
        json_array_append_new(step->result.errors, json_pack("{s:s,s:s,s:s}", "id", dealer_error_id(error, level), "en",
                                                       dealer_error_message(error, level, DEALER_LANGUAGE_EN), "zh",
                                                       dealer_error_message(error, level, DEALER_LANGUAGE_ZH)));
    return false;
}

static bool note(struct story_step *step, dealer_status status) {
    return story_note(step, status, dealer_session_error(step->session));
}

static bool note_document(struct story_step *step, dealer_document *document, dealer_status status) {
    return story_note(step, status, dealer_document_error(document));
}

static void decided(struct story_step *step, dealer_decision *decision) {
    step->result.decision = json_loads(dealer_decision_json(decision), 0, NULL);
    assert_non_null(step->result.decision);
    assert_true(*dealer_decision_sentence(decision, DEALER_LANGUAGE_EN) ||
                !json_array_size(json_object_get(step->result.decision, "reasons")));
    dealer_decision_free(decision);
}

static void answered(struct story_step *step, dealer_text *text) {
    step->result.answer = json_loads(dealer_text_data(text), 0, NULL);
    assert_non_null(step->result.answer);
    dealer_text_free(text);
}

/* -- documents -- */

static struct story_held *held(const struct story_step *step) {
    struct story_world *world = step->world;
    for (int i = world->held_count - 1; i >= 0; i--)
        if (strcmp(world->held[i].person, step->person) == 0 && strcmp(world->held[i].document, text_of(step, "document")) == 0)
            return &world->held[i];
    fail_msg("%s holds no document \"%s\"", step->person, text_of(step, "document"));
    return NULL;
}

static bool is_held(const struct story_step *step) {
    return json_is_true(json_object_get(step->spec, "held"));
}

/* The document as the person reads it now, or the copy that he holds; NULL: refused. */
static dealer_document *take(struct story_step *step) {
    dealer_document *document = NULL;
    if (is_held(step)) return held(step)->handle;
    return note(step, dealer_document_open(step->session, &document, id_of(step, "document"))) ? document : NULL;
}

static void put_back(struct story_step *step, dealer_document *document) {
    if (!is_held(step)) dealer_document_free(document);
}

static bool merge(struct story_step *step, dealer_document *document) {
    char *fields = json_of(step, "fields");
    bool done = !fields || note_document(step, document, dealer_document_merge(document, fields, strlen(fields)));
    free(fields);
    return done;
}

static void submit_or_enter(struct story_step *step, dealer_document *document, const char *verb) {
    dealer_decision *decision = NULL;
    bool enters = strcmp(verb, "enter") == 0;
    if (note(step, enters ? dealer_document_enter(step->session, &decision, document)
                          : dealer_document_submit(step->session, &decision, document)))
        decided(step, decision);
}

/* Places, fills and stores a document just made. */
static void finish_new(struct story_step *step, dealer_document *document) {
    const json_t *place = json_object_get(step->spec, "place");
    const char *then = text_of(step, "then");
    bool done = !place ||
                note(step, dealer_document_set_place(step->session, document, json_string_value(json_object_get(place, "company")),
                               json_string_value(json_object_get(place, "department"))));
    if (done && merge(step, document)) {
        if (then)
            submit_or_enter(step, document, then);
        else
            note(step, dealer_document_save(step->session, document));
    }
    bind(step, text_of(step, "document"), dealer_document_id(document));
    dealer_document_free(document);
}

static void do_new(struct story_step *step) {
    dealer_document *document = NULL;
    if (note(step, dealer_document_new(step->session, &document, text_of(step, "type")))) finish_new(step, document);
}

static void do_derive(struct story_step *step) {
    dealer_document *document = NULL;
    if (note(step, dealer_document_derive(step->session, &document, text_of(step, "type"), id_of(step, "from"))))
        finish_new(step, document);
}

static void do_open(struct story_step *step) {
    dealer_document *document = take(step);
    dealer_text *text = NULL;
    if (!document) return;
    if (note_document(step, document, dealer_document_to_json(document, &text))) answered(step, text);
    put_back(step, document);
}

static void do_hold(struct story_step *step) {
    struct story_world *world = step->world;
    dealer_document *document = take(step);
    if (!document) return;
    assert_true(world->held_count < STORY_HELD_MAX);
    struct story_held *place = &world->held[world->held_count++];
    snprintf(place->person, sizeof place->person, "%s", step->person);
    snprintf(place->document, sizeof place->document, "%s", text_of(step, "document"));
    place->handle = document;
}

static void do_set(struct story_step *step) {
    dealer_document *document = take(step);
    if (!document) return;
    if (merge(step, document)) note(step, dealer_document_save(step->session, document));
    put_back(step, document);
}

static void do_submit(struct story_step *step) {
    dealer_document *document = take(step);
    if (!document) return;
    if (merge(step, document)) submit_or_enter(step, document, text_of(step, "do"));
    put_back(step, document);
}

static void do_recall(struct story_step *step) {
    dealer_document *document = take(step);
    dealer_decision *decision = NULL;
    if (!document) return;
    if (note(step, dealer_document_recall(step->session, &decision, document, text_of(step, "comment")))) decided(step, decision);
    put_back(step, document);
}

static void do_value(struct story_step *step) {
    dealer_document *document = take(step);
    dealer_decision *decision = NULL;
    if (!document) return;
    if (merge(step, document) && note(step, dealer_trade_in_value(step->session, &decision, document))) decided(step, decision);
    put_back(step, document);
}

/* The verbs that need no more than the document and a reason. */
static void do_plain(struct story_step *step) {
    const char *verb = text_of(step, "do"), *reason = text_of(step, "reason");
    dealer_document *document = take(step);
    if (!document) return;
    if (strcmp(verb, "void") == 0)
        note(step, dealer_document_void(step->session, document, reason));
    else if (strcmp(verb, "delete") == 0)
        note(step, dealer_document_delete(step->session, document));
    else if (strcmp(verb, "lose") == 0)
        note(step, dealer_pre_order_lose(step->session, document, reason));
    else if (strcmp(verb, "review") == 0 || strcmp(verb, "unreview") == 0)
        note(step, dealer_document_review(step->session, document, *verb == 'r'));
    else if (strcmp(verb, "confirm") == 0 || strcmp(verb, "unconfirm") == 0)
        note(step, dealer_document_confirm(step->session, document, *verb == 'c'));
    else if (strcmp(verb, "refuse") == 0)
        note(step, dealer_document_refuse(step->session, document, text_of(step, "comment")));
    else
        note(step, dealer_document_set_locked(step->session, document, *verb == 'l'));
    put_back(step, document);
}

/* A document that the library made, found through a link. */
static void do_follow(struct story_step *step) {
    int64_t id = 0;
    dealer_document *document = take(step);
    if (!document) return;
    if (note_document(step, document, dealer_document_integer(document, &id, text_of(step, "field"))))
        bind(step, text_of(step, "name"), id);
    put_back(step, document);
}

/* -- tasks -- */

static int64_t find_task(dealer_session *session, int32_t done, int64_t document) {
    dealer_text *text = NULL;
    json_t *tasks, *task;
    size_t index;
    int64_t found = 0;
    story_must(dealer_tasks(session, &text, done, 0, 1000), dealer_session_error(session), "tasks");
    tasks = json_loads(dealer_text_data(text), 0, NULL);
    json_array_foreach(tasks, index, task) if (json_integer_value(json_object_get(task, "document")) == document) found =
        json_integer_value(json_object_get(task, "id"));
    json_decref(tasks);
    dealer_text_free(text);
    return found;
}

/* The task on the document of the person, or of "task_of": open, else the last that was seen, else decided. */
static int64_t task_of(struct story_step *step) {
    const char *whose = text_of(step, "task_of") ? text_of(step, "task_of") : step->person;
    int64_t document = id_of(step, "document"), task = 0;
    dealer_status status;
    dealer_error *error = NULL;
    char key[160];
    dealer_session *session = story_session(step->world, whose, &status, &error);
    story_must(status, error, whose);
    snprintf(key, sizeof key, "%s %lld", whose, (long long)document);
    if (session != step->world->system) task = find_task(session, 0, document);
    if (task)
        json_object_set_new(step->world->last_tasks, key, json_integer((json_int_t)task));
    else
        task = json_integer_value(json_object_get(step->world->last_tasks, key));
    return task ? task : find_task(session, 1, document);
}

static void do_task(struct story_step *step) {
    const char *verb = text_of(step, "do"), *comment = text_of(step, "comment");
    int64_t task = task_of(step);
    dealer_decision *decision = NULL;
    dealer_status status;
    if (strcmp(verb, "approve") == 0) {
        status = dealer_task_approve(step->session, &decision, task, comment);
    } else if (strcmp(verb, "reject") == 0) {
        status = dealer_task_reject(step->session, &decision, task, comment);
    } else {
        char *arguments = json_of(step, "arguments");
        status = dealer_task_act(step->session, &decision, task, text_of(step, "verb"), arguments);
        free(arguments);
    }
    if (note(step, status)) decided(step, decision);
}

/* The person's task as he sees it now, remembered for a later step that comes too late. */
static void do_see_task(struct story_step *step) {
    step->result.answer = json_integer((json_int_t)task_of(step));
}

static void do_course(struct story_step *step) {
    dealer_document *document = take(step);
    dealer_decision *decision = NULL;
    char *arguments = json_of(step, "arguments");
    if (document && note(step, dealer_document_act(step->session, &decision, document, text_of(step, "verb"), arguments)))
        decided(step, decision);
    free(arguments);
    if (document) put_back(step, document);
}

static void do_tasks(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_tasks(step->session, &text, json_is_true(json_object_get(step->spec, "done")), 0, 1000)))
        answered(step, text);
}

static void do_preview(struct story_step *step) {
    dealer_document *document = take(step);
    dealer_text *text = NULL;
    if (!document) return;
    if (note(step, dealer_document_preview(step->session, &text, document))) answered(step, text);
    put_back(step, document);
}

/* -- questions -- */

static void do_list(struct story_step *step) {
    dealer_list *list = NULL;
    dealer_document *document;
    char *query = json_of(step, "query");
    if (note(step, dealer_list_open(step->session, &list, query, strlen(query)))) {
        step->result.answer = json_array();
        while ((document = dealer_list_next(list)) != NULL) {
            json_array_append_new(step->result.answer, json_integer((json_int_t)dealer_document_id(document)));
            dealer_document_free(document);
        }
        dealer_list_free(list);
    }
    free(query);
}

static void do_count(struct story_step *step) {
    char *query = json_of(step, "query");
    const json_t *cap = json_object_get(step->spec, "cap");
    int64_t count = 0;
    int32_t cut = 0;
    if (note(step, dealer_list_count(step->session, &count, &cut, query, strlen(query), json_integer_value(cap))))
        step->result.answer = cap ? json_pack("{sIsb}", "count", (json_int_t)count, "cut", cut) : json_integer((json_int_t)count);
    free(query);
}

static void do_sum(struct story_step *step) {
    char *query = json_of(step, "query");
    dealer_text *text = NULL;
    if (note(step, dealer_list_sum(step->session, &text, query, strlen(query), text_of(step, "field"), text_of(step, "group"))))
        answered(step, text);
    free(query);
}

static void do_report(struct story_step *step) {
    char *arguments = json_of(step, "arguments");
    dealer_text *text = NULL;
    size_t length = arguments ? strlen(arguments) : 0;
    if (note(step, dealer_report(step->session, &text, text_of(step, "report"), arguments, length))) answered(step, text);
    free(arguments);
}

/* Both ways of asking must agree. */
static void do_check(struct story_step *step) {
    dealer_decision *decision = NULL;
    dealer_document *document = NULL;
    int32_t allowed = 0;
    const char *function = text_of(step, "function");
    if (!note(step, dealer_check(step->session, &decision, function, id_of(step, "document")))) return;
    story_must(
        dealer_document_open(step->session, &document, id_of(step, "document")), dealer_session_error(step->session), "open");
    story_must(dealer_allows(step->session, &allowed, function, document), dealer_session_error(step->session), "allows");
    assert_int_equal(allowed, dealer_decision_outcome(decision) == DEALER_OUTCOME_YES);
    dealer_document_free(document);
    decided(step, decision);
}

static void do_who_can(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_who_can(step->session, &text, text_of(step, "function"), id_of(step, "document")))) answered(step, text);
}

static void do_functions(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_functions(step->session, &text))) answered(step, text);
}

static void do_history(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_document_history(step->session, &text, id_of(step, "document")))) answered(step, text);
}

/* -- accounts -- */

static void do_statement(struct story_step *step) {
    json_t *customer = story_resolve(json_object_get(step->spec, "customer"), step->world->documents);
    dealer_text *text = NULL;
    if (note(step, dealer_account_statement(
                       step->session, &text, json_integer_value(customer), text_of(step, "party"), text_of(step, "day"))))
        answered(step, text);
    json_decref(customer);
}

static void do_ageing(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_account_ageing(step->session, &text, text_of(step, "day")))) answered(step, text);
}

/* -- messages -- */

static void do_inbox(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_inbox(step->session, &text, json_is_true(json_object_get(step->spec, "unread")), 0, 1000)))
        answered(step, text);
}

static void do_outbox(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_outbox(step->session, &text, 0, 1000))) answered(step, text);
}

/* Everything that is in the outbox (acknowledge) or in the person's inbox (read, unread). */
static void do_mark(struct story_step *step) {
    const char *verb = text_of(step, "do");
    bool acknowledges = *verb == 'a';
    json_t *message;
    size_t index;
    if (acknowledges)
        do_outbox(step);
    else
        do_inbox(step);
    json_array_foreach(step->result.answer, index, message) {
        int64_t id = json_integer_value(json_object_get(message, "id"));
        if (!note(step, acknowledges ? dealer_message_acknowledge(step->session, id)
                                     : dealer_message_set_read(step->session, id, *verb == 'r')))
            return;
    }
}

static int64_t minutes_ms(const struct story_step *step) {
    enum { MINUTE_MS = 60000 };
    return json_integer_value(json_object_get(step->spec, "minutes")) * MINUTE_MS;
}

static void do_lease(struct story_step *step) {
    dealer_text *text = NULL;
    const json_t *limit = json_object_get(step->spec, "limit");
    if (!note(step, dealer_outbox_lease(step->session, &text, minutes_ms(step), limit ? (int32_t)json_integer_value(limit) : 1000)))
        return;
    answered(step, text);
    json_object_set(step->world->leases, text_of(step, "name"), step->result.answer);
}

/* Everything that the lease fetched: delivered, or failed. */
static void do_settle(struct story_step *step) {
    bool failed = strcmp(text_of(step, "do"), "failed") == 0;
    json_t *leased;
    size_t index;
    json_array_foreach(json_object_get(step->world->leases, text_of(step, "name")), index, leased) {
        int64_t id = json_integer_value(json_object_get(leased, "message"));
        const char *lease = json_string_value(json_object_get(leased, "lease"));
        if (!note(step, failed ? dealer_message_failed(step->session, id, lease, text_of(step, "reason"), minutes_ms(step))
                               : dealer_message_delivered(step->session, id, lease)))
            return;
    }
}

static void do_dead_letters(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_dead_letters(step->session, &text, 0, 1000))) answered(step, text);
}

static void do_revive(struct story_step *step) {
    json_t *message;
    size_t index;
    do_dead_letters(step);
    json_array_foreach(step->result.answer, index, message) {
        if (!note(step, dealer_message_revive(step->session, json_integer_value(json_object_get(message, "id"))))) return;
    }
}

/* -- finance's lock over many documents, and over months -- */

static void do_lock_many(struct story_step *step) {
    enum { MOST = 20 };
    int64_t ids[MOST];
    size_t count = 0, index;
    json_t *name;
    dealer_text *text = NULL;
    json_array_foreach(json_object_get(step->spec, "documents"), index, name) {
        assert_true(count < MOST);
        ids[count++] = json_is_integer(name) ? json_integer_value(name) : story_document(step->world, json_string_value(name));
    }
    bool locks = strcmp(text_of(step, "do"), "lock_many") == 0;
    if (note(step, dealer_documents_set_locked(step->session, &text, ids, count, locks))) answered(step, text);
}

static void do_period(struct story_step *step) {
    note(step, dealer_period_set(
                   step->session, text_of(step, "company"), text_of(step, "type"), text_of(step, "month"), text_of(step, "state")));
}

static void do_periods(struct story_step *step) {
    dealer_text *text = NULL;
    if (note(step, dealer_periods(step->session, &text, text_of(step, "company"), text_of(step, "from")))) answered(step, text);
}

/* -- transactions, time, configuration, rules -- */

static void do_transaction(struct story_step *step) {
    const char *verb = text_of(step, "do");
    struct story_person *person = story_person(step->world, step->person);
    if (strcmp(verb, "begin") == 0)
        note(step, dealer_session_begin(step->session));
    else if (strcmp(verb, "commit") == 0)
        note(step, dealer_session_commit(step->session));
    else
        note(step, dealer_session_rollback(step->session));
    if (person && !step->result.status) person->in_transaction = *verb == 'b';
}

static void do_tick(struct story_step *step) {
    const json_t *limit = json_object_get(step->spec, "limit");
    dealer_text *text = NULL;
    if (note(step, dealer_tick(step->session, &text, limit ? (int32_t)json_integer_value(limit) : 1000))) answered(step, text);
}

static void do_clock(struct story_step *step) {
    const char *to = text_of(step, "to");
    if (to) step->world->now_ms = story_midnight_ms(to) + STORY_START_DAY_HOUR_MS;
    step->world->now_ms += json_integer_value(json_object_get(step->spec, "hours")) * 3600 * 1000;
}

static void do_configure(struct story_step *step) {
    struct story_world *world = step->world;
    json_t *wanted = json_deep_copy(world->configuration);
    dealer_text *findings = NULL;
    story_change(wanted, json_object_get(step->spec, "change"));
    char *text = json_dumps(wanted, JSON_COMPACT);
    dealer_status status = dealer_configuration_apply(
        step->session, &findings, text, strlen(text), json_is_true(json_object_get(step->spec, "check_only")));
    if (note(step, status)) json_object_update(world->configuration, wanted);
    if (findings) answered(step, findings);
    free(text);
    json_decref(wanted);
}

static json_t *joined(const json_t *lines) {
    if (!json_is_array(lines)) return json_deep_copy(lines);
    json_t *text = json_string(""), *line;
    size_t index;
    json_array_foreach((json_t *)lines, index, line) {
        json_t *longer = json_sprintf("%s%s\n", json_string_value(text), json_string_value(line));
        json_decref(text);
        text = longer;
    }
    return text;
}

/* The starter rules with some files replaced, added, or (null) left out. */
static void do_publish(struct story_step *step) {
    dealer_text *starter = NULL, *report = NULL;
    const char *name;
    json_t *lines;
    story_must(dealer_rules_starter(step->session, &starter), dealer_session_error(step->session), "starter rules");
    json_t *set = json_loads(dealer_text_data(starter), 0, NULL), *files = json_object_get(set, "files");
    json_object_foreach(json_object_get(step->spec, "files"), name, lines) {
        if (json_is_null(lines))
            json_object_del(files, name);
        else
            json_object_set_new(files, name, joined(lines));
    }
    char *text = json_dumps(set, JSON_COMPACT);
    if (note(step, dealer_rules_publish(
                       step->session, &report, text, strlen(text), json_is_true(json_object_get(step->spec, "check_only")))))
        answered(step, report);
    free(text);
    json_decref(set);
    dealer_text_free(starter);
}

/* -- the table -- */

static const struct {
    const char *verb;
    void (*run)(struct story_step *step);
} verbs[] = {
    {"new", do_new},
    {"derive", do_derive},
    {"open", do_open},
    {"hold", do_hold},
    {"set", do_set},
    {"submit", do_submit},
    {"enter", do_submit},
    {"recall", do_recall},
    {"value", do_value},
    {"void", do_plain},
    {"delete", do_plain},
    {"lose", do_plain},
    {"review", do_plain},
    {"unreview", do_plain},
    {"confirm", do_plain},
    {"unconfirm", do_plain},
    {"refuse", do_plain},
    {"lock", do_plain},
    {"unlock", do_plain},
    {"lock_many", do_lock_many},
    {"unlock_many", do_lock_many},
    {"period", do_period},
    {"periods", do_periods},
    {"follow", do_follow},
    {"approve", do_task},
    {"reject", do_task},
    {"act", do_task},
    {"see_task", do_see_task},
    {"course", do_course},
    {"tasks", do_tasks},
    {"preview", do_preview},
    {"list", do_list},
    {"count", do_count},
    {"sum", do_sum},
    {"report", do_report},
    {"check", do_check},
    {"who_can", do_who_can},
    {"functions", do_functions},
    {"history", do_history},
    {"statement", do_statement},
    {"ageing", do_ageing},
    {"inbox", do_inbox},
    {"outbox", do_outbox},
    {"acknowledge", do_mark},
    {"lease", do_lease},
    {"delivered", do_settle},
    {"failed", do_settle},
    {"dead_letters", do_dead_letters},
    {"revive", do_revive},
    {"read", do_mark},
    {"unread", do_mark},
    {"begin", do_transaction},
    {"commit", do_transaction},
    {"rollback", do_transaction},
    {"tick", do_tick},
    {"clock", do_clock},
    {"configure", do_configure},
    {"publish", do_publish},
};

bool story_do(struct story_step *step) {
    const char *verb = text_of(step, "do");
    for (size_t i = 0; verb && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].verb, verb) != 0) continue;
        verbs[i].run(step);
        return true;
    }
    return false;
}
