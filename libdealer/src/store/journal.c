/* The journal: each entry's mac covers the mac before it and every column of the entry, the head's covers the last. Whoever
 * changes, removes, inserts or cuts off without the key breaks the chain. */
#include "store/journal.h"

#include "base/text.h"
#include "store/record_store.h"
#include "store/statement.h"

#include <string.h>

/* Seven bits a byte, the lowest first; the last one has its eighth clear. What is covered stays short, for that is what a mac costs. */
static void add_number(struct text *text, int64_t number) {
    char bytes[10];
    size_t count = 0;
    uint64_t rest = (uint64_t)number;
    for (; rest > 0x7F; rest >>= 7) bytes[count++] = (char)(rest | 0x80);
    bytes[count++] = (char)rest;
    text_append(text, bytes, count);
}

/* Its length, counted from 1, goes in front; 0: none. So no two different entries give the same bytes. */
static void add_text(struct text *text, const char *string) {
    size_t length = string == NULL ? 0 : strlen(string);
    add_number(text, string == NULL ? 0 : (int64_t)length + 1);
    if (string != NULL) text_append(text, string, length);
}

static dealer_status chain(struct env *env, const struct store_settings *settings, const uint8_t before[DIGEST_SIZE],
    int64_t sequence, const struct journal_entry *entry, uint8_t out[DIGEST_SIZE]) {
    struct text text;
    text_init(&text, env);
    text_append(&text, "e", 1); /* an entry: a head begins otherwise */
    text_append(&text, (const char *)before, DIGEST_SIZE);
    add_number(&text, sequence);
    add_number(&text, entry->at_ms);
    add_number(&text, entry->person);
    add_number(&text, entry->document);
    add_number(&text, entry->acting);
    add_text(&text, entry->kind);
    add_text(&text, entry->detail_json);
    dealer_status status = text.status;
    if (status == DEALER_OK) digest_keyed(&settings->journal_digest, text.data, text.length, out);
    text_finish(&text);
    return status;
}

static void head_mac(
    const struct store_settings *settings, int64_t sequence, const uint8_t last[DIGEST_SIZE], uint8_t out[DIGEST_SIZE]) {
    uint8_t bytes[4 + 8 + DIGEST_SIZE] = {'h', 'e', 'a', 'd'};
    for (int i = 0; i < 8; i++) bytes[4 + i] = (uint8_t)((uint64_t)sequence >> (8 * (7 - i)));
    memcpy(bytes + 12, last, DIGEST_SIZE);
    digest_keyed(&settings->journal_digest, bytes, sizeof bytes, out);
}

/* Sequence and mac of a row; 0 and zeros when there is none. */
static dealer_status read_end(struct env *env, struct connection *connection, enum store_statement_id id, int64_t *sequence_out,
    uint8_t mac_out[DIGEST_SIZE]) {
    struct statement select = {0};
    bool row = false;
    *sequence_out = 0;
    memset(mac_out, 0, DIGEST_SIZE);
    dealer_status status = statement_lend(env, connection, id, &select);
    if (status == DEALER_OK) status = statement_step(env, &select, &row);
    if (status == DEALER_OK && row) {
        size_t length = 0;
        const void *mac = column_blob(&select, 1, &length);
        status = statement_read_status(env, &select);
        if (status == DEALER_OK && length == DIGEST_SIZE) memcpy(mac_out, mac, DIGEST_SIZE);
        *sequence_out = column_integer(&select, 0);
    }
    statement_return(&select);
    return status;
}

/* -- what one call has done: kept as it is written, since it is asked for at the end of nearly every call -- */

struct told_entry {
    struct told_entry *next;
    int64_t sequence;
    struct journal_entry entry;
};

/* A rollback takes numbers back: entries from this one on are none any more. */
static void forget_from(struct connection *connection, int64_t sequence) {
    struct told_entry **place = &connection->told;
    if (connection->told == NULL) return;
    while (*place != NULL && (*place)->sequence < sequence) place = &(*place)->next;
    *place = NULL;
    connection->told_last = place;
}

static const char *copy_text(struct env *env, struct connection *connection, const char *text) {
    return text == NULL ? NULL : region_copy(&connection->told_region, env, text, strlen(text));
}

