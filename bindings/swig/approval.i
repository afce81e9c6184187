/* Tasks and the verbs of an approval. */
%include "dealer/approval.h"
