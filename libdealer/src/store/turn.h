/* Whose turn it is to write: a line of those who are about to begin a write transaction on one file, first come, first served, across
 * threads and processes. SQLite's lock alone is had by whoever happens to ask at the right moment, and somebody starves.
 *
 * Everybody draws a ticket from a counter that all processes map (store/epoch.h) and holds a lock on the byte of that number, in the file of
 * the counter, until his transaction is over; before it he waits until the number before his is free. The kernel frees it for whoever
 * dies, waiting or writing. It is manners, not safety: SQLite's lock still decides, so whoever can't stand in line, or has stood
 * for half the time that he may wait, asks for that at once. */
#ifndef STORE_TURN_H
#define STORE_TURN_H

#include "store/epoch.h"

struct turn {
    int file;        /* the counter's, opened for this connection, for its locks are the opener's; below 0: not yet */
    bool taken;      /* bytes are locked */
    uint64_t ticket; /* while taken */
    int32_t waited_ms;
};

void turn_init(struct turn *turn);
void turn_finish(struct turn *turn);
/* Comes back when it is the caller's turn, or when it is of no use to wait longer. */
void turn_take(struct turn *turn, const struct epoch *epoch, int32_t patience_ms);
void turn_end(struct turn *turn);

#endif
