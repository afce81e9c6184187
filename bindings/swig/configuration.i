/* Configuration, catalogue, organisation. A refused configuration brings its findings with the exception. */
FINDINGS_ARE(dealer_configuration_apply, *arg2)
%include "dealer/configuration.h"
