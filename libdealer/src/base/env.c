/* The default seams, and the calls through whichever are set. The only file of the library that reads a clock. */
#include "base/env.h"
#include "base/messages.h"
#include "base/utf8.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOG_LINE_SIZE = 1024 };

static void *default_allocate(void *user_data, void *pointer, size_t size) {
    (void)user_data;
    if (size > 0) return realloc(pointer, size);
    free(pointer);
    return NULL;
}

/* Where there is a clock that the kernel sets at each tick, it is that one, for every question alike, so that no later one is answered
 * with an earlier time: nothing here is about less than some milliseconds, and it is read five times as fast. */
#ifdef CLOCK_REALTIME_COARSE
#define SYSTEM_CLOCK CLOCK_REALTIME_COARSE
#else
#define SYSTEM_CLOCK CLOCK_REALTIME
#endif

static int64_t default_now(void *user_data) {
    (void)user_data;
    struct timespec now = {0};
    clock_gettime(SYSTEM_CLOCK, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int default_random(void *user_data, void *buffer, size_t length) {
    (void)user_data;
    if (sodium_init() < 0) return -1; /* may be called again and from any thread */
    randombytes_buf(buffer, length);
    return 0;
}

void seams_defaults(struct seams *seams) {
    *seams = (struct seams){.allocate = default_allocate, .now_utc_ms = default_now, .random = default_random};
}

void env_init(struct env *env, const struct seams *seams) {
    env->seams = seams;
    env->error.depth = 0;
}

void env_finish(struct env *env) {
    error_clear(&env->error);
}

void *env_alloc(struct env *env, size_t size) {
    void *memory = env_resize(env, NULL, size);
    if (memory != NULL) memset(memory, 0, size == 0 ? 1 : size);
    return memory;
}

void *env_resize(struct env *env, void *pointer, size_t size) {
    /* Size 0 would free: a caller with nothing to keep still wants a pointer that is no error. */
    void *memory = env->seams->allocate(env->seams->allocator_data, pointer, size == 0 ? 1 : size);
    if (memory == NULL) error_nomem(&env->error);
    return memory;
}

char *env_copy_text(struct env *env, const char *text, size_t length) {
    char *copy = length == SIZE_MAX ? NULL : env_resize(env, NULL, length + 1);
    if (copy == NULL) {
        error_nomem(&env->error);
        return NULL;
    }
    if (length > 0) memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void env_free(struct env *env, void *pointer) {
    if (pointer != NULL) env->seams->allocate(env->seams->allocator_data, pointer, 0);
}

int64_t env_now_ms(struct env *env) {
    return env->seams->now_utc_ms(env->seams->clock_data);
}

dealer_status env_random(struct env *env, void *buffer, size_t length) {
    if (env->seams->random(env->seams->random_data, buffer, length) == 0) return DEALER_OK;
    return error_raise(&env->error, &E_RANDOM, NULL);
}

void env_log(struct env *env, int32_t level, const char *format, ...) {
    if (env->seams->log == NULL) return;
    char line[LOG_LINE_SIZE + 1]; /* one byte more than is kept, to see whether the cut tears a character */
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0) return;
    if (length >= LOG_LINE_SIZE) line[utf8_cut(line, LOG_LINE_SIZE, LOG_LINE_SIZE - 1)] = '\0';
    env->seams->log(env->seams->log_data, level, line);
}
