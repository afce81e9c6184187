#include "support/permission_model.h"

#include "base/time.h"

#include <string.h>

const char *const model_types[MODEL_TYPES] = {"visit", "trade_in", "machine"};
const char *const model_actions[MODEL_ACTIONS] = {
    "create", "read", "edit", "submit", "delete", "void", "review", "lock", "administer"};
static const char *const scopes[MODEL_SCOPES] = {"self", "department", "department_and_below", "company", "company_and_below",
    "group", "departments", "departments_and_below", "companies", "companies_and_below"};

enum { INSTANTS = 4 };
static const char *const instants[INSTANTS] = {"2026-01-01", "2026-02-01T08:00:00Z", "2026-03-01", "2026-04-01T00:00:00.001Z"};

/* ---- making ---- */

uint64_t model_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int below(uint64_t *state, int limit) {
    return (int)(model_random(state) % (uint64_t)limit);
}

static int64_t instant(int index) {
    int64_t ms = 0;
    int32_t days;
    const char *text = instants[index];
    if (date_parse(text, strlen(text), &days)) return (int64_t)days * 86400000;
    instant_parse(text, strlen(text), &ms);
    return ms;
}

int64_t model_instant(uint64_t *state) {
    int64_t at = instant(below(state, INSTANTS));
    return at + below(state, 3) - 1;
}

static void make_departments(struct model *model, uint64_t *state) {
    for (int d = 0; d < model->department_count; d++) {
        model->department_parent[d] = -1;
        model->department_company[d] = d < model->company_count ? d : below(state, model->company_count);
        int parent = d > 0 ? below(state, d) : -1; /* an earlier one: no loops */
        if (parent >= 0 && model->department_company[parent] == model->department_company[d] && below(state, 5) > 0)
            model->department_parent[d] = parent;
    }
}

static void make_companies(struct model *model, uint64_t *state) {
    for (int c = 0; c < model->company_count; c++) model->company_parent[c] = c > 0 && below(state, 2) == 0 ? below(state, c) : -1;
}

static void make_post(struct model *model, struct model_post *post, uint64_t *state) {
    post->disabled = below(state, 8) == 0;
    post->hides = below(state, 3) == 0;
    post->grant_count = below(state, MODEL_GRANTS + 1);
    for (int g = 0; g < post->grant_count; g++) {
        struct model_grant *grant = &post->grants[g];
        grant->type = below(state, MODEL_TYPES + 1) - 1;
        grant->action = below(state, 2) == 0 ? -1 : below(state, 3);
        grant->scope = (enum model_scope)below(state, MODEL_SCOPES);
        grant->deny = below(state, 6) == 0;
        grant->condition = below(state, 3) == 0 ? 1 + below(state, MODEL_CONDITIONS - 1) : 0;
        if (grant->condition == 2 && grant->type != 1) grant->condition = 1; /* hours: trade-ins have them */
        for (int d = 0; d < model->department_count; d++) grant->listed[d] = below(state, 3) == 0;
        grant->listed[below(state, model->department_count)] = true;
        for (int c = 0; c < model->company_count; c++) grant->companies[c] = below(state, 3) == 0;
        grant->companies[below(state, model->company_count)] = true;
    }
}

static bool needs_department(const struct model_post *post) {
    for (int g = 0; g < post->grant_count; g++) {
        if (post->grants[g].scope == MODEL_DEPARTMENT) return true;
    }
    return false;
}

static void make_holding(const struct model *model, struct model_holding *holding, uint64_t *state) {
    holding->post = below(state, model->post_count);
    holding->company = holding->department = -1;
    int place = below(state, 3);
    if (place == 1 || (place == 0 && needs_department(&model->posts[holding->post])))
        holding->department = below(state, model->department_count);
    else if (place == 0)
        holding->company = below(state, model->company_count);
    holding->from_ms = INT64_MIN;
    holding->to_ms = INT64_MAX;
    int first = below(state, INSTANTS), last = below(state, INSTANTS);
    if (below(state, 2) == 0) holding->from_ms = instant(first < last ? first : 0);
    if (below(state, 2) == 0) holding->to_ms = instant(first < last ? last : INSTANTS - 1);
}

