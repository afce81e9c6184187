/* Sessions and the host's transactions. */
%ignore dealer_session_error;
TOUCHES_DISK(dealer_session_open)
TOUCHES_DISK(dealer_session_open_system)
TOUCHES_DISK(dealer_session_close)
TOUCHES_DISK(dealer_session_begin)
TOUCHES_DISK(dealer_session_commit)
TOUCHES_DISK(dealer_session_rollback)
ERROR_IS(dealer_session_open, *arg3)
ERROR_IS(dealer_session_open_system, *arg3)
%include "dealer/session.h"
