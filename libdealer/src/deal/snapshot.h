/* The snapshot that a call works under: catalogue, organisation, permissions, rules, flows, reviews and message rules, all of one
 * configuration version and one rule-set version. Immutable, reference counted, shared by all sessions of a store. */
#ifndef DEAL_SNAPSHOT_H
#define DEAL_SNAPSHOT_H

#include "approval/approval.h"
#include "base/digest.h"
#include "base/lock.h"
#include "org/org.h"
#include "permission/permission.h"
#include "rules/rules.h"
#include "store/record_store.h"

/* An approval flow of the rule set, ready to step. */
struct deal_flow {
    const struct rule *rule;
    const struct catalogue_type *type;
    const struct approval_flow *flow;
    const struct predicate **predicates; /* by condition index; NULL where a rule decides */
};

enum review_way { REVIEW_APPROVAL, REVIEW_FINANCE, REVIEW_FUNCTION, REVIEW_NONE };
extern const char *const review_way_names[4];
enum review_event { REVIEW_OF_SUBMISSION, REVIEW_OF_VOIDING };
struct deal_review {
    enum review_event event;
    int company; /* index; -1: all */
    const struct catalogue_type *type;
    enum review_way way;
};

enum recipient_kind {
    RECIPIENT_POST_IN_COMPANY,
    RECIPIENT_POST_IN_DEPARTMENT,
    RECIPIENT_POST_IN_NAMED,
    RECIPIENT_POST_IN_KIND,
    RECIPIENT_PART,
    RECIPIENT_PERSON,
    RECIPIENT_PARTY
};
enum document_part {
    DOCUMENT_PART_OWNER,
    DOCUMENT_PART_SUBMITTER,
    DOCUMENT_PART_APPROVERS,    /* who decides, has decided, or may */
    DOCUMENT_PART_AWAITED,      /* whom it waits for now */
    DOCUMENT_PART_REVIEWER,     /* who decided or reviewed last */
    DOCUMENT_PART_CC,           /* to whom copies went */
    DOCUMENT_PART_PARTICIPANTS, /* submitter, approvers and cc */
    DOCUMENT_PART_CONCERNED,    /* whom the event is about: the approver asked, who got the copy */
    DOCUMENT_PARTS
};
struct message_recipient {
    enum recipient_kind kind;
    enum document_part part;
    int post, company, employee;
    unsigned kinds;
    const char *party; /* a template: with something missing, nobody is told */
};
/* A date of the document, and how many days after it (before it: less than 0) it is told of. */
struct message_date {
    const char *path;                         /* "ends_on", "rents.due_on" */
    const struct catalogue_field *field;      /* NULL: the rule is about no date */
    const struct catalogue_field *column;     /* of a field of lines; NULL */
    const struct catalogue_type *unless_type; /* not when one of these names the document by unless_link; NULL */
    const struct catalogue_field *unless_link;
    int days;
};
enum { MESSAGE_ONCE_HOURS_MOST = 24 * 366 }; /* for so long it is remembered what was told */
struct message_rule {
    const char *event;
    const struct catalogue_type *type; /* NULL: of any */
    struct message_date date;          /* of the event "due" */
    const struct predicate *when;
    const char *rule, *condition; /* of "when_rule"; NULL: none */
    const struct message_recipient *recipients;
    int recipient_count;
    const char *text_en, *text_zh;
    int64_t once_ms;      /* not again within; 0: always */
    const char *once_key; /* a template; NULL: the document */
    int digest_minutes;   /* length of a period: an hour or a day; 0: each by itself */
    int digest_at;        /* where periods end, minutes after midnight in UTC+8 */
};

/* How the outbox is delivered. */
struct delivery {
    int64_t attempts, first_wait_ms, longest_wait_ms;
    const char *source; /* of CloudEvents */
};

/* When a company works: for business hours. */
struct work_calendar {
    int company; /* index; -1: every one that has none of its own */
    struct calendar days;
    int start_minute, end_minute;
};

/* How much a department's head, or a holder of a post, may decide alone. */
struct decision_limit {
    const struct catalogue_type *type;
    int department, post; /* index; one of them, the other -1 */
    const char *currency;
    int64_t amount_minor;      /* of one document */
    int64_t accumulated_minor; /* of all that were approved in `days` and this one; 0: no such limit */
    int days;
};

