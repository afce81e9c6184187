#include "real_input/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *must_have(void *memory) {
    if (memory != NULL) return memory;
    fputs("out of memory\n", stderr);
    exit(2);
}

static void reserve(struct text *text, size_t more) {
    if (text->length + more + 1 <= text->capacity) return;
    while (text->length + more + 1 > text->capacity) text->capacity = text->capacity > 0 ? text->capacity * 2 : 1024;
    text->data = must_have(realloc(text->data, text->capacity));
}

void text_clear(struct text *text) {
    reserve(text, 0);
    text->length = 0;
    text->data[0] = '\0';
}

void text_free(struct text *text) {
    free(text->data);
    *text = (struct text){0};
}

void text_add(struct text *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    reserve(text, (size_t)length);
    vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
    va_end(again);
    text->length += (size_t)length;
}

void text_add_string(struct text *text, const char *string) {
    text_add(text, "\"");
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;
        if (c == '"' || c == '\\')
            text_add(text, "\\%c", c);
        else if (c < 0x20)
            text_add(text, "\\u%04x", c);
        else
            text_add(text, "%c", c);
    }
    text_add(text, "\"");
}

void text_add_member(struct text *text, const char *name, const char *value) {
    if (value == NULL || *value == '\0') return;
    text_add(text, ",\"%s\":", name);
    text_add_string(text, value);
}

/* -- reading -- */

static const char *skip_string(const char *at) {
    for (at++; *at != '"'; at++) {
        if (*at == '\\') at++;
    }
    return at + 1;
}

static const char *skip_blanks(const char *at) {
    return at + strspn(at, " \t\r\n");
}

static const char *skip_value(const char *at) {
    if (*at == '"') return skip_string(at);
    if (*at != '{' && *at != '[') return at + strcspn(at, ",]} \t\r\n");
    int depth = 0;
    do {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    } while (depth > 0);
    return at;
}

const char *json_member(const char *object, const char *name) {
    size_t length = strlen(name);
    if (object == NULL || *object != '{') return NULL;
    for (const char *at = skip_blanks(object + 1); *at == '"';) {
        const char *key = at + 1;
        at = skip_string(at);
        size_t key_length = (size_t)(at - 1 - key);
        at = skip_blanks(skip_blanks(at) + 1);
        if (key_length == length && memcmp(key, name, length) == 0) return at;
        at = skip_blanks(skip_value(at));
        if (*at == ',') at = skip_blanks(at + 1);
    }
    return NULL;
}

const char *json_first(const char *array) {
    if (array == NULL || *array != '[') return NULL;
    const char *at = skip_blanks(array + 1);
    return *at != ']' ? at : NULL;
}

const char *json_after(const char *element) {
    const char *at = skip_blanks(skip_value(element));
    return *at == ',' ? skip_blanks(at + 1) : NULL;
}

int64_t json_number(const char *value) {
    return value != NULL ? strtoll(value, NULL, 10) : 0;
}

char *json_plain_string(const char *value) {
    if (value == NULL || *value != '"') return NULL;
    size_t length = strcspn(value + 1, "\"");
    char *copy = must_have(malloc(length + 1));
    memcpy(copy, value + 1, length);
    copy[length] = '\0';
    return copy;
}
