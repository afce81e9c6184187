/* Reads "messages" and "delivery" of a configuration. Knows their JSON shape; nothing of who acts or what is sent.
 *
 *   "messages": [{"event": "approved", "type": "trade_in" | "*", "when": PREDICATE?, "when_rule": {"rule": id, "condition": name}?,
 *                 "to": [{"post": code, "in": "company" | "department" | {"company": code} | {"kind": "guarantee"}},
 *                        {"part": "owner"}, {"person": code}, {"party": "tel:{customer.phone}"}],
 *                 "text": {"en": "... {number} ...", "zh": "..."},
 *                 "once": {"hours": 24, "key": "{customer}"?}?, "digest": {"every": "day" | "hour", "at": "17:30"?}?,
 *                 "on": {"field": "ends_on" | "rents.due_on", "before": 30 | "after": 1}, "unless": "insurance.renews"?}] of the event due
 *   "delivery": {"attempts": 8, "first_wait_seconds": 60, "longest_wait_seconds": 21600, "source": "/dealer"} */
#include "base/text.h"
#include "deal/part.h"
#include "deal/snapshot_parts.h"
#include "deal/template.h"
#include <stdio.h>
#include <string.h>

enum {
    HOUR_MS = 3600000,
    HOUR_MINUTES = 60,
    DAY_MINUTES = 24 * HOUR_MINUTES,
    ATTEMPTS = 8,
    ATTEMPTS_MOST = 1000,
    FIRST_WAIT_S = 60,
    LONGEST_WAIT_S = 6 * 3600,
    WAIT_MOST_S = 30 * 24 * 3600,
    DAYS_MOST = 3660
};

/* -- recipients -- */

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
        return part_wrong(part, "in", "\"company\", \"department\", {\"company\": code} or {\"kind\": sales | service | guarantee}",
            word   ? word
            : code ? code
                   : kind);
    return DEALER_OK;
}

static bool read_share(const char *name, enum document_part *out) {
    static const char *const names[DOCUMENT_PARTS] = {
        "owner", "submitter", "approvers", "awaited", "reviewer", "cc", "participants", "concerned"};
    for (int i = 0; i < DOCUMENT_PARTS; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum document_part)i;
            return true;
        }
    return false;
}

static dealer_status check_text(struct part *part, const struct catalogue_type *type, const char *member, const char *pattern) {
    struct template_fault fault;
    if (template_check(part->snapshot->catalogue, type, pattern, &fault)) return DEALER_OK;
    return error_raise(&part->env->error, fault.nearest ? &E_MESSAGE_PLACE_NEAREST : &E_MESSAGE_PLACE, "path", part->path, "member",
        member, "place", fault.place, "type", type->name, "nearest", fault.nearest ? fault.nearest : "", NULL);
}

static dealer_status read_recipient(
    struct part *part, const json_value *object, const struct catalogue_type *type, struct message_recipient *out) {
    static const char *const members[] = {"post", "in", "part", "person", "party", NULL};
    const char *post = json_get_text(object, "post"), *share = json_get_text(object, "part");
    const char *person = json_get_text(object, "person");
    dealer_status status = part_members(part, object, members, "post with in, part, person or party");
    if (status) return status;
    if (post) {
        out->post = org_post_by_code(part->snapshot->org, post);
        return out->post < 0 ? part_wrong(part, "post", "the code of a post", post) : read_place(part, json_get(object, "in"), out);
    }
    if (share) {
        out->kind = RECIPIENT_PART;
        return read_share(share, &out->part)
                   ? DEALER_OK
                   : part_wrong(
                         part, "part", "owner, submitter, approvers, awaited, reviewer, cc, participants or concerned", share);
    }
    if (person) {
        out->kind = RECIPIENT_PERSON;
        out->employee = org_employee_by_code(part->snapshot->org, person);
        return out->employee < 0 ? part_wrong(part, "person", "the code of an employee", person) : DEALER_OK;
    }
    out->kind = RECIPIENT_PARTY;
    out->party = json_get_text(object, "party");
    if (!out->party || !*out->party)
        return part_wrong(part, "to", "post with in, {\"part\": name}, {\"person\": code} or {\"party\": text}", NULL);
    return check_text(part, type, "party", out->party);
}

