#include "base/crew.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

struct member {
    struct crew *crew;
    pthread_t thread;
    struct env env;
};

struct crew {
    pthread_mutex_t mutex; /* guards all below but `members` */
    pthread_cond_t begun, done;
    crew_work work; /* NULL: no batch */
    void *user_data;
    size_t count, next, finished;
    bool over;
    int size; /* members[0] is the caller */
    struct member members[];
};

/* Under the mutex; lets go of it while an item is done. */
static void do_items(struct crew *crew, struct env *env) {
    while (crew->work && crew->next < crew->count) {
        crew_work work = crew->work;
        void *user_data = crew->user_data;
        size_t item = crew->next++;
        pthread_mutex_unlock(&crew->mutex);
        work(user_data, item, env);
        pthread_mutex_lock(&crew->mutex);
        if (++crew->finished == crew->count) pthread_cond_broadcast(&crew->done);
    }
}

static void *serve(void *argument) {
    struct member *member = argument;
    struct crew *crew = member->crew;
    pthread_mutex_lock(&crew->mutex);
    while (!crew->over) {
        do_items(crew, &member->env);
        if (!crew->over) pthread_cond_wait(&crew->begun, &crew->mutex);
    }
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

static int processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1) return 1;
    return count > CREW_MOST ? CREW_MOST : (int)count;
}

static bool init_meeting(struct crew *crew) {
    if (pthread_mutex_init(&crew->mutex, NULL) != 0) return false;
    if (pthread_cond_init(&crew->begun, NULL) == 0) {
        if (pthread_cond_init(&crew->done, NULL) == 0) return true;
        pthread_cond_destroy(&crew->begun);
    }
    pthread_mutex_destroy(&crew->mutex);
    return false;
}

dealer_status crew_new(struct env *env, int size, struct crew **out) {
    int wanted = size <= 0 ? processors() : size > CREW_MOST ? CREW_MOST : size;
    struct crew *crew = env_alloc(env, sizeof *crew + (size_t)wanted * sizeof crew->members[0]);
    if (!crew) return DEALER_E_NOMEM;
    if (!init_meeting(crew)) {
        env_free(env, crew);
        return error_nomem(&env->error);
    }
    for (int i = 0; i < wanted; i++) {
        crew->members[i].crew = crew;
        env_init(&crew->members[i].env, env->seams);
    }
    crew->size = 1;
    while (crew->size < wanted && pthread_create(&crew->members[crew->size].thread, NULL, serve, &crew->members[crew->size]) == 0)
        crew->size++;
    *out = crew;
    return DEALER_OK;
}

int crew_size(const struct crew *crew) {
    return crew->size;
}

void crew_begin(struct crew *crew, crew_work work, void *user_data, size_t count) {
    pthread_mutex_lock(&crew->mutex);
    crew->work = work;
    crew->user_data = user_data;
    crew->count = count;
    crew->next = crew->finished = 0;
    pthread_cond_broadcast(&crew->begun);
    pthread_mutex_unlock(&crew->mutex);
}

void crew_wait(struct crew *crew) {
    pthread_mutex_lock(&crew->mutex);
    do_items(crew, &crew->members[0].env);
    while (crew->finished < crew->count) pthread_cond_wait(&crew->done, &crew->mutex);
    crew->work = NULL;
    pthread_mutex_unlock(&crew->mutex);
}

void crew_free(struct crew *crew, struct env *env) {
    if (!crew) return;
    pthread_mutex_lock(&crew->mutex);
    crew->over = true;
    pthread_cond_broadcast(&crew->begun);
    pthread_mutex_unlock(&crew->mutex);
    for (int i = 1; i < crew->size; i++) pthread_join(crew->members[i].thread, NULL);
    pthread_cond_destroy(&crew->begun);
    pthread_cond_destroy(&crew->done);
    pthread_mutex_destroy(&crew->mutex);
    env_free(env, crew);
}
