/** Trials of rules on the past: logged decisions replayed, and candidate rule sets tried on past documents before they are published.
 *  Nothing here changes a document. */
#ifndef DEALER_BACKTEST_H
#define DEALER_BACKTEST_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Evaluates a logged decision again: what it saw, the rule as it was, look-ups answered from the log. Ids are in
 *  dealer_document_history: those of "rule".
 *  @param json_out {"decision", "document", "rule", "rule_set", "entry", "at_ms", "same", "budget": {"then", "now"}}; "error" when the
 *                  rule failed this time; "then" and "now" hold the results, for the system and for whoever may see every field.
 *  @return DEALER_OK, also when it differs; DEALER_E_NOT_FOUND for a decision of a document that the session's person may not read. */
DEALER_API dealer_status dealer_decision_replay(dealer_session *session, dealer_text **json_out, int64_t decision);

/** Replays every logged decision, on all processors. System session only.
 *  @param json_out {"decisions", "same", "different", "cancelled", "differences": the first 1000, as of dealer_decision_replay}
 *  @param progress NULL, or told how far it is. */
DEALER_API dealer_status dealer_replay_all(
    dealer_session *session, dealer_text **json_out, dealer_progress progress, void *user_data);

typedef enum dealer_backtest_format {
    DEALER_BACKTEST_JSON = 0, /**< Counts, totals and rows. */
    DEALER_BACKTEST_CSV = 1,  /**< The rows alone, for a spreadsheet: RFC 4180, a header line. */
    DEALER_BACKTEST_LAST = 0x7fffffff
} dealer_backtest_format;

/** What to try. Begin with DEALER_BACKTEST_OPTIONS_INIT. */
typedef struct dealer_backtest_options {
    size_t size; /**< sizeof(dealer_backtest_options): lets later versions add members. */
    /** The candidate, as dealer_rules_publish takes it: {"note", "files": {name: source}}. */
    const char *files;
    size_t files_length;
    /** Which documents: NULL (every document of every type that the candidate or the set in force speaks of), or
     *  {"type", "where"} as in dealer/list.h. Drafts are passed over. */
    const char *query;
    size_t query_length;
    /** What totals are by: "company" (NULL), "department", "owner", or a field of the query's type. */
    const char *group;
    /** How many threads evaluate rules; 0: one for each processor. The report is the same. */
    int32_t threads;
    /** enum dealer_backtest_format */
    int32_t format;
    /** How many changed documents are told one by one; 0: 10000. */
    int32_t rows;
    /** Remember that this candidate was tried (needs a store open for writing): where the configuration says
     *  "rules": {"require_backtest": true}, only a set so remembered can be published. Nothing is remembered of a run that was
     *  cancelled or had a query. */
    int32_t record;
    /** NULL, or told how far it is. */
    dealer_progress progress;
    void *progress_user_data;
} dealer_backtest_options;

#define DEALER_BACKTEST_OPTIONS_INIT \
    { sizeof(dealer_backtest_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/** Tries a candidate rule set: what would be valued, allowed, refused or routed differently, by how much, for whom. Rules are asked about what
 *  each document's last submission saw, be it refused, with what it looked up; new look-ups see the market as of that day. Documents about
 *  which rules were never asked are asked about as they are, under both sets ("basis": "rebuilt"). Routes are compared for the present organisation, where
 *  a flow of the candidate differs from the one in force. All of it is read in one moment of the store. System session only.
 *  @param report_out JSON {"hash", "against", "documents", "changed", "changes": {"valuation", "allowance", "outcome", "route", "failed"},
 *                    "totals": [{"group", "currency", "documents", "changed", "failed", "valuation", "allowance"}], "rows": [...],
 *                    "cancelled", ...}, or CSV.
 *  @return DEALER_OK; DEALER_E_CONFIGURATION when the candidate does not load or its flows do not fit; DEALER_E_INVALID for options or query;
 *          DEALER_E_MISUSE, _NOMEM, _BUSY, _IO. */
DEALER_API dealer_status dealer_backtest(dealer_session *session, dealer_text **report_out, const dealer_backtest_options *options);

#ifdef __cplusplus
}
#endif
#endif
