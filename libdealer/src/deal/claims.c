/* Claims (债权): financing plans with their instalments, repayments, advances paid on behalf, repurchases, margin deposits. */
#include "deal/claims.h"
#include "deal/schedule.h"
#include "deal/stock.h"
#include <string.h>

enum { INSTALMENTS_MOST = 120 };

static struct money amount_of(const struct document *document, const char *field) {
    return document_money(document, catalogue_field(document->type, field));
}

static const char *words(struct deal *deal, const struct document *document, int64_t minor) {
    struct money money = amount_of(document, "amount");
    char text[32];
    money.minor = minor;
    money_format(money, text, sizeof text);
    const char *copy = region_copy(&deal->region, deal->env, text, strlen(text));
    return copy ? copy : "";
}

static dealer_status check_positive(struct deal *deal, struct document *document) {
    if (!document_has(document, deal_field(document, "amount")) || deal_integer(document, "amount") > 0) return DEALER_OK;
    return error_raise(&deal->env->error, &E_AMOUNT_ZERO, "document", deal_title(deal, document), NULL);
}

/* -- financing plan -- */

static void set_money(struct json *json, json_value *line, const char *name, struct money money) {
    json_value *value = json_new_object(json);
    json_set_integer(json, value, "amount_minor", money.minor);
    json_set_text(json, value, "currency", money.currency);
    json_set(json, line, name, value);
}

static json_value *plan_line(struct json *json, const struct instalment *instalment, int number, struct money money) {
    json_value *line = json_new_object(json);
    char day[11];
    date_format(instalment->due, day);
    json_set_integer(json, line, "number", number);
    json_set_text(json, line, "due_on", day);
    money.minor = instalment->principal;
    set_money(json, line, "principal", money);
    money.minor = instalment->interest;
    set_money(json, line, "interest", money);
    money.minor = instalment->principal + instalment->interest;
    set_money(json, line, "amount", money);
    return line;
}

dealer_status deal_put_lines(
    struct deal *deal, struct document *document, const char *field, struct json *json, json_value *lines) {
    size_t length = 0;
    if (json_status(json)) return error_nomem(&deal->env->error);
    char *text = json_write(deal->env, lines, true, false, &length);
    if (!text) return DEALER_E_NOMEM;
    dealer_status status = document_put_text(deal->env, document, deal_field(document, field), text, length);
    env_free(deal->env, text);
    return status;
}

static dealer_status put_instalments(
    struct deal *deal, struct document *plan, const struct loan *loan, const struct instalment *instalments) {
    struct json *json = NULL;
    int64_t interest = 0;
    dealer_status status = json_new(deal->env, &json);
    if (status) return status;
    json_value *lines = json_new_array(json);
    for (int k = 0; k < loan->term; k++) {
        json_push(json, lines, plan_line(json, &instalments[k], k + 1, loan->amount));
        interest += instalments[k].interest;
    }
    status = deal_put_lines(deal, plan, "instalments", json, lines);
    if (!status) status = deal_put_integer(deal, plan, "interest", interest);
    json_free(json);
    return status;
}

static dealer_status plan_check(struct deal *deal, struct document *plan) {
    static const char *const needed[] = {"amount", "annual_rate", "method", "term_months", "first_due_on"};
    struct instalment instalments[INSTALMENTS_MOST];
    dealer_status status = check_positive(deal, plan);
    for (size_t i = 0; !status && i < sizeof needed / sizeof needed[0]; i++)
        if (!document_has(plan, deal_field(plan, needed[i]))) {
            document_clear(plan, deal_field(plan, "instalments"));
            document_clear(plan, deal_field(plan, "interest"));
            return DEALER_OK;
        }
    struct loan loan = {amount_of(plan, "amount"), deal_integer(plan, "annual_rate"), (int)deal_integer(plan, "term_months"),
        deal_text_is(plan, "method", "annuity"), deal_day(plan, "first_due_on")};
    if (!status) status = schedule_instalments(deal->env, &loan, instalments);
    return status ? status : put_instalments(deal, plan, &loan, instalments);
}

