/* Which types have something special about them, and the gates that several share. */
#include "deal/use_cases.h"
#include <string.h>

const struct deal_noun *deal_noun(const struct catalogue_type *type) {
    static const struct deal_noun *const nouns[] = {
        &noun_visit,
        &noun_pre_order,
        &noun_trade_in,
        &noun_sales,
        &noun_credit_investigation,
        &noun_contract,
        &noun_dispatch,
        &noun_machine,
        &noun_stock_in,
        &noun_stock_out,
        &noun_service_order,
        &noun_reservation,
        &noun_stock_take,
        &noun_financing_plan,
        &noun_repayment,
        &noun_advance,
        &noun_repurchase,
        &noun_margin_deposit,
        &noun_rental,
        &noun_rental_extension,
        &noun_rental_end,
        &noun_insurance,
        &noun_receipt,
        &noun_payment,
        &noun_refund,
        &noun_set_off,
        &noun_old_part_return,
    };
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++)
        if (strcmp(nouns[i]->type, type->name) == 0) return nouns[i];
    return NULL;
}

dealer_status gate_open_pre_order(struct deal *deal, const struct document *document) {
    struct document *pre_order = NULL;
    dealer_status status = deal_load_link(deal, document, "pre_order", &pre_order);
    if (status) return status;
    const char *outcome = pre_order ? deal_text(pre_order, "outcome") : NULL;
    if (!pre_order)
        status = error_raise(&deal->env->error, &E_GATE_PRE_ORDER_MISSING, "document", deal_title(deal, document), NULL);
    else if (document_integer(pre_order, COMMON_CUSTOMER) != document_integer(document, COMMON_CUSTOMER))
        status = error_raise(&deal->env->error, &E_GATE_PRE_ORDER_CUSTOMER, "document", deal_title(deal, document), "pre_order",
            deal_title(deal, pre_order), NULL);
    else if (!document_status_is(pre_order, STATUS_APPROVED) || !outcome || strcmp(outcome, "open") != 0)
        status = error_raise(&deal->env->error, &E_GATE_PRE_ORDER_CLOSED, "document", deal_title(deal, document), "pre_order",
            deal_title(deal, pre_order), "outcome", outcome ? outcome : document_text(pre_order, COMMON_STATUS), NULL);
    document_free(pre_order);
    return status;
}

dealer_status gate_approved(struct deal *deal, const struct document *document, const char *field, struct document **out) {
    struct document *linked = NULL;
    const struct catalogue_field *link = catalogue_field(document->type, field);
    dealer_status status = deal_load_link(deal, document, field, &linked);
    if (status) return status;
    if (!linked)
        status = error_raise(&deal->env->error, &E_GATE_LINK_MISSING, "document", deal_title(deal, document), "field", field,
            "field_en", link->label.en, "field_zh", link->label.zh, NULL);
    else if (!document_status_is(linked, STATUS_APPROVED))
        status = error_raise(&deal->env->error, &E_GATE_NOT_APPROVED, "document", deal_title(deal, document), "linked",
            deal_title(deal, linked), "status", document_text(linked, COMMON_STATUS), NULL);
    if (status)
        document_free(linked);
    else
        *out = linked;
    return status;
}
