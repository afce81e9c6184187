#include "store/uuid.h"

dealer_status uuid_make(struct env *env, int64_t at_ms, char out[UUID_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[16];
    dealer_status status = env_random(env, bytes + 6, sizeof bytes - 6);
    if (status != DEALER_OK) return status;
    for (int i = 0; i < 6; i++) bytes[i] = (uint8_t)((uint64_t)at_ms >> (8 * (5 - i)));
    bytes[6] = (uint8_t)(0x70 | (bytes[6] & 0x0f)); /* version */
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f)); /* variant */
    char *to = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
        *to++ = digits[bytes[i] >> 4];
        *to++ = digits[bytes[i] & 15];
    }
    *to = '\0';
    return DEALER_OK;
}
