/* Documents of every type, generically from the catalogue: header row, typed row of built-in types, own fields. */
#ifndef STORE_DOCUMENT_STORE_H
#define STORE_DOCUMENT_STORE_H

#include "catalogue/document.h"
#include "catalogue/predicate.h"
#include "store/store.h"

/* None of these touches what finance has locked, by itself or with its period: DEALER_E_LOCKED. */

/* Inserts; sets id, version 1, created/updated (from now_ms) and period in the document. */
dealer_status store_document_insert(struct env *env, struct connection *connection, struct document *document, int64_t now_ms);
/* Writes all values where the stored version is still the document's, which becomes +1. E_VERSION_STALE (CONFLICT). */
dealer_status store_document_update(struct env *env, struct connection *connection, struct document *document, int64_t now_ms);
dealer_status store_document_delete(struct env *env, struct connection *connection, const struct document *document);
/* A lock of its own: the one change that such a lock does not stop. */
dealer_status store_document_lock(
    struct env *env, struct connection *connection, struct document *document, bool locked, int64_t now_ms);
/* Counts up with each of these four, on this connection. */
int64_t store_document_writes(const struct connection *connection);
/* NOT_FOUND when there is none. person: employee id, to set document->participant; 0: none. */
dealer_status store_document_load(struct env *env, struct connection *connection, const struct catalogue *catalogue, int64_t id,
    int64_t person, struct document **out);

/* -- period.c: months that finance has taken out of change, for a type in a company -- */
struct period {
    int64_t company;
    const char *type, *month; /* YYYY-MM */
};
dealer_status store_period_state(
    struct env *env, struct connection *connection, const struct period *period, enum period_state *out);
dealer_status store_period_put(struct env *env, struct connection *connection, const struct period *period, enum period_state state,
    int64_t person, int64_t now_ms);
/* DEALER_E_LOCKED with which period of the document it is, and what to do. */
dealer_status store_period_refuse(struct env *env, struct connection *connection, const struct document *document);
/* Those that are not open, of a company (0: of all), from a month on: array of {"company", "type", "period", "state", "person",
 * "at_ms"}. */
dealer_status store_periods(
    struct env *env, struct connection *connection, int64_t company, const char *from, json_value *rows, struct json *json);

struct document_query {
    const struct catalogue_type *type;
    const struct predicate *visible; /* the caller's permission */
    const struct predicate *filter;  /* NULL: all */
    const struct catalogue_field *order;
    bool descending; /* NULL: by id */
    bool has_after;
    struct value after;
    int64_t after_id; /* keyset: the last row of the page before */
    int64_t limit;
    int64_t person;
    struct predicate_world world; /* where departments lie, for a page to ask it row by row; zeroed: the store looks itself */
    struct region *room;          /* where the documents lie; NULL: each in a region of its own */
};
struct document_cursor;
dealer_status store_document_query(
    struct env *env, struct connection *connection, const struct document_query *query, struct document_cursor **out);
/* *out NULL at the end. */
dealer_status store_document_next(struct env *env, struct document_cursor *cursor, struct document **out);
void store_document_cursor_free(struct document_cursor *cursor);
struct document_count {
    int64_t cap; /* counts no further; 0: to the end */
    int64_t count;
    bool cut; /* there are more */
};
dealer_status store_document_count(
    struct env *env, struct connection *connection, const struct document_query *query, struct document_count *out);
/* Sums of integer-kind field, grouped: array of {"group": value, "count": n, "sum": n}; group NULL: one row. Overflow: error. */
struct document_sum {
    const struct catalogue_field *field, *group;
};
dealer_status store_document_sum(struct env *env, struct connection *connection, const struct document_query *query,
    const struct document_sum *sum, json_value *rows, struct json *json);
struct document_ids {
    int64_t *ids;
    size_t capacity, count;
};
/* Ids of documents of a type whose link field points at `target`, oldest first, at most the capacity. */
dealer_status store_document_linked(struct env *env, struct connection *connection, const struct catalogue_field *link,
    const struct catalogue_type *type, int64_t target, struct document_ids *out);
/* The next number of company x type x year, without gaps: only inside the write transaction that puts it into a document,
 * which is never deleted from then on. An invariant counts both. */
dealer_status store_number_next(
    struct env *env, struct connection *connection, int64_t company, const char *type, int year, int64_t *out);
/* Where a copied field came from. */
struct field_source {
    const char *field;
    int64_t document;
    const char *source_field;
    int64_t version;
};
dealer_status store_field_source_put(
    struct env *env, struct connection *connection, int64_t document, const struct field_source *source);
dealer_status store_field_sources(
    struct env *env, struct connection *connection, int64_t document, json_value *rows, struct json *json);
#endif
