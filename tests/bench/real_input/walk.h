/* Every machine as a trade-in, from the customer to the message, on the day that it was sold; afterwards its sale joins the market. */
#ifndef REAL_INPUT_WALK_H
#define REAL_INPUT_WALK_H

#include "real_input/floor.h"
#include "real_input/group.h"
#include "real_input/machines.h"
#include "real_input/score.h"
#include "real_input/stage.h"

enum { WALK_PARTS = 3 };

struct walk {
    struct stage *stage;
    const struct group *group;
    const struct machines *machines;
    struct floor *floor; /* NULL: nothing to compare with */
    size_t first, end;   /* of the machines; those before are in the market from the start */
    /* results */
    size_t done, failed, approvals, messages;
    double seconds; /* from the customer to the last message */
    size_t values;
    double value_seconds, first_value_seconds; /* the first of a day builds the market's model */
    size_t first_values;
    struct score scores[WALK_PARTS]; /* all, and on and after score_from */
    int64_t *documents;              /* ids of the trade-ins */
};

extern const char *const walk_score_from[WALK_PARTS];

void walk_all(struct walk *walk);
void walk_free(struct walk *walk);
/* Microseconds of one dealer_allows, over many people and documents. */
double walk_permission_us(struct walk *walk, size_t *checks_out, size_t *allowed_out);

#endif