/* Plans of one contract together finance no more than it says. */
static dealer_status check_financed(struct deal *deal, const struct document *plan, const struct document *contract) {
    struct document_ids list;
    int64_t rest = deal_integer(contract, "amount_financed");
    dealer_status status = deal_linked(deal, plan->type, catalogue_field(plan->type, "contract"), document_id(contract), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *other = NULL;
        if (list.ids[i] == document_id(plan)) continue;
        status = deal_load(deal, list.ids[i], &other);
        if (!status && document_status_is(other, STATUS_APPROVED)) rest -= deal_integer(other, "amount");
        document_free(other);
    }
    if (!status && deal_integer(plan, "amount") > rest)
        status = error_raise(&deal->env->error, &E_GATE_FINANCED, "document", deal_title(deal, plan), "amount",
            words(deal, plan, deal_integer(plan, "amount")), "contract", deal_title(deal, contract), "rest",
            words(deal, plan, rest), NULL);
    return status;
}

static dealer_status plan_gate(struct deal *deal, struct document *plan) {
    struct document *contract = NULL;
    dealer_status status = gate_approved(deal, plan, "contract", &contract);
    if (!status) status = check_financed(deal, plan, contract);
    if (!status && deal_day(plan, "first_due_on") < deal_day(contract, "signed_on"))
        status = error_raise(&deal->env->error, &E_DATE_ORDER, "document", deal_title(deal, plan), "field", "first_due_on", "day",
            deal_text(plan, "first_due_on"), "limit", deal_text(contract, "signed_on"), NULL);
    if (!status && deal_integer(plan, "guarantee_share") && !deal_text(plan, "guarantor"))
        status = error_raise(&deal->env->error, &E_GATE_GUARANTOR, "document", deal_title(deal, plan), NULL);
    document_free(contract);
    return status;
}

static dealer_status plan_effective(struct deal *deal, struct document *plan) {
    dealer_status status = plan_gate(deal, plan);
    return status ? status : deal_put_text(deal, plan, "state", "running");
}

const struct deal_noun noun_financing_plan = {"financing_plan", plan_check, plan_gate, plan_effective, NULL};

/* -- what happens to a plan -- */

dealer_status claims_check_returnable(struct deal *deal, const struct document *stock_in, const struct document *contract) {
    const struct catalogue_type *type = catalogue_type(deal->snapshot->catalogue, "financing_plan");
    struct document_ids list;
    dealer_status status = deal_linked(deal, type, catalogue_field(type, "contract"), document_id(contract), &list);
    for (size_t i = 0; !status && i < list.count; i++) {
        struct document *plan = NULL;
        status = deal_load(deal, list.ids[i], &plan);
        if (!status && document_status_is(plan, STATUS_APPROVED) && deal_text_is(plan, "state", "running"))
            status = error_raise(&deal->env->error, &E_GATE_PLAN_RUNS, "document", deal_title(deal, stock_in), "plan",
                deal_title(deal, plan), "contract", deal_title(deal, contract), NULL);
        document_free(plan);
    }
    return status;
}

static dealer_status gate_running(struct deal *deal, const struct document *document, struct document **out) {
    struct document *plan = NULL;
    dealer_status status = gate_approved(deal, document, "plan", &plan);
    if (!status && !deal_text_is(plan, "state", "running"))
        status = error_raise(&deal->env->error, &E_GATE_PLAN_STATE, "document", deal_title(deal, document), "plan",
            deal_title(deal, plan), "state", deal_text(plan, "state"), NULL);
    if (status)
        document_free(plan);
    else
        *out = plan;
    return status;
}

static dealer_status put_plan_state(struct deal *deal, const struct document *document, const char *state) {
    struct document *plan = NULL;
    dealer_status status = deal_load_link(deal, document, "plan", &plan);
    if (!status && plan && !deal_text_is(plan, "state", state)) {
        status = deal_check_unlocked(deal, plan);
        if (!status) status = deal_put_text(deal, plan, "state", state);
        if (!status) status = deal_update(deal, plan);
        if (!status) status = deal_journal(deal, plan, state, NULL);
    }
    document_free(plan);
    return status;
}

static dealer_status raise_too_much(
    struct deal *deal, const struct document *document, const struct message *message, int64_t rest) {
    return error_raise(&deal->env->error, message, "document", deal_title(deal, document), "amount",
        words(deal, document, deal_integer(document, "amount")), "rest", words(deal, document, rest), NULL);
}

/* -- repayment -- */

/* What is still to be repaid of the whole plan, without this document. */
static dealer_status rest_of_plan(struct deal *deal, const struct document *repayment, int64_t *out) {
    struct document *plan = NULL;
    struct plan_standing standing;
    dealer_status status = gate_running(deal, repayment, &plan);
    if (!status) status = plan_standing(deal, plan, INT32_MAX, document_id(repayment), &standing);
    if (!status) *out = standing.total - standing.repaid;
    document_free(plan);
    return status;
}

