/* Asks a rule set about one input: valuation, then policies. Knows JSON and rules; no document, no store. */
#include "deal/trial.h"
#include "base/text.h"
#include <string.h>

enum { OFFERS_MOST = 4, CAUSES_TOLD = 2 };

bool progress_stops(const struct progress *progress, int64_t done, int64_t total) {
    return progress->tell && progress->tell(progress->user_data, done, total) != 0;
}

/* -- look-ups -- */

/* Equal values have equal canonical bytes. */
static dealer_status is_same(struct env *env, const json_value *a, const json_value *b, bool *out) {
    char *left = json_write(env, a, true, false, NULL), *right = json_write(env, b, true, false, NULL);
    *out = left && right && strcmp(left, right) == 0;
    dealer_status status = left && right ? DEALER_OK : DEALER_E_NOMEM;
    env_free(env, left);
    env_free(env, right);
    return status;
}

static dealer_status find_logged(
    struct env *env, const struct trial_offer *offer, const json_value *arguments, const json_value **out) {
    const json_value *item;
    for (struct json_cursor each = json_each(offer->all->logged); (item = json_next(&each, NULL));) {
        bool same = false;
        const char *name = json_get_text(item, "name");
        if (!name || strcmp(name, offer->name) != 0) continue;
        dealer_status status = is_same(env, json_get(item, "arguments"), arguments, &same);
        if (status) return status;
        if (same) {
            *out = item;
            return DEALER_OK;
        }
    }
    return DEALER_OK;
}

static dealer_status answer(void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out) {
    const struct trial_offer *offer = user_data;
    const struct trial_lookups *all = offer->all;
    const json_value *logged = NULL;
    dealer_status status = find_logged(env, offer, arguments, &logged);
    if (status) return status;
    if (logged) {
        const json_value *told = json_get(logged, "answer");
        *out = json_kind(told) <= JSON_NULL ? NULL : json_copy(answers, told);
        return json_status(answers) ? error_nomem(&env->error) : DEALER_OK;
    }
    for (size_t i = 0; i < all->live_count; i++)
        if (strcmp(all->live[i].name, offer->name) == 0)
            return all->live[i].function(all->live[i].user_data, env, arguments, answers, out);
    return error_raise(&env->error, &E_TRIAL_LOOKUP, "name", offer->name, NULL);
}

void trial_offer(struct trial_lookups *lookups, const char *name) {
    size_t i = lookups->offered_count;
    if (!name || i == OFFERS_MOST) return;
    for (size_t j = 0; j < i; j++)
        if (strcmp(lookups->offers[j].name, name) == 0) return;
    lookups->offers[i] = (struct trial_offer){lookups, name};
    lookups->offered[i] = (struct rule_lookup){name, answer, &lookups->offers[i]};
    lookups->offered_count++;
}

/* -- what a rule said -- */

static bool take_money(struct trial *trial, const json_value *amount, int64_t *out) {
    const char *currency = json_get_text(amount, "currency");
    if (json_kind(amount) != JSON_OBJECT || !currency || strlen(currency) != 3) return false;
    memcpy(trial->currency, currency, sizeof trial->currency);
    *out = json_get_integer(amount, "amount_minor", 0);
    return true;
}

static enum verdict_outcome outcome_of(const char *name) {
    if (name && strcmp(name, "refuse") == 0) return VERDICT_NO;
    if (name && strcmp(name, "refer") == 0) return VERDICT_REFERRED;
    if (name && strcmp(name, "failed") == 0) return VERDICT_FAILED;
    return VERDICT_YES;
}

static enum verdict_outcome worse(enum verdict_outcome a, enum verdict_outcome b) {
    static const int badness[] = {[VERDICT_YES] = 0, [VERDICT_REFERRED] = 1, [VERDICT_NO] = 2, [VERDICT_FAILED] = 3};
    return badness[a] >= badness[b] ? a : b;
}

static void take_reasons(struct json *json, const json_value *result, struct trial *out) {
    const json_value *reason;
    for (struct json_cursor each = json_each(json_get(result, "reasons")); (reason = json_next(&each, NULL));) {
        if (!out->reasons) out->reasons = json_new_array(json);
        json_push(json, out->reasons, json_copy(json, reason));
    }
}

void trial_take_logged(struct json *json, const char *entry, const json_value *result, struct trial *out) {
    if (strcmp(entry, "value") == 0) {
        *out = (struct trial){.outcome = VERDICT_YES};
        out->has_valuation = take_money(out, json_get(result, "valuation"), &out->valuation);
    }
    out->outcome = worse(out->outcome, outcome_of(json_get_text(result, "outcome")));
    take_reasons(json, result, out);
    if (take_money(out, json_get(result, "allowance"), &out->allowance)) out->has_allowance = true;
}

/* -- asking -- */

struct asking {
    struct env *env;
    const struct trial_question *question;
    struct json *json;
    json_value *input;
    struct trial *trial;
};

