/* Messages as JSON, for outbox, inbox and delivery. */
#ifndef API_MESSAGE_ROWS_H
#define API_MESSAGE_ROWS_H

#include "api/door.h"

enum { MESSAGES_LIMIT = 1000 };

struct message_rows {
    struct door *door;
    struct json *json;
    json_value *list;
};
/* Without marks of reading and delivery. */
json_value *message_to_json(const struct deal *deal, const struct message_row *row, struct json *json);
/* Leaves the door with those that the filter lets through. */
dealer_status messages_answer(struct door *door, enum message_filter filter, int64_t after, int32_t limit, dealer_text **out);

#endif
