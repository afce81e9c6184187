/* A manager's questions. Without a name: which there are. */
OPTIONAL_TEXT(report)
TEXT_WITH_LENGTH(parameters)
%include "dealer/report.h"
