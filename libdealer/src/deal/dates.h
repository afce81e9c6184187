/* Dates of documents that message rules tell of. Private to deal, but for the clock. */
#ifndef DEAL_DATES_H
#define DEAL_DATES_H

#include "deal/use_cases.h"

/* Journals what is due by the dealer's day, each date once, and looks at no more than `limit` documents a date that is watched; *more_out:
 * there are others. */
dealer_status dates_look(struct deal *deal, int64_t limit, int64_t *found_out, bool *more_out);
/* The same date, so many days before or after? */
bool date_same(const struct message_date *a, const struct message_date *b);
/* The rule's `when` holds, and nothing living stands for its `unless`. */
dealer_status date_rule_holds(struct deal *deal, const struct message_rule *rule, const struct document *document, bool *out);

#endif
