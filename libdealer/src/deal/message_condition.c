/* A rule that decides whether something is told: sandboxed like every rule, logged like every decision. When it fails, the message goes
 * out all the same: one too many does less harm than one that never came, and nothing stands still for it. */
#include "deal/decisions.h"
#include "deal/template.h"
#include "deal/use_cases.h"

static void add_event(struct deal *deal, const struct event *event, struct json *json, json_value *input) {
    json_value *object = json_new_object(json);
    json_set_text(json, object, "name", event->name);
    json_set_text(json, object, "comment", event->comment);
    json_set_text(json, object, "actor", deal_person_name(deal, event->actor));
    if (event->day) {
        json_set_text(json, object, "due", event->day);
        json_set_text(json, object, "field", event->field);
        json_set_integer(json, object, "days", event->days);
    }
    if (event->person) json_set_text(json, object, "person", deal_person_name(deal, event->person));
    json_set(json, input, "event", object);
}

static dealer_status ask(struct deal *deal, const struct document *document, const struct rule_question *question, bool *out) {
    struct rule_result result = {0};
    dealer_status status = rule_ask(deal, document, question, &result);
    *out = status != DEALER_OK || result.truth;
    if (!status) rule_result_finish(&result);
    if (status != DEALER_E_RULE) return status;
    error_clear(&deal->env->error);
    return DEALER_OK;
}

dealer_status message_condition(
    struct deal *deal, const struct document *document, const struct message_rule *message, const struct event *event, bool *out) {
    const struct rule_set *rules = deal->snapshot->rules;
    const struct rule *rule = rules ? rule_set_find(rules, message->rule) : NULL;
    struct json *json = NULL;
    json_value *input = NULL;
    *out = true;
    if (!rule) return DEALER_OK; /* no rules are published yet */
    dealer_status status = json_new(deal->env, &json);
    if (!status) status = rule_input(deal, document, json, &input);
    if (!status) {
        add_event(deal, event, json, input);
        struct rule_question question = {.rule = rule, .entry = RULE_CONDITION, .input = input, .condition = message->condition};
        status = json_status(json) ? error_nomem(&deal->env->error) : ask(deal, document, &question, out);
    }
    json_free(json);
    return status;
}
