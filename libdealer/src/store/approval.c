/* Approvals with their tasks, events and participants. */
#include "store/messages.h"
#include "store/record_store.h"
#include "store/statement.h"

dealer_status store_approval_insert(struct env *env, struct connection *connection, struct approval_row *row) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_APPROVAL, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, row->document);
        bind_text(&insert, row->flow);
        bind_integer(&insert, row->rule_set);
        bind_integer(&insert, row->configuration);
        bind_text(&insert, row->state);
        bind_integer(&insert, row->round);
        bind_integer(&insert, row->submitter);
        bind_integer(&insert, row->started_ms);
        bind_nonzero(&insert, row->ended_ms);
        bind_bytes_of_text(&insert, row->body, row->body_length);
        status = statement_run(env, &insert, NULL);
    }
    if (status == DEALER_OK) row->id = sqlite3_last_insert_rowid(connection->db);
    statement_return(&insert);
    return status;
}

dealer_status store_approval_update(struct env *env, struct connection *connection, const struct approval_row *row) {
    struct statement update = {0};
    int64_t changed = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_UPDATE_APPROVAL, &update);
    if (status == DEALER_OK) {
        bind_text(&update, row->flow);
        bind_integer(&update, row->rule_set);
        bind_integer(&update, row->configuration);
        bind_text(&update, row->state);
        bind_integer(&update, row->round);
        bind_nonzero(&update, row->ended_ms);
        bind_bytes_of_text(&update, row->body, row->body_length);
        bind_integer(&update, row->id);
        status = statement_run(env, &update, &changed);
    }
    statement_return(&update);
    if (status == DEALER_OK && changed != 1) {
        status = error_raise(&env->error, &E_APPROVAL_NOT_FOUND, "document", NUMBER(row->document), NULL);
    }
    return status;
}

static dealer_status read_approval(struct env *env, struct statement *select, struct region *region, struct approval_row *out) {
    struct approval_row row = {
        .id = column_integer(select, 0),
        .document = column_integer(select, 1),
        .rule_set = column_integer(select, 3),
        .configuration = column_integer(select, 4),
        .round = column_integer(select, 6),
        .submitter = column_integer(select, 7),
        .started_ms = column_integer(select, 8),
        .ended_ms = column_integer(select, 9),
    };
    dealer_status status = column_copy(env, select, 2, region, &row.flow);
    if (status == DEALER_OK) status = column_copy(env, select, 5, region, &row.state);
    if (status == DEALER_OK) status = column_copy(env, select, 10, region, &row.body);
    if (status == DEALER_OK) {
        column_text(select, 10, &row.body_length);
        *out = row;
    }
    return status;
}

dealer_status store_approval_of(
    struct env *env, struct connection *connection, struct region *region, int64_t document, struct approval_row *out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_APPROVAL_OF_DOCUMENT, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, document);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && !row) {
        status = error_raise(&env->error, &E_APPROVAL_NOT_FOUND, "document", NUMBER(document), NULL);
    }
    if (status == DEALER_OK) status = read_approval(env, &select, region, out);
    statement_return(&select);
    return status;
}

static void bind_task(struct statement *put, const struct task_row *row) {
    bind_integer(put, row->approval);
    bind_integer(put, row->sequence);
    bind_integer(put, row->document);
    bind_integer(put, row->round);
    bind_nonzero(put, row->person);
    bind_text(put, row->node);
    bind_text(put, row->node_title_en);
    bind_text(put, row->node_title_zh);
    bind_text(put, row->state);
    bind_text(put, row->decision);
    bind_text(put, row->comment);
    bind_text(put, row->reason_en);
    bind_text(put, row->reason_zh);
    bind_integer(put, row->opened_ms);
}

static dealer_status put_task(struct env *env, struct statement *put, struct task_row *row) {
    bool there = false;
    bind_task(put, row);
    dealer_status status = statement_step(env, put, &there);
    if (status != DEALER_OK) return status;
    if (!there) {
        return error_raise(&env->error, &E_TASK_CLOSED, "sequence", NUMBER(row->sequence), "approval", NUMBER(row->approval), NULL);
    }
    int64_t id = column_integer(put, 0);
    status = statement_step(env, put, &there);
    if (status == DEALER_OK) row->id = id;
    return status;
}

dealer_status store_task_insert(struct env *env, struct connection *connection, struct task_row *row) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_TASK, &insert);
    if (status == DEALER_OK) {
        bind_task(&insert, row);
        status = statement_run(env, &insert, NULL);
    }
    if (status == DEALER_OK) row->id = sqlite3_last_insert_rowid(connection->db);
    statement_return(&insert);
    return status;
}

dealer_status store_task_open(struct env *env, struct connection *connection, struct task_row *row) {
    struct statement put = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_PUT_TASK, &put);
    if (status == DEALER_OK) status = put_task(env, &put, row);
    statement_return(&put);
    return status;
}

static dealer_status raise_on_task(struct env *env, const struct task_row *row, const struct message *message) {
    return error_raise(&env->error, message, "sequence", NUMBER(row->sequence), "approval", NUMBER(row->approval), NULL);
}

/* Where the statement's last two parameters are the key of a task's row. */
static dealer_status run_on_task(struct env *env, struct statement *update, const struct task_row *row, int64_t *changed_out) {
    bind_integer(update, row->approval);
    bind_integer(update, row->sequence);
    return statement_run(env, update, changed_out);
}

