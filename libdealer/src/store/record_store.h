/* What is remembered beside the documents: configuration and rule-set versions, approvals, decisions, journal, outbox,
 * market sales. Each function is one or two named statements. */
#ifndef STORE_RECORD_STORE_H
#define STORE_RECORD_STORE_H

#include "base/digest.h"
#include "catalogue/predicate.h"
#include "org/org.h"
#include "store/store.h"

/* -- the newest configuration compiled: bytes whose meaning is org's, sealed by the journal's key with the version and the hash of the text
 * that they were made of. The seal of a store without a key only shows damage: whoever can write such a file can write the text, too. -- */
struct stored_bytes {
    const void *data;
    size_t length;
};
struct compiled_configuration {
    int64_t version, format;
    uint8_t people_digest[DIGEST_SIZE]; /* set by both calls */
    struct stored_bytes posts, people;
};
dealer_status store_compiled_save(struct env *env, struct connection *connection, struct compiled_configuration *compiled);
/* Of out->version and out->format. Bytes go into the region, but for those of people that the caller has (known: their digest, or NULL): they
 * are left empty. False in *found_out: there is none of this version and format, or its seal is broken. */
dealer_status store_compiled_load(struct env *env, struct connection *connection, struct region *region, const uint8_t *known,
    struct compiled_configuration *out, bool *found_out);

/* -- configuration: whole JSON per version; codes get ids once and keep them (removed ones stay, marked) -- */
struct store_stamp {
    int64_t by /* employee; 0: the system */, at_ms;
};
dealer_status store_configuration_save(struct env *env, struct connection *connection, const char *body, size_t length,
    struct store_stamp stamp, int64_t *version_out);
/* Newest (version 0) or a given one. NOT_FOUND when none. Text is the caller's (env_free). */
dealer_status store_configuration_load(
    struct env *env, struct connection *connection, int64_t version, char **body_out, size_t *length_out, int64_t *version_out);
/* Id of a code, made when new (write transaction) or looked up. */
dealer_status store_identify(
    struct env *env, struct connection *connection, enum org_noun noun, const char *code, const char *name, int64_t *id_out);
/* Every code of a noun that has an id, borrowed for the call. */
dealer_status store_codes(struct env *env, struct connection *connection, enum org_noun noun,
    dealer_status (*row)(void *user_data, const char *code, int64_t id), void *user_data);
/* Tree order and parents of all departments into the department table, for predicates in SQL and reporting views. */
dealer_status store_organisation_sync(struct env *env, struct connection *connection, const struct org *org);

/* -- rule sets -- */
struct stored_file {
    const char *name;
    const char *source;
    size_t length;
};
struct rule_set_row {
    const char *hash;
    const struct stored_file *files;
    size_t count;
    const char *note;
    struct store_stamp stamp;
};
/* The same hash again: that version, made current. */
dealer_status store_rule_set_save(
    struct env *env, struct connection *connection, const struct rule_set_row *row, int64_t *version_out);
struct rule_set_head {
    int64_t version;
    char hash[65];
};
/* version 0: the current. Calls back each file (borrowed for the call). */
dealer_status store_rule_set_load(struct env *env, struct connection *connection, int64_t version,
    dealer_status (*file)(void *user_data, const struct stored_file *file), void *user_data, struct rule_set_head *out);

/* -- approvals -- */
struct approval_row {
    int64_t id, document, rule_set, configuration; /* pinned versions */
    const char *flow;                              /* id of the flow's rule */
    const char *state;
    int64_t round, started_ms, ended_ms /* 0: running */, submitter;
    const char *body; /* the engine's instance as canonical JSON */
    size_t body_length;
};
dealer_status store_approval_insert(struct env *env, struct connection *connection, struct approval_row *row); /* sets id */
dealer_status store_approval_update(struct env *env, struct connection *connection, const struct approval_row *row);
/* The newest approval of a document; NOT_FOUND when none. Texts live in the region. */
dealer_status store_approval_of(
    struct env *env, struct connection *connection, struct region *region, int64_t document, struct approval_row *out);
struct task_row {
    int64_t id, approval, document, sequence /* the engine's number within the instance */, person, opened_ms,
        closed_ms /* 0: open */;
    const char *node, *node_title_en, *node_title_zh, *state, *decision /* NULL */, *comment, *reason_en, *reason_zh;
    int64_t round;
};
/* A new one; sets id. */
dealer_status store_task_insert(struct env *env, struct connection *connection, struct task_row *row);
/* Inserts or updates by (approval, sequence); sets id. Updating expects the row to be open: exactly one row or CONFLICT. */
dealer_status store_task_open(struct env *env, struct connection *connection, struct task_row *row);
dealer_status store_task_close(struct env *env, struct connection *connection, const struct task_row *row);
/* A closed task is open (or waiting) again: a decision was taken back, a delegate has answered. By (approval, sequence). */
dealer_status store_task_reopen(struct env *env, struct connection *connection, const struct task_row *row);
dealer_status store_task_load(
    struct env *env, struct connection *connection, struct region *region, int64_t id, struct task_row *out);
