/* Dispatch applications (发车申请): an approved contract, a machine that is in stock and not promised to another contract. The money that
 * the company asks for first is a policy rule. */
#include "deal/stock.h"
#include <string.h>

static dealer_status check_machine(struct deal *deal, const struct document *dispatch, const struct document *machine) {
    dealer_status status = stock_check_in(deal, dispatch, machine);
    return status ? status : stock_check_free(deal, dispatch, machine, deal_integer(dispatch, "contract"));
}

/* No more machines leave under a contract than it sells. */
static dealer_status check_quantity(struct deal *deal, const struct document *dispatch, const struct document *contract) {
    const struct catalogue_field *link = catalogue_field(dispatch->type, "contract");
    int64_t quantity = deal_integer(contract, "quantity"), taken = 0;
    struct document_ids list;
    dealer_status status = deal_linked(deal, dispatch->type, link, document_id(contract), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *other = NULL;
        status = deal_load(deal, list.ids[i], &other);
        if (!status && list.ids[i] != document_id(dispatch))
            taken += document_status_is(other, STATUS_APPROVED) || document_status_is(other, STATUS_IN_APPROVAL);
        document_free(other);
    }
    if (!status && taken >= (quantity ? quantity : 1))
        status = error_raise(&deal->env->error, &E_GATE_QUANTITY, "document", deal_title(deal, dispatch), "contract",
            deal_title(deal, contract), "quantity", NUMBER(quantity ? quantity : 1), NULL);
    return status;
}

static dealer_status gate(struct deal *deal, struct document *dispatch) {
    struct document *contract = NULL, *machine = NULL;
    dealer_status status = gate_approved(deal, dispatch, "contract", &contract);
    if (!status) status = deal_load_link(deal, dispatch, "machine", &machine);
    if (!status) status = check_machine(deal, dispatch, machine);
    if (!status) status = check_quantity(deal, dispatch, contract);
    document_free(contract);
    document_free(machine);
    return status;
}

/* Time has passed since submission: the machine must still be there, and is now promised. */
static dealer_status effective(struct deal *deal, struct document *dispatch) {
    struct document *machine = NULL;
    dealer_status status = deal_load_link(deal, dispatch, "machine", &machine);
    if (!status) status = check_machine(deal, dispatch, machine);
    if (!status) status = deal_put_integer(deal, machine, "reserved_for", deal_integer(dispatch, "contract"));
    if (!status) status = deal_update(deal, machine);
    document_free(machine);
    return status;
}

/* The machine is promised no more, unless a reservation keeps it. */
static dealer_status undo(struct deal *deal, struct document *dispatch) {
    return stock_release(deal, dispatch);
}

const struct deal_noun noun_dispatch = {"dispatch", NULL, gate, effective, undo};
