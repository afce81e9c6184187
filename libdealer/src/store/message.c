/* Messages: written with their cause, delivered and read by separate marks. */
#include "store/message_row.h"
#include "store/messages.h"
#include "store/record_store.h"
#include "store/statement.h"
#include "store/uuid.h"

static dealer_status insert(struct env *env, struct connection *connection, const struct message_row *row, const char *uid) {
    struct statement insert = {0};
    int64_t journaled = 0;
    dealer_status status = store_journal_end(env, connection, &journaled);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_INSERT_MESSAGE, &insert);
    if (status == DEALER_OK) {
        bind_text(&insert, uid);
        bind_text(&insert, row->event);
        bind_text(&insert, row->digest == NULL ? row->type : NULL);
        bind_nonzero(&insert, row->document);
        bind_nonzero(&insert, row->person);
        bind_text(&insert, row->party);
        bind_text(&insert, row->text_en);
        bind_text(&insert, row->text_zh);
        bind_integer(&insert, row->at_ms);
        bind_integer(&insert, row->digest == NULL ? row->at_ms : row->available_ms);
        bind_text(&insert, row->digest);
        bind_text(&insert, row->digest == NULL ? NULL : NUMBER(row->document));
        bind_integer(&insert, journaled);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

dealer_status store_message_add(struct env *env, struct connection *connection, struct message_row *row) {
    char uid[UUID_SIZE];
    dealer_status status = row->uid == NULL ? uuid_make(env, row->at_ms, uid) : DEALER_OK;
    if (status == DEALER_OK) status = insert(env, connection, row, row->uid == NULL ? uid : row->uid);
    if (status == DEALER_OK) row->id = sqlite3_last_insert_rowid(connection->db);
    return status;
}

dealer_status store_message_told(
    struct env *env, struct connection *connection, const char *key, int64_t now_ms, int64_t within_ms, bool *fresh_out) {
    struct statement put = {0};
    int64_t changed = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_PUT_MESSAGE_TOLD, &put);
    if (status == DEALER_OK) {
        bind_text(&put, key);
        bind_integer(&put, now_ms);
        bind_integer(&put, within_ms);
        status = statement_run(env, &put, &changed);
    }
    *fresh_out = changed != 0;
    statement_return(&put);
    return status;
}

dealer_status store_messages_forget(struct env *env, struct connection *connection, int64_t before_ms, int64_t limit) {
    struct statement forget = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_FORGET_MESSAGES_TOLD, &forget);
    if (status == DEALER_OK) {
        bind_integer(&forget, before_ms);
        bind_integer(&forget, limit);
        status = statement_run(env, &forget, NULL);
    }
    statement_return(&forget);
    return status;
}

static dealer_status read_message(struct env *env, struct statement *select, struct message_row *out) {
    *out = (struct message_row){
        .id = column_integer(select, 0),
        .uid = column_text(select, 1, NULL),
        .event = column_text(select, 2, NULL),
        .type = column_text(select, 3, NULL),
        .document = column_integer(select, 4),
        .person = column_integer(select, 5),
        .party = column_text(select, 6, NULL),
        .text_en = column_text(select, 7, NULL),
        .text_zh = column_text(select, 8, NULL),
        .at_ms = column_integer(select, 9),
        .read_ms = column_integer(select, 10),
        .attempts = column_integer(select, 11),
        .failure = column_text(select, 12, NULL),
        .documents = column_text(select, 13, NULL),
        .available_ms = column_integer(select, 14),
    };
    return statement_read_status(env, select);
}

dealer_status message_rows(struct env *env, struct statement *select, message_visitor row, void *user_data) {
    dealer_status status = DEALER_OK;
    while (statement_next(env, select, &status)) {
        struct message_row message;
        status = read_message(env, select, &message);
        if (status == DEALER_OK) status = row(user_data, &message);
    }
    return status;
}

dealer_status store_messages(
    struct env *env, struct connection *connection, const struct message_query *query, message_visitor row, void *user_data) {
    static const enum store_statement_id ids[] = {
        [MESSAGES_UNDELIVERED] = STATEMENT_SELECT_MESSAGES_UNDELIVERED,
        [MESSAGES_DEAD] = STATEMENT_SELECT_MESSAGES_DEAD,
        [MESSAGES_INBOX] = STATEMENT_SELECT_MESSAGES_INBOX,
        [MESSAGES_INBOX_UNREAD] = STATEMENT_SELECT_MESSAGES_UNREAD,
        [MESSAGES_OF_DOCUMENT] = STATEMENT_SELECT_MESSAGES_OF_DOCUMENT,
    };
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, ids[query->filter], &select);
    if (status == DEALER_OK) {
        if (query->filter != MESSAGES_DEAD) bind_integer(&select, query->key);
        bind_integer(&select, query->after_id);
        bind_integer(&select, query->limit);
        status = message_rows(env, &select, row, user_data);
    }
    statement_return(&select);
    return status;
}

/* Runs to the end; that no row changed means that there is no such message, or not for this reader. */
static dealer_status run_on_message(struct env *env, struct statement *update, int64_t id) {
    int64_t changed = 0;
    dealer_status status = statement_run(env, update, &changed);
    if (status == DEALER_OK && changed != 1) status = error_raise(&env->error, &E_MESSAGE_NOT_FOUND, "id", NUMBER(id), NULL);
    return status;
}

dealer_status store_message_acknowledge(struct env *env, struct connection *connection, int64_t id, int64_t now_ms) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_ACKNOWLEDGE_MESSAGE, &update);
    if (status == DEALER_OK) {
        bind_integer(&update, now_ms);
        bind_integer(&update, id);
        status = run_on_message(env, &update, id);
    }
    statement_return(&update);
    return status;
}

dealer_status store_message_read(
    struct env *env, struct connection *connection, int64_t id, int64_t person, bool read, int64_t now_ms) {
    struct statement update = {0};
    dealer_status status =
        statement_lend(env, connection, read ? STATEMENT_MARK_MESSAGE_READ : STATEMENT_MARK_MESSAGE_UNREAD, &update);
    if (status == DEALER_OK) {
        if (read) bind_integer(&update, now_ms);
        bind_integer(&update, id);
        bind_integer(&update, person);
        status = run_on_message(env, &update, id);
    }
    statement_return(&update);
    return status;
}
