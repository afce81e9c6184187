/* Questions to a snapshot: by code, by id, who holds what at an instant, who heads what. Never allocates but for ids. */
#include "org/org.h"

#include "org/loading.h"
#include "org/messages.h"

#include <string.h>

/* ---- nouns ---- */

int org_count(const struct org *org, enum org_noun noun) {
    switch (noun) {
    case ORG_COMPANY: return org->company_count;
    case ORG_DEPARTMENT: return org->department_count;
    case ORG_POST: return org->post_count;
    case ORG_EMPLOYEE: return org->employee_count;
    }
    return 0;
}

const char *org_code(const struct org *org, enum org_noun noun, int index) {
    switch (noun) {
    case ORG_COMPANY: return org->companies[index].code;
    case ORG_DEPARTMENT: return org->departments[index].code;
    case ORG_POST: return org->posts[index].code;
    case ORG_EMPLOYEE: return org->employees[index].code;
    }
    return "";
}

static int64_t *id_of(struct org *org, enum org_noun noun, int index) {
    switch (noun) {
    case ORG_COMPANY: return &org->companies[index].id;
    case ORG_DEPARTMENT: return &org->departments[index].id;
    case ORG_POST: return &org->posts[index].id;
    default: return &org->employees[index].id;
    }
}

static struct id_map *ids_of(struct org *org, enum org_noun noun) {
    switch (noun) {
    case ORG_COMPANY: return &org->company_ids;
    case ORG_DEPARTMENT: return &org->department_ids;
    case ORG_POST: return &org->post_ids;
    default: return &org->employee_ids;
    }
}

int org_in_code_order(const struct org *org, enum org_noun noun, int position) {
    return noun == ORG_DEPARTMENT ? org->department_codes[position] : position;
}

