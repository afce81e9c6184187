/* Business hours: counts working minutes by a company's calendar, where the dealer is. Knows no approval. */
#include "deal/people.h"

enum { MINUTE_MS = 60000, DAY_MINUTES = 1440, CHINA_MINUTES = 480, DAYS_MAX = 40000 };

static const struct work_calendar *calendar_of(const struct deal_snapshot *snapshot, int company) {
    static const struct work_calendar usual = {.company = -1, .start_minute = 510, .end_minute = 1050};
    const struct work_calendar *found = &usual;
    for (int i = 0; i < snapshot->calendar_count; i++) {
        const struct work_calendar *one = &snapshot->calendars[i];
        if (one->company == company && company >= 0) return one;
        if (one->company < 0) found = one;
    }
    return found;
}

int64_t business_hours_after(const struct deal_snapshot *snapshot, int company, int64_t from_ms, int64_t hours) {
    const struct work_calendar *calendar = calendar_of(snapshot, company);
    int64_t local = from_ms / MINUTE_MS + CHINA_MINUTES, left = hours * 60;
    int32_t day = (int32_t)(local / DAY_MINUTES);
    int64_t minute = local % DAY_MINUTES;
    for (int tried = 0; tried < DAYS_MAX; tried++, day++, minute = 0) {
        if (!calendar_is_business_day(&calendar->days, day) || minute >= calendar->end_minute) continue;
        int64_t start = minute > calendar->start_minute ? minute : calendar->start_minute;
        if (left <= calendar->end_minute - start)
            return ((int64_t)day * DAY_MINUTES + start + left - CHINA_MINUTES) * MINUTE_MS +
                   (start == minute ? from_ms % MINUTE_MS : 0);
        left -= calendar->end_minute - start;
    }
    return from_ms + hours * 60 * MINUTE_MS; /* a calendar without working days: plain hours */
}
