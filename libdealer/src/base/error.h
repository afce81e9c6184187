/* Errors: a status, a stable id, named arguments, one sentence in en and zh, and the causes below it.
 * Texts live in each floor's messages.def; an error is raised by naming the message and its arguments. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "dealer/status.h"
#include <stddef.h>
#include <stdint.h>

struct env;
struct text;

/* One row of a floor's messages.def:
 *   MESSAGE(E_FIELD_TOO_LONG, DEALER_E_INVALID,
 *           "{field} has {length} bytes; at most {limit} are allowed", "{field} 长度为 {length} 字节，最多允许 {limit} 字节")
 * Both texts name the same arguments. The id's text is "E_FIELD_TOO_LONG". */
struct message {
    const char *id;
    dealer_status status;
    const char *en;
    const char *zh;
};
/* A floor's messages.h:  #define MESSAGE(id, status, en, zh) extern const struct message id;
 *                        #include "org/messages.def"
 *                        #undef MESSAGE
 * and its messages.c:    #define MESSAGE(id, status, en, zh) const struct message id = {#id, status, en, zh};      */

/* The causes of an error, outermost first. Memory for the texts is fixed-size so that an error can always be told,
 * also that there is no memory. */
enum { ERROR_TEXT_SIZE = 512, ERROR_DEPTH = 4 };

struct error_entry {
    const struct message *message;
    char en[ERROR_TEXT_SIZE]; /* cut at a character boundary */
    char zh[ERROR_TEXT_SIZE];
};

struct error {
    int depth; /* 0: no error */
    struct error_entry entries[ERROR_DEPTH];
};

/* Forget the last error; each public call begins with it. */
void error_clear(struct error *error);

/* Raise: arguments are name, value pairs of const char *, ended by NULL. Returns the message's status, so that
 *   return error_raise(&env->error, &E_LOOP, "department", code, NULL);
 * reads well. When an error is already there, the new one becomes the outer and the old one its cause (never lost,
 * never overwritten; beyond ERROR_DEPTH the outermost is dropped). */
dealer_status error_raise(struct error *error, const struct message *message, ...);
dealer_status error_nomem(struct error *error);
dealer_status error_status(const struct error *error); /* DEALER_OK when none */

/* Render a message template with the arguments into a text buffer (used for reasons of decisions too). */
void message_render(char *out, size_t size, const char *pattern, const char *const *arguments);

/* Decimal text of a number in a caller's small buffer: NUMBER(n) in an argument list of error_raise. */
struct number_text {
    char text[24];
};
const char *number_text(struct number_text *buffer, int64_t number);
#define NUMBER(n) number_text(&(struct number_text){{0}}, (n))

#endif
