/* SQL made at run time, with the values to bind: names come quoted from the catalogue, values only ever as parameters.
 * Failure is sticky and told by query_text_lend. In such SQL d is the document and t its typed row, unless said otherwise. */
#ifndef STORE_QUERY_TEXT_H
#define STORE_QUERY_TEXT_H

#include "base/text.h"
#include "catalogue/predicate.h"
#include "store/statement.h"

struct query_text {
    struct env *env;
    const struct catalogue_type *type;
    const char *header, *typed; /* what document and typed row are called */
    struct text sql;
    struct region region; /* texts made for parameters */
    struct value *values; /* borrowed texts */
    size_t count, capacity;
    int64_t took_part_of; /* the person for whom took_part stands beside the document; 0: nobody */
    bool few_rows;        /* a page is wanted, not everything: conditions are asked row by row */
    bool has_world;       /* the connection knows where departments lie */
    dealer_status status;
};

void query_text_init(struct query_text *query, struct env *env, const struct catalogue_type *type, const struct seams *seams);
void query_text_finish(struct query_text *query);

void query_text_add(struct query_text *query, const char *sql);
void query_text_name(struct query_text *query, const char *name);                /* "name" */
void query_text_value(struct query_text *query, struct value value);             /* ? */
void query_text_integer(struct query_text *query, int64_t value);                /* ? */
void query_text_text(struct query_text *query, const char *text);                /* ?, borrowed */
void query_text_literal(struct query_text *query, const char *text);             /* 'text' */
void query_text_append(struct query_text *query, const struct query_text *part); /* the values stay whose they are */
/* The column that holds a field, wherever it is. */
void query_text_field(struct query_text *query, const struct catalogue_field *field);
void query_text_period_state(struct query_text *query); /* of the document's period: NULL, 'held' or 'closed' */
/* "document AS d LEFT JOIN <type> AS t" */
void query_text_document(struct query_text *query);
void query_text_add_typed(struct query_text *query); /* " LEFT JOIN <type> AS t" */
void query_text_from(struct query_text *query);      /* the same behind FROM */
/* The same, reading the typed row first: " FROM <type> AS t CROSS JOIN ..." */
void query_text_from_typed(struct query_text *query);
/* The same, with the typed row only where one of these conditions (NULL: none) needs it. */
void query_text_from_for(struct query_text *query, const struct predicate *visible, const struct predicate *filter,
    const struct catalogue_field *field, const struct catalogue_field *other);
/* Does a condition (NULL: none) need the typed row? */
bool query_text_asks_typed(const struct query_text *query, const struct predicate *predicate);
/* A condition that is never NULL. */
void query_text_predicate(struct query_text *query, const struct predicate *predicate);

/* The statement with all values bound. They, and so this query, must stay until it is returned. */
dealer_status query_text_lend(struct query_text *query, struct connection *connection, struct statement *out);

/* Where a field is stored. */
bool field_is_common(const struct catalogue_field *field);
bool field_is_own(const struct catalogue_type *type, const struct catalogue_field *field);
bool type_has_table(const struct catalogue_type *type);
/* How many of its first fields have columns; own ones come last. */
int type_columns(const struct catalogue_type *type);
const char *common_column(enum common_field field);

#endif
