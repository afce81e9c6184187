/* The import of used-machine sales from CSV, by a mapping of columns. Rows gather in memory and are stored a thousand at a time; what can't
 * be understood is reported by line and passed over. Knows columns and sales; who opens transactions is its caller's matter. */
#ifndef DEAL_MARKET_IMPORT_H
#define DEAL_MARKET_IMPORT_H

#include "deal/use_cases.h"

struct market_import;

/* DEALER_E_INVALID names the member of the mapping and what would be right. */
dealer_status market_import_new(struct env *env, const char *mapping, size_t length, struct market_import **out);
/* Stores what has gathered, in the caller's transaction. */
dealer_status market_import_store(struct deal *deal, struct market_import *import);
/* `full` is called when a batch has gathered: it opens a transaction and calls market_import_store. After a failure the import is over:
 * every later call answers the same status. Begin anew then; what was stored is known. */
typedef dealer_status (*market_import_function)(void *user_data, struct market_import *import);
dealer_status market_import_feed(
    struct env *env, struct market_import *import, const char *data, size_t length, market_import_function full, void *user_data);
dealer_status market_import_finish(struct env *env, struct market_import *import, market_import_function full, void *user_data);
/* {"rows", "added", "known", "refused", "refusals": [{"line", "en", "zh"}]} */
void market_import_report(const struct market_import *import, struct json *json, json_value *report);
void market_import_free(struct market_import *import, struct env *env);

#endif
