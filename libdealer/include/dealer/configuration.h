/** Configuration: the organisation, posts and grants, reviews, message rules, a dealer's own types and fields, as one JSON
 *  document (docs/configuration.md, configuration.schema.json). */
#ifndef DEALER_CONFIGURATION_H
#define DEALER_CONFIGURATION_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Checks a configuration as a whole, and applies it unless check_only. By the system, or by a person who holds
 *  configuration.apply: he grants nobody a function or scope beyond his own (as he holds them now), changes only people who stand
 *  where his posts reach, and what concerns the whole group only with scope group. What differed goes into the journal, with
 *  before and after.
 *  @param findings_out  NULL, or receives a JSON array of all findings {"path", "id", "en", "zh"}; set also when the call answers
 *                       DEALER_E_CONFIGURATION (the one output that is).
 *  Every session and process sees it at its next call. */
DEALER_API dealer_status dealer_configuration_apply(
    dealer_session *session, dealer_text **findings_out, const char *json, size_t length, int32_t check_only);
/** What a configuration would change, before it is applied; by whoever may apply it. Nothing is stored.
 *  @param json_out  {"changes": [{"path", "before", "after"}], "people": [{"person", "for" (as whose substitute), "function",
 *                   "change": "gains" or "loses", "documents"}], "sample"}: documents counts those of the newest of the type,
 *                   at most `sample`, on which the answer changes (for configuration functions 0).
 *  @param sample    how many documents of each type are asked; 0: 10000.
 *  @return as dealer_configuration_apply, also when he may not apply it. */
DEALER_API dealer_status dealer_configuration_preview(
    dealer_session *session, dealer_text **json_out, const char *json, size_t length, int64_t sample);
/** The configuration in force, as canonical JSON; applying it again changes nothing. By the system, or by a person who holds
 *  configuration.read over the group. */
DEALER_API dealer_status dealer_configuration_export(dealer_session *session, dealer_text **json_out);
/** The configuration a dealer starts with: posts, grants, reviews and messages for the sale; the organisation is his to fill in. */
DEALER_API dealer_status dealer_configuration_starter(dealer_session *session, dealer_text **json_out);
/** Every document type and field in force, as JSON, for any session. */
DEALER_API dealer_status dealer_catalogue(dealer_session *session, dealer_text **json_out);
/** The organisation as the session may know it: companies, departments, people with id, code and name, as JSON. */
DEALER_API dealer_status dealer_organisation(dealer_session *session, dealer_text **json_out);

#ifdef __cplusplus
}
#endif
#endif
