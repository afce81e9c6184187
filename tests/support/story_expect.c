/* What came of a step, held against what the story expects. */
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *difference(const char *what, const json_t *found, const json_t *wanted) {
    char *left = json_dumps(found, JSON_ENCODE_ANY | JSON_COMPACT), *right = json_dumps(wanted, JSON_ENCODE_ANY | JSON_COMPACT);
    size_t size = strlen(what) + (left ? strlen(left) : 6) + strlen(right) + 40;
    char *text = malloc(size);
    assert_non_null(text);
    snprintf(text, size, "%s: found %s, expected %s", what, left ? left : "nothing", right);
    free(left);
    free(right);
    return text;
}

/* -- refusals -- */

static bool has_id(const json_t *errors, const char *id) {
    json_t *level;
    size_t index;
    json_array_foreach((json_t *)errors, index, level) {
        if (strcmp(json_string_value(json_object_get(level, "id")), id) == 0) return true;
    }
    return false;
}

static bool says(const json_t *errors, const char *words) {
    json_t *level;
    size_t index;
    json_array_foreach((json_t *)errors, index, level) {
        if (strstr(json_string_value(json_object_get(level, "en")), words)) return true;
        if (strstr(json_string_value(json_object_get(level, "zh")), words)) return true;
    }
    return false;
}

/* A sentence with a place in it that nothing was put into. */
static bool has_hole(const char *sentence) {
    for (const char *at = strchr(sentence, '{'); at; at = strchr(at + 1, '{')) {
        size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
        if (length && at[1 + length] == '}') return true;
    }
    return false;
}

/* A refusal says what, in both languages. */
static bool explains(const json_t *errors) {
    json_t *level;
    size_t index;
    json_array_foreach((json_t *)errors, index, level) {
        const char *en = json_string_value(json_object_get(level, "en")), *zh = json_string_value(json_object_get(level, "zh"));
        if (!en || !*en || !zh || !*zh || has_hole(en) || has_hole(zh)) return false;
    }
    return json_array_size(errors) > 0;
}

static char *compare_refusal(const struct story_step *step, const json_t *wanted) {
    const char *status = json_string_value(json_object_get(wanted, "status"));
    const char *id = json_string_value(json_object_get(wanted, "id")), *words = json_string_value(json_object_get(wanted, "says"));
    const char *found = dealer_status_name((int32_t)step->result.status);
    json_t *whole = json_pack("{s:s,s:O?}", "status", found, "errors", step->result.errors);
    char *text = NULL;
    if (strcmp(found, status) != 0 || (id && !has_id(step->result.errors, id)) || (words && !says(step->result.errors, words)))
        text = difference("refusal", whole, wanted);
    else if (!explains(step->result.errors))
        text = difference("a refusal says what is wrong, in two languages", whole, wanted);
    json_decref(whole);
    return text;
}

/* -- decisions -- */

static char *compare_outcome(const struct story_step *step, const json_t *expect) {
    const json_t *found = json_object_get(step->result.decision, "outcome"), *wanted = json_object_get(expect, "outcome");
    const char *text = json_string_value(found);
    if (wanted) return story_matches(found, wanted) ? NULL : difference("outcome", step->result.decision, wanted);
    if (!text || strcmp(text, "yes") == 0 || strcmp(text, "referred") == 0) return NULL;
    json_t *usual = json_string("yes");
    char *told = difference("outcome", step->result.decision, usual);
    json_decref(usual);
    return told;
}

static char *compare_reasons(const struct story_step *step, const json_t *wanted) {
    const json_t *reasons = json_object_get(step->result.decision, "reasons");
    json_t *id;
    size_t index;
    json_array_foreach((json_t *)wanted, index, id) {
        if (!has_id(reasons, json_string_value(id))) return difference("reasons", reasons, wanted);
    }
    return NULL;
}

/* -- documents -- */

/* As the system sees it, or, inside a person's transaction, as he does. */
static dealer_document *read_document(struct story_step *step) {
    struct story_person *person = story_person(step->world, step->person);
    dealer_session *session = person && person->in_transaction ? person->session : step->world->system;
    dealer_document *document = NULL;
    int64_t id = story_document(step->world, json_string_value(json_object_get(step->spec, "document")));
    story_must(dealer_document_open(session, &document, id), dealer_session_error(session), "reading what came of it");
    return document;
}

static json_t *document_json(struct story_step *step) {
    dealer_document *document = read_document(step);
    dealer_text *text = NULL;
    story_must(dealer_document_to_json(document, &text), dealer_document_error(document), "to_json");
    json_t *fields = json_loads(dealer_text_data(text), 0, NULL);
    dealer_text_free(text);
    dealer_document_free(document);
    return fields;
}

