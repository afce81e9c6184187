/* Lists of documents: the caller's permission and filter as one WHERE, keyset pages, counts and sums. */
#include "store/document_row.h"
#include "store/document_store.h"
#include "store/document_stream.h"
#include "store/messages.h"

struct document_cursor {
    struct query_text text; /* keeps what the statement has bound */
    struct statement rows;
    const struct catalogue_type *type;
    struct region *room;
    struct env env; /* only to free with */
};

/* " WHERE <type> AND <visible> AND <filter>" */
static void add_where(struct query_text *text, const struct document_query *query) {
    query_text_add(text, " WHERE d.type = ");
    query_text_text(text, query->type->name);
    query_text_add(text, " AND ");
    query_text_predicate(text, query->visible);
    if (query->filter == NULL) return;
    query_text_add(text, " AND ");
    query_text_predicate(text, query->filter);
}

static bool never_empty(const struct catalogue_field *field) {
    switch (field->index) {
    case COMMON_COMPANY:
    case COMMON_STATUS:
    case COMMON_VERSION:
    case COMMON_CREATED:
    case COMMON_UPDATED:
    case COMMON_LOCKED:
    case COMMON_PERIOD: return true;
    default: return false;
    }
}

static void add_after_present(struct query_text *text, const struct document_query *query) {
    const char *beyond = query->descending ? " < " : " > ";
    query_text_add(text, "((");
    query_text_field(text, query->order);
    query_text_add(text, ", d.id)");
    query_text_add(text, beyond);
    query_text_add(text, "(");
    query_text_value(text, query->after);
    query_text_add(text, ", ");
    query_text_integer(text, query->after_id);
    query_text_add(text, ")");
    if (!never_empty(query->order)) {
        query_text_add(text, " OR ");
        query_text_field(text, query->order);
        query_text_add(text, " IS NULL");
    }
    query_text_add(text, ")");
}

/* Rows after the last one of the page before. Empty values come last in either direction. */
static void add_after(struct query_text *text, const struct document_query *query, const char *id) {
    const char *beyond = query->descending ? " < " : " > ";
    if (!query->has_after) return;
    query_text_add(text, " AND ");
    if (document_by_id(query)) {
        query_text_add(text, id);
        query_text_add(text, beyond);
        query_text_integer(text, query->after_id);
    } else if (query->after.kind != VALUE_NONE) {
        add_after_present(text, query);
    } else {
        query_text_field(text, query->order);
        query_text_add(text, " IS NULL AND d.id");
        query_text_add(text, beyond);
        query_text_integer(text, query->after_id);
    }
}

static void add_order(struct query_text *text, const struct document_query *query, const char *id) {
    const char *direction = query->descending ? " DESC" : "";
    query_text_add(text, " ORDER BY ");
    if (!document_by_id(query)) {
        if (!never_empty(query->order)) {
            query_text_field(text, query->order);
            query_text_add(text, " IS NULL, ");
        }
        query_text_field(text, query->order);
        query_text_add(text, direction);
        query_text_add(text, ", ");
    }
    query_text_add(text, id);
    query_text_add(text, direction);
}

/* Newest first without streams to lead there: the typed table holds exactly the documents of the type, in the order of ids. */
static void add_rows(struct query_text *text, const struct document_query *query) {
    bool in_order = document_by_id(query) && type_has_table(query->type);
    const char *id = in_order ? "t.document_id" : "d.id";
    if (in_order) {
        query_text_from_typed(text);
    } else {
        query_text_from(text);
    }
    document_beside(text, query->person);
    add_where(text, query);
    add_after(text, query, id);
    add_order(text, query, id);
}

/* The streams lead, and so give the order: CROSS JOIN is how SQLite is told. What asks the typed row alone is best asked first. */
static void add_streamed(struct query_text *text, const struct document_query *query, const struct query_text *ids) {
    query_text_add(text, " FROM (");
    query_text_append(text, ids);
    query_text_add(text, " LIMIT -1) AS s CROSS JOIN ");
    if (query_text_asks_typed(text, query->visible) || query_text_asks_typed(text, query->filter)) {
        query_text_name(text, query->type->name);
        query_text_add(text, " AS t ON t.document_id = s.id CROSS JOIN document AS d ON d.id = s.id");
    } else {
        query_text_add(text, "document AS d ON d.id = s.id");
        query_text_add_typed(text);
    }
    document_beside(text, query->person);
    add_where(text, query);
    if (document_by_id(query)) return;
    add_after(text, query, "d.id");
    add_order(text, query, "d.id");
}

dealer_status document_list(
    struct env *env, struct connection *connection, const struct document_query *query, struct query_text *text) {
    enum { PAGE = 1001 };
    struct query_text ids;
    bool found = false;
    query_text_init(&ids, env, query->type, connection->settings->seams);
    bool page = query->limit <= PAGE;
    text->few_rows = ids.few_rows = page && document_by_id(query);
    text->has_world = ids.has_world = query->world.department_order != NULL;
    if (text->has_world) connection->world = query->world;
    dealer_status status = page || document_by_id(query) ? document_streams(env, connection, query, &ids, &found) : DEALER_OK;
    document_columns(text);
    if (found) {
        add_streamed(text, query, &ids);
    } else {
        add_rows(text, query);
    }
    query_text_add(text, " LIMIT ");
    query_text_integer(text, query->limit);
    query_text_finish(&ids);
    return status;
}

