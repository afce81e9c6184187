/* What permission is measured against, written by hand: masks by post and scope and intervals of the tree, over int64 ids that are found by
 * open addressing, without a branch on an answer. */
#ifndef BENCH_PERMISSION_FLOOR_H
#define BENCH_PERMISSION_FLOOR_H

#include "permissions/group.h"

struct question {
    int session, document, function;
    int64_t employee_id, company_id, department_id, owner_id;
    char text[32];
};

/* Ids beyond 1 stand for what a host would have: any int64. */
static inline int64_t id_of(int index) {
    return 1000003 + (int64_t)index * 7919;
}

/* Everything again from the group's numbers: one merge. */
void floor_merge(void);
/* How many of the questions are answered with yes. */
int64_t floor_ask(const struct question *questions, int count);

#endif
