/* The use cases: what the door calls after permission and lock. One file a noun behind them. */
#ifndef DEAL_USE_CASES_H
#define DEAL_USE_CASES_H

#include "approval/picture.h"
#include "deal/deal.h"
#include "permission/separation.h"

/* -- lifecycle.c -- */
/* A new document of the person: owner, company, department from the first holding that may create the type. */
dealer_status document_begin(struct deal *deal, const struct catalogue_type *type, struct document **out);
/* ... linked to `source`, with everything taken over. */
dealer_status document_derive(
    struct deal *deal, const struct catalogue_type *type, const struct document *source, struct document **out);
/* Moves a new document to another place of the organisation where the person may enter it too. Codes; department NULL: none. */
dealer_status document_place(struct deal *deal, struct document *document, const char *company, const char *department);
/* Stores: `document` carries what the host wants, `before` what is stored (NULL: new). On success it holds what was stored. */
dealer_status document_save(struct deal *deal, const struct document *before, struct document *document);
dealer_status document_delete(struct deal *deal, struct document *document);
dealer_status document_submit(struct deal *deal, struct document *document, struct verdict *verdict);
dealer_status document_enter(struct deal *deal, struct document *document, struct verdict *verdict);
/* By who submitted it; by its owner where it waits for the function's own review. */
dealer_status document_recall(struct deal *deal, struct document *document, const char *comment, struct verdict *verdict);
/* The status that a review ended with, stored, with what follows from it. */
dealer_status document_conclude(struct deal *deal, struct document *document, const char *status_code);
dealer_status document_void(struct deal *deal, struct document *document, const char *reason);
/* ... without a review of that wish. */
dealer_status document_make_void(struct deal *deal, struct document *document, const char *reason);
/* DEALER_E_STATE: what it is, and what it would have to be. */
dealer_status document_raise_state(
    struct deal *deal, const struct document *document, const char *wanted_en, const char *wanted_zh);
dealer_status document_lock(struct deal *deal, struct document *document, bool locked);
dealer_status document_confirm(struct deal *deal, struct document *document, bool confirmed); /* accounts_confirm.c */
/* The state of a month for the documents of a type in a company; that of one that is closed stays. */
dealer_status period_set(struct deal *deal, const struct period *period, enum period_state state);
/* Those that are not open, of a company (0: of all), of types that the person may read, from a month on. */
dealer_status periods_tell(struct deal *deal, int64_t company, const char *from, struct json *json, json_value *rows);
bool period_month_is_valid(const char *month);
dealer_status pre_order_lose(struct deal *deal, struct document *document, const char *reason);

/* -- review.c: finance's review, and the function's own -- */
/* The way of the first submission; before that the one in force. */
enum review_way document_way(const struct deal *deal, const struct document *document);
/* What whoever reviews it now, or withdraws the review, has to hold. */
enum document_action review_action(const struct deal *deal, const struct document *document);
dealer_status document_review(struct deal *deal, struct document *document, bool reviewed);
dealer_status document_refuse(struct deal *deal, struct document *document, const char *comment);
/* An approved document is to be voided, and somebody reviews that wish; it is agreed to; it is forgotten: the document is in force as
 * before. */
dealer_status void_ask(struct deal *deal, struct document *document, enum review_way way, const char *reason);
dealer_status void_agree(struct deal *deal, struct document *document);
dealer_status void_forget(struct deal *deal, struct document *document);

/* -- review_flow.c: the approval engine among store, rules and people -- */
struct flow_arguments {
    const char *comment, *target;
    int64_t task /* the engine's number; 0: none */, person;
    bool back;
    bool administrator; /* the door has checked that he may administrate this document's approval */
};
dealer_status flow_submit(struct deal *deal, struct document *document, struct verdict *verdict);
dealer_status flow_recall(struct deal *deal, struct document *document, const char *comment, struct verdict *verdict);
dealer_status flow_act(struct deal *deal, struct document *document, enum approval_verb verb,
    const struct flow_arguments *arguments, struct verdict *verdict);
dealer_status flow_preview(struct deal *deal, const struct document *document, struct json *json, json_value **out);
dealer_status flow_route(
    struct deal *deal, const struct document *document, struct json *json, const char **flow_out, json_value **out);
