/* Pictures, explanations, and migration of what is under way, through the door. */
#include "api/door.h"
#include "base/text.h"
#include "dealer/approval.h"
#include <string.h>

enum { LIMIT_MAX = 1000 };

static dealer_status check_handle(struct door *door, const dealer_document *handle, const char *call) {
    if (!handle || handle->mark != MARK_DOCUMENT) return misuse(door->deal.env, call, "document");
    return handle->core == door->session->core ? DEALER_OK : error_raise(&door->deal.env->error, &E_FOREIGN_HANDLE, NULL);
}

/* -- pictures -- */

static dealer_status read_format(struct door *door, const char *name, enum picture_format *out) {
    int format = picture_format_of(name);
    if (format < 0)
        return error_raise(&door->deal.env->error, &E_ARGUMENTS, "what", "format", "expected", "dot, mermaid or svg", NULL);
    *out = (enum picture_format)format;
    return DEALER_OK;
}

/* Leaves with the text as it is. */
static dealer_status answer_text(struct door *door, dealer_status status, struct text *text, dealer_text **out) {
    dealer_text *wrapped = NULL;
    if (!status) status = text_wrap(door->deal.env, door->session->core, text->data, text->length, &wrapped);
    if (!status) text->data = NULL;
    if (status == DEALER_E_NOMEM) text->data = NULL; /* text_wrap has taken it, or there never was any */
    text_finish(text);
    status = door_leave(door, status);
    if (status)
        dealer_text_free(wrapped);
    else
        *out = wrapped;
    return status;
}

dealer_status dealer_flow_picture(
    dealer_session *session, dealer_text **text_out, const char *flow, const char *format, dealer_language language) {
    struct door door;
    struct text text;
    enum picture_format how = PICTURE_SVG;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!text_out || !flow || !format)
        return door_leave(&door, misuse(door.deal.env, "dealer_flow_picture", !text_out ? "text_out" : flow ? "format" : "flow"));
    text_init(&text, door.deal.env);
    status = read_format(&door, format, &how);
    if (!status && door_sees_nothing(&door)) status = error_raise(&door.deal.env->error, &E_NO_SUCH_FLOW, "flow", flow, NULL);
    if (!status) status = flow_picture_of(&door.deal, flow, how, language == DEALER_LANGUAGE_ZH, &text);
    return answer_text(&door, status, &text, text_out);
}

dealer_status dealer_document_picture(
    dealer_session *session, dealer_text **text_out, dealer_document *handle, const char *format, dealer_language language) {
    struct door door;
    struct text text;
    struct document *document = NULL;
    enum picture_format how = PICTURE_SVG;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!text_out || !format)
        return door_leave(&door, misuse(door.deal.env, "dealer_document_picture", text_out ? "format" : "text_out"));
    status = check_handle(&door, handle, "dealer_document_picture");
    text_init(&text, door.deal.env);
    if (!status) status = read_format(&door, format, &how);
    if (!status) status = door_document(&door, document_id(handle->document), ACTION_READ, 0, &document);
    if (!status) status = flow_picture(&door.deal, document, how, language == DEALER_LANGUAGE_ZH, &text);
    document_free(document);
    return answer_text(&door, status, &text, text_out);
}

/* -- explain -- */

dealer_status dealer_approval_explain(
    dealer_session *session, dealer_text **json_out, dealer_document *handle, const char *person) {
    struct door door;
    struct json *json = NULL;
    json_value *why = NULL;
    struct document *document = NULL;
    int64_t asked = 0;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_approval_explain", "json_out"));
    status = check_handle(&door, handle, "dealer_approval_explain");
    if (!status && person) {
        int employee = org_employee_by_code(door.snapshot->org, person);
        asked = employee >= 0 ? door.snapshot->org->employees[employee].id : 0;
        if (employee < 0) status = error_raise(&door.deal.env->error, &E_PERSON_UNKNOWN, "code", person, NULL);
    }
    if (!status) status = door_document(&door, document_id(handle->document), ACTION_READ, 0, &document);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) status = flow_explain(&door.deal, document, asked, json, &why);
    document_free(document);
    return door_answer(&door, status, json, why, json_out);
}

/* -- migration -- */

struct migration {
    struct door *door;
    struct json *json;
    json_value *rows;
    const char *comment;
    bool dry;
};

static void say_one(struct migration *migration, json_value *item, const struct document *document, dealer_status status) {
    struct json *json = migration->json;
    json_set_integer(json, item, "document", document_id(document));
    json_set_text(json, item, "number", document_text(document, COMMON_NUMBER));
    door_say_result(migration->door, json, item, status);
    json_push(json, migration->rows, item);
}

static dealer_status migrate_one(struct migration *migration, int64_t id) {
    struct deal *deal = &migration->door->deal;
    struct document *document = NULL;
    json_value *item = json_new_object(migration->json);
    dealer_status status = door_document(migration->door, id, ACTION_ADMINISTER, 0, &document);
    if (status == DEALER_E_NOT_FOUND || status == DEALER_E_DENIED) { /* somebody else's to administrate */
        error_clear(&deal->env->error);
        return DEALER_OK;
    }
    if (!status) status = door_try(migration->door);
    if (status) {
        document_free(document);
        return status;
    }
    status = deal_check_unlocked(deal, document);
    if (!status) status = flow_migrate(deal, document, migration->comment, migration->json, item);
    status = door_tried(migration->door, status, !migration->dry);
    say_one(migration, item, document, status);
    document_free(document);
    if (!door_is_about_one(status)) return status;
    error_clear(&deal->env->error);
    return DEALER_OK;
}

dealer_status dealer_approval_migrate(
    dealer_session *session, dealer_text **json_out, int32_t dry_run, const char *comment, int64_t after, int32_t limit) {
    struct door door;
    struct migration migration = {.door = &door, .comment = comment, .dry = dry_run != 0};
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (dry_run) door.deal.decisions = NULL;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_approval_migrate", "json_out"));
    if (!door.deal.person) return door_leave(&door, error_raise(&door.deal.env->error, &E_SYSTEM_MAY_NOT, NULL));
    if (limit < 1 || limit > LIMIT_MAX)
        return door_leave(
            &door, error_raise(&door.deal.env->error, &E_RANGE, "argument", "limit", "least", "1", "most", "1000", NULL));
    struct running_query query = {after, door.snapshot->rule_set_version, door.snapshot->configuration, limit};
    struct id_list documents = {&door.deal.region, NULL, 0, 0};
    status = store_documents_running(door.deal.env, door.deal.connection, &query, &documents);
    if (!status) status = json_new(door.deal.env, &migration.json);
    if (!status) migration.rows = json_new_array(migration.json);
    for (size_t i = 0; !status && i < documents.count; i++) status = migrate_one(&migration, documents.ids[i]);
    return door_answer(&door, status, migration.json, migration.rows, json_out);
}
