/* Lua's own lstring.c, compiled so that texts are hashed eight bytes at a time: the keys of an input are made anew for every
 * evaluation, and Lua's hash takes five operations a byte, each waiting for the last. Nothing of Lua is copied: luaS_hash begins with
 * `seed ^ cast_uint(l)` and loops l times, so a cast that hashes and leaves nothing is all it takes; should another Lua read otherwise,
 * its own hash counts. Trap: luaM_limitN casts as well, a bound that only 32-bit machines meet. */
#define lstring_c
#define LUA_CORE

#include "lprefix.h"

#include <stdint.h>
#include <string.h>

#include "lua.h"

#include "lmem.h"
#include "lstate.h"

static uint64_t word_at(const char *text, size_t size) {
    uint64_t word = 0;
    memcpy(&word, text, size); /* 4 or 8, known where it is called */
    return word;
}

/* No loop over single bytes: what is left is read from the end, over bytes that were read before. */
static unsigned int hashed(const char *text, size_t *length) {
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t hash = *length, last = 0;
    size_t left = *length;
    for (; left > 8; left -= 8, text += 8) {
        hash = (hash ^ word_at(text, 8)) * odd;
        hash ^= hash >> 29;
    }
    if (left == 8 || *length > 8)
        last = word_at(text + left - 8, 8);
    else if (left >= 4)
        last = word_at(text, 4) << 32 | word_at(text + left - 4, 4);
    else if (left > 0)
        last =
            (uint64_t)(unsigned char)text[0] << 16 | (uint64_t)(unsigned char)text[left / 2] << 8 | (unsigned char)text[left - 1];
    *length = 0;
    hash = (hash ^ last) * odd;
    return (unsigned int)(hash ^ hash >> 32);
}

#if SIZE_MAX > UINT32_MAX
#undef luaM_limitN
#define luaM_limitN(n, t) (n)
#undef cast_uint
#define cast_uint(word) hashed(str, &(word))
#endif

#include "lstring.c"
