/* Receipts (收款), payments (付款), refunds (退款) and set-offs (往来冲抵): documents of money that count when they are confirmed. Confirming
 * applies them to the items that were chosen, else to the oldest; what is left over of a receipt or payment stays as the party's credit. */
#include "deal/accounts.h"
#include <string.h>

struct paper {
    const char *type;
    bool settles_payables; /* money goes out: what it opens is a receivable */
    bool settles_receivables;
    bool refunds; /* what a document behind it left with the dealer */
};
static const struct paper papers[] = {
    {"receipt", false, true, false},
    {"payment", true, false, false},
    {"refund", true, false, true},
    {"set_off", true, true, false},
};

static const struct paper *find_paper(const struct catalogue_type *type) {
    for (size_t i = 0; i < sizeof papers / sizeof papers[0]; i++)
        if (strcmp(papers[i].type, type->name) == 0) return &papers[i];
    return NULL;
}

bool account_paper(const struct catalogue_type *type) {
    return find_paper(type) != NULL;
}

/* -- what was chosen -- */

static dealer_status raise_item(
    struct deal *deal, const struct document *document, int64_t item, const char *right, const char *right_zh) {
    return error_raise(&deal->env->error, &E_GATE_ITEM, "document", deal_title(deal, document), "item", NUMBER(item), "right",
        right, "right_zh", right_zh, NULL);
}

/* A cause that the person may not read has no items for him. */
static dealer_status check_seen(struct deal *deal, const struct document *document, const struct account_item *item) {
    struct document *cause = NULL;
    if (!deal->person) return DEALER_OK;
    dealer_status status = deal_load(deal, item->document, &cause);
    if (!status && !link_may_read(deal, cause))
        status = raise_item(deal, document, item->id, "an item that is there", "存在的往来项目");
    document_free(cause);
    return status;
}

static bool has_item(const struct account_side *side, int64_t id) {
    for (size_t i = 0; i < side->list.count; i++)
        if (side->list.items[i].id == id) return true;
    return false;
}

/* The item that a line chooses. One of another company of the same party is told from none, to who may read it. */
static dealer_status read_item(struct deal *deal, const struct booking *booking, int64_t id, struct account_side *out) {
    struct account_query query = {.list = ACCOUNT_ONE, .key = id};
    const struct document *document = booking->document;
    struct account_item elsewhere = {0};
    dealer_status status = account_side_read(deal, &query, out);
    bool there = !status && out->list.count && !out->list.items[0].closed;
    if (there) elsewhere = out->list.items[0];
    if (!status) account_side_keep(out, booking, "*");
    if (status || (there && out->list.count)) return status;
    elsewhere.party.company = booking->party.company;
    elsewhere.party.currency = booking->party.currency;
    if (!there || !account_same_party(&elsewhere.party, &booking->party))
        return raise_item(deal, document, id, "an item that is there", "存在的往来项目");
    status = check_seen(deal, document, &elsewhere);
    return status ? status : raise_item(deal, document, id, "one of the same company and currency", "同一公司、同一币种的往来项目");
}

/* One line: appended to the side that its item is on. */
static dealer_status choose(
    struct deal *deal, const struct booking *booking, const json_value *line, struct account_side sides[2], bool seen) {
    int64_t id = json_get_integer(line, "item", 0), amount = json_get_integer(json_get(line, "amount"), "amount_minor", 0);
    struct account_side one;
    const struct document *document = booking->document;
    dealer_status status = read_item(deal, booking, id, &one);
    if (status) return status;
    struct account_side *side = &sides[one.list.items[0].payable];
    if (!side->most) return raise_item(deal, document, id, "one of the other direction", "另一方向的往来项目");
    if (has_item(side, id)) return raise_item(deal, document, id, "each item once", "每个项目只列一次");
    if (!amount || amount > one.list.items[0].open)
        return raise_item(deal, document, id, account_words(deal, document, one.list.items[0].open),
            account_words(deal, document, one.list.items[0].open));
    if (!seen) status = check_seen(deal, document, &one.list.items[0]);
    side->most[side->list.count] = amount;
    side->list.items[side->list.count++] = one.list.items[0];
    return status;
}

static dealer_status make_room(struct deal *deal, struct account_side *side, size_t count) {
    side->list.items = REGION_ARRAY(&deal->region, deal->env, struct account_item, count);
    side->most = REGION_ARRAY(&deal->region, deal->env, int64_t, count);
    side->list.capacity = count;
    return side->list.items && side->most ? DEALER_OK : DEALER_E_NOMEM;
}

