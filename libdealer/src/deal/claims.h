/* How a financing plan stands on a day: what its instalments ask for, what was repaid and advanced. Private to deal. */
#ifndef DEAL_CLAIMS_H
#define DEAL_CLAIMS_H

#include "deal/use_cases.h"

struct plan_standing {
    int64_t due;         /* of instalments due until the day, that day too */
    int64_t total;       /* of all instalments */
    int64_t repaid;      /* until the day */
    int64_t advanced;    /* until the day, on the customer's behalf */
    int64_t overdue;     /* due before the day, not repaid */
    int64_t owed_back;   /* advances that no repayment has made good */
    int64_t principal;   /* outstanding: of the whole plan, after repayments and advances, which pay interest first */
    int32_t since;       /* due date of the oldest instalment that is not repaid in full */
    int64_t instalments; /* how many are overdue */
};
/* `except`: a repayment or advance that is left out (0: none). */
dealer_status plan_standing(struct deal *deal, const struct document *plan, int32_t day, int64_t except, struct plan_standing *out);
/* Is what is due of the plan until the day repaid by now? */
dealer_status claims_instalment_paid(struct deal *deal, const struct document *plan, int32_t day, bool *out);
/* Day of a date field; the far future when it is empty. */
int32_t deal_day(const struct document *document, const char *field);
/* A lines field from an array that was built; empty arrays too. */
dealer_status deal_put_lines(struct deal *deal, struct document *document, const char *field, struct json *json, json_value *lines);

#endif
