/* How things are done and printed on the stage. */
#include "stage.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HOUR_MS = 3600 * 1000, CHINA_MS = 8 * HOUR_MS };

const char *say(const struct stage *stage, const char *zh, const char *en) {
    return stage->language == DEALER_LANGUAGE_ZH ? zh : en;
}

void chapter(struct stage *stage, const char *zh, const char *en) {
    printf("\n== %s ==\n", say(stage, zh, en));
}

void tell(struct stage *stage, const char *zh, const char *en) {
    printf("  %s\n", say(stage, zh, en));
}

void pass_hours(struct stage *stage, int hours) {
    stage->now_ms += (int64_t)hours * HOUR_MS;
}

static void print_error(const struct stage *stage, const dealer_error *error) {
    for (int32_t level = 0; level < dealer_error_depth(error); level++)
        printf("      %s%s\n", level ? say(stage, "原因：", "because: ") : "", dealer_error_message(error, level, stage->language));
}

void must(const struct stage *stage, dealer_status status, const dealer_error *error, const char *what) {
    if (status == DEALER_OK) return;
    printf("%s: %s\n", what, dealer_status_name(status));
    print_error(stage, error);
    exit(1);
}

void refused(struct stage *stage, dealer_status status, const dealer_error *error, const char *who) {
    if (status == DEALER_OK) {
        printf("%s: this should have been refused\n", who);
        exit(1);
    }
    printf("  ✗ %s %s (%s)\n", who, say(stage, "被拒绝", "is refused"), dealer_status_name(status));
    print_error(stage, error);
}

dealer_session *enter(struct stage *stage, const char *person) {
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    must(stage, dealer_session_open(stage->store, &session, &error, person), error, person);
    return session;
}

json_t *yuan(int64_t amount) {
    return json_pack("{s:I,s:s}", "amount_minor", (json_int_t)amount * 100, "currency", "CNY");
}

static void set_fields(struct stage *stage, dealer_document *document, json_t *fields) {
    char *text = json_dumps(fields, JSON_COMPACT);
    json_decref(fields);
    must(stage, dealer_document_merge(document, text, strlen(text)), dealer_document_error(document), text);
    free(text);
}

dealer_document *make(struct stage *stage, dealer_session *session, const char *type, json_t *fields) {
    dealer_document *document = NULL;
    must(stage, dealer_document_new(session, &document, type), dealer_session_error(session), type);
    amend(stage, session, document, fields);
    return document;
}

dealer_document *derive(struct stage *stage, dealer_session *session, const char *type, int64_t source, json_t *fields) {
    dealer_document *document = NULL;
    must(stage, dealer_document_derive(session, &document, type, source), dealer_session_error(session), type);
    amend(stage, session, document, fields);
    return document;
}

void amend(struct stage *stage, dealer_session *session, dealer_document *document, json_t *fields) {
    set_fields(stage, document, fields);
    must(stage, dealer_document_save(session, document), dealer_session_error(session), dealer_document_type(document));
}

void print_decision(struct stage *stage, const dealer_decision *decision) {
    json_t *root = json_loads(dealer_decision_json(decision), 0, NULL), *reason;
    size_t index;
    json_array_foreach(json_object_get(root, "reasons"), index, reason)
        printf("      · %s\n", json_string_value(json_object_get(reason, say(stage, "zh", "en"))));
    json_decref(root);
}

bool submit(struct stage *stage, dealer_session *session, dealer_document *document, const char *who) {
    dealer_decision *decision = NULL;
    must(stage, dealer_document_submit(session, &decision, document), dealer_session_error(session), "submit");
    dealer_outcome outcome = dealer_decision_outcome(decision);
    bool done = outcome == DEALER_OUTCOME_YES || outcome == DEALER_OUTCOME_REFERRED;
    const char *number = dealer_document_number(document);
    printf("  %s %s %s %s%s\n", done ? "✓" : "✗", who, say(stage, "提交", "submits"),
        number ? number : say(stage, "单据", "the document"), done ? "" : say(stage, "，规则不通过", ": a rule says no"));
    print_decision(stage, decision);
    dealer_decision_free(decision);
    return done;
}

