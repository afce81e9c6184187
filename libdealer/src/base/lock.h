/* Mutex and reference count, the only places where threads meet. */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
struct lock {
    pthread_mutex_t mutex;
};
bool lock_init(struct lock *lock);
void lock_finish(struct lock *lock);
void lock_take(struct lock *lock);
void lock_release(struct lock *lock);
struct references {
    atomic_int count;
};
void references_init(struct references *references); /* 1 */
void references_take(struct references *references);
bool references_drop(struct references *references); /* true: that was the last one */
#endif
