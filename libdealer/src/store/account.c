/* The ledger: rows are only ever added, inside the write transaction of the document that causes them. */
#include "store/account_store.h"
#include "store/record_store.h"
#include "store/statement.h"
#include <string.h>

/* -- moving -- */

struct movement_row {
    int64_t item, other;
    const char *kind;
    int64_t amount;
};

static dealer_status add_movement(struct env *env, struct statement *insert, const struct movement_row *row,
    const struct account_stamp *stamp, int64_t journaled) {
    bind_integer(insert, row->item);
    bind_integer(insert, stamp->document);
    bind_text(insert, row->kind);
    bind_nonzero(insert, row->other);
    bind_integer(insert, row->amount);
    bind_text(insert, stamp->day);
    bind_integer(insert, stamp->at_ms);
    bind_integer(insert, stamp->person);
    bind_integer(insert, journaled);
    return statement_run(env, insert, NULL);
}

static dealer_status add_movements(struct env *env, struct connection *connection, const struct movement_row *rows, size_t count,
    const struct account_stamp *stamp) {
    struct statement insert = {0};
    int64_t journaled = 0;
    dealer_status status = store_journal_end(env, connection, &journaled);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_INSERT_ACCOUNT_MOVEMENT, &insert);
    for (size_t i = 0; status == DEALER_OK && i < count; i++) status = add_movement(env, &insert, &rows[i], stamp, journaled);
    statement_return(&insert);
    return status;
}

static void bind_party(struct statement *statement, const struct account_party *party) {
    bind_nonzero(statement, party->customer);
    bind_text(statement, party->party);
}

static const char *direction(bool payable) {
    return payable ? "payable" : "receivable";
}

static dealer_status insert_item(struct env *env, struct connection *connection, struct account_item *item) {
    struct statement insert = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_ACCOUNT_ITEM, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, item->party.company);
        bind_party(&insert, &item->party);
        bind_text(&insert, direction(item->payable));
        bind_text(&insert, item->kind);
        bind_integer(&insert, item->document);
        bind_text(&insert, item->type);
        bind_integer(&insert, item->under);
        bind_text(&insert, item->party.currency);
        bind_integer(&insert, item->amount);
        bind_text(&insert, item->due_on);
        bind_text(&insert, item->opened_on);
        status = statement_step(env, &insert, &row);
    }
    if (status == DEALER_OK) {
        item->id = column_integer(&insert, 0);
        status = statement_step(env, &insert, &row);
    }
    statement_return(&insert);
    return status;
}

dealer_status store_account_open(
    struct env *env, struct connection *connection, struct account_item *item, const struct account_stamp *stamp) {
    dealer_status status = insert_item(env, connection, item);
    if (status != DEALER_OK) return status;
    struct movement_row row = {item->id, 0, "open", item->amount};
    item->open = item->amount;
    return add_movements(env, connection, &row, 1, stamp);
}

dealer_status store_account_close(
    struct env *env, struct connection *connection, struct account_item *item, const struct account_stamp *stamp) {
    struct movement_row row = {item->id, 0, "close", -item->amount};
    item->open -= item->amount;
    return add_movements(env, connection, &row, 1, stamp);
}

dealer_status store_account_apply(struct env *env, struct connection *connection, struct account_item *a, struct account_item *b,
    int64_t amount, const struct account_stamp *stamp) {
    const char *kind = amount > 0 ? "apply" : "release";
    struct movement_row rows[] = {{a->id, b->id, kind, -amount}, {b->id, a->id, kind, -amount}};
    a->open -= amount;
    b->open -= amount;
    return add_movements(env, connection, rows, 2, stamp);
}

/* -- reading -- */

static dealer_status grow(struct env *env, struct region *region, size_t count, size_t *capacity, size_t size, void **rows) {
    if (count < *capacity) return DEALER_OK;
    size_t larger = *capacity ? *capacity * 2 : 16;
    void *copy = region_alloc(region, env, larger * size);
    if (copy == NULL) return DEALER_E_NOMEM;
    if (count) memcpy(copy, *rows, count * size);
    *capacity = larger;
    *rows = copy;
    return DEALER_OK;
}

