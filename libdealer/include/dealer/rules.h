/** Rules: Lua files for valuation, policy and approval flows, published together as one version under their content hash. */
#ifndef DEALER_RULES_H
#define DEALER_RULES_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Checks a rule set (every file loads, every flow is whole, every case of every file passes), and publishes it unless check_only.
 *  System session only. A bad set is refused with file, line and what would be right, a failed case with why it failed (the first three, as causes
 *  of the error); the one in force stays. Documents under way keep theirs.
 *  @param report_out  NULL, or receives JSON {"hash", "version", "rules": [...], "cases": [...], "warnings": [{"kind", "flow",
 *                     "node", "department", "submitter", "amount_minor", "en", "zh"}]}, each with what there is of these. A warning says
 *                     that documents of a department would find nobody to decide ("nobody_decides"), its head's own
 *                     ("nobody_decides_for_head"), those from an amount on ("amount_not_covered"); which departments could not submit
 *                     ("cannot_submit"); who could decide about his own ("self_approval"); whom the organisation does not have ("unknown");
 *                     and of exclusive branches over one field a hole, an overlap, one that is never taken ("band_gap", "band_overlap",
 *                     "band_never"). A "note" is no warning: what depends on a field or a rule, and so was not looked at.
 *  @param files       JSON {"note": "...", "files": {"valuation/excavator.lua": "return {...}", ...}}. */
DEALER_API dealer_status dealer_rules_publish(
    dealer_session *session, dealer_text **report_out, const char *files, size_t length, int32_t check_only);
/** The rule set that ships with the library, in the form that dealer_rules_publish takes. */
DEALER_API dealer_status dealer_rules_starter(dealer_session *session, dealer_text **files_out);
/** What is in force: {"hash", "version", "rules": [{"id", "kind", "type", "title", "file"}]}. */
DEALER_API dealer_status dealer_rules_in_force(dealer_session *session, dealer_text **json_out);
/** Values a trade-in as its submission would, without writing: amounts, each adjustment named, evidence, allowance and policy. */
DEALER_API dealer_status dealer_trade_in_value(dealer_session *session, dealer_decision **decision_out, dealer_document *trade_in);

#ifdef __cplusplus
}
#endif
#endif