static void make_document(const struct model *model, struct model_document *document, uint64_t *state) {
    document->type = below(state, MODEL_TYPES);
    document->department = below(state, model->department_count + 1) - 1;
    document->company = below(state, model->company_count + 1) - 1;
    if (document->department >= 0 && below(state, 6) > 0) document->company = model->department_company[document->department];
    document->owner = below(state, model->employee_count + 1) - 1;
    document->hours = below(state, 4) == 0 ? -1 : below(state, 3) + 7999;
    document->approved = below(state, 2) == 0;
    document->participant = below(state, 8) == 0;
}

void model_make(struct model *model, uint64_t seed) {
    uint64_t state = seed;
    memset(model, 0, sizeof *model);
    model->company_count = 1 + below(&state, MODEL_COMPANIES);
    model->department_count = model->company_count + below(&state, MODEL_DEPARTMENTS - model->company_count + 1);
    model->post_count = 1 + below(&state, MODEL_POSTS);
    model->employee_count = 1 + below(&state, MODEL_EMPLOYEES);
    model->document_count = MODEL_DOCUMENTS;
    make_companies(model, &state);
    make_departments(model, &state);
    for (int p = 0; p < model->post_count; p++) make_post(model, &model->posts[p], &state);
    for (int e = 0; e < model->employee_count; e++) {
        struct model_employee *employee = &model->employees[e];
        employee->department = below(&state, model->department_count);
        employee->disabled = below(&state, 10) == 0;
        employee->holding_count = below(&state, MODEL_HOLDINGS + 1);
        for (int h = 0; h < employee->holding_count; h++) make_holding(model, &employee->holdings[h], &state);
    }
    for (int d = 0; d < model->document_count; d++) make_document(model, &model->documents[d], &state);
}

/* ---- writing ---- */

/* Calls write for 0 .. count-1, or backwards, with commas between. */
static void write_list(const struct model *model, const char *member, int count, bool reversed, struct text *out,
    void (*write)(const struct model *model, int index, struct text *out)) {
    text_addf(out, ",\"%s\":[", member);
    for (int i = 0; i < count; i++) {
        if (i > 0) text_add(out, ",");
        write(model, reversed ? count - 1 - i : i, out);
    }
    text_add(out, "]");
}

static void write_company(const struct model *model, int c, struct text *out) {
    text_addf(out, "{\"code\":\"c%d\",\"name\":\"公司%d\",\"kinds\":[],\"currency\":\"CNY\"", c, c);
    if (model->company_parent[c] >= 0) text_addf(out, ",\"parent\":\"c%d\"", model->company_parent[c]);
    text_add(out, "}");
}

static void write_department(const struct model *model, int d, struct text *out) {
    text_addf(out, "{\"code\":\"d%d\",\"name\":\"部门%d\",\"company\":\"c%d\"", d, d, model->department_company[d]);
    if (model->department_parent[d] >= 0) text_addf(out, ",\"parent\":\"d%d\"", model->department_parent[d]);
    text_add(out, "}");
}

static void write_condition(int condition, struct text *out) {
    static const char *const texts[MODEL_CONDITIONS] = {"", "{\"field\":\"status\",\"op\":\"=\",\"value\":\"approved\"}",
        "{\"field\":\"hours\",\"op\":\"<=\",\"value\":8000}",
        "{\"not\":{\"field\":\"status\",\"op\":\"=\",\"value\":\"approved\"}}",
        "{\"any\":[{\"field\":\"department\",\"op\":\"empty\"},{\"field\":\"status\",\"op\":\"=\",\"value\":\"approved\"}]}"};
    if (condition > 0) text_addf(out, ",\"condition\":%s", texts[condition]);
}

static void write_listed(const char *member, char letter, const bool *listed, int count, struct text *out) {
    const char *comma = "";
    text_addf(out, ",\"%s\":[", member);
    for (int i = 0; i < count; i++) {
        if (!listed[i]) continue;
        text_addf(out, "%s\"%c%d\"", comma, letter, i);
        comma = ",";
    }
    text_add(out, "]");
}

static void write_grant(const struct model *model, const struct model_grant *grant, struct text *out) {
    text_addf(out, "{\"functions\":[\"%s.%s\"],\"scope\":\"%s\"", grant->type >= 0 ? model_types[grant->type] : "*",
        grant->action >= 0 ? model_actions[grant->action] : "*", scopes[grant->scope]);
    write_condition(grant->condition, out);
    if (grant->deny) text_add(out, ",\"deny\":true");
    if (grant->scope == MODEL_LISTED || grant->scope == MODEL_LISTED_BELOW)
        write_listed("departments", 'd', grant->listed, model->department_count, out);
    if (grant->scope == MODEL_COMPANIES_LISTED || grant->scope == MODEL_COMPANIES_LISTED_BELOW)
        write_listed("companies", 'c', grant->companies, model->company_count, out);
    text_add(out, "}");
}