static dealer_status read_recipients(struct part *part, const json_value *list, struct message_rule *out) {
    const json_value *item;
    if (json_kind(list) != JSON_ARRAY || json_count(list) == 0)
        return part_wrong(part, "to", "an array of at least one recipient", NULL);
    struct message_recipient *recipients =
        REGION_ARRAY(&part->snapshot->region, part->env, struct message_recipient, json_count(list));
    if (!recipients) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(list); (item = json_next(&each, NULL));) {
        dealer_status status = read_recipient(part, item, out->type, &recipients[out->recipient_count]);
        if (status) return status;
        out->recipient_count++;
    }
    out->recipients = recipients;
    return DEALER_OK;
}

/* -- when, what, how often -- */

static const char *nearest_event(const char *name) {
    const char *best = event_kind_at(0)->name;
    for (int i = 0; event_kind_at(i); i++)
        if (text_distance(name, event_kind_at(i)->name) < text_distance(name, best)) best = event_kind_at(i)->name;
    return best;
}

static dealer_status read_event(struct part *part, const json_value *object, struct message_rule *out) {
    out->event = json_get_text(object, "event");
    if (!out->event) return part_wrong(part, "event", "the name of an event, such as approved", NULL);
    if (event_kind(out->event)) return DEALER_OK;
    return error_raise(
        &part->env->error, &E_MESSAGE_EVENT, "path", part->path, "found", out->event, "nearest", nearest_event(out->event), NULL);
}

static dealer_status read_condition(struct part *part, const json_value *object, struct message_rule *out) {
    static const char *const members[] = {"rule", "condition", NULL};
    const json_value *rule = json_get(object, "when_rule");
    dealer_status status = predicate_parse(part->env, &part->snapshot->region, out->type, json_get(object, "when"), &out->when);
    if (status && status != DEALER_E_NOMEM) return part_wrong(part, "when", "a predicate over the fields of the type", NULL);
    if (status || json_kind(rule) <= JSON_NULL) return status;
    status = part_members(part, rule, members, "rule, condition");
    out->rule = json_get_text(rule, "rule");
    out->condition = json_get_text(rule, "condition");
    if (!status && (!out->rule || !out->condition))
        status = part_wrong(part, "when_rule", "{\"rule\": the id of a rule, \"condition\": the name of a condition}", NULL);
    return status;
}

static dealer_status read_text(struct part *part, const json_value *object, struct message_rule *out) {
    const json_value *text = json_get(object, "text");
    out->text_en = json_get_text(text, "en");
    out->text_zh = json_get_text(text, "zh");
    if (!out->text_en || !out->text_zh) return part_wrong(part, "text", "{\"en\": text, \"zh\": text}", NULL);
    dealer_status status = check_text(part, out->type, "text.en", out->text_en);
    return status ? status : check_text(part, out->type, "text.zh", out->text_zh);
}

static dealer_status read_once(struct part *part, const json_value *once, struct message_rule *out) {
    static const char *const members[] = {"hours", "key", NULL};
    if (json_kind(once) <= JSON_NULL) return DEALER_OK;
    dealer_status status = part_members(part, once, members, "hours, key");
    int64_t hours = json_get_integer(once, "hours", 0);
    if (!status && (hours < 1 || hours > MESSAGE_ONCE_HOURS_MOST)) status = part_wrong(part, "once.hours", "1 to 8784", NULL);
    out->once_ms = hours * HOUR_MS;
    out->once_key = json_get_text(once, "key");
    return status || !out->once_key ? status : check_text(part, out->type, "once.key", out->once_key);
}

static dealer_status read_digest(struct part *part, const json_value *digest, struct message_rule *out) {
    static const char *const members[] = {"every", "at", NULL};
    if (json_kind(digest) <= JSON_NULL) return DEALER_OK;
    dealer_status status = part_members(part, digest, members, "every, at");
    const char *every = json_get_text(digest, "every"), *at = json_get_text(digest, "at");
    if (status) return status;
    if (every && strcmp(every, "hour") == 0 && !at) {
        out->digest_minutes = HOUR_MINUTES;
        return DEALER_OK;
    }
    out->digest_minutes = DAY_MINUTES;
    if (every && strcmp(every, "day") == 0 && part_minute(at, &out->digest_at)) return DEALER_OK;
    return part_wrong(part, "digest", "{\"every\": \"hour\"} or {\"every\": \"day\", \"at\": \"17:30\"}", every);
}

/* -- of the event due -- */

static const struct catalogue_field *column_of(const struct catalogue_field *lines, const char *name) {
    for (int i = 0; i < lines->line_count; i++)
        if (strcmp(lines->lines[i].name, name) == 0) return &lines->lines[i];
    return NULL;
}

