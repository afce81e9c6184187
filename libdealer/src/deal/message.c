/* Messages: what a call has journaled is told, by the configuration's message rules, in the transaction of its cause. What an approval asks
 * of people is told even when the configuration says nothing of it. */
#include "deal/use_cases.h"
#include "base/text.h"
#include "deal/dates.h"
#include "deal/template.h"
#include <string.h>

enum { MINUTE_MS = 60000, CHINA_OFFSET_MINUTES = 8 * 60 };

/* -- recipients: people who are here and hold a post; without one nothing is visible, not even what once waited -- */

struct recipients {
    struct deal *deal;
    int64_t *people;
    size_t count, capacity;
};

static dealer_status add_person(void *user_data, int64_t person) {
    struct recipients *this = user_data;
    struct deal *deal = this->deal;
    const struct org *org = deal->snapshot->org;
    int index = person ? org_employee_by_id(org, person) : -1;
    if (index < 0 || org->employees[index].disabled || !org_has_post_in_force(org, index, deal->now_ms)) return DEALER_OK;
    for (size_t i = 0; i < this->count; i++)
        if (this->people[i] == person) return DEALER_OK;
    if (this->count == this->capacity) {
        size_t capacity = this->capacity ? 2 * this->capacity : 32;
        int64_t *people = REGION_ARRAY(&deal->region, deal->env, int64_t, capacity);
        if (!people) return DEALER_E_NOMEM;
        if (this->count) memcpy(people, this->people, this->count * sizeof *people);
        this->people = people;
        this->capacity = capacity;
    }
    this->people[this->count++] = person;
    return DEALER_OK;
}

static dealer_status add_holders(struct recipients *this, int post, int company, int department) {
    enum { AT_ONCE = 64 };
    struct deal *deal = this->deal;
    const struct org *org = deal->snapshot->org;
    const struct org_place place = {post, company, department, department >= 0};
    int few[AT_ONCE], *found = few;
    int count = org_holders(org, &place, deal->now_ms, few, AT_ONCE);
    if (count > AT_ONCE) {
        found = REGION_ARRAY(&deal->region, deal->env, int, count);
        if (!found) return DEALER_E_NOMEM;
        count = org_holders(org, &place, deal->now_ms, found, count);
    }
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < count; i++) status = add_person(this, org->employees[found[i]].id);
    return status;
}

static dealer_status add_people(struct recipients *this, const struct people_query *query) {
    return store_people_of(this->deal->env, this->deal->connection, query, add_person, this);
}

static dealer_status add_submitter(struct recipients *this, int64_t document) {
    return add_people(
        this, &(struct people_query){PEOPLE_LAST, document, 0, "[\"submitted\",\"resubmitted\",\"entered_directly\"]"});
}

static dealer_status add_reviewer(struct recipients *this, int64_t document) {
    return add_people(this, &(struct people_query){PEOPLE_LAST, document, 0,
                                "[\"reviewed\",\"review_withdrawn\",\"task_approved\",\"task_rejected\",\"task_returned\","
                                "\"overridden\",\"terminated\"]"});
}

static dealer_status add_concerned(struct recipients *this, int64_t document, const struct event *event) {
    if (event->person) return add_person(this, event->person);
    return event->task ? add_people(this, &(struct people_query){PEOPLE_AWAITED, document, event->task, NULL}) : DEALER_OK;
}

static dealer_status add_part(
    struct recipients *this, const struct document *document, enum document_part part, const struct event *event) {
    int64_t id = document_id(document);
    dealer_status status = DEALER_OK;
    switch (part) {
    case DOCUMENT_PART_SUBMITTER: return add_submitter(this, id);
    case DOCUMENT_PART_APPROVERS: return add_people(this, &(struct people_query){PEOPLE_ASKED, id, 0, NULL});
    case DOCUMENT_PART_AWAITED: return add_people(this, &(struct people_query){PEOPLE_AWAITED, id, 0, NULL});
    case DOCUMENT_PART_REVIEWER: return add_reviewer(this, id);
    case DOCUMENT_PART_CC: return add_people(this, &(struct people_query){PEOPLE_COPIED, id, 0, NULL});
    case DOCUMENT_PART_PARTICIPANTS:
        status = add_submitter(this, id);
        if (!status) status = add_people(this, &(struct people_query){PEOPLE_ASKED, id, 0, NULL});
        return status ? status : add_people(this, &(struct people_query){PEOPLE_COPIED, id, 0, NULL});
    case DOCUMENT_PART_CONCERNED: return add_concerned(this, id, event);
    default: return add_person(this, document_integer(document, COMMON_OWNER));
    }
}

