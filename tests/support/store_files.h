/* The files of a store: the database, and what SQLite and the library put beside it. */
#ifndef SUPPORT_STORE_FILES_H
#define SUPPORT_STORE_FILES_H

#include <stdio.h>

/* Removes a store that no process has open, and its files beside; what is not there is no fault. path: up to 500 bytes. */
static inline void remove_store(const char *path) {
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", "-epoch"};
    char beside[512];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(beside, sizeof beside, "%s%s", path, endings[i]);
        remove(beside);
    }
}

#endif
