/* What can be asked, and how sql/reports.sql becomes a query: the permission goes in where the braces stand, groups and sums go around. */
#include "store/report.h"
#include "store/document_stream.h"
#include "store/messages.h"
#include "store/query_text.h"

#include <string.h>

const struct report_shape report_shapes[] = {
    {.name = "forecast",
        .title = {"what open pre-orders promise", "预购预测"},
        .type = "pre_order",
        .keys = {"month", "company", "department", "person", "customer", "likelihood", "category", "brand", "model", "payment_way",
            "document"},
        .usual = {"month"},
        .sums = {{"machines", FOLD_SUM, "machines"}, {"budget", FOLD_SUM, "budget", true},
            {"weighted", FOLD_SUM, "weighted", true}},
        .money = true,
        .months = true},
    {.name = "competition",
        .title = {"wins and losses against competitors, and the gap in price", "竞对输赢与价差"},
        .type = "pre_order",
        .others = {"contract", "sales"},
        .keys = {"competitor", "competitor_model", "outcome", "reason", "month", "company", "department", "person", "customer",
            "category", "brand", "model", "document"},
        .usual = {"competitor"},
        .sums = {{"won", FOLD_SUM, "won"}, {"lost", FOLD_SUM, "lost"}, {"open", FOLD_SUM, "open"}, {"compared", FOLD_COUNT, "gap"},
            {"ours", FOLD_SUM, "our_price", true}, {"theirs", FOLD_SUM, "their_price", true}, {"gap", FOLD_SUM, "gap", true}},
        .money = true},
    {.name = "waiting",
        .title = {"where documents wait, and how long", "单据停留环节与时长"},
        .keys = {"type", "flow", "node", "person", "company", "department", "owner", "customer", "month", "document"},
        .usual = {"type", "node"},
        .sums = {{"waiting", FOLD_SUM, "waiting"}, {"waiting_ms", FOLD_SUM, "waiting_ms"}, {"longest_ms", FOLD_MOST, "waiting_ms"},
            {"done", FOLD_SUM, "done"}, {"done_ms", FOLD_SUM, "done_ms"}, {"longest_done_ms", FOLD_MOST, "done_ms"}}},
    {.name = "stock",
        .title = {"what is in stock, by age", "库存与库龄"},
        .type = "machine",
        .keys = {"age", "warehouse", "company", "department", "category", "brand", "model", "used", "document"},
        .usual = {"age"},
        .order = {"age", "min(days)"},
        .sums = {{"cost", FOLD_SUM, "cost", true}, {"days", FOLD_SUM, "days"}, {"oldest_days", FOLD_MOST, "days"}},
        .money = true,
        .as_of = true},
    {.name = "accounts",
        .title = {"what is receivable and payable, by age", "应收应付与账龄"},
        .keys = {"direction", "age", "kind", "company", "department", "person", "customer", "party", "type", "document"},
        .usual = {"direction", "age"},
        .order = {"age", "min(days)"},
        .sums = {{"open", FOLD_SUM, "open", true}, {"overdue", FOLD_SUM, "overdue", true}, {"oldest_days", FOLD_MOST, "days"}},
        .money = true,
        .as_of = true},
    {.name = "trade_ins",
        .title = {"trade-ins: over-allowance and washout", "置换：高估差额与最终盈亏"},
        .type = "trade_in",
        .others = {"stock_in", "dispatch", "contract"},
        .keys = {"month", "company", "department", "person", "customer", "category", "brand", "model", "entered_directly",
            "document"},
        .usual = {"month"},
        .sums = {{"valuation", FOLD_SUM, "valuation", true}, {"allowance", FOLD_SUM, "allowance", true},
            {"over_allowance", FOLD_SUM, "over_allowance", true}, {"resold", FOLD_COUNT, "realised"},
            {"realised", FOLD_SUM, "realised", true}, {"allowance_of_resold", FOLD_SUM, "allowance_of_resold", true},
            {"washout", FOLD_SUM, "washout", true}},
        .money = true},
    {.name = "decisions",
        .title = {"what rules decided", "规则决策统计"},
        .keys = {"rule", "entry", "outcome", "reason", "rule_set", "type", "month", "company", "department", "person", "customer",
            "document"},
        .usual = {"rule", "outcome"}},
    {0},
};

