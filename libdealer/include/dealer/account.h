/** Accounts (往来): what customers and other parties owe and are owed. Receivables and payables are opened by the documents that cause
 *  them and settled by receipts, payments, refunds and set-offs as those are confirmed (dealer_document_confirm). Every answer holds only
 *  what comes from documents that the asker may read, with amounts that he may see. Days are YYYY-MM-DD; money is in minor units. */
#ifndef DEALER_ACCOUNT_H
#define DEALER_ACCOUNT_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The account of one party at the end of a day, over all companies: every item, with everything that moved it until then.
 *  @param customer id of a customer; 0: a party that has a name only.
 *  @param party    its name (1 to 120 bytes of UTF-8) as documents have it, for a lender, insurer or supplier; NULL with a customer.
 *  @param as_of    a day; NULL: today.
 *  @param json_out {"as_of", "customer" or "party", "rows": [{"item", "company", "direction": "receivable" or "payable", "kind",
 *                  "opened_on", "due_on" (absent: held), "currency", "amount", "open", "document", "type", "number", "movements": [{"day",
 *                  "kind": "open", "apply", "release" or "close", "amount", "other": the item it was applied to, "document", "type",
 *                  "number"}]}], "balances": [{"currency", "receivable", "payable", "overdue"}]}: document is null where the asker may
 *                  not read it. What was taken back with its cause is left out.
 *  @return DEALER_OK; DEALER_E_NOT_FOUND (a customer that the asker may not read), _INVALID, _MISUSE, _NOMEM. */
DEALER_API dealer_status dealer_account_statement(
    dealer_session *session, dealer_text **json_out, int64_t customer, const char *party, const char *as_of);
/** What was open at the end of a day, by days overdue, one row a party, direction and currency. What is due on the day is not overdue.
 *  @param as_of    a day; NULL: today.
 *  @param json_out {"as_of", "rows": [{"customer" or "party", "direction", "currency", "count", "held", "not_due", "1-30", "31-60",
 *                  "61-90", "91+", "open": the sum}], "totals": the same by direction and currency}
 *  @return DEALER_OK; DEALER_E_INVALID, _MISUSE, _NOMEM. */
DEALER_API dealer_status dealer_account_ageing(dealer_session *session, dealer_text **json_out, const char *as_of);

#ifdef __cplusplus
}
#endif

#endif
