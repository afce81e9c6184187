/* Dates and instants by arithmetic alone: the C library's calendar knows locales and time zones, this one neither. */
#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60000 };
#define MS_PER_DAY INT64_C(86400000)
#define FIRST_DAY  (-719162) /* 0001-01-01 */
#define LAST_DAY   2932896   /* 9999-12-31 */

static bool is_leap_year(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

/* Rounds down also below zero. */
static int64_t floor_divide(int64_t number, int64_t divisor) {
    return number / divisor - (number % divisor < 0);
}

/* What floor_divide leaves: never negative. */
static int64_t floor_rest(int64_t number, int64_t divisor) {
    int64_t rest = number % divisor;
    return rest < 0 ? rest + divisor : rest;
}

/* Years are counted from March, so that the leap day is their last; the calendar repeats every 400 years, which are
 * 146097 days. The 719468 days are those from 0000-03-01 to 1970-01-01. */
int32_t date_days(int year, int month, int day) {
    int64_t march_year = (int64_t)year - (month <= 2);
    int64_t era = floor_divide(march_year, 400), year_of_era = march_year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)(era * 146097 + day_of_era - 719468);
}

void date_civil(int32_t days, int *year, int *month, int *day) {
    int64_t shifted = (int64_t)days + 719468, era = floor_divide(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
    *month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

/* Exactly `count` digits. */
static bool parse_digits(const char *text, int count, int *out) {
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        number = number * 10 + (text[i] - '0');
    }
    *out = number;
    return true;
}

bool date_parse(const char *text, size_t length, int32_t *out_days) {
    int year, month, day;
    if (text == NULL || length != 10 || text[4] != '-' || text[7] != '-') return false;
    if (!parse_digits(text, 4, &year) || !parse_digits(text + 5, 2, &month) || !parse_digits(text + 8, 2, &day)) {
        return false;
    }
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return false;
    *out_days = date_days(year, month, day);
    return true;
}

/* The fields of a date fit their places; the remainders tell the compiler so. */
static void format_date(int32_t days, char out[11]) {
    int year, month, day;
    date_civil(days, &year, &month, &day);
    snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
}

void date_format(int32_t days, char out[11]) {
    if (days < FIRST_DAY || days > LAST_DAY) {
        memcpy(out, "0000-00-00", 11);
    } else {
        format_date(days, out);
    }
}

int32_t date_of_instant(int64_t utc_ms, int32_t offset_minutes) {
    int64_t day = floor_divide(utc_ms, MS_PER_DAY);
    int64_t ms = floor_rest(utc_ms, MS_PER_DAY) + (int64_t)offset_minutes * MS_PER_MINUTE;
    day += floor_divide(ms, MS_PER_DAY);
    if (day < INT32_MIN) return INT32_MIN;
    return day > INT32_MAX ? INT32_MAX : (int32_t)day;
}

int32_t date_of_dealer(int64_t utc_ms) {
    enum { CHINA_OFFSET_MINUTES = 8 * 60 };
    return date_of_instant(utc_ms, CHINA_OFFSET_MINUTES);
}

/* .1 to .123456789 after the seconds; what is finer than a millisecond is cut off. Moves *at past it. */
static bool parse_fraction(const char *text, size_t length, size_t *at, int *out_ms) {
    *out_ms = 0;
    if (*at >= length || text[*at] != '.') return true;
    size_t first = ++*at;
    for (int unit = 100; *at < length && text[*at] >= '0' && text[*at] <= '9'; ++*at, unit /= 10) {
        *out_ms += (text[*at] - '0') * unit;
    }
    return *at > first && *at - first <= 9;
}

/* Z or +hh:mm or -hh:mm, to the end of the text. */
static bool parse_offset(const char *text, size_t length, int *out_minutes) {
    int hours, minutes;
    if (length == 1 && text[0] == 'Z') {
        *out_minutes = 0;
        return true;
    }
    if (length != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
    if (!parse_digits(text + 1, 2, &hours) || !parse_digits(text + 4, 2, &minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    *out_minutes = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

static bool parse_clock(const char *text, int *out_seconds) {
    int hour, minute, second;
    if (text[2] != ':' || text[5] != ':') return false;
    if (!parse_digits(text, 2, &hour) || !parse_digits(text + 3, 2, &minute) || !parse_digits(text + 6, 2, &second)) {
        return false;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    *out_seconds = (hour * 60 + minute) * 60 + second;
    return true;
}

bool instant_parse(const char *text, size_t length, int64_t *out_utc_ms) {
    int32_t days;
    int seconds, ms, offset;
    size_t at = 19;
    if (text == NULL || length < 20 || text[10] != 'T') return false;
    if (!date_parse(text, 10, &days) || !parse_clock(text + 11, &seconds)) return false;
    if (!parse_fraction(text, length, &at, &ms) || !parse_offset(text + at, length - at, &offset)) return false;
    int64_t instant = days * MS_PER_DAY + (int64_t)seconds * MS_PER_SECOND + ms - (int64_t)offset * MS_PER_MINUTE;
    if (instant < FIRST_DAY * MS_PER_DAY || instant >= (LAST_DAY + 1) * MS_PER_DAY) return false;
    *out_utc_ms = instant;
    return true;
}

void instant_format(int64_t utc_ms, char out[25]) {
    int64_t day = floor_divide(utc_ms, MS_PER_DAY);
    if (day < FIRST_DAY || day > LAST_DAY) {
        memcpy(out, "0000-00-00T00:00:00.000Z", 25);
        return;
    }
    unsigned ms = (unsigned)floor_rest(utc_ms, MS_PER_DAY), minutes = ms / MS_PER_MINUTE;
    format_date((int32_t)day, out);
    snprintf(out + 10, 15, "T%02u:%02u:%02u.%03uZ", minutes / 60 % 24, minutes % 60, ms / MS_PER_SECOND % 60, ms % MS_PER_SECOND);
}

static bool is_listed(const int32_t *dates, size_t count, int32_t days) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dates[middle] < days) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && dates[low] == days;
}

bool calendar_is_business_day(const struct calendar *calendar, int32_t days) {
    if (is_listed(calendar->holidays, calendar->holiday_count, days)) return false;
    if (is_listed(calendar->workdays, calendar->workday_count, days)) return true;
    return floor_rest((int64_t)days + 3, 7) < 5; /* counted from Monday; 1970-01-01 was a Thursday */
}

int32_t calendar_add_business_days(const struct calendar *calendar, int32_t days, int32_t count) {
    int32_t step = count < 0 ? -1 : 1, end = count < 0 ? FIRST_DAY : LAST_DAY;
    if (count == 0) {
        while (days < end && !calendar_is_business_day(calendar, days)) days++;
        return days;
    }
    for (int64_t left = count < 0 ? -(int64_t)count : count; left > 0;) {
        if (step > 0 ? days >= end : days <= end) return end;
        days += step;
        if (calendar_is_business_day(calendar, days)) left--;
    }
    return days;
}
