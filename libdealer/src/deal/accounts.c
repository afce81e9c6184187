/* The mechanism of accounts: opening items, setting them against each other, taking it all back. Knows no type of document. */
#include "deal/accounts.h"
#include "base/time.h"
#include <string.h>

void booking_start(struct deal *deal, const struct document *document, struct booking *out) {
    *out = (struct booking){.document = document};
    out->party.company = document_integer(document, COMMON_COMPANY);
    out->party.customer = document_integer(document, COMMON_CUSTOMER);
    out->party.currency = document_text(document, COMMON_CURRENCY);
    if (!out->party.customer) out->party.party = deal_text(document, "party");
    out->stamp.document = document_id(document);
    out->stamp.at_ms = deal->now_ms;
    out->stamp.person = deal->person;
    date_format(deal_today(deal), out->day);
}

dealer_status booking_check_month(struct deal *deal, const struct booking *booking) {
    const struct document *document = booking->document;
    char month[PERIOD_SIZE] = "";
    struct period period = {document_integer(document, COMMON_COMPANY), document->type->name, month};
    enum period_state state = PERIOD_OPEN;
    memcpy(month, booking->day, sizeof month - 1);
    dealer_status status = store_period_state(deal->env, deal->connection, &period, &state);
    if (status || state == PERIOD_OPEN) return status;
    return error_raise(&deal->env->error, &E_LOCKED_BOOKING, "document", deal_title(deal, document), "period", month, "type",
        document->type->name, NULL);
}

static struct account_stamp stamp_of(const struct booking *booking) {
    struct account_stamp stamp = booking->stamp;
    stamp.day = booking->day;
    return stamp;
}

dealer_status booking_open(
    struct deal *deal, const struct booking *booking, const struct opening *opening, struct account_item *out) {
    struct account_stamp stamp = stamp_of(booking);
    *out = (struct account_item){.party = booking->party,
        .payable = opening->payable,
        .kind = opening->kind,
        .type = booking->document->type->name,
        .document = document_id(booking->document),
        .under = opening->under ? opening->under : document_id(booking->document),
        .amount = opening->amount,
        .due_on = opening->due_on,
        .opened_on = booking->day};
    return store_account_open(deal->env, deal->connection, out, &stamp);
}

/* -- sides -- */

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool account_same_party(const struct account_party *a, const struct account_party *b) {
    return a->company == b->company && a->customer == b->customer && same_text(a->party, b->party) &&
           same_text(a->currency, b->currency);
}

static bool fits(const char *kind, const char *wanted) {
    if (wanted[0] == '!') return strcmp(kind, wanted + 1) != 0;
    return wanted[0] == '*' || strcmp(kind, wanted) == 0;
}

dealer_status account_side_read(struct deal *deal, const struct account_query *query, struct account_side *out) {
    *out = (struct account_side){{NULL, 0, 0}, NULL};
    return store_account_items(deal->env, deal->connection, &deal->region, query, &out->list);
}

void account_side_keep(struct account_side *side, const struct booking *booking, const char *kind) {
    size_t kept = 0;
    for (size_t i = 0; i < side->list.count; i++)
        if (account_same_party(&side->list.items[i].party, &booking->party) && fits(side->list.items[i].kind, kind))
            side->list.items[kept++] = side->list.items[i];
    side->list.count = kept;
}

int64_t account_side_open(const struct account_side *side) {
    int64_t sum = 0;
    for (size_t i = 0; i < side->list.count; i++) sum += side->list.items[i].open;
    return sum;
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* What may still be taken of the item at this place. */
static int64_t rest_at(const struct account_side *side, size_t at) {
    return side->most ? least(side->most[at], side->list.items[at].open) : side->list.items[at].open;
}

dealer_status booking_apply(struct deal *deal, const struct booking *booking, struct account_side *a, struct account_side *b,
    int64_t amount, int64_t *applied_out) {
    struct account_stamp stamp = stamp_of(booking);
    dealer_status status = DEALER_OK;
    int64_t rest = amount;
    size_t i = 0, j = 0;
    while (!status && rest && i < a->list.count && j < b->list.count) {
        int64_t part = least(rest, least(rest_at(a, i), rest_at(b, j)));
        if (part) status = store_account_apply(deal->env, deal->connection, &a->list.items[i], &b->list.items[j], part, &stamp);
        if (a->most) a->most[i] -= part;
        if (b->most) b->most[j] -= part;
        rest -= part;
        if (!rest_at(a, i))
            i++;
        else if (!rest_at(b, j))
            j++;
    }
    *applied_out = amount - rest;
    return status;
}

/* -- back -- */

static dealer_status check_not_settled(struct deal *deal, const struct document *document, const struct account_item *item) {
    struct document *other = NULL;
    int64_t by = 0;
    dealer_status status = store_account_settled_by(deal->env, deal->connection, item->id, document_id(document), &by);
    if (status || !by) return status;
    status = deal_load(deal, by, &other);
    if (!status)
        status = error_raise(
            &deal->env->error, &E_GATE_SETTLED, "document", deal_title(deal, document), "other", deal_title(deal, other), NULL);
    document_free(other);
    return status;
}

static dealer_status release(struct deal *deal, const struct account_stamp *stamp) {
    struct account_pairs pairs = {NULL, 0, 0};
    dealer_status status = store_account_applied(deal->env, deal->connection, &deal->region, stamp->document, &pairs);
    for (size_t i = 0; !status && i < pairs.count; i++) {
        struct account_item a = {.id = pairs.pairs[i].item}, b = {.id = pairs.pairs[i].other};
        status = store_account_apply(deal->env, deal->connection, &a, &b, -pairs.pairs[i].amount, stamp);
    }
    return status;
}

dealer_status booking_undo(struct deal *deal, const struct document *document) {
    struct account_query query = {.list = ACCOUNT_OF_DOCUMENT, .key = document_id(document)};
    struct account_side own;
    struct booking booking;
    booking_start(deal, document, &booking);
    struct account_stamp stamp = stamp_of(&booking);
    dealer_status status = account_side_read(deal, &query, &own);
    if (!status && (own.list.count || account_paper(document->type))) status = booking_check_month(deal, &booking);
    for (size_t i = 0; !status && i < own.list.count; i++) status = check_not_settled(deal, document, &own.list.items[i]);
    if (!status) status = release(deal, &stamp);
    for (size_t i = 0; !status && i < own.list.count; i++)
        status = store_account_close(deal->env, deal->connection, &own.list.items[i], &stamp);
    return status;
}

const char *account_words(struct deal *deal, const struct document *document, int64_t minor) {
    struct money money = {minor, ""};
    const char *currency = document_text(document, COMMON_CURRENCY);
    char text[32];
    if (currency) strncat(money.currency, currency, sizeof money.currency - 1);
    money_format(money, text, sizeof text);
    const char *copy = region_copy(&deal->region, deal->env, text, strlen(text));
    return copy ? copy : "";
}
