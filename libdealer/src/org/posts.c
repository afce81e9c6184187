/* Posts: their grants, and the fields that they may not see or not edit, as written. Must not know which functions or
 * fields exist: permission compiles them. */
#include "org/loading.h"
#include "org/messages.h"
#include "org/reading.h"

#include <string.h>

dealer_status org_read_texts(struct loader *loader, const json_value *object, const struct place *place, const char *member,
    const char *const **out, int *count_out) {
    const json_value *array = org_read_array(loader->findings, object, place, member, false);
    struct place list = {place, member, 0};
    const char **texts = REGION_ARRAY(&loader->org->region, loader->env, const char *, json_count(array) + 1);
    if (texts == NULL) return DEALER_E_NOMEM;
    int count = 0, source = 0;
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL; source++) {
        struct place here = {&list, NULL, source};
        const char *text = org_read_element(loader->findings, element, &here);
        bool twice = false;
        for (int i = 0; text != NULL && i < count; i++) twice = twice || strcmp(texts[i], text) == 0;
        if (twice) findings_add(loader->findings, &here, &E_ORG_LISTED_TWICE, "value", text, NULL);
        if (text == NULL || twice) continue;
        texts[count] = region_copy(&loader->org->region, loader->env, text, strlen(text));
        if (texts[count++] == NULL) return DEALER_E_NOMEM;
    }
    *out = texts;
    *count_out = count;
    return DEALER_OK;
}

static dealer_status read_field_rule(
    struct loader *loader, const json_value *json, const struct place *place, struct org_field_rule *rule) {
    static const char *const members[] = {"type", "hidden", "fixed", NULL};
    rule->type = "";
    if (!org_read_object(loader->findings, json, place, members)) return DEALER_OK;
    const char *type = org_read_text(loader->findings, json, place, "type", true);
    if (type != NULL) rule->type = region_copy(&loader->org->region, loader->env, type, strlen(type));
    if (rule->type == NULL) return DEALER_E_NOMEM;
    dealer_status status = org_read_texts(loader, json, place, "hidden", &rule->hidden, &rule->hidden_count);
    if (status == DEALER_OK) status = org_read_texts(loader, json, place, "fixed", &rule->fixed, &rule->fixed_count);
    return status;
}

static dealer_status read_field_rules(
    struct loader *loader, const json_value *json, const struct place *place, struct org_post *post) {
    const json_value *array = org_read_array(loader->findings, json, place, "fields", false);
    struct place list = {place, "fields", 0};
    struct org_field_rule *rules = REGION_ARRAY(&loader->org->region, loader->env, struct org_field_rule, json_count(array) + 1);
    if (rules == NULL) return DEALER_E_NOMEM;
    post->fields = rules;
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL;) {
        struct place here = {&list, NULL, post->field_rule_count};
        if (read_field_rule(loader, element, &here, &rules[post->field_rule_count++]) != DEALER_OK) return DEALER_E_NOMEM;
    }
    return DEALER_OK;
}

static dealer_status read_grants(struct loader *loader, const json_value *json, const struct place *place, struct org_post *post) {
    const json_value *array = org_read_array(loader->findings, json, place, "grants", false);
    struct place list = {place, "grants", 0};
    struct org_grant *grants = REGION_ARRAY(&loader->org->region, loader->env, struct org_grant, json_count(array) + 1);
    if (grants == NULL) return DEALER_E_NOMEM;
    post->grants = grants;
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL;) {
        struct place here = {&list, NULL, post->grant_count};
        if (org_read_grant(loader, element, &here, false, &grants[post->grant_count++]) != DEALER_OK) return DEALER_E_NOMEM;
    }
    return DEALER_OK;
}

/* Temporary grants of all employees: each stands as a post of its own behind the posts. */
static int count_temporary(const struct loader *loader) {
    int count = 0;
    const json_value *element;
    for (struct json_cursor cursor = json_each(json_get(loader->configuration, "employees"));
         (element = json_next(&cursor, NULL)) != NULL;)
        count += (int)json_count(json_get(element, "grants"));
    return count;
}

dealer_status org_load_posts(struct loader *loader) {
    static const char *const members[] = {"code", "name", "disabled", "grants", "fields", NULL};
    struct org *org = loader->org;
    struct roster *roster = &loader->posts;
    if (roster_read(loader, "posts", &E_ORG_POST_UNKNOWN, roster) != DEALER_OK) return DEALER_E_NOMEM;
    org->post_count = roster->count;
    loader->temporary_capacity = count_temporary(loader);
    org->post_total = roster->count;
    org->posts = REGION_ARRAY(&org->region, loader->env, struct org_post, roster->count + loader->temporary_capacity + 1);
    if (org->posts == NULL) return DEALER_E_NOMEM;
    for (int i = 0; i < roster->count; i++) {
        const struct roster_entry *entry = &roster->entries[i];
        struct org_post *post = &org->posts[i];
        struct place here = {&roster->place, NULL, entry->source};
        *post = (struct org_post){.code = entry->code, .name = entry->name, .source = entry->source};
        if (!org_read_object(loader->findings, entry->json, &here, members)) continue;
        post->disabled = org_read_boolean(loader->findings, entry->json, &here, "disabled");
        if (read_grants(loader, entry->json, &here, post) != DEALER_OK) return DEALER_E_NOMEM;
        if (read_field_rules(loader, entry->json, &here, post) != DEALER_OK) return DEALER_E_NOMEM;
    }
    return DEALER_OK;
}