enum task_filter { TASKS_OPEN_OF_PERSON, TASKS_DONE_OF_PERSON, TASKS_OF_DOCUMENT, TASKS_OPEN_OF_DOCUMENT };
struct task_query {
    enum task_filter filter;
    int64_t key /* person or document */, after_id, limit;
};
/* Oldest first; keyset after id. Returns rows through the callback. */
dealer_status store_tasks(struct env *env, struct connection *connection, const struct task_query *query,
    dealer_status (*row)(void *user_data, const struct task_row *row), void *user_data);
/* Took part: may read the document for ever. */
dealer_status store_participant(struct env *env, struct connection *connection, int64_t document, int64_t person, bool *out);
dealer_status store_participant_add(struct env *env, struct connection *connection, int64_t document, int64_t person);

/* Who may claim a task that is nobody's yet; the task by its approval and the engine's number. */
dealer_status store_task_candidate_add(
    struct env *env, struct connection *connection, int64_t approval, int64_t sequence, int64_t person);
dealer_status store_task_candidates_clear(struct env *env, struct connection *connection, int64_t approval, int64_t sequence);
/* By the task's own id. */
dealer_status store_task_candidate(struct env *env, struct connection *connection, int64_t task, int64_t person, bool *out);

/* -- what comes due (approval_due.c) -- */
struct due_row {
    int64_t approval, subject /* > 0: task number; < 0: minus the number of a visit */, due_ms, document;
};
dealer_status store_due_put(struct env *env, struct connection *connection, const struct due_row *row);
dealer_status store_due_remove(struct env *env, struct connection *connection, const struct due_row *row);
/* The first that is due at now. */
dealer_status store_due_first(struct env *env, struct connection *connection, int64_t now_ms, struct due_row *out, bool *found_out);

/* -- lists beside the tasks (approval_lists.c) -- */
struct cc_row {
    int64_t id, approval, document, person, sender /* 0: the flow */, sent_ms, read_ms /* 0: not yet */;
    const char *node, *title_en, *title_zh, *comment;
};
dealer_status store_cc_add(struct env *env, struct connection *connection, const struct cc_row *row);
struct cc_query {
    bool of_document;
    int64_t key /* document or person */, after_id, limit;
};
dealer_status store_ccs(struct env *env, struct connection *connection, const struct cc_query *query,
    dealer_status (*row)(void *user_data, const struct cc_row *row), void *user_data);
/* Texts are left out. NOT_FOUND. */
dealer_status store_cc_load(struct env *env, struct connection *connection, int64_t id, struct cc_row *out);
dealer_status store_cc_read(struct env *env, struct connection *connection, int64_t id, int64_t now_ms);
/* The newest approval of each document that the person submitted; body and versions are left out. */
dealer_status store_submitted(struct env *env, struct connection *connection, const struct task_query *query,
    dealer_status (*row)(void *user_data, const struct approval_row *row), void *user_data);
/* Documents on their way: of which the person may have a part to hand over; those that are under other versions than these. In
 * the region. */
struct id_list {
    struct region *region;
    int64_t *ids;
    size_t count, capacity;
};
dealer_status store_documents_with_part(struct env *env, struct connection *connection, int64_t person, struct id_list *out);
struct running_query {
    int64_t after_document, rule_set, configuration, limit;
};
dealer_status store_documents_running(
    struct env *env, struct connection *connection, const struct running_query *query, struct id_list *out);

/* -- how long it takes (approval_statistics.c) -- */
struct waiting_query {
    const struct catalogue_type *type;
    const struct predicate *visible; /* the caller's permission */
    int64_t from_ms, to_ms /* tasks opened from .. before */, now_ms;
};
struct waiting_row {
    const char *flow, *node, *title_en, *title_zh;
    int64_t person /* 0: a post's, unclaimed */, done, done_ms /* sum */, longest_ms, waiting, waiting_ms /* sum */;
};
dealer_status store_waiting(struct env *env, struct connection *connection, const struct waiting_query *query,
    dealer_status (*row)(void *user_data, const struct waiting_row *row), void *user_data);

/* -- quotas of service roles: a ledger that is only added to -- */
struct quota_entry {
    int64_t person, company;
    const char *period; /* "2026-11", "2026-Q4", "2026" */
    int64_t document, amount /* below 0: given back */, at_ms;
};
dealer_status store_quota_add(struct env *env, struct connection *connection, const struct quota_entry *entry);
dealer_status store_quota_used(
    struct env *env, struct connection *connection, int64_t person, int64_t company, const char *period, int64_t *out);