/* "ends_on", or "rents.due_on" of lines. */
static bool find_date(const struct catalogue_type *type, const char *path, struct message_date *out) {
    const char *point = path ? strchr(path, '.') : NULL;
    char name[64];
    if (!path || (point && (size_t)(point - path) >= sizeof name)) return false;
    snprintf(name, sizeof name, "%.*s", point ? (int)(point - path) : (int)strlen(path), path);
    out->path = path;
    out->field = catalogue_field(type, name);
    if (!out->field || !point) return out->field && out->field->kind == FIELD_DATE;
    out->column = out->field->kind == FIELD_LINES ? column_of(out->field, point + 1) : NULL;
    return out->column && out->column->kind == FIELD_DATE;
}

static dealer_status read_days(struct part *part, const json_value *on, struct message_date *out) {
    const json_value *before = json_get(on, "before"), *after = json_get(on, "after");
    int64_t days = json_get_integer(on, before ? "before" : "after", -1);
    if ((before != NULL) == (after != NULL) || days < 0 || days > DAYS_MOST)
        return part_wrong(part, "on", "a field, and before or after: 0 to 3660 days", NULL);
    out->days = before ? -(int)days : (int)days;
    return DEALER_OK;
}

/* "insurance.renews": a link of a type to this one. */
static dealer_status read_unless(struct part *part, const char *path, struct message_rule *out) {
    static const char expected[] = "a type and its link to this one, such as insurance.renews";
    const char *point = path ? strchr(path, '.') : NULL;
    char name[64];
    if (!path) return DEALER_OK;
    if (!point || (size_t)(point - path) >= sizeof name) return part_wrong(part, "unless", expected, path);
    snprintf(name, sizeof name, "%.*s", (int)(point - path), path);
    out->date.unless_type = catalogue_type(part->snapshot->catalogue, name);
    out->date.unless_link = out->date.unless_type ? catalogue_field(out->date.unless_type, point + 1) : NULL;
    const struct catalogue_field *link = out->date.unless_link;
    bool fits = link && link->kind == FIELD_DOCUMENT && strcmp(link->target, out->type->name) == 0;
    return fits ? DEALER_OK : part_wrong(part, "unless", expected, path);
}

static dealer_status read_date(struct part *part, const json_value *object, struct message_rule *out) {
    static const char *const members[] = {"field", "before", "after", NULL};
    const json_value *on = json_get(object, "on");
    bool due = strcmp(out->event, "due") == 0, there = json_kind(on) > JSON_NULL;
    if (!due && (there || json_get(object, "unless")))
        return part_wrong(part, "event", "due, where there is on or unless", out->event);
    if (!due) return DEALER_OK;
    if (!there) return part_wrong(part, "on", "{\"field\": a date, \"before\" or \"after\": days}", NULL);
    dealer_status status = part_members(part, on, members, "field, before, after");
    if (!status && !find_date(out->type, json_get_text(on, "field"), &out->date))
        status = part_wrong(
            part, "on.field", "a date of the type, or one of its lines, such as rents.due_on", json_get_text(on, "field"));
    if (!status) status = read_days(part, on, &out->date);
    return status ? status : read_unless(part, json_get_text(object, "unless"), out);
}

/* Of a month nothing else is known but whose it is. */
static dealer_status check_period_event(struct part *part, const struct message_rule *out) {
    if (!event_is_of_period(out->event) || (!out->rule && !out->digest_minutes)) return DEALER_OK;
    return part_wrong(part, out->rule ? "when_rule" : "digest", "nothing: an event of a period is no document's", out->event);
}

static dealer_status read_message(
    struct part *part, const json_value *object, const struct catalogue_type *type, struct message_rule *out) {
    static const char *const members[] = {
        "event", "type", "when", "when_rule", "to", "text", "once", "digest", "on", "unless", NULL};
    dealer_status status = part_members(part, object, members, "event, type, when, when_rule, to, text, once, digest, on, unless");
    out->type = type;
    if (!status) status = read_event(part, object, out);
    if (!status) status = read_text(part, object, out);
    if (!status) status = read_condition(part, object, out);
    if (!status) status = read_once(part, json_get(object, "once"), out);
    if (!status) status = read_digest(part, json_get(object, "digest"), out);
    if (!status) status = read_date(part, object, out);
    if (!status) status = check_period_event(part, out);
    return status ? status : read_recipients(part, json_get(object, "to"), out);
}

/* "*" stands for each type of the catalogue. */
static bool is_for_all(const json_value *object) {
    const char *type = json_get_text(object, "type");
    return type && strcmp(type, "*") == 0;
}

