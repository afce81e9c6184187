/* Sorting in place without allocation (the C library's qsort may allocate behind the host's back). */
#ifndef BASE_SORT_H
#define BASE_SORT_H
#include <stddef.h>

/* Heap sort: the order of items that compare equal is not kept, so a comparison should leave no ties. */
void sort_items(void *items, size_t count, size_t item_size, int (*compare)(const void *left, const void *right, void *user_data),
    void *user_data);
#endif
