/* Whose limit covers an amount: of a department's head, or of the holder of a post; of one document, and accumulated over days. */
#include "deal/people.h"
#include <string.h>

enum { DAY_MS = 86400000 };

/* What was approved of that type within the days, in the department and below, or for a post in the document's company. */
static dealer_status sum_approved(
    const struct people_source *source, const struct decision_limit *limit, const struct catalogue_field *field, int64_t *out) {
    struct deal *deal = source->deal;
    struct env *env = deal->env;
    struct region *region = &deal->region;
    const struct org *org = deal->snapshot->org;
    const struct catalogue_type *type = source->document->type;
    const struct predicate *parts[4] = {predicate_compare(env, region, &type->fields[COMMON_STATUS], OPERATOR_EQ,
                                            value_of_text(STATUS_APPROVED, strlen(STATUS_APPROVED))),
        predicate_compare(env, region, &type->fields[COMMON_UPDATED], OPERATOR_GE,
            value_of_integer(deal->now_ms - (int64_t)limit->days * DAY_MS)),
        predicate_compare(env, region, &type->fields[COMMON_CURRENCY], OPERATOR_EQ, value_of_text(limit->currency, 3)),
        limit->department >= 0 ? predicate_under(env, region, &type->fields[COMMON_DEPARTMENT],
                                     org->departments[limit->department].order, org->departments[limit->department].last)
                               : predicate_compare(env, region, &type->fields[COMMON_COMPANY], OPERATOR_EQ,
                                     value_of_integer(document_integer(source->document, COMMON_COMPANY)))};
    for (int i = 0; i < 4; i++)
        if (!parts[i]) return DEALER_E_NOMEM;
    struct json *json = NULL;
    struct document_query query = {.type = type, .visible = predicate_constant(true)};
    struct document_sum sum = {.field = field};
    query.filter = predicate_combine(env, region, PREDICATE_ALL, parts, 4);
    dealer_status status = query.filter ? json_new(env, &json) : DEALER_E_NOMEM;
    json_value *rows = status ? NULL : json_new_array(json);
    if (!status) status = store_document_sum(env, deal->connection, &query, &sum, rows, json);
    if (!status) *out = json_get_integer(json_at(rows, 0), "sum", 0);
    json_free(json);
    return status;
}

static bool is_his(const struct people_source *source, const struct decision_limit *limit, int employee, int department) {
    if (limit->department >= 0) return limit->department == department;
    const struct org *org = source->deal->snapshot->org;
    for (int i = 0; i < org->employees[employee].holding_count; i++) {
        const struct org_holding *holding = &org->employees[employee].holdings[i];
        if (holding->post == limit->post && org_holding_in_force(org, &org->employees[employee], holding, source->deal->now_ms))
            return true;
    }
    return false;
}

static dealer_status one_covers(
    const struct people_source *source, const struct decision_limit *limit, const struct catalogue_field *field, bool *out) {
    const char *currency = document_text(source->document, COMMON_CURRENCY);
    int64_t amount = document_integer(source->document, field->index), before = 0;
    *out = currency && strcmp(currency, limit->currency) == 0 && amount <= limit->amount_minor;
    if (!*out || !limit->days) return DEALER_OK;
    dealer_status status = sum_approved(source, limit, field, &before);
    *out = !status && before <= limit->accumulated_minor && amount <= limit->accumulated_minor - before;
    return status;
}

dealer_status limit_covers(
    const struct people_source *source, const struct catalogue_field *field, int employee, int department, bool *out) {
    const struct deal_snapshot *snapshot = source->deal->snapshot;
    dealer_status status = DEALER_OK;
    *out = false;
    for (int i = 0; !status && !*out && i < snapshot->limit_count; i++) {
        const struct decision_limit *limit = &snapshot->limits[i];
        if (strcmp(limit->type->name, source->document->type->name) != 0 || !is_his(source, limit, employee, department)) continue;
        status = one_covers(source, limit, field, out);
    }
    return status;
}
