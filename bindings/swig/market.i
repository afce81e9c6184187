/* The used-machine market. What is imported are bytes, in whatever pieces they come. */
HANDLE(dealer_market_import, import_out)
TEXT_WITH_LENGTH(mapping)
BYTES_WITH_LENGTH(data)
%include "dealer/market.h"
