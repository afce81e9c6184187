#include "support/rule_trial.h"

#include <stdio.h>
#include <string.h>

enum { SOURCE_SIZE = 64 * 1024 };

void rule_trial_begin(struct rule_trial *trial) {
    memset(trial, 0, sizeof *trial);
    failing_allocator_init(&trial->allocator, &trial->seams, 0, false);
    env_init(&trial->env, &trial->seams);
    rule_limits_default(&trial->limits);
}

bool rule_trial_end(struct rule_trial *trial) {
    rule_set_drop(trial->set);
    env_free(&trial->env, trial->text);
    trial->set = NULL;
    trial->text = NULL;
    return trial->allocator.outstanding == 0;
}

dealer_status rule_trial_load_source(struct rule_trial *trial, const char *source, size_t length) {
    struct rule_file file = {.name = "trial.lua", .source = source, .length = length};
    rule_set_drop(trial->set);
    trial->set = NULL;
    error_clear(&trial->env.error);
    return rule_set_load(&trial->env, &file, 1, &trial->limits, &trial->set);
}

dealer_status rule_trial_load(struct rule_trial *trial, const char *body) {
    static const char head[] = "return { id = \"trial\", title = { en = \"Trial\", zh = \"试验\" }, ";
    char *source = env_alloc(&trial->env, SOURCE_SIZE);
    if (source == NULL) return DEALER_E_NOMEM;
    int length = snprintf(source, SOURCE_SIZE, "%s%s }", head, body);
    dealer_status status = rule_trial_load_source(trial, source, (size_t)length);
    env_free(&trial->env, source);
    return status;
}

static dealer_status evaluate(struct rule_trial *trial, struct rule_call *call, const char *input) {
    struct json *json = NULL;
    struct rule_result result = {0};
    dealer_status status = json_parse(&trial->env, input, strlen(input), false, &json);
    if (status != DEALER_OK) return status;
    call->input = json_root(json);
    status = rule_evaluate(&trial->env, call, &result);
    trial->used = result.used;
    if (status == DEALER_OK && result.value != NULL) {
        trial->text = json_write(&trial->env, result.value, true, false, NULL);
    } else if (status == DEALER_OK) {
        trial->text = env_copy_text(&trial->env, "true", 4);
    }
    if (status == DEALER_OK) rule_result_finish(&result);
    json_free(json);
    return status;
}

const char *rule_trial_ask_entry(struct rule_trial *trial, enum rule_entry entry, const char *condition, const char *input) {
    env_free(&trial->env, trial->text);
    trial->text = NULL;
    error_clear(&trial->env.error);
    struct rule_call call = {.rule = rule_set_at(trial->set, 0),
        .entry = entry,
        .condition = condition,
        .lookups = trial->lookups,
        .lookup_count = trial->lookup_count,
        .calendar = trial->calendar};
    return evaluate(trial, &call, input) == DEALER_OK ? trial->text : NULL;
}

const char *rule_trial_ask(struct rule_trial *trial, const char *input) {
    bool values = rule_set_at(trial->set, 0)->kind == RULE_VALUATION;
    return rule_trial_ask_entry(trial, values ? RULE_VALUE : RULE_DECIDE, NULL, input);
}

static const char *tell(struct rule_trial *trial) {
    const struct error *error = &trial->env.error;
    char text[2 * ERROR_TEXT_SIZE] = "error:";
    for (int i = 0; i < error->depth; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, " %s;", error->entries[i].en);
    }
    env_free(&trial->env, trial->text);
    trial->text = env_copy_text(&trial->env, text, strlen(text));
    return trial->text;
}

const char *rule_trial_expression(struct rule_trial *trial, const char *given, const char *expression) {
    char body[4096];
    snprintf(body, sizeof body, "decide = function(input, dealer) %s return { outcome = \"pass\", x = %s } end", given, expression);
    if (rule_trial_load(trial, body) != DEALER_OK) return tell(trial);
    const char *answer = rule_trial_ask(trial, "{}");
    static const char head[] = "{\"outcome\":\"pass\",\"reasons\":[]";
    if (answer == NULL) return tell(trial);
    size_t length = strlen(answer);
    if (strncmp(answer, head, sizeof head - 1) != 0 || length <= sizeof head) return "nothing";
    trial->text[length - 1] = '\0'; /* from ,"x": to the last brace */
    return trial->text + sizeof head - 1 + strlen(",\"x\":");
}
