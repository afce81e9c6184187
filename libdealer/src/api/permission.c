/* Questions of permission, through the door. The answers are permission's own. */
#include "api/door.h"
#include "dealer/permission.h"
#include <string.h>

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

/* Of a document's own type without a look-up; anything else is parsed, for its error. */
static dealer_status find_function(
    struct env *env, const struct glance *glance, const char *text, const struct catalogue_type *type, struct function *out) {
    int action = catalogue_action(type, text);
    *out = (struct function){type, (enum document_action)action};
    return action >= 0 ? DEALER_OK : function_parse(env, glance->snapshot->catalogue, text, out);
}

/* The document was read under another configuration: it is asked as it would be now. */
static dealer_status allows_now(
    struct env *env, const struct glance *glance, const struct document *document, const char *function, int32_t *allowed_out) {
    struct function asked;
    struct document *now = NULL;
    const struct catalogue_type *type = catalogue_type(glance->snapshot->catalogue, document->type->name);
    dealer_status status = function_parse(env, glance->snapshot->catalogue, function, &asked);
    bool fits = !status && type && type == asked.type && glance->employee >= 0;
    if (fits) status = deal_retype(env, document, type, &now);
    if (status) return status;
    if (now) now->participant = document->participant;
    *allowed_out = now && permission_allows(glance->snapshot->permissions, glance->employee, asked, now, glance_now(glance));
    document_free(now);
    return DEALER_OK;
}

static bool is_of(const struct catalogue *catalogue, const struct catalogue_type *type) {
    return type >= catalogue->types && type < catalogue->types + catalogue->type_count;
}

static dealer_status allows(
    dealer_session *session, const struct glance *glance, dealer_document *handle, const char *function, int32_t *allowed_out) {
    const struct permissions *permissions = glance->snapshot->permissions;
    const struct document *document = NULL;
    struct function asked;
    bool sure = false;
    bool known = handle->snapshot == glance->snapshot || is_of(glance->snapshot->catalogue, handle->type);
    dealer_status status = known ? find_function(session->env, glance, function, handle->type, &asked) : DEALER_OK;
    if (status) return status;
    if (known && asked.type == handle->type) {
        struct permission_seats seats = session->seen_seats;
        int64_t now_ms = seats.dated ? glance_now(glance) : 0; /* who holds what he holds for good is asked without a clock */
        bool allowed = permission_glance(permissions, seats, asked, &handle->place, now_ms, &sure);
        if (sure && handle->participant && !allowed) /* in this order: the answer itself is never branched on */
            allowed = permission_took_part(permissions, glance->employee, asked, glance_now(glance));
        if (sure) *allowed_out = allowed;
        if (sure) return DEALER_OK;
    }
    status = document_whole(session->env, handle, &document);
    if (status) return status;
    if (!known) return allows_now(session->env, glance, document, function, allowed_out);
    *allowed_out = permission_allows(permissions, glance->employee, asked, document, glance_now(glance));
    return DEALER_OK;
}

dealer_status dealer_allows(dealer_session *session, int32_t *allowed_out, const char *function, const dealer_document *handle) {
    struct glance glance;
    dealer_status status = door_glance(session, &glance);
    if (status) return status;
    if (!allowed_out || !function || !handle || handle->mark != MARK_DOCUMENT)
        return misuse(session->env, "dealer_allows", !handle ? "document" : function ? "allowed_out" : "function");
    if (handle->core != session->core) return error_raise(&session->env->error, &E_FOREIGN_HANDLE, NULL);
    status = allows(session, &glance, (dealer_document *)handle, function, allowed_out);
    session->quiet = !status;
    return status;
}

static dealer_status check_one(struct door *door, struct function asked, int64_t id, struct json *json, json_value *answers) {
    struct document *found = NULL;
    dealer_status status = door_document(door, id, ACTION_READ, 0, &found);
    if (status == DEALER_E_NOT_FOUND) {
        error_clear(&door->deal.env->error);
        json_push(json, answers, json_new_null(json));
        return DEALER_OK;
    }
    bool may = !status && permission_allows(door->snapshot->permissions, door->deal.employee, asked, found, door->deal.now_ms);
    json_push(json, answers, json_new_boolean(json, may));
    document_free(found);
    return status;
}

