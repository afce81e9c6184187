/* One rule on trial: a set of one file, evaluated with JSON as text, the answer as canonical JSON text. Counts what the
 * allocator has outstanding, so that a test's teardown can prove that nothing leaks. */
#ifndef SUPPORT_RULE_TRIAL_H
#define SUPPORT_RULE_TRIAL_H

#include "rules/rules.h"
#include "support/failing_allocator.h"

struct rule_trial {
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
    struct rule_limits limits;
    struct rule_set *set;
    const struct rule_lookup *lookups;
    size_t lookup_count;
    const struct calendar *calendar;
    struct rule_used used; /* by the last evaluation */
    char *text;            /* the last answer */
};

void rule_trial_begin(struct rule_trial *trial);
bool rule_trial_end(struct rule_trial *trial); /* false: something was not freed */

/* Forgets the set before. The body of the table is enough: "return { id = ..., title = ..., " and "}" are put around. */
dealer_status rule_trial_load(struct rule_trial *trial, const char *body);
dealer_status rule_trial_load_source(struct rule_trial *trial, const char *source, size_t length);
/* value or decide, by the rule's kind. The text is the trial's until the next call; NULL: trial->env.error says why. */
const char *rule_trial_ask(struct rule_trial *trial, const char *input);
const char *rule_trial_ask_entry(struct rule_trial *trial, enum rule_entry entry, const char *condition, const char *input);
/* The whole way for a Lua expression: loads a policy that gives it back as `x`, and answers the JSON of x. `given` are
 * statements before it. "error: ..." when the rule failed. */
const char *rule_trial_expression(struct rule_trial *trial, const char *given, const char *expression);

#endif
