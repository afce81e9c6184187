/* Machines and their movements (整机, 入库, 出库): one serial number, one place at a time, every movement with the document behind it. */
#include "deal/use_cases.h"
#include "base/time.h"
#include <string.h>

static dealer_status find_machine(struct deal *deal, const struct document *document, struct document **out) {
    const char *pairs[] = {"brand", deal_text(document, "brand"), "serial_number", deal_text(document, "serial_number"), NULL};
    return deal_find(deal, "machine", pairs, out);
}

static bool text_is(const struct document *document, const char *field, const char *value) {
    const char *text = deal_text(document, field);
    return text && strcmp(text, value) == 0;
}

/* -- machine -- */

static dealer_status machine_check(struct deal *deal, struct document *machine) {
    if (!deal_text(machine, "position")) return deal_put_text(deal, machine, "position", "outside");
    return DEALER_OK;
}

const struct deal_noun noun_machine = {"machine", machine_check, NULL, NULL, NULL};

/* -- stock-in -- */

static dealer_status raise_source(
    struct deal *deal, const struct document *stock_in, const char *needed_en, const char *needed_zh) {
    return error_raise(&deal->env->error, &E_GATE_SOURCE_DOCUMENT, "document", deal_title(deal, stock_in), "source",
        deal_text(stock_in, "source"), "needed", needed_en, "needed_zh", needed_zh, NULL);
}

/* Each trade-in comes in once. */
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

static dealer_status check_trade_in(struct deal *deal, const struct document *stock_in) {
    struct document *trade_in = NULL;
    if (!deal_integer(stock_in, "trade_in")) return raise_source(deal, stock_in, "the approved trade-in", "已批准的置换");
    dealer_status status = gate_approved(deal, stock_in, "trade_in", &trade_in);
    if (!status && !text_is(stock_in, "serial_number", deal_text(trade_in, "serial_number")))
        status = error_raise(&deal->env->error, &E_GATE_SERIAL, "document", deal_title(deal, stock_in), "found",
            deal_text(stock_in, "serial_number"), "right", deal_text(trade_in, "serial_number"), NULL);
    document_free(trade_in);
    return status ? status : check_once(deal, stock_in, "trade_in");
}

/* Did the machine leave under the contract: is it in one of its approved dispatches, and delivered? */
static dealer_status was_delivered(struct deal *deal, const struct document *machine, int64_t contract, bool *out) {
    const struct catalogue_type *type = catalogue_type(deal->snapshot->catalogue, "dispatch");
    struct document_ids list;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "contract"), contract, &list);
    for (size_t i = 0; !status && i < list.count && text_is(machine, "position", "delivered"); i++) {
        struct document *dispatch = NULL;
        status = deal_load(deal, list.ids[i], &dispatch);
        if (!status && document_status_is(dispatch, STATUS_APPROVED))
            *out = *out || deal_integer(dispatch, "machine") == document_id(machine);
        document_free(dispatch);
    }
    return status;
}

static dealer_status check_return(struct deal *deal, const struct document *stock_in) {
    struct document *contract = NULL, *machine = NULL;
    bool delivered = false;
    if (!deal_integer(stock_in, "contract")) return raise_source(deal, stock_in, "the contract that is returned", "退回的合同");
    dealer_status status = gate_approved(deal, stock_in, "contract", &contract);
    if (!status) status = find_machine(deal, stock_in, &machine);
    if (!status && machine) status = was_delivered(deal, machine, document_id(contract), &delivered);
    if (!status && !delivered)
        status = error_raise(&deal->env->error, &E_GATE_NOT_DELIVERED, "document", deal_title(deal, stock_in), "machine",
            deal_text(stock_in, "serial_number"), "contract", deal_title(deal, contract), NULL);
    document_free(machine);
    document_free(contract);
    return status;
}