struct writing {
    const struct report_query *query;
    const struct report_scope *scope; /* of the document d */
    struct connection *connection;
    struct query_text *text;
    json_value *hidden;
    struct json *json;
};

static const char *template_of(const struct report_shape *shape) {
    size_t i = 0;
    while (strcmp(store_reports[i].name, shape->name) != 0) i++;
    return store_reports[i].sql;
}

/* -- what stands in braces -- */

static void note_hidden(struct writing *writing, const struct report_scope *scope, const char *field) {
    struct text name;
    const json_value *item;
    text_init(&name, writing->text->env);
    text_add(&name, scope->type->name);
    text_add(&name, ".");
    text_add(&name, field);
    struct json_cursor each = json_each(writing->hidden);
    while ((item = json_next(&each, NULL)) && strcmp(json_text(item), text_string(&name)) != 0) continue;
    if (!item) json_push(writing->json, writing->hidden, json_new_text(writing->json, text_string(&name), name.length));
    text_finish(&name);
}

static const struct predicate *seen(struct writing *writing, const struct report_scope *scope, int field) {
    const struct predicate *all = predicate_constant(true);
    if (scope->seen == NULL || scope->seen[field]->kind == PREDICATE_TRUE) return all;
    note_hidden(writing, scope, scope->type->fields[field].name);
    return scope->seen[field];
}

/* "*": all fields, "money": all that hold money, or one by its name. */
static bool is_meant(const struct catalogue_field *field, const char *name) {
    if (strcmp(name, "money") == 0) return field->kind == FIELD_MONEY || field->kind == FIELD_LINES;
    return *name == '*' || strcmp(field->name, name) == 0;
}

static void write_seen(struct writing *writing, const struct report_scope *scope, const char *name) {
    query_text_add(writing->text, "(1");
    for (int i = 0; i < scope->type->field_count; i++) {
        if (!is_meant(&scope->type->fields[i], name)) continue;
        const struct predicate *condition = seen(writing, scope, i);
        if (condition->kind == PREDICATE_TRUE) continue;
        query_text_add(writing->text, " AND ");
        query_text_predicate(writing->text, condition);
    }
    query_text_add(writing->text, ")");
}

static void write_field(struct writing *writing, const struct report_scope *scope, const char *name) {
    const struct catalogue_field *field = catalogue_field(scope->type, name);
    const struct predicate *condition = seen(writing, scope, field->index);
    if (condition->kind == PREDICATE_TRUE) {
        query_text_field(writing->text, field);
        return;
    }
    query_text_add(writing->text, "iif(");
    query_text_predicate(writing->text, condition);
    query_text_add(writing->text, ", ");
    query_text_field(writing->text, field);
    query_text_add(writing->text, ", NULL)");
}

static int64_t count_rows(struct writing *writing, struct query_text *count) {
    struct statement statement = {0};
    bool row = false;
    dealer_status status = query_text_lend(count, writing->connection, &statement);
    if (status == DEALER_OK) status = statement_step(count->env, &statement, &row);
    int64_t rows = row ? column_integer(&statement, 0) : 0;
    statement_return(&statement);
    if (status != DEALER_OK) writing->text->status = status;
    return rows;
}

/* Fetching rows one by one costs twice what reading all of them in order does. */
static bool is_part(struct writing *writing, const struct report_scope *scope, const struct query_text *ids) {
    enum { SURELY = 5000 };
    struct query_text count;
    query_text_init(&count, writing->text->env, scope->type, writing->connection->settings->seams);
    query_text_add(&count, "SELECT count(*) FROM (");
    query_text_append(&count, ids);
    query_text_add(&count, ")");
    int64_t part = count_rows(writing, &count);
    query_text_finish(&count);
    if (part <= SURELY) return true;
    query_text_init(&count, writing->text->env, scope->type, writing->connection->settings->seams);
    query_text_add(&count, "SELECT count(*) FROM document WHERE type = ");
    query_text_text(&count, scope->type->name);
    int64_t all = count_rows(writing, &count);
    query_text_finish(&count);
    return part < all / 2;
}

