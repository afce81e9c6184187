/* Stock-out (出库): a machine that is in stock leaves: delivered under a dispatch, rented out, returned to the maker, or on its way to another
 * warehouse, where a stock-in that names this document ends the way. */
#include "deal/stock.h"
#include <string.h>

static bool reason_is(const struct document *stock_out, const char *reason) {
    return deal_text_is(stock_out, "reason", reason);
}

static dealer_status check(struct deal *deal, struct document *stock_out) {
    struct document *rental = NULL;
    if (deal_integer(stock_out, "machine") || !deal_integer(stock_out, "rental")) return DEALER_OK;
    dealer_status status = deal_load_link(deal, stock_out, "rental", &rental);
    if (!status) status = deal_put_integer(deal, stock_out, "machine", deal_integer(rental, "machine"));
    document_free(rental);
    return status;
}

static dealer_status check_delivery(struct deal *deal, const struct document *stock_out) {
    struct document *dispatch = NULL;
    if (!reason_is(stock_out, "delivery")) return DEALER_OK;
    dealer_status status = gate_approved(deal, stock_out, "dispatch", &dispatch);
    if (!status && deal_integer(dispatch, "machine") != deal_integer(stock_out, "machine"))
        status = error_raise(&deal->env->error, &E_GATE_OTHER_MACHINE, "document", deal_title(deal, stock_out), "dispatch",
            deal_title(deal, dispatch), NULL);
    document_free(dispatch);
    return status;
}

static dealer_status check_rental(struct deal *deal, const struct document *stock_out) {
    struct document *rental = NULL;
    dealer_status status = gate_approved(deal, stock_out, "rental", &rental);
    if (!status) status = stock_check_same(deal, stock_out, rental);
    if (!status && !deal_text_is(rental, "state", "agreed"))
        status = error_raise(&deal->env->error, &E_GATE_RENTAL_STATE, "document", deal_title(deal, stock_out), "rental",
            deal_title(deal, rental), "state", deal_text(rental, "state"), "right", "agreed", NULL);
    document_free(rental);
    return status;
}

static dealer_status check_transfer(struct deal *deal, const struct document *stock_out, const struct document *machine) {
    const char *to = deal_text(stock_out, "to_warehouse"), *from = deal_text(machine, "warehouse");
    if (to && from && strcmp(to, from) != 0) return DEALER_OK;
    return error_raise(&deal->env->error, &E_GATE_TRANSFER, "document", deal_title(deal, stock_out), "warehouse", from, NULL);
}

/* -- back to the maker -- */

/* How the dealer came by the machine last; what only moved it since does not count. */
static dealer_status keep_arrival(void *user_data, const struct movement *movement) {
    static const char *const kinds[] = {"purchase", "demo", "trade_in", "repossession", "to_maker"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(movement->kind, kinds[i]) == 0) *(int64_t *)user_data = movement->document;
    return DEALER_OK;
}

/* The purchase that it came in with; none when it was bought without one, or came by another way. */
static dealer_status find_purchase(struct deal *deal, const struct document *stock_out, struct document **out) {
    struct document *arrival = NULL;
    int64_t last = 0;
    dealer_status status = store_movements(deal->env, deal->connection, deal_integer(stock_out, "machine"), keep_arrival, &last);
    if (!status && last) status = deal_load(deal, last, &arrival);
    if (!status && arrival) status = deal_load_link(deal, arrival, "purchase", out);
    document_free(arrival);
    return status;
}

/* What the maker is owed for it falls; what he has been paid already, he owes back. */
static dealer_status put_return(struct deal *deal, struct document *stock_out) {
    struct document *purchase = NULL;
    document_clear(stock_out, deal_field(stock_out, "purchase"));
    document_clear(stock_out, deal_field(stock_out, "credit"));
    if (!reason_is(stock_out, "to_maker")) return DEALER_OK;
    dealer_status status = find_purchase(deal, stock_out, &purchase);
    if (!status && purchase) {
        status = links_check_currency(deal, stock_out, catalogue_field(stock_out->type, "purchase"), purchase);
        if (!status) status = deal_put_integer(deal, stock_out, "purchase", document_id(purchase));
        if (!status) status = deal_put_integer(deal, stock_out, "credit", deal_integer(purchase, "price"));
        if (!status) status = deal_check_unlocked(deal, stock_out);
    }
    document_free(purchase);
    return status;
}

static dealer_status gate(struct deal *deal, struct document *stock_out) {
    struct document *machine = NULL;
    dealer_status status = check_delivery(deal, stock_out);
    if (!status) status = deal_load_link(deal, stock_out, "machine", &machine);
    if (!status) status = stock_check_in(deal, stock_out, machine);
    if (!status && !reason_is(stock_out, "delivery")) status = stock_check_free(deal, stock_out, machine, 0);
    if (!status && reason_is(stock_out, "rental")) status = check_rental(deal, stock_out);
    if (!status && reason_is(stock_out, "transfer")) status = check_transfer(deal, stock_out, machine);
    document_free(machine);
    return status ? status : put_return(deal, stock_out);
}

static const char *position_after(const struct document *stock_out) {
    if (reason_is(stock_out, "delivery")) return "delivered";
    if (reason_is(stock_out, "rental")) return "rented_out";
    return reason_is(stock_out, "transfer") ? "in_transit" : "outside";
}

static dealer_status effective(struct deal *deal, struct document *stock_out) {
    struct document *machine = NULL;
    struct stock_move move = {deal_text(stock_out, "reason"), position_after(stock_out), NULL, deal_text(stock_out, "issued_on")};
    dealer_status status = gate(deal, stock_out); /* time may have passed since submission */
    if (!status) status = deal_load_link(deal, stock_out, "machine", &machine);
    if (!status) status = stock_move(deal, machine, stock_out, &move);
    if (!status && reason_is(stock_out, "rental")) status = rental_went_out(deal, stock_out);
    document_free(machine);
    return status;
}

const struct deal_noun noun_stock_out = {"stock_out", check, gate, effective, NULL};
