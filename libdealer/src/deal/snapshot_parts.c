/* Reads "reviews", "messages" and "rules" of a configuration. Knows their JSON shape; nothing of who acts or what is sent.
 *
 *   "reviews":  [{"company": code?, "type": "contract", "event": "submit" | "void"?, "way": "approval" | "finance" | "function" | "none"}]
 *   "messages": [{"event": "approved", "type": "trade_in", "when": PREDICATE?,
 *                 "to": [{"post": code, "in": "company" | "department" | {"company": code} | {"kind": "guarantee"}},
 *                        {"part": "owner"}, {"person": code}, {"party": "text"}],
 *                 "text": {"en": "... {number} ...", "zh": "..."}}]
 *   "rules":    {"require_backtest": true}: no rule set is published that was not tried on all past documents. */
#include "deal/snapshot_parts.h"
#include "base/text.h"
#include "deal/messages.h"
#include <stdio.h>
#include <string.h>

struct part {
    struct env *env;
    struct deal_snapshot *snapshot;
    char path[96];
};

static dealer_status wrong(struct part *part, const char *member, const char *expected, const char *found) {
    return error_raise(&part->env->error, &E_CONFIGURATION_MEMBER, "path", part->path, "member", member, "expected", expected,
        "found", found ? found : "-", NULL);
}

static bool member_known(const char *name, const char *const *allowed) {
    for (; *allowed; allowed++)
        if (strcmp(*allowed, name) == 0) return true;
    return false;
}

static dealer_status check_members(struct part *part, const json_value *object, const char *const *allowed, const char *listed) {
    const char *key;
    if (json_kind(object) != JSON_OBJECT) return wrong(part, "", "an object", NULL);
    for (struct json_cursor each = json_each(object); json_next(&each, &key);)
        if (!member_known(key, allowed)) return wrong(part, key, listed, key);
    return DEALER_OK;
}

static dealer_status read_type(struct part *part, const json_value *object, const struct catalogue_type **out) {
    const char *name = json_get_text(object, "type");
    *out = name ? catalogue_type(part->snapshot->catalogue, name) : NULL;
    return *out ? DEALER_OK : wrong(part, "type", "a document type of the catalogue", name);
}

/* A document that is to be voided is on no flow: its voiding is reviewed by people with a function. */
static dealer_status read_way(struct part *part, const char *name, struct deal_review *out) {
    bool voids = out->event == REVIEW_OF_VOIDING;
    for (int i = voids ? REVIEW_FINANCE : REVIEW_APPROVAL; name && i <= REVIEW_NONE; i++) {
        if (strcmp(review_way_names[i], name) != 0) continue;
        out->way = (enum review_way)i;
        return DEALER_OK;
    }
    return wrong(part, "way", voids ? "finance, function or none" : "approval, finance, function or none", name);
}

static dealer_status read_review(struct part *part, const json_value *object, struct deal_review *out) {
    static const char *const members[] = {"company", "type", "event", "way", NULL};
    dealer_status status = check_members(part, object, members, "company, type, event, way");
    if (!status) status = read_type(part, object, &out->type);
    if (status) return status;
    const char *company = json_get_text(object, "company"), *event = json_get_text(object, "event");
    out->company = company ? org_company_by_code(part->snapshot->org, company) : -1;
    if (company && out->company < 0) return wrong(part, "company", "the code of a company", company);
    if (event && strcmp(event, "submit") != 0 && strcmp(event, "void") != 0) return wrong(part, "event", "submit or void", event);
    out->event = event && *event == 'v' ? REVIEW_OF_VOIDING : REVIEW_OF_SUBMISSION;
    return read_way(part, json_get_text(object, "way"), out);
}

