/* Trials: rules asked again about the past. Logged decisions are replayed; a candidate set is tried on past documents (backtest). Nothing
 * of it ever writes. The asking itself is pure - rules, input, look-ups in; values and reasons out - so that many threads may do it. */
#ifndef DEAL_TRIAL_H
#define DEAL_TRIAL_H

#include "deal/use_cases.h"
#include "store/trial_store.h"

/* How far a long call is: not 0 answers "stop now". */
struct progress {
    int32_t (*tell)(void *user_data, int64_t done, int64_t total); /* NULL: nobody asks */
    void *user_data;
};
bool progress_stops(const struct progress *progress, int64_t done, int64_t total);

/* -- trial.c -- */
/* What was looked up, answered from the log where the same was asked, else as `live` offers it (NULL: not at all, which fails the rule
 * that asks). */
struct trial_lookups {
    const json_value *logged; /* [{"name","arguments","answer"}], NULL: none */
    const struct rule_lookup *live;
    size_t live_count;
    struct rule_lookup offered[4];
    struct trial_offer {
        const struct trial_lookups *all;
        const char *name;
    } offers[4];
    size_t offered_count;
};
/* Offers a look-up by this name. */
void trial_offer(struct trial_lookups *lookups, const char *name);

/* What rules say of one input, all together. */
struct trial {
    enum verdict_outcome outcome;
    bool has_valuation, has_allowance;
    int64_t valuation, allowance; /* minor units */
    char currency[4];
    json_value *reasons; /* in the json given; NULL: none said */
};
struct trial_question {
    const struct rule_set *rules;
    const char *type;
    const struct trial_lookups *lookups; /* for valuations and policies */
};
/* The way of a submission (valuation.c), without document and log. `input` gets the valuation put in, as policies see it. A rule that
 * fails is a FAILED outcome with the sentences as reasons; other failures are the status. */
dealer_status trial_ask(
    struct env *env, const struct trial_question *question, struct json *json, json_value *input, struct trial *out);
/* Adds what a logged row said; `entry` "value" begins anew. */
void trial_take_logged(struct json *json, const char *entry, const json_value *result, struct trial *out);

/* -- replay.c -- */
/* {"decision", "document", "rule", "rule_set", "entry", "at_ms", "same", "budget", ... "error"}; with_values: also what was said then and
 * now, which is for those who may see every field. */
dealer_status decision_replay(
    struct deal *deal, const struct stored_decision *row, bool with_values, struct json *json, json_value *report);
/* All of them, oldest first: {"decisions", "same", "different", "cancelled", "differences": [...]}. */
dealer_status decisions_replay(struct deal *deal, const struct progress *progress, struct json *json, json_value *report);

/* -- backtest.c -- */
struct backtest_order {
    const struct rule_set *candidate;
    struct document_query query; /* type NULL: every type that rules speak of */
    const char *group;           /* "company", "department", "owner", or a field of the document */
    int threads;
    int64_t rows; /* changed documents told one by one, at most */
    bool csv;
    struct progress progress;
};
struct backtest_result {
    int64_t documents;
    bool cancelled;
};
/* The report in `report`; with order->csv the rows in `csv` instead. */
dealer_status backtest_run(struct deal *deal, const struct backtest_order *order, struct json *json, json_value *report,
    struct text *csv, struct backtest_result *result);

#endif
