/* The memory of one Lua state: a first block at a fixed address that can be copied away and back, and further blocks
 * for what an evaluation needs beyond it. Sizes are rounded to classes, freed pieces wait in one list a class, and the
 * lists live inside the pieces. Nothing here knows Lua, limits or jumps.
 *
 * What an evaluation only reads (names, code) lies apart, in chunks that belong to the image: those bytes are right
 * without being copied, unless whoever uses the arena says otherwise.
 *
 * Invariant: everything that arena_save kept lies in the first block or in the image's chunks, so that copying the used
 * bytes back at the same addresses, and forgetting the rest, is exactly the state of that moment. */
#ifndef RULES_ARENA_H
#define RULES_ARENA_H

#include "base/env.h"

enum {
    ARENA_CLASSES = 96,
    ARENA_BLOCKS = 24,
    ARENA_LARGEST = 1 << 24, /* of one piece, in bytes */
    ARENA_CHUNKS = 64,       /* of an image, 16 KiB each */
};

/* What moves while memory is handed out; kept and put back with an image. */
struct arena_place {
    void *free[ARENA_CLASSES];
    size_t block; /* the block that pieces are cut from */
    size_t used;  /* in that block */
    size_t total; /* bytes cut so far; freed ones that wait in a list count */
};

struct arena_image {
    unsigned char *bytes; /* NULL: nothing kept */
    struct arena_place place;
    unsigned char *chunks[ARENA_CHUNKS]; /* each followed by its copy */
    size_t chunk_used[ARENA_CHUNKS], chunk_count;
};

struct arena {
    const struct seams *seams;
    unsigned char *blocks[ARENA_BLOCKS];
    size_t sizes[ARENA_BLOCKS];
    size_t largest; /* piece that will be asked for: no block is smaller */
    struct arena_place place;
    struct arena_image *image;       /* whose chunks are in use; NULL: none */
    void *free_fixed[ARENA_CLASSES]; /* pieces of chunks, while the image is made */
    bool making;                     /* the image: pieces may still be cut from chunks */
};

/* NULL of the first block is reported by returning false; nothing is raised, since there is no env here. */
bool arena_init(struct arena *arena, const struct seams *seams, size_t first_block, size_t largest_piece);
void arena_finish(struct arena *arena);
/* Empty again; blocks are kept. `image` not NULL: its chunks are being filled until arena_save. */
void arena_reset(struct arena *arena, struct arena_image *image);

/* How many bytes a piece of this size really takes. */
size_t arena_round(size_t size);
/* NULL: the allocator refused a new block, or the arena is at its largest. Aligned for any type, not zeroed. */
void *arena_take(struct arena *arena, size_t size);
void arena_give(struct arena *arena, void *piece, size_t size); /* the size it was taken with */
/* A piece that will not be written any more once the image is kept. From arena_take when it is large or no image is
 * being made. */
void *arena_take_fixed(struct arena *arena, size_t size);
bool arena_is_fixed(const struct arena *arena, const void *piece);
/* The piece is in the image: it was there when the image was kept. */
bool arena_is_kept(const struct arena *arena, const void *piece);

/* Keep what is there now. False: out of memory, or the state has grown beyond the first block. */
bool arena_save(struct arena *arena, struct arena_image *out);
/* `whole`: the chunks are put back too. */
void arena_restore(struct arena *arena, struct arena_image *image, bool whole);
/* The chunks are as they were kept: for checks. */
bool arena_chunks_intact(const struct arena_image *image);
void arena_image_finish(const struct seams *seams, struct arena_image *image);

#endif
