/* The account of one party, and what is open of every account by age. Both hold only what comes from documents that the asker may read, and
 * of them only amounts that he may see. */
#include "deal/accounts.h"
#include "deal/reports.h"
#include "base/time.h"
#include <string.h>

enum { CURRENCIES_MOST = 32 };

/* -- statement -- */

struct balance {
    char currency[4];
    int64_t receivable, payable, overdue;
};
struct statement_of {
    struct deal *deal;
    struct report *report;
    char day[11];
    json_value *movements;
    int64_t open; /* of the item being told, at the end of the day */
    struct balance balances[CURRENCIES_MOST];
    int count;
};

/* A document by number, where the asker may read it. */
static dealer_status tell_document(struct statement_of *told, json_value *row, int64_t id) {
    struct json *json = told->report->json;
    struct document *document = NULL;
    dealer_status status = deal_load(told->deal, id, &document);
    if (!status && (!told->deal->person || link_may_read(told->deal, document))) {
        json_set_integer(json, row, "document", id);
        json_set_text(json, row, "type", document->type->name);
        json_set_text(json, row, "number", document_text(document, COMMON_NUMBER));
    } else if (!status) {
        json_set(json, row, "document", json_new_null(json));
    }
    document_free(document);
    return status;
}

static dealer_status tell_movement(void *user_data, const struct account_movement *movement) {
    struct statement_of *told = user_data;
    struct json *json = told->report->json;
    if (strcmp(movement->day, told->day) > 0) return DEALER_OK;
    json_value *row = json_new_object(json);
    json_set_text(json, row, "day", movement->day);
    json_set_text(json, row, "kind", movement->kind);
    json_set_integer(json, row, "amount", movement->amount);
    if (movement->other) json_set_integer(json, row, "other", movement->other);
    json_push(json, told->movements, row);
    told->open += movement->amount;
    return tell_document(told, row, movement->document);
}

static struct balance *balance_of(struct statement_of *told, const char *currency) {
    int i = 0;
    while (i < told->count && strcmp(told->balances[i].currency, currency) != 0) i++;
    if (i == CURRENCIES_MOST) return NULL;
    if (i == told->count) {
        told->balances[told->count++] = (struct balance){{0}, 0, 0, 0};
        strncat(told->balances[i].currency, currency, sizeof told->balances[i].currency - 1);
    }
    return &told->balances[i];
}

static void add_balance(struct statement_of *told, const struct account_item *item) {
    struct balance *balance = balance_of(told, item->party.currency);
    if (!balance) return;
    *(item->payable ? &balance->payable : &balance->receivable) += told->open;
    if (!item->payable && item->due_on && strcmp(item->due_on, told->day) < 0) balance->overdue += told->open;
}

static dealer_status tell_item(struct statement_of *told, const struct account_item *item) {
    struct json *json = told->report->json;
    json_value *row = json_new_object(json);
    told->movements = json_new_array(json);
    told->open = 0;
    json_set_integer(json, row, "item", item->id);
    json_set_text(json, row, "company", deal_company_code(told->deal, item->party.company));
    json_set_text(json, row, "direction", item->payable ? "payable" : "receivable");
    json_set_text(json, row, "kind", item->kind);
    json_set_text(json, row, "opened_on", item->opened_on);
    if (item->due_on) json_set_text(json, row, "due_on", item->due_on);
    json_set_text(json, row, "currency", item->party.currency);
    json_set_integer(json, row, "amount", item->amount);
    dealer_status status = tell_document(told, row, item->document);
    if (!status) status = store_account_movements(told->deal->env, told->deal->connection, item->id, tell_movement, told);
    json_set_integer(json, row, "open", told->open);
    json_set(json, row, "movements", told->movements);
    json_push(json, told->report->rows, row);
    add_balance(told, item);
    return status;
}

dealer_status account_amounts_seen(struct deal *deal, int64_t document, bool *out) {
    const struct catalogue_field *field;
    struct document *cause = NULL;
    *out = true;
    if (!deal->person) return DEALER_OK;
    dealer_status status = deal_load(deal, document, &cause);
    if (!status) *out = link_may_read(deal, cause);
    if (!status && *out) status = deal_conceal(deal, cause);
    for (size_t i = 0; !status && *out && account_amount_field(cause->type, i, &field); i++)
        *out = !document_hides(cause, field->index);
    document_free(cause);
    return status;
}

static void tell_balances(const struct statement_of *told, json_value *answer) {
    struct json *json = told->report->json;
    json_value *balances = json_new_array(json);
    for (int i = 0; i < told->count; i++) {
        json_value *row = json_new_object(json);
        json_set_text(json, row, "currency", told->balances[i].currency);
        json_set_integer(json, row, "receivable", told->balances[i].receivable);
        json_set_integer(json, row, "payable", told->balances[i].payable);
        json_set_integer(json, row, "overdue", told->balances[i].overdue);
        json_push(json, balances, row);
    }
    json_set(json, answer, "balances", balances);
}

