/* Who has which part in a document, for whoever is to be told of it. */
#include "store/record_store.h"
#include "store/statement.h"

dealer_status store_people_of(struct env *env, struct connection *connection, const struct people_query *query,
    dealer_status (*person)(void *user_data, int64_t person), void *user_data) {
    static const enum store_statement_id ids[] = {
        [PEOPLE_ASKED] = STATEMENT_SELECT_PEOPLE_ASKED,
        [PEOPLE_AWAITED] = STATEMENT_SELECT_PEOPLE_AWAITED,
        [PEOPLE_COPIED] = STATEMENT_SELECT_PEOPLE_COPIED,
        [PEOPLE_LAST] = STATEMENT_SELECT_JOURNAL_PERSON,
    };
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, ids[query->part], &select);
    if (status == DEALER_OK) {
        bind_integer(&select, query->document);
        if (query->part == PEOPLE_AWAITED) bind_integer(&select, query->task);
        if (query->part == PEOPLE_LAST) bind_text(&select, query->kinds);
    }
    while (statement_next(env, &select, &status)) status = person(user_data, column_integer(&select, 0));
    statement_return(&select);
    return status;
}

dealer_status store_task_title(struct env *env, struct connection *connection, struct region *region, const int64_t task[2],
    const char **en_out, const char **zh_out) {
    struct statement select = {0};
    bool there = false;
    *en_out = *zh_out = NULL;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_TASK_TITLE, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, task[0]);
        bind_integer(&select, task[1]);
        status = statement_step(env, &select, &there);
    }
    if (status == DEALER_OK && there) status = column_copy(env, &select, 0, region, en_out);
    if (status == DEALER_OK && there) status = column_copy(env, &select, 1, region, zh_out);
    statement_return(&select);
    return status;
}
