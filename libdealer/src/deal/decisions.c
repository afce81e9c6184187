/* Asking rules for good: the question, the answer, and what is kept of both. Knows rules and rows; nothing of what is decided by them. */
#include "deal/decisions.h"
#include <string.h>

struct decision_note {
    struct decision_row row;
    bool refused;
    struct decision_note *next;
};

static const struct {
    enum rule_entry entry;
    const char *name;
} entries[] = {{RULE_VALUE, "value"}, {RULE_DECIDE, "decide"}, {RULE_PEOPLE, "choose"}};

static const char condition_prefix[] = "condition:";

const char *decisions_condition_of(const char *name) {
    size_t length = sizeof condition_prefix - 1;
    return strncmp(name, condition_prefix, length) == 0 ? name + length : NULL;
}

const char *decisions_entry_name(enum rule_entry entry) {
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        if (entries[i].entry == entry) return entries[i].name;
    return "?";
}

enum rule_entry decisions_entry_of(const char *name) {
    if (decisions_condition_of(name)) return RULE_CONDITION;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        if (strcmp(entries[i].name, name) == 0) return entries[i].entry;
    return RULE_ENTRY_COUNT;
}

void decisions_init(struct decision_log *log, const struct seams *seams) {
    *log = (struct decision_log){.last = &log->first, .tried = &log->first};
    region_init(&log->region, seams);
}

void decisions_finish(struct decision_log *log) {
    region_finish(&log->region);
}

void decisions_refuse(struct decision_log *log) {
    for (struct decision_note *note = *log->tried; note; note = note->next) note->refused = true;
}

void decisions_forget(struct decision_log *log, struct decision_note **from) {
    *from = NULL;
    log->last = log->tried = from;
}

/* All of a call belong together, by the first of them. */
dealer_status decisions_write(struct env *env, struct connection *connection, const struct decision_log *log, bool kept) {
    dealer_status status = DEALER_OK;
    int64_t first = 0;
    for (const struct decision_note *note = log->first; !status && note; note = note->next) {
        struct decision_row row = note->row;
        int64_t id = 0;
        row.kept = kept && !note->refused;
        row.call = first;
        if (!kept && row.document == log->made) row.document = 0;
        status = store_decision_add(env, connection, &row, &id);
        if (!first) first = id;
    }
    return status;
}

json_value *decisions_failure(struct json *json, const struct error *error) {
    enum { CAUSES_TOLD = 2 };
    json_value *result = json_new_object(json), *reasons = json_new_array(json);
    json_set_text(json, result, "outcome", "failed");
    for (int i = 0; i < error->depth && i < CAUSES_TOLD; i++) {
        json_value *reason = json_new_object(json);
        json_set_text(json, reason, "id", error->entries[i].message->id);
        json_set_text(json, reason, "en", error->entries[i].en);
        json_set_text(json, reason, "zh", error->entries[i].zh);
        json_push(json, reasons, reason);
    }
    json_set(json, result, "reasons", reasons);
    return result;
}

/* A rule may ask which look-ups there are, so replay must offer the same. */
static json_value *offered_to_json(struct json *json, const struct rule_question *question) {
    json_value *names = json_new_array(json);
    for (size_t i = 0; i < question->lookup_count; i++)
        json_push(json, names, json_new_text(json, question->lookups[i].name, strlen(question->lookups[i].name)));
    return names;
}

/* Canonical, in the log's region. */
static const char *keep(struct deal *deal, const json_value *value) {
    size_t length = 0;
    char *text = json_write(deal->env, value, true, false, &length);
    const char *copy = text ? region_copy(&deal->decisions->region, deal->env, text, length) : NULL;
    env_free(deal->env, text);
    return copy;
}

/* What the log calls the question; in its region. */
static const char *entry_of(struct deal *deal, const struct rule_question *question) {
    if (question->entry != RULE_CONDITION) return decisions_entry_name(question->entry);
    return region_format(&deal->decisions->region, deal->env, "%s%s", condition_prefix, question->condition);
}

/* A draft may still be deleted, which the log of what was told of it must not hinder; the input says which it was. */
static int64_t document_of(const struct rule_question *question, const struct document *document) {
    return question->entry != RULE_CONDITION || document_has(document, COMMON_NUMBER) ? document_id(document) : 0;
}

struct answer {
    const json_value *result, *lookups;
    struct rule_used used;
};

static dealer_status note(struct deal *deal, const struct document *document, const struct rule_question *question,
    const struct answer *answer, struct json *json) {
    struct decision_log *log = deal->decisions;
    struct decision_note *note = REGION_NEW(&log->region, deal->env, struct decision_note);
    json_value *seen = json_new_object(json);
    json_set(json, seen, "input", json_copy(json, question->input));
    json_set(json, seen, "lookups", json_copy(json, answer->lookups));
    json_set(json, seen, "offered", offered_to_json(json, question));
    int64_t journaled = 0;
    dealer_status status = store_journal_end(deal->env, deal->connection, &journaled);
    if (status) return status;
    if (json_status(json) || !note) return error_nomem(&deal->env->error);
    const char *outcome = json_get_text(answer->result, "outcome"), *entry = entry_of(deal, question);
    if (json_kind(answer->result) == JSON_BOOLEAN) outcome = json_is_true(answer->result) ? "yes" : "no";
    note->row = (struct decision_row){.document = document_of(question, document),
        .at_ms = deal->now_ms,
        .person = deal->person,
        .journaled = journaled,
        .rule_set = deal->snapshot->rule_set_version,
        .rule = region_copy(&log->region, deal->env, question->rule->id, strlen(question->rule->id)),
        .entry = entry,
        .input_json = keep(deal, seen),
        .result_json = keep(deal, answer->result),
        .outcome = outcome ? region_copy(&log->region, deal->env, outcome, strlen(outcome)) : entry,
        .instructions = answer->used.instructions,
        .bytes = answer->used.bytes};
    if (!note->row.rule || !entry || !note->row.input_json || !note->row.result_json || !note->row.outcome) return DEALER_E_NOMEM;
    *log->last = note;
    log->last = &note->next;
    return DEALER_OK;
}

/* The error of the rule stays as it is. */
static dealer_status note_failure(struct deal *deal, const struct document *document, const struct rule_question *question,
    struct json *json, const json_value *lookups, struct rule_used used) {
    struct answer answer = {decisions_failure(json, &deal->env->error), lookups, used};
    return note(deal, document, question, &answer, json) ? DEALER_E_NOMEM : DEALER_E_RULE;
}

dealer_status rule_ask(
    struct deal *deal, const struct document *document, const struct rule_question *question, struct rule_result *out) {
    struct json *json = NULL;
    struct rule_result result = {0};
    dealer_status status = deal->decisions ? json_new(deal->env, &json) : DEALER_OK;
    if (status) return status;
    json_value *failed = json ? json_new_array(json) : NULL;
    struct rule_call call = {.rule = question->rule,
        .entry = question->entry,
        .condition = question->condition,
        .input = question->input,
        .lookups = question->lookups,
        .lookup_count = question->lookup_count,
        .failed_json = json,
        .failed_lookups = failed};
    status = rule_evaluate(deal->env, &call, &result);
    if (!status && json) {
        struct answer answer = {result.value, result.lookups, result.used};
        status = note(deal, document, question, &answer, json);
    } else if (status == DEALER_E_RULE && json) {
        status = note_failure(deal, document, question, json, failed, result.used);
    }
    json_free(json);
    if (status)
        rule_result_finish(&result);
    else
        *out = result;
    return status;
}
