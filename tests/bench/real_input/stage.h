/* The library as this program meets it: a store with a clock that is set, sessions, and calls that must work. */
#ifndef REAL_INPUT_STAGE_H
#define REAL_INPUT_STAGE_H

#include "real_input/text.h"

#include <dealer.h>

struct stage {
    dealer_store *store;
    dealer_session *system;
    int64_t now_ms;
    char **codes; /* of employees, by id */
    int64_t code_count;
};

/* Opens a new store; an old file of that name is removed. */
void stage_open(struct stage *stage, const char *path);
void stage_close(struct stage *stage);
/* The file and all that lies beside it. */
void stage_remove(const char *path);
/* Applies the starter configuration with this organisation in it (members of a JSON object, without braces), publishes the starter rules. */
void stage_found(struct stage *stage, const char *organisation);

/* Ends the program with the library's own words when a call does not work. */
void must(dealer_status status, const dealer_error *error, const char *what);
void tell_error(const dealer_error *error, const char *what);

dealer_session *stage_enter(struct stage *stage, const char *person);
/* Adds sales (a JSON array) to the market; ends the program when one is refused. */
void stage_add_sales(struct stage *stage, const char *sales);

double seconds_now(void);

#endif
