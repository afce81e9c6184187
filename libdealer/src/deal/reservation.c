/* Reservations (整机预留): a machine in stock is promised to one contract, so that two can't sell it. The promise ends as the machine leaves, as
 * the reservation is voided, and as the contract behind it is voided or its pre-order lost. */
#include "deal/stock.h"

static bool contract_lives(const struct document *contract) {
    return !document_status_is(contract, STATUS_VOIDED) && !document_status_is(contract, STATUS_REJECTED);
}

/* No more machines are promised than the contract sells. */
static dealer_status check_quantity(struct deal *deal, const struct document *reservation, const struct document *contract) {
    int64_t quantity = deal_integer(contract, "quantity"), taken = 0;
    dealer_status status = stock_count_living(deal, "reservation", "contract", contract, document_id(reservation), &taken);
    if (!status && taken >= (quantity ? quantity : 1))
        status = error_raise(&deal->env->error, &E_GATE_RESERVED_ENOUGH, "document", deal_title(deal, reservation), "contract",
            deal_title(deal, contract), "quantity", NUMBER(quantity ? quantity : 1), NULL);
    return status;
}

static dealer_status gate(struct deal *deal, struct document *reservation) {
    struct document *contract = NULL, *machine = NULL;
    dealer_status status = deal_load_link(deal, reservation, "contract", &contract);
    if (!status && !contract_lives(contract))
        status = error_raise(&deal->env->error, &E_GATE_NOT_APPROVED, "document", deal_title(deal, reservation), "linked",
            deal_title(deal, contract), "status", document_text(contract, COMMON_STATUS), NULL);
    if (!status) status = deal_load_link(deal, reservation, "machine", &machine);
    if (!status) status = stock_check_in(deal, reservation, machine);
    if (!status) status = stock_check_free(deal, reservation, machine, 0);
    if (!status) status = check_quantity(deal, reservation, contract);
    document_free(machine);
    document_free(contract);
    return status;
}

static dealer_status effective(struct deal *deal, struct document *reservation) {
    struct document *machine = NULL;
    dealer_status status = gate(deal, reservation);
    if (!status) status = deal_load_link(deal, reservation, "machine", &machine);
    if (!status) status = deal_check_unlocked(deal, machine);
    if (!status) status = deal_put_integer(deal, machine, "reserved_for", deal_integer(reservation, "contract"));
    if (!status) status = deal_update(deal, machine);
    document_free(machine);
    return status;
}

static dealer_status undo(struct deal *deal, struct document *reservation) {
    return stock_release(deal, reservation);
}

const struct deal_noun noun_reservation = {"reservation", NULL, gate, effective, undo};

/* -- the contract is gone -- */

static dealer_status fall(struct deal *deal, struct document *reservation, const char *reason) {
    dealer_status status = deal_check_unlocked(deal, reservation);
    return status ? status : document_make_void(deal, reservation, reason);
}

dealer_status reservations_fall(struct deal *deal, const struct document *contract, const char *reason) {
    const struct catalogue_type *type = catalogue_type(deal->snapshot->catalogue, "reservation");
    struct document_ids list;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "contract"), document_id(contract), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *reservation = NULL;
        status = deal_load(deal, list.ids[i], &reservation);
        bool stands = !status && !document_status_is(reservation, STATUS_VOIDED) &&
                      !document_status_is(reservation, STATUS_IN_APPROVAL); /* one on its way is stopped by its own gate */
        if (stands) status = fall(deal, reservation, reason);
        document_free(reservation);
    }
    return status;
}

dealer_status reservations_fall_with(struct deal *deal, const struct document *pre_order, const char *reason) {
    const struct catalogue_type *type = catalogue_type(deal->snapshot->catalogue, "contract");
    struct document_ids list;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "pre_order"), document_id(pre_order), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *contract = NULL;
        status = deal_load(deal, list.ids[i], &contract);
        if (!status) status = reservations_fall(deal, contract, reason);
        document_free(contract);
    }
    return status;
}
