/** The used-machine market: sales that valuations compare with, and what trade-ins fetched later. */
#ifndef DEALER_MARKET_H
#define DEALER_MARKET_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds used-machine sales that valuations compare with. System session only.
 *  @param report_out  NULL, or {"added": n, "known": n, "refused": [{"index", "en", "zh"}]}: bad rows are reported, not fatal.
 *  @param sales       JSON array of {"source", "key", "date", "price": money, "category", "size_class", "model", "base_model", "series",
 *                     "serial", "region", "year", "hours", "options": {...}}; year and hours 0 or absent: unknown. */
DEALER_API dealer_status dealer_market_add(dealer_session *session, dealer_text **report_out, const char *sales, size_t length);

/** An import of sales from CSV (RFC 4180, UTF-8, a header line), read as it comes in. Used by one thread at a time. */
typedef struct dealer_market_import dealer_market_import;

/** Begins an import. System session only.
 *  @param mapping JSON that says which column is what: {"source", "key", "date", "price", "category", "size_class", "model", "base_model",
 *                 "series", "serial", "region", "year", "hours", "options", "unknown"}. Each is a column's name, or {"column": name}
 *                 with "map": {word: meaning}, "else": meaning of other words, "unknown": [words]; or {"value": text} for all rows.
 *                 source, date, price, category and model must be there. price needs "currency" or "currency_column", and may
 *                 have "decimal": ","; date may have "format", such as "M/D/YYYY" (default YYYY-MM-DD; a time behind it is passed over).
 *                 key tells a sale from all others of its source; without one the whole row does. "options" is an array of columns,
 *                 {option: column}, or "rest". "unknown" are words that mean "not known" in every column.
 *  @return DEALER_OK; DEALER_E_INVALID names the member that is wrong; DEALER_E_DENIED, _MISUSE, _NOMEM. */
DEALER_API dealer_status dealer_market_import_open(
    dealer_session *session, dealer_market_import **import_out, const char *mapping, size_t length);
/** The next piece of the file, cut anywhere. Every thousand rows are stored in a transaction of their own (or within the session's). A row that
 *  can't be understood is reported, not fatal. Rows known already add nothing.
 *  @return DEALER_OK; DEALER_E_INVALID when the header lacks a mapped column; DEALER_E_BUSY, _IO, _FULL, _NOMEM, _MISUSE. After a failure
 *          the import is over (DEALER_E_STATE from then on): open another and begin anew, what was stored is recognised. */
DEALER_API dealer_status dealer_market_import_feed(
    dealer_session *session, dealer_market_import *import, const char *data, size_t length);
/** Stores what is left and ends the import.
 *  @param report_out {"rows", "added", "known", "refused", "refusals": the first 1000, [{"line", "en", "zh"}]} */
DEALER_API dealer_status dealer_market_import_finish(
    dealer_session *session, dealer_text **report_out, dealer_market_import *import);
/** Ends it, finished or not; transactions already made stay. */
DEALER_API void dealer_market_import_free(dealer_market_import *import);

/** What machines fetched: counts, quartiles and spread, by year and hours. Rules have the same as look-up "market_statistics".
 *  @param query {"currency", "category", "model", "from", "to"}: only the currency must be there; days from (on) to (before, at most today).
 *  @param json_out {"count", "outliers", "low", "lower_quartile", "median", "upper_quartile", "high", "average", "groups": [...]}, or null.
 *                  Outliers lie more than three interquartile ranges outside; low, high and average are without them. */
DEALER_API dealer_status dealer_market_statistics(
    dealer_session *session, dealer_text **json_out, const char *query, size_t length);

/** What approved trade-ins fetched afterwards, against their valuation: own sales (stock-in, dispatch, contract) and market sales of the same
 *  serial number. System session only.
 *  @param json_out {"trade_ins", "resold", "rows": [{"document", "number", "serial", "currency", "valuation", "allowance", "realised", "on",
 *                  "through": "contract" or "market", "over_allowance": allowance - valuation, "error": realised - valuation,
 *                  "washout": realised - allowance}], "totals": [{"currency", "count", ...}]}; amounts in minor units. */
DEALER_API dealer_status dealer_trade_in_outcomes(dealer_session *session, dealer_text **json_out);

#ifdef __cplusplus
}
#endif
#endif
