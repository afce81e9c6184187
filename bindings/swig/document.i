/* Documents: accessors work on the copy in memory, everything with a session touches the store. */
%ignore dealer_document_error;
TOUCHES_DISK(dealer_document_new)
TOUCHES_DISK(dealer_document_derive)
TOUCHES_DISK(dealer_document_set_place)
TOUCHES_DISK(dealer_document_open)
TOUCHES_DISK(dealer_document_save)
TOUCHES_DISK(dealer_document_delete)
TOUCHES_DISK(dealer_document_submit)
TOUCHES_DISK(dealer_document_enter)
TOUCHES_DISK(dealer_document_recall)
TOUCHES_DISK(dealer_document_void)
TOUCHES_DISK(dealer_document_review)
TOUCHES_DISK(dealer_document_set_locked)
TOUCHES_DISK(dealer_pre_order_lose)
TOUCHES_DISK(dealer_document_history)
%include "dealer/document.h"
