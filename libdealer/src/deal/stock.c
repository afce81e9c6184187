/* Machines (整机): one serial number, one place at a time, every movement with the document behind it. */
#include "deal/stock.h"
#include <string.h>

bool deal_text_is(const struct document *document, const char *field, const char *value) {
    const char *text = deal_text(document, field);
    return text && value && strcmp(text, value) == 0;
}

dealer_status stock_find(struct deal *deal, const char *brand, const char *serial_number, struct document **out) {
    const char *pairs[] = {"brand", brand, "serial_number", serial_number, NULL};
    return deal_find(deal, "machine", pairs, out);
}

static dealer_status machine_check(struct deal *deal, struct document *machine) {
    if (!deal_text(machine, "position")) return deal_put_text(deal, machine, "position", "outside");
    return DEALER_OK;
}

const struct deal_noun noun_machine = {"machine", machine_check, NULL, NULL, NULL};

/* -- moving -- */

static dealer_status put_move(struct deal *deal, struct document *machine, const struct stock_move *move) {
    dealer_status status = deal_put_text(deal, machine, "position", move->position);
    if (!status) status = deal_put_text(deal, machine, "warehouse", move->warehouse);
    document_clear(machine, deal_field(machine, "reserved_for"));
    bool transfer = strcmp(move->kind, "transfer") == 0; /* the age of the stock goes on */
    if (status || transfer) return status;
    return deal_put_text(deal, machine, "stocked_on", move->warehouse ? move->day : NULL);
}

dealer_status stock_move(struct deal *deal, struct document *machine, const struct document *cause, const struct stock_move *move) {
    bool known = document_id(machine) != 0;
    dealer_status status = known ? deal_check_unlocked(deal, machine) : DEALER_OK;
    if (!status) status = put_move(deal, machine, move);
    if (!status)
        status = known ? deal_update(deal, machine) : store_document_insert(deal->env, deal->connection, machine, deal->now_ms);
    if (status) return status;
    struct movement row = {.machine = document_id(machine),
        .document = document_id(cause),
        .kind = move->kind,
        .position = move->position,
        .warehouse = move->warehouse,
        .day = move->day,
        .cost = deal_integer(machine, "cost"),
        .at_ms = deal->now_ms,
        .person = deal->person};
    status = store_movement_add(deal->env, deal->connection, &row);
    return status ? status : deal_journal(deal, machine, move->warehouse ? "stocked_in" : "stocked_out", NULL);
}

dealer_status stock_put_keeper(struct deal *deal, const struct document *cause, struct document *machine) {
    dealer_status status = document_put_integer(deal->env, machine, COMMON_OWNER, document_integer(cause, COMMON_OWNER));
    if (!status) status = document_put_integer(deal->env, machine, COMMON_COMPANY, document_integer(cause, COMMON_COMPANY));
    if (!status && document_has(cause, COMMON_DEPARTMENT))
        return document_put_integer(deal->env, machine, COMMON_DEPARTMENT, document_integer(cause, COMMON_DEPARTMENT));
    if (!status) document_clear(machine, COMMON_DEPARTMENT);
    return status;
}

/* -- gates -- */

dealer_status stock_check_in(struct deal *deal, const struct document *document, const struct document *machine) {
    const char *position = deal_text(machine, "position");
    if (deal_text_is(machine, "position", "in_stock")) return DEALER_OK;
    return error_raise(&deal->env->error, &E_GATE_NOT_IN_STOCK, "document", deal_title(deal, document), "machine",
        deal_text(machine, "serial_number"), "position", position ? position : "-", NULL);
}

dealer_status stock_check_free(
    struct deal *deal, const struct document *document, const struct document *machine, int64_t contract) {
    int64_t reserved = deal_integer(machine, "reserved_for");
    if (!reserved || reserved == contract) return DEALER_OK;
    return error_raise(&deal->env->error, &E_GATE_RESERVED, "document", deal_title(deal, document), "machine",
        deal_text(machine, "serial_number"), NULL);
}

