/* The one door: every public call on business data enters here (person, snapshot, transaction), gets at documents only through
 * permission and finance lock, and leaves with everything or nothing written. */
#ifndef API_DOOR_H
#define API_DOOR_H

#include "api/handles.h"
#include "deal/decisions.h"

struct door {
    dealer_session *session;
    struct deal deal;
    struct deal_snapshot *snapshot; /* owned */
    struct decision_log decisions;
    bool write, nested;
    bool configures; /* what a snapshot is made of changes: every session and process has to hear of it */
    bool discard;    /* a verdict said no: nothing is kept, though the call is fine */
    bool light;      /* things are tried without a savepoint, */
    bool again;      /* ... and one of them has failed that needed it */
    int64_t written; /* rows, when it was tried */
};

enum door_kind { DOOR_READ, DOOR_WRITE };
dealer_status door_enter(struct door *door, dealer_session *session, enum door_kind kind);
/* For questions that need no stored document: who asks, under what is in force, without a transaction and without SQLite, as
 * long as nothing has changed since the session last looked. The snapshot is the session's, until its next call. */
struct glance {
    const struct deal_snapshot *snapshot;
    int employee; /* -1: the system */
    const struct seams *seams;
};
/* The clock is asked when something has a date. */
static inline int64_t glance_now(const struct glance *glance) {
    return glance->seams->now_utc_ms(glance->seams->clock_data);
}
static inline bool glance_holds(const dealer_session *session) {
    const struct core *core = session->core;
    return session->seen_holds && epoch_unchanged(core->counters, session->seen_epoch) &&
           atomic_load_explicit(&core->open, memory_order_relaxed);
}
static inline struct glance glance_of(const dealer_session *session) {
    return (struct glance){session->seen, session->seen_employee, &session->core->seams};
}
/* The long way: anything but a person's own session that is as it was. */
dealer_status door_look(dealer_session *session, struct glance *out);
static inline dealer_status door_glance(dealer_session *session, struct glance *out) {
    bool plain = session && session->mark == MARK_SESSION && session->quiet && session->seen_acting < 0 && glance_holds(session);
    if (!plain) return door_look(session, out);
    session->quiet = false;
    *out = glance_of(session);
    return DEALER_OK;
}
/* Only the system may pass. */
dealer_status door_enter_system(struct door *door, dealer_session *session, enum door_kind kind);
/* Commits when status is OK, else rolls back; answers the status of the whole call. What rules were asked in a call that writes is in the
 * decision log either way: of a refused one it is all there is. */
dealer_status door_leave(struct door *door, dealer_status status);

/* One of many things within a call, kept or given up by itself: after door_try nothing else but door_tried, with its status. */
dealer_status door_try(struct door *door);
dealer_status door_tried(struct door *door, dealer_status status, bool keep); /* keep false: it was only tried */
bool door_is_about_one(dealer_status status); /* the others can go on: neither memory nor the store failed */
/* Many of them: `one` tries one, and answers what door_tried said, whose error it has told. They go without a savepoint each, which would
 * cost a copy of every page that one of them writes; when one fails that has written something already, all are taken back and done
 * again with one, after `anew`, which is also called at first. */
struct door_many {
    size_t count;
    dealer_status (*one)(void *user_data, size_t index);
    void (*anew)(void *user_data); /* nothing is told so far */
    void *user_data;
};
dealer_status door_each(struct door *door, const struct door_many *many);

/* A stored document that the person may read (else NOT_FOUND, as if there were none) and do `action` to (else DENIED, with why).
 * version > 0: it must still be that (CONFLICT). */
dealer_status door_document(struct door *door, int64_t id, enum document_action action, int64_t version, struct document **out);
/* The same for a change: also not locked by finance, nor anything it is linked to. */
dealer_status door_change(struct door *door, int64_t id, enum document_action action, int64_t version, struct document **out);
/* A copy of the handle's values under the catalogue in force now: fields that are gone are left behind. */
dealer_status door_present(struct door *door, const dealer_document *handle, struct document **out);
/* May the person do this to the document as it stands in memory? E_DENIED with why. */
dealer_status door_permit(struct door *door, const struct document *document, enum document_action action);

/* What came of one: "ok", "status", and of a failure "en" and "zh". */
void door_say_result(struct door *door, struct json *json, json_value *item, dealer_status status);

/* Without a post in force nothing is visible, not even what once waited for the person. */
bool door_sees_nothing(const struct door *door);

/* Marks what the person may not see of a document that is to leave the house. */
dealer_status door_hide(struct door *door, struct document *document);
/* What he may not see, and not edit by `action` (edit; create of a new one). In the call's region. */
dealer_status door_fields(
    struct door *door, const struct document *document, enum document_action action, struct permission_fields *out);
/* After a failure: when something is hidden from the person, sentences about the document's values are not for him. */
dealer_status door_screen(struct door *door, const struct document *document, dealer_status status);

/* Leaves the door with an answer: JSON (whose document is freed), or a verdict (finished). The output is set only if all went well. */
dealer_status door_answer(struct door *door, dealer_status status, struct json *json, const json_value *value, dealer_text **out);
dealer_status door_conclude(struct door *door, dealer_status status, struct verdict *verdict, dealer_decision **out);

#endif
