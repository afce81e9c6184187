/* What a document tells: whether it is complete, and itself as JSON. */
#include "catalogue/document.h"

#include "base/text.h"
#include "catalogue/lines.h"
#include "catalogue/messages.h"

#include <string.h>

/* Names of what is missing, in a text that an error has room for; cut with dots between two names. */
struct missing_list {
    char names[240];
    size_t used;
    int count;
    bool cut;
};

static void add_missing(void *user_data, const struct json_place *place) {
    struct missing_list *list = user_data;
    struct place_text buffer = {{0}};
    const char *name = place_text(&buffer, place);
    size_t length = strlen(name);
    list->count++;
    if (list->cut) return;
    list->cut = list->used + length + sizeof ", , ..." > sizeof list->names;
    if (list->cut) {
        name = "...";
        length = strlen(name);
    }
    if (list->used > 0) {
        memcpy(list->names + list->used, ", ", 2);
        list->used += 2;
    }
    memcpy(list->names + list->used, name, length + 1);
    list->used += length;
}

dealer_status document_check_complete(struct env *env, const struct document *document) {
    const struct catalogue_type *type = document->type;
    struct missing_list list = {.used = 0};
    dealer_status status = DEALER_OK;
    for (int i = 0; i < type->field_count && !status; i++) {
        const struct catalogue_field *field = &type->fields[i];
        struct json_place place = {NULL, field->name, 0};
        if (!document_has(document, i) && field->required)
            add_missing(&list, &place);
        else if (document_has(document, i) && field->kind == FIELD_LINES)
            status = lines_each_missing(env, &place, field, &document->values[i], add_missing, &list);
    }
    if (status || list.count == 0) return status;
    return error_raise(&env->error, &E_FIELD_REQUIRED, "type", type->name, "fields", list.names, NULL);
}

json_value *document_value_to_json(const struct document *document, const struct catalogue_field *field, struct json *json) {
    const struct value *value = &document->values[field->index];
    if (value->kind == VALUE_NONE) return json_new_null(json);
    if (field->kind == FIELD_LINES) return json_new_parsed(json, value->text, value->length);
    return field_value_write(json, field, value, document_text(document, COMMON_CURRENCY));
}

json_value *document_to_json(const struct document *document, struct json *json) {
    json_value *object = json_new_object(json);
    json_set_text(json, object, "type", document->type->name);
    for (int i = 0; i < document->type->field_count; i++)
        if (document_has(document, i))
            json_set(
                json, object, document->type->fields[i].name, document_value_to_json(document, &document->type->fields[i], json));
    return json_status(json) ? NULL : object;
}
