/* The parts of the configuration that the use cases own: ways of review, message rules, demands on rule sets. Not for other floors. */
#ifndef DEAL_SNAPSHOT_PARTS_H
#define DEAL_SNAPSHOT_PARTS_H

#include "deal/snapshot.h"

/* DEALER_E_CONFIGURATION names the JSON path. They read snapshot->source and need catalogue and org. */
dealer_status snapshot_read_reviews(struct env *env, struct deal_snapshot *snapshot);
dealer_status snapshot_read_messages(struct env *env, struct deal_snapshot *snapshot);
dealer_status snapshot_read_delivery(struct env *env, struct deal_snapshot *snapshot);
/* The rules that messages ask are in the rule set; it needs rules. */
dealer_status snapshot_check_messages(struct env *env, const struct deal_snapshot *snapshot);
dealer_status snapshot_read_rules(struct env *env, struct deal_snapshot *snapshot);
/* approval_parts.c */
dealer_status snapshot_read_calendars(struct env *env, struct deal_snapshot *snapshot);
dealer_status snapshot_read_limits(struct env *env, struct deal_snapshot *snapshot);

/* flow_check.c: rules that are to choose must be there, and choose. */
dealer_status flow_check_choosers(struct env *env, const struct deal_flow *flow);

/* material.c: fields that nodes cover must be there; *path_out: of the first that names another. */
dealer_status material_check(
    struct env *env, const struct catalogue_type *type, const struct approval_flow *flow, const char **path_out);

#endif
