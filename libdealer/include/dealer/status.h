/** Status codes: what every call of libdealer answers.
 *  Numbers never change their meaning; new ones are added at the end. */
#ifndef DEALER_STATUS_H
#define DEALER_STATUS_H

#include "dealer/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A status says only whether the call could do its work. A verdict (allowed, refused, valued at ...) is a
 *  dealer_decision, never a status. */
typedef enum dealer_status {
    DEALER_OK = 0,                  /**< Done. */
    DEALER_E_MISUSE = 1,            /**< The call itself is wrong: NULL, a closed handle, a handle of another store. */
    DEALER_E_NOMEM = 2,             /**< The allocator refused; nothing was changed. */
    DEALER_E_INVALID = 3,           /**< An input is wrong: the error names it and says what would be right. */
    DEALER_E_NOT_FOUND = 4,         /**< No such thing, or none that this person may know of. */
    DEALER_E_DENIED = 5,            /**< This person may not do this. */
    DEALER_E_CONFLICT = 6,          /**< Somebody else changed it first: read it again. */
    DEALER_E_STATE = 7,             /**< Not possible in the document's present status. */
    DEALER_E_GATE = 8,              /**< A gate between documents is shut: the error names gate, document, what is missing. */
    DEALER_E_LOCKED = 9,            /**< Finance has locked one end. */
    DEALER_E_CONFIGURATION = 10,    /**< A configuration or rule set does not hold together; the one in force stays. */
    DEALER_E_RULE = 11,             /**< A rule failed, timed out or gave nonsense; nothing was approved or valued. */
    DEALER_E_BUSY = 12,             /**< Another process holds the store longer than the time allowed. */
    DEALER_E_IO = 13,               /**< The disk or file system failed. */
    DEALER_E_FULL = 14,             /**< The disk is full; nothing was changed. */
    DEALER_E_CORRUPT = 15,          /**< The store's file is damaged. */
    DEALER_E_NOT_A_STORE = 16,      /**< The file is no libdealer store. */
    DEALER_E_NEWER = 17,            /**< The store was written by a newer version of libdealer. */
    DEALER_E_READ_ONLY = 18,        /**< The store was opened, or can only be opened, for reading. */
    DEALER_E_TOO_LARGE = 19,        /**< A limit on size, depth or number was passed. */
    DEALER_E_INTERNAL = 20,         /**< A fault of libdealer itself; please report it. */
    DEALER_STATUS_LAST = 0x7fffffff /**< Fixes the width of the type; never returned. */
} dealer_status;

/** The stable name of a status ("DEALER_E_GATE"), or NULL for a number that is no status. Static text. */
DEALER_API const char *dealer_status_name(int32_t status);

/** How many statuses there are; they are numbered 0 .. count-1. Bindings and docs are checked against it. */
DEALER_API int32_t dealer_status_count(void);

#ifdef __cplusplus
}
#endif
#endif
