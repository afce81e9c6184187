/* Due dates and amounts to the cent: instalments of a financing, rents of a rental. Pure arithmetic on integers, so that every machine
 * makes the same plan; knows no documents. */
#ifndef DEAL_SCHEDULE_H
#define DEAL_SCHEDULE_H

#include "base/money.h"
#include "base/time.h"

/* The same day some months later. A month that is too short has its last day; whoever begins on the last day of a month stays on last
 * days. */
int32_t schedule_month(int32_t first_days, int months);

struct loan {
    struct money amount;
    int64_t annual_rate; /* basis points */
    int term;            /* months, at least 1 */
    bool annuity;        /* else equal parts of the principal */
    int32_t first_due;   /* days */
};
struct instalment {
    int32_t due;
    int64_t principal, interest; /* minor units */
};
/* loan->term of them. The principals add up to the amount. A month's interest is rate / 12 of what is still owed, rounded half up.
 * Annuity: the smallest equal instalment that pays everything within the term; the last one is what is left. Equal principal (and an
 * annuity without interest): by largest remainder. */
dealer_status schedule_instalments(struct env *env, const struct loan *loan, struct instalment *out);

struct rent {
    int32_t due, until;
    int64_t amount;
};
/* One rent a month in advance from the first day to the last; of a part of a month the days that it has, rounded half up. At most
 * `capacity`; *count_out is what it takes. */
struct rent_terms {
    struct money monthly;
    int32_t from, to;
};
dealer_status schedule_rents(struct env *env, const struct rent_terms *terms, struct rent *out, int capacity, int *count_out);

#endif