static dealer_status check_source(struct deal *deal, const struct document *stock_in) {
    if (text_is(stock_in, "source", "trade_in")) return check_trade_in(deal, stock_in);
    if (text_is(stock_in, "source", "sales_return")) return check_return(deal, stock_in);
    if (text_is(stock_in, "source", "repossession")) return raise_source(deal, stock_in, "its repurchase", "对应的回购单");
    if (text_is(stock_in, "source", "rental_return")) return raise_source(deal, stock_in, "its rental", "对应的租赁单");
    return DEALER_OK;
}

static dealer_status check_not_in_stock(struct deal *deal, const struct document *stock_in, const struct document *machine) {
    if (!machine || !text_is(machine, "position", "in_stock")) return DEALER_OK;
    const char *warehouse = link_may_read(deal, machine) ? deal_text(machine, "warehouse") : NULL;
    return error_raise(&deal->env->error, &E_GATE_TWO_PLACES, "document", deal_title(deal, stock_in), "machine",
        deal_text(machine, "serial_number"), "warehouse", warehouse ? warehouse : "another company", "warehouse_zh",
        warehouse ? warehouse : "其他公司", NULL);
}

static dealer_status stock_in_gate(struct deal *deal, struct document *stock_in) {
    struct document *machine = NULL;
    dealer_status status = check_source(deal, stock_in);
    if (!status) status = find_machine(deal, stock_in, &machine);
    if (!status) status = check_not_in_stock(deal, stock_in, machine);
    document_free(machine);
    return status;
}

/* The record follows the machine: it belongs to whoever has it in stock. */
static dealer_status put_keeper(struct deal *deal, const struct document *stock_in, struct document *machine) {
    dealer_status status = document_put_integer(deal->env, machine, COMMON_OWNER, document_integer(stock_in, COMMON_OWNER));
    if (!status) status = document_put_integer(deal->env, machine, COMMON_COMPANY, document_integer(stock_in, COMMON_COMPANY));
    if (!status && document_has(stock_in, COMMON_DEPARTMENT))
        return document_put_integer(deal->env, machine, COMMON_DEPARTMENT, document_integer(stock_in, COMMON_DEPARTMENT));
    if (!status) document_clear(machine, COMMON_DEPARTMENT);
    return status;
}

/* What a machine that arrives is recorded with. */
static dealer_status put_arrival(struct deal *deal, const struct document *stock_in, struct document *machine) {
    static const char *const texts[] = {"category", "brand", "model", "serial_number", "warehouse"};
    static const char *const numbers[] = {"year", "hours"};
    bool used = !text_is(stock_in, "source", "purchase") && !text_is(stock_in, "source", "demo");
    struct document *trade_in = NULL;
    dealer_status status = deal_load_link(deal, stock_in, "trade_in", &trade_in);
    int64_t cost =
        trade_in && !deal_integer(stock_in, "cost") ? deal_integer(trade_in, "allowance") : deal_integer(stock_in, "cost");
    for (size_t i = 0; !status && i < sizeof texts / sizeof texts[0]; i++)
        status = deal_put_text(deal, machine, texts[i], deal_text(stock_in, texts[i]));
    for (size_t i = 0; !status && i < sizeof numbers / sizeof numbers[0]; i++)
        if (document_has(stock_in, deal_field(stock_in, numbers[i])))
            status = deal_put_integer(deal, machine, numbers[i], deal_integer(stock_in, numbers[i]));
    if (!status) status = put_keeper(deal, stock_in, machine);
    if (!status) status = deal_put_text(deal, machine, "position", "in_stock");
    if (!status) status = deal_put_text(deal, machine, "stocked_on", deal_text(stock_in, "received_on"));
    if (!status) status = deal_put_integer(deal, machine, "used", used);
    if (!status) status = deal_put_integer(deal, machine, "cost", cost);
    document_free(trade_in);
    return status;
}

