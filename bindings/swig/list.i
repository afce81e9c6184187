/* Lists: one page a handle; the page holds nothing open. */
TOUCHES_DISK(dealer_list_open)
TOUCHES_DISK(dealer_list_count)
TOUCHES_DISK(dealer_list_sum)
%include "dealer/list.h"
