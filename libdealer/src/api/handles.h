/* The handles behind the opaque types, and how results are wrapped for a caller. Every handle keeps the core alive, so that any closing
 * order is safe; the core keeps the allocator. */
#ifndef API_HANDLES_H
#define API_HANDLES_H

#include "api/messages.h"
#include "base/lock.h"
#include "base/text.h"
#include "dealer.h"
#include "deal/use_cases.h"
#include "store/epoch.h"

enum handle_mark {
    MARK_STORE = 0x44535430,
    MARK_SESSION = 0x44534530,
    MARK_DOCUMENT = 0x44444f30,
    MARK_LIST = 0x444c4930,
    MARK_MARKET_IMPORT = 0x444d4930,
    MARK_FREED = 0
};

/* What all handles of one store share. The file is closed with the store handle (or by the last call still running); the memory
 * with the last handle. */
struct core {
    struct references references;
    struct seams seams;
    int32_t (*random)(void *user_data, uint8_t *buffer, size_t length); /* the host's, behind seams.random */
    void *random_data;
    struct lock lock; /* guards open and active */
    atomic_bool open;
    int active;     /* calls and host transactions that hold a connection */
    bool read_only; /* nothing can be written, so the system's session leaves no entry */
    struct store *store;
    struct epoch *epoch; /* of the store, and as long as any handle */
    const struct epoch_counters *counters;
    struct snapshot_cache snapshots;
    struct market_cache *market;
};
struct core *core_take(struct core *core);
void core_drop(struct core *core);
bool core_enter(struct core *core); /* false: the store is closed */
void core_leave(struct core *core);

struct dealer_error {
    struct error error;
};

struct dealer_store {
    uint32_t mark;
    struct core *core;
};

/* What a permission check reads stands first, in one cache line, of a session as of a document; the room for errors, which takes
 * pages, is kept apart, so that the handles of many lie close together. */
struct dealer_session {
    uint32_t mark;
    bool seen_holds;    /* as long as the epoch is the same; never within the host's transaction */
    bool quiet;         /* there is no error to clear */
    bool made_versions; /* in the host's transaction: of configuration or rules */
    int seen_employee, seen_acting;
    struct core *core;
    struct deal_snapshot *seen; /* that the last call without a transaction was answered by; owned */
    uint64_t seen_epoch;        /* the store's as it was before that was read */
    struct permission_seats seen_seats;
    struct env *env;
    struct connection *connection; /* of the host's transaction; NULL: none */
    int64_t person;                /* 0: the system */
    int64_t acting;                /* who acts for the person, as his substitute; 0: he himself */
};

/* What one page of a list takes: its documents and their handles lie in it, and the last of them frees it. */
struct page {
    struct references references;
    struct region region;
};
struct page *page_new(struct env *env, const struct seams *seams); /* NULL: no memory, raised */
void page_drop(struct page *page);                                 /* NULL is fine */

struct dealer_document {
    uint32_t mark;
    bool changed;     /* since it was read or stored */
    bool participant; /* this and the next two: of `document`, see document_hold */
    struct core *core;
    const struct catalogue_type *type;
    struct permission_place place;
    struct deal_snapshot *snapshot; /* keeps the catalogue that `document` was made by */
    struct document *document;      /* without the values that the person may not see */
    struct document *whole;         /* with them, to decide by; NULL when nothing is hidden */
    struct env *env;                /* NULL: no call has needed it yet */
    struct page *page;              /* where the handle lies; NULL: by itself */
};

struct dealer_text {
    struct core *core;
    char *data;
    size_t length;
};

struct dealer_decision {
    struct core *core;
    dealer_outcome outcome;
    char *json, *en, *zh;
};

/* A copy of an error for error_out; NULL when there is no memory even for that. */
dealer_error *error_copy(const struct seams *seams, const struct error *error);

/* Takes over `data` (allocated with env), also on failure. */
dealer_status text_wrap(struct env *env, struct core *core, char *data, size_t length, dealer_text **out);
dealer_status text_of_json(struct env *env, struct core *core, const json_value *value, dealer_text **out);
dealer_status decision_wrap(struct env *env, struct core *core, struct verdict *verdict, dealer_decision **out);
/* What a handle is made of; `snapshot` is taken once more. */
struct handle_parts {
    struct core *core;
    struct deal_snapshot *snapshot;
    struct page *page; /* NULL: it lies by itself */
};
/* Takes over `document`, also on failure. What it marks as hidden is concealed. */
dealer_status document_wrap(struct env *env, const struct handle_parts *parts, struct document *document, dealer_document **out);

/* The handle holds these from now on: what a check reads of them is taken out. Also after every change of the values. */
void document_hold(dealer_document *handle, struct document *document, struct document *whole);
/* What is hidden goes into *whole_out with everything else, and out of the document itself. */
dealer_status document_part(struct env *env, struct document *document, struct document **whole_out);
/* What decisions are made by: the whole, with what the host has changed since. */
dealer_status document_whole(struct env *env, dealer_document *handle, const struct document **out);
/* The session, or NULL when it is none; the caller answers DEALER_E_MISUSE. */
dealer_session *session_of(dealer_session *session);
/* Its environment, for a call that begins: without an error. */
struct env *session_env(dealer_session *session);
/* Raises E_MISUSE in the session: the argument must not be NULL. */
dealer_status misuse(struct env *env, const char *call, const char *argument);
/* The same where there is no handle to raise it in: the error goes to error_out (NULL is fine). */
dealer_status misuse_without_handle(dealer_error **error_out, const char *call, const char *argument);

#endif