static char *compare_document(struct story_step *step, const json_t *expect) {
    const json_t *status = json_object_get(expect, "status"), *number = json_object_get(expect, "number");
    const json_t *wanted = json_object_get(expect, "fields");
    if (!status && !number && !wanted) return NULL;
    json_t *fields = document_json(step), *resolved = story_resolve(wanted, step->world->documents);
    char *text = NULL;
    if (status && !story_matches(json_object_get(fields, "status"), status))
        text = difference("status", json_object_get(fields, "status"), status);
    else if (number && !story_matches(json_object_get(fields, "number"), number))
        text = difference("number", json_object_get(fields, "number"), number);
    else if (wanted && !story_matches(fields, resolved))
        text = difference("fields", fields, resolved);
    json_decref(fields);
    json_decref(resolved);
    return text;
}

static json_t *code_of(const struct story_world *world, int64_t id) {
    json_t *employees = story_employees(world), *person, *found = NULL;
    size_t index;
    json_array_foreach(employees, index, person) {
        if (json_integer_value(json_object_get(person, "id")) == id) found = json_incref(json_object_get(person, "code"));
    }
    json_decref(employees);
    return found ? found : json_null();
}

static json_t *codes_of(const struct story_world *world, const json_t *items) {
    json_t *codes = json_array(), *item;
    size_t index;
    json_array_foreach((json_t *)items, index, item)
        json_array_append_new(codes, code_of(world, json_integer_value(json_object_get(item, "person"))));
    return codes;
}

static bool contains(const json_t *list, const json_t *wanted) {
    json_t *item;
    size_t index;
    json_array_foreach((json_t *)list, index, item) if (story_matches(item, wanted)) return true;
    return false;
}

/* In any order; each of wanted matches one of found, and there are no more. */
static bool same_items(const json_t *found, const json_t *wanted) {
    json_t *left = json_copy((json_t *)found), *item;
    size_t index;
    bool same = json_array_size(found) == json_array_size(wanted);
    json_array_foreach((json_t *)wanted, index, item) {
        size_t at = 0;
        while (at < json_array_size(left) && !story_matches(json_array_get(left, at), item)) at++;
        same = same && at < json_array_size(left);
        if (same) json_array_remove(left, at);
    }
    json_decref(left);
    return same;
}

static char *compare_awaited(struct story_step *step, const json_t *wanted) {
    struct story_person *person = story_person(step->world, step->person);
    dealer_session *session = person && person->in_transaction ? person->session : step->world->system;
    dealer_text *text = NULL;
    int64_t id = story_document(step->world, json_string_value(json_object_get(step->spec, "document")));
    story_must(dealer_document_history(session, &text, id), dealer_session_error(session), "history");
    json_t *history = json_loads(dealer_text_data(text), 0, NULL);
    json_t *codes = codes_of(step->world, json_object_get(history, "awaited"));
    char *told = same_items(codes, wanted) ? NULL : difference("awaited", codes, wanted);
    json_decref(codes);
    json_decref(history);
    dealer_text_free(text);
    return told;
}

/* -- answers -- */

static json_t *names_to_ids(const struct story_world *world, const json_t *names) {
    json_t *ids = json_array(), *name;
    size_t index;
    json_array_foreach((json_t *)names, index, name)
        json_array_append_new(ids, json_integer((json_int_t)story_document(world, json_string_value(name))));
    return ids;
}

/* Of a list: the documents in their order; of tasks: whose documents they are. */
static char *compare_documents(const struct story_step *step, const json_t *wanted) {
    json_t *ids = names_to_ids(step->world, wanted), *found = json_array(), *item;
    size_t index;
    json_array_foreach(step->result.answer, index, item)
        json_array_append(found, json_is_object(item) ? json_object_get(item, "document") : item);
    char *text = json_equal(found, ids) ? NULL : difference("documents", found, ids);
    json_decref(found);
    json_decref(ids);
    return text;
}

/* Messages by who gets them, what for, and words of the text. */
static char *compare_messages(const struct story_step *step, const json_t *wanted) {
    json_t *found = json_array(), *resolved = json_array(), *message, *item;
    size_t index;
    json_array_foreach(step->result.answer, index, message) {
        json_t *to = json_object_get(message, "party");
        to = to ? json_incref(to) : code_of(step->world, json_integer_value(json_object_get(message, "person")));
        json_array_append_new(found, json_pack("{s:o,s:O,s:O,s:O,s:O}", "to", to, "event", json_object_get(message, "event"),
                                         "document", json_object_get(message, "document"), "read", json_object_get(message, "read"),
                                         "text", json_object_get(message, "text")));
    }
    json_array_foreach((json_t *)wanted, index, item) {
        json_t *copy = json_deep_copy(item);
        const char *document = json_string_value(json_object_get(item, "document"));
        if (document) json_object_set_new(copy, "document", json_integer((json_int_t)story_document(step->world, document)));
        json_array_append_new(resolved, copy);
    }
    char *text = same_items(found, resolved) ? NULL : difference("messages", found, resolved);
    json_decref(found);
    json_decref(resolved);
    return text;
}

/* Items of a history, by their kind or by members, in this order among others. */
static char *compare_kinds(const struct story_step *step, const json_t *wanted) {
    const json_t *history = json_object_get(step->result.answer, "history");
    json_t *resolved = story_resolve(wanted, step->world->documents);
    size_t at = 0;
    for (size_t i = 0; i < json_array_size(history) && at < json_array_size(resolved); i++) {
        const json_t *item = json_array_get(history, i), *one = json_array_get(resolved, at);
        at += story_matches(json_is_string(one) ? json_object_get(item, "kind") : item, one);
    }
    char *text = at == json_array_size(resolved) ? NULL : difference("items of the history", history, resolved);
    json_decref(resolved);
    return text;
}

