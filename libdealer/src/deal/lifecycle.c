/* The life of a document, the same for every type: begin, save, submit, become effective, void, lock. What is special about a type is
 * behind deal_noun; whether the person may do it was settled at the door. */
#include "deal/use_cases.h"
#include <string.h>

dealer_status document_raise_state(
    struct deal *deal, const struct document *document, const char *wanted_en, const char *wanted_zh) {
    return error_raise(&deal->env->error, &E_STATUS_WRONG, "document", deal_title(deal, document), "status",
        document_text(document, COMMON_STATUS), "wanted", wanted_en, "wanted_zh", wanted_zh, NULL);
}

static dealer_status put_text(struct deal *deal, struct document *document, int field, const char *text) {
    return document_put_text(deal->env, document, field, text, strlen(text));
}

static dealer_status put_status(struct deal *deal, struct document *document, const char *status) {
    return put_text(deal, document, COMMON_STATUS, status);
}

static bool is_open_for_change(const struct document *document) {
    return document_status_is(document, STATUS_DRAFT) || document_status_is(document, STATUS_REJECTED);
}

static dealer_status noun_check(struct deal *deal, struct document *document) {
    const struct deal_noun *noun = deal_noun(document->type);
    return noun && noun->check ? noun->check(deal, document) : DEALER_OK;
}

/* -- begin -- */

static dealer_status put_place(struct deal *deal, struct document *document, int company, int department) {
    const struct org *org = deal->snapshot->org;
    const struct org_company *place = &org->companies[company];
    dealer_status status = document_put_integer(deal->env, document, COMMON_COMPANY, place->id);
    if (!status && department >= 0)
        status = document_put_integer(deal->env, document, COMMON_DEPARTMENT, org->departments[department].id);
    else if (!status)
        document_clear(document, COMMON_DEPARTMENT);
    if (!status && place->currency)
        status = document_put_text(deal->env, document, COMMON_CURRENCY, place->currency, strlen(place->currency));
    return status;
}

/* A post held in a company covers the home department when that lies in the company. */
static int department_of(const struct org *org, const struct org_employee *employee, const struct org_holding *holding) {
    if (holding->department >= 0) return holding->department;
    bool home_there = employee->department >= 0 && org->departments[employee->department].company == holding->company;
    return home_there ? employee->department : -1;
}

static dealer_status find_place(struct deal *deal, const struct catalogue_type *type, int *company_out, int *department_out) {
    const struct org *org = deal->snapshot->org;
    const struct org_employee *employee = deal->employee >= 0 ? &org->employees[deal->employee] : NULL;
    for (int i = 0; employee && i < employee->holding_count; i++) {
        const struct org_holding *holding = &employee->holdings[i];
        int department = department_of(org, employee, holding);
        if (!org_holding_in_force(org, employee, holding, deal->now_ms) ||
            !permission_may_create(deal->snapshot->permissions, deal->employee, type, holding->company, department, deal->now_ms))
            continue;
        *company_out = holding->company;
        *department_out = department;
        return DEALER_OK;
    }
    return error_raise(&deal->env->error, &E_MAY_NOT_CREATE, "person", deal_person_name(deal, deal->person), "type", type->name,
        "type_en", type->label.en, "type_zh", type->label.zh, NULL);
}

dealer_status document_begin(struct deal *deal, const struct catalogue_type *type, struct document **out) {
    int company = -1, department = -1;
    struct document *document = NULL;
    dealer_status status = find_place(deal, type, &company, &department);
    if (!status) status = document_new(deal->env, type, &document);
    if (!status) status = document_put_integer(deal->env, document, COMMON_OWNER, deal->person);
    if (!status) status = put_place(deal, document, company, department);
    if (!status) status = put_status(deal, document, STATUS_DRAFT);
    if (status)
        document_free(document);
    else
        *out = document;
    return status;
}

dealer_status document_place(struct deal *deal, struct document *document, const char *company_code, const char *department_code) {
    const struct org *org = deal->snapshot->org;
    int company = org_company_by_code(org, company_code);
    int department = department_code ? org_department_by_code(org, department_code) : -1;
    if (company < 0)
        return error_raise(&deal->env->error, &E_CODE_UNKNOWN, "noun", "company", "noun_zh", "公司", "code", company_code, NULL);
    if (department_code && (department < 0 || org->departments[department].company != company))
        return error_raise(
            &deal->env->error, &E_CODE_UNKNOWN, "noun", "department", "noun_zh", "部门", "code", department_code, NULL);
    if (document_id(document)) return error_raise(&deal->env->error, &E_PLACE_FIXED, "document", deal_title(deal, document), NULL);
    if (!permission_may_create(deal->snapshot->permissions, deal->employee, document->type, company, department, deal->now_ms))
        return error_raise(&deal->env->error, &E_MAY_NOT_CREATE, "person", deal_person_name(deal, deal->person), "type",
            document->type->name, "type_en", document->type->label.en, "type_zh", document->type->label.zh, NULL);
    return put_place(deal, document, company, department);
}

