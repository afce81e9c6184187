/* Business hours: counts working time by a company's calendar, where the dealer is. Knows no approval. */
#include "deal/people.h"

enum { MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000, CHINA_MS = 8 * HOUR_MS, DAYS_MAX = 40000 };

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
    int64_t opens = (int64_t)calendar->start_minute * MINUTE_MS, closes = (int64_t)calendar->end_minute * MINUTE_MS;
    int64_t local = from_ms + CHINA_MS, left = hours * HOUR_MS, at = local % DAY_MS;
    int32_t day = (int32_t)(local / DAY_MS);
    for (int tried = 0; tried < DAYS_MAX; tried++, day++, at = 0) {
        if (!calendar_is_business_day(&calendar->days, day) || at >= closes) continue;
        int64_t start = at > opens ? at : opens;
        if (left <= closes - start) return (int64_t)day * DAY_MS + start + left - CHINA_MS;
        left -= closes - start;
    }
    return from_ms + hours * HOUR_MS; /* a calendar without working days: plain hours */
}
