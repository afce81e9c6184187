/* Bump allocation with free lists. Works for whoever asks; whether somebody may ask is decided in sandbox.c. */
#include "rules/arena.h"

#include <string.h>

enum { GRAIN = 16, SMALL = 512, SMALL_CLASSES = SMALL / GRAIN, STEPS_A_DOUBLING = 4, CHUNK = 16384, LARGEST_FIXED = 2048 };

/* Up to 512 bytes the classes are 16 bytes apart; above, four to each doubling, so that at most a quarter is lost. */
static size_t class_of(size_t size, size_t *rounded_out) {
    if (size <= SMALL) {
        size_t index = size == 0 ? 0 : (size - 1) / GRAIN;
        *rounded_out = (index + 1) * GRAIN;
        return index;
    }
    size_t doubling = SMALL, octave = 0;
    while (doubling * 2 < size) {
        doubling *= 2;
        octave++;
    }
    size_t step = doubling / STEPS_A_DOUBLING;
    size_t above = (size - doubling - 1) / step;
    *rounded_out = doubling + (above + 1) * step;
    return SMALL_CLASSES + octave * STEPS_A_DOUBLING + above;
}

size_t arena_round(size_t size) {
    size_t rounded = 0;
    class_of(size, &rounded);
    return rounded;
}

bool arena_init(struct arena *arena, const struct seams *seams, size_t first_block, size_t largest_piece) {
    memset(arena, 0, sizeof *arena);
    arena->seams = seams;
    arena->largest = largest_piece > ARENA_LARGEST ? ARENA_LARGEST : arena_round(largest_piece);
    arena->sizes[0] = first_block;
    arena->blocks[0] = seams->allocate(seams->allocator_data, NULL, first_block);
    return arena->blocks[0] != NULL;
}

void arena_finish(struct arena *arena) {
    for (size_t i = 0; i < ARENA_BLOCKS; i++) {
        if (arena->blocks[i] != NULL) arena->seams->allocate(arena->seams->allocator_data, arena->blocks[i], 0);
        arena->blocks[i] = NULL;
    }
}

void arena_reset(struct arena *arena, struct arena_image *image) {
    memset(&arena->place, 0, sizeof arena->place);
    memset(arena->free_fixed, 0, sizeof arena->free_fixed);
    arena->image = image;
    arena->making = image != NULL;
}

/* Sizes of further blocks depend on their number alone, never on who asked: where a piece lies, and so what an
 * evaluation may take in all, is the same in every process. */
static bool next_block(struct arena *arena) {
    size_t index = arena->place.block + 1;
    if (index >= ARENA_BLOCKS) return false;
    if (arena->blocks[index] == NULL) {
        size_t size = arena->largest << (index < 4 ? index : 4);
        arena->blocks[index] = arena->seams->allocate(arena->seams->allocator_data, NULL, size);
        if (arena->blocks[index] == NULL) return false;
        arena->sizes[index] = size;
    }
    arena->place.block = index;
    arena->place.used = 0;
    return true;
}

void *arena_take(struct arena *arena, size_t size) {
    if (size > ARENA_LARGEST) return NULL;
    size_t rounded = 0;
    size_t class = class_of(size, &rounded);
    void *piece = arena->place.free[class];
    if (piece != NULL) {
        memcpy(&arena->place.free[class], piece, sizeof(void *));
        return piece;
    }
    if (rounded > arena->sizes[arena->place.block] - arena->place.used) {
        if (!next_block(arena) || rounded > arena->sizes[arena->place.block]) return NULL;
    }
    piece = arena->blocks[arena->place.block] + arena->place.used;
    arena->place.used += rounded;
    arena->place.total += rounded;
    return piece;
}

/* ---- Chunks ---- */

static bool next_chunk(const struct arena *arena, struct arena_image *image) {
    if (image->chunk_count >= ARENA_CHUNKS) return false;
    unsigned char *chunk = arena->seams->allocate(arena->seams->allocator_data, NULL, 2 * (size_t)CHUNK);
    if (chunk == NULL) return false;
    memset(chunk, 0, 2 * (size_t)CHUNK); /* the gaps between its objects are compared too */
    image->chunks[image->chunk_count++] = chunk;
    return true;
}

void *arena_take_fixed(struct arena *arena, size_t size) {
    struct arena_image *image = arena->image;
    if (!arena->making || size > LARGEST_FIXED) return arena_take(arena, size);
    size_t rounded = 0;
    size_t class = class_of(size, &rounded);
    void *piece = arena->free_fixed[class];
    if (piece != NULL) {
        memcpy(&arena->free_fixed[class], piece, sizeof(void *));
        return piece;
    }
    if (image->chunk_count == 0 || rounded > CHUNK - image->chunk_used[image->chunk_count - 1]) {
        if (!next_chunk(arena, image)) return NULL;
    }
    size_t last = image->chunk_count - 1;
    piece = image->chunks[last] + image->chunk_used[last];
    image->chunk_used[last] += rounded;
    arena->place.total += rounded;
    return piece;
}

bool arena_is_fixed(const struct arena *arena, const void *piece) {
    const struct arena_image *image = arena->image;
    for (size_t i = 0; image != NULL && i < image->chunk_count; i++) {
        if ((uintptr_t)piece - (uintptr_t)image->chunks[i] < CHUNK) return true;
    }
    return false;
}

bool arena_is_kept(const struct arena *arena, const void *piece) {
    if (arena->making || arena->image == NULL) return false;
    return (uintptr_t)piece - (uintptr_t)arena->blocks[0] < arena->image->place.used || arena_is_fixed(arena, piece);
}

void arena_give(struct arena *arena, void *piece, size_t size) {
    size_t rounded = 0;
    size_t class = class_of(size, &rounded);
    bool fixed = arena_is_fixed(arena, piece);
    if (fixed && !arena->making) return; /* it is needed again for the next evaluation */
    void **list = fixed ? arena->free_fixed : arena->place.free;
    memcpy(piece, &list[class], sizeof(void *));
    list[class] = piece;
}

/* ---- Images ---- */

bool arena_save(struct arena *arena, struct arena_image *out) {
    if (arena->place.block != 0) return false;
    out->bytes = arena->seams->allocate(arena->seams->allocator_data, NULL, arena->place.used);
    if (out->bytes == NULL) return false;
    memcpy(out->bytes, arena->blocks[0], arena->place.used);
    for (size_t i = 0; i < out->chunk_count; i++) memcpy(out->chunks[i] + CHUNK, out->chunks[i], out->chunk_used[i]);
    out->place = arena->place;
    arena->making = false;
    return true;
}

void arena_restore(struct arena *arena, struct arena_image *image, bool whole) {
    memcpy(arena->blocks[0], image->bytes, image->place.used);
    for (size_t i = 0; whole && i < image->chunk_count; i++) {
        memcpy(image->chunks[i], image->chunks[i] + CHUNK, image->chunk_used[i]);
    }
    arena->place = image->place;
    arena->image = image;
    arena->making = false;
}

bool arena_chunks_intact(const struct arena_image *image) {
    for (size_t i = 0; i < image->chunk_count; i++) {
        if (memcmp(image->chunks[i], image->chunks[i] + CHUNK, image->chunk_used[i]) != 0) return false;
    }
    return true;
}

void arena_image_finish(const struct seams *seams, struct arena_image *image) {
    for (size_t i = 0; i < image->chunk_count; i++) seams->allocate(seams->allocator_data, image->chunks[i], 0);
    if (image->bytes != NULL) seams->allocate(seams->allocator_data, image->bytes, 0);
    memset(image, 0, sizeof *image);
}
