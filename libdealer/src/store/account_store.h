/* The ledger: items that are owed and the movements that opened, applied, released and closed them. What is open of an item is the sum of
 * its movements; the schema keeps that, this header only adds movements. */
#ifndef STORE_ACCOUNT_STORE_H
#define STORE_ACCOUNT_STORE_H

#include "base/region.h"
#include "catalogue/predicate.h"
#include "store/store.h"

/* Whose account, and where: only items that agree in all of it are ever set against each other. */
struct account_party {
    int64_t company, customer;    /* customer 0: the party has a name only */
    const char *party, *currency; /* party NULL: a customer */
};
struct account_item {
    int64_t id;
    struct account_party party;
    bool payable; /* else receivable */
    bool closed;
    const char *kind, *type; /* type of the document */
    int64_t document, under, amount, open;
    const char *due_on /* NULL: held */, *opened_on;
};
struct account_items {
    struct account_item *items;
    size_t count, capacity;
};
/* What moves an item, and when. */
struct account_stamp {
    int64_t document, at_ms, person /* whose call it is */;
    const char *day;
};

/* Inserts the item and its first movement; sets id and open. */
dealer_status store_account_open(
    struct env *env, struct connection *connection, struct account_item *item, const struct account_stamp *stamp);
/* Takes back one that nothing was applied to. */
dealer_status store_account_close(
    struct env *env, struct connection *connection, struct account_item *item, const struct account_stamp *stamp);
/* Sets two items of opposite direction against each other; a negative amount releases them. Changes open of both. */
dealer_status store_account_apply(struct env *env, struct connection *connection, struct account_item *a, struct account_item *b,
    int64_t amount, const struct account_stamp *stamp);

enum account_list { ACCOUNT_ONE, ACCOUNT_DUE, ACCOUNT_UNDER, ACCOUNT_OF_DOCUMENT, ACCOUNT_OF_PARTY };
struct account_query {
    enum account_list list;
    int64_t key;                       /* item, agreement or document */
    const struct account_party *party; /* DUE, OF_PARTY */
    bool payable;                      /* DUE, UNDER */
};
/* Appends; texts live in the region. */
dealer_status store_account_items(struct env *env, struct connection *connection, struct region *region,
    const struct account_query *query, struct account_items *out);

struct account_movement {
    int64_t document, other /* item; 0 */, amount;
    const char *kind, *day;
};
dealer_status store_account_movements(struct env *env, struct connection *connection, int64_t item,
    dealer_status (*row)(void *user_data, const struct account_movement *movement), void *user_data);
/* Pairs that a document has applied to each other, and holds. */
struct account_pair {
    int64_t item, other, amount;
};
struct account_pairs {
    struct account_pair *pairs;
    size_t count, capacity;
};
dealer_status store_account_applied(
    struct env *env, struct connection *connection, struct region *region, int64_t document, struct account_pairs *out);
/* A document other than `except` that has settled some of the item; 0: none. */
dealer_status store_account_settled_by(
    struct env *env, struct connection *connection, int64_t item, int64_t except, int64_t *document_out);

/* Types of causes, each with whose items of it the asker may see: his permission as a predicate. */
struct account_sight {
    const struct catalogue_type *type;
    const struct predicate *visible;
};
enum { AGEING_BUCKETS = 6 }; /* held, not due, 1-30, 31-60, 61-90, 91+ days overdue */
struct ageing_row {
    int64_t customer;
    const char *party, *currency;
    bool payable;
    int64_t count, amount[AGEING_BUCKETS];
};
struct ageing_query {
    const struct account_sight *sights;
    size_t count;
    int32_t day; /* as of the end of it */
};
/* One row a party, direction and currency. */
dealer_status store_account_ageing(struct env *env, struct connection *connection, const struct ageing_query *query,
    dealer_status (*row)(void *user_data, const struct ageing_row *row), void *user_data);
#endif