static size_t count_rules(const struct deal_snapshot *snapshot, const json_value *list) {
    const json_value *item;
    size_t count = 0;
    for (struct json_cursor each = json_each(list); (item = json_next(&each, NULL));)
        count += is_for_all(item) ? (size_t)snapshot->catalogue->type_count : 1;
    return count;
}

static dealer_status read_entry(struct part *part, const json_value *item) {
    struct deal_snapshot *snapshot = part->snapshot;
    const struct catalogue_type *type = NULL;
    if (json_kind(item) != JSON_OBJECT) return part_wrong(part, "", "an object", NULL);
    if (!is_for_all(item)) {
        dealer_status status = part_type(part, json_get_text(item, "type"), &type);
        return status ? status : read_message(part, item, type, &snapshot->messages[snapshot->message_count++]);
    }
    for (int i = 0; i < snapshot->catalogue->type_count; i++) {
        dealer_status status =
            read_message(part, item, &snapshot->catalogue->types[i], &snapshot->messages[snapshot->message_count++]);
        if (status) return status;
    }
    return DEALER_OK;
}

dealer_status snapshot_read_messages(struct env *env, struct deal_snapshot *snapshot) {
    struct part part = {env, snapshot, "messages"};
    const json_value *list = json_get(json_root(snapshot->org->source), "messages"), *item;
    if (json_kind(list) > JSON_NULL && json_kind(list) != JSON_ARRAY) return part_wrong(&part, "", "an array", NULL);
    snapshot->messages = REGION_ARRAY(&snapshot->region, env, struct message_rule, count_rules(snapshot, list) + 1);
    if (!snapshot->messages) return DEALER_E_NOMEM;
    int index = 0;
    for (struct json_cursor each = json_each(list); (item = json_next(&each, NULL));) {
        snprintf(part.path, sizeof part.path, "messages[%d]", index++);
        dealer_status status = read_entry(&part, item);
        if (status) return status;
    }
    return DEALER_OK;
}

dealer_status snapshot_check_messages(struct env *env, const struct deal_snapshot *snapshot) {
    for (int i = 0; i < snapshot->message_count; i++) {
        const struct message_rule *message = &snapshot->messages[i];
        const struct rule *rule = message->rule ? rule_set_find(snapshot->rules, message->rule) : NULL;
        bool fits =
            rule && rule_has_condition(rule, message->condition) && (!rule->type || strcmp(rule->type, message->type->name) == 0);
        if (message->rule && !fits)
            return error_raise(&env->error, &E_MESSAGE_RULE, "event", message->event, "type", message->type->name, "condition",
                message->condition, "rule", message->rule, NULL);
    }
    return DEALER_OK;
}

/* -- delivery -- */

static dealer_status read_count(
    struct part *part, const json_value *object, const char *member, const int64_t default_and_most[2], int64_t *out) {
    *out = json_get_integer(object, member, default_and_most[0]);
    return *out >= 1 && *out <= default_and_most[1]
               ? DEALER_OK
               : part_wrong(part, member, "a whole number from 1, not too large (attempts 1000, waits 30 days)", NUMBER(*out));
}

dealer_status snapshot_read_delivery(struct env *env, struct deal_snapshot *snapshot) {
    static const char *const members[] = {"attempts", "first_wait_seconds", "longest_wait_seconds", "source", NULL};
    static const int64_t attempts[2] = {ATTEMPTS, ATTEMPTS_MOST};
    static const int64_t first[2] = {FIRST_WAIT_S, WAIT_MOST_S}, longest[2] = {LONGEST_WAIT_S, WAIT_MOST_S};
    struct part part = {env, snapshot, "delivery"};
    struct delivery *delivery = &snapshot->delivery;
    const json_value *object = json_get(json_root(snapshot->org->source), "delivery");
    bool there = json_kind(object) > JSON_NULL;
    dealer_status status =
        there ? part_members(&part, object, members, "attempts, first_wait_seconds, longest_wait_seconds, source") : DEALER_OK;
    if (!status) status = read_count(&part, object, "attempts", attempts, &delivery->attempts);
    if (!status) status = read_count(&part, object, "first_wait_seconds", first, &delivery->first_wait_ms);
    if (!status) status = read_count(&part, object, "longest_wait_seconds", longest, &delivery->longest_wait_ms);
    delivery->first_wait_ms *= 1000;
    delivery->longest_wait_ms *= 1000;
    delivery->source = json_get_text(object, "source");
    if (!delivery->source) delivery->source = "/dealer";
    if (!status && !*delivery->source) status = part_wrong(&part, "source", "a URI that is not empty", NULL);
    return status;
}
