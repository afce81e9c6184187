/* Two of the three ways of review: finance's, and the business function's own. A person with the function decides; which function that is,
 * the document keeps from its first submission. The third way is review_flow.c. */
#include "deal/use_cases.h"
#include <string.h>

enum review_way document_way(const struct deal *deal, const struct document *document) {
    const char *pinned = document_text(document, COMMON_REVIEW);
    for (int i = 0; pinned && i <= REVIEW_NONE; i++)
        if (strcmp(review_way_names[i], pinned) == 0) return (enum review_way)i;
    return snapshot_review(deal->snapshot, document, REVIEW_OF_SUBMISSION);
}

static enum review_way way_now(const struct deal *deal, const struct document *document) {
    const char *voiding = document_text(document, COMMON_VOID_REVIEW);
    if (voiding) return *voiding == 'f' && voiding[1] == 'i' ? REVIEW_FINANCE : REVIEW_FUNCTION;
    return document_way(deal, document);
}

enum document_action review_action(const struct deal *deal, const struct document *document) {
    return way_now(deal, document) == REVIEW_FINANCE ? ACTION_FINANCE_REVIEW : ACTION_REVIEW;
}

/* Is it for people with the function to decide, and where it would have to be? */
static dealer_status check_here(struct deal *deal, const struct document *document, bool waits) {
    bool in_flow = false;
    enum review_way way = way_now(deal, document);
    dealer_status status = flow_is_running(deal, document, &in_flow);
    if (status) return status;
    if (in_flow || (way != REVIEW_FUNCTION && way != REVIEW_FINANCE))
        return error_raise(
            &deal->env->error, &E_REVIEW_WAY, "document", deal_title(deal, document), "way", review_way_names[way], NULL);
    if (document_status_is(document, waits ? STATUS_IN_APPROVAL : STATUS_APPROVED)) return DEALER_OK;
    return document_raise_state(
        deal, document, waits ? "submitted and not yet reviewed" : "reviewed", waits ? "已提交未审核" : "已审核");
}

/* What took effect elsewhere is not undone by un-reviewing it. */
static dealer_status check_withdraw(struct deal *deal, const struct document *document) {
    const struct deal_noun *noun = deal_noun(document->type);
    dealer_status status = check_here(deal, document, false);
    if (!status && noun && noun->effective)
        status = error_raise(&deal->env->error, &E_REVIEW_FINAL, "document", deal_title(deal, document), NULL);
    return status ? status : links_check_free(deal, document, false);
}

/* -- the wish to void -- */

dealer_status void_ask(struct deal *deal, struct document *document, enum review_way way, const char *reason) {
    const char *name = review_way_names[way];
    dealer_status status = document_put_text(deal->env, document, COMMON_VOID_REASON, reason, strlen(reason));
    if (!status) status = document_put_text(deal->env, document, COMMON_VOID_REVIEW, name, strlen(name));
    if (!status) status = document_put_text(deal->env, document, COMMON_STATUS, STATUS_IN_APPROVAL, strlen(STATUS_IN_APPROVAL));
    if (!status) status = deal_update(deal, document);
    return status ? status : deal_journal_comment(deal, document, "void_asked", reason);
}

dealer_status void_forget(struct deal *deal, struct document *document) {
    document_clear(document, COMMON_VOID_REASON);
    document_clear(document, COMMON_VOID_REVIEW);
    dealer_status status = document_put_text(deal->env, document, COMMON_STATUS, STATUS_APPROVED, strlen(STATUS_APPROVED));
    return status ? status : deal_update(deal, document);
}

/* In force again for the moment, so that what it did is taken back as by any voiding. */
static dealer_status agree_to_void(struct deal *deal, struct document *document) {
    const char *reason = region_copy(
        &deal->region, deal->env, document_text(document, COMMON_VOID_REASON), strlen(document_text(document, COMMON_VOID_REASON)));
    dealer_status status = reason ? void_forget(deal, document) : DEALER_E_NOMEM;
    if (!status) status = deal_journal(deal, document, "reviewed", NULL);
    return status ? status : document_make_void(deal, document, reason);
}

/* -- the decisions -- */

static dealer_status withdraw(struct deal *deal, struct document *document) {
    dealer_status status = check_withdraw(deal, document);
    if (!status) status = accounts_undo(deal, document);
    if (!status) status = deal_journal(deal, document, "review_withdrawn", NULL);
    return status ? status : document_conclude(deal, document, STATUS_IN_APPROVAL);
}

dealer_status document_review(struct deal *deal, struct document *document, bool reviewed) {
    if (!reviewed) return withdraw(deal, document);
    dealer_status status = check_here(deal, document, true);
    if (!status && document_has(document, COMMON_VOID_REVIEW)) return agree_to_void(deal, document);
    if (!status) status = deal_journal(deal, document, "reviewed", NULL);
    return status ? status : document_conclude(deal, document, STATUS_APPROVED);
}

dealer_status document_refuse(struct deal *deal, struct document *document, const char *comment) {
    bool voiding = document_has(document, COMMON_VOID_REVIEW);
    dealer_status status = check_here(deal, document, true);
    if (!status) status = deal_journal_comment(deal, document, voiding ? "void_refused" : "refused", comment);
    if (status) return status;
    return voiding ? void_forget(deal, document) : document_conclude(deal, document, STATUS_REJECTED);
}
