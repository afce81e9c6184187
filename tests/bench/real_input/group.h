/* A dealer group out of a country's divisions: provinces are companies, prefectures their branches, counties departments of these. */
#ifndef REAL_INPUT_GROUP_H
#define REAL_INPUT_GROUP_H

#include "real_input/csv.h"
#include "real_input/text.h"

struct group {
    struct text json; /* members of a configuration, without braces */
    size_t nodes, companies, departments, employees;
    char (*sellers)[24]; /* codes of the salespeople */
    size_t seller_count;
};

void group_read(struct group *group, const char *path);
void group_free(struct group *group);

#endif
