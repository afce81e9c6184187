/* What the same writes cost in SQLite alone: every row that the library wrote for the trade-ins, read back from its store, is written
 * again by prepared statements into a second file with the same tables and indexes, in as many commits. */
#ifndef REAL_INPUT_FLOOR_H
#define REAL_INPUT_FLOOR_H

#include <stddef.h>
#include <stdint.h>

enum { FLOOR_STREAMS = 18 };

struct floor {
    const char *store;         /* the library's file, closed by now */
    int64_t first_ms, last_ms; /* what was written from, up to */
    /* results */
    double seconds;
    size_t inserts, updates, commits;
    size_t rows[FLOOR_STREAMS];
    char mode[48];
};

void floor_measure(struct floor *floor);
/* How often each kind of row is written for a trade-in. */
void floor_print_tables(const struct floor *floor, size_t trade_ins);

#endif
