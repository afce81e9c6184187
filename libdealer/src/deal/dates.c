/* Dates of documents (到期提醒): message rules of the event "due" say how many days before or after which date. The clock looks once a day, in
 * rounds of some documents each: what is due is journaled, and told like whatever is journaled. Knows fields and days; no type of document
 * but what claims.h says of instalments. */
#include "deal/dates.h"
#include "base/time.h"
#include "deal/accounts.h"
#include "deal/claims.h"
#include "deal/stock.h"
#include <string.h>

enum { AT_ONCE = 200 };

struct watching {
    struct deal *deal;
    const struct message_rule *rule; /* the first of those that tell of this date so many days before or after */
    struct date_watch watch;
    int64_t found;
};

bool date_same(const struct message_date *a, const struct message_date *b) {
    return a->field == b->field && a->column == b->column && a->days == b->days;
}

/* -- does it still matter? -- */

/* The item of account that is due on this day is settled, or the instalment is paid. */
static dealer_status is_settled(const struct watching *this, const struct document *document, int32_t day, bool *out) {
    struct deal *deal = this->deal;
    struct account_query query = {.list = ACCOUNT_OF_DOCUMENT, .key = document_id(document)};
    struct account_side side;
    size_t due = 0;
    char text[11];
    if (strcmp(document->type->name, "financing_plan") == 0 && this->rule->date.column)
        return claims_instalment_paid(deal, document, day, out);
    date_format(day, text);
    dealer_status status = account_side_read(deal, &query, &side);
    *out = !status;
    for (size_t i = 0; !status && i < side.list.count; i++) {
        const struct account_item *item = &side.list.items[i];
        if (!item->due_on || strcmp(item->due_on, text) != 0) continue;
        due++;
        if (item->open) *out = false;
    }
    *out = *out && due;
    return status;
}

dealer_status date_rule_holds(struct deal *deal, const struct message_rule *rule, const struct document *document, bool *out) {
    int64_t living = 0;
    *out = predicate_holds(rule->when, document, &deal->snapshot->world);
    if (!*out || !rule->date.unless_type) return DEALER_OK;
    dealer_status status =
        stock_count_living(deal, rule->date.unless_type->name, rule->date.unless_link->name, document, 0, &living);
    *out = !living;
    return status;
}

static dealer_status is_wanted(const struct watching *this, const struct document *document, bool *out) {
    const struct deal_snapshot *snapshot = this->deal->snapshot;
    dealer_status status = DEALER_OK;
    *out = false;
    for (int i = 0; !status && !*out && i < snapshot->message_count; i++) {
        const struct message_rule *rule = &snapshot->messages[i];
        if (rule->type == document->type && rule->date.field && date_same(&rule->date, &this->rule->date))
            status = date_rule_holds(this->deal, rule, document, out);
    }
    return status;
}

/* -- one date -- */

/* What lay before anybody asked for it is told of no more, unless the document came later. */
static bool is_its_day(const struct watching *this, const struct document *document, int32_t notice) {
    const struct date_watch *watch = &this->watch;
    bool changed = document_integer(document, COMMON_UPDATED) >= watch->done_ms;
    bool of_old = notice < date_of_dealer(watch->since_ms) && document_integer(document, COMMON_CREATED) < watch->since_ms;
    return notice <= watch->day && (notice > watch->done_on || (changed && !of_old));
}

static dealer_status note(struct watching *this, const struct document *document, const char *day) {
    struct deal *deal = this->deal;
    bool told = false;
    char *detail = region_format(
        &deal->region, deal->env, "{\"day\":\"%s\",\"days\":%d,\"field\":\"%s\"}", day, this->watch.days, this->watch.field);
    if (!detail) return DEALER_E_NOMEM;
    dealer_status status = store_journal_has(deal->env, deal->connection, document_id(document), "due", detail, &told);
    if (status || told) return status;
    this->found++;
    return deal_journal(deal, document, "due", detail);
}

static dealer_status look_at_day(struct watching *this, const struct document *document, const char *text) {
    int32_t day;
    bool wanted = false, settled = false;
    if (!text || !date_parse(text, strlen(text), &day)) return DEALER_OK;
    if (!is_its_day(this, document, day + this->watch.days)) return DEALER_OK;
    dealer_status status = is_wanted(this, document, &wanted);
    if (!status && wanted) status = is_settled(this, document, day, &settled);
    return !status && wanted && !settled ? note(this, document, text) : status;
}

static dealer_status look_at(struct watching *this, const struct document *document) {
    const struct message_date *date = &this->rule->date;
    const char *text = document_text(document, date->field->index);
    struct json *json = NULL;
    const json_value *line;
    if (!date->column || !text) return look_at_day(this, document, text);
    dealer_status status = json_parse_own(this->deal->env, text, strlen(text), &json);
    if (status) return status;
    for (struct json_cursor each = json_each(json_root(json)); !status && (line = json_next(&each, NULL));)
        status = look_at_day(this, document, json_get_text(line, date->column->name));
    json_free(json);
    return status;
}

/* -- a round -- */

static const struct predicate *compare(
    struct deal *deal, const struct catalogue_field *field, enum predicate_operator operator, struct value value) {
    return predicate_compare(deal->env, &deal->region, field, operator, value);
}

