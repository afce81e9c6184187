#include "base/lock.h"

bool lock_init(struct lock *lock) {
    return pthread_mutex_init(&lock->mutex, NULL) == 0;
}

void lock_finish(struct lock *lock) {
    pthread_mutex_destroy(&lock->mutex);
}

void lock_take(struct lock *lock) {
    pthread_mutex_lock(&lock->mutex);
}

void lock_release(struct lock *lock) {
    pthread_mutex_unlock(&lock->mutex);
}

void references_init(struct references *references) {
    atomic_init(&references->count, 1);
}

void references_take(struct references *references) {
    /* Whoever takes one holds one already: the count alone must be right, nothing is published by it. */
    atomic_fetch_add_explicit(&references->count, 1, memory_order_relaxed);
}

bool references_drop(struct references *references) {
    /* What the others did before their drop must be seen by the one who frees. */
    return atomic_fetch_sub_explicit(&references->count, 1, memory_order_acq_rel) == 1;
}