/* What a document holds of a quota now. The period lives in the region. */
dealer_status store_quota_of(struct env *env, struct connection *connection, struct region *region, int64_t document,
    struct quota_entry *out, bool *found_out);

/* -- movements of machines: where each went, and the document that sent it there (movement.c) -- */
struct movement {
    int64_t id, machine, document;
    const char *kind, *position, *warehouse /* NULL: not in stock */, *day;
    int64_t cost, at_ms, person /* whose call it is; only when adding */;
};
dealer_status store_movement_add(struct env *env, struct connection *connection, const struct movement *movement);
/* The whole life of a machine, in order; texts are borrowed for the call. */
dealer_status store_movements(struct env *env, struct connection *connection, int64_t machine,
    dealer_status (*row)(void *user_data, const struct movement *movement), void *user_data);
/* The document of the last movement; 0: it never moved. */
dealer_status store_movement_last(struct env *env, struct connection *connection, int64_t machine, int64_t *document_out);

/* -- dates of documents that are told of: date_watch.c -- */
struct date_watch {
    const char *type, *field; /* with days: which */
    int days;
    int64_t since_ms;
    int32_t done_on;
    int64_t done_ms;
    int32_t day; /* of the round under way; 0: none is */
    int64_t started_ms, position;
};
dealer_status store_date_watch_get(struct env *env, struct connection *connection, struct date_watch *watch, bool *found_out);
dealer_status store_date_watch_put(struct env *env, struct connection *connection, const struct date_watch *watch);

/* -- decisions of rules: what each saw, what it said -- */
struct decision_row {
    int64_t document, at_ms, rule_set, person /* whose call it was */;
    const char *rule, *entry, *input_json, *result_json, *outcome;
    int64_t instructions, bytes;
    int64_t journaled; /* the journal's end when it was asked; of what was rolled back since, the end now counts */
    int64_t call;      /* the first decision of the same call; 0: this is it */
    bool kept;         /* false: of a call that was refused, and of which this is all there is */
};
dealer_status store_decision_add(struct env *env, struct connection *connection, const struct decision_row *row, int64_t *id_out);

/* -- journal: append-only, chained by HMAC-SHA-256 -- */
struct journal_entry {
    int64_t at_ms, person /* 0: the system */, document /* 0 */;
    const char *kind, *detail_json;
    int64_t acting; /* who did it for the person, as his substitute; 0: he himself */
};
/* Did the person do one of these kinds of things to a document, himself, for somebody, or by his substitute? kinds: a JSON array. */
dealer_status store_journal_took_part(
    struct env *env, struct connection *connection, int64_t document, const char *kinds, int64_t person, bool *out);
/* Does an entry of the document say exactly this? */
dealer_status store_journal_has(
    struct env *env, struct connection *connection, int64_t document, const char *kind, const char *detail, bool *out);
dealer_status store_journal_add(struct env *env, struct connection *connection, const struct journal_entry *entry);
/* The last entry there is: what is written now happens after it. */
dealer_status store_journal_end(struct env *env, struct connection *connection, int64_t *out);
/* From here on entries count as one call's; store_journal_since_mark tells those about documents, without what was rolled back. Texts are
 * borrowed until the next mark. */
void store_journal_mark(struct connection *connection);
dealer_status store_journal_since_mark(struct env *env, struct connection *connection,
    dealer_status (*row)(void *user_data, const struct journal_entry *entry), void *user_data);
/* Walks the chain, to the first flaw; known: a head that was exported before and must still be in it (NULL: none). */
enum journal_flaw { JOURNAL_WHOLE, JOURNAL_CHANGED, JOURNAL_MISSING, JOURNAL_CUT_OFF };
struct journal_head {
    int64_t sequence; /* 0: of an empty journal */
    char mac[65];     /* hexadecimal */
};
struct journal_proof {
    int64_t entries, bad; /* that fit; the first that does not, 0: none */
    enum journal_flaw flaw;
};
dealer_status store_journal_verify(
    struct env *env, struct connection *connection, const struct journal_head *known, struct journal_proof *out);
/* Number and mac (hex) of the newest entry, to be kept elsewhere: a later chain must still hold it. 0 and zeros: empty. */
dealer_status store_journal_head(struct env *env, struct connection *connection, struct journal_head *out);
dealer_status store_journal_of(
    struct env *env, struct connection *connection, int64_t document, json_value *rows, struct json *json);