static const struct predicate *compare_day(
    struct deal *deal, const struct catalogue_field *field, enum predicate_operator operator, int32_t day) {
    char text[11];
    date_format(day, text);
    const char *copy = region_copy(&deal->region, deal->env, text, strlen(text));
    return copy ? compare(deal, field, operator, value_of_text(copy, strlen(copy))) : NULL;
}

/* In force, and its day has come since the last round, or it has changed since. Days within lines are looked at one by one. */
static dealer_status candidates(const struct watching *this, const struct predicate **out) {
    struct deal *deal = this->deal;
    const struct catalogue_type *type = this->rule->type;
    const struct catalogue_field *field = this->rule->date.field, *updated = &type->fields[COMMON_UPDATED];
    const struct date_watch *watch = &this->watch;
    const struct predicate *all[3], *any[2];
    int count = 0;
    all[count++] =
        compare(deal, &type->fields[COMMON_STATUS], OPERATOR_EQ, value_of_text(STATUS_APPROVED, strlen(STATUS_APPROVED)));
    if (!this->rule->date.column) {
        any[0] = compare_day(deal, field, OPERATOR_GT, watch->done_on - watch->days);
        any[1] = compare(deal, updated, OPERATOR_GE, value_of_integer(watch->done_ms));
        if (!any[0] || !any[1]) return DEALER_E_NOMEM;
        all[count++] = compare_day(deal, field, OPERATOR_LE, watch->day - watch->days);
        all[count++] = predicate_combine(deal->env, &deal->region, PREDICATE_ANY, any, 2);
    }
    for (int i = 0; i < count; i++)
        if (!all[i]) return DEALER_E_NOMEM;
    *out = predicate_combine(deal->env, &deal->region, PREDICATE_ALL, all, count);
    return *out ? DEALER_OK : DEALER_E_NOMEM;
}

/* Some of them; *seen_out fewer than asked for: those were the last. */
static dealer_status look_at_some(struct watching *this, int64_t most, int64_t *seen_out) {
    struct deal *deal = this->deal;
    struct document_query query = {.type = this->rule->type,
        .visible = predicate_constant(true),
        .has_after = this->watch.position != 0,
        .after_id = this->watch.position,
        .limit = most};
    struct document_cursor *cursor = NULL;
    struct document *document = NULL;
    *seen_out = 0;
    dealer_status status = candidates(this, &query.filter);
    if (!status) status = store_document_query(deal->env, deal->connection, &query, &cursor);
    if (!status) status = store_document_next(deal->env, cursor, &document);
    while (!status && document) {
        ++*seen_out;
        this->watch.position = document_id(document);
        status = look_at(this, document);
        document_free(document);
        document = NULL;
        if (!status) status = store_document_next(deal->env, cursor, &document);
    }
    document_free(document);
    store_document_cursor_free(cursor);
    return status;
}

static void start_round(struct deal *deal, struct date_watch *watch, bool known) {
    int32_t today = deal_today(deal);
    if (!known) {
        watch->since_ms = watch->done_ms = deal->now_ms;
        watch->done_on = today - 1;
    }
    if (watch->day || watch->done_on >= today) return;
    watch->day = today;
    watch->started_ms = deal->now_ms;
    watch->position = 0;
}

static void end_round(struct date_watch *watch) {
    watch->done_on = watch->day;
    watch->done_ms = watch->started_ms;
    watch->day = 0;
    watch->position = 0;
}

static dealer_status go_round(struct watching *this, int64_t most, bool *more_out) {
    struct deal *deal = this->deal;
    bool known = false;
    int64_t seen = 0;
    dealer_status status = store_date_watch_get(deal->env, deal->connection, &this->watch, &known);
    if (status) return status;
    start_round(deal, &this->watch, known);
    if (!this->watch.day) return DEALER_OK;
    status = look_at_some(this, most, &seen);
    *more_out = seen == most;
    if (!*more_out) end_round(&this->watch);
    return status ? status : store_date_watch_put(deal->env, deal->connection, &this->watch);
}

/* -- all of them -- */

static bool is_first(const struct deal_snapshot *snapshot, int at) {
    const struct message_rule *rule = &snapshot->messages[at];
    for (int i = 0; i < at; i++)
        if (snapshot->messages[i].type == rule->type && snapshot->messages[i].date.field &&
            date_same(&snapshot->messages[i].date, &rule->date))
            return false;
    return rule->date.field != NULL;
}

dealer_status dates_look(struct deal *deal, int64_t limit, int64_t *found_out, bool *more_out) {
    const struct deal_snapshot *snapshot = deal->snapshot;
    dealer_status status = DEALER_OK;
    *found_out = 0;
    *more_out = false;
    for (int i = 0; !status && !*more_out && i < snapshot->message_count; i++) {
        const struct message_rule *rule = &snapshot->messages[i];
        if (!is_first(snapshot, i)) continue;
        struct watching this = {.deal = deal, .rule = rule};
        this.watch = (struct date_watch){.type = rule->type->name, .field = rule->date.path, .days = rule->date.days};
        status = go_round(&this, limit < AT_ONCE ? limit : AT_ONCE, more_out);
        *found_out += this.found;
    }
    return status;
}
