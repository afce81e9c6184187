/* Lists beside the tasks: who may claim, who was told, what somebody submitted, what is on its way. */
#include "store/messages.h"
#include "store/record_store.h"
#include "store/statement.h"
#include <string.h>

/* -- candidates -- */

dealer_status store_task_candidate_add(
    struct env *env, struct connection *connection, int64_t approval, int64_t sequence, int64_t person) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_TASK_CANDIDATE, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, person);
        bind_integer(&insert, approval);
        bind_integer(&insert, sequence);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

dealer_status store_task_candidates_clear(struct env *env, struct connection *connection, int64_t approval, int64_t sequence) {
    struct statement clear = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_DELETE_TASK_CANDIDATES, &clear);
    if (status == DEALER_OK) {
        bind_integer(&clear, approval);
        bind_integer(&clear, sequence);
        status = statement_run(env, &clear, NULL);
    }
    statement_return(&clear);
    return status;
}

dealer_status store_task_candidate(struct env *env, struct connection *connection, int64_t task, int64_t person, bool *out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_TASK_CANDIDATE, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, person);
        bind_integer(&select, task);
        status = statement_step(env, &select, out);
    }
    statement_return(&select);
    return status;
}

/* -- cc -- */

dealer_status store_cc_add(struct env *env, struct connection *connection, const struct cc_row *row) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_CC, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, row->approval);
        bind_integer(&insert, row->document);
        bind_integer(&insert, row->person);
        bind_nonzero(&insert, row->sender);
        bind_text(&insert, row->node);
        bind_text(&insert, row->title_en);
        bind_text(&insert, row->title_zh);
        bind_text(&insert, row->comment);
        bind_integer(&insert, row->sent_ms);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

static struct cc_row read_cc(struct statement *select, bool texts) {
    return (struct cc_row){.id = column_integer(select, 0),
        .document = column_integer(select, 1),
        .person = column_integer(select, 2),
        .sender = column_integer(select, 3),
        .node = texts ? column_text(select, 4, NULL) : NULL,
        .title_en = texts ? column_text(select, 5, NULL) : NULL,
        .title_zh = texts ? column_text(select, 6, NULL) : NULL,
        .comment = texts ? column_text(select, 7, NULL) : NULL,
        .sent_ms = column_integer(select, 8),
        .read_ms = column_integer(select, 9)};
}

dealer_status store_ccs(struct env *env, struct connection *connection, const struct cc_query *query,
    dealer_status (*row)(void *user_data, const struct cc_row *row), void *user_data) {
    struct statement select = {0};
    dealer_status status = statement_lend(
        env, connection, query->of_document ? STATEMENT_SELECT_CC_OF_DOCUMENT : STATEMENT_SELECT_CC_OF_PERSON, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, query->key);
        bind_integer(&select, query->after_id);
        bind_integer(&select, query->limit);
    }
    while (statement_next(env, &select, &status)) {
        struct cc_row cc = read_cc(&select, true);
        status = statement_read_status(env, &select);
        if (status == DEALER_OK) status = row(user_data, &cc);
    }
    statement_return(&select);
    return status;
}

dealer_status store_cc_load(struct env *env, struct connection *connection, int64_t id, struct cc_row *out) {
    struct statement select = {0};
    bool there = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_CC, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, id);
        status = statement_step(env, &select, &there);
    }
    if (status == DEALER_OK && there) *out = read_cc(&select, false);
    if (status == DEALER_OK && !there) status = error_raise(&env->error, &E_CC_NOT_FOUND, "id", NUMBER(id), NULL);
    statement_return(&select);
    return status;
}

dealer_status store_cc_read(struct env *env, struct connection *connection, int64_t id, int64_t now_ms) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_READ_CC, &update);
    if (status == DEALER_OK) {
        bind_integer(&update, now_ms);
        bind_integer(&update, id);
        status = statement_run(env, &update, NULL);
    }
    statement_return(&update);
    return status;
}

/* -- submitted, and on its way -- */

dealer_status store_submitted(struct env *env, struct connection *connection, const struct task_query *query,
    dealer_status (*row)(void *user_data, const struct approval_row *row), void *user_data) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_SUBMITTED, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, query->key);
        bind_integer(&select, query->after_id);
        bind_integer(&select, query->limit);
    }
    while (statement_next(env, &select, &status)) {
        struct approval_row approval = {.id = column_integer(&select, 0),
            .document = column_integer(&select, 1),
            .flow = column_text(&select, 2, NULL),
            .state = column_text(&select, 3, NULL),
            .round = column_integer(&select, 4),
            .submitter = query->key,
            .started_ms = column_integer(&select, 5),
            .ended_ms = column_integer(&select, 6)};
        status = statement_read_status(env, &select);
        if (status == DEALER_OK) status = row(user_data, &approval);
    }
    statement_return(&select);
    return status;
}

static dealer_status add_id(struct env *env, struct id_list *list, int64_t id) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 32;
        int64_t *ids = REGION_ARRAY(list->region, env, int64_t, capacity);
        if (ids == NULL) return DEALER_E_NOMEM;
        if (list->count) memcpy(ids, list->ids, list->count * sizeof *ids);
        list->ids = ids;
        list->capacity = capacity;
    }
    list->ids[list->count++] = id;
    return DEALER_OK;
}

static dealer_status collect(struct env *env, struct statement *select, struct id_list *out) {
    dealer_status status = DEALER_OK;
    while (statement_next(env, select, &status)) status = add_id(env, out, column_integer(select, 0));
    return status;
}

dealer_status store_task_candidates(struct env *env, struct connection *connection, int64_t task, struct id_list *out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_TASK_CANDIDATES, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, task);
        status = collect(env, &select, out);
    }
    statement_return(&select);
    return status;
}

dealer_status store_documents_with_part(struct env *env, struct connection *connection, int64_t person, struct id_list *out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_HANDED_OVER, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, person);
        status = collect(env, &select, out);
    }
    statement_return(&select);
    return status;
}

dealer_status store_documents_running(
    struct env *env, struct connection *connection, const struct running_query *query, struct id_list *out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_APPROVALS_RUNNING, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, query->after_document);
        bind_integer(&select, query->rule_set);
        bind_integer(&select, query->configuration);
        bind_integer(&select, query->limit);
        status = collect(env, &select, out);
    }
    statement_return(&select);
    return status;
}
