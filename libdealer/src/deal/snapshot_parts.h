/* The parts of the configuration that the use cases own: ways of review, message rules, demands on rule sets. Not for other floors. */
#ifndef DEAL_SNAPSHOT_PARTS_H
#define DEAL_SNAPSHOT_PARTS_H

#include "deal/snapshot.h"

/* snapshot.c: in this order, all of it or a status; then it is dropped. `like`: a snapshot whose parts are taken over where they would be
 * the same; NULL: none. snapshot_catalogue takes the dealer's own types from a configuration or from what the organisation passes on;
 * snapshot_complete makes all the rest, once there are catalogue and organisation. */
struct deal_snapshot *snapshot_new(struct env *env, const struct seams *seams, const struct rule_set *rules);
dealer_status snapshot_catalogue(
    struct env *env, struct deal_snapshot *snapshot, const json_value *configuration, const struct deal_snapshot *like);
dealer_status snapshot_complete(struct env *env, struct deal_snapshot *snapshot, const struct snapshot_parts *parts);

/* DEALER_E_CONFIGURATION names the JSON path. They read what the organisation passes on, and need the catalogue. */
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
