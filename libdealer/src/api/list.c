/* dealer_list: queries as JSON, always through the asker's permission; one page is a copy. */
#include "api/door.h"
#include <string.h>

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 1000 };

struct dealer_list {
    uint32_t mark;
    struct core *core;
    struct env env;
    struct page *page;
    dealer_document **documents; /* in the page; taken out by next */
    size_t count, position;
    char *after;
};

static dealer_status raise_query(struct door *door, const char *member, const char *expected) {
    return error_raise(&door->deal.env->error, &E_QUERY, "member", member, "expected", expected, NULL);
}

/* -- reading a query -- */

static dealer_status check_members(struct door *door, const json_value *root) {
    static const struct {
        const char *name;
        enum json_kind kind;
        const char *expected;
    } members[] = {
        {"type", JSON_TEXT, "the name of a document type"},
        {"where", JSON_OBJECT, "a predicate"},
        {"order", JSON_TEXT, "the name of a field, with - in front for the other way round"},
        {"limit", JSON_INTEGER, "1 to 1000"},
        {"after", JSON_TEXT, "what dealer_list_after gave"},
    };
    enum { COUNT = sizeof members / sizeof members[0] };
    const char *key;
    const json_value *item;
    for (struct json_cursor each = json_each(root); (item = json_next(&each, &key));) {
        size_t i = 0;
        while (i < COUNT && strcmp(members[i].name, key) != 0) i++;
        if (i == COUNT) return raise_query(door, key, "one of type, where, order, limit, after");
        if (json_kind(item) != members[i].kind && json_kind(item) != JSON_NULL) return raise_query(door, key, members[i].expected);
    }
    return DEALER_OK;
}

static dealer_status read_order(struct door *door, const char *order, struct document_query *query) {
    if (!order) {
        query->descending = true;
        return DEALER_OK;
    }
    query->descending = *order == '-';
    dealer_status status = catalogue_find_field(door->deal.env, query->type, order + query->descending, &query->order);
    if (!status && query->order->kind == FIELD_LINES) status = raise_query(door, "order", "a field with one value");
    return status;
}

/* "after" is [value or null, id], as dealer_list_after gave it. Texts live in the call's region. */
static dealer_status read_after(struct door *door, const char *text, struct document_query *query) {
    struct env *env = door->deal.env;
    struct json *json = NULL;
    if (!text) return DEALER_OK;
    dealer_status status = json_parse(env, text, strlen(text), false, &json);
    const json_value *value = status ? NULL : json_at(json_root(json), 0);
    query->after_id = status ? 0 : json_integer(json_at(json_root(json), 1), 0);
    if (status || query->after_id <= 0) {
        error_clear(&env->error);
        json_free(json);
        return raise_query(door, "after", "what dealer_list_after gave");
    }
    query->has_after = true;
    if (json_kind(value) == JSON_INTEGER) {
        query->after = value_of_integer(json_integer(value, 0));
    } else if (json_kind(value) == JSON_TEXT) {
        size_t length = json_text_length(value);
        query->after = value_of_text(region_copy(&door->deal.region, env, json_text(value), length), length);
        status = query->after.text ? DEALER_OK : DEALER_E_NOMEM;
    }
    json_free(json);
    return status;
}

static dealer_status read_query(struct door *door, const json_value *root, struct document_query *query) {
    struct deal *deal = &door->deal;
    const char *type = json_get_text(root, "type");
    memset(query, 0, sizeof *query);
    if (json_kind(root) != JSON_OBJECT || !type) return raise_query(door, "type", "the name of a document type");
    dealer_status status = check_members(door, root);
    if (!status) status = catalogue_find_type(deal->env, deal->snapshot->catalogue, type, &query->type);
    if (!status) status = predicate_parse(deal->env, &deal->region, query->type, json_get(root, "where"), &query->filter);
    if (!status) status = read_order(door, json_get_text(root, "order"), query);
    if (!status) status = read_after(door, json_get_text(root, "after"), query);
    query->limit = json_get_integer(root, "limit", LIMIT_DEFAULT);
    if (!status && (query->limit < 1 || query->limit > LIMIT_MAX)) status = raise_query(door, "limit", "1 to 1000");
    query->person = deal->person;
    query->world = permission_world(deal->snapshot->permissions);
    if (!status) status = deal_visible(deal, query->type, &query->visible);
    if (!status) status = deal_require_filter(deal, query->type, query->filter, &query->visible);
    return status || !query->order ? status : deal_require_field(deal, query->type, query->order, &query->visible);
}