static dealer_status remember(struct env *env, struct connection *connection, const struct journal_entry *entry) {
    if (entry->document == 0) return DEALER_OK;
    struct told_entry *told = REGION_NEW(&connection->told_region, env, struct told_entry);
    if (told == NULL) return DEALER_E_NOMEM;
    told->sequence = connection->journal_sequence;
    told->entry = *entry;
    told->entry.kind = copy_text(env, connection, entry->kind);
    told->entry.detail_json = copy_text(env, connection, entry->detail_json);
    if (told->entry.kind == NULL || (entry->detail_json != NULL && told->entry.detail_json == NULL)) return DEALER_E_NOMEM;
    if (connection->told == NULL) connection->told_last = &connection->told;
    *connection->told_last = told;
    connection->told_last = &told->next;
    return DEALER_OK;
}

static dealer_status know_end(struct env *env, struct connection *connection) {
    if (connection->journal_known) return DEALER_OK;
    dealer_status status =
        read_end(env, connection, STATEMENT_SELECT_JOURNAL_LAST, &connection->journal_sequence, connection->journal_mac);
    connection->journal_known = status == DEALER_OK && connection->in_transaction;
    if (status == DEALER_OK) forget_from(connection, connection->journal_sequence + 1);
    return status;
}

dealer_status store_journal_end(struct env *env, struct connection *connection, int64_t *out) {
    dealer_status status = know_end(env, connection);
    if (status == DEALER_OK) *out = connection->journal_sequence;
    return status;
}

dealer_status store_journal_add(struct env *env, struct connection *connection, const struct journal_entry *entry) {
    uint8_t mac[DIGEST_SIZE];
    dealer_status status = know_end(env, connection);
    int64_t sequence = connection->journal_sequence + 1;
    if (status == DEALER_OK) status = chain(env, connection->settings, connection->journal_mac, sequence, entry, mac);
    if (status != DEALER_OK) return status;
    struct statement insert = {0};
    status = statement_lend(env, connection, STATEMENT_INSERT_JOURNAL, &insert);
    if (status == DEALER_OK) {
        bind_integer(&insert, sequence);
        bind_integer(&insert, entry->at_ms);
        bind_integer(&insert, entry->person);
        bind_integer(&insert, entry->document);
        bind_text(&insert, entry->kind);
        bind_text(&insert, entry->detail_json);
        bind_integer(&insert, entry->acting);
        bind_blob(&insert, mac, sizeof mac);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    if (status != DEALER_OK) return status;
    connection->journal_sequence = sequence;
    memcpy(connection->journal_mac, mac, sizeof mac);
    connection->journal_moved = true;
    status = remember(env, connection, entry);
    if (status != DEALER_OK) return status;
    return connection->in_transaction ? DEALER_OK : journal_close(env, connection);
}

dealer_status journal_close(struct env *env, struct connection *connection) {
    if (!connection->journal_moved) return DEALER_OK;
    uint8_t mac[DIGEST_SIZE];
    struct statement put = {0};
    dealer_status status = know_end(env, connection);
    if (status == DEALER_OK && connection->journal_sequence > 0) {
        head_mac(connection->settings, connection->journal_sequence, connection->journal_mac, mac);
        status = statement_lend(env, connection, STATEMENT_PUT_JOURNAL_HEAD, &put);
        if (status == DEALER_OK) {
            bind_integer(&put, connection->journal_sequence);
            bind_blob(&put, mac, sizeof mac);
            status = statement_run(env, &put, NULL);
        }
    }
    statement_return(&put);
    connection->journal_moved = false;
    return status;
}

/* The walk along the chain: the mac of the last entry that fits, and what was found. */
struct walk {
    const struct journal_head *known;
    struct journal_proof proof;
    uint8_t mac[DIGEST_SIZE];
};

static void find(struct walk *walk, enum journal_flaw flaw) {
    walk->proof.flaw = flaw;
    walk->proof.bad = walk->proof.entries + 1;
}

/* Is it the entry that the exported head named? A journal that was written anew has another one there. */
static bool fits_known(const struct walk *walk, int64_t sequence, const uint8_t mac[DIGEST_SIZE]) {
    char hex[DIGEST_HEX_SIZE];
    if (walk->known == NULL || walk->known->sequence != sequence) return true;
    digest_hex(mac, hex);
    return strcmp(hex, walk->known->mac) == 0;
}

/* Does this row follow from the one before? */
static dealer_status check_entry(struct env *env, struct statement *select, struct walk *walk) {
    size_t length = 0;
    int64_t expected = walk->proof.entries + 1;
    const void *stored = column_blob(select, 7, &length);
    struct journal_entry entry = {
        .at_ms = column_integer(select, 1),
        .person = column_integer(select, 2),
        .document = column_integer(select, 3),
        .kind = column_text(select, 4, NULL),
        .detail_json = column_text(select, 5, NULL),
        .acting = column_integer(select, 6),
    };
    dealer_status status = statement_read_status(env, select);
    uint8_t made[DIGEST_SIZE];
    if (status == DEALER_OK) status = chain(env, select->connection->settings, walk->mac, expected, &entry, made);
    if (status != DEALER_OK) return status;
    if (column_integer(select, 0) != expected) {
        find(walk, JOURNAL_MISSING);
    } else if (length != DIGEST_SIZE || memcmp(made, stored, DIGEST_SIZE) != 0 || !fits_known(walk, expected, made)) {
        find(walk, JOURNAL_CHANGED);
    } else {
        walk->proof.entries = expected;
        memcpy(walk->mac, made, DIGEST_SIZE);
    }
    return DEALER_OK;
}

/* Does the journal end where it ended: as its own head says, which takes the key to write, and not before the exported one? */
static dealer_status check_end(struct env *env, struct connection *connection, struct walk *walk) {
    int64_t sequence = 0, count = walk->proof.entries;
    uint8_t stored[DIGEST_SIZE], made[DIGEST_SIZE];
    dealer_status status = read_end(env, connection, STATEMENT_SELECT_JOURNAL_HEAD, &sequence, stored);
    if (status != DEALER_OK) return status;
    head_mac(connection->settings, count, walk->mac, made);
    bool fits = count == 0 ? sequence == 0 : sequence == count && memcmp(made, stored, DIGEST_SIZE) == 0;
    if (!fits || (walk->known != NULL && walk->known->sequence > count)) find(walk, JOURNAL_CUT_OFF);
    return DEALER_OK;
}

dealer_status store_journal_verify(
    struct env *env, struct connection *connection, const struct journal_head *known, struct journal_proof *out) {
    struct statement select = {0};
    struct walk walk = {.known = known};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_JOURNAL_ALL, &select);
    while (walk.proof.flaw == JOURNAL_WHOLE && statement_next(env, &select, &status)) status = check_entry(env, &select, &walk);
    statement_return(&select);
    if (status == DEALER_OK && walk.proof.flaw == JOURNAL_WHOLE) status = check_end(env, connection, &walk);
    if (status == DEALER_OK) *out = walk.proof;
    return status;
}

