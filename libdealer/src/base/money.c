/* Exact money. Signs are taken off first: all reckoning is on magnitudes of 64 bits and products of 128, in two
 * halves, and the sign is put back with the one check that can overflow. */
#include "base/money.h"
#include "base/messages.h"
#include "base/sort.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { AMOUNT_SIZE = 48, WHAT_SIZE = 160 };

struct wide {
    uint64_t high, low;
};
struct quotient {
    uint64_t whole, rest;
};

int money_exponent(const char *currency) {
    static const struct {
        const char *codes;
        int exponent;
    } unusual[] = {
        {"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0},
        {"BHD IQD JOD KWD LYD OMR TND", 3},
        {"CLF UYW", 4},
    };
    if (currency == NULL) return -1;
    for (int i = 0; i < 3; i++) {
        if (currency[i] < 'A' || currency[i] > 'Z') return -1;
    }
    if (currency[3] != '\0') return -1;
    for (size_t i = 0; i < sizeof unusual / sizeof unusual[0]; i++) {
        if (strstr(unusual[i].codes, currency) != NULL) return unusual[i].exponent;
    }
    return 2;
}

/* ---- magnitudes ---- */

static uint64_t magnitude(int64_t number) {
    return number < 0 ? UINT64_C(0) - (uint64_t)number : (uint64_t)number;
}

/* False when the number with that sign does not fit. */
static bool with_sign(uint64_t number, bool negative, int64_t *out) {
    if (number > (uint64_t)INT64_MAX + negative) return false;
    if (!negative) {
        *out = (int64_t)number;
    } else {
        *out = number == 0 ? 0 : -(int64_t)(number - 1) - 1; /* the lowest has no positive counterpart */
    }
    return true;
}

static struct wide multiply(uint64_t a, uint64_t b) {
    uint64_t a_high = a >> 32, a_low = a & UINT32_MAX, b_high = b >> 32, b_low = b & UINT32_MAX;
    uint64_t low = a_low * b_low, middle = a_high * b_low + (low >> 32), cross = a_low * b_high;
    uint64_t carried = (middle & UINT32_MAX) + cross;
    return (struct wide){a_high * b_high + (middle >> 32) + (carried >> 32), carried << 32 | (low & UINT32_MAX)};
}

/* Long division, bit by bit; wanted: high < divisor, so that the quotient fits. */
static struct quotient divide(struct wide dividend, uint64_t divisor) {
    struct quotient result = {0, dividend.high};
    for (int bit = 63; bit >= 0; bit--) {
        bool carry = result.rest >> 63 != 0;
        result.rest = result.rest << 1 | (dividend.low >> bit & 1);
        result.whole <<= 1;
        if (carry || result.rest >= divisor) {
            result.rest -= divisor;
            result.whole |= 1;
        }
    }
    return result;
}

static bool is_rounded_up(struct quotient quotient, uint64_t divisor, enum money_rounding rounding) {
    uint64_t missing = divisor - quotient.rest;
    switch (rounding) {
    case ROUND_DOWN: return false;
    case ROUND_UP: return quotient.rest > 0;
    case ROUND_HALF_EVEN:
        if (quotient.rest == missing) return quotient.whole & 1;
        break;
    case ROUND_HALF_UP: break;
    }
    return quotient.rest >= missing;
}

/* ---- errors ---- */

static const char *amount_text(struct money money, char out[AMOUNT_SIZE]) {
    char number[32];
    money_format(money, number, sizeof number);
    snprintf(out, AMOUNT_SIZE, "%s %.3s", number, money.currency);
    return out;
}

static dealer_status bad_currency(struct env *env, const char *currency) {
    char shown[4] = {0};
    memcpy(shown, currency, 3);
    return error_raise(&env->error, &E_MONEY_CURRENCY, "currency", shown, NULL);
}

static dealer_status overflow(struct env *env, const char *currency, const char *what) {
    struct money lowest = {.minor = INT64_MIN}, highest = {.minor = INT64_MAX};
    memcpy(lowest.currency, currency, sizeof lowest.currency);
    memcpy(highest.currency, currency, sizeof highest.currency);
    char lowest_text[32], highest_text[32];
    money_format(lowest, lowest_text, sizeof lowest_text);
    money_format(highest, highest_text, sizeof highest_text);
    return error_raise(
        &env->error, &E_MONEY_OVERFLOW, "what", what, "lowest", lowest_text, "highest", highest_text, "currency", currency, NULL);
}

static dealer_status overflow_of_two(struct env *env, struct money a, char sign, struct money b) {
    char left[AMOUNT_SIZE], right[AMOUNT_SIZE], what[WHAT_SIZE];
    snprintf(what, sizeof what, "%s %c %s", amount_text(a, left), sign, amount_text(b, right));
    return overflow(env, a.currency, what);
}

static dealer_status same_currency(struct env *env, struct money a, struct money b) {
    if (money_exponent(a.currency) < 0) return bad_currency(env, a.currency);
    if (money_exponent(b.currency) < 0) return bad_currency(env, b.currency);
    if (strcmp(a.currency, b.currency) == 0) return DEALER_OK;
    char left[AMOUNT_SIZE], right[AMOUNT_SIZE];
    return error_raise(&env->error, &E_MONEY_MIXED, "left", amount_text(a, left), "right", amount_text(b, right), NULL);
}

/* ---- reckoning ---- */

dealer_status money_add(struct env *env, struct money a, struct money b, struct money *out) {
    dealer_status status = same_currency(env, a, b);
    if (status != DEALER_OK) return status;
    bool fits = b.minor >= 0 ? a.minor <= INT64_MAX - b.minor : a.minor >= INT64_MIN - b.minor;
    if (!fits) return overflow_of_two(env, a, '+', b);
    a.minor += b.minor;
    *out = a;
    return DEALER_OK;
}

dealer_status money_subtract(struct env *env, struct money a, struct money b, struct money *out) {
    dealer_status status = same_currency(env, a, b);
    if (status != DEALER_OK) return status;
    bool fits = b.minor >= 0 ? a.minor >= INT64_MIN + b.minor : a.minor <= INT64_MAX + b.minor;
    if (!fits) return overflow_of_two(env, a, '-', b);
    a.minor -= b.minor;
    *out = a;
    return DEALER_OK;
}

static bool scale(int64_t minor, int64_t numerator, int64_t denominator, enum money_rounding rounding, int64_t *out) {
    uint64_t divisor = magnitude(denominator);
    struct wide product = multiply(magnitude(minor), magnitude(numerator));
    if (product.high >= divisor) return false;
    struct quotient quotient = divide(product, divisor);
    if (is_rounded_up(quotient, divisor, rounding)) {
        if (quotient.whole == UINT64_MAX) return false;
        quotient.whole++;
    }
    bool negative = ((minor < 0) != (numerator < 0)) != (denominator < 0);
    return with_sign(quotient.whole, negative, out);
}

dealer_status money_scale(
    struct env *env, struct money a, int64_t numerator, int64_t denominator, enum money_rounding rounding, struct money *out) {
    char amount[AMOUNT_SIZE], what[WHAT_SIZE];
    if (money_exponent(a.currency) < 0) return bad_currency(env, a.currency);
    if (denominator == 0) {
        return error_raise(&env->error, &E_MONEY_DIVISOR, "amount", amount_text(a, amount), NULL);
    }
    int64_t minor;
    if (!scale(a.minor, numerator, denominator, rounding, &minor)) {
        snprintf(what, sizeof what, "%s * %" PRId64 " / %" PRId64, amount_text(a, amount), numerator, denominator);
        return overflow(env, a.currency, what);
    }
    a.minor = minor;
    *out = a;
    return DEALER_OK;
}

struct share {
    uint64_t rest; /* what the division left over */
    size_t index;
};

/* Largest rest first; of equal ones the first. */
static int compare_shares(const void *left, const void *right, void *unused) {
    (void)unused;
    const struct share *a = left, *b = right;
    if (a->rest != b->rest) return a->rest > b->rest ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

/* The sum of the weights, or 0 when they are unfit. */
static int64_t sum_of_weights(const int64_t *weights, size_t count) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (weights[i] < 0 || sum > INT64_MAX - weights[i]) return 0;
        sum += weights[i];
    }
    return sum;
}

