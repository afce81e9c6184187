/* Messages: turns an event on a document into outbox rows, by the configuration's message rules, in the transaction of its cause. */
#include "deal/use_cases.h"
#include "base/text.h"
#include <string.h>

enum { RECIPIENTS_MAX = 256 };

/* -- text templates: {number}, {type}, {owner}, {person}, {comment}, any field, and {link.field} one step further -- */

struct template {
    struct deal *deal;
    const struct document *document;
    const struct event *event;
    bool zh;
    int reader; /* employee for whom it is; -1: nobody's posts say what may be seen */
};

/* Takes out of a copy what the reader may not see. */
static dealer_status conceal_for(const struct template *template, struct document *document) {
    struct deal reading = *template->deal;
    reading.employee = template->reader;
    dealer_status status = deal_conceal(&reading, document);
    template->deal->region = reading.region; /* it has grown */
    return status;
}

static void add_value(
    struct text *out, const struct template *template, const struct document *document, const struct catalogue_field *field) {
    const struct value *value = &document->values[field->index];
    char amount[32];
    if (value->kind == VALUE_NONE) return;
    if (field->kind == FIELD_MONEY) {
        money_format(document_money(document, field), amount, sizeof amount);
        text_add(out, amount);
        text_add(out, " ");
        text_add(out, document_text(document, COMMON_CURRENCY));
    } else if (field->kind == FIELD_EMPLOYEE) {
        text_add(out, deal_person_name(template->deal, value->integer));
    } else if (field->kind == FIELD_COMPANY) {
        text_add(out, deal_company_code(template->deal, value->integer));
    } else if (field->kind == FIELD_CHOICE) {
        for (int i = 0; i < field->choice_count; i++)
            if (strcmp(field->choices[i].code, value->text) == 0)
                text_add(out, template->zh ? field->choices[i].label.zh : field->choices[i].label.en);
    } else if (value->kind == VALUE_TEXT) {
        text_append(out, value->text, value->length);
    } else {
        text_add_integer(out, value->integer);
    }
}

static dealer_status add_linked(struct text *out, const struct template *template, const char *link, const char *name) {
    struct document *linked = NULL;
    const struct catalogue_field *field = catalogue_field(template->document->type, link);
    if (!field || field->kind != FIELD_DOCUMENT) return DEALER_OK;
    dealer_status status = deal_load_link(template->deal, template->document, link, &linked);
    if (!status && linked) status = conceal_for(template, linked);
    const struct catalogue_field *member = linked ? catalogue_field(linked->type, name) : NULL;
    if (member) add_value(out, template, linked, member);
    document_free(linked);
    return status;
}

static dealer_status add_placeholder(struct text *out, const struct template *template, char *name) {
    const struct document *document = template->document;
    char *point = strchr(name, '.');
    const struct catalogue_field *field = catalogue_field(document->type, name);
    if (point) {
        *point = '\0';
        return add_linked(out, template, name, point + 1);
    }
    if (strcmp(name, "type") == 0)
        text_add(out, template->zh ? document->type->label.zh : document->type->label.en);
    else if (strcmp(name, "person") == 0)
        text_add(out, deal_person_name(template->deal, template->deal->person));
    else if (strcmp(name, "comment") == 0)
        text_add(out, template->event->comment ? template->event->comment : "");
    else if (field)
        add_value(out, template, document, field);
    return DEALER_OK;
}

static dealer_status render(const struct template *template, const char *pattern, char **out) {
    enum { NAME_MAX_LENGTH = 100 };
    char name[NAME_MAX_LENGTH + 1];
    struct text text;
    dealer_status status = DEALER_OK;
    text_init(&text, template->deal->env);
    while (!status && *pattern) {
        const char *open = strchr(pattern, '{'), *close = open ? strchr(open, '}') : NULL;
        size_t length = close ? (size_t)(close - open - 1) : 0;
        if (!close || length > NAME_MAX_LENGTH) {
            text_add(&text, pattern);
            break;
        }
        text_append(&text, pattern, (size_t)(open - pattern));
        memcpy(name, open + 1, length);
        name[length] = '\0';
        status = add_placeholder(&text, template, name);
        pattern = close + 1;
    }
    if (!status) status = text.status;
    const char *rendered = text_string(&text);
    *out = status ? NULL : region_copy(&template->deal->region, template->deal->env, rendered, strlen(rendered));
    text_finish(&text);
    return status ? status : *out ? DEALER_OK : DEALER_E_NOMEM;
}

/* -- recipients -- */

struct recipients {
    int64_t people[RECIPIENTS_MAX];
    int count;
};

static void add_person(struct recipients *recipients, int64_t person) {
    for (int i = 0; i < recipients->count; i++)
        if (recipients->people[i] == person) return;
    if (recipients->count < RECIPIENTS_MAX) recipients->people[recipients->count++] = person;
}

static void add_holders(struct deal *deal, struct recipients *recipients, int post, int company, int department) {
    int found[RECIPIENTS_MAX];
    int count = org_holders(
        deal->snapshot->org, &(struct org_place){post, company, department, department >= 0}, deal->now_ms, found, RECIPIENTS_MAX);
    for (int i = 0; i < count && i < RECIPIENTS_MAX; i++) add_person(recipients, deal->snapshot->org->employees[found[i]].id);
}

