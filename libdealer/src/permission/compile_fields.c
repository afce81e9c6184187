/* The fields that posts may not see or not edit, as sets by post and type. */
#include "permission/compiling.h"
#include "permission/messages.h"

#include <string.h>

/* Without these nothing could be decided, listed or saved. */
static bool may_be_limited(const struct catalogue_field *field) {
    switch (field->index) {
    case COMMON_ID:
    case COMMON_COMPANY:
    case COMMON_DEPARTMENT:
    case COMMON_OWNER:
    case COMMON_STATUS:
    case COMMON_VERSION:
    case COMMON_CURRENCY: return false;
    default: return true;
    }
}

static void report_field(
    struct compiler *compiler, const struct place *place, const struct catalogue_type *type, const char *name) {
    struct nearest nearest;
    nearest_init(&nearest, name);
    for (int i = 0; i < type->field_count; i++) nearest_offer(&nearest, type->fields[i].name);
    findings_add_unknown(&compiler->findings, place, &E_PERMISSION_FIELD, name, nearest.best, type->name);
}

struct names {
    const char *member;
    const char *const *names;
    int count;
};

static dealer_status compile_set(struct compiler *compiler, const struct place *above, const struct catalogue_type *type,
    const struct names *names, const uint64_t **set_in_out) {
    struct place list = {above, names->member, 0};
    size_t words = FIELD_WORDS(type);
    if (names->count == 0) return DEALER_OK;
    uint64_t *set = REGION_ARRAY(&compiler->permissions->region, compiler->env, uint64_t, words);
    if (set == NULL) return DEALER_E_NOMEM;
    if (*set_in_out != NULL) memcpy(set, *set_in_out, words * sizeof *set);
    for (int i = 0; i < names->count; i++) {
        struct place here = {&list, NULL, i};
        const struct catalogue_field *field = catalogue_field(type, names->names[i]);
        if (field == NULL)
            report_field(compiler, &here, type, names->names[i]);
        else if (!may_be_limited(field))
            findings_add(&compiler->findings, &here, &E_PERMISSION_FIELD_NEEDED, "field", names->names[i], NULL);
        else
            field_set_add(set, field->index);
        if (field != NULL && field->index == type->dated_by)
            field_set_add(set, COMMON_PERIOD); /* which would tell the month of it */
    }
    *set_in_out = set;
    return DEALER_OK;
}

static dealer_status compile_post(struct compiler *compiler, int index, struct field_sets *sets, bool *has_fields) {
    const struct org_post *post = &compiler->permissions->org->posts[index];
    const struct catalogue *catalogue = compiler->permissions->catalogue;
    struct place posts = {NULL, "posts", 0}, place = {&posts, NULL, post->source}, list = {&place, "fields", 0};
    dealer_status status = DEALER_OK;
    for (int i = 0; i < post->field_rule_count && status == DEALER_OK; i++) {
        const struct org_field_rule *rule = &post->fields[i];
        const struct catalogue_type *type = catalogue_type(catalogue, rule->type);
        struct place here = {&list, NULL, i}, type_place = {&here, "type", 0};
        if (type == NULL) {
            compile_report_type(compiler, &type_place, rule->type);
            continue;
        }
        struct field_sets *set = &sets[(size_t)index * (size_t)catalogue->type_count + (size_t)type->index];
        status = compile_set(compiler, &here, type, &(struct names){"hidden", rule->hidden, rule->hidden_count}, &set->hidden);
        if (status == DEALER_OK)
            status = compile_set(compiler, &here, type, &(struct names){"fixed", rule->fixed, rule->fixed_count}, &set->fixed);
        has_fields[type->index] = true;
    }
    return status;
}

dealer_status compile_fields(struct compiler *compiler) {
    struct permissions *permissions = compiler->permissions;
    size_t types = (size_t)permissions->catalogue->type_count;
    struct field_sets *sets =
        REGION_ARRAY(&permissions->region, compiler->env, struct field_sets, (size_t)permissions->row_count * types + 1);
    bool *has_fields = REGION_ARRAY(&permissions->region, compiler->env, bool, types + 1);
    if (sets == NULL || has_fields == NULL) return DEALER_E_NOMEM;
    dealer_status status = DEALER_OK;
    for (int p = 0; p < permissions->org->post_count && status == DEALER_OK; p++)
        status = compile_post(compiler, p, sets, has_fields);
    permissions->fields = sets;
    permissions->has_fields = has_fields;
    return status;
}

struct field_sets fields_of(const struct permissions *permissions, int post, const struct catalogue_type *type) {
    return permissions->fields[(size_t)post * (size_t)permissions->catalogue->type_count + (size_t)type->index];
}
