/** The handles of libdealer. All are opaque; each header says what a handle is, who frees it, which threads may use it.
 *
 *  Text that goes in is UTF-8. Where a length follows a text, the text may be any bytes of that length (checked);
 *  where none follows, it ends with NUL. Ids are 64-bit and positive; 0 means "none".
 *  A call that fails leaves every output and everything in the store as it was.
 *  Any handle may be freed in any order, also after the store it came from; freeing NULL is fine. */
#ifndef DEALER_TYPES_H
#define DEALER_TYPES_H

#include "dealer/export.h"
#include "dealer/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dealer_store dealer_store;
typedef struct dealer_session dealer_session;
typedef struct dealer_document dealer_document;
typedef struct dealer_list dealer_list;
typedef struct dealer_decision dealer_decision;
typedef struct dealer_text dealer_text;
typedef struct dealer_error dealer_error;

/** The languages of every sentence that libdealer makes. */
typedef enum dealer_language { DEALER_LANGUAGE_EN = 0, DEALER_LANGUAGE_ZH = 1, DEALER_LANGUAGE_LAST = 0x7fffffff } dealer_language;

/** A text (mostly JSON) that a call made for its caller. Never changes; any thread may read it. */

/** The bytes, with a NUL behind them; borrowed, valid until dealer_text_free. "" for NULL. */
DEALER_API const char *dealer_text_data(const dealer_text *text);
/** Length in bytes, without the NUL; 0 for NULL. */
DEALER_API size_t dealer_text_length(const dealer_text *text);
DEALER_API void dealer_text_free(dealer_text *text);

/** Told now and then by a long call, on the thread that made it: `done` of `total`. Anything but 0 stops the call, which then answers with
 *  what it has, marked "cancelled". It must not use the session. */
typedef int32_t (*dealer_progress)(void *user_data, int64_t done, int64_t total);

/** The version of this library, "major.minor.patch"; static text. */
DEALER_API const char *dealer_version(void);

#ifdef __cplusplus
}
#endif
#endif
