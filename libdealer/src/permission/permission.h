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

/* May this person (employee index) do this to this document, now? No allocation. Reading is also allowed to whoever took
 * part in the document's approval (document->participant). Nobody without a post in force may do anything. */
bool permission_allows(
    const struct permissions *permissions, int employee, struct function function, const struct document *document, int64_t now_ms);
/* May the person do this to any document at all (some grant in force)? */
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
/* Array of employee codes that may do this to this document now, by their grants: `participant` is about the asker alone
 * and is left out. The question's employee does not matter. */
dealer_status permission_who_can(struct env *env, const struct permissions *permissions, const struct permission_question *question,
    const struct document *document, struct json *json, json_value **out);
/* May the person enter new documents of a type, as their owner, in this department (-1: none) of this company? Conditions
 * of grants are left out, since there is no document yet: the finished one is checked with permission_allows. */
bool permission_may_create(const struct permissions *permissions, int employee, const struct catalogue_type *type, int company,
    int department, int64_t now_ms);
#endif
