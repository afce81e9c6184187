/** A manager's questions: forecast, competition, where documents wait, stock, accounts by age, trade-ins, what rules decided. Every answer sums only what
 *  the asker may see: documents that he may not read are left out, fields that are hidden from him count as empty. docs/reports.md tells
 *  of each report; docs/views.md of the same as SQL views for a reporting tool. */
#ifndef DEALER_REPORT_H
#define DEALER_REPORT_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Asks for one report.
 *  @param json_out   {"report", "by": [keys], "rows": [{key: value ..., "count", sums ...}], "hidden": ["type.field"]}, with "as_of" where the
 *                    report tells of a day. Rows come in the order of their keys; money is in minor units, and then "currency" is always
 *                    the last key. Beside company, department, person and owner (ids) stands their name: "department_name". hidden:
 *                    fields that the report uses and that are hidden from the asker on some documents. The caller frees it.
 *  @param report     "forecast", "competition", "waiting", "stock", "accounts", "trade_ins", "decisions"; NULL: which there are, {"reports": [{"report",
 *                    "title": {"en", "zh"}, "type", "by", "usual", "sums", "money": [sums that are money]}]}.
 *  @param parameters NULL, or {"by": [keys], "where": PREDICATE (see list.h), "type", "from", "to", "as_of"}: from and to are days or months,
 *                    both included (the forecast's are months); type chooses one where the report is about all types of documents, and
 *                    must be there for where. Without by, the usual keys; with an empty one, one row for all.
 *  @return DEALER_OK; DEALER_E_NOT_FOUND for an unknown report; DEALER_E_INVALID for a wrong parameter, and for one that uses a field that the
 *          asker may see nowhere; DEALER_E_TOO_LARGE when a sum passes 64 bits; DEALER_E_MISUSE, _NOMEM, _BUSY. */
DEALER_API dealer_status dealer_report(
    dealer_session *session, dealer_text **json_out, const char *report, const char *parameters, size_t length);

#ifdef __cplusplus
}
#endif

#endif