dealer_status money_allocate(struct env *env, struct money whole, const int64_t *weights, size_t count, int64_t *parts_out) {
    if (money_exponent(whole.currency) < 0) return bad_currency(env, whole.currency);
    int64_t sum = sum_of_weights(weights, count);
    if (sum == 0) {
        char amount[AMOUNT_SIZE];
        return error_raise(
            &env->error, &E_MONEY_WEIGHTS, "amount", amount_text(whole, amount), "count", NUMBER((int64_t)count), NULL);
    }
    struct share *shares = count > SIZE_MAX / sizeof *shares ? NULL : env_alloc(env, count * sizeof *shares);
    if (shares == NULL) return error_nomem(&env->error);

    uint64_t left = magnitude(whole.minor);
    for (size_t i = 0; i < count; i++) {
        /* weight <= sum: no part is greater than the whole, so each fits with its sign */
        struct quotient part = divide(multiply(magnitude(whole.minor), (uint64_t)weights[i]), (uint64_t)sum);
        shares[i] = (struct share){part.rest, i};
        left -= part.whole;
        with_sign(part.whole, whole.minor < 0, &parts_out[i]);
    }
    /* The rests add up to `left` times the sum, each below the sum: there are more parts with a rest than units. */
    sort_items(shares, count, sizeof *shares, compare_shares, NULL);
    for (size_t i = 0; i < left; i++) parts_out[shares[i].index] += whole.minor < 0 ? -1 : 1;
    env_free(env, shares);
    return DEALER_OK;
}

