/* Stock-take (盘点): what was counted in a warehouse against the books. A loss takes a machine of this warehouse out of them; a gain brings
 * one in that the books have outside. */
#include "deal/stock.h"
#include "base/json.h"
#include <string.h>

/* One finding at a time, with its machine; `visit` gets what it wants through user_data. */
struct finding {
    const char *brand, *serial_number, *finding;
    bool gain;
};
typedef dealer_status finding_visit(struct deal *deal, struct document *take, const struct finding *finding);

static dealer_status each_finding(struct deal *deal, struct document *take, finding_visit *visit) {
    const char *text = deal_text(take, "findings");
    struct json *json = NULL;
    const json_value *item;
    if (!text) return DEALER_OK;
    dealer_status status = json_parse(deal->env, text, strlen(text), false, &json);
    struct json_cursor each = json_each(status ? NULL : json_root(json));
    while (!status && (item = json_next(&each, NULL)) != NULL) {
        struct finding finding = {.brand = json_get_text(item, "brand"),
            .serial_number = json_get_text(item, "serial_number"),
            .finding = json_get_text(item, "finding")};
        if (!finding.brand || !finding.serial_number || !finding.finding) continue; /* incomplete: submitting tells */
        finding.gain = strcmp(finding.finding, "gain") == 0;
        status = visit(deal, take, &finding);
    }
    json_free(json);
    return status;
}

/* One that may not be read looks like one that is not there. */
static dealer_status find(struct deal *deal, const struct document *take, const struct finding *finding, struct document **out) {
    dealer_status status = stock_find(deal, finding->brand, finding->serial_number, out);
    if (status || (*out && link_may_read(deal, *out))) return status;
    document_free(*out);
    *out = NULL;
    return error_raise(&deal->env->error, &E_GATE_MACHINE_UNKNOWN, "document", deal_title(deal, take), "machine",
        finding->serial_number, "brand", finding->brand, NULL);
}

static dealer_status check_gain(struct deal *deal, const struct document *take, const struct document *machine) {
    const char *position = deal_text(machine, "position");
    if (deal_text_is(machine, "position", "outside")) return DEALER_OK;
    return error_raise(&deal->env->error, &E_GATE_TAKE_GAIN, "document", deal_title(deal, take), "machine",
        deal_text(machine, "serial_number"), "position", position ? position : "-", NULL);
}

static dealer_status check_loss(struct deal *deal, const struct document *take, const struct document *machine) {
    dealer_status status = stock_check_in(deal, take, machine);
    bool here = deal_text_is(machine, "warehouse", deal_text(take, "warehouse")) &&
                document_integer(machine, COMMON_COMPANY) == document_integer(take, COMMON_COMPANY);
    if (!status && !here)
        status = error_raise(&deal->env->error, &E_GATE_TAKE_LOSS, "document", deal_title(deal, take), "machine",
            deal_text(machine, "serial_number"), "found", deal_text(machine, "warehouse"), "right", deal_text(take, "warehouse"),
            NULL);
    return status ? status : stock_check_free(deal, take, machine, 0);
}

static dealer_status check_finding(struct deal *deal, struct document *take, const struct finding *finding) {
    struct document *machine = NULL;
    dealer_status status = find(deal, take, finding, &machine);
    if (!status) status = finding->gain ? check_gain(deal, take, machine) : check_loss(deal, take, machine);
    document_free(machine);
    return status;
}

static dealer_status gate(struct deal *deal, struct document *take) {
    return each_finding(deal, take, check_finding);
}

static dealer_status book(struct deal *deal, struct document *take, const struct finding *finding) {
    struct document *machine = NULL;
    struct stock_move move = {finding->finding, finding->gain ? "in_stock" : "outside",
        finding->gain ? deal_text(take, "warehouse") : NULL, deal_text(take, "counted_on")};
    dealer_status status = check_finding(deal, take, finding); /* a machine named twice is refused by what its first line did */
    if (!status) status = find(deal, take, finding, &machine);
    if (!status && finding->gain) status = stock_put_keeper(deal, take, machine);
    if (!status) status = stock_move(deal, machine, take, &move);
    document_free(machine);
    return status;
}

static dealer_status effective(struct deal *deal, struct document *take) {
    return each_finding(deal, take, book);
}

const struct deal_noun noun_stock_take = {"stock_take", NULL, gate, effective, NULL};