static dealer_status new_machine(struct deal *deal, const struct document *stock_in, struct document **out) {
    struct document *machine = NULL;
    const char *currency = document_text(stock_in, COMMON_CURRENCY);
    dealer_status status = document_new(deal->env, catalogue_type(deal->snapshot->catalogue, "machine"), &machine);
    if (!status) status = put_keeper(deal, stock_in, machine);
    if (!status && currency) status = document_put_text(deal->env, machine, COMMON_CURRENCY, currency, strlen(currency));
    if (!status) status = document_put_text(deal->env, machine, COMMON_STATUS, STATUS_APPROVED, strlen(STATUS_APPROVED));
    if (!status) status = deal_give_number(deal, machine);
    if (status)
        document_free(machine);
    else
        *out = machine;
    return status;
}

static dealer_status stock_in_effective(struct deal *deal, struct document *stock_in) {
    struct document *machine = NULL;
    dealer_status status = find_machine(deal, stock_in, &machine);
    bool known = machine != NULL;
    if (!status) status = known ? deal_check_unlocked(deal, machine) : new_machine(deal, stock_in, &machine);
    if (!status) status = put_arrival(deal, stock_in, machine);
    if (!status)
        status = known ? deal_update(deal, machine) : store_document_insert(deal->env, deal->connection, machine, deal->now_ms);
    if (!status) status = deal_journal(deal, machine, "stocked_in", NULL);
    if (!status) status = deal_put_integer(deal, stock_in, "machine", document_id(machine));
    document_free(machine);
    return status;
}

const struct deal_noun noun_stock_in = {"stock_in", NULL, stock_in_gate, stock_in_effective, NULL};

/* -- stock-out -- */

static dealer_status check_delivery(struct deal *deal, const struct document *stock_out) {
    struct document *dispatch = NULL;
    if (!text_is(stock_out, "reason", "delivery")) return DEALER_OK;
    dealer_status status = gate_approved(deal, stock_out, "dispatch", &dispatch);
    if (!status && deal_integer(dispatch, "machine") != deal_integer(stock_out, "machine"))
        status = error_raise(&deal->env->error, &E_GATE_OTHER_MACHINE, "document", deal_title(deal, stock_out), "dispatch",
            deal_title(deal, dispatch), NULL);
    document_free(dispatch);
    return status;
}

static dealer_status stock_out_gate(struct deal *deal, struct document *stock_out) {
    struct document *machine = NULL;
    dealer_status status = check_delivery(deal, stock_out);
    if (!status) status = deal_load_link(deal, stock_out, "machine", &machine);
    if (!status && !text_is(machine, "position", "in_stock"))
        status = error_raise(&deal->env->error, &E_GATE_NOT_IN_STOCK, "document", deal_title(deal, stock_out), "machine",
            deal_text(machine, "serial_number"), "position", deal_text(machine, "position"), NULL);
    if (!status && !text_is(stock_out, "reason", "delivery") && deal_integer(machine, "reserved_for"))
        status = error_raise(&deal->env->error, &E_GATE_RESERVED, "document", deal_title(deal, stock_out), "machine",
            deal_text(machine, "serial_number"), NULL);
    document_free(machine);
    return status;
}

static const char *position_after(const struct document *stock_out) {
    if (text_is(stock_out, "reason", "delivery")) return "delivered";
    if (text_is(stock_out, "reason", "rental")) return "rented_out";
    return text_is(stock_out, "reason", "transfer") ? "in_transit" : "outside";
}

static dealer_status stock_out_effective(struct deal *deal, struct document *stock_out) {
    struct document *machine = NULL;
    dealer_status status = deal_load_link(deal, stock_out, "machine", &machine);
    if (!status) status = deal_check_unlocked(deal, machine);
    if (!status) status = deal_put_text(deal, machine, "position", position_after(stock_out));
    if (!status) {
        document_clear(machine, deal_field(machine, "warehouse"));
        document_clear(machine, deal_field(machine, "stocked_on"));
        document_clear(machine, deal_field(machine, "reserved_for"));
        status = deal_update(deal, machine);
    }
    if (!status) status = deal_journal(deal, machine, "stocked_out", NULL);
    document_free(machine);
    return status;
}

const struct deal_noun noun_stock_out = {"stock_out", NULL, stock_out_gate, stock_out_effective, NULL};
