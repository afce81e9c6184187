/* Permission. */
TOUCHES_DISK(dealer_check)
TOUCHES_DISK(dealer_allows)
TOUCHES_DISK(dealer_functions)
TOUCHES_DISK(dealer_who_can)
%include "dealer/permission.h"
