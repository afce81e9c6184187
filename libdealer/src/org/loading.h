/* Private to org/: what the files that load a configuration share. A loader lives for one org_load; every fault is a
 * finding and reading goes on, so indices may be -1 until the whole is known to be sound. */
#ifndef ORG_LOADING_H
#define ORG_LOADING_H

#include "org/findings.h"
#include "org/org.h"

struct roster_entry {
    const json_value *json;
    const char *code, *name; /* in the organisation's region; "" when wrong */
    int source;              /* position in the configuration */
};

/* All entries of one noun, in the order of the organisation's array. */
struct roster {
    struct place place; /* "departments" */
    struct roster_entry *entries;
    int count;
    struct text_map index; /* code -> index */
    const struct message *unknown;
};

struct loader {
    struct env *env;
    struct org *org;
    struct findings *findings;
    struct region scratch;
    const json_value *configuration;
    json_value *conditions; /* array in org->source */
    int temporary_capacity; /* of org->posts, behind the posts */
    struct roster companies, departments, posts, employees;
};

/* Reads codes and names of a noun's entries, sorted by code; reports doubles and codes too like each other. */
dealer_status roster_read(struct loader *loader, const char *member, const struct message *unknown, struct roster *out);
/* Code to index over the entries' present order. */
dealer_status roster_index(struct loader *loader, struct roster *roster);
/* Index of a code; -1 with a finding (and the nearest code) when there is none. */
int roster_find(struct loader *loader, const struct roster *roster, const char *code, const struct place *place);
/* The index that the member's code names; -1 when absent or wrong (reported). */
int roster_member(struct loader *loader, const struct roster *roster, const json_value *object, const struct place *place,
    const char *member, bool required);
/* An array of different codes (NULL: none) as indices in the organisation's region. */
dealer_status roster_list(struct loader *loader, const struct roster *roster, const json_value *array, const struct place *place,
    const int **out, int *count_out);

struct org *org_new(struct env *env);
/* Of all nouns alike. */
int org_count(const struct org *org, enum org_noun noun);
const char *org_code(const struct org *org, enum org_noun noun, int index);
int org_in_code_order(const struct org *org, enum org_noun noun, int position); /* the index of the position-th code */
/* By ids that are there already; E_ORG_ID when one is none, or another's too. */
dealer_status org_index_ids(struct env *env, struct region *region, struct org *org, enum org_noun noun);
void org_drop_people(struct org_people *people);
dealer_status org_list_holders(
    struct env *env, struct region *region, struct org *org); /* once posts are counted and employees known */
dealer_status org_load_companies(struct loader *loader);
dealer_status org_load_departments(struct loader *loader);
dealer_status org_load_posts(struct loader *loader);
dealer_status org_load_employees(struct loader *loader);
dealer_status org_load_substitutes(struct loader *loader); /* once employees are known */
dealer_status org_load_separation(struct loader *loader);
/* One grant; temporary: with the members of a holding beside its own. */
dealer_status org_read_grant(
    struct loader *loader, const json_value *json, const struct place *place, bool temporary, struct org_grant *grant);
/* Where and when something is held: members company, department, from, to. */
void org_read_holding_place(struct loader *loader, const json_value *json, const struct place *place,
    const struct org_employee *employee, struct org_holding *holding);
void org_read_period(struct loader *loader, const json_value *json, const struct place *place, int64_t *from_ms, int64_t *to_ms);
/* Finding when scope department is held in a company as a whole. */
void org_check_scopes(
    struct loader *loader, const struct place *place, const struct org_employee *employee, const struct org_holding *holding);
/* An array of different texts in the organisation's region. */
dealer_status org_read_texts(struct loader *loader, const json_value *object, const struct place *place, const char *member,
    const char *const **out, int *count_out);
/* The temporary grants and service roles of an employee whose holdings of posts are read. */
dealer_status org_read_personal(struct loader *loader, const json_value *json, const struct place *place, int employee);
dealer_status org_load_heads(struct loader *loader); /* of departments, once employees are known */

#endif
