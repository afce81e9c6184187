/* The store. Its options are one value for the layer above: see the glue of each language. */
%ignore dealer_store_options;
ERROR_IS(dealer_store_open, *arg2)
%include "dealer/store.h"
