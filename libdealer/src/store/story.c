/* Reads one document's story: a single statement over all that is written of it. */
#include "store/story_store.h"
#include "store/statement.h"

static dealer_status read_row(struct env *env, struct statement *select, struct story_row *out) {
    *out = (struct story_row){.source = column_text(select, 0, NULL),
        .sequence = column_integer(select, 1),
        .id = column_integer(select, 2),
        .at_ms = column_integer(select, 3),
        .person = column_integer(select, 4),
        .person_code = column_text(select, 5, NULL),
        .person_name = column_text(select, 6, NULL),
        .acting_code = column_text(select, 7, NULL),
        .acting_name = column_text(select, 8, NULL),
        .kind = column_text(select, 9, NULL),
        .detail = column_text(select, 10, NULL)};
    return statement_read_status(env, select);
}

dealer_status store_story(struct env *env, struct connection *connection, int64_t document,
    dealer_status (*row)(void *user_data, const struct story_row *row), void *user_data) {
    struct statement select = {0};
    struct story_row read;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_STORY, &select);
    if (status == DEALER_OK) bind_integer(&select, document);
    while (statement_next(env, &select, &status)) {
        status = read_row(env, &select, &read);
        if (status == DEALER_OK) status = row(user_data, &read);
    }
    statement_return(&select);
    return status;
}
