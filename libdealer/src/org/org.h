/* The organisation as one immutable snapshot: group, companies, departments in tree order, posts with their grants as
 * data, employees and the posts they hold. Loaded from configuration JSON (checked as a whole) and given ids by the
 * store. Answers who heads what and who holds what at an instant. Knows no documents, no SQL, no permission logic. */
#ifndef ORG_ORG_H
#define ORG_ORG_H

#include "base/json.h"
#include "base/map.h"
#include "base/region.h"

enum company_kind { COMPANY_SALES = 1, COMPANY_SERVICE = 2, COMPANY_GUARANTEE = 4 }; /* a set */

struct org_company {
    int64_t id;
    const char *code, *name;
    unsigned kinds;
    const char *currency;
    int parent;          /* index, -1: none above */
    int32_t order, last; /* tree order of companies: those below are [order, last] */
};

struct org_department {
    int64_t id;
    const char *code, *name;
    int company; /* index */
    int parent;  /* index, -1: top of its company */
    int head;    /* employee index, -1: none */
    const int *deputies;
    int deputy_count;
    int32_t order, last; /* tree order: the subtree is [order, last] */
};

enum scope_kind {
    SCOPE_SELF,
    SCOPE_DEPARTMENT,
    SCOPE_DEPARTMENT_AND_BELOW,
    SCOPE_COMPANY,
    SCOPE_COMPANY_AND_BELOW,
    SCOPE_GROUP,
    SCOPE_DEPARTMENTS,           /* exactly the listed ones */
    SCOPE_DEPARTMENTS_AND_BELOW, /* the listed ones with all below */
    SCOPE_COMPANIES,             /* likewise */
    SCOPE_COMPANIES_AND_BELOW
};

/* One grant as written: functions as text ("trade_in.read", "trade_in.*"), scope, condition JSON. Permission compiles it. */
struct org_grant {
    const char *const *functions;
    int function_count;
    enum scope_kind scope;
    const int *departments, *companies; /* indices, for the listed scopes */
    int department_count, company_count;
    bool deny;                   /* takes away, whatever else is granted */
    const json_value *condition; /* NULL; lives as long as the snapshot */
};

/* Fields of a type that a post may not see, or not edit, by name. Permission compiles it. */
struct org_field_rule {
    const char *type;
    const char *const *hidden, *const *fixed;
    int hidden_count, fixed_count;
};

struct org_post {
    int64_t id;
    const char *code, *name;
    bool disabled;
    bool temporary; /* no post, but the one grant of a temporary grant: employees[source].grants[grant] */
    const struct org_grant *grants;
    int grant_count;
    const struct org_field_rule *fields;
    int field_rule_count;
    int source, grant; /* position in the configuration, for findings about its grants */
};

struct org_holding {
    int post;               /* index */
    int company;            /* index: always set */
    int department;         /* index, -1: held in the company */
    bool at_home;           /* written without a place: it is held in the home department, wherever that moves */
    int64_t from_ms, to_ms; /* from <= now < to; from INT64_MIN, to INT64_MAX: open */
};

/* Acts for the employee: from <= now < to. */
struct org_substitute {
    int person; /* index */
    int64_t from_ms, to_ms;
};

enum quota_period { QUOTA_MONTH, QUOTA_QUARTER, QUOTA_YEAR };

/* A personal overlay on posts, in a service company: where, and how much. */
struct org_service_role {
    int company; /* index */
    const char *const *sites;
    int site_count;
    const char *warehouse; /* where old parts go back to; NULL: not said */
    bool has_quota;
    int64_t quota_minor; /* in the company's currency, for each period */
    enum quota_period period;
};

struct org_employee {
    int64_t id;
    const char *code, *name;
    int department; /* home, index */
    bool disabled;
    const struct org_holding *holdings; /* of posts, then those of temporary grants */
    int holding_count;
    const struct org_substitute *substitutes;
    int substitute_count;
    const struct org_service_role *service_roles;
    int service_role_count;
    int source; /* position in the configuration */
};

/* Nobody may hold two of these posts at once, also not as somebody's substitute. */
struct org_separation {
    const int *posts;
    int post_count;
};