static dealer_status close_by(
    struct env *env, struct connection *connection, enum store_statement_id id, const struct task_row *row, int64_t *changed_out) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, id, &update);
    if (status == DEALER_OK) {
        bind_text(&update, row->state);
        bind_text(&update, row->decision);
        bind_text(&update, row->comment);
        bind_text(&update, row->reason_en);
        bind_text(&update, row->reason_zh);
        bind_nonzero(&update, row->person);
        bind_integer(&update, row->closed_ms);
        status = run_on_task(env, &update, row, changed_out);
    }
    statement_return(&update);
    return status;
}

dealer_status store_task_close(struct env *env, struct connection *connection, const struct task_row *row) {
    int64_t changed = 0;
    dealer_status status = close_by(env, connection, STATEMENT_CLOSE_TASK, row, &changed);
    if (status == DEALER_OK && changed == 0) {
        status = close_by(env, connection, STATEMENT_CLOSE_TASK_OF_ANOTHER, row, &changed);
    }
    return status == DEALER_OK && changed != 1 ? raise_on_task(env, row, &E_TASK_CLOSED) : status;
}

dealer_status store_task_reopen(struct env *env, struct connection *connection, const struct task_row *row) {
    struct statement update = {0};
    int64_t changed = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_REOPEN_TASK, &update);
    if (status == DEALER_OK) {
        bind_text(&update, row->state);
        bind_nonzero(&update, row->person);
        bind_integer(&update, row->opened_ms);
        status = run_on_task(env, &update, row, &changed);
    }
    statement_return(&update);
    return status == DEALER_OK && changed != 1 ? raise_on_task(env, row, &E_TASK_NOT_CLOSED) : status;
}

/* Texts are SQLite's, until the next step. */
static dealer_status read_task(struct env *env, struct statement *select, struct task_row *out) {
    *out = (struct task_row){
        .id = column_integer(select, 0),
        .approval = column_integer(select, 1),
        .document = column_integer(select, 2),
        .sequence = column_integer(select, 3),
        .round = column_integer(select, 4),
        .person = column_integer(select, 5),
        .node = column_text(select, 6, NULL),
        .node_title_en = column_text(select, 7, NULL),
        .node_title_zh = column_text(select, 8, NULL),
        .state = column_text(select, 9, NULL),
        .decision = column_text(select, 10, NULL),
        .comment = column_text(select, 11, NULL),
        .reason_en = column_text(select, 12, NULL),
        .reason_zh = column_text(select, 13, NULL),
        .opened_ms = column_integer(select, 14),
        .closed_ms = column_integer(select, 15),
    };
    return statement_read_status(env, select);
}

static dealer_status copy_task(struct env *env, struct statement *select, struct region *region, struct task_row *out) {
    struct task_row row;
    dealer_status status = read_task(env, select, &row);
    const char **texts[] = {
        &row.node, &row.node_title_en, &row.node_title_zh, &row.state, &row.decision, &row.comment, &row.reason_en, &row.reason_zh};
    for (int i = 0; status == DEALER_OK && i < 8; i++) status = column_copy(env, select, 6 + i, region, texts[i]);
    if (status == DEALER_OK) *out = row;
    return status;
}

dealer_status store_task_load(
    struct env *env, struct connection *connection, struct region *region, int64_t id, struct task_row *out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_TASK, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, id);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && !row) status = error_raise(&env->error, &E_TASK_NOT_FOUND, "id", NUMBER(id), NULL);
    if (status == DEALER_OK) status = copy_task(env, &select, region, out);
    statement_return(&select);
    return status;
}

dealer_status store_tasks(struct env *env, struct connection *connection, const struct task_query *query,
    dealer_status (*row)(void *user_data, const struct task_row *row), void *user_data) {
    static const enum store_statement_id ids[] = {
        [TASKS_OPEN_OF_PERSON] = STATEMENT_SELECT_TASKS_OPEN_OF_PERSON,
        [TASKS_DONE_OF_PERSON] = STATEMENT_SELECT_TASKS_DONE_OF_PERSON,
        [TASKS_OF_DOCUMENT] = STATEMENT_SELECT_TASKS_OF_DOCUMENT,
        [TASKS_OPEN_OF_DOCUMENT] = STATEMENT_SELECT_TASKS_OPEN_OF_DOCUMENT,
    };
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, ids[query->filter], &select);
    if (status == DEALER_OK) {
        bind_integer(&select, query->key);
        bind_integer(&select, query->after_id);
        bind_integer(&select, query->limit);
    }
    while (statement_next(env, &select, &status)) {
        struct task_row task;
        status = read_task(env, &select, &task);
        if (status == DEALER_OK) status = row(user_data, &task);
    }
    statement_return(&select);
    return status;
}

dealer_status store_participant_add(struct env *env, struct connection *connection, int64_t document, int64_t person) {
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_PARTICIPANT, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, person);
        bind_integer(&insert, document);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

dealer_status store_participant(struct env *env, struct connection *connection, int64_t document, int64_t person, bool *out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_PARTICIPANT, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, person);
        bind_integer(&select, document);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK) *out = row;
    statement_return(&select);
    return status;
}
