/* Why a person may, or may not: the same reaches as the decision, told as data and as a sentence in en and zh. Decides
 * nothing: what it says of a grant is what reach_holds said. */
#include "permission/messages.h"
#include "permission/terms.h"

#include "base/text.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { SENTENCE_SIZE = 1024, PHRASE_SIZE = 512, MISSES_TOLD = 5, DEPARTMENTS_NAMED = 3 };

/* A phrase in both languages. */
struct phrase {
    char en[PHRASE_SIZE], zh[PHRASE_SIZE];
};
struct sentence {
    char en[SENTENCE_SIZE], zh[SENTENCE_SIZE];
};

struct explanation {
    const struct permissions *permissions;
    const struct org_employee *person;
    int employee;
    struct function function;
    const struct document *document;
    int64_t now_ms;
    struct facts facts;
    struct json *json;
    json_value *reasons;
    struct sentence first; /* of the first reason */
    char function_text[128];
};

/* ---- phrases ---- */

/* Arguments that are the same in both languages. */
static void say(struct phrase *out, const struct message *message, const char *name, const char *value) {
    const char *arguments[] = {name, value, NULL};
    message_render(out->en, sizeof out->en, message->en, arguments);
    message_render(out->zh, sizeof out->zh, message->zh, arguments);
}

static const char *department_name(const struct org *org, int department) {
    return department >= 0 ? org->departments[department].name : "-";
}

static const char *company_name(const struct org *org, int company) {
    return company >= 0 ? org->companies[company].name : "-";
}

/* "A, B, C (+4)" */
static void list_departments(const struct org *org, const struct org_grant *grant, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < grant->department_count && i < DEPARTMENTS_NAMED; i++) {
        const char *name = org->departments[grant->departments[i]].name;
        used +=
            (size_t)snprintf(out + used, size - used, "%s%.*s", i > 0 ? ", " : "", (int)utf8_cut(name, strlen(name), 100), name);
    }
    if (grant->department_count > DEPARTMENTS_NAMED)
        snprintf(out + used, size - used, " (+%d)", grant->department_count - DEPARTMENTS_NAMED);
}

static void list_companies(const struct org *org, const struct org_grant *grant, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < grant->company_count && i < DEPARTMENTS_NAMED; i++) {
        const char *name = org->companies[grant->companies[i]].name;
        used +=
            (size_t)snprintf(out + used, size - used, "%s%.*s", i > 0 ? ", " : "", (int)utf8_cut(name, strlen(name), 100), name);
    }
    if (grant->company_count > DEPARTMENTS_NAMED)
        snprintf(out + used, size - used, " (+%d)", grant->company_count - DEPARTMENTS_NAMED);
}

static void say_extent(const struct org *org, const struct org_holding *holding, const struct term *term, struct phrase *out) {
    char listed[PHRASE_SIZE];
    const struct org_grant *grant = &org->posts[holding->post].grants[term->grant];
    const char *company = company_name(org, holding->company), *department = department_name(org, holding->department);
    switch (term->scope) {
    case SCOPE_SELF: say(out, &R_EXTENT_SELF, "company", company); break;
    case SCOPE_DEPARTMENT: say(out, &R_EXTENT_DEPARTMENT, "department", department); break;
    case SCOPE_DEPARTMENT_AND_BELOW:
        if (holding->department >= 0)
            say(out, &R_EXTENT_BELOW, "department", department);
        else
            say(out, &R_EXTENT_COMPANY, "company", company);
        break;
    case SCOPE_COMPANY: say(out, &R_EXTENT_COMPANY, "company", company); break;
    case SCOPE_COMPANY_AND_BELOW: say(out, &R_EXTENT_COMPANY_BELOW, "company", company); break;
    case SCOPE_GROUP: say(out, &R_EXTENT_GROUP, "company", company); break;
    case SCOPE_DEPARTMENTS:
    case SCOPE_DEPARTMENTS_AND_BELOW:
        list_departments(org, grant, listed, sizeof listed);
        say(out, term->scope == SCOPE_DEPARTMENTS ? &R_EXTENT_LISTED : &R_EXTENT_LISTED_BELOW, "departments", listed);
        break;
    case SCOPE_COMPANIES:
    case SCOPE_COMPANIES_AND_BELOW:
        list_companies(org, grant, listed, sizeof listed);
        say(out, term->scope == SCOPE_COMPANIES ? &R_EXTENT_COMPANIES : &R_EXTENT_COMPANIES_BELOW, "companies", listed);
        break;
    }
    if (term->condition == NULL) return;
    struct phrase plain = *out;
    const char *en[] = {"extent", plain.en, NULL}, *zh[] = {"extent", plain.zh, NULL};
    message_render(out->en, sizeof out->en, R_EXTENT_CONDITION.en, en);
    message_render(out->zh, sizeof out->zh, R_EXTENT_CONDITION.zh, zh);
}

