/* Service orders (服务派工): in a service company a service role says on which sites, up to which amount a period, and where old
 * parts go back to. Submitting takes of the quota in the same transaction; whatever sends the order back gives it back. */
#include "base/time.h"
#include "deal/use_cases.h"
#include <stdio.h>
#include <string.h>

static const struct org_service_role *role_of(const struct deal *deal, const struct document *order, bool *service_out) {
    const struct org *org = deal->snapshot->org;
    int company = org_company_by_id(org, document_integer(order, COMMON_COMPANY));
    *service_out = company >= 0 && (org->companies[company].kinds & COMPANY_SERVICE) != 0;
    return company >= 0 ? org_service_role(org, deal->employee, company) : NULL;
}

static bool has_site(const struct org_service_role *role, const char *site) {
    for (int i = 0; i < role->site_count; i++)
        if (strcmp(role->sites[i], site) == 0) return true;
    return false;
}

static const char *list_sites(struct deal *deal, const struct org_service_role *role) {
    char text[400];
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < role->site_count && used + 90 < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.80s", i ? ", " : "", role->sites[i]);
    const char *copy = region_copy(&deal->region, deal->env, text, strlen(text));
    return copy ? copy : "";
}

static const char *period_of(struct deal *deal, enum quota_period period) {
    int year, month, day;
    date_civil(deal_today(deal), &year, &month, &day);
    switch (period) {
    case QUOTA_MONTH: return region_format(&deal->region, deal->env, "%04d-%02d", year, month);
    case QUOTA_QUARTER: return region_format(&deal->region, deal->env, "%04d-Q%d", year, (month + 2) / 3);
    case QUOTA_YEAR: return region_format(&deal->region, deal->env, "%04d", year);
    }
    return NULL;
}

static dealer_status raise_overdrawn(
    struct deal *deal, const struct document *order, const struct org_service_role *role, int64_t used, const char *period) {
    struct money limit = document_money(order, catalogue_field(order->type, "amount")), rest = limit, asked = limit;
    char limit_text[32], rest_text[32], asked_text[32];
    limit.minor = role->quota_minor;
    rest.minor = role->quota_minor - used;
    money_format(limit, limit_text, sizeof limit_text);
    money_format(rest, rest_text, sizeof rest_text);
    money_format(asked, asked_text, sizeof asked_text);
    return error_raise(&deal->env->error, &E_QUOTA_OVERDRAWN, "document", deal_title(deal, order), "amount", asked_text, "rest",
        rest_text, "limit", limit_text, "period", period, "person", deal_person_name(deal, deal->person), NULL);
}

/* The write transaction has begun with the lock, so what is read here stays true until it ends. */
static dealer_status consume(struct deal *deal, struct document *order, const struct org_service_role *role) {
    int64_t used = 0, amount = deal_integer(order, "amount");
    const char *period = period_of(deal, role->period);
    if (!period) return DEALER_E_NOMEM;
    struct quota_entry entry = {.person = deal->person,
        .company = document_integer(order, COMMON_COMPANY),
        .period = period,
        .document = document_id(order),
        .amount = amount,
        .at_ms = deal->now_ms};
    dealer_status status = store_quota_used(deal->env, deal->connection, entry.person, entry.company, period, &used);
    if (!status && amount > role->quota_minor - used) return raise_overdrawn(deal, order, role, used, period);
    if (!status) status = deal_put_text(deal, order, "quota_period", period);
    if (!status && amount) status = store_quota_add(deal->env, deal->connection, &entry);
    return status;
}

/* Old parts go back to the role's warehouse; without parts there is nothing to send. */
static dealer_status check_warehouse(struct deal *deal, struct document *order, const struct org_service_role *role) {
    const char *warehouse = deal_text(order, "return_warehouse");
    if (!document_has(order, deal_field(order, "old_parts"))) return DEALER_OK;
    if (!warehouse && role->warehouse) return deal_put_text(deal, order, "return_warehouse", role->warehouse);
    if (!role->warehouse || (warehouse && strcmp(warehouse, role->warehouse) == 0)) return DEALER_OK;
    return error_raise(&deal->env->error, &E_GATE_RETURN_WAREHOUSE, "document", deal_title(deal, order), "found", warehouse,
        "right", role->warehouse, NULL);
}

static dealer_status gate(struct deal *deal, struct document *order) {
    bool service = false, parts = document_has(order, deal_field(order, "old_parts"));
    dealer_status put = deal_put_text(deal, order, "parts_state", parts ? "due" : NULL);
    if (put) return put;
    const struct org_service_role *role = role_of(deal, order, &service);
    const char *site = deal_text(order, "site");
    if (!service) return DEALER_OK; /* posts alone authorise there */
    if (!role)
        return error_raise(&deal->env->error, &E_GATE_SERVICE_ROLE, "document", deal_title(deal, order), "person",
            deal_person_name(deal, deal->person), "company", deal_company_code(deal, document_integer(order, COMMON_COMPANY)),
            NULL);
    if (site && !has_site(role, site))
        return error_raise(&deal->env->error, &E_GATE_SERVICE_SITE, "document", deal_title(deal, order), "site", site, "sites",
            list_sites(deal, role), NULL);
    dealer_status status = check_warehouse(deal, order, role);
    return !status && role->has_quota ? consume(deal, order, role) : status;
}

dealer_status service_give_back(struct deal *deal, struct document *order) {
    struct quota_entry entry;
    bool found = false;
    dealer_status status = store_quota_of(deal->env, deal->connection, &deal->region, document_id(order), &entry, &found);
    if (status || !found) return status;
    entry.amount = -entry.amount;
    entry.at_ms = deal->now_ms;
    status = store_quota_add(deal->env, deal->connection, &entry);
    return status ? status : deal_put_text(deal, order, "quota_period", NULL);
}

const struct deal_noun noun_service_order = {.type = "service_order", .gate = gate};