static void say(struct asking *asking, const char *id, const char *en, const char *zh) {
    json_value *reason = json_new_object(asking->json);
    json_set_text(asking->json, reason, "id", id);
    json_set_text(asking->json, reason, "en", en);
    json_set_text(asking->json, reason, "zh", zh);
    if (!asking->trial->reasons) asking->trial->reasons = json_new_array(asking->json);
    json_push(asking->json, asking->trial->reasons, reason);
}

/* A rule's failure is an outcome; it takes the error along. */
static dealer_status settle(struct asking *asking, dealer_status status) {
    struct error *error = &asking->env->error;
    if (status != DEALER_E_RULE) return status;
    asking->trial->outcome = VERDICT_FAILED;
    for (int i = 0; i < error->depth && i < CAUSES_TOLD; i++)
        say(asking, error->entries[i].message->id, error->entries[i].en, error->entries[i].zh);
    error_clear(error);
    return DEALER_OK;
}

static dealer_status ask_applies(struct asking *asking, const struct rule *rule, bool *out) {
    struct rule_call call = {.rule = rule, .entry = RULE_APPLIES, .input = asking->input};
    struct rule_result result = {0};
    dealer_status status = rule_evaluate(asking->env, &call, &result);
    if (!status) *out = result.truth;
    if (!status) rule_result_finish(&result);
    return settle(asking, status);
}

static bool has_failed(const struct asking *asking) {
    return asking->trial->outcome == VERDICT_FAILED;
}

static struct rule_call call_of(const struct asking *asking, const struct rule *rule, enum rule_entry entry) {
    const struct trial_lookups *lookups = asking->question->lookups;
    return (struct rule_call){.rule = rule,
        .entry = entry,
        .input = asking->input,
        .lookups = lookups ? lookups->offered : NULL,
        .lookup_count = lookups ? lookups->offered_count : 0};
}

static dealer_status ask_value(struct asking *asking, const struct rule *rule) {
    struct rule_call call = call_of(asking, rule, RULE_VALUE);
    struct rule_result result = {0};
    dealer_status status = rule_evaluate(asking->env, &call, &result);
    if (!status) {
        const char *own = json_get_text(json_get(asking->input, "document"), "currency");
        trial_take_logged(asking->json, "value", result.value, asking->trial);
        if (own && asking->trial->currency[0] && strcmp(own, asking->trial->currency) != 0)
            status = error_raise(&asking->env->error, &E_RULE_CURRENCY, "found", asking->trial->currency, "right", own, NULL);
        json_set(asking->json, asking->input, "valuation", json_copy(asking->json, result.value));
        rule_result_finish(&result);
    }
    return settle(asking, status);
}

static dealer_status ask_valuation(struct asking *asking) {
    const struct rule_set *rules = asking->question->rules;
    size_t count = rules ? rule_set_count(rules) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rule_set_at(rules, i);
        bool applies = false;
        if (rule->kind != RULE_VALUATION) continue;
        dealer_status status = ask_applies(asking, rule, &applies);
        if (status || has_failed(asking)) return status;
        if (applies) return ask_value(asking, rule);
    }
    asking->trial->outcome = VERDICT_FAILED;
    say(asking, R_NO_VALUATION.id, R_NO_VALUATION.en, R_NO_VALUATION.zh);
    return DEALER_OK;
}

static dealer_status ask_policy(struct asking *asking, const struct rule *rule) {
    struct rule_call call = call_of(asking, rule, RULE_DECIDE);
    struct rule_result result = {0};
    bool applies = false;
    dealer_status status = ask_applies(asking, rule, &applies);
    if (status || !applies || has_failed(asking)) return status;
    status = rule_evaluate(asking->env, &call, &result);
    if (!status) {
        trial_take_logged(asking->json, "decide", result.value, asking->trial);
        rule_result_finish(&result);
    }
    return settle(asking, status);
}

static dealer_status ask_policies(struct asking *asking) {
    const struct rule_set *rules = asking->question->rules;
    size_t count = rules ? rule_set_count(rules) : 0;
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < count && !has_failed(asking); i++) {
        const struct rule *rule = rule_set_at(rules, i);
        if (rule->kind == RULE_POLICY && rule->type && strcmp(rule->type, asking->question->type) == 0)
            status = ask_policy(asking, rule);
    }
    return status;
}

dealer_status trial_ask(
    struct env *env, const struct trial_question *question, struct json *json, json_value *input, struct trial *out) {
    struct asking asking = {env, question, json, input, out};
    bool valued = strcmp(question->type, "trade_in") == 0;
    *out = (struct trial){.outcome = VERDICT_YES};
    json_remove(input, "valuation");
    dealer_status status = valued ? ask_valuation(&asking) : DEALER_OK;
    if (!status && !has_failed(&asking)) status = ask_policies(&asking);
    if (!status && valued && out->outcome != VERDICT_NO && out->outcome != VERDICT_FAILED && !out->has_allowance) {
        out->outcome = VERDICT_FAILED;
        say(&asking, R_NO_ALLOWANCE.id, R_NO_ALLOWANCE.en, R_NO_ALLOWANCE.zh);
    }
    return status ? status : json_status(json) ? error_nomem(&env->error) : DEALER_OK;
}
