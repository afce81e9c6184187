/* What opens an account: one table says of every type of document which receivables and payables it causes as it takes effect, and what
 * they are set off against at once. */
#include "deal/accounts.h"
#include "deal/claims.h"
#include "deal/stock.h"
#include <string.h>

enum {
    PAYABLE = 1,   /* else receivable */
    HELD = 2,      /* has no due date: nothing is applied to it unless it is chosen */
    WITHIN = 4,    /* no more than what it is set off against has open */
    AS_BEFORE = 8, /* as much as the row before it */
    LINES = 16,    /* one item a line, each with an amount and a due_on */
    HANDED = 32    /* opens nothing: what is open of the kind is set off, all of it */
};

/* A path is a field, or one of the document behind a link: "plan.lender". */
struct cause {
    const char *type;
    const char *when, *is; /* path, and the text it must hold; is NULL: it must be true; when NULL: always */
    const char *party;     /* path: a customer, or a name. Where there is none, nothing is owed */
    unsigned flags;
    const char *kind;
    const char *amount;  /* path */
    const char *due;     /* path; NULL or empty: today */
    const char *under;   /* path of the contract, plan or rental that it is settled under; NULL: the document itself */
    const char *against; /* kind of the open items there that it is set off against at once; NULL: none */
};

static const struct cause causes[] = {
    {"contract", NULL, NULL, "customer", 0, "down_payment", "down_payment", "signed_on", NULL, NULL},
    {"contract", NULL, NULL, "customer", 0, "financed", "amount_financed", "signed_on", NULL, NULL},
    {"contract", NULL, NULL, "customer", 0, "allowance", "allowance", "signed_on", NULL, NULL},
    {"contract", NULL, NULL, "customer", PAYABLE, "trade_in", "allowance", "signed_on", NULL, "allowance"},
    /* The lender owes what the customer does not owe any more. */
    {"financing_plan", NULL, NULL, "lender", 0, "disbursement", "amount", NULL, "contract", NULL},
    {"financing_plan", NULL, NULL, "customer", PAYABLE, "financing", "amount", NULL, "contract", "financed"},
    {"advance", NULL, NULL, "plan.lender", PAYABLE, "advance", "amount", "advanced_on", "plan", NULL},
    {"advance", NULL, NULL, "customer", 0, "advance", "amount", "advanced_on", "plan", NULL},
    {"repayment", NULL, NULL, "customer", PAYABLE | WITHIN, "made_good", "made_good", "paid_on", "plan", "advance"},
    {"repayment", NULL, NULL, "plan.lender", AS_BEFORE, "made_good", NULL, "paid_on", "plan", NULL},
    {"repurchase", NULL, NULL, "plan.lender", PAYABLE, "repurchase", "amount", "repurchased_on", "plan", NULL},
    {"repurchase", NULL, NULL, "plan.guarantor", 0, "guarantee", "guarantor_part", "repurchased_on", "plan", NULL},
    {"repurchase", NULL, NULL, "customer", PAYABLE, "advanced", "advanced", "repurchased_on", "plan", "advance"},
    {"repurchase", NULL, NULL, "customer", 0, "claim", "claim_remaining", "repurchased_on", "plan", NULL},
    {"stock_in", "source", "repossession", "repurchase.customer", PAYABLE | WITHIN, "recovered", "credit", "received_on",
        "repurchase.plan", "claim"},
    {"stock_in", "source", "sales_return", "contract.customer", PAYABLE, "sales_return", "credit", "received_on", "contract", "*"},
    {"purchase", NULL, NULL, "supplier", PAYABLE, "purchase", "price", "due_on", NULL, NULL},
    {"stock_out", "reason", "to_maker", "purchase.supplier", 0, "purchase_return", "credit", "issued_on", "purchase", "purchase"},
    {"margin_deposit", "direction", "received", "customer", 0, "margin", "amount", "deposited_on", NULL, NULL},
    {"margin_deposit", "direction", "received", "customer", PAYABLE | HELD, "margin_held", "amount", NULL, NULL, NULL},
    {"margin_deposit", "direction", "paid", "party", PAYABLE, "margin", "amount", "deposited_on", NULL, NULL},
    {"margin_deposit", "direction", "paid", "party", HELD, "margin_held", "amount", NULL, NULL, NULL},
    {"rental", NULL, NULL, "customer", 0, "deposit", "deposit", "starts_on", NULL, NULL},
    {"rental", NULL, NULL, "customer", PAYABLE | HELD, "deposit_held", "deposit", NULL, NULL, NULL},
    {"rental", NULL, NULL, "customer", LINES, "rent", "rents", NULL, NULL, NULL},
    {"rental_extension", NULL, NULL, "customer", LINES, "rent", "rents", NULL, "rental", NULL},
    {"rental_end", NULL, NULL, "customer", 0, "damage", "damage", "ended_on", "rental", NULL},
    {"rental_end", NULL, NULL, "customer", PAYABLE | HANDED, "deposit_held", "set_off", NULL, "rental", "!deposit"},
    {"insurance", "on_account", NULL, "customer", 0, "premium", "premium", "starts_on", NULL, NULL},
    {"insurance", "on_account", NULL, "insurer", PAYABLE, "premium", "premium", "starts_on", NULL, NULL},
    {"insurance", NULL, NULL, "insurer", 0, "commission", "commission", "starts_on", NULL, NULL},
    {"service_order", NULL, NULL, "customer", 0, "service", "amount", "planned_on", NULL, NULL},
};

