/* Two of the three ways of review: finance's, and the business function's own. A person with the function decides; which function that is,
 * the document keeps from its first submission. The third way is review_flow.c. The wish to void goes any of the three ways. */
#include "deal/use_cases.h"
#include <string.h>

/* The way that a field of the document says, else the one of the configuration. */
static enum review_way way_in(const struct deal *deal, const struct document *document, int field) {
    const char *pinned = document_text(document, field);
    for (int i = 0; pinned && i <= REVIEW_NONE; i++)
        if (strcmp(review_way_names[i], pinned) == 0) return (enum review_way)i;
    return snapshot_review(deal->snapshot, document, REVIEW_OF_SUBMISSION);
}

enum review_way document_way(const struct deal *deal, const struct document *document) {
    return way_in(deal, document, COMMON_REVIEW);
}

static enum review_way way_now(const struct deal *deal, const struct document *document) {
    return way_in(deal, document, document_has(document, COMMON_VOID_REVIEW) ? COMMON_VOID_REVIEW : COMMON_REVIEW);
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

/* In a flow, as in a submission; what it says is nobody's answer. */
static dealer_status void_submit(struct deal *deal, struct document *document) {
    struct verdict verdict = {0};
    dealer_status status = verdict_start(deal, &verdict);
    if (!status) status = flow_submit(deal, document, &verdict);
    verdict_finish(&verdict);
    return status;
}

dealer_status void_ask(struct deal *deal, struct document *document, enum review_way way, const char *reason) {
    const char *name = review_way_names[way];
    dealer_status status = links_check_free(deal, document, false); /* a wish that could not be fulfilled */
    if (!status) status = document_put_text(deal->env, document, COMMON_VOID_REASON, reason, strlen(reason));
    if (!status) status = document_put_text(deal->env, document, COMMON_VOID_REVIEW, name, strlen(name));
    if (!status) status = document_put_text(deal->env, document, COMMON_STATUS, STATUS_IN_APPROVAL, strlen(STATUS_IN_APPROVAL));
    if (!status) status = deal_update(deal, document);
    if (!status) status = deal_journal_text(deal, document, "void_asked", "void_reason", reason);
    return status || way != REVIEW_APPROVAL ? status : void_submit(deal, document);
}

dealer_status void_forget(struct deal *deal, struct document *document) {
    document_clear(document, COMMON_VOID_REASON);
    document_clear(document, COMMON_VOID_REVIEW);
    dealer_status status = document_put_text(deal->env, document, COMMON_STATUS, STATUS_APPROVED, strlen(STATUS_APPROVED));
    return status ? status : deal_update(deal, document);
}

/* In force again for the moment, so that what it did is taken back as by any voiding. */
dealer_status void_agree(struct deal *deal, struct document *document) {
    const char *reason = region_copy(
        &deal->region, deal->env, document_text(document, COMMON_VOID_REASON), strlen(document_text(document, COMMON_VOID_REASON)));
    dealer_status status = reason ? void_forget(deal, document) : DEALER_E_NOMEM;
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
    if (!status) status = deal_journal(deal, document, "reviewed", NULL);
    if (status) return status;
    return document_has(document, COMMON_VOID_REVIEW) ? void_agree(deal, document)
                                                      : document_conclude(deal, document, STATUS_APPROVED);
}

dealer_status document_refuse(struct deal *deal, struct document *document, const char *comment) {
    bool voiding = document_has(document, COMMON_VOID_REVIEW);
    dealer_status status = check_here(deal, document, true);
    if (!status) status = deal_journal_text(deal, document, voiding ? "void_refused" : "refused", "comment", comment);
    if (status) return status;
    return voiding ? void_forget(deal, document) : document_conclude(deal, document, STATUS_REJECTED);
}
