/* Which customers are overdue with their financing on a day, since when, in which tier, and what was advanced for them. */
#include "deal/claims.h"
#include "deal/reports.h"
#include "base/time.h"
#include <string.h>

struct tier {
    const char *name;
    int32_t last; /* day */
};
static const struct tier tiers[] = {{"1-30", 30}, {"31-60", 60}, {"61-90", 90}, {"91+", INT32_MAX}};
enum { TIERS = sizeof tiers / sizeof tiers[0], CURRENCIES_MOST = 32 };

struct overdue {
    struct report report; /* first: the visit gets it */
    struct {
        char currency[4];
        int64_t count[TIERS], amount[TIERS];
    } totals[CURRENCIES_MOST];
    int currencies;
};

static int tier_of(int32_t days) {
    int tier = 0;
    while (days > tiers[tier].last) tier++;
    return tier;
}

static void add_total(struct overdue *overdue, const char *currency, int tier, int64_t amount) {
    int i = 0;
    while (i < overdue->currencies && strcmp(overdue->totals[i].currency, currency) != 0) i++;
    if (i == CURRENCIES_MOST) return;
    if (i == overdue->currencies) {
        overdue->currencies++;
        memcpy(overdue->totals[i].currency, currency, sizeof overdue->totals[i].currency - 1);
    }
    overdue->totals[i].count[tier]++;
    overdue->totals[i].amount[tier] += amount;
}

static void set_amounts(struct json *json, json_value *row, const struct plan_standing *standing) {
    json_set_integer(json, row, "overdue", standing->overdue);
    json_set_integer(json, row, "instalments", standing->instalments);
    json_set_integer(json, row, "due", standing->due);
    json_set_integer(json, row, "repaid", standing->repaid);
    json_set_integer(json, row, "advanced", standing->advanced);
    json_set_integer(json, row, "owed_back", standing->owed_back);
    json_set_integer(json, row, "principal", standing->principal);
}

static dealer_status tell_plan(struct deal *deal, struct report *report, struct document *plan) {
    static const char *const fields[] = {"contract", "lender", "guarantor"};
    struct overdue *overdue = (struct overdue *)(void *)report;
    const char *state = deal_text(plan, "state"), *currency = document_text(plan, COMMON_CURRENCY);
    struct plan_standing standing;
    char since[11];
    if (state && strcmp(state, "repurchased") == 0) return DEALER_OK; /* the claim is the repurchase's now */
    dealer_status status = plan_standing(deal, plan, report->days.to, 0, &standing);
    if (status || !standing.instalments) return status;
    status = deal_conceal(deal, plan);
    if (status || !document_has(plan, deal_field(plan, "instalments"))) return status; /* hidden from this person */
    json_value *row = report_row(report, plan);
    int32_t days = report->days.to - standing.since;
    int tier = tier_of(days);
    date_format(standing.since, since);
    report_fields(report, row, plan, fields, sizeof fields / sizeof fields[0]);
    json_set_text(report->json, row, "currency", currency);
    json_set_text(report->json, row, "since", since);
    json_set_integer(report->json, row, "days", days);
    json_set_text(report->json, row, "tier", tiers[tier].name);
    set_amounts(report->json, row, &standing);
    add_total(overdue, currency ? currency : "", tier, standing.overdue);
    return DEALER_OK;
}

static void tell_totals(const struct overdue *overdue, json_value *totals) {
    struct json *json = overdue->report.json;
    for (int i = 0; i < overdue->currencies; i++)
        for (int t = 0; t < TIERS; t++) {
            if (!overdue->totals[i].count[t]) continue;
            json_value *item = json_new_object(json);
            json_set_text(json, item, "tier", tiers[t].name);
            json_set_text(json, item, "currency", overdue->totals[i].currency);
            json_set_integer(json, item, "count", overdue->totals[i].count[t]);
            json_set_integer(json, item, "overdue", overdue->totals[i].amount[t]);
            json_push(json, totals, item);
        }
}

dealer_status claims_overdue(struct deal *deal, struct report *report, json_value *answer) {
    struct overdue overdue = {.report = *report};
    json_value *totals = json_new_array(report->json);
    dealer_status status = report_each(deal, "financing_plan", &overdue.report, tell_plan);
    tell_totals(&overdue, totals);
    json_set(report->json, answer, "tiers", totals);
    return status;
}