/* Why this approver, why skipped; person not 0: why not he. */
dealer_status flow_explain(struct deal *deal, const struct document *document, int64_t person, struct json *json, json_value **out);
/* What is under way goes on under deal->snapshot; item gets "rule_set", "configuration" (where it was), "not_asked". */
dealer_status flow_migrate(struct deal *deal, struct document *document, const char *comment, struct json *json, json_value *item);
/* A picture of the document's approval, or of a flow by its rule's id. */
dealer_status flow_picture(
    struct deal *deal, const struct document *document, enum picture_format format, bool zh, struct text *out);
dealer_status flow_picture_of(struct deal *deal, const char *id, enum picture_format format, bool zh, struct text *out);
/* Looks at the flows of a snapshot over its organisation: appends {"kind", "flow", "node", "department", "submitter", "en", "zh"}. */
dealer_status flow_lint(struct deal *deal, const struct deal_snapshot *snapshot, struct json *json, json_value *findings);
/* The document was changed while in approval: what covered other content is void. `document` is as stored. */
dealer_status flow_amended(struct deal *deal, struct document *document);
/* The clock: fires what is due; puts off, with a note of the error as it stands, what could not be. */
dealer_status flow_fire(struct deal *deal, const struct due_row *due);
dealer_status flow_put_off(struct deal *deal, const struct due_row *due);
/* Administrator: what `from` has not decided in this document's approval goes to `to`. */
dealer_status flow_hand_over(struct deal *deal, struct document *document, int64_t from, int64_t to, const char *comment);
/* Is it on its way through a flow now? */
dealer_status flow_is_running(struct deal *deal, const struct document *document, bool *out);
/* Is somebody of this document's approval waiting for this person now? */
dealer_status flow_awaits(struct deal *deal, int64_t document, int64_t person, bool *out);

/* -- valuation.c: rules around a document -- */
/* Values a trade-in and asks company policy: sets valuation, range, allowance in the document; the verdict says why. Without
 * deal->decisions it is a question only. */
dealer_status trade_in_value(struct deal *deal, struct document *trade_in, struct verdict *verdict);
/* Asks every policy of the document's type; NO and FAILED stop the submission. */
dealer_status policy_ask(struct deal *deal, struct document *document, struct verdict *verdict);
/* What rules see of a document: fields, links, people, day. */
dealer_status rule_input(struct deal *deal, const struct document *document, struct json *json, json_value **out);
dealer_status rule_condition(
    struct deal *deal, const struct rule *rule, const char *name, const struct document *document, bool *out);
dealer_status rule_applies(struct deal *deal, const struct rule *rule, const json_value *input, bool *out);

/* -- links.c -- */
/* Checks the links of `document` (existing, of the right type, readable by the person, same company group and currency, alive), and
 * takes over what the catalogue says from links that are new against `before` (NULL: all are). */
dealer_status links_follow(struct deal *deal, struct document *document, const struct document *before);
/* Money of one currency does not become another's by a link: E_LINK_CURRENCY. */
dealer_status links_check_currency(
    struct deal *deal, const struct document *document, const struct catalogue_field *field, const struct document *linked);
/* Once it is stored: where what was taken over came from; and the story of each document that it names, or names no more, says so. */
dealer_status links_remember(struct deal *deal, const struct document *document, const struct document *before);
/* Living documents (or voided ones too) that point at this one: DEALER_E_STATE names the first. */
dealer_status links_check_free(struct deal *deal, const struct document *document, bool voided_too);
/* DEALER_E_LOCKED when finance has locked one that points at this one. */
dealer_status links_check_unlocked(struct deal *deal, const struct document *document);
/* May the person read it? What he may not read he must not learn of from a sentence either. */
bool link_may_read(struct deal *deal, const struct document *linked);

/* -- change.c: one configuration after another -- */
/* What differs: an array of {"path", "before", "after"}, entries with codes paired by them. */
dealer_status configuration_diff(
    struct deal *deal, const json_value *before, const json_value *after, struct json *json, json_value *changes);
/* DEALER_E_DENIED when the person may not make this change: beyond his own functions and scopes, or outside of where he may
 * change the configuration. `after` needs no ids. */
dealer_status configuration_authorise(
    struct deal *deal, const struct deal_snapshot *after, struct json *json, const json_value *changes);
/* Who gains or loses which function, over how many of the newest documents of its type (at most `sample` of each). `after` has ids. */
dealer_status configuration_effects(
    struct deal *deal, const struct deal_snapshot *after, int64_t sample, struct json *json, json_value *people);

/* -- service.c -- */
/* An order that is not on its way any more, nor approved, takes nothing of a quota. */
dealer_status service_give_back(struct deal *deal, struct document *order);

