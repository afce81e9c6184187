/* What is open by age, for every party at once. Each type of cause is read under the asker's own predicate; those that he may see all of
 * are read together, without their documents. */
#include "base/time.h"
#include "store/account_store.h"
#include "store/query_text.h"
#include <stdio.h>

/* Columns of a cause's items: whose, due when, how much of it was open then. */
static void add_columns(struct query_text *text, bool past) {
    query_text_add(text, "SELECT i.customer AS customer, i.party AS party, i.direction AS direction, i.currency AS currency, "
                         "i.due_on AS due_on, ");
    query_text_add(text, past ? "i.open - coalesce(m.later, 0) AS open" : "i.open AS open");
}

static void add_items(struct query_text *text, const char *day, bool past) {
    if (!past) {
        query_text_add(text, " AND i.open > 0");
        return;
    }
    query_text_add(text, " AND i.opened_on <= ");
    query_text_text(text, day);
    query_text_add(text, " AND i.open <> coalesce(m.later, 0)");
}

static void add_later(struct query_text *text, const char *day, bool past) {
    if (!past) return;
    query_text_add(text, " LEFT JOIN (SELECT item, sum(amount) AS later FROM account_movement WHERE day > ");
    query_text_text(text, day);
    query_text_add(text, " GROUP BY item) AS m ON m.item = i.id");
}

static bool sees_all(const struct account_sight *sight) {
    return sight->visible->kind == PREDICATE_TRUE;
}

/* The types seen whole, as one part. */
static bool add_whole(struct query_text *text, const struct ageing_query *query, const char *day, bool past) {
    bool any = false;
    for (size_t i = 0; i < query->count; i++) {
        if (!sees_all(&query->sights[i])) continue;
        if (!any) {
            add_columns(text, past);
            query_text_add(text, " FROM account_item AS i");
            add_later(text, day, past);
            query_text_add(text, " WHERE i.type IN (");
        }
        if (any) query_text_add(text, ", ");
        query_text_text(text, query->sights[i].type->name);
        any = true;
    }
    if (!any) return false;
    query_text_add(text, ")");
    add_items(text, day, past);
    return true;
}

static void add_part(struct query_text *text, const struct account_sight *sight, const char *day, bool past) {
    text->type = sight->type;
    add_columns(text, past);
    query_text_from_for(text, sight->visible, NULL, NULL, NULL);
    query_text_add(text, " JOIN account_item AS i ON i.document = d.id");
    add_later(text, day, past);
    query_text_add(text, " WHERE d.type = ");
    query_text_text(text, sight->type->name);
    query_text_add(text, " AND i.type = ");
    query_text_text(text, sight->type->name);
    add_items(text, day, past);
    query_text_add(text, " AND ");
    query_text_predicate(text, sight->visible);
}

static bool add_parts(struct query_text *text, const struct ageing_query *query, const char *day, bool past) {
    bool any = add_whole(text, query, day, past);
    for (size_t i = 0; i < query->count; i++) {
        if (sees_all(&query->sights[i]) || query->sights[i].visible->kind == PREDICATE_FALSE) continue;
        if (any) query_text_add(text, " UNION ALL ");
        add_part(text, &query->sights[i], day, past);
        any = true;
    }
    return any;
}

/* A day of grace is none: what is due on the day itself is not overdue. */
static void add_buckets(struct query_text *text, char (*limits)[11]) {
    query_text_add(
        text, "SELECT customer, party, direction, currency, count(*), sum(CASE WHEN due_on IS NULL THEN open ELSE 0 END)");
    for (int bucket = 1; bucket < AGEING_BUCKETS; bucket++) {
        query_text_add(text, ", sum(CASE WHEN ");
        if (bucket < AGEING_BUCKETS - 1) {
            query_text_add(text, "due_on >= ");
            query_text_text(text, limits[bucket]);
        }
        if (bucket > 1) {
            query_text_add(text, bucket < AGEING_BUCKETS - 1 ? " AND due_on < " : "due_on < ");
            query_text_text(text, limits[bucket - 1]);
        }
        query_text_add(text, " THEN open ELSE 0 END)");
    }
    query_text_add(text, " FROM (");
}

static dealer_status is_past(struct env *env, struct connection *connection, const char *day, bool *out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_ACCOUNT_MOVED_AFTER, &select);
    if (status == DEALER_OK) {
        bind_text(&select, day);
        status = statement_step(env, &select, out);
    }
    statement_return(&select);
    return status;
}

static dealer_status call_back(
    struct env *env, struct statement *rows, dealer_status (*row)(void *user_data, const struct ageing_row *row), void *user_data) {
    dealer_status status = DEALER_OK;
    while (statement_next(env, rows, &status)) {
        const char *direction = column_text(rows, 2, NULL);
        struct ageing_row one = {.customer = column_integer(rows, 0),
            .party = column_text(rows, 1, NULL),
            .payable = direction && direction[0] == 'p',
            .currency = column_text(rows, 3, NULL),
            .count = column_integer(rows, 4)};
        for (int bucket = 0; bucket < AGEING_BUCKETS; bucket++) one.amount[bucket] = column_integer(rows, 5 + bucket);
        status = statement_read_status(env, rows);
        if (status == DEALER_OK) status = row(user_data, &one);
    }
    return status;
}

dealer_status store_account_ageing(struct env *env, struct connection *connection, const struct ageing_query *query,
    dealer_status (*row)(void *user_data, const struct ageing_row *row), void *user_data) {
    static const int32_t ages[AGEING_BUCKETS] = {0, 0, 30, 60, 90, 0};
    char limits[AGEING_BUCKETS][11];
    struct query_text text;
    struct statement rows = {0};
    bool past = false;
    for (int bucket = 0; bucket < AGEING_BUCKETS; bucket++) date_format(query->day - ages[bucket], limits[bucket]);
    dealer_status status = is_past(env, connection, limits[0], &past);
    if (status != DEALER_OK || query->count == 0) return status;
    query_text_init(&text, env, query->sights[0].type, connection->settings->seams);
    add_buckets(&text, limits);
    if (add_parts(&text, query, limits[0], past)) {
        query_text_add(&text, ") GROUP BY customer, party, direction, currency");
        status = query_text_lend(&text, connection, &rows);
        if (status == DEALER_OK) status = call_back(env, &rows, row, user_data);
    }
    statement_return(&rows);
    query_text_finish(&text);
    return status;
}
