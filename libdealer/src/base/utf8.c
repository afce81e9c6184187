/* Characters of UTF-8. Knows no locale: nothing here calls isalpha, strcoll or their kin. */
#include "base/utf8.h"

#include <string.h>

enum { DISTANCE_LIMIT = 64 };

/* The code point at data, and its bytes in *size; -1 when no valid character begins there. NUL is none. */
static int32_t decode(const unsigned char *data, size_t length, size_t *size) {
    static const int32_t smallest[] = {0, 1, 0x80, 0x800, 0x10000}; /* below it: an over-long form */
    unsigned char lead = data[0];
    int32_t code;
    if (lead < 0x80) {
        *size = 1;
        code = lead;
    } else if (lead < 0xC0) {
        return -1;
    } else if (lead < 0xE0) {
        *size = 2;
        code = lead & 0x1F;
    } else if (lead < 0xF0) {
        *size = 3;
        code = lead & 0x0F;
    } else if (lead < 0xF8) {
        *size = 4;
        code = lead & 0x07;
    } else {
        return -1;
    }
    if (*size > length) return -1;
    for (size_t i = 1; i < *size; i++) {
        if ((data[i] & 0xC0) != 0x80) return -1;
        code = code << 6 | (data[i] & 0x3F);
    }
    bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < smallest[*size] || code > 0x10FFFF || surrogate ? -1 : code;
}

bool utf8_is_valid(const char *data, size_t length) {
    for (size_t at = 0, size = 1; at < length; at += size) {
        size = 1;
        if (data[at] > 0 && data[at] < 0x7f) continue; /* most of it */
        if (decode((const unsigned char *)data + at, length - at, &size) < 0) return false;
    }
    return true;
}

/* Marks that turn the reading direction: they can make a text look like another one. */
static bool is_bidi_control(int32_t code) {
    return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

static bool is_plain(int32_t code) {
    if (code == '\t' || code == '\n' || code == '\r') return true;
    if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return false; /* invalid ones are below 0 */
    return !is_bidi_control(code);
}

bool utf8_is_plain(const char *data, size_t length) {
    for (size_t at = 0, size; at < length; at += size) {
        if (!is_plain(decode((const unsigned char *)data + at, length - at, &size))) return false;
    }
    return true;
}

size_t utf8_count(const char *data, size_t length) {
    size_t count = 0;
    for (size_t at = 0; at < length; at++) {
        if (((unsigned char)data[at] & 0xC0) != 0x80) count++;
    }
    return count;
}

size_t utf8_cut(const char *data, size_t length, size_t limit) {
    if (length <= limit) return length;
    for (size_t back = 0; back < 4 && back <= limit; back++) {
        if (((unsigned char)data[limit - back] & 0xC0) != 0x80) return limit - back;
    }
    return limit; /* no UTF-8: any place is as good */
}

bool text_equal(const char *a, const char *b) {
    if (a == NULL || b == NULL) return a == b;
    return strcmp(a, b) == 0;
}

static int smallest_of(int a, int b, int c) {
    int smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

int text_distance(const char *a, const char *b) {
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > DISTANCE_LIMIT || b_length > DISTANCE_LIMIT) return DISTANCE_LIMIT;
    int row[DISTANCE_LIMIT + 1]; /* Levenshtein, one row of the table at a time */
    for (size_t j = 0; j <= b_length; j++) row[j] = (int)j;
    for (size_t i = 1; i <= a_length; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            int above = row[j];
            row[j] = smallest_of(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_length];
}

bool parse_integer(const char *text, size_t length, int64_t *out) {
    if (text == NULL) return false;
    bool negative = length > 0 && text[0] == '-';
    if (length == (size_t)negative) return false;
    int64_t number = 0; /* kept negative: the lowest number has no positive counterpart */
    for (size_t i = negative; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        int digit = text[i] - '0';
        if (number < (INT64_MIN + digit) / 10) return false;
        number = number * 10 - digit;
    }
    if (!negative && number == INT64_MIN) return false;
    *out = negative ? number : -number;
    return true;
}
