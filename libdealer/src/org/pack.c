/* An organisation as bytes and back, for what was checked and given ids once. One walk does both, so that the two cannot differ. What it
 * reads may have been damaged: every count, index and order is held against what it must be, or the whole is refused. Must not know
 * who keeps the bytes. */
#include "org/pack.h"
#include "org/loading.h"
#include "org/messages.h"

#include "base/lock.h"

#include <string.h>

struct packing {
    struct env *env;
    struct org *org;
    struct region *region;        /* of what is read */
    struct text *out;             /* NULL: reading */
    const uint8_t *at, *end;      /* reading: the rest */
    bool wrong;                   /* these are not the bytes that were written */
    struct json_cursor condition; /* conditions stand in the order in which their grants are walked */
    dealer_status status;
};

static bool reading(const struct packing *packing) {
    return packing->out == NULL;
}

static void refuse(struct packing *packing) {
    packing->wrong = true;
    packing->at = packing->end;
}

/* ---- values ---- */

static uint64_t take_number(struct packing *packing) {
    uint64_t value = 0;
    if (packing->at < packing->end && *packing->at < 0x80) return *packing->at++; /* nearly always */
    for (int shift = 0; packing->at < packing->end && shift < 64; shift += 7) {
        uint8_t byte = *packing->at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    refuse(packing);
    return 0;
}

static void put_number(struct packing *packing, uint64_t value) {
    char bytes[10];
    size_t length = 0;
    for (; value >= 0x80; value >>= 7) bytes[length++] = (char)(uint8_t)(value | 0x80);
    bytes[length++] = (char)value;
    text_append(packing->out, bytes, length);
}

static void carry_number(struct packing *packing, uint64_t *value) {
    if (reading(packing))
        *value = take_number(packing);
    else
        put_number(packing, *value);
}

/* Small ones are short, whatever their sign. */
static void carry_whole(struct packing *packing, int64_t *value) {
    uint64_t folded = (uint64_t)*value << 1 ^ (*value < 0 ? UINT64_MAX : 0);
    carry_number(packing, &folded);
    if (reading(packing)) *value = (int64_t)(folded >> 1 ^ (0 - (folded & 1)));
}

/* least <= value < limit */
static void carry_within(struct packing *packing, int *value, int least, int limit) {
    uint64_t above = (uint64_t)((int64_t)*value - least);
    carry_number(packing, &above);
    if (!reading(packing)) return;
    if (limit <= least || above >= (uint64_t)((int64_t)limit - least)) {
        refuse(packing);
        above = 0;
    }
    *value = least + (int)above;
}

static void carry_order(struct packing *packing, int32_t *value, int least, int limit) {
    int within = *value;
    carry_within(packing, &within, least, limit);
    if (reading(packing)) *value = within;
}

static void carry_id(struct packing *packing, int64_t *id) {
    uint64_t value = (uint64_t)*id;
    carry_number(packing, &value);
    if (reading(packing)) *id = value <= INT64_MAX ? (int64_t)value : 0;
}

/* With its NUL, so that what is read may lie where it is. */
static void carry_text(struct packing *packing, const char **text) {
    uint64_t size = *text != NULL ? strlen(*text) + 1 : 0;
    carry_number(packing, &size);
    if (!reading(packing)) {
        if (size > 0) text_append(packing->out, *text, (size_t)size);
        return;
    }
    bool sound = size <= (uint64_t)(packing->end - packing->at) && (size == 0 || packing->at[size - 1] == '\0');
    if (!sound) refuse(packing);
    *text = sound && size > 0 ? (const char *)packing->at : NULL;
    if (sound) packing->at += size;
}

/* A text that must be there. */
static void carry_word(struct packing *packing, const char **text) {
    carry_text(packing, text);
    if (*text != NULL) return;
    refuse(packing);
    *text = "";
}

/* The items' room: each takes a byte at least, so there are never more than bytes. */
static void *carry_array(struct packing *packing, const void *items, int *count, size_t size) {
    uint64_t number = (uint64_t)*count;
    carry_number(packing, &number);
    if (!reading(packing)) return (void *)(uintptr_t)items;
    if (number > (uint64_t)(packing->end - packing->at)) {
        refuse(packing);
        number = 0;
    }
    *count = (int)number;
    if (number == 0) return NULL;
    void *room = region_array(packing->region, packing->env, size, (size_t)number);
    if (room == NULL) {
        packing->status = DEALER_E_NOMEM;
        *count = 0;
        packing->at = packing->end;
    }
    return room;
}
/* Writing changes nothing: others may be reading. */
#define CARRY_ARRAY(packing, items, count, type)                                \
    do {                                                                        \
        void *carried = carry_array((packing), (items), (count), sizeof(type)); \
        if (reading(packing)) (items) = (type *)carried;                        \
    } while (0)

static void carry_indices(struct packing *packing, const int **indices, int *count, int limit) {
    int *items = carry_array(packing, *indices, count, sizeof *items);
    for (int i = 0; i < *count; i++) carry_within(packing, &items[i], 0, limit);
    if (reading(packing)) *indices = items;
}

static void carry_texts(struct packing *packing, const char *const **texts, int *count) {
    const char **items = carry_array(packing, *texts, count, sizeof *items);
    for (int i = 0; i < *count; i++) carry_word(packing, &items[i]);
    if (reading(packing)) *texts = items;
}

/* Truths of one thing, a bit each. */
static void carry_bits(struct packing *packing, unsigned *bits, int count) {
    int value = (int)*bits;
    carry_within(packing, &value, 0, 1 << count);
    if (reading(packing)) *bits = (unsigned)value;
}

/* Only what is bounded is written. */
static void carry_period(struct packing *packing, unsigned bounded, int64_t *from_ms, int64_t *to_ms) {
    if (reading(packing)) {
        *from_ms = INT64_MIN;
        *to_ms = INT64_MAX;
    }
    if ((bounded & 1U) != 0) carry_whole(packing, from_ms);
    if ((bounded & 2U) != 0) carry_whole(packing, to_ms);
}

static unsigned bounds_of(int64_t from_ms, int64_t to_ms) {
    return (from_ms != INT64_MIN ? 1U : 0U) | (to_ms != INT64_MAX ? 2U : 0U);
}

/* ---- people: group, companies, departments, employees ---- */

static void carry_company(struct packing *packing, int index, struct org_company *company) {
    int count = packing->org->company_count, kinds = (int)company->kinds;
    carry_id(packing, &company->id);
    carry_word(packing, &company->code);
    carry_word(packing, &company->name);
    carry_word(packing, &company->currency);
    carry_within(packing, &kinds, 0, 8);
    carry_order(packing, &company->order, 0, count);
    carry_order(packing, &company->last, company->order, count);
    carry_within(packing, &company->parent, -1, count);
    if (!reading(packing)) return;
    company->kinds = (unsigned)kinds;
    if (company->parent == index || packing->org->company_order[company->order] >= 0) refuse(packing);
    packing->org->company_order[company->order] = index;
}

/* In tree order: a parent stands before all that are below. */
static void carry_department(struct packing *packing, int index, struct org_department *department) {
    const struct org *org = packing->org;
    carry_id(packing, &department->id);
    carry_word(packing, &department->code);
    carry_word(packing, &department->name);
    carry_within(packing, &department->company, 0, org->company_count);
    carry_within(packing, &department->parent, -1, index);
    carry_within(packing, &department->head, -1, org->employee_count);
    carry_order(packing, &department->last, index, org->department_count);
    carry_indices(packing, &department->deputies, &department->deputy_count, org->employee_count);
    if (reading(packing)) department->order = index;
}

static void carry_holding(struct packing *packing, const struct org_employee *employee, struct org_holding *holding) {
    const struct org *org = packing->org;
    unsigned bits = bounds_of(holding->from_ms, holding->to_ms) << 1 | (holding->at_home ? 1U : 0U);
    carry_bits(packing, &bits, 3);
    carry_within(packing, &holding->post, 0, org->post_total);
    if (reading(packing)) {
        holding->at_home = (bits & 1U) != 0;
        holding->department = employee->department;
        holding->company = org->department_count > 0 ? org->departments[employee->department].company : 0;
    }
    if ((bits & 1U) == 0) {
        carry_within(packing, &holding->company, 0, org->company_count);
        carry_within(packing, &holding->department, -1, org->department_count);
    }
    carry_period(packing, bits >> 1, &holding->from_ms, &holding->to_ms);
}

static void carry_substitute(struct packing *packing, struct org_substitute *substitute) {
    unsigned bounds = bounds_of(substitute->from_ms, substitute->to_ms);
    carry_bits(packing, &bounds, 2);
    carry_within(packing, &substitute->person, 0, packing->org->employee_count);
    carry_period(packing, bounds, &substitute->from_ms, &substitute->to_ms);
}

static void carry_role(struct packing *packing, struct org_service_role *role) {
    int quota = role->has_quota, period = (int)role->period;
    carry_within(packing, &role->company, 0, packing->org->company_count);
    carry_texts(packing, &role->sites, &role->site_count);
    carry_text(packing, &role->warehouse);
    carry_within(packing, &quota, 0, 2);
    carry_within(packing, &period, 0, QUOTA_YEAR + 1);
    carry_whole(packing, &role->quota_minor);
    if (!reading(packing)) return;
    role->has_quota = quota != 0;
    role->period = (enum quota_period)period;
}

static void carry_employee(struct packing *packing, struct org_employee *employee) {
    unsigned bits = (employee->disabled ? 1U : 0U) | (employee->substitute_count > 0 || employee->service_role_count > 0 ? 2U : 0U);
    carry_id(packing, &employee->id);
    carry_bits(packing, &bits, 2);
    carry_word(packing, &employee->code);
    carry_word(packing, &employee->name);
    carry_within(packing, &employee->department, 0, packing->org->department_count);
    struct org_holding *holdings = (struct org_holding *)employee->holdings;
    CARRY_ARRAY(packing, holdings, &employee->holding_count, struct org_holding);
    for (int i = 0; i < employee->holding_count; i++) carry_holding(packing, employee, &holdings[i]);
    if (reading(packing)) {
        employee->disabled = (bits & 1U) != 0;
        employee->holdings = holdings;
    }
    if ((bits & 2U) == 0) return;
    struct org_substitute *substitutes = (struct org_substitute *)employee->substitutes;
    struct org_service_role *roles = (struct org_service_role *)employee->service_roles;
    CARRY_ARRAY(packing, substitutes, &employee->substitute_count, struct org_substitute);
    for (int i = 0; i < employee->substitute_count; i++) carry_substitute(packing, &substitutes[i]);
    CARRY_ARRAY(packing, roles, &employee->service_role_count, struct org_service_role);
    for (int i = 0; i < employee->service_role_count; i++) carry_role(packing, &roles[i]);
    if (!reading(packing)) return;
    employee->substitutes = substitutes;
    employee->service_roles = roles;
}

/* How many of each there are comes first: everything refers to everything. */
static void carry_counts(struct packing *packing) {
    struct org *org = packing->org;
    carry_word(packing, &org->group_code);
    carry_word(packing, &org->group_name);
    CARRY_ARRAY(packing, org->companies, &org->company_count, struct org_company);
    CARRY_ARRAY(packing, org->departments, &org->department_count, struct org_department);
    CARRY_ARRAY(packing, org->employees, &org->employee_count, struct org_employee);
    carry_within(packing, &org->post_count, 0, INT32_MAX);
    carry_within(packing, &org->post_total, org->post_count, INT32_MAX);
    if (!reading(packing)) return;
    org->company_order = REGION_ARRAY(packing->region, packing->env, int, org->company_count + 1);
    org->department_codes = REGION_ARRAY(packing->region, packing->env, int, org->department_count + 1);
    if (org->company_order == NULL || org->department_codes == NULL) packing->status = DEALER_E_NOMEM;
    for (int i = 0; packing->status == DEALER_OK && i < org->company_count; i++) org->company_order[i] = -1;
}

static void carry_people(struct packing *packing) {
    struct org *org = packing->org;
    carry_counts(packing);
    if (packing->status != DEALER_OK) return;
    for (int i = 0; i < org->company_count; i++) carry_company(packing, i, &org->companies[i]);
    for (int i = 0; i < org->department_count; i++) carry_department(packing, i, &org->departments[i]);
    for (int i = 0; i < org->department_count; i++) carry_within(packing, &org->department_codes[i], 0, org->department_count);
    for (int i = 0; i < org->employee_count && !packing->wrong; i++) carry_employee(packing, &org->employees[i]);
}

/* ---- posts, their grants, and what else the configuration says ---- */

static void carry_condition(struct packing *packing, bool has, struct org_grant *grant) {
    if (!has || !reading(packing)) return;
    grant->condition = json_next(&packing->condition, NULL);
    if (json_kind(grant->condition) != JSON_OBJECT) refuse(packing);
}

static void carry_grant(struct packing *packing, struct org_grant *grant) {
    const struct org *org = packing->org;
    int scope = (int)grant->scope;
    bool listed = grant->department_count > 0 || grant->company_count > 0;
    unsigned bits = (grant->deny ? 1U : 0U) | (grant->condition != NULL ? 2U : 0U) | (listed ? 4U : 0U);
    carry_bits(packing, &bits, 3);
    carry_within(packing, &scope, 0, SCOPE_COMPANIES_AND_BELOW + 1);
    carry_texts(packing, &grant->functions, &grant->function_count);
    carry_condition(packing, (bits & 2U) != 0, grant);
    if ((bits & 4U) != 0) {
        carry_indices(packing, &grant->departments, &grant->department_count, org->department_count);
        carry_indices(packing, &grant->companies, &grant->company_count, org->company_count);
    }
    if (!reading(packing)) return;
    grant->deny = (bits & 1U) != 0;
    grant->scope = (enum scope_kind)scope;
    for (int i = 0; i < grant->function_count; i++)
        if (strchr(grant->functions[i], '.') == NULL) refuse(packing);
}

static void carry_field_rule(struct packing *packing, struct org_field_rule *rule) {
    carry_word(packing, &rule->type);
    carry_texts(packing, &rule->hidden, &rule->hidden_count);
    carry_texts(packing, &rule->fixed, &rule->fixed_count);
}

static void carry_post(struct packing *packing, int index, struct org_post *post) {
    int disabled = post->disabled;
    carry_id(packing, &post->id);
    carry_word(packing, &post->code);
    carry_word(packing, &post->name);
    carry_within(packing, &disabled, 0, 2);
    carry_within(packing, &post->grant, 0, INT32_MAX);
    struct org_grant *grants = (struct org_grant *)post->grants;
    struct org_field_rule *rules = (struct org_field_rule *)post->fields;
    CARRY_ARRAY(packing, grants, &post->grant_count, struct org_grant);
    for (int i = 0; i < post->grant_count; i++) carry_grant(packing, &grants[i]);
    CARRY_ARRAY(packing, rules, &post->field_rule_count, struct org_field_rule);
    for (int i = 0; i < post->field_rule_count; i++) carry_field_rule(packing, &rules[i]);
    if (!reading(packing)) return;
    post->disabled = disabled != 0;
    post->temporary = index >= packing->org->post_count;
    post->grants = grants;
    post->fields = rules;
    if (post->temporary && post->grant_count != 1) refuse(packing);
}

/* Types, reviews, conditions and the like, as JSON: others read them. */
static void carry_source(struct packing *packing) {
    struct org *org = packing->org;
    const char *text = NULL;
    char *written = reading(packing) ? NULL : json_write(packing->env, json_root(org->source), true, false, NULL);
    if (!reading(packing) && written == NULL) packing->status = DEALER_E_NOMEM;
    text = written;
    carry_word(packing, &text);
    env_free(packing->env, written);
    if (!reading(packing) || packing->wrong) return;
    dealer_status status = json_parse_own(packing->env, text, strlen(text), &org->source);
    if (status == DEALER_E_NOMEM) packing->status = status;
    if (status != DEALER_OK) refuse(packing);
    if (org->source != NULL) packing->condition = json_each(json_get(json_root(org->source), "conditions"));
}

static void carry_posts(struct packing *packing) {
    struct org *org = packing->org;
    int count = org->post_total, posts = org->post_count;
    carry_source(packing);
    carry_within(packing, &posts, 0, INT32_MAX);
    CARRY_ARRAY(packing, org->posts, &count, struct org_post);
    if (posts != org->post_count || count != org->post_total) refuse(packing); /* of other people */
    for (int i = 0; i < count && !packing->wrong; i++) carry_post(packing, i, &org->posts[i]);
    CARRY_ARRAY(packing, org->separations, &org->separation_count, struct org_separation);
    for (int i = 0; i < org->separation_count; i++)
        carry_indices(packing, &org->separations[i].posts, &org->separations[i].post_count, org->post_count);
}

/* ---- writing ---- */

dealer_status org_pack(struct env *env, const struct org *org, struct text *people, struct text *posts) {
    struct packing packing = {.env = env, .org = (struct org *)(uintptr_t)org, .out = people}; /* writing changes nothing */
    carry_people(&packing);
    packing.out = posts;
    carry_posts(&packing);
    if (packing.status == DEALER_OK) packing.status = people->status != DEALER_OK ? people->status : posts->status;
    return packing.status;
}

/* ---- reading ---- */

struct org_people {
    struct references references;
    struct region region;
};

static struct org_people *people_new(struct env *env) {
    struct region region;
    region_init(&region, env->seams);
    struct org_people *people = REGION_NEW(&region, env, struct org_people);
    if (people == NULL) return NULL;
    references_init(&people->references);
    people->region = region;
    return people;
}

void org_drop_people(struct org_people *people) {
    if (people == NULL || !references_drop(&people->references)) return;
    struct region region = people->region; /* they lie in it */
    region_finish(&region);
}

/* Codes that ascend are all different, and found by halving. */
static void check_codes(struct packing *packing, enum org_noun noun) {
    const struct org *org = packing->org;
    for (int i = 1; i < org_count(org, noun) && !packing->wrong; i++) {
        int before = org_in_code_order(org, noun, i - 1), after = org_in_code_order(org, noun, i);
        if (strcmp(org_code(org, noun, before), org_code(org, noun, after)) >= 0) refuse(packing);
    }
}

static void index_noun(struct packing *packing, enum org_noun noun) {
    if (packing->status == DEALER_OK) check_codes(packing, noun);
    if (packing->status != DEALER_OK || packing->wrong) return;
    dealer_status status = org_index_ids(packing->env, packing->region, packing->org, noun);
    if (status == DEALER_E_NOMEM) packing->status = status;
    if (status != DEALER_OK) refuse(packing);
}

/* Texts are left where they are read, so the bytes are kept with what is made of them. */
static void begin_part(struct packing *packing, struct region *region, const struct org_bytes *bytes) {
    packing->region = region;
    uint8_t *kept = (uint8_t *)region_copy(region, packing->env, (const char *)bytes->data, bytes->length);
    if (kept == NULL) packing->status = DEALER_E_NOMEM;
    packing->at = kept;
    packing->end = kept != NULL ? kept + bytes->length : NULL;
}

static void end_part(struct packing *packing) {
    if (packing->at != packing->end) refuse(packing);
}

static void read_people(struct packing *packing, const struct org_bytes *bytes) {
    struct org *org = packing->org;
    org->people = people_new(packing->env);
    if (org->people == NULL) {
        packing->status = DEALER_E_NOMEM;
        return;
    }
    begin_part(packing, &org->people->region, bytes);
    if (packing->status == DEALER_OK) carry_people(packing);
    end_part(packing);
    index_noun(packing, ORG_COMPANY);
    index_noun(packing, ORG_DEPARTMENT);
    index_noun(packing, ORG_EMPLOYEE);
    if (packing->status == DEALER_OK && !packing->wrong) packing->status = org_list_holders(packing->env, packing->region, org);
}

/* Everything but the posts is the other's. */
static void share_people(struct packing *packing, const struct org *other) {
    struct org *org = packing->org;
    struct region own = org->region;
    *org = *other;
    references_take(&org->people->references);
    org->region = own;
    org->source = NULL;
    org->posts = NULL;
    org->separations = NULL;
    org->separation_count = 0;
    org->post_ids = (struct id_map){0};
}

static void read_posts(struct packing *packing, const struct org_bytes *bytes) {
    struct org *org = packing->org;
    if (packing->status != DEALER_OK || packing->wrong) return;
    begin_part(packing, &org->region, bytes);
    if (packing->status == DEALER_OK) carry_posts(packing);
    end_part(packing);
    index_noun(packing, ORG_POST);
}

dealer_status org_unpack(
    struct env *env, const struct org_bytes *people, const struct org *same, const struct org_bytes *posts, struct org **out) {
    struct packing packing = {.env = env, .org = org_new(env)};
    if (packing.org == NULL) return DEALER_E_NOMEM;
    if (same != NULL)
        share_people(&packing, same);
    else
        read_people(&packing, people);
    read_posts(&packing, posts);
    dealer_status status = packing.status;
    if (status == DEALER_OK && packing.wrong) error_clear(&env->error);
    if (status == DEALER_OK && packing.wrong) status = error_raise(&env->error, &E_ORG_BYTES, NULL);
    if (status == DEALER_OK)
        *out = packing.org;
    else
        org_free(packing.org);
    return status;
}
