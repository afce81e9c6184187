#include "store/epoch.h"

#include "base/lock.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct epoch {
    struct references references;
    struct seams own_seams;
    struct epoch_counters *shared; /* NULL: unknown */
    struct epoch_counters alone;
    bool mapped, writable;
    char name[]; /* of the file */
};

enum { FILE_SIZE = 64 };
static const char suffix[] = "-epoch";

/* The file, made as long as it has to be. */
static int open_file(const char *path, bool read_only) {
    struct stat found;
    int file = open(path, (read_only ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    bool sound = fstat(file, &found) == 0 && S_ISREG(found.st_mode);
    if (sound && found.st_size < FILE_SIZE) sound = !read_only && ftruncate(file, FILE_SIZE) == 0;
    if (sound) return file;
    close(file);
    return -1;
}

static void map_file(struct epoch *epoch, const char *path, bool read_only) {
    size_t length = strlen(path);
    memcpy(epoch->name, path, length);
    memcpy(epoch->name + length, suffix, sizeof suffix);
    int file = open_file(epoch->name, read_only);
    if (file < 0) return;
    void *memory = mmap(NULL, FILE_SIZE, read_only ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) return;
    epoch->shared = memory;
    epoch->mapped = true;
    epoch->writable = !read_only;
}

dealer_status epoch_open(struct env *env, const struct seams *seams, const char *file, bool read_only, struct epoch **out) {
    struct epoch *epoch = env_alloc(env, sizeof *epoch + (file == NULL ? 0 : strlen(file)) + sizeof suffix);
    if (epoch == NULL) return DEALER_E_NOMEM;
    references_init(&epoch->references);
    epoch->own_seams = *seams; /* it may outlive the store */
    if (file == NULL) {
        epoch->shared = &epoch->alone;
        epoch->writable = true;
    } else {
        map_file(epoch, file, read_only);
    }
    *out = epoch;
    return DEALER_OK;
}

struct epoch *epoch_take(struct epoch *epoch) {
    if (epoch != NULL) references_take(&epoch->references);
    return epoch;
}

void epoch_drop(struct epoch *epoch) {
    if (epoch == NULL || !references_drop(&epoch->references)) return;
    if (epoch->mapped) munmap(epoch->shared, FILE_SIZE);
    struct seams seams = epoch->own_seams;
    seams.allocate(seams.allocator_data, epoch, 0);
}

bool epoch_read(const struct epoch *epoch, uint64_t *out) {
    if (epoch == NULL || epoch->shared == NULL) return false;
    uint64_t finished = atomic_load_explicit(&epoch->shared->finished, memory_order_acquire);
    uint64_t started = atomic_load_explicit(&epoch->shared->started, memory_order_acquire);
    *out = started;
    return started == finished;
}

const struct epoch_counters *epoch_counters(const struct epoch *epoch) {
    return epoch != NULL ? epoch->shared : NULL;
}

_Atomic uint64_t *epoch_tickets(const struct epoch *epoch) {
    return epoch != NULL && epoch->mapped && epoch->writable ? &epoch->shared->tickets : NULL;
}

int epoch_open_again(const struct epoch *epoch) {
    return open_file(epoch->name, false);
}

uint64_t epoch_start(struct epoch *epoch) {
    if (epoch == NULL || epoch->shared == NULL || !epoch->writable) return 0;
    return atomic_fetch_add(&epoch->shared->started, 1) + 1;
}

/* To the number at least: writers come one after the other, so all before it are through. */
void epoch_finish(struct epoch *epoch, uint64_t number) {
    if (number == 0) return;
    uint64_t finished = atomic_load(&epoch->shared->finished);
    while (finished < number && !atomic_compare_exchange_weak(&epoch->shared->finished, &finished, number)) continue;
}
