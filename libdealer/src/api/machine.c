/* Questions about machines and what is owed on them. */
#include "api/questions.h"
#include <string.h>

dealer_status dealer_machine_life(dealer_session *session, dealer_text **json_out, int64_t id) {
    struct door door;
    struct json *json = NULL;
    struct document *machine = NULL;
    json_value *answer = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_machine_life", "json_out"));
    status = door_document(&door, id, ACTION_READ, 0, &machine);
    if (!status && strcmp(machine->type->name, "machine") != 0)
        status = error_raise(&door.deal.env->error, &E_ARGUMENTS, "what", "machine", "expected", "the id of a machine", NULL);
    if (!status) status = deal_conceal(&door.deal, machine);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        answer = json_new_object(json);
        status = machine_life(&door.deal, machine, json, answer);
    }
    document_free(machine);
    return door_answer(&door, status, json, answer, json_out);
}

dealer_status dealer_stock_age(dealer_session *session, dealer_text **json_out, const char *as_of) {
    return question_as_of(session, json_out, as_of, stock_age, "dealer_stock_age");
}

dealer_status dealer_claims_overdue(dealer_session *session, dealer_text **json_out, const char *as_of) {
    return question_as_of(session, json_out, as_of, claims_overdue, "dealer_claims_overdue");
}

static dealer_status ask_due(struct deal *deal, struct report *report, json_value *answer) {
    question_set_day(report->json, answer, "from", report->days.from);
    question_set_day(report->json, answer, "to", report->days.to);
    return insurance_due(deal, report);
}

dealer_status dealer_insurance_due(dealer_session *session, dealer_text **json_out, const char *from, const char *to) {
    struct door door;
    struct report report = {0};
    json_value *answer = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out || !from || !to)
        return door_leave(&door, misuse(door.deal.env, "dealer_insurance_due", !json_out ? "json_out" : from ? "to" : "from"));
    status = question_day(&door, from, "from", &report.days.from);
    if (!status) status = question_day(&door, to, "to", &report.days.to);
    if (!status) status = question_ask(&door, ask_due, &report, &answer);
    return door_answer(&door, status, report.json, answer, json_out);
}
