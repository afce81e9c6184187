/* Finance's lock by period: a month, for the documents of one type in one company. Held it can be opened again, closed it stays. */
#include "base/time.h"
#include "deal/use_cases.h"
#include <string.h>

enum { MONTH_LENGTH = PERIOD_SIZE - 1 };

bool period_month_is_valid(const char *month) {
    char day[MONTH_LENGTH + 4] = "";
    int32_t days;
    if (strlen(month) != MONTH_LENGTH) return false;
    memcpy(day, month, MONTH_LENGTH);
    memcpy(day + MONTH_LENGTH, "-01", 4);
    return date_parse(day, MONTH_LENGTH + 3, &days);
}

/* A month is over when the dealer's day lies in a later one. */
static bool is_over(const struct deal *deal, const char *month) {
    char today[11];
    date_format(deal_today(deal), today);
    return strncmp(month, today, MONTH_LENGTH) < 0;
}

static dealer_status check_change(
    struct deal *deal, const struct period *period, enum period_state before, enum period_state after) {
    struct error *error = &deal->env->error;
    if (before == PERIOD_CLOSED)
        return error_raise(error, &E_PERIOD_FINAL, "month", period->month, "type", period->type, "company",
            deal_company_code(deal, period->company), NULL);
    if (after == PERIOD_CLOSED && !is_over(deal, period->month))
        return error_raise(error, &E_PERIOD_OVER, "month", period->month, NULL);
    return DEALER_OK;
}

/* What message rules read of a month: a document that is none, with its type and company, and the month as its number. */
static dealer_status tell_change(struct deal *deal, const struct period *period, const char *event) {
    struct document *month = NULL;
    dealer_status status = document_new(deal->env, catalogue_type(deal->snapshot->catalogue, period->type), &month);
    if (!status) status = document_put_integer(deal->env, month, COMMON_COMPANY, period->company);
    if (!status) status = document_put_text(deal->env, month, COMMON_PERIOD, period->month, strlen(period->month));
    if (!status) status = document_put_text(deal->env, month, COMMON_NUMBER, period->month, strlen(period->month));
    if (!status) status = messages_tell_of(deal, month, event);
    document_free(month);
    return status;
}

static dealer_status journal_change(struct deal *deal, const struct period *period, enum period_state state) {
    static const char *const kinds[] = {"period_opened", "period_held", "period_closed"};
    char *detail = region_format(&deal->region, deal->env, "{\"company\":\"%s\",\"type\":\"%s\",\"period\":\"%s\"}",
        deal_company_code(deal, period->company), period->type, period->month);
    dealer_status status = detail ? deal_journal(deal, NULL, kinds[state], detail) : DEALER_E_NOMEM;
    return status ? status : tell_change(deal, period, kinds[state]);
}

dealer_status period_set(struct deal *deal, const struct period *period, enum period_state state) {
    enum period_state before = PERIOD_OPEN;
    dealer_status status = store_period_state(deal->env, deal->connection, period, &before);
    if (status || before == state) return status;
    status = check_change(deal, period, before, state);
    if (!status) status = store_period_put(deal->env, deal->connection, period, state, deal->person, deal->now_ms);
    return status ? status : journal_change(deal, period, state);
}

/* A month's state says nothing of its documents; whoever may read some of the type has to know it. */
dealer_status periods_tell(struct deal *deal, int64_t company, const char *from, struct json *json, json_value *rows) {
    json_value *all = json_new_array(json), *row;
    dealer_status status = store_periods(deal->env, deal->connection, company, from, all, json);
    for (struct json_cursor each = json_each(all); !status && (row = json_next(&each, NULL));) {
        struct function read = {catalogue_type(deal->snapshot->catalogue, json_get_text(row, "type")), ACTION_READ};
        bool may = !deal->person ||
                   (read.type && permission_has_function(deal->snapshot->permissions, deal->employee, read, deal->now_ms));
        if (may) json_push(json, rows, json_copy(json, row));
    }
    return status ? status : json_status(json);
}
