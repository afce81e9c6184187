/* Returns of old parts (旧件入库): what a service order takes out of a machine goes back to a warehouse, in as many returns as it takes, until
 * all of it has arrived. The order says how far that is; a date of it can be told of while it is not. */
#include "deal/stock.h"
#include <string.h>

enum { PARTS_MOST = 100 };

/* What of an order is still to arrive; texts belong to the JSON. */
struct parts {
    struct json *json;
    struct {
        const char *part, *serial_number;
        int64_t rest;
    } rows[PARTS_MOST];
    int count;
    int64_t sent;
};

static int64_t quantity_of(const json_value *line) {
    return json_get_integer(line, "quantity", 0);
}

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static dealer_status parse_lines(struct deal *deal, const struct document *document, const char *field, struct json **out) {
    const char *text = deal_text(document, field);
    return json_parse_own(deal->env, text ? text : "[]", text ? strlen(text) : 2, out);
}

static dealer_status read_sent(struct deal *deal, const struct document *order, struct parts *out) {
    const json_value *line;
    memset(out, 0, sizeof *out);
    dealer_status status = parse_lines(deal, order, "old_parts", &out->json);
    if (status) return status;
    for (struct json_cursor each = json_each(json_root(out->json)); out->count < PARTS_MOST && (line = json_next(&each, NULL));) {
        out->rows[out->count].part = json_get_text(line, "part");
        out->rows[out->count].serial_number = json_get_text(line, "serial_number");
        out->rows[out->count++].rest = quantity_of(line);
        out->sent += quantity_of(line);
    }
    return DEALER_OK;
}

/* What of a line does not fit any more. */
static int64_t take(struct parts *parts, const json_value *line) {
    int64_t left = quantity_of(line);
    for (int i = 0; i < parts->count && left; i++) {
        if (!same_text(parts->rows[i].part, json_get_text(line, "part")) ||
            !same_text(parts->rows[i].serial_number, json_get_text(line, "serial_number")))
            continue;
        int64_t part = left < parts->rows[i].rest ? left : parts->rows[i].rest;
        parts->rows[i].rest -= part;
        left -= part;
    }
    return left;
}

static int64_t rest_of(const struct parts *parts) {
    int64_t rest = 0;
    for (int i = 0; i < parts->count; i++) rest += parts->rows[i].rest;
    return rest;
}

/* Of a return: refused where more of a part arrives than is to come. */
static dealer_status take_return(
    struct deal *deal, const struct document *order, const struct document *arrival, struct parts *parts) {
    struct json *json = NULL;
    const json_value *line;
    dealer_status status = parse_lines(deal, arrival, "parts", &json);
    if (status) return status;
    for (struct json_cursor each = json_each(json_root(json)); !status && (line = json_next(&each, NULL));) {
        int64_t left = take(parts, line);
        if (left)
            status = error_raise(&deal->env->error, &E_GATE_OLD_PARTS, "document", deal_title(deal, arrival), "order",
                deal_title(deal, order), "part", json_get_text(line, "part"), "found", NUMBER(quantity_of(line)), "rest",
                NUMBER(quantity_of(line) - left), NULL);
    }
    json_free(json);
    return status;
}

/* What is still to arrive, by the returns in force but one. */
static dealer_status read_rest(struct deal *deal, const struct document *order, const struct document *except, struct parts *out) {
    struct document_ids list;
    dealer_status status = read_sent(deal, order, out);
    if (!status)
        status = deal_linked(deal, except->type, catalogue_field(except->type, "service_order"), document_id(order), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *other = NULL;
        if (list.ids[i] == document_id(except)) continue;
        status = deal_load(deal, list.ids[i], &other);
        if (!status && document_status_is(other, STATUS_APPROVED)) status = take_return(deal, order, other, out);
        document_free(other);
    }
    return status;
}

static dealer_status check_warehouse(struct deal *deal, const struct document *arrival, const struct document *order) {
    const char *right = deal_text(order, "return_warehouse");
    if (!right || deal_text_is(arrival, "warehouse", right)) return DEALER_OK;
    return error_raise(&deal->env->error, &E_GATE_PARTS_WAREHOUSE, "document", deal_title(deal, arrival), "found",
        deal_text(arrival, "warehouse"), "order", deal_title(deal, order), "right", right, NULL);
}

static dealer_status gate(struct deal *deal, struct document *arrival) {
    struct document *order = NULL;
    struct parts parts = {.json = NULL};
    dealer_status status = gate_approved(deal, arrival, "service_order", &order);
    if (!status) status = check_warehouse(deal, arrival, order);
    if (!status) status = read_rest(deal, order, arrival, &parts);
    if (!status) status = take_return(deal, order, arrival, &parts);
    json_free(parts.json);
    document_free(order);
    return status;
}

/* With this return, or without it. */
static dealer_status put_state(struct deal *deal, const struct document *arrival, bool with) {
    struct document *order = NULL;
    struct parts parts = {.json = NULL};
    dealer_status status = deal_load_link(deal, arrival, "service_order", &order);
    if (!status) status = deal_check_unlocked(deal, order);
    if (!status) status = read_rest(deal, order, arrival, &parts);
    if (!status && with) status = take_return(deal, order, arrival, &parts);
    int64_t rest = rest_of(&parts);
    if (!status) status = deal_put_text(deal, order, "parts_state", !rest ? "arrived" : rest < parts.sent ? "partly" : "due");
    if (!status) status = deal_update(deal, order);
    if (!status && with) status = deal_journal(deal, order, "parts_arrived", NULL);
    json_free(parts.json);
    document_free(order);
    return status;
}

static dealer_status effective(struct deal *deal, struct document *arrival) {
    dealer_status status = gate(deal, arrival); /* others may have arrived since */
    return status ? status : put_state(deal, arrival, true);
}

static dealer_status undo(struct deal *deal, struct document *arrival) {
    return put_state(deal, arrival, false);
}

const struct deal_noun noun_old_part_return = {"old_part_return", NULL, gate, effective, undo};
