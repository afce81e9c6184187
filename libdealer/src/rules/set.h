/* The inside of a rule set: shared by loading, evaluating and running cases. */
#ifndef RULES_SET_H
#define RULES_SET_H

#include "rules/sandbox.h"

#include "base/lock.h"
#include "base/map.h"
#include "base/region.h"

/* One sandbox and, for each rule that it was asked for, the image of it in that sandbox (an image is bound to the
 * addresses it was made at). Used by one thread at a time. */
struct bench {
    struct bench *next;
    struct sandbox sandbox;
    struct sandbox_image images[]; /* by file */
};

/* What changes in a set: behind a pointer, so that the set itself can be const for everybody. */
struct bench_pool {
    struct references references;
    struct lock lock;
    struct bench *idle;
};

struct rule_set {
    const struct seams *seams;
    struct bench_pool *pool;
    struct rule_limits limits;
    struct region region; /* names, titles, sources, rules */
    struct json *data;    /* flows, cases, tables */
    json_value *warnings; /* array in data */
    struct rule_file *files;
    size_t count;       /* of files */
    struct rule *rules; /* one a Lua file; by kind, order, id */
    size_t *file_of;    /* rule to file */
    size_t rule_count;
    struct text_map by_id;
    char hash[65];
};

/* rule_file.c: inside sandbox_run, with the table that the file returned on top of the stack. */
struct rule_description {
    struct env *env;
    struct rule_set *set;
    const struct rule_file *file;
    struct rule *rule;
    const json_value *table; /* out: the field of that name */
};

bool set_is_csv(const struct rule_file *file);
struct bench *bench_new(struct env *env, const struct rule_set *set);
void bench_free(struct bench *bench, const struct rule_set *set);
/* An idle one, or a new one; NULL: out of memory, raised. */
struct bench *bench_take(struct env *env, const struct rule_set *set);
void bench_give(struct bench *bench, const struct rule_set *set);

/* Builds the image of a file in this bench, unless it is there. `describe` not NULL: also reads and checks what the file says
 * about itself into it (region and data of the set being built). Errors as rule_set_load tells them. */
dealer_status bench_prepare(
    struct bench *bench, struct env *env, struct rule_set *set, size_t file, struct rule_description *describe);

void rule_file_describe(struct sandbox *sandbox, struct rule_description *description);
/* Puts the functions of that table into their slots and lets go of all else. */
void rule_file_place(lua_State *lua);

#endif
