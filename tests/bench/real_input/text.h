/* Text that grows, JSON written into it, and JSON read where it stands. Ends the program when memory does: this is a measurement. */
#ifndef REAL_INPUT_TEXT_H
#define REAL_INPUT_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *data; /* NUL behind it; NULL before the first addition */
    size_t length, capacity;
};

void *must_have(void *memory); /* the memory, if there is any */
void text_clear(struct text *text);
void text_free(struct text *text);
void text_add(struct text *text, const char *format, ...);
void text_add_string(struct text *text, const char *string); /* as a JSON string, quotes and all */
/* ,"name":"value", unless the value is NULL or empty. */
void text_add_member(struct text *text, const char *name, const char *value);

/* Reading: a value is a pointer to where it begins in whole, valid JSON. NULL in, NULL out. */
const char *json_member(const char *object, const char *name);
const char *json_first(const char *array);
const char *json_after(const char *element); /* NULL behind the last */
int64_t json_number(const char *value);      /* 0 for NULL */
char *json_plain_string(const char *value);  /* a copy; for strings without escapes */

#endif
