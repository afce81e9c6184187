/* Inside the review by approval flow: one document's approval, opened for a step. Shared by the files that decide (review_flow.c), write
 * (flow_store.c), answer (flow_question.c) and are driven by the clock or by an administrator (flow_time.c, flow_bulk.c). */
#ifndef DEAL_REVIEW_FLOW_H
#define DEAL_REVIEW_FLOW_H

#include "deal/people.h"

struct flow_case {
    struct deal deal;             /* the caller's, under the pinned snapshot */
    struct deal_snapshot *pinned; /* owned */
    const struct deal_flow *flow;
    struct document *document; /* a copy under the pinned catalogue; owned */
    struct approval_row row;
    struct approval_instance instance;
};

/* The document's approval, under what it is pinned to; E_NOT_IN_FLOW. To be closed only after success. */
dealer_status flow_case_open(struct deal *deal, const struct document *document, struct flow_case *this);
/* The approval that a submission now would begin, or go on with. */
dealer_status flow_case_start(struct deal *deal, const struct document *document, struct flow_case *this);
void flow_case_close(struct flow_case *this);
/* One step: decides, then writes all of it. `document` is the caller's and ends as it was stored. */
dealer_status flow_step(struct deal *deal, struct flow_case *this, const struct approval_action *action, struct document *document,
    struct verdict *verdict);
/* The flow of a type that applies: the first in the rules' order. */
dealer_status flow_choose(struct deal *deal, const struct document *document, const struct deal_flow **out);

/* -- flow_store.c -- */
/* The approval row, tasks, candidates, what comes due, copies, journal and messages, as the outcome says. */
dealer_status flow_keep(struct flow_case *this, const struct approval_outcome *outcome);
struct approval_title flow_node_title(const struct flow_case *this, const char *node);

#endif
