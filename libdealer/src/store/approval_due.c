/* What comes due in approvals: rows are there while they can fire, and go when they have. */
#include "store/record_store.h"
#include "store/statement.h"

dealer_status store_due_put(struct env *env, struct connection *connection, const struct due_row *row) {
    struct statement put = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_PUT_APPROVAL_DUE, &put);
    if (status == DEALER_OK) {
        bind_integer(&put, row->approval);
        bind_integer(&put, row->subject);
        bind_integer(&put, row->due_ms);
        status = statement_run(env, &put, NULL);
    }
    statement_return(&put);
    return status;
}

dealer_status store_due_remove(struct env *env, struct connection *connection, const struct due_row *row) {
    struct statement remove = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_DELETE_APPROVAL_DUE, &remove);
    if (status == DEALER_OK) {
        bind_integer(&remove, row->approval);
        bind_integer(&remove, row->subject);
        status = statement_run(env, &remove, NULL);
    }
    statement_return(&remove);
    return status;
}

dealer_status store_due_first(
    struct env *env, struct connection *connection, int64_t now_ms, struct due_row *out, bool *found_out) {
    struct statement select = {0};
    *found_out = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_APPROVAL_DUE, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, now_ms);
        status = statement_step(env, &select, found_out);
    }
    if (status == DEALER_OK && *found_out)
        *out = (struct due_row){.approval = column_integer(&select, 0),
            .subject = column_integer(&select, 1),
            .due_ms = column_integer(&select, 2),
            .document = column_integer(&select, 3)};
    statement_return(&select);
    return status;
}
