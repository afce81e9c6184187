#include "permissions/group.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct group group;
const char *const function_types[3] = {"trade_in", "sales", "contract"};
const char *const function_actions[10] = {
    "create", "read", "edit", "submit", "delete", "void", "review", "lock", "administer", "enter"};
static const char *const scopes[SCOPES] = {"self", "department", "department_and_below", "company", "group"};

static uint64_t state = 42;

uint32_t draw(uint32_t below) {
    uint64_t z = state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return (uint32_t)((z ^ z >> 31) % below);
}

/* -- trees -- */

/* A department, four below it, fifteen below those. */
static void make_trees(void) {
    group.company_count = 20;
    group.department_count = 400;
    for (int d = 0; d < group.department_count; d++) {
        int within = d % 20, base = d - within;
        group.company[d] = d / 20;
        group.parent[d] = within == 0 ? -1 : within < 5 ? base : base + 1 + (within - 5) % 4;
    }
}

struct row {
    long id;
    int department;
};
static struct row rows[DEPARTMENTS_MOST];

static int by_id(const void *a, const void *b) {
    long left = ((const struct row *)a)->id, right = ((const struct row *)b)->id;
    return (left > right) - (left < right);
}

/* Rows stand behind those that they are below. */
static void read_trees(const char *file) {
    char line[512];
    long id, parent;
    int level, count = 0;
    FILE *in = fopen(file, "r");
    if (in == NULL || fgets(line, sizeof line, in) == NULL) {
        fprintf(stderr, "cannot read %s\n", file);
        exit(1);
    }
    static long parents[DEPARTMENTS_MOST];
    while (count < DEPARTMENTS_MOST && fgets(line, sizeof line, in) != NULL) {
        if (sscanf(line, "%ld,%ld,%d", &id, &parent, &level) != 3) continue; /* the root has no parent: it is the group */
        group.company[count] = level == 1 ? group.company_count++ : -1;
        parents[count] = level == 1 ? -1 : parent;
        rows[count] = (struct row){id, count};
        count++;
    }
    fclose(in);
    group.department_count = count;
    qsort(rows, (size_t)count, sizeof *rows, by_id);
    for (int d = 0; d < count; d++) {
        struct row wanted = {parents[d], 0};
        const struct row *found = parents[d] < 0 ? NULL : bsearch(&wanted, rows, (size_t)count, sizeof *rows, by_id);
        group.parent[d] = found != NULL ? found->department : -1;
        if (found != NULL) group.company[d] = group.company[found->department];
    }
}

static int first_child[DEPARTMENTS_MOST], next_sibling[DEPARTMENTS_MOST], placed;

static void order_department(int d) {
    group.order[d] = placed++;
    for (int child = first_child[d]; child >= 0; child = next_sibling[child]) order_department(child);
    group.last[d] = placed - 1;
}

static void order_trees(void) {
    for (int d = 0; d < group.department_count; d++) first_child[d] = next_sibling[d] = -1;
    for (int d = group.department_count - 1; d >= 0; d--) {
        if (group.parent[d] < 0) continue;
        next_sibling[d] = first_child[group.parent[d]];
        first_child[group.parent[d]] = d;
    }
    for (int d = 0; d < group.department_count; d++) {
        if (group.parent[d] < 0) order_department(d);
    }
}

void make_group(const char *file) {
    if (file != NULL)
        read_trees(file);
    else
        make_trees();
    order_trees();
    for (int p = 0; p < POSTS; p++) {
        for (int f = 0; f < FUNCTIONS; f++) group.scope[p][f] = (int)draw(100) < 20 ? -1 : (int)draw(SCOPES);
    }
    for (int e = 0; e < EMPLOYEES; e++) {
        group.home[e] = (int)draw((uint32_t)group.department_count);
        group.holding_count[e] = 1 + (int)draw(HOLDINGS);
        for (int h = 0; h < group.holding_count[e]; h++) group.post[e][h] = (int)draw(POSTS);
    }
}

/* -- as configuration -- */

static char *text;
static size_t used, size;

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add(const char *format, ...) {
    va_list list;
    if (used + 4096 > size) text = realloc(text, size = size * 2 + 65536);
    if (text == NULL) abort();
    va_start(list, format);
    used += (size_t)vsnprintf(text + used, size - used, format, list);
    va_end(list);
}

static void add_places(void) {
    add("{\"group\":{\"code\":\"G\",\"name\":\"group\"},\"companies\":[");
    for (int c = 0; c < group.company_count; c++)
        add("%s{\"code\":\"c%d\",\"name\":\"company %d\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}", c ? "," : "", c, c);
    add("],\"departments\":[");
    for (int d = 0; d < group.department_count; d++) {
        add("%s{\"code\":\"d%d\",\"name\":\"department %d\",\"company\":\"c%d\"", d ? "," : "", d, d, group.company[d]);
        if (group.parent[d] >= 0) add(",\"parent\":\"d%d\"", group.parent[d]);
        add("}");
    }
    add("],");
}

static void add_post(int p) {
    bool first = true;
    add("%s{\"code\":\"p%d\",\"name\":\"post %d\",\"grants\":[", p ? "," : "", p, p);
    for (int f = 0; f < FUNCTIONS; f++) {
        if (group.scope[p][f] < 0) continue;
        add("%s{\"functions\":[\"%s.%s\"],\"scope\":\"%s\"}", first ? "" : ",", function_types[f / 10], function_actions[f % 10],
            scopes[group.scope[p][f]]);
        first = false;
    }
    add("]}");
}

static void add_posts(bool all_may) {
    add("\"posts\":[");
    if (all_may) add("{\"code\":\"maker\",\"name\":\"maker\",\"grants\":[{\"functions\":[\"*.*\"],\"scope\":\"group\"}]}");
    for (int p = 0; p < POSTS && !all_may; p++) add_post(p);
    add("],");
}

static void add_employee(int e, enum configured how) {
    static const char dates[] = ",\"from\":\"2020-01-01\",\"to\":\"2099-01-01\"";
    bool all_may = how == CONFIGURED_ALL_MAY;
    add("%s{\"code\":\"e%d\",\"name\":\"employee %d\",\"department\":\"d%d\",\"posts\":[", e ? "," : "", e, e, group.home[e]);
    if (all_may) add("{\"post\":\"maker\"}");
    for (int h = 0; h < group.holding_count[e] && !all_may; h++)
        add("%s{\"post\":\"p%d\"%s}", h ? "," : "", group.post[e][h], how == CONFIGURED_WITH_DATES ? dates : "");
    add("]}");
}

const char *configuration(enum configured how, size_t *length_out) {
    used = 0;
    add_places();
    add_posts(how == CONFIGURED_ALL_MAY);
    add("\"employees\":[");
    for (int e = 0; e < EMPLOYEES; e++) add_employee(e, how);
    add("]}");
    *length_out = used;
    return text;
}