/* ---- which comparison of a condition is not met ---- */

/* The first comparison that decides it; NULL when it is not a matter of one field. */
static const struct predicate *failing(const struct explanation *explanation, const struct predicate *predicate) {
    struct predicate_world world = permission_world(explanation->permissions);
    while (predicate != NULL && (predicate->kind == PREDICATE_ALL || predicate->kind == PREDICATE_ANY)) {
        const struct predicate *next = NULL;
        for (int i = 0; i < predicate->child_count && next == NULL; i++) {
            if (!predicate_holds(predicate->children[i], explanation->document, &world)) next = predicate->children[i];
        }
        predicate = next;
    }
    return predicate != NULL && predicate->kind == PREDICATE_COMPARE ? predicate : NULL;
}

static void value_text(
    const struct document *document, const struct catalogue_field *field, const struct value *value, char *out, size_t size) {
    struct money money = document_money(document, field);
    money.minor = value->integer;
    if (field->kind == FIELD_MONEY && money.currency[0] != '\0')
        money_format(money, out, size);
    else if (field->kind == FIELD_BOOLEAN)
        snprintf(out, size, "%s", value->integer != 0 ? "true" : "false");
    else if (value->kind == VALUE_TEXT)
        snprintf(out, size, "%.*s", (int)utf8_cut(value->text, value->length, 60), value->text);
    else
        snprintf(out, size, "%lld", (long long)value->integer);
}

/* "amount is 320000.00, not <= 300000.00" - unless the one who asks may not see the field. */
static bool say_comparison(const struct explanation *explanation, const struct reach *reach, struct phrase *out) {
    static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">="};
    const struct document *document = explanation->document;
    const struct predicate *comparison = failing(explanation, reach->condition);
    char found[80], wanted[80];
    if (comparison == NULL || document_hides(document, comparison->field->index)) return false;
    const struct catalogue_field *field = comparison->field;
    bool has = document_has(document, field->index);
    value_text(document, field, &document->values[field->index], found, sizeof found);
    value_text(document, field, &comparison->value, wanted, sizeof wanted);
    const struct message *message = has ? &R_FACT_VALUE : &R_FACT_NO_VALUE;
    const char *en[] = {"field", field->label.en, "found", found, "operator", operators[comparison->op], "value", wanted, NULL};
    const char *zh[] = {"field", field->label.zh, "found", found, "operator", operators[comparison->op], "value", wanted, NULL};
    message_render(out->en, sizeof out->en, message->en, en);
    message_render(out->zh, sizeof out->zh, message->zh, zh);
    return true;
}

static bool off_site(const struct explanation *explanation, const struct reach *reach) {
    return !reach_on_site(explanation->permissions, reach, &explanation->facts, explanation->document);
}

/* Where the document is instead. */
static void say_fact(const struct explanation *explanation, const struct reach *reach, bool covered, struct phrase *out) {
    const struct org *org = explanation->permissions->org;
    const struct facts *facts = &explanation->facts;
    int company = org_company_by_id(org, facts->company), owner = org_employee_by_id(org, facts->owner);
    if (covered && off_site(explanation, reach)) {
        say(out, &R_FACT_SITE, "", "");
    } else if (covered) {
        if (!say_comparison(explanation, reach, out)) say(out, &R_FACT_CONDITION, "", "");
    } else if (reach->kind == REACH_OWN && facts->owner != reach->owner) {
        if (owner >= 0)
            say(out, &R_FACT_OWNER, "owner", org->employees[owner].name);
        else
            say(out, &R_FACT_NO_OWNER, "", "");
    } else if (reach->kind == REACH_OWN || reach->kind == REACH_COMPANY || reach->kind == REACH_COMPANIES || facts->order < 0) {
        say(out, &R_FACT_COMPANY, "company", company_name(org, company));
    } else {
        const char *arguments[] = {"company", company_name(org, company), "department", department_name(org, facts->order), NULL};
        message_render(out->en, sizeof out->en, R_FACT_DEPARTMENT.en, arguments);
        message_render(out->zh, sizeof out->zh, R_FACT_DEPARTMENT.zh, arguments);
    }
}

