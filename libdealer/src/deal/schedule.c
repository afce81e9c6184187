#include "deal/schedule.h"

enum { MONTHS_A_YEAR = 12, RATE_PARTS = 10000 };

static int last_day_of(int year, int month) {
    int32_t next = month == MONTHS_A_YEAR ? date_days(year + 1, 1, 1) : date_days(year, month + 1, 1);
    return (int)(next - date_days(year, month, 1));
}

int32_t schedule_month(int32_t first_days, int months) {
    int year, month, day;
    date_civil(first_days, &year, &month, &day);
    bool at_end = day == last_day_of(year, month);
    int count = year * MONTHS_A_YEAR + month - 1 + months;
    year = count / MONTHS_A_YEAR;
    month = count % MONTHS_A_YEAR + 1;
    int last = last_day_of(year, month);
    return date_days(year, month, at_end || day > last ? last : day);
}

static dealer_status month_interest(struct env *env, const struct loan *loan, int64_t owed, int64_t *out) {
    struct money interest, base = loan->amount;
    base.minor = owed;
    dealer_status status = money_scale(env, base, loan->annual_rate, (int64_t)MONTHS_A_YEAR * RATE_PARTS, ROUND_HALF_UP, &interest);
    if (!status) *out = interest.minor;
    return status;
}

/* Pays `payment` a month (the last month whatever is left, when `out`); *left_out is what is owed before that. */
static dealer_status pay(struct env *env, const struct loan *loan, int64_t payment, struct instalment *out, int64_t *left_out) {
    int64_t owed = loan->amount.minor;
    dealer_status status = DEALER_OK;
    for (int k = 0; !status && k < loan->term; k++) {
        int64_t interest = 0;
        status = month_interest(env, loan, owed, &interest);
        int64_t principal = payment - interest;
        if (principal > owed || (out && k == loan->term - 1)) principal = owed;
        if (out) {
            out[k].interest = interest;
            out[k].principal = principal;
        }
        owed -= principal; /* grows while a payment is below the interest: then it is too small */
        if (owed > loan->amount.minor) break;
    }
    *left_out = owed;
    return status;
}

/* What is left falls as the payment grows, so the smallest that leaves nothing is found by halving. */
static dealer_status find_annuity(struct env *env, const struct loan *loan, int64_t *out) {
    int64_t low = 0, high = loan->amount.minor, left = 0, first = 0;
    dealer_status status = month_interest(env, loan, loan->amount.minor, &first);
    high += first;
    while (!status && low < high) {
        int64_t middle = low + (high - low) / 2;
        status = pay(env, loan, middle, NULL, &left);
        if (left > 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low;
    return status;
}

static dealer_status equal_principal(struct env *env, const struct loan *loan, struct instalment *out) {
    enum { TERM_MOST = 1200 };
    int64_t weights[TERM_MOST] = {0}, parts[TERM_MOST], owed = loan->amount.minor;
    int term = loan->term < TERM_MOST ? loan->term : TERM_MOST;
    for (int k = 0; k < term; k++) weights[k] = 1;
    dealer_status status = money_allocate(env, loan->amount, weights, (size_t)term, parts);
    for (int k = 0; !status && k < term; k++) {
        out[k].principal = parts[k];
        status = month_interest(env, loan, owed, &out[k].interest);
        owed -= parts[k];
    }
    return status;
}

dealer_status schedule_instalments(struct env *env, const struct loan *loan, struct instalment *out) {
    int64_t payment = 0, left = 0;
    dealer_status status;
    if (loan->annuity && loan->annual_rate > 0) {
        status = find_annuity(env, loan, &payment);
        if (!status) status = pay(env, loan, payment, out, &left);
    } else {
        status = equal_principal(env, loan, out);
    }
    for (int k = 0; !status && k < loan->term; k++) out[k].due = schedule_month(loan->first_due, k);
    return status;
}

dealer_status schedule_rents(struct env *env, const struct rent_terms *terms, struct rent *out, int capacity, int *count_out) {
    dealer_status status = DEALER_OK;
    int count = 0;
    for (int32_t start = terms->from; !status && start <= terms->to; count++) {
        int32_t next = schedule_month(terms->from, count + 1), until = next - 1 <= terms->to ? next - 1 : terms->to;
        struct money amount = terms->monthly;
        if (until < next - 1) status = money_scale(env, terms->monthly, until - start + 1, next - start, ROUND_HALF_UP, &amount);
        if (count < capacity) out[count] = (struct rent){start, until, amount.minor};
        start = next;
    }
    *count_out = count;
    return status;
}
