/* The decision log of one call: what its rules saw and said, gathered while it lasts. The door writes it when the call ends - with all
 * else, or, when nothing else of the call is kept, by itself: what a rule refused was decided, too. */
#ifndef DEAL_DECISIONS_H
#define DEAL_DECISIONS_H

#include "deal/deal.h"

struct decision_note; /* decisions.c */
struct decision_log {
    struct region region;
    struct decision_note *first, **last;
    struct decision_note **tried; /* where the notes of a thing begin that may be given up by itself */
    int64_t made;                 /* the document that this call made, if it did: gone when nothing is kept */
};
void decisions_init(struct decision_log *log, const struct seams *seams);
void decisions_finish(struct decision_log *log);
void decisions_refuse(struct decision_log *log); /* what was noted since log->tried is of a thing that was given up */
void decisions_forget(struct decision_log *log, struct decision_note **from); /* a former `last`: what came after never was */
dealer_status decisions_write(struct env *env, struct connection *connection, const struct decision_log *log, bool kept);

/* One question to one rule about a document. */
struct rule_question {
    const struct rule *rule;
    enum rule_entry entry; /* RULE_VALUE, RULE_DECIDE, RULE_PEOPLE, RULE_CONDITION */
    const json_value *input;
    const struct rule_lookup *lookups;
    size_t lookup_count;
    const char *condition; /* of RULE_CONDITION */
};
/* Evaluates, and notes it in deal->decisions when there is a log. As rule_evaluate. */
dealer_status rule_ask(
    struct deal *deal, const struct document *document, const struct rule_question *question, struct rule_result *out);

/* What the log says of a rule that failed: {"outcome": "failed", "reasons": [{"id","en","zh"}]}, of the error as it stands. */
json_value *decisions_failure(struct json *json, const struct error *error);
/* "value", "decide", "choose", and back; also "condition:" and its name. */
const char *decisions_entry_name(enum rule_entry entry);
enum rule_entry decisions_entry_of(const char *name);
const char *decisions_condition_of(const char *name); /* of "condition:name"; NULL: it is another entry */

#endif
