/* Lists: one page a handle; the page holds nothing open. */
IN_MEMORY(dealer_list_next)
IN_MEMORY(dealer_list_after)
IN_MEMORY(dealer_list_free)
%include "dealer/list.h"
