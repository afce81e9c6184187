/* An approval flow: who decides about a document, in which order, under which conditions. It is data (JSON, or a Lua
 * table that gives the same), parsed and checked as a whole here. Knows neither documents nor the organisation: codes
 * of persons, posts, companies and fields stay text, conditions stay unevaluated.
 *
 *   {"id": "sale", "title": {"en": "Sale", "zh": "销售"}, "sub_only": false,             (true: never chosen for a document by itself)
 *    "nobody_found": "refuse", "approver_is_submitter": "head", "same_approver": "repeat",     (defaults of the nodes)
 *    "nodes": [
 *      {"id": "credit", "kind": "approve", "title": {...}, "who": {"post": "claims_clerk", "in": "company"}, "mode": "any"},
 *      {"id": "size", "kind": "exclusive", "title": {...}, "branches": [
 *        {"when": {"predicate": ...}, "nodes": [...]}, {"when": {"rule": "large_sale"}, "nodes": [...]},
 *        {"otherwise": true, "nodes": []}]},
 *      {"id": "tell", "kind": "cc", "title": {...}, "who": [{"head": 1}, {"person": "E001"}]},
 *      {"id": "done", "kind": "end"}]}                                                        (an end may be left out)
 *
 * who     {"person": code} {"persons": [code]} {"post": code, "in": "department" | "company" | {"company": code}}
 *         {"head": level} {"heads_up_to": level} {"heads_to_limit": money field} {"field": key} {"submitter": true}
 *         {"administrators": true} {"rule": name of a rule that chooses}; one or an array; each may carry "weight" (mode weights), "group" (mode groups), "veto": true (his
 *         rejection decides at once, and he is always heard), "when": condition (asked only then), and a field "among": who (the
 *         submitter's choice from those).
 * mode    "any" "all" "sequential" {"ratio_bp": 6667} {"count": 2} {"threshold": 5} (weights) {"groups": {"a": 2, "b": 1}};
 *         default "all".
 *         Also at an approve node: "veto": true (of everybody), "claim": true (one task for all, one of
 *         them takes it), "wait_for_everyone": true (no early finish).
 * rejected "end" (default) "submitter" "previous" "node:<id>" (an earlier approve node on every way to this one).
 * policies nobody_found "refuse" | "skip" | "administrators" | {"fallback": who}; approver_is_submitter "head" | "skip" | "allow" |
 *         "refuse"; same_approver "repeat" | "skip_consecutive" | "skip_anywhere"; approver_cannot_read "allow" | "refuse".
 * due     {"hours" | "business_hours": n, "then": "remind" (default) "approve" "reject" {"escalate": who} {"transfer": who},
 *         "every": n (remind again)}, at an approve node: for each of its tasks.
 * covers  ["price", ...]: at an approve node, the fields that an approval here covers (all material ones): amending one of them voids
 *         it, and the node opens again.
 * kinds   "delay" with "hours" or "business_hours"; "rule" with "reject" and "refer" (conditions; at least one) and, with "refer", all
 *         that an approve node has: neither holds, it is passed; "route_back" with "to" (an earlier approve node on every way here)
 *         and "times" (how often in a round, default 1); "sub_flow" with "flow" (another flow, by the name it is offered under),
 *         "rejected" as at an approve node, and "async": true (the way goes on beside it, and its outcome decides nothing).
 *
 * A sub-flow's nodes are put in its place when the flow is loaded, each under the id "<id of the sub_flow node>/<its own id>", with the
 * policies of the flow that they are from: so all that holds for nodes holds for them. The sub_flow node is a branch node with one branch.
 * An async one stands with the rest of its sequence in a parallel node "<its id>+", so it is waited for where that sequence ends. */
#ifndef APPROVAL_FLOW_H
#define APPROVAL_FLOW_H

#include "base/json.h"
#include "base/region.h"

/* More than these is refused, so that nothing in the engine grows without bound. */
enum {
    APPROVAL_NODES_MAX = 256,
    APPROVAL_BRANCHES_MAX = 32,
    APPROVAL_DEPTH_MAX = 8,
    APPROVAL_WHO_MAX = 64,
    APPROVAL_LEVEL_MAX = 32,
    APPROVAL_WEIGHT_MAX = 1000000,
    APPROVAL_GROUPS_MAX = 8,
    APPROVAL_HOURS_MAX = 100000,
    APPROVAL_TIMES_MAX = 16
};