dealer_status snapshot_read_reviews(struct env *env, struct deal_snapshot *snapshot) {
    struct part part = {env, snapshot, "reviews"};
    const json_value *list = json_get(json_root(snapshot->source), "reviews"), *item;
    if (json_kind(list) != JSON_NONE && json_kind(list) != JSON_ARRAY) return wrong(&part, "", "an array", NULL);
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

/* -- messages -- */

static unsigned kind_of(const char *name) {
    if (!name) return 0;
    if (strcmp(name, "sales") == 0) return COMPANY_SALES;
    if (strcmp(name, "service") == 0) return COMPANY_SERVICE;
    return strcmp(name, "guarantee") == 0 ? COMPANY_GUARANTEE : 0;
}

static dealer_status read_place(struct part *part, const json_value *place, struct message_recipient *out) {
    const char *word = json_text(place), *code = json_get_text(place, "company"), *kind = json_get_text(place, "kind");
    if (word && strcmp(word, "company") == 0)
        out->kind = RECIPIENT_POST_IN_COMPANY;
    else if (word && strcmp(word, "department") == 0)
        out->kind = RECIPIENT_POST_IN_DEPARTMENT;
    else if (code && (out->company = org_company_by_code(part->snapshot->org, code)) >= 0)
        out->kind = RECIPIENT_POST_IN_NAMED;
    else if (kind && (out->kinds = kind_of(kind)) != 0)
        out->kind = RECIPIENT_POST_IN_KIND;
    else
        return wrong(part, "in", "\"company\", \"department\", {\"company\": code} or {\"kind\": sales | service | guarantee}",
            word   ? word
            : code ? code
                   : kind);
    return DEALER_OK;
}

static dealer_status read_recipient(struct part *part, const json_value *object, struct message_recipient *out) {
    static const char *const members[] = {"post", "in", "part", "person", "party", NULL};
    const char *post = json_get_text(object, "post"), *share = json_get_text(object, "part");
    const char *person = json_get_text(object, "person");
    dealer_status status = check_members(part, object, members, "post with in, part, person or party");
    if (status) return status;
    if (post) {
        out->post = org_post_by_code(part->snapshot->org, post);
        return out->post < 0 ? wrong(part, "post", "the code of a post", post) : read_place(part, json_get(object, "in"), out);
    }
    if (share && strcmp(share, "owner") == 0)
        out->kind = RECIPIENT_OWNER;
    else if (person && (out->employee = org_employee_by_code(part->snapshot->org, person)) >= 0)
        out->kind = RECIPIENT_PERSON;
    else if ((out->party = json_get_text(object, "party")) != NULL)
        out->kind = RECIPIENT_PARTY;
    else
        return wrong(
            part, "to", "post with in, {\"part\": \"owner\"}, {\"person\": code} or {\"party\": text}", share ? share : person);
    return DEALER_OK;
}

static dealer_status read_recipients(struct part *part, const json_value *list, struct message_rule *out) {
    const json_value *item;
    if (json_kind(list) != JSON_ARRAY || json_count(list) == 0)
        return wrong(part, "to", "an array of at least one recipient", NULL);
    struct message_recipient *recipients =
        REGION_ARRAY(&part->snapshot->region, part->env, struct message_recipient, json_count(list));
    if (!recipients) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(list); (item = json_next(&each, NULL));) {
        dealer_status status = read_recipient(part, item, &recipients[out->recipient_count]);
        if (status) return status;
        out->recipient_count++;
    }
    out->recipients = recipients;
    return DEALER_OK;
}

static dealer_status read_message(struct part *part, const json_value *object, struct message_rule *out) {
    static const char *const members[] = {"event", "type", "when", "to", "text", NULL};
    static const char *const events[] = {"submitted", "approved", "rejected", "returned", "recalled", "voided", "locked",
        "unlocked", "confirmed", "unconfirmed", NULL};
    dealer_status status = check_members(part, object, members, "event, type, when, to, text");
    if (!status) status = read_type(part, object, &out->type);
    if (status) return status;
    out->event = json_get_text(object, "event");
    if (!out->event || !member_known(out->event, events))
        return wrong(part, "event",
            "submitted, approved, rejected, returned, recalled, voided, locked, unlocked, confirmed or unconfirmed", out->event);
    const json_value *text = json_get(object, "text");
    out->text_en = json_get_text(text, "en");
    out->text_zh = json_get_text(text, "zh");
    if (!out->text_en || !out->text_zh) return wrong(part, "text", "{\"en\": text, \"zh\": text}", NULL);
    status = predicate_parse(part->env, &part->snapshot->region, out->type, json_get(object, "when"), &out->when);
    if (status && status != DEALER_E_NOMEM) return wrong(part, "when", "a predicate over the fields of the type", NULL);
    return status ? status : read_recipients(part, json_get(object, "to"), out);
}

dealer_status snapshot_read_messages(struct env *env, struct deal_snapshot *snapshot) {
    struct part part = {env, snapshot, "messages"};
    const json_value *list = json_get(json_root(snapshot->source), "messages"), *item;
    if (json_kind(list) != JSON_NONE && json_kind(list) != JSON_ARRAY) return wrong(&part, "", "an array", NULL);
    snapshot->messages = REGION_ARRAY(&snapshot->region, env, struct message_rule, json_count(list) + 1);
    if (!snapshot->messages) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(list); (item = json_next(&each, NULL));) {
        snprintf(part.path, sizeof part.path, "messages[%d]", snapshot->message_count);
        dealer_status status = read_message(&part, item, &snapshot->messages[snapshot->message_count]);
        if (status) return status;
        snapshot->message_count++;
    }
    return DEALER_OK;
}

dealer_status snapshot_read_rules(struct env *env, struct deal_snapshot *snapshot) {
    static const char *const members[] = {"require_backtest", NULL};
    struct part part = {env, snapshot, "rules"};
    const json_value *object = json_get(json_root(snapshot->source), "rules");
    if (json_kind(object) <= JSON_NULL) return DEALER_OK;
    dealer_status status = check_members(&part, object, members, "require_backtest");
    const json_value *demand = json_get(object, "require_backtest");
    if (!status && json_kind(demand) > JSON_NULL && json_kind(demand) != JSON_BOOLEAN)
        status = wrong(&part, "require_backtest", "true or false", json_text(demand));
    snapshot->require_backtest = json_is_true(demand);
    return status;
}
