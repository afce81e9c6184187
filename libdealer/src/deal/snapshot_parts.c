/* Reads "reviews" and "rules" of a configuration. Knows their JSON shape; nothing of who acts or what is sent.
 *
 *   "reviews":  [{"company": code?, "type": "contract", "event": "submit" | "void"?, "way": "approval" | "finance" | "function" | "none"}]
 *   "rules":    {"require_backtest": true}: no rule set is published that was not tried on all past documents. */
#include "deal/snapshot_parts.h"
#include "deal/part.h"
#include "deal/messages.h"
#include <stdio.h>
#include <string.h>

static dealer_status read_way(struct part *part, const char *name, struct deal_review *out) {
    for (int i = REVIEW_APPROVAL; name && i <= REVIEW_NONE; i++) {
        if (strcmp(review_way_names[i], name) != 0) continue;
        out->way = (enum review_way)i;
        return DEALER_OK;
    }
    return part_wrong(part, "way", "approval, finance, function or none", name);
}

static dealer_status read_review(struct part *part, const json_value *object, struct deal_review *out) {
    static const char *const members[] = {"company", "type", "event", "way", NULL};
    dealer_status status = part_members(part, object, members, "company, type, event, way");
    if (!status) status = part_type(part, json_get_text(object, "type"), &out->type);
    if (status) return status;
    const char *company = json_get_text(object, "company"), *event = json_get_text(object, "event");
    out->company = company ? org_company_by_code(part->snapshot->org, company) : -1;
    if (company && out->company < 0) return part_wrong(part, "company", "the code of a company", company);
    if (event && strcmp(event, "submit") != 0 && strcmp(event, "void") != 0)
        return part_wrong(part, "event", "submit or void", event);
    out->event = event && *event == 'v' ? REVIEW_OF_VOIDING : REVIEW_OF_SUBMISSION;
    return read_way(part, json_get_text(object, "way"), out);
}

dealer_status snapshot_read_reviews(struct env *env, struct deal_snapshot *snapshot) {
    struct part part = {env, snapshot, "reviews"};
    const json_value *list = json_get(json_root(snapshot->org->source), "reviews"), *item;
    if (json_kind(list) != JSON_NONE && json_kind(list) != JSON_ARRAY) return part_wrong(&part, "", "an array", NULL);
    snapshot->reviews = REGION_ARRAY(&snapshot->region, env, struct deal_review, json_count(list) + 1);
    if (!snapshot->reviews) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(list); (item = json_next(&each, NULL));) {
        snprintf(part.path, sizeof part.path, "reviews[%d]", snapshot->review_count);
        dealer_status status = read_review(&part, item, &snapshot->reviews[snapshot->review_count]);
        if (status) return status;
        snapshot->review_count++;
    }
    return DEALER_OK;
}

dealer_status snapshot_read_rules(struct env *env, struct deal_snapshot *snapshot) {
    static const char *const members[] = {"require_backtest", NULL};
    struct part part = {env, snapshot, "rules"};
    const json_value *object = json_get(json_root(snapshot->org->source), "rules");
    if (json_kind(object) <= JSON_NULL) return DEALER_OK;
    dealer_status status = part_members(&part, object, members, "require_backtest");
    const json_value *demand = json_get(object, "require_backtest");
    if (!status && json_kind(demand) > JSON_NULL && json_kind(demand) != JSON_BOOLEAN)
        status = part_wrong(&part, "require_backtest", "true or false", json_text(demand));
    snapshot->require_backtest = json_is_true(demand);
    return status;
}
