/* What the same writes cost in SQLite alone: every row that the library wrote for the trade-ins, read back from its store, is written
 * again by prepared statements into a second file with the same tables and indexes, in as many commits (WAL, synchronous FULL). */
#ifndef REAL_INPUT_FLOOR_H
#define REAL_INPUT_FLOOR_H

#include <stddef.h>
#include <stdint.h>

enum { FLOOR_STREAMS = 17 };

struct floor_result {
    double seconds;
    size_t inserts, updates, commits;
    size_t rows[FLOOR_STREAMS];
};

struct floor {
    const char *store; /* the library's file */
    int64_t from_ms;   /* what was written earlier is left out */
    int process, to_child, from_child;
};

/* In a process of its own: two copies of SQLite in one process would lose each other's locks on one file. Call it before the library
 * opens the file. */
void floor_start(struct floor *floor);
/* Writes what the library wrote up to this time and was not written yet, so that both meet the same disk at nearly the same time. */
void floor_catch_up(struct floor *floor, int64_t to_ms);
void floor_finish(struct floor *floor, struct floor_result *out);
/* How often each kind of row is written for a trade-in. */
void floor_print_tables(const struct floor_result *result, size_t trade_ins);

#endif
