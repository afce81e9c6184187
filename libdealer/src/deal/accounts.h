/* Accounts (往来): what is owed, by whom, and what settles it. Items and movements are written here and nowhere else. An item is opened by
 * the document that causes it; whatever settles it is another item of the other direction, and both go down by the same amount: a receipt
 * opens what is owed back to the payer, and is set against what he owes. So nothing is ever lost between the two. Private to deal. */
#ifndef DEAL_ACCOUNTS_H
#define DEAL_ACCOUNTS_H

#include "deal/use_cases.h"
#include "store/account_store.h"

/* The moves of one document in one call. */
struct booking {
    const struct document *document;
    struct account_party party; /* texts live in the document, or in the call's region */
    struct account_stamp stamp;
    char day[11]; /* of the stamp */
};
/* The party of the document itself: its customer, or who the field party names. */
void booking_start(struct deal *deal, const struct document *document, struct booking *out);

/* Accounts move on the day of the call: its month must be open for the type, whatever month the document itself belongs to. */
dealer_status booking_check_month(struct deal *deal, const struct booking *booking);

/* Opens an item of the booking's party; under 0: under the document itself. */
struct opening {
    const char *kind, *due_on;
    int64_t amount, under;
    bool payable;
};
dealer_status booking_open(
    struct deal *deal, const struct booking *booking, const struct opening *opening, struct account_item *out);

/* Some items, each up to a limit. */
struct account_side {
    struct account_items list;
    int64_t *most; /* of each; NULL: all that is open of it */
};
/* Sets the sides against each other from the first on, no more than `amount` altogether; *applied_out is how much it was. */
dealer_status booking_apply(struct deal *deal, const struct booking *booking, struct account_side *a, struct account_side *b,
    int64_t amount, int64_t *applied_out);
/* How much is open. */
int64_t account_side_open(const struct account_side *side);
bool account_same_party(const struct account_party *a, const struct account_party *b);
/* Only items of the booking's party whose kind fits: "rent", "!deposit" (any but that), "*" (any). */
void account_side_keep(struct account_side *side, const struct booking *booking, const char *kind);
dealer_status account_side_read(struct deal *deal, const struct account_query *query, struct account_side *out);

/* Takes everything back that the document opened and applied; E_GATE_SETTLED when another document has settled some of it. */
dealer_status booking_undo(struct deal *deal, const struct document *document);

/* Amount fields of a type that are on account, one after another; false: no more. Who may not see them does not see the items. */
bool account_amount_field(const struct catalogue_type *type, size_t at, const struct catalogue_field **out);

/* May the asker read a document that causes items, and see all amounts of it? */
dealer_status account_amounts_seen(struct deal *deal, int64_t document, bool *out);

/* A receipt, payment, refund or set-off? (accounts_confirm.c) */
bool account_paper(const struct catalogue_type *type);

/* An amount in words of the document's currency; in the call's region. */
const char *account_words(struct deal *deal, const struct document *document, int64_t minor);

#endif
