/* Accounts. A customer or the name of a party; a day that is not given is today. */
OPTIONAL_TEXT(party)
OPTIONAL_TEXT(as_of)
%include "dealer/account.h"
