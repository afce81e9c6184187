/* Exact money: 64-bit minor units of one currency (ISO 4217 alphabetic code). Nothing here ever rounds silently:
 * overflow, mixed currencies and a zero divisor are errors. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/env.h"

enum money_rounding { ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_UP }; /* DOWN: towards zero; UP: away */

struct money {
    int64_t minor;
    char currency[4];
};

/* Digits after the point of a currency: CNY 2, JPY 0, KWD 3; 2 for an unlisted but well-formed code; -1 when the code
 * is not three capital letters. */
int money_exponent(const char *currency);
dealer_status money_add(struct env *env, struct money a, struct money b, struct money *out);
dealer_status money_subtract(struct env *env, struct money a, struct money b, struct money *out);
/* a * numerator / denominator in 128 bits, rounded once. */
dealer_status money_scale(
    struct env *env, struct money a, int64_t numerator, int64_t denominator, enum money_rounding rounding, struct money *out);
/* Parts are untouched on failure. Split over weights (>= 0, sum > 0) so that the parts add up to the whole: largest remainder, first wins ties. */
dealer_status money_allocate(struct env *env, struct money whole, const int64_t *weights, size_t count, int64_t *parts_out);
dealer_status money_compare(struct env *env, struct money a, struct money b, int *out); /* <0 0 >0 */
/* "1234567.89", "-0.05", "100": at most the currency's digits after the point. */
dealer_status money_parse(struct env *env, const char *text, const char *currency, struct money *out);
void money_format(struct money money, char *out, size_t size); /* "1234567.89"; 32 bytes are enough */
#endif
