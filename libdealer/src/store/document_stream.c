#include "store/document_stream.h"

#include <string.h>

enum {
    STREAM_LIMIT = 480, /* SQLite joins at most 500 */
    STREAMS_SURELY = 24,
    PAGE_ROWS = 50
};

struct stream {
    const struct catalogue_field *field; /* NULL: what the person of `value` took part in */
    struct value value;
    const struct predicate *also;  /* a comparison of a common field that goes with it; NULL: none */
    const struct predicate *under; /* instead of a value: everything in order, without what lies elsewhere; NULL: none */
};

struct streams {
    struct stream items[STREAM_LIMIT];
    int count; /* -1: none hold all of it */
};

struct search {
    struct env *env;
    struct connection *connection;
    const struct catalogue_type *type;
    bool in_order; /* a stream may be everything in order: worth it for a page, not for all */
    dealer_status status;
};

static bool same(const struct stream *a, const struct stream *b) {
    if (a->field != b->field || a->value.kind != b->value.kind || a->also != b->also || a->under != b->under) return false;
    if (a->value.kind == VALUE_INTEGER) return a->value.integer == b->value.integer;
    return a->value.length == b->value.length && memcmp(a->value.text, b->value.text, a->value.length) == 0;
}

static void add_stream(struct streams *streams, struct stream stream);

static void add(struct streams *streams, const struct catalogue_field *field, struct value value) {
    add_stream(streams, (struct stream){.field = field, .value = value});
}

static void append(struct streams *streams, struct stream stream) {
    if (streams->count == STREAM_LIMIT) {
        streams->count = -1;
    } else if (streams->count >= 0) {
        streams->items[streams->count++] = stream;
    }
}

/* Unless it is there already. */
static void add_stream(struct streams *streams, struct stream stream) {
    if (stream.value.kind == VALUE_NONE && stream.under == NULL) return;
    for (int i = 0; i < streams->count; i++) {
        if (same(&streams->items[i], &stream)) return;
    }
    append(streams, stream);
}

/* Has the schema an index that begins with this field (after the type), so that one value is one stream? Links do, each. */
static bool is_indexed(const struct catalogue_type *type, const struct catalogue_field *field) {
    if (field_is_own(type, field)) return false;
    if (!field_is_common(field)) {
        return field->kind == FIELD_DOCUMENT || (strcmp(type->name, "machine") == 0 && strcmp(field->name, "serial_number") == 0);
    }
    switch (field->index) {
    case COMMON_NUMBER:
    case COMMON_COMPANY:
    case COMMON_DEPARTMENT:
    case COMMON_OWNER:
    case COMMON_CUSTOMER: return true;
    default: return false;
    }
}

/* Merging opens every stream; reading in order meets a document that passes every N / k rows, for k of N departments. Both cost
 * about the same when k * k is a page of N. */
static bool is_worth_merging(struct search *search, const struct predicate *under) {
    struct statement select = {0};
    bool row = false;
    int64_t departments = (int64_t)under->high - under->low + 1, last = 0;
    if (departments <= STREAMS_SURELY) return true;
    dealer_status status = statement_lend(search->env, search->connection, STATEMENT_SELECT_DEPARTMENT_LAST, &select);
    if (status == DEALER_OK) status = statement_step(search->env, &select, &row);
    if (row) last = column_integer(&select, 0);
    statement_return(&select);
    if (status != DEALER_OK) search->status = status;
    return departments <= STREAM_LIMIT && departments * departments <= PAGE_ROWS * (last + 1);
}

