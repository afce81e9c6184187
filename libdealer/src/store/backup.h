/* A copy of the whole store in a file of its own. Knows no noun. */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/store.h"

struct store_backup {
    const char *path;                                                  /* of the copy: a file that is not there yet (or is empty) */
    int32_t (*progress)(void *user_data, int64_t done, int64_t total); /* of pages; not 0 stops; may be NULL */
    void *user_data;
    /* results */
    int64_t pages, page_size;
    bool cancelled; /* then there is no copy, as after a failure */
};

/* Within a reading transaction, whose moment is the copy's. What is there already is refused; so is a transaction that may write. */
dealer_status store_backup(struct env *env, struct connection *connection, struct store_backup *order);

#endif