static int by_code(const struct org *org, enum org_noun noun, const char *code) {
    int low = 0, high = code != NULL ? org_count(org, noun) : 0;
    while (low < high) {
        int middle = low + (high - low) / 2, index = org_in_code_order(org, noun, middle);
        int order = strcmp(org_code(org, noun, index), code);
        if (order == 0) return index;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

/* Empty until the store has given ids. */
static int by_id(const struct id_map *map, int64_t id) {
    return map->count > 0 ? id_map_get(map, id) : -1;
}

int org_company_by_code(const struct org *org, const char *code) {
    return by_code(org, ORG_COMPANY, code);
}

int org_department_by_code(const struct org *org, const char *code) {
    return by_code(org, ORG_DEPARTMENT, code);
}

int org_post_by_code(const struct org *org, const char *code) {
    return by_code(org, ORG_POST, code);
}

int org_employee_by_code(const struct org *org, const char *code) {
    return by_code(org, ORG_EMPLOYEE, code);
}

int org_company_by_id(const struct org *org, int64_t id) {
    return by_id(&org->company_ids, id);
}

int org_department_by_id(const struct org *org, int64_t id) {
    return by_id(&org->department_ids, id);
}

int org_post_by_id(const struct org *org, int64_t id) {
    return by_id(&org->post_ids, id);
}

int org_employee_by_id(const struct org *org, int64_t id) {
    return by_id(&org->employee_ids, id);
}

/* ---- ids ---- */

dealer_status org_index_ids(struct env *env, struct region *region, struct org *org, enum org_noun noun) {
    struct id_map *ids = ids_of(org, noun);
    int count = org_count(org, noun);
    dealer_status status = id_map_init(ids, region, env, (size_t)count);
    for (int i = 0; status == DEALER_OK && i < count; i++) {
        int64_t id = *id_of(org, noun, i);
        if (id <= 0 || id_map_put(ids, id, i) >= 0)
            status = error_raise(&env->error, &E_ORG_ID, "code", org_code(org, noun, i), "id", NUMBER(id), NULL);
    }
    return status;
}

dealer_status org_assign_ids(struct env *env, struct org *org,
    dealer_status (*identify)(void *user_data, enum org_noun noun, const char *code, int64_t *id_out), void *user_data) {
    dealer_status status = DEALER_OK;
    for (enum org_noun noun = ORG_COMPANY; status == DEALER_OK && noun <= ORG_EMPLOYEE; noun++) {
        for (int i = 0; status == DEALER_OK && i < org_count(org, noun); i++)
            status = identify(user_data, noun, org_code(org, noun, i), id_of(org, noun, i));
        if (status == DEALER_OK) status = org_index_ids(env, &org->region, org, noun);
    }
    return status;
}

/* ---- who holds what ---- */

bool org_holding_in_force(
    const struct org *org, const struct org_employee *employee, const struct org_holding *holding, int64_t now_ms) {
    return !employee->disabled && !org->posts[holding->post].disabled && holding->from_ms <= now_ms && now_ms < holding->to_ms;
}

bool org_has_post_in_force(const struct org *org, int employee, int64_t now_ms) {
    if (employee < 0 || employee >= org->employee_count) return false;
    const struct org_employee *person = &org->employees[employee];
    for (int h = 0; h < person->holding_count; h++) {
        if (person->holdings[h].post >= org->post_count) continue;
        if (org_holding_in_force(org, person, &person->holdings[h], now_ms)) return true;
    }
    return false;
}

bool org_substitutes(const struct org *org, int substitute, int employee, int64_t now_ms) {
    if (substitute < 0 || employee < 0 || employee >= org->employee_count) return false;
    const struct org_employee *person = &org->employees[employee];
    for (int i = 0; i < person->substitute_count; i++) {
        const struct org_substitute *found = &person->substitutes[i];
        if (found->person == substitute && found->from_ms <= now_ms && now_ms < found->to_ms) return true;
    }
    return false;
}

const struct org_service_role *org_service_role(const struct org *org, int employee, int company) {
    if (employee < 0 || employee >= org->employee_count) return NULL;
    const struct org_employee *person = &org->employees[employee];
    for (int i = 0; i < person->service_role_count; i++) {
        if (person->service_roles[i].company == company) return &person->service_roles[i];
    }
    return NULL;
}

/* Where a post must be held to count. */
struct where {
    int company;    /* -1: anywhere */
    int department; /* -1: any, and in the company as a whole */
    bool whole;     /* only in the company as a whole */
};

static bool is_there(const struct org_holding *holding, const struct where *where) {
    if (where->company >= 0 && holding->company != where->company) return false;
    if (where->whole) return holding->department < 0;
    return where->department < 0 || holding->department == where->department;
}

static bool holds(const struct org *org, int employee, int post, const struct where *where, int64_t now_ms) {
    const struct org_employee *person = &org->employees[employee];
    for (int h = 0; h < person->holding_count; h++) {
        const struct org_holding *holding = &person->holdings[h];
        if (holding->post == post && is_there(holding, where) && org_holding_in_force(org, person, holding, now_ms)) return true;
    }
    return false;
}

static int collect(const struct org *org, int post, struct where where, int64_t now_ms, int *out, int capacity) {
    int count = 0;
    for (int i = org->holder_start[post]; i < org->holder_start[post + 1]; i++) {
        if (!holds(org, org->holders[i], post, &where, now_ms)) continue;
        if (count < capacity) out[count] = org->holders[i];
        count++;
    }
    return count;
}

int org_holders(const struct org *org, const struct org_place *place, int64_t now_ms, int *out, int capacity) {
    int post = place->post, company = place->company, department = place->department;
    bool or_above = place->or_above;
    if (post < 0 || post >= org->post_count) return 0;
    if (department < 0) return collect(org, post, (struct where){company, -1, false}, now_ms, out, capacity);
    company = org->departments[department].company;
    int count = 0;
    for (; department >= 0 && count == 0; department = or_above ? org->departments[department].parent : -1)
        count = collect(org, post, (struct where){company, department, false}, now_ms, out, capacity);
    if (count == 0 && or_above) count = collect(org, post, (struct where){company, -1, true}, now_ms, out, capacity);
    return count;
}

static int own_head(const struct org *org, int department) {
    int head = org->departments[department].head;
    return head >= 0 && !org->employees[head].disabled ? head : -1;
}

int org_head(const struct org *org, int department, int level) {
    if (level < 1) return -1;
    for (; department >= 0 && level > 1; level--) department = org->departments[department].parent;
    return department >= 0 ? own_head(org, department) : -1;
}

int org_nearest_head(const struct org *org, int department, int except) {
    for (; department >= 0; department = org->departments[department].parent) {
        int head = own_head(org, department);
        if (head >= 0 && head != except) return head;
    }
    return -1;
}
