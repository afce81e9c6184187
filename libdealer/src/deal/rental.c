/* Rentals (租赁): a machine for a time, rent month by month in advance, a deposit that is receivable at the start and set off or returned at the
 * end. The machine leaves and comes back by stock papers that name the rental. */
#include "deal/claims.h"
#include "deal/schedule.h"
#include "deal/stock.h"
#include <string.h>

enum { RENTS_MOST = 240 };

static struct money amount_of(const struct document *document, const char *field) {
    return document_money(document, catalogue_field(document->type, field));
}

static dealer_status check_days(struct deal *deal, const struct document *document, const char *first, const char *last) {
    const char *from = deal_text(document, first), *to = deal_text(document, last);
    if (!from || !to || strcmp(from, to) <= 0) return DEALER_OK;
    return error_raise(
        &deal->env->error, &E_DATE_ORDER, "document", deal_title(deal, document), "field", last, "day", to, "limit", from, NULL);
}

static dealer_status raise_state(
    struct deal *deal, const struct document *document, const struct document *rental, const char *right) {
    return error_raise(&deal->env->error, &E_GATE_RENTAL_STATE, "document", deal_title(deal, document), "rental",
        deal_title(deal, rental), "state", deal_text(rental, "state"), "right", right, NULL);
}

/* -- rents -- */

static void push_rents(struct json *json, json_value *lines, const struct rent *rents, int count, const char *currency) {
    for (int k = 0; k < count; k++) {
        json_value *line = json_new_object(json), *money = json_new_object(json);
        char day[11];
        date_format(rents[k].due, day);
        json_set_text(json, line, "due_on", day);
        date_format(rents[k].until, day);
        json_set_text(json, line, "until", day);
        json_set_integer(json, money, "amount_minor", rents[k].amount);
        json_set_text(json, money, "currency", currency);
        json_set(json, line, "amount", money);
        json_push(json, lines, line);
    }
}

/* The rents of a time, at most RENTS_MOST of them. */
static dealer_status make_rents(
    struct deal *deal, const struct document *document, const struct rent_terms *terms, struct rent *rents, int *count_out) {
    dealer_status status = schedule_rents(deal->env, terms, rents, RENTS_MOST, count_out);
    if (!status && *count_out > RENTS_MOST)
        status = error_raise(
            &deal->env->error, &E_RENTAL_LONG, "document", deal_title(deal, document), "most", NUMBER(RENTS_MOST), NULL);
    return status;
}

static int64_t total_of(const struct rent *rents, int count) {
    int64_t total = 0;
    for (int k = 0; k < count; k++) total += rents[k].amount;
    return total;
}

static dealer_status rental_check(struct deal *deal, struct document *rental) {
    struct rent rents[RENTS_MOST];
    struct json *json = NULL;
    int count = 0;
    dealer_status status = check_days(deal, rental, "starts_on", "ends_on");
    if (status || !deal_text(rental, "starts_on") || !deal_text(rental, "ends_on")) return status;
    struct rent_terms terms = {amount_of(rental, "monthly_rent"), deal_day(rental, "starts_on"), deal_day(rental, "ends_on")};
    if (!document_has(rental, deal_field(rental, "monthly_rent"))) return DEALER_OK;
    status = make_rents(deal, rental, &terms, rents, &count);
    if (!status) status = json_new(deal->env, &json);
    if (status) return status;
    json_value *lines = json_new_array(json);
    push_rents(json, lines, rents, count, terms.monthly.currency);
    status = deal_put_lines(deal, rental, "rents", json, lines);
    if (!status) status = deal_put_integer(deal, rental, "rent_total", total_of(rents, count));
    json_free(json);
    return status;
}

/* A machine is rented to one customer at a time. */
static dealer_status check_not_rented(struct deal *deal, const struct document *rental) {
    struct document_ids list;
    dealer_status status =
        deal_linked(deal, rental->type, catalogue_field(rental->type, "machine"), deal_integer(rental, "machine"), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *other = NULL;
        if (list.ids[i] == document_id(rental)) continue;
        status = deal_load(deal, list.ids[i], &other);
        bool runs = !status && document_status_is(other, STATUS_APPROVED) &&
                    (deal_text_is(other, "state", "agreed") || deal_text_is(other, "state", "out"));
        if (runs)
            status = error_raise(
                &deal->env->error, &E_GATE_RENTED, "document", deal_title(deal, rental), "rental", deal_title(deal, other), NULL);
        document_free(other);
    }
    return status;
}

