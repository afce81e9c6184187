/* The world of a story: a store made from one prepared file, a clock, the sessions of its people and the documents by their names. Knows
 * the public interface and jansson; what steps do is in story_step.h. */
#ifndef SUPPORT_STORY_WORLD_H
#define SUPPORT_STORY_WORLD_H

#include "dealer.h"
#include "support/store_files.h"
#include "support/story_value.h"

enum { STORY_PEOPLE_MAX = 40, STORY_HELD_MAX = 20, STORY_START_DAY_HOUR_MS = 3600 * 1000 };

struct story_person {
    char code[64];
    dealer_session *session;
    bool in_transaction;
};

struct story_held {
    char person[64], document[64];
    dealer_document *handle;
};

struct story_world {
    char path[256];
    int64_t now_ms;
    dealer_store *store;
    dealer_session *system;
    struct story_person people[STORY_PEOPLE_MAX];
    int people_count;
    struct story_held held[STORY_HELD_MAX];
    int held_count;
    json_t *documents;     /* name -> id */
    json_t *configuration; /* in force */
    json_t *scenes_played; /* name -> true */
    json_t *last_tasks;    /* "person document" -> task */
    json_t *leases;        /* name -> what a deliverer fetched */
};

/* Reads a JSON file below tests/cases; stops the program with a message when it cannot be read. */
json_t *story_read(const char *path);
/* The group's configuration: the starter's, changed by group.json's "configuration". */
json_t *story_configuration(dealer_session *system, const json_t *group);
/* Prepares the file that every story's store is a copy of: configuration applied, starter rules published. */
void story_prepare(const char *path, const json_t *group, int64_t start_ms);
void story_world_open(struct story_world *world, const char *prepared, const char *path, const json_t *group, int64_t start_ms);
void story_world_close(struct story_world *world);

/* The person's session, opened when he first acts; "system" is the system's. NULL: refused, with the error. */
dealer_session *story_session(struct story_world *world, const char *person, dealer_status *status, dealer_error **error);
struct story_person *story_person(struct story_world *world, const char *code);
json_t *story_employees(const struct story_world *world);                  /* of the organisation; the caller's */
int64_t story_employee(const struct story_world *world, const char *code); /* id */
int64_t story_document(const struct story_world *world, const char *name);
/* Everything a refused call must leave as it was: journal, documents, messages not yet delivered. */
json_t *story_dump(struct story_world *world);

/* A call that must succeed: stops the test with the error's sentences. */
void story_must(dealer_status status, const dealer_error *error, const char *what);
/* Copies a file, for what is prepared once. */
void story_copy_file(const char *from, const char *to);

#endif