/* The narrowest scope of the same holding that would have reached the document. */
static const char *say_need(const struct explanation *explanation, const struct org_holding *holding, const struct reach *reach,
    bool covered, struct phrase *out) {
    const struct org *org = explanation->permissions->org;
    const struct facts *facts = &explanation->facts;
    const struct org_department *department = holding->department >= 0 ? &org->departments[holding->department] : NULL;
    const struct message *message = &R_NEED_GROUP;
    const char *code = scope_name(SCOPE_GROUP);
    const struct org_company *company = &org->companies[holding->company];
    if (covered && off_site(explanation, reach)) {
        message = &R_NEED_SITE;
        code = "site";
    } else if (covered) {
        message = &R_NEED_CONDITION;
        code = "condition";
    } else if (department != NULL && facts->department == department->id) {
        message = &R_NEED_DEPARTMENT;
        code = scope_name(SCOPE_DEPARTMENT);
    } else if (department != NULL && facts->order >= department->order && facts->order <= department->last) {
        message = &R_NEED_BELOW;
        code = scope_name(SCOPE_DEPARTMENT_AND_BELOW);
    } else if (facts->company == company->id) {
        message = &R_NEED_COMPANY;
        code = scope_name(SCOPE_COMPANY);
    } else if (facts->company_order >= company->order && facts->company_order <= company->last) {
        message = &R_NEED_COMPANY_BELOW;
        code = scope_name(SCOPE_COMPANY_AND_BELOW);
    }
    say(out, message, "", "");
    return code;
}

static void say_document(const struct document *document, struct phrase *out) {
    const char *number = document_text(document, COMMON_NUMBER);
    int64_t id = document_id(document);
    if (number != NULL) {
        snprintf(out->en, sizeof out->en, "%s", number);
        snprintf(out->zh, sizeof out->zh, " %s", number); /* Chinese sets a number off with a blank, words not */
    } else if (id > 0) {
        snprintf(out->en, sizeof out->en, "%s no. %lld", document->type->label.en, (long long)id);
        snprintf(out->zh, sizeof out->zh, "%s（编号 %lld）", document->type->label.zh, (long long)id);
    } else {
        snprintf(out->en, sizeof out->en, "this %s", document->type->label.en);
        snprintf(out->zh, sizeof out->zh, "这张%s", document->type->label.zh);
    }
}

static const char *action_zh(enum document_action action) {
    static const char *const words[ACTION_COUNT] = {
        "新建", "查看", "修改", "提交", "删除", "作废", "审核", "财务审核", "锁定", "管理", "直接制单", "确认"};
    return words[action];
}

/* ---- reasons ---- */

/* What grants: a post by its name, or a temporary grant. */
static void say_post(const struct explanation *explanation, const struct org_holding *holding, struct phrase *out) {
    const struct org_post *post = &explanation->permissions->org->posts[holding->post];
    if (post->temporary) {
        say(out, &R_TEMPORARY, "", "");
        return;
    }
    snprintf(out->en, sizeof out->en, "%s", post->name);
    snprintf(out->zh, sizeof out->zh, "%s", post->name);
}

static void add_reason(struct explanation *explanation, const char *kind, json_value *reason, const struct sentence *sentence) {
    struct json *json = explanation->json;
    json_set_text(json, reason, "kind", kind);
    json_set_text(json, reason, "en", sentence->en);
    json_set_text(json, reason, "zh", sentence->zh);
    if (json_count(explanation->reasons) == 0) explanation->first = *sentence;
    json_push(json, explanation->reasons, reason);
}

/* A reason that no grant stands behind. */
static void add_plain(struct explanation *explanation, const char *kind, const struct message *message) {
    struct sentence sentence;
    const char *arguments[] = {"person", explanation->person->name, "function", explanation->function_text, NULL};
    message_render(sentence.en, sizeof sentence.en, message->en, arguments);
    message_render(sentence.zh, sizeof sentence.zh, message->zh, arguments);
    add_reason(explanation, kind, json_new_object(explanation->json), &sentence);
}

static json_value *grant_reason(const struct explanation *explanation, const struct org_holding *holding, const struct term *term) {
    const struct org *org = explanation->permissions->org;
    struct json *json = explanation->json;
    json_value *reason = json_new_object(json);
    const struct org_post *post = &org->posts[holding->post];
    json_set_text(json, reason, "post", post->temporary ? NULL : post->code);
    json_set_text(json, reason, "scope", scope_name(term->scope));
    json_set_text(json, reason, "in",
        holding->department >= 0 ? org->departments[holding->department].code : org->companies[holding->company].code);
    json_set_integer(json, reason, "grant", post->temporary ? post->grant : term->grant);
    if (post->temporary) json_set_boolean(json, reason, "temporary", true);
    return reason;
}

