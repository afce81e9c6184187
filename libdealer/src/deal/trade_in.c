/* Trade-ins (置换): stand on an open pre-order of the same customer. What they are worth is in valuation.c. */
#include "deal/use_cases.h"

static dealer_status gate(struct deal *deal, struct document *trade_in) {
    return gate_open_pre_order(deal, trade_in);
}

const struct deal_noun noun_trade_in = {"trade_in", NULL, gate, NULL, NULL};