dealer_status account_statement(struct deal *deal, int64_t customer, const char *party, struct report *report, json_value *answer) {
    struct statement_of told = {.deal = deal, .report = report};
    struct account_party whose = {.customer = customer, .party = party};
    struct account_query query = {.list = ACCOUNT_OF_PARTY, .party = &whose};
    struct account_side side;
    bool seen = false;
    date_format(report->days.to, told.day);
    dealer_status status = account_side_read(deal, &query, &side);
    for (size_t i = 0; !status && i < side.list.count; i++) {
        const struct account_item *item = &side.list.items[i];
        if (strcmp(item->opened_on, told.day) > 0) continue;
        status = account_amounts_seen(deal, item->document, &seen);
        if (!status && seen) status = tell_item(&told, item);
    }
    tell_balances(&told, answer);
    return status;
}

/* -- ageing -- */

static const char *const buckets[AGEING_BUCKETS] = {"held", "not_due", "1-30", "31-60", "61-90", "91+"};

struct ageing {
    struct report *report;
    struct {
        char currency[4];
        bool payable;
        int64_t count, amount[AGEING_BUCKETS];
    } totals[2 * CURRENCIES_MOST];
    int count;
};

static json_value *ageing_line(
    struct json *json, bool payable, const char *currency, int64_t count, const int64_t amount[AGEING_BUCKETS]) {
    json_value *row = json_new_object(json);
    int64_t open = 0;
    json_set_text(json, row, "direction", payable ? "payable" : "receivable");
    json_set_text(json, row, "currency", currency);
    json_set_integer(json, row, "count", count);
    for (int b = 0; b < AGEING_BUCKETS; b++) {
        open += amount[b];
        json_set_integer(json, row, buckets[b], amount[b]);
    }
    json_set_integer(json, row, "open", open);
    return row;
}

static void add_ageing(struct ageing *ageing, const struct ageing_row *row) {
    int i = 0;
    while (
        i < ageing->count && (ageing->totals[i].payable != row->payable || strcmp(ageing->totals[i].currency, row->currency) != 0))
        i++;
    if (i == 2 * CURRENCIES_MOST) return;
    if (i == ageing->count) {
        ageing->count++;
        ageing->totals[i].payable = row->payable;
        strncat(ageing->totals[i].currency, row->currency, sizeof ageing->totals[i].currency - 1);
    }
    ageing->totals[i].count += row->count;
    for (int b = 0; b < AGEING_BUCKETS; b++) ageing->totals[i].amount[b] += row->amount[b];
}

static dealer_status tell_ageing(void *user_data, const struct ageing_row *row) {
    struct ageing *ageing = user_data;
    struct json *json = ageing->report->json;
    json_value *line = ageing_line(json, row->payable, row->currency, row->count, row->amount);
    if (row->customer) json_set_integer(json, line, "customer", row->customer);
    if (row->party) json_set_text(json, line, "party", row->party);
    json_push(json, ageing->report->rows, line);
    add_ageing(ageing, row);
    return DEALER_OK;
}

/* Documents that the person may read, as far as he may see the amounts. */
static dealer_status sight_of(struct deal *deal, const struct catalogue_type *type, const struct predicate **out) {
    enum { PARTS_MOST = 16 };
    const struct permission_question question = {deal->employee, {type, ACTION_READ}, deal->now_ms};
    const struct permissions *permissions = deal->snapshot->permissions;
    const struct catalogue_field *field;
    const struct predicate *parts[PARTS_MOST];
    int count = 1;
    *out = predicate_constant(true);
    if (!deal->person) return DEALER_OK;
    dealer_status status = permission_predicate(deal->env, &deal->region, permissions, &question, &parts[0]);
    bool limits = permission_limits_fields(permissions, type);
    for (size_t i = 0; !status && limits && count < PARTS_MOST && account_amount_field(type, i, &field); i++)
        status = permission_field_predicate(deal->env, &deal->region, permissions, &question, field, &parts[count++]);
    if (status) return status;
    *out = count == 1 ? parts[0] : predicate_combine(deal->env, &deal->region, PREDICATE_ALL, parts, count);
    return *out ? DEALER_OK : DEALER_E_NOMEM;
}

dealer_status account_ageing(struct deal *deal, struct report *report, json_value *answer) {
    const struct catalogue *catalogue = deal->snapshot->catalogue;
    const struct catalogue_field *field;
    struct ageing ageing = {.report = report};
    struct account_sight *sights = REGION_ARRAY(&deal->region, deal->env, struct account_sight, catalogue->type_count);
    size_t count = 0;
    dealer_status status = sights ? DEALER_OK : DEALER_E_NOMEM;
    for (int t = 0; !status && t < catalogue->type_count; t++) {
        const struct catalogue_type *type = &catalogue->types[t];
        if (type->own || !account_amount_field(type, 0, &field)) continue;
        sights[count].type = type;
        status = sight_of(deal, type, &sights[count++].visible);
    }
    struct ageing_query query = {sights, count, report->days.to};
    if (!status) status = store_account_ageing(deal->env, deal->connection, &query, tell_ageing, &ageing);
    json_value *totals = json_new_array(report->json);
    for (int i = 0; !status && i < ageing.count; i++)
        json_push(report->json, totals,
            ageing_line(report->json, ageing.totals[i].payable, ageing.totals[i].currency, ageing.totals[i].count,
                ageing.totals[i].amount));
    json_set(report->json, answer, "totals", totals);
    return status;
}