static const struct catalogue_field *link_to(const struct catalogue_type *type, const struct catalogue_type *target) {
    for (int i = COMMON_COUNT; i < type->field_count; i++) {
        const struct catalogue_field *field = &type->fields[i];
        if (field->kind == FIELD_DOCUMENT && !field->computed && strcmp(field->target, target->name) == 0) return field;
    }
    return NULL;
}

dealer_status document_derive(
    struct deal *deal, const struct catalogue_type *type, const struct document *source, struct document **out) {
    const struct catalogue_field *link = link_to(type, source->type);
    struct document *document = NULL;
    if (!link) return error_raise(&deal->env->error, &E_NO_LINK, "type", type->name, "source", source->type->name, NULL);
    dealer_status status = document_begin(deal, type, &document);
    if (!status) status = document_put_integer(deal->env, document, link->index, document_id(source));
    if (!status) status = links_follow(deal, document, NULL);
    if (status)
        document_free(document);
    else
        *out = document;
    return status;
}

/* -- save -- */

/* What the library itself keeps is never taken from the host's copy. */
static dealer_status keep_computed(struct deal *deal, const struct document *before, struct document *document) {
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < document->type->field_count; i++) {
        const struct value *value = &before->values[i];
        if (!document->type->fields[i].computed || value_equal(value, &document->values[i])) continue;
        if (value->kind == VALUE_TEXT)
            status = document_put_text(deal->env, document, i, value->text, value->length);
        else if (value->kind == VALUE_INTEGER)
            status = document_put_integer(deal->env, document, i, value->integer);
        else
            document_clear(document, i);
    }
    return status;
}

/* In approval, only fields completed on the way, and only by whoever is awaited. */
static dealer_status check_on_way(struct deal *deal, const struct document *before, const struct document *document) {
    bool awaited = false;
    dealer_status status = flow_awaits(deal, document_id(before), deal->person, &awaited);
    if (status) return status;
    if (!awaited) return document_raise_state(deal, before, "draft or rejected", "草稿或已拒绝");
    for (int i = 0; i < document->type->field_count; i++)
        if (!document->type->fields[i].on_way && !value_equal(&before->values[i], &document->values[i]))
            return error_raise(&deal->env->error, &E_NOT_ON_WAY, "document", deal_title(deal, before), "field",
                document->type->fields[i].name, NULL);
    return DEALER_OK;
}

static dealer_status check_changeable(struct deal *deal, const struct document *before, const struct document *document) {
    bool on_way = document_status_is(before, STATUS_IN_APPROVAL) && !document_has(before, COMMON_VOID_REVIEW);
    if (on_way) return check_on_way(deal, before, document);
    bool living_record = before->type->record && document_status_is(before, STATUS_APPROVED);
    if (!is_open_for_change(before) && !living_record)
        return document_raise_state(deal, before, "draft or rejected", "草稿或已拒绝");
    return DEALER_OK;
}

/* A record is in force as soon as it is there. */
static dealer_status start_record(struct deal *deal, struct document *document) {
    dealer_status status = document_check_complete(deal->env, document);
    if (!status) status = deal_give_number(deal, document);
    return status ? status : put_status(deal, document, STATUS_APPROVED);
}

/* Whoever agrees on a trade-in's value has valued it. */
static bool values_anew(const struct document *before, const struct document *document) {
    int index = strcmp(document->type->name, "trade_in") == 0 ? deal_field(document, "agreed_value") : -1;
    return index >= 0 && document_has(document, index) &&
           (!before || !value_equal(&before->values[index], &document->values[index]));
}

static dealer_status put(struct deal *deal, const struct document *before, struct document *document) {
    return before ? deal_update(deal, document) : store_document_insert(deal->env, deal->connection, document, deal->now_ms);
}

/* What was changed on the way voids the approvals that covered it. */
static dealer_status note_change(struct deal *deal, const struct document *before, struct document *document) {
    dealer_status status = deal_journal(deal, document, before ? "changed" : "created", NULL);
    return !status && before && document_status_is(before, STATUS_IN_APPROVAL) ? flow_amended(deal, document) : status;
}

