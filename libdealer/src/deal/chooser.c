/* A rule in Lua says who approves. Whom it names must work here; when it fails, or names somebody who is not there, it has found nobody,
 * and the history says why. */
#include "deal/chooser.h"
#include "deal/decisions.h"
#include <string.h>

struct named {
    const char *code, *reason_en, *reason_zh;
};

/* What one rule said, asked once in a step: the preview in it, and the step itself, see the same. */
struct chosen {
    const char *rule;
    struct named *people;
    size_t count;
    bool failed;
    const char *why_en, *why_zh; /* it chose nobody; NULL: it did */
    struct chosen *next;
};

static dealer_status render(struct env *env, struct region *region, const struct message *message, const char *const *arguments,
    const char **en_out, const char **zh_out) {
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
    message_render(en, sizeof en, message->en, arguments);
    message_render(zh, sizeof zh, message->zh, arguments);
    *en_out = region_copy(region, env, en, strlen(en));
    *zh_out = region_copy(region, env, zh, strlen(zh));
    return *en_out && *zh_out ? DEALER_OK : DEALER_E_NOMEM;
}

/* The rule's own failure is no failure of the call. */
static dealer_status take_failure(struct deal *deal, const struct rule *rule, struct chosen *chosen) {
    struct error *error = &deal->env->error;
    const char *arguments[] = {"rule", rule->id, "text_en", error->depth ? error->entries[0].en : "", "text_zh",
        error->depth ? error->entries[0].zh : "", NULL};
    dealer_status status = render(deal->env, &deal->region, &R_CHOOSER_FAILED, arguments, &chosen->why_en, &chosen->why_zh);
    chosen->failed = true;
    error_clear(error);
    return status;
}

static const char *keep(struct deal *deal, const json_value *person, const char *key) {
    const char *text = json_get_text(person, key);
    return region_copy(&deal->region, deal->env, text, strlen(text));
}

/* The result is checked: at least one, each with three texts. */
static dealer_status take_people(struct deal *deal, const json_value *people, struct chosen *chosen) {
    const json_value *person;
    chosen->people = REGION_ARRAY(&deal->region, deal->env, struct named, json_count(people));
    if (!chosen->people) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(people); (person = json_next(&each, NULL));) {
        struct named *named = &chosen->people[chosen->count++];
        *named = (struct named){keep(deal, person, "employee"), keep(deal, person, "en"), keep(deal, person, "zh")};
        if (!named->code || !named->reason_en || !named->reason_zh) return DEALER_E_NOMEM;
    }
    return DEALER_OK;
}

static dealer_status ask(
    struct deal *deal, const struct document *document, struct rule_question *question, json_value *input, struct chosen *chosen) {
    struct rule_result result;
    const char *arguments[] = {"rule", question->rule->id, NULL};
    bool applies = false;
    question->input = input;
    dealer_status status = rule_applies(deal, question->rule, input, &applies);
    if (!status && !applies)
        return render(deal->env, &deal->region, &R_CHOOSER_SILENT, arguments, &chosen->why_en, &chosen->why_zh);
    if (!status) status = market_lookup_new(deal, &question->lookups, &question->lookup_count);
    if (!status) status = rule_ask(deal, document, question, &result);
    if (status) return status;
    status = take_people(deal, json_get(result.value, "people"), chosen);
    rule_result_finish(&result);
    return status;
}

static dealer_status ask_once(struct people_source *source, const struct rule *rule, const struct chosen **out) {
    struct deal *deal = source->deal;
    struct json *json = NULL;
    json_value *input = NULL;
    for (const struct chosen *known = source->chosen; known; known = known->next)
        if (strcmp(known->rule, rule->id) == 0) {
            *out = known;
            return DEALER_OK;
        }
    struct chosen *chosen = REGION_NEW(&deal->region, deal->env, struct chosen);
    struct rule_question question = {.rule = rule, .entry = RULE_PEOPLE};
    if (!chosen) return DEALER_E_NOMEM;
    dealer_status status = json_new(deal->env, &json);
    if (!status) status = rule_input(deal, source->document, json, &input);
    if (!status) status = ask(deal, source->document, &question, input, chosen);
    json_free(json);
    if (status == DEALER_E_RULE) status = take_failure(deal, rule, chosen);
    if (status) return status;
    chosen->rule = rule->id;
    chosen->next = source->chosen;
    source->chosen = chosen;
    *out = chosen;
    return DEALER_OK;
}

static dealer_status add_one(const struct people_source *source, struct env *env, const struct named *named, const char *rule,
    struct approval_candidates *out) {
    const struct org *org = source->deal->snapshot->org;
    const char *arguments[] = {"rule", rule, "code", named->code, NULL}, *name;
    int employee = org_employee_by_code(org, named->code);
    bool works = employee >= 0 && org_has_post_in_force(org, employee, source->deal->now_ms);
    if (employee < 0) out->failed = true;
    if (!works)
        return render(
            env, out->region, employee < 0 ? &R_CHOOSER_UNKNOWN : &R_CHOOSER_GONE, arguments, &out->nobody_en, &out->nobody_zh);
    name = region_copy(out->region, env, org->employees[employee].name, strlen(org->employees[employee].name));
    if (!name) return DEALER_E_NOMEM;
    return approval_candidates_add(out, env, org->employees[employee].id, name, named->reason_en, named->reason_zh);
}

dealer_status chooser_resolve(struct people_source *source, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out) {
    const struct rule *rule = rule_set_find(source->flow->rule->set, who->code);
    const struct chosen *chosen = NULL;
    int64_t actor = source->deal->person;
    source->deal->person = subject->submitter; /* whoever's decision leads here: or a preview would tell another way */
    dealer_status status = ask_once(source, rule, &chosen);
    source->deal->person = actor;
    if (status) return status;
    out->failed = out->failed || chosen->failed;
    if (chosen->why_en) {
        out->nobody_en = chosen->why_en;
        out->nobody_zh = chosen->why_zh;
    }
    for (size_t i = 0; !status && i < chosen->count; i++) status = add_one(source, env, &chosen->people[i], rule->id, out);
    return status;
}