static void write_post(const struct model *model, int p, struct text *out) {
    const struct model_post *post = &model->posts[p];
    const char *comma = "";
    text_addf(out, "{\"code\":\"p%d\",\"name\":\"岗位%d\",\"disabled\":%s,\"grants\":[", p, p, post->disabled ? "true" : "false");
    for (int g = 0; g < post->grant_count; g++) {
        if (post->grants[g].removed) continue;
        text_add(out, comma);
        write_grant(model, &post->grants[g], out);
        comma = ",";
    }
    text_addf(out, "]%s}", post->hides ? ",\"fields\":[{\"type\":\"trade_in\",\"hidden\":[\"hours\"]}]" : "");
}

static void write_instant(const char *member, int64_t ms, struct text *out) {
    char written[25];
    instant_format(ms, written);
    if (ms != INT64_MIN && ms != INT64_MAX) text_addf(out, ",\"%s\":\"%s\"", member, written);
}

static void write_employee(const struct model *model, int e, struct text *out) {
    const struct model_employee *employee = &model->employees[e];
    text_addf(out, "{\"code\":\"e%d\",\"name\":\"员工%d\",\"department\":\"d%d\",\"disabled\":%s,\"posts\":[", e, e,
        employee->department, employee->disabled ? "true" : "false");
    for (int h = 0; h < employee->holding_count; h++) {
        const struct model_holding *holding = &employee->holdings[h];
        text_addf(out, "%s{\"post\":\"p%d\"", h > 0 ? "," : "", holding->post);
        if (holding->department >= 0) text_addf(out, ",\"department\":\"d%d\"", holding->department);
        if (holding->company >= 0) text_addf(out, ",\"company\":\"c%d\"", holding->company);
        write_instant("from", holding->from_ms, out);
        write_instant("to", holding->to_ms, out);
        text_add(out, "}");
    }
    text_add(out, "]}");
}

void model_write(const struct model *model, bool reversed, struct text *out) {
    text_add(out, "{\"group\":{\"code\":\"g\",\"name\":\"集团\"}");
    write_list(model, "companies", model->company_count, reversed, out, write_company);
    write_list(model, "departments", model->department_count, reversed, out, write_department);
    write_list(model, "posts", model->post_count, reversed, out, write_post);
    write_list(model, "employees", model->employee_count, reversed, out, write_employee);
    text_add(out, "}");
}

/* ---- meaning ---- */

static bool is_at_or_below(const struct model *model, int department, int top) {
    while (department >= 0 && department != top) department = model->department_parent[department];
    return department >= 0;
}

static bool is_at_or_below_company(const struct model *model, int company, int top) {
    while (company >= 0 && company != top) company = model->company_parent[company];
    return company >= 0;
}

/* Is it one of those listed, or below one where that counts? */
static bool is_listed(const struct model *model, const struct model_grant *grant, const struct model_document *document) {
    bool companies = grant->scope >= MODEL_COMPANIES_LISTED;
    bool and_below = grant->scope == MODEL_LISTED_BELOW || grant->scope == MODEL_COMPANIES_LISTED_BELOW;
    int here = companies ? document->company : document->department;
    for (int i = 0; here >= 0 && i < (companies ? model->company_count : model->department_count); i++) {
        bool lies_below = companies ? is_at_or_below_company(model, here, i) : is_at_or_below(model, here, i);
        if ((companies ? grant->companies[i] : grant->listed[i]) && (i == here || (and_below && lies_below))) return true;
    }
    return false;
}

/* Where a post is held, with home resolved: department -1 is the company as a whole. */
struct model_place {
    int employee, company, department;
};

static struct model_place place_of(const struct model *model, int employee, const struct model_holding *holding) {
    bool at_home = holding->company < 0 && holding->department < 0;
    int department = at_home ? model->employees[employee].department : holding->department;
    int company = department >= 0 ? model->department_company[department] : holding->company;
    return (struct model_place){employee, company, department};
}

