/* dealer_document with a session: everything that reads or changes stored documents, through the door. */
#include "api/door.h"
#include <string.h>

enum { REASON_MAX = 500, COMMENT_MAX = 2000 };

/* A handle that fits the session, or misuse. */
static dealer_status check_handle(struct door *door, const dealer_document *document) {
    if (!document || document->mark != MARK_DOCUMENT) return misuse(door->deal.env, "dealer_document", "document");
    if (document->core != door->session->core) return error_raise(&door->deal.env->error, &E_FOREIGN_HANDLE, NULL);
    return DEALER_OK;
}

static dealer_status check_text(struct door *door, const char *argument, const char *text, size_t least, size_t most) {
    size_t length = text ? strlen(text) : 0;
    if (length >= least && length <= most && (!length || utf8_is_plain(text, length))) return DEALER_OK;
    return error_raise(&door->deal.env->error, &E_TEXT_LENGTH, "argument", argument, "least", NUMBER((int64_t)least), "most",
        NUMBER((int64_t)most), NULL);
}

/* The handle's values under the catalogue in force now: fields that are gone are left behind. */
dealer_status door_present(struct door *door, const dealer_document *handle, struct document **out) {
    struct env *env = door->deal.env;
    const struct document *from = handle->document;
    const struct catalogue_type *type;
    struct document *document = NULL;
    dealer_status status = catalogue_find_type(env, door->snapshot->catalogue, from->type->name, &type);
    if (status) return status;
    if (type == from->type) return document_copy(env, from, out);
    status = document_new(env, type, &document);
    for (int i = 0; !status && i < from->type->field_count; i++) {
        const struct catalogue_field *field = catalogue_field(type, from->type->fields[i].name);
        const struct value *value = &from->values[i];
        if (!field || field->kind != from->type->fields[i].kind) continue;
        if (value->kind == VALUE_TEXT)
            status = document_put_text(env, document, field->index, value->text, value->length);
        else if (value->kind == VALUE_INTEGER)
            status = document_put_integer(env, document, field->index, value->integer);
    }
    if (status)
        document_free(document);
    else
        *out = document;
    return status;
}

/* The handle now holds what is stored; called once nothing can fail any more. */
static void refresh(struct door *door, dealer_document *handle, struct document *document, struct document *whole) {
    struct deal_snapshot *old = handle->snapshot;
    document_free(handle->document);
    document_free(handle->whole);
    document_hold(handle, document, whole);
    handle->snapshot = snapshot_take(door->snapshot);
    handle->changed = false;
    snapshot_drop(old);
}

/* Leaves the door; on success the handle takes over the document, else it is freed. */
static dealer_status leave_with(struct door *door, dealer_status status, dealer_document *handle, struct document *document) {
    struct deal_snapshot *snapshot = door->snapshot ? snapshot_take(door->snapshot) : NULL;
    bool keep = !door->discard;
    struct document *whole = NULL;
    if (!status && keep && document) status = door_hide(door, document);
    if (!status && keep && document) status = document_part(door->deal.env, document, &whole);
    status = door_leave(door, status);
    door->snapshot = snapshot;
    if (!status && keep && document) {
        refresh(door, handle, document, whole);
    } else {
        document_free(document);
        document_free(whole);
    }
    snapshot_drop(snapshot);
    return status;
}

/* -- new and open -- */

static dealer_status leave_with_new(struct door *door, dealer_status status, struct document *document, dealer_document **out) {
    dealer_document *handle = NULL;
    if (!status && (status = door_hide(door, document)) != DEALER_OK) document_free(document);
    if (!status)
        status =
            document_wrap(door->deal.env, &(struct handle_parts){door->session->core, door->snapshot, NULL}, document, &handle);
    status = door_leave(door, status);
    if (status)
        dealer_document_free(handle);
    else
        *out = handle;
    return status;
}

dealer_status dealer_document_new(dealer_session *session, dealer_document **document_out, const char *type) {
    struct door door;
    const struct catalogue_type *found;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!document_out || !type)
        return door_leave(&door, misuse(door.deal.env, "dealer_document_new", document_out ? "type" : "document_out"));
    status = catalogue_find_type(door.deal.env, door.snapshot->catalogue, type, &found);
    if (!status) status = document_begin(&door.deal, found, &document);
    return leave_with_new(&door, status, document, document_out);
}

