/* Function and data permission in one: grants of posts in force -> one predicate per person x function. A check
 * evaluates it in memory, a list hands the same predicate to the store. Scopes belong to the pair post x function and are
 * never pooled. Never writes; knows no SQL, no Lua, no approval. */
#ifndef PERMISSION_PERMISSION_H
#define PERMISSION_PERMISSION_H

#include "catalogue/predicate.h"
#include "org/org.h"

/* Grants compiled against the catalogue: immutable, shared by threads, borrows org and catalogue. */
struct permissions;

/* Unknown types, actions or fields in grants: findings as in org_load, DEALER_E_CONFIGURATION. */
dealer_status permissions_compile(struct env *env, const struct org *org, const struct catalogue *catalogue, json_value *findings,
    struct json *findings_json, struct permissions **out);
void permissions_free(struct permissions *permissions);
/* Once the organisation has its ids: makes checks fast. Until then they are right, but slow. What depends on people alone is taken from
 * `like` (NULL: none), where that is of the same people. */
dealer_status permissions_settle(struct env *env, struct permissions *permissions, const struct permissions *like);

struct function {
    const struct catalogue_type *type;
    enum document_action action;
};
/* "trade_in.submit" */
dealer_status function_parse(struct env *env, const struct catalogue *catalogue, const char *text, struct function *out);

/* Who (employee index), what, when. */
struct permission_question {
    int employee;
    struct function function;
    int64_t now_ms;
};

/* Where a document belongs, by ids; 0: none. */
struct permission_place {
    int64_t company, department, owner;
};
/* What one person holds, found once for many checks; as long as the permissions live. */
struct permission_seats {
    const struct seat *seats;
    uint32_t count;
    bool dated; /* some of it begins or ends */
};
struct permission_seats permission_seats_of(const struct permissions *permissions, int employee);
/* The answer of plain grants, from the document's place alone; *sure_out false: there is more than them (listed places, conditions,
 * denials, service roles), and permission_allows has to be asked. Taking part is not asked about. */
bool permission_glance(const struct permissions *permissions, struct permission_seats seats, struct function function,
    const struct permission_place *place, int64_t now_ms, bool *sure_out);
/* Of a document that the person took part in: reading, with a post in force. Denials are not asked about. */
bool permission_took_part(const struct permissions *permissions, int employee, struct function function, int64_t now_ms);

/* May this person (employee index) do this to this document, now? No allocation. Reading is also allowed to whoever took
 * part in the document's approval (document->participant). Nobody without a post in force may do anything. */
bool permission_allows(
    const struct permissions *permissions, int employee, struct function function, const struct document *document, int64_t now_ms);
/* A reserved function over a person (who stands where his home department is): 'read' or 'apply' of configuration. */
bool permission_over_person(
    const struct permissions *permissions, int employee, enum document_action action, int person, int64_t now_ms);
/* ... over anything at all? */
bool permission_has_reserved(const struct permissions *permissions, int employee, enum document_action action, int64_t now_ms);
/* ... over a place (department -1: none). */
bool permission_over_place(
    const struct permissions *permissions, int employee, enum document_action action, int company, int department, int64_t now_ms);
/* ... over every document of a company, whatever is in it: without a condition, and denied nowhere. */
bool permission_over_company(
    const struct permissions *permissions, int employee, struct function function, int company, int64_t now_ms);
/* ... over the whole group, which changes to what is not a person's need. */
bool permission_over_group(const struct permissions *permissions, int employee, enum document_action action, int64_t now_ms);
/* May the person do this to any document at all (some grant in force, and none that denies it everywhere)? */
bool permission_has_function(const struct permissions *permissions, int employee, struct function function, int64_t now_ms);
/* The same as a predicate, for the store. FALSE when nothing is granted. */
dealer_status permission_predicate(struct env *env, struct region *region, const struct permissions *permissions,
    const struct permission_question *question, const struct predicate **out);
/* The world that predicates of this organisation are evaluated in. */
struct predicate_world permission_world(const struct permissions *permissions);

/* Why: {"allowed": bool, "function": ..., "person": code, "reasons": [{"kind": "grant"|"participant"|"near_miss"|"no_post"
 * |"no_function", "post", "scope", "in", "grant": index, "en", "zh"}], "en", "zh"} - for a yes every grant that allows it, for
 * a no the nearest misses (right function, wrong place or condition; what it needs, what is held). */
dealer_status permission_explain(struct env *env, const struct permissions *permissions, const struct permission_question *question,
    const struct document *document, struct json *json, json_value **out);
/* Array of "type.action" that the person holds in force, in catalogue order. */
dealer_status permission_functions_of(
    struct env *env, const struct permissions *permissions, int employee, int64_t now_ms, struct json *json, json_value **out);
/* Where: {"all", "own": [company], "companies": [code], "departments": [code], "conditional"} - the places whose documents the
 * person may do this to; own: only his own there; conditional: some only under a condition, or some denied. */
dealer_status permission_places(struct env *env, const struct permissions *permissions, const struct permission_question *question,
    struct json *json, json_value **out);
/* Array of employee codes that may do this to this document now, by their grants: `participant` is about the asker alone
 * and is left out. The question's employee does not matter. */
dealer_status permission_who_can(struct env *env, const struct permissions *permissions, const struct permission_question *question,
    const struct document *document, struct json *json, json_value **out);
/* May the person enter new documents of a type, as their owner, in this department (-1: none) of this company? Conditions
 * of grants are left out, since there is no document yet: the finished one is checked with permission_allows. */
bool permission_may_create(const struct permissions *permissions, int employee, const struct catalogue_type *type, int company,
    int department, int64_t now_ms);

/* ---- fields ---- */

/* Sets of fields of one type: bit i of word i / 64. NULL: none. */
#define FIELD_WORDS(type) ((size_t)((type)->field_count + 63) / 64)
static inline bool field_set_has(const uint64_t *set, int field) {
    return set != NULL && (set[field / 64] >> (field % 64) & 1) != 0;
}
static inline void field_set_add(uint64_t *set, int field) {
    set[field / 64] |= (uint64_t)1 << (field % 64);
}

/* What the person may not see, and not edit, of a document; the question's function says by what he would edit (edit, or
 * create of a new one). A field is free when any holding in force that lets him read (edit) this document leaves it free;
 * by taking part in an approval, every holding lets him read. Hidden ones are fixed too. In the region. */
struct permission_fields {
    const uint64_t *hidden, *fixed;
};
dealer_status permission_fields(struct env *env, struct region *region, const struct permissions *permissions,
    const struct permission_question *question, const struct document *document, struct permission_fields *out);
/* Does any post hide or fix a field of the type? */
bool permission_limits_fields(const struct permissions *permissions, const struct catalogue_type *type);
/* ... of any type? */
bool permission_limits_any(const struct permissions *permissions);
/* The documents on which the person may see the field, for queries that use it: FALSE when nowhere. */
dealer_status permission_field_predicate(struct env *env, struct region *region, const struct permissions *permissions,
    const struct permission_question *question, const struct catalogue_field *field, const struct predicate **out);
#endif
