/* The group that permission is measured on, as numbers and as configuration: companies with trees of departments, employees with posts
 * in them, posts with functions. Either made up (20 companies, 400 departments) or of a real tree. */
#ifndef BENCH_PERMISSION_GROUP_H
#define BENCH_PERMISSION_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DEPARTMENTS_MOST = 1 << 16, EMPLOYEES = 10000, POSTS = 200, FUNCTIONS = 30, HOLDINGS = 3, SCOPES = 5 };

struct group {
    int company_count, department_count;
    int company[DEPARTMENTS_MOST], parent[DEPARTMENTS_MOST]; /* of a department; parent -1: none above */
    int order[DEPARTMENTS_MOST], last[DEPARTMENTS_MOST];
    int scope[POSTS][FUNCTIONS]; /* -1: not granted */
    int home[EMPLOYEES], holding_count[EMPLOYEES], post[EMPLOYEES][HOLDINGS];
};
extern struct group group;
extern const char *const function_types[3], *const function_actions[10]; /* function f: type f / 10, action f % 10 */

/* Below `below`; the same ones in every run. */
uint32_t draw(uint32_t below);
/* file NULL: 20 companies, each with a tree of 20 departments. Else a table of divisions, id,parent_id,level,name: those of level 1 are
 * companies and their top departments, those below are departments. */
void make_group(const char *file);

enum configured { CONFIGURED_AS_IS, CONFIGURED_WITH_DATES, CONFIGURED_ALL_MAY };
/* The text is the group's, until the next call. */
const char *configuration(enum configured how, size_t *length_out);

#endif