/* -- messages: outbox row in the transaction of its cause; delivery and reading are separate marks -- */
struct message_row {
    int64_t id;
    const char *uid /* UUIDv7; NULL when adding: made here */, *event, *type /* NULL: a digest */;
    int64_t document, person /* 0: a party outside */;
    const char *party /* NULL */;
    const char *text_en, *text_zh;
    int64_t at_ms, read_ms;
    int64_t available_ms; /* not to be fetched before; when adding without a digest at_ms counts */
    int64_t attempts;
    const char *failure;   /* of the last attempt; NULL */
    const char *digest;    /* adding: recipient and period: with what has the same it becomes one message; NULL */
    const char *documents; /* of a digest: "12,15"; adding: set here */
};
dealer_status store_message_add(struct env *env, struct connection *connection, struct message_row *row);
/* *fresh_out: not told under this key since now - within; now it is. */
dealer_status store_message_told(
    struct env *env, struct connection *connection, const char *key, int64_t now_ms, int64_t within_ms, bool *fresh_out);
/* Forgets some that were told before; nobody asks for them any more. */
dealer_status store_messages_forget(struct env *env, struct connection *connection, int64_t before_ms, int64_t limit);
/* Undelivered: that may be fetched at `key`, an instant. */
enum message_filter { MESSAGES_UNDELIVERED, MESSAGES_DEAD, MESSAGES_INBOX, MESSAGES_INBOX_UNREAD, MESSAGES_OF_DOCUMENT };
struct message_query {
    enum message_filter filter;
    int64_t key /* instant, person or document */, after_id, limit;
};
typedef dealer_status (*message_visitor)(void *user_data, const struct message_row *row);
dealer_status store_messages(
    struct env *env, struct connection *connection, const struct message_query *query, message_visitor row, void *user_data);
dealer_status store_message_acknowledge(
    struct env *env, struct connection *connection, int64_t id, int64_t now_ms); /* again: fine; NOT_FOUND */

/* -- delivery by several consumers (outbox.c) -- */
struct message_lease {
    char id[37];
    int64_t now_ms, until_ms, limit, attempts_most;
};
/* Fills in the id and tells what it holds, oldest first. What was fetched attempts_most times in vain is given up. */
dealer_status store_messages_lease(
    struct env *env, struct connection *connection, struct message_lease *lease, message_visitor row, void *user_data);
/* NOT_FOUND; CONFLICT when the lease is not the last one, or the message was given up. */
dealer_status store_message_settle(struct env *env, struct connection *connection, int64_t id, const char *lease, int64_t now_ms);
struct message_failure {
    int64_t id;
    const char *lease, *reason;
    int64_t available_ms, dead_ms; /* dead_ms 0: tried again */
};
dealer_status store_message_fail(struct env *env, struct connection *connection, const struct message_failure *failure);
dealer_status store_message_attempts(struct env *env, struct connection *connection, int64_t id, int64_t *out);
dealer_status store_message_revive(
    struct env *env, struct connection *connection, int64_t id, int64_t now_ms); /* NOT_FOUND: not given up */

/* -- who has a part in a document (message_people.c) -- */
enum document_people {
    PEOPLE_ASKED,   /* decide, have decided, or may claim */
    PEOPLE_AWAITED, /* of task `task` of its newest approval; 0: all that are open */
    PEOPLE_COPIED,
    PEOPLE_LAST /* who did one of `kinds` (a JSON array of kinds of journal entries) last */
};
struct people_query {
    enum document_people part;
    int64_t document, task;
    const char *kinds;
};
dealer_status store_people_of(struct env *env, struct connection *connection, const struct people_query *query,
    dealer_status (*person)(void *user_data, int64_t person), void *user_data);
/* In the region; NULL when there is no such task. */
dealer_status store_task_title(struct env *env, struct connection *connection, struct region *region, const int64_t task[2],
    const char **en_out, const char **zh_out);
dealer_status store_message_read(
    struct env *env, struct connection *connection, int64_t id, int64_t person, bool read, int64_t now_ms);

/* -- market: used-machine sales that valuations compare with -- */
struct market_sale {
    int64_t date_days, price_minor;
    const char *currency;
    const char *category, *size_class, *model, *base_model, *series, *serial, *region;
    int64_t year, hours;             /* 0: unknown */
    const char *attributes_json;     /* object of text, or NULL */
    const char *source, *source_key; /* unique together: importing twice adds nothing */
};
dealer_status store_market_add(struct env *env, struct connection *connection, const struct market_sale *sale, bool *added_out);
/* All sales before a day, oldest first, in one currency. */
dealer_status store_market_each(struct env *env, struct connection *connection, const char *currency, int64_t before_days,
    dealer_status (*row)(void *user_data, const struct market_sale *sale), void *user_data);
dealer_status store_market_version(struct env *env, struct connection *connection, int64_t *count_out, int64_t *last_id_out);
#endif
