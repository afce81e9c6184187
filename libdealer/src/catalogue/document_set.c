/* What a host writes into a document: every value checked against its declaration, nothing half done. */
#include "catalogue/document.h"

#include "catalogue/lines.h"
#include "catalogue/messages.h"

#include <stdio.h>
#include <string.h>

#define FIELD_PLACE(place, document, field) \
    struct json_place place##_type = {NULL, (document)->type->name, 0}, place = {&place##_type, (field)->name, 0}

static dealer_status refuse_computed(struct env *env, const struct json_place *place, const struct catalogue_field *field) {
    return field->computed ? error_raise(&env->error, &E_FIELD_COMPUTED, "field", PLACE(place), NULL) : DEALER_OK;
}

static void read_currency(const struct document *document, char currency[CURRENCY_SIZE]) {
    const char *known = document_text(document, COMMON_CURRENCY);
    snprintf(currency, CURRENCY_SIZE, "%s", known ? known : "");
}

/* Values and currency together: the currency is put first, and taken back when the value does not follow. */
static dealer_status put(struct env *env, struct document *document, const struct catalogue_field *field, const struct value *value,
    const char *currency) {
    struct value before = document->values[COMMON_CURRENCY];
    dealer_status status = DEALER_OK;
    if (before.kind == VALUE_NONE && currency[0])
        status = document_put_text(env, document, COMMON_CURRENCY, currency, strlen(currency));
    if (!status && value->kind == VALUE_TEXT)
        status = document_put_text(env, document, field->index, value->text, value->length);
    else if (!status)
        document->values[field->index] = *value;
    if (status) document->values[COMMON_CURRENCY] = before;
    return status;
}

static dealer_status put_checked(struct env *env, struct document *document, const struct json_place *place,
    const struct catalogue_field *field, const struct value *value, const char *currency) {
    if (field->kind == FIELD_MONEY && !currency[0])
        return error_raise(&env->error, &E_FIELD_CURRENCY_NEEDED, "field", PLACE(place), NULL);
    dealer_status status = field_value_check_range(env, place, field, value);
    return status ? status : put(env, document, field, value, currency);
}

dealer_status document_set_integer(struct env *env, struct document *document, const struct catalogue_field *field, int64_t value) {
    FIELD_PLACE(place, document, field);
    struct value read;
    dealer_status status = refuse_computed(env, &place, field);
    if (!status) status = field_value_read_integer(env, &place, field, value, &read);
    return status ? status : put_checked(env, document, &place, field, &read, "");
}

static dealer_status set_lines(struct env *env, struct document *document, const struct json_place *place,
    const struct catalogue_field *field, const json_value *json) {
    char currency[CURRENCY_SIZE];
    struct line_text text = {0};
    struct value value = {0};
    read_currency(document, currency);
    dealer_status status = lines_read(env, place, field, json, currency, &text);
    if (status) return status;
    if (text.data) value = value_of_text(text.data, text.length);
    status = put(env, document, field, &value, currency);
    env_free(env, text.data);
    return status;
}

static dealer_status set_lines_text(struct env *env, struct document *document, const struct json_place *place,
    const struct catalogue_field *field, const char *text, size_t length) {
    struct json *json;
    dealer_status status = json_parse(env, text, length, false, &json);
    if (status == DEALER_E_NOMEM) return status;
    if (status) return field_value_refuse(env, place, field, FOUND_BYTES(text, length));
    status = set_lines(env, document, place, field, json_root(json));
    json_free(json);
    return status;
}

dealer_status document_set_text(
    struct env *env, struct document *document, const struct catalogue_field *field, const char *text, size_t length) {
    FIELD_PLACE(place, document, field);
    char currency[CURRENCY_SIZE];
    struct value value = value_of_text(text, length);
    dealer_status status = refuse_computed(env, &place, field);
    if (status) return status;
    if (length == 0) {
        document_clear(document, field->index);
        return DEALER_OK;
    }
    if (field->kind == FIELD_LINES) return set_lines_text(env, document, &place, field, text, length);
    read_currency(document, currency);
    status = field_value_read_text(env, &place, field, currency, &value);
    return status ? status : put_checked(env, document, &place, field, &value, currency);
}