/* Items that a history must not have. */
static char *compare_without(const struct story_step *step, const json_t *wanted) {
    const json_t *history = json_object_get(step->result.answer, "history");
    json_t *resolved = story_resolve(wanted, step->world->documents), *item, *one;
    size_t i, j;
    char *text = NULL;
    json_array_foreach(history, i, item) {
        json_array_foreach(resolved, j, one) if (!text && story_matches(item, one)) text = difference("without", item, one);
    }
    json_decref(resolved);
    return text;
}

/* Words anywhere in the answer, or nowhere. */
static char *compare_words(const json_t *answer, const json_t *wanted, bool should) {
    char *all = json_dumps(answer, JSON_ENCODE_ANY), *text = NULL;
    json_t *item;
    size_t index;
    json_array_foreach((json_t *)wanted, index, item) {
        bool there = all && strstr(all, json_string_value(item)) != NULL;
        if (!text && there != should) text = difference(should ? "says" : "silent", answer, item);
    }
    free(all);
    return text;
}

static char *compare_containing(const json_t *answer, const json_t *wanted, bool should, const struct story_step *step) {
    json_t *resolved = story_resolve(wanted, step->world->documents), *item;
    size_t index;
    char *text = NULL;
    json_array_foreach(resolved, index, item) {
        if (!text && contains(answer, item) != should) text = difference(should ? "includes" : "excludes", answer, item);
    }
    json_decref(resolved);
    return text;
}

static char *compare_route(const struct story_step *step, const json_t *wanted) {
    json_t *found = json_array(), *node;
    size_t index;
    json_array_foreach(step->result.answer, index, node)
        json_array_append_new(found, codes_of(step->world, json_object_get(node, "people")));
    char *text = json_equal(found, wanted) ? NULL : difference("people of the route", found, wanted);
    json_decref(found);
    return text;
}

static char *compare_answer(const struct story_step *step, const json_t *wanted, const json_t *found, const char *what) {
    json_t *resolved = story_resolve(wanted, step->world->documents);
    char *text = story_matches(found, resolved) ? NULL : difference(what, found, resolved);
    json_decref(resolved);
    return text;
}

static char *compare_members_of_answer(struct story_step *step, const char *key, const json_t *wanted) {
    const json_t *answer = step->result.answer;
    if (strcmp(key, "kinds") == 0) return compare_kinds(step, wanted);
    if (strcmp(key, "without") == 0) return compare_without(step, wanted);
    if (strcmp(key, "sources") == 0) return compare_containing(json_object_get(answer, "sources"), wanted, true, step);
    if (strcmp(key, "includes") == 0) return compare_containing(answer, wanted, true, step);
    if (strcmp(key, "excludes") == 0) return compare_containing(answer, wanted, false, step);
    if (strcmp(key, "says") == 0) return compare_words(answer, wanted, true);
    if (strcmp(key, "silent") == 0) return compare_words(answer, wanted, false);
    if (strcmp(key, "route") == 0) return compare_route(step, wanted);
    return difference("the story expects what no runner knows", wanted, wanted);
}

static bool is_of_document(const char *key) {
    static const char *const keys[] = {"outcome", "status", "number", "fields"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(keys[i], key) == 0) return true;
    return false;
}

static char *compare_member(struct story_step *step, const char *key, const json_t *wanted) {
    const json_t *answer = step->result.answer;
    if (strcmp(key, "reasons") == 0) return compare_reasons(step, wanted);
    if (strcmp(key, "decision") == 0) return compare_answer(step, wanted, step->result.decision, "decision");
    if (strcmp(key, "awaited") == 0) return compare_awaited(step, wanted);
    if (strcmp(key, "count") == 0) return compare_answer(step, wanted, answer, "count");
    if (strcmp(key, "answer") == 0) return compare_answer(step, wanted, answer, "answer");
    if (strcmp(key, "documents") == 0) return compare_documents(step, wanted);
    if (strcmp(key, "messages") == 0) return compare_messages(step, wanted);
    return is_of_document(key) ? NULL : compare_members_of_answer(step, key, wanted);
}

char *story_compare(struct story_step *step) {
    const json_t *refused = json_object_get(step->spec, "refused"), *expect = json_object_get(step->spec, "expect");
    const char *key;
    json_t *wanted;
    char *text = NULL;
    if (refused) {
        text = compare_refusal(step, refused);
    } else if (step->result.status) {
        json_t *ok = json_string("DEALER_OK");
        text = difference("status of the call", step->result.errors, ok);
        json_decref(ok);
    } else {
        text = compare_outcome(step, expect);
    }
    if (!text) text = compare_document(step, expect);
    json_object_foreach((json_t *)expect, key, wanted) {
        if (!text) text = compare_member(step, key, wanted);
    }
    return text;
}
