/* Sales applications (销售申请) and the credit investigations (资信调查) that follow them. */
#include "deal/use_cases.h"

static struct money amount(const struct document *document, const char *field) {
    return document_money(document, catalogue_field(document->type, field));
}

/* List price - discount = price, and the down payment is a part of it. */
static dealer_status check(struct deal *deal, struct document *sales) {
    struct money expected, price = amount(sales, "price");
    if (!document_has(sales, deal_field(sales, "price"))) return DEALER_OK;
    if (document_has(sales, deal_field(sales, "list_price"))) {
        dealer_status status = money_subtract(deal->env, amount(sales, "list_price"), amount(sales, "discount"), &expected);
        if (status) return status;
        char right[32], found[32];
        money_format(expected, right, sizeof right);
        money_format(price, found, sizeof found);
        if (expected.minor != price.minor)
            return error_raise(
                &deal->env->error, &E_SALES_PRICE, "document", deal_title(deal, sales), "found", found, "right", right, NULL);
    }
    if (amount(sales, "down_payment").minor > price.minor)
        return error_raise(&deal->env->error, &E_DOWN_PAYMENT, "document", deal_title(deal, sales), NULL);
    return DEALER_OK;
}

static dealer_status gate(struct deal *deal, struct document *sales) {
    return gate_open_pre_order(deal, sales);
}

const struct deal_noun noun_sales = {"sales", check, gate, NULL, NULL};

static dealer_status investigation_gate(struct deal *deal, struct document *investigation) {
    struct document *sales = NULL;
    dealer_status status = gate_approved(deal, investigation, "sales", &sales);
    document_free(sales);
    return status;
}

const struct deal_noun noun_credit_investigation = {"credit_investigation", NULL, investigation_gate, NULL, NULL};