static bool reaches_below(const struct model *model, struct model_place place, const struct model_document *document) {
    if (place.department < 0) return document->company == place.company;
    return document->department >= 0 && is_at_or_below(model, document->department, place.department);
}

static bool scope_reaches(
    const struct model *model, const struct model_grant *grant, struct model_place place, const struct model_document *document) {
    switch (grant->scope) {
    case MODEL_SELF: return document->owner == place.employee && document->company == place.company;
    case MODEL_DEPARTMENT: return place.department >= 0 && document->department == place.department;
    case MODEL_BELOW: return reaches_below(model, place, document);
    case MODEL_COMPANY: return document->company == place.company;
    case MODEL_COMPANY_BELOW: return is_at_or_below_company(model, document->company, place.company);
    case MODEL_GROUP: return true;
    default: return is_listed(model, grant, document);
    }
}

static bool condition_met(int condition, const struct model_document *document) {
    switch (condition) {
    case 1: return document->approved;
    case 2: return document->hours >= 0 && document->hours <= 8000;
    case 3: return !document->approved;
    case 4: return document->department < 0 || document->approved;
    default: return true;
    }
}

static bool in_force(const struct model *model, int employee, const struct model_holding *holding, int64_t now_ms) {
    if (model->employees[employee].disabled || model->posts[holding->post].disabled) return false;
    return holding->from_ms <= now_ms && now_ms < holding->to_ms;
}

/* What is asked of one holding. */
struct model_question {
    int type, action;
    const struct model_document *document;
    bool with_conditions;
};

static bool grants(const struct model *model, const struct model_post *post, struct model_place place,
    const struct model_question *question, bool deny) {
    for (int g = 0; g < post->grant_count; g++) {
        const struct model_grant *grant = &post->grants[g];
        if (grant->removed || grant->deny != deny || (grant->type >= 0 && grant->type != question->type)) continue;
        if (grant->action >= 0 && grant->action != question->action) continue;
        if (question->with_conditions && !condition_met(grant->condition, question->document)) continue;
        if (!question->with_conditions && deny && grant->condition > 0) continue;
        if (scope_reaches(model, grant, place, question->document)) return true;
    }
    return false;
}

/* Is there a holding in force that grants it, or that denies it? */
static bool any_holding(const struct model *model, int employee, const struct model_question *question, int64_t now_ms, bool deny) {
    const struct model_employee *person = &model->employees[employee];
    for (int h = 0; h < person->holding_count; h++) {
        const struct model_holding *holding = &person->holdings[h];
        if (!in_force(model, employee, holding, now_ms)) continue;
        if (grants(model, &model->posts[holding->post], place_of(model, employee, holding), question, deny)) return true;
    }
    return false;
}

static bool has_post(const struct model *model, int employee, int64_t now_ms) {
    const struct model_employee *person = &model->employees[employee];
    for (int h = 0; h < person->holding_count; h++) {
        if (in_force(model, employee, &person->holdings[h], now_ms)) return true;
    }
    return false;
}

bool model_allows(
    const struct model *model, int employee, int type, int action, const struct model_document *document, int64_t now_ms) {
    struct model_question question = {type, action, document, true};
    if (document->type != type || any_holding(model, employee, &question, now_ms, true)) return false;
    bool reads = strcmp(model_actions[action], "read") == 0;
    if (reads && document->participant && has_post(model, employee, now_ms)) return true;
    return any_holding(model, employee, &question, now_ms, false);
}

bool model_may_create(const struct model *model, int employee, int type, int company, int department, int64_t now_ms) {
    struct model_document document = {.type = type, .company = company, .department = department, .owner = employee};
    struct model_question question = {type, 0, &document, false};
    return any_holding(model, employee, &question, now_ms, false) && !any_holding(model, employee, &question, now_ms, true);
}

/* Hidden unless some holding in force leaves it visible that lets him read this document; taking part is reading by all. */
bool model_hides(const struct model *model, int employee, const struct model_document *document, int64_t now_ms) {
    const struct model_employee *person = &model->employees[employee];
    struct model_question question = {document->type, 1, document, true};
    for (int h = 0; h < person->holding_count; h++) {
        const struct model_holding *holding = &person->holdings[h];
        const struct model_post *post = &model->posts[holding->post];
        if (!in_force(model, employee, holding, now_ms) || post->hides) continue;
        if (document->participant || grants(model, post, place_of(model, employee, holding), &question, false)) return false;
    }
    return true;
}
