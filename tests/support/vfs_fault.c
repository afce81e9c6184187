#include "support/vfs_fault.h"

#include <sqlite3.h>
#include <string.h>

struct fault_file {
    sqlite3_file base;
    sqlite3_file *real; /* in the memory behind */
};

static struct {
    enum vfs_fault_kind kind;
    size_t calls, fail_at;
    bool from_then_on, hit;
} fault;

static sqlite3_vfs fault_vfs;

static bool fails(bool writes) {
    if (fault.kind != VFS_FAULT_IO && !writes) return false;
    fault.calls++;
    if (fault.fail_at == 0 || fault.calls < fault.fail_at) return false;
    if (fault.calls > fault.fail_at && !fault.from_then_on) return false;
    fault.hit = true;
    return true;
}

static sqlite3_file *real(sqlite3_file *file) {
    return ((struct fault_file *)file)->real;
}

static int fault_close(sqlite3_file *file) {
    return real(file)->pMethods->xClose(real(file));
}

static int fault_read(sqlite3_file *file, void *data, int size, sqlite3_int64 offset) {
    if (fails(false)) return SQLITE_IOERR_READ;
    return real(file)->pMethods->xRead(real(file), data, size, offset);
}

static int fault_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset) {
    if (!fails(true)) return real(file)->pMethods->xWrite(real(file), data, size, offset);
    if (fault.kind == VFS_FAULT_IO) return SQLITE_IOERR_WRITE;
    if (fault.kind == VFS_FAULT_SHORT_WRITE) real(file)->pMethods->xWrite(real(file), data, size / 2, offset);
    return SQLITE_FULL;
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size) {
    if (fails(false)) return SQLITE_IOERR_TRUNCATE;
    return real(file)->pMethods->xTruncate(real(file), size);
}

static int fault_sync(sqlite3_file *file, int flags) {
    if (fails(false)) return SQLITE_IOERR_FSYNC;
    return real(file)->pMethods->xSync(real(file), flags);
}

static int fault_file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
static int fault_lock(sqlite3_file *file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}
static int fault_unlock(sqlite3_file *file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
static int fault_reserved(sqlite3_file *file, int *out) {
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
static int fault_control(sqlite3_file *file, int op, void *argument) {
    return real(file)->pMethods->xFileControl(real(file), op, argument);
}
static int fault_sector(sqlite3_file *file) {
    return real(file)->pMethods->xSectorSize(real(file));
}
static int fault_traits(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int fault_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
    if (fails(false)) return SQLITE_IOERR_SHMMAP;
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}

static int fault_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void fault_shm_barrier(sqlite3_file *file) {
    real(file)->pMethods->xShmBarrier(real(file));
}
static int fault_shm_unmap(sqlite3_file *file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_file_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_reserved,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector,
    .xDeviceCharacteristics = fault_traits,
    .xShmMap = fault_shm_map,
    .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier,
    .xShmUnmap = fault_shm_unmap,
};

static sqlite3_vfs *below(void) {
    return fault_vfs.pAppData;
}

static int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    struct fault_file *opened = (struct fault_file *)file;
    opened->base.pMethods = NULL;
    opened->real = (sqlite3_file *)(opened + 1);
    if (fails(false)) return SQLITE_CANTOPEN;
    int result = below()->xOpen(below(), name, opened->real, flags, out_flags);
    if (opened->real->pMethods != NULL) opened->base.pMethods = &methods;
    return result;
}

static int fault_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
    (void)vfs;
    if (fails(false)) return SQLITE_IOERR_DELETE;
    return below()->xDelete(below(), name, sync_folder);
}

void vfs_fault_set(enum vfs_fault_kind kind, size_t fail_at, bool from_then_on) {
    if (fault_vfs.zName == NULL) {
        sqlite3_vfs *original = sqlite3_vfs_find(NULL);
        fault_vfs = *original; /* all that is not replaced needs no file of ours */
        fault_vfs.zName = VFS_FAULT_NAME;
        fault_vfs.pNext = NULL;
        fault_vfs.szOsFile = (int)sizeof(struct fault_file) + original->szOsFile;
        fault_vfs.xOpen = fault_open;
        fault_vfs.xDelete = fault_delete;
        /* The default VFS looks into its own pAppData when it opens: it is called with itself, so ours may differ. */
        fault_vfs.pAppData = original;
        sqlite3_vfs_register(&fault_vfs, 0);
    }
    memset(&fault, 0, sizeof fault);
    fault.kind = kind;
    fault.fail_at = fail_at;
    fault.from_then_on = from_then_on;
}

size_t vfs_fault_calls(void) {
    return fault.calls;
}

bool vfs_fault_hit(void) {
    return fault.hit;
}
