/* A document in memory: one value per field of its type. Pure values: no store behind it. */
#ifndef CATALOGUE_DOCUMENT_H
#define CATALOGUE_DOCUMENT_H

#include "base/json.h"
#include "base/money.h"
#include "catalogue/catalogue.h"

/* Two registers wide: a page of a list is thousands of them. */
struct value {
    enum { VALUE_NONE, VALUE_INTEGER, VALUE_TEXT } kind;
    uint32_t length; /* of a text */
    union {
        int64_t integer;
        const char *text; /* in the document's region */
    };
};
static inline struct value value_of_integer(int64_t integer) {
    return (struct value){.kind = VALUE_INTEGER, .integer = integer};
}
/* A text longer than any field may be keeps being that. */
static inline struct value value_of_text(const char *text, size_t length) {
    return (struct value){.kind = VALUE_TEXT, .length = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length, .text = text};
}

/* Statuses, as text codes in COMMON_STATUS. */
#define STATUS_DRAFT       "draft"
#define STATUS_IN_APPROVAL "in_approval"
#define STATUS_APPROVED    "approved"
#define STATUS_REJECTED    "rejected"
#define STATUS_VOIDED      "voided"

struct document {
    struct region region; /* its own */
    const struct catalogue_type *type;
    struct value *values; /* type->field_count of them */
    struct value *stored; /* the same as the store has them (set by its reads and writes of one document); NULL: unknown */
    bool participant;     /* the asker took part in its approval (set by the store's read) */
    /* What COMMON_LOCKED is made of (set by the store's read): a lock of its own, and what was done to its period. */
    bool locked_itself;
    enum period_state { PERIOD_OPEN, PERIOD_HELD, PERIOD_CLOSED } period_state;
    const uint64_t *hidden; /* fields that the asker may not see: bit i of word i / 64; in the region; NULL: none */
};

/* May the asker not see this field? */
static inline bool document_hides(const struct document *document, int field) {
    return document->hidden != NULL && (document->hidden[field / 64] >> (field % 64) & 1) != 0;
}
/* Marks fields as hidden (a copy of the set; NULL: none). Their values stay until they are concealed. */
dealer_status document_hide(struct env *env, struct document *document, const uint64_t *hidden);
/* Takes the values of hidden fields out, before the document leaves the house. */
void document_conceal(struct document *document);

dealer_status document_new(struct env *env, const struct catalogue_type *type, struct document **out);
/* One of many that were read together: it lies in their region, to be freed before it; what is put into it later lies apart. */
dealer_status document_new_in(struct env *env, struct region *region, const struct catalogue_type *type, struct document **out);
void document_free(struct document *document);
dealer_status document_copy(struct env *env, const struct document *from, struct document **out);

int64_t document_integer(const struct document *document, int field);  /* 0 when none */
const char *document_text(const struct document *document, int field); /* NULL when none */
bool document_has(const struct document *document, int field);
#define document_id(d) document_integer((d), COMMON_ID)
bool document_status_is(const struct document *document, const char *status);
bool value_equal(const struct value *a, const struct value *b);
/* Is it other than what is stored, or is that unknown? */
bool document_differs(const struct document *document, int field);
/* What it holds now is stored. */
dealer_status document_settle(struct env *env, struct document *document);
/* Money of a field in the document's currency; 0 when none. */
struct money document_money(const struct document *document, const struct catalogue_field *field);

/* The month a document belongs to, YYYY-MM: that of its business date (the type's dated_by), else of the dealer's day (UTC+8) on which
 * it was entered. */
enum { PERIOD_SIZE = 8 };
void document_period(const struct document *document, int64_t created_ms, char out[PERIOD_SIZE]);
extern const char *const period_state_names[3]; /* "open", "held", "closed" */

/* Unchecked setters for the library itself (computed values, values from the store). */
dealer_status document_put_integer(struct env *env, struct document *document, int field, int64_t value);
dealer_status document_put_text(struct env *env, struct document *document, int field, const char *text, size_t length);
void document_clear(struct document *document, int field);

/* Checked setters, for a host: kind, range, UTF-8, choice, date exists, line shape; computed fields refused.
 * Errors name type, field, value and what would be right. */
dealer_status document_set_integer(struct env *env, struct document *document, const struct catalogue_field *field, int64_t value);
dealer_status document_set_text(
    struct env *env, struct document *document, const struct catalogue_field *field, const char *text, size_t length);
/* The currency must be the document's (set by the first money when it has none). */
dealer_status document_set_money(
    struct env *env, struct document *document, const struct catalogue_field *field, struct money value);
/* From a JSON value: null clears; money is {"amount_minor","currency"} or text "1234.50"; lines an array. */
dealer_status document_set_json(
    struct env *env, struct document *document, const struct catalogue_field *field, const json_value *value);
/* All members of an object, checked before any is set. */
dealer_status document_merge_json(struct env *env, struct document *document, const json_value *object);

/* What is missing for submission: E_FIELD_REQUIRED lists every required field without a value. */
dealer_status document_check_complete(struct env *env, const struct document *document);

/* {"type": ..., fields with a value}: money {"amount_minor","currency"}, booleans, lines as arrays; ids as integers. */
json_value *document_to_json(const struct document *document, struct json *json);
json_value *document_value_to_json(const struct document *document, const struct catalogue_field *field, struct json *json);

#endif
