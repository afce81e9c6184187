/* Rule sets, valuation, market data. */
TOUCHES_DISK(dealer_rules_publish)
TOUCHES_DISK(dealer_rules_starter)
TOUCHES_DISK(dealer_rules_in_force)
TOUCHES_DISK(dealer_trade_in_value)
TOUCHES_DISK(dealer_market_add)
%include "dealer/rules.h"
