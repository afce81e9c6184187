#include "store/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

/* A place in line is a byte far behind the counters, so that no two numbers that are in use share one. */
enum { DRAWS = 1000, FIRST_BYTE = 64 };
static const uint64_t numbers = UINT64_C(1) << 40;

enum answer { FREE, HELD, USELESS };

#ifdef F_OFD_SETLK
static enum answer ask(const struct turn *turn, short kind, uint64_t first, int count) {
    struct flock lock = {
        .l_type = kind, .l_whence = SEEK_SET, .l_start = FIRST_BYTE + (off_t)(first % numbers), .l_len = (off_t)count};
    if (fcntl(turn->file, F_OFD_SETLK, &lock) == 0) return FREE;
    return errno == EAGAIN || errno == EACCES ? HELD : USELESS;
}
#else
static enum answer ask(const struct turn *turn, short kind, uint64_t first, int count) {
    (void)turn;
    (void)kind;
    (void)first;
    (void)count;
    return USELESS;
}
#endif

static int32_t pause_us(int32_t microseconds) {
    struct timespec pause = {0, (long)microseconds * 1000};
    nanosleep(&pause, NULL);
    return microseconds;
}

void turn_init(struct turn *turn) {
    *turn = (struct turn){.file = -1};
}

void turn_finish(struct turn *turn) {
    if (turn->file >= 0) close(turn->file);
    turn_init(turn);
}

/* The next number, its byte locked before anybody can draw the one after. FREE: and nobody is before it. */
static enum answer draw(struct turn *turn, _Atomic uint64_t *tickets) {
    enum { SHORT_US = 20 };
    for (int i = 0; i < DRAWS; i++) {
        uint64_t last = atomic_load(tickets);
        enum answer before = ask(turn, F_WRLCK, last, 2);
        enum answer own = before == HELD ? ask(turn, F_WRLCK, last + 1, 1) : before;
        if (own == USELESS) return USELESS;
        if (own == FREE && atomic_compare_exchange_strong(tickets, &last, last + 1)) {
            turn->ticket = last + 1;
            turn->taken = true;
            return before;
        }
        if (own == FREE) ask(turn, F_UNLCK, last, 2);
        pause_us(SHORT_US); /* another one draws it just now */
    }
    return USELESS;
}

/* A waiter looks again after an eighth of the time that he has waited, within bounds: soon while writing goes fast, seldom while it is slow. */
static void wait(struct turn *turn, int32_t patience_ms) {
    enum { SHORTEST_US = 50, LONGEST_US = 1000 };
    int64_t waited_us = 0;
    while (waited_us < (int64_t)patience_ms * 1000 && ask(turn, F_WRLCK, turn->ticket - 1, 1) == HELD) {
        int64_t pause = waited_us / 8;
        if (pause < SHORTEST_US) pause = SHORTEST_US;
        waited_us += pause_us((int32_t)(pause > LONGEST_US ? LONGEST_US : pause));
    }
    turn->waited_ms = (int32_t)(waited_us / 1000);
}

void turn_take(struct turn *turn, const struct epoch *epoch, int32_t patience_ms) {
    _Atomic uint64_t *tickets = epoch_tickets(epoch);
    turn->waited_ms = 0;
    if (tickets == NULL || turn->taken) return;
    if (turn->file < 0) turn->file = epoch_open_again(epoch);
    if (turn->file >= 0 && draw(turn, tickets) == HELD) wait(turn, patience_ms);
}

void turn_end(struct turn *turn) {
    turn->waited_ms = 0;
    if (!turn->taken) return;
    ask(turn, F_UNLCK, turn->ticket - 1, 2);
    turn->taken = false;
}
