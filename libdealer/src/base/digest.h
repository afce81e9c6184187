/* SHA-256, HMAC-SHA-256 and BLAKE2b, by libsodium. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H
#include <stddef.h>
#include <stdint.h>
enum { DIGEST_SIZE = 32, DIGEST_HEX_SIZE = 65 };
void digest_sha256(const void *data, size_t length, uint8_t out[DIGEST_SIZE]);
void digest_blake2b(const void *data, size_t length, uint8_t out[DIGEST_SIZE]); /* a quarter of the time */
/* A key made ready once, for many texts. */
struct digest_key {
    uint64_t state[64]; /* aligned room for the states of the digest in use */
};
void digest_key_init(struct digest_key *key, const uint8_t *data, size_t length);
void digest_key_finish(struct digest_key *key); /* no secret is left */
void digest_keyed(const struct digest_key *key, const void *data, size_t length, uint8_t out[DIGEST_SIZE]);
void digest_hmac(const uint8_t *key, size_t key_length, const void *data, size_t length, uint8_t out[DIGEST_SIZE]);
void digest_hex(const uint8_t digest[DIGEST_SIZE], char out[DIGEST_HEX_SIZE]);
#endif
