/* Configuration, catalogue, organisation. A refused configuration brings its findings with the exception. */
TOUCHES_DISK(dealer_configuration_apply)
TOUCHES_DISK(dealer_configuration_export)
TOUCHES_DISK(dealer_configuration_starter)
TOUCHES_DISK(dealer_catalogue)
TOUCHES_DISK(dealer_organisation)
FINDINGS_ARE(dealer_configuration_apply, *arg2)
%include "dealer/configuration.h"
