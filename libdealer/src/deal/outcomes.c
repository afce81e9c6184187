/* What trade-ins fetched afterwards, against what they were valued at and what was allowed for them. Two things tell of a resale: the
 * dealer's own papers (stock-in of the trade-in, dispatch of its machine, the contract's price for one machine), and market sales of
 * the same serial number. The first own one counts, else the first of the market. Costs of reconditioning are not in any document yet. */
#include "deal/use_cases.h"
#include "base/time.h"
#include "store/trial_store.h"
#include <string.h>

enum { CURRENCIES_MOST = 32 };

struct outcome_total {
    char currency[4];
    int64_t count, valuation, allowance, realised;
};

struct outcomes {
    struct deal *deal;
    struct json *json;
    json_value *rows;
    int64_t trade_ins, resold;
    struct outcome_total totals[CURRENCIES_MOST];
    size_t total_count;
};

struct realised {
    int64_t minor;
    int32_t day;
    const char *through; /* NULL: not resold, as far as is known */
};

static const struct catalogue_type *type_of(const struct deal *deal, const char *name) {
    return catalogue_type(deal->snapshot->catalogue, name);
}

/* A contract's price is for all its machines. */
static dealer_status take_contract(struct deal *deal, const struct document *dispatch, const char *currency, struct realised *out) {
    struct document *contract = NULL;
    dealer_status status = deal_load_link(deal, dispatch, "contract", &contract);
    if (!status && contract && document_status_is(contract, STATUS_APPROVED)) {
        const char *own = document_text(contract, COMMON_CURRENCY), *day = deal_text(contract, "signed_on");
        int64_t quantity = deal_integer(contract, "quantity"), price = deal_integer(contract, "price");
        if (own && strcmp(own, currency) == 0 && price > 0) {
            *out = (struct realised){price / (quantity > 0 ? quantity : 1), 0, "contract"};
            if (!day || !date_parse(day, strlen(day), &out->day)) out->day = deal_today(deal);
        }
    }
    document_free(contract);
    return status;
}

static dealer_status through_dispatches(struct deal *deal, int64_t machine, const char *currency, struct realised *out) {
    const struct catalogue_type *type = type_of(deal, "dispatch");
    struct document_ids list;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "machine"), machine, &list);
    for (size_t i = 0; !status && i < list.count && !out->through; i++) {
        struct document *dispatch = NULL;
        status = deal_load(deal, list.ids[i], &dispatch);
        if (!status && document_status_is(dispatch, STATUS_APPROVED)) status = take_contract(deal, dispatch, currency, out);
        document_free(dispatch);
    }
    return status;
}

static dealer_status through_own_papers(struct deal *deal, int64_t trade_in, const char *currency, struct realised *out) {
    const struct catalogue_type *type = type_of(deal, "stock_in");
    struct document_ids list;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "trade_in"), trade_in, &list);
    for (size_t i = 0; !status && i < list.count && !out->through; i++) {
        struct document *stock_in = NULL;
        status = deal_load(deal, list.ids[i], &stock_in);
        int64_t machine = status ? 0 : deal_integer(stock_in, "machine");
        if (!status && machine && document_status_is(stock_in, STATUS_APPROVED))
            status = through_dispatches(deal, machine, currency, out);
        document_free(stock_in);
    }
    return status;
}

static dealer_status through_market(
    struct deal *deal, const struct document *trade_in, const char *currency, struct realised *out) {
    const char *serial = deal_text(trade_in, "serial_number"), *day = deal_text(trade_in, "offered_on");
    struct market_scope scope = {.currency = currency};
    struct market_resale resale;
    int32_t from = 0;
    bool found = false;
    if (!serial || !day || !date_parse(day, strlen(day), &from)) return DEALER_OK;
    scope.from_days = from;
    dealer_status status = store_market_resale(deal->env, deal->connection, &scope, serial, &resale, &found);
    if (!status && found) *out = (struct realised){resale.price_minor, (int32_t)resale.date_days, "market"};
    return status;
}

static struct outcome_total *total_of(struct outcomes *outcomes, const char *currency) {
    for (size_t i = 0; i < outcomes->total_count; i++)
        if (strcmp(outcomes->totals[i].currency, currency) == 0) return &outcomes->totals[i];
    if (outcomes->total_count == CURRENCIES_MOST) return NULL;
    struct outcome_total *total = &outcomes->totals[outcomes->total_count++];
    memcpy(total->currency, currency, sizeof total->currency);
    return total;
}

