/* How long decisions take and what waits, by flow, node and person, over the documents that a predicate lets through. */
#include "store/query_text.h"
#include "store/record_store.h"

static dealer_status call_back(struct env *env, struct statement *rows,
    dealer_status (*row)(void *user_data, const struct waiting_row *row), void *user_data) {
    dealer_status status = DEALER_OK;
    while (statement_next(env, rows, &status)) {
        struct waiting_row one = {.flow = column_text(rows, 0, NULL),
            .node = column_text(rows, 1, NULL),
            .title_en = column_text(rows, 2, NULL),
            .title_zh = column_text(rows, 3, NULL),
            .person = column_integer(rows, 4),
            .done = column_integer(rows, 5),
            .done_ms = column_integer(rows, 6),
            .longest_ms = column_integer(rows, 7),
            .waiting = column_integer(rows, 8),
            .waiting_ms = column_integer(rows, 9)};
        status = statement_read_status(env, rows);
        if (status == DEALER_OK) status = row(user_data, &one);
    }
    return status;
}

dealer_status store_waiting(struct env *env, struct connection *connection, const struct waiting_query *query,
    dealer_status (*row)(void *user_data, const struct waiting_row *row), void *user_data) {
    struct query_text text;
    struct statement rows = {0};
    query_text_init(&text, env, query->type, connection->settings->seams);
    query_text_add(&text, "SELECT a.flow, k.node, k.title_en, k.title_zh, k.person, sum(k.state = 'done'), "
                          "sum(CASE WHEN k.state = 'done' THEN k.closed_ms - k.opened_ms ELSE 0 END), "
                          "max(CASE WHEN k.state = 'done' THEN k.closed_ms - k.opened_ms ELSE 0 END), sum(k.state = 'open'), "
                          "sum(CASE WHEN k.state = 'open' THEN ");
    query_text_integer(&text, query->now_ms);
    query_text_add(&text, " - k.opened_ms ELSE 0 END)");
    query_text_from(&text);
    query_text_add(&text, " JOIN approval AS a ON a.document = d.id JOIN task AS k ON k.approval = a.id WHERE d.type = ");
    query_text_text(&text, query->type->name);
    query_text_add(&text, " AND k.state IN ('done', 'open') AND k.opened_ms >= ");
    query_text_integer(&text, query->from_ms);
    query_text_add(&text, " AND k.opened_ms < ");
    query_text_integer(&text, query->to_ms);
    query_text_add(&text, " AND ");
    query_text_predicate(&text, query->visible);
    query_text_add(&text, " GROUP BY a.flow, k.node, k.person ORDER BY a.flow, k.node, k.person");
    dealer_status status = query_text_lend(&text, connection, &rows);
    if (status == DEALER_OK) status = call_back(env, &rows, row, user_data);
    statement_return(&rows);
    query_text_finish(&text);
    return status;
}
