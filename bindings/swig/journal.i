/* The journal's chain, and the soundness of the store. */
%include "dealer/journal.h"