static void set_results(struct json *json, json_value *object, int64_t valuation, int64_t allowance, int64_t realised) {
    json_set_integer(json, object, "valuation", valuation);
    json_set_integer(json, object, "allowance", allowance);
    json_set_integer(json, object, "realised", realised);
    json_set_integer(json, object, "over_allowance", allowance - valuation);
    json_set_integer(json, object, "error", realised - valuation);
    json_set_integer(json, object, "washout", realised - allowance);
}

static void tell(
    struct outcomes *outcomes, const struct document *trade_in, const char *currency, const struct realised *realised) {
    struct json *json = outcomes->json;
    json_value *row = json_new_object(json);
    struct outcome_total *total = total_of(outcomes, currency);
    int64_t valuation = deal_integer(trade_in, "valuation"), allowance = deal_integer(trade_in, "allowance");
    char day[11];
    date_format(realised->day, day);
    json_set_integer(json, row, "document", document_id(trade_in));
    json_set_text(json, row, "number", document_text(trade_in, COMMON_NUMBER));
    json_set_text(json, row, "serial", deal_text(trade_in, "serial_number"));
    json_set_text(json, row, "currency", currency);
    set_results(json, row, valuation, allowance, realised->minor);
    json_set_text(json, row, "on", day);
    json_set_text(json, row, "through", realised->through);
    json_push(json, outcomes->rows, row);
    outcomes->resold++;
    if (!total) return;
    total->count++;
    total->valuation += valuation;
    total->allowance += allowance;
    total->realised += realised->minor;
}

static dealer_status follow(struct outcomes *outcomes, const struct document *trade_in) {
    const char *currency = document_text(trade_in, COMMON_CURRENCY);
    struct realised realised = {0};
    if (!currency || strlen(currency) != 3 || !document_has(trade_in, deal_field(trade_in, "valuation"))) return DEALER_OK;
    outcomes->trade_ins++;
    dealer_status status = through_own_papers(outcomes->deal, document_id(trade_in), currency, &realised);
    if (!status && !realised.through) status = through_market(outcomes->deal, trade_in, currency, &realised);
    if (!status && realised.through) tell(outcomes, trade_in, currency, &realised);
    return status;
}

static dealer_status approved_only(struct deal *deal, const struct catalogue_type *type, const struct predicate **out) {
    struct value approved = value_of_text(STATUS_APPROVED, sizeof STATUS_APPROVED - 1);
    *out = predicate_compare(deal->env, &deal->region, &type->fields[COMMON_STATUS], OPERATOR_EQ, approved);
    return *out ? DEALER_OK : DEALER_E_NOMEM;
}

static void conclude(const struct outcomes *outcomes, json_value *report) {
    struct json *json = outcomes->json;
    json_value *totals = json_new_array(json);
    for (size_t i = 0; i < outcomes->total_count; i++) {
        const struct outcome_total *total = &outcomes->totals[i];
        json_value *item = json_new_object(json);
        json_set_text(json, item, "currency", total->currency);
        json_set_integer(json, item, "count", total->count);
        set_results(json, item, total->valuation, total->allowance, total->realised);
        json_push(json, totals, item);
    }
    json_set_integer(json, report, "trade_ins", outcomes->trade_ins);
    json_set_integer(json, report, "resold", outcomes->resold);
    json_set(json, report, "rows", outcomes->rows);
    json_set(json, report, "totals", totals);
}

dealer_status trade_in_outcomes(struct deal *deal, struct json *json, json_value *report) {
    struct outcomes outcomes = {.deal = deal, .json = json, .rows = json_new_array(json)};
    struct document_query query = {.type = type_of(deal, "trade_in"), .visible = predicate_constant(true), .limit = INT64_MAX};
    struct document_cursor *cursor = NULL;
    struct document *document = NULL;
    dealer_status status = approved_only(deal, query.type, &query.filter);
    if (!status) status = store_document_query(deal->env, deal->connection, &query, &cursor);
    while (!status && !(status = store_document_next(deal->env, cursor, &document)) && document) {
        status = follow(&outcomes, document);
        document_free(document);
    }
    store_document_cursor_free(cursor);
    conclude(&outcomes, report);
    return status ? status : json_status(json) ? error_nomem(&deal->env->error) : DEALER_OK;
}