enum approval_node_kind {
    APPROVAL_NODE_APPROVE,
    APPROVAL_NODE_CC,
    APPROVAL_NODE_EXCLUSIVE,
    APPROVAL_NODE_INCLUSIVE,
    APPROVAL_NODE_PARALLEL,
    APPROVAL_NODE_END,
    APPROVAL_NODE_DELAY,
    APPROVAL_NODE_ROUTE_BACK,
    APPROVAL_NODE_SUB_FLOW
};

enum approval_who_kind {
    APPROVAL_WHO_PERSON, /* code: the employee */
    APPROVAL_WHO_POST,   /* code: the post; place says where */
    APPROVAL_WHO_HEAD,   /* head of the document's department, `level` 1 = its own, 2 = of the one above ... */
    APPROVAL_WHO_HEADS,  /* the heads of levels 1 .. `level`, nearest first */
    APPROVAL_WHO_FIELD,  /* code: a field of the document that refers to an employee */
    APPROVAL_WHO_SUBMITTER,
    APPROVAL_WHO_HEADS_TO_LIMIT, /* heads upwards until one whose limit covers the amount; code: the money field */
    APPROVAL_WHO_ADMINISTRATORS, /* whoever may administrate the approval of this document */
    APPROVAL_WHO_RULE            /* code: a rule that chooses */
};

enum approval_place { APPROVAL_IN_DEPARTMENT, APPROVAL_IN_COMPANY, APPROVAL_IN_NAMED_COMPANY };

struct approval_who {
    enum approval_who_kind kind;
    const char *code; /* NULL for heads and submitter */
    enum approval_place place;
    const char *company; /* code, for APPROVAL_IN_NAMED_COMPANY */
    int32_t level;
    int64_t weight; /* >= 1 */
    bool veto;
    int32_t group;                         /* 1 .. node->group_count; 0: none */
    const struct approval_condition *when; /* NULL: always */
    const struct approval_who *among;      /* APPROVAL_WHO_FIELD: must be one of these; NULL: anybody */
    int32_t among_count;
    const char *path; /* "nodes[2].who[0]", for errors of whoever resolves it */
};

enum approval_due_action {
    APPROVAL_DUE_REMIND,
    APPROVAL_DUE_APPROVE,
    APPROVAL_DUE_REJECT,
    APPROVAL_DUE_ESCALATE,
    APPROVAL_DUE_TRANSFER
};

/* When it comes due, and what then. */
struct approval_due {
    int64_t hours;
    bool business; /* hours of the company's calendar */
    enum approval_due_action action;
    int64_t every; /* remind: again after so many; 0: once */
    const struct approval_who *who;
    int32_t who_count;
};

/* Mode groups: so many of those whose who names it. */
struct approval_group {
    const char *name;
    int64_t count;
};

/* Exactly one of the two is set. The predicate is borrowed from the JSON document that the flow was loaded from. */
struct approval_condition {
    const json_value *predicate;
    const char *rule;
    int32_t index;    /* 0 .. flow->condition_count - 1: whoever evaluates may keep compiled forms in an array */
    const char *flow; /* the sub-flow that it is from, by the name it was offered under; NULL: the flow itself */
    const char *path; /* "nodes[1].branches[0].when" */
};

enum approval_mode {
    APPROVAL_ALL,
    APPROVAL_ANY,
    APPROVAL_SEQUENTIAL,
    APPROVAL_RATIO,   /* threshold: basis points of the weight of those who do not abstain */
    APPROVAL_COUNT,   /* threshold: how many */
    APPROVAL_WEIGHTS, /* threshold: sum of weights */
    APPROVAL_GROUPS   /* so many of each group; threshold: all of them together */
};

enum approval_nobody { APPROVAL_NOBODY_REFUSE, APPROVAL_NOBODY_SKIP, APPROVAL_NOBODY_FALLBACK };
enum approval_self { APPROVAL_SELF_HEAD, APPROVAL_SELF_SKIP, APPROVAL_SELF_ALLOW, APPROVAL_SELF_REFUSE };
enum approval_unread { APPROVAL_UNREAD_ALLOW, APPROVAL_UNREAD_REFUSE };
enum approval_same { APPROVAL_SAME_REPEAT, APPROVAL_SAME_SKIP_CONSECUTIVE, APPROVAL_SAME_SKIP_ANYWHERE };
enum approval_rejected {
    APPROVAL_REJECTED_END, /* of the flow that the node is from: in a sub-flow, its sub_flow node is rejected */
    APPROVAL_REJECTED_SUBMITTER,
    APPROVAL_REJECTED_PREVIOUS,
    APPROVAL_REJECTED_NODE,
    APPROVAL_REJECTED_GOES_ON /* async sub-flows: decides nothing */
};

