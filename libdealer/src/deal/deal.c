/* The small things that every use case needs: verdicts, names for sentences, loading and storing documents. */
#include "deal/use_cases.h"
#include "base/text.h"
#include "base/time.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCE_SIZE = 1024, ARGUMENTS_MAX = 24 };

/* -- verdicts -- */

dealer_status verdict_start(struct deal *deal, struct verdict *verdict) {
    memset(verdict, 0, sizeof *verdict);
    dealer_status status = json_new(deal->env, &verdict->json);
    if (status) return status;
    verdict->root = json_new_object(verdict->json);
    json_set_root(verdict->json, verdict->root);
    json_set(verdict->json, verdict->root, "reasons", json_new_array(verdict->json));
    return json_status(verdict->json);
}

void verdict_finish(struct verdict *verdict) {
    json_free(verdict->json);
    memset(verdict, 0, sizeof *verdict);
}

static dealer_status add_reason(struct verdict *verdict, const char *id, const char *en, const char *zh) {
    json_value *reason = json_new_object(verdict->json);
    json_set_text(verdict->json, reason, "id", id);
    json_set_text(verdict->json, reason, "en", en);
    json_set_text(verdict->json, reason, "zh", zh);
    json_push(verdict->json, json_get(verdict->root, "reasons"), reason);
    return json_status(verdict->json);
}

dealer_status verdict_say(struct deal *deal, struct verdict *verdict, const struct message *message, ...) {
    const char *arguments[ARGUMENTS_MAX + 1] = {0};
    char en[SENTENCE_SIZE], zh[SENTENCE_SIZE];
    va_list list;
    va_start(list, message);
    for (int i = 0; i + 1 < ARGUMENTS_MAX && (arguments[i] = va_arg(list, const char *)) != NULL; i += 2)
        arguments[i + 1] = va_arg(list, const char *);
    va_end(list);
    message_render(en, sizeof en, message->en, arguments);
    message_render(zh, sizeof zh, message->zh, arguments);
    dealer_status status = add_reason(verdict, message->id, en, zh);
    return status ? error_nomem(&deal->env->error) : DEALER_OK;
}

dealer_status verdict_fail(struct deal *deal, struct verdict *verdict) {
    struct error *error = &deal->env->error;
    dealer_status status = DEALER_OK;
    verdict->outcome = VERDICT_FAILED;
    for (int i = 0; !status && i < error->depth; i++)
        status = add_reason(verdict, error->entries[i].message->id, error->entries[i].en, error->entries[i].zh);
    error_clear(error);
    return status ? error_nomem(error) : DEALER_OK;
}

/* -- people and places -- */

const char *deal_person_name(const struct deal *deal, int64_t person) {
    int index = person ? org_employee_by_id(deal->snapshot->org, person) : -1;
    if (index >= 0) return deal->snapshot->org->employees[index].name;
    return person ? "?" : "system";
}

const char *deal_company_code(const struct deal *deal, int64_t company) {
    int index = org_company_by_id(deal->snapshot->org, company);
    return index >= 0 ? deal->snapshot->org->companies[index].code : "?";
}

int32_t deal_today(const struct deal *deal) {
    return date_of_dealer(deal->now_ms);
}

/* Errors name other documents than the one that the person works on, too. */
static bool may_be_named(struct deal *deal, const struct document *document) {
    return !deal->person || !document_id(document) || link_may_read(deal, document);
}

const char *deal_title(struct deal *deal, const struct document *document) {
    const char *number = document_hides(document, COMMON_NUMBER) ? NULL : document_text(document, COMMON_NUMBER);
    bool named = may_be_named(deal, document);
    if (number && named) return number;
    if (!named) number = region_format(&deal->region, deal->env, "%s ***", document->type->name);
    if (number) return number;
    const char *text = region_format(&deal->region, deal->env, "%s #%lld", document->type->name, (long long)document_id(document));
    return text ? text : document->type->name;
}

/* -- documents -- */

dealer_status deal_load(struct deal *deal, int64_t id, struct document **out) {
    return store_document_load(deal->env, deal->connection, deal->snapshot->catalogue, id, deal->person, out);
}

