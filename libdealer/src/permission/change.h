/* Two configurations compared by what people may do: who gains or loses which function, and whether whoever makes the change
 * grants nothing beyond his own. Compares reaches as sets of places (a department, or a company without one), owners, periods,
 * conditions and fields; where it cannot tell that something is covered, it is not. */
#ifndef PERMISSION_CHANGE_H
#define PERMISSION_CHANGE_H

#include "permission/permission.h"

enum change_kind {
    CHANGE_GAIN,
    CHANGE_LOSS,
    CHANGE_BEYOND /* a gain that the actor does not hold himself */
};

struct change {
    enum change_kind kind;
    const char *person, *principal; /* codes; principal: for whom, as his substitute; the same person: as himself */
    const char *type;               /* name, or "configuration" */
    const char *action;
};

struct change_question {
    const struct permissions *before, *after;
    int actor; /* employee of before, for CHANGE_BEYOND; -1: nobody is asked */
    int64_t now_ms;
    /* Calls once for each person, principal, function and kind. */
    dealer_status (*tell)(void *user_data, const struct change *change);
    void *user_data;
};

dealer_status permission_changes(struct env *env, const struct change_question *question);

#endif
