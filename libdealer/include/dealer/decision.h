/** A decision: a verdict as data, with its reasons. Never changes once made; any thread may read it. */
#ifndef DEALER_DECISION_H
#define DEALER_DECISION_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum dealer_outcome {
    DEALER_OUTCOME_YES = 0,      /**< Allowed; or done as asked. */
    DEALER_OUTCOME_NO = 1,       /**< Not allowed; or a rule refused it: nothing was changed. */
    DEALER_OUTCOME_REFERRED = 2, /**< Done, and a rule refers it to a closer look (its reasons travel with the document). */
    DEALER_OUTCOME_FAILED = 3,   /**< A rule failed, ran too long or answered nonsense: nothing was changed. */
    DEALER_OUTCOME_LAST = 0x7fffffff
} dealer_outcome;

/** The outcome; DEALER_OUTCOME_FAILED for NULL. */
DEALER_API dealer_outcome dealer_decision_outcome(const dealer_decision *decision);

/** The whole decision as canonical JSON: outcome, amounts, reasons with determining grants or rules, near misses, and, after
 *  a step of an approval, who is awaited now. Borrowed. */
DEALER_API const char *dealer_decision_json(const dealer_decision *decision);

/** The decision in words, one sentence or a few. Borrowed. */
DEALER_API const char *dealer_decision_sentence(const dealer_decision *decision, dealer_language language);

DEALER_API void dealer_decision_free(dealer_decision *decision);

#ifdef __cplusplus
}
#endif
#endif
