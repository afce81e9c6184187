/* Check against list, on the user's own data: the same predicate that lists are made of, asked of SQLite, beside the check of
 * each document in memory. */
#include "api/door.h"
#include "dealer/permission.h"
#include <stdio.h>
#include <string.h>

struct selftest {
    struct door *door;
    const struct catalogue_type *type;
    struct document **documents; /* of the type, newest first */
    bool *listed, *ordered;      /* by document: did the list bring it, newest first, and in another order? */
    bool *took_part;
    size_t count;
    int64_t sample, total, checks, differences;
    json_value *first;
    struct json *json;
};

static dealer_status load(struct selftest *test) {
    struct deal *deal = &test->door->deal;
    struct document_query query = {
        .type = test->type, .visible = predicate_constant(true), .descending = true, .limit = test->sample};
    struct document_cursor *cursor = NULL;
    struct document *document = NULL;
    size_t capacity = 0;
    dealer_status status = store_document_query(deal->env, deal->connection, &query, &cursor);
    while (!status && !(status = store_document_next(deal->env, cursor, &document)) && document) {
        if (test->count == capacity) {
            capacity = capacity ? capacity * 2 : 256;
            struct document **grown = env_resize(deal->env, test->documents, capacity * sizeof(struct document *));
            if (grown) test->documents = grown;
            status = grown ? DEALER_OK : DEALER_E_NOMEM;
        }
        if (status)
            document_free(document);
        else
            test->documents[test->count++] = document;
    }
    store_document_cursor_free(cursor);
    test->total += (int64_t)test->count;
    bool **const marks[] = {&test->listed, &test->ordered, &test->took_part};
    for (size_t i = 0; !status && i < sizeof marks / sizeof marks[0]; i++) {
        *marks[i] = env_alloc(deal->env, test->count);
        if (!*marks[i]) status = DEALER_E_NOMEM;
    }
    return status;
}

static void unload(struct selftest *test) {
    struct env *env = test->door->deal.env;
    for (size_t i = 0; i < test->count; i++) document_free(test->documents[i]);
    env_free(env, test->documents);
    env_free(env, test->listed);
    env_free(env, test->ordered);
    env_free(env, test->took_part);
    test->documents = NULL;
    test->listed = test->ordered = test->took_part = NULL;
    test->count = 0;
}

static size_t place_of(const struct selftest *test, int64_t id) {
    size_t low = 0, high = test->count; /* newest first: ids descend */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (document_id(test->documents[middle]) > id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < test->count && document_id(test->documents[low]) == id ? low : test->count;
}

/* Marks what a query of the sample brings. Newest first is read along the index, everything in another order, counts and sums through
 * the whole WHERE: two ways for a list to go wrong. */
static dealer_status mark(
    struct selftest *test, const struct predicate *visible, const struct catalogue_field *order, bool *marks) {
    struct deal *deal = &test->door->deal;
    struct document_query query = {.type = test->type, .visible = visible, .order = order, .descending = true, .limit = INT64_MAX};
    struct document_cursor *cursor = NULL;
    struct document *document = NULL;
    memset(marks, 0, test->count * sizeof *marks);
    if (test->count == 0 || visible->kind == PREDICATE_FALSE) return DEALER_OK;
    struct value oldest = value_of_integer(document_id(test->documents[test->count - 1]));
    query.filter = predicate_compare(deal->env, &deal->region, &test->type->fields[COMMON_ID], OPERATOR_GE, oldest);
    dealer_status status = query.filter ? store_document_query(deal->env, deal->connection, &query, &cursor) : DEALER_E_NOMEM;
    while (!status && !(status = store_document_next(deal->env, cursor, &document)) && document) {
        size_t at = place_of(test, document_id(document));
        if (at < test->count) marks[at] = true;
        document_free(document);
    }
    store_document_cursor_free(cursor);
    return status;
}

static void note(struct selftest *test, const char *person, struct function function, size_t at, bool check) {
    struct json *json = test->json;
    char text[160];
    test->differences++;
    if (test->first) return;
    snprintf(text, sizeof text, "%s.%s", function.type->name, action_name(function.action));
    test->first = json_new_object(json);
    json_set_text(json, test->first, "person", person);
    json_set_text(json, test->first, "function", text);
    json_set_integer(json, test->first, "document", document_id(test->documents[at]));
    json_set_boolean(json, test->first, "check", check);
    json_set_boolean(json, test->first, "list", !check);
}

static dealer_status compare_function(struct selftest *test, int employee, enum document_action action) {
    struct deal *deal = &test->door->deal;
    struct region call = deal->region; /* what each question takes is given back after it */
    struct function function = {test->type, action};
    const struct predicate *visible = NULL;
    const char *person = deal->snapshot->org->employees[employee].code;
    region_init(&deal->region, deal->snapshot->seams);
    dealer_status status = permission_predicate(deal->env, &deal->region, deal->snapshot->permissions,
        &(struct permission_question){employee, function, deal->now_ms}, &visible);
    if (!status) status = mark(test, visible, NULL, test->listed);
    if (!status) status = mark(test, visible, &test->type->fields[COMMON_CREATED], test->ordered);
    for (size_t i = 0; !status && i < test->count; i++) {
        test->documents[i]->participant = test->took_part[i];
        bool may = permission_allows(deal->snapshot->permissions, employee, function, test->documents[i], deal->now_ms);
        test->checks++;
        if (may != test->listed[i] || may != test->ordered[i]) note(test, person, function, i, may);
    }
    region_finish(&deal->region);
    deal->region = call;
    return status;
}

static dealer_status compare_type(struct selftest *test) {
    struct deal *deal = &test->door->deal;
    const struct org *org = deal->snapshot->org;
    dealer_status status = load(test);
    for (int e = 0; !status && test->count > 0 && e < org->employee_count; e++) {
        const struct predicate *took_part = predicate_participant(deal->env, &deal->region, org->employees[e].id);
        status = took_part ? mark(test, took_part, NULL, test->took_part) : DEALER_E_NOMEM;
        for (int action = 0; !status && action < ACTION_COUNT; action++)
            status = compare_function(test, e, (enum document_action)action);
    }
    unload(test);
    return status;
}

dealer_status dealer_permission_selftest(dealer_session *session, dealer_text **json_out, int64_t sample) {
    struct door door;
    struct json *json = NULL;
    json_value *root = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_permission_selftest", "json_out"));
    if (sample < 0)
        status =
            error_raise(&door.deal.env->error, &E_RANGE, "argument", "sample", "least", "0", "most", "9223372036854775807", NULL);
    if (!status) status = json_new(door.deal.env, &json);
    struct selftest test = {.door = &door, .sample = sample ? sample : INT64_MAX, .json = json};
    const struct catalogue *catalogue = door.snapshot->catalogue;
    for (int t = 0; !status && t < catalogue->type_count; t++) {
        test.type = &catalogue->types[t];
        status = compare_type(&test);
    }
    if (!status) {
        root = json_new_object(json);
        json_set_integer(json, root, "people", door.snapshot->org->employee_count);
        json_set_integer(json, root, "functions", (int64_t)catalogue->type_count * ACTION_COUNT);
        json_set_integer(json, root, "documents", test.total);
        json_set_integer(json, root, "checks", test.checks);
        json_set_integer(json, root, "differences", test.differences);
        json_set(json, root, "first", test.first ? test.first : json_new_null(json));
    }
    return door_answer(&door, status, json, root, json_out);
}
