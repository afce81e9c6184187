/* A small random world, and what permission means in it, said a second time: slowly, by walking, without tree order,
 * compiled terms or predicates. Knows nothing of how libdealer does it; shares only the words of the configuration. */
#ifndef SUPPORT_PERMISSION_MODEL_H
#define SUPPORT_PERMISSION_MODEL_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MODEL_COMPANIES = 3,
    MODEL_DEPARTMENTS = 8,
    MODEL_POSTS = 4,
    MODEL_GRANTS = 3,
    MODEL_EMPLOYEES = 4,
    MODEL_HOLDINGS = 3,
    MODEL_DOCUMENTS = 12,
    MODEL_TYPES = 3,   /* visit, trade_in, machine */
    MODEL_ACTIONS = 9, /* as the catalogue's */
    MODEL_CONDITIONS = 5
};

enum model_scope {
    MODEL_SELF,
    MODEL_DEPARTMENT,
    MODEL_BELOW,
    MODEL_COMPANY,
    MODEL_COMPANY_BELOW,
    MODEL_GROUP,
    MODEL_LISTED,
    MODEL_LISTED_BELOW,
    MODEL_COMPANIES_LISTED,
    MODEL_COMPANIES_LISTED_BELOW,
    MODEL_SCOPES
};

struct model_grant {
    int type, action; /* -1: all */
    enum model_scope scope;
    bool listed[MODEL_DEPARTMENTS], companies[MODEL_COMPANIES];
    int condition; /* 0: none */
    bool deny;
    bool removed; /* left out of the configuration */
};
struct model_post {
    bool disabled;
    bool hides; /* the hours of a trade-in */
    int grant_count;
    struct model_grant grants[MODEL_GRANTS];
};
struct model_holding {
    int post;
    int company, department; /* department -1: in the company; both -1: at home */
    int64_t from_ms, to_ms;
};
struct model_employee {
    int department;
    bool disabled;
    int holding_count;
    struct model_holding holdings[MODEL_HOLDINGS];
};
struct model_document {
    int type;
    int company, department, owner; /* -1: none */
    int hours;                      /* -1: none */
    bool approved, participant;
};
struct model {
    int company_count, department_count, post_count, employee_count, document_count;
    int company_parent[MODEL_COMPANIES];
    int department_company[MODEL_DEPARTMENTS], department_parent[MODEL_DEPARTMENTS];
    struct model_post posts[MODEL_POSTS];
    struct model_employee employees[MODEL_EMPLOYEES];
    struct model_document documents[MODEL_DOCUMENTS];
};

extern const char *const model_types[MODEL_TYPES];
extern const char *const model_actions[MODEL_ACTIONS];

/* The same seed gives the same world. */
void model_make(struct model *model, uint64_t seed);
uint64_t model_random(uint64_t *state); /* splitmix64 */
/* As configuration JSON; reversed: every list the other way round. Codes are c0, d0, p0, e0 ... */
void model_write(const struct model *model, bool reversed, struct text *out);
/* An instant at which something begins or ends, or lies just beside it. */
int64_t model_instant(uint64_t *state);

bool model_allows(
    const struct model *model, int employee, int type, int action, const struct model_document *document, int64_t now_ms);
/* Are the hours of a trade-in hidden from whoever may read it? */
bool model_hides(const struct model *model, int employee, const struct model_document *document, int64_t now_ms);
/* Without conditions and participants. */
bool model_may_create(const struct model *model, int employee, int type, int company, int department, int64_t now_ms);

#endif