static dealer_status rental_gate(struct deal *deal, struct document *rental) {
    struct document *machine = NULL;
    if (!document_has(rental, COMMON_CUSTOMER))
        return error_raise(&deal->env->error, &E_CUSTOMER_MISSING, "document", deal_title(deal, rental), NULL);
    dealer_status status = check_not_rented(deal, rental);
    if (!status) status = deal_load_link(deal, rental, "machine", &machine);
    if (!status) status = stock_check_in(deal, rental, machine);
    if (!status) status = stock_check_free(deal, rental, machine, 0);
    document_free(machine);
    return status;
}

static dealer_status rental_effective(struct deal *deal, struct document *rental) {
    dealer_status status = rental_gate(deal, rental);
    return status ? status : deal_put_text(deal, rental, "state", "agreed");
}

static dealer_status rental_undo(struct deal *deal, struct document *rental) {
    return deal_text_is(rental, "state", "agreed") ? DEALER_OK : raise_state(deal, rental, rental, "agreed");
}

const struct deal_noun noun_rental = {"rental", rental_check, rental_gate, rental_effective, rental_undo};

/* -- the machine goes and comes -- */

static dealer_status put_state(struct deal *deal, struct document *rental, const char *state) {
    dealer_status status = deal_check_unlocked(deal, rental);
    if (!status) status = deal_put_text(deal, rental, "state", state);
    if (!status) status = deal_update(deal, rental);
    bool back = strcmp(state, "returned") == 0; /* what is returned to its submitter is another event */
    return status ? status : deal_journal(deal, rental, back ? "machine_back" : state, NULL);
}

dealer_status rental_went_out(struct deal *deal, const struct document *stock_out) {
    struct document *rental = NULL;
    dealer_status status = deal_load_link(deal, stock_out, "rental", &rental);
    if (!status) status = put_state(deal, rental, "out");
    document_free(rental);
    return status;
}

dealer_status rental_came_back(struct deal *deal, const struct document *stock_in) {
    struct document *rental = NULL;
    dealer_status status = deal_load_link(deal, stock_in, "rental", &rental);
    if (!status) status = deal_put_text(deal, rental, "returned_on", deal_text(stock_in, "received_on"));
    if (!status) status = put_state(deal, rental, "returned");
    document_free(rental);
    return status;
}

/* -- extension -- */

static dealer_status extension_rents(
    struct deal *deal, const struct document *extension, const struct document *rental, struct rent *rents, int *count_out) {
    struct rent_terms terms = {
        amount_of(extension, "monthly_rent"), deal_day(rental, "ends_on") + 1, deal_day(extension, "ends_on")};
    *count_out = 0;
    return terms.to == INT32_MAX ? DEALER_OK : make_rents(deal, extension, &terms, rents, count_out);
}

static dealer_status put_extension(struct deal *deal, struct document *extension, const struct rent *rents, int count) {
    struct json *json = NULL;
    struct money rent = amount_of(extension, "monthly_rent"); /* its currency */
    dealer_status status = json_new(deal->env, &json);
    if (status) return status;
    json_value *lines = json_new_array(json);
    push_rents(json, lines, rents, count, rent.currency);
    status = deal_put_lines(deal, extension, "rents", json, lines);
    json_free(json);
    return status ? status : deal_put_integer(deal, extension, "rent_total", total_of(rents, count));
}

static dealer_status extension_check(struct deal *deal, struct document *extension) {
    struct document *rental = NULL;
    struct rent rents[RENTS_MOST];
    int count = 0;
    dealer_status status = deal_load_link(deal, extension, "rental", &rental);
    if (!status && rental) status = extension_rents(deal, extension, rental, rents, &count);
    if (!status) status = put_extension(deal, extension, rents, count);
    document_free(rental);
    return status;
}

static dealer_status extension_gate(struct deal *deal, struct document *extension) {
    struct document *rental = NULL;
    dealer_status status = gate_approved(deal, extension, "rental", &rental);
    if (!status && !deal_text_is(rental, "state", "agreed") && !deal_text_is(rental, "state", "out"))
        status = raise_state(deal, extension, rental, "agreed / out");
    if (!status && deal_day(extension, "ends_on") <= deal_day(rental, "ends_on"))
        status = error_raise(&deal->env->error, &E_GATE_EXTENSION, "document", deal_title(deal, extension), "day",
            deal_text(extension, "ends_on"), "rental", deal_title(deal, rental), "limit", deal_text(rental, "ends_on"), NULL);
    document_free(rental);
    return status;
}

