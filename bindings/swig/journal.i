/* The journal's chain, and the soundness of the store. */
TOUCHES_DISK(dealer_journal_verify)
TOUCHES_DISK(dealer_store_verify)
%include "dealer/journal.h"
