/* Questions to a snapshot: by code, by id, who holds what at an instant, who heads what. Never allocates but for ids. */
#include "org/org.h"

#include "org/messages.h"

static int by_code(const struct text_map *map, const char *code) {
    return code != NULL ? text_map_get(map, code) : -1;
}

/* Empty until the store has given ids. */
static int by_id(const struct id_map *map, int64_t id) {
    return map->count > 0 ? id_map_get(map, id) : -1;
}

int org_company_by_code(const struct org *org, const char *code) {
    return by_code(&org->company_codes, code);
}

int org_department_by_code(const struct org *org, const char *code) {
    return by_code(&org->department_codes, code);
}

int org_post_by_code(const struct org *org, const char *code) {
    return by_code(&org->post_codes, code);
}

int org_employee_by_code(const struct org *org, const char *code) {
    return by_code(&org->employee_codes, code);
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

struct noun {
    enum org_noun noun;
    struct id_map *ids;
    int count;
    const char *(*code)(const struct org *org, int index);
    int64_t *(*id)(struct org *org, int index);
};

static const char *company_code(const struct org *org, int index) {
    return org->companies[index].code;
}
static const char *department_code(const struct org *org, int index) {
    return org->departments[index].code;
}
static const char *post_code(const struct org *org, int index) {
    return org->posts[index].code;
}
static const char *employee_code(const struct org *org, int index) {
    return org->employees[index].code;
}
static int64_t *company_id(struct org *org, int index) {
    return &org->companies[index].id;
}
static int64_t *department_id(struct org *org, int index) {
    return &org->departments[index].id;
}
static int64_t *post_id(struct org *org, int index) {
    return &org->posts[index].id;
}
static int64_t *employee_id(struct org *org, int index) {
    return &org->employees[index].id;
}

dealer_status org_assign_ids(struct env *env, struct org *org,
    dealer_status (*identify)(void *user_data, enum org_noun noun, const char *code, int64_t *id_out), void *user_data) {
    const struct noun nouns[] = {{ORG_COMPANY, &org->company_ids, org->company_count, company_code, company_id},
        {ORG_DEPARTMENT, &org->department_ids, org->department_count, department_code, department_id},
        {ORG_POST, &org->post_ids, org->post_count, post_code, post_id},
        {ORG_EMPLOYEE, &org->employee_ids, org->employee_count, employee_code, employee_id}};
    for (size_t n = 0; n < sizeof nouns / sizeof nouns[0]; n++) {
        const struct noun *noun = &nouns[n];
        dealer_status status = id_map_init(noun->ids, &org->region, env, (size_t)noun->count);
        for (int i = 0; status == DEALER_OK && i < noun->count; i++) {
            int64_t id = 0;
            const char *code = noun->code(org, i);
            status = identify(user_data, noun->noun, code, &id);
            if (status == DEALER_OK && (id <= 0 || id_map_put(noun->ids, id, i) >= 0))
                status = error_raise(&env->error, &E_ORG_ID, "code", code, "id", NUMBER(id), NULL);
            *noun->id(org, i) = id;
        }
        if (status != DEALER_OK) return status;
    }
    return DEALER_OK;
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