dealer_status dealer_document_derive(dealer_session *session, dealer_document **document_out, const char *type, int64_t source) {
    struct door door;
    const struct catalogue_type *found;
    struct document *document = NULL, *from = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!document_out || !type)
        return door_leave(&door, misuse(door.deal.env, "dealer_document_derive", document_out ? "type" : "document_out"));
    status = catalogue_find_type(door.deal.env, door.snapshot->catalogue, type, &found);
    if (!status) status = door_document(&door, source, ACTION_READ, 0, &from);
    if (!status) status = document_derive(&door.deal, found, from, &document);
    document_free(from);
    return leave_with_new(&door, status, document, document_out);
}

dealer_status dealer_document_open(dealer_session *session, dealer_document **document_out, int64_t id) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!document_out) return door_leave(&door, misuse(door.deal.env, "dealer_document_open", "document_out"));
    status = door_document(&door, id, ACTION_READ, 0, &document);
    return leave_with_new(&door, status, document, document_out);
}

dealer_status dealer_document_set_place(
    dealer_session *session, dealer_document *handle, const char *company, const char *department) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    status = company ? check_handle(&door, handle) : misuse(door.deal.env, "dealer_document_set_place", "company");
    if (!status) status = door_present(&door, handle, &document);
    if (!status) status = document_place(&door.deal, document, company, department);
    status = leave_with(&door, status, handle, document);
    if (!status) handle->changed = true;
    return status;
}

/* -- save -- */

static dealer_status put_value(struct env *env, struct document *document, int index, const struct value *value) {
    if (value->kind == VALUE_TEXT) return document_put_text(env, document, index, value->text, value->length);
    document->values[index] = *value;
    return DEALER_OK;
}

static bool handle_hides(const struct document *shown, const struct catalogue_field *field) {
    const struct catalogue_field *there = catalogue_field(shown->type, field->name);
    return there && document_hides(shown, there->index);
}

/* What the person may not see stays as it is stored, and what he may not edit must be unchanged. Of a new document nothing is
 * stored: a fixed field may only hold what comes along with a link, which is compared once it is saved. */
static dealer_status keep_limited(struct door *door, const dealer_document *handle, const struct document *before,
    struct document *document, const struct permission_fields *fields) {
    struct env *env = door->deal.env;
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < document->type->field_count; i++) {
        const struct catalogue_field *field = &document->type->fields[i];
        bool hidden = field_set_has(fields->hidden, i) || handle_hides(handle->document, field);
        if (!hidden && !field_set_has(fields->fixed, i)) continue;
        if (hidden && before) {
            status = put_value(env, document, i, &before->values[i]);
        } else if (before && !field->computed && !value_equal(&before->values[i], &document->values[i])) {
            status = error_raise(&env->error, &E_FIELD_FIXED, "type", document->type->name, "field", field->name, NULL);
        } else if (!before && !field->computed && i >= COMMON_COUNT) {
            document_clear(document, i);
        }
    }
    return status;
}

static dealer_status check_fixed(
    struct door *door, const dealer_document *handle, const struct document *saved, const struct permission_fields *fields) {
    for (int i = COMMON_COUNT; fields->fixed && i < saved->type->field_count; i++) {
        const struct catalogue_field *field = catalogue_field(handle->document->type, saved->type->fields[i].name);
        const struct value *given = field ? &handle->document->values[field->index] : NULL;
        if (!field_set_has(fields->fixed, i) || saved->type->fields[i].computed || !given || given->kind == VALUE_NONE) continue;
        if (!value_equal(given, &saved->values[i]))
            return error_raise(&door->deal.env->error, &E_FIELD_FIXED, "type", saved->type->name, "field", field->name, NULL);
    }
    return DEALER_OK;
}