/* "department_and_below" */
const char *scope_name(enum scope_kind scope);
const char *quota_period_name(enum quota_period period);

struct org {
    struct region region;
    struct org_people *people; /* what other snapshots share with this one (org/pack.h); NULL: all lies in the region */
    struct json *source;       /* keeps condition values alive, and the members that other floors read */
    const char *group_code, *group_name;
    struct org_company *companies;
    int company_count;  /* in code order, as posts and employees */
    int *company_order; /* companies in tree order: indices */
    struct org_department *departments;
    int department_count; /* in tree order: departments[i].order == i */
    struct org_post *posts;
    int post_count, post_total; /* behind the posts stand those of temporary grants */
    struct org_employee *employees;
    int employee_count;
    struct org_separation *separations;
    int separation_count;
    int *department_codes; /* departments in code order: indices; companies, posts and employees stand in it */
    struct id_map company_ids, department_ids, post_ids, employee_ids;
    int *holders;
    int *holder_start; /* employees that hold post p (ever): holders[holder_start[p] .. holder_start[p+1]) */
};

/* Checks the whole: unknown members, duplicate codes, dangling references, loops in the tree, a head from nowhere, dates,
 * scopes. Every finding is reported in `findings` (array of {"path","id","en","zh"}), not only the first; with any, the
 * call answers DEALER_E_CONFIGURATION (error: the first one, and how many). Ids are 0 until org_assign_ids. */
dealer_status org_load(
    struct env *env, const json_value *configuration, json_value *findings, struct json *findings_json, struct org **out);
void org_free(struct org *org);
/* The configuration back as JSON, in the order of the organisation (with "types", "fields", "reviews", "messages" as they
 * were): loading it gives the same organisation, and writing that the same bytes. */
json_value *org_to_json(const struct org *org, struct json *json);
/* Store gives ids by code: fills id maps. lookup returns the id of a code of that kind. */
enum org_noun { ORG_COMPANY, ORG_DEPARTMENT, ORG_POST, ORG_EMPLOYEE };
dealer_status org_assign_ids(struct env *env, struct org *org,
    dealer_status (*identify)(void *user_data, enum org_noun noun, const char *code, int64_t *id_out), void *user_data);

int org_company_by_code(const struct org *org, const char *code); /* index or -1, as all these */
int org_department_by_code(const struct org *org, const char *code);
int org_post_by_code(const struct org *org, const char *code);
int org_employee_by_code(const struct org *org, const char *code);
int org_company_by_id(const struct org *org, int64_t id);
int org_department_by_id(const struct org *org, int64_t id);
int org_post_by_id(const struct org *org, int64_t id);
int org_employee_by_id(const struct org *org, int64_t id);

bool org_holding_in_force(const struct org *org, const struct org_employee *employee, const struct org_holding *holding,
    int64_t now_ms); /* also: person and post not disabled */
/* A temporary grant is no post. */
bool org_has_post_in_force(const struct org *org, int employee, int64_t now_ms);
/* Does `substitute` act for this employee now? */
bool org_substitutes(const struct org *org, int substitute, int employee, int64_t now_ms);
/* The service role of an employee in a company; NULL: none. */
const struct org_service_role *org_service_role(const struct org *org, int employee, int company);
/* Who holds a post at now: department -1: anywhere within the company, in any of its departments too (company -1: anywhere
 * in the group); else held exactly in that department, and with `or_above`, when nobody is, in the nearest department
 * upwards that has somebody, then in the department's company as a whole. Employee indices in code order into out
 * (capacity); returns how many there are. */
struct org_place {
    int post, company, department;
    bool or_above;
};
int org_holders(const struct org *org, const struct org_place *place, int64_t now_ms, int *out, int capacity);
/* Head of a department; without one (or a disabled one), -1. level 1 is the department's own, 2 the next above ... */
int org_head(const struct org *org, int department, int level);
/* The nearest head from this department upwards who is not `except` (-1: anyone). */
int org_nearest_head(const struct org *org, int department, int except);
#endif
