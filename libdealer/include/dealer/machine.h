/** Machines and what is owed on them: the life of a serial number, stock by age, overdue financing, policies that end. Every answer holds
 *  only what the asker may read. Days are YYYY-MM-DD; money is in minor units unless it has a currency of its own. */
#ifndef DEALER_MACHINE_H
#define DEALER_MACHINE_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Everything that ever moved a machine, in order, with the document behind each movement.
 *  @param json_out {"machine": {fields}, "movements": [{"day", "kind", "position", "warehouse", "cost", "at", "document", "type", "number"}]}:
 *                  document is null where the asker may not read it.
 *  @return DEALER_OK; DEALER_E_NOT_FOUND, _INVALID (no machine), _MISUSE, _NOMEM. */
DEALER_API dealer_status dealer_machine_life(dealer_session *session, dealer_text **json_out, int64_t machine);
/** What was in stock at the end of a day, since when, and at what cost. A transfer between warehouses does not make stock younger.
 *  @param as_of    a day; NULL: today.
 *  @param json_out {"as_of", "rows": [{"document", "number", "category", "brand", "model", "serial_number", "used", "reserved_for",
 *                  "warehouse", "since", "days", "bucket", "cost", "currency"}], "buckets": [{"bucket", "currency", "count", "cost"}]} */
DEALER_API dealer_status dealer_stock_age(dealer_session *session, dealer_text **json_out, const char *as_of);
/** Financing plans with an instalment that was due before the day and is not repaid.
 *  @param as_of    a day; NULL: today.
 *  @param json_out {"as_of", "rows": [{"document", "number", "customer", "contract", "lender", "guarantor", "since", "days", "tier",
 *                  "instalments", "overdue", "due", "repaid", "advanced", "owed_back", "principal", "currency"}],
 *                  "tiers": [{"tier", "currency", "count", "overdue"}]}: instalments are those overdue; advanced was paid to the lender
 *                  for the customer, owed_back is what of it he has not made good; principal is what is outstanding. */
DEALER_API dealer_status dealer_claims_overdue(dealer_session *session, dealer_text **json_out, const char *as_of);
/** Policies whose last day lies between two days (both included) and that nothing renews.
 *  @param json_out {"from", "to", "rows": [{"document", "number", "customer", "machine", "insurer", "policy_number", "cover", "starts_on",
 *                  "ends_on", "premium", "days": from `from` to the last day}]} */
DEALER_API dealer_status dealer_insurance_due(dealer_session *session, dealer_text **json_out, const char *from, const char *to);

#ifdef __cplusplus
}
#endif

#endif