dealer_status document_save(struct deal *deal, const struct document *before, struct document *document) {
    dealer_status status = before ? keep_computed(deal, before, document) : DEALER_OK;
    if (!status && before) status = check_changeable(deal, before, document);
    if (!status) status = links_follow(deal, document, before);
    if (!status) status = deal_check_unlocked(deal, document); /* only now: an unreadable link must not show its lock */
    if (!status) status = noun_check(deal, document);
    if (!status && document->type->record) status = start_record(deal, document);
    if (!status) status = put(deal, before, document);
    if (!status) status = links_remember(deal, document, before);
    if (!status && values_anew(before, document)) status = deal_journal(deal, document, "valued", NULL);
    return status ? status : note_change(deal, before, document);
}

dealer_status document_delete(struct deal *deal, struct document *document) {
    if (!document_status_is(document, STATUS_DRAFT) || document_has(document, COMMON_NUMBER))
        return document_raise_state(
            deal, document, "a draft that was never submitted (others are voided)", "从未提交过的草稿（其他单据请作废）");
    dealer_status status = links_check_free(deal, document, true);
    if (!status) status = deal_journal(deal, document, "deleted", NULL);
    if (!status) status = messages_tell(deal); /* while there is something to tell of */
    return status ? status : store_document_delete(deal->env, deal->connection, document);
}

/* -- submit -- */

dealer_status document_conclude(struct deal *deal, struct document *document, const char *status_code) {
    const struct deal_noun *noun = deal_noun(document->type);
    bool effective = strcmp(status_code, STATUS_APPROVED) == 0;
    dealer_status status = put_status(deal, document, status_code);
    bool stands = effective || strcmp(status_code, STATUS_IN_APPROVAL) == 0;
    if (!status && !stands && strcmp(document->type->name, "service_order") == 0) status = service_give_back(deal, document);
    if (!status && effective && noun && noun->effective) status = noun->effective(deal, document);
    if (!status && effective) status = accounts_open(deal, document);
    return status ? status : deal_update(deal, document);
}

/* Everything that must hold before a document leaves its maker's hands. */
static dealer_status ready(struct deal *deal, struct document *document, struct verdict *verdict) {
    const struct deal_noun *noun = deal_noun(document->type);
    if (!is_open_for_change(document)) return document_raise_state(deal, document, "draft or rejected", "草稿或已拒绝");
    dealer_status status = document_check_complete(deal->env, document);
    if (!status) status = noun_check(deal, document);
    if (!status && noun && noun->gate) status = noun->gate(deal, document);
    if (!status && strcmp(document->type->name, "trade_in") == 0)
        status = trade_in_value(deal, document, verdict);
    else if (!status)
        status = policy_ask(deal, document, verdict);
    return status;
}

static bool stopped(const struct verdict *verdict) {
    return verdict->outcome == VERDICT_NO || verdict->outcome == VERDICT_FAILED;
}

static dealer_status submit_without_flow(
    struct deal *deal, struct document *document, enum review_way way, struct verdict *verdict) {
    dealer_status status = deal_journal(deal, document, "submitted", NULL);
    if (!status) status = document_conclude(deal, document, way == REVIEW_NONE ? STATUS_APPROVED : STATUS_IN_APPROVAL);
    if (!status)
        status = verdict_say(
            deal, verdict, way == REVIEW_NONE ? &R_EFFECTIVE : &R_WAITS_FOR_REVIEW, "document", deal_title(deal, document), NULL);
    return status;
}

dealer_status document_submit(struct deal *deal, struct document *document, struct verdict *verdict) {
    dealer_status status = ready(deal, document, verdict);
    if (status || stopped(verdict)) return status;
    enum review_way way = document_way(deal, document);
    status = deal_give_number(deal, document);
    if (!status) status = put_text(deal, document, COMMON_REVIEW, review_way_names[way]);
    if (status) return status;
    return way == REVIEW_APPROVAL ? flow_submit(deal, document, verdict) : submit_without_flow(deal, document, way, verdict);
}

dealer_status document_enter(struct deal *deal, struct document *document, struct verdict *verdict) {
    if (strcmp(document->type->name, "trade_in") != 0)
        return error_raise(&deal->env->error, &E_ENTER_TYPE, "type", document->type->name, NULL);
    if (!document_status_is(document, STATUS_DRAFT) || document_has(document, COMMON_NUMBER))
        return document_raise_state(deal, document, "a draft that was never an application", "从未提交过申请的草稿");
    dealer_status status = deal_put_integer(deal, document, "entered_directly", 1);
    if (!status) status = ready(deal, document, verdict);
    if (status || stopped(verdict)) return status;
    status = deal_give_number(deal, document);
    if (!status) status = deal_journal(deal, document, "entered_directly", NULL);
    if (!status) status = document_conclude(deal, document, STATUS_APPROVED);
    return status ? status : verdict_say(deal, verdict, &R_ENTERED_DIRECTLY, "document", deal_title(deal, document), NULL);
}

