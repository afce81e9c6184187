/* Prices, dates and whole numbers as people write them in files. */
#ifndef DEAL_MARKET_WORDS_H
#define DEAL_MARKET_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* Digits, with blanks and thousands marks passed over, rounded half up to `exponent` digits behind the point. */
bool market_parse_price(const char *word, bool decimal_comma, int exponent, int64_t *minor_out);
/* Three numbers in the order of the format's letters Y, M, D (NULL: that order), between them one of - / . or a blank; the year
 * has four digits; a time may follow. */
bool market_parse_date(const char *word, const char *format, int64_t *days_out);
/* Not negative; what stands behind a point is cut. */
bool market_parse_whole(const char *word, int64_t most, int64_t *out);

#endif
