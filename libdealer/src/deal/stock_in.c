/* Stock-in (入库): a machine arrives, with its source. Sources other than purchase name the document behind them, each once; a machine that
 * is somewhere else in the dealer's books comes in only by what brings it back from there. */
#include "deal/stock.h"
#include <string.h>

static bool source_is(const struct document *stock_in, const char *source) {
    return deal_text_is(stock_in, "source", source);
}

static dealer_status find_machine(struct deal *deal, const struct document *stock_in, struct document **out) {
    return stock_find(deal, deal_text(stock_in, "brand"), deal_text(stock_in, "serial_number"), out);
}

static dealer_status raise_source(
    struct deal *deal, const struct document *stock_in, const char *needed_en, const char *needed_zh) {
    return error_raise(&deal->env->error, &E_GATE_SOURCE_DOCUMENT, "document", deal_title(deal, stock_in), "source",
        deal_text(stock_in, "source"), "needed", needed_en, "needed_zh", needed_zh, NULL);
}

/* -- what the document behind it says of the machine is not typed again -- */

static dealer_status fill_from(struct deal *deal, struct document *stock_in, const struct document *source) {
    static const char *const names[] = {"category", "brand", "model", "serial_number", "year", "hours"};
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < sizeof names / sizeof names[0]; i++) {
        int from = deal_field(source, names[i]), to = deal_field(stock_in, names[i]);
        if (from < 0 || document_has(stock_in, to) || !document_has(source, from)) continue;
        const struct value *value = &source->values[from];
        status = value->kind == VALUE_TEXT ? document_put_text(deal->env, stock_in, to, value->text, value->length)
                                           : document_put_integer(deal->env, stock_in, to, value->integer);
    }
    return status;
}

static dealer_status fill_from_machine_of(struct deal *deal, struct document *stock_in, const char *link) {
    struct document *linked = NULL, *machine = NULL;
    dealer_status status = deal_load_link(deal, stock_in, link, &linked);
    if (!status && linked) status = deal_load_link(deal, linked, "machine", &machine);
    if (!status && machine) status = fill_from(deal, stock_in, machine);
    if (!status && linked && strcmp(link, "transfer") == 0 && !deal_text(stock_in, "warehouse"))
        status = deal_put_text(deal, stock_in, "warehouse", deal_text(linked, "to_warehouse"));
    document_free(machine);
    document_free(linked);
    return status;
}

static dealer_status check(struct deal *deal, struct document *stock_in) {
    static const char *const links[] = {"transfer", "repurchase", "rental"};
    struct document *purchase = NULL;
    dealer_status status = deal_load_link(deal, stock_in, "purchase", &purchase);
    if (!status && purchase) status = fill_from(deal, stock_in, purchase);
    document_free(purchase);
    for (size_t i = 0; !status && i < sizeof links / sizeof links[0]; i++) status = fill_from_machine_of(deal, stock_in, links[i]);
    return status;
}

/* -- the document behind it -- */

/* Each comes in once. */
static dealer_status check_once(struct deal *deal, const struct document *stock_in, const char *field) {
    struct document_ids list;
    dealer_status status =
        deal_linked(deal, stock_in->type, catalogue_field(stock_in->type, field), deal_integer(stock_in, field), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *other = NULL;
        status = deal_load(deal, list.ids[i], &other);
        if (!status && list.ids[i] != document_id(stock_in) && document_status_is(other, STATUS_APPROVED))
            status = error_raise(&deal->env->error, &E_GATE_ALREADY_IN, "document", deal_title(deal, stock_in), "other",
                deal_title(deal, other), NULL);
        document_free(other);
    }
    return status;
}

static dealer_status check_serial(struct deal *deal, const struct document *stock_in, const struct document *source) {
    if (deal_text_is(stock_in, "serial_number", deal_text(source, "serial_number"))) return DEALER_OK;
    return error_raise(&deal->env->error, &E_GATE_SERIAL, "document", deal_title(deal, stock_in), "found",
        deal_text(stock_in, "serial_number"), "right", deal_text(source, "serial_number"), NULL);
}