dealer_status store_journal_head(struct env *env, struct connection *connection, struct journal_head *out) {
    uint8_t mac[DIGEST_SIZE];
    dealer_status status = read_end(env, connection, STATEMENT_SELECT_JOURNAL_LAST, &out->sequence, mac);
    if (status == DEALER_OK) digest_hex(mac, out->mac);
    return status;
}

dealer_status store_journal_of(
    struct env *env, struct connection *connection, int64_t document, json_value *rows, struct json *json) {
    static const char *const names[] = {
        "sequence", "at_ms", "person", "person_code", "person_name", "kind", "detail", "acting_code", "acting_name"};
    static const struct row_shape shape = {STATEMENT_SELECT_JOURNAL_OF_DOCUMENT, sizeof names / sizeof names[0], names};
    return statement_rows_to_json(env, connection, &shape, document, rows, json);
}

dealer_status store_journal_took_part(
    struct env *env, struct connection *connection, int64_t document, const char *kinds, int64_t person, bool *out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_JOURNAL_PART, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, document);
        bind_text(&select, kinds);
        bind_integer(&select, person);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK) *out = row && column_integer(&select, 0) != 0;
    statement_return(&select);
    return status;
}

dealer_status store_journal_has(
    struct env *env, struct connection *connection, int64_t document, const char *kind, const char *detail, bool *out) {
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_JOURNAL_SAME, &select);
    *out = false;
    if (status == DEALER_OK) {
        bind_integer(&select, document);
        bind_text(&select, kind);
        bind_text(&select, detail);
        status = statement_step(env, &select, out);
    }
    statement_return(&select);
    return status;
}

void store_journal_mark(struct connection *connection) {
    region_finish(&connection->told_region);
    connection->told = NULL;
}

dealer_status store_journal_since_mark(struct env *env, struct connection *connection,
    dealer_status (*row)(void *user_data, const struct journal_entry *entry), void *user_data) {
    if (connection->told == NULL) return DEALER_OK;
    dealer_status status = know_end(env, connection);
    for (const struct told_entry *told = connection->told; status == DEALER_OK && told != NULL; told = told->next) {
        status = row(user_data, &told->entry);
    }
    return status;
}
