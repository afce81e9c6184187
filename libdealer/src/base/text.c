/* Growing text. */
#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

void text_init(struct text *text, struct env *env) {
    *text = (struct text){.env = env};
}

void text_finish(struct text *text) {
    if (text->env != NULL) env_free(text->env, text->data);
    text_init(text, text->env);
}

/* Room for `more` bytes and a NUL. */
static bool reserve(struct text *text, size_t more) {
    if (text->status != DEALER_OK) return false;
    if (more < text->capacity - text->length) return true;
    if (more > SIZE_MAX / 4 || text->length > SIZE_MAX / 4) {
        text->status = error_nomem(&text->env->error);
        return false;
    }
    size_t capacity = text->capacity == 0 ? FIRST_CAPACITY : text->capacity * 2;
    if (capacity < text->length + more + 1) capacity = text->length + more + 1;
    char *data = env_resize(text->env, text->data, capacity);
    if (data == NULL) {
        text->status = DEALER_E_NOMEM;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void text_append(struct text *text, const char *data, size_t length) {
    if (!reserve(text, length)) return;
    if (length > 0) memcpy(text->data + text->length, data, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string) {
    if (string != NULL) text_append(text, string, strlen(string));
}

void text_addf(struct text *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0 && reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

/* By hand: what is stored is mostly numbers, and printf takes many times as long. */
void text_add_integer(struct text *text, int64_t number) {
    char digits[21];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) digits[--at] = '-';
    text_append(text, digits + at, sizeof digits - at);
}

void text_add_json(struct text *text, const char *data, size_t length) {
    static const char digits[] = "0123456789ABCDEF";
    size_t plain = 0; /* since where nothing needed escaping */
    text_append(text, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)data[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue; /* most of it */
        const char *named = byte == '"'    ? "\\\""
                            : byte == '\\' ? "\\\\"
                            : byte == '\n' ? "\\n"
                            : byte == '\t' ? "\\t"
                            : byte == '\r' ? "\\r"
                            : byte == '\b' ? "\\b"
                            : byte == '\f' ? "\\f"
                                           : NULL;
        char coded[7] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15], '\0'};
        text_append(text, data + plain, i - plain);
        text_add(text, named != NULL ? named : coded);
        plain = i + 1;
    }
    text_append(text, data + plain, length - plain);
    text_append(text, "\"", 1);
}

void text_add_key(struct text *text, const char *key) {
    size_t length = strlen(key);
    if (!reserve(text, length + 4)) return;
    char *at = text->data + text->length;
    if (text->length > 0 && at[-1] != '{') *at++ = ',';
    *at++ = '"';
    memcpy(at, key, length);
    at += length;
    memcpy(at, "\":", 3);
    text->length = (size_t)(at - text->data) + 2;
}

const char *text_string(const struct text *text) {
    return text->data == NULL ? "" : text->data;
}
