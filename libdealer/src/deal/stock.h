/* What the papers that move machines share (stock-in, stock-out, stock-take, reservation, rental, repurchase): finding a machine, moving
 * it, and whether it is promised. Private to deal. */
#ifndef DEAL_STOCK_H
#define DEAL_STOCK_H

#include "deal/use_cases.h"

/* Does a text field hold this? */
bool deal_text_is(const struct document *document, const char *field, const char *value);
/* The record of a machine; *out NULL when there is none. */
dealer_status stock_find(struct deal *deal, const char *brand, const char *serial_number, struct document **out);

/* A movement: where the machine is afterwards. Sets position, warehouse and reservation (a machine that moves is promised to nobody
 * any more, one that comes in to nobody yet), stores the machine (a new one too), and adds the movement to its life. */
struct stock_move {
    const char *kind;      /* source of a stock-in, reason of a stock-out, finding of a stock-take */
    const char *position;  /* code of machine.position */
    const char *warehouse; /* NULL unless in stock */
    const char *day;
};
dealer_status stock_move(struct deal *deal, struct document *machine, const struct document *cause, const struct stock_move *move);
/* Who has the machine keeps its record: owner, company and department of the document that brought it. */
dealer_status stock_put_keeper(struct deal *deal, const struct document *cause, struct document *machine);

/* E_GATE_NOT_IN_STOCK unless it is. */
dealer_status stock_check_in(struct deal *deal, const struct document *document, const struct document *machine);
/* E_GATE_RESERVED when it is promised to another contract than this one (0: to any). */
dealer_status stock_check_free(
    struct deal *deal, const struct document *document, const struct document *machine, int64_t contract);
/* Did the machine leave under this contract, and did nothing move it since? */
dealer_status stock_left_under(struct deal *deal, const struct document *machine, int64_t contract, bool *out);
/* The link must name the same machine as `document` does; E_GATE_MACHINE. */
dealer_status stock_check_same(struct deal *deal, const struct document *document, const struct document *linked);
/* How many approved (or in-approval) documents of a type point at `target`, `except` left out. */
dealer_status stock_count_living(
    struct deal *deal, const char *type, const char *link, const struct document *target, int64_t except, int64_t *out);
/* Takes the promise of a dispatch or reservation back, unless another one in force of the same contract keeps it. */
dealer_status stock_release(struct deal *deal, const struct document *cause);

/* -- what a movement means to the papers behind it: claims.c, rental.c -- */
/* A machine comes back as a sales return when nobody finances it any more; E_GATE_PLAN_RUNS. */
dealer_status claims_check_returnable(struct deal *deal, const struct document *stock_in, const struct document *contract);
dealer_status rental_went_out(struct deal *deal, const struct document *stock_out);
dealer_status rental_came_back(struct deal *deal, const struct document *stock_in);
/* The machine of a repurchase came in at this value. */
dealer_status repurchase_recovered(struct deal *deal, const struct document *stock_in, int64_t value);

#endif