/* Both sides as the lines say; empty where they say nothing. sides[0] are receivables, sides[1] payables. */
static dealer_status read_chosen(
    struct deal *deal, const struct booking *booking, const struct paper *paper, struct account_side sides[2], bool seen) {
    const char *text = deal_text(booking->document, "items");
    struct json *json = NULL;
    const json_value *line;
    memset(sides, 0, 2 * sizeof *sides);
    if (!text) return DEALER_OK;
    dealer_status status = json_parse(deal->env, text, strlen(text), false, &json);
    if (status) return status;
    size_t count = json_count(json_root(json));
    if (paper->settles_receivables && count) status = make_room(deal, &sides[0], count);
    if (!status && paper->settles_payables && count) status = make_room(deal, &sides[1], count);
    for (struct json_cursor each = json_each(json_root(json)); !status && (line = json_next(&each, NULL));)
        status = choose(deal, booking, line, sides, seen);
    json_free(json);
    return status;
}

static int64_t chosen_sum(const struct account_side *side) {
    int64_t sum = 0;
    for (size_t i = 0; i < side->list.count; i++) sum += side->most[i];
    return sum;
}

static dealer_status raise_sum(struct deal *deal, const struct document *document, const struct message *message, int64_t rest) {
    return error_raise(&deal->env->error, message, "document", deal_title(deal, document), "amount",
        account_words(deal, document, deal_integer(document, "amount")), "rest", account_words(deal, document, rest), NULL);
}

/* No more is chosen than there is money; a set-off moves the same on both sides. */
static dealer_status check_sums(
    struct deal *deal, const struct document *document, const struct paper *paper, const struct account_side sides[2]) {
    bool exact = paper->settles_receivables && paper->settles_payables;
    for (int i = 0; i < 2; i++) {
        int64_t sum = chosen_sum(&sides[i]), amount = deal_integer(document, "amount");
        if (sides[i].list.count && (sum > amount || (exact && sum != amount)))
            return raise_sum(deal, document, &E_GATE_CHOSEN, sum);
    }
    return DEALER_OK;
}

/* -- what a refund gives back -- */

struct source {
    const char *link;
    const char *under; /* link of the document behind it, whose items they are; NULL: its own */
    const char *kind, *unpaid /* kind of what must have been received first; NULL */;
};
static const struct source sources[] = {
    {"receipt", NULL, "receipt", NULL},
    {"margin_deposit", NULL, "margin_held", "margin"},
    {"rental_end", "rental", "deposit_held", "deposit"},
    {"stock_in", NULL, "sales_return", NULL},
};

static const struct source *find_source(const struct document *refund, size_t *count_out) {
    const struct source *found = NULL;
    *count_out = 0;
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (deal_integer(refund, sources[i].link)) {
            found = &sources[i];
            ++*count_out;
        }
    return found;
}

static void keep_kind(struct account_side *side, bool payable, const char *kind) {
    size_t kept = 0;
    for (size_t i = 0; i < side->list.count; i++) {
        const struct account_item *item = &side->list.items[i];
        if (item->payable == payable && strcmp(item->kind, kind) == 0) side->list.items[kept++] = *item;
    }
    side->list.count = kept;
}

/* What is left to give back, less what of it never came in. */
static dealer_status read_left(struct deal *deal, const struct booking *booking, struct account_side *out, int64_t *left_out) {
    size_t count = 0;
    const struct source *source = find_source(booking->document, &count);
    struct document *linked = NULL;
    struct account_side all;
    if (count != 1) return error_raise(&deal->env->error, &E_REFUND_SOURCE, "document", deal_title(deal, booking->document), NULL);
    dealer_status status = gate_approved(deal, booking->document, source->link, &linked);
    struct account_query query = {.list = ACCOUNT_OF_DOCUMENT};
    if (!status) query.key = source->under ? deal_integer(linked, source->under) : document_id(linked);
    if (!status) status = account_side_read(deal, &query, out);
    if (!status) status = account_side_read(deal, &query, &all);
    document_free(linked);
    if (status) return status;
    account_side_keep(out, booking, "*");
    keep_kind(out, true, source->kind);
    keep_kind(&all, false, source->unpaid ? source->unpaid : "");
    *left_out = account_side_open(out) - account_side_open(&all);
    return DEALER_OK;
}

static dealer_status read_refundable(struct deal *deal, const struct booking *booking, struct account_side *out) {
    int64_t left = 0;
    dealer_status status = read_left(deal, booking, out, &left);
    if (!status && deal_integer(booking->document, "amount") > left)
        status = raise_sum(deal, booking->document, &E_GATE_REFUND, left > 0 ? left : 0);
    return status;
}

/* -- submitting -- */

static dealer_status check(struct deal *deal, struct document *document) {
    if (!document_has(document, deal_field(document, "amount")) || deal_integer(document, "amount") > 0) return DEALER_OK;
    return error_raise(&deal->env->error, &E_AMOUNT_ZERO, "document", deal_title(deal, document), NULL);
}

static dealer_status check_party(struct deal *deal, const struct document *document) {
    if ((document_integer(document, COMMON_CUSTOMER) != 0) != (deal_text(document, "party") != NULL)) return DEALER_OK;
    return error_raise(&deal->env->error, &E_PARTY_ONE, "document", deal_title(deal, document), NULL);
}