int64_t task_of(struct stage *stage, dealer_session *session, int64_t document) {
    dealer_text *text = NULL;
    json_t *tasks, *task;
    size_t index;
    int64_t found = 0;
    must(stage, dealer_tasks(session, &text, 0, 0, 1000), dealer_session_error(session), "tasks");
    tasks = json_loads(dealer_text_data(text), 0, NULL);
    json_array_foreach(tasks, index, task) if (json_integer_value(json_object_get(task, "document")) == document) found =
        json_integer_value(json_object_get(task, "id"));
    json_decref(tasks);
    dealer_text_free(text);
    return found;
}

static void decide(struct stage *stage, const char *person, const char *name, int64_t document, const char *comment, bool agrees) {
    dealer_decision *decision = NULL;
    dealer_session *session = enter(stage, person);
    int64_t task = task_of(stage, session, document);
    pass_hours(stage, 2);
    must(stage,
        agrees ? dealer_task_approve(session, &decision, task, comment) : dealer_task_reject(session, &decision, task, comment),
        dealer_session_error(session), name);
    printf("  %s %s %s%s%s\n", agrees ? "✓" : "✗", name, agrees ? say(stage, "同意", "approves") : say(stage, "拒绝", "rejects"),
        comment ? say(stage, "：", ": ") : "", comment ? comment : "");
    print_decision(stage, decision);
    dealer_decision_free(decision);
    dealer_session_close(session);
}

void approve(struct stage *stage, const char *person, const char *name, int64_t document, const char *comment) {
    decide(stage, person, name, document, comment, true);
}

void reject(struct stage *stage, const char *person, const char *name, int64_t document, const char *comment) {
    decide(stage, person, name, document, comment, false);
}

void deliver(struct stage *stage) {
    dealer_text *text = NULL;
    json_t *messages, *message;
    size_t index;
    must(stage, dealer_outbox(stage->system, &text, 0, 1000), dealer_session_error(stage->system), "outbox");
    messages = json_loads(dealer_text_data(text), 0, NULL);
    json_array_foreach(messages, index, message) {
        printf("  ✉ %s %s\n", json_string_value(json_object_get(message, "name")),
            json_string_value(json_object_get(json_object_get(message, "text"), say(stage, "zh", "en"))));
        must(stage, dealer_message_acknowledge(stage->system, json_integer_value(json_object_get(message, "id"))),
            dealer_session_error(stage->system), "acknowledge");
    }
    json_decref(messages);
    dealer_text_free(text);
}

/* "03-04 09:00", of Beijing. */
static void print_time(int64_t utc_ms) {
    time_t seconds = (time_t)((utc_ms + CHINA_MS) / 1000);
    struct tm day;
    char text[16];
    if (gmtime_r(&seconds, &day) && strftime(text, sizeof text, "%m-%d %H:%M", &day)) printf("    %s ", text);
}

void print_history(struct stage *stage, dealer_session *session, int64_t document) {
    dealer_text *text = NULL;
    json_t *root, *entry;
    size_t index;
    must(stage, dealer_document_history(session, &text, document), dealer_session_error(session), "history");
    root = json_loads(dealer_text_data(text), 0, NULL);
    json_array_foreach(json_object_get(root, "history"), index, entry) {
        print_time(json_integer_value(json_object_get(entry, "at_ms")));
        printf("%s\n", json_string_value(json_object_get(entry, say(stage, "zh", "en"))));
    }
    json_decref(root);
    dealer_text_free(text);
}

int64_t integer_of(struct stage *stage, dealer_document *document, const char *field) {
    int64_t value = 0;
    must(stage, dealer_document_integer(document, &value, field), dealer_document_error(document), field);
    return value;
}