/* Where indexes lead to the part that he may see, through them. The statement's texts outlive this: they are the predicate's. */
static void write_streams(struct writing *writing, const struct report_scope *scope) {
    struct query_text *text = writing->text, ids;
    struct document_query query = {.type = scope->type, .visible = scope->visible, .filter = writing->query->filter};
    bool found = false;
    query_text_init(&ids, text->env, scope->type, writing->connection->settings->seams);
    dealer_status status = document_streams(text->env, writing->connection, &query, &ids, &found);
    if (status != DEALER_OK) text->status = status;
    if (status == DEALER_OK && found && is_part(writing, scope, &ids)) {
        query_text_add(text, "d.id IN (SELECT id FROM (");
        query_text_append(text, &ids);
        query_text_add(text, ")) AND ");
    }
    query_text_finish(&ids);
}

static void write_visible(struct writing *writing, const struct report_scope *scope) {
    bool own = scope == writing->scope;
    if (own) write_streams(writing, scope);
    query_text_predicate(writing->text, scope->visible);
    if (!own || writing->query->filter == NULL) return;
    query_text_add(writing->text, " AND ");
    query_text_predicate(writing->text, writing->query->filter);
}

static bool write_parameter(struct writing *writing, const char *name) {
    struct query_text *text = writing->text;
    bool known = true;
    if (strcmp(name, "document") == 0)
        query_text_document(text);
    else if (strcmp(name, "type") == 0)
        query_text_text(text, text->type->name);
    else if (strcmp(name, "as_of") == 0)
        query_text_text(text, writing->query->as_of);
    else if (strcmp(name, "now_ms") == 0)
        query_text_integer(text, writing->query->now_ms);
    else
        known = false;
    return known;
}

/* "contract.price": the scope of contracts, and what to call them from here on. */
static const struct report_scope *enter_scope(struct writing *writing, char *name, char **rest) {
    struct query_text *text = writing->text;
    char *dot = strchr(name, '.');
    int i = 0;
    *rest = name;
    if (dot == NULL) return writing->scope;
    *dot = '\0';
    *rest = dot + 1;
    while (strcmp(writing->query->others[i].type->name, name) != 0) i++;
    const struct report_scope *scope = &writing->query->others[i];
    text->type = scope->type;
    text->header = region_format(&text->region, text->env, "%s_d", name);
    text->typed = region_format(&text->region, text->env, "%s_t", name);
    if (text->header == NULL || text->typed == NULL) text->status = DEALER_E_NOMEM;
    return scope;
}

static void write_braces(struct writing *writing, char *name) {
    struct query_text *text = writing->text;
    bool asks_seen = *name == '?';
    char *rest;
    if (write_parameter(writing, name)) return;
    const struct report_scope *scope = enter_scope(writing, name + asks_seen, &rest);
    if (text->status == DEALER_OK) {
        if (asks_seen)
            write_seen(writing, scope, rest);
        else if (strcmp(rest, "visible") == 0)
            write_visible(writing, scope);
        else
            write_field(writing, scope, rest);
    }
    text->type = writing->scope->type;
    text->header = "d";
    text->typed = "t";
}

static void write_rows(struct writing *writing, const char *template) {
    struct query_text *text = writing->text;
    enum { LONGEST = 64 };
    for (const char *open; (open = strchr(template, '{')) != NULL;) {
        const char *close = strchr(open, '}');
        size_t length = (size_t)(close - open - 1);
        char name[LONGEST] = "";
        text_append(&text->sql, template, (size_t)(open - template));
        memcpy(name, open + 1, length < LONGEST ? length : LONGEST - 1);
        write_braces(writing, name);
        template = close + 1;
    }
    query_text_add(text, template);
}

/* -- groups and sums around it -- */

