/* The department tree: parents from codes, loops found, everything brought into tree order, so that a subtree is an
 * interval. Nothing here recurses over the depth of the tree. */
#include "org/loading.h"
#include "org/messages.h"
#include "org/reading.h"

#include <stdio.h>
#include <string.h>

/* Links over the entries in code order; -1 ends a chain. Children are chained in code order. */
struct links {
    int *company, *parent, *first_child, *next, *top; /* top: first top department of each company */
    int *order;                                       /* position in tree order, -1: not placed yet */
    int *last;                                        /* of the subtree, by entry */
    int placed;
};

static dealer_status links_init(struct loader *loader, struct links *links) {
    int **const arrays[] = {
        &links->company, &links->parent, &links->first_child, &links->next, &links->order, &links->last, &links->top};
    int count = loader->departments.count, companies = loader->companies.count;
    int most = (count > companies ? count : companies) + 1;
    for (size_t a = 0; a < sizeof arrays / sizeof arrays[0]; a++) {
        int *array = REGION_ARRAY(&loader->scratch, loader->env, int, most);
        if (array == NULL) return DEALER_E_NOMEM;
        for (int i = 0; i < most; i++) array[i] = -1;
        *arrays[a] = array;
    }
    links->placed = 0;
    return DEALER_OK;
}

static void read_links(struct loader *loader, struct links *links) {
    static const char *const members[] = {"code", "name", "company", "parent", "head", "deputies", NULL};
    struct roster *roster = &loader->departments;
    for (int i = 0; i < roster->count; i++) {
        const struct roster_entry *entry = &roster->entries[i];
        struct place here = {&roster->place, NULL, entry->source};
        if (!org_read_object(loader->findings, entry->json, &here, members)) continue;
        links->company[i] = roster_member(loader, &loader->companies, entry->json, &here, "company", true);
        links->parent[i] = roster_member(loader, roster, entry->json, &here, "parent", false);
    }
}

static void check_companies(struct loader *loader, const struct links *links) {
    const struct roster *roster = &loader->departments;
    for (int i = 0; i < roster->count; i++) {
        int parent = links->parent[i];
        if (parent < 0 || links->company[i] < 0 || links->company[parent] < 0) continue;
        if (links->company[i] == links->company[parent]) continue;
        struct place element = {&roster->place, NULL, roster->entries[i].source}, here = {&element, "parent", 0};
        findings_add(loader->findings, &here, &E_ORG_PARENT_COMPANY, "code", roster->entries[i].code, "company",
            loader->companies.entries[links->company[i]].code, "parent", roster->entries[parent].code, "other",
            loader->companies.entries[links->company[parent]].code, NULL);
    }
}

static void report_loop(struct loader *loader, const struct links *links, int start) {
    const struct roster *roster = &loader->departments;
    char loop[256];
    size_t used = 0;
    int at = start, shown = 0;
    do {
        int length = snprintf(loop + used, sizeof loop - used, "%.64s > ", roster->entries[at].code);
        used += (size_t)length < sizeof loop - used ? (size_t)length : sizeof loop - used - 1;
        at = links->parent[at];
    } while (at != start && ++shown < 2);
    snprintf(loop + used, sizeof loop - used, "%s%.64s", at == start ? "" : "... > ", roster->entries[start].code);
    struct place element = {&roster->place, NULL, roster->entries[start].source}, here = {&element, "parent", 0};
    findings_add(loader->findings, &here, &E_ORG_LOOP, "code", roster->entries[start].code, "loop", loop, NULL);
}

/* Each walk upwards stops at what an earlier walk has seen; meeting its own mark again is a loop. */
static dealer_status check_loops(struct loader *loader, const struct links *links) {
    int count = loader->departments.count;
    int *seen = REGION_ARRAY(&loader->scratch, loader->env, int, count + 1);
    if (seen == NULL) return DEALER_E_NOMEM;
    for (int i = 0; i < count; i++) {
        int at = i;
        while (at >= 0 && seen[at] == 0) {
            seen[at] = i + 1;
            at = links->parent[at];
        }
        if (at >= 0 && seen[at] == i + 1) report_loop(loader, links, at);
    }
    return DEALER_OK;
}