dealer_status money_compare(struct env *env, struct money a, struct money b, int *out) {
    dealer_status status = same_currency(env, a, b);
    if (status == DEALER_OK) *out = (a.minor > b.minor) - (a.minor < b.minor);
    return status;
}

/* ---- text ---- */

static dealer_status bad_format(struct env *env, const char *text, const char *currency, int digits) {
    struct money example = {.minor = 123456};
    memcpy(example.currency, currency, sizeof example.currency);
    char example_text[32];
    money_format(example, example_text, sizeof example_text);
    return error_raise(
        &env->error, &E_MONEY_FORMAT, "text", text, "currency", currency, "digits", NUMBER(digits), "example", example_text, NULL);
}

/* Length of the run of digits. */
static size_t digit_run(const char *text) {
    return strspn(text, "0123456789");
}

static bool append_digits(uint64_t *number, const char *digits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t digit = (uint64_t)(digits[i] - '0');
        if (*number > (UINT64_MAX - digit) / 10) return false;
        *number = *number * 10 + digit;
    }
    return true;
}

dealer_status money_parse(struct env *env, const char *text, const char *currency, struct money *out) {
    int digits = money_exponent(currency);
    if (digits < 0) {
        return error_raise(&env->error, &E_MONEY_CURRENCY, "currency", currency, NULL);
    }
    if (text == NULL) return bad_format(env, text, currency, digits);
    const char *whole = text + (text[0] == '-');
    size_t whole_length = digit_run(whole), fraction_length = 0;
    const char *fraction = whole + whole_length, *end = fraction;
    if (*fraction == '.') {
        fraction_length = digit_run(++fraction);
        end = fraction + fraction_length;
        if (fraction_length == 0) return bad_format(env, text, currency, digits);
    }
    if (whole_length == 0 || *end != '\0' || fraction_length > (size_t)digits) {
        return bad_format(env, text, currency, digits);
    }
    struct money money = {0};
    uint64_t number = 0;
    bool fits = append_digits(&number, whole, whole_length) && append_digits(&number, fraction, fraction_length) &&
                append_digits(&number, "0000", (size_t)digits - fraction_length) && with_sign(number, text[0] == '-', &money.minor);
    if (!fits) return overflow(env, currency, text);
    memcpy(money.currency, currency, sizeof money.currency);
    *out = money;
    return DEALER_OK;
}

void money_format(struct money money, char *out, size_t size) {
    static const uint64_t powers[] = {1, 10, 100, 1000, 10000};
    int digits = money_exponent(money.currency);
    uint64_t number = magnitude(money.minor), unit = powers[digits < 0 ? 0 : digits];
    const char *sign = money.minor < 0 ? "-" : "";
    if (digits <= 0) {
        snprintf(out, size, "%s%" PRIu64, sign, number);
        return;
    }
    char fraction[24]; /* with a leading 1 that keeps the zeros */
    snprintf(fraction, sizeof fraction, "%" PRIu64, unit + number % unit);
    snprintf(out, size, "%s%" PRIu64 ".%s", sign, number / unit, fraction + 1);
}