/* Enters the door with a query read; *json_out keeps its texts alive and is freed by the caller. */
static dealer_status enter(struct door *door, dealer_session *session, const char *text, size_t length, struct json **json_out,
    struct document_query *query) {
    dealer_status status = door_enter(door, session, DOOR_READ);
    if (status) return status;
    if (!text) status = misuse(door->deal.env, "dealer_list", "query");
    if (!status) status = json_parse(door->deal.env, text, length, false, json_out);
    if (!status) status = read_query(door, json_root(*json_out), query);
    if (status) {
        json_free(*json_out);
        *json_out = NULL;
        return door_leave(door, status);
    }
    return DEALER_OK;
}

/* -- pages -- */

static dealer_status note_after(struct door *door, dealer_list *list, const struct document_query *query) {
    struct env *env = door->deal.env;
    struct json *json = NULL;
    const struct document *last = list->documents[list->count - 1]->document;
    const struct value *value = query->order ? &last->values[query->order->index] : NULL;
    dealer_status status = json_new(env, &json);
    if (status) return status;
    json_value *pair = json_new_array(json);
    if (value && value->kind == VALUE_TEXT)
        json_push(json, pair, json_new_text(json, value->text, value->length));
    else if (value && value->kind == VALUE_INTEGER)
        json_push(json, pair, json_new_integer(json, value->integer));
    else
        json_push(json, pair, json_new_null(json));
    json_push(json, pair, json_new_integer(json, document_id(last)));
    list->after = json_status(json) ? NULL : json_write(env, pair, true, false, NULL);
    json_free(json);
    return list->after ? DEALER_OK : error_nomem(&env->error);
}

static dealer_status fill(struct door *door, dealer_list *list, struct document_query *query) {
    struct env *env = door->deal.env;
    struct handle_parts parts = {door->session->core, door->snapshot, list->page};
    struct document_cursor *cursor = NULL;
    struct document *document = NULL;
    int64_t wanted = query->limit;
    bool more = false;
    query->room = &list->page->region;
    query->limit++; /* one more tells whether there is a next page */
    dealer_status status = store_document_query(env, door->deal.connection, query, &cursor);
    while (!status && !(status = store_document_next(env, cursor, &document)) && document) {
        more = (int64_t)list->count == wanted;
        if (more) {
            document_free(document);
            break;
        }
        status = door_hide(door, document);
        if (status) document_free(document);
        if (!status) status = document_wrap(env, &parts, document, &list->documents[list->count]);
        list->count += !status;
    }
    store_document_cursor_free(cursor);
    return !status && more ? note_after(door, list, query) : status;
}

dealer_status dealer_list_open(dealer_session *session, dealer_list **list_out, const char *text, size_t length) {
    struct door door;
    struct json *json = NULL;
    struct document_query query;
    dealer_status status = enter(&door, session, text, length, &json, &query);
    if (status) return status;
    if (!list_out) status = misuse(door.deal.env, "dealer_list_open", "list_out");
    dealer_list *list = status ? NULL : env_alloc(door.deal.env, sizeof *list);
    if (!status && !list) status = DEALER_E_NOMEM;
    if (list) {
        list->mark = MARK_LIST;
        list->core = core_take(door.session->core);
        env_init(&list->env, &list->core->seams);
        list->page = page_new(door.deal.env, &list->core->seams);
        if (list->page) list->documents = REGION_ARRAY(&list->page->region, door.deal.env, dealer_document *, query.limit);
        status = list->documents ? fill(&door, list, &query) : DEALER_E_NOMEM;
    }
    json_free(json);
    status = door_leave(&door, status);
    if (status)
        dealer_list_free(list);
    else
        *list_out = list;
    return status;
}

