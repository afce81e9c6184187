/* The whole story of a document, as dealer_document_history tells it. */
#ifndef DEAL_STORY_H
#define DEAL_STORY_H

#include "deal/use_cases.h"

/* Everything that happened to the document, in order, as far as the asker may see it; the document has been concealed from him. */
dealer_status story_tell(struct deal *deal, const struct document *document, struct json *json, json_value *rows);

#endif