static dealer_status add_recipient(struct recipients *this, const struct document *document,
    const struct message_recipient *recipient, const struct event *event) {
    const struct org *org = this->deal->snapshot->org;
    int company = org_company_by_id(org, document_integer(document, COMMON_COMPANY));
    int department =
        document_has(document, COMMON_DEPARTMENT) ? org_department_by_id(org, document_integer(document, COMMON_DEPARTMENT)) : -1;
    dealer_status status = DEALER_OK;
    switch (recipient->kind) {
    case RECIPIENT_POST_IN_COMPANY: return add_holders(this, recipient->post, company, -1);
    case RECIPIENT_POST_IN_DEPARTMENT: return add_holders(this, recipient->post, company, department);
    case RECIPIENT_POST_IN_NAMED: return add_holders(this, recipient->post, recipient->company, -1);
    case RECIPIENT_POST_IN_KIND:
        for (int i = 0; !status && i < org->company_count; i++)
            if (org->companies[i].kinds & recipient->kinds) status = add_holders(this, recipient->post, i, -1);
        return status;
    case RECIPIENT_PART: return add_part(this, document, recipient->part, event);
    case RECIPIENT_PERSON: return add_person(this, org->employees[recipient->employee].id);
    default: return DEALER_OK; /* a party: told by name */
    }
}

/* -- one message -- */

/* One event of one document as one rule tells it. */
struct telling {
    struct deal *deal;
    const struct document *document;
    const struct event *event;
    const struct message_rule *rule;
};

/* reader: what he may not see is left out; -1: as it is. */
static dealer_status render_for(const struct telling *this, int reader, struct message_row *row) {
    struct template en = {this->deal, this->document, this->event, false, reader}, zh;
    struct document *copy = NULL;
    dealer_status status = reader < 0 ? DEALER_OK : document_copy(this->deal->env, this->document, &copy);
    if (status) return status;
    if (copy) {
        copy->participant = false; /* that was the asker's */
        en.document = copy;
        status = template_conceal(&en, copy);
    }
    zh = en;
    zh.zh = true;
    if (!status) status = template_render(&en, this->rule->text_en, &row->text_en, NULL);
    if (!status) status = template_render(&zh, this->rule->text_zh, &row->text_zh, NULL);
    document_free(copy);
    return status;
}

/* Was it told to this recipient within the time that the rule gives? */
static dealer_status is_fresh(const struct telling *this, const struct message_row *row, bool *out) {
    struct deal *deal = this->deal;
    const struct message_rule *rule = this->rule;
    struct template template = {deal, this->document, this->event, false, -1};
    const char *matter = NULL;
    dealer_status status = DEALER_OK;
    *out = true;
    if (!rule->once_ms) return DEALER_OK;
    if (rule->once_key) status = template_render(&template, rule->once_key, &matter, NULL);
    if (status) return status;
    const char *key = region_format(&deal->region, deal->env, "%s/%s/%s/%s%s", rule->event, this->document->type->name,
        matter          ? matter
        : row->document ? NUMBER(row->document)
                        : deal_title(deal, this->document),
        row->party ? "to " : "#", row->party ? row->party : NUMBER(row->person));
    return key ? store_message_told(deal->env, deal->connection, key, deal->now_ms, rule->once_ms, out) : DEALER_E_NOMEM;
}

/* The first end of a period after now. */
static int64_t digest_end(const struct message_rule *rule, int64_t now_ms) {
    int64_t period = (int64_t)rule->digest_minutes * MINUTE_MS;
    int64_t start = ((int64_t)rule->digest_at - CHINA_OFFSET_MINUTES) * MINUTE_MS;
    return now_ms - (((now_ms - start) % period) + period) % period + period;
}

static dealer_status put(const struct telling *this, struct message_row row) {
    struct deal *deal = this->deal;
    bool fresh = true;
    dealer_status status = is_fresh(this, &row, &fresh);
    if (status || !fresh) return status;
    if (this->rule->digest_minutes) {
        row.available_ms = digest_end(this->rule, deal->now_ms);
        row.digest = region_format(&deal->region, deal->env, "%s%s@%lld", row.party ? "to " : "#",
            row.party ? row.party : NUMBER(row.person), (long long)row.available_ms);
        row.event = "digest";
        if (!row.digest) return DEALER_E_NOMEM;
    }
    return store_message_add(deal->env, deal->connection, &row);
}

static dealer_status put_to_party(const struct telling *this, const char *pattern, const struct message_row *row) {
    struct template template = {this->deal, this->document, this->event, true, -1};
    struct message_row to = *row;
    bool whole = true;
    dealer_status status = template_render(&template, pattern, &to.party, &whole);
    return status || !whole ? status : put(this, to);
}

