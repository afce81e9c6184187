/* Permission. */
%include "dealer/permission.h"