/* Saves under what the person may not see or edit. */
static dealer_status save_limited(
    struct door *door, const dealer_document *handle, const struct document *before, struct document *document) {
    struct permission_fields fields = {NULL, NULL};
    dealer_status status = door_fields(door, before ? before : document, before ? ACTION_EDIT : ACTION_CREATE, &fields);
    if (!status) status = keep_limited(door, handle, before, document, &fields);
    if (status) return status;
    status = document_save(&door->deal, before, document);
    document->hidden = fields.hidden;
    status = door_screen(door, document, status);
    document->hidden = NULL;
    return !status && !before ? check_fixed(door, handle, document, &fields) : status;
}

/* Stores what the handle holds; *out is what was stored. */
static dealer_status save(struct door *door, const dealer_document *handle, struct document **out) {
    struct document *before = NULL, *document = NULL;
    int64_t id = document_id(handle->document);
    dealer_status status = door_present(door, handle, &document);
    if (!status && id) status = door_document(door, id, ACTION_READ, document_integer(document, COMMON_VERSION), &before);
    bool on_way = before && document_status_is(before, STATUS_IN_APPROVAL); /* whoever is awaited: checked by the use case */
    if (!status && before && !on_way) status = door_permit(door, before, ACTION_EDIT);
    if (!status && before) status = deal_check_unlocked(&door->deal, before);
    if (!status && !before) status = door_permit(door, document, ACTION_CREATE);
    if (!status) status = save_limited(door, handle, before, document);
    document_free(before);
    if (status)
        document_free(document);
    else
        *out = document;
    return status;
}

dealer_status dealer_document_save(dealer_session *session, dealer_document *handle) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = check_handle(&door, handle);
    if (!status) status = save(&door, handle, &document);
    return leave_with(&door, status, handle, document);
}

/* What is to be acted on: stored first when the handle holds changes. */
static dealer_status take(struct door *door, const dealer_document *handle, enum document_action action, struct document **out) {
    struct document *saved = NULL;
    dealer_status status = check_handle(door, handle);
    if (status) return status;
    int64_t id = document_id(handle->document), version = document_integer(handle->document, COMMON_VERSION);
    if (!id || handle->changed) {
        status = save(door, handle, &saved);
        if (status) return status;
        id = document_id(saved);
        if (!document_id(handle->document)) door->decisions.made = id;
        version = document_integer(saved, COMMON_VERSION);
        document_free(saved);
    }
    return door_change(door, id, action, version, out);
}

dealer_status dealer_document_delete(dealer_session *session, dealer_document *handle) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = check_handle(&door, handle);
    if (!status)
        status = door_change(
            &door, document_id(handle->document), ACTION_DELETE, document_integer(handle->document, COMMON_VERSION), &document);
    if (!status) status = document_delete(&door.deal, document);
    document_free(document);
    return door_leave(&door, status);
}

/* -- verbs with a decision -- */

typedef dealer_status (*decide)(struct deal *deal, struct document *document, struct verdict *verdict);

static dealer_status wrap_decision(struct door *door, dealer_status status, struct verdict *verdict, dealer_decision **out) {
    if (!status) status = decision_wrap(door->deal.env, door->session->core, verdict, out);
    door->discard = door->discard || verdict->outcome == VERDICT_NO || verdict->outcome == VERDICT_FAILED;
    verdict_finish(verdict);
    return status;
}

static dealer_status act(
    dealer_session *session, dealer_decision **out, dealer_document *handle, enum document_action action, decide use_case) {
    struct door door;
    struct verdict verdict = {0};
    struct document *document = NULL;
    dealer_decision *decision = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = out ? take(&door, handle, action, &document) : misuse(door.deal.env, "dealer_document", "decision_out");
    if (!status) status = verdict_start(&door.deal, &verdict);
    if (!status) status = door_screen(&door, document, use_case(&door.deal, document, &verdict));
    status = wrap_decision(&door, status, &verdict, &decision);
    status = leave_with(&door, status, handle, document);
    if (status)
        dealer_decision_free(decision);
    else
        *out = decision;
    return status;
}

dealer_status dealer_document_submit(dealer_session *session, dealer_decision **decision_out, dealer_document *document) {
    return act(session, decision_out, document, ACTION_SUBMIT, document_submit);
}

