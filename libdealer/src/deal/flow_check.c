/* What a flow names in the rule set must be there: it can never run otherwise. */
#include "deal/messages.h"
#include "deal/snapshot_parts.h"
#include "org/findings.h"
#include <string.h>

struct checking {
    struct env *env;
    const struct deal_flow *flow;
};

static bool chooses(const struct rule *rule, const struct catalogue_type *type) {
    return rule && rule->kind == RULE_CHOOSE && (!rule->type || strcmp(rule->type, type->name) == 0);
}

static dealer_status raise_unknown(const struct checking *checking, const struct approval_who *who) {
    const struct rule_set *set = checking->flow->rule->set;
    const struct catalogue_type *type = checking->flow->type;
    struct nearest nearest;
    nearest_init(&nearest, who->code);
    for (size_t i = 0; i < rule_set_count(set); i++)
        if (chooses(rule_set_at(set, i), type)) nearest_offer(&nearest, rule_set_at(set, i)->id);
    return nearest.best ? error_raise(&checking->env->error, &E_CHOOSER_NEAR, "path", who->path, "rule", who->code, "type",
                              type->name, "near", nearest.best, NULL)
                        : error_raise(&checking->env->error, &E_CHOOSER_UNKNOWN, "path", who->path, "rule", who->code, "type",
                              type->name, NULL);
}

static dealer_status check_who(void *user_data, int32_t node, const struct approval_who *who) {
    const struct checking *checking = user_data;
    (void)node;
    if (who->kind != APPROVAL_WHO_RULE || chooses(rule_set_find(checking->flow->rule->set, who->code), checking->flow->type))
        return DEALER_OK;
    return raise_unknown(checking, who);
}

dealer_status flow_check_choosers(struct env *env, const struct deal_flow *flow) {
    struct checking checking = {env, flow};
    return flow_each_who(flow->flow, check_who, &checking);
}
