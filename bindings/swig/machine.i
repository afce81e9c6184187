/* Machines and what is owed on them. A day that is not given is today. */
OPTIONAL_TEXT(as_of)
%include "dealer/machine.h"
