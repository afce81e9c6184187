/* Rules around a submission: what a trade-in is worth, and what company policy says. A rule that fails never values and never lets pass:
 * the verdict says FAILED, with the rule's own words. */
#include "deal/decisions.h"
#include "deal/use_cases.h"
#include <stdio.h>
#include <string.h>

/* A rule's failure is a verdict, not an error of the call. *answered says whether `result` is there (to be finished). */
static dealer_status ask(struct deal *deal, const struct document *document, const struct rule_question *question,
    struct verdict *verdict, struct rule_result *result, bool *answered) {
    memset(result, 0, sizeof *result);
    dealer_status status = rule_ask(deal, document, question, result);
    *answered = !status;
    return status == DEALER_E_RULE ? verdict_fail(deal, verdict) : status;
}

/* -- policy -- */

static enum verdict_outcome worse(enum verdict_outcome a, enum verdict_outcome b) {
    static const int badness[] = {[VERDICT_YES] = 0, [VERDICT_REFERRED] = 1, [VERDICT_NO] = 2, [VERDICT_FAILED] = 3};
    return badness[a] >= badness[b] ? a : b;
}

/* What would have changed the outcome, as the rule told it. */
static void take_near_misses(const struct rule *rule, const json_value *result, struct verdict *verdict) {
    const json_value *item;
    for (struct json_cursor each = json_each(json_get(result, "near_misses")); (item = json_next(&each, NULL));) {
        json_value *list = json_get(verdict->root, "near_misses"), *copy = json_copy(verdict->json, item);
        if (!list) {
            list = json_new_array(verdict->json);
            json_set(verdict->json, verdict->root, "near_misses", list);
        }
        json_set_text(verdict->json, copy, "rule", rule->id);
        json_push(verdict->json, list, copy);
    }
}

static void take_outcome(const struct rule *rule, const json_value *result, struct verdict *verdict) {
    const char *outcome = json_get_text(result, "outcome");
    enum verdict_outcome one = VERDICT_YES;
    const json_value *reason;
    if (outcome && strcmp(outcome, "refuse") == 0)
        one = VERDICT_NO;
    else if (outcome && strcmp(outcome, "refer") == 0)
        one = VERDICT_REFERRED;
    verdict->outcome = worse(verdict->outcome, one);
    for (struct json_cursor each = json_each(json_get(result, "reasons")); (reason = json_next(&each, NULL));) {
        json_value *copy = json_copy(verdict->json, reason);
        json_set_text(verdict->json, copy, "rule", rule->id);
        json_push(verdict->json, json_get(verdict->root, "reasons"), copy);
    }
}

/* What a policy computes goes into the computed field of that name ("allowance"). */
static dealer_status take_allowance(struct deal *deal, struct document *document, const json_value *result) {
    const json_value *allowance = json_get(result, "allowance");
    const struct catalogue_field *field = catalogue_field(document->type, "allowance");
    const char *currency = json_get_text(allowance, "currency"), *own = document_text(document, COMMON_CURRENCY);
    if (json_kind(allowance) != JSON_OBJECT || !field) return DEALER_OK;
    if (!currency || (own && strcmp(own, currency) != 0))
        return error_raise(&deal->env->error, &E_RULE_CURRENCY, "found", currency ? currency : "-", "right", own ? own : "-", NULL);
    return document_put_integer(deal->env, document, field->index, json_get_integer(allowance, "amount_minor", 0));
}

static dealer_status ask_policies(struct deal *deal, struct document *document, json_value *input, struct verdict *verdict) {
    size_t count = deal->snapshot->rules ? rule_set_count(deal->snapshot->rules) : 0;
    const struct rule_lookup *lookups = NULL;
    size_t lookup_count = 0;
    dealer_status status = market_lookup_new(deal, &lookups, &lookup_count);
    for (size_t i = 0; !status && i < count && verdict->outcome != VERDICT_FAILED; i++) {
        const struct rule *rule = rule_set_at(deal->snapshot->rules, i);
        struct rule_question question = {rule, RULE_DECIDE, input, lookups, lookup_count, NULL};
        struct rule_result result;
        bool applies = false, answered = false;
        if (rule->kind != RULE_POLICY || !rule->type || strcmp(rule->type, document->type->name) != 0) continue;
        status = rule_applies(deal, rule, input, &applies);
        if (status == DEALER_E_RULE)
            status = verdict_fail(deal, verdict);
        else if (!status && applies)
            status = ask(deal, document, &question, verdict, &result, &answered);
        if (!answered) continue;
        take_outcome(rule, result.value, verdict);
        if (json_get(result.value, "near_misses")) take_near_misses(rule, result.value, verdict);
        status = take_allowance(deal, document, result.value);
        rule_result_finish(&result);
    }
    return status;
}

dealer_status policy_ask(struct deal *deal, struct document *document, struct verdict *verdict) {
    struct json *json = NULL;
    json_value *input = NULL;
    dealer_status status = json_new(deal->env, &json);
    if (!status) status = rule_input(deal, document, json, &input);
    if (!status) status = ask_policies(deal, document, input, verdict);
    json_free(json);
    return status;
}

/* -- valuation -- */

static dealer_status find_valuation(struct deal *deal, const json_value *input, struct verdict *verdict, const struct rule **out) {
    size_t count = deal->snapshot->rules ? rule_set_count(deal->snapshot->rules) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rule_set_at(deal->snapshot->rules, i);
        bool applies = false;
        if (rule->kind != RULE_VALUATION) continue;
        dealer_status status = rule_applies(deal, rule, input, &applies);
        if (status == DEALER_E_RULE) return verdict_fail(deal, verdict);
        if (status) return status;
        if (applies) {
            *out = rule;
            return DEALER_OK;
        }
    }
    verdict->outcome = VERDICT_FAILED;
    return verdict_say(deal, verdict, &R_NO_VALUATION, NULL);
}

