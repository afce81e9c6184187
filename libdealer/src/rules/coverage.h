/* Which instructions of a rule file its cases run, and which ways they take where it decides. Only with the bundled Lua, which can be
 * asked for its code; without it everything here does nothing. Knows no cases. */
#ifndef RULES_COVERAGE_H
#define RULES_COVERAGE_H

#include "rules/set.h"

/* An instruction of a function; as cmake/lua_counted.c declares it. */
struct counted_code {
    int defined, last, size; /* the function: first and last line, instructions */
    int pc, line;
    int decides; /* it skips the next one, or not */
};

struct coverage_point {
    struct counted_code code;
    bool run, skipped, jumped; /* the last two of one that decides */
};

struct coverage {
    struct region region;
    struct coverage_point *points; /* sorted by function and place */
    size_t count;
    struct coverage_point *before; /* the instruction that ran last */
    int steps;                     /* since the last SANDBOX_STEP was counted */
};

/* Lists the instructions of all functions of the file. coverage_finish in any case. */
dealer_status coverage_open(struct env *env, struct rule_set *set, size_t file, struct coverage *out);
void coverage_finish(struct coverage *coverage);
/* Inside lua_counted_step. */
void coverage_note(struct coverage *coverage, lua_State *lua);
/* {"lines","covered","uncovered":[lines],"branches","taken"}: each decision has two branches. */
json_value *coverage_report(struct json *json, const struct coverage *coverage);

#endif
