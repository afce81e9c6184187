/* Insurance (保险): policies and renewals for machines, the dealer's commission, and which policies end and were not renewed. */
#include "deal/claims.h"
#include "deal/stock.h"
#include "deal/reports.h"
#include <string.h>

static struct money amount_of(const struct document *document, const char *field) {
    return document_money(document, catalogue_field(document->type, field));
}

static dealer_status raise_order(struct deal *deal, const struct document *policy, const char *field, const char *limit) {
    return error_raise(&deal->env->error, &E_DATE_ORDER, "document", deal_title(deal, policy), "field", field, "day",
        deal_text(policy, field), "limit", limit, NULL);
}

static dealer_status check(struct deal *deal, struct document *policy) {
    struct money commission;
    const char *from = deal_text(policy, "starts_on"), *to = deal_text(policy, "ends_on");
    if (from && to && strcmp(from, to) > 0) return raise_order(deal, policy, "ends_on", from);
    if (!document_has(policy, deal_field(policy, "premium"))) return DEALER_OK;
    dealer_status status = money_scale(
        deal->env, amount_of(policy, "premium"), deal_integer(policy, "commission_rate"), 10000, ROUND_HALF_UP, &commission);
    return status ? status : deal_put_integer(deal, policy, "commission", commission.minor);
}

/* Another approved policy that renews this one; *out NULL when there is none. */
static dealer_status find_renewal(struct deal *deal, const struct document *policy, int64_t except, struct document **out) {
    struct document_ids list;
    *out = NULL;
    dealer_status status = deal_linked(deal, policy->type, catalogue_field(policy->type, "renews"), document_id(policy), &list);
    for (size_t i = 0; !status && !*out && i < list.count; i++) {
        struct document *other = NULL;
        if (list.ids[i] == except) continue;
        status = deal_load(deal, list.ids[i], &other);
        if (!status && document_status_is(other, STATUS_APPROVED))
            *out = other;
        else
            document_free(other);
    }
    return status;
}

/* A renewal is of the same machine, goes on where the policy ends, and there is one. */
static dealer_status check_renewal(struct deal *deal, const struct document *policy) {
    struct document *renewed = NULL, *other = NULL;
    if (!deal_integer(policy, "renews")) return DEALER_OK;
    dealer_status status = gate_approved(deal, policy, "renews", &renewed);
    if (!status) status = stock_check_same(deal, policy, renewed);
    if (!status && deal_day(policy, "starts_on") <= deal_day(renewed, "ends_on"))
        status = raise_order(deal, policy, "starts_on", deal_text(renewed, "ends_on"));
    if (!status) status = find_renewal(deal, renewed, document_id(policy), &other);
    if (!status && other)
        status = error_raise(&deal->env->error, &E_GATE_RENEWED, "document", deal_title(deal, policy), "policy",
            deal_title(deal, renewed), "other", deal_title(deal, other), NULL);
    document_free(other);
    document_free(renewed);
    return status;
}

static dealer_status gate(struct deal *deal, struct document *policy) {
    if (deal_integer(policy, "on_account") && !document_has(policy, COMMON_CUSTOMER))
        return error_raise(&deal->env->error, &E_CUSTOMER_MISSING, "document", deal_title(deal, policy), NULL);
    return check_renewal(deal, policy);
}

const struct deal_noun noun_insurance = {"insurance", check, gate, gate, NULL};

/* -- what comes due -- */

static dealer_status is_ending(struct deal *deal, const struct document *policy, const struct report_days *days, bool *out) {
    struct document *renewal = NULL;
    int32_t end = deal_day(policy, "ends_on");
    *out = false;
    if (end < days->from || end > days->to) return DEALER_OK;
    dealer_status status = find_renewal(deal, policy, 0, &renewal);
    *out = !renewal;
    document_free(renewal);
    return status;
}

static dealer_status tell_policy(struct deal *deal, struct report *report, struct document *policy) {
    static const char *const fields[] = {"machine", "insurer", "policy_number", "cover", "starts_on", "ends_on", "premium"};
    struct json *json = report->json;
    bool ending = false;
    dealer_status status = is_ending(deal, policy, &report->days, &ending);
    if (status || !ending) return status;
    status = deal_conceal(deal, policy);
    if (status) return status;
    json_value *row = report_row(report, policy);
    report_fields(report, row, policy, fields, sizeof fields / sizeof fields[0]);
    int32_t today = report->days.from;
    json_set_integer(json, row, "days", deal_day(policy, "ends_on") == INT32_MAX ? 0 : deal_day(policy, "ends_on") - today);
    return DEALER_OK;
}

dealer_status insurance_due(struct deal *deal, struct report *report) {
    return report_each(deal, "insurance", report, tell_policy);
}