/* A grant that allows it, or one that denies it. */
static void add_grant(struct explanation *explanation, const struct org_holding *holding, const struct term *term) {
    const struct org *org = explanation->permissions->org;
    struct phrase extent, post;
    struct sentence sentence;
    const struct message *message = term->deny ? &R_DENY : &R_GRANT;
    const char *function = explanation->function_text;
    say_extent(org, holding, term, &extent);
    say_post(explanation, holding, &post);
    const char *en[] = {"post", post.en, "function", function, "extent", extent.en, NULL};
    const char *zh[] = {"post", post.zh, "function", function, "extent", extent.zh, NULL};
    message_render(sentence.en, sizeof sentence.en, message->en, en);
    message_render(sentence.zh, sizeof sentence.zh, message->zh, zh);
    add_reason(explanation, term->deny ? "deny" : "grant", grant_reason(explanation, holding, term), &sentence);
}

static void add_miss(
    struct explanation *explanation, const struct org_holding *holding, const struct term *term, const struct reach *reach) {
    const struct org *org = explanation->permissions->org;
    struct phrase extent, fact, need, post;
    struct sentence sentence;
    bool covered = reach_covers(reach, &explanation->facts);
    const char *function = explanation->function_text;
    say_post(explanation, holding, &post);
    say_extent(org, holding, term, &extent);
    say_fact(explanation, reach, covered, &fact);
    const char *code = say_need(explanation, holding, reach, covered, &need);
    const char *en[] = {"post", post.en, "function", function, "extent", extent.en, "fact", fact.en, "needed", need.en, NULL};
    const char *zh[] = {"post", post.zh, "function", function, "extent", extent.zh, "fact", fact.zh, "needed", need.zh, NULL};
    message_render(sentence.en, sizeof sentence.en, R_NEAR_MISS.en, en);
    message_render(sentence.zh, sizeof sentence.zh, R_NEAR_MISS.zh, zh);
    json_value *reason = grant_reason(explanation, holding, term);
    json_set_text(explanation->json, reason, "needs", code);
    add_reason(explanation, "near_miss", reason, &sentence);
}

/* It would have been allowed, had the post been in force. */
static void add_lapsed(struct explanation *explanation, const struct org_holding *holding, const struct term *term) {
    const struct message *message = &R_POST_DISABLED;
    const char *needs = "post_enabled";
    int64_t when = 0;
    if (explanation->person->disabled) {
        message = &R_PERSON_DISABLED;
        needs = "person_enabled";
    } else if (explanation->now_ms >= holding->to_ms) {
        message = &R_ENDED;
        when = holding->to_ms;
        needs = "in_force";
    } else if (explanation->now_ms < holding->from_ms) {
        message = &R_NOT_BEGUN;
        when = holding->from_ms;
        needs = "in_force";
    }
    char instant[25];
    struct sentence sentence;
    struct phrase named;
    say_post(explanation, holding, &named);
    instant_format(when, instant);
    const char *en[] = {"post", named.en, "person", explanation->person->name, "when", instant, NULL};
    const char *zh[] = {"post", named.zh, "person", explanation->person->name, "when", instant, NULL};
    message_render(sentence.en, sizeof sentence.en, message->en, en);
    message_render(sentence.zh, sizeof sentence.zh, message->zh, zh);
    json_value *reason = grant_reason(explanation, holding, term);
    json_set_text(explanation->json, reason, "needs", needs);
    add_reason(explanation, "near_miss", reason, &sentence);
}

/* ---- which of them ---- */

/* How near a reach comes: the smaller the nearer. */
enum nearness { NEAR_HELD, NEAR_DENIED, NEAR_CONDITION, NEAR_LAPSED, NEAR_COMPANY, NEAR_ELSEWHERE, NEAR_NOT };

static enum nearness nearness_of(
    const struct explanation *explanation, const struct reach_cursor *cursor, const struct reach *reach) {
    const struct facts *facts = &explanation->facts;
    bool holds = reach_holds(explanation->permissions, reach, facts, explanation->document);
    if (reach->deny) return holds && cursor->in_force ? NEAR_DENIED : NEAR_NOT; /* a denial is never missed */
    if (!cursor->in_force) return holds ? NEAR_LAPSED : NEAR_NOT;
    if (holds) return NEAR_HELD;
    if (reach_covers(reach, facts)) return NEAR_CONDITION;
    return facts->company == reach->company ? NEAR_COMPANY : NEAR_ELSEWHERE;
}

