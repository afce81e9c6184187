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

static dealer_status gate(struct deal *deal, struct document *stock_out) {
    struct document *machine = NULL;
    dealer_status status = check_delivery(deal, stock_out);
    if (!status) status = deal_load_link(deal, stock_out, "machine", &machine);
    if (!status) status = stock_check_in(deal, stock_out, machine);
    if (!status && !reason_is(stock_out, "delivery")) status = stock_check_free(deal, stock_out, machine, 0);
    if (!status && reason_is(stock_out, "rental")) status = check_rental(deal, stock_out);
    if (!status && reason_is(stock_out, "transfer")) status = check_transfer(deal, stock_out, machine);
    document_free(machine);
    return status;
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