/* One text for everybody, unless posts hide fields: then each reads what he may see. */
static dealer_status send(const struct telling *this) {
    struct deal *deal = this->deal;
    struct recipients recipients = {.deal = deal};
    bool limited = permission_limits_any(deal->snapshot->permissions);
    struct message_row row = {.event = this->event->name,
        .type = this->document->type->name,
        .document = document_id(this->document),
        .at_ms = deal->now_ms};
    dealer_status status = render_for(this, -1, &row);
    for (int i = 0; !status && i < this->rule->recipient_count; i++) {
        const struct message_recipient *recipient = &this->rule->recipients[i];
        status = recipient->kind == RECIPIENT_PARTY ? put_to_party(this, recipient->party, &row)
                                                    : add_recipient(&recipients, this->document, recipient, this->event);
    }
    for (size_t i = 0; !status && i < recipients.count; i++) {
        row.person = recipients.people[i];
        if (limited) status = render_for(this, org_employee_by_id(deal->snapshot->org, row.person), &row);
        if (!status) status = put(this, row);
    }
    return status;
}

static dealer_status tell_by(const struct telling *this) {
    bool holds = false;
    dealer_status status = date_rule_holds(this->deal, this->rule, this->document, &holds);
    if (!status && holds && this->rule->rule)
        status = message_condition(this->deal, this->document, this->rule, this->event, &holds);
    return status || !holds ? status : send(this);
}

/* -- which rules tell what -- */

static bool is_told_by(const struct message_rule *rule, const struct catalogue_type *type, const struct event *event) {
    if (strcmp(rule->type->name, type->name) != 0 || strcmp(rule->event, event->name) != 0) return false;
    return !rule->date.field || (event->field && strcmp(rule->date.path, event->field) == 0 && rule->date.days == event->days);
}

/* What the library tells when the configuration has nothing for the type: NULL, nothing. */
static const struct message *own_text(const char *event) {
    if (strcmp(event, "waits") == 0) return &R_WAITS_FOR_YOU;
    if (strcmp(event, "overdue") == 0) return &R_OVERDUE;
    return strcmp(event, "cc") == 0 ? &R_COPIED : NULL;
}

static dealer_status tell(struct deal *deal, const struct document *document, const struct event *event) {
    static const struct message_recipient concerned = {.kind = RECIPIENT_PART, .part = DOCUMENT_PART_CONCERNED};
    const struct deal_snapshot *snapshot = deal->snapshot;
    const struct message *own = own_text(event->name);
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < snapshot->message_count; i++) {
        if (!is_told_by(&snapshot->messages[i], document->type, event)) continue;
        own = NULL;
        status = tell_by(&(struct telling){deal, document, event, &snapshot->messages[i]});
    }
    if (status || !own) return status;
    struct message_rule rule = {
        .event = event->name, .recipients = &concerned, .recipient_count = 1, .text_en = own->en, .text_zh = own->zh};
    return send(&(struct telling){deal, document, event, &rule});
}

dealer_status messages_tell_of(struct deal *deal, const struct document *document, const char *event) {
    return tell(deal, document, &(struct event){.name = event, .actor = deal->person, .at_ms = deal->now_ms});
}

static bool is_told_at_all(const struct deal_snapshot *snapshot, const char *event) {
    for (int i = 0; i < snapshot->message_count; i++)
        if (strcmp(snapshot->messages[i].event, event) == 0) return true;
    return false;
}

/* Could an entry of this kind matter to anybody, whatever the document? */
static bool is_of_interest(const struct deal_snapshot *snapshot, const char *kind) {
    const char *summary;
    size_t position = 0;
    bool matters = is_told_at_all(snapshot, kind);
    while (!matters && (summary = event_next_summary(kind, &position)))
        matters = own_text(summary) || is_told_at_all(snapshot, summary);
    return matters;
}

/* -- what a call has done -- */

/* An entry of the journal that matters, kept until all are read. */
struct entry {
    int64_t document;
    const char *kind;
    struct event event;
    const char *told; /* its summary, once told */
    struct entry *next;
};

struct entries {
    struct deal *deal;
    struct entry *first, *last;
    const char *comment; /* the last one given, and on which document: a step's comment stands at one of its entries */
    int64_t commented;
};

static dealer_status copy_member(struct deal *deal, const json_value *root, const char *member, const char **out) {
    const char *text = json_get_text(root, member);
    if (!text) return DEALER_OK;
    *out = region_copy(&deal->region, deal->env, text, strlen(text));
    return *out ? DEALER_OK : DEALER_E_NOMEM;
}

