/* A rule that decides whether something is told: sandboxed like every rule, logged like every decision. When it fails, the message goes
 * out all the same: one too many does less harm than one that never came, and nothing stands still for it. */
#include "deal/use_cases.h"
#include "deal/template.h"
#include <string.h>

static void add_event(struct deal *deal, const struct event *event, struct json *json, json_value *input) {
    json_value *object = json_new_object(json);
    json_set_text(json, object, "name", event->name);
    json_set_text(json, object, "comment", event->comment);
    json_set_text(json, object, "actor", deal_person_name(deal, event->actor));
    if (event->person) json_set_text(json, object, "person", deal_person_name(deal, event->person));
    json_set(json, input, "event", object);
}

/* A draft may still be deleted, which the log must not hinder; the input says which it was. */
static int64_t lasting_id(const struct document *document) {
    return document_has(document, COMMON_NUMBER) ? document_id(document) : 0;
}

static dealer_status evaluate(
    struct deal *deal, const struct document *document, const struct question *question, const char *condition, bool *out) {
    struct rule_call call = {.rule = question->rule, .entry = RULE_CONDITION, .condition = condition, .input = question->input};
    struct rule_result result = {0};
    dealer_status status = rule_evaluate(deal->env, &call, &result);
    *out = status != DEALER_OK || result.truth;
    if (status == DEALER_E_RULE) {
        status = question_log(deal, lasting_id(document), question, NULL);
        if (!status) error_clear(&deal->env->error);
    } else if (!status) {
        status = question_log(deal, lasting_id(document), question, &result);
        rule_result_finish(&result);
    }
    return status;
}

dealer_status message_condition(
    struct deal *deal, const struct document *document, const struct message_rule *message, const struct event *event, bool *out) {
    const struct rule_set *rules = deal->snapshot->rules;
    struct question question = {.rule = rules ? rule_set_find(rules, message->rule) : NULL};
    struct json *json = NULL;
    *out = true;
    if (!question.rule) return DEALER_OK; /* no rules are published yet */
    question.entry = region_format(&deal->region, deal->env, "condition:%s", message->condition);
    dealer_status status = question.entry ? json_new(deal->env, &json) : DEALER_E_NOMEM;
    if (!status) status = rule_input(deal, document, json, &question.input);
    if (!status) {
        add_event(deal, event, json, question.input);
        status = json_status(json) ? error_nomem(&deal->env->error) : evaluate(deal, document, &question, message->condition, out);
    }
    json_free(json);
    return status;
}
