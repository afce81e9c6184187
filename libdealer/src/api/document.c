/* dealer_document without a session: reading and setting fields of the copy in memory. */
#include "api/handles.h"
#include <string.h>

/* The room for errors is made by the first call that may have one: the documents of a long list are read without. NULL: it is no
 * handle, or there is no memory. */
static struct env *env_of(dealer_document *document) {
    if (!document || document->mark != MARK_DOCUMENT) return NULL;
    const struct seams *seams = &document->core->seams;
    if (!document->env) {
        document->env = seams->allocate(seams->allocator_data, NULL, sizeof *document->env);
        if (document->env) env_init(document->env, seams);
    }
    return document->env;
}

static dealer_document *document_of(dealer_document *document) {
    struct env *env = env_of(document);
    if (!env) return NULL;
    error_clear(&env->error);
    return document;
}

const dealer_error *dealer_document_error(const dealer_document *document) {
    struct env *env = env_of((dealer_document *)document);
    return env ? (const dealer_error *)&env->error : NULL;
}

static const struct document *inside(const dealer_document *document) {
    return document && document->mark == MARK_DOCUMENT ? document->document : NULL;
}

/* An argument is NULL, or the handle is none. */
static dealer_status refuse(dealer_document *document, const char *argument) {
    if (!inside(document)) return DEALER_E_MISUSE;
    return document->env ? misuse(document->env, "dealer_document", argument) : DEALER_E_NOMEM;
}

/* What a setter did: when it went well, the handle is another. */
static dealer_status changed(dealer_document *document, dealer_status status) {
    if (status) return status;
    document->changed = true;
    document_hold(document, document->document, document->whole);
    return DEALER_OK;
}

int64_t dealer_document_id(const dealer_document *document) {
    return inside(document) ? document_id(inside(document)) : 0;
}

const char *dealer_document_type(const dealer_document *document) {
    return inside(document) ? inside(document)->type->name : NULL;
}

const char *dealer_document_number(const dealer_document *document) {
    return inside(document) ? document_text(inside(document), COMMON_NUMBER) : NULL;
}

const char *dealer_document_status(const dealer_document *document) {
    return inside(document) ? document_text(inside(document), COMMON_STATUS) : NULL;
}

int64_t dealer_document_version(const dealer_document *document) {
    return inside(document) ? document_integer(inside(document), COMMON_VERSION) : 0;
}

int32_t dealer_document_has(const dealer_document *document, const char *name) {
    const struct document *values = inside(document);
    const struct catalogue_field *field = values && name ? catalogue_field(values->type, name) : NULL;
    return field && document_has(values, field->index);
}

/* A field that the person may not see is none. */
static dealer_status find_field(dealer_document *document, const char *name, const struct catalogue_field **out) {
    const struct catalogue_type *type = document->document->type;
    dealer_status status = catalogue_find_field(document->env, type, name, out);
    if (!status && document_hides(document->document, (*out)->index)) return catalogue_raise_field(document->env, type, name);
    return status;
}

/* -- reading -- */

enum shape { SHAPE_INTEGER, SHAPE_TEXT, SHAPE_MONEY };

static enum shape shape_of(const struct catalogue_field *field) {
    if (field->kind == FIELD_MONEY) return SHAPE_MONEY;
    return field_kind_is_text(field->kind) ? SHAPE_TEXT : SHAPE_INTEGER;
}

static dealer_status find(dealer_document *document, const char *name, enum shape shape, const struct catalogue_field **out) {
    static const char *const readings[] = {"integer", "text", "money"};
    struct env *env = document->env;
    const struct catalogue_type *type = document->document->type;
    dealer_status status = find_field(document, name, out);
    if (status) return status;
    if (shape_of(*out) != shape)
        return error_raise(&env->error, &E_FIELD_SHAPE, "type", type->name, "field", name, "kind", field_kind_name((*out)->kind),
            "right", readings[shape_of(*out)], NULL);
    if (!document_has(document->document, (*out)->index))
        return error_raise(&env->error, &E_FIELD_EMPTY, "type", type->name, "field", name, NULL);
    return DEALER_OK;
}

dealer_status dealer_document_integer(dealer_document *document, int64_t *value_out, const char *field) {
    const struct catalogue_field *found;
    if (!document_of(document) || !value_out || !field) return refuse(document, !value_out ? "value_out" : "field");
    dealer_status status = find(document, field, SHAPE_INTEGER, &found);
    if (!status) *value_out = document_integer(document->document, found->index);
    return status;
}