/* The approved document behind the link, of this machine. */
static dealer_status check_named(struct deal *deal, const struct document *stock_in, const char *link, struct document **out) {
    struct document *linked = NULL, *machine = NULL;
    dealer_status status = gate_approved(deal, stock_in, link, &linked);
    if (status) return status;
    bool itself = deal_field(linked, "serial_number") >= 0;
    if (!itself) status = deal_load_link(deal, linked, "machine", &machine);
    if (!status) status = check_serial(deal, stock_in, itself ? linked : machine);
    document_free(machine);
    if (status)
        document_free(linked);
    else
        *out = linked;
    return status;
}

static dealer_status check_bought(struct deal *deal, const struct document *stock_in) {
    struct document *purchase = NULL;
    if (!deal_integer(stock_in, "purchase")) return DEALER_OK; /* the one source that need not name its document */
    dealer_status status = check_named(deal, stock_in, "purchase", &purchase);
    if (!status && (deal_integer(purchase, "demo") != 0) != source_is(stock_in, "demo"))
        status = error_raise(
            &deal->env->error, &E_GATE_DEMO, "document", deal_title(deal, stock_in), "purchase", deal_title(deal, purchase), NULL);
    document_free(purchase);
    return status ? status : check_once(deal, stock_in, "purchase");
}

/* Once, from the document behind the link, which it must name. */
static dealer_status check_from(
    struct deal *deal, const struct document *stock_in, const char *link, const char *en, const char *zh) {
    struct document *source = NULL;
    if (!deal_integer(stock_in, link)) return raise_source(deal, stock_in, en, zh);
    dealer_status status = check_named(deal, stock_in, link, &source);
    document_free(source);
    return status ? status : check_once(deal, stock_in, link);
}

static dealer_status check_trade_in(struct deal *deal, const struct document *stock_in) {
    return check_from(deal, stock_in, "trade_in", "the approved trade-in", "已批准的置换");
}

static dealer_status raise_not_delivered(struct deal *deal, const struct document *stock_in, const struct document *contract) {
    return error_raise(&deal->env->error, &E_GATE_NOT_DELIVERED, "document", deal_title(deal, stock_in), "machine",
        deal_text(stock_in, "serial_number"), "contract", deal_title(deal, contract), NULL);
}

static dealer_status check_return(struct deal *deal, const struct document *stock_in) {
    struct document *contract = NULL, *machine = NULL;
    bool delivered = false;
    if (!deal_integer(stock_in, "contract")) return raise_source(deal, stock_in, "the contract that is returned", "退回的合同");
    dealer_status status = gate_approved(deal, stock_in, "contract", &contract);
    if (!status) status = find_machine(deal, stock_in, &machine);
    if (!status && machine) status = stock_left_under(deal, machine, document_id(contract), &delivered);
    if (!status && !delivered) status = raise_not_delivered(deal, stock_in, contract);
    if (!status) status = claims_check_returnable(deal, stock_in, contract);
    document_free(machine);
    document_free(contract);
    return status;
}

static dealer_status check_repossessed(struct deal *deal, const struct document *stock_in) {
    return check_from(deal, stock_in, "repurchase", "its repurchase", "对应的回购单");
}

static dealer_status check_rental_return(struct deal *deal, const struct document *stock_in) {
    struct document *rental = NULL;
    if (!deal_integer(stock_in, "rental")) return raise_source(deal, stock_in, "its rental", "对应的租赁单");
    dealer_status status = check_named(deal, stock_in, "rental", &rental);
    if (!status && !deal_text_is(rental, "state", "out"))
        status = error_raise(&deal->env->error, &E_GATE_RENTAL_STATE, "document", deal_title(deal, stock_in), "rental",
            deal_title(deal, rental), "state", deal_text(rental, "state"), "right", "out", NULL);
    document_free(rental);
    return status;
}

