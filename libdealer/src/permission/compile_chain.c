/* "separation" rules with did and may_not, resolved against the catalogue. */
#include "permission/compiling.h"
#include "permission/messages.h"

#include <stdio.h>
#include <string.h>

static const char *const parts[PART_COUNT] = {"create", "edit", "submit", "value", "approve", "review", "lock", "void", "confirm"};

const char *chain_part_name(enum chain_part part) {
    return parts[part];
}

static int part_of(const char *name) {
    for (int i = 0; i < PART_COUNT; i++) {
        if (strcmp(parts[i], name) == 0) return i;
    }
    return -1;
}

/* "trade_in.value" */
static bool read_part(struct compiler *compiler, const json_value *rule, const struct place *above, const char *member,
    const struct catalogue_type **type_out, enum chain_part *part_out) {
    struct place here = {above, member, 0};
    const char *text = json_get_text(rule, member), *point = text != NULL ? strchr(text, '.') : NULL;
    char name[128];
    snprintf(name, sizeof name, "%.*s", point != NULL ? (int)(point - text) : 0, text != NULL ? text : "");
    *type_out = catalogue_type(compiler->permissions->catalogue, name);
    int part = point != NULL ? part_of(point + 1) : -1;
    if (*type_out == NULL) compile_report_type(compiler, &here, name);
    if (part < 0)
        findings_add_unknown(&compiler->findings, &here, &E_PERMISSION_PART, point != NULL ? point + 1 : "", NULL,
            "create, edit, submit, value, approve, review, lock, void, confirm");
    *part_out = part < 0 ? PART_CREATE : (enum chain_part)part;
    return *type_out != NULL && part >= 0;
}

dealer_status compile_chain(struct compiler *compiler) {
    struct permissions *permissions = compiler->permissions;
    const json_value *array = json_get(json_root(permissions->org->source), "separation"), *element;
    struct chain_rule *rules = REGION_ARRAY(&permissions->region, compiler->env, struct chain_rule, json_count(array) + 1);
    struct place list = {NULL, "separation", 0};
    if (rules == NULL) return DEALER_E_NOMEM;
    int index = 0;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL; index++) {
        struct place here = {&list, NULL, index};
        struct chain_rule *rule = &rules[permissions->chain_rule_count];
        if (json_kind(json_get(element, "did")) <= JSON_NULL) continue;
        bool sound = read_part(compiler, element, &here, "did", &rule->did_type, &rule->did);
        sound = read_part(compiler, element, &here, "may_not", &rule->may_not_type, &rule->may_not) && sound;
        permissions->chain_rule_count += sound;
    }
    permissions->chain_rules = rules;
    return DEALER_OK;
}

const struct chain_rule *permission_chain_rules(const struct permissions *permissions, int *count_out) {
    *count_out = permissions->chain_rule_count;
    return permissions->chain_rules;
}
