/** The store: one SQLite file that holds a dealer group's documents, organisation, rules, journal and messages.
 *  A store may be shared by threads and several processes may open one file: one writes at a time, readers in parallel. */
#ifndef DEALER_STORE_H
#define DEALER_STORE_H

#include "dealer/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a store is opened with. Begin with DEALER_STORE_OPTIONS_INIT; members left 0 or NULL mean the default. */
typedef struct dealer_store_options {
    size_t size; /**< sizeof(dealer_store_options): lets later versions add members. */
    /** Open for reading only: nothing is created, migrated or written. */
    int32_t read_only;
    /** Fail with DEALER_E_NOT_FOUND when there is no file (default: create it). */
    int32_t must_exist;
    /** How long a call waits for another writer, in milliseconds; 0: 5000. */
    int32_t busy_timeout_ms;
    /** SQLite VFS by name; NULL: SQLite's default. */
    const char *vfs;
    /** Key of the journal's HMAC-SHA-256 chain, any length; copied. NULL: an empty key (changes by accident are found,
     *  forgeries are not). The same store must always be opened with the same key. */
    const uint8_t *journal_key;
    size_t journal_key_length;
    /** The allocator of everything, SQLite (bundled build) and Lua included: like realloc, but size 0 frees and answers
     *  NULL. Called from any thread that uses the store. NULL: the C library's. */
    void *(*allocate)(void *user_data, void *pointer, size_t size);
    void *allocate_user_data;
    /** The clock: UTC milliseconds since 1970-01-01. NULL: the system's, which may be some milliseconds behind. */
    int64_t (*now_utc_ms)(void *user_data);
    void *now_user_data;
    /** Random bytes for ids; 0 = done. NULL: the system's. */
    int32_t (*random)(void *user_data, uint8_t *buffer, size_t length);
    void *random_user_data;
    /** The log: level 0 error, 1 warning, 2 information; one line without its end. NULL: none. */
    void (*log)(void *user_data, int32_t level, const char *message);
    void *log_user_data;
} dealer_store_options;

#define DEALER_STORE_OPTIONS_INIT \
    { sizeof(dealer_store_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/** Opens or creates a store.
 *  @param store_out  the store; the caller closes it.
 *  @param error_out  NULL, or receives the error of a failed call (the caller frees it).
 *  @param path       file path, or ":memory:" for a store that lives as long as the handle.
 *  @param options    NULL: all defaults. Function pointers must stay valid until every handle of the store is freed.
 *  @return DEALER_OK; DEALER_E_MISUSE, _NOMEM, _NOT_FOUND, _NOT_A_STORE, _CORRUPT, _NEWER, _READ_ONLY, _BUSY, _IO, _FULL. */
DEALER_API dealer_status dealer_store_open(
    dealer_store **store_out, dealer_error **error_out, const char *path, const dealer_store_options *options);

/** Closes the store. Sessions, documents and other handles that are still there stay valid to free; calls on such a session
 *  answer DEALER_E_MISUSE. */
DEALER_API void dealer_store_close(dealer_store *store);

/** What this build and this store are made of, as JSON: versions of libdealer, SQLite, Lua and yyjson, bundled or not,
 *  journal mode, synchronous, schema number, whether the allocator reaches SQLite, warnings about known faults of the engines.
 *  @return DEALER_OK, DEALER_E_MISUSE, DEALER_E_NOMEM. */
DEALER_API dealer_status dealer_store_information(dealer_store *store, dealer_text **json_out);

/** Copies the whole store, as it stands at this moment, into a file of its own, while others go on reading and writing. System session
 *  only. The copy is a store like any other: opened with the same journal key. After a failure or a stop there is no copy.
 *  @param report_out {"pages", "bytes", "cancelled"}
 *  @param path       a file that is not there yet (or is empty), with the store's VFS. Of a store in memory, too.
 *  @param progress   NULL, or told how many pages are copied.
 *  @return DEALER_OK, also when stopped; DEALER_E_INVALID without a usable path; DEALER_E_CONFLICT when the file exists; DEALER_E_STATE
 *          within a transaction of the host; DEALER_E_FULL, _IO, _BUSY, _CORRUPT, _DENIED, _MISUSE, _NOMEM. */
DEALER_API dealer_status dealer_store_backup(
    dealer_session *session, dealer_text **report_out, const char *path, dealer_progress progress, void *user_data);

#ifdef __cplusplus
}
#endif
#endif
