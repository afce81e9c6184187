/* Links between documents: they must point at something living that the person may read, of the same customer and currency; what the
 * catalogue says is taken over from them, and where each value came from is remembered. */
#include "deal/use_cases.h"
#include <string.h>

static dealer_status raise_link(
    struct deal *deal, const struct document *document, const struct catalogue_field *field, const struct message *message) {
    return error_raise(&deal->env->error, message, "type", document->type->name, "field", field->name, "id",
        NUMBER(document_integer(document, field->index)), "target", field->target, NULL);
}

bool link_may_read(struct deal *deal, const struct document *linked) {
    struct function read = {linked->type, ACTION_READ};
    return deal->employee >= 0 && permission_allows(deal->snapshot->permissions, deal->employee, read, linked, deal->now_ms);
}

dealer_status links_check_currency(
    struct deal *deal, const struct document *document, const struct catalogue_field *field, const struct document *linked) {
    const char *currency = document_text(document, COMMON_CURRENCY), *other = document_text(linked, COMMON_CURRENCY);
    if (!currency || !other || strcmp(currency, other) == 0) return DEALER_OK;
    return error_raise(&deal->env->error, &E_LINK_CURRENCY, "field", field->name, "left", currency, "right", other, NULL);
}

static dealer_status check_partner(
    struct deal *deal, const struct document *document, const struct catalogue_field *field, const struct document *linked) {
    int64_t customer = document_integer(document, COMMON_CUSTOMER), theirs = document_integer(linked, COMMON_CUSTOMER);
    if (document_status_is(linked, STATUS_VOIDED)) return raise_link(deal, document, field, &E_LINK_VOIDED);
    if (customer && theirs && customer != theirs) return raise_link(deal, document, field, &E_GATE_SAME_CUSTOMER);
    return links_check_currency(deal, document, field, linked);
}

static dealer_status copy_value(struct deal *deal, struct document *document, int index, const struct value *value) {
    if (value->kind == VALUE_TEXT) return document_put_text(deal->env, document, index, value->text, value->length);
    return value->kind == VALUE_INTEGER ? document_put_integer(deal->env, document, index, value->integer) : DEALER_OK;
}

static dealer_status note_source(struct deal *deal, const struct catalogue_field *field, const struct document *linked) {
    struct taken_value *taken = REGION_NEW(&deal->region, deal->env, struct taken_value);
    if (!taken) return DEALER_E_NOMEM;
    taken->source =
        (struct field_source){field->name, document_id(linked), field->copy_field, document_integer(linked, COMMON_VERSION)};
    taken->next = deal->taken;
    deal->taken = taken;
    return DEALER_OK;
}

/* Only what is still empty is taken over: what somebody entered stays, and has no source unless it is the same. */
static dealer_status take_over(
    struct deal *deal, struct document *document, const struct catalogue_field *link, const struct document *linked) {
    dealer_status status = DEALER_OK;
    if (!document_has(document, COMMON_CUSTOMER))
        status = copy_value(deal, document, COMMON_CUSTOMER, &linked->values[COMMON_CUSTOMER]);
    for (int i = COMMON_COUNT; !status && i < document->type->field_count; i++) {
        const struct catalogue_field *field = &document->type->fields[i];
        if (!field->copy_link || strcmp(field->copy_link, link->name) != 0) continue;
        const struct value *value = &linked->values[catalogue_field(linked->type, field->copy_field)->index];
        if (!document_has(document, i)) status = copy_value(deal, document, i, value);
        if (!status && document_has(document, i) && value_equal(&document->values[i], value))
            status = note_source(deal, field, linked);
    }
    return status;
}

/* Did the value come along with another link (which is checked for itself)? Then the person need not be able to read it. */
static dealer_status check_inherited(
    struct deal *deal, const struct document *document, const struct catalogue_field *field, bool *out) {
    dealer_status status = DEALER_OK;
    for (int i = COMMON_COUNT; !status && !*out && i < document->type->field_count; i++) {
        const struct catalogue_field *other = &document->type->fields[i];
        struct document *linked = NULL;
        if (other->kind != FIELD_DOCUMENT || other == field || !document_has(document, i)) continue;
        bool copied = field->copy_link && strcmp(field->copy_link, other->name) == 0;
        if (!copied && field->index != COMMON_CUSTOMER) continue;
        status = deal_load(deal, document_integer(document, i), &linked);
        const struct catalogue_field *from = status || !copied ? NULL : catalogue_field(linked->type, field->copy_field);
        if (!status)
            *out = document_integer(linked, from ? from->index : COMMON_CUSTOMER) == document_integer(document, field->index);
        document_free(linked);
    }
    return status;
}

/* One that may not be read looks like one that is not there. */
static dealer_status check_readable(
    struct deal *deal, const struct document *document, const struct catalogue_field *field, const struct document *linked) {
    bool readable = link_may_read(deal, linked);
    dealer_status status = readable ? DEALER_OK : check_inherited(deal, document, field, &readable);
    return !status && !readable ? raise_link(deal, document, field, &E_LINK_NOT_FOUND) : status;
}

static dealer_status follow(struct deal *deal, struct document *document, const struct catalogue_field *field) {
    struct document *linked = NULL;
    dealer_status status = deal_load(deal, document_integer(document, field->index), &linked);
    if (status == DEALER_E_NOT_FOUND) {
        error_clear(&deal->env->error);
        return raise_link(deal, document, field, &E_LINK_NOT_FOUND);
    }
    if (status) return status;
    status = check_readable(deal, document, field, linked);
    if (!status && strcmp(linked->type->name, field->target) != 0) status = raise_link(deal, document, field, &E_LINK_TYPE);
    if (!status) status = check_partner(deal, document, field, linked);
    if (!status) status = take_over(deal, document, field, linked);
    document_free(linked);
    return status;
}