static dealer_status gate(struct deal *deal, struct document *document) {
    const struct paper *paper = find_paper(document->type);
    struct account_side sides[2];
    struct booking booking;
    booking_start(deal, document, &booking);
    dealer_status status = check_party(deal, document);
    if (!status && paper->refunds) return read_refundable(deal, &booking, &sides[1]);
    if (!status) status = read_chosen(deal, &booking, paper, sides, false);
    return status ? status : check_sums(deal, document, paper, sides);
}

const struct deal_noun noun_receipt = {"receipt", check, gate, NULL, NULL};
const struct deal_noun noun_payment = {"payment", check, gate, NULL, NULL};
const struct deal_noun noun_refund = {"refund", check, gate, NULL, NULL};
const struct deal_noun noun_set_off = {"set_off", check, gate, NULL, NULL};

/* -- confirming -- */

/* What the money goes to: chosen, of the document behind a refund, or the oldest. */
static dealer_status read_sides(
    struct deal *deal, const struct booking *booking, const struct paper *paper, struct account_side sides[2]) {
    if (paper->refunds) return read_refundable(deal, booking, &sides[1]);
    dealer_status status = read_chosen(deal, booking, paper, sides, true);
    if (!status) status = check_sums(deal, booking->document, paper, sides);
    for (int i = 0; !status && i < 2; i++) {
        struct account_query query = {.list = ACCOUNT_DUE, .party = &booking->party, .payable = i == 1};
        if (!(i == 1 ? paper->settles_payables : paper->settles_receivables) || sides[i].list.count) continue;
        status = account_side_read(deal, &query, &sides[i]);
    }
    return status;
}

static dealer_status check_enough(struct deal *deal, const struct document *document, const struct account_side sides[2]) {
    for (int i = 0; i < 2; i++) {
        int64_t open = account_side_open(&sides[i]);
        if (open < deal_integer(document, "amount")) return raise_sum(deal, document, &E_GATE_SET_OFF_OPEN, open);
    }
    return DEALER_OK;
}

/* The money itself, on the side that the paper does not settle. */
static dealer_status open_money(
    struct deal *deal, const struct booking *booking, const struct paper *paper, struct account_side sides[2]) {
    struct account_side *own = &sides[paper->settles_payables ? 0 : 1];
    struct opening opening = {
        booking->document->type->name, booking->day, deal_integer(booking->document, "amount"), 0, paper->settles_receivables};
    *own = (struct account_side){{REGION_NEW(&deal->region, deal->env, struct account_item), 1, 1}, NULL};
    return own->list.items ? booking_open(deal, booking, &opening, own->list.items) : DEALER_E_NOMEM;
}

static dealer_status note_confirmed(struct deal *deal, struct document *document, const struct booking *booking, int64_t applied) {
    bool confirmed = booking != NULL;
    dealer_status status = deal_put_integer(deal, document, "confirmed", confirmed);
    if (!status) status = deal_put_text(deal, document, "confirmed_on", confirmed ? booking->day : NULL);
    if (!status && confirmed) status = deal_put_integer(deal, document, "applied", applied);
    if (!confirmed) document_clear(document, deal_field(document, "applied"));
    if (!status) status = deal_update(deal, document);
    return status ? status : deal_journal(deal, document, confirmed ? "confirmed" : "unconfirmed", NULL);
}

static dealer_status confirm(struct deal *deal, struct document *document, const struct paper *paper) {
    struct account_side sides[2] = {{{NULL, 0, 0}, NULL}, {{NULL, 0, 0}, NULL}};
    struct booking booking;
    int64_t applied = 0;
    bool both = paper->settles_payables && paper->settles_receivables;
    booking_start(deal, document, &booking);
    dealer_status status = booking_check_month(deal, &booking);
    if (!status) status = read_sides(deal, &booking, paper, sides);
    if (!status && both) status = check_enough(deal, document, sides);
    if (!status && !both) status = open_money(deal, &booking, paper, sides);
    if (!status) status = booking_apply(deal, &booking, &sides[0], &sides[1], deal_integer(document, "amount"), &applied);
    return status ? status : note_confirmed(deal, document, &booking, applied);
}

static dealer_status unconfirm(struct deal *deal, struct document *document) {
    dealer_status status = booking_undo(deal, document);
    return status ? status : note_confirmed(deal, document, NULL, 0);
}

dealer_status document_confirm(struct deal *deal, struct document *document, bool confirmed) {
    const struct paper *paper = find_paper(document->type);
    if (!paper) return error_raise(&deal->env->error, &E_CONFIRM_TYPE, "type", document->type->name, NULL);
    bool is = deal_integer(document, "confirmed") != 0;
    if (!document_status_is(document, STATUS_APPROVED) || is == confirmed)
        return error_raise(&deal->env->error, &E_CONFIRM_STATE, "document", deal_title(deal, document), "status",
            is ? "confirmed" : document_text(document, COMMON_STATUS), "right",
            confirmed ? "approved and not confirmed" : "confirmed", "right_zh", confirmed ? "已批准且未确认" : "已确认", NULL);
    return confirmed ? confirm(deal, document, paper) : unconfirm(deal, document);
}
