/* The stage of the demo: a store with a clock of its own, people who act, and what is printed when something happens. It knows the public
 * interface of libdealer and jansson, as any host does; the story itself is in the other files. */
#ifndef DEMO_STAGE_H
#define DEMO_STAGE_H

#include <dealer.h>
#include <jansson.h>
#include <stdbool.h>

struct stage {
    dealer_store *store;
    dealer_session *system;
    int64_t now_ms;
    dealer_language language;
};

/* In the language of the demo. */
const char *say(const struct stage *stage, const char *zh, const char *en);
void chapter(struct stage *stage, const char *zh, const char *en);
void tell(struct stage *stage, const char *zh, const char *en);
void pass_hours(struct stage *stage, int hours);

/* Ends the program with the library's own words when a call that must work does not. */
void must(const struct stage *stage, dealer_status status, const dealer_error *error, const char *what);
/* Prints the refusal that the story wants to show; ends the program when the call was not refused. */
void refused(struct stage *stage, dealer_status status, const dealer_error *error, const char *who);

dealer_session *enter(struct stage *stage, const char *person);
/* A new document with fields as JSON (jansson's pack format with its arguments), stored. */
dealer_document *make(struct stage *stage, dealer_session *session, const char *type, json_t *fields);
dealer_document *derive(struct stage *stage, dealer_session *session, const char *type, int64_t source, json_t *fields);
void amend(struct stage *stage, dealer_session *session, dealer_document *document, json_t *fields);
json_t *yuan(int64_t amount); /* money JSON */

/* Submits, prints number and decision. Answers false when a rule said no. */
bool submit(struct stage *stage, dealer_session *session, dealer_document *document, const char *who);
/* The person opens his session, takes his task on the document and decides. */
void approve(struct stage *stage, const char *person, const char *name, int64_t document, const char *comment);
void reject(struct stage *stage, const char *person, const char *name, int64_t document, const char *comment);
int64_t task_of(struct stage *stage, dealer_session *session, int64_t document);
/* Delivers everything in the outbox: prints who is told what, and acknowledges. */
void deliver(struct stage *stage);
void print_decision(struct stage *stage, const dealer_decision *decision);
void print_history(struct stage *stage, dealer_session *session, int64_t document);
int64_t integer_of(struct stage *stage, dealer_document *document, const char *field);

#endif
