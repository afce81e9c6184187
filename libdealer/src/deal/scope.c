/* What the asker may see of a type, as predicates: the one place where questions over many documents get theirs. */
#include "deal/deal.h"

static struct permission_question reading(const struct deal *deal, const struct catalogue_type *type) {
    return (struct permission_question){deal->employee, {type, ACTION_READ}, deal->now_ms};
}

dealer_status deal_visible(struct deal *deal, const struct catalogue_type *type, const struct predicate **out) {
    struct permission_question question = reading(deal, type);
    *out = predicate_constant(true);
    if (!deal->person) return DEALER_OK;
    return permission_predicate(deal->env, &deal->region, deal->snapshot->permissions, &question, out);
}

dealer_status deal_field_seen(
    struct deal *deal, const struct catalogue_type *type, const struct catalogue_field *field, const struct predicate **out) {
    struct permission_question question = reading(deal, type);
    *out = predicate_constant(true);
    if (!deal->person) return DEALER_OK;
    return permission_field_predicate(deal->env, &deal->region, deal->snapshot->permissions, &question, field, out);
}

dealer_status deal_require_field(
    struct deal *deal, const struct catalogue_type *type, const struct catalogue_field *field, const struct predicate **visible) {
    const struct predicate *children[2] = {*visible, NULL};
    dealer_status status = deal_field_seen(deal, type, field, &children[1]);
    if (status || children[1]->kind == PREDICATE_TRUE) return status;
    if (children[1]->kind == PREDICATE_FALSE) return catalogue_raise_field(deal->env, type, field->name);
    *visible = predicate_combine(deal->env, &deal->region, PREDICATE_ALL, children, 2);
    return *visible ? DEALER_OK : DEALER_E_NOMEM;
}

static void note_fields(const struct predicate *predicate, uint64_t *set) {
    if (!predicate) return;
    if (predicate->field) field_set_add(set, predicate->field->index);
    for (int i = 0; i < predicate->child_count; i++) note_fields(predicate->children[i], set);
}

dealer_status deal_require_filter(
    struct deal *deal, const struct catalogue_type *type, const struct predicate *filter, const struct predicate **visible) {
    if (!deal->person || !permission_limits_fields(deal->snapshot->permissions, type)) return DEALER_OK;
    uint64_t *set = REGION_ARRAY(&deal->region, deal->env, uint64_t, FIELD_WORDS(type));
    if (!set) return DEALER_E_NOMEM;
    note_fields(filter, set);
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < type->field_count; i++)
        if (field_set_has(set, i)) status = deal_require_field(deal, type, &type->fields[i], visible);
    return status;
}
