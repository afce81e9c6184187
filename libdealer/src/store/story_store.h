/* Everything that happened to one document, out of all tables that say something of it. */
#ifndef STORE_STORY_STORE_H
#define STORE_STORY_STORE_H

#include "store/store.h"

struct story_row {
    const char *source; /* journal, link, period, rule, account, stock, message */
    int64_t sequence;   /* of the journal: its own entry, or the last one before it */
    int64_t id, at_ms, person /* 0: the system */;
    const char *person_code, *person_name, *acting_code, *acting_name; /* NULL: none */
    const char *kind, *detail;                                         /* JSON; NULL */
};
/* In order; texts are borrowed for the call. */
dealer_status store_story(struct env *env, struct connection *connection, int64_t document,
    dealer_status (*row)(void *user_data, const struct story_row *row), void *user_data);

#endif
