/* The catalogue: every document type and field, declared once as JSON (catalogue.json for the built-in ones, the
 * configuration for a dealer's own, the same loader for both). Validation, accessors, SQL columns, what rules see,
 * filters, binding constants and the reference docs come from here. Immutable once loaded. Knows no SQL, no Lua. */
#ifndef CATALOGUE_CATALOGUE_H
#define CATALOGUE_CATALOGUE_H

#include "base/json.h"
#include "base/lock.h"
#include "base/map.h"
#include "base/region.h"

enum field_kind {
    FIELD_TEXT,       /* UTF-8, at most `max` bytes */
    FIELD_INTEGER,    /* min .. max */
    FIELD_MONEY,      /* minor units of the document's currency, min .. max */
    FIELD_PERCENT,    /* basis points: 1 % = 100 */
    FIELD_BOOLEAN,    /* 0, 1 */
    FIELD_DATE,       /* text YYYY-MM-DD */
    FIELD_INSTANT,    /* UTC milliseconds */
    FIELD_CHOICE,     /* text: the code of one of `choices` */
    FIELD_DOCUMENT,   /* id of a document of type `target` */
    FIELD_EMPLOYEE,   /* id of an employee */
    FIELD_DEPARTMENT, /* id of a department */
    FIELD_COMPANY,    /* id of a company */
    FIELD_LINES       /* text: canonical JSON array of objects whose members are `lines` */
};

struct label {
    const char *en, *zh;
};

struct choice {
    const char *code;
    struct label label;
};

struct catalogue_field {
    const char *name;
    struct label label;
    enum field_kind kind;
    int index;          /* in document.values */
    int64_t min, max;   /* of numbers; max is bytes for text, lines for FIELD_LINES */
    bool required;      /* to submit (drafts may lack it) */
    bool computed;      /* set by the library alone; a host's value is refused */
    bool own;           /* declared by the dealer, not built in */
    bool on_way;        /* may be edited while in approval by whoever holds an open task */
    bool material;      /* an approval covers it: amending it voids those that did */
    bool month;         /* text that must be an existing month YYYY-MM */
    const char *unit;   /* "hours", "km"; NULL */
    const char *target; /* FIELD_DOCUMENT: type name */
    const struct choice *choices;
    int choice_count;
    const struct catalogue_field *lines;
    int line_count;                     /* members of FIELD_LINES */
    const char *copy_link, *copy_field; /* copied from the document behind link field copy_link; NULL */
};

enum document_action {
    ACTION_CREATE,
    ACTION_READ,
    ACTION_EDIT,
    ACTION_SUBMIT,
    ACTION_DELETE,
    ACTION_VOID,
    ACTION_REVIEW,         /* the function's own review */
    ACTION_FINANCE_REVIEW, /* finance's review */
    ACTION_LOCK,
    ACTION_ADMINISTER, /* override, terminate, hand over */
    ACTION_ENTER,      /* enter directly, without application and approval */
    ACTION_CONFIRM,    /* confirm and un-confirm: money counts */
    ACTION_COUNT
};

/* "trade_in.submit", for catalogue_action. */
struct function_text {
    uint8_t length; /* 0: longer than there is room for */
    char text[39];
};

struct catalogue_type {
    const char *name;
    size_t name_length;
    const struct function_text *functions; /* by action */
    struct label label;
    int index;
    const char *prefix; /* of numbers: "TI" */
    bool record;        /* a record (customer, machine), not a request: active at once, no approval */
    bool own;           /* a dealer's own type */
    bool no_approval;   /* submitting makes it effective at once */
    int dated_by;       /* the field with the business date; -1: the day it was entered */
    const struct catalogue_field *fields;
    int field_count; /* the common ones first: enum common_field */
    struct text_map field_index;
};

/* The fields that every document has, at these indices of every type. */
enum common_field {
    COMMON_ID,
    COMMON_NUMBER,
    COMMON_COMPANY,
    COMMON_DEPARTMENT,
    COMMON_OWNER,
    COMMON_CUSTOMER,
    COMMON_STATUS,
    COMMON_VERSION,
    COMMON_CURRENCY,
    COMMON_CREATED,
    COMMON_UPDATED,
    COMMON_LOCKED,
    COMMON_REVIEW,      /* its way of review, from its first submission on */
    COMMON_VOID_REVIEW, /* the way in which a wish to void it is reviewed, while it is */
    COMMON_PERIOD,      /* the month it belongs to, YYYY-MM: see document_period */
    COMMON_VOID_REASON,
    COMMON_COUNT
};

struct catalogue {
    struct references references;
    struct region region;
    const struct catalogue_type *types;
    int type_count;
    struct text_map type_index;
};

/* The built-in types, then those of `own` (a JSON object {"types": [...], "fields": {type: [...]}} or NULL).
 * DEALER_E_CONFIGURATION names the JSON path, what was expected and what was found. */
dealer_status catalogue_load(struct env *env, const json_value *own, struct catalogue **out);
struct catalogue *catalogue_take(struct catalogue *catalogue); /* freed as often as it was loaded and taken */
void catalogue_free(struct catalogue *catalogue);
const struct catalogue_type *catalogue_type(const struct catalogue *catalogue, const char *name); /* NULL */
/* E_TYPE_UNKNOWN with "did you mean". */
dealer_status catalogue_find_type(
    struct env *env, const struct catalogue *catalogue, const char *name, const struct catalogue_type **out);
const struct catalogue_field *catalogue_field(const struct catalogue_type *type, const char *name); /* NULL */
dealer_status catalogue_find_field(
    struct env *env, const struct catalogue_type *type, const char *name, const struct catalogue_field **out);
/* As if the type had no such field: for one that the asker may not know of. */
dealer_status catalogue_raise_field(struct env *env, const struct catalogue_type *type, const char *name);
const char *field_kind_name(enum field_kind kind);
bool field_kind_is_text(enum field_kind kind); /* held as text (else as integer) */
const char *action_name(enum document_action action);
int action_of(const char *name); /* -1 */
/* The action of which a text says that it is done to this type: "trade_in.submit". -1: no such text, or a long one, which is to be
 * taken apart instead. */
int catalogue_action(const struct catalogue_type *type, const char *text);
/* The whole catalogue as JSON, for bindings, docs and editors. */
json_value *catalogue_to_json(const struct catalogue *catalogue, struct json *json);

#endif