/* It arrives where it was sent. */
static dealer_status check_transfer(struct deal *deal, const struct document *stock_in) {
    struct document *transfer = NULL;
    if (!deal_integer(stock_in, "transfer")) return raise_source(deal, stock_in, "the stock-out that sent it", "对应的调拨出库单");
    dealer_status status = check_named(deal, stock_in, "transfer", &transfer);
    if (!status && !deal_text_is(transfer, "reason", "transfer"))
        status = raise_source(deal, stock_in, "a stock-out for a transfer", "调拨的出库单");
    if (!status && !deal_text_is(stock_in, "warehouse", deal_text(transfer, "to_warehouse")))
        status = error_raise(&deal->env->error, &E_GATE_OTHER_WAREHOUSE, "document", deal_title(deal, stock_in), "transfer",
            deal_title(deal, transfer), "found", deal_text(stock_in, "warehouse"), "right", deal_text(transfer, "to_warehouse"),
            NULL);
    document_free(transfer);
    return status ? status : check_once(deal, stock_in, "transfer");
}

static dealer_status check_source(struct deal *deal, const struct document *stock_in) {
    static const struct {
        const char *source;
        dealer_status (*check)(struct deal *deal, const struct document *stock_in);
    } sources[] = {{"trade_in", check_trade_in}, {"sales_return", check_return}, {"repossession", check_repossessed},
        {"rental_return", check_rental_return}, {"transfer", check_transfer}};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (source_is(stock_in, sources[i].source)) return sources[i].check(deal, stock_in);
    return check_bought(deal, stock_in);
}

/* -- where the machine is now -- */

static dealer_status raise_two_places(struct deal *deal, const struct document *stock_in, const struct document *machine) {
    const char *warehouse = link_may_read(deal, machine) ? deal_text(machine, "warehouse") : NULL;
    return error_raise(&deal->env->error, &E_GATE_TWO_PLACES, "document", deal_title(deal, stock_in), "machine",
        deal_text(machine, "serial_number"), "warehouse", warehouse ? warehouse : "another company", "warehouse_zh",
        warehouse ? warehouse : "其他公司", NULL);
}

/* From where each source brings a machine in; a machine that was sold may come back by any but a transfer. */
static bool may_come_from(const struct document *stock_in, const char *position) {
    if (strcmp(position, "in_transit") == 0 || source_is(stock_in, "transfer"))
        return source_is(stock_in, "transfer") && strcmp(position, "in_transit") == 0;
    if (strcmp(position, "rented_out") == 0 || source_is(stock_in, "rental_return"))
        return source_is(stock_in, "rental_return") && strcmp(position, "rented_out") == 0;
    return !source_is(stock_in, "sales_return") || strcmp(position, "delivered") == 0;
}

static dealer_status check_whereabouts(struct deal *deal, const struct document *stock_in, const struct document *machine) {
    const char *position = machine ? deal_text(machine, "position") : NULL;
    if (!position) return DEALER_OK;
    if (strcmp(position, "in_stock") == 0) return raise_two_places(deal, stock_in, machine);
    if (may_come_from(stock_in, position)) return DEALER_OK;
    return error_raise(&deal->env->error, &E_GATE_ELSEWHERE, "document", deal_title(deal, stock_in), "machine",
        deal_text(machine, "serial_number"), "position", position, "source", deal_text(stock_in, "source"), NULL);
}

static dealer_status gate(struct deal *deal, struct document *stock_in) {
    struct document *machine = NULL;
    dealer_status status = check_source(deal, stock_in);
    if (!status) status = find_machine(deal, stock_in, &machine);
    if (!status) status = check_whereabouts(deal, stock_in, machine);
    document_free(machine);
    return status;
}

/* -- in force -- */

/* What the machine stands in the books at: what somebody entered, else what the document behind it says, else what it stood at. */
static dealer_status find_cost(struct deal *deal, const struct document *stock_in, const struct document *machine, int64_t *out) {
    struct document *trade_in = NULL, *purchase = NULL;
    *out = deal_integer(stock_in, "cost");
    if (*out) return DEALER_OK;
    dealer_status status = deal_load_link(deal, stock_in, "trade_in", &trade_in);
    if (!status) status = deal_load_link(deal, stock_in, "purchase", &purchase);
    if (!status && trade_in)
        *out = deal_integer(trade_in, "allowance");
    else if (!status && purchase)
        *out = deal_integer(purchase, "price");
    else if (!status)
        *out = deal_integer(machine, "cost");
    document_free(purchase);
    document_free(trade_in);
    return status;
}