dealer_status stock_left_under(struct deal *deal, const struct document *machine, int64_t contract, bool *out) {
    struct document *stock_out = NULL, *dispatch = NULL;
    int64_t last = 0;
    *out = false;
    dealer_status status = store_movement_last(deal->env, deal->connection, document_id(machine), &last);
    if (status || !last || !deal_text_is(machine, "position", "delivered")) return status;
    status = deal_load(deal, last, &stock_out);
    if (!status) status = deal_load_link(deal, stock_out, "dispatch", &dispatch);
    if (!status) *out = dispatch && deal_integer(dispatch, "contract") == contract;
    document_free(dispatch);
    document_free(stock_out);
    return status;
}

dealer_status stock_check_same(struct deal *deal, const struct document *document, const struct document *linked) {
    if (deal_integer(document, "machine") == deal_integer(linked, "machine")) return DEALER_OK;
    return error_raise(
        &deal->env->error, &E_GATE_MACHINE, "document", deal_title(deal, document), "linked", deal_title(deal, linked), NULL);
}

dealer_status stock_count_living(
    struct deal *deal, const char *type_name, const char *link, const struct document *target, int64_t except, int64_t *out) {
    const struct catalogue_type *type = catalogue_type(deal->snapshot->catalogue, type_name);
    struct document_ids list;
    *out = 0;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, link), document_id(target), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *other = NULL;
        if (list.ids[i] == except) continue;
        status = deal_load(deal, list.ids[i], &other);
        if (!status) *out += document_status_is(other, STATUS_APPROVED) || document_status_is(other, STATUS_IN_APPROVAL);
        document_free(other);
    }
    return status;
}

/* -- promises -- */

/* A dispatch promises until its machine has left. */
static dealer_status dispatch_promises(struct deal *deal, const struct document *dispatch, bool *out) {
    int64_t left = 0;
    dealer_status status = stock_count_living(deal, "stock_out", "dispatch", dispatch, 0, &left);
    *out = left == 0;
    return status;
}

/* A reservation promises until its machine has moved: one that is older than the last movement has been kept. */
static dealer_status reservation_promises(struct deal *deal, const struct document *reservation, bool *out) {
    int64_t last = 0;
    dealer_status status = store_movement_last(deal->env, deal->connection, deal_integer(reservation, "machine"), &last);
    *out = document_id(reservation) > last;
    return status;
}

typedef dealer_status promises(struct deal *deal, const struct document *document, bool *out);

static dealer_status promised_by(
    struct deal *deal, const struct catalogue_type *type, promises *ask, const struct document *cause, bool *out) {
    struct document_ids list;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "machine"), deal_integer(cause, "machine"), &list);
    for (size_t i = 0; !status && i < list.count && !*out; i++) {
        struct document *other = NULL;
        if (list.ids[i] == document_id(cause)) continue;
        status = deal_load(deal, list.ids[i], &other);
        bool same = !status && document_status_is(other, STATUS_APPROVED) &&
                    deal_integer(other, "contract") == deal_integer(cause, "contract");
        if (same) status = ask(deal, other, out);
        document_free(other);
    }
    return status;
}

dealer_status stock_release(struct deal *deal, const struct document *cause) {
    const struct catalogue *catalogue = deal->snapshot->catalogue;
    struct document *machine = NULL;
    int64_t contract = deal_integer(cause, "contract");
    bool kept = false;
    dealer_status status = deal_load_link(deal, cause, "machine", &machine);
    if (!status && machine && contract && deal_integer(machine, "reserved_for") == contract) {
        status = promised_by(deal, catalogue_type(catalogue, "dispatch"), dispatch_promises, cause, &kept);
        if (!status && !kept)
            status = promised_by(deal, catalogue_type(catalogue, "reservation"), reservation_promises, cause, &kept);
        if (!status && !kept) document_clear(machine, deal_field(machine, "reserved_for"));
        if (!status && !kept) status = deal_update(deal, machine);
    }
    document_free(machine);
    return status;
}
