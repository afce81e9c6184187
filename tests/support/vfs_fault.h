/* A VFS over SQLite's default one that fails at the n-th call of reading, writing, truncating, syncing, opening, deleting or mapping shared
 * memory, so that tests can walk every point where the disk may fail. One for the process; for one thread. */
#ifndef SUPPORT_VFS_FAULT_H
#define SUPPORT_VFS_FAULT_H

#include <stdbool.h>
#include <stddef.h>

enum vfs_fault_kind {
    VFS_FAULT_IO,         /* the error of the operation */
    VFS_FAULT_FULL,       /* writing: no space; other operations go on */
    VFS_FAULT_SHORT_WRITE /* half of it is written, then no space */
};

#define VFS_FAULT_NAME "fault"

/* Registers it, and sets what fails from now on: call number fail_at from 1 (0: none), once or for ever. */
void vfs_fault_set(enum vfs_fault_kind kind, size_t fail_at, bool from_then_on);
size_t vfs_fault_calls(void); /* since then */
bool vfs_fault_hit(void);

#endif