/* What a machine that arrives is recorded with. */
static dealer_status put_arrival(struct deal *deal, const struct document *stock_in, struct document *machine) {
    static const char *const texts[] = {"category", "brand", "model", "serial_number"};
    static const char *const numbers[] = {"year", "hours"};
    bool bought = source_is(stock_in, "purchase") || source_is(stock_in, "demo");
    int64_t cost = 0;
    dealer_status status = find_cost(deal, stock_in, machine, &cost);
    for (size_t i = 0; !status && i < sizeof texts / sizeof texts[0]; i++)
        status = deal_put_text(deal, machine, texts[i], deal_text(stock_in, texts[i]));
    for (size_t i = 0; !status && i < sizeof numbers / sizeof numbers[0]; i++)
        if (document_has(stock_in, deal_field(stock_in, numbers[i])))
            status = deal_put_integer(deal, machine, numbers[i], deal_integer(stock_in, numbers[i]));
    if (!status) status = stock_put_keeper(deal, stock_in, machine);
    if (!status && !source_is(stock_in, "transfer")) status = deal_put_integer(deal, machine, "used", !bought);
    return status ? status : deal_put_integer(deal, machine, "cost", cost);
}

static dealer_status new_machine(struct deal *deal, const struct document *stock_in, struct document **out) {
    struct document *machine = NULL;
    const char *currency = document_text(stock_in, COMMON_CURRENCY);
    dealer_status status = document_new(deal->env, catalogue_type(deal->snapshot->catalogue, "machine"), &machine);
    if (!status) status = stock_put_keeper(deal, stock_in, machine);
    if (!status && currency) status = document_put_text(deal->env, machine, COMMON_CURRENCY, currency, strlen(currency));
    if (!status) status = document_put_text(deal->env, machine, COMMON_STATUS, STATUS_APPROVED, strlen(STATUS_APPROVED));
    if (!status) status = deal_give_number(deal, machine);
    if (status)
        document_free(machine);
    else
        *out = machine;
    return status;
}

/* What the customer gets back for one machine of the contract: parts of the price that add up to it, the first ones not smaller; for a
 * repossessed one what it stands at. */
static dealer_status put_credit(struct deal *deal, struct document *stock_in, const struct document *machine) {
    struct document *contract = NULL;
    int64_t before = 0;
    if (source_is(stock_in, "repossession")) return deal_put_integer(deal, stock_in, "credit", deal_integer(machine, "cost"));
    if (!source_is(stock_in, "sales_return")) return DEALER_OK;
    dealer_status status = deal_load_link(deal, stock_in, "contract", &contract);
    if (!status) status = stock_count_living(deal, "stock_in", "contract", contract, document_id(stock_in), &before);
    if (!status) {
        int64_t price = deal_integer(contract, "price"), quantity = deal_integer(contract, "quantity");
        if (quantity < 1) quantity = 1;
        status = deal_put_integer(deal, stock_in, "credit", price / quantity + (before < price % quantity));
    }
    document_free(contract);
    return status;
}

/* The document behind it hears that the machine is back. */
static dealer_status tell_source(struct deal *deal, const struct document *stock_in, const struct document *machine) {
    if (source_is(stock_in, "rental_return")) return rental_came_back(deal, stock_in);
    if (source_is(stock_in, "repossession")) return repurchase_recovered(deal, stock_in, deal_integer(machine, "cost"));
    return DEALER_OK;
}

static dealer_status effective(struct deal *deal, struct document *stock_in) {
    struct document *machine = NULL;
    struct stock_move move = {
        deal_text(stock_in, "source"), "in_stock", deal_text(stock_in, "warehouse"), deal_text(stock_in, "received_on")};
    dealer_status status = gate(deal, stock_in); /* time may have passed since submission */
    if (!status) status = find_machine(deal, stock_in, &machine);
    if (!status && !machine) status = new_machine(deal, stock_in, &machine);
    if (!status) status = put_arrival(deal, stock_in, machine);
    if (!status) status = stock_move(deal, machine, stock_in, &move);
    if (!status) status = deal_put_integer(deal, stock_in, "machine", document_id(machine));
    if (!status) status = put_credit(deal, stock_in, machine);
    if (!status) status = tell_source(deal, stock_in, machine);
    document_free(machine);
    return status;
}

const struct deal_noun noun_stock_in = {"stock_in", check, gate, effective, NULL};
