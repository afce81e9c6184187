/* Rule sets, valuation, market data. */
%include "dealer/rules.h"
