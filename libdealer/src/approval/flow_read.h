/* Reading a flow's JSON: small checked readers that name the path of what is wrong. Knows JSON and messages; how nodes stand to each other
 * is flow_load.c's affair. */
#ifndef APPROVAL_FLOW_READ_H
#define APPROVAL_FLOW_READ_H

#include "approval/flow.h"

/* A flow whose text is being read, and in which it is a sub-flow. */
struct flow_text {
    const json_value *json;
    const char *name;   /* as offered; NULL: the flow itself */
    const char *prefix; /* of the ids of its nodes: "check/", or "" */
    struct approval_policies policies;
    const struct flow_text *outer;
};

struct flow_reader {
    struct env *env;
    struct region *region;
    struct approval_flow *flow; /* with room for as many nodes as there may be */
    size_t condition_capacity;
    const struct flow_offer *offer;
    const struct flow_text *text;
    const char **targets;                  /* by node: the id of its rejected_node, looked up when all nodes are there */
    const struct approval_node *groups_of; /* whose groups a who may name; NULL: none */
};

/* Names end with NULL; their index is the value. */
dealer_status flow_read_keys(struct flow_reader *reader, const json_value *object, const char *path, const char *const *names);
dealer_status flow_read_name(
    struct flow_reader *reader, const json_value *value, const char *path, const char *const *names, int *out);
dealer_status flow_read_text(
    struct flow_reader *reader, const json_value *object, const char *path, const char *key, const char **out);
dealer_status flow_read_id(struct flow_reader *reader, const json_value *object, const char *path, const char **out);
dealer_status flow_read_title(struct flow_reader *reader, const json_value *object, const char *path, struct approval_title *out);
/* Absent: *out stays. */
dealer_status flow_read_truth(struct flow_reader *reader, const json_value *object, const char *path, const char *key, bool *out);
dealer_status flow_read_integer(
    struct flow_reader *reader, const json_value *value, const char *path, int64_t highest, int64_t *out);
/* path, key -> "path.key"; path, index -> "path[index]". NULL: out of memory. */
const char *flow_path_key(struct flow_reader *reader, const char *path, const char *key);
const char *flow_path_at(struct flow_reader *reader, const char *path, size_t index);
dealer_status flow_expected(struct flow_reader *reader, const char *path, const char *expected, const json_value *found);

dealer_status flow_read_policies(
    struct flow_reader *reader, const json_value *object, const char *path, struct approval_policies *policies);
/* A condition, with its place in flow->conditions. */
dealer_status flow_read_condition(
    struct flow_reader *reader, const json_value *json, const char *path, const struct approval_condition **out);
/* hours or business_hours; with `whole` also what then. */
dealer_status flow_read_due(
    struct flow_reader *reader, const json_value *json, const char *path, bool whole, const struct approval_due **out);
/* One who or an array of them, at least one. */
dealer_status flow_read_who(
    struct flow_reader *reader, const json_value *value, const char *path, const struct approval_who **out, int32_t *count_out);

const char *flow_full_id(struct flow_reader *reader, const char *id); /* as it is known in the whole flow; NULL: out of memory */
dealer_status flow_too_many(struct flow_reader *reader, const char *path, int64_t limit);
/* flow_node.c: what a node of that kind says. */
dealer_status flow_read_rejected(struct flow_reader *reader, const json_value *value, struct approval_node *node);
dealer_status flow_read_approve(struct flow_reader *reader, const json_value *json, struct approval_node *node);
dealer_status flow_read_cc(struct flow_reader *reader, const json_value *json, struct approval_node *node);
dealer_status flow_read_end(struct flow_reader *reader, const json_value *json, struct approval_node *node);
dealer_status flow_read_delay(struct flow_reader *reader, const json_value *json, struct approval_node *node);
dealer_status flow_read_route_back(struct flow_reader *reader, const json_value *json, struct approval_node *node);

#endif