static void add_departments(struct search *search, const struct predicate *under, struct streams *out) {
    struct statement select = {0};
    if (!is_worth_merging(search, under)) {
        out->count = search->in_order ? 0 : -1;
        add_stream(out, (struct stream){.field = under->field, .under = under});
        return;
    }
    dealer_status status = statement_lend(search->env, search->connection, STATEMENT_SELECT_DEPARTMENTS_UNDER, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, under->low);
        bind_integer(&select, under->high);
        bind_integer(&select, STREAM_LIMIT + 1);
    }
    while (out->count >= 0 && statement_next(search->env, &select, &status)) {
        append(out, (struct stream){.field = under->field, .value = value_of_integer(column_integer(&select, 0))});
    }
    statement_return(&select);
    if (status != DEALER_OK) search->status = status;
}

static void find(struct search *search, const struct predicate *predicate, struct streams *out);

/* Every part has to be held. */
static void find_any(struct search *search, const struct predicate *predicate, struct streams *out) {
    struct streams part;
    for (int i = 0; i < predicate->child_count && out->count >= 0; i++) {
        find(search, predicate->children[i], &part);
        bool first = out->count == 0;
        for (int k = 0; k < part.count; k++) first ? append(out, part.items[k]) : add_stream(out, part.items[k]);
        if (part.count < 0) out->count = -1;
    }
}

static bool is_common_equality(const struct predicate *predicate) {
    return predicate->kind == PREDICATE_COMPARE && predicate->op == OPERATOR_EQ && field_is_common(predicate->field) &&
           predicate->value.kind == VALUE_INTEGER;
}

/* How many documents have one value of it, very roughly: enough to tell a narrow way from a wide one. */
static int64_t documents_of(const struct stream *stream) {
    if (stream->under != NULL) return 1000000;
    if (stream->field == NULL) return 1000;
    switch (stream->field->index) {
    case COMMON_NUMBER: return 1;
    case COMMON_CUSTOMER: return 20;
    case COMMON_OWNER: return 1000;
    case COMMON_DEPARTMENT: return 5000;
    case COMMON_COMPANY: return 100000;
    default: return 5; /* a link */
    }
}

/* Of two ways that each hold everything, the one with fewer documents. */
static bool is_narrower(const struct streams *streams, const struct streams *than) {
    int64_t documents = 0, others = 0;
    if (streams->count < 0 || than->count < 0) return streams->count >= 0;
    for (int i = 0; i < streams->count; i++) documents += documents_of(&streams->items[i]);
    for (int i = 0; i < than->count; i++) others += documents_of(&than->items[i]);
    return documents < others;
}

/* One part is enough: the narrowest. A comparison beside it that the same table can answer goes along, so that what it
 * leaves out is not fetched to be tried. */
static void find_all(struct search *search, const struct predicate *predicate, struct streams *out) {
    struct streams part;
    out->count = -1;
    for (int i = 0; i < predicate->child_count; i++) {
        find(search, predicate->children[i], &part);
        if (is_narrower(&part, out)) *out = part;
    }
    for (int i = 0; i < predicate->child_count && out->count == 1 && out->items[0].also == NULL; i++) {
        const struct predicate *child = predicate->children[i];
        const struct stream *one = &out->items[0];
        if (one->field == NULL || one->under != NULL || !field_is_common(one->field) || !is_common_equality(child) ||
            child->field == one->field)
            continue;
        out->items[0].also = child;
    }
}

static void find(struct search *search, const struct predicate *predicate, struct streams *out) {
    out->count = 0;
    switch (predicate->kind) {
    case PREDICATE_FALSE: return;
    case PREDICATE_ANY: find_any(search, predicate, out); return;
    case PREDICATE_ALL: find_all(search, predicate, out); return;
    case PREDICATE_PARTICIPANT: add(out, NULL, predicate->value); return;
    case PREDICATE_COMPARE:
        if (predicate->op != OPERATOR_EQ || !is_indexed(search->type, predicate->field)) break;
        add(out, predicate->field, predicate->value);
        return;
    case PREDICATE_IN:
        if (!is_indexed(search->type, predicate->field)) break;
        for (int i = 0; i < predicate->value_count; i++) add(out, predicate->field, predicate->values[i]);
        return;
    case PREDICATE_UNDER:
        if (!is_indexed(search->type, predicate->field)) break;
        add_departments(search, predicate, out);
        return;
    default: break;
    }
    out->count = -1;
}

