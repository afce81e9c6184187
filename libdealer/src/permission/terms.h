/* Private to permission/: grants compiled to terms, and the one way in which a person's terms are gone through. Checks,
 * list filters and explanations all take their reaches from reach_next, so that they cannot disagree about who holds
 * what. Everything is sorted out at compile time: per post and function a run of terms. */
#ifndef PERMISSION_TERMS_H
#define PERMISSION_TERMS_H

#include "base/lock.h"
#include "permission/permission.h"
#include "permission/separation.h"

#include <stddef.h>

struct interval {
    int32_t low, high;
}; /* of tree order, both ends included */

/* One grant, for one function. */
struct term {
    enum scope_kind scope;
    bool deny;
    int grant;                        /* index in the post */
    const struct interval *intervals; /* listed departments or companies, merged and ascending */
    int interval_count;
    const struct predicate *condition; /* NULL: none */
};

/* What holds of a run of terms, in a few bits: the scopes of its plain grants (neither listed, conditional nor denying),
 * or that the terms themselves have to be asked. */
enum {
    PLAIN_SELF = 1,
    PLAIN_DEPARTMENT = 2,
    PLAIN_BELOW = 4,
    PLAIN_COMPANY = 8,
    PLAIN_COMPANY_BELOW = 16,
    PLAIN_GROUP = 32,
    NOT_PLAIN = 64,
    SEAT_WHOLE = 1 /* of a seat: held in the company as a whole, so that "below" is the company */
};

/* A holding as a check wants it: one cache line. Ids that are none are -1, so that nothing equals them. */
struct seat {
    int64_t from_ms, to_ms;
    int64_t company, department, owner;
    int32_t low, company_low;
    uint32_t span, company_span; /* of the intervals below: low <= order <= low + span */
    uint32_t row;                /* the post */
    uint32_t flags;              /* NOT_PLAIN: the person has more than posts; SEAT_WHOLE */
};

/* Ids to tree order, by index where the ids allow it. */
struct id_order {
    const int32_t *orders; /* by id; NULL: ask the map */
    uint64_t limit;
};

/* The fields of one type that one post does not see, or does not edit. NULL: all are free. */
struct field_sets {
    const uint64_t *hidden, *fixed;
};

/* The sites that one person is limited to in one service company. */
struct narrowing {
    int company; /* index */
    const struct predicate *sites;
};
struct narrowings {
    const struct narrowing *items;
    int count;
};

struct permissions {
    struct region region;
    const struct org *org;
    const struct catalogue *catalogue;
    struct catalogue_type configuration; /* stands for the reserved functions, with the index behind the types' */
    int function_count;                  /* types x actions, the reserved type's last */
    int row_count;                       /* posts and temporary grants */
    const struct term *terms;
    const uint32_t *start;               /* terms[start[i] .. start[i + 1]) where i = post * function_count + function */
    const uint8_t *plain;                /* by function * row_count + post */
    const struct field_sets *fields;     /* by post * type_count + type */
    const bool *has_fields;              /* by type: does any post hide or fix a field of it? */
    const struct narrowings *narrowings; /* by employee; NULL: nobody has a service role */
    int service_type;                    /* index of the type that service roles narrow; -1: none */
    const struct chain_rule *chain_rules;
    int chain_rule_count;
    struct seat_table *table; /* what people hold, whatever that grants; NULL: ids are not there yet */
    const struct seat *seats; /* these are the table's */
    const uint32_t *seat_start;
    struct id_order departments, companies;
};

/* Every holding of everybody, made once the organisation has ids, and shared by all permissions of the same people. */
struct seat_table {
    struct references references;
    struct region region;
    const struct seat *seats; /* each in a cache line of its own */
    const uint32_t *start;    /* by employee */
    struct id_order departments, companies;
};
dealer_status seats_build(struct env *env, const struct org *org, struct seat_table **out);
void seats_drop(struct seat_table *table);

/* What one term means for one holding: which documents it reaches. */
struct reach {
    enum reach_kind {
        REACH_NOTHING,
        REACH_ALL,
        REACH_OWN,
        REACH_COMPANY,
        REACH_DEPARTMENT,
        REACH_INTERVALS, /* of departments */
        REACH_COMPANIES  /* intervals of companies */
    } kind;
    bool deny;
    int64_t owner, company, department; /* ids, as the kind needs */
    struct interval below;              /* of the holding's department */
    const struct interval *intervals;   /* ascending; NULL: below */
    int interval_count;
    const struct predicate *condition;   /* NULL: none */
    const struct narrowings *narrowings; /* NULL: none; never of a denial */
};

/* Goes through the reaches of a person for a function; lapsed: also of holdings that are not in force. */
struct reach_cursor {
    const struct permissions *permissions;
    const struct org_employee *person;
    int function;
    int64_t now_ms;
    bool lapsed;
    int next_holding;
    const struct org_holding *holding; /* of the reach at hand */
    bool in_force;
    const struct term *term, *end; /* the term after the one at hand */
};

/* Nothing to go through when the person or the function is none. */
struct reach_cursor reach_each(
    const struct permissions *permissions, int employee, struct function function, int64_t now_ms, bool lapsed);
bool reach_next(struct reach_cursor *cursor, struct reach *out);
/* The term of the reach at hand. */
const struct term *reach_term(const struct reach_cursor *cursor);

/* Where a document belongs, as the scopes ask for it. */
struct facts {
    int64_t company, department, owner; /* ids; 0: none */
    int32_t order, company_order;       /* of department and company; -1: not in the tree */
};
struct facts facts_of(const struct permissions *permissions, const struct document *document);
bool reach_covers(const struct reach *reach, const struct facts *facts); /* without its condition */
bool reach_holds(
    const struct permissions *permissions, const struct reach *reach, const struct facts *facts, const struct document *document);
/* On one of the sites, where the person has a service role? True for every other reach. */
bool reach_on_site(
    const struct permissions *permissions, const struct reach *reach, const struct facts *facts, const struct document *document);
/* Is there a grant that holds, and none that denies? */
bool reach_any(
    const struct permissions *permissions, int employee, struct function function, const struct document *document, int64_t now_ms);
/* Does a grant in force deny it? */
bool reach_denied(
    const struct permissions *permissions, int employee, struct function function, const struct document *document, int64_t now_ms);
/* The same as a predicate; NULL: no memory. */
const struct predicate *reach_predicate(struct env *env, struct region *region, const struct permissions *permissions,
    const struct catalogue_type *type, const struct reach *reach);
struct field_sets fields_of(const struct permissions *permissions, int post, const struct catalogue_type *type);
/* "read", "apply" of configuration; -1. */
int reserved_action(const char *name);

#endif
