#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

enum { FEW = 24, PIECE = 64 };

struct heap {
    unsigned char *items;
    size_t item_size;
    int (*compare)(const void *left, const void *right, void *user_data);
    void *user_data;
};

static void *item(const struct heap *heap, size_t index) {
    return heap->items + index * heap->item_size;
}

static void swap(const struct heap *heap, size_t left, size_t right) {
    unsigned char *a = item(heap, left), *b = item(heap, right), kept[PIECE];
    for (size_t at = 0; at < heap->item_size; at += PIECE) {
        size_t size = heap->item_size - at < PIECE ? heap->item_size - at : PIECE;
        memcpy(kept, a + at, size);
        memmove(a + at, b + at, size); /* they may be the same */
        memcpy(b + at, kept, size);
    }
}

/* In place, each among those before it: best for a few, and for what is in order already. */
static void insert_all(const struct heap *heap, size_t count) {
    for (size_t next = 1; next < count; next++) {
        for (size_t at = next; at > 0 && heap->compare(item(heap, at - 1), item(heap, at), heap->user_data) > 0; at--)
            swap(heap, at - 1, at);
    }
}

/* Lets the item at `root` sink until no child within `count` is greater. */
static void sink(const struct heap *heap, size_t root, size_t count) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        bool right_is_greater = child + 1 < count && heap->compare(item(heap, child), item(heap, child + 1), heap->user_data) < 0;
        if (right_is_greater) child++;
        if (heap->compare(item(heap, root), item(heap, child), heap->user_data) >= 0) return;
        swap(heap, root, child);
    }
}

void sort_items(void *items, size_t count, size_t item_size, int (*compare)(const void *left, const void *right, void *user_data),
    void *user_data) {
    struct heap heap = {items, item_size, compare, user_data};
    if (count <= FEW) {
        insert_all(&heap, count);
        return;
    }
    for (size_t root = count / 2; root > 0; root--) sink(&heap, root - 1, count);
    for (size_t left = count; left > 1; left--) {
        swap(&heap, 0, left - 1);
        sink(&heap, 0, left - 1);
    }
}