void deal_keep(struct deal *deal, struct document *document) {
    struct kept_document *kept = document ? REGION_NEW(&deal->region, deal->env, struct kept_document) : NULL;
    if (!kept) {
        document_free(document);
        return;
    }
    *kept = (struct kept_document){document, store_document_writes(deal->connection), NULL};
    *(deal->kept_last ? &deal->kept_last->next : &deal->kept) = kept;
    deal->kept_last = kept;
}

/* They are asked for in the order in which they were kept, mostly. */
const struct document *deal_kept(struct deal *deal, int64_t id) {
    struct kept_document *found = deal->kept_found;
    while (found && document_id(found->document) != id) found = found->next;
    if (!found) found = deal->kept;
    while (found && document_id(found->document) != id) found = found->next;
    deal->kept_found = found;
    return found && found->as_of == store_document_writes(deal->connection) ? found->document : NULL;
}

void deal_let_go(struct deal *deal) {
    for (struct kept_document *kept = deal->kept; kept; kept = kept->next) document_free(kept->document);
    deal->kept = deal->kept_last = deal->kept_found = NULL;
}

dealer_status deal_find(struct deal *deal, const char *type_name, const char *const *pairs, struct document **out) {
    enum { PAIRS_MAX = 4 };
    const struct catalogue_type *type = catalogue_type(deal->snapshot->catalogue, type_name);
    const struct predicate *children[PAIRS_MAX];
    int count = 0;
    *out = NULL;
    for (; pairs[0]; pairs += 2) {
        struct value value = value_of_text(pairs[1], strlen(pairs[1]));
        children[count] = predicate_compare(deal->env, &deal->region, catalogue_field(type, pairs[0]), OPERATOR_EQ, value);
        if (!children[count++]) return DEALER_E_NOMEM;
    }
    struct document_query query = {.type = type, .visible = predicate_constant(true), .limit = 1};
    query.filter = predicate_combine(deal->env, &deal->region, PREDICATE_ALL, children, count);
    struct document_cursor *cursor = NULL;
    dealer_status status = query.filter ? store_document_query(deal->env, deal->connection, &query, &cursor) : DEALER_E_NOMEM;
    if (!status) status = store_document_next(deal->env, cursor, out);
    store_document_cursor_free(cursor);
    return status;
}

dealer_status deal_linked(struct deal *deal, const struct catalogue_type *type, const struct catalogue_field *link, int64_t target,
    struct document_ids *out) {
    dealer_status status = DEALER_OK;
    memset(out, 0, sizeof *out);
    for (size_t capacity = 32; !status && out->count == out->capacity; capacity *= 8) {
        *out = (struct document_ids){REGION_ARRAY(&deal->region, deal->env, int64_t, capacity), capacity, 0};
        if (!out->ids) return DEALER_E_NOMEM;
        status = store_document_linked(deal->env, deal->connection, link, type, target, out);
    }
    return status;
}

int deal_field(const struct document *document, const char *name) {
    const struct catalogue_field *field = catalogue_field(document->type, name);
    return field ? field->index : -1;
}

int64_t deal_integer(const struct document *document, const char *field) {
    int index = deal_field(document, field);
    return index < 0 ? 0 : document_integer(document, index);
}

const char *deal_text(const struct document *document, const char *field) {
    int index = deal_field(document, field);
    return index < 0 ? NULL : document_text(document, index);
}

dealer_status deal_load_link(struct deal *deal, const struct document *document, const char *field, struct document **out) {
    int64_t id = deal_integer(document, field);
    *out = NULL;
    return id ? deal_load(deal, id, out) : DEALER_OK;
}

dealer_status deal_put_integer(struct deal *deal, struct document *document, const char *field, int64_t value) {
    return document_put_integer(deal->env, document, deal_field(document, field), value);
}

dealer_status deal_put_text(struct deal *deal, struct document *document, const char *field, const char *text) {
    if (!text) {
        document_clear(document, deal_field(document, field));
        return DEALER_OK;
    }
    return document_put_text(deal->env, document, deal_field(document, field), text, strlen(text));
}

static dealer_status raise_locked(struct deal *deal, const struct document *document, const struct document *locked) {
    return error_raise(
        &deal->env->error, &E_LOCKED, "document", deal_title(deal, document), "locked", deal_title(deal, locked), NULL);
}

