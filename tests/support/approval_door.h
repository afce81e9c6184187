/* A small company through the public interface, with a flow of the test's own and a clock that it turns: what tests of approval at the
 * door begin with.
 *
 * Company C, department d below TOP: h is the head of d, g of TOP. m makes documents (type request: amount, note, terms), n too. a1, a2, a3
 * hold the post one; b the post two; c the post three; x administrates; y reads everything; z holds no post that reads. */
#ifndef SUPPORT_APPROVAL_DOOR_H
#define SUPPORT_APPROVAL_DOOR_H

#include <dealer.h>
#include <jansson.h>
#include <stdint.h>

enum { DOOR_PEOPLE_MAX = 24 };

struct approval_door {
    char path[200];
    int64_t now_ms;
    dealer_store *store;
    dealer_session *system, *sessions[DOOR_PEOPLE_MAX];
    char people[DOOR_PEOPLE_MAX][16];
};

/* flow: the Lua text of the nodes ("{id='one', ...}, ..."); more: further members of the rule file, or "". path ":memory:" or a file,
 * which is made anew. extra: JSON members to put into the configuration, or NULL. */
void approval_door_open(struct approval_door *door, const char *path, const char *nodes, const char *more, const char *extra);
void approval_door_reopen(struct approval_door *door); /* the same file, in another process, say */
void approval_door_close(struct approval_door *door);
/* Another version of the flow. */
void approval_door_publish(struct approval_door *door, const char *nodes, const char *more);
void approval_door_configure(struct approval_door *door, const char *extra);
dealer_session *approval_door_session(struct approval_door *door, const char *person);
/* A request of that person, submitted; its id, or 0 when it was refused. */
int64_t approval_door_try(struct approval_door *door, const char *person, int64_t amount_minor);
int64_t approval_door_submit(struct approval_door *door, const char *person, int64_t amount_minor);
json_t *approval_door_list(struct approval_door *door, const char *person, int32_t kind);
/* The person's newest open task on that document; 0: none. */
int64_t approval_door_task(struct approval_door *door, const char *person, int64_t document);
dealer_status approval_door_act(
    struct approval_door *door, const char *person, int64_t document, const char *verb, const char *arguments);
void approval_door_approve(struct approval_door *door, const char *person, int64_t document);
/* "in_approval" ...; static text until the next call */
const char *approval_door_status(struct approval_door *door, int64_t document);
/* The kinds of the document's history, joined by blanks; malloc. */
char *approval_door_history(struct approval_door *door, int64_t document);
json_t *approval_door_journal(struct approval_door *door, int64_t document);
void approval_door_must(dealer_status status, const dealer_error *error, const char *what);
/* Integrity, journal chain and invariants. */
void approval_door_verify(struct approval_door *door);

#endif
