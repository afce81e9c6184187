/* Documents as rows: which columns are selected for a type, and a row of them as a document. */
#ifndef STORE_DOCUMENT_ROW_H
#define STORE_DOCUMENT_ROW_H

#include "store/document_store.h"
#include "store/query_text.h"

/* "SELECT <every stored field>, <state of its period>, <did the person take part>": what FROM names has to go before what is beside it. */
void document_columns(struct query_text *query);
void document_beside(struct query_text *query, int64_t person);
/* Both, with FROM between them. */
void document_select(struct query_text *query, int64_t person);
/* The current row of such a statement; own fields are fetched too. room: where it is to lie, or NULL for a region of its own. */
dealer_status document_from_row(
    struct env *env, struct statement *statement, const struct catalogue_type *type, struct region *room, struct document **out);
/* The current row of select_document: the type's name, then what every document has; own fields are fetched too. */
dealer_status document_from_header(
    struct env *env, struct statement *statement, const struct catalogue_type *type, struct document **out);
/* The current row of the other stored fields, in catalogue order. */
dealer_status document_read_typed(struct env *env, struct statement *statement, struct document *document);
/* A list as one statement: a page of what a query sees. */
dealer_status document_list(
    struct env *env, struct connection *connection, const struct document_query *query, struct query_text *text);

#endif
