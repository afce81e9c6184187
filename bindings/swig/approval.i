/* Tasks and the verbs of an approval. Who is not asked about may be left out of an explanation. */
%apply (const int64_t *documents, size_t count) {(const int64_t *tasks, size_t count)};
%apply int {dealer_language language};
OPTIONAL_TEXT(person)
%include "dealer/approval.h"
%clear const char *person;
