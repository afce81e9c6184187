/* Questions of permission, through the door. The answers are permission's own. */
#include "api/door.h"
#include "dealer/permission.h"

static dealer_status read_function(struct door *door, const char *text, struct function *out) {
    return function_parse(door->deal.env, door->snapshot->catalogue, text, out);
}

/* The explanation becomes a verdict: its sentence first, then every grant or near miss. */
static dealer_status explain(
    struct door *door, struct function function, const struct document *document, struct verdict *verdict) {
    struct deal *deal = &door->deal;
    json_value *why = NULL;
    dealer_status status = verdict_start(deal, verdict);
    if (!status)
        status = permission_explain(deal->env, deal->snapshot->permissions,
            &(struct permission_question){deal->employee, function, deal->now_ms}, document, verdict->json, &why);
    if (status) return status;
    verdict->outcome = json_is_true(json_get(why, "allowed")) ? VERDICT_YES : VERDICT_NO;
    status = verdict_say(deal, verdict, &R_ALLOWED_BY, "en", json_get_text(why, "en"), "zh", json_get_text(why, "zh"), NULL);
    json_set(verdict->json, verdict->root, "why", why);
    return status;
}

dealer_status dealer_check(dealer_session *session, dealer_decision **decision_out, const char *function, int64_t document) {
    struct door door;
    struct function asked;
    struct verdict verdict = {0};
    struct document *found = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!decision_out || !function)
        return door_leave(&door, misuse(door.deal.env, "dealer_check", function ? "decision_out" : "function"));
    if (!door.deal.person) return door_leave(&door, error_raise(&door.deal.env->error, &E_SYSTEM_MAY_NOT, NULL));
    status = read_function(&door, function, &asked);
    if (!status) status = door_document(&door, document, ACTION_READ, 0, &found);
    if (!status && asked.type != found->type)
        status = error_raise(
            &door.deal.env->error, &E_ARGUMENTS, "what", "function", "expected", "a function of the document's type", NULL);
    if (!status) status = explain(&door, asked, found, &verdict);
    document_free(found);
    return door_conclude(&door, status, &verdict, decision_out);
}

static dealer_status allows(struct door *door, const char *function, const dealer_document *document, bool *out) {
    struct function asked;
    struct document *present = NULL;
    if (document->core != door->session->core) return error_raise(&door->deal.env->error, &E_FOREIGN_HANDLE, NULL);
    dealer_status status = read_function(door, function, &asked);
    bool older = !status && document->snapshot != door->snapshot; /* made under an earlier catalogue */
    if (older) status = door_present(door, document, &present);
    const struct document *values = present ? present : document->document;
    if (!status && door->deal.employee >= 0 && values->type == asked.type)
        *out = permission_allows(door->snapshot->permissions, door->deal.employee, asked, values, door->deal.now_ms);
    document_free(present);
    return status;
}

dealer_status dealer_allows(dealer_session *session, int32_t *allowed_out, const char *function, const dealer_document *document) {
    struct door door;
    bool allowed = false;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!allowed_out || !function || !document || document->mark != MARK_DOCUMENT)
        return door_leave(&door, misuse(door.deal.env, "dealer_allows",
                                     !document  ? "document"
                                     : function ? "allowed_out"
                                                : "function"));
    status = door_leave(&door, allows(&door, function, document, &allowed));
    if (!status) *allowed_out = allowed;
    return status;
}

dealer_status dealer_functions(dealer_session *session, dealer_text **json_out) {
    struct door door;
    struct json *json = NULL;
    json_value *functions = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_functions", "json_out"));
    if (!door.deal.person) return door_leave(&door, error_raise(&door.deal.env->error, &E_SYSTEM_MAY_NOT, NULL));
    status = json_new(door.deal.env, &json);
    if (!status)
        status = permission_functions_of(
            door.deal.env, door.snapshot->permissions, door.deal.employee, door.deal.now_ms, json, &functions);
    return door_answer(&door, status, json, functions, json_out);
}

dealer_status dealer_who_can(dealer_session *session, dealer_text **json_out, const char *function, int64_t document) {
    struct door door;
    struct function asked;
    struct json *json = NULL;
    json_value *people = NULL;
    struct document *found = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out || !function)
        return door_leave(&door, misuse(door.deal.env, "dealer_who_can", function ? "json_out" : "function"));
    status = read_function(&door, function, &asked);
    if (!status) status = door_document(&door, document, ACTION_READ, 0, &found);
    if (!status && asked.type != found->type)
        status = error_raise(
            &door.deal.env->error, &E_ARGUMENTS, "what", "function", "expected", "a function of the document's type", NULL);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status)
        status = permission_who_can(door.deal.env, door.snapshot->permissions,
            &(struct permission_question){-1, asked, door.deal.now_ms}, found, json, &people);
    document_free(found);
    return door_answer(&door, status, json, people, json_out);
}