static dealer_status open_cursor(
    struct env *env, struct connection *connection, const struct document_query *query, struct document_cursor *cursor) {
    dealer_status status = document_list(env, connection, query, &cursor->text);
    return status == DEALER_OK ? query_text_lend(&cursor->text, connection, &cursor->rows) : status;
}

dealer_status store_document_query(
    struct env *env, struct connection *connection, const struct document_query *query, struct document_cursor **out) {
    struct document_cursor *cursor = env_alloc(env, sizeof *cursor);
    if (cursor == NULL) return DEALER_E_NOMEM;
    env_init(&cursor->env, connection->settings->seams);
    query_text_init(&cursor->text, env, query->type, connection->settings->seams);
    cursor->type = query->type;
    cursor->room = query->room;
    dealer_status status = open_cursor(env, connection, query, cursor);
    if (status != DEALER_OK) {
        store_document_cursor_free(cursor);
        return status;
    }
    *out = cursor;
    return DEALER_OK;
}

dealer_status store_document_next(struct env *env, struct document_cursor *cursor, struct document **out) {
    bool row = false;
    dealer_status status = statement_step(env, &cursor->rows, &row);
    if (status != DEALER_OK) return status;
    if (row) return document_from_row(env, &cursor->rows, cursor->type, cursor->room, out);
    *out = NULL;
    return DEALER_OK;
}

void store_document_cursor_free(struct document_cursor *cursor) {
    if (cursor == NULL) return;
    struct env env = cursor->env;
    statement_return(&cursor->rows);
    cursor->text.env = cursor->text.sql.env = &env; /* the caller's may be gone by now */
    query_text_finish(&cursor->text);
    env_free(&env, cursor);
}

dealer_status store_document_count(
    struct env *env, struct connection *connection, const struct document_query *query, struct document_count *out) {
    struct query_text text;
    struct statement count = {0};
    bool row = false, capped = out->cap > 0 && out->cap < INT64_MAX;
    query_text_init(&text, env, query->type, connection->settings->seams);
    query_text_add(&text, capped ? "SELECT count(*) FROM (SELECT 1" : "SELECT count(*)");
    query_text_from_for(&text, query->visible, query->filter, NULL, NULL);
    add_where(&text, query);
    if (capped) { /* one more tells whether there are more */
        query_text_add(&text, " LIMIT ");
        query_text_integer(&text, out->cap + 1);
        query_text_add(&text, ")");
    }
    dealer_status status = query_text_lend(&text, connection, &count);
    if (status == DEALER_OK) status = statement_step(env, &count, &row);
    if (status == DEALER_OK) {
        out->count = column_integer(&count, 0);
        out->cut = capped && out->count > out->cap;
        out->count -= out->cut;
    }
    statement_return(&count);
    query_text_finish(&text);
    return status;
}

static dealer_status push_sums(struct env *env, struct statement *sums, json_value *rows, struct json *json) {
    dealer_status status = DEALER_OK;
    while (statement_next(env, sums, &status)) {
        json_value *object = json_new_object(json);
        column_to_json(sums, 0, json, object, "group");
        json_set_integer(json, object, "count", column_integer(sums, 1));
        json_set_integer(json, object, "sum", column_integer(sums, 2));
        json_push(json, rows, object);
        status = statement_read_status(env, sums);
    }
    return status == DEALER_OK ? json_status(json) : status;
}

dealer_status store_document_sum(struct env *env, struct connection *connection, const struct document_query *query,
    const struct document_sum *sum, json_value *rows, struct json *json) {
    struct query_text text;
    struct statement sums = {0};
    query_text_init(&text, env, query->type, connection->settings->seams);
    query_text_add(&text, "SELECT ");
    if (sum->group == NULL) {
        query_text_add(&text, "NULL");
    } else {
        query_text_field(&text, sum->group);
    }
    query_text_add(&text, ", count(*), sum(");
    query_text_field(&text, sum->field);
    query_text_add(&text, ")");
    query_text_from_for(&text, query->visible, query->filter, sum->field, sum->group);
    add_where(&text, query);
    if (sum->group != NULL) query_text_add(&text, " GROUP BY 1 ORDER BY 1");
    dealer_status status = query_text_lend(&text, connection, &sums);
    if (status == DEALER_OK) status = push_sums(env, &sums, rows, json);
    if (status == DEALER_E_TOO_LARGE) status = error_raise(&env->error, &E_SUM_OVERFLOW, "field", sum->field->name, NULL);
    statement_return(&sums);
    query_text_finish(&text);
    return status;
}

dealer_status store_document_linked(struct env *env, struct connection *connection, const struct catalogue_field *link,
    const struct catalogue_type *type, int64_t target, struct document_ids *out) {
    struct query_text text;
    struct statement linked = {0};
    size_t count = 0;
    query_text_init(&text, env, type, connection->settings->seams);
    query_text_add(&text, "SELECT d.id");
    query_text_from(&text);
    query_text_add(&text, " WHERE d.type = ");
    query_text_text(&text, type->name);
    query_text_add(&text, " AND ");
    query_text_field(&text, link);
    query_text_add(&text, " = ");
    query_text_integer(&text, target);
    query_text_add(&text, " ORDER BY d.id LIMIT ");
    query_text_integer(&text, (int64_t)out->capacity);
    dealer_status status = query_text_lend(&text, connection, &linked);
    while (count < out->capacity && statement_next(env, &linked, &status)) out->ids[count++] = column_integer(&linked, 0);
    if (status == DEALER_OK) out->count = count;
    statement_return(&linked);
    query_text_finish(&text);
    return status;
}
