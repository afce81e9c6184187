/* Accounts through the door: the account of one party, and what is open by age. */
#include "api/questions.h"
#include "dealer/account.h"
#include <string.h>

enum { PARTY_MOST = 120 };

/* A customer that the asker may read, or a name; one of the two. */
static dealer_status check_whose(struct door *door, int64_t customer, const char *party) {
    struct document *document = NULL;
    size_t length = party ? strlen(party) : 0;
    if ((customer != 0) == (party != NULL) || (party && (!length || length > PARTY_MOST || !utf8_is_plain(party, length))))
        return error_raise(&door->deal.env->error, &E_ARGUMENTS, "what", "customer", "expected",
            "the id of a customer, or the name of a party, one of the two", NULL);
    if (!customer) return DEALER_OK;
    dealer_status status = door_document(door, customer, ACTION_READ, 0, &document);
    if (!status && strcmp(document->type->name, "customer") != 0)
        status = error_raise(&door->deal.env->error, &E_ARGUMENTS, "what", "customer", "expected", "the id of a customer", NULL);
    document_free(document);
    return status;
}

static dealer_status state(struct door *door, int64_t customer, const char *party, struct report *report, json_value **answer_out) {
    dealer_status status = json_new(door->deal.env, &report->json);
    if (status) return status;
    json_value *answer = *answer_out = json_new_object(report->json);
    report->rows = json_new_array(report->json);
    if (customer)
        json_set_integer(report->json, answer, "customer", customer);
    else
        json_set_text(report->json, answer, "party", party);
    question_set_day(report->json, answer, "as_of", report->days.to);
    status = account_statement(&door->deal, customer, party, report, answer);
    json_set(report->json, answer, "rows", report->rows);
    return status;
}

dealer_status dealer_account_statement(
    dealer_session *session, dealer_text **json_out, int64_t customer, const char *party, const char *as_of) {
    struct door door;
    struct report report = {0};
    json_value *answer = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_account_statement", "json_out"));
    status = question_day(&door, as_of, "as_of", &report.days.to);
    if (!status) status = check_whose(&door, customer, party);
    if (!status) status = state(&door, customer, party, &report, &answer);
    return door_answer(&door, status, report.json, answer, json_out);
}

dealer_status dealer_account_ageing(dealer_session *session, dealer_text **json_out, const char *as_of) {
    return question_as_of(session, json_out, as_of, account_ageing, "dealer_account_ageing");
}
