/* Private to permission/: grants compiled to terms, and the one way in which a person's terms are gone through. Checks,
 * list filters and explanations all take their reaches from reach_next, so that they cannot disagree about who holds
 * what. Everything is sorted out at compile time: per post and function a run of terms. */
#ifndef PERMISSION_TERMS_H
#define PERMISSION_TERMS_H

#include "permission/permission.h"

struct interval {
    int32_t low, high;
}; /* of tree order, both ends included */

/* One grant, for one function. */
struct term {
    enum scope_kind scope;
    int grant;                        /* index in the post */
    const struct interval *intervals; /* listed departments, merged and ascending */
    int interval_count;
    const struct predicate *condition; /* NULL: none */
};

struct permissions {
    struct region region;
    const struct org *org;
    const struct catalogue *catalogue;
    int function_count; /* types x actions */
    const struct term *terms;
    const uint32_t *start; /* terms[start[i] .. start[i + 1]) where i = post * function_count + function */
};

/* What one term means for one holding: which documents it reaches. */
struct reach {
    enum reach_kind { REACH_NOTHING, REACH_ALL, REACH_OWN, REACH_COMPANY, REACH_DEPARTMENT, REACH_INTERVALS } kind;
    int64_t owner, company, department; /* ids, as the kind needs */
    struct interval below;              /* of the holding's department */
    const struct interval *intervals;   /* ascending; NULL: below */
    int interval_count;
    const struct predicate *condition; /* NULL: none */
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
    int32_t order;                      /* of the department; -1: not in the tree */
};
struct facts facts_of(const struct permissions *permissions, const struct document *document);
bool reach_covers(const struct reach *reach, const struct facts *facts); /* without its condition */
bool reach_holds(
    const struct permissions *permissions, const struct reach *reach, const struct facts *facts, const struct document *document);
/* Does any reach in force hold? The check itself; here, so that the compiler makes one loop of it. */
bool reach_any(
    const struct permissions *permissions, int employee, struct function function, const struct document *document, int64_t now_ms);
/* The same as a predicate; NULL: no memory. */
const struct predicate *reach_predicate(
    struct env *env, struct region *region, const struct catalogue_type *type, const struct reach *reach);

#endif
