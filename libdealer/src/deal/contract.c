/* Contracts (合同): made from a pre-order, whose trade-in comes along by itself; price - allowance - down payment = amount financed. */
#include "deal/use_cases.h"
#include <string.h>

static struct money amount(const struct document *document, const char *field) {
    return document_money(document, catalogue_field(document->type, field));
}

static bool alive(const struct document *document) {
    return !document_status_is(document, STATUS_VOIDED) && !document_status_is(document, STATUS_REJECTED);
}

/* The newest living trade-in of the pre-order; *out NULL when there is none. */
static dealer_status find_trade_in(struct deal *deal, int64_t pre_order, struct document **out) {
    struct document_ids list;
    const struct catalogue_type *type = catalogue_type(deal->snapshot->catalogue, "trade_in");
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "pre_order"), pre_order, &list);
    *out = NULL;
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *trade_in = NULL;
        status = deal_load(deal, list.ids[i], &trade_in);
        if (!status && alive(trade_in)) {
            document_free(*out);
            *out = trade_in;
        } else {
            document_free(trade_in);
        }
    }
    if (status) {
        document_free(*out);
        *out = NULL;
    }
    return status;
}

static dealer_status bring_trade_in(struct deal *deal, struct document *contract) {
    struct document *trade_in = NULL;
    int64_t allowance = 0;
    dealer_status status = find_trade_in(deal, deal_integer(contract, "pre_order"), &trade_in);
    if (status) return status;
    if (trade_in) {
        if (document_status_is(trade_in, STATUS_APPROVED)) allowance = deal_integer(trade_in, "allowance");
        status = deal_put_integer(deal, contract, "trade_in", document_id(trade_in));
    } else {
        document_clear(contract, deal_field(contract, "trade_in"));
    }
    if (!status) status = deal_put_integer(deal, contract, "allowance", allowance);
    document_free(trade_in);
    return status;
}

/* What is in approval is what was submitted, also when a trade-in is made meanwhile. */
static dealer_status check(struct deal *deal, struct document *contract) {
    return document_status_is(contract, STATUS_IN_APPROVAL) ? DEALER_OK : bring_trade_in(deal, contract);
}

static dealer_status check_amounts(struct deal *deal, const struct document *contract) {
    struct money rest, financed = amount(contract, "amount_financed");
    char right[32], found[32];
    dealer_status status = money_subtract(deal->env, amount(contract, "price"), amount(contract, "allowance"), &rest);
    if (!status) status = money_subtract(deal->env, rest, amount(contract, "down_payment"), &rest);
    if (status || rest.minor == financed.minor) return status;
    money_format(rest, right, sizeof right);
    money_format(financed, found, sizeof found);
    return error_raise(
        &deal->env->error, &E_GATE_CONTRACT_AMOUNTS, "document", deal_title(deal, contract), "found", found, "right", right, NULL);
}

static dealer_status gate_if_linked(struct deal *deal, const struct document *contract, const char *field) {
    struct document *linked = NULL;
    if (!deal_integer(contract, field)) return DEALER_OK;
    dealer_status status = gate_approved(deal, contract, field, &linked);
    document_free(linked);
    return status;
}

static dealer_status gate(struct deal *deal, struct document *contract) {
    dealer_status status = gate_open_pre_order(deal, contract);
    if (!status) status = gate_if_linked(deal, contract, "sales");
    if (!status) status = gate_if_linked(deal, contract, "trade_in");
    return status ? status : check_amounts(deal, contract);
}

static dealer_status put_outcome(struct deal *deal, const struct document *contract, const char *outcome, const char *event) {
    struct document *pre_order = NULL;
    dealer_status status = deal_load_link(deal, contract, "pre_order", &pre_order);
    if (!status) status = deal_check_unlocked(deal, pre_order);
    if (!status) status = deal_put_text(deal, pre_order, "outcome", outcome);
    if (!status) status = deal_update(deal, pre_order);
    if (!status) status = deal_journal(deal, pre_order, event, NULL);
    document_free(pre_order);
    return status;
}

/* A contract in force wins its pre-order. Time has passed since submission: another contract may have won it, or it may be lost. */
static dealer_status effective(struct deal *deal, struct document *contract) {
    dealer_status status = gate_open_pre_order(deal, contract);
    return status ? status : put_outcome(deal, contract, "won", "won");
}

static dealer_status undo(struct deal *deal, struct document *contract) {
    return put_outcome(deal, contract, "open", "opened_again");
}

const struct deal_noun noun_contract = {"contract", check, gate, effective, undo};
