/* Digests against published vectors, and the two places where threads meet. */
#include "base/digest.h"
#include "base/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { THREADS = 4, ROUNDS = 20000 };

static void assert_sha256(const char *data, const char *expected) {
    uint8_t digest[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    digest_sha256(data, strlen(data), digest);
    digest_hex(digest, hex);
    assert_string_equal(hex, expected);
}

static void test_digest_sha256__agrees_with_fips_180(void **state) {
    (void)state;
    assert_sha256("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_sha256("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void assert_hmac(const uint8_t *key, size_t key_length, const char *data, const char *expected) {
    uint8_t digest[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    digest_hmac(key, key_length, data, strlen(data), digest);
    digest_hex(digest, hex);
    assert_string_equal(hex, expected);
}

static void test_digest_hmac__agrees_with_rfc_4231(void **state) {
    (void)state;
    uint8_t key[131];
    memset(key, 0x0b, 20);
    assert_hmac(key, 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_hmac((const uint8_t *)"Jefe", 4, "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key); /* longer than a block: hashed first */
    assert_hmac(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

struct shared {
    struct lock lock;
    struct references references;
    int64_t total;
};

static void *count_up(void *argument) {
    struct shared *shared = argument;
    for (int i = 0; i < ROUNDS; i++) {
        references_take(&shared->references);
        lock_take(&shared->lock);
        shared->total++;
        lock_release(&shared->lock);
        if (references_drop(&shared->references)) return shared; /* the test holds one: never the last */
    }
    return NULL;
}

static void test_lock_and_references__hold_between_threads(void **state) {
    (void)state;
    struct shared shared = {.total = 0};
    pthread_t threads[THREADS];
    assert_true(lock_init(&shared.lock));
    references_init(&shared.references);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, count_up, &shared), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_null(result);
    }
    assert_int_equal(shared.total, THREADS * ROUNDS);
    references_take(&shared.references);
    assert_false(references_drop(&shared.references));
    assert_true(references_drop(&shared.references));
    lock_finish(&shared.lock);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digest_sha256__agrees_with_fips_180),
        cmocka_unit_test(test_digest_hmac__agrees_with_rfc_4231),
        cmocka_unit_test(test_lock_and_references__hold_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
