/* Where machines went: rows are only ever added, in the transaction of the document that moved the machine. */
#include "store/record_store.h"
#include "store/statement.h"

dealer_status store_movement_add(struct env *env, struct connection *connection, const struct movement *movement) {
    struct statement insert = {0};
    int64_t journaled = 0;
    dealer_status status = store_journal_end(env, connection, &journaled);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_INSERT_MOVEMENT, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, movement->machine);
        bind_integer(&insert, movement->document);
        bind_text(&insert, movement->kind);
        bind_text(&insert, movement->position);
        bind_text(&insert, movement->warehouse);
        bind_text(&insert, movement->day);
        bind_integer(&insert, movement->cost);
        bind_integer(&insert, movement->at_ms);
        bind_integer(&insert, movement->person);
        bind_integer(&insert, journaled);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

static void read_row(struct statement *select, int64_t machine, struct movement *out) {
    *out = (struct movement){.id = column_integer(select, 0),
        .machine = machine,
        .document = column_integer(select, 1),
        .kind = column_text(select, 2, NULL),
        .position = column_text(select, 3, NULL),
        .warehouse = column_text(select, 4, NULL),
        .day = column_text(select, 5, NULL),
        .cost = column_integer(select, 6),
        .at_ms = column_integer(select, 7)};
}

dealer_status store_movements(struct env *env, struct connection *connection, int64_t machine,
    dealer_status (*row)(void *user_data, const struct movement *movement), void *user_data) {
    struct statement select = {0};
    struct movement movement;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_MOVEMENTS, &select);
    if (status == DEALER_OK) bind_integer(&select, machine);
    while (statement_next(env, &select, &status)) {
        read_row(&select, machine, &movement);
        status = statement_read_status(env, &select);
        if (status == DEALER_OK) status = row(user_data, &movement);
    }
    statement_return(&select);
    return status;
}

dealer_status store_movement_last(struct env *env, struct connection *connection, int64_t machine, int64_t *document_out) {
    struct statement select = {0};
    bool row = false;
    *document_out = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_MOVEMENT_LAST, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, machine);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && row) *document_out = column_integer(&select, 0);
    statement_return(&select);
    return status;
}