static dealer_status follow_if_new(struct deal *deal, struct document *document, const struct document *before, int index) {
    const struct catalogue_field *field = &document->type->fields[index];
    if (field->kind != FIELD_DOCUMENT || field->computed || !document_has(document, index)) return DEALER_OK;
    if (before && document_integer(before, index) == document_integer(document, index)) return DEALER_OK;
    return follow(deal, document, field);
}

dealer_status links_follow(struct deal *deal, struct document *document, const struct document *before) {
    dealer_status status = DEALER_OK;
    for (int i = COMMON_COUNT; !status && i < document->type->field_count; i++) status = follow_if_new(deal, document, before, i);
    return status ? status : follow_if_new(deal, document, before, COMMON_CUSTOMER); /* last: links bring it along */
}

/* The other document's story says who names it, and who does so no more. */
static dealer_status journal_link(struct deal *deal, const struct document *document, int index, int64_t target, const char *kind) {
    const char *detail = region_format(&deal->region, deal->env, "{\"document\":%lld,\"field\":\"%s\",\"type\":\"%s\"}",
        (long long)document_id(document), document->type->fields[index].name, document->type->name);
    struct journal_entry entry = {deal->now_ms, deal->person, target, kind, detail, deal->acting};
    return detail ? store_journal_add(deal->env, deal->connection, &entry) : DEALER_E_NOMEM;
}

static dealer_status journal_links(struct deal *deal, const struct document *document, const struct document *before) {
    dealer_status status = DEALER_OK;
    for (int i = COMMON_CUSTOMER; !status && i < document->type->field_count; i++) {
        const struct catalogue_field *field = &document->type->fields[i];
        int64_t was = before ? document_integer(before, i) : 0, is = document_integer(document, i);
        if (field->kind != FIELD_DOCUMENT || field->computed || was == is) continue;
        if (was) status = journal_link(deal, document, i, was, "unlinked");
        if (!status && is) status = journal_link(deal, document, i, is, "linked");
    }
    return status;
}

dealer_status links_remember(struct deal *deal, const struct document *document, const struct document *before) {
    dealer_status status = DEALER_OK;
    for (const struct taken_value *taken = deal->taken; !status && taken; taken = taken->next)
        status = store_field_source_put(deal->env, deal->connection, document_id(document), &taken->source);
    deal->taken = NULL;
    return status ? status : journal_links(deal, document, before);
}

/* A pre-order names the visit that made it, and the visit names the pre-order: what it was made from does not stand on it. */
static bool points_at(const struct document *document, int64_t id) {
    for (int i = COMMON_COUNT; i < document->type->field_count; i++) {
        const struct catalogue_field *field = &document->type->fields[i];
        if (field->kind == FIELD_DOCUMENT && !field->computed && document_integer(document, i) == id) return true;
    }
    return false;
}

/* What a living document that points here means for a change. */
enum dependence { STANDS_ON, STANDS_ON_VOIDED_TOO, LOCKED_BY };

static dealer_status check_dependent(
    struct deal *deal, const struct document *document, const struct document *dependent, enum dependence dependence) {
    const char *title = deal_title(deal, document), *other = deal_title(deal, dependent);
    if (dependence == LOCKED_BY)
        return dependent->locked_itself ? error_raise(&deal->env->error, &E_LOCKED, "document", title, "locked", other, NULL)
                                        : DEALER_OK;
    if (dependence == STANDS_ON && document_status_is(dependent, STATUS_VOIDED)) return DEALER_OK;
    return error_raise(&deal->env->error, &E_STANDS_ON, "document", title, "dependent", other, NULL);
}

static dealer_status check_dependents_by(struct deal *deal, const struct document *document, const struct catalogue_field *link,
    const struct catalogue_type *type, enum dependence dependence) {
    struct document_ids list;
    dealer_status status = deal_linked(deal, type, link, document_id(document), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *dependent = NULL;
        if (points_at(document, list.ids[i])) continue;
        status = deal_load(deal, list.ids[i], &dependent);
        if (!status) status = check_dependent(deal, document, dependent, dependence);
        document_free(dependent);
    }
    return status;
}

static dealer_status check_dependents(struct deal *deal, const struct document *document, enum dependence dependence) {
    const struct catalogue *catalogue = deal->snapshot->catalogue;
    dealer_status status = DEALER_OK;
    for (int t = 0; !status && t < catalogue->type_count; t++) {
        const struct catalogue_type *type = &catalogue->types[t];
        for (int i = 0; !status && i < type->field_count; i++) {
            const struct catalogue_field *field = &type->fields[i];
            if (field->kind == FIELD_DOCUMENT && strcmp(field->target, document->type->name) == 0)
                status = check_dependents_by(deal, document, field, type, dependence);
        }
    }
    return status;
}

dealer_status links_check_free(struct deal *deal, const struct document *document, bool voided_too) {
    return check_dependents(deal, document, voided_too ? STANDS_ON_VOIDED_TOO : STANDS_ON);
}

dealer_status links_check_unlocked(struct deal *deal, const struct document *document) {
    return check_dependents(deal, document, LOCKED_BY);
}
