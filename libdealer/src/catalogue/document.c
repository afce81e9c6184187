/* Documents as values: making, copying, reading, unchecked writing. */
#include "catalogue/document.h"

#include "base/time.h"

#include <string.h>

const char *const period_state_names[3] = {"open", "held", "closed"};

dealer_status document_new_in(struct env *env, struct region *region, const struct catalogue_type *type, struct document **out) {
    struct document *document = REGION_NEW(region, env, struct document);
    struct value *values = document ? REGION_ARRAY(region, env, struct value, type->field_count) : NULL;
    if (!values) return DEALER_E_NOMEM;
    region_init(&document->region, region->seams);
    document->type = type;
    document->values = values;
    *out = document;
    return DEALER_OK;
}

/* The document lies in its own region, which moves in once it stands. */
dealer_status document_new(struct env *env, const struct catalogue_type *type, struct document **out) {
    struct region region;
    region_init(&region, env->seams);
    dealer_status status = document_new_in(env, &region, type, out);
    if (status)
        region_finish(&region);
    else
        (*out)->region = region;
    return status;
}

void document_free(struct document *document) {
    if (!document) return;
    struct region region = document->region;
    region_finish(&region);
}

dealer_status document_copy(struct env *env, const struct document *from, struct document **out) {
    struct document *copy;
    dealer_status status = document_new(env, from->type, &copy);
    if (status) return status;
    copy->participant = from->participant;
    copy->locked_itself = from->locked_itself;
    copy->period_state = from->period_state;
    for (int i = 0; i < from->type->field_count && !status; i++) {
        const struct value *value = &from->values[i];
        if (value->kind == VALUE_TEXT)
            status = document_put_text(env, copy, i, value->text, value->length);
        else
            copy->values[i] = *value;
    }
    if (!status) status = document_hide(env, copy, from->hidden);
    if (status)
        document_free(copy);
    else
        *out = copy;
    return status;
}

void document_period(const struct document *document, int64_t created_ms, char out[PERIOD_SIZE]) {
    int field = document->type->dated_by;
    char day[11];
    const char *date = field >= 0 ? document_text(document, field) : NULL;
    if (!date) {
        date_format(date_of_dealer(created_ms), day);
        date = day;
    }
    memcpy(out, date, PERIOD_SIZE - 1);
    out[PERIOD_SIZE - 1] = '\0';
}

dealer_status document_hide(struct env *env, struct document *document, const uint64_t *hidden) {
    size_t words = (size_t)(document->type->field_count + 63) / 64;
    document->hidden = NULL;
    if (!hidden) return DEALER_OK;
    uint64_t *copy = REGION_ARRAY(&document->region, env, uint64_t, words);
    if (!copy) return DEALER_E_NOMEM;
    memcpy(copy, hidden, words * sizeof *copy);
    document->hidden = copy;
    return DEALER_OK;
}

void document_conceal(struct document *document) {
    for (int i = 0; document->hidden && i < document->type->field_count; i++)
        if (document_hides(document, i)) document_clear(document, i);
}

int64_t document_integer(const struct document *document, int field) {
    const struct value *value = &document->values[field];
    return value->kind == VALUE_INTEGER ? value->integer : 0;
}

const char *document_text(const struct document *document, int field) {
    const struct value *value = &document->values[field];
    return value->kind == VALUE_TEXT ? value->text : NULL;
}

bool document_has(const struct document *document, int field) {
    return document->values[field].kind != VALUE_NONE;
}

bool document_status_is(const struct document *document, const char *status) {
    const char *current = document_text(document, COMMON_STATUS);
    return current && strcmp(current, status) == 0;
}

bool value_equal(const struct value *a, const struct value *b) {
    if (a->kind != b->kind) return false;
    if (a->kind == VALUE_TEXT) return a->text == b->text || (a->length == b->length && memcmp(a->text, b->text, a->length) == 0);
    return a->kind == VALUE_NONE || a->integer == b->integer;
}

bool document_differs(const struct document *document, int field) {
    return document->stored == NULL || !value_equal(&document->stored[field], &document->values[field]);
}

dealer_status document_settle(struct env *env, struct document *document) {
    size_t count = (size_t)document->type->field_count;
    if (document->stored == NULL) document->stored = REGION_ARRAY(&document->region, env, struct value, count);
    if (document->stored == NULL) return DEALER_E_NOMEM;
    memcpy(document->stored, document->values, count * sizeof *document->stored);
    return DEALER_OK;
}

struct money document_money(const struct document *document, const struct catalogue_field *field) {
    struct money money = {document_integer(document, field->index), ""};
    const struct value *currency = &document->values[COMMON_CURRENCY];
    if (currency->kind == VALUE_TEXT && currency->length < sizeof money.currency)
        memcpy(money.currency, currency->text, currency->length + 1);
    return money;
}

dealer_status document_put_integer(struct env *env, struct document *document, int field, int64_t value) {
    (void)env; /* the setters share one form */
    document->values[field] = value_of_integer(value);
    return DEALER_OK;
}

dealer_status document_put_text(struct env *env, struct document *document, int field, const char *text, size_t length) {
    char *copy = region_copy(&document->region, env, text, length);
    if (!copy) return DEALER_E_NOMEM;
    document->values[field] = value_of_text(copy, length);
    return DEALER_OK;
}

void document_clear(struct document *document, int field) {
    document->values[field] = (struct value){0};
}
