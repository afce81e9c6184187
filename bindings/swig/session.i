/* Sessions and the host's transactions. */
%ignore dealer_session_error;
ERROR_IS(dealer_session_open, *arg3)
ERROR_IS(dealer_session_open_system, *arg3)
ERROR_IS(dealer_session_open_as_substitute, *arg3)
IN_MEMORY(dealer_session_person)
IN_MEMORY(dealer_session_acting)
%include "dealer/session.h"
