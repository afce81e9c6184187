/* Documents: accessors work on the copy in memory, everything with a session touches the store. */
%ignore dealer_document_error;
IN_MEMORY(dealer_document_free)
IN_MEMORY(dealer_document_id)
IN_MEMORY(dealer_document_type)
IN_MEMORY(dealer_document_number)
IN_MEMORY(dealer_document_status)
IN_MEMORY(dealer_document_version)
IN_MEMORY(dealer_document_has)
IN_MEMORY(dealer_document_integer)
IN_MEMORY(dealer_document_text)
IN_MEMORY(dealer_document_money)
IN_MEMORY(dealer_document_set_integer)
IN_MEMORY(dealer_document_set_text)
IN_MEMORY(dealer_document_set_money)
IN_MEMORY(dealer_document_clear)
IN_MEMORY(dealer_document_merge)
IN_MEMORY(dealer_document_to_json)
%include "dealer/document.h"