/* -- paths -- */

/* The field at the end of a path, and the document that has it; *linked is to be freed. *out NULL where a link is empty. */
static dealer_status follow(struct deal *deal, const struct document *document, const char *path, struct document **linked,
    const struct document **out, const char **field) {
    const char *point = path ? strchr(path, '.') : NULL;
    char link[64];
    *linked = NULL;
    *out = document;
    *field = point ? point + 1 : path;
    if (!point || (size_t)(point - path) >= sizeof link) return DEALER_OK;
    memcpy(link, path, (size_t)(point - path));
    link[point - path] = '\0';
    dealer_status status = deal_load_link(deal, document, link, linked);
    *out = *linked;
    return status;
}

static dealer_status integer_at(struct deal *deal, const struct document *document, const char *path, int64_t *out) {
    struct document *linked = NULL;
    const struct document *from;
    const char *field;
    *out = 0;
    if (!path) return DEALER_OK;
    dealer_status status = follow(deal, document, path, &linked, &from, &field);
    if (!status && from) *out = deal_integer(from, field);
    document_free(linked);
    return status;
}

/* In the call's region; NULL where there is none. */
static dealer_status text_at(struct deal *deal, const struct document *document, const char *path, const char **out) {
    struct document *linked = NULL;
    const struct document *from;
    const char *field;
    *out = NULL;
    if (!path) return DEALER_OK;
    dealer_status status = follow(deal, document, path, &linked, &from, &field);
    const char *text = !status && from ? deal_text(from, field) : NULL;
    if (text && !(*out = region_copy(&deal->region, deal->env, text, strlen(text)))) status = DEALER_E_NOMEM;
    document_free(linked);
    return status;
}

static bool is_customer(const char *path) {
    const char *point = strrchr(path, '.');
    return strcmp(point ? point + 1 : path, "customer") == 0;
}

/* -- one row -- */

static dealer_status find_party(struct deal *deal, const struct document *document, const char *path, struct account_party *party) {
    party->customer = 0;
    party->party = NULL;
    return is_customer(path) ? integer_at(deal, document, path, &party->customer) : text_at(deal, document, path, &party->party);
}

static bool applies(const struct document *document, const struct cause *cause) {
    if (strcmp(cause->type, document->type->name) != 0) return false;
    if (!cause->when) return true;
    return cause->is ? deal_text_is(document, cause->when, cause->is) : deal_integer(document, cause->when) != 0;
}

struct opened {
    struct booking booking;
    const struct cause *cause;
    int64_t under, amount; /* of the row before, until a row has its own */
    struct account_side against;
};

static dealer_status open_one(struct deal *deal, struct opened *opened, const char *due_on, int64_t amount) {
    struct account_item item;
    struct account_side own = {{&item, 1, 1}, NULL};
    const struct cause *cause = opened->cause;
    int64_t applied = 0;
    struct opening opening = {cause->kind,
        cause->flags & HELD ? NULL
        : due_on            ? due_on
                            : opened->booking.day,
        amount, opened->under, (cause->flags & PAYABLE) != 0};
    if (!amount) return DEALER_OK;
    dealer_status status = booking_open(deal, &opened->booking, &opening, &item);
    if (!status && cause->against) status = booking_apply(deal, &opened->booking, &own, &opened->against, amount, &applied);
    return status;
}

static dealer_status open_lines(struct deal *deal, struct opened *opened) {
    const char *text = deal_text(opened->booking.document, opened->cause->amount);
    struct json *json = NULL;
    const json_value *line;
    if (!text) return DEALER_OK;
    dealer_status status = json_parse(deal->env, text, strlen(text), false, &json);
    if (status) return status;
    for (struct json_cursor each = json_each(json_root(json)); !status && (line = json_next(&each, NULL));)
        status =
            open_one(deal, opened, json_get_text(line, "due_on"), json_get_integer(json_get(line, "amount"), "amount_minor", 0));
    json_free(json);
    return status;
}