static dealer_status read_item(struct env *env, struct statement *row, struct region *region, struct account_item *out) {
    const char *payable = column_text(row, 5, NULL);
    *out = (struct account_item){.id = column_integer(row, 0),
        .party = {.company = column_integer(row, 1), .customer = column_integer(row, 2)},
        .payable = payable && strcmp(payable, "payable") == 0,
        .document = column_integer(row, 7),
        .under = column_integer(row, 9),
        .amount = column_integer(row, 10),
        .open = column_integer(row, 11),
        .closed = column_integer(row, 14) != 0};
    dealer_status status = statement_read_status(env, row);
    if (status == DEALER_OK) status = column_copy(env, row, 3, region, &out->party.party);
    if (status == DEALER_OK) status = column_copy(env, row, 4, region, &out->party.currency);
    if (status == DEALER_OK) status = column_copy(env, row, 6, region, &out->kind);
    if (status == DEALER_OK) status = column_copy(env, row, 8, region, &out->type);
    if (status == DEALER_OK) status = column_copy(env, row, 12, region, &out->due_on);
    if (status == DEALER_OK) status = column_copy(env, row, 13, region, &out->opened_on);
    return status;
}

static void bind_query(struct statement *select, const struct account_query *query) {
    const struct account_party *party = query->party;
    switch (query->list) {
    case ACCOUNT_DUE:
        bind_party(select, party);
        bind_integer(select, party->company);
        bind_text(select, direction(query->payable));
        bind_text(select, party->currency);
        break;
    case ACCOUNT_OF_PARTY: bind_party(select, party); break;
    case ACCOUNT_UNDER:
        bind_integer(select, query->key);
        bind_text(select, direction(query->payable));
        break;
    case ACCOUNT_ONE:
    case ACCOUNT_OF_DOCUMENT: bind_integer(select, query->key); break;
    }
}

dealer_status store_account_items(struct env *env, struct connection *connection, struct region *region,
    const struct account_query *query, struct account_items *out) {
    static const enum store_statement_id statements[] = {[ACCOUNT_ONE] = STATEMENT_SELECT_ACCOUNT_ITEM,
        [ACCOUNT_DUE] = STATEMENT_SELECT_ACCOUNT_ITEMS_DUE,
        [ACCOUNT_UNDER] = STATEMENT_SELECT_ACCOUNT_ITEMS_UNDER,
        [ACCOUNT_OF_DOCUMENT] = STATEMENT_SELECT_ACCOUNT_ITEMS_OF_DOCUMENT,
        [ACCOUNT_OF_PARTY] = STATEMENT_SELECT_ACCOUNT_ITEMS_OF_PARTY};
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, statements[query->list], &select);
    if (status == DEALER_OK) bind_query(&select, query);
    while (statement_next(env, &select, &status)) {
        void *rows = out->items;
        status = grow(env, region, out->count, &out->capacity, sizeof *out->items, &rows);
        out->items = rows;
        if (status == DEALER_OK) status = read_item(env, &select, region, &out->items[out->count]);
        if (status == DEALER_OK) out->count++;
    }
    statement_return(&select);
    return status;
}

dealer_status store_account_movements(struct env *env, struct connection *connection, int64_t item,
    dealer_status (*row)(void *user_data, const struct account_movement *movement), void *user_data) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_ACCOUNT_MOVEMENTS, &select);
    if (status == DEALER_OK) bind_integer(&select, item);
    while (statement_next(env, &select, &status)) {
        struct account_movement movement = {.document = column_integer(&select, 0),
            .kind = column_text(&select, 1, NULL),
            .other = column_integer(&select, 2),
            .amount = column_integer(&select, 3),
            .day = column_text(&select, 4, NULL)};
        status = statement_read_status(env, &select);
        if (status == DEALER_OK) status = row(user_data, &movement);
    }
    statement_return(&select);
    return status;
}

dealer_status store_account_applied(
    struct env *env, struct connection *connection, struct region *region, int64_t document, struct account_pairs *out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_ACCOUNT_APPLIED, &select);
    if (status == DEALER_OK) bind_integer(&select, document);
    while (statement_next(env, &select, &status)) {
        void *rows = out->pairs;
        status = grow(env, region, out->count, &out->capacity, sizeof *out->pairs, &rows);
        out->pairs = rows;
        if (status != DEALER_OK) break;
        out->pairs[out->count++] =
            (struct account_pair){column_integer(&select, 0), column_integer(&select, 1), column_integer(&select, 2)};
    }
    statement_return(&select);
    return status;
}

dealer_status store_account_settled_by(
    struct env *env, struct connection *connection, int64_t item, int64_t except, int64_t *document_out) {
    struct statement select = {0};
    bool row = false;
    *document_out = 0;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_ACCOUNT_SETTLED_BY, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, item);
        bind_integer(&select, except);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && row) *document_out = column_integer(&select, 0);
    statement_return(&select);
    return status;
}
