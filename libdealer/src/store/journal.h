/* The journal's part in other writing. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/connection.h"

/* Writes the head, when the transaction added entries: once, however many. */
dealer_status journal_close(struct env *env, struct connection *connection);

#endif
