/* Visits (拜访): one that carries pre-order data makes exactly one pre-order when it is submitted. */
#include "deal/use_cases.h"
#include <string.h>

static bool wants_pre_order(const struct document *visit) {
    return deal_integer(visit, "wants_pre_order") != 0;
}

static dealer_status gate(struct deal *deal, struct document *visit) {
    if (!wants_pre_order(visit)) return DEALER_OK;
    if (!document_has(visit, COMMON_CUSTOMER) || !deal_text(visit, "category") || !deal_integer(visit, "quantity"))
        return error_raise(&deal->env->error, &E_GATE_VISIT_PRE_ORDER, "document", deal_title(deal, visit), NULL);
    return DEALER_OK;
}

static dealer_status put_common(struct deal *deal, const struct document *visit, struct document *pre_order) {
    static const int same[] = {COMMON_COMPANY, COMMON_DEPARTMENT, COMMON_OWNER, COMMON_CURRENCY};
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < sizeof same / sizeof same[0]; i++) {
        const struct value *value = &visit->values[same[i]];
        if (value->kind == VALUE_TEXT)
            status = document_put_text(deal->env, pre_order, same[i], value->text, value->length);
        else if (value->kind == VALUE_INTEGER)
            status = document_put_integer(deal->env, pre_order, same[i], value->integer);
    }
    return status;
}

static dealer_status effective(struct deal *deal, struct document *visit) {
    struct document *pre_order = NULL;
    if (!wants_pre_order(visit) || deal_integer(visit, "pre_order")) return DEALER_OK;
    dealer_status status = document_new(deal->env, catalogue_type(deal->snapshot->catalogue, "pre_order"), &pre_order);
    if (!status) status = put_common(deal, visit, pre_order);
    if (!status) status = deal_put_integer(deal, pre_order, "visit", document_id(visit));
    if (!status) status = links_follow(deal, pre_order, NULL);
    if (!status) status = document_put_text(deal->env, pre_order, COMMON_STATUS, STATUS_DRAFT, strlen(STATUS_DRAFT));
    if (!status) status = deal_give_number(deal, pre_order);
    if (!status) status = store_document_insert(deal->env, deal->connection, pre_order, deal->now_ms);
    if (!status) status = links_remember(deal, pre_order, NULL);
    if (!status) status = deal_journal(deal, pre_order, "created", NULL);
    if (!status) status = document_conclude(deal, pre_order, STATUS_APPROVED);
    if (!status) status = deal_put_integer(deal, visit, "pre_order", document_id(pre_order));
    document_free(pre_order);
    return status;
}

const struct deal_noun noun_visit = {"visit", NULL, gate, effective, NULL};
