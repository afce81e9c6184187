/* A small organisation as a table, a flow, and one document on its way: what tests of the approval engine begin with.
 *
 * people: {"persons": ["S", "A", ...]  ids 1.. in this order; the first is the submitter
 *          "heads": {"S": "H"}         head of a person
 *          "department_heads": ["H", "G"]   levels 1.. of the document's department
 *          "posts": {"reviewer@company": ["A"]}   @department, @company, or @ the code of a company
 *          "fields": {"owner": "A"}    "true": ["large"]   rules (and predicates, by text) that hold
 *          "gone": ["B"]               no longer works here
 *          "covers": ["G"]             heads whose limit covers the amount   "administrators": ["X"]
 *          "content": {"n1": "x"}     what an approval at that node covers
 *          "choices": {"by_hand": ["A"]}   whom rules choose; "broken" fails
 *          "cannot_read": ["B"]}      by his own posts
 * Nodes and flows without a title get their id as title, so that cases stay short. A flow may carry "sub_flows": {name: flow, ...}, the
 * flows that its nodes (and theirs) may name. */
#ifndef SUPPORT_APPROVAL_WORLD_H
#define SUPPORT_APPROVAL_WORLD_H

#include "approval/approval.h"

struct approval_world {
    struct seams seams;
    struct env env;
    struct region region;
    struct json *flow_json;
    const json_value *people_json;
    const json_value *flow_given; /* completed */
    struct flow_offer offer;
    const struct approval_flow *flow;
    struct approval_people people;
    struct approval_subject subject;
    struct approval_call call;
    struct approval_instance instance;
    struct approval_outcome last; /* of the last step that was not refused */
};

/* DEALER_OK, or what flow_load says (the world is to be closed all the same). The JSON values must outlive the world. */
dealer_status approval_world_open(
    struct approval_world *world, const struct seams *seams, const json_value *flow, const json_value *people);
void approval_world_close(struct approval_world *world);
int64_t approval_world_person(const struct approval_world *world, const char *code); /* 0: none */
const char *approval_world_code(const struct approval_world *world, int64_t person);
/* One action as JSON: {"actor", "verb", "task", "person", "from", "target", "back", "comment", "administrator", "history",
 * "hours_later"}; no actor: the clock.
 * The world moves on when it is not refused. */
dealer_status approval_world_step(struct approval_world *world, const json_value *action);
dealer_status approval_world_act(struct approval_world *world, const struct approval_action *action);
/* Canonical JSON of an instance, in malloc memory. */
char *approval_world_text(struct approval_world *world, const struct approval_instance *instance);
/* What must hold for every instance; NULL, or the sentence that does not. */
const char *approval_world_fault(const struct approval_instance *instance);

#endif
