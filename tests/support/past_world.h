/* A story's world with a past: trade-ins that were valued and approved, so that rules can be tried on them. Knows the public interface. */
#ifndef SUPPORT_PAST_WORLD_H
#define SUPPORT_PAST_WORLD_H

#include "support/story_step.h"

struct past_world {
    struct story_world story;
    json_t *group;
    char prepared[256];
    int64_t start_ms;
};

/* A fresh store, with `trade_ins` of excavators: submitted and approved by the department head, named "t0", "t1" ..., of models and years in turn, a day apart. */
void past_world_open(struct past_world *world, const char *name, int trade_ins);
void past_world_close(struct past_world *world);
/* Closes it and leaves its store as one file at a path. */
void past_world_leave(struct past_world *world, const char *path);
/* Plays steps given as JSON text, an array. */
void past_world_play(struct past_world *world, const char *steps);

/* The rule set that ships with the library, {"note", "files"}; the caller frees it. */
json_t *past_world_rules(struct past_world *world);
/* Replaces a text in a file of it, which must hold it; frees nothing. */
void past_world_change(json_t *rules, const char *file, const char *from, const char *to);
/* A call's answer as JSON; the text is freed. */
json_t *past_world_json(dealer_text *text);
int64_t past_world_integer(const json_t *object, const char *path); /* "a.b.c"; fails the test when there is none */
/* Adds market sales: `count` of one model from a day on, one a day. */
void past_world_sales(struct past_world *world, const char *model, const char *first_day, int count);

#endif