struct deal_snapshot {
    struct references references;
    const struct seams *seams;
    struct region region;
    int64_t configuration, rule_set_version;
    struct json *source; /* the configuration that it was built of; NULL when it came from the store: snapshot_source */
    struct catalogue *catalogue;
    const char *own_types; /* that the catalogue was made with, as canonical JSON */
    struct org *org;
    bool compiled; /* the organisation came from the compiled configuration: others may share its people */
    uint8_t people_digest[DIGEST_SIZE];
    struct permissions *permissions;
    struct rule_set *rules; /* NULL: none published yet */
    struct deal_flow *flows;
    int flow_count;
    struct deal_review *reviews;
    int review_count;
    struct message_rule *messages;
    int message_count;
    struct delivery delivery;
    struct work_calendar *calendars;
    int calendar_count;
    struct decision_limit *limits;
    int limit_count;
    bool require_backtest; /* "rules": nothing is published untried */
    struct predicate_world world;
};

/* Of these versions (0: none yet). What would be the same as in `like` (NULL: none) is shared with it: rules, types, people; a grant that
 * changed makes new posts and permissions. */
dealer_status snapshot_load(struct env *env, const struct seams *seams, struct connection *connection,
    const struct store_versions *versions, const struct deal_snapshot *like, struct deal_snapshot **out);
/* The configuration of a snapshot that came from the store: as it was given (body NULL: there is none yet), and parsed. */
dealer_status snapshot_text(
    struct env *env, struct connection *connection, const struct deal_snapshot *snapshot, char **body_out, size_t *length_out);
dealer_status snapshot_source(
    struct env *env, struct connection *connection, const struct deal_snapshot *snapshot, struct json **out);
/* Stores the compiled form of the newest version, which this is the snapshot of; it has its ids. snapshot_recompile: of the snapshot in
 * force, which had to be read from its text, as after an upgrade. */
dealer_status snapshot_compile(
    struct env *env, struct connection *connection, const struct deal_snapshot *snapshot, int64_t version);
dealer_status snapshot_recompile(struct env *env, struct connection *connection, const struct deal_snapshot *snapshot);
/* From parts not stored yet: to check a configuration or a rule set before it is. Findings as in org_load. Takes no ownership of
 * rules; body NULL: an empty configuration. */
struct snapshot_parts {
    const char *body;
    size_t length;
    const struct rule_set *rules;
    json_value *findings;
    struct json *findings_json;
};
dealer_status snapshot_build(
    struct env *env, const struct seams *seams, const struct snapshot_parts *parts, struct deal_snapshot **out);
/* The rules alone of a published set (version 0: the newest), whatever configuration they fitted. */
dealer_status snapshot_rules(struct env *env, struct connection *connection, const struct seams *seams, int64_t version,
    struct rule_set **out, int64_t *version_out);
/* Ids from the store, made when new. */
dealer_status snapshot_identify(struct env *env, struct connection *connection, struct deal_snapshot *snapshot);
struct deal_snapshot *snapshot_take(struct deal_snapshot *snapshot);
void snapshot_drop(struct deal_snapshot *snapshot);

/* The snapshots in use, newest first, shared by all sessions of a store. */
enum { SNAPSHOT_CACHE_SIZE = 6 };
struct snapshot_cache {
    struct lock lock;
    const struct seams *seams;
    struct deal_snapshot *items[SNAPSHOT_CACHE_SIZE];
};
bool snapshot_cache_init(struct snapshot_cache *cache, const struct seams *seams);
void snapshot_cache_finish(struct snapshot_cache *cache);
/* The snapshot of these versions, from the cache or loaded; the caller drops it. cache NULL: always loaded, for a transaction that
 * has made versions which may never be committed, and whose numbers will then be given again to others. */
dealer_status snapshot_cache_get(struct snapshot_cache *cache, struct env *env, struct connection *connection,
    const struct store_versions *versions, struct deal_snapshot **out);

/* The way in force now; a document that was submitted keeps the one of its first submission: document_way. */
enum review_way snapshot_review(const struct deal_snapshot *snapshot, const struct document *document, enum review_event event);
/* The rule in whose file a condition of a flow stands: the flow's own, or that of a sub-flow. */
const struct rule *deal_flow_rule(const struct deal_flow *flow, const struct approval_condition *condition);
const struct deal_flow *snapshot_flow(const struct deal_snapshot *snapshot, const char *id); /* NULL */

#endif
