/* How a page of newest documents is read without sorting: a query's predicate is looked through for streams - reads of one index
 * for one value, which come in the order of ids - that together hold every row it can see. Merged, they give the candidates
 * newest first, and reading stops with the page. A list in another order is sorted, of what its streams hold. Streams may hold too
 * much, never too little: each candidate is still checked. */
#ifndef STORE_DOCUMENT_STREAM_H
#define STORE_DOCUMENT_STREAM_H

#include "store/document_store.h"
#include "store/query_text.h"

/* Are ids the order of the list? */
bool document_by_id(const struct document_query *query);
/* Writes the merge into `ids` ("SELECT id ... UNION ... ORDER BY 1", each id once), as it is for few rows or for all. *found_out false: there are no such streams, or too
 * many, and the query has to be read another way. */
dealer_status document_streams(
    struct env *env, struct connection *connection, const struct document_query *query, struct query_text *ids, bool *found_out);

#endif
