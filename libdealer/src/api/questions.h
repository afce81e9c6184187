/* Questions over what the asker may read, as of a day, answered in JSON: what their calls share. */
#ifndef API_QUESTIONS_H
#define API_QUESTIONS_H

#include "api/door.h"
#include "deal/reports.h"

/* A day that a caller gave; NULL is today. */
dealer_status question_day(struct door *door, const char *text, const char *what, int32_t *out);
void question_set_day(struct json *json, json_value *answer, const char *name, int32_t day);

typedef dealer_status asked(struct deal *deal, struct report *report, json_value *answer);
/* The answer is an object that ends with the report's rows. */
dealer_status question_ask(struct door *door, asked *question, struct report *report, json_value **answer_out);
/* The whole call of a question that asks for a day only. */
dealer_status question_as_of(dealer_session *session, dealer_text **json_out, const char *as_of, asked *question, const char *call);

#endif
