/* Questions about machines and what is owed on them. */
#include "api/door.h"
#include "base/time.h"
#include "deal/reports.h"
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

/* A day that a caller gave; NULL is today. */
static dealer_status read_day(struct door *door, const char *text, const char *what, int32_t *out) {
    *out = deal_today(&door->deal);
    if (!text || date_parse(text, strlen(text), out)) return DEALER_OK;
    return error_raise(&door->deal.env->error, &E_ARGUMENTS, "what", what, "expected", "a day, YYYY-MM-DD", NULL);
}

static void set_day(struct json *json, json_value *answer, const char *name, int32_t day) {
    char text[11];
    date_format(day, text);
    json_set_text(json, answer, name, text);
}

typedef dealer_status asked(struct deal *deal, struct report *report, json_value *answer);

static dealer_status ask(struct door *door, asked *question, struct report *report, json_value **answer_out) {
    dealer_status status = json_new(door->deal.env, &report->json);
    if (status) return status;
    *answer_out = json_new_object(report->json);
    report->rows = json_new_array(report->json);
    status = question(&door->deal, report, *answer_out);
    json_set(report->json, *answer_out, "rows", report->rows);
    return status;
}

static dealer_status ask_as_of(
    dealer_session *session, dealer_text **json_out, const char *as_of, asked *question, const char *call) {
    struct door door;
    struct report report = {0};
    json_value *answer = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, call, "json_out"));
    status = read_day(&door, as_of, "as_of", &report.days.to);
    report.days.from = report.days.to;
    if (!status) status = ask(&door, question, &report, &answer);
    if (!status) set_day(report.json, answer, "as_of", report.days.to);
    return door_answer(&door, status, report.json, answer, json_out);
}

dealer_status dealer_stock_age(dealer_session *session, dealer_text **json_out, const char *as_of) {
    return ask_as_of(session, json_out, as_of, stock_age, "dealer_stock_age");
}

dealer_status dealer_claims_overdue(dealer_session *session, dealer_text **json_out, const char *as_of) {
    return ask_as_of(session, json_out, as_of, claims_overdue, "dealer_claims_overdue");
}

static dealer_status ask_due(struct deal *deal, struct report *report, json_value *answer) {
    set_day(report->json, answer, "from", report->days.from);
    set_day(report->json, answer, "to", report->days.to);
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
    status = read_day(&door, from, "from", &report.days.from);
    if (!status) status = read_day(&door, to, "to", &report.days.to);
    if (!status) status = ask(&door, ask_due, &report, &answer);
    return door_answer(&door, status, report.json, answer, json_out);
}