/* Is it locked, by itself or with its period? */
static dealer_status check_itself_unlocked(struct deal *deal, const struct document *document) {
    if (!document_integer(document, COMMON_LOCKED)) return DEALER_OK;
    if (document->locked_itself || document_hides(document, COMMON_PERIOD)) return raise_locked(deal, document, document);
    dealer_status status = store_period_refuse(deal->env, deal->connection, document);
    if (status != DEALER_E_LOCKED) return status;
    return error_raise(&deal->env->error, &E_LOCKED_PERIOD, "document", deal_title(deal, document), "period",
        document_text(document, COMMON_PERIOD), NULL);
}

dealer_status deal_update(struct deal *deal, struct document *document) {
    dealer_status status = check_itself_unlocked(deal, document);
    return status ? status : store_document_update(deal->env, deal->connection, document, deal->now_ms);
}

dealer_status deal_retype(struct env *env, const struct document *from, const struct catalogue_type *type, struct document **out) {
    struct document *document = NULL;
    dealer_status status = document_new(env, type, &document);
    for (int i = 0; !status && i < from->type->field_count; i++) {
        const struct catalogue_field *field = catalogue_field(type, from->type->fields[i].name);
        const struct value *value = &from->values[i];
        if (!field || field->kind != from->type->fields[i].kind) continue;
        if (value->kind == VALUE_TEXT)
            status = document_put_text(env, document, field->index, value->text, value->length);
        else
            document->values[field->index] = *value;
    }
    if (status)
        document_free(document);
    else
        *out = document;
    return status;
}

dealer_status deal_conceal(struct deal *deal, struct document *document) {
    struct permission_fields fields;
    if (deal->employee < 0) return DEALER_OK;
    dealer_status status = permission_fields(deal->env, &deal->region, deal->snapshot->permissions,
        &(struct permission_question){deal->employee, {document->type, ACTION_EDIT}, deal->now_ms}, document, &fields);
    if (!status) status = document_hide(deal->env, document, fields.hidden);
    if (!status) document_conceal(document);
    return status;
}

/* Of what it is linked to, a lock of its own counts; one that lies in a locked period may be pointed at, but not be changed. */
dealer_status deal_check_unlocked(struct deal *deal, const struct document *document) {
    dealer_status own = check_itself_unlocked(deal, document);
    if (own) return own;
    for (int i = COMMON_CUSTOMER; i < document->type->field_count; i++) {
        const struct catalogue_field *field = &document->type->fields[i];
        if (field->kind != FIELD_DOCUMENT || !document_has(document, i)) continue;
        struct document *linked = NULL;
        dealer_status status = deal_load(deal, document_integer(document, i), &linked);
        if (status) return status;
        if (linked->locked_itself) status = raise_locked(deal, document, linked);
        document_free(linked);
        if (status) return status;
    }
    return DEALER_OK;
}

dealer_status deal_give_number(struct deal *deal, struct document *document) {
    int year, month, day;
    int64_t company = document_integer(document, COMMON_COMPANY), next = 0;
    if (document_has(document, COMMON_NUMBER)) return DEALER_OK;
    date_civil(deal_today(deal), &year, &month, &day);
    dealer_status status = store_number_next(deal->env, deal->connection, company, document->type->name, year, &next);
    if (status) return status;
    char *number = region_format(&deal->region, deal->env, "%s-%s-%04d-%06lld", document->type->prefix,
        deal_company_code(deal, company), year, (long long)next);
    if (!number) return DEALER_E_NOMEM;
    return document_put_text(deal->env, document, COMMON_NUMBER, number, strlen(number));
}

dealer_status deal_journal(struct deal *deal, const struct document *document, const char *kind, const char *detail_json) {
    struct journal_entry entry = {
        deal->now_ms, deal->person, document ? document_id(document) : 0, kind, detail_json, deal->acting};
    return store_journal_add(deal->env, deal->connection, &entry);
}

dealer_status deal_journal_text(
    struct deal *deal, const struct document *document, const char *kind, const char *member, const char *said) {
    struct text detail;
    if (!said || !*said) return deal_journal(deal, document, kind, NULL);
    text_init(&detail, deal->env);
    text_add(&detail, "{");
    text_add_key(&detail, member);
    text_add_json(&detail, said, strlen(said));
    text_add(&detail, "}");
    dealer_status status = detail.status ? detail.status : deal_journal(deal, document, kind, text_string(&detail));
    text_finish(&detail);
    return status;
}
