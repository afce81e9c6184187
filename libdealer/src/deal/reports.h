/* Questions over all documents of a type that the asker may read: one row each, in JSON. */
#ifndef DEAL_REPORTS_H
#define DEAL_REPORTS_H

#include "deal/deal.h"

struct report_days {
    int32_t from, to;
};
struct report {
    struct json *json;
    json_value *rows;
    struct report_days days;
};
/* Every approved document of a type that the person may read, oldest first, with everything that is in it: what he may not see, the row
 * must not show (deal_conceal). */
typedef dealer_status report_visit(struct deal *deal, struct report *report, struct document *document);
dealer_status report_each(struct deal *deal, const char *type, struct report *report, report_visit *visit);
/* A new row with document, number and customer. */
json_value *report_row(struct report *report, const struct document *document);
/* Fields of the document as JSON shows them; those without a value are left out. */
void report_fields(struct report *report, json_value *row, const struct document *document, const char *const *names, size_t count);

/* What each question fills in: stock_report.c, claims_report.c, insurance.c, accounts_report.c. Money is in minor units. */
dealer_status machine_life(struct deal *deal, const struct document *machine, struct json *json, json_value *answer);
dealer_status stock_age(struct deal *deal, struct report *report, json_value *answer);
dealer_status claims_overdue(struct deal *deal, struct report *report, json_value *answer);
dealer_status insurance_due(struct deal *deal, struct report *report);
/* Of a customer, or of a party that has a name only. */
dealer_status account_statement(struct deal *deal, int64_t customer, const char *party, struct report *report, json_value *answer);
dealer_status account_ageing(struct deal *deal, struct report *report, json_value *answer);

/* One of the reports of store/report.h, as dealer_report tells it; the parameters must stay until it is answered (report_ask.c). */
dealer_status report_ask(struct deal *deal, const char *name, const json_value *parameters, struct json *json, json_value *answer);
void report_list(struct json *json, json_value *answer);

#endif
