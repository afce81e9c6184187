#include "rules/market_maths.h"

#include <math.h>

enum { LOG_TERMS = 12, EXP_TERMS = 15 };

/* Together the logarithm of 2: the high part has zeros at its end, so that small multiples of it are exact. */
static const double LN2_HIGH = 0x1.62e42fee00000p-1, LN2_LOW = 0x1.a39ef35793c76p-33;
static const double EXP_MOST = 709, EXP_LEAST = -745, HALF_ROOT = 0.70710678118654752;

/* log(m 2^e) = e log 2 + 2 (t + t^3/3 + t^5/5 ...) with t = (m - 1) / (m + 1), |t| < 0.172 */
double market_log(double x) {
    int exponent;
    double mantissa = frexp(x, &exponent), sum = 0;
    if (mantissa < HALF_ROOT) {
        mantissa *= 2;
        exponent--;
    }
    double t = (mantissa - 1) / (mantissa + 1), square = t * t;
    for (int i = LOG_TERMS; i > 0; i--) sum = sum * square + 1.0 / (2 * i - 1);
    return exponent * LN2_HIGH + (2 * t * sum + exponent * LN2_LOW);
}

/* exp(k log 2 + r) = 2^k (1 + r + r^2/2 ...) with |r| < 0.347 */
double market_exp(double x) {
    if (x > EXP_MOST) return INFINITY;
    if (!(x >= EXP_LEAST)) return 0;
    double k = floor(x / (LN2_HIGH + LN2_LOW) + 0.5), r = (x - k * LN2_HIGH) - k * LN2_LOW, sum = 1;
    for (int i = EXP_TERMS; i > 0; i--) sum = 1 + sum * r / i;
    return ldexp(sum, (int)k);
}
