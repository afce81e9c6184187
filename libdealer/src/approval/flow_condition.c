/* A condition of a flow from JSON: catalogue fields, or a rule; each has its place in the flow, where its answer is kept. */
#include "approval/flow_read.h"
#include "approval/messages.h"

#include <string.h>

static dealer_status make_room(struct flow_reader *reader) {
    struct approval_flow *flow = reader->flow;
    size_t count = (size_t)flow->condition_count;
    if (count < reader->condition_capacity) return DEALER_OK;
    size_t larger = count * 2 + 8;
    const struct approval_condition **grown = REGION_ARRAY(reader->region, reader->env, const struct approval_condition *, larger);
    if (grown == NULL) return DEALER_E_NOMEM;
    if (count > 0) memcpy(grown, flow->conditions, count * sizeof *grown);
    flow->conditions = grown;
    reader->condition_capacity = larger;
    return DEALER_OK;
}

dealer_status flow_read_condition(
    struct flow_reader *reader, const json_value *json, const char *path, const struct approval_condition **out) {
    static const char *const keys[] = {"predicate", "rule", NULL};
    dealer_status status = flow_read_keys(reader, json, path, keys);
    if (status != DEALER_OK) return status;
    if (json_count(json) != 1) return error_raise(&reader->env->error, &E_FLOW_WHEN_ONE, "path", path, NULL);
    struct approval_condition *condition = REGION_NEW(reader->region, reader->env, struct approval_condition);
    if (condition == NULL) return DEALER_E_NOMEM;
    condition->path = path;
    condition->predicate = json_get(json, "predicate");
    condition->index = reader->flow->condition_count;
    condition->flow = reader->text->name;
    if (condition->predicate == NULL) status = flow_read_text(reader, json, path, "rule", &condition->rule);
    if (status == DEALER_OK) status = make_room(reader);
    if (status != DEALER_OK) return status;
    reader->flow->conditions[reader->flow->condition_count++] = condition;
    *out = condition;
    return DEALER_OK;
}
