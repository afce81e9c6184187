/* What every use case works with: one call of one person, inside one transaction, under one snapshot of organisation and rules.
 * Use cases turn decisions of permission, rules and approval into writes; they never open or end a transaction. */
#ifndef DEAL_DEAL_H
#define DEAL_DEAL_H

#include "catalogue/document.h"
#include "deal/messages.h"
#include "deal/snapshot.h"
#include "store/document_store.h"
#include "store/record_store.h"

/* A value taken over from a linked document, to be remembered when the document is stored. */
struct taken_value {
    struct field_source source;
    struct taken_value *next;
};

/* A document as this call leaves it, for what is told of it at the end. */
struct kept_document {
    struct document *document;
    int64_t as_of; /* store_document_writes */
    struct kept_document *next;
};

struct market_cache; /* market.c */
struct decision_log; /* decisions.h */

struct deal {
    struct env *env;
    struct region region; /* of this call: freed when it ends */
    struct connection *connection;
    const struct deal_snapshot *snapshot;
    struct snapshot_cache *cache; /* for what is pinned; NULL: see snapshot_cache_get */
    struct market_cache *market;  /* comparables, built once a day and market version */
    int employee;                 /* index in snapshot->org; -1: the system */
    int64_t person;               /* id; 0: the system */
    int64_t acting;               /* id of the substitute who acts for the person; 0: he himself */
    bool on_behalf;               /* rules are asked for the person alone: hidden fields stay out of what they see */
    int64_t now_ms;
    struct decision_log *decisions;                      /* of this call; NULL: it only tries, and nothing is logged */
    struct taken_value *taken;                           /* by links_follow, until links_remember */
    struct kept_document *kept, *kept_last, *kept_found; /* found: the last that was looked for */
};

/* A verdict being made: the outcome, and sentences with their ids and data. Becomes a dealer_decision. */
enum verdict_outcome { VERDICT_YES, VERDICT_NO, VERDICT_REFERRED, VERDICT_FAILED };
struct verdict {
    enum verdict_outcome outcome;
    struct json *json;
    json_value *root; /* {"outcome", "reasons": [{"id","en","zh"}], more ...} */
};
dealer_status verdict_start(struct deal *deal, struct verdict *verdict);
void verdict_finish(struct verdict *verdict);
/* One reason: the message rendered with name, value pairs ended by NULL. */
dealer_status verdict_say(struct deal *deal, struct verdict *verdict, const struct message *message, ...);
/* A failed rule's error becomes the reason, and is cleared. */
dealer_status verdict_fail(struct deal *deal, struct verdict *verdict);

/* -- people and places, for texts -- */
const char *deal_person_name(const struct deal *deal, int64_t person); /* "system" for 0 */
const char *deal_company_code(const struct deal *deal, int64_t company);
int32_t deal_today(const struct deal *deal); /* days, in UTC+8: the dealer's day */
/* What a document is called in a sentence: its number, or "trade_in #12"; "trade_in ***" when the person may not read it. In the call's
 * region. */
const char *deal_title(struct deal *deal, const struct document *document);

/* -- documents -- */
/* Loads any document, without asking for permission: for gates and effects, never for what a caller sees. */
dealer_status deal_load(struct deal *deal, int64_t id, struct document **out);
/* It stands as it is stored: kept instead of freed, also when there is no memory to remember it (then it is freed). */
void deal_keep(struct deal *deal, struct document *document);
/* NULL: none, or something was written to documents since. */
const struct document *deal_kept(struct deal *deal, int64_t id);
void deal_let_go(struct deal *deal);
/* The same values under another catalogue's type of that name: fields that are gone are left behind. */
dealer_status deal_retype(struct env *env, const struct document *from, const struct catalogue_type *type, struct document **out);
/* Takes out of a copy what the person may not see. */
dealer_status deal_conceal(struct deal *deal, struct document *document);
/* What the person may read of a type, as a predicate; the system everything (scope.c). */
dealer_status deal_visible(struct deal *deal, const struct catalogue_type *type, const struct predicate **out);
/* On which documents he may see a field; FALSE: nowhere. */
dealer_status deal_field_seen(
    struct deal *deal, const struct catalogue_type *type, const struct catalogue_field *field, const struct predicate **out);
/* Narrows what a question finds to documents on which he may see the field, or all fields of a filter, so that nothing is learnt of values
 * by asking with them. A field that he may see nowhere is none. */
dealer_status deal_require_field(
    struct deal *deal, const struct catalogue_type *type, const struct catalogue_field *field, const struct predicate **visible);
dealer_status deal_require_filter(
    struct deal *deal, const struct catalogue_type *type, const struct predicate *filter, const struct predicate **visible);
/* Loads the document behind a link field; *out NULL when the link is empty. */
dealer_status deal_load_link(struct deal *deal, const struct document *document, const char *field, struct document **out);
/* The first document of a type whose text fields equal these (name, value pairs ended by NULL); *out NULL when there is none. */
dealer_status deal_find(struct deal *deal, const char *type, const char *const *pairs, struct document **out);
/* All documents of a type whose link points at `target`, oldest first; in the call's region. */
dealer_status deal_linked(struct deal *deal, const struct catalogue_type *type, const struct catalogue_field *link, int64_t target,
    struct document_ids *out);
/* Index of a field that the built-in type has for sure. */
int deal_field(const struct document *document, const char *name);
int64_t deal_integer(const struct document *document, const char *field);
const char *deal_text(const struct document *document, const char *field);
dealer_status deal_put_integer(struct deal *deal, struct document *document, const char *field, int64_t value);
dealer_status deal_put_text(struct deal *deal, struct document *document, const char *field, const char *text);
/* Stores a document that the library itself changed (+1 version); DEALER_E_LOCKED when finance has locked it. */
dealer_status deal_update(struct deal *deal, struct document *document);
/* DEALER_E_LOCKED when finance has locked the document, by itself or with its period, or anything it is linked to by itself. */
dealer_status deal_check_unlocked(struct deal *deal, const struct document *document);
/* Gives the number, once. */
dealer_status deal_give_number(struct deal *deal, struct document *document);
dealer_status deal_journal(struct deal *deal, const struct document *document, const char *kind, const char *detail_json);
/* With what the person said, as "comment", or as the name of a field whose readers may read it; NULL or "": nothing. */
dealer_status deal_journal_text(
    struct deal *deal, const struct document *document, const char *kind, const char *member, const char *said);

#endif