static dealer_status repayment_gate(struct deal *deal, struct document *repayment) {
    int64_t rest = 0;
    dealer_status status = rest_of_plan(deal, repayment, &rest);
    if (!status && deal_integer(repayment, "amount") > rest) status = raise_too_much(deal, repayment, &E_GATE_REPAID, rest);
    return status;
}

/* What of it makes good advances: by so much the lender was paid twice. */
static dealer_status put_made_good(struct deal *deal, struct document *repayment) {
    struct document *plan = NULL;
    struct plan_standing standing;
    dealer_status status = deal_load_link(deal, repayment, "plan", &plan);
    if (!status) status = plan_standing(deal, plan, deal_day(repayment, "paid_on"), document_id(repayment), &standing);
    document_free(plan);
    if (status) return status;
    int64_t late = standing.due - standing.repaid - deal_integer(repayment, "amount");
    int64_t owed_back = late < 0 ? 0 : late < standing.advanced ? late : standing.advanced;
    return deal_put_integer(deal, repayment, "made_good", standing.owed_back - owed_back);
}

static dealer_status repayment_effective(struct deal *deal, struct document *repayment) {
    int64_t rest = 0;
    dealer_status status = repayment_gate(deal, repayment);
    if (!status) status = put_made_good(deal, repayment);
    if (!status) status = rest_of_plan(deal, repayment, &rest);
    if (!status && rest == deal_integer(repayment, "amount")) status = put_plan_state(deal, repayment, "settled");
    return status;
}

/* A plan that was taken back stands on what it was then. */
static dealer_status check_not_repurchased(struct deal *deal, const struct document *document) {
    struct document *plan = NULL;
    dealer_status status = deal_load_link(deal, document, "plan", &plan);
    if (!status && plan && deal_text_is(plan, "state", "repurchased"))
        status = error_raise(&deal->env->error, &E_GATE_PLAN_STATE, "document", deal_title(deal, document), "plan",
            deal_title(deal, plan), "state", deal_text(plan, "state"), NULL);
    document_free(plan);
    return status;
}

static dealer_status repayment_undo(struct deal *deal, struct document *repayment) {
    dealer_status status = check_not_repurchased(deal, repayment);
    return status ? status : put_plan_state(deal, repayment, "running");
}

const struct deal_noun noun_repayment = {"repayment", check_positive, repayment_gate, repayment_effective, repayment_undo};

/* -- advance -- */

/* No more is advanced than is overdue, or due that day. */
static dealer_status advance_gate(struct deal *deal, struct document *advance) {
    struct document *plan = NULL;
    struct plan_standing standing;
    dealer_status status = gate_running(deal, advance, &plan);
    if (!status) status = plan_standing(deal, plan, deal_day(advance, "advanced_on"), document_id(advance), &standing);
    int64_t rest = status ? 0 : standing.due - standing.repaid - standing.owed_back;
    if (!status && deal_integer(advance, "amount") > (rest > 0 ? rest : 0))
        status = raise_too_much(deal, advance, &E_GATE_ADVANCE, rest > 0 ? rest : 0);
    document_free(plan);
    return status;
}

static dealer_status advance_undo(struct deal *deal, struct document *advance) {
    return check_not_repurchased(deal, advance);
}

const struct deal_noun noun_advance = {"advance", check_positive, advance_gate, advance_gate, advance_undo};

/* -- repurchase -- */

/* What the claim is made of, on the day of the repurchase. */
static dealer_status put_claim(struct deal *deal, struct document *repurchase, const struct document *plan) {
    struct plan_standing standing;
    struct money claim = amount_of(repurchase, "amount"), part, advances = claim;
    dealer_status status = plan_standing(deal, plan, deal_day(repurchase, "repurchased_on"), 0, &standing);
    if (status) return status;
    advances.minor = standing.owed_back;
    status = money_add(deal->env, claim, advances, &claim);
    if (!status) status = money_scale(deal->env, claim, deal_integer(plan, "guarantee_share"), 10000, ROUND_HALF_UP, &part);
    if (!status) status = deal_put_integer(deal, repurchase, "outstanding", standing.principal);
    if (!status) status = deal_put_integer(deal, repurchase, "advanced", standing.owed_back);
    if (!status) status = deal_put_integer(deal, repurchase, "claim", claim.minor);
    if (!status) status = deal_put_integer(deal, repurchase, "guarantor_part", part.minor);
    return status ? status : deal_put_integer(deal, repurchase, "claim_remaining", claim.minor - part.minor);
}

