/** Lists: documents of one type, through the asker's permission, filtered, ordered, by pages.
 *
 *  A query is JSON: {"type": "trade_in", "where": PREDICATE, "order": "created" or "-created", "limit": 50, "after": "..."}.
 *  PREDICATE: {"all": [...]}, {"any": [...]}, {"not": {...}}, {"field": "hours", "op": "<=", "value": 8000} with op one of
 *  = != < <= > >= in starts_with empty. A comparison with a field that has no value is false. */
#ifndef DEALER_LIST_H
#define DEALER_LIST_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Reads one page (limit 1 to 1000, default 50; default order: newest first). The page is a copy: it holds nothing open. */
DEALER_API dealer_status dealer_list_open(dealer_session *session, dealer_list **list_out, const char *query, size_t length);
/** The next document of the page, or NULL at its end; the caller frees it. */
DEALER_API dealer_document *dealer_list_next(dealer_list *list);
/** What to give as "after" for the next page; NULL when this was the last one. Borrowed. */
DEALER_API const char *dealer_list_after(const dealer_list *list);
DEALER_API void dealer_list_free(dealer_list *list);

/** Where counting ends. */
enum {
    DEALER_COUNT_CAP = 10000, /**< What cap 0 stands for: as many as anybody reads. */
    DEALER_COUNT_EXACT = -1   /**< Nowhere: every document is counted, which of a million takes as long as reading a million. */
};

/** How many documents the query finds, at most cap of them: 1 and more, 0 for DEALER_COUNT_CAP, or DEALER_COUNT_EXACT.
 *  *cut_out (NULL is fine) is 1 when there are more than were counted, else 0. Limit, order and after of the query say nothing here,
 *  though they have to be right. DEALER_E_INVALID: the query is none, or cap is below -1. */
DEALER_API dealer_status dealer_list_count(
    dealer_session *session, int64_t *count_out, int32_t *cut_out, const char *query, size_t length, int64_t cap);
/** Sums a number or money field, by groups: {"rows": [{"group", "count", "sum"}]}. group NULL: one row. */
DEALER_API dealer_status dealer_list_sum(
    dealer_session *session, dealer_text **json_out, const char *query, size_t length, const char *field, const char *group);

#ifdef __cplusplus
}
#endif
#endif
