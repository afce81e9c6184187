/** Configuration: the organisation, posts and grants, reviews, message rules, a dealer's own types and fields, as one JSON
 *  document (docs/configuration.md, configuration.schema.json). */
#ifndef DEALER_CONFIGURATION_H
#define DEALER_CONFIGURATION_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Checks a configuration as a whole, and applies it unless check_only. System session only.
 *  @param findings_out  NULL, or receives a JSON array of all findings {"path", "id", "en", "zh"}; set also when the call answers
 *                       DEALER_E_CONFIGURATION (the one output that is).
 *  Every session and process sees it at its next call. */
DEALER_API dealer_status dealer_configuration_apply(
    dealer_session *session, dealer_text **findings_out, const char *json, size_t length, int32_t check_only);
/** The configuration in force, as canonical JSON; applying it again changes nothing. System session only. */
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
