/* Dates of the proleptic Gregorian calendar (days since 1970-01-01, written YYYY-MM-DD) and instants (UTC
 * milliseconds, written RFC 3339). No time zone data base: the host gives a fixed offset where one is needed. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool date_parse(const char *text, size_t length, int32_t *out_days); /* 0001-01-01 .. 9999-12-31, must exist */
void date_format(int32_t days, char out[11]);                        /* "0000-00-00" for a day outside of these */
void date_civil(int32_t days, int *year, int *month, int *day);
int32_t date_days(int year, int month, int day);
int32_t date_of_instant(int64_t utc_ms, int32_t offset_minutes);
int32_t date_of_dealer(int64_t utc_ms);                                   /* the dealer's day: UTC+8 */
bool instant_parse(const char *text, size_t length, int64_t *out_utc_ms); /* 2026-01-31T08:00:00Z, .123, +08:00 */
/* 2026-01-31T00:00:00.000Z. Parsing takes up to nine digits after the second and cuts off what is finer than a
 * millisecond; an instant before 0001 or after 9999 is refused by parsing and formatted as all zeros, which no date is. */
void instant_format(int64_t utc_ms, char out[25]);

/* Business days: Monday to Friday, turned by lists of exceptions that the configuration gives as data. A day in both
 * lists is a holiday. Adding 0 gives the first business day on or after the day; the end of the calendar stops it. */
struct calendar {
    const int32_t *holidays;
    size_t holiday_count;
    const int32_t *workdays;
    size_t workday_count;
}; /* sorted */
bool calendar_is_business_day(const struct calendar *calendar, int32_t days);
int32_t calendar_add_business_days(const struct calendar *calendar, int32_t days, int32_t count);
#endif