static void add_recipient(
    struct deal *deal, const struct document *document, const struct message_recipient *recipient, struct recipients *out) {
    const struct org *org = deal->snapshot->org;
    int company = org_company_by_id(org, document_integer(document, COMMON_COMPANY));
    int department =
        document_has(document, COMMON_DEPARTMENT) ? org_department_by_id(org, document_integer(document, COMMON_DEPARTMENT)) : -1;
    switch (recipient->kind) {
    case RECIPIENT_POST_IN_COMPANY: add_holders(deal, out, recipient->post, company, -1); break;
    case RECIPIENT_POST_IN_DEPARTMENT: add_holders(deal, out, recipient->post, company, department); break;
    case RECIPIENT_POST_IN_NAMED: add_holders(deal, out, recipient->post, recipient->company, -1); break;
    case RECIPIENT_POST_IN_KIND:
        for (int i = 0; i < org->company_count; i++)
            if (org->companies[i].kinds & recipient->kinds) add_holders(deal, out, recipient->post, i, -1);
        break;
    case RECIPIENT_OWNER: add_person(out, document_integer(document, COMMON_OWNER)); break;
    case RECIPIENT_PERSON: add_person(out, org->employees[recipient->employee].id); break;
    case RECIPIENT_PARTY: break;
    }
}

static dealer_status put(struct deal *deal, const struct message_row *pattern, int64_t person, const char *party) {
    struct message_row row = *pattern;
    row.person = person;
    row.party = party;
    return store_message_add(deal->env, deal->connection, &row);
}

static dealer_status render_for(struct deal *deal, const struct document *document, const struct event *event,
    const struct message_rule *rule, int reader, struct message_row *row) {
    struct document *copy = NULL;
    char *text_en = NULL, *text_zh = NULL;
    dealer_status status = document_copy(deal->env, document, &copy);
    if (status) return status;
    copy->participant = false; /* that was the asker's */
    struct template en = {deal, copy, event, false, reader}, zh = {deal, copy, event, true, reader};
    status = conceal_for(&en, copy);
    if (!status) status = render(&en, rule->text_en, &text_en);
    if (!status) status = render(&zh, rule->text_zh, &text_zh);
    document_free(copy);
    row->text_en = text_en;
    row->text_zh = text_zh;
    return status;
}

/* One text for everybody, unless posts hide fields: then each reads what he may see. */
static dealer_status send(
    struct deal *deal, const struct document *document, const struct event *event, const struct message_rule *rule) {
    struct recipients recipients = {{0}, 0};
    bool limited = permission_limits_any(deal->snapshot->permissions);
    struct message_row row = {.event = event->name, .document = document_id(document), .at_ms = deal->now_ms};
    dealer_status status = render_for(deal, document, event, rule, -1, &row);
    for (int i = 0; !status && i < rule->recipient_count; i++) {
        add_recipient(deal, document, &rule->recipients[i], &recipients);
        if (rule->recipients[i].kind == RECIPIENT_PARTY) status = put(deal, &row, 0, rule->recipients[i].party);
    }
    for (int i = 0; !status && i < recipients.count; i++) {
        if (limited)
            status = render_for(deal, document, event, rule, org_employee_by_id(deal->snapshot->org, recipients.people[i]), &row);
        if (!status) status = put(deal, &row, recipients.people[i], NULL);
    }
    return status;
}

dealer_status message_tell(struct deal *deal, const struct document *document, const struct event *event) {
    const struct deal_snapshot *snapshot = deal->snapshot;
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < snapshot->message_count; i++) {
        const struct message_rule *rule = &snapshot->messages[i];
        if (strcmp(rule->type->name, document->type->name) == 0 && strcmp(rule->event, event->name) == 0 &&
            predicate_holds(rule->when, document, &snapshot->world))
            status = send(deal, document, event, rule);
    }
    return status;
}

static dealer_status to_one(struct deal *deal, const struct document *document, int64_t person, const char *event,
    const struct message *message, const struct approval_title *title) {
    char en[512], zh[512];
    const char *arguments[] = {"type_en", document->type->label.en, "type_zh", document->type->label.zh, "document",
        deal_title(deal, document), "owner", deal_person_name(deal, document_integer(document, COMMON_OWNER)), "title_en",
        title->en, "title_zh", title->zh, NULL};
    message_render(en, sizeof en, message->en, arguments);
    message_render(zh, sizeof zh, message->zh, arguments);
    struct message_row row = {
        .event = event, .document = document_id(document), .person = person, .text_en = en, .text_zh = zh, .at_ms = deal->now_ms};
    return store_message_add(deal->env, deal->connection, &row);
}

dealer_status message_waits(
    struct deal *deal, const struct document *document, int64_t person, const char *title_en, const char *title_zh) {
    return to_one(deal, document, person, "waits", &R_WAITS_FOR_YOU, &(struct approval_title){title_en, title_zh});
}

dealer_status message_overdue(
    struct deal *deal, const struct document *document, int64_t person, const char *title_en, const char *title_zh) {
    return to_one(deal, document, person, "overdue", &R_OVERDUE, &(struct approval_title){title_en, title_zh});
}

dealer_status message_copied(struct deal *deal, const struct document *document, int64_t person) {
    return to_one(deal, document, person, "cc", &R_COPIED, &(struct approval_title){"", ""});
}
