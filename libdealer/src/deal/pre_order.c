/* Pre-orders (预购): open once submitted, until a contract wins them or they are lost. */
#include "deal/use_cases.h"

static dealer_status gate(struct deal *deal, struct document *pre_order) {
    if (!document_has(pre_order, COMMON_CUSTOMER))
        return error_raise(&deal->env->error, &E_CUSTOMER_MISSING, "document", deal_title(deal, pre_order), NULL);
    return DEALER_OK;
}

static dealer_status effective(struct deal *deal, struct document *pre_order) {
    return deal_put_text(deal, pre_order, "outcome", "open");
}

const struct deal_noun noun_pre_order = {"pre_order", NULL, gate, effective, NULL};