struct approval_policies {
    enum approval_nobody nobody;
    const struct approval_who *fallback;
    enum approval_self self;
    enum approval_same same;
    enum approval_unread unread;
};

struct approval_title {
    const char *en, *zh;
};

struct approval_branch {
    struct approval_title title;           /* NULL texts: none */
    const struct approval_condition *when; /* NULL: parallel, or otherwise */
    bool otherwise;
    int32_t first; /* index of its first node; -1: empty */
    int32_t last;
};

/* Nodes lie in one array in the order of the text (a branch before what it holds), so that a smaller index in the same
 * sequence is earlier. */
struct approval_node {
    enum approval_node_kind kind;
    const char *id, *path;
    struct approval_title title;
    int32_t parent; /* the branch node around it; -1: top */
    int32_t branch; /* which of the parent's branches */
    int32_t next;   /* in its sequence; -1: the last */
    const struct approval_who *who;
    int32_t who_count;
    enum approval_mode mode;
    int64_t threshold;
    bool veto, claim, wait_for_everyone; /* claim: modes all and any only; wait: not with mode any */
    enum approval_rejected rejected;
    int32_t rejected_node;
    struct approval_policies policies;
    struct approval_branch *branches;
    int32_t branch_count;
    bool ends_rejected;                                        /* end nodes */
    const struct approval_due *due;                            /* approve nodes: of each task; delay nodes; NULL: none */
    const struct approval_condition *reject_when, *refer_when; /* rule nodes: approve nodes that ask these first */
    bool is_rule;
    struct approval_group groups[APPROVAL_GROUPS_MAX];
    int32_t group_count;
    const char *const *covers; /* fields whose content an approval here covers; NULL: all material ones */
    int32_t cover_count;
    int32_t times; /* route_back nodes: to rejected_node, so often */
    bool is_async; /* the parallel node in which an async sub-flow (branch 0) and the rest of the sequence (branch 1) stand */
};

struct approval_flow {
    const char *id;
    struct approval_title title;
    struct approval_policies policies;
    bool sub_only; /* no flow for a document by itself */
    struct approval_node *nodes;
    int32_t node_count;
    int32_t first; /* always 0: a flow has at least one approve node */
    const struct approval_condition **conditions;
    int32_t condition_count;
};

/* The flows that may stand in one another as sub-flows, by name; both arrays end with NULL. */
struct flow_offer {
    const char *const *names;
    const json_value *const *flows;
};

/* Parse and check. The flow lives in the region; texts are copied, predicates are borrowed from `json` and the flows on offer (NULL:
 * none), whose documents must outlive the flow, as must the names on offer. DEALER_E_CONFIGURATION with the path, what was expected and
 * what is near, also when a sub-flow holds itself; DEALER_E_NOMEM. *out is untouched on failure. */
dealer_status flow_load(struct env *env, struct region *region, const json_value *json, const struct flow_offer *offer,
    const struct approval_flow **out);

/* Every who of a flow, with those that it chooses among, those of policies and of what comes due; of the flow's own fallback once for each
 * node that has it. Stops at the first that is not DEALER_OK. */
typedef dealer_status (*flow_who_function)(void *user_data, int32_t node, const struct approval_who *who);
dealer_status flow_each_who(const struct approval_flow *flow, flow_who_function function, void *user_data);

int32_t flow_find(const struct approval_flow *flow, const char *node_id); /* index, or -1 */

/* The lowest sequence that both nodes stand in: *a_out and *b_out become the members of that sequence that are, or
 * hold, a and b. Equal members that are neither a nor b: the two stand in different branches of it. */
void flow_meet(const struct approval_flow *flow, int32_t a, int32_t b, int32_t *a_out, int32_t *b_out);
bool flow_is_before(const struct approval_flow *flow, int32_t a, int32_t b); /* on one way, a strictly earlier */

#endif
