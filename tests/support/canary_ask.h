/* Every exported function, called by somebody who must not learn of canaries: values that stand in documents, or in fields, that are not
 * for him. Whatever comes back, answers and errors in both languages, is looked through. Knows the public interface alone. */
#ifndef SUPPORT_CANARY_ASK_H
#define SUPPORT_CANARY_ASK_H

#include "dealer.h"

#include <stdbool.h>
#include <stddef.h>

enum { CANARY_WORDS = 8 };

/* Who asks, and what must not come back to him. */
struct canary_reader {
    const char *name, *code;
    const char *own;                 /* what the names of the canaries that are his own begin with; NULL: none are */
    const char *words[CANARY_WORDS]; /* up to the first NULL */
};

struct canary_asker {
    const struct canary_reader *reader;
    dealer_session *session, *system;
    const char *what; /* is being asked */
    const char *type; /* of the document, or any other */
    int64_t id;       /* of a document, and of anything else that has ids */
    size_t texts;     /* how many were looked through */
};

/* Fails the test when a forbidden word is in it. */
void canary_look(struct canary_asker *asker, const char *text);
void canary_look_at_error(struct canary_asker *asker);
void canary_look_at_document(struct canary_asker *asker, dealer_document *document); /* freed; NULL is fine */

/* Asks everything about one id, with his own handle of it where he may have one and the system's where not. */
void canary_ask_about(struct canary_asker *asker);
/* Asks what needs no document. */
void canary_ask_generally(struct canary_asker *asker);
/* Is a function asked here, or named with the reason why it is not? */
bool canary_knows(const char *function, size_t length);

#endif
