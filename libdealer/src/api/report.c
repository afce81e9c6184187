/* A manager's questions, through the door. */
#include "dealer/report.h"
#include "api/door.h"
#include "deal/reports.h"

/* What is asked for in the end lives in the region of the call, but its texts in the parameters. */
static dealer_status ask(struct door *door, const char *report, struct json *parameters, struct json *json, json_value *answer) {
    if (!report) {
        report_list(json, answer);
        return DEALER_OK;
    }
    return report_ask(&door->deal, report, json_root(parameters), json, answer);
}

dealer_status dealer_report(
    dealer_session *session, dealer_text **json_out, const char *report, const char *parameters, size_t length) {
    struct door door;
    struct json *asked = NULL, *json = NULL;
    json_value *answer = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_report", "json_out"));
    status = json_parse(door.deal.env, parameters ? parameters : "{}", parameters ? length : 2, false, &asked);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        answer = json_new_object(json);
        status = ask(&door, report, asked, json, answer);
    }
    json_free(asked);
    return door_answer(&door, status, json, answer, json_out);
}
