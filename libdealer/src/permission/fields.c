/* Which fields of a document a person may see and edit: what every holding leaves free that lets him read, or edit, that
 * very document. The one place that decides it. */
#include "permission/terms.h"

#include <string.h>

static bool holding_reaches(const struct permissions *permissions, struct reach_cursor *cursor, const struct facts *facts,
    const struct document *document, bool *more_out, struct reach *reach) {
    const struct org_holding *holding = cursor->holding;
    bool reaches = false;
    do {
        reaches = reaches || (!reach->deny && reach_holds(permissions, reach, facts, document));
        *more_out = reach_next(cursor, reach);
    } while (*more_out && cursor->holding == holding);
    return reaches;
}

/* AND of what the posts take away; starts as everything, so that nobody who lets anything through leaves all taken. */
struct taken {
    const struct permissions *permissions;
    const struct catalogue_type *type;
    uint64_t *hidden, *fixed;
    bool any;
};

static void take(struct taken *taken, int post) {
    struct field_sets sets = fields_of(taken->permissions, post, taken->type);
    for (size_t w = 0; w < FIELD_WORDS(taken->type); w++) {
        uint64_t hidden = sets.hidden != NULL ? sets.hidden[w] : 0, fixed = sets.fixed != NULL ? sets.fixed[w] : 0;
        taken->hidden[w] &= hidden;
        taken->fixed[w] &= hidden | fixed;
    }
    taken->any = true;
}

/* Every holding in force. */
static void take_all(struct taken *taken, int employee, int64_t now_ms) {
    const struct org *org = taken->permissions->org;
    const struct org_employee *person = &org->employees[employee];
    for (int h = 0; h < person->holding_count; h++) {
        const struct org_holding *holding = &person->holdings[h];
        if (!org->posts[holding->post].temporary && org_holding_in_force(org, person, holding, now_ms)) take(taken, holding->post);
    }
}

static void take_reaching(struct taken *taken, const struct permission_question *question, const struct document *document) {
    struct facts facts = facts_of(taken->permissions, document);
    struct reach_cursor cursor = reach_each(taken->permissions, question->employee, question->function, question->now_ms, false);
    struct reach reach;
    bool more = reach_next(&cursor, &reach);
    while (more) {
        int post = cursor.holding->post;
        if (holding_reaches(taken->permissions, &cursor, &facts, document, &more, &reach)) take(taken, post);
    }
}

static void start(struct taken *taken) {
    for (size_t w = 0; w < FIELD_WORDS(taken->type); w++) taken->hidden[w] = taken->fixed[w] = UINT64_MAX;
    taken->any = false;
}

static bool is_empty(const uint64_t *set, const struct catalogue_type *type) {
    for (size_t w = 0; w < FIELD_WORDS(type); w++) {
        if (set[w] != 0) return false;
    }
    return true;
}

bool permission_limits_fields(const struct permissions *permissions, const struct catalogue_type *type) {
    return permissions->has_fields[type->index];
}

bool permission_limits_any(const struct permissions *permissions) {
    for (int type = 0; type < permissions->catalogue->type_count; type++) {
        if (permissions->has_fields[type]) return true;
    }
    return false;
}

dealer_status permission_fields(struct env *env, struct region *region, const struct permissions *permissions,
    const struct permission_question *question, const struct document *document, struct permission_fields *out) {
    const struct catalogue_type *type = document->type;
    *out = (struct permission_fields){NULL, NULL};
    if (!permissions->has_fields[type->index]) return DEALER_OK;
    if (question->employee < 0 || question->employee >= permissions->org->employee_count) return DEALER_OK;
    uint64_t *sets = REGION_ARRAY(region, env, uint64_t, 4 * FIELD_WORDS(type));
    if (sets == NULL) return DEALER_E_NOMEM;
    struct taken seen = {permissions, type, sets, sets + FIELD_WORDS(type), false};
    struct taken edited = {permissions, type, sets + 2 * FIELD_WORDS(type), sets + 3 * FIELD_WORDS(type), false};
    struct permission_question read = *question;
    read.function = (struct function){type, ACTION_READ};
    start(&seen);
    take_reaching(&seen, &read, document);
    if (document->participant || !seen.any) take_all(&seen, question->employee, question->now_ms);
    start(&edited);
    take_reaching(&edited, question, document);
    if (!edited.any) memcpy(edited.fixed, seen.fixed, FIELD_WORDS(type) * sizeof *sets);
    for (size_t w = 0; w < FIELD_WORDS(type); w++) {
        if (!seen.any) seen.hidden[w] = 0; /* who holds nothing is let in nowhere: that is not this one's to say */
        if (!seen.any && !edited.any) edited.fixed[w] = 0;
        edited.fixed[w] |= seen.hidden[w];
    }
    if (!is_empty(seen.hidden, type)) out->hidden = seen.hidden;
    if (!is_empty(edited.fixed, type)) out->fixed = edited.fixed;
    return DEALER_OK;
}

/* ---- in lists: only where the field may be seen ---- */

static bool leaves_visible(
    const struct permissions *permissions, int post, const struct catalogue_field *field, const struct catalogue_type *type) {
    return !field_set_has(fields_of(permissions, post, type).hidden, field->index);
}

static bool any_leaves_visible(
    const struct permissions *permissions, const struct permission_question *question, const struct catalogue_field *field) {
    const struct org *org = permissions->org;
    const struct org_employee *person = &org->employees[question->employee];
    for (int h = 0; h < person->holding_count; h++) {
        const struct org_holding *holding = &person->holdings[h];
        if (org->posts[holding->post].temporary || !org_holding_in_force(org, person, holding, question->now_ms)) continue;
        if (leaves_visible(permissions, holding->post, field, question->function.type)) return true;
    }
    return false;
}

dealer_status permission_field_predicate(struct env *env, struct region *region, const struct permissions *permissions,
    const struct permission_question *question, const struct catalogue_field *field, const struct predicate **out) {
    const struct catalogue_type *type = question->function.type;
    *out = predicate_constant(true);
    if (!permissions->has_fields[type->index]) return DEALER_OK;
    int count = 0, hiding = 0;
    struct reach_cursor cursor = reach_each(permissions, question->employee, question->function, question->now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach); count++)
        hiding += !reach.deny && !leaves_visible(permissions, cursor.holding->post, field, type);
    bool participants = any_leaves_visible(permissions, question, field);
    if (hiding == 0 && participants) return DEALER_OK;
    const struct predicate **children = REGION_ARRAY(region, env, const struct predicate *, count + 1);
    if (children == NULL) return DEALER_E_NOMEM;
    count = 0;
    cursor = reach_each(permissions, question->employee, question->function, question->now_ms, false);
    for (struct reach reach; reach_next(&cursor, &reach);) {
        if (reach.deny || !leaves_visible(permissions, cursor.holding->post, field, type)) continue;
        children[count] = reach_predicate(env, region, permissions, type, &reach);
        if (children[count++] == NULL) return DEALER_E_NOMEM;
    }
    if (participants) {
        children[count] = predicate_participant(env, region, permissions->org->employees[question->employee].id);
        if (children[count++] == NULL) return DEALER_E_NOMEM;
    }
    *out = predicate_combine(env, region, PREDICATE_ANY, children, count);
    return *out != NULL ? DEALER_OK : DEALER_E_NOMEM;
}
