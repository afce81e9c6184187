#include "deal/market_words.h"
#include "base/text.h"
#include "base/time.h"
#include <string.h>

enum { DIGITS_MOST = 18, PARTS = 3, YEAR_DIGITS = 4 };

/* -- prices -- */

struct price_digits {
    int64_t minor;
    int digits, behind; /* behind: digits after the point; -1 before it */
    bool up;
};

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

/* False: too many digits. */
static bool take_digit(struct price_digits *price, int exponent, char digit) {
    if (price->behind < exponent) {
        if (++price->digits > DIGITS_MOST) return false;
        price->minor = price->minor * 10 + (digit - '0');
    } else if (price->behind == exponent) {
        price->up = digit >= '5';
    }
    price->behind += price->behind >= 0;
    return true;
}

bool market_parse_price(const char *word, bool decimal_comma, int exponent, int64_t *minor_out) {
    const char point = decimal_comma ? ',' : '.', thousands = decimal_comma ? '.' : ',';
    struct price_digits price = {.behind = -1};
    for (; *word; word++) {
        bool whole = price.behind < 0;
        if (*word == point && whole)
            price.behind = 0;
        else if (is_digit(*word) ? !take_digit(&price, exponent, *word) : *word != ' ' && !(*word == thousands && whole))
            return false;
    }
    if (!price.digits) return false;
    for (int i = price.behind < 0 ? 0 : price.behind; i < exponent; i++)
        if (!take_digit(&price, exponent, '0')) return false;
    *minor_out = price.minor + price.up;
    return true;
}

/* -- dates -- */

static void read_order(const char *format, char order[PARTS + 1]) {
    int given = 0;
    strcpy(order, "YMD");
    for (const char *at = format ? format : ""; *at && given < PARTS; at++)
        if (strchr("YMD", *at)) order[given++] = *at;
}

/* The number at *word, which moves behind it; -1: none, or of another length than a year's. */
static int read_part(const char **word, bool year) {
    int number = 0, digits = 0;
    for (; is_digit(**word) && digits < YEAR_DIGITS; (*word)++, digits++) number = number * 10 + (**word - '0');
    return digits == 0 || (year && digits != YEAR_DIGITS) || (!year && digits > 2) ? -1 : number;
}

static bool exists(int year, int month, int day, int64_t *days_out) {
    int found_year, found_month, found_day;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return false;
    int32_t days = date_days(year, month, day);
    date_civil(days, &found_year, &found_month, &found_day);
    *days_out = days;
    return found_year == year && found_month == month && found_day == day;
}

bool market_parse_date(const char *word, const char *format, int64_t *days_out) {
    char order[PARTS + 1];
    int year = 0, month = 0, day = 0;
    read_order(format, order);
    for (int i = 0; i < PARTS; i++) {
        int *part = order[i] == 'Y' ? &year : order[i] == 'M' ? &month : &day;
        *part = read_part(&word, order[i] == 'Y');
        if (*part < 0) return false;
        if (i + 1 < PARTS && (!*word || !strchr("-/. ", *word++))) return false;
    }
    return (!*word || *word == ' ' || *word == 'T') && exists(year, month, day, days_out);
}

/* -- whole numbers -- */

bool market_parse_whole(const char *word, int64_t most, int64_t *out) {
    size_t length = strcspn(word, ".");
    const char *behind = word + length;
    if (*behind == '.') behind++;
    return parse_integer(word, length, out) && *out >= 0 && *out <= most && behind[strspn(behind, "0123456789")] == '\0';
}
