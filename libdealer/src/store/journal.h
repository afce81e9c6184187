/* The journal's part in other writing. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/connection.h"

/* Writes the head, when the transaction added entries: once, however many. */
dealer_status journal_close(struct env *env, struct connection *connection);
/* The last entry there is: what is written now happens after it. */
dealer_status journal_end(struct env *env, struct connection *connection, int64_t *out);
/* The last entry before the call that is running (store_journal_mark). */
dealer_status journal_before_call(struct env *env, struct connection *connection, int64_t *out);

#endif