/* What was held is set off, to the cent. */
static dealer_status hand(struct deal *deal, struct opened *opened) {
    struct account_query query = {.list = ACCOUNT_UNDER, .key = opened->under, .payable = true};
    struct account_side held;
    int64_t applied = 0;
    dealer_status status = account_side_read(deal, &query, &held);
    if (status) return status;
    account_side_keep(&held, &opened->booking, opened->cause->kind);
    int64_t most = account_side_open(&opened->against);
    status = booking_apply(deal, &opened->booking, &held, &opened->against, opened->amount, &applied);
    if (!status && applied != opened->amount)
        status = error_raise(&deal->env->error, &E_GATE_SET_OFF, "document", deal_title(deal, opened->booking.document), "amount",
            account_words(deal, opened->booking.document, opened->amount), "rest",
            account_words(deal, opened->booking.document, most), NULL);
    return status;
}

/* What the row is set off against. */
static dealer_status read_against(struct deal *deal, struct opened *opened) {
    const struct cause *cause = opened->cause;
    struct account_query query = {.list = ACCOUNT_UNDER, .key = opened->under, .payable = (cause->flags & PAYABLE) == 0};
    if (!cause->against) return DEALER_OK;
    dealer_status status = account_side_read(deal, &query, &opened->against);
    if (!status) account_side_keep(&opened->against, &opened->booking, cause->against);
    return status;
}

static dealer_status find_amount(struct deal *deal, struct opened *opened) {
    unsigned flags = opened->cause->flags;
    if (flags & (AS_BEFORE | LINES)) return DEALER_OK;
    dealer_status status = integer_at(deal, opened->booking.document, opened->cause->amount, &opened->amount);
    if (status || !(flags & WITHIN)) return status;
    int64_t open = account_side_open(&opened->against);
    if (opened->amount > open) opened->amount = open;
    return DEALER_OK;
}

/* Under what it is settled, and so in which company: a machine may come back to another one than sold it. */
static dealer_status find_under(struct deal *deal, struct opened *opened) {
    const struct document *document = opened->booking.document;
    struct document *under = NULL;
    opened->booking.party.company = document_integer(document, COMMON_COMPANY);
    dealer_status status = integer_at(deal, document, opened->cause->under, &opened->under);
    if (!status && opened->under) status = deal_load(deal, opened->under, &under);
    if (under)
        opened->booking.party.company = document_integer(under, COMMON_COMPANY);
    else
        opened->under = document_id(document);
    document_free(under);
    return status;
}

static dealer_status open_row(struct deal *deal, struct opened *opened) {
    const struct document *document = opened->booking.document;
    const struct cause *cause = opened->cause;
    const char *due_on = NULL;
    dealer_status status = find_party(deal, document, cause->party, &opened->booking.party);
    if (status || (!opened->booking.party.customer && !opened->booking.party.party)) return status;
    status = booking_check_month(deal, &opened->booking);
    if (!status) status = find_under(deal, opened);
    if (!status) status = read_against(deal, opened);
    if (!status) status = find_amount(deal, opened);
    if (!status) status = text_at(deal, document, cause->due, &due_on);
    if (status) return status;
    if (cause->flags & LINES) return open_lines(deal, opened);
    return cause->flags & HANDED ? hand(deal, opened) : open_one(deal, opened, due_on, opened->amount);
}

dealer_status accounts_open(struct deal *deal, const struct document *document) {
    struct opened opened = {.cause = NULL};
    dealer_status status = DEALER_OK;
    booking_start(deal, document, &opened.booking);
    for (size_t i = 0; !status && i < sizeof causes / sizeof causes[0]; i++) {
        opened.cause = &causes[i];
        if (applies(document, opened.cause)) status = open_row(deal, &opened);
    }
    return status;
}

dealer_status accounts_undo(struct deal *deal, const struct document *document) {
    if (account_paper(document->type) && deal_integer(document, "confirmed"))
        return error_raise(&deal->env->error, &E_CONFIRMED, "document", deal_title(deal, document), NULL);
    return booking_undo(deal, document);
}

/* The fields of the type itself whose amounts are on account: who may not see one does not see the items either. */
bool account_amount_field(const struct catalogue_type *type, size_t at, const struct catalogue_field **out) {
    size_t found = 0;
    *out = NULL;
    if (account_paper(type)) {
        if (at == 0) *out = catalogue_field(type, "amount");
        return *out != NULL;
    }
    for (size_t i = 0; !*out && i < sizeof causes / sizeof causes[0]; i++)
        if (strcmp(causes[i].type, type->name) == 0 && causes[i].amount && !strchr(causes[i].amount, '.') && found++ == at)
            *out = catalogue_field(type, causes[i].amount);
    return *out != NULL;
}
