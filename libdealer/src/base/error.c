/* Telling errors. Knows messages and how they are filled in; allocates nothing, so that it always can. */
#include "base/error.h"
#include "base/messages.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MAX_ARGUMENTS = 16 };

/* Where rendering stands: what does not fit is left out, whole characters at a time. */
struct rendering {
    char *out;
    size_t length, room; /* room: without the final NUL */
    bool full;
};

static void emit(struct rendering *rendering, const char *data, size_t length) {
    if (rendering->full) return;
    size_t left = rendering->room - rendering->length;
    size_t taken = utf8_cut(data, length, left);
    if (taken > 0) memcpy(rendering->out + rendering->length, data, taken);
    rendering->length += taken;
    rendering->full = taken < length;
}

/* The bytes of the character at data (1 to 4), or 0 when none that may be shown begins there. */
static size_t shown_character(const char *data, size_t length) {
    for (size_t size = 1; size <= 4 && size <= length; size++) {
        if (utf8_is_valid(data, size)) return utf8_is_plain(data, size) ? size : 0;
    }
    return 0;
}

/* Values come from anywhere: an error must stay one line of valid UTF-8 whatever was passed in, and a long value must
 * not push out the advice that follows it. */
static void emit_value(struct rendering *rendering, const char *value) {
    size_t length = strlen(value);
    size_t limit = utf8_cut(value, length, rendering->room / 2);
    bool simple = utf8_is_plain(value, limit) && strcspn(value, "\n\r\t") >= limit; /* nearly always */
    if (simple) emit(rendering, value, limit);
    for (size_t at = simple ? limit : 0; at < limit;) {
        size_t size = shown_character(value + at, limit - at);
        if (size == 0) {
            emit(rendering, "?", 1);
            at++;
            while (at < limit && ((unsigned char)value[at] & 0xC0) == 0x80) at++;
        } else {
            bool blank = value[at] == '\n' || value[at] == '\r' || value[at] == '\t';
            emit(rendering, blank ? " " : value + at, size);
            at += size;
        }
    }
    if (limit < length) emit(rendering, "…", strlen("…"));
}

static const char *const *find_argument(const char *const *arguments, const char *name, size_t length) {
    if (arguments == NULL) return NULL;
    for (; arguments[0] != NULL; arguments += 2) {
        if (strlen(arguments[0]) == length && memcmp(arguments[0], name, length) == 0) return arguments;
    }
    return NULL;
}

void message_render(char *out, size_t size, const char *pattern, const char *const *arguments) {
    if (out == NULL || size == 0) return;
    struct rendering rendering = {.out = out, .room = size - 1};
    for (const char *at = pattern == NULL ? "" : pattern; *at != '\0';) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        const char *const *argument = NULL;
        if (end != NULL) argument = find_argument(arguments, at + 1, (size_t)(end - at - 1));
        if (argument != NULL) {
            emit_value(&rendering, argument[1] == NULL ? "(null)" : argument[1]);
            at = end + 1;
        } else {
            size_t plain = 1 + strcspn(at + 1, "{");
            emit(&rendering, at, plain);
            at += plain;
        }
    }
    out[rendering.length] = '\0';
}

void error_clear(struct error *error) {
    if (error != NULL) error->depth = 0;
}

/* Opens the outermost entry. When all are taken the outermost gives way, so that the root cause is never lost. */
static struct error_entry *push_entry(struct error *error) {
    if (error->depth < ERROR_DEPTH) {
        memmove(&error->entries[1], &error->entries[0], sizeof error->entries[0] * (size_t)error->depth);
        error->depth++;
    }
    return &error->entries[0];
}

dealer_status error_raise(struct error *error, const struct message *message, ...) {
    if (message == NULL) return DEALER_E_INTERNAL;
    if (error == NULL) return message->status;

    const char *arguments[2 * MAX_ARGUMENTS + 1] = {NULL};
    va_list list;
    va_start(list, message);
    for (size_t i = 0; i < MAX_ARGUMENTS; i++) {
        const char *name = va_arg(list, const char *);
        if (name == NULL) break;
        arguments[2 * i] = name;
        arguments[2 * i + 1] = va_arg(list, const char *);
    }
    va_end(list);

    struct error_entry *entry = push_entry(error);
    entry->message = message;
    message_render(entry->en, sizeof entry->en, message->en, arguments);
    message_render(entry->zh, sizeof entry->zh, message->zh, arguments);
    return message->status;
}

dealer_status error_nomem(struct error *error) {
    /* Everybody on the way up may notice the same shortage: once is enough. */
    if (error != NULL && error->depth > 0 && error->entries[0].message == &E_NOMEM) return DEALER_E_NOMEM;
    return error_raise(error, &E_NOMEM, NULL);
}

dealer_status error_status(const struct error *error) {
    return error == NULL || error->depth == 0 ? DEALER_OK : error->entries[0].message->status;
}

const char *number_text(struct number_text *buffer, int64_t number) {
    snprintf(buffer->text, sizeof buffer->text, "%" PRId64, number);
    return buffer->text;
}