dealer_document *dealer_list_next(dealer_list *list) {
    if (!list || list->mark != MARK_LIST || list->position >= list->count) return NULL;
    dealer_document *document = list->documents[list->position];
    list->documents[list->position++] = NULL;
    return document;
}

const char *dealer_list_after(const dealer_list *list) {
    return list && list->mark == MARK_LIST ? list->after : NULL;
}

void dealer_list_free(dealer_list *list) {
    if (!list || list->mark != MARK_LIST) return;
    struct core *core = list->core;
    list->mark = MARK_FREED;
    for (size_t i = list->position; i < list->count; i++) dealer_document_free(list->documents[i]);
    page_drop(list->page);
    env_free(&list->env, list->after);
    env_finish(&list->env);
    core->seams.allocate(core->seams.allocator_data, list, 0);
    core_drop(core);
}

/* -- counts and sums -- */

dealer_status dealer_list_count(
    dealer_session *session, int64_t *count_out, int32_t *cut_out, const char *text, size_t length, int64_t cap) {
    struct door door;
    struct json *json = NULL;
    struct document_query query;
    struct document_count count = {.cap = cap == DEALER_COUNT_EXACT ? 0 : cap == 0 ? DEALER_COUNT_CAP : cap};
    dealer_status status = enter(&door, session, text, length, &json, &query);
    if (status) return status;
    if (!count_out)
        status = misuse(door.deal.env, "dealer_list_count", "count_out");
    else if (cap < DEALER_COUNT_EXACT)
        status =
            error_raise(&door.deal.env->error, &E_RANGE, "argument", "cap", "least", "-1", "most", "9223372036854775807", NULL);
    else
        status = store_document_count(door.deal.env, door.deal.connection, &query, &count);
    json_free(json);
    status = door_leave(&door, status);
    if (status) return status;
    *count_out = count.count;
    if (cut_out) *cut_out = count.cut;
    return DEALER_OK;
}

static dealer_status find_summed(
    struct door *door, const struct document_query *query, const char *name, const struct catalogue_field **out) {
    dealer_status status = catalogue_find_field(door->deal.env, query->type, name, out);
    if (!status && (*out)->kind != FIELD_MONEY && (*out)->kind != FIELD_INTEGER)
        status = raise_query(door, "field", "a field of kind money or integer");
    return status;
}

dealer_status dealer_list_sum(
    dealer_session *session, dealer_text **json_out, const char *text, size_t length, const char *field, const char *group) {
    struct door door;
    struct json *query_json = NULL, *json = NULL;
    struct document_query query;
    const struct catalogue_field *summed = NULL, *by = NULL;
    json_value *answer = NULL;
    dealer_status status = enter(&door, session, text, length, &query_json, &query);
    if (status) return status;
    if (!json_out || !field) status = misuse(door.deal.env, "dealer_list_sum", field ? "json_out" : "field");
    if (!status) status = find_summed(&door, &query, field, &summed);
    if (!status && group) status = catalogue_find_field(door.deal.env, query.type, group, &by);
    if (!status) status = deal_require_field(&door.deal, query.type, summed, &query.visible);
    if (!status && by) status = deal_require_field(&door.deal, query.type, by, &query.visible);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        json_value *rows = json_new_array(json);
        answer = json_new_object(json);
        status = store_document_sum(door.deal.env, door.deal.connection, &query, &(struct document_sum){summed, by}, rows, json);
        json_set(json, answer, "rows", rows);
    }
    json_free(query_json);
    return door_answer(&door, status, json, answer, json_out);
}
