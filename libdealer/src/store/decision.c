/* What rules saw and said, kept for replay. */
#include "store/record_store.h"
#include "store/statement.h"

dealer_status store_decision_add(struct env *env, struct connection *connection, const struct decision_row *row, int64_t *id_out) {
    struct statement insert = {0};
    int64_t end = 0;
    dealer_status status = store_journal_end(env, connection, &end);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_INSERT_DECISION, &insert);
    if (status == DEALER_OK) {
        bind_nonzero(&insert, row->document);
        bind_integer(&insert, row->rule_set);
        bind_text(&insert, row->rule);
        bind_text(&insert, row->entry);
        bind_text(&insert, row->input_json);
        bind_text(&insert, row->result_json);
        bind_text(&insert, row->outcome);
        bind_integer(&insert, row->instructions);
        bind_integer(&insert, row->bytes);
        bind_integer(&insert, row->at_ms);
        bind_integer(&insert, row->person);
        bind_integer(&insert, row->journaled < end ? row->journaled : end);
        bind_nonzero(&insert, row->call);
        bind_integer(&insert, row->kept);
        status = statement_run(env, &insert, NULL);
    }
    if (status == DEALER_OK && id_out != NULL) *id_out = sqlite3_last_insert_rowid(connection->db);
    statement_return(&insert);
    return status;
}