/* Tells the reasons of one nearness; returns how many there were. */
static int tell(struct explanation *explanation, enum nearness nearness, int most) {
    int count = 0;
    struct reach_cursor cursor =
        reach_each(explanation->permissions, explanation->employee, explanation->function, explanation->now_ms, true);
    for (struct reach reach; count < most && reach_next(&cursor, &reach);) {
        if (nearness_of(explanation, &cursor, &reach) != nearness) continue;
        count++;
        if (nearness == NEAR_HELD || nearness == NEAR_DENIED)
            add_grant(explanation, cursor.holding, reach_term(&cursor));
        else if (nearness == NEAR_LAPSED)
            add_lapsed(explanation, cursor.holding, reach_term(&cursor));
        else
            add_miss(explanation, cursor.holding, reach_term(&cursor), &reach);
    }
    return count;
}

static bool tell_yes(struct explanation *explanation, bool has_post) {
    if (reach_denied(
            explanation->permissions, explanation->employee, explanation->function, explanation->document, explanation->now_ms))
        return false;
    bool granted = tell(explanation, NEAR_HELD, INT32_MAX) > 0;
    bool took_part = has_post && explanation->function.action == ACTION_READ && explanation->document->participant;
    if (took_part) add_plain(explanation, "participant", &R_PARTICIPANT);
    return granted || took_part;
}

static void tell_no(struct explanation *explanation, bool has_post) {
    bool has_function =
        permission_has_function(explanation->permissions, explanation->employee, explanation->function, explanation->now_ms);
    bool denied = tell(explanation, NEAR_DENIED, MISSES_TOLD) > 0;
    if (denied) return;
    if (explanation->person->disabled)
        add_plain(explanation, "no_post", &R_PERSON_DISABLED);
    else if (!has_post && !has_function)
        add_plain(explanation, "no_post", &R_NO_POST);
    else if (!has_function)
        add_plain(explanation, "no_function", &R_NO_FUNCTION);
    int told = 0;
    for (int nearness = NEAR_CONDITION; nearness < NEAR_NOT; nearness++)
        told += tell(explanation, (enum nearness)nearness, MISSES_TOLD - told);
}

static void tell_headline(const struct explanation *explanation, bool allowed, struct sentence *out) {
    const struct message *message = allowed ? &R_MAY : &R_MAY_NOT;
    const char *person = explanation->person->name;
    enum document_action action = explanation->function.action;
    struct phrase document;
    say_document(explanation->document, &document);
    const char *en[] = {
        "person", person, "action", action_name(action), "document", document.en, "reason", explanation->first.en, NULL};
    const char *zh[] = {
        "person", person, "action", action_zh(action), "document", document.zh, "reason", explanation->first.zh, NULL};
    message_render(out->en, sizeof out->en, message->en, en);
    message_render(out->zh, sizeof out->zh, message->zh, zh);
}

dealer_status permission_explain(struct env *env, const struct permissions *permissions, const struct permission_question *question,
    const struct document *document, struct json *json, json_value **out) {
    const struct org *org = permissions->org;
    int employee = question->employee;
    struct function function = question->function;
    int64_t now_ms = question->now_ms;
    if (employee < 0 || employee >= org->employee_count || function.type == NULL || document->type != function.type)
        return error_raise(&env->error, &E_PERMISSION_QUESTION, NULL);
    struct explanation explanation = {.permissions = permissions,
        .person = &org->employees[employee],
        .employee = employee,
        .function = function,
        .document = document,
        .now_ms = now_ms,
        .facts = facts_of(permissions, document),
        .json = json,
        .reasons = json_new_array(json)};
    snprintf(
        explanation.function_text, sizeof explanation.function_text, "%s.%s", function.type->name, action_name(function.action));
    bool has_post = org_has_post_in_force(org, employee, now_ms);
    bool allowed = tell_yes(&explanation, has_post);
    if (!allowed) tell_no(&explanation, has_post);
    struct sentence headline;
    tell_headline(&explanation, allowed, &headline);
    json_value *object = json_new_object(json);
    json_set_boolean(json, object, "allowed", allowed);
    json_set_text(json, object, "function", explanation.function_text);
    json_set_text(json, object, "person", explanation.person->code);
    json_set(json, object, "reasons", explanation.reasons);
    json_set_text(json, object, "en", headline.en);
    json_set_text(json, object, "zh", headline.zh);
    if (json_status(json) != DEALER_OK) return json_status(json);
    *out = object;
    return DEALER_OK;
}