static dealer_status append_rents(struct deal *deal, struct document *rental, const struct rent *rents, int count) {
    const char *text = deal_text(rental, "rents");
    struct json *json = NULL;
    dealer_status status = json_parse(deal->env, text ? text : "[]", text ? strlen(text) : 2, false, &json);
    if (status) return status;
    struct money rent = amount_of(rental, "monthly_rent"); /* its currency */
    push_rents(json, json_root(json), rents, count, rent.currency);
    if (json_count(json_root(json)) > RENTS_MOST)
        status =
            error_raise(&deal->env->error, &E_RENTAL_LONG, "document", deal_title(deal, rental), "most", NUMBER(RENTS_MOST), NULL);
    if (!status) status = deal_put_lines(deal, rental, "rents", json, json_root(json));
    if (!status) status = deal_put_integer(deal, rental, "rent_total", deal_integer(rental, "rent_total") + total_of(rents, count));
    json_free(json);
    return status;
}

static dealer_status extension_effective(struct deal *deal, struct document *extension) {
    struct document *rental = NULL;
    struct rent rents[RENTS_MOST];
    int count = 0;
    dealer_status status = extension_gate(deal, extension);
    if (!status) status = deal_load_link(deal, extension, "rental", &rental);
    if (!status) status = deal_check_unlocked(deal, rental);
    if (!status) status = extension_rents(deal, extension, rental, rents, &count);
    if (!status) status = append_rents(deal, rental, rents, count);
    if (!status) status = deal_put_text(deal, rental, "ends_on", deal_text(extension, "ends_on"));
    if (!status) status = deal_update(deal, rental);
    if (!status) status = deal_journal(deal, rental, "extended", NULL);
    if (!status) status = put_extension(deal, extension, rents, count);
    document_free(rental);
    return status;
}

static dealer_status extension_undo(struct deal *deal, struct document *extension) {
    return error_raise(&deal->env->error, &E_EXTENSION_FINAL, "document", deal_title(deal, extension), NULL);
}

const struct deal_noun noun_rental_extension = {
    "rental_extension", extension_check, extension_gate, extension_effective, extension_undo};

/* -- end -- */

static dealer_status check_deposit(struct deal *deal, const struct document *end, const struct document *rental) {
    struct money deposit = amount_of(rental, "deposit"), sum;
    char right[32], found[32];
    dealer_status status = money_add(deal->env, amount_of(end, "set_off"), amount_of(end, "returned"), &sum);
    if (status || sum.minor == deposit.minor) return status;
    money_format(deposit, right, sizeof right);
    money_format(sum, found, sizeof found);
    return error_raise(&deal->env->error, &E_GATE_DEPOSIT, "document", deal_title(deal, end), "right", right, "found", found, NULL);
}

static dealer_status end_gate(struct deal *deal, struct document *end) {
    struct document *rental = NULL;
    dealer_status status = gate_approved(deal, end, "rental", &rental);
    if (!status && !deal_text_is(rental, "state", "returned")) status = raise_state(deal, end, rental, "returned");
    if (!status) status = check_deposit(deal, end, rental);
    if (!status && deal_day(end, "ended_on") < deal_day(rental, "returned_on"))
        status = error_raise(&deal->env->error, &E_DATE_ORDER, "document", deal_title(deal, end), "field", "ended_on", "day",
            deal_text(end, "ended_on"), "limit", deal_text(rental, "returned_on"), NULL);
    document_free(rental);
    return status;
}

static dealer_status put_rental_state(struct deal *deal, const struct document *end, const char *state) {
    struct document *rental = NULL;
    dealer_status status = deal_load_link(deal, end, "rental", &rental);
    if (!status) status = put_state(deal, rental, state);
    document_free(rental);
    return status;
}

static dealer_status end_effective(struct deal *deal, struct document *end) {
    dealer_status status = end_gate(deal, end);
    return status ? status : put_rental_state(deal, end, "ended");
}

static dealer_status end_undo(struct deal *deal, struct document *end) {
    return put_rental_state(deal, end, "returned");
}

const struct deal_noun noun_rental_end = {"rental_end", NULL, end_gate, end_effective, end_undo};