/* -- afterwards -- */

dealer_status document_recall(struct deal *deal, struct document *document, const char *comment, struct verdict *verdict) {
    bool in_flow = false;
    int64_t owner = document_integer(document, COMMON_OWNER);
    if (!document_status_is(document, STATUS_IN_APPROVAL)) return document_raise_state(deal, document, "in approval", "审批中");
    dealer_status status = flow_is_running(deal, document, &in_flow);
    if (!status && in_flow) return flow_recall(deal, document, comment, verdict);
    if (!status && owner != deal->person)
        status = error_raise(&deal->env->error, &E_RECALL_OWNER, "document", deal_title(deal, document), "owner",
            deal_person_name(deal, owner), NULL);
    bool voiding = document_has(document, COMMON_VOID_REVIEW);
    if (!status) status = deal_journal_text(deal, document, voiding ? "void_recalled" : "recalled", "comment", comment);
    if (!status) status = voiding ? void_forget(deal, document) : document_conclude(deal, document, STATUS_DRAFT);
    return status ? status : verdict_say(deal, verdict, &R_RECALLED, "document", deal_title(deal, document), NULL);
}

/* What has moved a machine is undone by the counter-movement, not by voiding. */
static bool moves_machines(const struct document *document) {
    return (strcmp(document->type->name, "stock_in") == 0 || strcmp(document->type->name, "stock_out") == 0 ||
               strcmp(document->type->name, "stock_take") == 0) &&
           document_status_is(document, STATUS_APPROVED);
}

/* What follows is taken back, and it is void. */
dealer_status document_make_void(struct deal *deal, struct document *document, const char *reason) {
    const struct deal_noun *noun = deal_noun(document->type);
    bool undoes = document_status_is(document, STATUS_APPROVED) && noun && noun->undo;
    bool promised = strcmp(document->type->name, "contract") == 0;
    dealer_status status = promised ? reservations_fall(deal, document, reason) : DEALER_OK;
    if (!status) status = links_check_free(deal, document, false);
    if (!status) status = accounts_undo(deal, document);
    if (!status && undoes) status = noun->undo(deal, document);
    if (!status) status = put_text(deal, document, COMMON_VOID_REASON, reason);
    if (!status) status = document_conclude(deal, document, STATUS_VOIDED);
    return status ? status : deal_journal(deal, document, "voided", NULL);
}

dealer_status document_void(struct deal *deal, struct document *document, const char *reason) {
    if (document_status_is(document, STATUS_VOIDED) || document_status_is(document, STATUS_IN_APPROVAL) || moves_machines(document))
        return document_raise_state(deal, document,
            "neither voided nor in approval (recall it first), nor a stock movement (enter the counter-movement)",
            "未作废、不在审批中（请先撤回），且不是已生效的出入库（请做反向单据）");
    enum review_way way = snapshot_review(deal->snapshot, document, REVIEW_OF_VOIDING);
    if (way != REVIEW_NONE && document_status_is(document, STATUS_APPROVED)) return void_ask(deal, document, way, reason);
    return document_make_void(deal, document, reason);
}

dealer_status document_lock(struct deal *deal, struct document *document, bool locked) {
    if (document->locked_itself == locked) return DEALER_OK;
    dealer_status status = store_document_lock(deal->env, deal->connection, document, locked, deal->now_ms);
    return status ? status : deal_journal(deal, document, locked ? "locked" : "unlocked", NULL);
}

dealer_status pre_order_lose(struct deal *deal, struct document *document, const char *reason) {
    const char *outcome = deal_text(document, "outcome");
    if (!document_status_is(document, STATUS_APPROVED) || !outcome || strcmp(outcome, "open") != 0)
        return document_raise_state(deal, document, "an open pre-order", "跟进中的预购");
    dealer_status status = links_check_unlocked(deal, document);
    if (!status) status = reservations_fall_with(deal, document, reason);
    if (!status) status = deal_put_text(deal, document, "outcome", "lost");
    if (!status) status = deal_put_text(deal, document, "outcome_reason", reason);
    if (!status) status = deal_update(deal, document);
    return status ? status : deal_journal(deal, document, "lost", NULL);
}
