/* The surroundings of one caller: the four seams (allocator, clock, randomness, logger) and the place where errors
 * are told. Every function that can fail takes the env of the session (or store) it works for; an env is used by one
 * thread at a time, the seams may be shared. Knows no dealer, no SQL, no Lua. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include "base/error.h"
#include "dealer/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seams {
    /* realloc-like: size 0 frees and returns NULL; NULL pointer allocates. Must be callable from any thread. */
    void *(*allocate)(void *user_data, void *pointer, size_t size);
    void *allocator_data;
    int64_t (*now_utc_ms)(void *user_data);
    void *clock_data;
    int (*random)(void *user_data, void *buffer, size_t length); /* 0 = ok */
    void *random_data;
    void (*log)(void *user_data, int32_t level, const char *message); /* may be NULL */
    void *log_data;
};

struct env {
    const struct seams *seams;
    struct error error;
};

void seams_defaults(struct seams *seams); /* malloc, system clock, libsodium, no log */
void env_init(struct env *env, const struct seams *seams);
void env_finish(struct env *env);

/* All raise NOMEM in env->error and return NULL when the allocator refuses. */
void *env_alloc(struct env *env, size_t size); /* zeroed */
void *env_resize(struct env *env, void *pointer, size_t size);
char *env_copy_text(struct env *env, const char *text, size_t length); /* NUL-terminated copy */
void env_free(struct env *env, void *pointer);

int64_t env_now_ms(struct env *env);
dealer_status env_random(struct env *env, void *buffer, size_t length);
void env_log(struct env *env, int32_t level, const char *format, ...);

#endif