dealer_status document_set_money(
    struct env *env, struct document *document, const struct catalogue_field *field, struct money value) {
    FIELD_PLACE(place, document, field);
    char currency[CURRENCY_SIZE];
    struct value amount = value_of_integer(value.minor);
    value.currency[CURRENCY_SIZE - 1] = '\0'; /* a host may have filled all four bytes */
    dealer_status status = refuse_computed(env, &place, field);
    if (!status && field->kind != FIELD_MONEY) status = field_value_refuse(env, &place, field, NUMBER(value.minor));
    read_currency(document, currency);
    if (!status) status = field_value_settle_currency(env, &place, value.currency, currency);
    return status ? status : put_checked(env, document, &place, field, &amount, currency);
}

dealer_status document_set_json(
    struct env *env, struct document *document, const struct catalogue_field *field, const json_value *value) {
    FIELD_PLACE(place, document, field);
    if (json_kind(value) == JSON_NULL) return document_set_text(env, document, field, NULL, 0);
    if (json_kind(value) == JSON_TEXT) return document_set_text(env, document, field, json_text(value), json_text_length(value));
    dealer_status status = refuse_computed(env, &place, field);
    if (status) return status;
    if (field->kind == FIELD_LINES) return set_lines(env, document, &place, field, value);
    char currency[CURRENCY_SIZE];
    struct value read;
    read_currency(document, currency);
    status = field_value_read(env, &place, field, value, currency, &read);
    return status ? status : put_checked(env, document, &place, field, &read, currency);
}

/* "type" may stand beside the fields, as document_to_json writes it, when it is the right one. */
static dealer_status check_type(struct env *env, const struct document *document, const json_value *given) {
    if (json_kind(given) == JSON_TEXT && strcmp(json_text(given), document->type->name) == 0) return DEALER_OK;
    return error_raise(&env->error, &E_DOCUMENT_TYPE, "given", FOUND(given), "type", document->type->name, NULL);
}

/* An amount written as text needs the currency that another member may bring: it comes second. */
static bool comes_second(const struct catalogue_field *field, const json_value *value) {
    return field->kind == FIELD_MONEY && json_kind(value) == JSON_TEXT;
}

static dealer_status merge_pass(struct env *env, struct document *document, const json_value *object, bool second) {
    const char *key;
    json_value *value;
    for (struct json_cursor cursor = json_each(object); (value = json_next(&cursor, &key));) {
        const struct catalogue_field *field = NULL;
        dealer_status status = DEALER_OK;
        if (strcmp(key, "type") == 0)
            status = check_type(env, document, value);
        else
            status = catalogue_find_field(env, document->type, key, &field);
        if (!status && field && comes_second(field, value) == second) status = document_set_json(env, document, field, value);
        if (status) return status;
    }
    return DEALER_OK;
}

/* Texts of a region are never freed alone, so that putting the old values back undoes everything. */
dealer_status document_merge_json(struct env *env, struct document *document, const json_value *object) {
    if (json_kind(object) != JSON_OBJECT)
        return error_raise(&env->error, &E_DOCUMENT_SHAPE, "type", document->type->name, "found", FOUND(object), NULL);
    size_t size = sizeof *document->values * (size_t)document->type->field_count;
    struct value *before = env_alloc(env, size);
    if (!before) return DEALER_E_NOMEM;
    memcpy(before, document->values, size);
    dealer_status status = merge_pass(env, document, object, false);
    if (!status) status = merge_pass(env, document, object, true);
    if (status) memcpy(document->values, before, size);
    env_free(env, before);
    return status;
}
