/* How rows of messages are read, for the statements of message.c and outbox.c. */
#ifndef STORE_MESSAGE_ROW_H
#define STORE_MESSAGE_ROW_H

#include "store/record_store.h"
#include "store/statement.h"

/* The rest of a bound statement, row by row; it selects the columns of message_row in the order of its read. */
dealer_status message_rows(struct env *env, struct statement *select, message_visitor row, void *user_data);

#endif
