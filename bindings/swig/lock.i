/* Finance's lock. Without a company: of all; without a month: from the first on. */
OPTIONAL_TEXT(of_company)
OPTIONAL_TEXT(from_month)
%include "dealer/lock.h"
