/* Status and version, for checking the hand-written layers against the library. Texts and decisions become values in their typemaps, errors
 * become exceptions: none of them is a handle here. */
%ignore dealer_status;
%ignore dealer_language;
%ignore DEALER_OK;
%rename("$ignore", regextarget=1) "^DEALER_";
%ignore dealer_text_data;
%ignore dealer_text_length;
%ignore dealer_text_free;
IN_MEMORY(dealer_status_name)
IN_MEMORY(dealer_status_count)
IN_MEMORY(dealer_version)
%include "dealer/status.h"
%include "dealer/types.h"
