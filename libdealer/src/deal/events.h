/* Events: what happened to a document in one call, as it is told. An event is a journal entry of the call, or what several kinds of
 * entries come to ("approved", "waits"); so whatever is journaled can be told of, and nothing that was rolled back is. */
#ifndef DEAL_EVENTS_H
#define DEAL_EVENTS_H

#include "deal/deal.h"

struct event {
    const char *name;
    int64_t actor;        /* who did it; 0: the system, the clock */
    int64_t person, task; /* whom it is about: asked, copied to; 0. Number of the task; 0 */
    const char *comment;  /* NULL */
    const char *day;      /* of "due": the date, its field, and how many days after it; NULL: none */
    const char *field;
    int64_t days;
    struct label node; /* its title; NULL: none */
    int64_t at_ms;
};

struct event_kind {
    const char *name;
    struct label label;
};
const struct event_kind *event_kind(const char *name); /* NULL: there is none */
const struct event_kind *event_kind_at(int index);     /* NULL past the end */
/* Of a month that finance holds, closes or opens again, not of a document. */
bool event_is_of_period(const char *name);
/* What an entry of this kind is also called, as the document stands after the call; NULL: nothing more. by_clock: nobody did it. */
const char *event_summary(const char *kind, bool by_clock, const struct document *document);
/* What it may be called, for any document: the next after *position (0 first), which moves on; NULL: no more. */
const char *event_next_summary(const char *kind, size_t *position);

#endif
