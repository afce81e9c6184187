/* Documents as rows: which columns are selected for a type, and a row of them as a document. */
#ifndef STORE_DOCUMENT_ROW_H
#define STORE_DOCUMENT_ROW_H

#include "store/document_store.h"
#include "store/query_text.h"

/* "SELECT <every stored field>, <participant>" */
void document_columns(struct query_text *query, int64_t person);
/* The same, followed by FROM. */
void document_select(struct query_text *query, int64_t person);
/* The current row of such a statement; own fields are fetched too. */
dealer_status document_from_row(
    struct env *env, struct statement *statement, const struct catalogue_type *type, struct document **out);
/* The current row of select_document: the type's name, then what every document has; own fields are fetched too. */
dealer_status document_from_header(
    struct env *env, struct statement *statement, const struct catalogue_type *type, struct document **out);
/* The current row of the other stored fields, in catalogue order. */
dealer_status document_read_typed(struct env *env, struct statement *statement, struct document *document);
/* A list as one statement: a page of what a query sees. */
void document_list(struct query_text *text, const struct document_query *query);

#endif
