/* Trials of rules on the past. Progress is told by a callback on the calling thread; what it raises comes out of the call. */
%ignore dealer_backtest_options;
%ignore dealer_backtest_format;
%include "dealer/backtest.h"