/* The members that events need of an entry's detail. */
static dealer_status read_detail(struct entries *this, const char *detail, struct entry *entry) {
    struct deal *deal = this->deal;
    struct json *json = NULL;
    if (!detail) return DEALER_OK;
    dealer_status status = json_parse_own(deal->env, detail, strlen(detail), &json);
    if (status) return status;
    const json_value *root = json_root(json);
    entry->event.person = json_get_integer(root, "person", 0);
    entry->event.task = json_get_integer(root, "task", 0);
    entry->event.days = json_get_integer(root, "days", 0);
    status = copy_member(deal, root, "comment", &entry->event.comment);
    if (!status) status = copy_member(deal, root, "day", &entry->event.day);
    if (!status) status = copy_member(deal, root, "field", &entry->event.field);
    json_free(json);
    return status;
}

static dealer_status keep(void *user_data, const struct journal_entry *row) {
    struct entries *this = user_data;
    struct deal *deal = this->deal;
    struct entry read = {.document = row->document, .event = {.actor = row->person, .at_ms = row->at_ms}};
    bool wanted = is_of_interest(deal->snapshot, row->kind);
    bool commented = row->detail_json && strstr(row->detail_json, "\"comment\":");
    if (!wanted && !commented) return DEALER_OK;
    dealer_status status = read_detail(this, row->detail_json, &read);
    if (status) return status;
    if (read.event.comment) {
        this->comment = read.event.comment;
        this->commented = row->document;
    } else if (this->commented == row->document) {
        read.event.comment = this->comment;
    }
    if (!wanted) return DEALER_OK;
    struct entry *entry = REGION_NEW(&deal->region, deal->env, struct entry);
    if (!entry) return DEALER_E_NOMEM;
    read.kind = row->kind; /* the connection's, until the mark */
    *entry = read;
    *(this->last ? &this->last->next : &this->first) = entry;
    this->last = entry;
    return DEALER_OK;
}

/* Is it about the same person and task, or the same date? */
static bool is_same_matter(const struct event *a, const struct event *b) {
    if (a->day && b->day) return strcmp(a->day, b->day) == 0 && strcmp(a->field, b->field) == 0 && a->days == b->days;
    return a->person == b->person && a->task == b->task;
}

/* The same event comes from several entries ("submitted" of the lifecycle and of the flow), and is told once; what concerns people, once
 * for each. */
static bool was_told(const struct entries *this, const struct entry *entry, const char *name, bool concerns) {
    for (const struct entry *other = this->first; other != entry; other = other->next) {
        bool same = !concerns || is_same_matter(&other->event, &entry->event);
        if (same && other->document == entry->document &&
            (strcmp(other->kind, name) == 0 || (other->told && strcmp(other->told, name) == 0)))
            return true;
    }
    return false;
}

static dealer_status tell_entry(struct entries *this, struct entry *entry, const struct document *document) {
    struct deal *deal = this->deal;
    struct event event = entry->event;
    const char *summary = event_summary(entry->kind, event.actor == 0, document);
    dealer_status status = DEALER_OK;
    if (event.task)
        status = store_task_title(deal->env, deal->connection, &deal->region, (const int64_t[2]){entry->document, event.task},
            &event.node.en, &event.node.zh);
    event.name = entry->kind;
    if (!status && !was_told(this, entry, event.name, true)) status = tell(deal, document, &event);
    if (status || !summary || was_told(this, entry, summary, own_text(summary) != NULL)) return status;
    entry->told = event.name = summary;
    return tell(deal, document, &event);
}

dealer_status messages_forget(struct deal *deal, int64_t limit) {
    int64_t kept_ms = (int64_t)MESSAGE_ONCE_HOURS_MOST * 60 * MINUTE_MS;
    return store_messages_forget(deal->env, deal->connection, deal->now_ms - kept_ms, limit);
}

dealer_status messages_tell(struct deal *deal) {
    struct entries entries = {.deal = deal};
    struct document *loaded = NULL;
    const struct document *document = NULL;
    dealer_status status = store_journal_since_mark(deal->env, deal->connection, keep, &entries);
    for (struct entry *entry = entries.first; !status && entry; entry = entry->next) {
        if (!document || document_id(document) != entry->document) {
            document_free(loaded);
            loaded = NULL;
            document = deal_kept(deal, entry->document);
            if (!document) status = deal_load(deal, entry->document, &loaded);
            if (loaded) document = loaded;
        }
        if (status == DEALER_E_NOT_FOUND) { /* a draft that this call deleted, after telling so */
            error_clear(&deal->env->error);
            status = DEALER_OK;
        } else if (!status) {
            status = tell_entry(&entries, entry, document);
        }
    }
    document_free(loaded);
    store_journal_mark(deal->connection);
    return status;
}
