/* Reads what approvals need of a configuration: working hours and limits. Knows their JSON shape; what follows from them is in calendar.c
 * and limits.c.
 *
 *   "calendars": [{"company": code?, "holidays": ["2026-10-01"], "workdays": ["2026-10-10"], "hours": ["08:30", "17:30"]}]
 *   "limits":    [{"type": "contract", "department": code | "post": code, "amount": {"amount_minor", "currency"},
 *                  "accumulated": {"amount_minor", "currency"}?, "days": n?}] */
#include "base/sort.h"
#include "deal/messages.h"
#include "deal/snapshot_parts.h"
#include "deal/part.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_MINUTES = 60, LIMIT_DAYS_MAX = 3660 };

/* -- calendars -- */

static int compare_days(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static dealer_status read_days(
    struct part *part, const json_value *object, const char *member, const int32_t **days_out, size_t *count_out) {
    const json_value *list = json_get(object, member), *item;
    size_t count = 0;
    if (json_kind(list) <= JSON_NULL) return DEALER_OK;
    if (json_kind(list) != JSON_ARRAY) return part_wrong(part, member, "an array of dates", NULL);
    int32_t *days = REGION_ARRAY(&part->snapshot->region, part->env, int32_t, json_count(list) + 1);
    if (!days) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(list); (item = json_next(&each, NULL));)
        if (!json_text(item) || !date_parse(json_text(item), json_text_length(item), &days[count++]))
            return part_wrong(part, member, "dates YYYY-MM-DD that exist", json_text(item));
    qsort(days, count, sizeof *days, compare_days);
    *days_out = days;
    *count_out = count;
    return DEALER_OK;
}

static dealer_status read_hours(struct part *part, const json_value *object, struct work_calendar *out) {
    const json_value *hours = json_get(object, "hours");
    out->start_minute = 8 * HOUR_MINUTES + 30;
    out->end_minute = 17 * HOUR_MINUTES + 30;
    if (json_kind(hours) <= JSON_NULL) return DEALER_OK;
    bool sound = json_kind(hours) == JSON_ARRAY && json_count(hours) == 2 &&
                 part_minute(json_text(json_at(hours, 0)), &out->start_minute) &&
                 part_minute(json_text(json_at(hours, 1)), &out->end_minute) && out->start_minute < out->end_minute;
    return sound ? DEALER_OK : part_wrong(part, "hours", "[\"08:30\", \"17:30\"], the first before the second", NULL);
}

static dealer_status read_calendar(struct part *part, const json_value *object, struct work_calendar *out) {
    static const char *const members[] = {"company", "holidays", "workdays", "hours", NULL};
    dealer_status status = part_members(part, object, members, "company, holidays, workdays, hours");
    if (status) return status;
    const char *company = json_get_text(object, "company");
    out->company = company ? org_company_by_code(part->snapshot->org, company) : -1;
    if (company && out->company < 0) return part_wrong(part, "company", "the code of a company", company);
    status = read_days(part, object, "holidays", &out->days.holidays, &out->days.holiday_count);
    if (!status) status = read_days(part, object, "workdays", &out->days.workdays, &out->days.workday_count);
    return status ? status : read_hours(part, object, out);
}

dealer_status snapshot_read_calendars(struct env *env, struct deal_snapshot *snapshot) {
    struct part part = {env, snapshot, "calendars"};
    const json_value *list = json_get(json_root(snapshot->org->source), "calendars"), *item;
    if (json_kind(list) > JSON_NULL && json_kind(list) != JSON_ARRAY) return part_wrong(&part, "", "an array", NULL);
    size_t count = json_kind(list) == JSON_ARRAY ? json_count(list) : 0;
    snapshot->calendars = REGION_ARRAY(&snapshot->region, env, struct work_calendar, count + 1);
    if (!snapshot->calendars) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(count ? list : NULL); count && (item = json_next(&each, NULL));) {
        snprintf(part.path, sizeof part.path, "calendars[%d]", snapshot->calendar_count);
        dealer_status status = read_calendar(&part, item, &snapshot->calendars[snapshot->calendar_count]);
        if (status) return status;
        snapshot->calendar_count++;
    }
    return DEALER_OK;
}

/* -- limits -- */

static dealer_status read_money(
    struct part *part, const json_value *object, const char *member, const char **currency, int64_t *out) {
    const json_value *money = json_get(object, member);
    const char *code = json_get_text(money, "currency");
    *out = json_get_integer(money, "amount_minor", -1);
    bool same = code && strlen(code) == 3 && (!*currency || strcmp(*currency, code) == 0);
    if (*out < 0 || !same) return part_wrong(part, member, "{\"amount_minor\": at least 0, \"currency\": one for both}", code);
    *currency = code;
    return DEALER_OK;
}

static dealer_status read_whose(struct part *part, const json_value *object, struct decision_limit *out) {
    const struct org *org = part->snapshot->org;
    const char *department = json_get_text(object, "department"), *post = json_get_text(object, "post");
    out->department = department ? org_department_by_code(org, department) : -1;
    out->post = post ? org_post_by_code(org, post) : -1;
    if (!department == !post) return part_wrong(part, "department", "either a department or a post", NULL);
    if (department && out->department < 0) return part_wrong(part, "department", "the code of a department", department);
    return post && out->post < 0 ? part_wrong(part, "post", "the code of a post", post) : DEALER_OK;
}

static dealer_status read_limit(struct part *part, const json_value *object, struct decision_limit *out) {
    static const char *const members[] = {"type", "department", "post", "amount", "accumulated", "days", NULL};
    dealer_status status = part_members(part, object, members, "type, department, post, amount, accumulated, days");
    if (status) return status;
    const char *type = json_get_text(object, "type");
    out->type = type ? catalogue_type(part->snapshot->catalogue, type) : NULL;
    if (!out->type) return part_wrong(part, "type", "a document type of the catalogue", type);
    status = read_whose(part, object, out);
    if (!status) status = read_money(part, object, "amount", &out->currency, &out->amount_minor);
    bool accumulates = json_kind(json_get(object, "accumulated")) > JSON_NULL;
    if (status || !accumulates) return status;
    int64_t days = json_get_integer(object, "days", 0);
    if (days < 1 || days > LIMIT_DAYS_MAX) return part_wrong(part, "days", "1 to 3660 beside accumulated", NULL);
    out->days = (int)days;
    return read_money(part, object, "accumulated", &out->currency, &out->accumulated_minor);
}

dealer_status snapshot_read_limits(struct env *env, struct deal_snapshot *snapshot) {
    struct part part = {env, snapshot, "limits"};
    const json_value *list = json_get(json_root(snapshot->org->source), "limits"), *item;
    if (json_kind(list) > JSON_NULL && json_kind(list) != JSON_ARRAY) return part_wrong(&part, "", "an array", NULL);
    size_t count = json_kind(list) == JSON_ARRAY ? json_count(list) : 0;
    snapshot->limits = REGION_ARRAY(&snapshot->region, env, struct decision_limit, count + 1);
    if (!snapshot->limits) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(count ? list : NULL); count && (item = json_next(&each, NULL));) {
        snprintf(part.path, sizeof part.path, "limits[%d]", snapshot->limit_count);
        dealer_status status = read_limit(&part, item, &snapshot->limits[snapshot->limit_count]);
        if (status) return status;
        snapshot->limit_count++;
    }
    return DEALER_OK;
}