dealer_status dealer_check_many(
    dealer_session *session, dealer_text **json_out, const char *function, const int64_t *documents, size_t count) {
    struct door door;
    struct function asked;
    struct json *json = NULL;
    json_value *answers = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out || !function || (!documents && count))
        return door_leave(&door, misuse(door.deal.env, "dealer_check_many",
                                     !function   ? "function"
                                     : !json_out ? "json_out"
                                                 : "documents"));
    if (!door.deal.person) status = error_raise(&door.deal.env->error, &E_SYSTEM_MAY_NOT, NULL);
    if (!status) status = read_function(&door, function, &asked);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) answers = json_new_array(json);
    for (size_t i = 0; !status && i < count; i++) status = check_one(&door, asked, documents[i], json, answers);
    return door_answer(&door, status, json, answers, json_out);
}

/* -- questions about a person: himself, or another over whom the asker may read the configuration -- */

static dealer_status find_person(dealer_session *session, const struct glance *glance, const char *code, int *out) {
    const struct org *org = glance->snapshot->org;
    struct error *error = &session->env->error;
    *out = code ? org_employee_by_code(org, code) : glance->employee;
    if (!code && *out < 0) return error_raise(error, &E_SYSTEM_MAY_NOT, NULL);
    bool may = glance->employee < 0 || *out == glance->employee ||
               (*out >= 0 &&
                   permission_over_person(glance->snapshot->permissions, glance->employee, ACTION_READ, *out, glance_now(glance)));
    if (*out < 0 && may) return error_raise(error, &E_PERSON_UNKNOWN, "code", code, NULL);
    if (may) return DEALER_OK;
    return error_raise(error, &E_MAY_NOT_CONFIGURE, "person", org->employees[glance->employee].name, NULL);
}

static dealer_status answer(
    dealer_session *session, dealer_status status, struct json *json, const json_value *value, dealer_text **out) {
    if (!status)
        status = json_status(json) ? error_nomem(&session->env->error) : text_of_json(session->env, session->core, value, out);
    json_free(json);
    return status;
}

dealer_status dealer_functions_of(dealer_session *session, dealer_text **json_out, const char *person) {
    struct glance glance;
    struct json *json = NULL;
    json_value *functions = NULL;
    int employee = -1;
    dealer_status status = door_glance(session, &glance);
    if (status) return status;
    if (!json_out) return misuse(session->env, "dealer_functions_of", "json_out");
    status = find_person(session, &glance, person, &employee);
    if (!status) status = json_new(session->env, &json);
    if (!status)
        status =
            permission_functions_of(session->env, glance.snapshot->permissions, employee, glance_now(&glance), json, &functions);
    return answer(session, status, json, functions, json_out);
}

dealer_status dealer_functions(dealer_session *session, dealer_text **json_out) {
    return dealer_functions_of(session, json_out, NULL);
}

dealer_status dealer_visible_departments(dealer_session *session, dealer_text **json_out, const char *function) {
    struct glance glance;
    struct function asked;
    struct json *json = NULL;
    json_value *places = NULL;
    dealer_status status = door_glance(session, &glance);
    if (status) return status;
    if (!json_out || !function) return misuse(session->env, "dealer_visible_departments", function ? "json_out" : "function");
    if (glance.employee < 0) return error_raise(&session->env->error, &E_SYSTEM_MAY_NOT, NULL);
    status = function_parse(session->env, glance.snapshot->catalogue, function, &asked);
    if (!status) status = json_new(session->env, &json);
    if (!status)
        status = permission_places(session->env, glance.snapshot->permissions,
            &(struct permission_question){glance.employee, asked, glance_now(&glance)}, json, &places);
    return answer(session, status, json, places, json_out);
}

dealer_status dealer_check_for(
    dealer_session *session, dealer_decision **decision_out, const char *person, const char *function, int64_t document) {
    struct door door;
    struct glance glance;
    struct function asked;
    struct verdict verdict = {0};
    struct document *found = NULL;
    int employee = -1;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!decision_out || !person || !function)
        return door_leave(&door, misuse(door.deal.env, "dealer_check_for",
                                     !person     ? "person"
                                     : !function ? "function"
                                                 : "decision_out"));
    glance = (struct glance){door.snapshot, door.deal.employee, &session->core->seams};
    status = find_person(session, &glance, person, &employee);
    if (!status) status = read_function(&door, function, &asked);
    if (!status) status = door_document(&door, document, ACTION_READ, 0, &found);
    if (!status && asked.type != found->type)
        status = error_raise(
            &door.deal.env->error, &E_ARGUMENTS, "what", "function", "expected", "a function of the document's type", NULL);
    if (!status && employee != door.deal.employee) /* whether he took part is his own, not the asker's */
        status = store_participant(
            door.deal.env, door.deal.connection, document, door.snapshot->org->employees[employee].id, &found->participant);
    door.deal.employee = employee;
    if (!status) status = explain(&door, asked, found, &verdict);
    document_free(found);
    return door_conclude(&door, status, &verdict, decision_out);
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