/* -- accounts_causes.c -- */
/* What the document causes as it takes effect: receivables and payables, and what is set off at once. */
dealer_status accounts_open(struct deal *deal, const struct document *document);
/* ... as it is taken back; refused when somebody has settled some of it, or while it is itself confirmed. */
dealer_status accounts_undo(struct deal *deal, const struct document *document);

/* -- reservation.c: what is promised to a contract that is voided, or whose pre-order is lost, is free again -- */
dealer_status reservations_fall(struct deal *deal, const struct document *contract, const char *reason);
dealer_status reservations_fall_with(struct deal *deal, const struct document *pre_order, const char *reason);

/* -- separation.c: duties along a chain of documents -- */
/* DEALER_E_DENIED when the person, or who acts for him, took a part in a linked document that excludes this one. */
dealer_status separation_check(struct deal *deal, const struct document *document, enum chain_part part);
/* Is somebody else excluded (as an approver, say)? *rule_out: by which rule; NULL: he is not. */
dealer_status separation_find(
    struct deal *deal, const struct document *document, enum chain_part part, int64_t person, const struct chain_rule **rule_out);

/* -- message.c -- */
/* What this call has done so far is told: messages in its transaction, with the documents as they stand. The door does so at the end. */
dealer_status messages_tell(struct deal *deal);
/* Some of what was told so long ago that no rule asks for it. */
dealer_status messages_forget(struct deal *deal, int64_t limit);
/* An event that is not in the journal of the document, which need not be stored. */
dealer_status messages_tell_of(struct deal *deal, const struct document *document, const char *event);
/* message_condition.c: does the rule want it told? What it saw and said is logged. One that fails never stands in the way: then it is told. */
struct event;
dealer_status message_condition(
    struct deal *deal, const struct document *document, const struct message_rule *message, const struct event *event, bool *out);

/* -- market.c -- */
dealer_status market_add(struct deal *deal, const json_value *sales, json_value *report, struct json *json);
/* The look-up "market" that valuation rules may use: {"category", "model", ..., "date", "currency"} -> {"base", "estimate", "low",
 * "high", "effects", "evidence", "nearest"} from sales before that date, or nil. Lives in the call's region. */
dealer_status market_lookup_new(struct deal *deal, const struct rule_lookup **lookups_out, size_t *count_out);
/* market_statistics.c: the look-up "market_statistics", {"currency", "category"?, "model"?, "from"?, "to"?} -> counts and quartiles. */
dealer_status market_statistics(
    void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out);
/* outcomes.c: what trade-ins fetched afterwards. */
dealer_status trade_in_outcomes(struct deal *deal, struct json *json, json_value *report);
struct market_cache *market_cache_new(struct env *env);
void market_cache_free(struct market_cache *cache, const struct seams *seams);

/* -- noun.c: what is special about a type -- */
struct deal_noun {
    const char *type;
    /* Every save: what must hold between fields. */
    dealer_status (*check)(struct deal *deal, struct document *document);
    /* Before submission: the gates of domain.md 4. May set computed fields. */
    dealer_status (*gate)(struct deal *deal, struct document *document);
    /* As it becomes effective (approved, or submitted where there is no approval), just before it is stored so: may set computed
     * fields of the document and change others. */
    dealer_status (*effective)(struct deal *deal, struct document *document);
    /* As one that was in force is voided: takes back what it did to others. */
    dealer_status (*undo)(struct deal *deal, struct document *document);
};
/* The nouns, each in its file. */
extern const struct deal_noun noun_visit, noun_pre_order, noun_trade_in, noun_sales, noun_credit_investigation, noun_contract,
    noun_dispatch, noun_machine, noun_stock_in, noun_stock_out, noun_service_order, noun_reservation, noun_stock_take,
    noun_financing_plan, noun_repayment, noun_advance, noun_repurchase, noun_margin_deposit, noun_rental, noun_rental_extension,
    noun_rental_end, noun_insurance, noun_receipt, noun_payment, noun_refund, noun_set_off, noun_old_part_return;
/* A gate's own refusals. */
dealer_status gate_open_pre_order(struct deal *deal, const struct document *document);
/* The document behind a link, which must be approved: *out is the caller's. */
dealer_status gate_approved(struct deal *deal, const struct document *document, const char *field, struct document **out);
const struct deal_noun *deal_noun(const struct catalogue_type *type); /* NULL: nothing special */

#endif
