/* Private to permission/: what the files that compile a configuration share. */
#ifndef PERMISSION_COMPILING_H
#define PERMISSION_COMPILING_H

#include "org/findings.h"
#include "permission/terms.h"

/* One grant being compiled. */
struct draft {
    const struct org_post *post;
    const struct org_grant *grant;
    int index;                           /* in the post */
    uint16_t *actions;                   /* by type: a set of actions; the reserved type's last */
    const struct predicate **conditions; /* by type; NULL without a condition */
    const struct interval *intervals;
    int interval_count;
};

struct compiler {
    struct env *env;
    struct permissions *permissions;
    struct findings findings;
    struct region scratch;
    const struct catalogue_type *last_type; /* that a grant named: the next one mostly names it, too */
    struct draft *drafts;                   /* of all posts, in their order */
    int draft_count;
    uint32_t *start;
    struct term *terms;
};

/* The place of a post's or a temporary grant's grant in the configuration; the links of the chain are the caller's. */
struct grant_place {
    struct place nouns, noun, list, here;
};
const struct place *grant_place(const struct org_post *post, int index, struct grant_place *out);

/* Finding: no type has this name (with the nearest). */
void compile_report_type(struct compiler *compiler, const struct place *place, const char *name);
dealer_status compile_fields(struct compiler *compiler);  /* hidden and fixed fields of posts */
dealer_status compile_service(struct compiler *compiler); /* service roles: findings, and the sites as predicates */
dealer_status compile_chain(struct compiler *compiler);   /* separation along a chain of documents */

#endif