/* From the last code to the first, each put in front: chains end up in code order. */
static void chain_children(const struct loader *loader, struct links *links) {
    for (int i = loader->departments.count - 1; i >= 0; i--) {
        int *front = NULL;
        if (links->parent[i] >= 0)
            front = &links->first_child[links->parent[i]];
        else if (links->company[i] >= 0)
            front = &links->top[links->company[i]];
        if (front == NULL) continue;
        links->next[i] = *front;
        *front = i;
    }
}

static void place_subtrees(struct links *links, int top) {
    int at = top;
    while (at >= 0) {
        links->order[at] = links->placed++;
        if (links->first_child[at] >= 0) {
            at = links->first_child[at];
            continue;
        }
        while (at >= 0) { /* this subtree is complete, and so are those that end with it */
            links->last[at] = links->placed - 1;
            if (links->next[at] >= 0) break;
            at = links->parent[at];
        }
        if (at >= 0) at = links->next[at];
    }
}

/* What hangs on a loop or on nothing is placed at the end: such a configuration is refused, but the rest of it is
 * still to be checked. */
static void place_all(const struct loader *loader, struct links *links) {
    for (int c = 0; c < loader->companies.count; c++) place_subtrees(links, links->top[c]);
    for (int i = 0; i < loader->departments.count; i++) {
        if (links->order[i] < 0) links->last[i] = links->order[i] = links->placed++;
    }
}

static void fill(struct loader *loader, const struct links *links, struct roster_entry *sorted) {
    struct org *org = loader->org;
    const struct roster *roster = &loader->departments;
    for (int i = 0; i < roster->count; i++) {
        struct org_department *department = &org->departments[links->order[i]];
        department->code = roster->entries[i].code;
        department->name = roster->entries[i].name;
        department->company = links->company[i];
        department->parent = links->parent[i] >= 0 ? links->order[links->parent[i]] : -1;
        department->head = -1;
        department->order = links->order[i];
        department->last = links->last[i];
        org->department_codes[i] = links->order[i]; /* the roster stands in code order, until now */
        sorted[links->order[i]] = roster->entries[i];
    }
}

dealer_status org_load_departments(struct loader *loader) {
    struct links links;
    struct org *org = loader->org;
    struct roster *roster = &loader->departments;
    if (roster_read(loader, "departments", &E_ORG_DEPARTMENT_UNKNOWN, roster) != DEALER_OK) return DEALER_E_NOMEM;
    if (links_init(loader, &links) != DEALER_OK) return DEALER_E_NOMEM;
    read_links(loader, &links);
    check_companies(loader, &links);
    if (check_loops(loader, &links) != DEALER_OK) return DEALER_E_NOMEM;
    chain_children(loader, &links);
    place_all(loader, &links);
    struct roster_entry *sorted = REGION_ARRAY(&loader->scratch, loader->env, struct roster_entry, roster->count + 1);
    org->departments = REGION_ARRAY(&org->region, loader->env, struct org_department, roster->count + 1);
    org->department_codes = REGION_ARRAY(&org->region, loader->env, int, roster->count + 1);
    if (sorted == NULL || org->departments == NULL || org->department_codes == NULL) return DEALER_E_NOMEM;
    fill(loader, &links, sorted);
    roster->entries = sorted;
    org->department_count = roster->count;
    return roster_index(loader, roster);
}

dealer_status org_load_heads(struct loader *loader) {
    const struct roster *roster = &loader->departments;
    for (int i = 0; i < roster->count; i++) {
        struct org_department *department = &loader->org->departments[i];
        const json_value *json = roster->entries[i].json;
        struct place here = {&roster->place, NULL, roster->entries[i].source};
        if (json_kind(json) != JSON_OBJECT) continue;
        department->head = roster_member(loader, &loader->employees, json, &here, "head", false);
        const json_value *deputies = org_read_array(loader->findings, json, &here, "deputies", false);
        struct place list = {&here, "deputies", 0};
        if (deputies == NULL) continue;
        dealer_status status =
            roster_list(loader, &loader->employees, deputies, &list, &department->deputies, &department->deputy_count);
        if (status != DEALER_OK) return status;
    }
    return DEALER_OK;
}