dealer_status dealer_document_text(dealer_document *document, const char **text_out, const char *field) {
    const struct catalogue_field *found;
    if (!document_of(document) || !text_out || !field) return refuse(document, !text_out ? "text_out" : "field");
    dealer_status status = find(document, field, SHAPE_TEXT, &found);
    if (!status) *text_out = document_text(document->document, found->index);
    return status;
}

dealer_status dealer_document_money(dealer_document *document, int64_t *minor_out, const char **currency_out, const char *field) {
    const struct catalogue_field *found;
    if (!document_of(document) || !minor_out || !currency_out || !field)
        return refuse(document, !minor_out ? "minor_out" : !currency_out ? "currency_out" : "field");
    dealer_status status = find(document, field, SHAPE_MONEY, &found);
    if (status) return status;
    *minor_out = document_integer(document->document, found->index);
    *currency_out = document_text(document->document, COMMON_CURRENCY);
    return DEALER_OK;
}

dealer_status dealer_document_to_json(dealer_document *document, dealer_text **json_out) {
    struct json *json = NULL;
    if (!document_of(document) || !json_out) return refuse(document, "json_out");
    dealer_status status = json_new(document->env, &json);
    if (!status) {
        json_value *value = document_to_json(document->document, json);
        status =
            json_status(json) ? error_nomem(&document->env->error) : text_of_json(document->env, document->core, value, json_out);
    }
    json_free(json);
    return status;
}

/* -- setting -- */

dealer_status dealer_document_set_integer(dealer_document *document, const char *field, int64_t value) {
    const struct catalogue_field *found;
    if (!document_of(document) || !field) return refuse(document, "field");
    dealer_status status = find_field(document, field, &found);
    if (!status) status = document_set_integer(document->env, document->document, found, value);
    return changed(document, status);
}

dealer_status dealer_document_set_text(dealer_document *document, const char *field, const char *text, size_t length) {
    const struct catalogue_field *found;
    if (!document_of(document) || !field || !text) return refuse(document, !field ? "field" : "text");
    dealer_status status = find_field(document, field, &found);
    if (!status) status = document_set_text(document->env, document->document, found, text, length);
    return changed(document, status);
}

dealer_status dealer_document_set_money(dealer_document *document, const char *field, int64_t minor, const char *currency) {
    const struct catalogue_field *found;
    struct money money = {minor, ""};
    if (!document_of(document) || !field || !currency) return refuse(document, !field ? "field" : "currency");
    if (money_exponent(currency) < 0)
        return error_raise(&document->env->error, &E_TEXT_LENGTH, "argument", "currency", "least", "3", "most", "3", NULL);
    memcpy(money.currency, currency, sizeof money.currency);
    dealer_status status = find_field(document, field, &found);
    if (!status) status = document_set_money(document->env, document->document, found, money);
    return changed(document, status);
}

static dealer_status merge(dealer_document *document, const char *text, size_t length) {
    struct json *json = NULL;
    dealer_status status = json_parse(document->env, text, length, false, &json);
    if (!status && json_kind(json_root(json)) != JSON_OBJECT)
        status = error_raise(&document->env->error, &E_ARGUMENTS, "what", "json", "expected", "the names of fields", NULL);
    const char *key;
    for (struct json_cursor each = json_each(status ? NULL : json_root(json)); !status && json_next(&each, &key);) {
        const struct catalogue_field *field = catalogue_field(document->document->type, key);
        if (field && document_hides(document->document, field->index))
            status = catalogue_raise_field(document->env, document->document->type, key);
    }
    if (!status) status = document_merge_json(document->env, document->document, json_root(json));
    json_free(json);
    return changed(document, status);
}

dealer_status dealer_document_merge(dealer_document *document, const char *json, size_t length) {
    return document_of(document) && json ? merge(document, json, length) : refuse(document, "json");
}

/* A field that only the library sets is refused in the words of any other attempt to set it. */
static dealer_status clear(dealer_document *document, const struct catalogue_field *field) {
    struct json *json = NULL;
    dealer_status status = json_new(document->env, &json);
    if (!status) status = document_set_json(document->env, document->document, field, json_new_null(json));
    json_free(json);
    return status;
}

dealer_status dealer_document_clear(dealer_document *document, const char *field) {
    const struct catalogue_field *found;
    if (!document_of(document) || !field) return refuse(document, "field");
    dealer_status status = find_field(document, field, &found);
    if (!status) status = clear(document, found);
    return changed(document, status);
}
