/* Who decides, found in the organisation: the approval engine's people, for one document under one snapshot. */
#ifndef DEAL_PEOPLE_H
#define DEAL_PEOPLE_H

#include "deal/use_cases.h"

struct people_source {
    struct deal *deal; /* under the snapshot that the approval is pinned to */
    const struct deal_flow *flow;
    const struct document *document; /* of that snapshot's catalogue */
    struct chosen *chosen;           /* what rules said whom to ask (chooser.c); NULL at first */
    struct held *held;               /* what rules said of conditions (people.c); NULL at first */
};

/* Borrows the source. */
struct approval_people people_of(struct people_source *source);
struct approval_subject subject_of(const struct document *document, int64_t submitter);

/* The instant so many working hours after another (calendar.c). company: index, -1: none. */
int64_t business_hours_after(const struct deal_snapshot *snapshot, int company, int64_t from_ms, int64_t hours);
/* Does the limit of that employee, as head of that department, cover the document's amount in the field (limits.c)? */
dealer_status limit_covers(
    const struct people_source *source, const struct catalogue_field *field, int employee, int department, bool *out);

/* A digest of what an approval at that node covers (material.c); *out stays when it covers nothing. */
dealer_status material_digest(
    struct env *env, const struct document *document, const struct approval_node *node, struct region *region, const char **out);

#endif
