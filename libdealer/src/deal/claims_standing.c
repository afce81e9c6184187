/* How a financing plan stands: instalments against repayments, oldest first. */
#include "deal/claims.h"
#include "base/time.h"
#include <string.h>

int32_t deal_day(const struct document *document, const char *field) {
    const char *text = deal_text(document, field);
    int32_t day = INT32_MAX;
    if (text) date_parse(text, strlen(text), &day);
    return day;
}

/* Of the approved documents of a type on the plan, until the day. */
struct payments {
    const char *type, *date;
    int32_t day;
    int64_t except;
};

static dealer_status sum_payments(struct deal *deal, const struct document *plan, const struct payments *payments, int64_t *out) {
    const struct catalogue_type *type = catalogue_type(deal->snapshot->catalogue, payments->type);
    struct document_ids list;
    *out = 0;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "plan"), document_id(plan), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *payment = NULL;
        if (list.ids[i] == payments->except) continue;
        status = deal_load(deal, list.ids[i], &payment);
        if (!status && document_status_is(payment, STATUS_APPROVED) && deal_day(payment, payments->date) <= payments->day)
            *out += deal_integer(payment, "amount");
        document_free(payment);
    }
    return status;
}

static int64_t minor_of(const json_value *line, const char *member) {
    return json_get_integer(json_get(line, member), "amount_minor", 0);
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int32_t due_day(const json_value *line) {
    const char *text = json_get_text(line, "due_on");
    int32_t due = INT32_MAX;
    if (text) date_parse(text, strlen(text), &due);
    return due;
}

static int64_t above_nothing(int64_t amount) {
    return amount > 0 ? amount : 0;
}

static void sum_instalments(struct plan_standing *standing, const json_value *lines, int32_t day) {
    int64_t late = 0;
    const json_value *line;
    for (struct json_cursor each = json_each(lines); (line = json_next(&each, NULL));) {
        int64_t amount = minor_of(line, "amount");
        int32_t due = due_day(line);
        standing->total += amount;
        if (due <= day) standing->due += amount;
        if (due < day) late += amount; /* on the day itself it may still be paid */
    }
    standing->overdue = above_nothing(late - standing->repaid);
    standing->owed_back = least(standing->advanced, above_nothing(standing->due - standing->repaid));
}

/* Repayments go to the oldest instalment; advances pay the lender too, but leave the customer overdue. */
static void walk_instalments(struct plan_standing *standing, const json_value *lines, int32_t day) {
    int64_t repaid = standing->repaid, covered = standing->repaid + standing->owed_back;
    const json_value *line;
    for (struct json_cursor each = json_each(lines); (line = json_next(&each, NULL));) {
        int64_t amount = minor_of(line, "amount"), interest = minor_of(line, "interest"), paid = least(covered, amount);
        int32_t due = due_day(line);
        if (due < day && repaid < amount && !standing->instalments++) standing->since = due;
        standing->principal += minor_of(line, "principal") - above_nothing(paid - interest);
        repaid -= least(repaid, amount);
        covered -= paid;
    }
}

dealer_status plan_standing(
    struct deal *deal, const struct document *plan, int32_t day, int64_t except, struct plan_standing *out) {
    struct payments repayments = {"repayment", "paid_on", day, except}, advances = {"advance", "advanced_on", day, except};
    const char *text = deal_text(plan, "instalments");
    struct json *json = NULL;
    memset(out, 0, sizeof *out);
    dealer_status status = sum_payments(deal, plan, &repayments, &out->repaid);
    if (!status) status = sum_payments(deal, plan, &advances, &out->advanced);
    if (status || !text) return status;
    status = json_parse(deal->env, text, strlen(text), false, &json);
    if (status) return status;
    sum_instalments(out, json_root(json), day);
    walk_instalments(out, json_root(json), day);
    json_free(json);
    return DEALER_OK;
}

dealer_status claims_instalment_paid(struct deal *deal, const struct document *plan, int32_t day, bool *out) {
    struct plan_standing then, now;
    dealer_status status = plan_standing(deal, plan, day, 0, &then);
    if (!status) status = plan_standing(deal, plan, INT32_MAX, 0, &now);
    if (!status) *out = now.repaid >= then.due;
    return status;
}
