/* The compiled configuration beside its text: kept, sealed, and believed only when the seal is whole. Must not know what its bytes mean. */
#include "store/record_store.h"
#include "store/statement.h"

#include <string.h>

/* What the seal is over. Numbers have their own length, and whatever else there is a fixed one, so that no two are the same text. */
struct seal_of {
    char purpose[24];
    uint8_t version[8], format[8];
    char hash[DIGEST_HEX_SIZE]; /* of the text */
    uint8_t people[DIGEST_SIZE], posts[DIGEST_SIZE];
};

static void put_number(uint8_t out[8], int64_t number) {
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)((uint64_t)number >> (8 * i));
}

static void make_seal(const struct connection *connection, const struct compiled_configuration *compiled, const char *hash,
    uint8_t out[DIGEST_SIZE]) {
    struct seal_of seal;
    memset(&seal, 0, sizeof seal);
    memcpy(seal.purpose, "compiled configuration", sizeof "compiled configuration");
    put_number(seal.version, compiled->version);
    put_number(seal.format, compiled->format);
    memcpy(seal.hash, hash, strlen(hash) < sizeof seal.hash ? strlen(hash) : sizeof seal.hash);
    memcpy(seal.people, compiled->people_digest, DIGEST_SIZE);
    digest_blake2b(compiled->posts.data, compiled->posts.length, seal.posts);
    digest_keyed(&connection->settings->journal_digest, &seal, sizeof seal, out);
}

static dealer_status text_hash(struct env *env, struct connection *connection, int64_t version, char out[DIGEST_HEX_SIZE]) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_CONFIGURATION_HASH, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, version);
        status = statement_step(env, &select, &row);
    }
    const char *hash = status == DEALER_OK && row ? column_text(&select, 0, NULL) : NULL;
    if (status == DEALER_OK) status = statement_read_status(env, &select);
    memset(out, 0, DIGEST_HEX_SIZE);
    if (hash != NULL) memcpy(out, hash, strlen(hash) < DIGEST_HEX_SIZE ? strlen(hash) : DIGEST_HEX_SIZE - 1);
    statement_return(&select);
    return status;
}

static dealer_status delete_others(struct env *env, struct connection *connection) {
    struct statement delete = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_DELETE_COMPILED, &delete);
    if (status == DEALER_OK) status = statement_run(env, &delete, NULL);
    statement_return(&delete);
    return status;
}

dealer_status store_compiled_save(struct env *env, struct connection *connection, struct compiled_configuration *compiled) {
    uint8_t seal[DIGEST_SIZE];
    char hash[DIGEST_HEX_SIZE];
    struct statement insert = {0};
    digest_blake2b(compiled->people.data, compiled->people.length, compiled->people_digest);
    dealer_status status = text_hash(env, connection, compiled->version, hash);
    if (status == DEALER_OK) status = delete_others(env, connection);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_INSERT_COMPILED, &insert);
    if (status == DEALER_OK) {
        make_seal(connection, compiled, hash, seal);
        bind_integer(&insert, compiled->version);
        bind_integer(&insert, compiled->format);
        bind_blob(&insert, seal, sizeof seal);
        bind_blob(&insert, compiled->people_digest, DIGEST_SIZE);
        bind_blob(&insert, compiled->posts.data, compiled->posts.length);
        bind_blob(&insert, compiled->people.data, compiled->people.length);
        status = statement_run(env, &insert, NULL);
    }
    statement_return(&insert);
    return status;
}

static dealer_status copy_bytes(
    struct env *env, struct statement *statement, int column, struct region *region, struct stored_bytes *out) {
    size_t length = 0;
    const void *data = column_blob(statement, column, &length);
    dealer_status status = statement_read_status(env, statement);
    if (status != DEALER_OK) return status;
    char *copy = region_copy(region, env, data, length);
    *out = (struct stored_bytes){copy, length};
    return copy != NULL ? DEALER_OK : DEALER_E_NOMEM;
}

/* A column of 32 bytes. */
static bool take_digest(struct statement *statement, int column, uint8_t out[DIGEST_SIZE]) {
    size_t length = 0;
    const void *data = column_blob(statement, column, &length);
    if (data == NULL || length != DIGEST_SIZE) return false;
    memcpy(out, data, DIGEST_SIZE);
    return true;
}

static dealer_status read_row(struct env *env, struct connection *connection, struct statement *select, struct region *region,
    struct compiled_configuration *out, bool *found_out) {
    uint8_t seal[DIGEST_SIZE], right[DIGEST_SIZE];
    const char *hash = column_text(select, 3, NULL);
    bool sound = column_integer(select, 0) == out->format && take_digest(select, 1, seal) &&
                 take_digest(select, 2, out->people_digest) && hash != NULL;
    dealer_status status = statement_read_status(env, select);
    if (status == DEALER_OK && sound) status = copy_bytes(env, select, 4, region, &out->posts);
    if (status != DEALER_OK || !sound) return status;
    make_seal(connection, out, hash, right);
    *found_out = memcmp(seal, right, DIGEST_SIZE) == 0;
    return DEALER_OK;
}

static dealer_status read_people(
    struct env *env, struct connection *connection, struct region *region, struct compiled_configuration *out, bool *found_out) {
    uint8_t digest[DIGEST_SIZE];
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_COMPILED_PEOPLE, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, out->version);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && row) status = copy_bytes(env, &select, 0, region, &out->people);
    statement_return(&select);
    if (status != DEALER_OK) return status;
    digest_blake2b(out->people.data, out->people.length, digest);
    *found_out = row && memcmp(digest, out->people_digest, DIGEST_SIZE) == 0;
    return DEALER_OK;
}

dealer_status store_compiled_load(struct env *env, struct connection *connection, struct region *region, const uint8_t *known,
    struct compiled_configuration *out, bool *found_out) {
    struct statement select = {0};
    bool row = false;
    *found_out = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_COMPILED, &select);
    if (status == DEALER_OK) {
        bind_integer(&select, out->version);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && row) status = read_row(env, connection, &select, region, out, found_out);
    statement_return(&select);
    if (status != DEALER_OK || !*found_out) return status;
    if (known != NULL && memcmp(known, out->people_digest, DIGEST_SIZE) == 0) return DEALER_OK;
    return read_people(env, connection, region, out, found_out);
}