static void add_in_order(struct query_text *ids, const struct predicate *under) {
    query_text_add(ids, "SELECT t.document_id AS id");
    query_text_from_typed(ids);
    query_text_add(ids, " WHERE ");
    query_text_predicate(ids, under);
}

static void add_column(struct query_text *ids, const struct stream *stream) {
    if (stream->under != NULL) {
        add_in_order(ids, stream->under);
        return;
    }
    if (stream->field == NULL) {
        query_text_add(ids, "SELECT document AS id FROM participant WHERE person = ");
    } else if (field_is_common(stream->field)) {
        query_text_add(ids, "SELECT id FROM document WHERE type = ");
        query_text_literal(ids, ids->type->name);
        query_text_add(ids, " AND ");
        query_text_add(ids, common_column((enum common_field)stream->field->index));
        query_text_add(ids, " = ");
    } else {
        query_text_add(ids, "SELECT document_id AS id FROM ");
        query_text_name(ids, ids->type->name);
        query_text_add(ids, " WHERE ");
        query_text_name(ids, stream->field->name);
        query_text_add(ids, " = ");
    }
    query_text_value(ids, stream->value);
    if (stream->also == NULL) return;
    query_text_add(ids, " AND +"); /* not by its own index: the stream's keeps the order */
    query_text_add(ids, common_column((enum common_field)stream->also->field->index));
    query_text_add(ids, " = ");
    query_text_value(ids, stream->also->value);
}

static void add_page(struct query_text *ids, const struct stream *stream, const struct document_query *query) {
    if (!query->has_after || !document_by_id(query)) return;
    bool common = stream->field != NULL && field_is_common(stream->field) && stream->under == NULL;
    query_text_add(ids, common ? " AND id" : stream->field == NULL ? " AND document" : " AND document_id");
    query_text_add(ids, query->descending ? " < " : " > ");
    query_text_integer(ids, query->after_id);
}

/* A document is in one department: those streams don't overlap, and so needn't be compared. */
static bool lies_apart(const struct stream *stream) {
    return stream->field != NULL && stream->field->index == COMMON_DEPARTMENT && stream->also == NULL && stream->under == NULL;
}

/* Those that lie apart first, for UNION sees to what stands before it. */
static void write_merge(struct query_text *ids, const struct streams *streams, const struct document_query *query) {
    const char *between = "";
    if (streams->count == 0) query_text_add(ids, "SELECT id FROM document WHERE 0");
    for (int apart = 1; apart >= 0; apart--) {
        for (int i = 0; i < streams->count; i++) {
            if (lies_apart(&streams->items[i]) != (apart == 1)) continue;
            query_text_add(ids, apart == 1 || *between == '\0' ? between : " UNION ");
            add_column(ids, &streams->items[i]);
            add_page(ids, &streams->items[i], query);
            between = " UNION ALL ";
        }
    }
    query_text_add(ids, query->descending ? " ORDER BY 1 DESC" : " ORDER BY 1");
}

bool document_by_id(const struct document_query *query) {
    return query->order == NULL || query->order->index == COMMON_ID;
}

dealer_status document_streams(
    struct env *env, struct connection *connection, const struct document_query *query, struct query_text *ids, bool *found_out) {
    struct search search = {
        .env = env, .connection = connection, .type = query->type, .in_order = ids->few_rows && type_has_table(query->type)};
    struct streams streams, filtered = {.count = -1};
    find(&search, query->visible, &streams);
    if (search.status == DEALER_OK && query->filter != NULL) find(&search, query->filter, &filtered);
    if (search.status != DEALER_OK) return search.status;
    if (is_narrower(&filtered, &streams)) streams = filtered;
    *found_out = streams.count >= 0;
    if (*found_out) write_merge(ids, &streams, query);
    return DEALER_OK;
}
