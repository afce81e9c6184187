/* Who decides, found in the organisation: the approval engine's people, for one document under one snapshot. */
#ifndef DEAL_PEOPLE_H
#define DEAL_PEOPLE_H

#include "deal/use_cases.h"

struct people_source {
    struct deal *deal; /* under the snapshot that the approval is pinned to */
    const struct deal_flow *flow;
    const struct document *document; /* of that snapshot's catalogue */
};

/* Borrows the source. */
struct approval_people people_of(struct people_source *source);
struct approval_subject subject_of(const struct document *document, int64_t submitter);

#endif
