/* Tasks and the verbs of an approval. */
%apply (const int64_t *documents, size_t count) {(const int64_t *tasks, size_t count)};
%apply int {dealer_language language};
%include "dealer/approval.h"
