/* Tasks and the verbs of an approval. */
TOUCHES_DISK(dealer_tasks)
TOUCHES_DISK(dealer_task_approve)
TOUCHES_DISK(dealer_task_reject)
TOUCHES_DISK(dealer_task_act)
TOUCHES_DISK(dealer_document_act)
TOUCHES_DISK(dealer_document_preview)
%include "dealer/approval.h"