static dealer_status repurchase_check(struct deal *deal, struct document *repurchase) {
    struct document *plan = NULL;
    dealer_status status = check_positive(deal, repurchase);
    bool ready = document_has(repurchase, deal_field(repurchase, "amount")) &&
                 document_has(repurchase, deal_field(repurchase, "repurchased_on"));
    if (status || !ready || document_status_is(repurchase, STATUS_IN_APPROVAL)) return status;
    status = deal_load_link(deal, repurchase, "plan", &plan);
    if (!status && plan) status = put_claim(deal, repurchase, plan);
    document_free(plan);
    return status;
}

/* The machine that the plan financed, which is still with the customer; and a customer who is overdue. */
static dealer_status repurchase_gate(struct deal *deal, struct document *repurchase) {
    struct document *plan = NULL, *machine = NULL;
    struct plan_standing standing;
    bool delivered = false;
    dealer_status status = gate_running(deal, repurchase, &plan);
    if (!status) status = deal_load_link(deal, repurchase, "machine", &machine);
    if (!status) status = stock_left_under(deal, machine, deal_integer(plan, "contract"), &delivered);
    if (!status && !delivered)
        status = error_raise(&deal->env->error, &E_GATE_NOT_FINANCED, "document", deal_title(deal, repurchase), "machine",
            deal_text(machine, "serial_number"), "plan", deal_title(deal, plan), NULL);
    if (!status) status = plan_standing(deal, plan, deal_day(repurchase, "repurchased_on"), 0, &standing);
    if (!status && !standing.instalments)
        status = error_raise(&deal->env->error, &E_GATE_NOT_OVERDUE, "document", deal_title(deal, repurchase), "plan",
            deal_title(deal, plan), "day", deal_text(repurchase, "repurchased_on"), NULL);
    document_free(machine);
    document_free(plan);
    return status;
}

static dealer_status repurchase_effective(struct deal *deal, struct document *repurchase) {
    struct document *plan = NULL;
    dealer_status status = repurchase_gate(deal, repurchase);
    if (!status) status = deal_load_link(deal, repurchase, "plan", &plan);
    if (!status) status = put_claim(deal, repurchase, plan); /* what was repaid during approval counts */
    document_free(plan);
    return status ? status : put_plan_state(deal, repurchase, "repurchased");
}

static dealer_status repurchase_undo(struct deal *deal, struct document *repurchase) {
    return put_plan_state(deal, repurchase, "running");
}

const struct deal_noun noun_repurchase = {"repurchase", repurchase_check, repurchase_gate, repurchase_effective, repurchase_undo};

/* What the machine is worth goes against the claim; more than the claim is not owed to anybody. */
dealer_status repurchase_recovered(struct deal *deal, const struct document *stock_in, int64_t value) {
    struct document *repurchase = NULL;
    dealer_status status = deal_load_link(deal, stock_in, "repurchase", &repurchase);
    int64_t rest = status ? 0 : deal_integer(repurchase, "claim") - deal_integer(repurchase, "guarantor_part") - value;
    if (!status) status = deal_check_unlocked(deal, repurchase);
    if (!status) status = deal_put_integer(deal, repurchase, "recovered", value);
    if (!status) status = deal_put_integer(deal, repurchase, "claim_remaining", rest > 0 ? rest : 0);
    if (!status) status = deal_update(deal, repurchase);
    if (!status) status = deal_journal(deal, repurchase, "recovered", NULL);
    document_free(repurchase);
    return status;
}

/* -- margin deposit -- */

static dealer_status gate_if_linked(struct deal *deal, const struct document *deposit, const char *field) {
    struct document *linked = NULL;
    if (!deal_integer(deposit, field)) return DEALER_OK;
    dealer_status status = gate_approved(deal, deposit, field, &linked);
    document_free(linked);
    return status;
}

static dealer_status deposit_gate(struct deal *deal, struct document *deposit) {
    bool received = deal_text_is(deposit, "direction", "received");
    if (received && !document_has(deposit, COMMON_CUSTOMER))
        return error_raise(&deal->env->error, &E_CUSTOMER_MISSING, "document", deal_title(deal, deposit), NULL);
    if (!received && !deal_text(deposit, "party"))
        return error_raise(&deal->env->error, &E_PARTY_MISSING, "document", deal_title(deal, deposit), NULL);
    dealer_status status = gate_if_linked(deal, deposit, "contract");
    return status ? status : gate_if_linked(deal, deposit, "plan");
}

const struct deal_noun noun_margin_deposit = {"margin_deposit", check_positive, deposit_gate, NULL, NULL};
