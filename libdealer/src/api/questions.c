#include "api/questions.h"
#include "base/time.h"
#include <string.h>

dealer_status question_day(struct door *door, const char *text, const char *what, int32_t *out) {
    *out = deal_today(&door->deal);
    if (!text || date_parse(text, strlen(text), out)) return DEALER_OK;
    return error_raise(&door->deal.env->error, &E_ARGUMENTS, "what", what, "expected", "a day, YYYY-MM-DD", NULL);
}

void question_set_day(struct json *json, json_value *answer, const char *name, int32_t day) {
    char text[11];
    date_format(day, text);
    json_set_text(json, answer, name, text);
}

dealer_status question_ask(struct door *door, asked *question, struct report *report, json_value **answer_out) {
    dealer_status status = json_new(door->deal.env, &report->json);
    if (status) return status;
    *answer_out = json_new_object(report->json);
    report->rows = json_new_array(report->json);
    status = question(&door->deal, report, *answer_out);
    json_set(report->json, *answer_out, "rows", report->rows);
    return status;
}

dealer_status question_as_of(
    dealer_session *session, dealer_text **json_out, const char *as_of, asked *question, const char *call) {
    struct door door;
    struct report report = {0};
    json_value *answer = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, call, "json_out"));
    status = question_day(&door, as_of, "as_of", &report.days.to);
    report.days.from = report.days.to;
    if (!status) status = question_ask(&door, question, &report, &answer);
    if (!status) question_set_day(report.json, answer, "as_of", report.days.to);
    return door_answer(&door, status, report.json, answer, json_out);
}
