/** Errors: a status, a stable id, one sentence in English and Chinese, and the causes below it. */
#ifndef DEALER_ERROR_H
#define DEALER_ERROR_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The status of the error; DEALER_OK when there is none (also for NULL). */
DEALER_API dealer_status dealer_error_status(const dealer_error *error);

/** How many levels: 0 when there is no error, 1 for one without a cause. Level 0 is the outermost. */
DEALER_API int32_t dealer_error_depth(const dealer_error *error);

/** The stable id ("E_GATE_PRE_ORDER_MISSING") of a level; NULL beyond the depth. Ids never change their meaning. */
DEALER_API const char *dealer_error_id(const dealer_error *error, int32_t level);

/** One sentence: what is wrong, with which thing, and what would be right; NULL beyond the depth. Borrowed from the
 *  error: valid until its owner's next call. */
DEALER_API const char *dealer_error_message(const dealer_error *error, int32_t level, dealer_language language);

/** Frees an error that came through an `error_out`. Errors borrowed from a session or document are not freed. */
DEALER_API void dealer_error_free(dealer_error *error);

#ifdef __cplusplus
}
#endif
#endif