dealer_status dealer_document_enter(dealer_session *session, dealer_decision **decision_out, dealer_document *document) {
    return act(session, decision_out, document, ACTION_ENTER, document_enter);
}

static dealer_status value(struct deal *deal, struct document *document, struct verdict *verdict) {
    return trade_in_value(deal, document, verdict);
}

dealer_status dealer_trade_in_value(dealer_session *session, dealer_decision **decision_out, dealer_document *handle) {
    struct door door;
    struct verdict verdict = {0};
    struct document *document = NULL;
    dealer_decision *decision = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    status = decision_out ? check_handle(&door, handle) : misuse(door.deal.env, "dealer_trade_in_value", "decision_out");
    if (!status && strcmp(handle->document->type->name, "trade_in") != 0)
        status = error_raise(&door.deal.env->error, &E_ENTER_TYPE, "type", handle->document->type->name, NULL);
    if (!status) status = door_present(&door, handle, &document);
    if (!status) status = door_permit(&door, document, document_id(document) ? ACTION_READ : ACTION_CREATE);
    door.deal.on_behalf = true;
    if (!status) status = verdict_start(&door.deal, &verdict);
    if (!status) status = value(&door.deal, document, &verdict);
    status = wrap_decision(&door, status, &verdict, &decision);
    document_free(document);
    status = door_leave(&door, status);
    if (status)
        dealer_decision_free(decision);
    else
        *decision_out = decision;
    return status;
}

/* -- verbs without one -- */

dealer_status dealer_document_void(dealer_session *session, dealer_document *handle, const char *reason) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = check_text(&door, "reason", reason, 1, REASON_MAX);
    if (!status) status = take(&door, handle, ACTION_VOID, &document);
    if (!status) status = document_void(&door.deal, document, reason);
    return leave_with(&door, status, handle, document);
}

/* Which function decides is for the document to say: the person may read it, else it is as if there were none. */
static dealer_status take_for_review(struct door *door, const dealer_document *handle, struct document **out) {
    dealer_status status = take(door, handle, ACTION_READ, out);
    return status ? status : door_permit(door, *out, review_action(&door->deal, *out));
}

dealer_status dealer_document_review(dealer_session *session, dealer_document *handle, int32_t reviewed) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = take_for_review(&door, handle, &document);
    if (!status) status = document_review(&door.deal, document, reviewed != 0);
    return leave_with(&door, status, handle, document);
}

dealer_status dealer_document_confirm(dealer_session *session, dealer_document *handle, int32_t confirmed) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = take(&door, handle, ACTION_CONFIRM, &document);
    if (!status) status = document_confirm(&door.deal, document, confirmed != 0);
    return leave_with(&door, status, handle, document);
}

dealer_status dealer_document_refuse(dealer_session *session, dealer_document *handle, const char *comment) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = check_text(&door, "comment", comment, 1, COMMENT_MAX);
    if (!status) status = take_for_review(&door, handle, &document);
    if (!status) status = document_refuse(&door.deal, document, comment);
    return leave_with(&door, status, handle, document);
}

/* Locking is the one change that a lock does not stop. */
dealer_status dealer_document_set_locked(dealer_session *session, dealer_document *handle, int32_t locked) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = check_handle(&door, handle);
    if (!status)
        status = door_document(
            &door, document_id(handle->document), ACTION_LOCK, document_integer(handle->document, COMMON_VERSION), &document);
    if (!status) status = document_lock(&door.deal, document, locked != 0);
    return leave_with(&door, status, handle, document);
}

dealer_status dealer_pre_order_lose(dealer_session *session, dealer_document *handle, const char *reason) {
    struct door door;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    status = check_text(&door, "reason", reason, 1, REASON_MAX);
    if (!status) status = take(&door, handle, ACTION_EDIT, &document);
    if (!status && strcmp(document->type->name, "pre_order") != 0)
        status =
            error_raise(&door.deal.env->error, &E_ARGUMENTS, "what", "pre_order", "expected", "a document of type pre_order", NULL);
    if (!status) status = pre_order_lose(&door.deal, document, reason);
    return leave_with(&door, status, handle, document);
}