static dealer_status put_amount(struct deal *deal, struct document *document, const char *field, const json_value *amount) {
    if (json_kind(amount) != JSON_OBJECT) {
        document_clear(document, deal_field(document, field));
        return DEALER_OK;
    }
    return deal_put_integer(deal, document, field, json_get_integer(amount, "amount_minor", 0));
}

static dealer_status take_valuation(struct deal *deal, struct document *document, const json_value *result) {
    const json_value *valuation = json_get(result, "valuation");
    const char *currency = json_get_text(valuation, "currency"), *own = document_text(document, COMMON_CURRENCY);
    if (own && currency && strcmp(own, currency) != 0)
        return error_raise(&deal->env->error, &E_RULE_CURRENCY, "found", currency, "right", own, NULL);
    dealer_status status = put_amount(deal, document, "valuation", valuation);
    if (!status) status = put_amount(deal, document, "valuation_low", json_get(result, "low"));
    if (!status) status = put_amount(deal, document, "valuation_high", json_get(result, "high"));
    return status ? status : put_amount(deal, document, "allowance", json_get(result, "allowance"));
}

static dealer_status say_adjustments(struct deal *deal, const json_value *result, struct verdict *verdict) {
    const json_value *item;
    dealer_status status = DEALER_OK;
    for (struct json_cursor each = json_each(json_get(result, "adjustments")); !status && (item = json_next(&each, NULL));) {
        char size[40];
        const json_value *amount = json_get(item, "amount");
        int64_t bp = json_get_integer(item, "percent_bp", 0);
        if (amount) {
            struct money money = {json_get_integer(amount, "amount_minor", 0), ""};
            snprintf(money.currency, sizeof money.currency, "%s", json_get_text(amount, "currency"));
            money_format(money, size, sizeof size);
        } else {
            snprintf(size, sizeof size, "%s%lld.%02d %%", bp < 0 ? "-" : "+", (long long)(bp < 0 ? -bp : bp) / 100,
                (int)((bp < 0 ? -bp : bp) % 100));
        }
        status = verdict_say(
            deal, verdict, &R_ADJUSTMENT, "en", json_get_text(item, "en"), "zh", json_get_text(item, "zh"), "size", size, NULL);
    }
    return status;
}

static dealer_status say_amount(struct deal *deal, struct document *document, const struct message *message, const char *field,
    const struct rule *rule, struct verdict *verdict) {
    char amount[32], low[32], high[32];
    money_format(document_money(document, catalogue_field(document->type, field)), amount, sizeof amount);
    money_format(document_money(document, catalogue_field(document->type, "valuation_low")), low, sizeof low);
    money_format(document_money(document, catalogue_field(document->type, "valuation_high")), high, sizeof high);
    return verdict_say(deal, verdict, message, "amount", amount, "low", low, "high", high, "currency",
        document_text(document, COMMON_CURRENCY), "rule_en", rule->title_en, "rule_zh", rule->title_zh, NULL);
}

/* The valuation is part of what policies see: it goes into the input. */
static dealer_status value_by(struct deal *deal, struct document *document, const struct rule *rule, json_value *input,
    struct json *json, struct verdict *verdict) {
    struct rule_result result;
    struct rule_question question = {.rule = rule, .entry = RULE_VALUE, .input = input};
    bool answered = false;
    dealer_status status = market_lookup_new(deal, &question.lookups, &question.lookup_count);
    if (!status) status = ask(deal, document, &question, verdict, &result, &answered);
    if (!answered) return status;
    status = take_valuation(deal, document, result.value);
    if (!status) status = say_amount(deal, document, &R_VALUED, "valuation", rule, verdict);
    if (!status) status = say_adjustments(deal, result.value, verdict);
    if (json_get(result.value, "near_misses")) take_near_misses(rule, result.value, verdict);
    json_set(json, input, "valuation", json_copy(json, result.value));
    json_set(verdict->json, verdict->root, "valuation", json_copy(verdict->json, result.value));
    rule_result_finish(&result);
    /* policies must see all of it */
    return !status && (json_status(json) || json_status(verdict->json)) ? error_nomem(&deal->env->error) : status;
}

static dealer_status conclude_allowance(
    struct deal *deal, struct document *document, const struct rule *rule, struct verdict *verdict) {
    if (verdict->outcome == VERDICT_NO || verdict->outcome == VERDICT_FAILED) return DEALER_OK;
    if (document_has(document, deal_field(document, "allowance")))
        return say_amount(deal, document, &R_ALLOWED, "allowance", rule, verdict);
    verdict->outcome = VERDICT_FAILED;
    return verdict_say(deal, verdict, &R_NO_ALLOWANCE, NULL);
}

dealer_status trade_in_value(struct deal *deal, struct document *document, struct verdict *verdict) {
    struct json *json = NULL;
    json_value *input = NULL;
    const struct rule *rule = NULL;
    dealer_status status = json_new(deal->env, &json);
    if (!status) status = rule_input(deal, document, json, &input);
    if (!status) status = find_valuation(deal, input, verdict, &rule);
    if (!status && rule) status = value_by(deal, document, rule, input, json, verdict);
    if (!status && rule && verdict->outcome != VERDICT_FAILED) status = ask_policies(deal, document, input, verdict);
    if (!status && rule) status = conclude_allowance(deal, document, rule, verdict);
    if (!status && deal->decisions && verdict->outcome != VERDICT_FAILED) status = deal_journal(deal, document, "valued", NULL);
    json_free(json);
    return status;
}
