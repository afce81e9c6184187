/* Separation of duties along a chain: which documents belong to a document's chain, and who took which part in them. The
 * rules are permission's, the record is the journal. */
#include "deal/use_cases.h"
#include <string.h>

/* The kinds of journal entries that stand for a part. */
static const char *const kinds[PART_COUNT] = {
    [PART_CREATE] = "[\"created\"]",
    [PART_EDIT] = "[\"changed\"]",
    [PART_SUBMIT] = "[\"submitted\",\"resubmitted\",\"entered_directly\"]",
    [PART_VALUE] = "[\"valued\"]",
    [PART_APPROVE] = "[\"task_approved\",\"reviewed\"]",
    [PART_REVIEW] = "[\"reviewed\"]",
    [PART_LOCK] = "[\"locked\"]",
    [PART_VOID] = "[\"voided\"]",
    [PART_CONFIRM] = "[\"confirmed\"]",
};

enum { CHAIN_MAX = 256 };

/* Ids, each once. */
struct chain {
    int64_t ids[CHAIN_MAX];
    size_t count;
};

static dealer_status add(struct deal *deal, struct chain *chain, int64_t id) {
    for (size_t i = 0; i < chain->count; i++)
        if (chain->ids[i] == id) return DEALER_OK;
    if (chain->count == CHAIN_MAX) /* never decided on a part of the chain */
        return error_raise(&deal->env->error, &E_CHAIN_TOO_LONG, "limit", NUMBER(CHAIN_MAX), NULL);
    chain->ids[chain->count++] = id;
    return DEALER_OK;
}

/* What a document is linked to, and what that is linked to. Records (customers, machines) join no deal to another. */
static dealer_status add_links(struct deal *deal, struct chain *chain, const struct document *document) {
    dealer_status status = DEALER_OK;
    for (int i = COMMON_COUNT; !status && i < document->type->field_count; i++) {
        const struct catalogue_field *field = &document->type->fields[i];
        if (field->kind != FIELD_DOCUMENT || !document_has(document, i)) continue;
        const struct catalogue_type *target = catalogue_type(deal->snapshot->catalogue, field->target);
        if (target && !target->record) status = add(deal, chain, document_integer(document, i));
    }
    return status;
}

static dealer_status follow(struct deal *deal, struct chain *chain, const struct document *document) {
    dealer_status status = document_id(document) ? add(deal, chain, document_id(document)) : DEALER_OK;
    if (!status) status = add_links(deal, chain, document);
    for (size_t i = 0; !status && i < chain->count; i++) {
        struct document *linked = NULL;
        if (chain->ids[i] == document_id(document)) continue;
        status = deal_load(deal, chain->ids[i], &linked);
        if (!status) status = add_links(deal, chain, linked);
        document_free(linked);
    }
    return status;
}

/* Documents of the type that are linked to one of the chain: two trade-ins of one pre-order, say. */
static dealer_status add_dependents(struct deal *deal, struct chain *chain, const struct catalogue_type *type) {
    size_t known = chain->count;
    dealer_status status = DEALER_OK;
    for (int f = COMMON_COUNT; !status && f < type->field_count; f++) {
        const struct catalogue_field *field = &type->fields[f];
        const struct catalogue_type *target =
            field->kind == FIELD_DOCUMENT ? catalogue_type(deal->snapshot->catalogue, field->target) : NULL;
        if (!target || target->record) continue;
        for (size_t i = 0; !status && i < known; i++) {
            int64_t found[CHAIN_MAX];
            struct document_ids ids = {found, CHAIN_MAX, 0};
            status = store_document_linked(deal->env, deal->connection, field, type, chain->ids[i], &ids);
            for (size_t n = 0; !status && n < ids.count && n < CHAIN_MAX; n++) status = add(deal, chain, found[n]);
        }
    }
    return status;
}

static dealer_status took_part(
    struct deal *deal, const struct document *document, const struct chain_rule *rule, int64_t person, bool *out) {
    struct chain chain = {.count = 0};
    dealer_status status = follow(deal, &chain, document);
    if (!status) status = add_dependents(deal, &chain, rule->did_type);
    for (size_t i = 0; !status && !*out && i < chain.count; i++) {
        struct document *linked = NULL;
        status = deal_load(deal, chain.ids[i], &linked);
        bool right = !status && strcmp(linked->type->name, rule->did_type->name) == 0;
        document_free(linked);
        if (right) status = store_journal_took_part(deal->env, deal->connection, chain.ids[i], kinds[rule->did], person, out);
    }
    return status;
}

dealer_status separation_find(
    struct deal *deal, const struct document *document, enum chain_part part, int64_t person, const struct chain_rule **rule_out) {
    int count = 0;
    const struct chain_rule *rules = permission_chain_rules(deal->snapshot->permissions, &count);
    dealer_status status = DEALER_OK;
    *rule_out = NULL;
    for (int i = 0; !status && !*rule_out && i < count; i++) {
        bool took = false;
        if (rules[i].may_not != part || strcmp(rules[i].may_not_type->name, document->type->name) != 0) continue;
        status = took_part(deal, document, &rules[i], person, &took);
        if (took) *rule_out = &rules[i];
    }
    return status;
}

/* Whoever acts for somebody is asked about first, so that the refusal names the one who took the part. */
dealer_status separation_check(struct deal *deal, const struct document *document, enum chain_part part) {
    const struct chain_rule *rule = NULL;
    const int64_t people[2] = {deal->acting, deal->person};
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && deal->person && i < 2; i++) {
        if (!people[i]) continue;
        status = separation_find(deal, document, part, people[i], &rule);
        if (status || !rule) continue;
        return error_raise(&deal->env->error, &E_SEPARATED, "person", deal_person_name(deal, people[i]), "did_type",
            rule->did_type->name, "did", chain_part_name(rule->did), "type", rule->may_not_type->name, "part",
            chain_part_name(rule->may_not), "document", deal_title(deal, document), NULL);
    }
    return status;
}