static void write_sums(struct query_text *text, const struct report_shape *shape) {
    static const char *const folds[] = {[FOLD_SUM] = "sum(", [FOLD_MOST] = "max(", [FOLD_COUNT] = "count("};
    query_text_add(text, "count(*)");
    for (int i = 0; i < REPORT_SUMS_MOST && shape->sums[i].name; i++) {
        query_text_add(text, ", ");
        query_text_add(text, folds[shape->sums[i].fold]);
        query_text_add(text, shape->sums[i].column);
        query_text_add(text, ")");
    }
}

static void write_times(struct query_text *text, const struct report_query *query) {
    if (query->from) {
        query_text_add(text, " AND day >= ");
        query_text_text(text, query->from);
    }
    if (query->to) { /* a month's last day too */
        query_text_add(text, " AND substr(day, 1, ");
        query_text_integer(text, (int64_t)strlen(query->to));
        query_text_add(text, ") <= ");
        query_text_text(text, query->to);
    }
}

static void write_groups(struct query_text *text, const struct report_query *query) {
    for (int i = 0; i < query->key_count; i++) {
        query_text_add(text, i ? ", " : " GROUP BY ");
        query_text_add(text, query->keys[i]);
    }
    for (int i = 0; i < query->key_count; i++) {
        const char *key = query->keys[i], *other = query->shape->order.key;
        query_text_add(text, i ? ", " : " ORDER BY ");
        query_text_add(text, other && strcmp(other, key) == 0 ? query->shape->order.by : key);
    }
}

static void write_report(struct writing *writing) {
    const struct report_query *query = writing->query;
    struct query_text *text = writing->text;
    const char *template = template_of(query->shape);
    query_text_add(text, "SELECT ");
    for (int i = 0; i < query->key_count; i++) {
        query_text_add(text, query->keys[i]);
        query_text_add(text, ", ");
    }
    write_sums(text, query->shape);
    query_text_add(text, " FROM (");
    for (int i = 0; i < query->type_count; i++) {
        if (i) query_text_add(text, " UNION ALL ");
        writing->scope = &query->types[i];
        text->type = writing->scope->type;
        write_rows(writing, template);
    }
    query_text_add(text, ") WHERE 1");
    write_times(text, query);
    write_groups(text, query);
}

/* -- rows -- */

static void push_row(struct statement *rows, const struct report_query *query, json_value *list, struct json *json) {
    json_value *row = json_new_object(json);
    int column = 0;
    for (; column < query->key_count; column++) column_to_json(rows, column, json, row, query->keys[column]);
    json_set_integer(json, row, "count", column_integer(rows, column++));
    for (int i = 0; i < REPORT_SUMS_MOST && query->shape->sums[i].name; i++)
        json_set_integer(json, row, query->shape->sums[i].name, column_integer(rows, column++));
    json_push(json, list, row);
}

static dealer_status push_rows(
    struct env *env, struct statement *rows, const struct report_query *query, json_value *list, struct json *json) {
    dealer_status status = DEALER_OK;
    while (statement_next(env, rows, &status)) {
        push_row(rows, query, list, json);
        status = statement_read_status(env, rows);
    }
    return status == DEALER_OK ? json_status(json) : status;
}

dealer_status store_report(struct env *env, struct connection *connection, const struct report_query *query, json_value *rows,
    json_value *hidden, struct json *json) {
    struct query_text text;
    struct statement statement = {0};
    struct writing writing = {query, query->types, connection, &text, hidden, json};
    if (query->type_count == 0) return DEALER_OK;
    query_text_init(&text, env, query->types->type, connection->settings->seams);
    write_report(&writing);
    dealer_status status = query_text_lend(&text, connection, &statement);
    if (status == DEALER_OK) status = push_rows(env, &statement, query, rows, json);
    if (status == DEALER_E_TOO_LARGE) status = error_raise(&env->error, &E_SUM_OVERFLOW, "field", query->shape->name, NULL);
    statement_return(&statement);
    query_text_finish(&text);
    return status;
}
