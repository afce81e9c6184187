/* The journal's chain, and the soundness of the store. */
TEXT_WITH_LENGTH(head)
%include "dealer/journal.h"
