#include "base/digest.h"

#include <sodium.h>
#include <string.h>

void digest_sha256(const void *data, size_t length, uint8_t out[DIGEST_SIZE]) {
    crypto_hash_sha256(out, data, length);
}

void digest_blake2b(const void *data, size_t length, uint8_t out[DIGEST_SIZE]) {
    crypto_generichash(out, DIGEST_SIZE, data, length, NULL, 0);
}

_Static_assert(sizeof(crypto_auth_hmacsha256_state) <= sizeof(struct digest_key), "room for the digest's states");

void digest_key_init(struct digest_key *key, const uint8_t *data, size_t length) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, data, length);
    memcpy(key->state, &state, sizeof state);
    sodium_memzero(&state, sizeof state);
}

void digest_key_finish(struct digest_key *key) {
    sodium_memzero(key, sizeof *key);
}

void digest_keyed(const struct digest_key *key, const void *data, size_t length, uint8_t out[DIGEST_SIZE]) {
    crypto_auth_hmacsha256_state state;
    memcpy(&state, key->state, sizeof state);
    crypto_auth_hmacsha256_update(&state, data, length);
    crypto_auth_hmacsha256_final(&state, out);
}

void digest_hmac(const uint8_t *key, size_t key_length, const void *data, size_t length, uint8_t out[DIGEST_SIZE]) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, key_length);
    crypto_auth_hmacsha256_update(&state, data, length);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

void digest_hex(const uint8_t digest[DIGEST_SIZE], char out[DIGEST_HEX_SIZE]) {
    sodium_bin2hex(out, DIGEST_HEX_SIZE, digest, DIGEST_SIZE);
}
